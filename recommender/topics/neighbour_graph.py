"""The graph of nearest neighbours, and how well clusters fit it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..arrays.kernels import Floats
from ..lazy import dataclass

_NEIGHBOURS = 15
_BLOCK = 2048  # rows that are multiplied at a time ...
_PIECE = 64  # ... and sorted: the index arrays of all of them would take gigabytes
Labels = NDArray[np.int64]


class Join(NamedTuple):
    """The gain in modularity of merging the clusters ``left`` and ``right``."""

    gain: float
    left: int
    right: int


@dataclass(frozen=True)
class Graph:
    """The graph of the 15 nearest neighbours: ``edges`` (n, n) symmetric, 2 where mutual, ``degrees`` (n,)."""

    edges: sparse.coo_matrix
    degrees: NDArray[np.float64]

    @classmethod
    def of(cls, rows: Floats) -> Graph:
        """Of (n, d) unit rows, by cosine."""
        count = min(_NEIGHBOURS, len(rows) - 1)
        near = np.zeros((len(rows), count), dtype=np.int64)
        for start in range(0, len(rows), _BLOCK):
            cosine = rows[start : start + _BLOCK] @ rows.T
            diagonal = np.arange(len(cosine))
            cosine[diagonal, start + diagonal] = -2
            for first in range(0, len(cosine), _PIECE):
                part = -cosine[first : first + _PIECE]
                near[start + first : start + first + len(part)] = np.argpartition(part, count - 1, axis=1)[:, :count]
        starts = np.arange(0, near.size + 1, count)
        one_way = sparse.csr_matrix((np.ones(near.size), near.ravel(), starts), shape=(len(rows), len(rows)))
        both = (one_way + one_way.T).tocoo()
        return cls(both, np.asarray(both.sum(axis=1)).ravel())

    def modularity(self, labels: Labels) -> float:
        """Share of edges inside clusters minus its expectation under random edges (Newman and Girvan 2004)."""
        total = self.degrees.sum()
        inside = self.edges.data[labels[self.edges.row] == labels[self.edges.col]].sum()
        return float(inside / total - ((np.bincount(labels, self.degrees) / total) ** 2).sum())

    def best_join(self, labels: Labels) -> Join:
        """The best pair to merge, of at least two clusters."""
        count = int(labels.max()) + 1
        pairs = labels[self.edges.row] * count + labels[self.edges.col]
        between = np.bincount(pairs, self.edges.data, count * count).reshape(count, count)
        sizes = np.bincount(labels, self.degrees, count)
        total = self.degrees.sum()
        gains = 2 * (between / total - np.outer(sizes, sizes) / total**2)
        np.fill_diagonal(gains, -np.inf)
        left, right = np.unravel_index(int(gains.argmax()), gains.shape)
        return Join(float(gains[left, right]), int(min(left, right)), int(max(left, right)))
