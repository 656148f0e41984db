"""The vectors that topics are formed on: an article's words, its curated topics, and the lists that editors put it in.

Headlines of one subject often share no word. What people have said of them joins them all the same: the curated topics
that an editor described, and the related lists, where a page stands beside what belongs to it (docs/topics.md
says what each part is worth).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..arrays.kernels import Floats, unit_rows
from ..arrays.row_file import Rows, stored
from ..index.links import Links

_MEANING = 1.5  # length of the meaning's part beside that of the co-occurrence vectors
_CURATED = 1.0  # length of the curated topics' part beside that of the words
_LISTS = 0.6  # weight of the neighbours that an article has in editors' lists
_BLOCK = 8192
_STEPS = 3  # how far along the lists that reaches


def fused(cooccurrence: Rows, meaning: Rows, originals: NDArray[np.int64]) -> Rows:
    """(n, d + m) unit rows from word vectors of the corpus (n, d) and of an encoder (n, m).

    What all ``originals`` have in common tells none of them apart: the encoder's mean over them is taken off.
    """
    if not len(originals):
        return cooccurrence
    mean = _mean(meaning, originals)
    spans = (slice(start, start + _BLOCK) for start in range(0, len(cooccurrence), _BLOCK))
    return stored((_beside(cooccurrence[span], meaning[span], mean) for span in spans), len(cooccurrence))


def _mean(rows: Rows, places: NDArray[np.int64]) -> Floats:
    """(m,) of the rows (n, m) at some ``places``, added one to the other in their order."""
    total = np.zeros((1, rows.shape[1]), dtype=np.float32)
    for start in range(0, len(places), _BLOCK):
        total = np.concatenate([total, rows[places[start : start + _BLOCK]]]).sum(axis=0, keepdims=True)
    return np.asarray((total[0].astype(np.float64) / len(places)).astype(np.float32))


def _beside(cooccurrence: Floats, meaning: Floats, mean: Floats) -> Floats:
    known = np.abs(meaning).sum(axis=1, keepdims=True) > 0
    centred = unit_rows(np.where(known, meaning - mean, 0))
    return unit_rows(np.hstack([cooccurrence, _MEANING * centred]))


def smoothed(words: Rows, curated: Floats, links: Links, duplicate_of: NDArray[np.int32]) -> Rows:
    """(n, d + m) unit rows from ``words`` (n, d) unit rows and ``curated`` (n, m) strengths in 0..1.

    Each row becomes, ``_STEPS`` times, the mean of itself and of the rows that it is linked with (label
    spreading, Zhou et al. 2004); a near-copy's lists count for its original. Rows of which nothing is known
    are zero.
    """
    neighbours = _list_neighbours(links, duplicate_of)
    if not curated.shape[1] and not neighbours.nnz:
        return words
    own = words[:]
    if curated.shape[1]:
        own = unit_rows(np.hstack([own, _CURATED * unit_rows(curated)]))
    if not neighbours.nnz:
        return own
    share = np.asarray(neighbours.sum(axis=1), dtype=np.float32)[:, None]
    spread = own
    for _ in range(_STEPS):
        spread = unit_rows((1 - share) * own + np.asarray(neighbours @ spread, dtype=np.float32))
    return spread


def _list_neighbours(links: Links, duplicate_of: NDArray[np.int32]) -> sparse.csr_matrix:
    """(n, n) float32: what each row takes from those that list it or that it lists, ``_LISTS`` in all at most.

    A list that holds a large share of all articles says little of them: its weight is 1 - sqrt(that share).
    """
    count = len(duplicate_of)
    sizes = np.diff(links.listed_start)
    sources = duplicate_of[np.repeat(np.arange(count), sizes)]
    targets = duplicate_of[links.listed]
    telling = np.repeat(1 - np.sqrt(sizes / max(count, 1)), sizes).astype(np.float32)
    apart = sources != targets
    pairs = (sources[apart], targets[apart])
    one_way = sparse.csr_matrix((telling[apart], pairs), shape=(count, count))
    both = one_way.maximum(one_way.T).tocsr()
    degree = np.diff(both.indptr)
    return (sparse.diags_array((_LISTS / np.maximum(degree, 1)).astype(np.float32)) @ both).tocsr()
