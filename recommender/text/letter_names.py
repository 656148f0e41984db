"""Latin letters by their names in Hangul: 엘지 for LG, 에스케이하이닉스 for SK하이닉스."""

from __future__ import annotations

from functools import lru_cache

_NAMES = [
    "a에이",
    "b비",
    "c씨",
    "d디",
    "e이",
    "f에프",
    "g지",
    "h에이치",
    "i아이",
    "j제이",
    "k케이",
    "l엘",
    "m엠",
    "n엔",
    "o오",
    "p피",
    "q큐",
    "r알",
    "s에스",
    "t티",
    "u유",
    "v브이",
    "w더블유",
    "x엑스",
    "y와이",
    "z제트",
    "z지",
]
_SPOKEN = {name[1:]: name[0] for name in reversed(_NAMES)}
_SPELLED = {name[0]: name[1:] for name in reversed(_NAMES)}
_LONGEST, _MOST = 4, 5  # syllables of a name; letters of a word


def in_latin(word: str) -> tuple[str, ...]:
    """``word`` with two letters and more at its start in Latin, as many as may be first; none if it has none."""
    return tuple(dict.fromkeys(sorted(_read(word[:20]), key=len)))


@lru_cache(maxsize=20_000)
def _read(word: str) -> tuple[str, ...]:
    """Each way to read letters at the start of ``word``, two and more of them."""
    ways = []
    spots = [("", 0)]
    while spots:
        read, at = spots.pop()
        if len(read) > 1:
            ways.append(read + word[at:])
        for size in range(1, _LONGEST + 1):
            letter = _SPOKEN.get(word[at : at + size]) if len(word) >= at + size else None
            if letter and len(read) < _MOST:
                spots.append((read + letter, at + size))
    return tuple(ways)


def in_hangul(word: str) -> str:
    """A short Latin ``word`` by the names of its letters; empty for a longer one."""
    return "".join(_SPELLED[letter] for letter in word) if word.isascii() and word.isalpha() and len(word) <= 4 else ""
