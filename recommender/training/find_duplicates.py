"""Finds near-copies: the same wire text under two headlines that hardly differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..arrays.kernels import Floats, Ints, firsts, stretches
from ..arrays.strings import StringArray
from ..ranking.duplicates import by_cosine, may_be_copies

_PROBES = 4  # rarest shared terms by which a headline looks for its copies
_CROWD = 60  # a term of more headlines than this looks among its first ones only
_BANDS = 64  # in which the terms of a headline fall by a hash: the lengths of two in each say how alike they can be
_FACTOR = np.uint32(0x9E3779B1)
_ROOM = 1e-3  # of the lengths, which are rounded up
_BLOCK = 16_384  # headlines that look for their copies at a time, or pairs that are compared


def find_duplicates(
    keys: Sequence[str] | StringArray, titles: sparse.csr_matrix, order: Ints, threshold: float
) -> NDArray[np.int32]:
    """For each article the row of which it is a near-copy: itself, or an article earlier in ``order``.

    ``keys`` (n,) by ``copy_key``, equal for exact copies; ``titles`` (n, v) unit TF-IDF rows. Linear in n: a
    headline is compared only to those that share one of its rarest terms, and of these to those that can be alike by
    the lengths of both in each band of terms.
    """
    stored = keys if isinstance(keys, StringArray) else StringArray.of(keys)
    duplicate_of = _by_key(stored, order)
    sizes = np.diff(titles.indptr)
    originals = order[(duplicate_of[order] == order) & (sizes[order] > 0)]
    earlier = _nearest_earlier(originals, stored, titles, threshold)
    return by_cosine(duplicate_of, list(earlier), earlier)


def _by_key(keys: StringArray, order: Ints) -> NDArray[np.int32]:
    """(n,) for each article the first in ``order`` with the same key; itself where the key is empty."""
    duplicate_of = np.arange(len(keys), dtype=np.int32)
    hashed = np.fromiter((hash(keys.raw(row)) for row in order.tolist()), dtype=np.int64, count=len(order))
    by_hash = np.argsort(hashed, kind="stable")  # those of one hash in their order
    first = np.maximum.accumulate(np.where(firsts(hashed[by_hash]), np.arange(len(by_hash)), 0))
    again = np.flatnonzero(first != np.arange(len(by_hash)))
    leaders: dict[bytes, int] = {}  # of what is alike by its hash alone, the first of each
    for at, start in zip(again.tolist(), first[again].tolist(), strict=True):
        row, leader = int(order[by_hash[at]]), int(order[by_hash[start]])
        if key := keys.raw(row):
            leaders.setdefault(keys.raw(leader), leader)
            duplicate_of[row] = leaders.setdefault(key, row)
    return duplicate_of


class _Probes(NamedTuple):
    """The rarest terms of m headlines: entries by term, those of one by headline. ``headline`` (e,) of each; where the
    entries of its term begin, ``start`` (e,); and how many of them are before it, ``_CROWD`` at most, ``before``."""

    headline: NDArray[np.int32]
    start: NDArray[np.int32]
    before: NDArray[np.int32]

    @classmethod
    def of(cls, originals: Ints, titles: sparse.csr_matrix) -> _Probes:
        spread = np.bincount(titles.indices, minlength=titles.shape[1])
        parts = [_rarest(originals[at : at + _BLOCK], titles, spread, at) for at in range(0, len(originals), _BLOCK)]
        headline, term = (np.concatenate([pair[side] for pair in parts]) for side in (0, 1)) if parts else ([], [])
        headline, term = np.asarray(headline, dtype=np.int32), np.asarray(term, dtype=np.int32)
        order = np.argsort(term, kind="stable")
        begins = firsts(term[order])
        start = np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0)).astype(np.int32)
        before = np.minimum(np.arange(len(order), dtype=np.int32) - start, _CROWD)
        return cls(headline[order], start, before)

    def pairs(self) -> Iterator[tuple[Ints, Ints]]:
        """(later, earlier) headlines that share one of the later or earlier one's rarest terms, each pair once."""
        order = np.argsort(self.headline, kind="stable")
        count = int(self.headline.max(initial=-1)) + 1
        ends = np.searchsorted(self.headline[order], np.arange(0, count + _BLOCK, _BLOCK))
        for first, last in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            entries = order[first:last]
            entries = entries[self.before[entries] > 0]
            sizes = self.before[entries].astype(np.int64)
            others = self.headline[stretches(self.start[entries].astype(np.int64), sizes)]
            later = np.repeat(self.headline[entries].astype(np.int64), sizes)
            pair = np.unique(later * count + others)
            yield pair // count, pair % count


