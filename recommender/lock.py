"""One training at a time: a lock that outlives no process, and tells who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .errors import ModelError

FILE = ".lock"
STALE_HOURS = 12  # a lock of another machine holds that long: whether its process lives cannot be seen from here
_HERE = threading.Lock()  # record locks do not tell the threads of one process apart


@dataclass(frozen=True, slots=True)
class Holder:
    """A process: ``pid`` on ``host``, ``born`` in clock ticks since its machine's start if known, ``since`` in seconds
    since 1970 the time at which it took the lock."""

    pid: int
    host: str
    born: int | None
    since: float

    @classmethod
    def me(cls) -> Holder:
        return cls(os.getpid(), socket.gethostname(), _state(os.getpid())[1], round(time.time(), 3))

    @classmethod
    def of(cls, text: bytes) -> Holder | None:
        """The holder that a lock file names; None if it is empty or was cut short by a kill."""
        try:
            row: dict[str, Any] = json.loads(text)
            born = row["born"]
            return cls(int(row["pid"]), str(row["host"]), None if born is None else int(born), float(row["since"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            return None

    @property
    def holds(self) -> bool:
        """False for a process of this machine that ended, and for one of another machine after ``STALE_HOURS``."""
        if self.host == socket.gethostname():
            return alive(self.pid, self.born)
        return time.time() - self.since < STALE_HOURS * 3600


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Holds ``folder/.lock`` while the block runs. Raises ModelError if another process holds it.

    The lock of a dead process is taken over, so that a kill needs no cleaning up.
    """
    path, mine = folder / FILE, Holder.me()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _guarded(path) as file:
            other = Holder.of(os.pread(file, 4096, 0))
            if other and other.holds:
                raise _refusal(path, other)
            os.ftruncate(file, 0)
            os.pwrite(file, json.dumps(asdict(mine)).encode() + b"\n", 0)
    except OSError as error:
        raise ModelError(f"{path} cannot be written: {error.strerror}.", "Check space and permissions.") from error
    try:
        yield
    finally:
        _release(path, mine)


def _release(path: Path, mine: Holder) -> None:
    """Removes the lock if it is still ours."""
    try:
        with _guarded(path) as file:
            if Holder.of(os.pread(file, 4096, 0)) == mine:
                path.unlink()
    except OSError:  # the folder is gone or read-only now: the lock ends with this process
        return


@contextmanager
def _guarded(path: Path) -> Iterator[int]:
    """The lock file, open, while no other process reads or writes it.

    A record lock ends with its process and does not pass on to forked workers, as one of ``flock`` would.
    """
    with _HERE:
        while True:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.lockf(file, fcntl.LOCK_EX)
                if not _is(path, file):  # removed by its holder in the meantime
                    continue
                yield file
                return
            finally:
                os.close(file)


def _is(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(file))
    except FileNotFoundError:
        return False


def _refusal(path: Path, other: Holder) -> ModelError:
    since = datetime.fromtimestamp(other.since, UTC).isoformat(timespec="seconds")
    what = f"Another training is at work in {path.parent}: process {other.pid} on {other.host}, since {since}."
    if other.host == socket.gethostname():
        return ModelError(what, "Wait for it to end, or stop it.")
    return ModelError(
        what, f"Wait for it to end. Is that machine down, delete {path}; after {STALE_HOURS} hours it counts no more."
    )


def alive(pid: int, born: int | None = None) -> bool:
    """Whether process ``pid`` of this machine runs, and is the one that was ``born`` then."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    state, start = _state(pid)
    return state not in ("Z", "X") and (born is None or start in (None, born))


def _state(pid: int) -> tuple[str, int | None]:
    """State letter and start time of a process, from Linux's /proc; elsewhere nothing is known."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return fields[0].decode(), int(fields[19])
    except (OSError, IndexError, ValueError):
        return "", None
