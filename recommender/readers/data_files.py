"""Streams of record files to records: JSON Lines, JSON, CSV and TSV.

A record that cannot be used becomes a `ReadProblem` and the rest is read on; InputError is raised
when the file as a whole cannot be read (binary, broken gz, broken JSON, no known column).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from recommender.errors import InputError
from recommender.readers.article import Record
from recommender.readers.encoding import decode, known, misfit, sniff, vote
from recommender.readers.notes import Problems, ReadProblem
from recommender.readers.records import ALL_KEYS, as_record

LINE_LIMIT = 10 * 1024**2
"""Most bytes of one line; a longer one is skipped without being held in memory."""
JSON_LIMIT = 256 * 1024**2
"""Most bytes of a file of JSON, which has to be held as a whole."""
HEAD = 1 << 18
LIST_KEYS = ("articles", "items", "data", "records", "results", "documents", "docs", "rows", "news")

_BLANK = re.compile(r"[ \t\r\n]*")

Read = Record | ReadProblem


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text file; ``text`` is ``None`` when it could not be read, with the reason."""

    number: int
    text: str | None
    reason: str = ""


def lines_of(stream: BinaryIO, encoding: str | None) -> Iterator[Line]:
    """Lines without their ends, each decoded for itself, at most `LINE_LIMIT` bytes held at once."""
    head = stream.read(HEAD)
    name = known(encoding) if encoding else sniff(head)
    wide = name if name and name.replace("_", "-").startswith("utf-16") else None
    if wide == "utf-16":
        wide = sniff(head) or "utf-16-le"
    guess = None if encoding else vote(head)
    for number, raw in enumerate(_raw_lines(stream, head, wide), start=1):
        if raw is None:
            yield Line(number, None, f"The line is longer than {LINE_LIMIT} bytes.")
            continue
        if not guess and not name and not raw.isascii():
            guess = vote(raw)
        try:
            text = raw.decode(name or guess or "utf-8").removeprefix("\ufeff").rstrip("\r\n")
        except UnicodeError as error:
            yield Line(number, None, f"The line is not {name or guess or 'utf-8'}: {misfit(error)}.")
            continue
        yield Line(number, None, "The line holds a NUL byte.") if "\0" in text else Line(number, text)


