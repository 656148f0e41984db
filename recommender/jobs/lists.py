"""Related lists as arrays, and how they are made of an archive that is small enough to look at every article."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..index.fields import Rows
from ..ranking.options import SearchOptions
from ..ranking.recommend import Recommender


class Lists(NamedTuple):
    """The hits of m articles: ``rows`` (m, k) int32, -1 after the last, ``scores`` (m, k) float64, and how many of the
    first were ``pinned`` by people (m,)."""

    rows: NDArray[np.int32]
    scores: NDArray[np.float64]
    pinned: NDArray[np.int32]

    @classmethod
    def empty(cls, count: int, k: int) -> Lists:
        return cls(np.full((count, k), -1, np.int32), np.zeros((count, k)), np.zeros(count, np.int32))

    def take(self, indices: Rows) -> Lists:
        return Lists(self.rows[indices], self.scores[indices], self.pinned[indices])


def lists_one_by_one(recommender: Recommender, options: SearchOptions, rows: Rows) -> Lists:
    """The lists of the articles at ``rows`` (m,), each as an answer of its own."""
    lists = Lists.empty(len(rows), options.k)
    answer_each(recommender, options, rows, np.arange(len(rows)), lists)
    return lists


def answer_each(recommender: Recommender, options: SearchOptions, rows: Rows, slots: Rows, lists: Lists) -> None:
    """Writes the answers to the articles at ``rows[slots]`` into ``lists`` at ``slots``."""
    find = recommender.model.catalogue.ids.find
    for at, row in zip(slots.tolist(), rows[slots].tolist(), strict=True):
        answer = recommender.related(row, options)
        for rank, hit in enumerate(answer):
            lists.rows[at, rank], lists.scores[at, rank] = find(hit.article.id), hit.score
        lists.pinned[at] = sum(hit.pinned for hit in answer)
