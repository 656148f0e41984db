"""The vocabulary of static vectors, and the tokens of an eojeol in it: pieces, n-grams and runs of consonants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ..lazy import dataclass
from ..text.phonetic import consonants

GRAM, SOUND = "~", "="  # mark a character n-gram and a run of consonants in the vocabulary
_LONGEST_PIECE = 8
_LONGEST_EOJEOL = 40
_HEARD = 12  # letters of an eojeol whose consonants are taken
UNKNOWN = 20.0  # cost of a letter that is no piece
_OFTEN = 2_000  # lookups from which a table of all tokens pays


class TokenNumbers(Mapping[str, int]):
    """The number of each token, which is its line in the file of the vocabulary: UTF-8, sorted among the pieces, among
    the n-grams and among the runs of consonants.

    The first lookups are binary searches, so that one query does not wait for a table of all tokens.
    """

    def __init__(self, content: bytes, pieces: int) -> None:
        self._content = content
        self._ends = np.flatnonzero(np.frombuffer(content, dtype=np.uint8) == ord("\n"))
        self._pieces, self._sounds = pieces, pieces + content.count(f"\n{GRAM}".encode())
        self._lookups = 0
        self._table: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[str]:
        return iter(self._full_table())

    def __getitem__(self, name: str) -> int:
        self._lookups += 1
        if self._table is not None or self._lookups > _OFTEN:
            return self._full_table()[name]
        number = self._search(name.encode("utf-8", "surrogatepass"))
        if number < 0:
            raise KeyError(name)
        return number

    def within(self, part: str) -> bool:
        """Whether ``part`` stands in a token, be it in the middle."""
        return part.encode("utf-8", "surrogatepass") in self._content

    def _full_table(self) -> dict[str, int]:
        if self._table is None:
            self._table = {name: at for at, name in enumerate(self._content.decode("utf-8").split("\n")[:-1])}
        return self._table

    def _search(self, name: bytes) -> int:
        """By binary search among the tokens of its kind; -1 if it is none."""
        kinds = {GRAM: (self._pieces, self._sounds), SOUND: (self._sounds, len(self))}
        low, high = kinds.get(chr(name[0]) if name else "", (0, self._pieces))
        end = high
        while low < high:
            middle = (low + high) // 2
            if self._line(middle) < name:
                low = middle + 1
            else:
                high = middle
        return low if low < end and self._line(low) == name else -1

    def _line(self, at: int) -> bytes:
        return self._content[self._ends[at - 1] + 1 if at else 0 : self._ends[at]]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Tokenizer:
    """Eojeols into numbers of the vocabulary.

    ``numbers`` of all tokens, the pieces first; ``costs`` of the pieces by number, -ln of their share.
    """

    numbers: Mapping[str, int]
    costs: list[float]

    def tokens(self, eojeol: str) -> list[int]:
        """The tokens of one eojeol (normal form, lower case); none if nothing of it is known."""
        eojeol = eojeol[:_LONGEST_EOJEOL]
        count = len(self.costs)
        names = [eojeol] if self.numbers.get(eojeol, count) < count else self.pieces(eojeol)
        names += grams(eojeol)
        names += sounds(eojeol)
        return [token for token in map(self.numbers.get, names) if token is not None]

    def pieces(self, eojeol: str) -> list[str]:
        """The cheapest segmentation of an eojeol into pieces; letters that are no piece are left out."""
        costs, number_of, count = self.costs, self.numbers.get, len(self.costs)
        best, cut = [0.0], [0]
        for end in range(1, len(eojeol) + 1):
            low, start = best[end - 1] + UNKNOWN, end - 1
            for begin in range(end - _LONGEST_PIECE if end > _LONGEST_PIECE else 0, end):
                at = number_of(eojeol[begin:end], count)
                if at < count and (cost := best[begin] + costs[at]) < low:
                    low, start = cost, begin
            best.append(low)
            cut.append(start)
        pieces, end = [], len(eojeol)
        while end:
            pieces.append(eojeol[cut[end] : end])
            end = cut[end]
        return pieces[::-1]


def grams(eojeol: str) -> list[str]:
    """Character bigrams of an eojeol; of one in Latin letters the trigrams, with its ends marked."""
    if eojeol.isascii():
        edged = f"_{eojeol}_"
        return [GRAM + edged[i : i + 3] for i in range(len(edged) - 2)] if eojeol.isalpha() else []
    return [GRAM + eojeol[i : i + 2] for i in range(len(eojeol) - 1)]


def sounds(eojeol: str) -> list[str]:
    """The first three consonants of an eojeol, and the first five; none if it has fewer than three."""
    heard = consonants(eojeol[:_HEARD])
    if len(heard) < 3:
        return []
    return [SOUND + heard[:3], SOUND + heard[:5]] if len(heard) > 3 else [SOUND + heard]
