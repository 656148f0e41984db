"""First vectors: words by the company they keep, other tokens by the texts that they stand in."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD

from recommender.arrays.kernels import Floats, unit_rows

from .training import Bags

_SMOOTHING = 0.75
_MOST_TOGETHER = 0.02  # a token in more of the texts than this tells nothing of its companions


def counts_of(bags: Bags, size: int) -> sparse.csr_matrix:
    """(n, size) 1 where a text holds a token."""
    found = sparse.csr_matrix((np.ones(len(bags.flat), dtype=np.float32), bags.flat, bags.starts), (len(bags), size))
    found.sum_duplicates()
    found.data[:] = 1
    return found


def company_vectors(counts: sparse.csr_matrix, pieces: int, rank: int, seed: int) -> Floats:
    """(v, rank) unit rows, zero for a token that stands alone or nowhere.

    The first ``pieces`` columns get the singular vectors of their positive pointwise mutual information (Levy
    and Goldberg 2014); the other ones the mean of the texts that hold them, these as the mean of their pieces.
    """
    share = np.asarray(counts.mean(axis=0)).ravel()
    words = counts[:, :pieces] @ sparse.diags_array((share[:pieces] <= _MOST_TOGETHER).astype(np.float32))
    rows = _singular(_ppmi(words), rank, seed)
    rare = np.log(1 / np.maximum(share[:pieces], 1e-9)) / 10
    texts = unit_rows(np.asarray(words @ (rows * rare[:, None])))
    other = np.asarray(counts[:, pieces:].T @ texts)
    return np.concatenate([rows, unit_rows(other)])


def _ppmi(words: sparse.csr_matrix) -> sparse.csr_matrix:
    length = np.asarray(words.sum(axis=1)).ravel()
    together = (words.T @ sparse.diags_array((1 / np.maximum(length - 1, 1)).astype(np.float32)) @ words).tocoo()
    apart = together.row != together.col
    left, right, seen = together.row[apart], together.col[apart], together.data[apart]
    size = words.shape[1]
    row = np.bincount(left, seen, size)
    column = row**_SMOOTHING
    column /= column.sum()
    telling = np.log(seen / (row[left] * column[right]))
    kept = telling > 0
    return sparse.csr_matrix((telling[kept].astype(np.float32), (left[kept], right[kept])), shape=(size, size))


def _singular(matrix: sparse.csr_matrix, rank: int, seed: int) -> Floats:
    svd = TruncatedSVD(rank, n_iter=3, random_state=seed).fit(matrix)
    return unit_rows(svd.components_.T * np.sqrt(svd.singular_values_))
