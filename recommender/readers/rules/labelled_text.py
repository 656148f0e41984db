"""Text pages that name their fields: ``제목: …``, ``[언론사] …``, ``본문:`` and the text below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field

from ...lazy import dataclass

_NAMES = {
    "title": "제목 기사제목 표제 헤드라인 타이틀 title headline subject",
    "published": (
        "날짜 일자 일시 작성일 작성일시 등록일 등록일시 입력 입력일 입력일시 발행일 발행일시 게재일 게시일 "
        "게시일시 보도일 보도일자 "
        "기사입력 기사일자 기사날짜 송고일시 date published publisheddate publishedat pubdate datetime time "
        "publicationdate"
    ),
    "outlet": "언론사 언론사명 매체 매체명 신문 신문사 방송사 출처 발행처 outlet press media publisher source "
    "newspaper site publication journal publicationtitle sourcename",
    "author": "기자 기자명 작성자 글쓴이 취재기자 필자 저자 author byline reporter writer by",
    "url": "링크 주소 기사주소 원문 원문링크 원문주소 원본 url link address",
    "section": "섹션 분야 분류 카테고리 면 section category",
    "body": "본문 내용 기사내용 기사본문 기사 전문 본문내용 body content text article fulltext",
    "skipped": "번호 순번 수정 수정일 수정일시 조회수 조회 댓글수 키워드 태그 no number id keywords keyword "
    "tags updated modified length words wordcount language dateline publicationyear graphic loaddate publicationtype "
    "documenttype "
    "subjects pages issn abstract publicationinfo copyright documentid placeofpublication",
}
_FIELDS = {name: part for part, names in _NAMES.items() for name in names.split()}
_ENTRY = re.compile(r"\W{0,4}(?:일시|일자|날짜|시간|주소|address|date|time|by|출처|번호|면|no|number)\W", re.IGNORECASE)
_WHEN = re.compile(r"(?:보도|게시|게재|발행|송고|등록|작성|입력|승인|기사|출고)(?:일|일시|일자|날짜|시간|시각)")
_ABOVE = 8
"""Most lines without a name above the named ones."""
_CLOSING = re.compile(r"[A-Z][A-Z _-]{3,24}: ?\S.{0,200}|(?i:end of document|document [a-z0-9]{10,40})")
_LINE = re.compile(
    r"[■□●○◆◇▶▷•·*#\-\s]{0,4}(?:[\[【<〔（(](?P<boxed>[^\]】>〕）)]{1,14})[\]】>〕）)]\**\s?[:：=]?|"
    r"(?P<plain>[가-힣A-Za-z _]{1,22}?)\**\s?(?:[:：=|]\**|$))\s?(?P<rest>.*)"
)


@dataclass(slots=True)
class Sheet:
    """``fields`` has the index of the line and the value of each field; ``read`` the indices of all lines that were
    used, ``above`` those of the lines without a name above the fields."""

    fields: dict[str, tuple[int, str]] = field(default_factory=dict)
    read: set[int] = field(default_factory=set)
    body_at: int | None = None
    body: str = ""
    above: list[int] = field(default_factory=list)


def sheet_of(texts: Sequence[str]) -> Sheet | None:
    """The named fields at the start of a page; ``None`` if there are fewer than two, or neither title nor body.

    A name may stand on a line of its own, with its value on the next. Lines without a name may stand above them, as
    databases write outlet and date, where title and body are named below.
    """
    sheet = _read_fields(texts, 0)
    if sheet is not None or not any(map(_is_body_name, texts)):
        return sheet
    first = next((at for at, text in enumerate(texts[: _ABOVE + 1]) if _named_field(text)), 0)
    below = _read_fields(texts, first) if first else None
    if below is None or "title" not in below.fields or below.body_at is None:
        return None
    below.above = list(range(first))
    below.read.update(below.above)
    return below


def _is_body_name(text: str) -> bool:
    named = _named_field(text)
    return named is not None and named[0] == "body"


def ends_sheet(text: str) -> bool:
    """A name in capital letters behind the text, or the words that close a document of a database."""
    return _CLOSING.fullmatch(text) is not None


def behind(texts: Sequence[str]) -> list[tuple[str, str]]:
    """The fields named in the last lines of a page below its text, the last first: part and value.

    At least two; names that the entries of a body have as well, such as ``일시`` and ``주소``, are none.
    """
    fields: list[tuple[str, str]] = []
    for text in reversed(texts):
        named = _named_field(text)
        if named is None or named[0] == "body" or not named[1] or _ENTRY.match(text):
            break
        fields.append(named)
    return fields if len(fields) >= 2 else []


def _read_fields(texts: Sequence[str], at: int) -> Sheet | None:
    sheet = Sheet()
    while at < len(texts) and sheet.body_at is None:
        named = _named_field(texts[at])
        if named is None and sheet.fields and _is_entry(texts[at]) and any(map(_named_field, texts[at + 1 : at + 3])):
            sheet.read.add(at)
            at += 1
            continue
        if named is None:
            break
        part, value = named
        sheet.read.add(at)
        if part == "body":
            sheet.body_at, sheet.body = at, value
        elif not value and at + 1 < len(texts) and _named_field(texts[at + 1]) is None:
            at, value = at + 1, texts[at + 1]
            sheet.read.add(at)
        if value and part not in ("body", "skipped"):
            sheet.fields.setdefault(part, (at, value))
        at += 1
    enough = len(sheet.fields) + (sheet.body_at is not None) >= 2
    return sheet if enough and ("title" in sheet.fields or sheet.body_at is not None) else None


def _is_entry(text: str) -> bool:
    """A name that nobody knows and its short value, among names that are known: ``면종: 12면``."""
    match = _LINE.fullmatch(text)
    return match is not None and 0 < len(match["rest"]) <= 40 and ":" in text[:24]


def _named_field(text: str) -> tuple[str, str] | None:
    match = _LINE.fullmatch(text)
    if not match:
        return None
    name = "".join((match["boxed"] or match["plain"] or "").split()).replace("_", "").lower()
    part = _FIELDS.get(name) or ("published" if _WHEN.fullmatch(name) else None)
    return (part, match["rest"].strip()) if part else None
