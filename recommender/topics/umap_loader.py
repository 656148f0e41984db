"""Loading UMAP without its warnings, and with its compiled code cached."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..arrays.compiling import provide_cache_folder
from ..arrays.kernels import Floats


def placed_by_umap(rows: Floats, **options: Any) -> Floats:
    """The embedding of ``rows`` (n, d) by a UMAP with these options; warnings of its libraries are suppressed."""
    with warnings.catch_warnings(), cached_compilation():
        warnings.simplefilter("ignore")
        from umap import UMAP

        return UMAP(**options).fit_transform(rows)  # type: ignore[no-any-return]


@contextmanager
def cached_compilation() -> Iterator[None]:
    """Code that numba compiles in the block is cached on disk. UMAP itself caches little: each process would compile
    for twenty seconds."""
    spec = find_spec("umap")
    if spec and spec.origin:
        provide_cache_folder(Path(spec.origin).parent, Path.home())
    from numba.core import decorators

    original = decorators.jit
    decorators.jit = lambda *args, **options: original(*args, **{"cache": True, **options})
    try:
        yield
    finally:
        decorators.jit = original
