"""Numpy kernels: unit rows, the best k, and a diverse selection."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
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
    wait for one another. Raises FloatingPointError where one is not finite: unit rows give none, damaged ones do.
    """
    found = np.einsum("ij,j->i", rows, vector)
    if not np.isfinite(found).all():
        raise FloatingPointError("a product is not finite")
    return np.asarray(found, dtype=np.float32)


def stretches(starts: Ints, sizes: Ints) -> Ints:
    """The places of consecutive stretches, ``sizes`` (m,) from each of ``starts`` (m,) on."""
    before = np.cumsum(sizes) - sizes
    return np.asarray(np.repeat(starts - before, sizes) + np.arange(int(sizes.sum())), dtype=np.int64)


def top_k(scores: NDArray[np.floating], k: int, allowed: NDArray[np.bool_] | None = None) -> Ints:
    """Indices of the ``k`` highest finite scores, best first; equal scores in order of index.

    ``scores`` (n,), ``allowed`` (n,) bool. Returns at most ``k`` indices; fewer where fewer are allowed.
    """
    candidates = np.flatnonzero(np.isfinite(scores) if allowed is None else allowed & np.isfinite(scores))
    if k <= 0 or not len(candidates):
        return np.empty(0, dtype=np.int64)
    values = scores[candidates]
    if k < len(candidates):
        least = np.partition(values, len(values) - k)[len(values) - k]
        kept = values >= least
        candidates, values = candidates[kept], values[kept]
    order = np.lexsort((candidates, -values))
    return candidates[order[:k]].astype(np.int64)


def distinct(values: Ints) -> Ints:
    """The different ones of ``values`` (m,), ascending. As ``np.unique``, which loads numpy.ma for 20 ms."""
    ordered = np.sort(values)
    fresh = np.ones(len(ordered), dtype=bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    return ordered[fresh].astype(np.int64)


def diverse(
    relevance: NDArray[np.floating],
    cosine: Callable[[int, Ints], NDArray[np.floating]],
    k: int,
    diversity: float,
) -> list[int]:
    """Positions of ``k`` candidates by maximal marginal relevance (Carbonell & Goldstein 1998).

    ``relevance`` (m,) is best first; ``likeness(i, others)`` gives candidate ``i``'s similarity in 0..1 to
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
