"""Tokenizes many eojeols at once, by numpy: as ``Tokenizer.tokens`` does each, some ten times faster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..lazy import dataclass
from .phonetic import FIRST, LAST

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
LONGEST = 12  # letters of an eojeol that is cut here
_LONGEST_PIECE = 8
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_ASCII, _GA, _HIH = 0x7F, 0xAC00, 0xD7A3


@dataclass(frozen=True, slots=True)
class Cutter:
    """Vocabulary by hash: ``piece_keys`` (p,) sorted, with their ``places`` and ``costs``; ``other_keys`` (o,) of
    n-grams and runs of consonants. ``marks`` (2,) are the hashes of what stands before these two; ``unknown`` the cost
    of a letter that is no piece."""

    piece_keys: Keys
    piece_places: Ints
    piece_costs: NDArray[np.float64]
    other_keys: Keys
    other_places: Ints
    marks: Keys
    unknown: float

    @classmethod
    def of(cls, places: Mapping[str, int], costs: Sequence[float], marks: tuple[str, str], unknown: float) -> Cutter:
        """Of a vocabulary that begins with its pieces, as many as there are ``costs``."""
        keys, count = _keys(list(places)), len(costs)
        numbers = np.fromiter(places.values(), dtype=np.int64, count=len(places))
        price = np.array(costs, dtype=np.float64)
        order, other = np.argsort(keys[:count]), count + np.argsort(keys[count:])
        return cls(keys[order], numbers[order], price[order], keys[other], numbers[other], _keys(marks), unknown)

    def tokens(self, names: Sequence[str]) -> tuple[Ints, Ints]:
        """Tokens of eojeols that are ``fit``, one after the other, and how many each has, (n,)."""
        codes, sizes = _codes(names)
        order = np.argsort(-sizes, kind="stable")
        width = int(sizes.max(initial=1))
        many = [int((sizes >= size).sum()) for size in range(width + 2)]  # rows of that size and more
        starts = (np.cumsum(sizes) - sizes)[order]
        letters = np.zeros((width, len(names)), dtype=np.uint64)
        for at in range(width):
            letters[at, : many[at + 1]] = codes[starts[: many[at + 1]] + at]
        table = np.empty((len(names), 2 * width + 1), dtype=np.int64)
        table[order] = np.concatenate(
            [self._pieces(letters, many), self._bigrams(letters, many), self._sounds(letters, many)]
        ).T
        present = table >= 0
        return table[present], present.sum(axis=1)

    def _pieces(self, letters: Keys, many: list[int]) -> Ints:
        """(width, n) numbers of the pieces of the cheapest segmentation, -1 elsewhere. Viterbi, all eojeols at once."""
        width, count = letters.shape
        best = np.full((width + 1, count), np.inf)
        best[0] = 0
        cut = np.zeros((width + 1, count), dtype=np.int64)
        which = np.full((width + 1, count), -1, dtype=np.int64)
        whole = np.full(count, -1, dtype=np.int64)
        for begin in range(width):
            end = begin + 1
            # Longest eojeols first, so those with a letter at ``begin`` are the first ``many[end]`` columns.
            missed = best[begin, : many[end]] + self.unknown
            unknown = np.flatnonzero(missed <= best[end, : many[end]])
            best[end, unknown], cut[end, unknown], which[end, unknown] = missed[unknown], begin, -1
            keys = np.zeros(many[end], dtype=np.uint64)
            for end in range(begin + 1, min(begin + _LONGEST_PIECE, width) + 1):
                keys = keys[: many[end]] * _FACTOR + letters[end - 1, : many[end]]  # rolling hash of the piece
                rows, at = _find(self.piece_keys, keys)
                cost = best[begin, rows] + self.piece_costs[at]
                less = cost < best[end, rows]
                better, token = rows[less], self.piece_places[at]
                best[end, better], cut[end, better], which[end, better] = cost[less], begin, token[less]
                if begin == 0:
                    ends = rows >= many[end + 1]
                    whole[rows[ends]] = token[ends]
        return _traced(cut, which, whole, many)

    def _bigrams(self, letters: Keys, many: list[int]) -> Ints:
        """(width - 1, n) numbers of the bigrams, -1 for one that is no token."""
        bigrams = np.full((len(letters) - 1, letters.shape[1]), -1, dtype=np.int64)
        for at in range(len(letters) - 1):
            rows_used = slice(many[at + 2])
            keys = (self.marks[:1] * _FACTOR + letters[at, rows_used]) * _FACTOR + letters[at + 1, rows_used]
            rows, i = _find(self.other_keys, keys)
            bigrams[at, rows] = self.other_places[i]
        return bigrams

    def _sounds(self, letters: Keys, many: list[int]) -> Ints:
        """(2, n) numbers of the first three consonants and of the first five, -1 where there are fewer."""
        count = letters.shape[1]
        keys, short = np.full(count, self.marks[1]), np.zeros(count, dtype=np.uint64)
        heard, last = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.uint64)
        heard[_numbered(letters).any(axis=0)] = 5  # none of those with a digit or a mark
        for at in range(len(letters)):
            span = slice(many[at + 1])
            code = letters[at, span].astype(np.int64) - _GA
            spoken = code >= 0
            for sounds in (_FIRST[code // 588 * spoken], _LAST[code % 28 * spoken]):
                sound = sounds * spoken
                new = np.flatnonzero((sound > 0) & (sound != last[span]) & (heard[span] < 5))
                keys[new] = keys[new] * _FACTOR + sound[new]
                heard[new] += 1
                third = new[heard[new] == 3]
                short[third] = keys[third]
                last[new] = sound[new]
        tokens = np.full((2, count), -1, dtype=np.int64)
        for line, (hashes, shortest) in enumerate(((short, 3), (keys, 4))):
            rows, i = _find(self.other_keys, hashes)
            enough = (heard[rows] >= shortest) & (hashes[rows] != self.marks[1])
            tokens[line, rows[enough]] = self.other_places[i[enough]]
        return tokens


def fit(names: Sequence[str]) -> NDArray[np.bool_]:
    """(n,) which eojeols hold 1 to ``LONGEST`` letters: one syllable of Hangul at least, beside these ASCII alone."""
    codes, sizes = _codes(names)
    hangul = (codes >= _GA) & (codes <= _HIH)
    foreign, native = _before(~hangul & (codes > _ASCII)), _before(hangul)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    return np.asarray((foreign[ends] == foreign[starts]) & (native[ends] > native[starts]) & (sizes <= LONGEST))


def _before(mask: NDArray[np.bool_]) -> Ints:
    """(n + 1,) cumulative counts of ``mask``, from 0."""
    return np.concatenate([[0], np.cumsum(mask)])


def _numbered(letters: Keys) -> NDArray[np.bool_]:
    """Where something other than a letter stands."""
    small = letters | np.uint64(32)
    return np.asarray((letters > 0) & (letters <= _ASCII) & ((small < ord("a")) | (small > ord("z"))))


def _codes(names: Sequence[str]) -> tuple[Keys, Ints]:
    """The letters of all names, one after the other, and how many each has."""
    codes = np.frombuffer("".join(names).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    return codes, np.fromiter(map(len, names), dtype=np.int64, count=len(names))


def _keys(names: Sequence[str]) -> Keys:
    """(n,) a hash of each name: its letters are the digits of a number of base ``_FACTOR``, modulo 2 ** 64."""
    codes, sizes = _codes(names)
    starts = np.cumsum(sizes) - sizes
    keys = np.zeros(len(names), dtype=np.uint64)
    for at in range(int(sizes.max(initial=0))):
        rows = np.flatnonzero(sizes > at)
        keys[rows] = keys[rows] * _FACTOR + codes[starts[rows] + at]
    return keys


def _find(table: Keys, keys: Keys) -> tuple[Ints, Ints]:
    """Which of ``keys`` the sorted ``table`` holds, and where."""
    if not len(table):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    at = np.minimum(np.searchsorted(table, keys), len(table) - 1)
    rows = np.flatnonzero(table[at] == keys)
    return rows, at[rows]


def _traced(cut: Ints, which: Ints, whole: Ints, many: list[int]) -> Ints:
    """The way back from the last letter of each; an eojeol that is a piece itself is not cut."""
    width, count = len(cut) - 1, cut.shape[1]
    pieces = np.full((width, count), -1, dtype=np.int64)
    rows = np.arange(count)
    end = np.zeros(count, dtype=np.int64)
    for size in range(1, width + 1):
        end[: many[size]] = size
    pieces[-1] = whole
    rows, end = rows[whole < 0], end[whole < 0]
    for line in range(width - 1, -1, -1):
        pieces[line, rows] = which[end, rows]
        end = cut[end, rows]
        rows, end = rows[end > 0], end[end > 0]
    return pieces


_FIRST = np.array([ord(sound) if sound else 0 for sound in FIRST], dtype=np.uint64)
_LAST = np.array([ord(sound) if sound else 0 for sound in LAST], dtype=np.uint64)
