"""Archives written for this: six small ones of as many kinds, whose stories go on for weeks, beside bigrams.

    python -m benchmarks.written

Each headline of a story asks, as a stored article (with its day) and as a text without it; other members of its story
are right. Printed of each archive, for the project and for TF-IDF of character bigrams: the share of right first hits,
of questions without an answer, the mean reciprocal rank of ten hits; then how many headlines of the other archives'
fields are answered, and what other issues of a column score. ``benchmarks/written`` holds the headlines, made up.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.sets import desk_of
from benchmarks.systems import BIGRAMS, Plain
from benchmarks.tasks import Question
from recommender import Recommender, SearchOptions

FOLDER = Path(__file__).with_name("written")
# The general archive and that of law and IT are of many fields: their headlines are no strangers to the others, and
# none is a stranger to them but those of these.
NARROW = ("provincial", "health", "fishing-farming", "battery")
K = 10
Ids = list[str]


def main() -> None:
    archives = {path.stem: read(path) for path in sorted(FOLDER.glob("*.jsonl"))}
    archives["all of them"] = [row for rows in archives.values() for row in rows]
    for name, rows in archives.items():
        with tempfile.TemporaryDirectory() as folder:
            desk = desk_of([record_of(row) for row in rows], Path(folder))
        print(f"{name}, {len(rows)} articles")
        _stories(desk, rows)
        strangers = [row["title"] for other in NARROW if other != name for row in archives[other] if "story" in row]
        if name != "all of them":
            answered = [title for title in strangers if len(desk.similar(title))]
            print(f"  strangers answered: {len(answered)} of {len(strangers)}")
        _columns(desk, rows)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def record_of(row: dict[str, Any]) -> dict[str, Any]:
    """The record without what says which belong together."""
    return {key: value for key, value in row.items() if key not in ("story", "column")}


def _stories(desk: Recommender, rows: Sequence[dict[str, Any]]) -> None:
    members = [row for row in rows if "story" in row]
    right = {row["id"]: {r["id"] for r in members if r["story"] == row["story"]} - {row["id"]} for row in members}
    options = SearchOptions(k=K, stories=True)
    plain = Plain([record_of(row) for row in rows])
    answers = {
        "by its id": [[hit.article.id for hit in desk.similar(id=row["id"], options=options)] for row in members],
        "by its text": [[hit.article.id for hit in desk.similar(row["title"], options=options)] for row in members],
        "bigrams": [list(plain.ask(BIGRAMS, Question(row["title"], own=row["id"])).ids[:K]) for row in members],
    }
    for way, lists in answers.items():
        ranks = [_reciprocal(ids, right[row["id"]]) for ids, row in zip(lists, members, strict=True)]
        first = statistics.mean(rank == 1 for rank in ranks)
        silent = statistics.mean(not ids for ids in lists)
        print(f"  {way}: first hit right {first:.3f}, no answer {silent:.3f}, MRR {statistics.mean(ranks):.3f}")


def _reciprocal(ids: Ids, right: set[str]) -> float:
    return next((1 / rank for rank, name in enumerate(ids, start=1) if name in right), 0.0)


def _columns(desk: Recommender, rows: Sequence[dict[str, Any]]) -> None:
    """The highest score that another issue of its column has for each issue."""
    column = {row["id"]: row["column"] for row in rows if "column" in row}
    highest = []
    for name, column_name in column.items():
        hits = desk.similar(id=name, options=SearchOptions(k=K, stories=True, collapse=False))
        highest += [max((hit.score for hit in hits if column.get(hit.article.id) == column_name), default=0.0)]
    if highest:
        print(f"  another issue of the same column: mean of the highest scores {statistics.mean(highest):.2f}")


if __name__ == "__main__":
    main()
