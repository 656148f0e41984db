"""The door to UMAP, which talks of libraries that we do not use when it is loaded."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_CACHE = "NUMBA_CACHE_DIR"


def open_umap(**options: Any) -> Any:
    """A UMAP with these options; its remark on a missing TensorFlow is not passed on."""
    spec = find_spec("umap")
    if spec and spec.origin:
        lend_cache(Path(spec.origin).parent, Path.home())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP
    return UMAP(**options)


def lend_cache(package: Path, home: Path) -> None:
    """Names a folder to numba, which compiles UMAP and fails where it may write neither beside the ``package`` nor in
    the ``home``, as a user of a service may. It is gone with the process."""
    if os.environ.get(_CACHE) or _may_write(package) or _may_write(home):
        return
    os.environ[_CACHE] = tempfile.mkdtemp(prefix="numba-")
    atexit.register(shutil.rmtree, os.environ[_CACHE], ignore_errors=True)


def _may_write(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
