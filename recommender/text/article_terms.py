"""The terms of articles, as the TF-IDF space reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from ..lazy import dataclass
from .analyzer import Analyzer, Piece, stem_of
from .analyzer import spelled as eojeols_of
from .term_lists import Spelled, TermLists
from .terms import MARK, bigrams_of, body_terms, features_of, tag_terms

if TYPE_CHECKING:
    from ..config import Recipe

LEAD = 80  # eojeols of a body with which a page asks


class Titled(Protocol):
    """What is read of an article; ``stand_in`` is the start of a body that has no headline."""

    @property
    def title(self) -> str | None: ...

    @property
    def stand_in(self) -> str | None: ...

    @property
    def body(self) -> str: ...


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Texts:
    """The terms of each article: ``titles`` with bigrams (of the start of the body where there is no title),
    ``bodies`` words only, ``marks`` the bigrams of the body; ``leads`` how many of a body's words and of its bigrams
    make its lead; ``titled`` whether the title is one; ``shown`` the plain titles; ``tags`` the words of
    their bracket tags."""

    titles: Sequence[list[str]]
    bodies: Sequence[list[str]]
    shown: Sequence[str]
    marks: Sequence[list[str]]
    leads: Sequence[tuple[int, int]]
    titled: Sequence[bool]
    tags: Sequence[list[str]]

    @property
    def headlines(self) -> list[str]:
        """The plain titles, empty where there is none."""
        return [shown if titled else "" for shown, titled in zip(self.shown, self.titled, strict=True)]

    def words_alone(self) -> Texts:
        """Without the bigrams, of titles and of bodies."""
        titles = TermLists.of(self.titles).filtered(lambda term: not term.startswith(MARK))
        return replace(self, titles=titles, marks=TermLists.of(self.marks).emptied())

    @classmethod
    def none(cls) -> Texts:
        return cls.joined(())

    @classmethod
    def joined(cls, parts: Iterable[Texts]) -> Texts:
        """Those of several partitions, one behind the other."""
        spelled = Spelled()
        titles, bodies, marks, tags = (TermLists(spelled) for _ in range(4))
        shown: list[str] = []
        leads: list[tuple[int, int]] = []
        titled: list[bool] = []
        for part in parts:
            for lists, more in ((titles, part.titles), (bodies, part.bodies), (marks, part.marks), (tags, part.tags)):
                for terms in more:
                    lists.append(terms)
            shown.extend(part.shown)
            leads.extend((words, bigrams) for words, bigrams in part.leads)
            titled.extend(part.titled)
        return cls(titles, bodies, shown, marks, leads, titled, tags)


def read_terms(articles: Iterable[Titled], analyzer: Analyzer, recipe: Recipe) -> Texts:
    """The terms of a partition of articles. A pure function of its arguments."""
    spelled = Spelled()
    titles, bodies, marks, tags = (TermLists(spelled) for _ in range(4))
    shown: list[str] = []
    leads: list[tuple[int, int]] = []
    titled: list[bool] = []
    met: dict[str, tuple[int, ...]] = {}  # headlines share most of their eojeols

    def numbers(eojeol: str) -> tuple[int, ...]:
        if eojeol not in met:
            features = features_of([Piece(eojeol, analyzer.cut(eojeol))])
            met[eojeol] = tuple(spelled.number(feature.term) for feature in features)
        return met[eojeol]

    for article in articles:
        title = article.title or article.stand_in or ""
        words, bigrams, lead = read_body(article.body, analyzer, recipe.body_words)
        titles.append_numbers(number for eojeol in eojeols_of(title, analyzer.aliases) for number in numbers(eojeol))
        tags.append(tag_terms(title) if article.title else ())
        bodies.append(words)
        marks.append(bigrams)
        leads.append(lead)
        titled.append(bool(article.title))
        shown.append(title)
    return Texts(titles, bodies, shown, marks, leads, titled, tags)


def read_body(body: str, analyzer: Analyzer, limit: int) -> tuple[list[str], list[str], tuple[int, int]]:
    """The first ``limit`` words of a body, the bigrams of as many, and how many of either make its lead."""
    if not body or not limit:
        return [], [], (0, 0)
    pieces = analyzer.pieces(body[: limit * 40])
    lead = pieces[:LEAD]
    marks = [mark for piece in pieces[:limit] for mark in _marks(piece)]
    counts = (len(body_terms(lead, limit)), sum(len(_marks(piece)) for piece in lead))
    return body_terms(pieces, limit), marks, counts


@lru_cache(maxsize=20_000)  # bodies share most of their words
def _marks(piece: Piece) -> tuple[str, ...]:
    return tuple(bigrams_of(stem_of(piece.eojeol, piece.words)))
