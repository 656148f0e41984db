"""The words of an archive by which typing errors are mended: its terms, its words as they stand, other names."""

from __future__ import annotations

from functools import cache, reduce
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..arrays.kernels import common, distinct
from ..arrays.strings import StringTable
from ..embeddings.fused import base_vectors
from ..text.analyzer import stem_of
from ..text.terms import MARK, TAG, features_of, ways_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..index.fields import Rows
    from ..text.spelling import Speller
    from .model import Model

_SELDOM = 7e-5  # share of news headlines up to which a word is not ordinary: two of 36,780
_FEW = 2_000  # articles below which a word of a single one may be what was meant


def speller_of(model: Model) -> Speller:
    """What mends the words of a question. Ask it for all of them: it keeps what it read."""
    from ..text.candidates import Candidates  # few questions are mistyped: the others are asked without these
    from ..text.spelling import Speller

    news, min_count = base_vectors(), 2 if len(model) >= _FEW else 1
    analyzer, lexicon = model.analyzer, model.analyzer.lexicon

    @cache
    def count(word: str) -> int:
        return len(articles_with(model, word))

    def stem(eojeol: str) -> str:
        return stem_of(eojeol, lexicon.lookup(eojeol) or ())

    terms, spread = model.tfidf.terms, np.diff(model.fields.start)
    sources = (
        Candidates.of(terms, spread),
        Candidates.of(terms, spread, TAG),
        Candidates(StringTable.of(name for name in analyzer.aliases.names if " " not in name), count),
        Candidates(lexicon.known, count, stem),
    )
    tables = (terms.strings, lexicon.known.strings)

    def strange(word: str) -> bool:
        """Whether a Latin word is unknown, or two syllables stand side by side in no word of news or of the archive."""
        if word.isascii():
            return news.tokenizer.numbers.get(word) is None
        pairs = [one + two for one, two in pairwise(word) if not news.known_within(one + two)]
        texts = [bytes(table.blob) for table in tables] if pairs else []
        return any(all(pair.encode() not in text for text in texts) for pair in pairs)

    return Speller(sources, lambda word: news.known_in_news(word) > _SELDOM, min_count, strange)


def articles_with(model: Model, word: str) -> Rows:
    """(m,) ascending: the articles that hold ``word``, or what it is another name of, as a term, as a stretch of their
    words, or as the word of a bracket tag."""
    per_piece = []
    for piece in model.analyzer.pieces(word):
        terms = tuple(feature.term for feature in features_of([piece]))
        stem = stem_of(piece.eojeol, piece.words)
        ways = ((stem,), _stretch(piece.words, *ways_of(piece)), terms, (TAG + piece.eojeol,))
        per_piece.append(distinct(np.concatenate([rows_with(model, way) for way in ways])))
    return reduce(common, per_piece) if per_piece else np.zeros(0, dtype=np.int64)


def _stretch(words: Sequence[str], *ways: tuple[str, ...]) -> tuple[str, ...]:
    """The terms of the words and of the letters between them, all of which an article must hold."""
    marks = next((way for way in ways if way[0].startswith(MARK)), ())
    return (*words, *marks)


def rows_with(model: Model, terms: Sequence[str]) -> Rows:
    """(m,) ascending: the articles that hold each of ``terms``; none holds no terms."""
    ids = [model.tfidf.terms.find(term) for term in terms]
    if min(ids, default=-1) < 0:
        return np.zeros(0, dtype=np.int64)
    return reduce(common, map(model.fields.rows_of, ids)).astype(np.int64)
