"""What each block of the scorer is worth: one left out, the others as they are, on the archives of the answer matrix.

Candidates are those of the whole scorer; no answer is withheld. Prints a Markdown table of MRR with 95 % intervals of
what is lost.

    python -m benchmarks.ablation [ARCHIVE ...]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks import tasks as T
from benchmarks.sets import desk_of
from recommender.evaluation.metrics import bootstrap
from recommender.ranking.features import query_of
from recommender.ranking.model import Model
from recommender.ranking.scorer import rank
from recommender.ranking.weights import BLOCKS, Weights
from recommender.text.instants import day_number

CELLS: tuple[Callable[[], T.Task], ...] = (
    *(lambda name=name: T.story(name) for name in ("battery", "daegu-gyeongbuk", "general-day")),
    lambda: T.story("general-day", bodies=True),
    lambda: T.title_to_body("one-paper"),
    lambda: T.body_to_title("one-subject"),
    T.lists,
    T.sample_lists,
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archives", nargs="*")
    names = set(parser.parse_args().archives)
    print("| archive | task | questions | all |" + "".join(f" without {block} |" for block in BLOCKS))
    print("|---|---|--:|--:|" + "--:|" * len(BLOCKS))
    for make in CELLS:
        task = make()
        if not names or task.archive in names:
            with tempfile.TemporaryDirectory() as folder:
                model = desk_of(task.records, Path(folder)).model
            print(_row(model, task), flush=True)


def _row(model: Model, task: T.Task) -> str:
    baseline = _values(model, task.questions, model.weights)
    cells = []
    for block in BLOCKS:
        factors = {name: float(name != block) for name in BLOCKS}
        change = _values(model, task.questions, model.weights.scaled(factors, "ablation")) - baseline
        interval = bootstrap(change[:, None], np.ones((len(change), 1)), seed=7, resamples=1000)[0]
        cells.append(f"{interval.value:+.3f} ({interval.low:+.3f} to {interval.high:+.3f})")
    return f"| {task.archive} | {task.name} | {len(baseline)} | {baseline.mean():.3f} | {' | '.join(cells)} |"


def _values(model: Model, questions: Sequence[T.Question], weights: Weights) -> np.ndarray:
    """(q,) the reciprocal rank of the best right answer."""
    ranks = []
    no_links = np.zeros(len(model), dtype=np.float32)
    for question in questions:
        query = query_of(model, model.asked(question.text, question.body), day_number(question.day))
        allowed = np.ones(len(model), dtype=bool)
        if question.own and (row := model.catalogue.row(question.own)) >= 0:
            allowed[row] = False
        rows = rank(model, query, allowed, weights=weights, link=no_links).rows
        hits = np.flatnonzero(np.isin(rows, [model.catalogue.row(i) for i in question.right]))
        ranks.append(1 / (1 + hits[0]) if len(hits) else 0.0)
    return np.array(ranks)


if __name__ == "__main__":
    main()
