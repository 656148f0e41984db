"""What the tests of the executors map: a process of its own finds these by name, so they stand in a light module."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from recommender.errors import QueryError
from recommender.executors.executor import written_once


def square(number: int) -> int:
    """The lower, the later it is done."""
    time.sleep(0.02 * max(0, 5 - number))
    return number * number


def write_square(folder: Path, number: int) -> Path:
    return written_once(folder / str(number), lambda file: file.write(str(number * number).encode()) and None)


def refuse_three(folder: Path, number: int) -> int:
    if number == 3:
        raise QueryError("3 is refused.", "Leave it out.")
    (folder / str(number)).touch()
    time.sleep(0.1)
    return number


def threads(_: int) -> tuple[str | None, ...]:
    return tuple(os.environ.get(name) for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"))


def kill_at_two(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def process(_: int) -> int:
    return os.getpid()


def slow_square(folder: Path, number: int) -> Path:
    """Half a second each, so that something can happen meanwhile."""
    time.sleep(0.5)
    return write_square(folder, number)


def kill_once(folder: Path, number: int) -> Path:
    """The first process that is at 2 is killed there."""
    if number == 2 and not (folder / "killed").exists():
        (folder / "killed").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return write_square(folder, number)


def refused_once(folder: Path, number: int) -> Path:
    """A shared folder that does not answer the first time."""
    if not (folder / f"{number}.asked").exists():
        (folder / f"{number}.asked").touch()
        raise OSError(116, "Stale file handle")
    return write_square(folder, number)
