"""The related lists of many stored articles at once: what ``Recommender.related`` does for one, over arrays of pairs.

A pair is an article that asks and a candidate. Pairs stand by the asking article, then by row.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..arrays.kernels import stretches
from ..index.fields import HAS_TITLE, IN_TITLE, LONGEST_QUERY, SATURATION, FieldIndex, Floats, Matches, Rows
from ..ranking.model import Model
from ..text.term_weights import weight
from ..text.terms import MARK, features_of

Numbers = NDArray[np.float64]


class Asked(NamedTuple):
    """The terms of b articles that ask, end to end: ``start`` (b + 1,); of each term its place ``ids`` in the
    vocabulary, ascending in an article, the article ``of`` it, and what ``QueryVector`` has of it. ``lengths`` (b, 2),
    ``known`` and ``of_words`` (b,)."""

    start: Rows
    ids: Rows
    of: Rows
    share: Floats
    bare: Floats
    height: Floats
    lengths: Numbers
    known: Numbers
    of_words: Numbers


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


def titles_of(model: Model, rows: Sequence[int]) -> list[list[str]]:
    """The terms with which the headline of each article asks."""
    texts = headlines_of(model, rows)
    return [[feature.term for feature in features_of(model.analyzer.pieces(text))] for text in texts]


def headlines_of(model: Model, rows: Sequence[int]) -> list[str]:
    """What each article asks with: its headline, or the start of its text where it has none."""
    articles = (model.catalogue.article(row) for row in rows)
    return [article.title or article.stand_in or "" for article in articles]


def headed(model: Model, rows: Rows) -> NDArray[np.bool_]:
    """(b,) which articles have a headline of their own."""
    return (model.fields.kind[rows] & HAS_TITLE).astype(bool)


def asked(
    model: Model, words: Vocabulary, titles: Sequence[Sequence[str]], leads: Sequence[Rows] = (),
    shares: Sequence[float] = (),
) -> Asked:  # fmt: skip
    """The vectors of ``titles`` (b,) and, each times its share, of the terms of ``leads``: ``FieldIndex.query``."""
    find = model.tfidf.terms.find
    sizes: list[int] = []
    places: list[int] = []
    counts: list[float] = []
    lost = np.zeros((len(titles), 2)), np.zeros((len(titles), 2))
    rarest = float(words.idf.max()) if len(words.idf) else 1.0
    for at, title in enumerate(titles):
        known: dict[int, float] = {}
        for term, count in Counter(title).items():
            if (place := find(term)) >= 0:
                known[place] = 1.0 + math.log(count)
            else:
                side = int(term.startswith(MARK))
                lost[0][at, side] += rarest * weight(term)
                lost[1][at, side] += rarest
        for place in leads[at].tolist() if leads else ():
            known.setdefault(place, shares[at])
        sizes.append(len(known))
        places.extend(sorted(known))
        counts.extend(known[place] for place in places[-len(known) :] if known)
    ids, of = np.array(places, dtype=np.int64), np.repeat(np.arange(len(titles)), sizes)
    height = np.array(counts, dtype=np.float64) * words.idf[ids]
    if max(sizes, default=0) > LONGEST_QUERY:
        ids, of, height = _highest(ids, of, height)
    word = words.word[ids]
    share = _shares(height, word, of, lost[0])
    bare = _shares(height / words.said[ids], word, of, lost[1])
    squares = [np.sqrt(np.bincount(of[side], height[side] ** 2, len(titles))) for side in (word, ~word)]
    start = np.zeros(len(titles) + 1, dtype=np.int64)
    np.cumsum(np.bincount(of, minlength=len(titles)), out=start[1:])
    part = np.asarray(np.bincount(of, share, len(titles)), dtype=np.float64)
    lengths, of_words = np.stack(squares, axis=1), _of_words(height, word, of, lost[0])
    return Asked(start, ids, of, share, bare, height.astype(np.float32), lengths, part, of_words)


def _highest(ids: Rows, of: Rows, height: Numbers) -> tuple[Rows, Rows, Numbers]:
    """Of each article the ``LONGEST_QUERY`` highest terms."""
    order = np.lexsort((-height, of))
    first = np.searchsorted(of, np.arange(int(of[-1]) + 1))
    kept = np.sort(order[np.arange(len(of)) - first[of[order]] < LONGEST_QUERY])
    return ids[kept], of[kept], height[kept]


def _of_words(height: Numbers, word: NDArray[np.bool_], of: Rows, lost: Numbers) -> Numbers:
    """As what words are of one query's weight, for many."""
    totals = np.stack([np.bincount(of[side], height[side], len(lost)) for side in (word, ~word)], axis=1) + lost
    return np.where(totals[:, 0] > 0, np.where(totals[:, 1] > 0, 0.5, 1.0), 0.0)


