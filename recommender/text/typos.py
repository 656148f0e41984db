"""Edit costs between a word as it was typed and one that may be meant.

Costs are in quarters of an edit. A syllable of Hangul is compared, letter by letter, with the one in its place.
Where both are readings of Hanja the change makes another word: 시장 is no slip for 시정. What sounds the same is taken
for the same: 수돋물 is a slip for 수돗물.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from .jamo import ONSETS, letters
from .keyboard import key_too_many, keys_of, side_by_side
from .phonetic import FIRST, consonants
from .pronounced import sounds

EDIT, HALF = 4, 2
_CLOSE = 3
_MOST = (0, 0, 2, 4, 6, 8)  # that a word of so many syllables may cost, the last of longer ones too
# The readings of Hanja: other syllables stand in names from abroad, in native words and in slips.
HANJA = frozenset(
    "가각간갈감갑강개객갱갹거건걸검겁게격견결겸경계고곡곤골공과곽관괄광괘괴굉교구국군굴궁권궐궤귀규균귤극근금급긍기긴길김"
    "나난날남납낭내냉녀녁년념녕노농뇌누눈눌뉴능니닉다단달담답당대덕도독돈돌동두둔득등라락란랄람랍랑래랭략량려력련렬렴렵령"
    "례로록론롱뢰료룡루류륙륜률륭륵름릉리린림립마막만말망매맥맹멱면멸명모목몰몽묘무묵문물미민밀박반발방배백번벌범법벽변별"
    "병보복본봉부북분불붕비빈빙사삭산살삼삽상새색생서석선설섬섭성세소속손솔송쇄쇠수숙순술숭슬습승시식신실심십쌍씨아악안알암압"
    "앙애액앵야약양어억언얼엄업여역연열염엽영예오옥온올옹와완왕왜외요욕용우욱운울웅원월위유육윤율융은을음읍응의이익인일임입잉"
    "자작잔잠잡장재쟁저적전절점접정제조족존졸종좌죄주죽준중즉즐증지직진질짐집징차착찬찰참창채책처척천철첨첩청체초촉촌총촬최추"
    "축춘출충췌취측층치칙친칠침칭쾌타탁탄탈탐탑탕태택토통퇴투특파판팔패팽편폄평폐포폭표품풍피필하학한할함합항해핵행향허헌험혁현"
    "혈혐협형혜호혹혼홀홍화확환활황회획횡효후훈훼휘휴흉흑흔흠흡흥희"
)
_NEAR = "ㅏㅣㅓㅏㅓㅗㅏㅗㅜㅡㅓㅡㅟㅣㅢㅣㅡㅣㅕㅓㅑㅏㅛㅗㅠㅜㅘㅏㅝㅓㅞㅔㅙㅐㅓㅔㅏㅐㅔㅣ"
_COSTS = {a + b: _CLOSE for (a, x), (b, y) in product(zip(ONSETS, FIRST, strict=True), repeat=2) if x == y != ""}
for _cost, _pairs in ((_CLOSE, _NEAR), (HALF, "ㅐㅔㅒㅖㅔㅖㅚㅙㅚㅞㅙㅞㄱㄲㄷㄸㅂㅃㅅㅆㅈㅉ")):
    _COSTS |= {two: _cost for a, b in zip(_pairs[::2], _pairs[1::2], strict=True) for two in (a + b, b + a)}
_GLIDES = frozenset(["ㅏㅑ", "ㅏㅘ", "ㅓㅕ", "ㅓㅝ", "ㅗㅛ", "ㅜㅠ", "ㅣㅟ"])  # a glide is left out or put in: 재할용
_ENDINGS = frozenset("은는이가을를에의와과로도만다고서어아지면게며던든자니")
FAMILY = np.array([FIRST.index(heard) for heard in FIRST])


def typo_cost(written: str, meant: str) -> int | None:
    """The cost of ``written`` for ``meant``, of as many syllables of Hangul; None if it is another word."""
    if sound_alike(written, meant):
        return HALF
    size, heard = min(len(written), 5), [consonants(word).replace("st", "t") for word in (written, meant)]
    total = worst = other = 0
    for at, (one, two, follows) in enumerate(zip(written, meant, written[1:] + " ", strict=True)):
        costs = [0 if a == b else _COSTS.get(a + b, EDIT) for a, b in zip(letters(one), letters(two), strict=True)]
        coda = (letters(one)[2] + letters(two)[2]).strip() + letters(follows)[0]
        if costs[2] and (coda in _COSTS or coda in "ㅅㄷㅅㅌ"):
            costs[2] = HALF  # 배털리: the next onset drowns it
        if (size == 2 or not _vowel_alone(one, two, costs)) and one in HANJA and two in HANJA:
            other += sum(costs)
        if (size < 4 and at == 0 and costs[0] > HALF) or (size == 2 and (costs[0] or costs[2])):
            return None
        total, worst = total + sum(costs), max(worst, *costs)
    if other > (EDIT if size > 3 else 0) or (size < 4 and worst == EDIT):
        return None
    alike = heard[0] == heard[1] and len(heard[0]) > 2 and worst < EDIT and sum(map(str.__ne__, written, meant)) < 3
    return total if total <= _MOST[size] or (size > 2 and alike) else None


def _vowel_alone(one: str, two: str, costs: list[int]) -> bool:
    """Whether two syllables differ in vowels that sound much the same, or in a glide."""
    vowels = "".join(sorted(letters(one)[1] + letters(two)[1]))
    return costs == [0, HALF, 0] or (costs == [0, _CLOSE, 0] and vowels in _GLIDES)


def sound_alike(written: str, meant: str) -> bool:
    """Whether two words sound the same. Of two syllables not by their vowels alone, nor by a coda that passes on to the
    second one: 계발 and 개발 are two words, so are 컵이 and 커비."""
    if not sounds(written) & sounds(meant):
        return False
    if len(written) > 2:
        return True
    apart = [(letters(one), letters(two)) for one, two in zip(written, meant, strict=True)]
    passes = (apart[-1][0][0] == "ㅇ") != (apart[-1][1][0] == "ㅇ") and apart[0][0] != apart[0][1]
    return not passes and any(one[::2] != two[::2] for one, two in apart)


def one_letter(written: str, meant: str) -> bool:
    """Whether words of as many syllables differ in one letter of Hangul."""
    pairs = [(letters(one), letters(two)) for one, two in zip(written, meant, strict=True)]
    return sum(a != b for one, two in pairs for a, b in zip(one, two, strict=True)) == 1


def slip_of_a_key(written: str, meant: str) -> bool:
    """Whether words of as many syllables differ by one key: one beside the right one, one that sounds much like it, one
    too many beside it. Of two syllables one of ``written`` must be none that Hanja have, for two of those are likely a
    word; and a particle or an ending in the last place makes another form and no slip."""
    if not one_letter(written, meant):
        return False
    last = written[-1] in _ENDINGS and (len(written) == 2 or written[-1] != meant[-1])
    if last or (len(written) == 2 and all(char in HANJA for char in written)):
        return False
    one, two = keys_of(written), keys_of(meant)
    if len(one) != len(two):
        return key_too_many(one, two)
    wrong = [pair for pair in zip(one, two, strict=True) if pair[0] != pair[1]]
    return len(wrong) == 1 and (side_by_side(*wrong[0]) or "".join(wrong[0]) in _COSTS or {*wrong[0]} == {*"ㅡㅗ"})


def latin_typo_cost(written: str, meant: str) -> int | None:
    """The cost of a letter wrong, missing, doubled or swapped with the next; None if it is another word."""
    short, long = sorted((written, meant), key=len)
    at = next((at for at, (one, two) in enumerate(zip(short, long, strict=False)) if one != two), len(short))
    if len(short) == len(long):
        swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
        return EDIT if swapped or (short[at + 1 :] == long[at + 1 :] and len(written) > 5) else None
    if long[at + 1 :] != short[at:]:
        return None
    return HALF if long[at] == long[at - 1] else EDIT if len(short) > 4 and at < len(short) else None


def missing_syllable_cost(written: str, meant: str) -> int | None:
    """The cost of one syllable that was left out between others; None if it is another word."""
    at = next((at for at, (one, two) in enumerate(zip(written, meant, strict=False)) if one != two), len(written))
    return EDIT if 0 < at < len(written) and meant[at + 1 :] == written[at:] else None
