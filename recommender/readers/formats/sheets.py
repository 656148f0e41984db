"""Workbooks of Excel (.xlsx), row by row.

They are zip archives of XML, and read as such: libraries that lay a sheet out in memory take all of it for two
cells at opposite corners.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zipfile import ZipFile

from recommender.errors import InputError
from recommender.readers.columns import Columns
from recommender.readers.formats.common import Read, within
from recommender.readers.formats.xml_stream import child, elements, local
from recommender.readers.notes import ReadProblem
from recommender.readers.records import Records
from recommender.readers.tables import Row, heads, read_rows
from recommender.readers.unpack import member_stream

from ...lazy import dataclass

TEXTS_LIMIT = 1 << 30
"""Most characters of the texts that cells share, which are held in memory."""
_SERIALS = (20_000, 80_000)  # of the years 1954 to 2119
COLUMNS = 1000
"""So many columns of a row are read."""
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_QUOTED = re.compile(r"\"[^\"]*\"|\[[^\[\]]*\]|\\.")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def workbook(archive: ZipFile, file: Records) -> Iterator[Read]:
    """The rows of every sheet that is a table of articles; a note names each other sheet."""
    book = _Book.of(archive, file.path)
    tables, silent = 0, []
    for name, part in book.sheets:
        try:
            yield from _table(book.rows(part), name, book, file)
            tables += 1
        except InputError as error:
            silent.append((name, error))
    if not tables:
        raise silent[0][1] if silent else InputError("The workbook has no sheets.", "Save it again.")
    for name, why in silent:
        yield ReadProblem(file.path, 0, f"The sheet {name!r} is left out: {why.problem}", why.hint, "note")


def _table(rows: Iterator[Row], name: str, book: _Book, file: Records) -> Iterator[Read]:
    if len(book.sheets) == 1:
        yield from read_rows(_with_dates(rows, file.columns, book.from_1904), file)
        return
    sheet = Records(within(file.path, name), file.columns)
    yield from read_rows(_with_dates(rows, file.columns, book.from_1904), sheet)
    yield from sheet.end()


def _with_dates(rows: Iterator[Row], columns: Columns, from_1904: bool) -> Iterator[Row]:
    """Days as Excel counts them, in a column of dates whose cells are not shown as dates."""
    date_columns: list[int] = []
    for number, cells in rows:
        if heads(cells, columns) > 1:
            date_columns = [
                n
                for n, cell in enumerate(cells)
                if isinstance(cell, str) and columns.names(cell, "published", "updated")
            ]
        row = list(cells)
        for n in date_columns:
            if n < len(row) and isinstance(row[n], float | int) and _SERIALS[0] <= row[n] <= _SERIALS[1]:
                row[n] = moment(row[n], from_1904)
        yield number, row


@dataclass(slots=True)
class _Book:
    archive: ZipFile
    display_path: str
    sheets: list[tuple[str, str]]
    texts: list[str]
    dates: frozenset[int]
    """Numbers of the cell formats that show a date."""
    from_1904: bool = False

    @classmethod
    def of(cls, archive: ZipFile, display_path: str) -> _Book:
        names = {name.lower().lstrip("/"): name for name in archive.namelist()}
        if "xl/workbook.xml" not in names:
            raise InputError("The workbook is of a form that is not read.", "Save it as .xlsx or .csv.")
        links = _elements(archive, names, "xl/_rels/workbook.xml.rels", "Relationship")
        paths = {element.get("Id"): element.get("Target") for element in links}
        sheets, old = [], False
        for element in _elements(archive, names, "xl/workbook.xml", "sheet", "workbookPr"):
            if local(element) == "workbookPr":
                old = element.get("date1904") in ("1", "true")
            else:
                target = paths.get(next((v for k, v in element.attrib.items() if k.endswith("}id")), None)) or ""
                part = names.get((target if target.startswith("/") else f"xl/{target}").lower().lstrip("/"))
                if part:
                    sheets.append((str(element.get("name") or part), part))
        return cls(archive, display_path, sheets, _shared_texts(archive, names), _date_formats(archive, names), old)

    def rows(self, part: str) -> Iterator[Row]:
        with member_stream(self.archive, self.archive.getinfo(part)) as stream:
            for row in elements(stream, self.display_path, "utf-8", ("row",)):
                if not isinstance(row, ReadProblem):
                    yield max(_int(row.get("r")), 0), self._cells(row)

    def _cells(self, row: Any) -> list[object]:
        cells: list[object] = []
        for cell in row.iterfind("{*}c"):
            match = _REFERENCE.fullmatch(cell.get("r") or "")
            column = _column(match.group(1)) if match else len(cells)
            if column >= COLUMNS:
                break
            cells += [None] * (column + 1 - len(cells))
            cells[column] = self._value(cell)
        return cells

    def _value(self, cell: Any) -> object:
        kind = cell.get("t") or "n"
        if kind == "inlineStr":
            return _run_text(child(cell, "is"))
        value = child(cell, "v")
        text = (value.text or "") if value is not None else ""
        if kind == "s":
            return self.texts[_int(text)] if 0 <= _int(text) < len(self.texts) else None
        if kind == "n":
            return self._number(text, _int(cell.get("s") or "0") in self.dates)
        return _unescape(text) if kind in ("str", "d") else None

    def _number(self, text: str, dated: bool) -> object:
        try:
            value = float(text)
        except ValueError:
            return None
        if dated and (date := moment(value, self.from_1904)):
            return date
        return int(value) if value.is_integer() and abs(value) < 1e15 else value


def moment(serial: float, from_1904: bool = False) -> str | None:
    """The number of a day as Excel counts them, as ISO; ``None`` if it is no day of this calendar."""
    if not 1 <= serial < 80000:
        return None
    seconds = round((serial + 1462 * from_1904) * 86400)
    time = datetime(1899, 12, 30) + timedelta(seconds=seconds)
    if seconds % 86400 == 0:
        return f"{time:%Y-%m-%d}"
    return f"{time:%Y-%m-%dT%H:%M:%S}" if time.second else f"{time:%Y-%m-%dT%H:%M}"


def _elements(archive: ZipFile, names: dict[str, str], part: str, *tags: str) -> Iterator[Any]:
    if part in names:
        with member_stream(archive, archive.getinfo(names[part])) as stream:
            yield from (
                element for element in elements(stream, part, "utf-8", tags) if not isinstance(element, ReadProblem)
            )


def _shared_texts(archive: ZipFile, names: dict[str, str]) -> list[str]:
    texts, size = [], 0
    for element in _elements(archive, names, "xl/sharedstrings.xml", "si"):
        texts.append(_run_text(element))
        size += len(texts[-1]) + 50
        if size > TEXTS_LIMIT:
            raise InputError("The texts of the workbook are too large to be held.", "Save it as CSV.")
    return texts


def _run_text(element: Any) -> str:
    """The text of its runs, without the readings that stand above them."""
    if element is None:
        return ""
    parts = (run for run in element.iter("{*}t") if local(run.getparent()) != "rPh")
    return _unescape("".join(run.text or "" for run in parts))


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


def _date_formats(archive: ZipFile, names: dict[str, str]) -> frozenset[int]:
    """Indices in ``cellXfs`` whose number format shows a date."""
    custom: dict[int, bool] = {}
    codes: list[int] = []
    for element in _elements(archive, names, "xl/styles.xml", "numFmt", "cellXfs"):
        if local(element) == "numFmt":
            custom[_int(element.get("numFmtId"))] = _shows_a_date(element.get("formatCode") or "")
        else:
            codes = [_int(xf.get("numFmtId")) for xf in element.iterfind("{*}xf")]
    return frozenset(n for n, code in enumerate(codes) if custom.get(code, code in _DATE_FORMATS))


def _shows_a_date(code: str) -> bool:
    plain = _QUOTED.sub("", code).lower()
    return plain != "general" and any(letter in plain for letter in "ymdh")


def _int(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else -1


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
