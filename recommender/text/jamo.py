"""The letters of a syllable of Hangul: onset, vowel, coda, as Unicode numbers them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BASE = ord("가")
ONSETS, VOWELS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
CODAS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"  # a blank where there is none


def letters(char: str) -> str:
    """Onset, vowel and coda (a blank where there is none) of a syllable of Hangul; any other sign as it is."""
    code = ord(char) - BASE
    return ONSETS[code // 588] + VOWELS[code // 28 % 21] + CODAS[code % 28] if 0 <= code < 11_172 else char


def split(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """(..., 3) the numbers of onset, vowel and coda of syllables of Hangul, given by their code points (...)."""
    return np.stack(((codes - BASE) // 588, (codes - BASE) // 28 % 21, (codes - BASE) % 28), axis=-1)


def syllable(onset: str, vowel: str, coda: str) -> str:
    """The syllable of three letters; a blank is no coda."""
    return chr(BASE + 588 * ONSETS.index(onset) + 28 * VOWELS.index(vowel) + CODAS.index(coda))


def one_off(char: str) -> list[str]:
    """The syllables of Hangul that differ from one in one letter."""
    onset, vowel, coda = tuple(letters(char))
    others = (
        [(o, vowel, coda) for o in ONSETS] + [(onset, v, coda) for v in VOWELS] + [(onset, vowel, c) for c in CODAS]
    )
    return [made for three in others if (made := syllable(*three)) != char]
