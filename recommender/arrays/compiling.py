"""Where numba keeps what it compiles."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_CACHE = "NUMBA_CACHE_DIR"


def provide_cache_folder(package: Path, home: Path) -> None:
    """Gives numba a temporary cache folder if it may write neither beside the ``package`` nor in the ``home``, where it
    would fail. Deleted at exit."""
    if os.environ.get(_CACHE) or _may_write(package) or _may_write(home):
        return
    os.environ[_CACHE] = tempfile.mkdtemp(prefix="numba-")
    atexit.register(shutil.rmtree, os.environ[_CACHE], ignore_errors=True)


def _may_write(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
