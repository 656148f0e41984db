"""Arrays of a corpus that has grown: the rows that stay and the new ones, in the order of ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..lazy import dataclass
from .strings import StringArray

Rows = NDArray[np.int64]
_Kind = TypeVar("_Kind", bound=np.generic)


@dataclass(frozen=True, eq=False, repr=False)
class RowMapping:
    """Where each of the n rows comes from: ``source`` (n,) counts the ``before`` old rows, then the newcomers."""

    source: Rows
    before: int

    @property
    def carried(self) -> NDArray[np.bool_]:
        """(n,) whether the row was there before and is unchanged."""
        return np.asarray(self.source < self.before)

    @property
    def newcomers(self) -> Rows:
        """(m,) the new row of each newcomer, in their order."""
        fresh = np.flatnonzero(~self.carried)
        return fresh[np.argsort(self.source[fresh], kind="stable")].astype(np.int64)

    def now(self) -> Rows:
        """(before,) where each old row sits now, -1 for those that left or were replaced."""
        new_rows = np.full(self.before, -1, dtype=np.int64)
        stays = np.flatnonzero(self.carried)
        new_rows[self.source[stays]] = stays
        return new_rows

    def take(self, old: NDArray[_Kind], fresh: NDArray[Any]) -> NDArray[_Kind]:
        """Rows of ``old`` (before, ...) and ``fresh`` (m, ...) in their new order; the dtype is that of ``old``."""
        return taken(old, fresh, self.source)

    def strings(self, old: StringArray, fresh: Iterable[str]) -> StringArray:
        new = StringArray.of(fresh)
        starts = np.concatenate([old.offsets, old.offsets[-1] + new.offsets[1:]])
        blob = laid(old.blob, new.blob, starts, self.source)
        return StringArray(blob, row_starts(starts, self.source))


class Columns(NamedTuple, Generic[_Kind]):
    """A sparse table by column: ``row`` (p,) and ``value`` (p,) of column ``c`` stand at ``start[c]:start[c + 1]``, the
    rows of one column ascending."""

    start: Rows
    row: NDArray[np.int32]
    value: NDArray[_Kind]

    def grown(self, before: int, source: Rows, fresh: tuple[Rows, Rows, NDArray[_Kind]]) -> Columns[_Kind]:
        """Row ``i`` comes from ``source[i]``, which counts the ``before`` rows of this table, then those of ``fresh``:
        columns (q,), rows (q,) from 0, and values (q,). Old rows that keep their order in ``source``, as those of a
        corpus sorted by id do, are moved and not sorted again."""
        column, row, value = fresh
        now = np.full(before + int(row.max(initial=-1)) + 1, -1, dtype=np.int32)
        inside = source < len(now)
        now[source[inside]] = np.flatnonzero(inside)
        rows, start, values = now[self.row], self.start, self.value
        if (now[:before] < 0).any():
            carried = rows >= 0
            rows, values = rows[carried], values[carried]
            start = np.concatenate([[0], np.cumsum(carried)])[start]
        stay = now[:before][now[:before] >= 0]
        if (np.diff(stay) < 0).any():
            sorted_again = np.lexsort((rows, np.repeat(np.arange(len(start) - 1), np.diff(start))))
            rows, values = rows[sorted_again], values[sorted_again]
        new = now[before + row]
        order = np.lexsort((new, column))
        order = order[new[order] >= 0]
        column, new, value = column[order], new[order], value[order]
        first, last = start[column].tolist(), start[column + 1].tolist()
        steps = (int(rows[a:b].searchsorted(r)) for a, b, r in zip(first, last, new.tolist(), strict=True))
        positions = start[column] + np.fromiter(steps, dtype=np.int64, count=len(column))
        more = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=len(start) - 1))])
        return Columns(start + more, np.insert(rows, positions, new), np.insert(values, positions, value))


def row_starts(starts: Rows, source: Rows) -> Rows:
    """Where the rows ``source``, laid end to end, start."""
    begin = np.zeros(len(source) + 1, dtype=np.int64)
    np.cumsum(starts[source + 1] - starts[source], out=begin[1:])
    return begin


def within(starts: Rows, rows: Rows) -> tuple[Rows, Rows]:
    """For each member of the spans of ``rows`` (m,), end to end: its index in ``rows``, and its position."""
    begin, size = starts[rows], starts[rows + 1] - starts[rows]
    of = np.repeat(np.arange(len(rows)), size)
    return of, np.repeat(begin - np.cumsum(size) + size, size) + np.arange(len(of))


def taken(old: NDArray[_Kind], fresh: NDArray[Any], source: Rows) -> NDArray[_Kind]:
    """Row ``i`` is row ``source[i]`` of ``old`` (b, ...), from b on of ``fresh`` (m, ...); the dtype is ``old``'s."""
    return laid(old, fresh, np.arange(len(old) + len(fresh) + 1), source)


def laid(old: NDArray[_Kind], fresh: NDArray[Any], starts: Rows, source: Rows) -> NDArray[_Kind]:
    """Spans ``starts[r]:starts[r + 1]`` of ``old`` and ``fresh`` behind it, for each ``r`` of ``source``, end to end.

    Neighbours that stay neighbours are copied in one piece, from where they stand: a large table is copied once.
    """
    if not len(source):
        return old[:0]
    breaks = np.flatnonzero(np.diff(source) != 1) + 1
    first = source[np.concatenate([[0], breaks])]
    last = source[np.concatenate([breaks - 1, [len(source) - 1]])]
    new, old_count = fresh.astype(old.dtype, copy=False), len(old)
    pieces = []
    for a, b in zip(starts[first].tolist(), starts[last + 1].tolist(), strict=True):
        if a < old_count:
            pieces.append(old[a:b])
        if b > old_count:
            pieces.append(new[max(a - old_count, 0) : b - old_count])
    return np.concatenate(pieces) if pieces else old[:0]
