"""A vector of which most entries are zero."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .kernels import Floats


class SparseVector(NamedTuple):
    """``ids`` (m,) ascending term numbers, ``weights`` (m,) float32 of unit length (or empty)."""

    ids: NDArray[np.int64]
    weights: Floats
