"""Finds near-copies: the same wire text under two headlines that hardly differ."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..ranking.duplicates import by_cosine, by_key, numbers_agree

_PROBES = 4  # rarest shared terms by which a headline looks for its copies
_CROWD = 60  # a term of more headlines than this looks among its first ones only


def find_duplicates(
    keys: Sequence[str], titles: sparse.csr_matrix, order: NDArray[np.int64], least: float
) -> NDArray[np.int32]:
    """For each article the row of which it is a near-copy: itself, or an article earlier in ``order``.

    ``keys`` (n,) title keys, equal for exact copies; ``titles`` (n, v) unit TF-IDF rows. Linear in n: a
    headline is compared only to those that share one of its rarest terms.
    """
    duplicate_of = by_key(keys, order)
    originals = [
        row for row in order.tolist() if duplicate_of[row] == row and titles.indptr[row + 1] > titles.indptr[row]
    ]
    return by_cosine(duplicate_of, originals, _nearest_earlier(originals, keys, titles, least))


def _nearest_earlier(
    originals: list[int], keys: Sequence[str], titles: sparse.csr_matrix, least: float
) -> dict[int, list[int]]:
    """For each original the earlier ones at least that alike, the most alike first."""
    earlier: dict[int, list[tuple[float, int]]] = defaultdict(list)
    left, right = _pairs(originals, titles)
    for start in range(0, len(left), 100_000):
        a, b = left[start : start + 100_000], right[start : start + 100_000]
        cosine = np.asarray(titles[a].multiply(titles[b]).sum(axis=1)).ravel()
        for i in np.flatnonzero(cosine >= least - 1e-6):
            if numbers_agree(keys[int(a[i])], keys[int(b[i])]):
                earlier[int(a[i])].append((-float(cosine[i]), int(b[i])))
    rank = {row: at for at, row in enumerate(originals)}
    return {
        row: [other for _, other in sorted(earlier.get(row, ()), key=lambda f: (round(f[0], 6), rank[f[1]]))]
        for row in originals
    }


def _pairs(originals: list[int], titles: sparse.csr_matrix) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(later, earlier) rows that share one of the later or earlier one's rarest terms, each pair once."""
    spread = np.bincount(titles.indices, minlength=titles.shape[1])
    holders: dict[int, list[int]] = defaultdict(list)
    left, right = array("q"), array("q")
    for row in originals:
        terms = titles.indices[titles.indptr[row] : titles.indptr[row + 1]]
        shared = terms[spread[terms] > 1]
        rarest = shared[np.lexsort((shared, spread[shared]))][:_PROBES]
        near: set[int] = set()
        for term in rarest.tolist():
            others = holders[term]
            near.update(others)
            if len(others) < _CROWD:
                others.append(row)
        left.extend([row] * len(near))
        right.extend(sorted(near))
    return np.frombuffer(left, dtype=np.int64), np.frombuffer(right, dtype=np.int64)
