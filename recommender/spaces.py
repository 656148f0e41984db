"""Spaces: each gives a question a score against every article, in one array."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from .lexicon import Piece, stem_of
from .tables import StringTable
from .vectors import Floats, unit_rows

MANY_WORDS = 3  # shared words from which more say nothing new
MARK = "~"  # stands before a character bigram, so that it is never taken for a word


class Feature(NamedTuple):
    """A term of the vocabulary and the word of the text that a person would name for it."""

    term: str
    shown: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a headline with its features and the terms of a body, or the stored article at ``row``."""

    text: str
    features: tuple[Feature, ...]
    body: tuple[str, ...] = ()
    row: int | None = None

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
        edged = f"_{stem}_"
        found += [Feature(MARK + edged[i : i + 2], shown) for i in range(len(edged) - 1)]
    return found


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

    def shared_words(self, question: Question) -> Floats:
        """How many words the question shares with each article, ``MANY_WORDS`` and more as 1. (n,) float32, 0..1"""
        shared = np.zeros(len(self), dtype=np.float32)
        for term in self.vector(question).ids.tolist():
            if not self.terms[term].startswith(MARK):
                span = slice(int(self.postings_start[term]), int(self.postings_start[term + 1]))
                shared[self.postings_article[span]] += 1
        return np.asarray(np.minimum(shared / MANY_WORDS, 1), dtype=np.float32)

    def known_share(self, question: Question) -> float:
        """The share (idf squared) of the question's features that other articles have, 0..1.

        A feature that was never seen weighs as much as the rarest one; a body as much as in the question's vector.
        """
        if question.row is not None:
            vector = self.article(question.row)
            squares = vector.weights.astype(np.float64) ** 2
            total = float(squares.sum())
            return float(squares[self._spread(vector.ids) > 1].sum()) / total if total else 0.0
        parts = [(1.0, self._known(question.terms)), (self.body_weight**2, self._known(question.body))]
        said = [(weight, share) for weight, share in parts if share is not None]
        total = sum(weight for weight, _ in said)
        return sum(weight * share for weight, share in said) / total if total else 0.0

    def _known(self, terms: Sequence[str]) -> float | None:
        """The known share of distinct terms, None where there is none."""
        if not terms:
            return None
        found = [self.terms.find(term) for term in set(terms)]
        rarest = float(self.idf.max()) ** 2 if len(self.idf) else 1.0
        known = sum(float(self.idf[place]) ** 2 for place in found if place >= 0)
        total = known + rarest * sum(place < 0 for place in found)
        return known / total if total else 0.0

    def _spread(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many articles hold each term."""
        return np.asarray(self.postings_start[places + 1] - self.postings_start[places])

    def reasons(self, question: Question, row: int) -> list[tuple[str, float]]:
        """What each shared word adds to the score against the article at ``row``; the parts sum to it.

        Bigrams are counted with the word of the question that holds them. Heaviest first.
        """
        asked, held = self.vector(question), self.article(row)
        _, left, right = np.intersect1d(asked.ids, held.ids, assume_unique=True, return_indices=True)
        parts: dict[str, float] = {}
        shown = {feature.term: feature.shown for feature in reversed(question.features)}
        for at, value in zip(left, asked.weights[left] * held.weights[right], strict=True):
            term = self.terms[int(asked.ids[at])]
            word = shown.get(term, term.lstrip(MARK).strip("_") if term.startswith(MARK) else term)
            parts[word] = parts.get(word, 0.0) + float(value)
        return sorted(parts.items(), key=lambda part: (-part[1], part[0]))

    def likeness(self, row: int, others: NDArray[np.int64]) -> Floats:
        """Cosine of the article at ``row`` to each of ``others`` (m,)."""
        dense = np.zeros(len(self.terms), dtype=np.float32)
        vector = self.article(row)
        dense[vector.ids] = vector.weights
        held = [self.article(int(other)) for other in others]
        return np.array([float(dense[v.ids] @ v.weights) for v in held], dtype=np.float32)


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


@dataclass(frozen=True, slots=True)
class DenseSpace:
    """Cosine of short dense vectors. ``rows`` (n, d) unit rows, float32; ``encoder`` places a new text."""

    rows: Floats
    encoder: Encoder

    def __len__(self) -> int:
        return len(self.rows)

    def vector(self, question: Question) -> Floats:
        """(d,) float32 of unit length."""
        if question.row is not None:
            return np.asarray(self.rows[question.row])
        encoded = self.encoder.encode([[*question.terms, *question.body]], [question.text])
        return np.asarray(encoded[0])

    def scores(self, question: Question) -> Floats:
        """(n,) float32 in -1..1; 0 everywhere for a question of unknown words."""
        with np.errstate(over="raise", invalid="raise"):  # unit rows cannot; damaged ones are to be noticed
            return np.asarray(self.rows @ self.vector(question), dtype=np.float32)
