"""Lists of terms as numbers: each term is spelled once, and stands in a list with four bytes."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Ints, stretches
from ..lazy import dataclass

BLOCK = 65_536  # lists that are worked on at a time, so that memory does not grow with all of them


@dataclass(eq=False)
class Spelled:
    """Terms by number, in the order in which they were met."""

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, term: str) -> int:
        return self.numbers.setdefault(term, len(self.numbers))

    def found(self, find: Callable[[str], int]) -> Ints:
        """(v,) the number that ``find`` gives each term."""
        return np.fromiter(map(find, self.numbers), dtype=np.int64, count=len(self.numbers))


class TermLists(Sequence[list[str]]):
    """n lists of terms; those of list ``i`` are the numbers ``ids[start[i]:start[i + 1]]`` of ``spelled``, which other
    lists may share."""

    def __init__(self, spelled: Spelled | None = None) -> None:
        self.spelled = spelled or Spelled()
        self._ids, self._start = array("i"), array("q", [0])
        self._names: list[str] = []

    @classmethod
    def of(cls, lists: Iterable[Iterable[str]]) -> TermLists:
        """The ``lists``, which may be some already."""
        if isinstance(lists, TermLists):
            return lists
        made = cls()
        for terms in lists:
            made.append(terms)
        return made

    def append(self, terms: Iterable[str]) -> None:
        """One more list."""
        self.append_numbers(map(self.spelled.number, terms))

    def append_numbers(self, numbers: Iterable[int]) -> None:
        """One more list, of terms by their numbers."""
        self._ids.extend(numbers)
        self._start.append(len(self._ids))

    @property
    def ids(self) -> NDArray[np.int32]:
        """(p,) the numbers of all lists, end to end. Nothing can be appended while the array is held."""
        return np.frombuffer(self._ids, dtype=np.int32)

    @property
    def start(self) -> Ints:
        """(n + 1,) where each list starts."""
        return np.frombuffer(self._start, dtype=np.int64)

    def used(self) -> Iterator[str]:
        """The distinct terms of all lists."""
        present = np.bincount(self.ids, minlength=len(self.spelled.numbers)) > 0
        return (term for term, used in zip(self.spelled.numbers, present.tolist(), strict=True) if used)

    def filtered(self, accepts: Callable[[str], bool]) -> TermLists:
        """The same lists without the terms that are not ``wanted``."""
        good = np.fromiter(map(accepts, self.spelled.numbers), dtype=bool, count=len(self.spelled.numbers))
        mask = good[self.ids]
        before = np.concatenate([[0], np.cumsum(mask)])
        return self._with(self.ids[mask], before[self.start])

    def distinct(self, accepts: Callable[[str], bool]) -> TermLists:
        """The same lists with each ``accepts`` term once, where it stands first."""
        lists = self.filtered(accepts)
        width = max(len(self.spelled.numbers), 1)
        ids, start = [np.zeros(0, dtype=np.int32)], [np.zeros(1, dtype=np.int64)]
        for first, last in blocks(len(self)):
            part = lists.start[first : last + 1]
            numbers = lists.ids[part[0] : part[-1]]
            owner = np.repeat(np.arange(last - first), np.diff(part))
            at = np.sort(np.unique(owner * width + numbers, return_index=True)[1])
            ids.append(numbers[at])
            start.append(np.bincount(owner[at], minlength=last - first))
        return self._with(np.concatenate(ids), np.cumsum(np.concatenate(start)))

    def beside(self, other: TermLists) -> TermLists:
        """Each list with that of ``other``, which is as long and shares the numbers, behind it."""
        sizes = np.stack([np.diff(self.start), np.diff(other.start)], axis=1).ravel()
        start = np.concatenate([[0], np.cumsum(sizes)])
        ids = np.empty(start[-1], dtype=np.int32)
        for side, lists in enumerate((self, other)):
            ids[stretches(start[side:-1:2], sizes[side::2])] = lists.ids
        return self._with(ids, start[::2])

    def first(self, limit: int) -> TermLists:
        """The first ``limit`` terms of each list."""
        sizes = np.minimum(np.diff(self.start), limit)
        return self._with(self.ids[stretches(self.start[:-1], sizes)], np.concatenate([[0], np.cumsum(sizes)]))

    def emptied(self) -> TermLists:
        """As many lists, all empty."""
        return self._with(np.zeros(0, dtype=np.int32), np.zeros(len(self) + 1, dtype=np.int64))

    def part(self, first: int, last: int) -> TermLists:
        """The lists from ``first`` on, without the ``last``."""
        start = self.start[first : last + 1]
        return self._with(self.ids[start[0] : start[-1]], start - start[0])

    def at(self, rows: Ints) -> TermLists:
        """The lists at ``rows`` (m,)."""
        sizes = self.start[rows + 1] - self.start[rows]
        return self._with(self.ids[stretches(self.start[rows], sizes)], np.concatenate([[0], np.cumsum(sizes)]))

    def _with(self, ids: NDArray[np.int32], start: Ints) -> TermLists:
        made = TermLists(self.spelled)
        made._ids, made._start = array("i"), array("q")
        made._ids.frombytes(np.ascontiguousarray(ids, dtype=np.int32).tobytes())
        made._start.frombytes(np.ascontiguousarray(start, dtype=np.int64).tobytes())
        return made

    def __len__(self) -> int:
        return len(self._start) - 1

    @overload
    def __getitem__(self, place: int) -> list[str]: ...
    @overload
    def __getitem__(self, place: slice) -> list[list[str]]: ...
    def __getitem__(self, place: int | slice) -> list[str] | list[list[str]]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        at = range(len(self))[place]
        if len(self._names) < len(self.spelled.numbers):
            self._names = list(self.spelled.numbers)
        names = self._names
        return [names[number] for number in self._ids[self._start[at] : self._start[at + 1]]]

    def __eq__(self, other: Any) -> bool:
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]


def blocks(count: int, size: int = BLOCK) -> Iterator[tuple[int, int]]:
    """The first and the last but one of each block of ``count`` rows; of none one that is empty."""
    for first in range(0, max(count, 1), size):
        yield first, min(first + size, count)
