"""What a recommender answers from, opened from a folder: the model with people's edits and their decisions on pairs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..corpus.tombstones import FILE as REMOVED
from ..topics.edits.apply import with_edits
from ..topics.edits.log import FILE, EditLog
from ..versions.artifact import MANIFEST, current_folder
from .model import Model, open_model
from .pairs import FILE as PAIRS
from .pairs import Decided, PairLog


class State(NamedTuple):
    """All that a question is answered from: ``passed`` holds what passed the names that were asked for last."""

    model: Model
    decided: Decided
    problems: tuple[str, ...]
    passed: list[tuple[Any, NDArray[np.bool_]]]


def _data_of(path: str | Path) -> Path:
    """The folder ``data`` beside ``models``."""
    return Path(os.path.abspath(current_folder(path))).parents[1] / "data"


def opened(path: str | Path) -> State:
    data = _data_of(path)
    log, pairs = EditLog.read(data / FILE), PairLog.read(data / PAIRS)
    model = open_model(path)
    model, problems = with_edits(model, log.standing) if log.standing else (model, ())
    return State(model, Decided.of(pairs, model.catalogue.row), problems, [])


def standing(path: str | Path) -> tuple[object, ...]:
    """What tells one state of a folder from another: the version that is asked, and the logs beside it."""
    folder, data = current_folder(path), _data_of(path)
    return folder, *(_stat(each) for each in (folder / MANIFEST, data / FILE, data / PAIRS, data / REMOVED))


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
