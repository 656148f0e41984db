"""What a large archive has beside its indexes so that a question need not look at every article."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats
from ..arrays.kernels import Ints as Rows
from ..arrays.row_mapping import RowMapping
from ..arrays.stored import Arrays, Files
from ..lazy import dataclass
from .cells import Cells, nearest_cell

EXHAUSTIVE = 50_000  # articles up to which every one is looked at


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pruning:
    """``cells`` of the dense rows; ``by_day`` (n,) int32 all rows by their day, those without one last. Both empty
    where every article is looked at."""

    cells: Cells
    by_day: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.cells)

    @classmethod
    def none(cls) -> Pruning:
        return cls(Cells.none(), np.zeros(0, np.int32))

    @classmethod
    def of(cls, dense: Floats, days: NDArray[np.float64], seed: int) -> Pruning:
        """For ``dense`` (n, d) unit rows and ``days`` (n,) of as many articles; none for a small archive."""
        if len(dense) < EXHAUSTIVE:
            return cls.none()
        return cls(Cells.fit(dense, seed), rows_by_day(days))

    def grown(self, mapping: RowMapping, dense: Floats, days: NDArray[np.float64]) -> Pruning:
        """With newcomers in their cells and without what left; ``dense`` and ``days`` are those of all articles now."""
        if not len(self):
            return self
        fresh = nearest_cell(dense[mapping.newcomers], self.cells.centres)
        return Pruning(Cells.of(self.cells.centres, mapping.take(self.cells.cell_of, fresh), dense), rows_by_day(days))

    def arrays(self) -> Arrays:
        """See ``Component``."""
        return {**self.cells.arrays(), "by_day": self.by_day} if len(self) else {}

    def document(self) -> None:
        """See ``Component``."""

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> Pruning:
        """See ``Component``."""
        cells = Cells.load(files, about)
        return cls(cells, files["by_day"]) if len(cells) else cls.none()


def rows_by_day(days: NDArray[np.float64]) -> NDArray[np.int32]:
    """(n,) rows in the order of their ``days`` (n,), equal ones ascending, unknown ones last."""
    return np.argsort(np.nan_to_num(days, nan=np.inf), kind="stable").astype(np.int32)


def around(days: NDArray[np.float64], by_day: NDArray[np.int32], day: float, count: int) -> Rows:
    """About ``count`` rows of ``by_day`` (m,) with the days nearest to ``day``: half before it, half behind."""
    if not len(by_day) or np.isnan(day):
        return np.zeros(0, dtype=np.int64)
    low, high = 0, len(by_day)
    while low < high:  # the days need not be laid in order for a few steps of halving
        middle = (low + high) // 2
        middle_day = float(days[by_day[middle]])
        low, high = (middle + 1, high) if middle_day < day else (low, middle)
    begin = max(0, low - count // 2)
    rows = by_day[begin : begin + count].astype(np.int64)
    return np.asarray(rows[~np.isnan(days[rows])], dtype=np.int64)
