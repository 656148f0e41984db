"""The dense index that looks into few cells: vectors near each other share one, and a query looks into the nearest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, dots, stretches, top_k, unit_rows
from ..arrays.kernels import Ints as Rows
from ..arrays.stored import Arrays, Files

PROBES = 16  # cells that a query looks into
_MEMBERS = 500  # vectors a cell, about
_TAUGHT = 64  # vectors a cell that the centres are learned from
_ROUNDS = 8
_BLOCK = 8192


@dataclass(frozen=True, slots=True)
class Cells:
    """Which vectors stand near which of c centres: inverted lists (Sivic & Zisserman 2003).

    ``centres`` (c, d) unit rows; ``order`` (n,) int32 rows by cell, ascending within one; those of cell ``i`` stand at
    ``start[i]:start[i + 1]``, ``start`` (c + 1,) int64.
    """

    centres: Floats
    start: Rows
    order: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.centres)

    @classmethod
    def none(cls, width: int = 0) -> Cells:
        return cls(np.zeros((0, width), np.float32), np.zeros(1, np.int64), np.zeros(0, np.int32))

    @classmethod
    def fit(cls, vectors: Floats, seed: int) -> Cells:
        """Of ``vectors`` (n, d), unit rows: spherical k-means (Dhillon & Modha 2001) of a sample drawn by ``seed``."""
        count = max(1, round(len(vectors) / _MEMBERS))
        random = np.random.default_rng(seed)
        taught = np.sort(random.permutation(len(vectors))[: count * _TAUGHT])
        sample = np.asarray(vectors[taught])
        centres = sample[np.sort(random.permutation(len(sample))[:count])]
        for _ in range(_ROUNDS):
            centres = _moved(sample, nearest_cell(sample, centres), centres)
        return cls.of(centres, nearest_cell(vectors, centres))

    @classmethod
    def of(cls, centres: Floats, cell_of: NDArray[np.int32]) -> Cells:
        """With the vectors where ``cell_of`` (n,) says."""
        start = np.zeros(len(centres) + 1, dtype=np.int64)
        np.cumsum(np.bincount(cell_of, minlength=len(centres)), out=start[1:])
        return cls(centres, start, np.argsort(cell_of, kind="stable").astype(np.int32))

    @property
    def cell_of(self) -> NDArray[np.int32]:
        """(n,) the cell of each vector."""
        cells = np.empty(len(self.order), dtype=np.int32)
        cells[self.order] = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.start))
        return cells

    def near(self, query: Floats, probes: int = PROBES) -> Rows:
        """Rows (m,) of the ``probes`` cells whose centres are nearest to ``query`` (d,)."""
        chosen = top_k(dots(self.centres, query), probes)
        begin = self.start[chosen]
        return self.order[stretches(begin, self.start[chosen + 1] - begin)].astype(np.int64)

    def arrays(self) -> Arrays:
        """See ``Component``."""
        return {name: getattr(self, name) for name in self.__slots__} if len(self) else {}

    def document(self) -> None:
        """See ``Component``."""

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> Cells:
        """See ``Component``. A model without cells, as of a small archive, has no such file."""
        return cls(**{name: files[name] for name in cls.__slots__}) if files.holds("centres") else cls.none()


@dataclass(frozen=True, slots=True)
class CellIndex:
    """Cosine to ``vectors`` (n, d), float32 unit rows, of those in the cells nearest to the query (d,)."""

    vectors: Floats
    cells: Cells
    probes: int = PROBES

    def __len__(self) -> int:
        return len(self.vectors)

    def search(self, query: Floats, k: int, allowed: NDArray[np.bool_]) -> Rows:
        """See ``Index.search``. Where the allowed ones are few it looks at all of them."""
        rows = self.cells.near(query, self.probes)
        rows = rows[allowed[rows]]
        if len(rows) < k:
            rows = np.flatnonzero(allowed)
        rows = np.sort(rows)
        cosine = dots(self.vectors[rows], query)
        return np.asarray(rows[top_k(cosine, k, cosine > 0)], dtype=np.int64)

    def score(self, query: Floats, rows: Rows) -> Floats:
        """See ``Index.score``: the cosine."""
        return dots(self.vectors[rows], query)


def nearest_cell(vectors: Floats, centres: Floats) -> NDArray[np.int32]:
    """(n,) the centre nearest to each of ``vectors`` (n, d), the first of equal ones."""
    cells = np.zeros(len(vectors), dtype=np.int32)
    for begin in range(0, len(vectors), _BLOCK):
        span = slice(begin, begin + _BLOCK)
        cells[span] = (np.asarray(vectors[span]) @ centres.T).argmax(axis=1)
    return cells


def _moved(sample: Floats, cells: NDArray[np.int32], centres: Floats) -> Floats:
    """The mean directions of the cells; one that is empty keeps its centre."""
    order = np.argsort(cells, kind="stable")
    filled, begin = np.unique(cells[order], return_index=True)
    moved = centres.copy()
    moved[filled] = unit_rows(np.add.reduceat(sample[order].astype(np.float64), begin, axis=0))
    return moved
