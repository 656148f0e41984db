"""What counts as a finding, and where it is kept."""

from __future__ import annotations

import hashlib
import json
import resource
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from recommender.errors import RecommenderError

from .targets import Run

SIZE = 100_000
"""Bytes up to which an input must be answered in `SLOW` seconds and `MEMORY` megabytes."""
SLOW = 1.0
MEMORY = 200
_KIND = "kinds.jsonl"
_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Watch:
    """Runs inputs and keeps the first of each kind of finding as a file of ``folder``.

    ``patience`` is how many seconds of processor time are allowed: more where coverage is being counted.
    """

    run: Run
    folder: Path
    patience: float = SLOW
    count: int = 0
    kinds: set[str] = field(default_factory=set)

    def __call__(self, data: bytes) -> None:
        self.count += 1
        before, started = _peak(), time.process_time()
        try:
            self.run(data)
        except RecommenderError as error:
            if not error.problem.strip():
                self.note("an error without a sentence", data)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            self.note(_named(error), data)
        if (spent := time.process_time() - started) > self.patience:
            self.note(f"slow, {spent:.0f} s", data)
        if (grown := _peak() - before) > MEMORY and self.count > 1:
            self.note("memory", data, f"{grown:.0f} MB")

    def warm(self, data: bytes) -> None:
        """Loads what is loaded when it is first needed: that is nobody's fault."""
        with suppress(RecommenderError):
            self.run(data)

    def note(self, kind: str, data: bytes, figure: str = "") -> None:
        if kind in self.kinds:
            return
        self.kinds.add(kind)
        self.folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(data).hexdigest()[:12]
        (self.folder / name).write_bytes(data)
        with (self.folder / _KIND).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"file": name, "kind": kind, "figure": figure}, ensure_ascii=False) + "\n")


def findings(folder: Path) -> Iterator[tuple[str, str]]:
    """File and kind of each finding in a folder."""
    if (folder / _KIND).exists():
        for line in (folder / _KIND).read_text(encoding="utf-8").splitlines():
            held = json.loads(line)
            yield held["file"], f"{held['kind']} {held['figure']}".strip()


def stretched(data: bytes, head: int = 1) -> bytes:
    """An input grown to `SIZE` bytes by repeating what comes behind its first ``head`` bytes."""
    body = data[head:]
    return data[:head] + body * (SIZE // len(body)) if body else data


def _named(error: Exception) -> str:
    """The error's type and the last place in the project that it came through."""
    ours = [f for f in traceback.extract_tb(error.__traceback__) if _ours(Path(f.filename))]
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno} {ours[-1].name}" if ours else "?"
    return f"{type(error).__name__} at {place}"


def _ours(path: Path) -> bool:
    return path.is_relative_to(_PROJECT) and ".venv" not in path.parts


def _peak() -> float:
    """The most memory that the process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
