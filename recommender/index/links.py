"""Related lists between articles, as sparse rows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats
from ..arrays.stored import Arrays, Files
from ..lazy import dataclass


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Links:
    """Related lists between articles, by row number: compressed rows, both ways.

    ``listed_start`` (n + 1,), ``listed``: what each page lists; ``lists_start``, ``lists``: the pages that
    list each article. int64 starts, int32 members.
    """

    listed_start: NDArray[np.int64]
    listed: NDArray[np.int32]
    lists_start: NDArray[np.int64]
    lists: NDArray[np.int32]

    @classmethod
    def of(cls, sources: NDArray[np.int64], targets: NDArray[np.int64], count: int) -> Links:
        """From pairs of row numbers, in the order of the lists."""
        forward = np.argsort(sources, kind="stable")
        backward = np.lexsort((sources, targets))
        return cls(
            _starts(sources, count),
            targets[forward].astype(np.int32),
            _starts(targets, count),
            sources[backward].astype(np.int32),
        )

    def arrays(self) -> Arrays:
        """See ``Component``."""
        return {name: getattr(self, name) for name in self.__slots__}

    def document(self) -> None:
        """See ``Component``."""

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> Links:
        """See ``Component``."""
        return cls(**{name: files[name] for name in cls.__slots__})

    def listed_by(self, row: int) -> NDArray[np.int32]:
        return self.listed[int(self.listed_start[row]) : int(self.listed_start[row + 1])]

    def lists_of(self, row: int) -> NDArray[np.int32]:
        return self.lists[int(self.lists_start[row]) : int(self.lists_start[row + 1])]

    def scores(self, row: int | None, count: int) -> Floats:
        """1 for what the article lists or is listed by; 1 - 2^-m for what stands beside it in m lists. (n,)

        One array for all that stand in no list: not to be written to.
        """
        if row is None or not self.listed_by(row).size + self.lists_of(row).size:
            return nothing(count)
        total = np.zeros(count, dtype=np.float32)
        beside = [self.listed_by(int(page)) for page in self.lists_of(row)]
        if beside:
            others = np.sort(np.concatenate(beside))
            first = np.flatnonzero(np.diff(others, prepend=-1))
            lists = np.diff(np.append(first, len(others)))
            total[others[first]] = 1 - np.exp2(-lists.astype(np.float32))
        total[self.listed_by(row)] = 1
        total[self.lists_of(row)] = 1
        return total

    def scores_of_others(self, row: int, count: int, counted: NDArray[np.bool_]) -> Floats:
        """``scores`` as if the article had no list: what it lists gains by lists of other ``counted`` pages alone.

        A page that it lists and that lists it is not counted either: that is the same pair from the other side.
        """
        pages = self.lists_of(row)
        pages = pages[counted[pages] & ~np.isin(pages, self.listed_by(row)) & (pages != row)]
        beside = np.zeros(count, dtype=np.float32)
        for page in pages:
            np.add.at(beside, self.listed_by(int(page)), 1)
        total = (1 - np.exp2(-beside)).astype(np.float32)
        total[pages] = 1
        return total


@lru_cache(maxsize=4)
def nothing(count: int) -> Floats:
    """(n,) zeros, read only."""
    zeros = np.zeros(count, dtype=np.float32)
    zeros.flags.writeable = False
    return zeros


def _starts(members: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(members, minlength=count), out=starts[1:])
    return starts
