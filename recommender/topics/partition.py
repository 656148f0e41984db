"""Partitions of unit rows: centres, spherical k-means, Ward's tree over the centres of many k-means."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import linear_sum_assignment

from ..arrays.kernels import Floats, unit_rows
from ..lazy import dataclass
from .neighbour_graph import Labels

_RUNS = 60  # of k-means, whose centres Ward's tree is built on ...
_GRAINS = 30  # ... clusters of each ...
_SHARE = 0.8  # ... on this share of the rows ...
_DRAWN = 4_000  # ... at most
ROUNDS = 10  # of k-means, at most
_STEP = 1.5  # times the Jaccard index: the fraction of the way that a cluster moves to its partner ...
_WAY = 0.9  # ... at most, so that members that the partner lacks keep a centre
_FAR = 1e-4  # the squared distance below which all rows are at the centres drawn so far


def centres_of(rows: Floats, labels: Labels) -> Floats:
    """(k, d) unit centres."""
    starts = np.arange(len(rows) + 1)
    members = sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), labels, starts)).T
    return unit_rows(np.asarray(members @ rows))


def nearest(rows: Floats, centres: Floats) -> Labels:
    return np.unique((rows @ centres.T).argmax(axis=1), return_inverse=True)[1].astype(np.int64)


def spherical_kmeans(rows: Floats, labels: Labels) -> Labels:
    """Spherical k-means from a given partition; clusters that lose all their rows vanish."""
    for _ in range(ROUNDS):
        moved = (rows @ centres_of(rows, labels).T).argmax(axis=1)
        if np.array_equal(moved, labels):
            break
        labels = np.unique(moved, return_inverse=True)[1].astype(np.int64)
    return labels


@dataclass(frozen=True)
class CentreTree:
    """Ward's tree over ``centres`` (m, d) of many runs of k-means, each of other rows."""

    centres: Floats
    tree: Any

    @classmethod
    def of(cls, rows: Floats, seed: int) -> CentreTree:
        """Of (n, d) unit rows."""
        random = np.random.default_rng(seed)
        drawn = min(_DRAWN, max(2, round(_SHARE * len(rows))))
        grains = min(_GRAINS, max(1, drawn // 3))
        runs = (rows[np.sort(random.permutation(len(rows))[:drawn])] for _ in range(_RUNS))
        centres = np.concatenate([_centres(run, grains, random) for run in runs])
        return cls(centres, linkage(centres.astype(np.float64), "ward") if len(centres) > 1 else None)

    def cut(self, rows: Floats, count: int) -> Labels:
        """(n,) the ``rows`` in at most ``count`` clusters: the nearest part of the tree, then k-means."""
        return spherical_kmeans(rows, nearest(rows, centres_of(self.centres, _cut(self.tree, count))))


def _centres(rows: Floats, count: int, random: np.random.Generator) -> Floats:
    """(k, d) unit centres of at most ``count`` clusters: spherical k-means++ (Arthur and Vassilvitskii 2007)."""
    first = [int(random.integers(len(rows)))]
    far = np.maximum(1 - rows @ rows[first[0]], 0).astype(np.float64)
    while len(first) < count and far.sum() > _FAR:
        first.append(int(random.choice(len(rows), p=far / far.sum())))
        far = np.minimum(far, np.maximum(1 - rows @ rows[first[-1]], 0))
    return centres_of(rows, spherical_kmeans(rows, nearest(rows, rows[first])))


def _cut(tree: Any, count: int) -> Labels:
    if tree is None:
        return np.zeros(1, dtype=np.int64)
    return np.asarray(fcluster(tree, count, "maxclust"), dtype=np.int64) - 1


def cluster_into(rows: Floats, count: int, tree: CentreTree, start: Labels) -> Labels:
    """(n,) the rows in about ``count`` clusters. Those of ``start`` (n,), -1 for none, stay, moved towards the fresh
    ones of the ``tree``, of which as many are added as ``count`` needs."""
    fresh = tree.cut(rows, count)
    if not (start >= 0).any():
        return fresh
    moved = spherical_kmeans(rows, nearest(rows, centres_of(*members_only(rows, start))))
    return moved_towards(rows, moved, fresh, count)


def moved_towards(rows: Floats, labels: Labels, fresh: Labels, count: int = 0) -> Labels:
    """The partition ``labels`` moved towards ``fresh``. A cluster's centre moves to that of its partner (Hungarian
    matching) by 1.5 times their Jaccard index, nine tenths of the way at most: a weak partner moves it little. Clusters
    of ``fresh`` without a partner are added, the largest first, while there are fewer than ``count``; each row goes to
    the nearest centre."""
    table = np.zeros((int(labels.max()) + 1, int(fresh.max()) + 1))
    np.add.at(table, (labels, fresh), 1)
    either = table.sum(axis=1)[:, None] + table.sum(axis=0)[None, :] - table
    common = (table / either).round(9)
    left, right = linear_sum_assignment(-common)
    centres, others = centres_of(rows, labels), centres_of(rows, fresh)
    step = np.minimum(_STEP * common[left, right], _WAY)
    centres[left] += step[:, None].astype(np.float32) * (others[right] - centres[left])
    alone = np.setdiff1d(np.arange(len(others)), right[table[left, right] > 0])
    born = alone[np.argsort(-table.sum(axis=0)[alone], kind="stable")][: max(0, count - len(centres))]
    return nearest(rows, unit_rows(np.concatenate([centres, others[born]])))


def members_only(rows: Floats, labels: Labels) -> tuple[Floats, Labels]:
    """The rows that are in a cluster, and the clusters numbered without a gap."""
    inside = labels >= 0
    return rows[inside], np.unique(labels[inside], return_inverse=True)[1].astype(np.int64)
