"""What a recommender answers from, opened from a folder: the model with people's edits and their decisions on pairs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..files.home import EDITS, OUTLETS, PAIRS, REMOVED
from ..files.reading import stamp
from ..versions.artifact import MANIFEST, current_folder
from .model import Model, open_model
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
    pairs = PairLog.read(data / PAIRS)
    model, problems = _edited(open_model(path), data / EDITS)
    return State(model, Decided.of(pairs, model.catalogue.row), problems, [])


def _edited(model: Model, path: Path) -> tuple[Model, tuple[str, ...]]:
    """``model`` with the edits of the file at ``path``, and what of them does not fit it."""
    if not os.path.lexists(path):
        return model, ()
    from ..topics.edits.apply import with_edits  # most archives have no edits: a question is answered without these
    from ..topics.edits.log import EditLog

    log = EditLog.read(path)
    return with_edits(model, log.standing) if log.standing else (model, ())


def standing(path: str | Path) -> tuple[object, ...]:
    """What tells one state of a folder from another: the version that is asked, and what people wrote beside it."""
    folder, data = current_folder(path), _data_of(path)
    return folder, stamp(folder / MANIFEST), *(stamp(data / name) for name in (EDITS, PAIRS, REMOVED, OUTLETS))