def _rarest(rows: Ints, titles: sparse.csr_matrix, spread: Ints, first: int) -> tuple[Ints, NDArray[np.int32]]:
    """The rarest terms of each of some headlines that another one has, and the headlines, numbered from ``first``."""
    begin = titles.indptr[rows].astype(np.int64)
    sizes = titles.indptr[rows + 1] - begin
    terms, owner = titles.indices[stretches(begin, sizes)], np.repeat(np.arange(len(rows)), sizes)
    shared = spread[terms] > 1
    terms, owner = terms[shared], owner[shared]
    order = np.lexsort((terms, spread[terms], owner))
    terms, owner = terms[order], owner[order]
    number = np.arange(len(owner)) - np.maximum.accumulate(np.where(firsts(owner), np.arange(len(owner)), 0))
    chosen = number < _PROBES
    return owner[chosen] + first, terms[chosen]


def _nearest_earlier(
    originals: Ints, keys: StringArray, titles: sparse.csr_matrix, threshold: float
) -> dict[int, list[int]]:
    """For each original that has some the earlier ones at least that alike, the most alike first; in order."""
    by_row: dict[int, list[tuple[float, int]]] = defaultdict(list)
    bands = _bands(titles)
    for later, earlier in _Probes.of(originals, titles).pairs():
        for start in range(0, len(later), _BLOCK):
            a, b = later[start : start + _BLOCK], earlier[start : start + _BLOCK]
            # Pairs whose upper bound is below the threshold need no cosine.
            can = _at_most(bands, originals[a], originals[b]) >= threshold - 1e-6
            a, b = a[can], b[can]
            cosine = np.asarray(titles[originals[a]].multiply(titles[originals[b]]).sum(axis=1)).ravel()
            for i in np.flatnonzero(cosine >= threshold - 1e-6).tolist():
                if may_be_copies(keys[int(originals[a[i]])], keys[int(originals[b[i]])]):
                    by_row[int(a[i])].append((round(-float(cosine[i]), 6), int(b[i])))
    return {int(originals[at]): [int(originals[other]) for _, other in sorted(by_row[at])] for at in sorted(by_row)}


def _bands(titles: sparse.csr_matrix) -> NDArray[np.uint8]:
    """(n, ``_BANDS``) the length of each row in each band, in steps of 1 / 255, rounded up."""
    band = (np.arange(titles.shape[1], dtype=np.uint32) * _FACTOR >> np.uint32(16)) % np.uint32(_BANDS)
    lengths = np.zeros((titles.shape[0], _BANDS), dtype=np.uint8)
    for first in range(0, len(lengths), _BLOCK):
        start = titles.indptr[first : first + _BLOCK + 1]
        span = slice(int(start[0]), int(start[-1]))
        cell = np.repeat(np.arange(len(start) - 1) * _BANDS, np.diff(start)) + band[titles.indices[span]]
        squares = np.bincount(cell, titles.data[span].astype(np.float64) ** 2, (len(start) - 1) * _BANDS)
        steps = np.ceil(np.sqrt(squares) * 255 * (1 + _ROOM))
        lengths[first : first + _BLOCK] = np.minimum(steps, 255).reshape(-1, _BANDS)
    return lengths


def _at_most(bands: NDArray[np.uint8], left: Ints, right: Ints) -> Floats:
    """(p,) what the cosine of each pair of rows is at most, by Cauchy and Schwarz in each band."""
    products = np.einsum("ij,ij->i", bands[left], bands[right], dtype=np.float32, casting="unsafe")
    return np.asarray(products / np.float32(255 * 255))
