"""Sorted string tables in two plain arrays: found by binary search in a memory map, never loaded whole."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..lazy import dataclass

_MET = 20_000  # strings whose position a table caches ...
_SHORT = 40  # ... if they have at most so many characters: some two megabytes
_WARM = 500  # strings looked for, from which a process that goes on answering keeps every ``_STRIDE``th in memory
_STRIDE = 32


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StringArray:
    """``n`` byte strings end to end: ``blob`` (bytes,) uint8, ``offsets`` (n + 1,) int64."""

    blob: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> StringArray:
        growing = GrowingStrings()
        for text in texts:
            growing.append(text)
        return growing.array()

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> str:
        return self.raw(index).decode()

    def __iter__(self) -> Iterator[str]:
        blob, offsets = self.blob.tobytes(), self.offsets.tolist()
        if blob.isascii():  # as most ids are: decoded once and sliced
            text = blob.decode()
            return (text[a:b] for a, b in pairwise(offsets))
        return (blob[a:b].decode() for a, b in pairwise(offsets))

    def raw(self, index: int) -> bytes:
        offset = self.offsets.item  # a binary search reads some twenty entries
        return self.blob.data[offset(index) : offset(index + 1)].tobytes()

    def stretch(self, first: int, last: int) -> bytes:
        """The entries from ``first`` to ``last``, which is not included, end to end."""
        return self.blob[self.offsets[first] : self.offsets[last]].tobytes()

    def size(self, index: int) -> int:
        """Bytes of entry ``index``, without reading it."""
        return int(self.offsets[index + 1] - self.offsets[index])


class GrowingStrings:
    """Builds a ``StringArray`` from strings that come one by one."""

    def __init__(self) -> None:
        self._blob, self._ends = bytearray(), array("q", [0])

    def append(self, text: str) -> None:
        self._blob += text.encode()
        self._ends.append(len(self._blob))

    def array(self) -> StringArray:
        """All of them; nothing can be appended afterwards."""
        return StringArray(np.frombuffer(self._blob, dtype=np.uint8), np.frombuffer(self._ends, dtype=np.int64))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StringTable:
    """Distinct strings in byte order; ``find`` gives the position of one.

    ``cache`` holds positions: a query looks for each of its terms several times, and queries share most of theirs.
    ``sample`` holds every ``_STRIDE``th string of a table that is asked often: the first steps of a search in memory.
    """

    strings: StringArray
    cache: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    sample: list[bytes] = field(default_factory=list, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, texts: Iterable[str]) -> StringTable:
        """The table of ``texts``; position ``i`` holds the ``i``-th in UTF-8 byte order (= code point order)."""
        return cls(StringArray.of(sorted(set(texts))))

    def __len__(self) -> int:
        return len(self.strings)

    def __getitem__(self, index: int) -> str:
        return self.strings[index]

    def __iter__(self) -> Iterator[str]:
        return iter(self.strings)

    def __contains__(self, text: str) -> bool:
        return self.find(text) >= 0

    def find(self, text: str) -> int:
        """The position of ``text``, or -1."""
        position = self.cache.get(text)
        if position is None:
            position = self._search(text)
            if len(self.cache) >= _MET:
                self.cache.clear()
            if len(self.cache) == _WARM and not self.sample:
                self.sample[:] = [self.strings.raw(index) for index in range(0, len(self), _STRIDE)]
            if len(text) <= _SHORT:
                self.cache[text] = position
        return position

    def _search(self, text: str) -> int:
        try:
            key = text.encode()
        except UnicodeEncodeError:
            return -1
        blob, offsets = self.strings.blob.data, self.strings.offsets.data  # three times as fast as arrays
        low, high = 0, len(offsets) - 1
        if self.sample:
            block = bisect_right(self.sample, key)
            low, high = max(block - 1, 0) * _STRIDE, min(block * _STRIDE, high)
        while low < high:
            middle = (low + high) // 2
            if bytes(blob[offsets[middle] : offsets[middle + 1]]) < key:
                low = middle + 1
            else:
                high = middle
        there = low < len(offsets) - 1 and blob[offsets[low] : offsets[low + 1]] == key
        return low if there else -1

    def neighbours(self, text: str, count: int) -> Sequence[str]:
        """Up to ``count`` entries around the position where ``text`` would be inserted."""
        key = text.encode(errors="replace")
        low, high = 0, len(self.strings)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.strings.raw(middle) < key else (low, middle)
        start = max(0, min(low - count // 2, len(self.strings) - count))
        return [self.strings[i] for i in range(start, min(start + count, len(self.strings)))]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LoadedTable(StringTable):
    """A table with all ``positions`` in memory, for thousands of lookups."""

    positions: Mapping[str, int]

    @classmethod
    def load(cls, table: StringTable) -> LoadedTable:
        return cls(table.strings, {text: position for position, text in enumerate(table)})

    def find(self, text: str) -> int:
        return self.positions.get(text, -1)


def nearest_names(name: str, table: StringTable, count: int = 3) -> list[str]:
    """Known names that look most like ``name``."""
    import difflib

    if len(table) <= 5_000:
        near = difflib.get_close_matches(name, list(table), n=count, cutoff=0.3)
        if near:
            return near
    return list(table.neighbours(name, count))
