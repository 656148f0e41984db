"""Candidates for spelling correction: words of a table that look or sound like an unknown one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import field

import numpy as np
from numpy.typing import NDArray

from ..arrays.strings import StringArray, StringTable
from ..lazy import dataclass
from .jamo import BASE, ONSETS, letters, split
from .transliterated import HANGUL, LATIN, may_begin, spells
from .typos import FAMILY

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WIDEST = 4  # letters of a Latin word to a syllable of Hangul, fewer than
_PARTICLE = 2  # syllables of a particle behind a word, up to which its eojeol is looked at


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The words of ``table``; ``count`` says how many articles hold one of them.

    ``stem``: the table holds eojeols, of which it says what the word is: 수돗물에 -> 수돗물. ``mark`` stands before
    each word of the table. ``blocks`` and ``ranges`` keep what was read of it.
    """

    table: StringTable
    count: Callable[[str], int]
    stem: Callable[[str], str] | None = None
    mark: str = ""
    blocks: dict[tuple[str, int, int], tuple[NDArray[np.int64], ...]] = field(
        default_factory=dict, init=False, repr=False
    )
    ranges: dict[tuple[str, int], tuple[int, NDArray[np.int64]]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        strings = self.table.strings  # a plain view of a memory map is read five times as fast
        plain = StringTable(StringArray(np.asarray(strings.blob), np.asarray(strings.offsets)))
        object.__setattr__(self, "table", plain)

    @classmethod
    def of(cls, table: StringTable, spread: NDArray[np.int64], mark: str = "") -> Candidates:
        """Of terms, of which ``spread`` (v,) counts the articles."""

        def count(word: str) -> int:
            return int(spread[row]) if (row := table.find(mark + word)) >= 0 else 0

        return cls(table, count, mark=mark)

    def __contains__(self, word: str) -> bool:
        return self.mark + word in self.table

    def alike(self, latin: str, word: str) -> Iterator[str]:
        """Words of as many syllables behind the letters ``latin`` as ``word`` has, that differ in two letters of
        Hangul, or in five that sound much the same."""
        written, size = split(np.array([*map(ord, word)])), len(word)
        for onset in np.flatnonzero(FAMILY[written[0, 0]] == FAMILY).tolist():
            for more in range(1 + (_PARTICLE if self.stem else 0)):
                codes, rows = self._block(latin, BASE + 588 * onset, 588, size + more)
                parts = split(codes[:, :size])
                wrong = (parts != written).sum((1, 2))
                close = (FAMILY[parts[:, :, 0]] == FAMILY[written[:, 0]]).all(1)
                yield from self._words(rows[(wrong <= 2) | (close & (wrong <= 5))], len(latin) + size)

    def shifted(self, latin: str, word: str) -> Iterator[str]:
        """Words with a syllable more than ``word``, the others as they are."""
        written, length = np.array([*map(ord, word)]), len(word) + 1
        codes, rows = self._block(latin, ord(word[0]), 1, length)
        yield from self._words(rows[_edges_same(codes, written, length) >= length - 1], len(latin) + length)

    def latin(self, word: str) -> Iterator[str]:
        """Words of Latin letters that may be ``word`` with a letter wrong, missing, doubled or swapped."""
        written, size = np.array([*map(ord, word)]), len(word)
        for length in range(max(4, size - 1), size + 2 if size > 3 else 0):
            codes, rows = self._block("", ord(word[0]), 1, length)
            yield from self._words(rows[_edges_same(codes, written, length) >= max(size, length) - 2], length)

    def spelled(self, word: str) -> Iterator[str]:
        """Words of Hangul that spell a Latin ``word``, or the Latin ones that a word of Hangul spells."""
        if word.isascii():
            firsts = [onset for onset, letter in enumerate(ONSETS) if may_begin(letter, word[0])]
            blocks = [(BASE + 588 * onset, 588, size) for onset in firsts for size in range(HANGUL, len(word) + 1)]
        else:
            firsts = [ord(letter) for letter in _LETTERS if may_begin(letters(word[0])[0], letter)]
            sizes = range(max(LATIN, len(word)), _WIDEST * len(word))
            blocks = [(first, 1, size) for first in firsts for size in sizes]
        for block in blocks:
            for row in self._block("", *block)[1].tolist():
                name = self.table[row].removeprefix(self.mark)
                if spells(*((name, word) if word.isascii() else (word, name))):
                    yield name

    def _words(self, rows: NDArray[np.int64], size: int) -> Iterator[str]:
        """The words at ``rows``; of eojeols those whose word has ``size`` letters."""
        for row in rows.tolist():
            word = self.table[row].removeprefix(self.mark)
            if len(word) == size:
                yield word
            elif self.stem and len(stem := self.stem(word)) == size:
                yield stem

    def _block(self, latin: str, first: int, wide: int, size: int) -> tuple[NDArray[np.int64], ...]:
        """(m, size) letters and (m,) rows of words: behind ``latin`` stands one of ``wide`` from ``first`` on."""
        latin = self.mark + latin
        key = (latin + chr(first), wide, size)
        if key not in self.blocks:
            low, sizes = self._sizes(latin, first, wide)
            strings, size_of = self.table.strings, len(chr(first).encode())
            rows = low + np.flatnonzero(sizes == len(latin) + size_of * size)
            starts = strings.offsets[rows] + len(latin)
            raw = strings.blob[starts[:, None] + np.arange(size_of * size)].astype(np.int64)
            codes = raw if size_of == 1 else (raw[:, ::3] - 224) * 4096 + (raw[:, 1::3] - 128) * 64 + raw[:, 2::3] - 128
            right = ((codes >= ord("a")) & (codes <= ord("z"))) | ((codes >= BASE) & (codes < BASE + 11_172))
            self.blocks[key] = codes[right.all(1)], rows[right.all(1)]
        return self.blocks[key]

    def _sizes(self, latin: str, first: int, wide: int) -> tuple[int, NDArray[np.int64]]:
        """The row of the first word of a block, and the bytes of each of its words."""
        key = (latin + chr(first), wide)
        if key not in self.ranges:
            strings = self.table.strings
            edges = [(latin + chr(code)).encode() for code in (first, first + wide)]
            low, high = (bisect_left(range(len(strings)), edge, key=strings.raw) for edge in edges)
            self.ranges[key] = low, np.diff(strings.offsets[low : high + 1])
        return self.ranges[key]


def _edges_same(codes: NDArray[np.int64], word: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """(m,) how many letters of words (m, length) stand at the same place as in ``word``, counted from either end."""
    both = min(len(word), length)
    same = (codes[:, :both] == word[:both]).sum(1) + (codes[:, -both:] == word[-both:]).sum(1)
    return np.asarray(same, dtype=np.int64)
