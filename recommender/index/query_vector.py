"""A question as an index of terms sees it: what each of its terms weighs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats
from ..arrays.kernels import Ints as Rows


class QueryVector(NamedTuple):
    """The known terms of a query, by place in the vocabulary, ascending.

    ``share`` (m,) float32: each term's part of the query's weight; unknown terms hold the rest, so it sums to 1 at
    most. ``bare`` (m,) the same before numbers and stock words are held to say little: within a body they help to tell
    one article from others. ``height`` (m,) the tf-idf weight. ``word`` (m,) bool: a word, not a bigram. ``lengths``
    (2,) the Euclidean lengths of ``height`` over words and over bigrams. ``said`` (m,) how much each may say
    (``term_weights.weight``). ``names`` the terms themselves. ``known`` 0..1 the sum of ``share``. ``of_words`` what
    words, known or not, are of the query's weight. ``compounds``: places among its words of those that one eojeol has.
    """

    ids: Rows
    share: Floats
    bare: Floats
    height: Floats
    word: NDArray[np.bool_]
    lengths: tuple[float, float]
    said: Floats
    names: Sequence[str] = ()
    of_words: float = 0.0
    compounds: Sequence[Rows] = ()

    @property
    def known(self) -> float:
        return float(self.share.sum())


def compounds_among(words: Sequence[str], compounds: Sequence[Sequence[str]]) -> list[Rows]:
    """The places among ``words`` of those of each compound, of two known words and more; each stands in its first."""
    place = {word: at for at, word in enumerate(words)}
    together = []
    for compound in compounds:
        places = sorted({place.pop(word) for word in compound if word in place})
        if len(places) > 1:
            together.append(np.array(places, dtype=np.int64))
    return together


def of_words(height: NDArray[np.floating], word: NDArray[np.bool_], lost: Sequence[float]) -> float:
    """What words are of the weight of a query: half where there are bigrams too (``shares``)."""
    words, bigrams = float(height[word].sum()) + lost[0], float(height[~word].sum()) + lost[1]
    return (0.5 if bigrams else 1.0) if words else 0.0


def shares(height: NDArray[np.floating], word: NDArray[np.bool_], lost: Sequence[float]) -> Floats:
    """(m,) each term's part of the weight of a query, words and bigrams half each where there are both; ``lost`` is the
    weight of its unknown words and bigrams."""
    totals = [float(height[word].sum()) + lost[0], float(height[~word].sum()) + lost[1]]
    part = 0.5 if all(totals) else 1.0
    scale = np.where(word, part / (totals[0] or 1), part / (totals[1] or 1))
    return np.asarray(height * scale, dtype=np.float32)
