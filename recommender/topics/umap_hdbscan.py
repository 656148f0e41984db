"""UMAP and HDBSCAN as one clusterer, chained as in BERTopic."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import validate_data

from ..arrays.kernels import Floats, unit_rows
from .neighbour_graph import Labels
from .partition import centres_of
from .umap_loader import placed_by_umap

_NEIGHBOURS = 15
_DIMENSIONS = 5
_LEAST_ROWS = 2 * _DIMENSIONS  # rows that UMAP can place in so many dimensions


class UmapHdbscan(ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """Dense regions of ``least`` rows and more after UMAP to 5 dimensions; -1 for a row of none.

    Where there are more than ``most``, those with the nearest centres are joined (Ward). ``fit`` takes (n, d) rows, of
    which their direction counts, and leaves ``labels_`` (n,). One seed and order of rows, one result.
    """

    def __init__(self, most: int = 60, least: int = 15, seed: int = 7) -> None:
        self.most, self.least, self.seed = most, least, seed

    def fit(self, rows: Floats, y: Any = None) -> UmapHdbscan:
        """Fewer than 10 rows, or than twice ``least``, are of no cluster. Raises ValueError for rows that are no
        numbers, or not finite."""
        rows = unit_rows(validate_data(self, rows, dtype=[np.float64, np.float32]))
        self.labels_ = np.full(len(rows), -1, dtype=np.int64)
        if len(rows) >= max(_LEAST_ROWS, 2 * self.least):
            self.labels_ = self._at_most(rows, self._dense(rows))
        return self

    def _dense(self, rows: Floats) -> Labels:
        placed = placed_by_umap(
            rows, n_neighbors=min(_NEIGHBOURS, len(rows) - 1), n_components=_DIMENSIONS, min_dist=0.0, metric="cosine",
            random_state=self.seed, n_jobs=1,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks of one library on another
            from hdbscan import HDBSCAN

            labels = HDBSCAN(min_cluster_size=self.least, core_dist_n_jobs=1).fit_predict(placed)
        return np.asarray(labels, dtype=np.int64)

    def _at_most(self, rows: Floats, labels: Labels) -> Labels:
        clustered = labels >= 0
        if labels.max(initial=-1) < self.most:
            return labels
        tree = linkage(centres_of(rows[clustered], labels[clustered]).astype(np.float64), "ward")
        groups = np.unique(fcluster(tree, self.most, "maxclust"), return_inverse=True)[1]
        return np.where(clustered, groups[labels], -1).astype(np.int64)
