"""Which reader reads which file: one table of endings, asked by ingest, by the walk of folders and by inspect.

A new format is a module beside this one with a function that parses it, and a line in `READERS`.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, ClassVar, Literal

from recommender.errors import InputError
from recommender.readers.article import Record
from recommender.readers.columns import Columns
from recommender.readers.data_files import JSON_LIMIT, csv_table, json_lines, json_whole
from recommender.readers.notes import ReadProblem
from recommender.readers.page import html_page, text_page
from recommender.readers.page_fields import PageReading
from recommender.readers.records import Records
from recommender.readers.unpack import GZ, PAGE_LIMIT, opened, read_whole


@dataclass(frozen=True, slots=True)
class PageReader:
    """One page a file; ``parse`` takes its bytes and the encoding that was asked for."""

    kind: ClassVar[Literal["page"]] = "page"
    endings: tuple[str, ...]
    parse: Callable[[bytes, str | None], PageReading]
    limit: int = PAGE_LIMIT

    def page(self, path: str | Path, encoding: str | None = None) -> PageReading:
        """Each field with the rule that found it. InputError if the file is too large, no text or holds none."""
        return self.parse(read_whole(path, self.limit), encoding)

    def read(
        self, path: str | Path, shown: str, encoding: str | None = None, columns: Columns | None = None
    ) -> Iterator[Record | ReadProblem]:
        """The page as a record; a note where it tells nothing. A page has no ``columns``."""
        page = self.page(path, encoding)
        record = page.to_record(shown)
        if page.refusal:
            yield ReadProblem(shown, 0, page.refusal, "Nothing of it is kept; capture the article itself.", "note")
        elif record.article.title or record.article.body or record.related:
            yield record
        else:
            reason = "The page holds neither a title, a body nor a related list, and nothing of it is kept."
            yield ReadProblem(shown, 0, reason, "See: recommender inspect FILE", "note")


@dataclass(frozen=True, slots=True)
class RecordReader:
    """Many records a file; ``parse`` takes its stream, the encoding asked for, and what makes records of mappings.

    With a ``limit`` the stream holds the whole file, which is at most so many bytes; without, it is read on the way.
    """

    kind: ClassVar[Literal["records"]] = "records"
    endings: tuple[str, ...]
    parse: Callable[[BinaryIO, Records, str | None], Iterator[Record | ReadProblem]]
    limit: int | None = None

    def read(
        self, path: str | Path, shown: str, encoding: str | None = None, columns: Columns | None = None
    ) -> Iterator[Record | ReadProblem]:
        """Records and problems in the order of the file, then notes on it. InputError if it cannot be read as a whole.

        ``shown`` is the path as problems name it; ``columns`` tell which key or column says what.
        """
        records = Records(shown, columns or Columns())
        with opened(path) if self.limit is None else io.BytesIO(read_whole(path, self.limit)) as stream:
            yield from self.parse(stream, records, encoding)
        yield from records.end()


Reader = PageReader | RecordReader

_TEXT = PageReader((".txt",), text_page)
_JSON_LINES = RecordReader((".jsonl", ".ndjson"), json_lines)

READERS: dict[str, Reader] = {
    ending: reader
    for reader in (
        _TEXT,
        PageReader((".html", ".htm", ".xhtml"), html_page),
        _JSON_LINES,
        RecordReader((".json",), json_whole, JSON_LIMIT),
        RecordReader((".csv",), partial(csv_table, comma=",")),
        RecordReader((".tsv",), partial(csv_table, comma="\t")),
    )
    for ending in reader.endings
}
"""The reader of every ending that is read, each also with ``.gz``."""


def find_reader(path: str | Path) -> Reader | None:
    """The reader for the ending of a name, in small or capital letters; ``None`` if there is none."""
    name = os.path.basename(path).lower().removesuffix(GZ)
    return READERS.get(os.path.splitext(name)[1])


def reader_of(path: str | Path) -> Reader:
    """`find_reader`; InputError for an ending that is not read."""
    reader = find_reader(path)
    if reader is None:
        raise InputError(f"The ending {Path(path).suffix!r} is not one that is read.", endings())
    return reader


def endings() -> str:
    """The sentence that names them all."""
    return f"Read are {' '.join(READERS)}, each also with {GZ}."


def read_page(path: str | Path, *, encoding: str | None = None) -> PageReading:
    """Read one page file of at most 20 MB, as plain text where no reader of pages has its ending.

    InputError if it is no text or holds none.
    """
    reader = find_reader(path)
    return (reader if isinstance(reader, PageReader) else _TEXT).page(path, encoding)


def read_records(path: str | Path, shown: str, encoding: str | None = None) -> Iterator[Record | ReadProblem]:
    """The records of one file in order, as JSON Lines where no reader of records has its ending.

    ``shown`` is the path as problems name it.
    """
    reader = find_reader(path)
    return (reader if isinstance(reader, RecordReader) else _JSON_LINES).read(path, shown, encoding)
