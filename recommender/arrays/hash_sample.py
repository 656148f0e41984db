"""Samples that change little when articles are added or removed."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Lots = NDArray[np.uint32]


def lots(ids: Sequence[str], seed: int) -> Lots:
    """(n,) a hash of each id, which does not depend on the other articles."""
    return np.array([zlib.crc32(name.encode(), seed) for name in ids], dtype=np.uint32)


def sampled(rows: Rows, most: int, drawn: Lots) -> Rows:
    """``rows``, or the ``most`` of them with the lowest hashes ``drawn`` (n,), in order."""
    if len(rows) <= most:
        return rows
    return np.sort(rows[np.lexsort((rows, drawn[rows]))[:most]])
