"""The corpus: pages and records in, articles with their links and provenance out.

Public names are imported when first used: a question needs `Article` alone, not the readers.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recommender.corpus.store import Corpus
    from recommender.readers.article import Article, Link, Record, Related
    from recommender.readers.notes import CorpusCounts, IngestReport, ReadProblem, Source
    from recommender.readers.page import read_text
    from recommender.readers.page_fields import Field, LeftOut, PageReading
    from recommender.readers.registry import read_page, read_records

__all__ = [
    "Article",
    "Corpus",
    "CorpusCounts",
    "Field",
    "IngestReport",
    "LeftOut",
    "Link",
    "PageReading",
    "ReadProblem",
    "Record",
    "Related",
    "Source",
    "read_page",
    "read_records",
    "read_text",
]

_HOMES = {
    "readers.article": ("Article", "Link", "Record", "Related"),
    "readers.page": ("read_text",),
    "readers.notes": ("CorpusCounts", "IngestReport", "ReadProblem", "Source"),
    "readers.registry": ("read_page", "read_records"),
    "readers.page_fields": ("Field", "LeftOut", "PageReading"),
    "corpus.store": ("Corpus",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'recommender.corpus' has no attribute '{name}'")
    return getattr(import_module(f"recommender.{_HOME_OF[name]}"), name)
