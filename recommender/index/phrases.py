"""Which words stand one behind another in an article: what tells a phrase copied from a body from its words.

Postings know that an article holds all words of 지난해 말 발표한 대책, not that they stand there in a row.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, distinct, stretches, sums_of
from ..arrays.row_mapping import RowMapping, laid, row_starts
from ..arrays.stored import Arrays, Files
from ..lazy import dataclass
from ..text.normalize import eojeols

Rows = NDArray[np.int64]
Buckets = NDArray[np.uint16]

BUCKETS = 1 << 16
_FIRST, _SECOND = 0x9E3779B1, 0x85EBCA6B  # factors of the two eojeols of a pair, of which the upper half is its bucket
_BLOCK = 4_096  # articles whose pairs are counted at a time
_FEWEST, _CUT = 2, 4  # pairs of a text from which they tell, and from which the last may be cut
_CHARACTERS = 40  # of a text that are read for each of the eojeols that count


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PhraseIndex:
    """The pairs of neighbouring eojeols of n articles, within the title and within the body: those of row ``i``, each
    once and ascending, are ``pairs[pairs_start[i]:pairs_start[i + 1]]`` (uint16, hashed to ``BUCKETS``)."""

    pairs_start: Rows
    pairs: Buckets

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]], words: int) -> PhraseIndex:
        """Of the title and the body of each article (``texts``), so many ``words`` of either."""
        texts, sizes, pairs = iter(texts), [np.zeros(1, dtype=np.int64)], [np.zeros(0, dtype=np.uint16)]
        while block := list(islice(texts, _BLOCK)):
            article, hashed = _pairs(block, words)
            keys = distinct(article * BUCKETS + hashed)
            sizes.append(np.bincount(keys // BUCKETS, minlength=len(block)))
            pairs.append((keys % BUCKETS).astype(np.uint16))
        return cls(np.cumsum(np.concatenate(sizes)), np.concatenate(pairs))

    @classmethod
    def none(cls) -> PhraseIndex:
        """Of no articles, and of models from before there were any."""
        return cls(np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.uint16))

    def __len__(self) -> int:
        return len(self.pairs_start) - 1

    def arrays(self) -> Arrays:
        """See ``Component``."""
        return {name: getattr(self, name) for name in self.__slots__}

    def document(self) -> None:
        """See ``Component``."""

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> PhraseIndex:
        """See ``Component``."""
        if not files.holds("pairs_start"):  # models from before
            return cls.none()
        return cls(**{name: files[name] for name in cls.__slots__})

    def grown(self, texts: Iterable[Sequence[str]], words: int, mapping: RowMapping) -> PhraseIndex:
        """With the newcomers' ``texts``, as ``of`` takes them, in the rows of the ``mapping``."""
        if len(self) < mapping.before:  # of a model from before
            return self
        fresh = self.of(texts, words)
        starts = np.concatenate([self.pairs_start, self.pairs_start[-1] + fresh.pairs_start[1:]])
        kept = laid(self.pairs, fresh.pairs, starts, mapping.source)
        return replace(self, pairs_start=row_starts(starts, mapping.source), pairs=kept)

    def score(self, pairs: Buckets, rows: Rows) -> Floats:
        """(m,) the share of ``pairs`` (``pairs_of`` a text) that the articles at ``rows`` (m,) hold; 0 of fewer than
        ``_FEWEST``. The last need not be held from ``_CUT`` pairs on: who copies a phrase often leaves the particle of
        its last word behind.

        An article of 600 words holds one pair in a hundred by chance, and three together once in a million times.
        """
        if len(pairs) < _FEWEST:
            return np.zeros(len(rows), dtype=np.float32)
        asked = np.zeros(BUCKETS, dtype=np.float32)
        asked[pairs] = 1
        first = self.pairs_start.take(rows)
        sizes = self.pairs_start.take(rows + 1) - first
        there = self.pairs.take(stretches(first, sizes))
        held = sums_of(asked.take(there), sizes)
        share = held / len(pairs)
        if len(pairs) >= _CUT:
            last = sums_of((there == pairs[-1]).astype(np.float32), sizes)
            share = np.maximum(share, (held - last) / (len(pairs) - 1))
        return share.astype(np.float32)


def pairs_of(parts: Sequence[str], words: int) -> Buckets:
    """The pairs of a text in ``parts``, title and body, so many ``words`` of each: each once, in order."""
    return np.array(list(dict.fromkeys(_pairs([parts], words)[1].tolist())), dtype=np.uint16)


def _pairs(texts: Sequence[Sequence[str]], words: int) -> tuple[Rows, Rows]:
    """The pairs of neighbours within the parts of each text, among the first ``words`` eojeols of each part: the place
    of the text, and the bucket."""
    codes, sizes, owner = array("I"), [], []
    for place, parts in enumerate(texts):
        for part in parts:
            before = len(codes)
            codes.extend(map(_code, eojeols(part[: words * _CHARACTERS])[:words]))
            sizes.append(len(codes) - before)
            owner.append(place)
    part_of = np.repeat(np.arange(len(sizes)), sizes)
    code = np.frombuffer(codes, dtype=np.uint32)
    first = np.flatnonzero(part_of[:-1] == part_of[1:])
    hashed = (code[first] * np.uint32(_FIRST) + code[first + 1] * np.uint32(_SECOND)) >> np.uint32(16)
    return np.array(owner, dtype=np.int64)[part_of[first]], hashed.astype(np.int64)


@lru_cache(maxsize=50_000)  # texts share most of their words
def _code(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))
