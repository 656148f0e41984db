"""The words of a short question as a title spells them: in compounds, across blanks, with particles behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..lazy import pattern
from ..text.variants import parts_of

Cut = Callable[[str], Sequence[str]]  # the words of an eojeol
Spread = Callable[[str], int]  # how many articles hold a word
_SPACED = 4  # syllables of a word from which blanks and particles may stand inside it
_PRICES = ("값", "시세", "가격")  # what stands behind a word of one syllable: 금값
# What may stand behind a word of a question: particles, endings, 씨 behind a name; at least two letters are left.
_PARTICLE = pattern(
    "(?:(?<=[가-힣]{3})씨)?(?:에서는|에서도|으로는|으로도|이라는|에게는|까지는|부터는|에서|에게|으로|까지|부터|처럼|보다|라며|이라|에도|에는|에선|"
    "와의|과의|로는|로도|하는|하고|해야|한다|했다|된다|됐다|한테서|한테|께서|[은는이가을를에의와과도로만서엔])$|(?<=[가-힣]{3})씨$"
)


def core(word: str) -> str:
    """A word without the particle behind it: 정부가 -> 정부."""
    bare = _PARTICLE.sub("", word) if word[-1:] >= "가" else word
    return bare if len(bare) > 1 else word


class Words(NamedTuple):
    """Words of a question, of which ``inside`` may stand anywhere in a title, ``ahead`` where an eojeol starts;
    ``names`` of days and types in two parts (``variants``)."""

    inside: list[str]
    ahead: list[str]
    names: list[str]

    @classmethod
    def of(cls, cores: Iterable[str]) -> Words:
        """Hangul may stand anywhere, anything else and single letters at the start of an eojeol."""
        words = cls([], [], [])
        for part in cores:
            (words.names if parts_of(part) else words.inside if anywhere(part) else words.ahead).append(part)
        return words

    def may_stand(self, joined: str) -> bool:
        """Whether a title, its eojeols ``joined``, holds the end of each word: a quick look, which most fail."""
        return all(part[-2:] in joined for part in self.inside) and all(part in joined for part in self.ahead)

    def in_title(self, title: Sequence[str], cut: Cut = lambda _: (), spread: Spread = lambda _: 0) -> bool:
        """Whether the eojeols of a title hold each word: what may stand anywhere also across blanks, what stands ahead
        with nothing but a particle behind. No short word is made of the end of one word and the beginning of the
        next, nor of the end of one by itself."""
        joined = "".join(title)
        for part in self.inside:
            if not (
                _whole(title, part, cut, spread) if part in joined else part[-2:] in joined and _spaced(title, part)
            ):
                return False
        if not all(any(_starts(eojeol, part, cut) for eojeol in title) for part in self.ahead):
            return False
        return all(one in joined and two in joined for one, two in map(parts_of, self.names))


def anywhere(part: str) -> bool:
    """Whether a word may stand anywhere in an eojeol: Hangul of two syllables and more."""
    return len(part) > 1 and all("가" <= char <= "힣" for char in part)


def _whole(title: Sequence[str], part: str, cut: Cut, spread: Spread) -> bool:
    """Whether a word that stands in a title is no end of one word with the beginning of the next, if it is short."""
    if len(part) > 2:
        return True
    if any(eojeol.startswith(part) for eojeol in title):
        return True
    if any(one == part[0] and two.startswith(part[1]) for one, two in pairwise(title)):
        return True
    return any(_parted(eojeol, at, cut, spread) for eojeol in title if (at := eojeol.find(part)) > 0)


def _parted(eojeol: str, start: int, cut: Cut, spread: Spread) -> bool:
    """Whether the two syllables from ``start`` on are a word of an eojeol: no known word ends in their middle, as in
    주한미군, which holds no 한미, and within a word they are seen more than what they part, as 기업 in 대기업 and not
    전소 in 발전소."""
    words, two = cut(eojeol), eojeol[start : start + 2]
    if around := [word for word in words if two in word]:
        return any((at := word.find(two)) == 0 or spread(two) >= spread(word[at - 1 : at + 1]) for word in around)
    return not any(eojeol[: start + 1].endswith(word) for word in words if len(word) > 1)


def _spaced(title: Sequence[str], part: str) -> bool:
    """Whether eojeols in a row make up a long word, less their particles: 밥은 먹고 다니냐 is 밥먹고다니냐."""
    if len(part) < _SPACED:
        return False
    return any(eojeol[0] == part[0] and _made_of(title[at:], part) for at, eojeol in enumerate(title))


def _made_of(title: Sequence[str], part: str) -> bool:
    if not title:
        return False
    if len(part) > 1 and _starts(title[0], part):
        return True
    heads = {title[0], _PARTICLE.sub("", title[0])} - {""}
    return any(part.startswith(head) and head != part and _made_of(title[1:], part[len(head) :]) for head in heads)


def _starts(eojeol: str, part: str, cut: Cut = lambda _: ()) -> bool:
    if not eojeol.startswith(part):
        return False
    rest = eojeol.removeprefix(part)
    if len(part) == 1:
        return not rest or rest.startswith(_PRICES) or (_PARTICLE.sub("", eojeol) == part and not cut(eojeol))
    return not rest or "가" <= rest[0] <= "힣" or numbered(eojeol, part)


def numbered(term: str, word: str) -> bool:
    """Whether ``term`` is the Latin ``word`` with a number behind it."""
    return word.isascii() and word.isalpha() and term.startswith(word) and term[len(word) : len(word) + 1].isdigit()
