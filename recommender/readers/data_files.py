"""Streams of record files to records: JSON Lines, JSON, CSV and TSV.

A record that cannot be used becomes a `ReadProblem` and the rest is read on; InputError is raised
when the file as a whole cannot be read (binary, broken gz, broken JSON, no known column).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Generator, Iterator
from itertools import chain, islice
from typing import BinaryIO

from recommender.errors import InputError
from recommender.readers.article import Record
from recommender.readers.encoding import codec_of, decode, misfit, sniff, vote
from recommender.readers.nested import action_of, rows_of
from recommender.readers.notes import Problems, ReadProblem
from recommender.readers.quoting import Splitter
from recommender.readers.records import Records
from recommender.readers.tables import HEAD as HEAD_ROWS
from recommender.readers.tables import Row, named_separator, read_rows, separator

from ..lazy import dataclass

LINE_LIMIT = 10 * 1024**2
"""Most bytes of one line; a longer one is skipped without being held in memory."""
JSON_LIMIT = 256 * 1024**2
"""Most bytes of a file of JSON, which has to be held as a whole."""
HEAD = 1 << 18

_OPENED = ("{", "[", "[{")
_BLANK = re.compile(r"[ \t\r\n]*")

Read = Record | ReadProblem


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text file; ``text`` is ``None`` when it could not be read, with the reason."""

    number: int
    text: str | None
    reason: str = ""


def lines_of(stream: BinaryIO, encoding: str | None) -> Iterator[Line]:
    """Lines without their ends, each decoded by itself, with at most `LINE_LIMIT` bytes in memory."""
    head = stream.read(HEAD)
    name = codec_of(encoding) if encoding else sniff(head)
    end = "\r" if b"\r" in head and b"\n" not in head else "\n"
    wide = name if name and name.replace("_", "-").startswith("utf-16") else None
    if wide == "utf-16":
        wide = sniff(head) or "utf-16-le"
    guess = None if encoding else vote(head)
    for number, raw in enumerate(_raw_lines(stream, head, end.encode(wide or "ascii")), start=1):
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


def _raw_lines(stream: BinaryIO, head: bytes, end: bytes) -> Iterator[bytes | None]:
    """Lines as bytes, ``None`` for one over the limit; ``end`` is what ends a line, of two bytes in UTF-16."""
    buffer, skipping = bytearray(), False
    chunk = head
    while chunk:
        buffer += chunk
        start = 0
        while (stop := _find_end(buffer, end, start)) >= 0:
            stop += len(end)
            yield None if skipping or stop - start > LINE_LIMIT else bytes(buffer[start:stop])
            start, skipping = stop, False
        del buffer[:start]
        if len(buffer) > LINE_LIMIT:
            skipping = True
            del buffer[: len(buffer) // 2 * 2]
        chunk = stream.read(HEAD)
    if skipping or buffer:
        yield None if skipping else bytes(buffer)


def _find_end(buffer: bytearray, end: bytes, start: int) -> int:
    position = buffer.find(end, start)
    while len(end) == 2 and position >= 0 and (position - start) % 2:
        position = buffer.find(end, position + 1)
    return position


def json_lines(stream: BinaryIO, records: Records, encoding: str | None) -> Iterator[Read]:
    """One record a line; values that go over several lines are read too. ``records`` is the file's, here and below."""
    lines = lines_of(stream, encoding)
    path = records.path
    action: dict[str, object] = {}
    for line in lines:
        if line.text is None:
            yield ReadProblem(path, line.number, line.reason, "Write one record a line, as UTF-8.")
        elif line.text.strip():
            if not records.seen and line.text.strip() in _OPENED:
                yield from _multi_line_json(line, lines, records)
                return
            try:
                value = json.loads(line.text.rstrip().removesuffix(","))
            except (ValueError, RecursionError) as error:
                yield ReadProblem(
                    path, line.number, f"The line is not JSON: {_reason(error)}.", "Write one record a line."
                )
                continue
            if (next_action := action_of(value)) is not None:
                if "delete" in value and "_id" in next_action:
                    yield from records.read({"id": next_action["_id"], "status": "deleted"}, line.number)
                    next_action = {}
                action = next_action
                continue
            yield from _values(_with_action(value, action), records, line.number)
            action = {}


def _with_action(value: object, action: dict[str, object]) -> object:
    """The record with the id that the line above gives it, unless it has one of its own."""
    if not isinstance(value, dict) or "_id" not in action or not {"_id", "id"}.isdisjoint(value):
        return value
    return {"_id": action["_id"], **value}


def _values(value: object, records: Records, line: int) -> Iterator[Read]:
    """A value's record, or those in it where it is no article itself."""
    if isinstance(value, dict) and "body" in value and type(value.get("title")) is str:
        yield from records.read(value, line)
        return
    for row in rows_of(value, records.columns):
        yield from records.read(row, line)


def _multi_line_json(first: Line, lines: Iterator[Line], records: Records) -> Iterator[Read]:
    """Records of JSON that go over several lines; of at most `JSON_LIMIT` characters."""
    texts, size = ["\n" * (first.number - 1) + (first.text or "")], 0
    for line in lines:
        if line.text is None:
            yield ReadProblem(records.path, line.number, line.reason, "Write one record a line, as UTF-8.")
        texts.append(line.text or "")
        size += len(texts[-1]) + 1
        if size > JSON_LIMIT:
            raise InputError(f"Its records go over several lines and are more than {JSON_LIMIT} characters.",
                             "Write one record a line.")  # fmt: skip
    yield from _json_records("\n".join(texts), records)


def json_whole(stream: BinaryIO, records: Records, encoding: str | None) -> Iterator[Read]:
    """A list of records, an object with such lists, or records one after another; of at most `JSON_LIMIT` bytes."""
    text, _ = decode(stream.read(), encoding)
    stream.close()  # lets go of the bytes, which may be a quarter of a gigabyte
    yield from _json_records(text, records)


def _json_records(text: str, records: Records) -> Iterator[Read]:
    decoder, line, counted = json.JSONDecoder(), 1, 0
    try:
        for start, value in _elements(decoder, text):
            line += text.count("\n", counted, start)
            counted = start
            yield from _values(value, records, line)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"The file is not JSON: {_reason(error)}.", "Mend it, or write JSON Lines (.jsonl)."
        ) from error


