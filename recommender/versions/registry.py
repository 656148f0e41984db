"""Versions of the model: list, promote, roll back, check, prune."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..errors import ModelError, UnknownName, reason
from ..files.atomic import remove_folder, replace_text, sweep
from ..files.reading import SETTINGS_LIMIT, read_text
from ..lazy import dataclass, pattern
from .artifact import CURRENT, MANIFEST, check_sizes, current_folder, damaged_files, read_manifest, set_current
from .lock import current_lock, training_lock

ASIDE = "aside"  # names, one a line, of versions that a person went back from
LOG = "retrain.log"
_TURNED_DOWN = pattern(r"\bkept \S+, not ([^\s:]+):")


@dataclass(frozen=True, slots=True)
class Version:
    """One version as its manifest states it; ``current`` if it is the one that is asked."""

    version: str
    current: bool
    created: str | None
    articles: int
    topics: int
    fingerprint: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def names(models: str | Path) -> list[str]:
    """Versions under ``models``, the oldest first."""
    versions = [p.name for p in Path(models).glob("v[0-9]*") if (p / MANIFEST).is_file() and p.name[1:].isdigit()]
    return sorted(versions, key=lambda name: int(name[1:]))


def versions(models: str | Path) -> Iterator[Version]:
    """Every readable version, the oldest first."""
    current = current_name(models)
    for name in names(models):
        try:
            about = read_manifest(Path(models) / name)
            corpus = about["corpus"]
        except (ModelError, KeyError):
            continue
        yield Version(
            name, name == current, about.get("created"), corpus["articles"], about["topics"], corpus["fingerprint"][:12]
        )


def current_name(models: str | Path) -> str | None:
    """The version that is asked, or ``None``."""
    try:
        return current_folder(models).name
    except ModelError:
        return None


def promote(models: str | Path, version: str) -> None:
    """Makes ``version`` current. Raises UnknownName if it is missing, ModelError if it is damaged.

    A newer version that was current is set aside: a retraining does not promote it again by itself.
    """
    check_version(models, version)  # before a lock file is made
    with current_lock(Path(models)):
        _promote(models, version)


def _promote(models: str | Path, version: str) -> None:
    check_sizes(Path(models) / version, read_manifest(Path(models) / version))
    if problems := damaged_files(Path(models) / version):
        raise ModelError(f"{version} is damaged: {problems[0]}.", "Choose another: recommender models list")
    current = current_name(models)
    aside = [name for name in set_aside(models) if name != version]
    if current and current in names(models) and _number(current) > _number(version):
        aside.append(current)
    with writing(models):
        replace_text(Path(models) / ASIDE, "".join(f"{name}\n" for name in dict.fromkeys(aside)))
        set_current(Path(models), version)


def set_aside(models: str | Path) -> list[str]:
    """Versions that a person rolled back from."""
    try:
        listed = read_text(Path(models) / ASIDE, SETTINGS_LIMIT).split()
    except (OSError, UnicodeDecodeError):
        return []
    existing = names(models)
    return [name for name in listed if name in existing]


def turned_down(models: str | Path) -> list[str]:
    """Versions in the log that were trained but not promoted, being worse than the current one."""
    try:
        text = read_text(Path(models) / LOG, SETTINGS_LIMIT)
    except (OSError, UnicodeDecodeError):
        return []
    existing = names(models)
    return [name for name in dict.fromkeys(_TURNED_DOWN.findall(text)) if name in existing]


def sound(models: str | Path) -> tuple[str | None, str]:
    """The current version or, where it is damaged, the newest sound one before it; and what is wrong with it."""
    current = current_name(models)
    if current is None:
        return None, ""
    problems = problems_of(Path(models) / current)
    if not problems:
        return current, ""
    older = (name for name in reversed(names(models)) if _number(name) < _number(current))
    usable = next((name for name in older if not problems_of(Path(models) / name)), None)
    return usable, f"{current} is damaged: {problems[0]}"


def newest_after_current(models: str | Path) -> str | None:
    """The newest version, if it is newer than the current one."""
    current, versions = current_name(models), names(models)
    return versions[-1] if versions and (current not in versions or versions[-1] != current) else None


def rollback(models: str | Path) -> str:
    """Makes the sound version before the current one current, and returns its name. Raises ModelError if none is."""
    if current_name(models) is None:
        raise ModelError(f"There is no model in {models}.", "Train one: recommender train")
    with current_lock(Path(models)):
        return _rolled_back(models)


def _rolled_back(models: str | Path) -> str:
    current = current_name(models) or ""
    older = [name for name in names(models) if _number(name) < _number(current)]
    for name in reversed(older):
        if not problems_of(Path(models) / name):
            _promote(models, name)
            return name
    raise ModelError(f"No sound version stands before {current}.", "See: recommender models list")


def check(models: str | Path, version: str | None = None) -> dict[str, list[str]]:
    """What is wrong with each version (or with one): an empty list is sound."""
    chosen = [version] if version else folders(models)
    if version:
        check_version(models, version)
    if not chosen:
        raise ModelError(f"There is no model in {models}.", "Train one: recommender train")
    return {name: problems_of(Path(models) / name) for name in chosen}


def folders(models: str | Path) -> list[str]:
    """Every folder with the name of a version, whatever is in it."""
    return sorted(p.name for p in Path(models).glob("v[0-9]*") if p.is_dir())


def problems_of(folder: Path) -> list[str]:
    """What is wrong with a version, a line for each file; none if it is sound."""
    try:
        return damaged_files(folder)
    except ModelError as error:
        return [str(error)]


def prune(models: str | Path, keep: int) -> list[str]:
    """Deletes all but the ``keep`` newest versions, never the current one; returns the deleted.

    Raises ModelError if it is not known which one is current, if a folder cannot be deleted, or if a training is at
    work.
    """
    if not Path(models).is_dir():
        return []
    with training_lock(Path(models)):
        return deleted(models, keep)


def deleted(models: str | Path, keep: int) -> list[str]:
    """``prune`` for one who holds the lock of a training."""
    with current_lock(Path(models)):
        return _deleted(models, keep)


def _deleted(models: str | Path, keep: int) -> list[str]:
    root, current = Path(models), current_name(models)
    if current is None and names(models):
        raise ModelError(f"{root / CURRENT} names no version.", "Choose one: recommender models promote VERSION")
    sweep(root)
    gone = [name for name in names(models)[: -keep or None] if name != current]
    with writing(models):
        for name in gone:
            remove_folder(root / name)
    return gone


@contextmanager
def writing(models: str | Path) -> Iterator[None]:
    """Raises ModelError where the disk refuses to write."""
    try:
        yield
    except OSError as error:
        raise ModelError(f"{models} cannot be changed: {reason(error)}.", "Check space and permissions.") from error


def _number(version: str) -> float:
    """A version's number; a name that is none counts as newer than all."""
    return int(version[1:]) if version[1:].isdecimal() else math.inf


def check_version(models: str | Path, version: str) -> None:
    """Raises UnknownName, with the versions that there are, if ``version`` is none of them."""
    versions = names(models)
    if version not in versions:
        raise UnknownName(f"There is no version '{version}'.", f"Versions: {', '.join(versions) or 'none'}.")
