"""Numpy kernels: unit rows, the best k, and a diverse selection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_Kind = TypeVar("_Kind", bound=np.generic)
_BLOCK = 8192


def unit_rows(rows: NDArray[np.floating]) -> Floats:
    """Rows scaled to Euclidean length 1; a zero row stays zero. (n, d) or (d,) -> float32 of that shape."""
    if rows.ndim == 1 or len(rows) <= _BLOCK:
        return _unit(rows)
    unit = np.empty_like(rows, dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):  # twice as wide, and in several copies, they are many gigabytes
        unit[start : start + _BLOCK] = _unit(rows[start : start + _BLOCK])
    return unit


def _unit(rows: NDArray[np.floating]) -> Floats:
    wide = np.asarray(rows, dtype=np.float64)
    length = np.sqrt((wide * wide).sum(axis=-1, keepdims=True))
    return (wide / np.where(length == 0, 1, length)).astype(np.float32)


def dots(rows: NDArray[np.floating] | NDArray[np.bool_], vector: NDArray[np.floating]) -> Floats:
    """The products of ``rows`` (n, d) with ``vector`` (d,), (n,), in one thread.

    Not by ``@``: BLAS spreads even a small product over threads of its own, and those of several questions at a time
    wait for one another. Raises FloatingPointError where one is not finite.
    """
    return finite(np.einsum("ij,j->i", rows, vector)).astype(np.float32, copy=False)


def finite(products: NDArray[_Kind]) -> NDArray[_Kind]:
    """``products``. Raises FloatingPointError where one is not finite: those of unit rows are, of damaged ones not."""
    if not np.isfinite(products).all():
        raise FloatingPointError("a product is not finite")
    return products


def stretches(starts: Ints, sizes: Ints) -> Ints:
    """The places of consecutive stretches, ``sizes`` (m,) from each of ``starts`` (m,) on."""
    ends = np.cumsum(sizes)
    places = np.repeat(starts - ends + sizes, sizes).astype(np.int64, copy=False)
    places += np.arange(len(places))
    return places


def sums_of(values: NDArray[np.floating], sizes: Ints) -> NDArray[np.float64]:
    """(m,) sums of consecutive stretches of ``values``, ``sizes`` (m,) of them each; 0 of an empty one."""
    starts = np.cumsum(sizes) - sizes
    if len(sizes) and sizes.all():
        return np.add.reduceat(values, starts, dtype=np.float64)
    total, filled = np.zeros(len(sizes)), np.flatnonzero(sizes)
    if len(filled):
        total[filled] = np.add.reduceat(values, starts[filled], dtype=np.float64)
    return total


class Scattered(NamedTuple):
    """(n,) float32, zero but at few places: ``value`` (m + 1,), zero first, by its ``number`` (n,), a byte where there
    are no more than 255. Read at thousands of places it stays near at hand, where all n values would not."""

    number: NDArray[np.unsignedinteger[Any]]
    value: Floats

    @classmethod
    def of(cls, size: int, places: Ints, values: Floats) -> Scattered:
        """Of ``values`` (m,) at different ``places`` (m,)."""
        number = np.zeros(size, dtype=np.min_scalar_type(len(places)))
        number[places] = np.arange(1, len(places) + 1)
        return cls(number, np.concatenate([np.zeros(1, dtype=np.float32), values]))

    def take(self, places: NDArray[np.integer]) -> Floats:
        return self.value.take(self.number.take(places))


def top_k(scores: NDArray[np.floating], k: int, allowed: NDArray[np.bool_] | None = None) -> Ints:
    """Indices of the ``k`` highest finite scores, best first; equal scores in order of index.

    ``scores`` (n,), ``allowed`` (n,) bool. Returns at most ``k`` indices; fewer where fewer are allowed.
    """
    candidates = np.flatnonzero(np.isfinite(scores) if allowed is None else allowed & np.isfinite(scores))
    if k <= 0 or not len(candidates):
        return np.empty(0, dtype=np.int64)
    values = scores[candidates]
    if k < len(candidates):
        kept = values >= kth_highest(values, k)
        candidates, values = candidates[kept], values[kept]
    order = np.argsort(-values, kind="stable")
    return candidates[order[:k]].astype(np.int64, copy=False)


def highest(scores: NDArray[np.floating], k: int) -> Ints:
    """Indices of the ``k`` highest of finite ``scores`` (n,), ascending; of equal ones the first."""
    if k >= len(scores):
        return np.arange(len(scores))
    if k <= 0:
        return np.empty(0, dtype=np.int64)
    kept = np.flatnonzero(scores >= (least := kth_highest(scores, k)))
    if len(kept) > k:  # of those that are equal to the last one there are too many
        last = np.flatnonzero(scores[kept] == least)
        kept = np.delete(kept, last[k - len(kept) :])
    return kept


def best_columns(values: NDArray[np.floating], count: int) -> Ints:
    """(b, count) the places of the highest of each row of ``values`` (b, m), best first, the first of equal ones.

    ``values`` are overwritten: to look for the highest again and again is ten times as fast as to part a row.
    """
    rows, best = np.arange(len(values)), np.empty((len(values), count), dtype=np.int64)
    for at in range(count):
        best[:, at] = values.argmax(axis=1)
        values[rows, best[:, at]] = -np.inf
    return best


def kth_highest(values: NDArray[np.floating], k: int) -> Any:
    """The ``k``-th highest of ``values``."""
    return np.partition(values, len(values) - k)[len(values) - k]


def distinct(values: Ints) -> Ints:
    """The different ones of ``values`` (m,), ascending. As ``np.unique``, which loads numpy.ma for 20 ms."""
    ordered = np.sort(values, kind="stable")  # most are made of runs that ascend, which this merges
    return ordered[firsts(ordered)].astype(np.int64, copy=False)


def common(one: NDArray[_Kind], other: NDArray[_Kind]) -> NDArray[_Kind]:
    """What both hold, ascending; each ascends and holds nothing twice. The shorter one is looked up in the longer."""
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    if not len(few):
        return few
    there: NDArray[np.bool_] = many.take(many.searchsorted(few), mode="clip") == few
    return few[there]


def firsts(ordered: NDArray[np.integer]) -> NDArray[np.bool_]:
    """(m,) which of ``ordered`` (m,) are the first of equal ones."""
    fresh = np.empty(len(ordered), dtype=bool)
    fresh[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return fresh


def diverse(
    relevance: NDArray[np.floating], cosine: Callable[[int, Ints], NDArray[np.floating]], k: int, diversity: float
) -> list[int]:
    """Positions of ``k`` candidates by maximal marginal relevance (Carbonell & Goldstein 1998).

    ``relevance`` (m,) is best first; ``cosine(i, others)`` gives candidate ``i``'s similarity in 0..1 to
    each of ``others`` (any order). ``diversity`` 0 keeps the given order, 1 looks at unlikeness alone.
    """
    if diversity <= 0:
        return list(range(min(k, len(relevance))))
    chosen: list[int] = []
    nearest = np.zeros(len(relevance))
    left = np.arange(len(relevance))
    while len(chosen) < k and len(left):
        gain = (1 - diversity) * relevance[left] - diversity * nearest[left]
        pick = int(left[int(np.argmax(gain))]) if chosen else 0
        chosen.append(pick)
        left = left[left != pick]
        if len(left):
            nearest[left] = np.maximum(nearest[left], cosine(pick, left))
    return chosen
