"""Rows of cells to records: the header is found, wherever it stands, and every row below it is a record."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from recommender.errors import InputError
from recommender.readers.article import Record
from recommender.readers.columns import Columns, plain_name
from recommender.readers.notes import ReadProblem
from recommender.readers.record_fields import quoted
from recommender.readers.records import Records, guess_by_values, mapping
from recommender.text.dates import parse_published

Row = tuple[int, Sequence[Any]]
"""The line or row number and the cells; cells are text, numbers or ``None``."""
HEAD = 30
"""Number of first rows among which the header is searched."""
_TOTALS = frozenset(("합계", "총계", "소계", "누계", "총합계", "평균", "total", "subtotal", "grandtotal", "sum"))
_TOTAL_CELLS = 4
_LONG = 60  # a header's cell is shorter
_DATA = re.compile(r"https?://|\d{4}[-./]?\d{2}[-./]?\d{2}")


def read_rows(rows: Iterable[Row], records: Records) -> Iterator[Record | ReadProblem]:
    """One record a row below the header; a note tells of rows above it, and a header further down replaces it.

    InputError where no row names a column that is known.
    """
    source = iter(rows)
    head = list(islice(source, HEAD))
    at, names = _find_header(head, records.columns)
    if at and any(filled(cells) for _, cells in head[:at]):
        yield ReadProblem(
            records.path,
            head[at][0],
            f"The header stands here; {_rows_above_text(head[:at])} is not an article.",
            "",
            "note",
        )
    start = at + 1 if at >= 0 else 0
    again = 0
    for number, cells in chain(head[start:], source):
        if not filled(cells):
            continue
        if _repeats_header(cells, names):
            again += 1
        elif _is_total(cells):
            yield ReadProblem(records.path, number, "The row of totals is not an article.", "", "note")
        elif heads(cells, records.columns) > 1 and len(cells) > 1 and not _has_other_cells(cells, records.columns):
            names = _column_names(cells, records.columns)
        elif len(cells) > len(names) and filled(cells[len(names) :]):
            yield ReadProblem(records.path, number, f"The row has {len(cells)} cells, the header names {len(names)}.",
                              "Put quotes around cells that hold the separator.")  # fmt: skip
        else:
            yield from records.read({k: v for k, v in zip(names, cells, strict=False) if not _is_blank(v)}, number)
    if again:
        yield ReadProblem(
            records.path, 0, f"The header stands in it again ({again:,} more); it is not an article.", "", "note"
        )


def filled(cells: Sequence[Any]) -> bool:
    """Whether any cell of a row is filled."""
    return any(not _is_blank(cell) for cell in cells)


def heads(cells: Sequence[Any], columns: Columns) -> int:
    """How many cells of a row are names of columns; none where neither a title nor a body is among them."""
    names = [cell for cell in cells if isinstance(cell, str) and len(cell) <= _LONG]
    if not any(columns.names(name, "title", "body") for name in names):
        return 0
    return sum(bool(columns.fields_of(name)) for name in names)


def _find_header(head: Sequence[Row], columns: Columns) -> tuple[int, list[str]]:
    """The index of the header in the first rows and its names; -1 where columns are named by their numbers."""
    for at, (_, cells) in enumerate(head):
        name_count = heads(cells, columns)
        filled_cells = [cell for cell in cells if not _is_blank(cell)]
        if name_count and (at == 0 or name_count > 1 or len(filled_cells) == 1) and not (at and _is_data(cells)):
            return at, _column_names(cells, columns)
    numbers = [name for name in columns.own_names() if name.isdigit()]
    if numbers:
        return -1, [str(number) for number in range(1, max(len(cells) for _, cells in head) + 1)]
    raise _no_header_error(head, columns)


def _no_header_error(head: Sequence[Row], columns: Columns) -> InputError:
    first = next((cells for _, cells in head if filled(cells)), ())
    first_cells = ", ".join(str(cell) for cell in first if not _is_blank(cell))[:100] or "nothing"
    if _is_data(first):
        reason = f"The table has no header line: its first line is already an article ({first_cells})."
        guesses = _guess_options([cells for _, cells in head if filled(cells)])
        hint = "Write one above it, id,title,body,outlet,published,url, or name columns by their numbers"
        return InputError(reason, f"{hint}, perhaps {guesses}." if guesses else f"{hint}: --map title=4.")
    reason = f"No column is a title or a body; the header names {first_cells}."
    rows = [cells for _, cells in head if filled(cells)]
    samples = {name: _column(rows[1:], index) for index, name in enumerate(_column_names(first, columns)) if name}
    advice = mapping(columns, samples, ("title", "body")) or f"--map title={quoted(next(iter(samples), 'NAME'))}"
    return InputError(reason, f"Say which is which, such as {advice}, or name them title,body,outlet,published,url.")


def _guess_options(rows: Sequence[Sequence[Any]]) -> str:
    """A mapping of columns by their numbers that the cells make likely."""
    missing = ["published", "url", "body", "title"]
    options = []
    for index in range(max(map(len, rows), default=0)):
        if name := guess_by_values(_column(rows, index), missing):
            missing.remove(name)
            options.append(f"--map {name}={index + 1}")
    return " ".join(options)


def _column(rows: Sequence[Sequence[Any]], index: int) -> list[str]:
    """The filled cells of a column, as text."""
    return [str(row[index]) for row in rows if index < len(row) and not _is_blank(row[index])]


def _is_data(cells: Sequence[Any]) -> bool:
    """Whether a row holds what no header does: an address, a date, a sentence."""
    texts = [str(cell).strip() for cell in cells if not _is_blank(cell)]
    return any(len(text) > _LONG or _DATA.match(text) or (len(text) > 7 and parse_published(text)) for text in texts)


def _column_names(cells: Sequence[Any], columns: Columns) -> list[str]:
    numbers = columns.own_names()
    names: list[str] = []
    seen: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        name = "" if cell is None else str(cell).strip()
        name = str(number) if str(number) in numbers and not columns.fields_of(name) else name
        names.append(name if name not in seen else f"{name} ({number})" if name else "")
        seen.add(name)
    return names


def _repeats_header(cells: Sequence[Any], names: Sequence[str]) -> bool:
    texts = [str(cell).strip() for cell in cells if not _is_blank(cell)]
    return len(texts) > 1 and texts == [name for name in names if name][: len(texts)]


def _is_total(cells: Sequence[Any]) -> bool:
    """Whether a row begins with the word for a sum, and says little more."""
    texts = [str(cell) for cell in cells if not _is_blank(cell)]
    return len(texts) <= _TOTAL_CELLS and plain_name(texts[0]) in _TOTALS


def _has_other_cells(cells: Sequence[Any], columns: Columns) -> bool:
    return any(not _is_blank(cell) and not columns.fields_of(str(cell)) for cell in cells)


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _rows_above_text(rows: Sequence[Row]) -> str:
    count = sum(filled(cells) for _, cells in rows)
    return "the row above it" if count == 1 else f"what stands in the {count} rows above it"


def separator(lines: Sequence[str], usual: str, columns: Columns) -> str:
    """The separator of cells: the one by which a first line names most columns, else one that splits all lines."""
    marks = list(dict.fromkeys((usual, ",", "\t", ";", "|")))
    named = {mark: max((heads(split(line, mark), columns) for line in lines), default=0) for mark in marks}
    best = max(marks, key=lambda mark: named[mark])
    if named[best]:
        return best
    counts = {mark: [len(split(line, mark)) for line in lines if line.strip()] for mark in marks}
    alike = [mark for mark in marks if counts[mark] and min(counts[mark]) > 1]
    return max(alike, key=lambda mark: min(counts[mark])) if alike else usual


def split(line: str, mark: str, **how: Any) -> list[str]:
    """The cells of one row, none where it cannot be read; ``how`` is for ``csv.reader``."""
    try:
        return next(csv.reader([line], delimiter=mark, **how), [])
    except csv.Error:
        return []


def named_separator(text: str) -> str | None:
    """The separator that a first line such as ``sep=;`` names."""
    match = re.fullmatch(r'"?sep=(.)"?[,;\t]*', text.strip(" \r\n"), re.IGNORECASE)
    return match.group(1) if match else None
