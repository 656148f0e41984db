"""Opens files as streams of bytes, decompressed while they are read, within limits."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import shutil
import struct
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol
from zipfile import BadZipFile, ZipFile, ZipInfo

from recommender.errors import InputError
from recommender.files.reading import open_regular

GZ = ".gz"
"""Ends the name of a packed file, after the ending that tells its reader."""
UNPACKED_LIMIT = 4 * 1024**3
"""Most bytes that one gz file may unpack to."""
RATIO_LIMIT = 200
"""Most unpacked bytes for one packed byte, checked beyond `RATIO_FREE` bytes."""
RATIO_FREE = 64 * 1024**2
PAGE_LIMIT = 20 * 1024**2
"""Most bytes of one page."""
MEMBERS_LIMIT = 100_000
"""Most members of one archive."""
BROKEN = (BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, NotImplementedError,
          RuntimeError, KeyError, struct.error)  # fmt: skip
"""What the libraries raise for packed files that are none, cut, encrypted, or packed in a way they do not know."""
_GZ_MAGIC = b"\x1f\x8b\x08"


class Packed(Protocol):
    """A stream of unpacked bytes."""

    def read(self, size: int, /) -> bytes: ...


class Bounded(io.RawIOBase):
    """A packed stream of ``size`` bytes that stops at the limits instead of filling memory or disk.

    ``total`` is shared by the members of one archive: what all of them gave counts.
    """

    def __init__(self, packed: Packed, size: int, kind: str = "gz file", total: list[int] | None = None) -> None:
        self._packed, self._size, self._unpacked, self._kind = packed, max(size, 1), 0, kind
        self._total = total if total is not None else [0]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._packed.read(len(buffer))
        except BROKEN as error:
            raise InputError(f"The {self._kind} is broken: {error}.", "Pack it again.") from error
        self._unpacked += len(data)
        self._total[0] += len(data)
        if self._total[0] > UNPACKED_LIMIT:
            raise InputError(
                f"The {self._kind} unpacks to more than {UNPACKED_LIMIT} bytes.", "Split it into several files."
            )
        if self._unpacked > RATIO_FREE and self._unpacked > RATIO_LIMIT * self._size:
            raise InputError(
                f"The {self._kind} unpacks to more than {RATIO_LIMIT} times its size.",
                "Unpack it yourself if you trust it.",
            )
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def opened(path: str | Path, *, unpack: bool = True) -> Iterator[BinaryIO]:
    """A regular file's bytes; unpacked when it is a gz file or its name ends in `GZ`.

    Raises InputError for what is no regular file or cannot be opened; reading from it raises
    InputError for a broken or overlarge gz.
    """
    try:
        plain = open_regular(path)
    except (OSError, ValueError) as error:
        raise InputError(f"The file cannot be opened: {_reason(error)}.", "Check its name and rights.") from error
    with plain:
        if not unpack or not (str(path).lower().endswith(GZ) or _is_gz(plain)):
            yield plain
            return
        size = os.fstat(plain.fileno()).st_size
        with gzip.GzipFile(fileobj=plain) as packed, io.BufferedReader(Bounded(packed, size), 1 << 16) as unpacked:
            yield unpacked


def _is_gz(plain: BinaryIO) -> bool:
    try:
        start = plain.read(len(_GZ_MAGIC))
        plain.seek(0)
    except OSError as error:
        raise InputError(f"The file cannot be read: {_reason(error)}.", "Check the disk.") from error
    return start == _GZ_MAGIC


@contextmanager
def seekable(stream: BinaryIO) -> Iterator[BinaryIO]:
    """The same bytes in a file that can be sought in: itself, or a nameless copy of what is unpacked on the way."""
    if stream.seekable():
        yield stream
        return
    with tempfile.TemporaryFile() as copy:
        try:
            shutil.copyfileobj(stream, copy, 1 << 20)
        except OSError as error:
            raise InputError(f"The file cannot be unpacked: {_reason(error)}.", "Check the disk.") from error
        copy.seek(0)
        yield copy


def unpacked_member(stream: io.BufferedReader, size: int, total: list[int], name: str) -> io.BufferedReader:
    """The bytes of a member of an archive, unpacked once more where it is a gz file of ``size`` bytes."""
    if not name.lower().endswith(GZ) and stream.peek(len(_GZ_MAGIC))[: len(_GZ_MAGIC)] != _GZ_MAGIC:
        return stream
    return io.BufferedReader(Bounded(gzip.GzipFile(fileobj=stream), size, total=total), 1 << 16)


@contextmanager
def opened_zip(stream: BinaryIO) -> Iterator[ZipFile]:
    """The archive in a stream that can be sought in. InputError for a broken one and one of too many members."""
    try:
        archive = ZipFile(stream)
    except BROKEN as error:
        raise InputError(f"The archive is broken: {str(error)[:100]}.", "Save or pack it again.") from error
    with archive:
        if len(archive.infolist()) > MEMBERS_LIMIT:
            raise InputError(f"The archive has more than {MEMBERS_LIMIT:,} members.", "Split it into several.")
        yield archive


@contextmanager
def member_stream(
    archive: ZipFile, info: ZipInfo, total: list[int] | None = None
) -> Iterator[io.BufferedReader[Bounded]]:
    """The bytes of a member, unpacked on the way; reading raises InputError at the limits and where it is broken."""
    try:
        member = archive.open(info)
    except BROKEN as error:
        raise InputError(f"It cannot be unpacked: {str(error)[:100]}.", "Pack it again, without a password.") from error
    with member, io.BufferedReader(Bounded(member, info.compress_size, "archive", total), 1 << 16) as bounded:
        yield bounded


def whole(stream: BinaryIO, limit: int) -> bytes:
    """All bytes of a stream of at most ``limit`` bytes; InputError for a larger one."""
    try:
        raw = stream.read(limit + 1)
    except OSError as error:
        raise InputError(f"The file cannot be read: {_reason(error)}.", "Check the disk.") from error
    if len(raw) > limit:
        raise too_large(limit)
    return raw


def head_of(path: str | Path, size: int) -> bytes:
    """The first bytes of a file, unpacked; InputError as `opened`."""
    with opened(path) as stream:
        try:
            return stream.read(size)
        except OSError as error:
            raise InputError(f"The file cannot be read: {_reason(error)}.", "Check the disk.") from error


def read_whole(path: str | Path, limit: int = PAGE_LIMIT) -> bytes:
    """All bytes of a file of at most ``limit`` bytes; InputError for a larger one."""
    with opened(path) as stream:
        return whole(stream, limit)


def too_large(limit: int) -> InputError:
    """A page, or a file that is held as a whole, of more than ``limit`` bytes."""
    return InputError(f"The file is larger than {limit} bytes.", "Many records belong in JSON Lines (.jsonl).")


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
