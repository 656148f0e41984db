"""The consonants of a word, as Hangul and Latin spelling share them: 배터리 and battery are both ``ptr``."""

from __future__ import annotations

import re

from ..lazy import pattern

FIRST = ("k", "k", "n", "t", "t", "r", "m", "p", "p", "s", "s", "", "c", "c", "c", "k", "t", "p", "h")
LAST = ("", "k", "k", "k", "n", "n", "n", "t", "r", "k", "m", "r", "r", "r", "p", "r", "m", "p", "p", "s", "s", "g",
         "c", "c", "k", "t", "p", "t")  # fmt: skip
_LATIN = (
    ("ough", ""), ("augh", ""), ("sch", "s"), ("tch", "c"), ("tion", "sn"), ("sion", "sn"), ("ng", "g"),
    ("ch", "c"), ("sh", "s"), ("th", "s"), ("ph", "p"), ("gh", "k"), ("ck", "k"), ("qu", "k"), ("wh", ""),
    ("ce", "s"), ("ci", "s"), ("cy", "s"), ("ge", "c"), ("gi", "c"), ("x", "ks"), ("c", "k"), ("q", "k"),
    ("g", "k"), ("j", "c"), ("z", "s"), ("b", "p"), ("f", "p"), ("v", "p"), ("d", "t"), ("l", "r"),
    ("a", ""), ("e", ""), ("i", ""), ("o", ""), ("u", ""), ("w", ""), ("y", ""),
)  # fmt: skip
_SPELLING = pattern("|".join(spelled for spelled, _ in _LATIN))
_SPOKEN = dict(_LATIN)
_TWICE = pattern(r"(.)\1+")


def consonants(word: str) -> str:
    """The consonants of a word of Hangul or of small Latin letters; empty for anything else.

    Voiced and aspirated ones are one (k, t, p, c, s), so are l and r; ng is g; twins count once; vowels and
    glides are left out.
    """
    if word.isascii():
        return _TWICE.sub(r"\1", _SPELLING.sub(_spoken, _TWICE.sub(r"\1", word))) if word.isalpha() else ""
    if not word.isalpha():
        return ""
    heard = "".join([_HEARD[char] for char in word])
    return heard if len(set(heard)) == len(heard) else _TWICE.sub(r"\1", heard)


class _Syllables(dict[str, str]):
    """The consonants of a syllable of Hangul; nothing for other letters."""

    def __missing__(self, char: str) -> str:
        code = ord(char) - 0xAC00
        heard = FIRST[code // 588] + LAST[code % 28] if 0 <= code < 11172 else ""
        self[char] = heard
        return heard


_HEARD = _Syllables()


def _spoken(match: re.Match[str]) -> str:
    return _SPOKEN[match.group()]
