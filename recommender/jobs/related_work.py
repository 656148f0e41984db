"""The work of making related lists: a frozen version, its options, and partitions on disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..executors.resumable import resumable_folder, work_key
from ..files.atomic import replacing
from ..files.home import EDITS, OUTLETS, PAIRS, REMOVED
from ..index.fields import Rows
from ..lazy import dataclass
from ..ranking.options import NAMES, SearchOptions, named
from ..ranking.recommend import Recommender
from ..versions.artifact import MANIFEST

_BESIDE = (EDITS, PAIRS, REMOVED, OUTLETS)  # in ``data`` beside ``models``: people's decisions
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Work:
    """Lists of a model on disk: of ``version``, its folder, with ``options``; its partitions are files in ``parts``."""

    version: Path
    parts: Path
    options: SearchOptions

    def rows(self) -> Rows:
        """The rows whose lists are made, ascending."""
        return np.asarray(np.load(self.parts / "rows.npy"))


@contextmanager
def resumable_work(
    home: Path, recommender: Recommender, options: SearchOptions, rows: Rows, tell: Tell
) -> Iterator[Work]:
    """A work whose partitions survive a kill, under ``home``/work: the same work resumes from them, with a sentence to
    ``tell``. Edits made meanwhile are in none of its lists. Raises WorkerError."""
    version = recommender.model.folder
    assert version is not None
    options = hashable(options)
    with resumable_folder(home, "export", work_key(*_state(version), options, rows.tobytes())) as folder:
        if done := len(list(folder.glob("lists-*.npy"))):
            tell(f"{done} parts of the lists are there from before")
        try:
            yield Work(frozen(version, folder), folder, options)
        except BaseException:
            if not any(folder.glob("near*.npy")) and not any(folder.glob("lists-*.npy")):
                (folder / "rows.npy").unlink(missing_ok=True)  # nothing is done yet
            raise


def frozen(version: Path, folder: Path) -> Path:
    """A snapshot of the model at ``version`` in ``folder``: a link to it beside copies of people's decisions."""
    version = version.resolve()
    models, data = folder / "state" / "models", folder / "state" / "data"
    models.mkdir(parents=True, exist_ok=True)
    data.mkdir(exist_ok=True)
    link = models / version.name
    if not link.is_symlink():
        link.symlink_to(version)
    for name in _BESIDE:
        if content := _bytes(version.parents[1] / "data" / name):
            with replacing(data / name) as file:
                file.write(content)
    return Path(os.path.abspath(link))


def hashable(options: SearchOptions) -> SearchOptions:
    """The checked options with names as tuples."""
    options = options.checked()
    names: dict[str, Any] = {name: named(getattr(options, name)) for name in NAMES}
    return replace(options, **names)


def _state(version: Path) -> list[bytes]:
    """All that answers depend on: the manifest, with the hashes of the files, and people's decisions."""
    data = version.resolve().parents[1] / "data"
    return [_bytes(path) for path in (version / MANIFEST, *(data / name for name in _BESIDE))]


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
