"""Loading UMAP without its warnings, and with its compiled code cached."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..arrays.kernels import Floats

_CACHE = "NUMBA_CACHE_DIR"


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


def provide_cache_folder(package: Path, home: Path) -> None:
    """Gives numba a temporary cache folder if it may write neither beside the ``package`` nor in the ``home``, where it
    would fail. Deleted at exit."""
    if os.environ.get(_CACHE) or _may_write(package) or _may_write(home):
        return
    os.environ[_CACHE] = tempfile.mkdtemp(prefix="numba-")
    atexit.register(shutil.rmtree, os.environ[_CACHE], ignore_errors=True)


def _may_write(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
