"""The related lists of many stored articles at once: what ``Recommender.related`` does for one, over arrays of pairs.

A pair is a querying article and a candidate. Pairs are ordered by the querying article, then by row.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..arrays.kernels import stretches
from ..index.fields import HAS_TITLE, LONGEST_QUERY, FieldIndex, Floats, Rows
from ..lazy import dataclass
from ..ranking.model import Model
from ..text.term_weights import weight
from ..text.terms import MARK, compounds_of, features_of

Numbers = NDArray[np.float64]


class Queries(NamedTuple):
    """The query vectors of b articles, concatenated: ``start`` (b + 1,); for each term its index ``ids`` in the
    vocabulary, ascending within an article, its article ``of``, and the values of ``QueryVector``; ``compound`` the
    number of the one that it belongs to, -1 of none. ``lengths`` (b, 2), ``known`` and ``of_words`` (b,)."""

    start: Rows
    ids: Rows
    of: Rows
    share: Floats
    bare: Floats
    height: Floats
    compound: Rows
    lengths: Numbers
    known: Numbers
    of_words: Numbers


class Title(NamedTuple):
    """The ``terms`` of a headline, and its ``compounds`` (``Question``)."""

    terms: list[str]
    compounds: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Vocabulary:
    """Of each of the v terms ``idf``, whether it is a ``word`` and how much it ``said`` (``QueryVector``)."""

    idf: Floats
    word: NDArray[np.bool_]
    said: Floats

    @classmethod
    def of(cls, model: Model) -> Vocabulary:
        factors = np.fromiter(map(weight, model.tfidf.terms), dtype=np.float32, count=len(model.tfidf.terms))
        return cls(np.asarray(model.fields.idf), model.tfidf.words, factors)


def titles_of(model: Model, rows: Sequence[int]) -> list[Title]:
    """The query terms of the headline of each article."""
    every = [model.analyzer.pieces(text) for text in headlines_of(model, rows)]
    return [Title([feature.term for feature in features_of(pieces)], compounds_of(pieces)) for pieces in every]


def headlines_of(model: Model, rows: Sequence[int]) -> list[str]:
    """The query text of each article: its headline, or the start of its text where it has none."""
    return [model.catalogue.headline(row) for row in rows]


def headed(model: Model, rows: Rows) -> NDArray[np.bool_]:
    """(b,) which articles have a headline of their own."""
    return (model.fields.kind[rows] & HAS_TITLE).astype(bool)


def queries_of(
    model: Model, words: Vocabulary, titles: Sequence[Title], leads: Sequence[Rows] = (),
    shares: Sequence[float] = (),
) -> Queries:  # fmt: skip
    """The vectors of ``titles`` (b,) and, each times its share, of the terms of ``leads``: ``FieldIndex.query``."""
    find = model.tfidf.terms.find
    sizes: list[int] = []
    ids_of: list[int] = []
    compounds: list[int] = []
    values: list[float] = []
    missing = np.zeros((len(titles), 2)), np.zeros((len(titles), 2))
    rarest = float(words.idf.max()) if len(words.idf) else 1.0
    for i, title in enumerate(titles):
        counts_of: dict[int, float] = {}
        known: dict[str, int] = {}
        for term, count in Counter(title.terms).items():
            if (index := find(term)) >= 0:
                counts_of[index] = 1.0 + math.log(count)
                known[term] = index
            else:
                side = int(term.startswith(MARK))
                missing[0][i, side] += rarest * weight(term)
                missing[1][i, side] += rarest
        for index in leads[i].tolist() if leads else ():
            counts_of.setdefault(index, shares[i])
        sizes.append(len(counts_of))
        ids_of.extend(sorted(counts_of))
        compound_of = _compounds(title.compounds, known)
        compounds.extend(compound_of.get(index, -1) for index in ids_of[-len(counts_of) :] if counts_of)
        values.extend(counts_of[index] for index in ids_of[-len(counts_of) :] if counts_of)
    ids, of = np.array(ids_of, dtype=np.int64), np.repeat(np.arange(len(titles)), sizes)
    height, compound = np.array(values, dtype=np.float64) * words.idf[ids], np.array(compounds, dtype=np.int64)
    if max(sizes, default=0) > LONGEST_QUERY:
        best = _highest(of, height)
        ids, of, height, compound = ids[best], of[best], height[best], compound[best]
    word = words.word[ids]
    share = _shares(height, word, of, missing[0])
    bare = _shares(height / words.said[ids], word, of, missing[1])
    squares = [np.sqrt(np.bincount(of[side], height[side] ** 2, len(titles))) for side in (word, ~word)]
    start = np.zeros(len(titles) + 1, dtype=np.int64)
    np.cumsum(np.bincount(of, minlength=len(titles)), out=start[1:])
    part = np.asarray(np.bincount(of, share, len(titles)), dtype=np.float64)
    lengths, of_words = np.stack(squares, axis=1), _of_words(height, word, of, missing[0])
    return Queries(start, ids, of, share, bare, height.astype(np.float32), compound, lengths, part, of_words)


def _compounds(compounds: Sequence[Sequence[str]], known: Mapping[str, int]) -> dict[int, int]:
    """The number of the compound of each word that belongs to one, by its index; each belongs to its first."""
    numbers: dict[int, int] = {}
    for number, compound in enumerate(compounds):
        for word in compound:
            if word in known:
                numbers.setdefault(known[word], number)
    return numbers


def _highest(of: Rows, height: Numbers) -> Rows:
    """The positions of the ``LONGEST_QUERY`` highest terms of each article."""
    order = np.lexsort((-height, of))
    first = np.searchsorted(of, np.arange(int(of[-1]) + 1))
    return np.asarray(np.sort(order[np.arange(len(of)) - first[of[order]] < LONGEST_QUERY]), dtype=np.int64)


def _of_words(height: Numbers, word: NDArray[np.bool_], of: Rows, missing: Numbers) -> Numbers:
    """The share of words in the weight of each query."""
    totals = np.stack([np.bincount(of[side], height[side], len(missing)) for side in (word, ~word)], axis=1) + missing
    return np.where(totals[:, 0] > 0, np.where(totals[:, 1] > 0, 0.5, 1.0), 0.0)


def _shares(height: Numbers, word: NDArray[np.bool_], of: Rows, missing: Numbers) -> Floats:
    """The share of each term in the weight of its query; words and bigrams make up half each."""
    sums = [np.bincount(of[side], height[side], len(missing)) for side in (word, ~word)]
    totals = np.stack(sums, axis=1) + missing
    part = np.where((totals > 0).all(axis=1), 0.5, 1.0)
    scale = part[:, None] / np.where(totals == 0, 1, totals)
    return np.asarray(height * np.where(word, scale[of, 0], scale[of, 1]), dtype=np.float32)


@dataclass(frozen=True)
class Forward:
    """The postings of a field index by article: terms and codes of row ``i`` at ``start[i]:start[i + 1]``."""

    start: Rows
    term: NDArray[np.int32]
    code: NDArray[np.uint8]

    @classmethod
    def of(cls, fields: FieldIndex) -> Forward:
        shape = (len(fields), len(fields.idf))
        rows = sparse.csc_matrix((fields.code, fields.article, fields.start), shape=shape, copy=False).tocsr()
        return cls(rows.indptr.astype(np.int64), rows.indices, rows.data)


def lead_share(fields: FieldIndex, query: Queries, of: Rows, rows: Rows) -> Floats:
    """``FieldIndex.lead_share`` for pairs."""
    begin, size = fields.lead_start[rows], fields.lead_start[rows + 1] - fields.lead_start[rows]
    if not size.any():
        return np.zeros(len(rows), dtype=np.float32)
    width = len(fields.idf)
    terms = fields.lead_term[stretches(begin, size)]
    pair = np.repeat(np.arange(len(rows)), size)
    keys, targets = query.of * width + query.ids, of[pair] * width + terms
    index = np.minimum(np.searchsorted(keys, targets), len(keys) - 1)
    share = np.where(keys[index] == targets, query.bare[index], 0)
    return np.bincount(pair, share, len(rows)).astype(np.float32)
