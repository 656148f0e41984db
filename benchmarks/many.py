"""Distinct headlines in any number: those of the shared sets, then halves of them joined anew, by a seed.

A joined headline reads like one and has no story beside it, so an archive of many of them has fewer retellings than a
real one; half of those that are joined keep the day of their first half, so that dates say something.

    python -m benchmarks.many 240000 /tmp/records.jsonl
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.sets import rows

SETS = (
    "battery/headlines", "daegu-gyeongbuk/headlines", "trade/headlines", "ktitan/headlines", "stream/headlines",
    "sections/headlines", "ynat/headlines", "ynat/unlabelled", "general-day/articles", "one-paper/articles",
)  # fmt: skip
SEED = 7
_FIRST, _DAYS = np.datetime64("2021-01-01"), 2_000


def records(count: int, seed: int = SEED) -> list[dict[str, Any]]:
    """``count`` records (title, date, outlet), the sets' own in an order by chance, then joined ones."""
    random = np.random.default_rng(seed)
    originals = _own()
    shuffled = [originals[i] for i in random.permutation(len(originals)).tolist()]
    return [*shuffled[:count], *islice(_joined(shuffled, random), max(0, count - len(shuffled)))]


def _own() -> list[dict[str, Any]]:
    by_title: dict[str, dict[str, Any]] = {}
    for name in SETS:
        for row in rows(name):
            title = " ".join(row["title"].split())
            day = row.get("date") or row.get("published")
            by_title.setdefault(title, {"title": title, "date": day, "outlet": row.get("press") or row.get("outlet")})
    return [{key: value for key, value in record.items() if value} for record in by_title.values()]


def _joined(originals: list[dict[str, Any]], random: np.random.Generator) -> Iterator[dict[str, Any]]:
    seen = {record["title"] for record in originals}
    while True:
        left, right = (originals[i] for i in random.integers(len(originals), size=2).tolist())
        first, second = left["title"].split(), right["title"].split()
        title = " ".join([*first[: (len(first) + 1) // 2], *second[len(second) // 2 :]])
        if title in seen:
            continue
        seen.add(title)
        day = left.get("date") if random.random() < 0.5 else None
        record = {"title": title, "date": day or str(_FIRST + int(random.integers(_DAYS)))}
        yield {**record, "outlet": left["outlet"]} if "outlet" in left else record


def write(count: int, path: Path) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records(count))
    return path


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
