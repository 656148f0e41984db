"""Headlines as vectors of the base model, for queries in another language than the archive's.

The dense space is projected on the axes on which one archive varies, and there a sentence is far from its translation:
of 244 English sentences it finds 12 % first among 2,400 Korean ones, the first dimensions of the base model 75 %.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, unit_rows
from ..arrays.row_file import Rows
from ..arrays.row_mapping import taken
from ..arrays.stored import Arrays, Files
from ..lazy import dataclass, pattern
from ..text.normalize import eojeols
from .fused import BaseMeaning

WIDTH = 128  # dimensions: the first of the base model are those that its teacher taught
_SCALE = 127
_BLOCK = 65_536  # rows at a time, so that a large archive is never held as floats
NEITHER, HANGUL, LATIN = 0, 1, 2  # scripts
_LATIN_LETTERS = pattern("[A-Za-z]")


@dataclass(frozen=True, eq=False, repr=False)
class BilingualIndex:
    """``rows`` (n, ``WIDTH``) int8, unit rows times 127; ``script`` (n,) uint8, in which each headline is written."""

    rows: NDArray[np.int8]
    script: NDArray[np.uint8]
    base: BaseMeaning

    @classmethod
    def of(cls, headlines: Sequence[str], meaning: Rows, base: BaseMeaning) -> BilingualIndex:
        """From the rows (n, m) of n ``headlines`` by the base model."""
        script = np.fromiter(map(script_of, headlines), dtype=np.uint8, count=len(headlines))
        return cls(_quantize(meaning), script, base)

    @classmethod
    def silent(cls) -> BilingualIndex:
        """An index of no articles."""
        return cls(np.zeros((0, WIDTH), np.int8), np.zeros(0, np.uint8), BaseMeaning(""))

    def __len__(self) -> int:
        return len(self.script)

    def arrays(self) -> Arrays:
        """See ``Component``."""
        return {"rows": self.rows, "script": self.script}

    def document(self) -> None:
        """See ``Component``."""

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> BilingualIndex:
        """See ``Component``."""
        return cls(files["rows"], files["script"], BaseMeaning(about["base_model"]))

    def with_rows(self, headlines: Sequence[str], source: NDArray[np.int64]) -> BilingualIndex:
        """Row ``i`` comes from ``source[i]``, which counts the rows of this index, then the ``headlines``."""
        if not headlines:
            return replace(self, rows=self.rows[source], script=self.script[source])
        new = BilingualIndex.of(headlines, self.base.encode((), list(headlines)), self.base)
        return replace(self, rows=taken(self.rows, new.rows, source), script=taken(self.script, new.script, source))

    def is_foreign(self, text: str) -> bool:
        """Whether most articles are written in another script than the query ``text``."""
        script = script_of(text)
        return script != NEITHER and 2 * self.in_others[script] > len(self)

    def vector(self, text: str, worth: Mapping[str, float] = MappingProxyType({})) -> Floats:
        """(``WIDTH``,) unit vector of a query, its words weighted by their ``worth``, 1 if not given."""
        return np.asarray(unit_rows(self.base.vectors.place([eojeols(text)], worth)[:, :WIDTH])[0])

    @cached_property
    def in_others(self) -> list[int]:
        """For each script, how many articles are written in another one."""
        return [int(np.count_nonzero(self.in_another(script))) for script in (NEITHER, HANGUL, LATIN)]

    def cosines(self, vector: Floats) -> Floats:
        """(n,) cosine of every article with the ``vector`` of a query, at least 0; also of those in its own script."""
        cosines = np.zeros(len(self), dtype=np.float32)
        for start in range(0, len(self), _BLOCK):
            span = slice(start, start + _BLOCK)
            cosines[span] = self.rows[span].astype(np.float32) @ (vector / np.float32(_SCALE))
        return np.maximum(cosines, 0)

    def in_another(self, script: int) -> NDArray[np.bool_]:
        """(n,) which articles are written in another script."""
        return np.asarray((self.script != script) & (self.script != NEITHER))


def script_of(text: str) -> int:
    """``HANGUL`` where a third of the letters are: Korean headlines are full of Latin names."""
    hangul = sum("가" <= char <= "힣" for char in text)
    latin = len(_LATIN_LETTERS.findall(text))
    if not hangul + latin:
        return NEITHER
    return HANGUL if 3 * hangul >= hangul + latin else LATIN


def _quantize(meaning: Rows) -> NDArray[np.int8]:
    rows = np.zeros((len(meaning), WIDTH), dtype=np.int8)
    for start in range(0, len(meaning), _BLOCK):
        span = slice(start, start + _BLOCK)
        some = unit_rows(np.asarray(meaning[span][:, :WIDTH], dtype=np.float32))
        rows[span, : some.shape[1]] = np.rint(some * _SCALE).astype(np.int8)
    return rows
