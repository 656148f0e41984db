"""Opening a file as bytes, unpacked on the way, within stated limits."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from recommender.errors import InputError
from recommender.files.reading import open_regular

GZ = ".gz"
"""Ends the name of a packed file, after the ending that tells its reader."""
UNPACKED_LIMIT = 4 * 1024**3
"""Most bytes that one gz file may unpack to."""
RATIO_LIMIT = 200
"""Most unpacked bytes for one packed byte, looked at beyond `RATIO_FREE`."""
RATIO_FREE = 64 * 1024**2
PAGE_LIMIT = 20 * 1024**2
"""Most bytes of one page."""


class _Bounded(io.RawIOBase):
    """A gz stream that stops at the limits instead of filling memory or disk."""

    def __init__(self, packed: gzip.GzipFile, size: int) -> None:
        self._packed, self._size, self._given = packed, max(size, 1), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._packed.read(len(buffer))
        except (EOFError, OSError, zlib.error) as error:
            raise InputError(f"The gz file is broken: {error}.", "Pack it again.") from error
        self._given += len(data)
        if self._given > UNPACKED_LIMIT:
            raise InputError(
                f"The gz file unpacks to more than {UNPACKED_LIMIT} bytes.", "Split it into several files."
            )
        if self._given > RATIO_FREE and self._given > RATIO_LIMIT * self._size:
            raise InputError(
                f"The gz file unpacks to more than {RATIO_LIMIT} times its size.",
                "Unpack it yourself if you trust it.",
            )
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def opened(path: str | Path, *, unpack: bool = True) -> Iterator[BinaryIO]:
    """A regular file's bytes; unpacked when its name ends in `GZ`.

    Raises InputError for what is no regular file or cannot be opened; reading from it raises
    InputError for a broken or overlarge gz.
    """
    try:
        plain = open_regular(path)
    except (OSError, ValueError) as error:
        raise InputError(f"The file cannot be opened: {_why(error)}.", "Check its name and rights.") from error
    with plain:
        if not unpack or not str(path).lower().endswith(GZ):
            yield plain
            return
        size = os.fstat(plain.fileno()).st_size
        with (
            gzip.GzipFile(fileobj=plain) as packed,
            io.BufferedReader(_Bounded(packed, size), 1 << 16) as unpacked,
        ):
            yield unpacked


def read_whole(path: str | Path, limit: int = PAGE_LIMIT) -> bytes:
    """All bytes of a file of at most ``limit`` bytes; InputError for a larger one."""
    with opened(path) as stream:
        try:
            raw = stream.read(limit + 1)
        except OSError as error:
            raise InputError(f"The file cannot be read: {_why(error)}.", "Check the disk.") from error
    if len(raw) > limit:
        raise too_large(limit)
    return raw


def too_large(limit: int) -> InputError:
    """A page, or a file that is held as a whole, of more than ``limit`` bytes."""
    return InputError(f"The file is larger than {limit} bytes.", "Many records belong in JSON Lines (.jsonl).")


def _why(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
