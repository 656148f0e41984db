"""Candidates of a block of stored articles: by rare terms, by day, by meaning and by lists."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..arrays.kernels import stretches
from ..index.fields import IN_TITLE, SATURATION, Rows
from ..ranking.features import TIME_SCALE, UNDATED
from ..ranking.pruned import RECENT, WINDOW, nearness, posting_weights
from ..ranking.scorer import POOL
from ..ranking.weights import COLUMNS, SPOKEN
from .batch import Batch, outside
from .blocks import Queries
from .compiled_candidates import best_by_terms_of_each, distinct_pairs

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Nearest = NDArray[np.int32]
_POSTINGS, _NEAREST = 32_000, 1_500  # as in ranking/pruned.py; a product of many reads more in the same time ...
_SHARE = 16  # ... but of a million an eighth takes thrice as long as the rest of a list


class Pairs(NamedTuple):
    """Candidates ``rows`` (p,) of the articles at the places ``of`` (p,) of a block, ascending by both."""

    of: Rows
    rows: Rows


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
    if outside(rows, len(batch.model)):
        raise IndexError("a candidate is no article")
    return Pairs(*distinct_pairs(of, rows, block, days, *_others(batch)))


def _others(batch: Batch) -> tuple[Numbers, Mask, NDArray[np.int32], bool, bool]:
    """What tells which articles an asking one may have in its list: days, filters, copies, and two options."""
    catalogue, options = batch.model.catalogue, batch.options
    return batch.all_days, batch.allowed, catalogue.duplicate_of, bool(options.collapse), bool(options.past_only)


def _by_terms(batch: Batch, block: Rows, days: Numbers, query: Queries, kind: int) -> Pairs:
    """The best by the rarest of their terms and by their day, and of these by meaning too."""
    fields, weights = batch.model.fields, batch.model.weights
    vectors, factor = batch.small_vectors
    of_meaning = (weights.table[kind][:, COLUMNS.index("meaning")] * factor).astype(np.float32)
    in_title, in_body = posting_weights(weights, kind)
    all_days, allowed, copies, collapse, past_only = _others(batch)
    best, sizes = best_by_terms_of_each(
        fields.start, fields.article, fields.code, SATURATION, fields.has_bodies, batch.kind, query.start, query.ids,
        query.share, _rarest(batch, query), in_title, in_body, batch.constant(kind), of_meaning, vectors, block, days,
        all_days, allowed, copies, collapse, past_only, weights.time, SPOKEN, TIME_SCALE, UNDATED, _NEAREST, 2 * POOL,
    )  # fmt: skip
    kept = np.arange(best.shape[1]) < sizes[:, None]
    return Pairs(np.repeat(np.arange(len(block)), sizes), best[kept].astype(np.int64))


def _rarest(batch: Batch, query: Queries) -> Mask:
    """Which terms of ``query`` are the rarest of their article, until the budget of postings is used up."""
    spread = np.diff(batch.model.fields.start)[query.ids]
    order = np.lexsort((query.ids, spread, query.of))
    total = np.cumsum(spread[order])
    begin = query.start[query.of[order]]
    before = np.concatenate([[0], total])[begin]
    budget = max(_POSTINGS, len(batch.model) // _SHARE) / max(batch.passing, 1e-9)
    rarest = np.zeros(len(order), dtype=bool)
    rarest[order] = (total - before <= budget) | (np.arange(len(order)) == begin)
    return rarest


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
