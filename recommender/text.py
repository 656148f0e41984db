"""The surface of Korean headlines: normal forms, bracket tags, keys, eojeols."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

_QUOTES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛`´′＇", "'"),
        **dict.fromkeys("“”„‟″＂『』「」《》〈〉", '"'),
        **dict.fromkeys("‐‑‒–—―−－", "-"),
        **dict.fromkeys("·‧∙•・ㆍ‥⋅", "·"),
        **dict.fromkeys("～〜∼", "~"),
        "\u200b": None,
        "\u200c": None,
        "\u200d": None,
        "\u2060": None,
        "\ufeff": None,
        "\u00ad": None,
    }
)
# What NFKC would spoil, or what parts a letter from its mark, is mended before it.
_EARLY = {"´": "'", "″": '"', "ㆍ": "·", "‥": "·"}
_SPOILT = re.compile("[´″ㆍ‥]|[\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_MOST_MARKS = 30  # combining marks on one letter; sorting a longer run takes quadratic time
_MARKS = re.compile(rf"(?:[^\w\x00-\u02ff]|[\uff9e\uff9f]){{{_MOST_MARKS + 1},}}")
_SPACE = re.compile(r"\s+")
_BLANKS = re.compile(r"\s*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

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
    "高": "고", "低": "저", "大": "대",
}  # fmt: skip
_HANJA_RUN = re.compile(r"[\u4e00-\u9fff]+")
_AFTER_DIGIT = {
    "日": "일",
    "月": "월",
    "年": "년",
    "社": "사",
    "人": "인",
    "道": "도",
    "車": "차",
    "大": "대",
    "代": "대",
}
_AFTER_HANGUL = {
    "中": "중", "前": "전", "市": "시", "道": "도", "軍": "군", "郡": "군", "社": "사", "車": "차", "銀": "은행",
    "大": "대", "新": "신", "下": "하", "上": "상", "內": "내", "硏": "연", "院": "원", "女": "녀", "男": "남",
}  # fmt: skip

_TAG = re.compile(r"\[([^\[\]]{1,40})\]|【([^【】]{1,40})】|<([^<>]{1,20})>(?=\s)")
_TIME = re.compile(r"\s*\d{1,2}:\d{2}(?::\d{2})?\s*|[\d\s.,/%-]+")
_WIRE = re.compile(r"\s*\(\s*(종합\s*\d*\s*보?|속보|\d\s*보|상보)\s*\)\s*$")

# The words of a headline are cut from its eojeols: runs of letters and digits, with the marks that
# stand inside names (R&D, 3.5, K-배터리 is two).
_EOJEOL = re.compile(r"[0-9A-Za-z\u00c0-\u024f\u0400-\u04ff가-힣ㄱ-ㆎ\u3040-\u30ff\u4e00-\u9fff]+"
                     r"(?:[&.][0-9A-Za-z]+)*")  # fmt: skip
_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")  # no more than three: else 1,1,000 would be another number each time
# In these NFKC has nothing to change that an eojeol could show.
_PLAIN = re.compile("[\t\n -~\u2018\u2019\u201c\u201d\u2026\u2192\u2191\u2193\u00b7\u4e00-\u9fff\uac00-\ud7a3]*")


def clean(text: str) -> str:
    """Text as it is stored and shown: NFC, no control characters, white space folded to one blank."""
    return _SPACE.sub(" ", _settled("NFC", _CONTROL.sub("", text))).strip()


def normalise(text: str) -> str:
    """Text as it is compared: NFKC, one form of quotes, dashes and dots, Hanja abbreviations written out.

    Idempotent: ``normalise(normalise(x)) == normalise(x)``.
    """
    text = _SPOILT.sub(lambda match: _EARLY.get(match.group(), ""), _CONTROL.sub(" ", text))
    text = _settled("NFKC", text).translate(_QUOTES)
    text = _SPACE.sub(" ", _COMMA.sub("", _HANJA_RUN.sub(_spell_hanja, text))).strip()
    return unicodedata.normalize("NFKC", text)


def _settled(form: Literal["NFC", "NFKC"], text: str) -> str:
    """``text`` in a normal form, with at most ``_MOST_MARKS`` combining marks on a letter."""
    return _MARKS.sub(_few_marks, unicodedata.normalize(form, _MARKS.sub(_few_marks, text)))


def _few_marks(match: re.Match[str]) -> str:
    kept, run = [], 0
    for char in match.group():
        run = run + 1 if char in "\uff9e\uff9f" or unicodedata.category(char)[0] == "M" else 0
        if run <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def _spell_hanja(match: re.Match[str]) -> str:
    run = match.group()
    before = match.string[match.start() - 1] if match.start() else " "
    if len(run) == 1 and before.isdigit() and run in _AFTER_DIGIT:
        return _AFTER_DIGIT[run]
    if len(run) == 1 and "가" <= before <= "힣" and run in _AFTER_HANGUL:
        return _AFTER_HANGUL[run]
    if len(run) <= 3 and all(c in HANJA for c in run):
        return "".join(f" {HANJA[c]} " for c in run)
    return run


def split_tags(headline: str) -> tuple[tuple[str, ...], str]:
    """The bracket tags at either end of a headline, and the rest.

    ``[포토] 제목`` -> ``(("포토",), "제목")``; ``제목(종합2보)`` -> ``(("종합2보",), "제목")``.
    A time such as ``[11:16]`` or a bare number is no tag.
    """
    text = headline.strip()
    tags, start = _leading_tags(text)
    tail, end = _trailing_tags(text, start)
    return ((*tags, *tail), text[start:end]) if start < end else ((), text)


def _leading_tags(text: str) -> tuple[list[str], int]:
    """The tags at the start, and where the text behind them begins."""
    tags: list[str] = []
    start = 0
    while (match := _TAG.match(text, start)) and not _is_number(match):
        tags.append(_tag(match))
        blank = _BLANKS.match(text, match.end())
        start = blank.end() if blank else match.end()
    return tags, start


def _trailing_tags(text: str, start: int) -> tuple[list[str], int]:
    """The tags at the end of ``text[start:]`` in order, and where the text before them ends."""
    tags: list[str] = []
    end = len(text)
    while start < end:
        if match := _WIRE.search(text, max(start, end - 24), end):
            tag, cut = _SPACE.sub("", match.group(1)), match.start()
        elif (last := _last_tag(text, start, end)) and not _is_number(last):
            tag, cut = _tag(last), last.start()
        else:
            break
        while cut > start and text[cut - 1].isspace():
            cut -= 1
        if cut <= start:
            break
        tags.append(tag)
        end = cut
    return tags[::-1], end


def _last_tag(text: str, start: int, end: int) -> re.Match[str] | None:
    if text[end - 1] not in "]】":
        return None
    opened = max(text.rfind("[", start, end), text.rfind("【", start, end))
    match = _TAG.match(text, opened, end) if opened >= 0 else None
    return match if match and match.end() == end else None


def _tag(match: re.Match[str]) -> str:
    return next(g for g in match.groups() if g is not None).strip()


def _is_number(match: re.Match[str]) -> bool:
    return bool(_TIME.fullmatch(_tag(match)))


def title_key(headline: str) -> str:
    """What two prints of one headline share: letters and digits only, lower case, tags off.

    Empty when the headline holds neither.
    """
    rest = normalise(split_tags(normalise(headline))[1]).lower()
    return "".join(c for c in rest if c.isalnum())


def eojeols(text: str) -> list[str]:
    """The runs of letters and digits of a text, normalised and in lower case, in order."""
    if not _PLAIN.fullmatch(text):
        return _EOJEOL.findall(normalise(text).lower())
    text = _HANJA_RUN.sub(_spell_hanja, text)
    return _EOJEOL.findall((_COMMA.sub("", text) if "," in text else text).lower())
