"""Related lists as files: one of JSON Lines, packed or not, a folder of packed shards, or a table (Parquet, CSV)."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import InputError, MissingExtra
from ..files.atomic import replacing
from ..files.csv_cells import harmless
from ..index.fields import Rows
from ..ranking.recommend import Recommender
from .lists import Lists
from .related import entries_of

SHARD = 20_000  # lists of a shard
_TABLES = (".parquet", ".csv")
_COLUMNS = ("id", "title", "rank", "related_id", "score", "pinned")


def is_folder(output: Path, written: str) -> bool:
    """Whether an output is a folder of shards: one that is there, or a name that ends in a slash."""
    return output.is_dir() or written.endswith(("/", "\\"))


def is_table(output: Path) -> bool:
    return output.suffix.lower() in _TABLES


def is_packed(output: Path) -> bool:
    return output.suffix.lower() == ".gz"


def write_shards(lines: Iterator[str], folder: Path) -> int:
    """``related-00000.jsonl.gz`` and so on in ``folder``, each whole or not at all; those of an earlier export that are
    beyond the last go. Returns how many there are. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    while shard := list(islice(lines, SHARD)):
        with replacing(folder / _shard(count)) as file:
            write_packed(shard, file)
        count += 1
    for path in folder.glob("related-[0-9][0-9][0-9][0-9][0-9]*.jsonl.gz"):
        if path.name not in {_shard(number) for number in range(count)}:
            path.unlink()
    return count


def _shard(number: int) -> str:
    return f"related-{number:05}.jsonl.gz"


def write_packed(lines: Iterator[str] | Sequence[str], file: BinaryIO) -> None:
    """Lines, packed; the same bytes whenever it is done."""
    with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6, mtime=0) as packed:
        for line in lines:
            packed.write(f"{line}\n".encode())


def write_table(recommender: Recommender, lists: Lists, rows: Rows, output: Path) -> None:
    """A row an entry, and one without an entry for an article that has none: the columns of ``RelatedLists``.

    Parameters
    ----------
    recommender
        Whose articles they are.
    lists
        The lists, one for each of ``rows``.
    rows
        (m,) the articles.
    output
        ``.csv``, which opens right in a spreadsheet and has the title of each entry too, or ``.parquet``.

    Raises
    ------
    MissingExtra
        For Parquet without pyarrow.
    OSError
        If the file cannot be written.
    """
    if output.suffix.lower() == ".csv":
        _write_csv(recommender, lists, rows, output)
        return
    pa, pq = _arrow()
    kinds = (pa.string(), pa.string(), pa.int32(), pa.string(), pa.float64(), pa.bool_())
    schema = pa.schema(list(zip(_COLUMNS, kinds, strict=True)))
    with replacing(output) as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for begin in range(0, len(rows), SHARD):
            columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
            span = slice(begin, begin + SHARD)
            for row, part in zip(rows[span].tolist(), range(begin, begin + SHARD), strict=False):
                for values in _table_rows(recommender, lists, row, part):
                    for name, value in zip(_COLUMNS, values, strict=True):
                        columns[name].append(value)
            writer.write_table(pa.table(columns, schema=schema))


def _table_rows(recommender: Recommender, lists: Lists, row: int, at: int) -> Iterator[tuple[Any, ...]]:
    """The rows of the article at ``row``, whose list is the one at ``at``."""
    catalogue = recommender.model.catalogue
    title, entries = catalogue.article(row).shown_title, entries_of(recommender, lists, at)
    for rank, entry in enumerate(entries or [{}], start=1):
        values = (entry.get("id"), entry.get("score"), entry.get("pinned", False) if entry else None)
        yield (catalogue.ids[row], title, rank if entry else None, *values)


def _write_csv(recommender: Recommender, lists: Lists, rows: Rows, output: Path) -> None:
    catalogue = recommender.model.catalogue
    with replacing(output) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        table = csv.writer(text, lineterminator="\n")
        table.writerow((*_COLUMNS[:4], "related_title", *_COLUMNS[4:]))
        for i, row in enumerate(rows.tolist()):
            for article, title, rank, entry, score, pinned in _table_rows(recommender, lists, row, i):
                related_title = "" if entry is None else catalogue.article(catalogue.row(entry)).shown_title
                names = (harmless(article), harmless(title), rank, harmless(entry or ""), harmless(related_title))
                table.writerow((*names, score, "yes" if pinned else ""))
        text.flush()
        text.detach()


def _arrow() -> tuple[Any, Any]:
    """What writes tables. Raises MissingExtra where it is not installed."""
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        hint = "Run: pip install 'related-recommender[parquet]'"
        raise MissingExtra("A table needs pyarrow, which is not installed.", hint) from error


def check(output: Path, written: str) -> None:
    """Raises InputError for an output that cannot be written as it is meant, MissingExtra for a table without pyarrow:
    asked before any list is made."""
    if is_folder(output, written):
        return
    if output.suffix.lower() == ".parquet":
        _arrow()
    if output.suffix.lower() in (".tsv", ".xlsx", ".xls", ".feather"):
        raise InputError(
            f"Related lists are not written as {output.suffix}.",
            "Write .csv, which Excel opens, .jsonl, .jsonl.gz, .parquet, or a folder (its name with a slash behind).",
        )
