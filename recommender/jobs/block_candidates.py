"""Candidates of a block of stored articles: by rare terms, by day, by meaning and by lists."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..arrays.kernels import dots, highest, stretches
from ..index.fields import IN_TITLE, SATURATION, Floats, Rows
from ..index.rare_terms import RareTerms
from ..ranking.features import kinds, query_of
from ..ranking.model import Model
from ..ranking.options import SearchOptions
from ..ranking.pruned import RECENT, WINDOW, best_by_terms, nearness, posting_weights
from ..ranking.recommend import Recommender
from ..ranking.scorer import POOL, candidates
from ..ranking.selection import SPARE
from ..ranking.weights import COLUMNS
from ..training.newcomers import in_memory
from .blocks import Forward, Queries, Vocabulary

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Nearest = NDArray[np.int32]
_POSTINGS, _NEAREST = 32_000, 1_500  # as in ranking/pruned.py; a product of many reads more in the same time ...
_SHARE = 16  # ... but of a million an eighth takes thrice as long as the rest of a list


class Pairs(NamedTuple):
    """Candidates ``rows`` (p,) of the articles at the places ``of`` (p,) of a block, ascending by both."""

    of: Rows
    rows: Rows


@dataclass(frozen=True)
class Batch:
    """A model, opened for making many lists, with the options of the lists."""

    recommender: Recommender
    options: SearchOptions

    @cached_property
    def model(self) -> Model:
        return in_memory(self.recommender.model)

    @cached_property
    def words(self) -> Vocabulary:
        return Vocabulary.of(self.model)

    @cached_property
    def forward(self) -> Forward:
        return Forward.of(self.model.fields)

    @cached_property
    def scratch(self) -> NDArray[np.int32]:
        return np.full(len(self.words.idf), -1, dtype=np.int32)

    @cached_property
    def allowed(self) -> Mask:
        """(n,) which articles pass the filters that are the same for all queries."""
        return self.recommender.passing(self.options)

    @cached_property
    def kind(self) -> NDArray[np.int64]:
        return kinds(self.model, np.arange(len(self.model)))

    @cached_property
    def by_day(self) -> NDArray[np.int32]:
        """Rows of the dated articles that are allowed, by day."""
        rows = self.model.pruning.by_day
        return np.asarray(rows[self.allowed[rows] & ~np.isnan(self.model.catalogue.days[rows])])

    @cached_property
    def days(self) -> Numbers:
        """The days of ``by_day``, ascending."""
        return np.asarray(self.model.catalogue.days[self.by_day])

    @cached_property
    def passing(self) -> float:
        """The share of the articles that are allowed."""
        return float(np.count_nonzero(self.allowed)) / max(1, len(self.allowed))

    def constant(self, query: int) -> Floats:
        """(3,) the constant of each kind of article in the rough score."""
        return np.asarray(self.model.weights.table[query][:, -1], dtype=np.float32)

    def rare_terms(self, query: int) -> RareTerms:
        """The index by terms; what a posting adds to the rough score is by kind of ``query``."""
        return RareTerms(self.model.fields, math.inf, *posting_weights(self.model.weights, query))


def exhaustive_candidates(batch: Batch, block: Rows, days: Numbers) -> Pairs:
    """The candidates of each article, as a question finds them among all articles."""
    model, found = batch.model, []
    for row, day in zip(block.tolist(), days.tolist(), strict=True):
        query = query_of(model, model.article_question(row), day)
        links = model.links.scores(row, len(model))
        allowed = batch.allowed & _not_own(batch, row, day)
        found.append(candidates(model, query, model.weights, allowed, links, max(POOL, batch.options.k * SPARE)))
    return Pairs(np.repeat(np.arange(len(block)), [len(rows) for rows in found]), np.concatenate(found))


def _not_own(batch: Batch, row: int, day: float) -> Mask:
    """(n,) which articles are not the one at ``row`` and, by the options, neither its copies nor later than it."""
    catalogue = batch.model.catalogue
    other = np.arange(len(catalogue)) != row
    if batch.options.collapse:
        other &= catalogue.duplicate_of != catalogue.duplicate_of[row]
    if batch.options.past_only and not math.isnan(day):
        other &= ~(catalogue.days > day)
    return np.asarray(other)


def _fit(batch: Batch, block: Rows, days: Numbers, of: Rows, rows: Rows) -> Mask:
    """(p,) ``_not_own`` and the filters, for pairs."""
    catalogue = batch.model.catalogue
    fits = batch.allowed[rows] & (rows != block[of])
    if batch.options.collapse:
        fits &= catalogue.duplicate_of[rows] != catalogue.duplicate_of[block][of]
    if batch.options.past_only:
        fits &= ~(catalogue.days[rows] > days[of])
    return np.asarray(fits)


def block_candidates(batch: Batch, block: Rows, days: Numbers, query: Queries, kind: int, near: Nearest) -> Pairs:
    """Candidates by rare terms, by day, by meaning and by lists: the union."""
    of_near, at_near = np.nonzero(near >= 0)
    sources = [
        _by_terms(batch, block, days, query, kind),
        Pairs(of_near, near[of_near, at_near].astype(np.int64)),
        _by_day(batch, block, days, query, kind),
        _by_lists(batch, block),
    ]
    of, rows = (np.concatenate([source[part] for source in sources]) for part in (0, 1))
    count = len(batch.model)
    both = np.unique(of * count + rows)
    of, rows = both // count, both % count
    fits = _fit(batch, block, days, of, rows)
    return Pairs(of[fits], rows[fits])


def _by_terms(batch: Batch, block: Rows, days: Numbers, query: Queries, kind: int) -> Pairs:
    """The best by the rarest of their terms and by their day."""
    rarest = _rarest(batch, query)
    bounds = np.searchsorted(query.of[rarest], np.arange(len(block) + 1)).tolist()
    best = []
    for i, (begin, end) in enumerate(pairwise(bounds)):
        terms = rarest[begin:end]
        worth = batch.rare_terms(kind).added_up(query.ids[terms], query.share[terms])
        best.append(_best_by_terms(batch, block[[i]], days[[i]], worth, kind))
    return Pairs(np.repeat(np.arange(len(block)), list(map(len, best))), np.concatenate(best))


def _best_by_terms(batch: Batch, block: Rows, day: Numbers, worth: Numbers, kind: int) -> Rows:
    """The best for one article, ``block`` (1,) of its ``day`` (1,), by what their rare terms are ``worth`` (n,), by
    their day and by meaning."""
    model, weights = batch.model, batch.model.weights
    if batch.passing < 1 or batch.options.past_only:  # else an article itself and its copies alone do not fit
        all_rows = np.arange(len(worth))
        worth[~_fit(batch, block, day, np.zeros_like(all_rows), all_rows)] = 0
    rows, value = best_by_terms(model, weights, kind, float(day[0]), worth, _NEAREST)
    of_meaning = weights.table[kind][:, COLUMNS.index("meaning")].astype(np.float32)
    value = value + of_meaning[batch.kind[rows]] * dots(model.dense.rows[rows], np.asarray(model.dense.rows[block[0]]))
    return rows[highest(value, 2 * POOL)]


def _rarest(batch: Batch, query: Queries) -> Rows:
    """Positions in ``query`` of the rarest terms of each article, until the budget of postings is used up."""
    spread = np.diff(batch.model.fields.start)[query.ids]
    order = np.lexsort((query.ids, spread, query.of))
    total = np.cumsum(spread[order])
    begin = query.start[query.of[order]]
    before = np.concatenate([[0], total])[begin]
    budget = max(_POSTINGS, len(batch.model) // _SHARE) / max(batch.passing, 1e-9)
    return np.sort(order[(total - before <= budget) | (np.arange(len(order)) == begin)])


def _by_day(batch: Batch, block: Rows, days: Numbers, query: Queries, kind: int) -> Pairs:
    """The best of the articles published about the same time, by the rough score without the cosine."""
    dated = np.flatnonzero(~np.isnan(days))
    at = np.searchsorted(batch.days, days[dated])
    order = np.argsort(at, kind="stable")
    pairs = [Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    while len(order):  # articles of neighbouring days share one window
        same_window = at[order] <= at[order[0]] + WINDOW
        asking, order = order[same_window], order[~same_window]
        rows = batch.by_day[max(0, int(at[asking].min()) - WINDOW // 2) : int(at[asking].max()) + WINDOW // 2]
        if len(rows):
            pairs.append(_window(batch, block, days, query, kind, dated[asking], np.sort(rows).astype(np.int64)))
    return Pairs(*(np.concatenate([pair[part] for pair in pairs]) for part in (0, 1)))


def _window(batch: Batch, block: Rows, days: Numbers, query: Queries, kind: int, asking: Rows, rows: Rows) -> Pairs:
    """The best of ``rows`` (w,) for the articles at the positions ``asking`` (a,) of the block."""
    model, catalogue = batch.model, batch.model.catalogue
    rough = (_asks(batch, query)[asking] @ _articles(batch, rows, kind)).toarray()
    of_meaning = model.weights.table[kind][:, COLUMNS.index("meaning")].astype(np.float32)
    rough += (np.asarray(model.dense.rows[block[asking]]) @ model.dense.rows[rows].T) * of_meaning[batch.kind[rows]]
    rough += batch.constant(kind)[batch.kind[rows]]
    rough += model.weights.by_day(rough, nearness(days[asking][:, None] - catalogue.days[rows][None, :]))
    if batch.options.collapse:
        rough[catalogue.duplicate_of[block[asking]][:, None] == catalogue.duplicate_of[rows][None, :]] = -np.inf
    if batch.options.past_only:
        rough[catalogue.days[rows][None, :] > days[asking][:, None]] = -np.inf
    count = min(RECENT, len(rows))
    best = np.argpartition(-rough, count - 1, axis=1)[:, :count]
    return Pairs(np.repeat(asking, count), rows[best.ravel()])


def _asks(batch: Batch, query: Queries) -> sparse.csr_array:
    return sparse.csr_array((query.share, query.ids, query.start), shape=(len(query.known), len(batch.words.idf)))


def _articles(batch: Batch, rows: Rows, kind: int) -> sparse.csr_array:
    """(v, w) what each term of the articles at ``rows`` (w,) adds to the rough score of a query of a ``kind``."""
    forward = batch.forward
    size = forward.start[rows + 1] - forward.start[rows]
    at = stretches(forward.start[rows], size)
    of_title, of_body = posting_weights(batch.model.weights, kind)
    code, of = forward.code[at], np.repeat(batch.kind[rows], size)
    value = of_title[of] * (code >= IN_TITLE) + of_body[of] * SATURATION[code]
    starts = np.concatenate([[0], np.cumsum(size)])
    contributions = sparse.csr_array((value, forward.term[at], starts), shape=(len(rows), len(batch.words.idf)))
    return contributions.T.tocsr()


def _by_lists(batch: Batch, block: Rows) -> Pairs:
    """The articles that editors' lists join with those of the block."""
    links, lists = batch.model.links, []
    for row in block.tolist():
        pages = links.lists_of(row)
        if not len(pages) and not len(links.listed_by(row)):
            lists.append(pages)
            continue
        lists.append(np.unique(np.concatenate([links.listed_by(row), pages, *map(links.listed_by, pages.tolist())])))
    return Pairs(np.repeat(np.arange(len(block)), list(map(len, lists))), np.concatenate(lists).astype(np.int64))
