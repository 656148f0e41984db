"""Reads files that users name: regular files alone, up to a limit of size.

A named pipe or a device would block the program, or never end.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

SETTINGS_LIMIT = 16 * 1024**2
"""Most bytes of a file of settings, such as a recipe."""
LINES_LIMIT = 256 * 1024**2
"""Most bytes of a file that grows line by line and is held as a whole, such as the edits."""


def open_regular(path: str | Path, limit: int | None = None) -> BinaryIO:
    """Opens a file for reading. OSError, whose ``strerror`` says why, also if it is no regular file or too large."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        if limit is not None and status.st_size > limit:
            raise _too_large(path, limit)
        return os.fdopen(handle, "rb")
    except OSError:
        os.close(handle)
        raise


def stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is written anew; None where there is none."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_ino, about.st_size, about.st_mtime_ns


def read_bytes(path: str | Path, limit: int) -> bytes:
    """A whole file of at most ``limit`` bytes; fails as ``open_regular`` does."""
    with open_regular(path, limit) as file:
        raw = file.read(limit + 1)
    if len(raw) > limit:  # it grew, or it is one of /proc, which state no size
        raise _too_large(path, limit)
    return raw


def read_text(path: str | Path, limit: int, encoding: str = "utf-8") -> str:
    """The same as text, its lines ended by a newline alone. UnicodeDecodeError for other bytes."""
    return read_bytes(path, limit).decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def _too_large(path: str | Path, limit: int) -> OSError:
    return OSError(errno.EFBIG, f"it is larger than {limit} bytes", str(path))
