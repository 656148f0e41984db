"""Spaces: each gives a question a score against every article, in one array."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from .lexical import is_number, is_stock
from .lexicon import Piece, stem_of
from .tables import StringTable
from .text import eojeols, normalise, split_tags
from .vectors import Floats, Ints, dots, stretches, unit_rows

if TYPE_CHECKING:
    from .spelling import Correction

TAG = "#"  # stands before a word of a bracket tag: [포토], [속보]; only a question of a few words asks for it
MARK = "~"  # stands before a character bigram, so that it is never taken for a word


Groups = tuple[tuple[tuple[str, ...], ...], ...]


class Feature(NamedTuple):
    """A term of the vocabulary and the word of the text that a person would name for it."""

    term: str
    shown: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a headline with its features, the words of a body and the terms of its ``lead`` (words and
    bigrams), or the stored article at ``row``. ``groups``: for each word of the headline the sets of terms by any of
    which an article holds it. ``corrections``: typing errors that were mended in ``text``. ``headed``: whether the text
    is a headline of its own, not the start of the body."""

    text: str
    features: tuple[Feature, ...]
    body: tuple[str, ...] = ()
    row: int | None = None
    lead: tuple[str, ...] = ()
    groups: Groups = ()
    corrections: tuple[Correction, ...] = ()
    headed: bool = True

    @property
    def terms(self) -> list[str]:
        return [feature.term for feature in self.features]


class Space(Protocol):
    """Similarity of a question to every article."""

    def scores(self, question: Question) -> Floats:
        """(n,) float32, each in -1..1."""
        ...


def features_of(pieces: Sequence[Piece]) -> list[Feature]:
    """The features of a headline: its words, and the character bigrams of each eojeol less its particle."""
    found: list[Feature] = []
    for piece in pieces:
        stem = stem_of(piece.eojeol, piece.words)
        shown = piece.words[0] if piece.words else stem
        found += [Feature(word, word) for word in piece.words]
        found += [Feature(bigram, shown) for bigram in bigrams_of(stem, single=not piece.words)]
    return found


def bigrams_of(stem: str, *, single: bool = False) -> list[str]:
    """The character bigrams of a word with its edges, marked.

    Digits make none: 4680 and 4680만원, 7000 and 8700 have nothing in common by their figures; stock words make none
    either. ``single``: the word has no other feature, so that all of it counts.
    """
    if not single and (is_number(stem) or is_stock(stem)):
        return []
    edged = f"_{stem}_"
    pairs = [edged[i : i + 2] for i in range(len(edged) - 1)]
    return [MARK + pair for pair in pairs if single or not (pair[0].isdigit() or pair[1].isdigit())]


def tag_terms(headline: str) -> list[str]:
    """The words of the bracket tags of a headline, marked."""
    if "[" not in headline and "(" not in headline and "【" not in headline and "<" not in headline:
        return []
    tags, _ = split_tags(normalise(headline))
    return [TAG + word for tag in tags for word in eojeols(tag)]


def ways_of(piece: Piece) -> tuple[tuple[str, ...], ...]:
    """The sets of terms by any of which an article holds a word: as its parts, or as a stretch of its title."""
    stem = stem_of(piece.eojeol, piece.words)
    inner = tuple(MARK + stem[i : i + 2] for i in range(len(stem) - 1)) if not re.search("[0-9]", stem) else ()
    ways = (piece.words, inner or tuple(bigrams_of(stem, single=not piece.words)), (TAG + piece.eojeol,))
    return tuple(way for way in ways if way)


def body_terms(pieces: Sequence[Piece], limit: int) -> list[str]:
    """The first ``limit`` words of a body; bigrams stay out of it."""
    words = [word for piece in pieces for word in piece.words]
    return words[:limit]


class SparseVector(NamedTuple):
    """``ids`` (m,) ascending term numbers, ``weights`` (m,) float32 of unit length (or empty)."""

    ids: NDArray[np.int64]
    weights: Floats


