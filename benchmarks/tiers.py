"""What each tier of meaning is worth in answers: the same questions of archives trained with one embedder each.

Every tier has the same scorer, terms and spelling; what differs is the recipe's ``embedder``: nothing but the corpus
(``lsa``), the model that ships (``base``), multilingual-e5-small (``e5``, an extra). A folder of sentence-transformers
or an endpoint is as good as the model in it. The project counts as a user gets it; behind the slash it never abstains.

    python -m benchmarks.tiers [--embedders lsa,base,e5] [--cells cross,sample,...] [--questions 200]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks import tasks as T
from benchmarks.answers import _drawn
from benchmarks.systems import BM25, Plain, Project
from recommender import Recipe

CELLS: dict[str, list[Callable[[], T.Task]]] = {
    "cross": [lambda: T.cross_lingual("en"), lambda: T.cross_lingual("ko")],
    "sample": [T.sample_lists, lambda: T.sample_lists(bodies=False)],
    "one-subject": [lambda: T.title_to_body("one-subject"), lambda: T.body_to_title("one-subject")],
    "battery": [lambda: T.story("battery"), lambda: T.story("battery", dated=False)],
    "daegu-gyeongbuk": [lambda: T.story("daegu-gyeongbuk", dated=False)],
    "lists": [T.lists, lambda: T.lists(bodies=False)],
}


def main() -> None:
    parser = argparse.ArgumentParser(description="What each tier of meaning is worth in answers.")
    parser.add_argument("--embedders", default="lsa,base,e5")
    parser.add_argument("--cells", default=",".join(CELLS))
    parser.add_argument("--questions", type=int, default=200, help="At most, of a cell.")
    args = parser.parse_args()
    embedders = args.embedders.split(",")
    print(f"| archive | task | questions | BM25 bigrams | {' | '.join(embedders)} |")
    print("|---" * (4 + len(embedders)) + "|", flush=True)
    for name in args.cells.split(","):
        for row in rows([make() for make in CELLS[name]], embedders, args.questions):
            print(f"| {' | '.join(row)} |", flush=True)


def rows(tasks: list[T.Task], embedders: list[str], limit: int) -> list[list[str]]:
    """A line for each task, and one of the seconds that the trainings took."""
    drawn = [_drawn(task.questions, limit) for task in tasks]
    lines = [[task.archive, task.name, str(len(q)), _plain(task, q)] for task, q in zip(tasks, drawn, strict=True)]
    seconds = [tasks[0].archive, "training, seconds", "", ""]
    for embedder in embedders:
        recipe = replace(Recipe(), topics_most=0, embedder=embedder)
        desks: dict[str, Project] = {}
        for row, task, questions in zip(lines, tasks, drawn, strict=True):
            key = json.dumps(list(task.records), ensure_ascii=False)
            desk = desks[key] = desks.get(key) or Project(task.records, recipe)
            row.append(" / ".join(f"{_mrr(desk, questions, always):.3f}" for always in (False, True)))
        seconds.append(f"{sum(desk.seconds for desk in desks.values()):.0f}")
    return [*lines, seconds]


def _plain(task: T.Task, questions: list[T.Question]) -> str:
    plain = Plain(task.records)
    return f"{np.mean([plain.ask(BM25, q).reciprocal_rank(q) for q in questions]):.3f}"


def _mrr(desk: Project, questions: list[T.Question], always: bool) -> float:
    return float(np.mean([desk.ask(q, always=always).reciprocal_rank(q) for q in questions]))


if __name__ == "__main__":
    main()
