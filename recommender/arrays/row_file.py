"""Rows of numbers too many for memory, in a temporary file; rows are read when they are asked for."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import numpy as np

from ..errors import RecommenderError, reason
from .kernels import Floats, Ints

HELD = 1 << 26  # bytes of rows that are held in memory: a small archive writes no file
_BLOCK = 8192  # rows that are read at a time


@contextmanager
def temporary_file_errors() -> Iterator[None]:
    """Around what writes to a temporary file: an OSError becomes a RecommenderError that names the folder of such files
    and says how to choose another."""
    try:
        yield
    except OSError as error:
        import tempfile

        raise RecommenderError(
            f"The folder for temporary files, {tempfile.gettempdir()}, cannot be written: {reason(error)}.",
            "Make room there, or name another folder: TMPDIR=/path",
        ) from error


class RowFile:
    """(n, d) float32. ``rows[a:b]`` and ``rows[positions]`` read from the file, which is deleted with the process."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._count = 0
        import tempfile  # queries do not need it

        with temporary_file_errors():
            self._file = tempfile.TemporaryFile()  # noqa: SIM115
        weakref.finalize(self, self._file.close)

    @property
    def shape(self) -> tuple[int, int]:
        return self._count, self.width

    def __len__(self) -> int:
        return self._count

    def append(self, rows: Floats) -> None:
        """Adds rows (m, d) at the end. Raises RecommenderError if they cannot be written."""
        with temporary_file_errors():
            self._file.seek(4 * self._count * self.width)
            self._file.write(np.ascontiguousarray(rows, dtype=np.float32).data)
            self._file.flush()
        self._count += len(rows)

    def __getitem__(self, rows: slice | Ints) -> Floats:
        if isinstance(rows, slice):
            first, last, _ = rows.indices(self._count)
            return self._read(first, max(first, last))
        gathered = np.empty((len(rows), self.width), dtype=np.float32)
        order = np.argsort(rows, kind="stable")
        ascending = rows[order]
        done = 0
        while done < len(rows):
            first = int(ascending[done])
            end = int(np.searchsorted(ascending, first + _BLOCK))
            block = self._read(first, int(ascending[end - 1]) + 1)
            gathered[order[done:end]] = block[ascending[done:end] - first]
            done = end
        return gathered

    def _read(self, first: int, last: int) -> Floats:
        rows = np.empty((last - first, self.width), dtype=np.float32)
        self._file.seek(4 * first * self.width)
        self._file.readinto(rows.reshape(-1).view(np.uint8).data)
        return rows


Rows = Floats | RowFile


def stored(parts: Iterable[Floats], count: int) -> Rows:
    """One table of all ``parts``, which have ``count`` rows together: in memory if it is small, else in a file."""
    done = 0
    rows: Rows = np.empty((0, 0), dtype=np.float32)
    for part in parts:
        if not done:
            small = part.nbytes // len(part) * count <= HELD
            rows = np.empty((count, part.shape[1]), dtype=np.float32) if small else RowFile(part.shape[1])
        if isinstance(rows, RowFile):
            rows.append(part)
        else:
            rows[done : done + len(part)] = part
        done += len(part)
    return rows


def in_blocks(rows: Rows, made: Callable[[Floats], Floats], block: int = _BLOCK) -> Iterator[Floats]:
    """The result of ``made`` for each block of rows."""
    for start in range(0, len(rows), block):
        yield made(rows[start : start + block])
