"""Vectors for topic clustering: word vectors from co-occurrence, articles as the mean of their words.

Levy and Goldberg 2014: the singular vectors of a positive pointwise mutual information matrix are word
vectors. Headlines of one section seldom share words, but their words co-occur with the same words; on short texts
this separates sections better than the singular vectors of the texts themselves (docs/topics.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..arrays.hash_sample import Hashes, sampled
from ..arrays.kernels import unit_rows
from ..arrays.row_file import Rows, stored
from ..embeddings.svd import truncated_svd
from ..text.analyzer import plain
from ..text.term_lists import TermLists, blocks
from ..text.term_weights import english_stop_words
from ..text.terms import MARK

_WORDS = 40  # words of an article that vectors are made of, its title's first
_SMOOTHING = 0.75  # context distribution smoothing: damps the PMI of rare contexts
_DIMENSIONS = 100
_LEARN_FROM = 60_000  # articles at most
_BLOCK = 8192  # articles computed at a time


def topic_words(titles: Sequence[list[str]], bodies: Sequence[list[str]], stop_words: Iterable[str] = ()) -> TermLists:
    """The distinct words of each article that may describe a topic, its title's first: no bigrams, bare numbers,
    English function words or ``stop_words``."""
    excluded = english_stop_words().union(map(plain, stop_words))
    first, second = TermLists.of(titles), TermLists.of(bodies)
    if first.spelled is not second.spelled:
        both = TermLists.of([*title, *body] for title, body in zip(first, second, strict=True))
    else:
        both = first.beside(second) if len(second.ids) else first
    return both.distinct(lambda term: not (term.startswith(MARK) or term.isdigit() or term in excluded))


def topic_vectors(words: Sequence[list[str]], originals: NDArray[np.int64], hashes: Hashes, seed: int) -> Rows:
    """(n, d) unit rows, zero for an article without a word that ``originals`` share; (n, 0) if none do.

    Learned from at most 60,000 originals, those with the lowest ``hashes`` (n,).
    """
    learned_from = sampled(originals, _LEARN_FROM, hashes)
    lists = TermLists.of(words).first(_WORDS)
    sample = lists.at(learned_from)
    counts = np.bincount(sample.ids, minlength=len(lists.spelled.numbers))
    floor = 3 if len(learned_from) >= 1000 else 2
    spread = {word: count for word, count in zip(lists.spelled.numbers, counts.tolist(), strict=True) if count >= floor}
    columns = {word: i for i, word in enumerate(sorted(spread))}
    rank = min(_DIMENSIONS, max(2, len(learned_from) // 10), len(columns) - 1)
    if rank < 2:
        return np.zeros((len(words), 0), dtype=np.float32)
    vectors = _word_vectors(_counts(sample, columns), rank, seed)
    idf = np.log(len(learned_from) / np.array([spread[word] for word in columns])) + 1
    weighed = vectors * idf[:, None]
    parts = (
        unit_rows(np.asarray(_counts(lists.part(*span), columns) @ weighed)) for span in blocks(len(lists), _BLOCK)
    )
    return stored(parts, len(lists))


def _counts(lists: TermLists, column_of: dict[str, int]) -> sparse.csr_matrix:
    """(n, v) 1 where a list contains a word."""
    found = lists.spelled.found(lambda word: column_of.get(word, -1))[lists.ids]
    known = found >= 0
    starts = np.concatenate([[0], np.cumsum(known)])[lists.start]
    columns = found[known]
    return sparse.csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(lists), len(column_of)))


def _word_vectors(counts: sparse.csr_matrix, rank: int, seed: int) -> NDArray[np.float64]:
    """(v, rank) unit rows: U sqrt(S) of the PPMI matrix; the pairs of an article are weighted to the sum of its
    words."""
    length = np.asarray(counts.sum(axis=1)).ravel()
    cooccurrence = (counts.T @ sparse.diags_array(1 / np.maximum(length - 1, 1)) @ counts).tocoo()
    distinct = cooccurrence.row != cooccurrence.col
    left, right, seen = cooccurrence.row[distinct], cooccurrence.col[distinct], cooccurrence.data[distinct]
    size = counts.shape[1]
    row = np.bincount(left, seen, size)
    column = row**_SMOOTHING
    column /= max(column.sum(), 1e-12)
    pmi = np.log(seen / (row[left] * column[right]))
    positive = pmi > 0
    ppmi = sparse.csr_matrix((pmi[positive], (left[positive], right[positive])), shape=(size, size))
    if not ppmi.nnz:
        return np.zeros((size, rank))
    svd = truncated_svd(ppmi, rank, seed)
    scaled = svd.axes.T * np.sqrt(svd.values)
    lengths = np.linalg.norm(scaled, axis=1, keepdims=True)
    return np.asarray(scaled / np.where(lengths == 0, 1, lengths))
