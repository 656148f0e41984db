"""A nightly delta for a large archive: 100 corrections, 20 removals and 500 new articles into 70,000, by the commands.

Says the seconds of each command, and what `similar` answers before and after: to withdrawn headlines, to headlines of
removed articles, and to those of new ones. Needs the text set `stream`.

    python -m benchmarks.delta [--size 70000] [--home FOLDER]

With ``--home`` the trained archive stands in that folder, and is used again if it is there already.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.sets import rows

CORRECTED, REMOVED, NEW = 100, 20, 500
Row = dict[str, Any]


class Delta(NamedTuple):
    """``withdrawn`` records as they were before, ``corrected`` as they are now, ``removed`` and ``new`` ones."""

    withdrawn: list[Row]
    corrected: list[Row]
    removed: list[Row]
    new: list[Row]

    @classmethod
    def of(cls, archive: Sequence[Row], rest: Sequence[Row]) -> Delta:
        chosen = random.Random(4).sample(archive, CORRECTED + REMOVED)
        withdrawn, removed = chosen[:CORRECTED], chosen[CORRECTED:]
        corrected = [
            {**row, "title": other["title"], "updated": "2025-12-31T23:00"}
            for row, other in zip(withdrawn, rest[NEW:], strict=False)
        ]
        return cls(withdrawn, corrected, removed, list(rest[:NEW]))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=70_000)
    parser.add_argument("--home", type=Path)
    args = parser.parse_args()
    records = _records()
    archive, remainder = records[: args.size], records[args.size :]
    with tempfile.TemporaryDirectory() as folder:
        trained, home = args.home or Path(folder, "made"), Path(folder, "home")
        if not (trained / "models" / "current").exists():
            trained.mkdir(parents=True, exist_ok=True)
            _timed(trained, f"ingest of {len(archive):,}", "ingest", _written(Path(folder, "archive.jsonl"), archive))
            _timed(trained, "train", "train", "--quiet")
        shutil.copytree(trained, home)
        _night(home, Path(folder), Delta.of(archive, remainder))


def _night(home: Path, folder: Path, delta: Delta) -> None:
    _print_found(home, "before", delta)
    news = _written(folder / "delta.jsonl", [*delta.corrected, *delta.new])
    removed = folder / "gone.txt"
    removed.write_text("".join(f"{row['id']}\n" for row in delta.removed), encoding="utf-8")
    total = _timed(home, f"ingest of {CORRECTED} corrections and {NEW} new", "ingest", news)
    total += _timed(home, f"remove of {REMOVED}", "remove", "--from", removed)
    _print_found(home, "after ingest and remove", delta)
    total += _timed(home, "update", "update", "--quiet")
    _print_found(home, "after update", delta)
    print(f"together {total:.1f} s", flush=True)


def _records() -> list[Row]:
    """Distinct headlines of the set with an id and a date each, then as many put together of two halves."""
    seen: dict[str, Row] = {}
    for number, row in enumerate(rows("stream/headlines")):
        title = " ".join(row["title"].split())
        seen.setdefault(title, {"id": f"s{number:06}", "title": title, "published": row.get("date")})
    distinct = list(seen.values())
    return [*distinct, *(_joined(left, right) for left, right in zip(distinct, distinct[1000:], strict=False))]


def _joined(one: Row, other: Row) -> Row:
    """The first half of one headline and the second of another."""
    left, right = one["title"].split(), other["title"].split()
    title = " ".join([*left[: (len(left) + 1) // 2], *right[len(right) // 2 :]])
    return {"id": f"j{one['id']}", "title": title, "published": other["published"]}


def _print_found(home: Path, when: str, delta: Delta) -> None:
    """How often `similar` finds each kind of article by its headline."""
    asked = [row["title"] for part in delta for row in part[:CORRECTED]]
    began = time.monotonic()
    done = _run(home, "similar", "-", "-k", "5", "--format", "jsonl", "--min-score", "0", stdin="\n".join(asked) + "\n")
    each = (time.monotonic() - began) / len(asked) * 1000
    answers = iter([json.loads(line) for line in done.splitlines()])
    print(f"{when} ({each:.0f} ms a question):", flush=True)
    for name, part in zip(("withdrawn", "corrected", "removed", "new"), delta, strict=True):
        hits = [_finds(next(answers), row) for row in part[:CORRECTED]]
        print(f"  {name} headline names its article: {sum(hits)} of {len(hits)}", flush=True)


def _finds(answer: Row, row: Row) -> bool:
    """Whether an answer shows the article with this very headline: as a hit, or left out as what was asked with."""
    left_out = answer["query"].get("left_out") or {}
    shown = [(left_out.get("id"), left_out.get("title")), *((hit["id"], hit["title"]) for hit in answer["results"])]
    return any(key == row["id"] and title == row["title"] for key, title in shown)


def _written(path: Path, records: Sequence[Row]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def _timed(home: Path, name: str, *arguments: str | Path) -> float:
    began = time.monotonic()
    output = _run(home, *arguments).strip().replace("\n", " | ")
    took = time.monotonic() - began
    print(f"{name}: {took:.1f} s: {output}", flush=True)
    return took


def _run(home: Path, *arguments: str | Path, stdin: str = "") -> str:
    command = [sys.executable, "-m", "recommender", "-C", str(home), *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, encoding="utf-8")
    if done.returncode:
        sys.exit(f"{' '.join(command[4:6])}: {done.stderr[-500:]}")
    return done.stdout


if __name__ == "__main__":
    main()