def _elements(decoder: json.JSONDecoder, text: str) -> Iterator[tuple[int, object]]:
    """Position and value of each record: of a list, of a table's lists, or of objects one after another."""
    at = _skip_blanks(text, 0)
    while True:
        if text[at : at + 1] == "[" and not text.startswith("[", _skip_blanks(text, at + 1)):
            at = yield from _list_elements(decoder, text, at)
        else:
            start = at
            value, at = decoder.raw_decode(text, at)
            yield start, value
        at = _skip_blanks(text, at)
        if at >= len(text):
            return
        if text[at] == "," and text.startswith("{", _skip_blanks(text, at + 1)):
            at = _skip_blanks(text, at + 1)
        elif text[at] not in "{[":
            raise ValueError(f"text after its end, character {at + 1}")


def _list_elements(decoder: json.JSONDecoder, text: str, at: int) -> Generator[tuple[int, object], None, int]:
    at = _skip_blanks(text, at + 1)
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        value, end = decoder.raw_decode(text, at)
        yield at, value
        at = _skip_blanks(text, end)
        mark = text[at : at + 1]
        if mark == "]":
            return at + 1
        if mark != ",":
            raise ValueError(f"a comma or ] is missing at character {at + 1}")
        at = _skip_blanks(text, at + 1)


def _skip_blanks(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def csv_table(stream: BinaryIO, records: Records, encoding: str | None, comma: str) -> Iterator[Read]:
    """One record a row below a header; ``comma`` parts the cells where the header does not say otherwise."""
    csv.field_size_limit(LINE_LIMIT)
    problems = Problems(records.path)
    rows = _rows(lines_of(stream, encoding), records, comma, problems)
    went = lost = 0
    for read in read_rows(rows, records):
        lost += any("quote" in problem.reason for problem in problems.named)
        yield from problems.drain()
        went += isinstance(read, Record)
        yield read
    lost += any("quote" in problem.reason for problem in problems.named)
    yield from problems.drain()
    if lost:
        yield ReadProblem(records.path, 0, f"{went:,} of its rows went in, not the broken ones.", "", "note")


def _rows(lines: Iterator[Line], records: Records, comma: str, problems: Problems) -> Iterator[Row]:
    """Numbers and cells of a table's rows; what cannot be read goes to ``problems``."""

    def texts() -> Iterator[tuple[int, str]]:
        for line in lines:
            if line.text is None:
                problems.add(ReadProblem(records.path, line.number, line.reason, "Save the table as UTF-8."))
            else:
                yield line.number, line.text

    source = texts()
    head = list(islice(source, HEAD_ROWS))
    if head and (mark := named_separator(head[0][1])):
        comma = mark
        del head[0]
    else:
        comma = separator([text for _, text in head], comma, records.columns)
    yield from Splitter(comma, records.path, problems).rows(chain(head, source))


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error)[:120]
