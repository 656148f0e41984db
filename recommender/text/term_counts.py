"""Counts of terms as a sparse matrix, and TF-IDF of them; scikit-learn's vectorizers do the same and take seconds to
import."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


def sorted_terms(documents: Iterable[Iterable[str]]) -> list[str]:
    """All terms of the documents, in order."""
    found: set[str] = set()
    for document in documents:
        found.update(document)
    return sorted(found)


def term_counts(documents: Sequence[Iterable[str]], terms: Sequence[str]) -> sparse.csr_matrix:
    """(n, v) how often each document holds each of the ``terms``; float64, columns in order. It may hold no other."""
    places = {term: place for place, term in enumerate(terms)}
    starts, columns, counts = array("q", [0]), array("i"), array("i")
    for document in documents:
        held = Counter(places[term] for term in document)
        columns.extend(held.keys())
        counts.extend(held.values())
        starts.append(len(columns))
    data, column = np.array(counts, dtype=np.float64), np.array(columns, dtype=np.int32)
    start = np.array(starts, dtype=np.int64)
    matrix = sparse.csr_matrix((data, column, start), shape=(len(documents), len(terms)))
    matrix.sort_indices()
    return matrix


def tfidf(counts: sparse.csr_matrix, idf: NDArray[np.float64]) -> sparse.csr_matrix:
    """(n, v) unit rows of ``counts`` (n, v), each dampened to 1 + its logarithm and weighed by ``idf`` (v,)."""
    weights = (np.log(counts.data) + 1) * idf[counts.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    lengths = np.sqrt(np.bincount(rows, weights * weights, counts.shape[0]))
    lengths[lengths == 0] = 1
    return sparse.csr_matrix((weights / lengths[rows], counts.indices, counts.indptr), shape=counts.shape)
