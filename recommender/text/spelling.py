"""A typing error in a word of a question, mended by the words of the archive.

Costs are in quarters of an edit. A syllable of Hangul is compared, letter by letter, with the one in its place.
Where both are readings of Hanja the change makes another word: 시장 is no slip for 시정.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from ..arrays.strings import StringArray, StringTable
from .phonetic import FIRST, consonants

_EDIT, _CLOSE, _HALF = 4, 3, 2
_MOST = (0, 0, 2, 4, 6, 8)  # that a word of so many syllables may cost, the last of longer ones too
_FREQUENT, _CLEARLY = 5, 3  # articles that hold what a short word is meant for; times as many as the second best
_LONGEST, _BASE = 20, ord("가")  # letters of a word; the first syllable of Unicode
_ONSETS, _VOWELS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_CODAS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
# The readings of Hanja: other syllables stand in names from abroad, in native words and in slips.
_HANJA = frozenset(
    "가각간갈감갑강개객갱갹거건걸검겁게격견결겸경계고곡곤골공과곽관괄광괘괴굉교구국군굴궁권궐궤귀규균귤극근금급긍기긴길김"
    "나난날남납낭내냉녀녁년념녕노농뇌누눈눌뉴능니닉다단달담답당대덕도독돈돌동두둔득등라락란랄람랍랑래랭략량려력련렬렴렵령"
    "례로록론롱뢰료룡루류륙륜률륭륵름릉리린림립마막만말망매맥맹멱면멸명모목몰몽묘무묵문물미민밀박반발방배백번벌범법벽변별"
    "병보복본봉부북분불붕비빈빙사삭산살삼삽상새색생서석선설섬섭성세소속손솔송쇄쇠수숙순술숭슬습승시식신실심십쌍씨아악안알암압"
    "앙애액앵야약양어억언얼엄업여역연열염엽영예오옥온올옹와완왕왜외요욕용우욱운울웅원월위유육윤율융은을음읍응의이익인일임입잉"
    "자작잔잠잡장재쟁저적전절점접정제조족존졸종좌죄주죽준중즉즐증지직진질짐집징차착찬찰참창채책처척천철첨첩청체초촉촌총촬최추"
    "축춘출충췌취측층치칙친칠침칭쾌타탁탄탈탐탑탕태택토통퇴투특파판팔패팽편폄평폐포폭표품풍피필하학한할함합항해핵행향허헌험혁현"
    "혈혐협형혜호혹혼홀홍화확환활황회획횡효후훈훼휘휴흉흑흔흠흡흥희"
)
_NAME = re.compile(
    "[강고공곽구권김나남노류문민박방배백변서석성손송신심안양오우원유윤이임장전정조주지진차채천최추하한허현홍황]"
    "[건경광규근기길나남다대덕도동라란람래리만명모문미민범별병보복봉빈상서석선설섭성세소솔수숙순슬승시식신아안애연열영예옥완용우"
    "욱운웅원유윤율은의익인일자재전정제조종주준중지진찬창채천철청초춘태택하학한해향헌혁현형혜호홍화환회효후훈휘희]{2}"
)
_PARTICLE = re.compile("(?<=[a-z가-힣]{2})(?:에서|까지|부터|으로|[은는이가을를의에와과로도])$")
_WORD = re.compile("([a-z]*)([가-힣]*)")
_SYLLABLES = re.compile("[가-힣]{2,}")
_LOOSE = re.compile("(?=.{2,12}$)[a-z가-힣]*[ㄱ-ㅣ][a-z가-힣ㄱ-ㅣ]*")
_KEYS = dict(zip(_ONSETS + "ㅏㅒㅐㅑㅓㅖㅔㅕㅗㅛㅜㅠㅡㅣ", "rrseefaqqttdwwczxvgkooijppuhynbml", strict=True))
_TYPED = {ord(key): jamo for jamo, key in _KEYS.items() if jamo not in "ㄲㄸㅃㅆㅉㅒㅖ"}
_HALVES = "ㅗㅏㅗㅐㅗㅣㅜㅓㅜㅔㅜㅣㅡㅣㄱㅅㄴㅈㄴㅎㄹㄱㄹㅁㄹㅂㄹㅅㄹㅌㄹㅍㄹㅎㅂㅅ"
_PARTS = {whole: _HALVES[2 * at : 2 * at + 2] for at, whole in enumerate("ㅘㅙㅚㅝㅞㅟㅢㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ")}
_JOINED = {parts: jamo for jamo, parts in _PARTS.items()}
_SYLLABLE = re.compile(
    "([ㄱ-ㅎ])(ㅗ[ㅏㅐㅣ]|ㅜ[ㅓㅔㅣ]|ㅡㅣ|[ㅏ-ㅣ])"
    "((?:ㄱㅅ|ㄴ[ㅈㅎ]|ㄹ[ㄱㅁㅂㅅㅌㅍㅎ]|ㅂㅅ|[ㄱㄲㄴㄷㄹㅁㅂㅅㅆㅇㅈㅊㅋㅌㅍㅎ])(?![ㅏ-ㅣ]))?"
)
_NEAR = "ㅓㅏㅓㅗㅏㅗㅜㅡㅓㅡㅟㅣㅢㅣㅡㅣㅕㅓㅑㅏㅛㅗㅠㅜㅘㅏㅝㅓㅞㅔㅙㅐㅓㅔㅏㅐㅔㅣ"
_COSTS = {a + b: _CLOSE for (a, x), (b, y) in product(zip(_ONSETS, FIRST, strict=True), repeat=2) if x == y != ""}
for _cost, _pairs in ((_CLOSE, _NEAR), (_HALF, "ㅐㅔㅒㅖㅔㅖㅚㅙㅚㅞㅙㅞㄱㄲㄷㄸㅂㅃㅅㅆㅈㅉ")):
    _COSTS |= {two: _cost for a, b in zip(_pairs[::2], _pairs[1::2], strict=True) for two in (a + b, b + a)}
_FAMILY = np.array([FIRST.index(heard) for heard in FIRST])


@dataclass(frozen=True, slots=True)
class Correction:
    """A word as it was ``said``, and the word of the archive that is shown instead."""

    said: str
    meant: str


@dataclass(frozen=True, slots=True, eq=False)
class Speller:
    """Mends words by ``vocabulary``; ``spread`` (v,) counts the articles of each term.

    ``ordinary`` tells the words of general news, which are never mended. What fewer than ``least`` articles hold is
    meant by nobody. ``blocks`` keeps what was read of the vocabulary, so ask all words of one.
    """

    vocabulary: StringTable
    spread: NDArray[np.int64]
    ordinary: Callable[[str], bool]
    least: int = 2
    blocks: dict[tuple[str, int], tuple[NDArray[np.int64], ...]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        strings = self.vocabulary.strings  # a plain view of a memory map is read five times as fast
        object.__setattr__(
            self, "vocabulary", StringTable(StringArray(np.asarray(strings.blob), np.asarray(strings.offsets)))
        )

    def corrected(self, word: str) -> str | None:
        """The word of the archive that ``word`` (lower case, NFC) was meant for; None if that is not plain."""
        if _LOOSE.fullmatch(word):
            return self._loose(word)
        found = [_WORD.fullmatch(stem) for stem in dict.fromkeys((word, _PARTICLE.sub("", word)))]
        right = (not m or self._known(m[0]) or _NAME.fullmatch(m[0]) for m in found)
        if not 2 <= len(word) <= _LONGEST or any(right):
            return None
        tries = (self._hangul(*m.groups()) if m[2] else self._latin(m[1]) for m in found[: max(1, len(word) - 2)] if m)
        return next(filter(None, tries), None)

    def _known(self, word: str) -> bool:
        return self.ordinary(word) or word in self.vocabulary

    def _held(self, words: Iterable[str], cost: int) -> dict[int, int]:
        """``cost`` by the places of those words that enough articles hold."""
        places = [(self.vocabulary.find(word), _FREQUENT if len(word) == 2 else 0) for word in words]
        return {place: cost for place, few in places if place >= 0 and self.spread[place] >= max(few, self.least)}

    def _exact(self, word: str) -> str | None:
        """``word``, less its particle if need be, if the archive holds it."""
        return next((text for text in (word, _PARTICLE.sub("", word)) if self._held([text], 0)), None)

    def _best(self, costs: dict[int, int]) -> str | None:
        """The cheapest, of those the one that most articles hold; None if two are as likely."""
        ranked = sorted((cost, -int(self.spread[place]), place) for place, cost in costs.items())
        if len(ranked) > 1 and ranked[0][0] == ranked[1][0] and ranked[0][1] > _CLEARLY * ranked[1][1]:
            return None
        return self.vocabulary[ranked[0][2]] if ranked else None

    def _hangul(self, latin: str, word: str) -> str | None:
        """``word`` stands behind the letters ``latin``, which are right."""
        size, costs = len(word), dict[int, int]()
        if size < 2 or (3 < size < 13 and self._compound(word)):
            return None
        for place, meant in self._alike(latin, word):
            cost = _slip(word, meant) or 0
            enough = _FREQUENT * (4 if size == 3 else 1) if size == 2 or cost > _EDIT else 0
            stems = [word[1:]] * (word[1:] == meant[1:]) + [word[:-1]] * (word[:-1] == meant[:-1])
            if cost and self.spread[place] >= enough and (cost == _HALF or not any(map(self._known, stems))):
                costs[place] = cost  # no known word with another prefix or suffix
        for at, (one, two) in enumerate(pairwise(word)) if size > 3 else ():
            made = latin + word[:at] + (two if one == two else two + one) + word[at + 2 :]
            costs |= self._held([made], _HALF if one == two else _EDIT)
        return self._best(costs)

    def _compound(self, word: str) -> bool:
        """Whether known words of two syllables and more make up all of ``word``."""
        heads = [at for at in range(2, len(word) - 1) if self._known(word[:at])]
        return any(self._known(word[at:]) or self._compound(word[at:]) for at in heads)

    def _loose(self, word: str) -> str | None:
        """Letters of Hangul that form no syllable: Latin, or a key too many, too few, or swapped with the next."""
        keys = "".join([_PARTS.get(jamo, jamo) for char in word for jamo in _letters(char).rstrip()])
        whole, latin = _SYLLABLE.sub(_join, keys), "".join([_KEYS.get(key, key) for key in keys])
        plain = whole if _SYLLABLES.fullmatch(whole) else latin * (len(set(latin)) > 1)
        meant = self._exact(plain) or (self.corrected(whole) if plain == whole else None)
        if meant or self.ordinary(whole):
            return meant
        cut = [(keys[:at], keys[at : at + 1], keys[at + 1 :]) for at in range(len(keys) + 1)]
        less = (start + made for start, key, end in cut for made in (end, end[:1] + key + end[1:]))
        more = (start + new + key + end for start, key, end in cut if start and len(keys) < 25 for new in _KEYS)
        for tries in (less, more):
            made = [text for text in (_SYLLABLE.sub(_join, keys) for keys in tries) if _SYLLABLES.fullmatch(text)]
            if any(map(self._known, made)):
                return self._best(self._held(made, _EDIT))
        return None

    def _latin(self, word: str) -> str | None:
        """Hangul typed with the keyboard in English, or a name with a letter wrong."""
        whole = _SYLLABLE.sub(_join, word.translate(_TYPED))
        if _SYLLABLES.fullmatch(whole) and (meant := self._exact(whole) or self.corrected(whole)):
            return meant
        said, size, costs = np.array([*map(ord, word)]), len(word), {}
        for length in range(max(4, size - 1), size + 2 if size > 3 else 0):
            codes, places = self._block("", ord(word[0]), 1, length)
            both = min(size, length)
            same = (codes[:, :both] == said[:both]).sum(1) + (codes[:, -both:] == said[-both:]).sum(1)
            for place in places[same >= max(size, length) - 2].tolist():
                cost = _latin_slip(word, self.vocabulary[place])
                if cost and (cost == _HALF or size > 6 or self.spread[place] >= _FREQUENT):
                    costs[place] = cost
        return self._best(costs)

    def _alike(self, latin: str, word: str) -> Iterator[tuple[int, str]]:
        """Words of as many syllables that differ in two letters, or in five that sound much the same."""
        said = _split(np.array([*map(ord, word)]))
        for onset in np.flatnonzero(_FAMILY[said[0, 0]] == _FAMILY).tolist():
            codes, places = self._block(latin, _BASE + 588 * onset, 588, len(word))
            wrong = (_split(codes) != said).sum((1, 2))
            close = (_FAMILY[_split(codes)[:, :, 0]] == _FAMILY[said[:, 0]]).all(1)
            for place in places[(wrong <= 2) | (close & (wrong <= 5))].tolist():
                yield place, self.vocabulary[place][len(latin) :]

    def _block(self, latin: str, first: int, letters: int, size: int) -> tuple[NDArray[np.int64], ...]:
        """(m, size) letters and (m,) places of words: behind ``latin`` stands one of ``letters`` from ``first`` on."""
        key = (latin + chr(first), size)
        if key not in self.blocks:
            strings, wide = self.vocabulary.strings, len(chr(first).encode())
            edges = [(latin + chr(code)).encode() for code in (first, first + letters)]
            low, high = (bisect_left(range(len(strings)), edge, key=strings.raw) for edge in edges)
            fits = np.diff(strings.offsets[low : high + 1]) == len(latin) + wide * size
            places = low + np.flatnonzero(fits & (self.spread[low:high] >= self.least))
            raw = strings.blob[(strings.offsets[places] + len(latin))[:, None] + np.arange(wide * size)].astype(
                np.int64
            )
            codes = raw if wide == 1 else (raw[:, ::3] - 224) * 4096 + (raw[:, 1::3] - 128) * 64 + raw[:, 2::3] - 128
            right = ((codes >= ord("a")) & (codes <= ord("z"))) | ((codes >= _BASE) & (codes < _BASE + 11_172))
            self.blocks[key] = codes[right.all(1)], places[right.all(1)]
        return self.blocks[key]


def _slip(said: str, meant: str) -> int | None:
    """The cost of ``said`` for ``meant``, of as many syllables of Hangul; None if it is another word."""
    size, heard = min(len(said), 5), [consonants(word).replace("st", "t") for word in (said, meant)]
    total = worst = other = 0
    for at, (one, two, follows) in enumerate(zip(said, meant, said[1:] + " ", strict=True)):
        costs = [0 if a == b else _COSTS.get(a + b, _EDIT) for a, b in zip(_letters(one), _letters(two), strict=True)]
        coda = (_letters(one)[2] + _letters(two)[2]).strip() + _letters(follows)[0]
        if costs[2] and (coda in _COSTS or coda in "ㅅㄷㅅㅌ"):
            costs[2] = _HALF  # 배털리: the next onset drowns it
        if (costs != [0, _HALF, 0] or size == 2) and one in _HANJA and two in _HANJA:
            other += sum(costs)
        if (size < 4 and at == 0 and costs[0] > _HALF) or (size == 2 and (costs[0] or costs[2])):
            return None
        total, worst = total + sum(costs), max(worst, *costs)
    if other > (_EDIT if size > 3 else 0) or (size < 4 and worst == _EDIT):
        return None
    alike = heard[0] == heard[1] and len(heard[0]) > 2 and worst < _EDIT and sum(map(str.__ne__, said, meant)) < 3
    return total if total <= _MOST[size] or (size > 2 and alike) else None


def _latin_slip(said: str, meant: str) -> int | None:
    """The cost of a letter wrong, missing, doubled or swapped with the next; None if it is another word."""
    short, long = sorted((said, meant), key=len)
    at = next((at for at, (one, two) in enumerate(zip(short, long, strict=False)) if one != two), len(short))
    if len(short) == len(long):
        swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
        return _EDIT if swapped or (short[at + 1 :] == long[at + 1 :] and len(said) > 5) else None
    if long[at + 1 :] != short[at:]:
        return None
    return _HALF if long[at] == long[at - 1] else _EDIT if len(short) > 4 and at < len(short) else None


def _split(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.stack(((codes - _BASE) // 588, (codes - _BASE) // 28 % 21, (codes - _BASE) % 28), axis=-1)


def _letters(char: str) -> str:
    code = ord(char) - _BASE
    return _ONSETS[code // 588] + _VOWELS[code // 28 % 21] + _CODAS[code % 28] if 0 <= code < 11_172 else char


def _join(match: re.Match[str]) -> str:
    onset, vowel, coda = (_JOINED.get(part, part) for part in match.groups(" "))
    return chr(_BASE + 588 * _ONSETS.index(onset) + 28 * _VOWELS.index(vowel) + _CODAS.index(coda))
