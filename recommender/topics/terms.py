"""The terms of topics: words weighed by class-based TF-IDF, the nouns among the heaviest."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..text.term_counts import sorted_terms, term_counts
from ..text.term_lists import TermLists
from .headlines import Headlines
from .nouns import naming_nouns

_TERMS = 10
_SEEN_BEFORE = 10  # pseudocount of articles elsewhere, so that rare terms do not count as exclusive


class ClassWeights(NamedTuple):
    """Class-based TF-IDF: ``weights`` (count, v) sparse, of topics and words, and the ``names`` of the columns,
    sorted."""

    weights: sparse.csr_matrix
    names: list[str]

    def of(self, topic: int) -> dict[str, float]:
        """The words of a topic with their weights."""
        columns, values = self._row(topic)
        return {self.names[i]: value for i, value in zip(columns.tolist(), values.tolist(), strict=True)}

    def heaviest(self, topic: int) -> list[str]:
        """The words of a topic, the heaviest first; those that weigh the same in order."""
        columns, values = self._row(topic)
        return [self.names[i] for i in columns[np.lexsort((columns, -values))].tolist()]

    def _row(self, topic: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        span = slice(self.weights.indptr[topic], self.weights.indptr[topic + 1])
        return self.weights.indices[span], self.weights.data[span]


def class_weights(words: Sequence[list[str]], topic_of: NDArray[np.int32], count: int) -> ClassWeights:
    """Class-based TF-IDF (Grootendorst 2022) of document counts, times the share of a word's documents in the topic."""
    assigned = np.flatnonzero(topic_of >= 0)
    documents = TermLists.of(words).at(assigned)
    names = sorted_terms(documents)
    counts = term_counts(documents, names)
    starts = np.arange(len(assigned) + 1)
    members = sparse.csr_matrix((np.ones(len(assigned)), topic_of[assigned], starts), shape=(len(assigned), count))
    frequency = (members.T @ counts).tocsr()
    frequency.sort_indices()
    totals = np.asarray(frequency.sum(axis=1)).ravel()
    total = np.maximum(np.asarray(frequency.sum(axis=0)).ravel(), 1)
    seen, row = frequency.data, np.repeat(np.arange(count), np.diff(frequency.indptr))
    everywhere = total[frequency.indices]
    own = seen / (everywhere + _SEEN_BEFORE)
    frequency.data = seen / np.maximum(totals, 1)[row] * np.log(1 + totals.sum() / count / everywhere) * own
    frequency.eliminate_zeros()
    return ClassWeights(frequency, names)


def heaviest(words: Sequence[str], headlines: Headlines, headed: Container[str]) -> tuple[str, ...]:
    """The heaviest nouns among ``words`` that occur in headlines (``headed``), the heaviest first, none of them part of
    another.

    Words of bodies alone are mostly bylines and boilerplate.
    """
    likely = [word for word in words if word in headed][: _TERMS * 5]
    terms: list[str] = []
    for word in naming_nouns(likely, headlines.kiwi):
        if not any(word in other or other in word for other in terms):
            terms.append(word)
        if len(terms) == _TERMS:
            break
    return tuple(headlines.print([word]) for word in terms)
