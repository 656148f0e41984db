"""Candidates of a question without a look at every article: by its rarest terms, by its day, by meaning and by lists.

Each source ranks by what it knows of an article; the union is scored as any candidates are. How many of the hits of
a look at all articles are found so is measured by ``recommender evaluate --exhaustive`` and benchmarks/related.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Scattered, distinct, dots, firsts, highest, kth_highest, stretches, sums_of, top_k
from ..index.cells import PROBES, CellIndex
from ..index.fields import HEADLINE, Floats, Rows
from ..index.links import nothing
from ..index.pruning import around
from ..index.query_vector import QueryVector
from ..index.rare_terms import RareTerms, at_least
from .features import FEW_WORDS, PAGE, TIME_SCALE, UNDATED, Query, asks_for_words, kinds
from .weights import ARTICLES, COLUMNS, Weights

if TYPE_CHECKING:
    from .model import Model

_POSTINGS = 16_000  # that are read for a headline, the rarest terms first ...
_SHARE = 8  # ... or one to so many articles: rare terms of a large archive have more of them ...
_POSTINGS_OF_FEW = 400_000  # ... and for a few words, all of which an article may hold
NEAREST = 1_000  # articles by rare terms and day, of which the best by all terms and by meaning are candidates
WINDOW = 2_000  # articles about the day of a question that are looked at ...
RECENT = 300  # ... of which so many are candidates
BY_MEANING = 50
ALIKE = 0.5  # cosine from which meaning alone makes a candidate of an article that shares no term
_ROUNDING = 1e-3  # values are added in another order before they are compared
_MANY = 10  # times as many as are wanted, from which a look at what can be reached saves time
_SPARSE = 0.01  # share of the articles that pass the filters below which each of these is looked at
_HEADLINE, _WHOLE = ARTICLES.index("headline"), ARTICLES.index("whole")
Mask = NDArray[np.bool_]
Worth = NDArray[np.float64]


def posting_weights(weights: Weights, query: int) -> tuple[Floats, Floats]:
    """(3,) and (3,) what a term in the title and in the body of each kind of article adds, times its share."""
    table = weights.table[query]
    title, body = (sum(table[:, COLUMNS.index(name)] for name in names) for names in _FIELDS[query == PAGE])
    if weights.headlines_lead and query == PAGE:
        title[_WHOLE] = max(title[_WHOLE], title[_HEADLINE])
    return title.astype(np.float32), body.astype(np.float32)


_FIELDS = (
    (("title", "cosine", "surface"), ("body",)),
    (("title", "cosine", "surface", "page_title", "page_cosine"), ("body", "page_body")),
)


def nearness(apart: NDArray[np.floating], undated: float = UNDATED) -> Floats:
    """``decay`` of the days between two articles, of any shape, float32; ``undated`` where they are not known."""
    near = np.exp(-np.sqrt(np.abs(apart).astype(np.float32) / np.float32(TIME_SCALE)))
    return np.where(np.isnan(near), np.float32(undated), near)


def pruned_candidates(model: Model, query: Query, weights: Weights, allowed: Mask, link: Floats, pool: int) -> Rows:
    """Rows (m,) ascending, ``pool`` at most by each source: see ``scorer.candidates``."""
    passing = float(np.count_nonzero(allowed)) / len(allowed)
    if passing < _SPARSE:
        return _among(model, query, weights, np.flatnonzero(allowed), link, pool)
    vector, few = query.page or query.headline, query.kind == FEW_WORDS
    share = _shares(model, vector)
    budget = (_POSTINGS_OF_FEW if few else max(_POSTINGS, len(model) // _SHARE)) / passing
    worth = RareTerms(model.fields, budget, *posting_weights(weights, query.kind)).worth(vector)
    if passing < 1:
        worth[~allowed] = 0
    rows, value = _by_terms(model, query, share, weights, worth, pool)
    if not few and not math.isnan(query.day):
        rows, value = _once([(rows, value), _by_day(model, query, share, weights, allowed)])
    index = CellIndex(model.dense.rows, model.pruning.cells, min(len(model.pruning.cells), math.ceil(PROBES / passing)))
    nearest = index.search(query.dense, BY_MEANING, allowed)
    sources = [rows[highest(value, pool)], nearest[_spoken(model, query, share, nearest)]]
    if asks_for_words(model, query):
        by_share = worth
        if model.fields.has_bodies:  # a word counts as much in a body as in a title, as in ``scorer.best_of``
            by_share = RareTerms.even(model.fields, budget).worth(vector)
            by_share[~allowed] = 0
        touched = np.flatnonzero(by_share > 0)
        sources.append(touched[highest(by_share[touched], pool)])
    if link is not nothing(len(link)):
        sources.append(np.flatnonzero(allowed & (link > 0)))
    return distinct(np.concatenate(sources))


def _once(parts: Sequence[tuple[Rows, Floats]]) -> tuple[Rows, Floats]:
    """The different rows of ``parts``, ascending, with their values."""
    rows, value = (np.concatenate([part[at] for part in parts]) for at in (0, 1))
    order = np.argsort(rows, kind="stable")
    rows, value = rows[order], value[order]
    fresh = firsts(rows)
    return rows[fresh], value[fresh]


def _by_terms(
    model: Model, query: Query, share: Scattered, weights: Weights, worth: Worth, pool: int
) -> tuple[Rows, Floats]:
    """The best by what their rare terms are ``worth`` (n,) and by their day; and their rough scores."""
    count = max(NEAREST, pool)
    candidates, _ = best_by_terms(model, weights, query.kind, query.day, worth, count, query.undated)
    shares = _held(model, share, candidates)
    rough = _rough(model, query, weights, candidates, shares) + _of_meaning(model, query, weights, candidates)
    best = highest(rough, pool)
    return candidates[best], rough[best]


def best_by_terms(
    model: Model, weights: Weights, kind: int, day: float, worth: Worth, count: int, undated: float = UNDATED
) -> tuple[Rows, Floats]:
    """The ``count`` articles that are highest by what their terms are ``worth`` (n,), above 0, by kind and, of a
    question of that ``kind`` and ``day``, by theirs; and these values."""
    constant, dated = weights.table[kind][:, -1].astype(np.float32), not math.isnan(day)
    rows = _reaching(model, weights, constant, worth, count, dated)
    plain = worth.take(rows).astype(np.float32) + _by_kind(model, constant, rows)
    if dated:  # else it is the same to all: it does not move one before another
        reach = within_reach(weights, plain, count)
        rows, plain = rows[reach], plain[reach]
        plain = plain + weights.by_day(plain, nearness(model.catalogue.days.take(rows) - day, undated))
    best = highest(plain, count)
    return rows[best], plain[best]


def _reaching(model: Model, weights: Weights, constant: Floats, worth: Worth, count: int, dated: bool) -> Rows:
    """Rows of those above 0 that may be among the ``count`` highest by ``worth`` (n,), kind and day: to list all that
    hold a term takes longer than to add up what they hold."""
    low, high = (constant.min(), constant.max()) if model.fields.has_bodies else (constant[HEADLINE],) * 2
    if not (threshold := at_least(worth, count)):
        return np.flatnonzero(worth > 0)
    threshold += float(low)
    bound = (weights.without_day(threshold) if dated else threshold) - float(high) - _ROUNDING
    return np.flatnonzero(worth >= bound if bound > 0 else worth > 0)


def within_reach(weights: Weights, plain: Floats, count: int) -> Rows:
    """Places of those that may be among the ``count`` highest once their day counts, by what they are worth without it,
    ``plain`` (m,): what a day adds is looked at for these alone."""
    if len(plain) <= _MANY * count:
        return np.arange(len(plain))
    return np.flatnonzero(plain >= weights.without_day(float(kth_highest(plain, count))))


def _with_day(model: Model, query: Query, weights: Weights, rows: Rows, worth: Floats) -> Floats:
    """(m,) the rough score of the articles at ``rows`` (m,): what their terms are ``worth`` (m,), kind and day."""
    value = worth + _by_kind(model, weights.table[query.kind][:, -1].astype(np.float32), rows)
    if math.isnan(query.day):  # the day is the same to all: it does not move one before another
        return np.asarray(value)
    return np.asarray(
        value + weights.by_day(value, nearness(model.catalogue.days.take(rows) - query.day, query.undated))
    )


def _by_day(model: Model, query: Query, share: Scattered, weights: Weights, allowed: Mask) -> tuple[Rows, Floats]:
    """The best of those that were published about the same time and have a term of the query, and their rough
    scores."""
    days, passing = model.catalogue.days, float(np.count_nonzero(allowed)) / len(allowed)
    rows = around(days, model.pruning.by_day, query.day, math.ceil(WINDOW / passing))
    rows = np.sort(rows[allowed[rows]])
    shares = _held(model, share, rows)
    rows, shares = rows[shares > 0], shares[shares > 0]
    value = _rough(model, query, weights, rows, shares)
    first = highest(value, 2 * RECENT)
    rows, value = rows[first], value[first] + _of_meaning(model, query, weights, rows[first])
    best = highest(value, RECENT)
    return rows[best], value[best]


def _among(model: Model, query: Query, weights: Weights, rows: Rows, link: Floats, pool: int) -> Rows:
    """The best of ``rows``, each of which is looked at."""
    share = _shares(model, query.page or query.headline)
    shares = _held(model, share, rows)
    cosine = dots(model.dense.rows[rows], query.dense)
    related = (shares > 0) | (link[rows] > 0) | (cosine > ALIKE)
    rough = _rough(model, query, weights, rows, shares) + _of_meaning(model, query, weights, rows)
    best = [top_k(rough, pool, related), top_k(cosine, BY_MEANING, related), np.flatnonzero(link[rows] > 0)]
    if asks_for_words(model, query):
        best.append(top_k(shares, pool, shares > 0))
    return rows[distinct(np.concatenate(best))]


def _rough(model: Model, query: Query, weights: Weights, rows: Rows, shares: Floats) -> Floats:
    """(m,) what terms and day add to the rough score of the articles at ``rows`` (m,), which ``shares`` (m,) of the
    query; any of their terms counts as one of the title where they have one."""
    title, body = posting_weights(weights, query.kind)
    worth = _by_kind(model, np.where(title > 0, title, body), rows)
    return _with_day(model, query, weights, rows, worth * shares)


def _of_meaning(model: Model, query: Query, weights: Weights, rows: Rows) -> Floats:
    of_kind = weights.table[query.kind][:, COLUMNS.index("meaning")].astype(np.float32)
    return np.asarray(_by_kind(model, of_kind, rows) * dots(model.dense.rows.take(rows, axis=0), query.dense))


def _by_kind(model: Model, values: Floats, rows: Rows) -> Floats | np.float32:
    """(m,) the one of ``values`` (3,) for the kind of each article; one for all where none has a body."""
    return values.take(kinds(model, rows)) if model.fields.has_bodies else np.float32(values[HEADLINE])


def _shares(model: Model, vector: QueryVector) -> Scattered:
    """(v,) the share of the query's weight that each term of the vocabulary is."""
    return Scattered.of(len(model.tfidf.terms), vector.ids, vector.share)


def _held(model: Model, share: Scattered, rows: Rows) -> Floats:
    """(m,) the ``share`` (v,) of the query's weight that the articles at ``rows`` (m,) hold, but for bigrams of a
    body."""
    space = model.tfidf
    first = space.rows_start.take(rows)
    size = space.rows_start.take(rows + 1) - first
    return sums_of(share.take(space.rows_term.take(stretches(first, size))), size).astype(np.float32)


def _spoken(model: Model, query: Query, share: Scattered, rows: Rows) -> Mask:
    """(m,) which have a term of the query, or mean much the same."""
    related = _held(model, share, rows) > 0
    rest = np.flatnonzero(~related)
    related[rest] = dots(model.dense.rows[rows[rest]], query.dense) > ALIKE
    return np.asarray(related)
