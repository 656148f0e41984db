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
RECENT = 300  # ... of which so many are candidates
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


def worth_of_time(weight: float, apart: NDArray[np.floating], undated: float = UNDATED) -> Floats:
    """What the days between two articles add: ``decay`` of any shape, float32; ``undated`` where they are not known."""
    near = np.exp(-np.sqrt(np.abs(apart).astype(np.float32) / np.float32(TIME_SCALE)))
    return np.float32(weight) * np.where(np.isnan(near), np.float32(undated), near)


def pruned_candidates(model: Model, query: Query, weights: Weights, allowed: Mask, link: Floats, pool: int) -> Rows:
    """Rows (m,) ascending, ``pool`` at most by each source: see ``scorer.candidates``."""
    passing = float(np.count_nonzero(allowed)) / len(allowed)
    if passing < _SPARSE:
        return _among(model, query, weights, np.flatnonzero(allowed), link, pool)
    vector, few = query.page or query.headline, query.kind == FEW_WORDS
    share = _shares(model, vector)
    most = (_POSTINGS_OF_FEW if few else POSTINGS) / passing
    total, held = RareTerms(model.fields, most, *posting_weights(weights, query.kind)).sweep(vector)
    touched: Rows = np.sort(held[allowed[held]]).astype(np.int64)
    rough = [_by_terms(model, query, share, weights, touched, total, pool)]
    if not few:
        rough.append(_by_day(model, query, share, weights, allowed))
    rows, value = (np.concatenate([part[at] for part in rough]) for at in (0, 1))
    rows, value = _once(rows, value)
    index = CellIndex(model.dense.rows, model.pruning.cells, min(len(model.pruning.cells), math.ceil(PROBES / passing)))
    near = index.search(query.dense, BY_MEANING, allowed)
    found = [rows[top_k(value, pool)], near[_spoken(model, query, share, near)]]
    if few:
        found.append(touched[top_k(total[touched], pool)])
    if query.question.row is not None:
        found.append(np.flatnonzero(allowed & (link > 0)))
    return distinct(np.concatenate(found))


def _once(rows: Rows, value: Floats) -> tuple[Rows, Floats]:
    """The different ones of ``rows`` (m,), ascending, with their values."""
    order = np.argsort(rows, kind="stable")
    rows, value = rows[order], value[order]
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = rows[1:] != rows[:-1]
    return rows[fresh], value[fresh]


def _by_terms(
    model: Model, query: Query, share: Floats, weights: Weights, rows: Rows, total: Floats, pool: int
) -> tuple[Rows, Floats]:
    """The best of ``rows`` by their rare terms, of which ``total`` (n,) is the worth, and by their day; and their rough
    scores."""
    of_time = worth_of_time(weights.time, model.catalogue.days[rows] - query.day, query.undated)
    value = np.asarray(total[rows] + _constant(model, query, weights, rows) + of_time)
    some = np.sort(top_k(value, max(NEAREST, pool)))
    held = _held(model, share, rows[some])
    rough = _rough(model, query, weights, rows[some], held) + _of_meaning(model, query, weights, rows[some])
    best = top_k(rough, pool)
    return rows[some[best]], rough[best]


def _constant(model: Model, query: Query, weights: Weights, rows: Rows) -> Floats:
    return np.asarray(weights.table[query.kind][:, -1][kinds(model, rows)], dtype=np.float32)


def _by_day(model: Model, query: Query, share: Floats, weights: Weights, allowed: Mask) -> tuple[Rows, Floats]:
    """The best of those that were published about the same time and have a term of the query, and their rough
    scores."""
    days, passing = model.catalogue.days, float(np.count_nonzero(allowed)) / len(allowed)
    rows = around(days, model.pruning.by_day, query.day, math.ceil(WINDOW / passing))
    rows = np.sort(rows[allowed[rows]])
    held = _held(model, share, rows)
    rows, held = rows[held > 0], held[held > 0]
    value = _rough(model, query, weights, rows, held)
    some = np.sort(top_k(value, 2 * RECENT))
    rows, value = rows[some], value[some] + _of_meaning(model, query, weights, rows[some])
    best = top_k(value, RECENT)
    return rows[best], value[best]


def _among(model: Model, query: Query, weights: Weights, rows: Rows, link: Floats, pool: int) -> Rows:
    """The best of ``rows``, each of which is looked at."""
    share = _shares(model, query.page or query.headline)
    held = _held(model, share, rows)
    cosine = dots(model.dense.rows[rows], query.dense)
    spoken = (held > 0) | (link[rows] > 0) | (cosine > ALIKE)
    rough = _rough(model, query, weights, rows, held) + _of_meaning(model, query, weights, rows)
    best = [top_k(rough, pool, spoken), top_k(cosine, BY_MEANING, spoken), np.flatnonzero(link[rows] > 0)]
    if query.kind == FEW_WORDS:
        best.append(top_k(held, pool, held > 0))
    return rows[distinct(np.concatenate(best))]


def _rough(model: Model, query: Query, weights: Weights, rows: Rows, held: Floats) -> Floats:
    """(m,) what terms and day add to the rough score of the articles at ``rows`` (m,), which ``held`` (m,) of the
    query; any of their terms counts as one of the title where they have one."""
    title, body = posting_weights(weights, query.kind)
    worth = np.where(title > 0, title, body)[kinds(model, rows)]
    value = worth * held + _constant(model, query, weights, rows)
    of_time = worth_of_time(weights.time, model.catalogue.days[rows] - query.day, query.undated)
    return np.asarray(value + of_time, dtype=np.float32)


def _of_meaning(model: Model, query: Query, weights: Weights, rows: Rows) -> Floats:
    of_kind = weights.table[query.kind][:, COLUMNS.index("meaning")].astype(np.float32)
    return np.asarray(of_kind[kinds(model, rows)] * dots(model.dense.rows[rows], query.dense))


def _shares(model: Model, vector: QueryVector) -> Floats:
    """(v,) the share of the query's weight that each term of the vocabulary is."""
    share = np.zeros(len(model.tfidf.terms), dtype=np.float32)
    share[vector.ids] = vector.share
    return share


def _held(model: Model, share: Floats, rows: Rows) -> Floats:
    """(m,) the ``share`` (v,) of the query's weight that the articles at ``rows`` (m,) hold, but for bigrams of a
    body."""
    space = model.tfidf
    size = space.rows_start[rows + 1] - space.rows_start[rows]
    held = share[space.rows_term[stretches(space.rows_start[rows], size)]]
    return np.bincount(np.repeat(np.arange(len(rows)), size), held, len(rows)).astype(np.float32)


def _spoken(model: Model, query: Query, share: Floats, rows: Rows) -> Mask:
    """(m,) which have a term of the query, or mean much the same."""
    spoken = _held(model, share, rows) > 0
    silent = np.flatnonzero(~spoken)
    spoken[silent] = dots(model.dense.rows[rows[silent]], query.dense) > ALIKE
    return np.asarray(spoken)
