"""Maps one function over many partitions of a job: one after the other, in processes, or on a cluster.

The function takes paths and a partition, writes one file by rename and returns its path (``written_once``): a
partition can be done again on any host that sees the folder, and only names pass between the processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from ..files.atomic import replacing

Partition = TypeVar("Partition")
Result = TypeVar("Result")
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Executor(Protocol):
    """Maps a function over partitions. tests/test_contracts.py holds every one to this."""

    def map(self, function: Callable[[Partition], Result], partitions: Sequence[Partition]) -> Iterator[Result]:
        """The results in the order of the partitions, each as soon as it is known.

        An exception of ``function`` is raised here. Partitions that are not begun by then, or when the iterator is
        closed, are not done.
        """
        ...


class Serial:
    """One partition after the other, in this process; each when its result is asked for."""

    def map(self, function: Callable[[Partition], Result], partitions: Sequence[Partition]) -> Iterator[Result]:
        """See ``Executor.map``."""
        yield from map(function, partitions)


def written_once(path: Path, write: Callable[[BinaryIO], None]) -> Path:
    """``path``, which ``write`` fills under another name, unless it is there already. Raises OSError."""
    if not path.exists():
        with replacing(path) as file:
            write(file)
    return path


def ranges(count: int, workers: int, limit: int = 500) -> list[range]:
    """Consecutive ranges of 0..count - 1 for so many workers: several each, so that they end together."""
    size = max(1, min(limit, -(-count // (4 * workers))))
    return [range(start, min(start + size, count)) for start in range(0, count, size)]
