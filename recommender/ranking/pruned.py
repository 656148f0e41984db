"""Candidates of a question without a look at every article: by its rarest terms, by its day, by meaning and by lists.

Each source ranks by what it knows of an article; the union is scored as any candidates are. How many of the hits of
a look at all articles are found so is measured by ``recommender evaluate --exhaustive`` and benchmarks/scale.py.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import distinct, dots, stretches, top_k
from ..index.cells import PROBES, CellIndex
from ..index.fields import Floats, QueryVector, Rows
from ..index.pruning import around
from ..index.rare_terms import RareTerms
from .features import FEW_WORDS, PAGE, TIME_SCALE, UNDATED, Query, kinds
from .weights import ARTICLES, COLUMNS, Weights

if TYPE_CHECKING:
    from .model import Model

POSTINGS = 16_000  # that are read for a headline, the rarest terms first ...
_POSTINGS_OF_FEW = 400_000  # ... and for a few words, all of which an article may hold
NEAREST = 1_000  # articles by rare terms and day, of which the best by all terms and by meaning are candidates
WINDOW = 2_000  # articles about the day of a question that are looked at ...
RECENT = 100  # ... of which so many are candidates
BY_MEANING = 50
ALIKE = 0.5  # cosine from which meaning alone makes a candidate of an article that shares no term
_SPARSE = 0.01  # share of the articles that pass the filters below which each of these is looked at
_HEADLINE, _WHOLE = ARTICLES.index("headline"), ARTICLES.index("whole")
Mask = NDArray[np.bool_]


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


def worth_of_time(weight: float, apart: NDArray[np.floating]) -> Floats:
    """What the days between two articles add: ``decay`` of any shape, float32."""
    near = np.exp(-np.sqrt(np.abs(apart).astype(np.float32) / np.float32(TIME_SCALE)))
    return np.float32(weight) * np.where(np.isnan(near), np.float32(UNDATED), near)


def pruned_candidates(model: Model, query: Query, weights: Weights, allowed: Mask, link: Floats, pool: int) -> Rows:
    """Rows (m,) ascending, ``pool`` at most by each source: see ``scorer.candidates``."""
    passing = float(np.count_nonzero(allowed)) / len(allowed)
    if passing < _SPARSE:
        return _among(model, query, weights, np.flatnonzero(allowed), link, pool)
    vector = query.page or query.headline
    found = [_by_terms(model, query, vector, weights, allowed, pool, passing)]
    index = CellIndex(model.dense.rows, model.pruning.cells, min(len(model.pruning.cells), math.ceil(PROBES / passing)))
    others = [index.search(query.dense, BY_MEANING, allowed)]
    if query.kind != FEW_WORDS:
        others.append(_by_day(model, query, vector, weights, allowed))
    rows = distinct(np.concatenate(others))
    found.append(rows[_spoken(model, query, vector, rows)])
    found.append(np.flatnonzero(allowed & (link > 0)) if query.question.row is not None else rows[:0])
    return distinct(np.concatenate(found))


def _by_terms(
    model: Model, query: Query, vector: QueryVector, weights: Weights, allowed: Mask, pool: int, passing: float
) -> Rows:
    """The best by the rarest of their terms and by their day; for a few words those that hold the most of them too."""
    few = query.kind == FEW_WORDS
    most = (_POSTINGS_OF_FEW if few else POSTINGS) / passing
    total, touched = RareTerms(model.fields, most, *posting_weights(weights, query.kind)).sweep(vector)
    rows: Rows = np.sort(touched[allowed[touched]]).astype(np.int64)
    of_time = worth_of_time(weights.time, model.catalogue.days[rows] - query.day)
    value = np.asarray(total[rows] + _constant(model, query, weights, rows) + of_time)
    some = np.sort(top_k(value, max(NEAREST, pool)))
    rough = _rough(model, query, vector, weights, rows[some]) + _of_meaning(model, query, weights, rows[some])
    best = some[top_k(rough, pool)]
    found: Rows = rows[np.concatenate([best, top_k(total[rows], pool)]) if few else best]
    return found


def _constant(model: Model, query: Query, weights: Weights, rows: Rows) -> Floats:
    return np.asarray(weights.table[query.kind][:, -1][kinds(model, rows)], dtype=np.float32)


def _by_day(model: Model, query: Query, vector: QueryVector, weights: Weights, allowed: Mask) -> Rows:
    """The best of those that were published about the same time."""
    days, passing = model.catalogue.days, float(np.count_nonzero(allowed)) / len(allowed)
    rows = around(days, model.pruning.by_day, query.day, math.ceil(WINDOW / passing))
    rows = np.sort(rows[allowed[rows]])
    value = _rough(model, query, vector, weights, rows)
    some = np.sort(top_k(value, 4 * RECENT))
    rows, value = rows[some], value[some]
    return rows[top_k(value + _of_meaning(model, query, weights, rows), RECENT)]


def _among(model: Model, query: Query, weights: Weights, rows: Rows, link: Floats, pool: int) -> Rows:
    """The best of ``rows``, each of which is looked at."""
    vector = query.page or query.headline
    held = _held(model, vector, rows)
    cosine = dots(model.dense.rows[rows], query.dense)
    spoken = (held > 0) | (link[rows] > 0) | (cosine > ALIKE)
    rough = _rough(model, query, vector, weights, rows) + _of_meaning(model, query, weights, rows)
    best = [top_k(rough, pool, spoken), top_k(cosine, BY_MEANING, spoken), np.flatnonzero(link[rows] > 0)]
    if query.kind == FEW_WORDS:
        best.append(top_k(held, pool, held > 0))
    return rows[distinct(np.concatenate(best))]


def _rough(model: Model, query: Query, vector: QueryVector, weights: Weights, rows: Rows) -> Floats:
    """(m,) what terms and day add to the rough score of the articles at ``rows`` (m,); any of their terms counts as
    one of the title where they have one."""
    title, body = posting_weights(weights, query.kind)
    worth = np.where(title > 0, title, body)[kinds(model, rows)]
    value = worth * _held(model, vector, rows) + _constant(model, query, weights, rows)
    return np.asarray(value + worth_of_time(weights.time, model.catalogue.days[rows] - query.day), dtype=np.float32)


def _of_meaning(model: Model, query: Query, weights: Weights, rows: Rows) -> Floats:
    of_kind = weights.table[query.kind][:, COLUMNS.index("meaning")].astype(np.float32)
    return np.asarray(of_kind[kinds(model, rows)] * dots(model.dense.rows[rows], query.dense))


def _held(model: Model, vector: QueryVector, rows: Rows) -> Floats:
    """(m,) the share of the query's weight that the articles at ``rows`` (m,) hold, but for bigrams of a body."""
    space, share = model.tfidf, np.zeros(len(model.tfidf.terms), dtype=np.float32)
    share[vector.ids] = vector.share
    size = space.rows_start[rows + 1] - space.rows_start[rows]
    held = share[space.rows_term[stretches(space.rows_start[rows], size)]]
    return np.bincount(np.repeat(np.arange(len(rows)), size), held, len(rows)).astype(np.float32)


def _spoken(model: Model, query: Query, vector: QueryVector, rows: Rows) -> Mask:
    """(m,) which have a term of the query, or mean much the same."""
    spoken = _held(model, vector, rows) > 0
    silent = np.flatnonzero(~spoken)
    spoken[silent] = dots(model.dense.rows[rows[silent]], query.dense) > ALIKE
    return np.asarray(spoken)
