"""Hanja in headlines: a sign that stands for a country or an office, and every other run by its reading.

The readings, the forms of one sign and the words that are read otherwise lie in ``hanja.txt``, which is read when
the first Hanja is met. ``tests/test_hanja.py`` shows each rule by words.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

# One Hanja stands for a country, a party or an office in Korean headlines.
HANJA = {
    "中": "중국", "美": "미국", "日": "일본", "韓": "한국", "北": "북한", "南": "남한", "與": "여당", "野": "야당",
    "英": "영국", "獨": "독일", "佛": "프랑스", "露": "러시아", "伊": "이탈리아", "印": "인도", "臺": "대만",
    "台": "대만", "濠": "호주", "豪": "호주", "加": "캐나다", "比": "필리핀", "越": "베트남", "泰": "태국",
    "歐": "유럽", "亞": "아시아", "靑": "청와대", "檢": "검찰", "警": "경찰", "軍": "군", "政": "정부",
    "車": "자동차", "銀": "은행", "株": "주식", "勞": "노조", "社": "회사", "女": "여성", "男": "남성",
    "故": "고인", "前": "전", "現": "현", "新": "신", "反": "반", "對": "대", "脫": "탈", "無": "무", "全": "전",
    "山": "산", "市": "시", "道": "도", "郡": "군", "軟": "연", "硏": "연구", "院": "원", "黨": "당", "代": "대",
    "李": "이", "尹": "윤", "文": "문", "朴": "박", "金": "김", "安": "안", "洪": "홍",
    "高": "고", "低": "저", "大": "대", "弗": "달러",
}  # fmt: skip
_AFTER_DIGIT = {
    "日": "일", "月": "월", "年": "년", "社": "사", "人": "인", "道": "도", "車": "차", "大": "대", "代": "대",
    "銀": "은행", "弗": "달러",
}  # fmt: skip
_AFTER_HANGUL = {
    "中": "중", "前": "전", "市": "시", "道": "도", "軍": "군", "郡": "군", "社": "사", "車": "차", "銀": "은행",
    "大": "대", "新": "신", "下": "하", "上": "상", "內": "내", "硏": "연", "院": "원", "女": "녀", "男": "남",
    "比": "비", "重": "중공업", "百": "백화점", "證": "증권", "弗": "달러", "樂": "락",
}  # fmt: skip
# Two signs, alone in their run, that shorten another word.
_SHORTENED = {
    "中企": "중소기업", "外人": "외국인", "印尼": "인도네시아", "韓銀": "한국은행", "日銀": "일본은행",
    "中銀": "중앙은행", "世銀": "세계은행", "北歐": "북유럽", "東歐": "동유럽", "南歐": "남유럽", "西歐": "서유럽",
    "南亞": "남아시아", "中亞": "중앙아시아",
}  # fmt: skip
# Countries, parties and offices in a row are words of their own: 韓美日, 對中, 與野, 日車.
_SIDES = frozenset("中美日韓北南與野英獨佛露伊印臺台濠豪加比越泰歐亞靑檢警軍政勞")
_TOWARDS, _THINGS, _LONGEST_ROW = frozenset("對反脫"), frozenset("車株"), 5

_BOUND = frozenset("年里理輛兩女流輪")  # behind a digit they keep their initial sound: 1年生 1년생
_WITHIN = frozenset("論率錄量里尼郞祿鹿")  # third of four signs, they seldom begin a word: 進化論者 진화론자
_PREFIXES = frozenset("非總純新再反無超副不脫準")  # a word begins behind them: 新女性 신여성
_SURNAMES = frozenset("李金朴崔尹鄭")  # a given name begins behind them: 李洛淵 이낙연
_INITIAL_D, _INITIAL_J, _INITIAL_N, _INITIAL_R, _SILENT = 3, 12, 2, 5, 11  # places among the 19 first consonants
_I_VOWELS = frozenset((2, 3, 6, 7, 12, 17, 20))  # places of ㅑ ㅒ ㅕ ㅖ ㅛ ㅠ ㅣ among the 21 vowels
_FINAL_N = 4  # place of ㄴ among the 28 endings of a syllable; none is 0


class _Table(NamedTuple):
    """``readings`` inside a word, by Hanja; ``forms`` of a sign for ``str.translate``; ``words`` read as a whole,
    ``lengths`` of those that begin with a sign, longest first; ``starts``, words of two signs that take the form of a
    beginning inside a run too."""

    readings: dict[str, str]
    forms: dict[int, str]
    words: dict[str, str]
    lengths: dict[str, list[int]]
    starts: frozenset[str]


@cache
def _table() -> _Table:
    readings: dict[str, str] = {}
    forms: dict[int, str] = {}
    words: dict[str, str] = {}
    lengths: dict[str, set[int]] = {}
    starts: set[str] = set()
    for line in Path(__file__).with_name("hanja.txt").read_text(encoding="utf-8").splitlines():
        head, _, rest = line.partition(" ")
        if head in ("", "#"):
            continue
        if head == "=":
            forms |= {ord(form): group[0] for group in rest.split() for form in group[1:]}
        elif head == "+":
            starts.update(rest.split())
        elif _is_hangul(head):
            readings |= dict.fromkeys(rest, head)
        else:
            words[head] = rest
            lengths.setdefault(head[0], set()).add(len(head))
    longest_first = {sign: sorted(sizes, reverse=True) for sign, sizes in lengths.items()}
    return _Table(readings, forms, words, longest_first, frozenset(starts))


def spell(match: re.Match[str]) -> str:
    """A run of Hanja in Hangul: what its one sign stands for, names in a row apart, or its reading.

    Signs that the table lacks stay, so a second pass finds nothing to do.
    """
    run = match.group().translate(_table().forms)
    before = match.string[match.start() - 1] if match.start() else " "
    if len(run) == 1:
        return _alone(run, before)
    if run in _SHORTENED:
        return _SHORTENED[run]
    if run not in _table().words and _in_a_row(run):
        return "".join(f" {HANJA[sign]} " for sign in run)
    return reading(run, before)


def _alone(sign: str, before: str) -> str:
    """Behind a digit or Hangul most signs are endings, and read; elsewhere they stand for something."""
    if before.isdigit():
        close: dict[str, str] | None = _AFTER_DIGIT
    else:
        close = _AFTER_HANGUL if _is_hangul(before) else None
    if close and sign in close:
        return close[sign]
    if sign in HANJA and (close is None or sign in _SIDES):
        return f" {HANJA[sign]} "
    return reading(sign, before)


def _in_a_row(run: str) -> bool:
    names = run[1:] if run[0] in _TOWARDS else run
    names = names[:-1] if len(names) > 1 and names[-1] in _THINGS else names
    return len(run) <= _LONGEST_ROW and _SIDES.issuperset(names) and len(set(run)) == len(run)


def reading(run: str, before: str = " ") -> str:
    """The Hangul of a run of Hanja that stands behind the sign ``before``; a sign that the table lacks stays."""
    table = _table()
    run = run.translate(table.forms)
    read: list[str] = []
    at = 0
    while at < len(run):
        word = next((w for n in table.lengths.get(run[at], ()) if (w := run[at : at + n]) in table.words), "")
        read.append(table.words[word] if word else _syllable(run, at, read[-1][-1] if read else before))
        at += len(word) or 1
    return "".join(read)


def _syllable(run: str, at: int, before: str) -> str:
    """The reading of ``run[at]`` behind ``before``, by the rules of Korean spelling for initial sounds."""
    readings, sign = _table().readings, run[at]
    if sign not in readings:
        return sign
    syllable, behind = readings[sign], readings.get(run[at + 1 : at + 2], "")
    if sign == "不" and behind and _parts(behind)[0] in (_INITIAL_D, _INITIAL_J):
        return "부"
    if sign == "金" and at == 0 and len(run) == 3:
        return "김"
    if sign == "狀" and at == len(run) - 1 > 1:
        return "장"
    after_open = syllable in "렬률" and _is_hangul(before) and _parts(before)[2] in (0, _FINAL_N)  # 비율, 계열
    return _initial(syllable) if after_open or _begins(run, at, before) else syllable


def _begins(run: str, at: int, before: str) -> bool:
    """Whether a word begins at ``run[at]``."""
    if at == 0:
        lone_ending = len(run) == 1 and _is_hangul(before)
        return not (lone_ending or (before.isdigit() and run[0] in _BOUND))
    if run[at : at + 2] in _table().starts and (at > 1 or run[0] in _PREFIXES):
        return True
    if len(run) == 4:
        return at == 2 and run[2] not in _WITHIN
    return at == 1 and len(run) == 3 and run[0] in _SURNAMES


def _initial(syllable: str) -> str:
    """The form at the beginning of a word: 녀 -> 여, 리 -> 이, 로 -> 노."""
    first, vowel, last = _parts(syllable)
    if first in (_INITIAL_N, _INITIAL_R) and vowel in _I_VOWELS:
        first = _SILENT
    elif first == _INITIAL_R:
        first = _INITIAL_N
    return chr(ord("가") + (first * 21 + vowel) * 28 + last)


def _parts(syllable: str) -> tuple[int, int, int]:
    """The indices of first consonant (of 19), vowel (of 21) and ending (of 28) of a syllable."""
    code = ord(syllable) - ord("가")
    return code // 588, code % 588 // 28, code % 28


def _is_hangul(text: str) -> bool:
    return len(text) == 1 and "가" <= text <= "힣"
