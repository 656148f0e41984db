"""Counts of terms as a sparse matrix, and TF-IDF of them; scikit-learn's vectorizers do the same and take seconds to
import."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .term_lists import TermLists


def sorted_terms(*documents: Iterable[Iterable[str]]) -> list[str]:
    """All terms of the documents, in order."""
    terms: set[str] = set()
    for some in documents:
        terms.update(TermLists.of(some).used())
    return sorted(terms)


def term_counts(documents: Iterable[Iterable[str]], terms: Sequence[str]) -> sparse.csr_matrix:
    """(n, v) how often each document holds each of the ``terms``; float64, columns in order. It may hold no other."""
    lists = TermLists.of(documents)
    column_of = {term: place for place, term in enumerate(terms)}
    columns = lists.spelled.found(lambda term: column_of.get(term, -1))[lists.ids]
    if (columns < 0).any():
        raise KeyError("a document holds a term that is none of those counted")
    shape = (len(lists), len(terms))
    matrix = sparse.csr_matrix((np.ones(len(columns)), columns.astype(np.int32), lists.start.copy()), shape=shape)
    matrix.sum_duplicates()
    return matrix


def tfidf(counts: sparse.csr_matrix, idf: NDArray[np.float64]) -> sparse.csr_matrix:
    """(n, v) unit rows of ``counts`` (n, v), each dampened to 1 + its logarithm and weighed by ``idf`` (v,)."""
    weights = (np.log(counts.data) + 1) * idf[counts.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    lengths = np.sqrt(np.bincount(rows, weights * weights, counts.shape[0]))
    lengths[lengths == 0] = 1
    return sparse.csr_matrix((weights / lengths[rows], counts.indices, counts.indptr), shape=counts.shape)
