"""The input of a training: one snapshot of a corpus, whatever is ingested meanwhile."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.strings import GrowingStrings, StringTable
from ..corpus.store import Corpus
from ..index.links import Links
from ..ranking.catalogue import Catalogue
from ..readers.article import Article, Link, Stamp
from ..text.instants import day_number
from .article_texts import ArticleTexts


class Source(NamedTuple):
    """``texts`` of the articles, and the ``catalogue`` of them, each its own original as yet; ``links`` between them;
    other ``names`` of their ids; how many are known by their headline alone, how many were ``removed``."""

    texts: ArticleTexts
    catalogue: Catalogue
    links: Links
    names: Mapping[str, str]
    fingerprint: str
    headline_only: int
    removed: int

    @classmethod
    def read(cls, corpus: Corpus) -> Source:
        """Raises CorpusError."""
        removed = corpus.removals()
        with corpus.snapshot():
            numbers = array("Q")
            fingerprint = corpus.fingerprint(_noted(corpus.stamps(), numbers))
            read = _Columns()
            for article in corpus.articles():
                read.append(article)
            names = dict(corpus.aliases())
            catalogue = read.catalogue(np.frombuffer(numbers, dtype=np.uint64), names)
            links = _links(corpus.links(), catalogue)
        return cls(read.texts, catalogue, links, names, fingerprint, read.headline_only, removed)


def _noted(stamps: Iterable[Stamp], numbers: array[int]) -> Iterator[Stamp]:
    """The same, and the number of each in ``numbers``."""
    for stamp in stamps:
        numbers.append(stamp.number)
        yield stamp


class _Columns:
    """The columns of a catalogue, filled while articles are read in the order of their ids."""

    def __init__(self) -> None:
        self.texts, self.headline_only = ArticleTexts(), 0
        self._ids, self._cards = GrowingStrings(), GrowingStrings()
        self._days, self._outlet_of = array("d"), array("i")
        self._codes: dict[str, int] = {}

    def append(self, article: Article) -> None:
        self.texts.append(article)
        self.headline_only += article.headline_only
        self._ids.append(article.id)
        self._cards.append(Catalogue.card(article))
        self._days.append(day_number(article.published))
        code = self._codes.setdefault(article.outlet, len(self._codes)) if article.outlet else -1
        self._outlet_of.append(code)

    def catalogue(self, stamps: NDArray[np.uint64], names: Mapping[str, str]) -> Catalogue:
        """Every article an original as yet."""
        ids, outlets, aliases = StringTable(self._ids.array()), StringTable.of(self._codes), StringTable.of(names)
        codes = np.array([*map(outlets.find, self._codes), -1], dtype=np.int32)  # -1 is the last
        outlet_of = codes[np.frombuffer(self._outlet_of, dtype=np.int32)]
        days, count = np.frombuffer(self._days, dtype=np.float64), len(ids)
        rows = np.array([ids.find(names[name]) for name in aliases], dtype=np.int32)
        originals = np.arange(count, dtype=np.int32)
        return Catalogue(ids, self._cards.array(), days, outlets, outlet_of, originals, aliases, rows, stamps)


def _links(links: Iterable[Link], catalogue: Catalogue) -> Links:
    sources, targets = array("q"), array("q")
    for link in links:
        source, target = catalogue.ids.find(link.source), catalogue.ids.find(link.target)
        if min(source, target) >= 0:
            sources.append(source)
            targets.append(target)
    first, second = (np.frombuffer(side, dtype=np.int64) for side in (sources, targets))
    return Links.of(first, second, len(catalogue))
