"""Dumps of databases as SQL: ``INSERT`` of MySQL, MariaDB, SQLite and others, ``COPY`` of PostgreSQL; nothing is run.

A table is one of articles where a column of it is a title; the rows of other tables are counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import field
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

from recommender.errors import InputError
from recommender.readers.columns import Columns
from recommender.readers.data_files import LINE_LIMIT, Line, lines_of
from recommender.readers.formats.common import Read, left_out, within
from recommender.readers.notes import Problems, ReadProblem
from recommender.readers.records import Records
from recommender.readers.values import is_weak

from ...lazy import dataclass

_TOKEN = re.compile(
    r"(?P<blank>\s+)|(?P<note>--[^\n]*|#[^\n]*|/\*.{0,200}?\*/)|(?P<quote>')|`(?P<tick>[^`]*)`|\"(?P<double>[^\"]*)\"|"
    r"(?P<word>[^\s'`\"(),;]+)|(?P<sign>.)",
    re.DOTALL,
)
_QUOTED = re.compile(r"(?:[^'\\]+|\\.|'')*", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)|''", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "0": "", "b": "", "Z": ""}
_COPY = re.compile(r"COPY\s+([^\s(]+)\s*\(([^()]*)\)\s+FROM\s+stdin", re.IGNORECASE)
_NO_COLUMN = frozenset(("primary", "key", "unique", "constraint", "index", "fulltext", "spatial", "foreign", "check"))
_COLUMNS = 2000


class _Token(NamedTuple):
    kind: str  # word, name, text, sign, or copied for a line of COPY
    text: str
    line: int


class _Row(NamedTuple):
    table: str
    names: list[str]
    values: list[Any]
    line: int


def sql_dump(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Read]:
    """A record a row of every table of articles."""
    problems, tables = Problems(file.path), dict[str, Records]()
    others: Counter[str] = Counter()
    for row in _Statements(_tokens(_texts(lines_of(stream, encoding), problems), problems)).rows():
        if not _are_articles(row.names, file.columns):
            others[f"rows of {row.table[:60]}"] += 1
            continue
        table = tables.setdefault(row.table, Records(within(file.path, row.table), file.columns))
        if len(row.values) == len(row.names):
            values = {name: value for name, value in zip(row.names, row.values, strict=True) if value is not None}
            yield from table.read(values, row.line)
        else:
            problems.add(ReadProblem(file.path, row.line, f"The row has {len(row.values)} values, the table "
                                     f"{len(row.names)} columns.", "Write the dump again."))  # fmt: skip
    yield from problems.drain()
    for table in tables.values():
        yield from table.end()
    yield from left_out(file.path, others)
    if not tables:
        raise InputError("No table of the dump has a title.", "Say which column is: --map title=COLUMN.")


def _are_articles(names: list[str], columns: Columns) -> bool:
    return any(columns.names(name, "title") and not is_weak(name) for name in names)


def _texts(lines: Iterator[Line], problems: Problems) -> Iterator[tuple[int, str]]:
    for line in lines:
        if line.text is None:
            problems.add(ReadProblem(problems.path, line.number, line.reason, "Write the dump again, as UTF-8."))
        else:
            yield line.number, line.text


def _tokens(lines: Iterator[tuple[int, str]], problems: Problems) -> Iterator[_Token]:
    """Words, names, texts and signs; the lines that follow ``COPY`` as they stand."""
    parts: list[str] | None = None
    began = size = 0
    for number, line in lines:
        text, at = line + "\n", 0
        if parts is None and (copied := _COPY.match(text)):
            yield _Token("copy", copied.group(1) + "\t" + copied.group(2), number)
            yield from _copied(lines)
            continue
        while at < len(text):
            if parts is None:
                match = _TOKEN.match(text, at)
                kind, at = (match.lastgroup or "sign", match.end()) if match else ("sign", len(text))
                if kind == "quote":
                    parts, began, size = [], number, 0
                elif match and kind not in ("blank", "note"):
                    name = "name" if kind in ("tick", "double") else kind
                    yield _Token(name, match.group(kind), number)
                continue
            inner = _QUOTED.match(text, at)
            parts.append(inner.group() if inner else "")
            size += len(parts[-1])
            at += len(parts[-1])
            if size > LINE_LIMIT:
                raise InputError(f"A text that begins on line {began} is longer than {LINE_LIMIT}.", "Is a quote lost?")
            if text.startswith("'", at):
                yield _Token("text", _ESCAPE.sub(_unescaped, "".join(parts)), began)
                parts, at = None, at + 1
            elif at < len(text):  # a backslash at the very end
                parts.append(text[at:])
                at = len(text)
    if parts is not None:
        problems.add(ReadProblem(problems.path, began, "A text begins here that never ends.", "Write the dump again."))


def _copied(lines: Iterator[tuple[int, str]]) -> Iterator[_Token]:
    for number, line in lines:
        if line == "\\.":
            return
        yield _Token("copied", line, number)


def _unescaped(match: re.Match[str]) -> str:
    return "'" if match.group(1) is None else _LETTERS.get(match.group(1), match.group(1))


@dataclass(slots=True)
class _Statements:
    """Rows of the statements that hold some; ``known`` are the columns of tables that were created before."""

    tokens: Iterator[_Token]
    known: dict[str, list[str]] = field(default_factory=dict)

    def rows(self) -> Iterator[_Row]:
        table, names = "", list[str]()
        while token := next(self.tokens, None):
            verb = token.text.upper() if token.kind == "word" else ""
            if verb == "CREATE":
                self._create()
            elif verb in ("INSERT", "REPLACE"):
                yield from self._insert()
            elif token.kind == "copy":
                table, _, listed = token.text.partition("\t")
                names = [name.strip(' "') for name in listed.split(",")]
            elif token.kind == "copied":
                cells = (None if cell == "\\N" else _ESCAPE.sub(_unescaped, cell) for cell in token.text.split("\t"))
                yield _Row(_plain(table), names, list(cells), token.line)

    def _until(self, sign: str) -> Iterator[_Token]:
        for token in self.tokens:
            if token.kind == "sign" and token.text in (sign, ";"):
                return
            yield token

    def _create(self) -> None:
        """``CREATE TABLE news (id int, title text, ...)``: the name and the first word of each part."""
        head = list(self._until("("))
        if not any(token.text.upper() == "TABLE" for token in head):
            return
        names, first, depth = list[str](), True, 1
        for token in self.tokens:
            if token.kind == "sign" and token.text in "(),;":
                depth += {"(": 1, ")": -1}.get(token.text, 0)
                if not depth or token.text == ";":
                    break
                first = depth == 1 and token.text == ","
            elif first and len(names) < _COLUMNS:
                if token.kind == "name" or token.text.lower() not in _NO_COLUMN:
                    names.append(_plain(token.text))
                first = False
        self.known[_plain(head[-1].text)] = names

    def _insert(self) -> Iterator[_Row]:
        """``INSERT INTO news (id, title) VALUES (1, '...'), (2, '...');``, the columns named or not."""
        table, names = "", list[str]()
        for token in self.tokens:
            if token.kind == "word" and token.text.upper() in ("VALUES", "VALUE"):
                yield from self._values(table, names or self.known.get(table, []))
                return
            if token.kind == "sign" and token.text == ";":
                return
            if token.kind == "sign" and token.text == "(":
                names = [_plain(t.text) for t in self._until(")") if t.kind in ("name", "word")]
            elif token.kind in ("name", "word") and token.text.upper() not in ("INTO", "IGNORE", "OR"):
                table = _plain(token.text)

    def _values(self, table: str, names: list[str]) -> Iterator[_Row]:
        """The rows of one statement; a value may be within a function, ``CAST(N'2024-08-05' AS date)``."""
        values: list[Any] = []
        depth = line = 0
        for token in self.tokens:
            sign = token.text if token.kind == "sign" else ""
            if depth:
                depth += {"(": 1, ")": -1}.get(sign, 0)
                if not depth:
                    yield _Row(table, names, [_value(item) for item in values], line)
                elif sign == "," and depth == 1:
                    values.append([])
                elif not sign and len(values) <= _COLUMNS:
                    values[-1].append(token)
            elif sign == "(":
                values, depth, line = [[]], 1, token.line
            elif sign != ",":  # the end of the statement, be it marked or not
                self.tokens = chain((token,), self.tokens)
                return


def _value(item: list[_Token]) -> str | None:
    """The first text of a value, else its first word."""
    token = next((token for token in item if token.kind == "text"), item[0] if item else None)
    return None if token is None or (token.kind == "word" and token.text.upper() == "NULL") else token.text


def _plain(name: str) -> str:
    """``"cms"."news"`` and ``cms.news`` as ``news``."""
    return name.rpartition(".")[2].strip('"`[]') or name
