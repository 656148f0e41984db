"""The folder of a work in partitions: kept while it is not done, so that the same work goes on where it stopped."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import WorkerError, reason

FOLDER = "work"
_OLD = 14 * 86400  # seconds after which nobody comes back to a work


def work_key(*parts: object) -> str:
    """Tells one work from every other by all that decides its result."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@contextmanager
def kept_work(home: Path, kind: str, key: str) -> Iterator[Path]:
    """``HOME/work/KIND-KEY`` (absolute), made where it is missing, removed when the block ends well and kept where it
    does not, if a file is in it. What nobody came back to for two weeks goes. Raises WorkerError where it cannot be
    made."""
    root = (home / FOLDER).resolve()
    folder = root / f"{kind}-{key}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(root, folder)
    except OSError as error:
        raise WorkerError(f"{folder} cannot be made: {reason(error)}.", "Check space and permissions.") from error
    try:
        yield folder
    except BaseException:
        if any(path.is_file() for path in folder.iterdir()):
            raise
        shutil.rmtree(folder, ignore_errors=True)  # nothing was done yet
        raise
    shutil.rmtree(folder, ignore_errors=True)


def _sweep(root: Path, kept: Path) -> None:
    for path in root.iterdir():
        if path != kept and path.is_dir() and time.time() - path.stat().st_mtime > _OLD:
            shutil.rmtree(path, ignore_errors=True)
