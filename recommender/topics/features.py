"""Vectors that topics are formed on: words by the company they keep, articles as the mean of their words.

Levy and Goldberg 2014: the singular vectors of a positive pointwise mutual information matrix are word
vectors. Headlines of one section seldom share words, but their words share companions; on short texts this
separates sections better than the singular vectors of the texts themselves (docs/topics.md).
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
_SMOOTHING = 0.75  # exponent that keeps rare companions from looking telling
_DIMENSIONS = 100
_LEARN_FROM = 60_000  # articles at most
_BLOCK = 8192  # articles that are placed at a time


def topic_words(titles: Sequence[list[str]], bodies: Sequence[list[str]], stop_words: Iterable[str] = ()) -> TermLists:
    """The distinct words of each article that may speak for a topic, its title's first: no bigrams, bare numbers,
    English function words or ``stop_words``."""
    unwanted = english_stop_words().union(map(plain, stop_words))
    first, second = TermLists.of(titles), TermLists.of(bodies)
    if first.spelled is not second.spelled:
        both = TermLists.of([*title, *body] for title, body in zip(first, second, strict=True))
    else:
        both = first.beside(second) if len(second.ids) else first
    return both.distinct(lambda term: not (term.startswith(MARK) or term.isdigit() or term in unwanted))


def topic_vectors(words: Sequence[list[str]], originals: NDArray[np.int64], hashes: Hashes, seed: int) -> Rows:
    """(n, d) unit rows, zero for an article without a word that ``originals`` share; (n, 0) if none do.

    Learned from at most 60,000 originals, those with the lowest ``hashes`` (n,).
    """
    learning = sampled(originals, _LEARN_FROM, hashes)
    lists = TermLists.of(words).first(_WORDS)
    taught = lists.at(learning)
    seen = np.bincount(taught.ids, minlength=len(lists.spelled.numbers))
    least = 3 if len(learning) >= 1000 else 2
    spread = {word: count for word, count in zip(lists.spelled.numbers, seen.tolist(), strict=True) if count >= least}
    known = {word: at for at, word in enumerate(sorted(spread))}
    rank = min(_DIMENSIONS, max(2, len(learning) // 10), len(known) - 1)
    if rank < 2:
        return np.zeros((len(words), 0), dtype=np.float32)
    vectors = _word_vectors(_counts(taught, known), rank, seed)
    idf = np.log(len(learning) / np.array([spread[word] for word in known])) + 1
    weighed = vectors * idf[:, None]
    parts = (unit_rows(np.asarray(_counts(lists.part(*span), known) @ weighed)) for span in blocks(len(lists), _BLOCK))
    return stored(parts, len(lists))


def _counts(lists: TermLists, known: dict[str, int]) -> sparse.csr_matrix:
    """(n, v) which list holds which word, in the order of the lists."""
    places = lists.spelled.found(lambda word: known.get(word, -1))[lists.ids]
    kept = places >= 0
    starts = np.concatenate([[0], np.cumsum(kept)])[lists.start]
    columns = places[kept]
    return sparse.csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(lists), len(known)))


def _word_vectors(counts: sparse.csr_matrix, rank: int, seed: int) -> NDArray[np.float64]:
    """(v, rank) unit rows: U sqrt(S) of the PPMI matrix; an article's pairs weigh together as its words do."""
    length = np.asarray(counts.sum(axis=1)).ravel()
    together = (counts.T @ sparse.diags_array(1 / np.maximum(length - 1, 1)) @ counts).tocoo()
    apart = together.row != together.col
    left, right, seen = together.row[apart], together.col[apart], together.data[apart]
    size = counts.shape[1]
    row = np.bincount(left, seen, size)
    column = row**_SMOOTHING
    column /= max(column.sum(), 1e-12)
    telling = np.log(seen / (row[left] * column[right]))
    kept = telling > 0
    ppmi = sparse.csr_matrix((telling[kept], (left[kept], right[kept])), shape=(size, size))
    if not ppmi.nnz:
        return np.zeros((size, rank))
    svd = truncated_svd(ppmi, rank, seed)
    scaled = svd.axes.T * np.sqrt(svd.values)
    lengths = np.linalg.norm(scaled, axis=1, keepdims=True)
    return np.asarray(scaled / np.where(lengths == 0, 1, lengths))
