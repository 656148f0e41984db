"""How high the candidates of a question stand that are hardly right any more: what a logit is measured against."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .features import PAGE

# Bounds of the background, by kind of query.
_LEAST, _MOST = (15.0, 15.0, 40.0, 15.0, 15.0), (65.0, 65.0, 85.0, 170.0, 65.0)
_NEXT, _LAST = 10, 50  # candidates between which it lies
KNOWN = 100  # articles from which the background is known
_THOUSANDS = 2_000  # articles from which a low background is no sign of a small archive
_SMALL = (15.0, 15.0, 40.0, 15.0, 15.0)  # how far below that a background lies in archives of a few dozen articles
_POWER = 2.0  # of how far, where a page asks: it shares something with most
_FAR = 60.0  # logit above the background from which more says nothing new


def background(logits: NDArray[np.float64], articles: int = 0) -> float:
    """How high the candidates of a question stand that are hardly right any more: the mean of the 11th to the 50th.

    Where all is alike a logit says less than where one stands out. ``logits`` (m,) best first; the rest of so many
    ``articles`` shares nothing and stands at 0. Where there are none but these, of fewer than eleven the last stands
    for them.
    """
    behind = logits[_NEXT:_LAST]
    count = max(len(behind), min(articles, _LAST) - _NEXT)
    return float(behind.sum() / count) if count > 0 else float(logits[-1]) if len(logits) else 0.0


def bounded(level: NDArray[np.float64] | np.float64, query: int) -> NDArray[np.float64]:
    """(m,) backgrounds within the bounds of a kind of query: at least what other fields reach in any archive, for few
    candidates say little of that, and no more than a dense archive has: fifty retellings of one event are no reason to
    think less of each."""
    return np.asarray(np.clip(level, _LEAST[query], _MOST[query]))


def below_least(level: NDArray[np.float64] | np.float64, query: int, articles: int) -> NDArray[np.float64]:
    """(m,) 0..1: how far backgrounds lie below the least bound of a kind of query.

    Where a headline asks fewer ``articles`` than ``KNOWN``, by their number: a dozen say little of what is alike.
    Where a page asks ``_THOUSANDS`` of them not at all, and half as many and more by their number: there whole articles
    that share little are no sign of few."""
    low = np.clip((_LEAST[query] - level) / _SMALL[query], 0, 1)
    if query == PAGE:
        return np.asarray(low**_POWER * min(1.0, max(0.0, 2 - 2 * articles / _THOUSANDS)))
    return np.asarray(low * min(1.0, articles / KNOWN))


def gap(plain: NDArray[np.float64], level: NDArray[np.float64] | float | None = None) -> NDArray[np.float64]:
    """(m,) 0..1: how far each candidate stands above the background of its question. ``plain`` (m,) any order.

    ``level`` (m,) are the backgrounds where the candidates are of several questions."""
    behind = background(np.sort(plain)[::-1]) if level is None else level
    return np.minimum(np.maximum((plain - behind) / _FAR, 0), 1)


def sigmoid(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """1 / (1 + exp(-x)), without overflow."""
    wide = np.minimum(np.maximum(np.asarray(logits, dtype=np.float64), -60), 60)
    return np.asarray(1.0 / (1.0 + np.exp(-wide)), dtype=np.float64)