@dataclass(frozen=True, slots=True)
class TfidfSpace:
    """Cosine of TF-IDF vectors, over postings.

    ``terms`` (v), ``idf`` (v,); ``postings_*`` in columns: articles and weights of term ``t`` stand at
    ``postings_start[t]:postings_start[t + 1]``; ``rows_*`` the same in rows. All float32 / int32 / int64.
    The formula is scikit-learn's: (1 + ln tf) * idf, of unit length, the idf of words scaled; a title and
    ``body_weight`` times its body are added and brought to unit length again.
    """

    terms: StringTable
    idf: Floats
    postings_start: NDArray[np.int64]
    postings_article: NDArray[np.int32]
    postings_weight: Floats
    rows_start: NDArray[np.int64]
    rows_term: NDArray[np.int32]
    rows_weight: Floats
    body_weight: float = 0.0

    def __len__(self) -> int:
        return len(self.rows_start) - 1

    def encode(self, terms: Sequence[str]) -> SparseVector:
        """The unit vector of a text; terms outside the vocabulary are left out, as scikit-learn does."""
        counts = Counter(terms)
        found = sorted((place, count) for term, count in counts.items() if (place := self.terms.find(term)) >= 0)
        ids = np.array([place for place, _ in found], dtype=np.int64)
        heights = np.array([1 + math.log(count) for _, count in found]) * self.idf[ids]
        return SparseVector(ids, unit_rows(heights))

    def vector(self, question: Question) -> SparseVector:
        if question.row is not None:
            return self.article(question.row)
        title = self.encode(question.terms)
        if not question.body or not self.body_weight:
            return title
        body = self.encode(question.body)
        ids = np.union1d(title.ids, body.ids)
        heights = np.zeros(len(ids), dtype=np.float64)
        heights[np.searchsorted(ids, title.ids)] = title.weights
        heights[np.searchsorted(ids, body.ids)] += self.body_weight * body.weights
        return SparseVector(ids, unit_rows(heights))

    def article(self, row: int) -> SparseVector:
        """The stored vector of the article at ``row``."""
        span = slice(int(self.rows_start[row]), int(self.rows_start[row + 1]))
        return SparseVector(self.rows_term[span].astype(np.int64), np.asarray(self.rows_weight[span]))

    def scores(self, question: Question) -> Floats:
        """(n,) float32 in 0..1."""
        return self.against(self.vector(question))

    def against(self, vector: SparseVector) -> Floats:
        """Cosine of a unit vector to every article, (n,) float32 in 0..1."""
        total = np.zeros(len(self), dtype=np.float32)
        for term, weight in zip(vector.ids.tolist(), vector.weights.tolist(), strict=True):
            span = slice(int(self.postings_start[term]), int(self.postings_start[term + 1]))
            total[self.postings_article[span]] += self.postings_weight[span] * np.float32(weight)
        return total

    @property
    def words(self) -> NDArray[np.bool_]:
        """(v,) which terms are words, not bigrams."""
        return np.array([not term.startswith(MARK) for term in self.terms], dtype=bool)

    def likeness(self, row: int, others: NDArray[np.int64]) -> Floats:
        """Cosine of the article at ``row`` to each of ``others`` (m,)."""
        dense = np.zeros(len(self.terms), dtype=np.float32)
        vector = self.article(row)
        dense[vector.ids] = vector.weights
        held = [self.article(int(other)) for other in others]
        return np.array([float(dense[v.ids] @ v.weights) for v in held], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Among:
    """The vectors of m articles for comparing each with all of them: in rows, and in columns as ``held``.

    ``starts`` (m + 1,), ``terms`` and ``weights``: the rows; articles and weights of term ``t`` stand at
    ``held_starts[t]:held_starts[t + 1]``. Terms are numbered anew.
    """

    starts: Ints
    terms: Ints
    weights: Floats
    held_starts: Ints
    held: Ints
    held_weights: Floats

    @classmethod
    def of(cls, space: TfidfSpace, rows: Ints) -> Among:
        """Of the articles at ``rows`` (m,) of the space."""
        first = space.rows_start[rows]
        sizes = np.asarray(space.rows_start[rows + 1] - first)
        at = stretches(first, sizes)
        terms, weights = space.rows_term[at], np.asarray(space.rows_weight[at])
        order = np.argsort(terms, kind="stable")
        new = np.diff(terms[order], prepend=-1) > 0
        number = np.empty(len(terms), dtype=np.int64)
        number[order] = np.cumsum(new) - 1
        return cls(
            np.concatenate([[0], np.cumsum(sizes)]), number, weights, np.append(np.flatnonzero(new), len(terms)),
            np.repeat(np.arange(len(rows)), sizes)[order], weights[order],
        )  # fmt: skip

    def likeness(self, places: Ints) -> Floats:
        """(p, m) cosine of the articles at these places (p,) to each of the m."""
        sizes = self.starts[places + 1] - self.starts[places]
        at = stretches(self.starts[places], sizes)
        first = self.held_starts[self.terms[at]]
        counts = self.held_starts[self.terms[at] + 1] - first
        there = stretches(first, counts)
        count = len(self.starts) - 1
        cells = np.repeat(np.repeat(np.arange(len(places)) * count, sizes), counts) + self.held[there]
        products = np.repeat(self.weights[at], counts) * self.held_weights[there]
        return np.bincount(cells, products, len(places) * count).reshape(len(places), count).astype(np.float32)


class Encoder(Protocol):
    """Texts into the space of the article vectors."""

    def encode(self, terms: Sequence[Sequence[str]], texts: Sequence[str]) -> Floats:
        """(m, d) float32 unit rows, zero where nothing is known; from the terms or the texts, as it needs."""
        ...


@dataclass(frozen=True, slots=True)
class TermVectors:
    """A static embedding: the weighted sum of a text's term vectors, of unit length.

    ``terms`` (v), ``vectors`` (v, d) float16 or float32, already weighted.
    """

    terms: StringTable
    vectors: NDArray[np.floating]

    def encode(self, terms: Sequence[Sequence[str]], texts: Sequence[str] = ()) -> Floats:
        """(m, d) float32 unit rows; a text of unknown terms is a zero row."""
        rows = np.zeros((len(terms), self.vectors.shape[1]), dtype=np.float64)
        for i, found in enumerate(terms):
            counts = Counter(found)
            placed = sorted((p, c) for t, c in counts.items() if (p := self.terms.find(t)) >= 0)
            for place, count in placed:
                rows[i] += (1 + math.log(count)) * self.vectors[place].astype(np.float64)
        return unit_rows(rows)

    def weighed(self, space: TfidfSpace, vectors: Sequence[SparseVector]) -> Floats:
        """(m, d) unit rows of the TF-IDF ``vectors`` of m texts, as latent semantic analysis makes them: term vectors
        bear the idf, so they are weighed by TF-IDF less idf."""
        rows = np.zeros((len(vectors), self.vectors.shape[1]), dtype=np.float64)
        for row, vector in enumerate(vectors):
            for term, weight in zip(vector.ids.tolist(), vector.weights.tolist(), strict=True):
                if (at := self.terms.find(space.terms[term])) >= 0:
                    rows[row] += weight / float(space.idf[term]) * self.vectors[at].astype(np.float64)
        return unit_rows(rows)


@dataclass(frozen=True, slots=True)
class DenseSpace:
    """Cosine of short dense vectors. ``rows`` (n, d) unit rows, float32; ``encoder`` places a new text."""

    rows: Floats
    encoder: Encoder

    def __len__(self) -> int:
        return len(self.rows)

    def vector(self, question: Question) -> Floats:
        """(d,) float32 of unit length: of the stored article, or by its terms, all alike (see ``Model.meaning``)."""
        if question.row is not None:
            return np.asarray(self.rows[question.row])
        encoded = self.encoder.encode([[*question.terms, *question.body]], [question.text])
        return np.asarray(encoded[0])

    def scores(self, question: Question) -> Floats:
        """(n,) float32 in -1..1; 0 everywhere for a question of unknown words."""
        return dots(self.rows, self.vector(question))
