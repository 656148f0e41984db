"""Helpers of edits on a model: characteristic words of articles, and the nearest part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...arrays.kernels import unit_rows
from ...text.terms import MARK

if TYPE_CHECKING:
    from ...ranking.model import Model

Rows = NDArray[np.int64]
TERMS = 10


def words_of(model: Model, rows: Rows, beside: Rows) -> tuple[str, ...]:
    """The words that the articles at ``rows`` have more of than those at ``beside``, heaviest first; numbers alone
    are none."""
    weights = _mean_weights(model, rows)
    others = _mean_weights(model, beside) if len(beside) else {}
    order = sorted(weights, key=lambda term: (others.get(term, 0.0) - weights[term], term))
    terms = (model.tfidf.terms[term] for term in order)
    return tuple(term for term, _ in zip((t for t in terms if _is_word(t)), range(TERMS), strict=False))


def _is_word(term: str) -> bool:
    return not term.startswith(MARK) and any(map(str.isalpha, term))


def _mean_weights(model: Model, rows: Rows) -> dict[int, float]:
    total: dict[int, float] = {}
    for row in rows.tolist():
        vector = model.tfidf.article(row)
        for term, weight in zip(vector.ids.tolist(), vector.weights.tolist(), strict=True):
            total[term] = total.get(term, 0.0) + weight / len(rows)
    return total


def nearest_group(model: Model, rows: Rows, representatives: Sequence[Rows]) -> NDArray[np.int64]:
    """(m,) for each of ``rows`` (m,) the place of the group of ``representatives`` that it is nearest to."""
    centres = np.stack([unit_rows(model.dense.rows[members].mean(axis=0)) for members in representatives])
    nearest = np.asarray((model.dense.rows[rows] @ centres.T).argmax(axis=1), dtype=np.int64)
    for i, members in enumerate(representatives):
        nearest[np.isin(rows, members)] = i
    return nearest


def nearest_part(model: Model, groups: Sequence[Rows], representatives: Sequence[Rows]) -> list[int]:
    """For each group of rows the index of the group of ``representatives`` nearest to its centre; where one group has
    most of its representatives inside, that one."""
    middles = [unit_rows(model.dense.rows[rows].mean(axis=0)) for rows in groups]
    centres = np.stack([unit_rows(model.dense.rows[own].mean(axis=0)) for own in representatives])
    matches = [[n for n, own in enumerate(representatives) if np.isin(own, rows).mean() > 0.5] for rows in groups]
    return [
        match[0] if len(match) == 1 else int((centres @ middle).argmax())
        for match, middle in zip(matches, middles, strict=True)
    ]


def mixed(terms: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The heaviest terms of each in turn."""
    interleaved = [t[i] for i in range(max(map(len, terms))) for t in terms if i < len(t)]
    return tuple(dict.fromkeys(interleaved))[:TERMS]