def _shares(height: Numbers, word: NDArray[np.bool_], of: Rows, lost: Numbers) -> Floats:
    """As the parts of one query's weight, for many."""
    sums = [np.bincount(of[side], height[side], len(lost)) for side in (word, ~word)]
    totals = np.stack(sums, axis=1) + lost
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


class Held(NamedTuple):
    """What the candidates of pairs hold of what asks: for each common term the ``pair``, the place ``at`` of the term
    in an ``Asked``, and the ``code`` of the posting."""

    pair: Rows
    at: Rows
    code: NDArray[np.uint8]


def held(forward: Forward, query: Asked, of: Rows, rows: Rows, scratch: NDArray[np.int32]) -> Held:
    """Of the pairs (p,) of asking articles ``of`` and candidates ``rows``. ``scratch`` (v,) is -1 and is left so."""
    used = np.unique(query.ids)
    scratch[used] = np.arange(len(used), dtype=np.int32)
    table = np.full((len(query.start) - 1, len(used)), -1, dtype=np.int32)
    table[query.of, scratch[query.ids]] = np.arange(len(query.ids), dtype=np.int32)
    size = forward.start[rows + 1] - forward.start[rows]
    there = stretches(forward.start[rows], size)
    near = scratch[forward.term[there]]
    known = np.flatnonzero(near >= 0)
    scratch[used] = -1
    pair = np.repeat(np.arange(len(rows)), size)[known]
    at = table.ravel()[of[pair] * len(used) + near[known]]
    matching = np.flatnonzero(at >= 0)
    return Held(pair[matching], at[matching].astype(np.int64), forward.code[there[known[matching]]])


def matched(fields: FieldIndex, words: Vocabulary, query: Asked, of: Rows, rows: Rows, hold: Held) -> Matches:
    """``FieldIndex.match`` for pairs."""
    count = len(rows)
    inside = hold.code >= IN_TITLE
    term = query.ids[hold.at]
    word, idf = words.word[term], words.idf[term].astype(np.float64)

    def total(values: NDArray[np.floating], where: NDArray[np.bool_]) -> Numbers:
        return np.asarray(np.bincount(hold.pair[where], values[where], count), dtype=np.float64)

    raised = query.height[hold.at] * idf
    cosine, sides = np.zeros(count), np.zeros(len(query.lengths))
    for side, chosen in enumerate((word, ~word)):
        asks = query.lengths[:, side] > 0
        sides += asks
        length = fields.norms[rows, side] * query.lengths[of, side]
        cosine += np.where(asks[of], total(raised, chosen & inside) / np.where(length == 0, 1, length), 0)
    every = np.ones(len(inside), dtype=bool)
    saturated = SATURATION[hold.code] if fields.has_bodies else np.zeros(len(inside), dtype=np.float32)
    share, whole = query.share[hold.at], np.where(inside, np.float32(1), saturated)
    asking = words.word[query.ids]
    by_words = np.bincount(query.of[asking], query.share[asking], len(query.lengths))
    single = np.float32
    return Matches(
        total(share, inside).astype(single),
        total(query.bare[hold.at] * saturated, every).astype(single) if fields.has_bodies else np.zeros(count, single),
        (cosine / np.maximum(sides, 1)[of]).astype(single),
        (total(share * whole, word) / np.where(by_words == 0, 1, by_words)[of]).astype(single),
        np.minimum(total(idf, word) / 10, 1).astype(single),
        total(words.said[term], word).astype(single),
        (total(share, word) / np.where(query.of_words == 0, 1, query.of_words)[of]).astype(single),
    )


def lead_share(fields: FieldIndex, query: Asked, of: Rows, rows: Rows) -> Floats:
    """``FieldIndex.lead_share`` for pairs."""
    begin, size = fields.lead_start[rows], fields.lead_start[rows + 1] - fields.lead_start[rows]
    if not size.any():
        return np.zeros(len(rows), dtype=np.float32)
    width = len(fields.idf)
    terms = fields.lead_term[stretches(begin, size)]
    pair = np.repeat(np.arange(len(rows)), size)
    keys, wanted = query.of * width + query.ids, of[pair] * width + terms
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    share = np.where(keys[place] == wanted, query.bare[place], 0)
    return np.bincount(pair, share, len(rows)).astype(np.float32)
