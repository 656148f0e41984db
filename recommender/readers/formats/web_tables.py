"""Tables of articles that a program saved as a page (.htm, .xls) or as XML (Excel 2003)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from recommender.errors import InputError
from recommender.readers.formats.common import Read
from recommender.readers.formats.xml_stream import elements, local, text_of
from recommender.readers.html_tree import decoded, parse
from recommender.readers.notes import ReadProblem
from recommender.readers.records import Records
from recommender.readers.tables import Row, read_rows
from recommender.text.normalize import clean

COLUMNS = 1000
"""So many columns of a row are read."""


def html_table(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Read]:
    """A record a row of the table of a page that has the most rows."""
    tree = parse(decoded(stream.read(), encoding))
    tables = sorted(tree.iter("table"), key=lambda table: -len(table.xpath(".//tr")))
    if not tables:
        raise InputError("The file holds no table.", "Its sheets may lie in the folder beside it; give them by name.")
    yield from read_rows(_rows(tables[0]), file)


def _rows(element: Any) -> Iterator[Row]:
    for row in element.iter("tr"):
        cells = [_cell(child) for child in row if child.tag in ("td", "th")]
        yield int(row.sourceline or 1), cells[:COLUMNS]


def _cell(element: Any) -> str:
    for line_break in element.iter("br", "p", "div"):
        line_break.tail = f"\n{line_break.tail or ''}"
    return "\n".join(filter(None, map(clean, element.text_content().split("\n"))))


def sheet_xml(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Read]:
    """A record a row of the first table in a workbook of XML, as Excel 2003 and many sites write it."""
    notes: list[ReadProblem] = []
    yield from read_rows(_xml_rows(stream, file, encoding, notes), file)
    yield from notes


def _xml_rows(stream: BinaryIO, file: Records, encoding: str | None, notes: list[ReadProblem]) -> Iterator[Row]:
    for row in elements(stream, file.path, encoding, ("Row",)):
        if isinstance(row, ReadProblem):
            notes.append(row)
            continue
        cells: list[object] = []
        for cell in row:
            if local(cell) == "Cell":
                index = next((v for k, v in cell.attrib.items() if k.endswith("Index")), "")
                column = int(index) - 1 if index.isascii() and index.isdigit() and 0 < len(index) < 5 else len(cells)
                cells += [None] * (min(column, COLUMNS) - len(cells))
                cells.append(text_of(cell).removesuffix("T00:00:00.000"))
        yield int(row.sourceline or 1), cells[:COLUMNS]