def _raw_lines(stream: BinaryIO, head: bytes, wide: str | None) -> Iterator[bytes | None]:
    """Lines as bytes, ``None`` for one over the limit; ``wide`` names a UTF-16 byte order."""
    end = "\n".encode(wide) if wide else b"\n"
    held, skipping = bytearray(), False
    chunk = head
    while chunk:
        held += chunk
        start = 0
        while (stop := _find(held, end, start)) >= 0:
            stop += len(end)
            yield None if skipping or stop - start > LINE_LIMIT else bytes(held[start:stop])
            start, skipping = stop, False
        del held[:start]
        if len(held) > LINE_LIMIT:
            skipping = True
            del held[: len(held) // 2 * 2]
        chunk = stream.read(HEAD)
    if skipping or held:
        yield None if skipping else bytes(held)


def _find(held: bytearray, end: bytes, start: int) -> int:
    found = held.find(end, start)
    while len(end) == 2 and found >= 0 and (found - start) % 2:
        found = held.find(end, found + 1)
    return found


def json_lines(stream: BinaryIO, shown: str, encoding: str | None) -> Iterator[Read]:
    """One record a line; ``shown`` is the path as problems name it, here and below."""
    for line in lines_of(stream, encoding):
        if line.text is None:
            yield ReadProblem(shown, line.number, line.reason, "Write one record a line, as UTF-8.")
        elif line.text.strip():
            try:
                value = json.loads(line.text)
            except (ValueError, RecursionError) as error:
                yield ReadProblem(
                    shown, line.number, f"The line is not JSON: {_why(error)}.", "Write one record a line."
                )
                continue
            yield from _one(value, shown, line.number)


def _one(value: object, shown: str, line: int) -> Iterator[Read]:
    try:
        record, notes = as_record(value, shown, line)
    except InputError as error:
        yield ReadProblem(shown, line, error.problem, error.hint)
        return
    yield record
    yield from notes


def json_whole(stream: BinaryIO, shown: str, encoding: str | None) -> Iterator[Read]:
    """A list of records, an object with such a list, or one record; of at most `JSON_LIMIT` bytes."""
    text, _ = decode(stream.read(), encoding)
    stream.close()  # lets go of the bytes, which may be a quarter of a gigabyte
    decoder, line, counted = json.JSONDecoder(), 1, 0
    try:
        for start, value in _elements(decoder, text):
            line += text.count("\n", counted, start)
            counted = start
            yield from _one(value, shown, line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"The file is not JSON: {_why(error)}.", "Mend it, or write JSON Lines (.jsonl).") from error


def _elements(decoder: json.JSONDecoder, text: str) -> Iterator[tuple[int, object]]:
    """Position and value of each record: of a list, of an object's list, or of an object alone."""
    at = _blank(text, 0)
    if text[at : at + 1] == "[":
        at = yield from _list(decoder, text, at)
    else:
        value, at = decoder.raw_decode(text, at)
        rows = (
            next((value[k] for k in LIST_KEYS if isinstance(value.get(k), list)), None)
            if isinstance(value, dict)
            else None
        )
        if rows is None:
            yield 0, value
        else:
            yield from ((0, row) for row in rows)
    if text[_blank(text, at) :]:
        raise ValueError(f"text after its end, character {at + 1}")


def _list(decoder: json.JSONDecoder, text: str, at: int) -> Generator[tuple[int, object], None, int]:
    at = _blank(text, at + 1)
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        value, end = decoder.raw_decode(text, at)
        yield at, value
        at = _blank(text, end)
        mark = text[at : at + 1]
        if mark == "]":
            return at + 1
        if mark != ",":
            raise ValueError(f"a comma or ] is missing at character {at + 1}")
        at = _blank(text, at + 1)


def _blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def csv_table(stream: BinaryIO, shown: str, encoding: str | None, comma: str) -> Iterator[Read]:
    """One record a row below a header; ``comma`` parts the cells where the header does not say otherwise."""
    csv.field_size_limit(LINE_LIMIT)
    problems = Problems(shown)
    place = [0]

    def texts() -> Iterator[str]:
        for line in lines_of(stream, encoding):
            place[0] = line.number
            if line.text is None:
                problems.add(ReadProblem(shown, line.number, line.reason, "Save the table as UTF-8."))
            else:
                yield line.text + "\n"

    source = texts()
    first = next(source, "")
    names, comma = _header(first, comma)
    rows = csv.reader(source, delimiter=comma)
    while True:
        start = place[0] + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield ReadProblem(shown, start, f"The row cannot be read: {error}.", "Look for a quote that is not closed.")
            continue
        yield from problems.taken()
        if row is None:
            return
        if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
            yield ReadProblem(shown, start, f"The row has {len(row)} cells, the header names {len(names)}.",
                              "Put quotes around cells that hold the separator.")  # fmt: skip
        elif any(cell.strip() for cell in row):
            yield from _one({k: v for k, v in zip(names, row, strict=False) if v.strip()}, shown, start)


def _header(first: str, comma: str) -> tuple[list[str], str]:
    def split(mark: str) -> list[str]:
        try:
            cells = next(csv.reader([first], delimiter=mark), [])
        except csv.Error:
            return []
        return [cell.strip().lower() for cell in cells]

    mark = max((comma, ",", "\t", ";"), key=lambda m: len(ALL_KEYS & set(split(m))))
    names = split(mark)
    if not {"title", "headline", "body", "content", "text", "summary", "lead", "description"} & set(names):
        shown = ", ".join(names)[:100] or "nothing"
        raise InputError(
            f"No column is a title or a body; the header names {shown}.",
            "Name the columns in the first line: id,title,body,outlet,published,url.",
        )
    return names, mark


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error)[:120]
