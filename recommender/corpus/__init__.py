"""The corpus: pages and records in, articles with their links and provenance out."""

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
