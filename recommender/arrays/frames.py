"""Rows as a DataFrame and as a table of a page, for notebooks; pandas is loaded when a frame is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors import MissingExtra


def escape(text: str) -> str:
    """As a page shows it. What does so is loaded where a page is made: a question is answered without."""
    from html import escape as escaped

    return escaped(text)


def frame(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], **attrs: Any) -> Any:
    """A DataFrame of ``rows`` with these ``columns``, also where there is no row; ``attrs`` are kept with it.

    Raises MissingExtra if pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise MissingExtra("A DataFrame needs pandas, which is not installed.", "Run: pip install pandas") from error
    result = pandas.DataFrame([[row.get(name) for name in columns] for row in rows], columns=list(columns))
    result.attrs.update(attrs)
    return result


def table(caption: str, rows: Iterable[Mapping[str, Any]], columns: Sequence[str], note: str = "") -> str:
    """A table as HTML, every text escaped; a cell that is a pair of text and address is a link."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(row.get(name))}</td>' for name in columns)}</tr>" for row in rows)
    below = f"<p>{escape(note)}</p>" if note else ""
    start = f"<table><caption>{escape(caption)}</caption>"
    return f"<div>{start}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}</div>"


def facts(caption: str, values: Mapping[str, Any], note: str = "") -> str:
    """Names and values as a table of HTML, every text escaped."""
    return table(caption, ({"": name, " ": value} for name, value in values.items()), ("", " "), note)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, tuple):
        text, address = value
        if str(address or "").lower().startswith(("https://", "http://")):
            return f'<a href="{escape(address)}" rel="noopener noreferrer">{escape(text)}</a>'
        return escape(text)
    return escape(str(value))
