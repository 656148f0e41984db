"""Samples that change little when articles are added or removed."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Hashes = NDArray[np.uint32]


def id_hashes(ids: Sequence[str], seed: int) -> Hashes:
    """(n,) a hash of the id of each article: it stays the same whoever else comes or goes."""
    return np.array([zlib.crc32(name.encode(), seed) for name in ids], dtype=np.uint32)


def sampled(rows: Rows, size: int, hashes: Hashes) -> Rows:
    """``rows``, or the ``size`` of them with the lowest hashes, in order."""
    if len(rows) <= size:
        return rows
    return np.sort(rows[np.lexsort((rows, hashes[rows]))[:size]])
