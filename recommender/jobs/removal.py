"""Versions of the model that hold what was removed, and deleting them."""

from __future__ import annotations

from pathlib import Path

from ..errors import ModelError
from ..files.atomic import remove_folder, sweep
from ..ranking.model import stored_model
from ..ranking.removal import ROWS, WORDS, removed_rows, tombstones_beside
from ..versions.lock import current_lock, training_lock
from ..versions.registry import current_name, folders, writing


def prune_removed(models: Path) -> list[str]:
    """Deletes every version that holds an article that was removed, or words learned from one; returns their names.

    Raises ModelError, and deletes nothing, if the current version is one of them: it must be trained anew first.
    """
    with training_lock(models):
        sweep(models)
        tombstones = tombstones_beside(models.resolve())
        names = [name for name in folders(models) if _holds(models / name, len(tombstones))]
        with current_lock(models):
            current = current_name(models)
            if current in names:
                raise ModelError(
                    f"{current} answers, and holds words of removed articles. Nothing was deleted.",
                    "Train first: recommender train",
                )
            with writing(models):
                for name in names:
                    remove_folder(models / name)
        return names


def _holds(folder: Path, count: int) -> bool:
    """Whether a version holds removed articles; one that does not open may hold any."""
    try:
        model = stored_model(folder)
        tombstones = tombstones_beside(folder.resolve().parent)
        counts = {ROWS: 0, WORDS: 0, **model.about.get("removed", {})}
        return counts[WORDS] < counts[ROWS] or bool(len(removed_rows(model, tombstones)))
    except ModelError:
        return count > 0
