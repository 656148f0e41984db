"""The surface of Korean headlines: normal forms, bracket tags, keys, eojeols."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from ..lazy import pattern
from .hanja import spell

_QUOTES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛`´′＇", "'"),
        **dict.fromkeys("“”„‟″＂『』「」《》〈〉", '"'),
        **dict.fromkeys("‐‑‒–—―−－", "-"),
        **dict.fromkeys("·‧∙•・ㆍ‥⋅", "·"),
        **dict.fromkeys("～〜∼", "~"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad"),
    }
)
# What NFKC would spoil, or what parts a letter from its mark, is mended before it.
_EARLY = {"´": "'", "″": '"', "ㆍ": "·", "‥": "·"}
_SPOILT = pattern("[´″ㆍ‥]|[\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_MOST_MARKS = 30  # combining marks on one letter; sorting a longer run takes quadratic time
_MARKS = pattern(rf"(?:[^\w\x00-\u02ff]|[\uff9e\uff9f]){{{_MOST_MARKS + 1},}}")
_SPACE = pattern(r"\s+")
_BLANKS = pattern(r"\s*")
_CONTROL = pattern(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Signs that are not seen: zero width, soft hyphens, marks of direction. The joiner of emoji stays.
_UNSEEN = pattern("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")

_HANJA_RUN = pattern(r"[\u4e00-\u9fff]+")

_TAG = pattern(r"\[([^\[\]]{1,40})\]|【([^【】]{1,40})】|［([^［］]{1,40})］|〔([^〔〕]{1,40})〕|<([^<>]{1,20})>(?=\s)")
_TIME = pattern(r"\s*\d{1,2}:\d{2}(?::\d{2})?\s*|[\d\s.,/%-]+")
_WIRE = pattern(r"\s*\(\s*(종합\s*\d*\s*보?|속보|\d\s*보|상보)\s*\)\s*$")

# The words of a headline are cut from its eojeols: runs of letters and digits, with the marks that
# stand inside names (R&D, 3.5, K-배터리 is two).
_EOJEOL = pattern(r"[0-9A-Za-z\u00c0-\u024f\u0400-\u04ff가-힣ㄱ-ㆎ\u3040-\u30ff\u4e00-\u9fff]+"
                     r"(?:[&.][0-9A-Za-z]+)*")  # fmt: skip
_COMMA = pattern(r"(?<=\d),(?=\d{3}(?!\d))")  # no more than three: else 1,1,000 would be another number each time
# In these NFKC has nothing to change that an eojeol could show.
_PLAIN = pattern("[\t\n -~\u2018\u2019\u201c\u201d\u2026\u2192\u2191\u2193\u00b7\u4e00-\u9fff\uac00-\ud7a3]*")
# Of these NFKC changes the last of ``_EVEN_SIGNS`` alone.
_EVEN = pattern("[\t\n -~\u2018\u2019\u201c\u201d\u2026\u2192\u2191\u2193\u00b7\uac00-\ud7a3]*")
_EVEN_SIGNS = (("`", "'"), ("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"'), ("\u2026", "..."))


def clean(text: str) -> str:
    """Text as it is stored and shown: NFC, no control characters, white space folded to one blank."""
    if _EVEN.fullmatch(text) or _PLAIN.fullmatch(text):  # most texts, which nothing but the white space changes
        return " ".join(text.split())
    return _SPACE.sub(" ", _settled("NFC", _UNSEEN.sub("", _CONTROL.sub("", text)))).strip()


def normalise(text: str) -> str:
    """Text as it is compared: NFKC, one form of quotes, dashes and dots, Hanja in Hangul.

    Idempotent: ``normalise(normalise(x)) == normalise(x)``.
    """
    if not _EVEN.fullmatch(text):
        return _normalised(text)
    for sign, even in _EVEN_SIGNS:  # most headlines hold none
        text = text.replace(sign, even)
    return " ".join((_COMMA.sub("", text) if "," in text else text).split())


def _normalised(text: str) -> str:
    """``normalise`` of any text."""
    text = _SPOILT.sub(lambda match: _EARLY.get(match.group(), ""), _CONTROL.sub(" ", text))
    text = _settled("NFKC", text).translate(_QUOTES)
    text = _SPACE.sub(" ", _COMMA.sub("", _HANJA_RUN.sub(spell, text))).strip()
    return unicodedata.normalize("NFKC", text)


def _settled(form: Literal["NFC", "NFKC"], text: str) -> str:
    """``text`` in a normal form, with at most ``_MOST_MARKS`` combining marks on a letter."""
    return _MARKS.sub(_few_marks, unicodedata.normalize(form, _MARKS.sub(_few_marks, text)))


def _few_marks(match: re.Match[str]) -> str:
    chars, run = [], 0
    for char in match.group():
        run = run + 1 if char in "\uff9e\uff9f" or unicodedata.category(char)[0] == "M" else 0
        if run <= _MOST_MARKS:
            chars.append(char)
    return "".join(chars)


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
    if text[end - 1] not in "]】］〕":
        return None
    opened = max(text.rfind(sign, max(start, end - 42), end) for sign in "[【［〔")
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
    if not _EVEN.fullmatch(text):  # with Hanja, or what NFKC changes
        if not _PLAIN.fullmatch(text):
            return _EOJEOL.findall(normalise(text).lower())
        text = _HANJA_RUN.sub(spell, text)
    return _EOJEOL.findall((_COMMA.sub("", text) if "," in text else text).lower())
