"""The terms of topics: words weighed by class-based TF-IDF, the nouns among the heaviest."""

from __future__ import annotations

from collections.abc import Container, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..text.term_counts import sorted_terms, term_counts
from .headlines import Headlines
from .nouns import telling_nouns

_TERMS = 10
_SEEN_BEFORE = 10  # articles elsewhere that a term is taken to have: a rare one is not a topic's own for that


def class_weights(
    words: Sequence[list[str]], topic_of: NDArray[np.int32], count: int
) -> tuple[NDArray[np.float64], list[str]]:
    """(count, v) class-based TF-IDF (Grootendorst 2022) of documents that hold a word, times how much the word is
    the topic's own; and the words of the columns."""
    held = np.flatnonzero(topic_of >= 0)
    documents = [words[int(row)] for row in held]
    names = sorted_terms(documents)
    counts = term_counts(documents, names)
    starts = np.arange(len(held) + 1)
    members = sparse.csr_matrix((np.ones(len(held)), topic_of[held], starts), shape=(len(held), count))
    frequency = np.asarray((members.T @ counts).todense(), dtype=np.float64)
    share = frequency / np.maximum(frequency.sum(axis=1, keepdims=True), 1)
    total = np.maximum(frequency.sum(axis=0), 1)
    own = frequency / (total + _SEEN_BEFORE)
    weights = share * np.log(1 + frequency.sum() / count / total) * own
    return weights, names


def heaviest(
    weight: NDArray[np.float64], names: list[str], headlines: Headlines, headed: Container[str]
) -> tuple[str, ...]:
    """The heaviest nouns that headlines hold, none of them inside another that is there already or around it.

    What bodies alone say are bylines and the words of forms, more often than not.
    """
    heavy = np.flatnonzero(weight > 0)
    heavy = heavy[np.lexsort((np.array(names)[heavy], -weight[heavy]))]
    order = [at for at in heavy.tolist() if names[at] in headed][: _TERMS * 5]
    terms: list[str] = []
    for word in telling_nouns([names[at] for at in order], headlines.kiwi):
        if not any(word in other or other in word for other in terms):
            terms.append(word)
        if len(terms) == _TERMS:
            break
    return tuple(headlines.print([word]) for word in terms)
