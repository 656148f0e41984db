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
from .nouns import telling_nouns

_TERMS = 10
_SEEN_BEFORE = 10  # articles elsewhere that a term is taken to have: a rare one is not a topic's own for that


class ClassWeights(NamedTuple):
    """Class-based TF-IDF: of each topic the words that weigh something there, ``weights`` (count, v) sparse, and the
    ``names`` of the columns, in order."""

    weights: sparse.csr_matrix
    names: list[str]

    def of(self, place: int) -> dict[str, float]:
        """The words of a topic with their weights."""
        columns, values = self._row(place)
        return {self.names[at]: value for at, value in zip(columns.tolist(), values.tolist(), strict=True)}

    def heaviest(self, place: int) -> list[str]:
        """The words of a topic, the heaviest first; those that weigh the same in order."""
        columns, values = self._row(place)
        return [self.names[at] for at in columns[np.lexsort((columns, -values))].tolist()]

    def _row(self, place: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        span = slice(self.weights.indptr[place], self.weights.indptr[place + 1])
        return self.weights.indices[span], self.weights.data[span]


def class_weights(words: Sequence[list[str]], topic_of: NDArray[np.int32], count: int) -> ClassWeights:
    """Class-based TF-IDF (Grootendorst 2022) of documents that hold a word, times how much the word is the topic's
    own."""
    held = np.flatnonzero(topic_of >= 0)
    documents = TermLists.of(words).at(held)
    names = sorted_terms(documents)
    counts = term_counts(documents, names)
    starts = np.arange(len(held) + 1)
    members = sparse.csr_matrix((np.ones(len(held)), topic_of[held], starts), shape=(len(held), count))
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
    """The heaviest nouns among ``words``, the heaviest first, that headlines hold, none of them inside another that is
    there already or around it.

    What bodies alone say are bylines and the words of forms, more often than not.
    """
    likely = [word for word in words if word in headed][: _TERMS * 5]
    terms: list[str] = []
    for word in telling_nouns(likely, headlines.kiwi):
        if not any(word in other or other in word for other in terms):
            terms.append(word)
        if len(terms) == _TERMS:
            break
    return tuple(headlines.print([word]) for word in terms)
