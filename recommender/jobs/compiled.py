"""Loops over postings and pairs, compiled by numba: what lists of a large archive take most of their time for.

Loaded where such lists are made, and nowhere else: numba takes half a second, and a first compilation some seconds,
which are kept on disk. Numbers are added up in the order of the postings, so the same lists come every time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from ..arrays.compiling import provide_cache_folder

provide_cache_folder(Path(__file__).parent, Path.home())

from numba import njit  # noqa: E402  (it looks for its folder when it is loaded)

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


def compiled(kernel: _Kernel) -> _Kernel:
    """``kernel``, compiled when it is first called and kept on disk."""
    return cast(_Kernel, njit(cache=True)(kernel))
