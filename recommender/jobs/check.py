"""Integrity of a home: corpus, edits, the pointer to the current version, and every version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from ..corpus.store import Corpus
from ..corpus.tombstones import FILE as REMOVED
from ..corpus.tombstones import Tombstones
from ..errors import ModelError, RecommenderError
from ..lazy import dataclass
from ..ranking.pairs import FILE as PAIRS
from ..ranking.pairs import PairLog
from ..topics.edits.log import FILE as EDITS
from ..topics.edits.log import EditLog
from ..versions import registry
from ..versions.artifact import CURRENT, HINT, current_folder

_INGEST = "Move data/corpus.db away and ingest again; the models answer meanwhile."
_OTHER = "It does not answer: delete its folder, or leave it."


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was checked; if damaged, the problem and a hint."""

    what: str
    state: Literal["sound", "damaged", "absent"]
    problem: str = ""
    hint: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def check(data: Path, models: Path) -> Iterator[Checked]:
    """Checks everything in turn. Reads all files completely, and changes nothing."""
    yield from _corpus(data / "corpus.db")
    yield _edits(data / EDITS)
    yield from _decisions(data)
    yield _pointer(models)
    yield from _versions(models)


def _corpus(path: Path) -> Iterator[Checked]:
    what = "data/corpus.db"
    if not path.exists():
        yield Checked(what, "absent")
        return
    try:
        with Corpus.open(path, create=False) as corpus:
            parts = corpus.faults()
    except RecommenderError as error:
        yield Checked(what, "damaged", error.problem, error.hint)
        return
    for part, fault in parts:
        yield _checked(f"{what} {part}", fault, _INGEST)


def _edits(path: Path) -> Checked:
    what = f"data/{EDITS}"
    try:
        log = EditLog.read(path)
    except RecommenderError as error:
        return Checked(what, "damaged", error.problem, error.hint)
    return Checked(what, "sound" if log.edits or path.exists() else "absent")


def _decisions(data: Path) -> Iterator[Checked]:
    """Tombstones, and decisions on pairs, where there are any."""
    for name, read in ((REMOVED, Tombstones.read), (PAIRS, PairLog.read)):
        if not (data / name).exists():
            continue
        try:
            read(data / name)
            yield Checked(f"data/{name}", "sound")
        except RecommenderError as error:
            yield Checked(f"data/{name}", "damaged", error.problem, error.hint)


def _pointer(models: Path) -> Checked:
    what, hint = f"models/{CURRENT}", "Choose one: recommender models promote VERSION"
    if not (models / CURRENT).exists() and not registry.names(models):
        return Checked(what, "absent")
    try:
        name = current_folder(models).name
    except ModelError as error:
        return Checked(what, "damaged", error.problem, hint)
    return _checked(what, "" if name in registry.names(models) else f"it names {name}, which is not there", hint)


def _versions(models: Path) -> Iterator[Checked]:
    current = registry.current_name(models)
    for name in registry.folders(models):
        problems = registry.problems_of(models / name)
        yield _checked(f"models/{name}", "; ".join(problems), HINT if name == current else _OTHER)


def _checked(what: str, problem: str, hint: str) -> Checked:
    return Checked(what, "damaged", problem, hint) if problem else Checked(what, "sound")
