"""The vocabulary of static vectors, and the tokens of an eojeol in it: pieces, n-grams and runs of consonants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ..text.phonetic import consonants

GRAM, SOUND = "~", "="  # stand before a character n-gram and a run of consonants in the vocabulary
_LONGEST_PIECE = 8
_LONGEST_EOJEOL = 40
_HEARD = 12  # letters of an eojeol whose consonants are looked at
UNKNOWN = 20.0  # cost of a letter that is no piece
_OFTEN = 2_000  # tokens asked for, from which a table of all of them is worth its making


class Places(Mapping[str, int]):
    """The place of each token in the file of the vocabulary: lines of UTF-8, sorted among the pieces, among the n-grams
    and among the runs of consonants.

    The first tokens asked for are found by halving, so that one question does not wait for a table of all of them.
    """

    def __init__(self, held: bytes, pieces: int) -> None:
        self._held = held
        self._ends = np.flatnonzero(np.frombuffer(held, dtype=np.uint8) == ord("\n")).tolist()
        self._pieces, self._sounds = pieces, pieces + held.count(f"\n{GRAM}".encode())
        self._asked = 0
        self._table: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __getitem__(self, name: str) -> int:
        self._asked += 1
        if self._table is not None or self._asked > _OFTEN:
            return self._whole()[name]
        place = self._found(name.encode("utf-8", "surrogatepass"))
        if place < 0:
            raise KeyError(name)
        return place

    def _whole(self) -> dict[str, int]:
        if self._table is None:
            self._table = {name: at for at, name in enumerate(self._held.decode("utf-8").split("\n")[:-1])}
        return self._table

    def _found(self, name: bytes) -> int:
        """By halving among the tokens of its kind; -1 if it is none."""
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
        return self._held[self._ends[at - 1] + 1 if at else 0 : self._ends[at]]


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """Eojeols into numbers of the vocabulary.

    ``places`` of every token, the pieces first; ``costs`` of these by place, -ln of their share.
    """

    places: Mapping[str, int]
    costs: list[float]

    def tokens(self, eojeol: str) -> list[int]:
        """The tokens of one eojeol (normal form, lower case); none if nothing of it is known."""
        eojeol = eojeol[:_LONGEST_EOJEOL]
        count = len(self.costs)
        names = [eojeol] if self.places.get(eojeol, count) < count else self.pieces(eojeol)
        names += grams(eojeol)
        names += sounds(eojeol)
        return [place for place in map(self.places.get, names) if place is not None]

    def pieces(self, eojeol: str) -> list[str]:
        """The cheapest cut of an eojeol into pieces; letters that are no piece are left out."""
        costs, place, count = self.costs, self.places.get, len(self.costs)
        best, cut = [0.0], [0]
        for end in range(1, len(eojeol) + 1):
            low, start = best[end - 1] + UNKNOWN, end - 1
            for begin in range(end - _LONGEST_PIECE if end > _LONGEST_PIECE else 0, end):
                at = place(eojeol[begin:end], count)
                if at < count and (cost := best[begin] + costs[at]) < low:
                    low, start = cost, begin
            best.append(low)
            cut.append(start)
        found, end = [], len(eojeol)
        while end:
            found.append(eojeol[cut[end] : end])
            end = cut[end]
        return found[::-1]


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
