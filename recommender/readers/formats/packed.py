"""Zip archives as formats use them: each part within the limits of what a file may unpack to."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from zipfile import ZipFile, ZipInfo

from recommender.errors import InputError
from recommender.readers.unpack import BROKEN, Bounded

MEMBERS_LIMIT = 100_000
"""Most members of one archive."""


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
    with member, io.BufferedReader(Bounded(member, info.compress_size, "archive", total), 1 << 16) as found:
        yield found
