"""The folder of a job in partitions, kept until the job is done so that it can resume where it stopped."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import WorkerError, reason
from ..files.atomic import lock_file, same_file

FOLDER = "work"
_OLD = 14 * 86400  # seconds after which an unfinished job is removed


def work_key(*parts: object) -> str:
    """A hash of everything that decides the result of a job."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@contextmanager
def resumable_folder(home: Path, kind: str, key: str) -> Iterator[Path]:
    """``HOME/work/KIND-KEY`` (absolute), made if missing. Kept when the block fails and a file is in it; removed if it
    succeeds, with ``HOME/work`` and a HOME that was not there before where these are empty. ``KIND-KEY-2`` and so on
    while another process does the same job. Folders that nobody used for two weeks are removed. Raises WorkerError if
    it cannot be made."""
    root, new = (home / FOLDER).resolve(), not home.exists()
    try:
        folder, handle = _claim_folder(root, f"{kind}-{key}")
        _remove_old(root, folder)
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


def _claim_folder(root: Path, name: str) -> tuple[Path, int]:
    """The first folder of this name that no other process uses, and a handle that locks it. Raises OSError."""
    folder, number = root / name, 1
    while (handle := _lock_folder(folder)) is None:
        number += 1
        folder = root / f"{name}-{number}"
    return folder, handle


def _lock_folder(folder: Path) -> int | None:
    """A handle that locks ``folder``, made where it is missing; None where another process has it. Raises OSError."""
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:  # its process has just ended
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


def _remove_old(root: Path, current: Path) -> None:
    for path in root.iterdir():
        with suppress(FileNotFoundError):  # its process has just ended
            old = path != current and path.is_dir() and time.time() - path.stat().st_mtime > _OLD
            if old and (handle := _lock_folder(path)) is not None:
                shutil.rmtree(path, ignore_errors=True)
                os.close(handle)
