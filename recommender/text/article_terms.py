"""The terms of articles, as the TF-IDF space reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from .analyzer import Analyzer, Piece, stem_of
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


@dataclass(frozen=True, slots=True)
class Texts:
    """The terms of each article: ``titles`` with bigrams (of the start of the body where there is no title),
    ``bodies`` words only, ``marks`` the bigrams of the body; ``leads`` how many of a body's words and of its bigrams
    make its lead; ``titled`` whether the title is one; ``shown`` the plain titles; ``tags`` the words of
    their bracket tags."""

    titles: list[list[str]]
    bodies: list[list[str]]
    shown: list[str]
    marks: list[list[str]]
    leads: list[tuple[int, int]]
    titled: list[bool]
    tags: list[list[str]]

    @property
    def headlines(self) -> list[str]:
        """The plain titles, empty where there is none."""
        return [shown if titled else "" for shown, titled in zip(self.shown, self.titled, strict=True)]

    def words_alone(self) -> Texts:
        """Without the bigrams, of titles and of bodies."""
        titles = [[term for term in title if not term.startswith(MARK)] for title in self.titles]
        return replace(self, titles=titles, marks=[[] for _ in self.marks])

    @classmethod
    def none(cls) -> Texts:
        return cls([], [], [], [], [], [], [])


def read_terms(articles: Sequence[Titled], analyzer: Analyzer, recipe: Recipe) -> Texts:
    """The terms of a partition of articles. A pure function of its arguments."""
    texts = Texts.none()
    known: dict[str, str] = {}

    def shared(terms: list[str]) -> list[str]:  # a term stands in many articles, and once in memory
        return [known.setdefault(term, term) for term in terms]

    for article in articles:
        title = article.title or article.stand_in or ""
        texts.titles.append(shared([feature.term for feature in features_of(analyzer.pieces(title))]))
        texts.tags.append(tag_terms(title) if article.title else [])
        words, marks, lead = read_body(article.body, analyzer, recipe.body_words)
        texts.bodies.append(shared(words))
        texts.marks.append(shared(marks))
        texts.leads.append(lead)
        texts.titled.append(bool(article.title))
        texts.shown.append(title)
    return texts


def read_body(body: str, analyzer: Analyzer, limit: int) -> tuple[list[str], list[str], tuple[int, int]]:
    """The first ``limit`` words of a body, the bigrams of as many, and how many of either make its lead."""
    if not body or not limit:
        return [], [], (0, 0)
    pieces = analyzer.pieces(body[: limit * 40])
    lead = pieces[:LEAD]
    marks = [mark for piece in pieces[:limit] for mark in _marks(piece)]
    counts = (len(body_terms(lead, limit)), sum(len(_marks(piece)) for piece in lead))
    return body_terms(pieces, limit), marks, counts


def _marks(piece: Piece) -> list[str]:
    return bigrams_of(stem_of(piece.eojeol, piece.words))
