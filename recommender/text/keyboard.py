"""Keyboard errors in Hangul: letters that form no syllable, and Hangul typed with the keyboard in English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..lazy import pattern
from .jamo import ONSETS, letters, syllable

LOOSE = pattern("(?=.{2,12}$)[a-z가-힣]*[ㄱ-ㅣ][a-z가-힣ㄱ-ㅣ]*")
_KEYS = dict(zip(ONSETS + "ㅏㅒㅐㅑㅓㅖㅔㅕㅗㅛㅜㅠㅡㅣ", "rrseefaqqttdwwczxvgkooijppuhynbml", strict=True))
_TYPED = {ord(key): jamo for jamo, key in _KEYS.items() if jamo not in "ㄲㄸㅃㅆㅉㅒㅖ"}
_DOUBLE = dict(zip("ㄱㄷㅂㅅㅈㅐㅔ", "ㄲㄸㅃㅆㅉㅒㅖ", strict=True))
_HALVES = "ㅗㅏㅗㅐㅗㅣㅜㅓㅜㅔㅜㅣㅡㅣㄱㅅㄴㅈㄴㅎㄹㄱㄹㅁㄹㅂㄹㅅㄹㅌㄹㅍㄹㅎㅂㅅ"
_PARTS = {whole: _HALVES[2 * at : 2 * at + 2] for at, whole in enumerate("ㅘㅙㅚㅝㅞㅟㅢㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ")}
_JOINED = {parts: jamo for jamo, parts in _PARTS.items()}
_SYLLABLE = pattern(
    "([ㄱ-ㅎ])(ㅗ[ㅏㅐㅣ]|ㅜ[ㅓㅔㅣ]|ㅡㅣ|[ㅏ-ㅣ])"
    "((?:ㄱㅅ|ㄴ[ㅈㅎ]|ㄹ[ㄱㅁㅂㅅㅌㅍㅎ]|ㅂㅅ|[ㄱㄲㄴㄷㄹㅁㅂㅅㅆㅇㅈㅊㅋㅌㅍㅎ])(?![ㅏ-ㅣ]))?"
)
SYLLABLES = pattern("[가-힣]{2,}")
_ROWS = ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ")
_SET_IN = (0.0, 0.25, 0.75)  # widths of a key by which each row begins further right
_PLACE = {jamo: (row, at + _SET_IN[row]) for row, keys in enumerate(_ROWS) for at, jamo in enumerate(keys)}
_PLACE |= {shifted: _PLACE[jamo] for shifted, jamo in zip("ㄲㄸㅃㅆㅉㅒㅖ", "ㄱㄷㅂㅅㅈㅐㅔ", strict=True)}
_APART = 1.2  # widths of a key up to which two keys of neighbouring rows lie side by side


def keys_of(word: str) -> str:
    """The letters of Hangul that were typed for ``word``, one a key."""
    return "".join([_PARTS.get(jamo, jamo) for char in word for jamo in letters(char).rstrip()])


def joined(keys: str) -> str:
    """The syllables that letters of Hangul make."""
    return _SYLLABLE.sub(_join, keys)


def in_latin(keys: str) -> str:
    """What the same keys say with the keyboard in English."""
    return "".join([_KEYS.get(key, key) for key in keys])


def in_hangul(word: str) -> str:
    """What small Latin letters say with the keyboard in Korean."""
    return joined(word.translate(_TYPED))


def with_a_key_less(keys: str) -> Iterator[str]:
    """The same with each key left out, and with each one swapped with the next."""
    cut = [(keys[:at], keys[at : at + 1], keys[at + 1 :]) for at in range(len(keys) + 1)]
    return (start + made for start, key, end in cut for made in (end, end[:1] + key + end[1:]))


def with_a_key_more(keys: str) -> Iterator[str]:
    """All strings with one more key after the first."""
    gaps = range(1, len(keys) + 1) if len(keys) < 25 else ()
    return (keys[:gap] + new + keys[gap:] for gap in gaps for new in _KEYS)


def in_hangul_shifted(word: str) -> Iterator[str]:
    """What small Latin letters say with the keyboard in Korean and one key of them shifted: rhcrp 꽃게."""
    typed = word.translate(_TYPED)
    for at, jamo in enumerate(typed):
        if double := _DOUBLE.get(jamo):
            yield joined(typed[:at] + double + typed[at + 1 :])


def side_by_side(one: str, two: str) -> bool:
    """Whether two letters of Hangul lie on keys beside one another; a shifted letter lies where the plain one does."""
    if one == two or one not in _PLACE or two not in _PLACE:
        return False
    (row, at), (other, there) = _PLACE[one], _PLACE[two]
    return abs(row - other) <= 1 and abs(at - there) < _APART


def key_too_many(written: str, meant: str) -> bool:
    """Whether ``written`` (letters of ``keys_of``) is ``meant`` with one key hit twice, or the one beside it too."""
    for at in range(len(written)):
        if written[:at] + written[at + 1 :] == meant:
            beside = written[max(0, at - 1) : at] + written[at + 1 : at + 2]
            if any(written[at] == key or side_by_side(written[at], key) for key in beside):
                return True
    return False


def _join(match: re.Match[str]) -> str:
    onset, vowel, coda = (_JOINED.get(part, part) for part in match.groups(" "))
    return syllable(onset, vowel, coda)
