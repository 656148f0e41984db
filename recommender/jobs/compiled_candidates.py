"""Candidates of many articles, compiled: sums of postings, and choices among them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..index.fields import IN_TITLE
from .compiled import Floats, Ints, Mask, Numbers, compiled

_HALVINGS = 20  # of an interval of logits
_STEPS = 4096  # between the lowest and the highest of some values
_MOST = 1e9  # logits, above which an array is damaged
_TABLE, _FINE = 4096, 16.0  # entries, and parts of a day or of a logit


@compiled
def by_day_alone(plain: float, near: float, time: float, spoken: float) -> float:
    """``Weights.by_day`` of one article, whose day weighs ``time``, for 0.63 of it at ``spoken``."""
    return time * near * (1.0 - math.exp(-max(plain, 0.0) / spoken))


@compiled
def day_tables(spoken: float, scale: float) -> tuple[Floats, Floats, Floats]:
    """(``_TABLE``,) each: ``nearness`` of days apart, in ``_FINE`` parts of a day and in whole ones, and how far a day
    counts for what words and meaning are worth, in ``_FINE`` parts of a logit. An exponential takes ten times as long
    as a look into a table, and this is a choice of candidates."""
    fine, whole = np.zeros(_TABLE, dtype=np.float32), np.zeros(_TABLE, dtype=np.float32)
    related = np.zeros(_TABLE, dtype=np.float32)
    for step in range(_TABLE):
        fine[step] = math.exp(-math.sqrt(step / _FINE / scale))
        whole[step] = math.exp(-math.sqrt(step / scale))
        related[step] = 1.0 - math.exp(-step / _FINE / spoken)
    return fine, whole, related


@compiled
def reached_by(values: Floats, k: int) -> float:
    """What the ``k`` highest of ``values`` (m,) reach, and not many more: the lower end of the step, of ``_STEPS``
    between the least and the most, in which the ``k``-th lies. An exact one would take the time of a sort."""
    least, most = values.min(), values.max()
    if k >= len(values) or not most > least:
        return float(least)
    steps, width = np.zeros(_STEPS, dtype=np.int64), (_STEPS - 1) / (most - least)
    for value in values:
        steps[int((value - least) * width)] += 1
    above = 0
    for step in range(_STEPS - 1, -1, -1):
        above += steps[step]
        if above >= k:
            return float(least + step / width - 1e-9)
    return float(least)


@compiled
def without_day_of(threshold: float, time: float, spoken: float) -> float:
    """``Weights.without_day``: what is needed without a day to reach ``threshold`` with the best of days."""
    low, high = threshold - max(time, 0.0), threshold
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle + by_day_alone(middle, 1.0, time, spoken) < threshold:
            low = middle
        else:
            high = middle
    return low


@compiled
def best_by_terms_of_each(
    start: Ints, article: NDArray[np.int32], code: NDArray[np.uint8], saturation: Floats, has_bodies: bool, kind: Ints,
    query_start: Ints, query_term: Ints, query_share: Floats, query_read: Mask, in_title: Floats, in_body: Floats,
    constant: Floats, of_meaning: Floats, vectors: NDArray[np.int8], asking: Ints, own_days: Numbers, days: Numbers,
    fits: Mask, duplicate_of: NDArray[np.int32], collapse: bool, past_only: bool, time: float, spoken: float,
    scale: float, undated: float, count: int, kept: int,
) -> tuple[NDArray[np.int32], Ints]:  # fmt: skip
    """(b, w) rows and (b,) how many: for each ``asking`` article (b,) the best by the terms that are read, by kind and
    by day, ``count`` of them and few more, and of these the best by meaning too, ``kept`` and few more. ``of_meaning``
    (3,) is what a product of two ``vectors`` is worth."""
    best = np.zeros((len(asking), 2 * kept), dtype=np.int32)
    sizes = np.zeros(len(asking), dtype=np.int64)
    worth = np.zeros(len(kind), dtype=np.float32)
    touched, all_fit = np.zeros(len(kind), dtype=np.int32), fits.all()
    rows, plain = np.zeros(len(kind), dtype=np.int32), np.zeros(len(kind), dtype=np.float32)
    fine, whole, related = day_tables(spoken, scale)
    for i in range(len(asking)):
        own, own_day, m = asking[i], own_days[i], 0
        own_vector = vectors[own].astype(np.int32)
        for at in range(query_start[i], query_start[i + 1]):
            if query_read[at]:
                term, share = query_term[at], query_share[at]
                for p in range(start[term], start[term + 1]):
                    row, value = article[p], share * in_title[0]
                    if has_bodies:
                        of, value = kind[row], share * in_body[kind[row]] * saturation[code[p]]
                        value += share * in_title[of] if code[p] >= IN_TITLE else np.float32(0)
                    if value <= 0:
                        continue
                    if worth[row] == 0:
                        touched[m] = row
                        m += 1
                    worth[row] += value
        n = 0
        for j in range(m):
            row = touched[j]
            value = worth[row]
            worth[row] = 0
            if 0 < value < _MOST and (all_fit or fits[row]) and not (past_only and days[row] > own_day):
                rows[n], plain[n] = row, value + constant[kind[row]]
                n += 1
        if not n:
            continue
        if not math.isnan(own_day):
            bound, m = without_day_of(reached_by(plain[:n], count), time, spoken), n
            n = 0
            for j in range(m):
                if plain[j] >= bound:
                    apart = abs(own_day - days[rows[j]])
                    near = np.float32(undated)
                    if apart < _TABLE / _FINE - 1:
                        near = fine[int(apart * _FINE + 0.5)]
                    elif not math.isnan(apart):
                        near = whole[int(min(apart, _TABLE - 1))]
                    counts = related[min(int(max(plain[j], 0) * _FINE), _TABLE - 1)]
                    rows[n], plain[n] = rows[j], plain[j] + np.float32(time) * near * counts
                    n += 1
        bound, m = reached_by(plain[:n], count), n
        n = 0
        for j in range(m):
            row = rows[j]
            if plain[j] >= bound and row != own and not (collapse and duplicate_of[row] == duplicate_of[own]):
                other, product = vectors[row], np.int32(0)
                for d in range(len(other)):
                    product += own_vector[d] * np.int32(other[d])
                rows[n], plain[n] = row, plain[j] + of_meaning[kind[row]] * product
                n += 1
        if not n:
            continue
        bound, m = reached_by(plain[:n], kept), n
        n = 0
        for j in range(m):
            if plain[j] >= bound and n < best.shape[1]:
                best[i, n] = rows[j]
                n += 1
        sizes[i] = n
    return best, sizes


@compiled
def distinct_pairs(
    of: Ints, rows: Ints, asking: Ints, own_days: Numbers, days: Numbers, fits: Mask, duplicate_of: NDArray[np.int32],
    collapse: bool, past_only: bool,
) -> tuple[Ints, Ints]:  # fmt: skip
    """The different pairs of ``of`` (p,) and ``rows`` (p,) that fit, ascending by both."""
    begin = np.zeros(len(asking) + 1, dtype=np.int64)
    for p in range(len(of)):
        begin[of[p] + 1] += 1
    for i in range(len(asking)):
        begin[i + 1] += begin[i]
    place, grouped = begin[:-1].copy(), np.empty(len(rows), dtype=np.int64)
    for p in range(len(of)):
        grouped[place[of[p]]] = rows[p]
        place[of[p]] += 1
    distinct_of, distinct_rows, n = np.empty(len(of), dtype=np.int64), np.empty(len(of), dtype=np.int64), 0
    for i in range(len(asking)):
        own, last = asking[i], -1
        for row in np.sort(grouped[begin[i] : begin[i + 1]]):
            if row != last:
                other = fits[row] and row != own and not (collapse and duplicate_of[row] == duplicate_of[own])
                if other and not (past_only and days[row] > own_days[i]):
                    distinct_of[n], distinct_rows[n] = i, row
                    n += 1
            last = row
    return distinct_of[:n], distinct_rows[:n]
