"""The related list of every article, as JSON Lines: in this process, or by ranges of rows in several."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, BinaryIO

from ..files.executor import Processes, ranges, written_once
from ..ranking.answer import Hit
from ..ranking.options import SearchOptions
from ..ranking.recommend import Recommender


def related_lists(
    recommender: Recommender, options: SearchOptions, workers: int = 1, rows: Sequence[int] | None = None
) -> Generator[str, None, None]:
    """A line for each article of the model, or of its ``rows``, in their order: ``{"id", "title", "related": [{"id",
    "score"}]}``, with ``"pinned": true`` where people pinned. The same lines for any number of ``workers``, each a
    process.

    Raises WorkerError if a worker is killed, OSError if the folder of temporary files is full.
    """
    recommender = recommender.snapshot()
    folder, rows = recommender.model.folder, range(len(recommender)) if rows is None else rows
    if workers == 1 or folder is None or len(rows) < 2:
        yield from _lines(recommender, options, rows)
        return
    with tempfile.TemporaryDirectory(prefix="related-") as parts:
        task = partial(write_part, folder.resolve(), Path(parts), options)
        shares = [rows[share.start : share.stop] for share in ranges(len(rows), workers)]
        for part in Processes(workers).map(task, shares):
            with part.open(encoding="utf-8", newline="\n") as lines:
                yield from (line.removesuffix("\n") for line in lines)
            part.unlink()


def write_part(version: Path, parts: Path, options: SearchOptions, rows: Sequence[int]) -> Path:
    """Writes the lists of ``rows`` of the model in the folder ``version`` into a file of ``parts``."""

    def write(file: BinaryIO) -> None:
        for line in _lines(_opened(version), options, rows):
            file.write(f"{line}\n".encode())

    return written_once(parts / f"{rows[0]}.jsonl", write)


@lru_cache(maxsize=1)
def _opened(version: Path) -> Recommender:
    return Recommender.open(version)


def _lines(recommender: Recommender, options: SearchOptions, rows: Iterable[int]) -> Iterator[str]:
    for row in rows:
        answer = recommender.related(row, options)
        related = [_entry(hit) for hit in answer]
        title = recommender.model.catalogue.article(row).shown_title
        yield json.dumps({"id": answer.query["id"], "title": title, "related": related}, ensure_ascii=False)


def _entry(hit: Hit) -> dict[str, Any]:
    entry = {"id": hit.article.id, "score": round(hit.score, 4)}
    return {**entry, "pinned": True} if hit.pinned else entry
