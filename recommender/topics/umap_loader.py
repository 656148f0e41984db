"""The door to UMAP, which talks of libraries that we do not use when it is loaded."""

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
    """Where a UMAP with these options places ``rows`` (n, d); remarks of one library on another are not passed on."""
    with warnings.catch_warnings(), kept_code():
        warnings.simplefilter("ignore")
        from umap import UMAP

        return UMAP(**options).fit_transform(rows)  # type: ignore[no-any-return]


@contextmanager
def kept_code() -> Iterator[None]:
    """What numba compiles in here is kept on disk. Of UMAP it keeps little by itself, and each process would compile
    for twenty seconds before the first place is known."""
    spec = find_spec("umap")
    if spec and spec.origin:
        lend_cache(Path(spec.origin).parent, Path.home())
    from numba.core import decorators

    plain = decorators.jit
    decorators.jit = lambda *given, **options: plain(*given, **{"cache": True, **options})
    try:
        yield
    finally:
        decorators.jit = plain


def lend_cache(package: Path, home: Path) -> None:
    """Names a folder to numba, which compiles UMAP and fails where it may write neither beside the ``package`` nor in
    the ``home``, as a user of a service may. It is gone with the process."""
    if os.environ.get(_CACHE) or _may_write(package) or _may_write(home):
        return
    os.environ[_CACHE] = tempfile.mkdtemp(prefix="numba-")
    atexit.register(shutil.rmtree, os.environ[_CACHE], ignore_errors=True)


def _may_write(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
