"""The dense index that looks into few cells: vectors near each other share one, and a query looks into the nearest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, dots, finite, highest, top_k, unit_rows
from ..arrays.kernels import Ints as Rows
from ..arrays.stored import Arrays, Files
from ..lazy import dataclass

PROBES = 16  # cells that a query looks into
_MEMBERS = 500  # vectors a cell, about
_TAUGHT = 64  # vectors a cell that the centres are learned from
_ROUNDS = 8
_BLOCK = 8192
_ROUGH = 32  # numbers of a vector by which those of a cell are gone through ...
_SPARE = 4  # ... for so many times as many as are wanted


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Cells:
    """Which vectors stand near which of c centres: inverted lists (Sivic & Zisserman 2003).

    ``centres`` (c, d) unit rows; ``order`` (n,) int32 rows by cell, ascending within one; those of cell ``i`` stand at
    ``start[i]:start[i + 1]``, ``start`` (c + 1,) int64. ``rough`` (n, 32) float32: the first numbers of each vector, in
    the order of ``order``, so that a cell is read in one piece; these are the axes on which vectors vary most.
    """

    centres: Floats
    start: Rows
    order: NDArray[np.int32]
    rough: Floats

    def __len__(self) -> int:
        return len(self.centres)

    @classmethod
    def none(cls, width: int = 0) -> Cells:
        return cls(
            np.zeros((0, width), np.float32),
            np.zeros(1, np.int64),
            np.zeros(0, np.int32),
            np.zeros((0, _ROUGH), np.float32),
        )

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
        return cls.of(centres, nearest_cell(vectors, centres), vectors)

    @classmethod
    def of(cls, centres: Floats, cell_of: NDArray[np.int32], vectors: Floats) -> Cells:
        """With ``vectors`` (n, d) where ``cell_of`` (n,) says."""
        start = np.zeros(len(centres) + 1, dtype=np.int64)
        np.cumsum(np.bincount(cell_of, minlength=len(centres)), out=start[1:])
        order = np.argsort(cell_of, kind="stable").astype(np.int32)
        return cls(centres, start, order, np.ascontiguousarray(vectors[:, :_ROUGH])[order])

    @property
    def cell_of(self) -> NDArray[np.int32]:
        """(n,) the cell of each vector."""
        cells = np.empty(len(self.order), dtype=np.int32)
        cells[self.order] = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.start))
        return cells

    def near(self, query: Floats, probes: int = PROBES) -> Rows:
        """Rows (m,) of the ``probes`` cells whose centres are nearest to ``query`` (d,)."""
        return self._joined(self.order, self._nearest(query, probes)).astype(np.int64)

    def nearest(self, query: Floats, probes: int, k: int, allowed: NDArray[np.bool_]) -> Rows:
        """Of ``near`` the allowed ones, the ``k`` nearest by the rough vectors where they are more."""
        cells = self._nearest(query, probes)
        rows = self._joined(self.order, cells)
        fits = allowed[rows]
        if np.count_nonzero(fits) <= k:
            return rows[fits].astype(np.int64)
        cosine = self._rough_cosines(query, cells, len(rows))
        if not fits.all():
            rows, cosine = rows[fits], cosine[fits]
        return rows[highest(cosine, k)].astype(np.int64)

    def _rough_cosines(self, query: Floats, cells: Rows, count: int) -> Floats:
        """(count,) of the members of ``cells``, by the first numbers of their vectors."""
        first, cosine, done = query[:_ROUGH], np.empty(count, dtype=np.float32), 0
        for begin, end in self._spans(cells):
            np.einsum("ij,j->i", self.rough[begin:end], first, out=cosine[done : done + end - begin])
            done += end - begin
        return finite(cosine)

    def _nearest(self, query: Floats, probes: int) -> Rows:
        return top_k(dots(self.centres, query), probes)

    def _spans(self, cells: Rows) -> list[tuple[int, int]]:
        return list(zip(self.start[cells].tolist(), self.start[cells + 1].tolist(), strict=True))

    def _joined(self, values: NDArray[np.int32], cells: Rows) -> NDArray[np.int32]:
        return np.concatenate([values[:0], *(values[a:b] for a, b in self._spans(cells))])

    def arrays(self) -> Arrays:
        """See ``Component``."""
        return {name: getattr(self, name) for name in self.__slots__} if len(self) else {}

    def document(self) -> None:
        """See ``Component``."""

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> Cells:
        """See ``Component``. A model without cells, as of a small archive, has no such file."""
        return cls(**{name: files[name] for name in cls.__slots__}) if files.holds("centres") else cls.none()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CellIndex:
    """Cosine to ``vectors`` (n, d), float32 unit rows, of those in the cells nearest to the query (d,)."""

    vectors: Floats
    cells: Cells
    probes: int = PROBES

    def __len__(self) -> int:
        return len(self.vectors)

    def search(self, query: Floats, k: int, allowed: NDArray[np.bool_]) -> Rows:
        """See ``Index.search``. Where the allowed ones are few it looks at all of them."""
        rows = self.cells.nearest(query, self.probes, _SPARE * k, allowed)
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
