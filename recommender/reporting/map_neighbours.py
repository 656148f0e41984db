"""The articles that can be explored in a report, and the nearest of each among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats
from ..ranking.features import query_of
from ..ranking.model import Model
from ..ranking.scorer import score
from .summary_data import Map, Row

POOL = 40  # candidates an article, by dense vector, before the calibrated score chooses
_BLOCK = 1024  # rows of one matrix product: 1,024 x 20,000 float32 is 80 MB
_SMALL = 1_100_000  # bytes of map data up to 5,000 articles ...
_EACH = 190  # ... and for each article more ...
_MOST = 4_800_000  # ... up to this
_GOLDEN = 0.6180339887498949  # its multiples, modulo 1, fill the unit interval evenly
_OVERHEAD = 70  # bytes of a point beside its title: place, topic, outlet, day, nearest with scores
TITLE = 120  # characters of a headline on the map; longer ones end in an ellipsis


def room_for(count: int) -> int:
    """Bytes of map data that a report of ``count`` articles may carry."""
    return min(_SMALL + _EACH * max(0, count - 5_000), _MOST)


def shown_rows(articles: Sequence[Row], first: Sequence[int]) -> NDArray[np.int64]:
    """The rows that are explored, ascending: all, or as many as the report has room for.

    Near-copies are left out. When there are still too many, ``first`` come first, and the rest is an even sample in
    the order of the ids, which are hashes: the same articles in every run.
    """
    rows = np.array([i for i, row in enumerate(articles) if row.duplicate_of == i], dtype=np.int64)
    sizes = [len(shortened(articles[row].title).encode()) + _OVERHEAD for row in rows.tolist()]
    cost = np.array(sizes, dtype=np.int64)
    room = room_for(len(articles))
    if cost.sum() <= room:
        return rows
    preferred = set(first)
    rank = np.array([row not in preferred for row in rows.tolist()])
    even = (np.arange(len(rows)) * _GOLDEN) % 1.0
    order = np.lexsort((even, rank))
    fitting = order[np.cumsum(cost[order]) <= room]
    return np.sort(rows[fitting])


def shortened(title: str) -> str:
    """The headline, at most ``TITLE`` characters of it."""
    return title if len(title) <= TITLE else title[: TITLE - 1] + "…"


def build_map(model: Model, rows: NDArray[np.int64], neighbours: int) -> Map:
    """Positions and nearest articles of ``rows``; quadratic time in their number, linear memory."""
    near, scores = nearest(model, rows, neighbours)
    position = np.asarray(model.topics.position, dtype=np.float32)
    placed = bool(len(rows) and position.shape == (len(model), 2) and np.isfinite(position).all())
    placed = placed and bool(position.any())
    x, y = _fitted(position[rows]) if placed else (np.zeros(len(rows), np.float32),) * 2
    return Map(rows, x, y, near, scores, placed)


def _fitted(position: Floats) -> tuple[Floats, Floats]:
    """Coordinates in 0..1, y downward: one third the position itself, two thirds its rank along that axis.

    Ranks pull in far islands and spread dense regions: distances on such a map mean nothing, the order does.
    """
    low, high = np.quantile(position, 0.03, axis=0), np.quantile(position, 0.97, axis=0)
    scaled = np.clip((position - low) / np.maximum(high - low, 1e-6), -0.08, 1.08)
    rank = np.argsort(np.argsort(position, axis=0, kind="stable"), axis=0, kind="stable")
    joined = (scaled + 2 * rank / max(len(position) - 1, 1)) / 3
    unit = ((joined + 0.03) / 1.06).clip(0, 1).astype(np.float32)
    return unit[:, 0], 1 - unit[:, 1]


def nearest(model: Model, rows: NDArray[np.int64], count: int) -> tuple[NDArray[np.int32], Floats]:
    """The ``count`` best of ``rows`` for each of ``rows``, as indices into it, with calibrated scores.

    Candidates are the ``POOL`` nearest dense vectors and the articles joined by a related link; the score is
    that of ``similar`` without co-listing. Returns (m, count) int32, -1 for none,
    and (m, count) float32.
    """
    neighbours = np.full((len(rows), count), -1, dtype=np.int32)
    scores = np.zeros((len(rows), count), dtype=np.float32)
    if len(rows) < 2 or not count:
        return neighbours, scores
    index_of = np.full(len(model), -1, dtype=np.int64)
    index_of[rows] = np.arange(len(rows))
    scorer = _Scorer(model, rows)
    vectors = np.ascontiguousarray(model.dense.rows[rows], dtype=np.float32)
    pool = min(POOL, len(rows) - 1)
    for start in range(0, len(rows), _BLOCK):
        cosine = vectors[start : start + _BLOCK] @ vectors.T
        cosine[np.arange(len(cosine)), np.arange(start, start + len(cosine))] = -2
        for i, candidates in enumerate(_best(cosine, pool)):
            linked = scorer.linked(start + i, index_of)
            chosen = np.unique(np.concatenate((candidates, linked)))
            value = scorer.scores(start + i, chosen, linked)
            order = np.lexsort((chosen, -value))[:count]
            order = order[value[order] > 0]
            neighbours[start + i, : len(order)] = chosen[order]
            scores[start + i, : len(order)] = value[order]
    return neighbours, scores


def _best(cosine: Floats, pool: int) -> Iterator[NDArray[np.int64]]:
    """The indices of the ``pool`` highest of each row of (b, m), in any order.

    The ``pool``-th best of every 16th column bounds the best of all from below, so that only the few above it
    are sorted: an exact answer at a sixth of the cost of partitioning whole rows.
    """
    sampled = cosine[:, ::16]
    if sampled.shape[1] <= pool:
        yield from np.argpartition(-cosine, pool - 1, axis=1)[:, :pool]
        return
    bounds = np.partition(sampled, sampled.shape[1] - pool, axis=1)[:, sampled.shape[1] - pool]
    for row, bound in zip(cosine, bounds, strict=True):
        above = np.flatnonzero(row >= bound)
        yield above[np.argpartition(-row[above], pool - 1)[:pool]]


class _Scorer:
    """The calibrated score of pairs of shown articles."""

    def __init__(self, model: Model, rows: NDArray[np.int64]) -> None:
        self._model, self._rows = model, rows

    def linked(self, index: int, index_of: NDArray[np.int64]) -> NDArray[np.int64]:
        """Indices of the shown articles that this one lists or that list it."""
        links, row = self._model.links, int(self._rows[index])
        indices = index_of[np.concatenate((links.listed_by(row), links.lists_of(row)))]
        return np.asarray(indices[(indices >= 0) & (indices != index)], dtype=np.int64)

    def scores(self, index: int, others: NDArray[np.int64], linked: NDArray[np.int64]) -> NDArray[np.float64]:
        """(m,) in 0..1, in the order of ``others``; 0 where nothing but the date relates a pair."""
        model, row = self._model, int(self._rows[index])
        query = query_of(model, model.article_question(row), float(model.catalogue.days[row]))
        link = np.zeros(len(model), dtype=np.float32)
        link[self._rows[linked]] = 1
        scored = score(model, query, self._rows[others], link=link)
        value = np.where(scored.evidence >= model.calibration.abstain.also, scored.scores, 0.0)
        inverse = np.argsort(np.argsort(self._rows[others], kind="stable"), kind="stable")
        return np.asarray(value[np.argsort(scored.rows, kind="stable")][inverse])
