"""The nightly job: ingest new files, train a candidate, and promote it only if no measure falls."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from ..config import Recipe
from ..corpus.store import Corpus
from ..errors import CorpusError, ModelError, reason
from ..evaluation.comparison import with_scores
from ..evaluation.gate import Verdict, verdict
from ..evaluation.queries import questions_from_labels
from ..files.atomic import append, sweep
from ..lazy import dataclass
from ..ranking.model import Model, open_model
from ..ranking.recommend import Recommender
from ..text.aliases import load_aliases
from ..text.analyzer import Aliases
from ..topics.curated import CuratedRule, load_curated
from ..topics.edits.log import FILE as EDITS
from ..topics.edits.log import EditLog
from ..training.fingerprint import made_from
from ..training.folds import folds
from ..versions.artifact import damaged_files, set_current
from ..versions.lock import current_lock, training_lock
from ..versions.registry import LOG, current_name, deleted, newest_after_current, set_aside, sound, writing

Result = Literal["unchanged", "promoted", "kept", "overtaken"]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """Folders ``data`` (inbox/, corpus.db and settings) and ``models``, and the recipe.

    ``read`` says whether data/inbox/ is read first; ``fresh_topics`` that topics are found anew, and then a candidate
    is trained even where nothing has changed.
    """

    data: Path
    models: Path
    recipe: Recipe
    read: bool = True
    fresh_topics: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """``result``: nothing ``unchanged`` since the current version, candidate ``promoted``, current one ``kept`` because
    the candidate is worse (``paragraph`` says how), or ``overtaken`` by a person who chose another meanwhile.

    ``line`` is what the log says, ``notes`` are sentences on what could not be read or applied.
    """

    result: Result
    line: str
    paragraph: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Settings:
    aliases: Aliases
    curated: Sequence[CuratedRule]


def retrain(job: Job, progress: Progress | None = None) -> Outcome:
    """Reads, trains, evaluates, and promotes or keeps; the outcome is logged in ``models/retrain.log`` too.

    Raises ModelError if another training is at work, CorpusError if there is nothing to train on, and what reading
    of settings, edits and labels raises.
    """
    with training_lock(job.models):
        sweep(job.models)
        began = time.monotonic()
        settings = _Settings(load_aliases(job.data / "aliases.toml"), load_curated(job.data / "topics.toml"))
        EditLog.read(job.data / EDITS)  # a damaged file is reported before the work, not after it
        notes = _read(job)
        outcome = _run(job, settings, progress)
        if job.recipe.keep_versions and (deleted_versions := deleted(job.models, job.recipe.keep_versions)):
            notes.append(f"deleted by keep_versions: {', '.join(deleted_versions)}.")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        line = f"{now} {outcome.line}; {time.monotonic() - began:.0f} s"
        _note(job.models / LOG, line)
        return replace(outcome, line=line, notes=(*notes, *outcome.notes))


def _read(job: Job) -> list[str]:
    """Reads the inbox into the corpus; a sentence for each file or record that was refused."""
    inbox, file = job.data / "inbox", job.data / "corpus.db"
    full = inbox.is_dir() and any(path.is_file() and path.name[0] != "." for path in inbox.rglob("*"))
    if not full or not job.read:
        if not file.exists():
            raise CorpusError(f"There is no corpus at {file}.", f"Put pages or records into {inbox}.")
        return []
    with Corpus.open(file) as corpus:
        report = corpus.ingest([inbox])
    return [str(problem) for problem in report.problems if problem.severity == "refused"]


def _run(job: Job, settings: _Settings, progress: Progress | None) -> Outcome:
    current = current_name(job.models)
    sound_one, harm = sound(job.models)
    before = open_model(job.models / sound_one) if sound_one else None
    with Corpus.open(job.data / "corpus.db", create=False) as corpus:
        origin = made_from(corpus.fingerprint(), job.recipe, settings.aliases, settings.curated)
        same = before is not None and not harm and before.about.get("made_from") == origin
        if before is not None and same and not job.fresh_topics:
            return Outcome("unchanged", f"unchanged {before.version}: {len(before):,} articles")
        labels = job.data / "labels.jsonl"
        if before is not None and labels.exists():
            questions_from_labels(before, labels)  # a damaged file is reported before the work, not after it
        candidate = None if job.fresh_topics else _waiting(job.models, origin)
        if candidate is not None and candidate.version in set_aside(job.models):
            line = f"unchanged {current}: a person went back from {candidate.version}, and nothing is new since"
            return Outcome("unchanged", line)
        if candidate is None:
            from ..training import train

            fitted = train(
                corpus, job.recipe, aliases=settings.aliases, curated=settings.curated, previous=before,
                fresh_topics=job.fresh_topics, progress=progress,
            )  # fmt: skip
            candidate = with_scores(fitted, folds)
    judged = verdict(before, candidate, job.recipe, folds, labels) if before is not None else None
    version = candidate.version or candidate.save(
        job.models, promote=False, created=datetime.now(UTC).isoformat(timespec="seconds")
    )
    with current_lock(job.models):
        if current_name(job.models) != current:
            reason = f"{version} is not promoted: another version was made current while it was trained"
            return Outcome("overtaken", f"overtaken {reason}", notes=(f"{reason}.",))
        outcome = _promote(job, before, replace(candidate, version=version), judged)
    return replace(outcome, notes=(f"{harm.rstrip('.')}.", *outcome.notes)) if harm else outcome


def _promote(job: Job, before: Model | None, candidate: Model, judgement: Verdict | None) -> Outcome:
    """Promotes the saved candidate, or leaves it beside the version before it."""
    version = candidate.version
    figures = f"{len(candidate):,} articles, {len(candidate.topics.topics)} topics"
    if before is not None and judgement:
        grown = len(candidate) - len(before)
        figures = f"{figures}, {grown:+,} articles since {before.version}; {judgement.questions} questions; "
        figures += ", ".join(map(str, judgement.measures))
    if before is not None and judgement and not judgement.passed:
        paragraph = (
            f"{version} is not promoted, {before.version} stays current. {judgement.described()} "
            f"See: recommender models diff {before.version} {version}. "
            f"To have it anyway: recommender models promote {version}"
        )
        return Outcome("kept", f"kept {before.version}, not {version}: {figures}", paragraph)
    with writing(job.models):
        set_current(job.models, version)
    return Outcome("promoted", f"promoted {version}: {figures}", notes=Recommender.open(job.models / version).problems)


def _waiting(models: Path, origin: str) -> Model | None:
    """A sound version newer than the current one with the same fingerprint: it is not trained a second time."""
    name = newest_after_current(models)
    try:
        if not name or damaged_files(models / name):
            return None
        model = open_model(models / name)
    except ModelError:
        return None
    return model if model.about.get("made_from") == origin else None


def _note(path: Path, line: str) -> None:
    try:
        with path.open("ab", buffering=0) as log:
            append(path, log, line + "\n")
    except OSError as error:
        raise ModelError(f"{path} cannot be written: {reason(error)}.", "Check space and permissions.") from error
