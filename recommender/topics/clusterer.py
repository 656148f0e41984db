"""What a clusterer of topics does, and our own: few clusters, their number found, the same at every run."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import KMeans
from sklearn.utils.validation import check_is_fitted, validate_data

from ..arrays.kernels import Floats, unit_rows
from .neighbour_graph import Graph, Labels
from .partition import ROUNDS, CentreTree, centres_of, members_only, moved_towards, nearest, spherical_kmeans

_LOSS = 0.0075  # of the best modularity that fewer clusters may cost
_GAIN = 0.01  # of the modularity that it must bring to cut a cluster in two, or to join two
_GAIN_KEPT = 0.03  # the same for clusters that there were before
_STAY = 0.1  # of the best modularity that it may cost to keep the clusters there were
_LEAST = 3  # rows that can be more than one cluster
_EXACT = 1e-4  # by how much the length of a unit row may differ from 1


class Clusterer(Protocol):
    """What groups the vectors of articles: ``WardModularity`` or any scikit-learn clusterer that finds their number,
    as HDBSCAN, and what BERTopic takes as its ``hdbscan_model``. tests/test_contracts.py holds each to this."""

    labels_: Labels  # (n,) after ``fit``: 0, 1 ... for each row, -1 for one of no cluster

    def fit(self, rows: Floats, y: Any = None) -> Any:
        """Of (n, d) unit rows; returns itself. The same rows in the same order give the same clusters."""
        ...


class WardModularity(ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """Ward's tree over the centres of many small k-means, cut where the graph of nearest neighbours falls apart best.

    One k-means stops at another optimum whenever a few rows come or go; the centres of some hundred of them, each of
    another four fifths of the rows, lie close together where the rows do. Every cut of 2 to ``most`` clusters is
    settled (each row goes to its nearest centre until none moves) and judged by modularity; of the cuts within 0.75
    percent of the best the one with the fewest clusters wins. ``start`` (n,) are the clusters that there were before,
    -1 for rows of none: they stay, moved ``towards`` the clusters found afresh, unless those are better by a tenth.
    In either case clusters are then halved and joined where modularity gains a percent by it, or three percent if they
    were there before. ``fit`` takes (n, d) rows, of which their direction counts, and leaves ``labels_`` (n,) and
    ``centres_`` (k, d). A clusterer of scikit-learn, and what BERTopic takes as its ``hdbscan_model``: every row is in
    a cluster, and ``predict`` knows new ones.
    """

    def __init__(self, most: int = 60, seed: int = 7, start: Labels | None = None) -> None:
        self.most, self.seed, self.start = most, seed, start

    def fit(self, rows: Floats, y: Any = None) -> WardModularity:
        """The same rows in the same order give the same clusters. Fewer than three are one. Raises ValueError for rows
        that are no numbers, or not finite."""
        rows = _directions(validate_data(self, rows, dtype=[np.float64, np.float32]))
        if len(rows) < _LEAST:
            self.labels_ = np.zeros(len(rows), dtype=np.int64)
        else:
            self._fit(rows)
        self.centres_ = centres_of(rows, self.labels_)
        return self

    def predict(self, rows: Floats) -> Labels:
        """(n,) the cluster with the nearest centre. Raises NotFittedError before ``fit``."""
        check_is_fitted(self)
        given = _directions(validate_data(self, rows, dtype=[np.float64, np.float32], reset=False))
        return np.asarray((given @ self.centres_.T).argmax(axis=1), dtype=np.int64)

    def _fit(self, rows: Floats) -> None:
        graph = Graph.of(rows)
        self.labels_ = fresh = self._refined(rows, self._fresh(rows, graph), graph, _GAIN)
        if self.start is not None and (self.start >= 0).any():
            kept = spherical_kmeans(rows, nearest(rows, centres_of(*members_only(rows, self.start))))
            kept = self._refined(rows, moved_towards(rows, kept, fresh, int(fresh.max()) + 1), graph, _GAIN_KEPT)
            if graph.modularity(kept) >= (1 - _STAY) * graph.modularity(fresh):
                self.labels_ = kept

    def _fresh(self, rows: Floats, graph: Graph) -> Labels:
        tree = CentreTree.of(rows, self.seed)
        cuts = [tree.cut(rows, count) for count in _sizes(min(self.most, len(rows) // 3))]
        worth = [graph.modularity(cut) for cut in cuts]
        enough = max(worth) - _LOSS * abs(max(worth))
        return next(cut for cut, value in zip(cuts, worth, strict=True) if value >= enough)

    def _refined(self, rows: Floats, labels: Labels, graph: Graph, gain: float) -> Labels:
        """Clusters joined while they are more than ``most``; then halved or joined, the best step first, as long as it
        brings the share ``gain`` of modularity."""
        while labels.max() >= self.most:
            labels = spherical_kmeans(rows, with_best_join(labels, graph))
        worth = graph.modularity(labels)
        for _ in range(2 * self.most):
            count = int(labels.max()) + 1
            steps = [with_best_join(labels, graph)] if count > 2 else []
            steps += self._halvings(rows, labels, graph) if count < self.most else []
            moved = [spherical_kmeans(rows, step) for step in steps]
            gains = [graph.modularity(step) - worth for step in moved]
            best = int(np.argmax(gains)) if gains else -1
            if best < 0 or gains[best] <= gain * abs(worth):
                break
            labels, worth = moved[best], worth + gains[best]
        return labels

    def _halvings(self, rows: Floats, labels: Labels, graph: Graph) -> list[Labels]:
        """The partitions with one cluster cut in two, those that cost modularity before they settle left out."""
        found = []
        least = graph.modularity(labels)
        for cluster in range(int(labels.max()) + 1):
            members = np.flatnonzero(labels == cluster)
            if len(members) < 4:
                continue
            halves = KMeans(2, n_init=1, max_iter=ROUNDS, random_state=self.seed).fit_predict(rows[members])
            cut = labels.copy()
            cut[members[halves == 1]] = labels.max() + 1
            if graph.modularity(cut) > least:
                found.append(cut)
        return found


def _directions(rows: NDArray[np.floating]) -> Floats:
    """Unit rows, float32: the rows themselves where they are."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    if rows.dtype == np.float32 and (np.abs(lengths - 1) < _EXACT).all():
        return np.ascontiguousarray(rows)
    return unit_rows(rows)


def with_best_join(labels: Labels, graph: Graph) -> Labels:
    """The partition with the two clusters as one that fit together best."""
    best = graph.best_join(labels)
    return np.unique(np.where(labels == best.right, best.left, labels), return_inverse=True)[1].astype(np.int64)


def _sizes(most: int) -> list[int]:
    """2, 3 ... 20, then in steps of a tenth, to ``most``; 1 if there cannot be more."""
    sizes = [1]
    while sizes[-1] < most:
        sizes.append(sizes[-1] + max(1, sizes[-1] // 10))
    return [size for size in sizes if 1 < size <= most] or [1]
