"""Which reader reads which file: one table of endings, asked by ingest, by the walk of folders and by inspect.

A new format is a module in `formats` with a function that parses it, and a line in `READERS`. The first bytes of a file
(`signs`) count before its ending.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Literal

from recommender.errors import InputError
from recommender.readers.article import Record
from recommender.readers.columns import Columns
from recommender.readers.data_files import JSON_LIMIT, csv_table, json_lines, json_whole
from recommender.readers.encoding import decode
from recommender.readers.file_types import HEAD, NotRead, first_line, sign_of
from recommender.readers.notes import ReadProblem
from recommender.readers.page import html_page, text_page
from recommender.readers.page_reading import PageReading
from recommender.readers.records import Records
from recommender.readers.tables import heads
from recommender.readers.unpack import GZ, PAGE_LIMIT, head_of, opened, read_whole, seekable, unpacked_member, whole

from ..lazy import dataclass


@dataclass(frozen=True, slots=True)
class PageReader:
    """One page a file; ``parse`` takes its bytes and the encoding that was asked for."""

    kind: ClassVar[Literal["page"]] = "page"
    endings: tuple[str, ...]
    parse: Callable[[bytes, str | None], PageReading]
    limit: int = PAGE_LIMIT
    sign: str | None = None

    def page(self, path: str | Path, encoding: str | None = None) -> PageReading:
        """Each field with the rule that found it. InputError if the file is too large, no text or holds none."""
        return self.parse(read_whole(path, self.limit), encoding)

    def read(
        self, path: str | Path, display_path: str, encoding: str | None = None, columns: Columns | None = None
    ) -> Iterator[Record | ReadProblem]:
        """The page as a record; a note where it tells nothing. A page has no ``columns``."""
        yield from self._page_record(read_whole(path, self.limit), display_path, encoding)

    def read_stream(
        self, stream: BinaryIO, file: Records, encoding: str | None, **_: Any
    ) -> Iterator[Record | ReadProblem]:
        """The same of a file within another."""
        yield from self._page_record(whole(stream, self.limit), file.path, encoding)

    def _page_record(self, raw: bytes, display_path: str, encoding: str | None) -> Iterator[Record | ReadProblem]:
        page = self.parse(raw, encoding)
        record = page.to_record(display_path)
        if page.refusal:
            yield ReadProblem(
                display_path, 0, page.refusal, "Nothing of it is kept; capture the article itself.", "note"
            )
        elif record.article.title or record.article.body or record.related:
            yield record
        else:
            reason = "The page holds neither a title, a body nor a related list, and nothing of it is kept."
            yield ReadProblem(display_path, 0, reason, "See: recommender inspect FILE", "note")


@dataclass(frozen=True, slots=True)
class RecordReader:
    """Many records a file; ``parse`` takes its stream, a `Records`, and the encoding asked for.

    With a ``limit`` the stream holds the whole file, of at most so many bytes; without one the file is streamed.
    ``seeks``: the stream has to be one that can be sought in. ``sign`` is what `signs.sign_of` calls such a file.
    """

    kind: ClassVar[Literal["records"]] = "records"
    endings: tuple[str, ...]
    parse: Callable[..., Iterator[Record | ReadProblem]]
    limit: int | None = None
    seeks: bool = False
    sign: str | None = None

    def read(
        self, path: str | Path, display_path: str, encoding: str | None = None, columns: Columns | None = None
    ) -> Iterator[Record | ReadProblem]:
        """Records and problems in the order of the file, then notes on it. InputError if it cannot be read as a whole.

        ``display_path`` is the path as problems name it; ``columns`` tell which key or column says what.
        """
        with opened(path) as stream:
            yield from self.read_stream(stream, Records(display_path, columns or Columns()), encoding)

    def read_stream(
        self, stream: BinaryIO, file: Records, encoding: str | None, **more: Any
    ) -> Iterator[Record | ReadProblem]:
        """The same of a stream; ``more`` is handed to ``parse``."""
        try:
            yield from self._parse_stream(stream, file, encoding, **more)
        except InputError:
            yield from file.orders.rest()
            raise
        yield from file.end()

    def _parse_stream(
        self, stream: BinaryIO, file: Records, encoding: str | None, **more: Any
    ) -> Iterator[Record | ReadProblem]:
        if self.limit is not None:
            yield from self.parse(io.BytesIO(whole(stream, self.limit)), file, encoding, **more)
        elif self.seeks:
            with seekable(stream) as seekable_stream:
                yield from self.parse(seekable_stream, file, encoding, **more)
        else:
            yield from self.parse(stream, file, encoding, **more)


Reader = PageReader | RecordReader


def _lazy_parser(module: str, function: str, **fixed: Any) -> Callable[..., Any]:
    """A function of a module in `formats`, which is imported at the first call; ``fixed`` are further arguments."""

    def parse(*arguments: Any, **more: Any) -> Any:
        return getattr(import_module(f"recommender.readers.formats.{module}"), function)(*arguments, **fixed, **more)

    return parse


def _read_member(member: Any) -> Iterator[Record | ReadProblem] | None:
    """The records of a file within an archive; ``None`` if it is of no ending that is read."""
    stream = unpacked_member(member.stream, member.size, member.total, member.name)
    named = find_reader(member.name)
    reader = _choose_reader(stream.peek(HEAD)[:HEAD], named) if named else None
    if reader is None:
        return None
    more = {"total": member.total, "nested": member.nested + 1} if reader.sign in ARCHIVES else {}
    return reader.read_stream(stream, Records(member.display_path, member.columns), member.encoding, **more)


ARCHIVES = ("zip", "tar")
_TEXT = PageReader((".txt",), text_page, sign="text")
_HTML = PageReader((".html", ".htm", ".xhtml"), html_page, sign="html")
_DOCUMENT = PageReader((".docx", ".hwpx", ".odt"), _lazy_parser("documents", "document"), sign="document")
_JSON_LINES = RecordReader((".jsonl", ".ndjson"), json_lines, sign="json-lines")
_JSON = RecordReader((".json",), json_whole, JSON_LIMIT, sign="json")
_COMMAS = RecordReader((".csv",), partial(csv_table, comma=","), sign="commas")
_TABS = RecordReader((".tsv",), partial(csv_table, comma="\t"), sign="tabs")
_TABLE_PAGE = RecordReader((".xls",), _lazy_parser("web_tables", "html_table"), PAGE_LIMIT, sign="html-table")
_XML = RecordReader((".xml",), _lazy_parser("xml_records", "xml_records"), seeks=True, sign="xml")
_DATA = (_JSON_LINES, _JSON, _COMMAS, _TABS)

READERS: dict[str, Reader] = {
    ending: reader
    for reader in (
        _TEXT,
        _HTML,
        _DOCUMENT,
        PageReader((".mhtml", ".mht"), _lazy_parser("mail", "mhtml", html=html_page), sign="mhtml"),
        *_DATA,
        _TABLE_PAGE,
        RecordReader((".parquet", ".pq"), _lazy_parser("columnar", "parquet"), seeks=True, sign="parquet"),
        RecordReader((".feather", ".arrow"), _lazy_parser("columnar", "feather"), seeks=True, sign="arrow"),
        _XML,
        RecordReader((".rss", ".atom", ".rdf"), _lazy_parser("feeds", "feed"), sign="feed"),
        RecordReader((".sql",), _lazy_parser("sql_dump", "sql_dump")),
        RecordReader((".warc",), _lazy_parser("warc", "warc", html=html_page, text=text_page), sign="warc"),
        RecordReader((".eml",), _lazy_parser("mail", "eml"), PAGE_LIMIT, sign="mail"),
        RecordReader((".mbox",), _lazy_parser("mail", "mbox"), sign="mbox"),
        RecordReader((".md", ".markdown"), _lazy_parser("markdown", "markdown"), PAGE_LIMIT, sign="markdown"),
        RecordReader(
            (".xlsx", ".xlsm", ".zip"), _lazy_parser("archives", "package", read=_read_member), seeks=True, sign="zip"
        ),
        RecordReader((".tar", ".tgz"), _lazy_parser("archives", "tarred", read=_read_member), seeks=True, sign="tar"),
    )
    for ending in reader.endings
}
"""The reader of every ending that is read, each also with ``.gz``."""
_UNNAMED = (
    RecordReader((), _lazy_parser("feeds", "sitemap"), sign="sitemap"),
    RecordReader((), _lazy_parser("newsml", "newsml"), sign="newsml"),
    RecordReader((), _lazy_parser("trafilatura_xml", "extracted"), sign="extracted"),
    RecordReader((), _lazy_parser("web_tables", "sheet_xml"), sign="sheet-xml"),
)
_BY_SIGN: dict[str | None, Reader] = {reader.sign: reader for reader in (*READERS.values(), *_UNNAMED) if reader.sign}


def find_reader(path: str | Path) -> Reader | None:
    """The reader for the ending of a name, in small or capital letters; ``None`` if there is none."""
    name = os.path.basename(path).lower().removesuffix(GZ)
    return READERS.get(os.path.splitext(name)[1])


def reader_of(path: str | Path) -> Reader:
    """The reader of what a file is, else of its ending; InputError for what is not read."""
    named = find_reader(path)
    try:
        head = head_of(path, HEAD)
    except InputError:
        head = b""  # reading it says why
    reader = _choose_reader(head, named)
    if reader is None:
        raise InputError(f"The ending {Path(path).suffix!r} is not one that is read.", endings())
    return reader


def _choose_reader(head: bytes, named: Reader | None) -> Reader | None:
    """The reader by the first bytes of a file, else by its ending; the ending decides where both are possible."""
    sign = sign_of(head)
    if sign is None:
        return _table_reader(head) or named if named is _TEXT else named
    if sign == "zip" and named is _DOCUMENT:
        return named
    if sign == "xml" and named is _HTML:
        return named
    if sign == "html" and (named in _DATA or named is _TABLE_PAGE):
        return named  # the page of an error, or a table without the marks of a program
    if sign in ("json", "json-lines") and named is _JSON_LINES:
        return _JSON if _opens_a_list(head) else named
    if sign == "mail" and named is _BY_SIGN["mhtml"]:
        return named
    return _BY_SIGN[sign]


def _opens_a_list(head: bytes) -> bool:
    """Whether a file begins with a list that goes on behind its first line, or is of one line."""
    first, end, _ = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").partition(b"\n")
    if not first.startswith(b"["):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return True
    return not end


def _table_reader(head: bytes) -> Reader | None:
    """The reader for a table that was saved as text: its first line names columns."""
    columns = Columns()
    for mark, reader in (("\t", _TABS), (",", _COMMAS)):
        if heads([cell.strip(' "') for cell in first_line(head).split(mark)], columns) >= 2:
            return reader
    return None


def endings() -> str:
    """The sentence that names them all."""
    return f"Read are {' '.join(READERS)}, each also with {GZ}."


def read_page(path: str | Path, *, encoding: str | None = None) -> PageReading:
    """Read one page file of at most 20 MB, as plain text where no reader of pages has its ending.

    InputError if it is no text, holds none, or is of a kind that is known and not read.
    """
    try:
        reader: Reader | None = reader_of(path)
    except NotRead:
        raise
    except InputError:
        reader = None
    return (reader if isinstance(reader, PageReader) else _TEXT).page(path, encoding)


def page_lines(path: str | Path, encoding: str | None = None) -> list[str]:
    """The lines of a page file as the fields of its reading count them, from the first.

    InputError if it is too large or no text.
    """
    raw = read_whole(path, PAGE_LIMIT)
    try:
        reader: Reader | None = reader_of(path)
    except InputError:
        reader = None
    if reader is _DOCUMENT:
        lines: list[str] = _lazy_parser("documents", "document_lines")(raw)
        return lines
    if reader is _HTML:
        from recommender.readers.html_tree import decoded

        text = decoded(raw, encoding)
    else:
        text = decode(raw, encoding)[0]
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_records(path: str | Path, display_path: str, encoding: str | None = None) -> Iterator[Record | ReadProblem]:
    """The records of one file in order, as JSON Lines where no reader of records is for it.

    ``display_path`` is the path as problems name it.
    """
    reader = reader_of(path) if find_reader(path) else None
    return (reader if isinstance(reader, RecordReader) else _JSON_LINES).read(path, display_path, encoding)
