"""Does a word of Hangul spell a Latin one, as Korean writes words from abroad: 쿠버네티스 kubernetes, 아이폰 iphone?

Each letter of Hangul stands for a few spellings; the Latin word must be made of them from end to end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .jamo import letters
from .typos import HANJA

_ONSETS = {
    "ㄱ": "g gg gh", "ㄲ": "gg k c", "ㄴ": "n nn kn gn", "ㄷ": "d dd", "ㄸ": "d t", "ㄹ": "r rr l ll wr rh",
    "ㅁ": "m mm", "ㅂ": "b bb v", "ㅃ": "b p", "ㅅ": "s ss c sc sh th", "ㅆ": "s th", "ㅇ": "", "ㅈ": "j z g dg",
    "ㅉ": "z j", "ㅊ": "ch tch", "ㅋ": "k c ck cc q qu ch kh", "ㅌ": "t tt th", "ㅍ": "p pp f ff ph", "ㅎ": "h wh",
}  # fmt: skip
_VOWELS = {
    "ㅏ": "a o u ah aa", "ㅐ": "a e ai ae", "ㅑ": "ya ia", "ㅒ": "ya", "ㅓ": "e u o a ou", "ㅔ": "e a ai ea ae ei",
    "ㅕ": "ye ie yu io", "ㅖ": "ye ie", "ㅗ": "o oa ow aw oh au eau", "ㅘ": "wa ua oi", "ㅙ": "we wa", "ㅚ": "oe oi",
    "ㅛ": "yo io", "ㅜ": "oo u o ou w ew ue", "ㅝ": "wo wa", "ㅞ": "we ue", "ㅟ": "wi ui",
    "ㅠ": "u ew yu ue eau iew you", "ㅡ": " e", "ㅢ": "ui", "ㅣ": "i e ee y ea ie ey ei",
    "ㅏㅣ": "i y ie igh ai ei", "ㅔㅣ": "a ai ay ei ey ea", "ㅏㅜ": "ou ow au", "ㅗㅜ": "o ow oa",
}  # fmt: skip
_CODAS = {
    " ": "", "ㄱ": "c k ck g x que cc", "ㄴ": "n nn gn", "ㄷ": "d t", "ㄹ": "l ll r", "ㅁ": "m mm", "ㅂ": "p b pp bb",
    "ㅅ": "t s tt d ts", "ㅇ": "ng n", "ㅋ": "k", "ㅌ": "t", "ㅍ": "p",
}  # fmt: skip
_SILENT_BEHIND_VOWEL = "r"
LATIN, HANGUL = 6, 3  # letters and syllables from which a word is long enough to be known by its sound


def spells(hangul: str, latin: str) -> bool:
    """Whether ``hangul`` is how Korean writes the ``latin`` word (small letters)."""
    if len(latin) < LATIN or not HANGUL <= len(hangul) <= len(latin):
        return False
    if not latin.isascii() or not all("가" <= char <= "힣" for char in hangul) or HANJA.issuperset(hangul):
        return False  # 서울대 is no shoulder: readings of Hanja are Korean words
    ends = {0}
    for spellings in _units(hangul):
        ends = {at + len(part) for at in ends for part in spellings if latin.startswith(part, at)}
        if not ends:
            return False
    return bool(ends & {len(latin), len(latin) - (latin[-1] == "e")})


def may_begin(onset: str, latin: str) -> bool:
    """Whether a word that begins with the letter ``latin`` may begin with the ``onset`` of a syllable of Hangul."""
    return latin in "aeiouwy" if onset == "ㅇ" else any(part[0] == latin for part in _ONSETS[onset].split())


def _units(hangul: str) -> Iterator[Sequence[str]]:
    """What each letter of a word may be spelled as, in order; an empty string where it may be silent."""
    three = [letters(char) for char in hangul]
    for at, (onset, vowel, coda) in enumerate(map(tuple, three)):
        before, after = three[at - 1] if at else "   ", three[at + 1] if at + 1 < len(three) else "   "
        if onset == "ㅇ" and before[1] + vowel in _VOWELS and before[2] == " ":
            yield [*_VOWELS[vowel].split(), ""]  # heard with the vowel before it, or on its own: 아이, 에이
        else:
            doubled = before[2] + onset in ("ㄹㄹ", "ㄱㅅ")
            yield _ONSETS[onset].split() + [""] * (doubled or onset == "ㅇ")
            glides = _VOWELS.get(vowel + after[1], "") if after[0] == "ㅇ" and coda == " " else ""
            yield (_VOWELS[vowel] + " " + glides).split() + [""] * (vowel == "ㅡ")
        if coda == " ":
            yield ("", _SILENT_BEHIND_VOWEL) if vowel != "ㅡ" else ("",)
        else:
            yield _CODAS.get(coda, "").split()
            yield "", "e"
