"""The protocol of a clusterer of topics, and our own: few clusters, their number found, deterministic."""

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
    as HDBSCAN, and what BERTopic takes as its ``hdbscan_model``. tests/test_contracts.py tests each."""

    labels_: Labels  # (n,) after ``fit``: 0, 1 ... for each row, -1 for one of no cluster

    def fit(self, rows: Floats, y: Any = None) -> Any:
        """Of (n, d) unit rows; returns itself. The same rows in the same order give the same clusters."""
        ...


class WardModularity(ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """Ward's tree over the centres of many small k-means, cut by the modularity of the nearest neighbour graph.

    A single k-means ends in another optimum whenever a few rows are added; the centres of sixty runs, each on another
    four fifths of the rows, are dense where the rows are. Every cut of 2 to ``most`` clusters is refined by k-means and
    scored by modularity; of the cuts within 0.75 percent of the best, the one with the fewest clusters wins. ``start``
    (n,) are the previous clusters, -1 for none: they stay, moved towards the fresh clusters, unless those are better by
    a tenth. In either case clusters are then split and merged where modularity gains a percent by it, or three percent
    for previous clusters. ``fit`` takes (n, d) rows, of which their direction counts, and leaves ``labels_`` (n,) and
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
        directions = _directions(validate_data(self, rows, dtype=[np.float64, np.float32], reset=False))
        return np.asarray((directions @ self.centres_.T).argmax(axis=1), dtype=np.int64)

    def _fit(self, rows: Floats) -> None:
        graph = Graph.of(rows)
        self.labels_ = fresh = self._refined(rows, self._fresh(rows, graph), graph, _GAIN)
        if self.start is not None and (self.start >= 0).any():
            moved = spherical_kmeans(rows, nearest(rows, centres_of(*members_only(rows, self.start))))
            moved = self._refined(rows, moved_towards(rows, moved, fresh, int(fresh.max()) + 1), graph, _GAIN_KEPT)
            if graph.modularity(moved) >= (1 - _STAY) * graph.modularity(fresh):
                self.labels_ = moved

    def _fresh(self, rows: Floats, graph: Graph) -> Labels:
        tree = CentreTree.of(rows, self.seed)
        cuts = [tree.cut(rows, count) for count in _sizes(min(self.most, len(rows) // 3))]
        scores = [graph.modularity(cut) for cut in cuts]
        threshold = max(scores) - _LOSS * abs(max(scores))
        return next(cut for cut, value in zip(cuts, scores, strict=True) if value >= threshold)

    def _refined(self, rows: Floats, labels: Labels, graph: Graph, gain: float) -> Labels:
        """Merges clusters while there are more than ``most``; then splits or merges, the best step first, while a step
        gains at least the share ``gain`` of modularity."""
        while labels.max() >= self.most:
            labels = spherical_kmeans(rows, with_best_merge(labels, graph))
        score = graph.modularity(labels)
        for _ in range(2 * self.most):
            count = int(labels.max()) + 1
            steps = [with_best_merge(labels, graph)] if count > 2 else []
            steps += self._halvings(rows, labels, graph) if count < self.most else []
            moved = [spherical_kmeans(rows, step) for step in steps]
            gains = [graph.modularity(step) - score for step in moved]
            best = int(np.argmax(gains)) if gains else -1
            if best < 0 or gains[best] <= gain * abs(score):
                break
            labels, score = moved[best], score + gains[best]
        return labels

    def _halvings(self, rows: Floats, labels: Labels, graph: Graph) -> list[Labels]:
        """The partitions with one cluster split in two, without those that lose modularity at once."""
        partitions = []
        baseline = graph.modularity(labels)
        for cluster in range(int(labels.max()) + 1):
            members = np.flatnonzero(labels == cluster)
            if len(members) < 4:
                continue
            halves = KMeans(2, n_init=1, max_iter=ROUNDS, random_state=self.seed).fit_predict(rows[members])
            cut = labels.copy()
            cut[members[halves == 1]] = labels.max() + 1
            if graph.modularity(cut) > baseline:
                partitions.append(cut)
        return partitions


def _directions(rows: NDArray[np.floating]) -> Floats:
    """Unit rows, float32; the same array if they are already."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    if rows.dtype == np.float32 and (np.abs(lengths - 1) < _EXACT).all():
        return np.ascontiguousarray(rows)
    return unit_rows(rows)


def with_best_merge(labels: Labels, graph: Graph) -> Labels:
    """The partition with the best pair of clusters merged."""
    best = graph.best_join(labels)
    return np.unique(np.where(labels == best.right, best.left, labels), return_inverse=True)[1].astype(np.int64)


def _sizes(limit: int) -> list[int]:
    """2, 3 ... 20, then in steps of a tenth, to ``limit``; 1 if there cannot be more."""
    sizes = [1]
    while sizes[-1] < limit:
        sizes.append(sizes[-1] + max(1, sizes[-1] // 10))
    return [size for size in sizes if 1 < size <= limit] or [1]
