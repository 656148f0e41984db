"""The words of an archive by which typing errors are mended: its terms, its words as they stand, other names."""

from __future__ import annotations

from functools import cache, reduce
from typing import TYPE_CHECKING

import numpy as np

from ..arrays.kernels import common
from ..arrays.strings import StringTable
from ..embeddings.fused import base_vectors
from ..text.analyzer import stem_of
from ..text.candidates import Candidates
from ..text.spelling import Speller
from ..text.terms import MARK, ways_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..index.fields import Rows
    from .model import Model

_SELDOM = 7e-5  # share of news headlines up to which a word is not ordinary: two of 36,780
_FEW = 200  # articles below which a word of a single one may be what was meant


def speller_of(model: Model) -> Speller:
    """What mends the words of a question. Ask it for all of them: it keeps what it read."""
    news, least = base_vectors(), 2 if len(model) >= _FEW else 1
    analyzer, lexicon = model.analyzer, model.analyzer.lexicon

    @cache
    def count(word: str) -> int:
        return articles_with(model, word)

    def stem(eojeol: str) -> str:
        return stem_of(eojeol, lexicon.lookup(eojeol) or ())

    sources = (
        Candidates.of(model.tfidf.terms, np.diff(model.fields.start)),
        Candidates(StringTable.of(name for name in analyzer.aliases.names if " " not in name), count),
        Candidates(lexicon.known, count, stem),
    )
    return Speller(sources, lambda word: news.known_in_news(word) > _SELDOM, least)


def articles_with(model: Model, word: str) -> int:
    """How many articles hold ``word``, or what it is another name of, as a term or as a stretch of their words."""
    rows = []
    for piece in model.analyzer.pieces(word):
        ways = ((stem_of(piece.eojeol, piece.words),), _stretch(piece.words, *ways_of(piece)))
        rows.append(max((rows_with(model, way) for way in ways), key=len))
    return len(reduce(common, rows)) if rows else 0


def _stretch(words: Sequence[str], *ways: tuple[str, ...]) -> tuple[str, ...]:
    """The terms of the words and of the letters between them, all of which an article must hold."""
    marks = next((way for way in ways if way[0].startswith(MARK)), ())
    return (*words, *marks)


def rows_with(model: Model, terms: Sequence[str]) -> Rows:
    """(m,) ascending: the articles that hold each of ``terms``; none holds no terms."""
    places = [model.tfidf.terms.find(term) for term in terms]
    if min(places, default=-1) < 0:
        return np.zeros(0, dtype=np.int64)
    return reduce(common, map(model.fields.rows_of, places)).astype(np.int64)
