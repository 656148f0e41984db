"""The corpus: pages and records in, articles with their links and provenance out.

Public names are imported when first used: a question needs `Article` alone, not the readers.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recommender.corpus.article import Article, Link, Record, Related
    from recommender.corpus.pages import read_page, read_text
    from recommender.corpus.problems import CorpusCounts, IngestReport, ReadProblem, Source
    from recommender.corpus.readers import read_records
    from recommender.corpus.reading import Field, LeftOut, PageReading
    from recommender.corpus.store import Corpus

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
    "article": ("Article", "Link", "Record", "Related"),
    "pages": ("read_page", "read_text"),
    "problems": ("CorpusCounts", "IngestReport", "ReadProblem", "Source"),
    "readers": ("read_records",),
    "reading": ("Field", "LeftOut", "PageReading"),
    "store": ("Corpus",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'recommender.corpus' has no attribute '{name}'")
    return getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
