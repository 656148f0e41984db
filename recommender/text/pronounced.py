"""How a word of Hangul sounds, by the rules of standard pronunciation: 수돋물 and 수돗물 are both 수돈물.

Who writes a word as it sounds makes no other word of it. Vowels that most speakers no longer tell apart are one.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from .jamo import letters

_SAME = dict(zip("ㅐㅒㅚㅙ", "ㅔㅖㅞㅞ", strict=True))
# What a coda leaves where it stands, and what passes on to a syllable that begins with a vowel.
_STAYS = dict(zip("ㄲㅋㄳㄺㅅㅆㅈㅊㅌㅎㅍㅄㄿㄵㄶㄼㄽㄾㅀㄻ", "ㄱㄱㄱㄱㄷㄷㄷㄷㄷㄷㅂㅂㅂㄴㄴㄹㄹㄹㄹㅁ", strict=True))
_PAIRS = "ㄳㄱㅅ ㄵㄴㅈ ㄶㄴㅎ ㄺㄹㄱ ㄻㄹㅁ ㄼㄹㅂ ㄽㄹㅅ ㄾㄹㅌ ㄿㄹㅍ ㅀㄹㅎ ㅄㅂㅅ"
_PARTS = {coda: (stays, passes) for coda, stays, passes in map(tuple, _PAIRS.split())}
_TENSE = dict(zip("ㄱㄷㅂㅅㅈ", "ㄲㄸㅃㅆㅉ", strict=True))
_BREATHED = dict(zip("ㄱㄷㅂㅈ", "ㅋㅌㅍㅊ", strict=True))
_NASAL = dict(zip("ㄱㄷㅂ", "ㅇㄴㅁ", strict=True))
_DROWNED = {"ㄱ": "ㄲㅋ", "ㄷ": "ㄸㅆㅉㅌㅊ", "ㅂ": "ㅃㅍ"}  # 롯또: the coda is not heard before these
_TURNED = str.maketrans("률렬", "율열")  # 환률, 확율: the initial sound of these two is what is taken for wrong
_SOUNDING = frozenset("ㄴㄹㅁ")
_AT_N = "ㅑㅕㅛㅠ"  # before these a ㄴ may be heard between two words: 결막염


@lru_cache(maxsize=20_000)
def sounds(word: str) -> frozenset[str]:
    """How ``word`` may sound, in letters; none if it is not all of syllables of Hangul."""
    if not word or not all("가" <= char <= "힣" for char in word):
        return frozenset()
    spelled = [[part.strip() for part in letters(char)] for char in word.translate(_TURNED)]
    heard = {_spoken(spelled, joined=True), _spoken(spelled, joined=False)}
    if len(word) > 2 and any(one[2] in _SOUNDING and two[0] == "ㅎ" for one, two in pairwise(spelled)):
        heard.add(_spoken(_without_h(spelled), joined=True))
    return frozenset(heard)


def _without_h(spelled: list[list[str]]) -> list[list[str]]:
    """Without each ㅎ that few speak behind ㄴ, ㄹ or ㅁ: 현호 혀노."""
    lost = [one[2] in _SOUNDING and two[0] == "ㅎ" for one, two in pairwise(spelled)]
    return [["ㅇ" if gone else three[0], *three[1:]] for three, gone in zip(spelled, [False, *lost], strict=True)]


def _spoken(spelled: list[list[str]], *, joined: bool) -> str:
    """With a ㄴ between two words, where one may be heard, unless the parts are ``joined``."""
    letters_of = [list(three) for three in spelled]
    for at, (one, two) in enumerate(pairwise(letters_of)):
        if two[0] == "ㅇ" and one[2] not in ("", "ㅇ") and two[1] in _AT_N and not joined:
            two[0] = "ㄴ"
        letters_of[at][2], letters_of[at + 1][0] = _meet(one[2], two[0], two[1])
    return "".join(part for at, three in enumerate(letters_of) for part in _heard(three, first=at == 0))


def _meet(coda: str, onset: str, vowel: str) -> tuple[str, str]:
    """What is heard of a coda and of the onset behind it."""
    if not coda:
        return "", onset
    if onset == "ㅇ":
        stays, passes = _PARTS.get(coda, ("", coda)) if coda != "ㅇ" else ("ㅇ", "ㅇ")
        if vowel == "ㅣ" and passes in "ㄷㅌ":
            passes = "ㅈ" if passes == "ㄷ" else "ㅊ"
        return stays, "ㅇ" if passes == "ㅎ" else passes
    if coda in "ㅎㄶㅀ" and onset in _BREATHED:
        return _STAYS[coda].replace("ㄷ", ""), _BREATHED[onset]
    stays = _STAYS.get(coda, coda)
    if onset == "ㅎ" and stays in _BREATHED:
        last = _PARTS.get(coda, ("", coda))[1]
        return "", "ㅊ" if last == "ㅈ" else _BREATHED[stays]
    if stays in _NASAL:
        if onset in "ㄴㅁㄹ":
            return _NASAL[stays], "ㄴ" if onset == "ㄹ" else onset
        onset = _TENSE.get(onset, onset)
        return "" if onset in _DROWNED[stays] else stays, onset
    if stays + onset in ("ㄴㄹ", "ㄹㄴ"):
        return "ㄹ", "ㄹ"
    return stays, "ㄴ" if onset == "ㄹ" and stays in "ㅁㅇ" else onset


def _heard(three: list[str], *, first: bool) -> tuple[str, str, str]:
    onset, vowel, coda = three
    vowel = _SAME.get(vowel, vowel)
    if vowel == "ㅢ" and not (first and onset == "ㅇ"):
        vowel = "ㅣ"
    if vowel == "ㅖ" and onset not in "ㅇㄹ":
        vowel = "ㅔ"
    if onset in "ㅈㅉㅊ":
        vowel = dict(zip("ㅑㅕㅛㅠ", "ㅏㅓㅗㅜ", strict=True)).get(vowel, vowel)
    return onset, vowel, _STAYS.get(coda, coda)
