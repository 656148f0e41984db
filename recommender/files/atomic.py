"""Files and folders that are written whole or not at all.

Files are written under a temporary name, locked in the kernel (`flock`). The lock ends with the process, so what a
killed process left behind differs from what a running one still writes, in other containers too.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from ..lazy import pattern

STALE_HOURS = 12  # a temporary file that old was left behind, where a file system has no locks
_STAGED = pattern(r"\.(?:writing|current|aside|deleting-v\d+)-\d+(?:-[0-9a-f]{8})?(?:@.+)?")
_OPEN = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK"))


@contextmanager
def staged_folder(root: Path) -> Iterator[Path]:
    """A new folder under a temporary name in ``root``, locked; removed if the block fails. Raises OSError."""
    path, handle = _claim(root, _make_folder)
    try:
        yield path
    except BaseException:
        _remove(path)
        raise
    finally:
        os.close(handle)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of ``path`` when the block ends well; until then and else ``path`` stays as it was.

    A link stays a link and permissions stay. A FIFO, a device and standard output are written to directly.
    Raises OSError.
    """
    if stream := _open_special(path):
        with stream:
            yield stream
        return
    target = Path(os.path.realpath(path))
    sweep(target.parent)
    staged, handle = _claim(target.parent, _make_file)
    try:
        with os.fdopen(handle, "wb") as file:
            _take_permissions(target, handle)
            yield file
            file.flush()
            os.fsync(handle)
            staged.replace(target)
        sync(target.parent)
    except BaseException:
        with suppress(OSError):
            staged.unlink(missing_ok=True)
        raise


def replace_text(path: Path, text: str) -> None:
    """Writes ``path`` as a whole or not at all. Raises OSError."""
    with replacing(path) as file:
        file.write(text.encode())


def append(path: Path, file: FileIO, text: str) -> None:
    """Adds ``text`` at the end of the file at ``path``, open as ``file`` without a buffer, and syncs.

    A partial write, as on a full disk, is undone. Raises OSError.
    """
    size, rest = file.seek(0, os.SEEK_END), text.encode()
    try:
        while rest:
            rest = rest[file.write(rest) :]
        os.fsync(file.fileno())
        if not size:
            sync(path.parent)
    except BaseException:
        file.truncate(size)
        raise


def remove_folder(path: Path) -> None:
    """Deletes a folder under a temporary name, so that a kill leaves nothing that looks whole. Raises OSError."""
    handle = os.open(path, _OPEN)
    try:
        _lock(handle)
        doomed = _temporary_path(path.parent, f"deleting-{path.name}")
        path.rename(doomed)
        _remove(doomed, noting=True)
    finally:
        os.close(handle)


def sweep(root: Path) -> list[str]:
    """Removes what killed processes left in ``root`` under temporary names, and returns the names."""
    gone = []
    with suppress(OSError):
        for path in sorted(root.glob(".*")):
            if _STAGED.fullmatch(path.name) and _remove_stale(path):
                gone.append(path.name)
    return gone


def same_file(path: Path, handle: int) -> bool:
    """Whether ``handle`` is of the file that is at ``path`` now."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except FileNotFoundError:
        return False


def lock_file(handle: int, *, wait: bool = False) -> None:
    """Locks an open file or folder for this handle (`flock`). Raises BlockingIOError where another has it, OSError."""
    import fcntl

    fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def lock_record(handle: int) -> None:
    """Locks an open file for this process (a record lock). Raises OSError, EAGAIN or EACCES where another has it."""
    import fcntl

    fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def sync(folder: Path) -> None:
    """Makes names that were added or renamed in ``folder`` outlast a loss of power. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(folder: Path, *, noting: bool = False) -> None:
    """Removes a folder; what cannot be removed stays, or raises OSError if ``noting``."""
    import shutil  # loads libraries for archives, which queries do not need

    shutil.rmtree(folder, ignore_errors=not noting)


def _temporary_path(root: Path, what: str) -> Path:
    """A hidden path with process and host for people to read; random bytes make it unique across containers."""
    import socket  # queries write nothing

    return root / f".{what}-{os.getpid()}-{os.urandom(4).hex()}@{socket.gethostname()}"


def _claim(root: Path, make: Callable[[Path], int]) -> tuple[Path, int]:
    """The temporary path that ``make`` made, and a handle that locks it; tries again if a sweep removed it first."""
    while True:
        path = _temporary_path(root, "writing")
        try:
            handle = make(path)
        except FileNotFoundError:
            if not root.is_dir():
                raise
            continue
        if _lock(handle) is not False and same_file(path, handle):
            return path, handle
        os.close(handle)


def _make_folder(path: Path) -> int:
    path.mkdir()
    return os.open(path, _OPEN)


def _make_file(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)


def _open_special(path: Path) -> BinaryIO | None:
    """``path`` open for writing if it is a FIFO, a device or standard output; None for a regular or a missing file."""
    try:
        there = os.stat(path)
    except FileNotFoundError:
        return None
    for number in (1, 2):
        with suppress(OSError):  # closed
            if os.path.samestat(there, os.fstat(number)):
                return os.fdopen(os.dup(number), "wb")
    return None if stat.S_ISREG(there.st_mode) else path.open("wb")


def _take_permissions(target: Path, handle: int) -> None:
    """Gives the open file the owner and mode of ``target``, if that is there. Raises OSError if it is read-only."""
    try:
        status = os.stat(target)
    except FileNotFoundError:
        return
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    with suppress(PermissionError):
        os.fchown(handle, status.st_uid, status.st_gid)
    os.fchmod(handle, stat.S_IMODE(status.st_mode))


def _lock(handle: int) -> bool | None:
    """Takes the lock of an open file; False if another has it, None if its file system has no locks."""
    try:
        lock_file(handle)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _remove_stale(path: Path) -> bool:
    """Removes ``path`` if no process writes it any more; returns whether it is gone."""
    try:
        handle = os.open(path, _OPEN)
    except OSError:  # another's, a link, or renamed just now
        return False
    try:
        locked, about = _lock(handle), os.fstat(handle)
        old = time.time() - about.st_mtime > STALE_HOURS * 3600
        if locked is False or (locked is None and not old) or not same_file(path, handle):
            return False
        if stat.S_ISDIR(about.st_mode):
            _remove(path)
        elif stat.S_ISREG(about.st_mode):
            path.unlink(missing_ok=True)
    except OSError:
        return False
    finally:
        os.close(handle)
    return not path.exists()
