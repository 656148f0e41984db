"""The vectors for topic clustering: an article's words, its curated topics, and editors' related lists.

Headlines of one subject often share no word. Curated topics and related lists connect them all the same (docs/topics.md
measures each part).
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
_STEPS = 3  # iterations of label spreading


def fused(cooccurrence: Rows, meaning: Rows, originals: NDArray[np.int64]) -> Rows:
    """(n, d + m) unit rows from word vectors of the corpus (n, d) and of an encoder (n, m).

    The encoder's mean over the ``originals`` is subtracted: what all have in common separates nothing.
    """
    if not len(originals):
        return cooccurrence
    mean = _mean(meaning, originals)
    spans = (slice(start, start + _BLOCK) for start in range(0, len(cooccurrence), _BLOCK))
    return stored((_beside(cooccurrence[span], meaning[span], mean) for span in spans), len(cooccurrence))


def _mean(rows: Rows, indices: NDArray[np.int64]) -> Floats:
    """(m,) of the rows (n, m) at some ``indices``, added one to the other in their order."""
    total = np.zeros((1, rows.shape[1]), dtype=np.float32)
    for start in range(0, len(indices), _BLOCK):
        total = np.concatenate([total, rows[indices[start : start + _BLOCK]]]).sum(axis=0, keepdims=True)
    return np.asarray((total[0].astype(np.float64) / len(indices)).astype(np.float32))


def _beside(cooccurrence: Floats, meaning: Floats, mean: Floats) -> Floats:
    known = np.abs(meaning).sum(axis=1, keepdims=True) > 0
    centred = unit_rows(np.where(known, meaning - mean, 0))
    return unit_rows(np.hstack([cooccurrence, _MEANING * centred]))


def smoothed(words: Rows, curated: Floats, links: Links, duplicate_of: NDArray[np.int32]) -> Rows:
    """(n, d + m) unit rows from ``words`` (n, d) unit rows and ``curated`` (n, m) strengths in 0..1.

    Each row becomes, ``_STEPS`` times, the mean of itself and of the rows that it is linked with (label
    spreading, Zhou et al. 2004); a near-copy's lists count for its original. Rows without any feature
    are zero.
    """
    neighbours = _list_neighbours(links, duplicate_of)
    if not curated.shape[1] and not neighbours.nnz:
        return words
    features = words[:]
    if curated.shape[1]:
        features = unit_rows(np.hstack([features, _CURATED * unit_rows(curated)]))
    if not neighbours.nnz:
        return features
    share = np.asarray(neighbours.sum(axis=1), dtype=np.float32)[:, None]
    spread = features
    for _ in range(_STEPS):
        spread = unit_rows((1 - share) * features + np.asarray(neighbours @ spread, dtype=np.float32))
    return spread


def _list_neighbours(links: Links, duplicate_of: NDArray[np.int32]) -> sparse.csr_matrix:
    """(n, n) float32 weights of the rows that list a row or that it lists, summing to ``_LISTS`` at most.

    A list of a large share of all articles is uninformative: its weight is 1 - sqrt(that share).
    """
    count = len(duplicate_of)
    sizes = np.diff(links.listed_start)
    sources = duplicate_of[np.repeat(np.arange(count), sizes)]
    targets = duplicate_of[links.listed]
    weight = np.repeat(1 - np.sqrt(sizes / max(count, 1)), sizes).astype(np.float32)
    distinct = sources != targets
    pairs = (sources[distinct], targets[distinct])
    one_way = sparse.csr_matrix((weight[distinct], pairs), shape=(count, count))
    both = one_way.maximum(one_way.T).tocsr()
    degree = np.diff(both.indptr)
    return (sparse.diags_array((_LISTS / np.maximum(degree, 1)).astype(np.float32)) @ both).tocsr()
