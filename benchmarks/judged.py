"""What readers say of hits, by score and label: is a score, or a word, to be trusted on real archives?

    python -m benchmarks.judged [--archives battery,sections]

``benchmarks/judged`` holds the ids of 3,254 pairs of articles of ten sets, asked by chance (an article as it is, or
its headline alone; hits 1, 2, 3, 5 and 8 or 9), and what a reader who saw neither score nor rank said of each: 2, the
same story; 1, another story of the same matter; 0, neither. The readers were language models with a guide. Each archive
is trained as a user would. Beside the score stands the cosine of character bigrams of the same two headlines: how well
either tells right hits of all questions together from wrong ones (the area under the ROC curve). ``of-stories.jsonl``
holds hits of questions with a known story, most of them outside it: how many the groups of stories, which bodies made,
leave out.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks import tasks as T
from benchmarks.sets import character_tfidf, desk_of
from benchmarks.sets import rows as rows_of
from recommender.ranking.answer import LABELS
from recommender.ranking.features import FEW_WORDS, Query, query_of
from recommender.ranking.model import Model
from recommender.ranking.scorer import Ranking, rank

FOLDER = Path(__file__).with_name("judged")
HELD_OUT = ("trade", "ynat")  # no fit has seen what readers say of these
BANDS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)


class Judged(NamedTuple):
    """A pair: what it scores, the cosine of the bigrams of its headlines, and the reader's label."""

    score: float
    cosine: float
    label: int


def main() -> None:
    parser = argparse.ArgumentParser(description="What readers say of hits, by score and label.")
    names = sorted(path.stem for path in FOLDER.glob("*.jsonl") if path.stem != "of-stories")
    parser.add_argument("--archives", default=",".join(names), help="Names of archives, default: all.")
    found = {name: list(judged(name)) for name in parser.parse_args().archives.split(",")}
    for name, pairs in found.items():
        shown(name, pairs)
    for held_out in (False, True):
        every = [pair for name, pairs in found.items() if (name in HELD_OUT) is held_out for pair in pairs]
        if every:
            summary("held out" if held_out else "all that took part in the fit", every)
    outside = [json.loads(line) for line in (FOLDER / "of-stories.jsonl").read_text(encoding="utf-8").splitlines()]
    for of in (True, False):
        labels = [row["label"] for row in outside if row["in_story"] is of]
        place = "in" if of else "outside"
        print(f"hits {place} the story that is known: {said([Judged(0, 0, label) for label in labels])}")


def summary(name: str, every: list[Judged]) -> None:
    shown(f"\n{name}", every)
    bounds = [least for _, least in LABELS]
    print("label: pairs, the same story, or the same matter too")
    for (label, least), most in zip(LABELS, [2.0, *bounds], strict=False):
        print(f"  {label:8}", said([p for p in every if least <= p.score < most]))
    print("score: the same")
    for low, high in pairwise(BANDS):
        print(f"  {low:.2f} to {high:.2f}", said([p for p in every if low <= p.score < high]))


def judged(name: str) -> Iterator[Judged]:
    bigrams = None
    for model, _, own, ranking, pairs in asked(name):
        if bigrams is None:
            bigrams = character_tfidf([model.catalogue.headline(row) for row in range(len(model))])
        scores = dict(zip(ranking.rows.tolist(), ranking.scores.tolist(), strict=True))
        for pair in pairs:
            other = model.catalogue.row(pair["answer"])
            yield Judged(scores.get(other, 0.0), float((bigrams[own] @ bigrams[other].T).sum()), pair["label"])


def asked(name: str) -> Iterator[tuple[Model, Query, int, Ranking, list[dict[str, Any]]]]:
    """Model, query, the row that asks, the ranking, and the judged pairs, of each question of an archive."""
    rows = [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        model = desk_of(records(name), Path(folder)).model
    of: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        of[row["form"], row["asks"], row.get("dated", True)].append(row)
    for (form, asks, dated), pairs in of.items():
        own = model.catalogue.row(asks)
        question = model.article_question(own)
        question = model.question(question.text) if form == "headline" else question
        query = query_of(model, question, float(model.catalogue.days[own]) if dated else float("nan"))
        if query.kind == FEW_WORDS:
            continue
        copies = model.catalogue.duplicate_of
        ranking = rank(model, query, np.asarray(copies != copies[own]))
        yield model, query, own, ranking, pairs


def records(name: str) -> list[dict[str, Any]]:
    """The headlines of a set as the tasks have them; those of ynat, which is in no task, as they are."""
    if name == "ynat":
        return [{"id": str(row["id"]), "title": row["title"]} for row in rows_of("ynat/headlines")]
    return list(T.archive(name))


def shown(name: str, pairs: list[Judged]) -> None:
    right = [pair.label == 2 for pair in pairs]
    ours, theirs = (roc_auc_score(right, values) for values in zip(*[(p.score, p.cosine) for p in pairs], strict=True))
    mean = np.mean([pair.score for pair in pairs])
    print(f"{name:16} {said(pairs)}; mean score {mean:.2f}; area {ours:.3f}, bigrams {theirs:.3f}", flush=True)


def said(pairs: list[Judged]) -> str:
    labels = np.array([pair.label for pair in pairs])
    if not len(labels):
        return "none"
    return f"{len(labels):5} {(labels == 2).mean():.2f} {(labels >= 1).mean():.2f}"


if __name__ == "__main__":
    main()
