"""What a headline that asks is compared by: other weights of title, cosine, surface and meaning, each archive left out.

    python -m benchmarks.headline_weights [ARCHIVE ...]

One headline of each story is held back and asks the rest, which are known by their headlines, without a date; nothing
is silenced, and near-copies count one by one. The 200 best by the project and by each plain system are ranked by the
weights as they are and by those of a grid. Printed: MRR of both and of the plain systems, and for each archive what
the grid's best on the other archives gains on it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks import tasks as T
from benchmarks.fit_scorer import some_of
from benchmarks.sets import desk_of
from benchmarks.systems import BIGRAMS, BM25, Plain
from recommender.index.fields import HEADLINE
from recommender.ranking.features import TITLE, features_of_rows, query_of
from recommender.ranking.weights import COLUMNS, default_weights

FEATURES = ("title", "cosine", "surface", "meaning")
GRID = tuple(product((25, 36, 50, 60), (0, 11, 22), (25, 41, 50, 60, 80), (8, 17, 22, 25)))
KEPT, DEEP = 200, 50  # candidates by each system, and ranks that count
EPSILON = 1e-6
Values = NDArray[np.float64]


class Asked(NamedTuple):
    """A draft and its m candidates: ``features`` (m, 4), ``plain`` (m, 2) by bigrams and by BM25 of them, ``right``
    (m,)."""

    features: Values
    plain: Values
    right: NDArray[np.bool_]


def asked_of(name: str) -> list[Asked]:
    """The drafts of an archive with a story."""
    task = T.draft(name, None)
    ids = {record["id"] for record in some_of(name)}
    records = [record for record in task.records if record["id"] in ids]
    with tempfile.TemporaryDirectory() as folder:
        model = desk_of(records, Path(folder)).model
        plain = Plain(records)
        place = {article: at for at, article in enumerate(plain.ids)}
        names = [model.catalogue.ids[row] for row in range(len(model))]
        order, rows = np.array([place[article] for article in names]), np.arange(len(model))
        nothing, drafts = np.zeros(len(model), dtype=np.float32), []
        for question in task.questions:
            right = np.isin(names, list(question.right))
            if not right.any():
                continue
            query = query_of(model, model.asked(question.text, ""), float("nan"))
            features = features_of_rows(model, query, rows, nothing)
            by_plain = np.stack([plain.scores(way, question)[order] for way in (BIGRAMS, BM25)], axis=1)
            logits = model.weights.logits(query.kind, features)
            best = [np.argsort(-column)[:KEPT] for column in (logits, *by_plain.T)]
            kept = np.unique(np.concatenate([*best, np.flatnonzero(right)]))
            table = np.stack([getattr(features, feature) for feature in FEATURES], axis=1).astype(np.float64)
            drafts.append(Asked(table[kept], by_plain[kept], right[kept]))
    return drafts


def mrr(drafts: Sequence[Asked], weights: Values) -> Values:
    """(w,) the MRR of the first right answer by ``weights`` (w, 4); ties count against a right one."""
    return np.mean([reciprocal_ranks(draft.features @ weights.T, draft.right) for draft in drafts], axis=0)


def reciprocal_ranks(scores: Values, right: NDArray[np.bool_]) -> Values:
    """(w,) of ``scores`` (m, w)."""
    ranks = 1 + (scores[~right] > scores[right].max(axis=0) - EPSILON).sum(axis=0)
    return np.where(ranks <= DEEP, 1 / ranks, 0.0)


def main() -> None:
    names = sys.argv[1:] or list(T.STORY_SETS)
    drafts = {name: asked_of(name) for name in names}
    now = default_weights().table[TITLE, HEADLINE, [COLUMNS.index(feature) for feature in FEATURES]]
    grid = np.array(GRID, dtype=np.float64)
    by_grid = np.stack([mrr(drafts[name], grid) for name in names], axis=1)
    print(f"MRR of drafts; weights of {' / '.join(FEATURES)}")
    for at, name in enumerate(names):
        plain = [np.mean([reciprocal_ranks(d.plain, d.right)[way] for d in drafts[name]]) for way in (0, 1)]
        others = np.delete(by_grid, at, axis=1)
        chosen = int(others.mean(axis=1).argmax()) if others.size else 0
        print(
            f"{name} ({len(drafts[name])}): as they are ({_named(now)}) {mrr(drafts[name], now[None])[0]:.3f}; "
            f"chosen without it ({_named(grid[chosen])}) {by_grid[chosen, at]:.3f}; its own best "
            f"{by_grid[:, at].max():.3f}; bigrams {plain[0]:.3f}, BM25 {plain[1]:.3f}"
        )
    best = int(by_grid.mean(axis=1).argmax())
    print(f"mean of all: as they are {np.mean([mrr(drafts[n], now[None])[0] for n in names]):.3f}; "
          f"the best ({_named(grid[best])}) {by_grid[best].mean():.3f}")  # fmt: skip


def _named(weights: Values) -> str:
    return " / ".join(f"{weight:.0f}" for weight in weights)


if __name__ == "__main__":
    main()
