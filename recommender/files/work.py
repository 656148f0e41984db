"""The folder of a work in partitions: kept while it is not done, so that the same work goes on where it stopped."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import WorkerError, reason
from .atomic import lock_file, same_file

FOLDER = "work"
_OLD = 14 * 86400  # seconds after which nobody comes back to a work


def work_key(*parts: object) -> str:
    """Tells one work from every other by all that decides its result."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@contextmanager
def resumable_folder(home: Path, kind: str, key: str) -> Iterator[Path]:
    """``HOME/work/KIND-KEY`` (absolute), made where it is missing, removed when the block ends well and kept where it
    does not, if a file is in it; with it goes ``HOME/work`` where nothing else is in it, and a HOME that was not there.
    While another process is at the same work, ``KIND-KEY-2`` and so on. What nobody came back to for two weeks goes.
    Raises WorkerError where it cannot be made."""
    root, new = (home / FOLDER).resolve(), not home.exists()
    try:
        folder, handle = _claimed(root, f"{kind}-{key}")
        _sweep(root, folder)
    except OSError as error:
        hint = "Check space and permissions."
        raise WorkerError(f"{root / f'{kind}-{key}'} cannot be made: {reason(error)}.", hint) from error
    try:
        yield folder
    except BaseException:
        if not any(path.is_file() for path in folder.iterdir()):  # nothing was done yet
            shutil.rmtree(folder, ignore_errors=True)
        raise
    else:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(handle)
        with suppress(OSError):  # something is in it
            root.rmdir()
            if new:
                root.parent.rmdir()


def _claimed(root: Path, name: str) -> tuple[Path, int]:
    """The first folder of this name that no other process is at, and a handle that locks it. Raises OSError."""
    folder, number = root / name, 1
    while (handle := _locked(folder)) is None:
        number += 1
        folder = root / f"{name}-{number}"
    return folder, handle


def _locked(folder: Path) -> int | None:
    """A handle that locks ``folder``, made where it is missing; None where another process has it. Raises OSError."""
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:  # another process is done just now
            continue
        try:
            lock_file(handle)
        except BlockingIOError:
            os.close(handle)
            return None
        except OSError:  # a file system without locks
            return handle
        if same_file(folder, handle):
            return handle
        os.close(handle)


def _sweep(root: Path, kept: Path) -> None:
    for path in root.iterdir():
        with suppress(FileNotFoundError):  # its process is done just now
            old = path != kept and path.is_dir() and time.time() - path.stat().st_mtime > _OLD
            if old and (handle := _locked(path)) is not None:
                shutil.rmtree(path, ignore_errors=True)
                os.close(handle)
