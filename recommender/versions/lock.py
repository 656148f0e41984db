"""One training at a time: a lock that the kernel frees when its process ends, and that names its holder."""

from __future__ import annotations

import errno
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import ModelError, reason
from ..files.atomic import lock_record, same_file
from ..lazy import dataclass

FILE = ".lock"
SWITCH = ".switch"
_TIMEOUT = 10.0  # seconds in which one who changes what is current is done
# Record locks do not tell the threads of one process apart, and end when it closes any handle of the file: so what
# this process holds, by device and number of the folder, is not opened a second time.
_HERE: dict[tuple[int, int, str], Holder] = {}
_GUARD = threading.Lock()


@dataclass(frozen=True, slots=True)
class Holder:
    """A process, for people: ``pid`` as ``host`` counts it, ``since`` when it holds, in seconds since 1970."""

    pid: int
    host: str
    since: float

    @classmethod
    def me(cls) -> Holder:
        return cls(os.getpid(), socket.gethostname(), round(time.time(), 3))

    @classmethod
    def of(cls, text: bytes) -> Holder | None:
        """The holder that a lock file names; None if it names none, as for a moment before it is written."""
        try:
            row: dict[str, Any] = json.loads(text)
            return cls(int(row["pid"]), str(row["host"]), float(row["since"]))
        except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
            return None

    def described(self) -> str:
        with suppress(ValueError, OverflowError, OSError):
            since = datetime.fromtimestamp(self.since, UTC).isoformat(timespec="seconds")
            return f"process {self.pid} on {self.host}, since {since}"
        return f"process {self.pid} on {self.host}"


@contextmanager
def current_lock(folder: Path) -> Iterator[None]:
    """Holds ``folder/.switch`` while the block changes which version is current; waits for another who does.

    It is not the lock of a training: one may go back to an earlier version while the next is trained. Raises ModelError
    where the other is not done in time.
    """
    end = time.monotonic() + _TIMEOUT
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(_lock(folder, SWITCH))
                break
            except Locked:
                if time.monotonic() > end:
                    raise
            time.sleep(0.02)
        yield


@contextmanager
def training_lock(folder: Path) -> Iterator[None]:
    """Holds ``folder/.lock`` while the block runs. Raises ModelError if another process or thread holds it.

    Other containers are kept out too, and other machines where the file system shares its locks. A kill needs no
    cleaning up. Forked workers that outlive their parent do not hold it, as they would with `flock`.
    """
    with _lock(folder, FILE):
        yield


class Locked(ModelError):
    """Another holds the lock."""


@contextmanager
def _lock(folder: Path, name: str) -> Iterator[None]:
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        about = folder.stat()
        with _GUARD:
            file = _acquire(path, _HERE.get(key := (about.st_dev, about.st_ino, name)))
            _HERE[key] = Holder.me()
    except OSError as error:
        raise ModelError(f"{path} cannot be written: {reason(error)}.", "Check space and permissions.") from error
    try:
        yield
    finally:
        with _GUARD:
            del _HERE[key]
            _release(path, file)


def _acquire(path: Path, here: Holder | None) -> int:
    """The lock file, open, locked and with our name in it. Raises ModelError if another holds it, OSError."""
    if here:
        raise _refusal(path, here)
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            lock_record(file)
        except OSError as error:
            other = Holder.of(os.pread(file, 4096, 0))
            os.close(file)
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            raise _refusal(path, other) from None
        if same_file(path, file):
            return _signed(path, file)
        os.close(file)  # its holder removed it just now


def _signed(path: Path, file: int) -> int:
    try:
        os.ftruncate(file, 0)
        os.pwrite(file, json.dumps(asdict(Holder.me())).encode() + b"\n", 0)
    except BaseException:
        _release(path, file)
        raise
    return file


def _release(path: Path, file: int) -> None:
    """Removes the lock file if it is still ours, and frees the lock."""
    with suppress(OSError):  # the folder is gone or read-only now
        if same_file(path, file):
            path.unlink()
    os.close(file)


def _refusal(path: Path, other: Holder | None) -> Locked:
    who = other.described() if other else "its process has not written its name yet"
    what = "training is at work" if path.name == FILE else "process changes which version is current"
    return Locked(f"Another {what} in {path.parent}: {who}.", "Wait for it to end, or stop it.")
