"""Makes new articles of the corpus searchable: a new version with the parameters of the current one, untrained."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ..corpus.store import Corpus
from ..files.atomic import sweep
from ..lazy import dataclass
from ..ranking.model import Model
from ..ranking.recommend import Recommender
from ..topics.curated import load_curated
from ..training.incremental import Update
from ..training.incremental import update as bring_in
from ..versions.artifact import set_current
from ..versions.lock import current_lock, training_lock
from ..versions.registry import current_name


@dataclass(frozen=True, slots=True)
class Updated:
    """``made`` is what changed, saved as ``version`` and ``promoted`` or not; ``problems`` are edits that could not be
    applied."""

    version: str
    promoted: bool
    made: Update
    problems: tuple[str, ...]


def update(
    before: Model, corpus: Corpus, data: Path, models: Path, *, promote: bool, progress: Callable[[str], None]
) -> Updated | None:
    """Brings ``before``, the current model, to the state of the corpus; None if nothing is new.

    It is not promoted where another version was made current meanwhile. Raises ModelError if a training is at work.
    """
    curated = load_curated(data / "topics.toml")
    with training_lock(models):
        sweep(models)
        made = bring_in(before, corpus, curated=curated, progress=progress)
        if made is None:
            return None
        progress("saving ...")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        version = made.model.save(models, promote=False, created=now)
        with current_lock(models):
            promoted = promote and current_name(models) == before.version
            if promoted:
                set_current(models, version)
    return Updated(version, promoted, made, Recommender.open(models / version).problems)
