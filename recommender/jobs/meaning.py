"""The nearest of many articles by meaning: cell by cell, all queries from one cell in one product."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..index.cells import PROBES
from ..index.fields import Rows
from ..ranking.pruned import BY_MEANING

if TYPE_CHECKING:
    from .batch import Batch

_BLOCK = 256  # articles of a cell in one product


def nearest_by_meaning(batch: Batch, rows: Rows) -> NDArray[np.int32]:
    """(m, ``BY_MEANING``) the nearest of the articles at ``rows`` (m,) in any order, -1 behind the last."""
    cells = batch.model.pruning.cells
    nearest = np.full((len(rows), BY_MEANING), -1, dtype=np.int32)
    cell_of = cells.cell_of[rows]
    for cell in np.unique(cell_of).tolist():
        others = _rows_of_cells(batch, cell)
        asking = np.flatnonzero(cell_of == cell)
        for begin in range(0, len(asking) if len(others) else 0, _BLOCK):
            some = asking[begin : begin + _BLOCK]
            best = _nearest(batch, rows[some], others)
            nearest[some, : best.shape[1]] = best
    return nearest


def _rows_of_cells(batch: Batch, cell: int) -> Rows:
    """Rows, ascending, of the allowed articles in the cells nearest to a ``cell``, itself among them."""
    cells = batch.model.pruning.cells
    probes = int(np.ceil(PROBES / max(batch.passing, 1e-9))) if batch.passing else 0
    rows = np.sort(cells.near(np.asarray(cells.centres[cell]), min(len(cells), probes)))
    return rows[batch.allowed[rows]]


def _nearest(batch: Batch, block: Rows, others: Rows) -> NDArray[np.int32]:
    model, options = batch.model, batch.options
    cosine = np.asarray(model.dense.rows[block]) @ np.asarray(model.dense.rows[others]).T
    kinds = model.catalogue.duplicate_of
    if options.collapse:
        cosine[kinds[block][:, None] == kinds[others][None, :]] = -1
    if options.past_only:
        cosine[model.catalogue.days[others][None, :] > model.catalogue.days[block][:, None]] = -1
    count = min(BY_MEANING, len(others))
    best = np.argpartition(-cosine, count - 1, axis=1)[:, :count]
    return np.where(np.take_along_axis(cosine, best, axis=1) > 0, others[best], -1).astype(np.int32)
