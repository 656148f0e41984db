"""Cosine of TF-IDF vectors over postings."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, Ints, distinct, highest, stretches, sums_of, unit_rows
from ..arrays.row_mapping import Columns, laid, row_starts
from ..arrays.sparse_vector import SparseVector
from ..arrays.stored import Arrays, Files
from ..arrays.strings import StringTable
from ..lazy import dataclass
from ..text.terms import MARK, Question

_ROUNDING = 1e-6
_UNREAD = 0.85  # of a least cosine, the length of the terms that are not read: a quarter of the time of half of it
_DENSE = 32  # postings of which more than one to so many articles are added up in an array of all articles
_COLUMNS = (
    "idf", "postings_start", "postings_article", "postings_weight", "rows_start", "rows_term", "rows_weight",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False, repr=False)
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

    def arrays(self) -> Arrays:
        """See ``Component``; ``body_weight`` stands in the recipe."""
        return {"terms": self.terms, **{name: getattr(self, name) for name in _COLUMNS}}

    def document(self) -> None:
        """See ``Component``."""

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> TfidfSpace:
        """See ``Component``."""
        columns = {name: files[name] for name in _COLUMNS}
        return cls(files.table("terms"), **columns, body_weight=float(about["recipe"]["body_weight"]))

    def encode(self, terms: Sequence[str]) -> SparseVector:
        """The unit vector of a text; terms outside the vocabulary are left out, as scikit-learn does."""
        counts = Counter(terms)
        known = sorted((place, count) for term, count in counts.items() if (place := self.terms.find(term)) >= 0)
        ids = np.array([place for place, _ in known], dtype=np.int64)
        heights = np.array([1 + math.log(count) for _, count in known]) * self.idf[ids]
        return SparseVector(ids, unit_rows(heights))

    def vector(self, question: Question) -> SparseVector:
        if question.row is not None:
            return self.article(question.row)
        title = self.encode(question.terms)
        if not question.body or not self.body_weight:
            return title
        body = self.encode(question.body)
        ids = distinct(np.concatenate([title.ids, body.ids]))
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
        for (first, last), weight in zip(self._spans(vector.ids), vector.weights.tolist(), strict=True):
            total[self.postings_article[first:last]] += self.postings_weight[first:last] * np.float32(weight)
        return total

    def cosines(self, vector: SparseVector, rows: Ints) -> Floats:
        """(m,) cosine of a unit vector to the articles at ``rows`` (m,)."""
        weights = np.zeros(len(self.terms), dtype=np.float32)
        weights[vector.ids] = vector.weights
        first = self.rows_start[rows]
        sizes = self.rows_start[rows + 1] - first
        at = stretches(first, sizes)
        return sums_of(weights[self.rows_term[at]] * self.rows_weight[at], sizes).astype(np.float32)

    def at_least(self, vector: SparseVector, cosine: float) -> Ints:
        """The articles (m,) that are so like a unit vector, ascending.

        The commonest terms are not read: what they add is at most their length (Bayardo et al. 2007). The longer these
        may be, the fewer postings are read and the more articles are compared.
        """
        order = self._rarest_last(vector)
        length = np.sqrt(np.cumsum(vector.weights[order].astype(np.float64) ** 2))
        common = int(np.count_nonzero(length < _UNREAD * cosine))
        rows, rough = self._touched(_chosen(vector, order[common:]))
        rows = rows[rough >= cosine - _ROUNDING - (length[common - 1] if common else 0)]
        return rows[self.cosines(vector, rows) >= cosine]

    def nearest(self, vector: SparseVector, most: int, postings: int) -> Ints:
        """The ``most`` articles (m,) nearest to a unit vector, ascending, by its rarest terms: as many as have so many
        ``postings`` together, one at least."""
        order = self._rarest_last(vector)[::-1]
        read = np.cumsum(self._spread(vector)[order])
        rows, rough = self._touched(_chosen(vector, order[: 1 + np.count_nonzero(read[1:] <= postings)]))
        return rows[highest(rough, most)]

    def _touched(self, vector: SparseVector) -> tuple[Ints, Floats]:
        """The articles (m,) with a cosine above 0 to a vector, ascending, and these. Where its terms are rare, without
        numbers for all articles."""
        spans = [slice(first, last) for first, last in self._spans(vector.ids)]
        if _DENSE * sum(span.stop - span.start for span in spans) > len(self):
            total = self.against(vector)
            rows = np.flatnonzero(total > 0)
            return rows, total[rows]
        held = [self.postings_article[span] for span in spans]
        rows = distinct(np.concatenate([np.zeros(0, dtype=np.int32), *held]))
        total = np.zeros(len(rows), dtype=np.float32)
        for articles, span, weight in zip(held, spans, vector.weights.tolist(), strict=True):
            total[rows.searchsorted(articles)] += self.postings_weight[span] * np.float32(weight)
        return rows[total > 0], total[total > 0]

    def _spans(self, terms: Ints) -> Iterator[tuple[int, int]]:
        """Where the postings of each term stand."""
        start = self.postings_start
        return zip(start[terms].tolist(), start[terms + 1].tolist(), strict=True)

    def _rarest_last(self, vector: SparseVector) -> Ints:
        return np.argsort(-self._spread(vector), kind="stable")

    def _spread(self, vector: SparseVector) -> Ints:
        """(m,) how many articles hold each of its terms."""
        return np.asarray(self.postings_start[vector.ids + 1] - self.postings_start[vector.ids])

    @property
    def words(self) -> NDArray[np.bool_]:
        """(v,) which terms are words, not bigrams."""
        return np.array([not term.startswith(MARK) for term in self.terms], dtype=bool)

    def cosine(self, row: int, others: NDArray[np.int64]) -> Floats:
        """Cosine of the article at ``row`` to each of ``others`` (m,)."""
        dense = np.zeros(len(self.terms), dtype=np.float32)
        vector = self.article(row)
        dense[vector.ids] = vector.weights
        vectors = [self.article(int(other)) for other in others]
        return np.array([float(dense[v.ids] @ v.weights) for v in vectors], dtype=np.float32)


def _chosen(vector: SparseVector, places: Ints) -> SparseVector:
    """The part of a vector at some of its ``places``, which may be empty."""
    return SparseVector(vector.ids[places], vector.weights[places])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
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

    def cosine(self, places: Ints) -> Floats:
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


def with_rows(old: TfidfSpace, fresh: Sequence[SparseVector], source: NDArray[np.int64]) -> TfidfSpace:
    """The space whose row ``i`` is row ``source[i]`` of the old and the ``fresh`` ones; terms and idf stay."""
    lengths = np.cumsum([len(vector.ids) for vector in fresh], dtype=np.int64)
    starts = np.concatenate([old.rows_start, old.rows_start[-1] + lengths])
    begin = row_starts(starts, source)
    terms = np.concatenate([np.zeros(0, np.int64), *(vector.ids for vector in fresh)])
    weights = np.concatenate([np.zeros(0, old.rows_weight.dtype), *(vector.weights for vector in fresh)])
    term, weight = laid(old.rows_term, terms, starts, source), laid(old.rows_weight, weights, starts, source)
    article = np.repeat(np.arange(len(fresh)), [len(vector.ids) for vector in fresh])
    new = (terms, article, weights)
    columns = Columns(old.postings_start, old.postings_article, old.postings_weight).grown(len(old), source, new)
    return replace(
        old, postings_start=columns.start, postings_article=columns.row, postings_weight=columns.value,
        rows_start=begin, rows_term=term, rows_weight=weight,
    )  # fmt: skip
