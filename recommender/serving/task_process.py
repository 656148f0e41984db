"""The process of a task: ``python -m recommender.serving.task_process HOME FILE``; FILE is an open file by number."""

from __future__ import annotations

import base64
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from ..config import Recipe
from ..corpus.store import Corpus
from ..errors import RecommenderError
from ..ranking.model import stored_model
from ..versions.lock import Locked, training_lock
from .refusal import Refusal
from .tasks import read_lines, write_line

Say = Callable[[str], None]
_TIMEOUT = 12 * 3600.0  # seconds that one waits for another
_PAUSE = 0.2


def main(home: Path, file: int) -> None:
    """Does the task on the first line of ``file``, and appends its progress and result."""
    head = next(read_lines(file))

    def say(text: str) -> None:
        write_line(file, {"progress": text})

    try:
        result = _done(home, head, file, say)
        write_line(file, {"state": "done", "result": result, "ended": _now()})
    except RecommenderError as error:
        refusal = Refusal.of(error, home)
        status = 409 if refusal.status == 503 else refusal.status
        failure = {"state": "failed", "problem": refusal.problem, "hint": refusal.hint, "status": status}
        write_line(file, failure | {"ended": _now()})
    except Exception as error:
        failure = {"state": "failed", "problem": f"It failed: {type(error).__name__}.", "status": 500}
        write_line(file, failure | {"ended": _now()})
        raise


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _done(home: Path, head: Mapping[str, Any], file: int, say: Say) -> Any:
    """The result of the work, which begins once no other training holds the lock."""
    end, waiting = time.monotonic() + _TIMEOUT, False
    while True:
        if waiting:
            write_line(file, {"state": "waiting"})
            _wait(home, end)
        write_line(file, {"state": "running"})
        try:
            return _WORK[head["kind"]](home, head["wanted"], say)
        except Locked:
            if time.monotonic() > end:
                raise
            waiting = True


def _wait(home: Path, end: float) -> None:
    """Returns when the lock of trainings is free."""
    while time.monotonic() < end:
        time.sleep(_PAUSE)
        try:
            with training_lock(home / "models"):
                return
        except Locked:
            continue


def _update(home: Path, options: Mapping[str, Any], say: Say) -> dict[str, Any]:
    from ..jobs.update import update

    before = stored_model(home / "models")
    with Corpus.open(home / "data" / "corpus.db", create=False) as corpus:
        done = update(before, corpus, home / "data", home / "models", promote=True, progress=say)
    if done is None:
        return {"version": before.version, "promoted": True, "added": 0, "changed": 0, "gone": 0,
                "articles": len(before), "drift": None}  # fmt: skip
    made = done.made
    for problem in done.problems:
        say(problem)
    return {
        "version": done.version, "promoted": done.promoted, "added": made.added, "changed": made.changed,
        "gone": made.gone, "articles": len(made.model), "drift": made.drift.advice(),
    }  # fmt: skip


def _retrain(home: Path, args: Mapping[str, Any], say: Say) -> dict[str, Any]:
    from ..embeddings.external import check_embedder
    from ..jobs.retrain import Job, retrain

    path = home / "data" / "recipe.toml"
    recipe = Recipe.read(path) if path.exists() else Recipe()
    check_embedder(recipe.embedder)
    job = Job(home / "data", home / "models", recipe, read=not args["no_ingest"], fresh_topics=args["fresh_topics"])
    outcome = retrain(job, say)
    return {
        "result": outcome.result, "line": outcome.line, "paragraph": outcome.paragraph, "notes": list(outcome.notes),
    }  # fmt: skip


def _report(home: Path, options: Mapping[str, Any], say: Say) -> str:
    """The report as text; a picture in base64."""
    from ..ranking.recommend import Recommender
    from ..reporting import MEASURED, language_of, render, summarise
    from ..reporting.measure import measured_quality

    recommender, form = Recommender.open(home / "models"), options["format"]
    model = recommender.model
    quality = measured_quality(recommender, say) if form in MEASURED else None
    text = render(summarise(model, measured=quality), form, options["lang"] or language_of(model))
    return base64.b64encode(text).decode() if isinstance(text, bytes) else text


def _diff(home: Path, options: Mapping[str, Any], say: Say) -> dict[str, Any]:
    from ..evaluation.versions_compared import diff
    from ..training.folds import folds

    return diff(home / "models", options["before"], options["after"], folds).as_json()


_WORK: Mapping[str, Callable[[Path, Mapping[str, Any], Say], Any]] = {
    "update": _update, "retrain": _retrain, "report": _report, "diff": _diff,
}  # fmt: skip

if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
