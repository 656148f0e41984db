"""Cells of CSV as text: what a spreadsheet would run as a formula is marked."""

from __future__ import annotations

import unicodedata

_FORMULA = frozenset("=+-@|")  # in any width
_SKIPPED = ("\t", "\r", "\n")  # spreadsheets pass over these at the start


def harmless(cell: str) -> str:
    """The cell as text that no spreadsheet takes for a formula: with an apostrophe before it where one could."""
    first = next((char for char in cell if char.isprintable() and not char.isspace()), "")
    runs = cell.startswith(_SKIPPED) or unicodedata.normalize("NFKC", first)[:1] in _FORMULA
    return f"'{cell}" if runs else cell
