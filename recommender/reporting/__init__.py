"""The topic report: one summary, written as HTML, Markdown, JSON, CSV or a picture."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from ..errors import QueryError
from .summary import language_of, summarise
from .summary_data import Summary
from .words import LANGUAGES

__all__ = ["FORMATS", "LANGUAGES", "MEASURED", "Summary", "language_of", "render", "summarise"]

_WRITERS = {
    "html": "html.html",
    "md": "markdown.markdown",
    "json": "json.json_report",
    "csv": "csv.csv_report",
    "svg": "image.svg",
    "png": "image.png",
}
FORMATS = tuple(_WRITERS)
MEASURED = ("html", "md", "json")  # those that say how good the model is


def render(summary: Summary, format: str = "html", lang: str = "ko") -> str | bytes:
    """The report in one of ``FORMATS``: bytes for ``png``, text for the others, to be written as UTF-8.

    Raises QueryError for an unknown format or language, MissingExtra where a PNG cannot be drawn here.
    """
    if format not in _WRITERS:
        raise QueryError(f"There is no report format '{format}'.", f"Choose one of: {', '.join(FORMATS)}.")
    module, name = _WRITERS[format].split(".")
    write: Callable[[Summary, str], str | bytes] = getattr(import_module(f".writers.{module}", __name__), name)
    return write(summary, lang)
