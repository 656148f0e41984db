"""Versions of the model: list, promote, roll back, compare, check, prune."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .errors import ModelError
from .model import open_model
from .version_folder import MANIFEST, current_folder, damaged_files, read_manifest, set_current


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
    found = [p.name for p in Path(models).glob("v[0-9]*") if (p / MANIFEST).is_file() and p.name[1:].isdigit()]
    return sorted(found, key=lambda name: int(name[1:]))


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
            name,
            name == current,
            about.get("created"),
            corpus["articles"],
            about["topics"],
            corpus["fingerprint"][:12],
        )


def current_name(models: str | Path) -> str | None:
    """The version that is asked, or ``None``."""
    try:
        return current_folder(models).name
    except ModelError:
        return None


def promote(models: str | Path, version: str) -> None:
    """Makes ``version`` current. Raises ModelError if it is missing or cannot be opened."""
    _known(models, version)
    open_model(Path(models) / version)
    set_current(Path(models), version)


def rollback(models: str | Path) -> str:
    """Makes the sound version before the current one current, and returns its name. Raises ModelError if none is."""
    current = current_name(models)
    if current is None:
        raise ModelError(f"There is no model in {models}.", "Train one: recommender train")
    number = int(current[1:]) if current[1:].isdecimal() else math.inf  # a pointer to nothing: the newest
    older = [name for name in names(models) if int(name[1:]) < number]
    for name in reversed(older):
        if not _damage(Path(models) / name):
            promote(models, name)
            return name
    raise ModelError(f"No sound version stands before {current}.", "See: recommender models list")


def check(models: str | Path, version: str | None = None) -> dict[str, list[str]]:
    """What is wrong with each version (or with one): an empty list is sound."""
    chosen = [version] if version else sorted(p.name for p in Path(models).glob("v[0-9]*") if p.is_dir())
    if version:
        _known(models, version)
    if not chosen:
        raise ModelError(f"There is no model in {models}.", "Train one: recommender train")
    return {name: _damage(Path(models) / name) for name in chosen}


def _damage(folder: Path) -> list[str]:
    try:
        return damaged_files(folder)
    except ModelError as error:
        return [str(error)]


def prune(models: str | Path, keep: int) -> list[str]:
    """Deletes all but the ``keep`` newest versions, never the current one; returns the deleted.

    Raises ModelError if one cannot be deleted.
    """
    current = current_name(models)
    gone = [name for name in names(models)[: -keep or None] if name != current]
    for name in gone:
        doomed = Path(models) / f".deleting-{name}"
        try:
            (Path(models) / name).rename(doomed)
            shutil.rmtree(doomed)
        except OSError as error:
            raise ModelError(
                f"The version {name} cannot be deleted: {error.strerror}.", "Check permissions."
            ) from error
    return gone


def diff(models: str | Path, before: str, after: str) -> list[dict[str, Any]]:
    """What changed between two versions: counts, weights, and how many articles' top-5 lists differ."""
    from .recommend import Recommender

    for version in (before, after):
        _known(models, version)
    old, new = Recommender.open(Path(models) / before), Recommender.open(Path(models) / after)
    rows: list[dict[str, Any]] = [
        {"what": "articles", "before": len(old), "after": len(new)},
        {"what": "topics", "before": len(old.topics), "after": len(new.topics)},
        {"what": "weights", "before": old.model.weights.source, "after": new.model.weights.source},
    ]
    shared = [name for name in old.model.catalogue.ids if name in new.model.catalogue.ids][:200]
    changed = sum(_top(old, name) != _top(new, name) for name in shared)
    rows.append({"what": f"top-5 lists changed (of {len(shared)})", "before": 0, "after": changed})
    return rows


def _top(desk: Any, article_id: str) -> list[str]:
    return [hit.article.id for hit in desk.similar(id=article_id, k=5)]


def _known(models: str | Path, version: str) -> None:
    held = names(models)
    if version not in held:
        raise ModelError(f"There is no version '{version}'.", f"Versions: {', '.join(held) or 'none'}.")
