"""Headlines by how they are spelled: BM25 over the character bigrams of each word as it stands.

The terms of the field index are stems. Two reports of one event often share more than those: particles, endings,
punctuation, a quotation. That is compared here, for candidates alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, Scattered, distinct, stretches, sums_of
from ..arrays.row_mapping import laid, row_starts
from ..arrays.stored import Arrays, Files
from ..lazy import dataclass
from ..text.term_weights import is_stock, weight

Rows = NDArray[np.int64]
Buckets = NDArray[np.uint16]

BUCKETS = 1 << 16
_FIRST, _SECOND = 0x9E3779B1, 0x85EBCA6B  # factors of the letters of a bigram, of which the upper half is its bucket
K, B = 1.5, 0.75  # BM25 (Robertson & Zaragoza 2009)
_STOCK = 0.5
_BLOCK = 65_536  # headlines whose bigrams are counted at a time
_LONGEST = 400  # characters of a question that are compared: as many as are read as its headline
_MARKS = ".,:;!?\"'()[]<>·-"
_ALIKE = str.maketrans("“”„‟″‘’‚‛′´`·ㆍᆞ‧∙・—–―", '"""""' + "''''''" + "'" + "······---")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SurfaceIndex:
    """The bigrams of n headlines: those of row ``i``, each once and ascending, are ``bigram[start[i]:start[i + 1]]``
    (uint16, hashed to ``BUCKETS``); none where there is no headline. ``idf`` (BUCKETS,) float32 and ``average`` (1,),
    the mean number of bigrams of a headline, are those of the training."""

    start: Rows
    bigram: Buckets
    idf: Floats
    average: NDArray[np.float64]

    @classmethod
    def of(cls, headlines: Sequence[str]) -> SurfaceIndex:
        """Fits idf and average to ``headlines``; an empty one has no bigrams and counts for nothing."""
        start, bigram = _bigrams(headlines)
        sizes = np.diff(start)
        count = int((sizes > 0).sum())
        spread = np.bincount(bigram, minlength=BUCKETS)
        idf = np.log(1 + (count - spread + 0.5) / (spread + 0.5)).astype(np.float32)
        return cls(start, bigram, idf, np.array([len(bigram) / max(count, 1)], dtype=np.float64))

    def __len__(self) -> int:
        return len(self.start) - 1

    def arrays(self) -> Arrays:
        """See ``Component``."""
        return {name: getattr(self, name) for name in self.__slots__}

    def document(self) -> None:
        """See ``Component``."""

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> SurfaceIndex:
        """See ``Component``."""
        return cls(**{name: files[name] for name in cls.__slots__})

    def with_rows(self, headlines: Sequence[str], source: Rows) -> SurfaceIndex:
        """Row ``i`` comes from ``source[i]``, which counts the rows of this index, then the ``headlines``."""
        start, bigram = _bigrams(headlines)
        starts = np.concatenate([self.start, self.start[-1] + start[1:]])
        kept = laid(self.bigram, bigram, starts, source)
        return replace(self, start=row_starts(starts, source), bigram=kept)

    def score(self, text: str, rows: Rows) -> Floats:
        """(m,) how much of the spelling of ``text`` the headlines at ``rows`` (m,) hold: its BM25, over what a
        headline of mean length reaches that holds all of it. 0..1, short headlines up to ``K + 1``."""
        bigram, value = self._asked(text)
        first = self.start.take(rows)
        sizes = self.start.take(rows + 1) - first
        if not len(bigram) or not sizes.any():
            return np.zeros(len(rows), dtype=np.float32)
        weights = Scattered.of(BUCKETS, bigram, value)
        held = sums_of(weights.take(self.bigram.take(stretches(first, sizes))), sizes)
        return self.saturated(held, rows)

    def saturated(self, held: NDArray[Any], rows: Rows) -> Floats:
        """BM25 of the headlines at ``rows`` (m,), whose bigrams that are asked for weigh ``held`` (m,)."""
        sizes = self.start.take(rows + 1) - self.start.take(rows)
        norm = K * (1 - B + B * sizes / float(self.average[0] or 1))
        return np.asarray(held * (K + 1) / (1 + norm), dtype=np.float32)

    def _asked(self, text: str) -> tuple[Rows, Floats]:
        """``weights_of_each`` of one text: without numpy, which is slow where there is little."""
        heaviest: dict[int, float] = {}
        for word in _spelled(text[:_LONGEST]).split():
            weighs = _weight(word)
            for bigram in _hashed(word):
                if weighs > heaviest.get(bigram, 0.0):
                    heaviest[bigram] = weighs
        bigrams = np.array(sorted(heaviest), dtype=np.int64)
        weights = np.array([heaviest[bigram] for bigram in bigrams.tolist()], dtype=np.float32)
        value = weights * self.idf.take(bigrams)
        return bigrams, (value / (value.sum(dtype=np.float64) or 1)).astype(np.float32)

    def weights_of_each(self, texts: Sequence[str]) -> tuple[Rows, Rows, Floats]:
        """The bigrams of b texts, those of text ``i`` at ``start[i]:start[i + 1]``: ``start`` (b + 1,), the bigrams,
        and what each weighs, 1 in all of a text; those of numbers and stock words less."""
        spoken = [_spelled(text[:_LONGEST]).split() for text in texts]
        words = [word for said in spoken for word in said]
        start, bigram = _bigrams(words)
        weights = np.array([_weight(word) for word in words], dtype=np.float32)
        sizes = np.diff(start)
        text = np.repeat(np.repeat(np.arange(len(texts)), [len(said) for said in spoken]), sizes)
        key = text * BUCKETS + bigram
        keys = distinct(key)
        value = np.zeros(len(keys), dtype=np.float32)
        np.maximum.at(value, np.searchsorted(keys, key), np.repeat(weights, sizes) * self.idf[bigram])
        asked = keys // BUCKETS
        total = np.bincount(asked, value, len(texts))
        start = np.searchsorted(asked, np.arange(len(texts) + 1))
        return start, keys % BUCKETS, (value / np.where(total == 0, 1, total)[asked]).astype(np.float32)


def _weight(word: str) -> float:
    """How much the spelling of a word counts: as the word, a stock word (협의회, 개최) half as much. Its bigrams are as
    rare as those of other words."""
    bare = word.strip(_MARKS)
    return weight(bare) * (_STOCK if is_stock(bare) else 1.0)


def _bigrams(headlines: Sequence[str]) -> tuple[Rows, Buckets]:
    """Starts (m + 1,) and bigrams of m headlines: each word with a blank at its ends, all pairs of neighbours."""
    sizes, bigrams = [np.zeros(1, dtype=np.int64)], [np.zeros(0, dtype=np.uint16)]
    for first in range(0, len(headlines), _BLOCK):
        spelled = [_spelled(headline) for headline in headlines[first : first + _BLOCK]]
        code = np.frombuffer("".join(spelled).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        of = np.repeat(np.arange(len(spelled)), [len(text) for text in spelled])
        pairs = np.flatnonzero(of[:-1] == of[1:])
        hashed = (code[pairs] * np.uint32(_FIRST) + code[pairs + 1] * np.uint32(_SECOND)) >> np.uint32(16)
        distinct = np.unique(of[pairs] * BUCKETS + hashed)
        sizes.append(np.bincount(distinct // BUCKETS, minlength=len(spelled)))
        bigrams.append((distinct % BUCKETS).astype(np.uint16))
    return np.cumsum(np.concatenate(sizes)), np.concatenate(bigrams)


@lru_cache(maxsize=20_000)  # questions share most of their words
def _hashed(word: str) -> tuple[int, ...]:
    """The bigrams of a word with blanks at its ends, as ``_bigrams`` numbers them."""
    codes = [ord(sign) for sign in f" {word} "]
    return tuple((one * _FIRST + other * _SECOND & 0xFFFFFFFF) >> 16 for one, other in pairwise(codes))


def _spelled(text: str) -> str:
    words = unicodedata.normalize("NFKC", text).translate(_ALIKE).lower().split()
    return f" {' '.join(words)} " if words else ""
