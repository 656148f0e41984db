"""How well the words of a text match those of texts in another language, word for word.

The vector of a whole text says what it is about; two headlines about parliament are near. Which words have a partner
tells whether they say the same: the greedy matching of BERTScore (Zhang et al. 2020), on static vectors of words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, dots
from ..text.normalize import eojeols
from ..text.term_weights import function_words
from .bilingual import WIDTH
from .static import StaticVectors

_LONGEST = 60  # most words of a text that are compared


def word_alignment(
    text: str, others: Sequence[str], vectors: StaticVectors, worth: Mapping[str, float] = MappingProxyType({})
) -> Floats:
    """(m,) float32, -1..1: how well the words of ``text`` and of each of ``others`` (m,) match.

    Each word is paired with the nearest of the other text by cosine; the mean over the words is weighted by the length
    of their vectors, which are long for rare words. Of both directions the lower mean counts: a long text has a partner
    for any word. Function words are left out, and words are also weighted by their ``worth`` (1 if not given).
    0 where one of the two has no other words.
    """
    aligned = np.zeros(len(others), dtype=np.float32)
    words, split = _words(text), [_words(other) for other in others]
    filled = np.array([at for at, words in enumerate(split) if words], dtype=np.int64)
    if not words or not len(filled):
        return aligned
    sizes = np.array([len(split[at]) for at in filled])
    ours, our_length = _unit_vectors(words, vectors, worth)
    theirs, length = _unit_vectors(list(chain.from_iterable(split)), vectors, worth)
    cosine = np.stack([dots(theirs, word) for word in ours])  # (words of the text, words of the others)
    starts = np.cumsum(sizes) - sizes
    of_ours = our_length @ np.maximum.reduceat(cosine, starts, axis=1) / _nonzero(our_length.sum())
    of_theirs = np.add.reduceat(cosine.max(axis=0) * length, starts) / _nonzero(np.add.reduceat(length, starts))
    aligned[filled] = np.minimum(of_ours, of_theirs)
    return aligned


def _words(text: str) -> list[str]:
    return [word for word in eojeols(text)[:_LONGEST] if word not in function_words()]


def _unit_vectors(words: Sequence[str], vectors: StaticVectors, worth: Mapping[str, float]) -> tuple[Floats, Floats]:
    """(w, ``WIDTH``) unit rows of ``words``, and (w,) how long they were, times their ``worth``."""
    table, at = vectors.met.find(words, vectors)
    rows = table[at, :WIDTH]
    length = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    counted = np.array([worth.get(word, 1.0) for word in words], dtype=np.float32)
    return rows / _nonzero(length)[:, None], length * counted


def _nonzero(sums: NDArray[np.floating] | np.floating) -> Floats:
    """``sums``, 1 in place of 0."""
    return np.where(sums > 0, sums, 1).astype(np.float32)
