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
        return _unit_block(rows)
    unit = np.empty_like(rows, dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):  # several float64 copies of all rows would take gigabytes
        unit[start : start + _BLOCK] = _unit_block(rows[start : start + _BLOCK])
    return unit


def _unit_block(rows: NDArray[np.floating]) -> Floats:
    wide = np.asarray(rows, dtype=np.float64)
    length = np.sqrt((wide * wide).sum(axis=-1, keepdims=True))
    return (wide / np.where(length == 0, 1, length)).astype(np.float32)


def dots(rows: NDArray[np.floating] | NDArray[np.bool_], vector: NDArray[np.floating]) -> Floats:
    """The products of ``rows`` (n, d) with ``vector`` (d,), (n,), in one thread.

    Not by ``@``: BLAS starts threads even for a small product, and those of simultaneous queries wait for one another.
    Raises FloatingPointError if a product is not finite.
    """
    return finite(np.einsum("ij,j->i", rows, vector)).astype(np.float32, copy=False)


def finite(products: NDArray[_Kind]) -> NDArray[_Kind]:
    """``products``. Raises FloatingPointError if one is not finite, as only damaged rows give."""
    if not np.isfinite(products).all():
        raise FloatingPointError("a product is not finite")
    return products


def stretches(starts: Ints, sizes: Ints) -> Ints:
    """Positions of consecutive stretches, one after the other: ``sizes`` (m,) of them from each of ``starts`` (m,)."""
    ends = np.cumsum(sizes)
    positions = np.repeat(starts - ends + sizes, sizes).astype(np.int64, copy=False)
    positions += np.arange(len(positions))
    return positions


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
    """(n,) float32 that are almost all zero: entry ``i`` is ``value[number[i]]``.

    ``value`` (m + 1,) begins with 0. ``number`` (n,) has one byte an entry up to 255 values, so it fits the CPU cache.
    """

    number: NDArray[np.unsignedinteger[Any]]
    value: Floats

    @classmethod
    def of(cls, size: int, positions: Ints, values: Floats) -> Scattered:
        """From ``values`` (m,) at distinct ``positions`` (m,) among ``size`` entries."""
        number = np.zeros(size, dtype=np.min_scalar_type(len(positions)))
        number[positions] = np.arange(1, len(positions) + 1)
        return cls(number, np.concatenate([np.zeros(1, dtype=np.float32), values]))

    def take(self, positions: NDArray[np.integer]) -> Floats:
        return self.value.take(self.number.take(positions))


def top_k(scores: NDArray[np.floating], k: int, allowed: NDArray[np.bool_] | None = None) -> Ints:
    """Indices of the ``k`` highest finite scores, best first; equal scores in order of index.

    ``scores`` (n,), ``allowed`` (n,) bool. Returns at most ``k`` indices; fewer where fewer are allowed.
    """
    candidates = np.flatnonzero(np.isfinite(scores) if allowed is None else allowed & np.isfinite(scores))
    if k <= 0 or not len(candidates):
        return np.empty(0, dtype=np.int64)
    values = scores[candidates]
    if k < len(candidates):
        selected = values >= kth_highest(values, k)
        candidates, values = candidates[selected], values[selected]
    order = np.argsort(-values, kind="stable")
    return candidates[order[:k]].astype(np.int64, copy=False)


def highest(scores: NDArray[np.floating], k: int) -> Ints:
    """Indices of the ``k`` highest of finite ``scores`` (n,), ascending; of equal ones the first."""
    if k >= len(scores):
        return np.arange(len(scores))
    if k <= 0:
        return np.empty(0, dtype=np.int64)
    top = np.flatnonzero(scores >= (lowest := kth_highest(scores, k)))
    if len(top) > k:  # too many rows share the lowest score that counts
        last = np.flatnonzero(scores[top] == lowest)
        top = np.delete(top, last[k - len(top) :])
    return top


def best_columns(values: NDArray[np.floating], count: int) -> Ints:
    """(b, count) columns of the highest in each row of ``values`` (b, m), best first; of equal ones the first.

    ``values`` are overwritten: ``argmax`` again and again is ten times as fast as partitioning a row.
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
    """The distinct ``values`` (m,), ascending. As ``np.unique``, which imports numpy.ma for 20 ms."""
    ordered = np.sort(values, kind="stable")  # most inputs are ascending runs, which this merges
    return ordered[firsts(ordered)].astype(np.int64, copy=False)


def common(one: NDArray[_Kind], other: NDArray[_Kind]) -> NDArray[_Kind]:
    """The values in both, ascending; each input ascends without repeats. The shorter is looked up in the longer."""
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
    each of ``others`` (any order). ``diversity`` 0 keeps the given order, 1 counts dissimilarity alone.
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
