"""How a file was read, for people: a page, one record of many, or a member of an archive."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recommender.errors import InputError
from recommender.readers.article import Record
from recommender.readers.columns import Columns
from recommender.readers.file_types import NotRead
from recommender.readers.formats.common import MARK
from recommender.readers.notes import ReadProblem
from recommender.readers.page_reading import Field, PageReading
from recommender.readers.registry import ARCHIVES, PageReader, RecordReader, page_lines, read_page, reader_of
from recommender.readers.unpack import GZ, opened, seekable

from ..lazy import dataclass

COUNTED = 1000
"""So many records of a file are counted."""
_NAMED = 10
"""So many lines at which records begin are named."""
_RULE = "stated by the record"
_LETTERS = 12
"""So many letters and digits of the start of a paragraph tell the line that it stands on."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """A reading, the lines that its fields count, and how many records there are: 1 for a page, at most `COUNTED`."""

    reading: PageReading
    lines: list[str]
    records: int = 1


def inspected(path: Path, encoding: str | None, line: int | None, columns: Columns) -> Inspected:
    """A page, or the record at a line of a file (the first without one); ``a.zip!/b.html`` names a member.

    InputError where there is none.
    """
    with _unpacked(path) as (file, sheet):
        reader = _reader(file)
        if not isinstance(reader, RecordReader):
            return Inspected(read_page(file, encoding=encoding), page_lines(file, encoding))
        shown = str(path).removesuffix(f"{MARK}{sheet}") if sheet else str(path)
        reads = reader.read(file, shown, encoding, columns)
        record, count = _chosen(reads, str(path) if sheet else "", line)
        return Inspected(*_shown(record, file, encoding), count)


def asked_with(path: Path, columns: Columns, line: int | None = None) -> PageReading:
    """The page or record of a file that is the query; of several the one at a ``line``, or row of a table.

    InputError where it holds none, or several and no line is named.
    """
    if not isinstance(_reader(path), RecordReader):
        return read_page(path)
    chosen = inspected(path, None, line, columns)
    if chosen.records > 1 and line is None:
        count = f"{chosen.records:,} records or more" if chosen.records >= COUNTED else f"{chosen.records:,} records"
        raise InputError(
            f"{path} holds {count}, and one can ask.",
            "Say which by its line or row, --line 2, or ask with each as a line of JSON Lines: "
            "recommender similar - < questions.jsonl",
        )
    return chosen.reading


def _reader(file: Path) -> PageReader | RecordReader | None:
    try:
        return reader_of(file)
    except NotRead:
        raise
    except InputError:
        return None


def _chosen(reads: Iterator[Record | ReadProblem], path: str, line: int | None) -> tuple[Record, int]:
    record, count = None, 0
    problems: list[ReadProblem] = []
    lines: list[int] = []
    for read in reads:
        if isinstance(read, ReadProblem):
            problems.append(read)
        elif not path or read.path == path:
            count += 1
            lines = lines if len(lines) == _NAMED or read.line in lines else [*lines, read.line]
            if record is None and line in (None, read.line):
                record = read
        if record and count >= COUNTED:
            break
    if record is not None:
        return record, count
    if count:
        raise InputError(f"No record begins at line {line}.", f"Records begin at {', '.join(map(str, lines))}.")
    first = next((p for p in problems if p.severity == "refused"), None) or next(iter(problems), None)
    raise InputError(first.reason, first.hint) if first else InputError("The file holds no article.", "Look into it.")


def _shown(record: Record, file: Path, encoding: str | None) -> tuple[PageReading, list[str]]:
    """The record as a reading, over the lines of its file where each field has lines of its own, else over new ones."""
    try:
        lines = page_lines(file, encoding)
    except InputError:
        lines = []
    spans = _places(_values(record), lines, record.line - 1)
    if spans is None:
        lines, spans = _written(_values(record))
    return _reading(record, spans), lines


def _values(record: Record) -> dict[str, list[str]]:
    """The fields that are filled, each as its lines."""
    a = record.article
    plain = {"title": a.title, "outlet": a.outlet, "author": a.author, "published": a.published}
    values = {name: [value] for name, value in plain.items() if value}
    values |= {"body": a.body.split("\n")} if a.body else {}
    values |= {"captions": list(a.captions)} if a.captions else {}
    return values | ({"related": [entry.headline for entry in record.related]} if record.related else {})


def _places(values: dict[str, list[str]], lines: list[str], start: int) -> dict[str, tuple[int, int]] | None:
    """The first and last line of each field; ``None`` where title and body have no lines of their own."""
    plain = ["".join(filter(str.isalnum, line)) for line in lines]
    spans: dict[str, tuple[int, int]] = {}
    for name, texts in values.items():
        first = _line_of(texts[0], plain, start)
        last = _line_of(texts[-1], plain, first) if first >= 0 else -1
        if last >= 0:
            spans[name] = (first + 1, last + 1)
    needed = [name for name in ("title", "body") if name in values]
    of_needed = [spans.get(name) for name in needed]
    return spans if None not in of_needed and len(set(of_needed)) == len(needed) else None


def _line_of(text: str, plain: list[str], start: int) -> int:
    key = "".join(filter(str.isalnum, text))[:_LETTERS]
    return next((n for n in range(max(start, 0), len(plain)) if key in plain[n]), -1) if key else -1


def _written(values: dict[str, list[str]]) -> tuple[list[str], dict[str, tuple[int, int]]]:
    """The fields as lines, one below the other, and the first and last line of each."""
    lines: list[str] = []
    spans = {}
    for name, texts in values.items():
        spans[name] = (len(lines) + 1, len(lines) + len(texts))
        lines += texts
    return lines, spans


def _reading(record: Record, spans: dict[str, tuple[int, int]]) -> PageReading:
    a = record.article

    def of(name: str, value: str | tuple[str, ...] | None) -> Field | None:
        return Field(value, spans.get(name, (record.line, record.line)), _RULE, 1.0) if value else None

    related = tuple(entry.headline for entry in record.related)
    return PageReading(
        "record", of("title", a.title), of("outlet", a.outlet), of("author", a.author), of("published", a.published),
        of("body", a.body), of("captions", a.captions), of("title", a.tags), of("related", related),
        links=record.related, url=a.url, section=a.section,
    )  # fmt: skip


@contextmanager
def _unpacked(path: Path) -> Iterator[tuple[Path, str]]:
    """The file of a path, unpacked for a moment where it names a member; and the sheet of a workbook that it names."""
    outer, mark, inner = str(path).partition(MARK)
    if path.exists() or not mark or not Path(outer).is_file():
        yield path, ""
        return
    with tempfile.TemporaryDirectory() as folder:
        yield _member(Path(outer), inner, Path(folder))


def _member(outer: Path, inner: str, folder: Path) -> tuple[Path, str]:
    from recommender.readers.formats.archives import extract, is_workbook

    reader = reader_of(outer)
    if reader.sign not in ARCHIVES:
        raise InputError(f"{outer.name} is not an archive.", "Name the file itself.")
    with opened(outer) as stream, seekable(stream) as file:
        if reader.sign == "zip" and is_workbook(file):
            return outer, inner
        name, extracted = _names(inner, folder)
        with extracted.open("wb") as out:
            extract(file, reader.sign or "", name, out)
    rest = inner.removeprefix(name).removeprefix(MARK)
    return _member(extracted, rest, folder / "in") if rest else (extracted, "")


def _names(inner: str, folder: Path) -> tuple[str, Path]:
    """The name of the next member, and the file it is unpacked to: with its ending alone, for names lead anywhere."""
    name = inner.partition(MARK)[0]
    folder.mkdir(exist_ok=True)
    ending = "".join(Path(name).suffixes[-2:]) if name.lower().endswith(GZ) else Path(name).suffix
    return name, folder / f"member{ending if ending[1:].replace('.', '').isalnum() else ''}"
