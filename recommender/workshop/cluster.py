"""The clusterer that is put into BERTopic: few clusters, their number found, the same at every run."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import KMeans

from ..vectors import Floats, unit_rows

_GRAINS = 500  # small clusters that Ward's tree is built on
_NEIGHBOURS = 15  # of the graph by which the number of clusters is judged
_LOSS = 0.005  # of the best modularity that fewer clusters may cost
_ROUNDS = 10
_BLOCK = 2048
Labels = NDArray[np.int64]


class Grove:
    """Ward's tree over small clusters, cut where the graph of nearest neighbours falls apart best.

    Every cut of 2 to ``most`` clusters is settled (each row goes to its nearest centre until none moves) and
    judged by modularity (Newman and Girvan 2004); the fewest clusters within half a percent of the best win.
    ``fit`` wants (n, d) unit rows and leaves ``labels_`` (n,) and ``centres_`` (k, d).
    """

    def __init__(self, most: int = 60, seed: int = 7) -> None:
        self.most, self.seed = most, seed

    def fit(self, rows: Floats, y: Any = None) -> Grove:
        """The same rows in the same order give the same clusters."""
        grains = min(_GRAINS, max(1, len(rows) // 3))
        fitted = KMeans(grains, n_init=1, max_iter=_ROUNDS, random_state=self.seed).fit(rows)
        tree = linkage(fitted.cluster_centers_.astype(np.float64), "ward") if grains > 1 else None
        graph = neighbour_graph(rows, min(_NEIGHBOURS, len(rows) - 1))
        cuts = [settled(rows, _cut(tree, count)[fitted.labels_]) for count in _sizes(min(self.most, grains))]
        edges, degrees = graph.tocoo(), np.asarray(graph.sum(axis=1)).ravel()
        worth = [modularity(edges, degrees, cut) for cut in cuts]
        best = max(worth)
        self.modularity_ = best
        self.labels_ = next(cut for cut, value in zip(cuts, worth, strict=True) if value >= best - _LOSS * abs(best))
        self.centres_ = centres_of(rows, self.labels_)
        return self


def _sizes(most: int) -> list[int]:
    """1, 2, 3 ... 20, then in steps of a tenth, to ``most``."""
    sizes = [1]
    while sizes[-1] < most:
        sizes.append(sizes[-1] + max(1, sizes[-1] // 10))
    return [size for size in sizes if 1 < size <= most] or [1]


def _cut(tree: Any, count: int) -> Labels:
    if tree is None:
        return np.zeros(1, dtype=np.int64)
    return np.asarray(fcluster(tree, count, "maxclust"), dtype=np.int64) - 1


def centres_of(rows: Floats, labels: Labels) -> Floats:
    """(k, d) unit centres."""
    starts = np.arange(len(rows) + 1)
    members = sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), labels, starts)).T
    return unit_rows(np.asarray(members @ rows))


def settled(rows: Floats, labels: Labels) -> Labels:
    """Spherical k-means from a given partition; clusters that lose all their rows vanish."""
    for _ in range(_ROUNDS):
        moved = (rows @ centres_of(rows, labels).T).argmax(axis=1)
        if np.array_equal(moved, labels):
            break
        labels = np.unique(moved, return_inverse=True)[1].astype(np.int64)
    return labels


def neighbour_graph(rows: Floats, count: int) -> sparse.csr_matrix:
    """(n, n) symmetric: how often one of two rows is among the other's ``count`` nearest."""
    near = np.zeros((len(rows), count), dtype=np.int64)
    for start in range(0, len(rows), _BLOCK):
        likeness = rows[start : start + _BLOCK] @ rows.T
        own = np.arange(len(likeness))
        likeness[own, start + own] = -2
        near[start : start + _BLOCK] = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
    starts = np.arange(0, near.size + 1, count)
    graph = sparse.csr_matrix((np.ones(near.size), near.ravel(), starts), shape=(len(rows), len(rows)))
    return (graph + graph.T).tocsr()


def modularity(edges: sparse.coo_matrix, degrees: NDArray[np.float64], labels: Labels) -> float:
    """Share of edges inside clusters less what chance would put there."""
    total = float(degrees.sum())
    inside = float(edges.data[labels[edges.row] == labels[edges.col]].sum())
    return inside / total - float(((np.bincount(labels, degrees) / total) ** 2).sum())
