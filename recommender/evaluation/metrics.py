"""Measures of ranked answers and of scores, over plain arrays: numpy alone, no model and no corpus.

``ranks`` are those of one question's right answers: (m,) float64, 1 is first, inf where it cannot be answered.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..versions.quality import Bin, Interval, Reliability

Reals = NDArray[np.float64]
RESAMPLES = 1000
_LOT = 1 << 22  # numbers of one lot of resamples
_OUTER = (2.5, 97.5)  # percentiles of an interval


def recall(ranks: Reals, k: int) -> float:
    """The share of the right answers that stand among the first ``k``."""
    return float((ranks <= k).mean())


def hit(ranks: Reals, k: int) -> float:
    """1 if any right answer stands among the first ``k``, else 0."""
    return float((ranks <= k).any())


def reciprocal_rank(ranks: Reals) -> float:
    """1 / rank of the best right answer; its mean over questions is the MRR."""
    return float(1 / ranks.min())


def ndcg(ranks: Reals, k: int) -> float:
    """Normalised discounted cumulative gain at ``k`` with gains of 1 (Järvelin & Kekäläinen 2002)."""
    gained = (1 / np.log2(1 + ranks[ranks <= k])).sum()
    best = (1 / np.log2(1 + np.arange(1, min(k, len(ranks)) + 1))).sum()
    return float(gained / best)


def bootstrap(totals: Reals, counts: Reals, *, seed: int, resamples: int = RESAMPLES) -> list[Interval]:
    """Ratios sum(totals) / sum(counts) with percentile intervals (Efron 1979), questions drawn with replacement.

    ``totals`` (q, m) and ``counts`` (q, m) or (q, 1): what each question adds to each of ``m`` measures. With
    counts of 1 the ratio is a mean over questions. Measures of one call share their draws.
    """
    questions, measures = totals.shape
    weights = np.broadcast_to(counts, totals.shape)
    value = _ratios(totals.sum(axis=0), weights.sum(axis=0))
    if not questions:
        return [Interval(np.nan, np.nan, np.nan)] * measures
    random = np.random.default_rng(seed)
    drawn = []
    lot = max(1, _LOT // questions)
    for start in range(0, resamples, lot):
        size = (min(lot, resamples - start), questions)
        times = random.multinomial(questions, np.full(questions, 1 / questions), size=size[0]).astype(np.float64)
        drawn.append(_ratios(times @ totals, times @ weights))
    draws = np.concatenate(drawn)
    intervals = []
    for i in range(measures):
        values = draws[:, i][~np.isnan(draws[:, i])]
        low, high = np.percentile(values, _OUTER) if len(values) else (np.nan, np.nan)
        intervals.append(Interval(float(value[i]), float(low), float(high)))
    return intervals


def _ratios(totals: Reals, weights: Reals) -> Reals:
    return np.asarray(np.divide(totals, weights, out=np.full(totals.shape, np.nan), where=weights > 0))


def reliability(scores: Reals, right: NDArray[np.bool_], bins: int = 10) -> Reliability:
    """The reliability table of ``scores`` (p,) in 0..1 against what is ``right`` (p,)."""
    if not len(scores):
        return Reliability()
    bin_of = np.minimum((scores * bins).astype(np.int64), bins - 1)
    filled = []
    for at in np.unique(bin_of).tolist():
        inside = bin_of == at
        mean, share = float(scores[inside].mean()), float(right[inside].mean())
        filled.append(Bin(at / bins, (at + 1) / bins, int(inside.sum()), mean, share))
    error = sum(b.pairs * abs(b.score - b.right) for b in filled) / len(scores)
    return Reliability(tuple(filled), float(np.mean((scores - right) ** 2)), float(error))


def adjusted_rand(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Agreement of two groupings of the same things, 0 by chance, 1 the same (Hubert & Arabie 1985)."""
    if not len(one):
        return float("nan")
    _, left = np.unique(one, return_inverse=True)
    _, right = np.unique(other, return_inverse=True)
    _, both = np.unique(left * (right.max() + 1) + right, return_counts=True)
    pairs = [float((n * (n - 1) / 2).sum()) for n in (both, np.bincount(left), np.bincount(right))]
    all_pairs = len(one) * (len(one) - 1) / 2
    chance = pairs[1] * pairs[2] / all_pairs if all_pairs else 0.0
    ceiling = (pairs[1] + pairs[2]) / 2
    return 1.0 if ceiling == chance else float((pairs[0] - chance) / (ceiling - chance))
