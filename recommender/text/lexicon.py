"""The lexicon of a corpus: the words of each eojeol, and the frequencies of words and endings."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.strings import StringArray, StringTable
from ..lazy import dataclass

_JOSA = (  # noqa: SIM905
    "은 는 이 가 을 를 에 의 와 과 도 로 만 서 나 랑 께 여 야 고 에서 에게 으로 "
    "부터 까지 보다 처럼 라도 이나 이라 라고 이라고 에도 에는 에만 로도 로는 와의 과의 "
    "만의 에서도 에서는 에서의 으로도 으로는 으로의 로의 까지도 부터는 에게는 이라는 라는 "
    "이란 란 이며 이고 이자 이다 다 들 들이 들은 들을 들의 들과 들도 들에 들에게 들로 "
    "하다 하는 한다 하고 하며 해 했다 한 할 함 하기 하자 해야 했던 하면 하지 해서 "
    "했지만 되다 되는 된다 되고 되며 돼 됐다 된 될 됨 되나 됐던 되면 한다는 된다는 "
    "했다는 됐다는 시키는 시킨 적 적인 적으로 중 중인 별 째 씩 쯤 뿐 뿐만 밖에 마다 "
    "조차 마저 한테 한테서 께서 씨 씨가 씨는 씨의 씨를 씨와 씨도 씨에게 씨에 씨로 "
).split()
_LONGEST_ENDING = 6
_ENDING_STEMS = 3  # stems after which an ending must have been seen to count as one
_PRIOR = 20  # how often each common particle counts as seen before the corpus is looked at


class Parse(NamedTuple):
    """What Kiwi says of one eojeol: its words, and the particle or ending behind the last noun."""

    words: tuple[str, ...]
    ending: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Lexicon:
    """What training learned of a corpus's words.

    ``known`` eojeols, with their words (blank-separated) at the same place of ``parses``;
    ``words``, with ``costs`` (n_words,) float32 = -ln of their share; ``endings`` (particles and verb
    endings after a noun), with ``ending_costs``.
    """

    known: StringTable
    parses: StringArray
    words: StringTable
    costs: NDArray[np.float32]
    endings: StringTable
    ending_costs: NDArray[np.float32]

    @classmethod
    def learn(cls, parses: Mapping[str, Parse], counts: Mapping[str, int]) -> Lexicon:
        """From every distinct eojeol's parse and how often the eojeol stands in the corpus."""
        known = StringTable.of(parses)
        frequency: Counter[str] = Counter()
        stems: dict[str, set[str]] = {}
        for eojeol, parse in parses.items():
            for word in parse.words:
                frequency[word] += counts.get(eojeol, 1)
            if parse.words and 0 < len(parse.ending) <= _LONGEST_ENDING:
                stems.setdefault(parse.ending, set()).add(parse.words[-1])
        endings = Counter({ending: len(s) for ending, s in stems.items() if len(s) >= _ENDING_STEMS})
        endings.update(dict.fromkeys(_JOSA, _PRIOR))
        words_table, costs = _costed(frequency)
        endings_table, ending_costs = _costed(endings)
        strings = StringArray.of(" ".join(parses[eojeol].words) for eojeol in known)
        return cls(known, strings, words_table, costs, endings_table, ending_costs)

    def lookup(self, eojeol: str) -> tuple[str, ...] | None:
        i = self.known.find(eojeol)
        return None if i < 0 else tuple(self.parses[i].split())

    def cost(self, word: str) -> float | None:
        i = self.words.find(word)
        return None if i < 0 else float(self.costs[i])

    def ending_cost(self, ending: str) -> float | None:
        i = self.endings.find(ending)
        return None if i < 0 else float(self.ending_costs[i])


def _costed(frequency: Counter[str]) -> tuple[StringTable, NDArray[np.float32]]:
    table = StringTable.of(frequency)
    total = max(1, frequency.total())
    return table, np.array([-math.log(frequency[word] / total) for word in table], dtype=np.float32)
