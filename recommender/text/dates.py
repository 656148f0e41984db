"""Publication dates as ISO 8601, exactly as precise as they are printed.

Every function takes text that went through `recommender.text.normalize.clean` (single blanks), which keeps
the patterns linear.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_TIME = (
    r"(?:[ ,]{0,2}(?:\([월화수목금토일]\)|[월화수목금토일]요일)?[T ,|]{0,3}[\[(]?"
    r"(?P<half>오전|오후|am|pm)? ?"
    r"(?P<hour>\d{1,2})(?::|시 ?)(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?"
    r"(?: ?(?P<half2>am|pm)\b)?(?P<zone>Z\b|(?: ?[+-](?:[01]\d|2[0-3]):?[0-5]\d)(?!\d))?)?"
)
_FORMS = tuple(
    re.compile(form + _TIME, re.IGNORECASE)
    for form in (
        r"(?<![\d.])(?P<year>\d{4})(?: ?[-./] ?|년 ?)(?P<month>\d{1,2})(?: ?[-./] ?|월 ?)"
        r"(?P<day>\d{1,2})(?!\d)(?:일|\.)?",
        rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}}) {_MONTH},? (?P<year>\d{{4}})(?!\d)",
    )
)
_MONTH_ONLY = re.compile(r"(?<![\d.])(?P<year>\d{4})(?:[-./](?P<month>\d{2})(?![\d./-])|년 ?(?P<month2>\d{1,2})월)")
_SHORT_YEAR = re.compile(
    r"(?<![\d.:])'?(?P<year>\d{2})[./-] ?(?P<month>\d{2})[./-] ?(?P<day>\d{2})(?!\d)\.?" + _TIME,
    re.IGNORECASE,
)
_NO_YEAR = re.compile(
    r"(?<![\d./:-])(?P<month>\d{1,2})(?:[-./] ?|월 ?)(?P<day>\d{1,2})(?![\d:])(?:일|\.)?" + _TIME,
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?P<rest>)")
_BARE_YEAR = re.compile(r"(?P<year>(?:19|20)\d{2})년?")
_ISO_NO_YEAR = re.compile(r"--(?P<month>\d{2})-(?P<day>\d{2})" + _TIME)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """``iso`` stands at ``text[start:end]``."""

    iso: str
    start: int
    end: int


def find_date(text: str, *, labelled: bool = False) -> FoundDate | None:
    """The first possible date of a text, preferring full ones.

    ``labelled``: something before it says that it is a date, so ``03.07 09:30`` is one as well.
    """
    for forms in (_FORMS, (_MONTH_ONLY,), (_SHORT_YEAR, _NO_YEAR) if labelled else ()):
        found = [hit for form in forms for hit in _valid(form, text)]
        if found:
            return min(found, key=lambda hit: hit.start)
    return None


def parse_published(value: str) -> str | None:
    """A record's date that is nothing but a date, as ISO; ``None`` when it is not one."""
    if len(value) > 80:
        return None
    for form in (*_FORMS, _ISO_NO_YEAR, _MONTH_ONLY, _COMPACT, _BARE_YEAR, _SHORT_YEAR):
        match = form.match(value)
        if match and not value[match.end() :].strip(" .])") and (iso := _iso(match)):
            return iso
    return None


def day_of(iso: str) -> str:
    """The date part: what two prints of one article's date share."""
    return iso.split("T", 1)[0]


def agree(one: str, other: str) -> bool:
    """Whether two ISO dates can be of one day: parts that one of them does not know are free."""
    mine, theirs = _parts(one), _parts(other)
    return all(a == b or not a or not b for a, b in zip(mine, theirs, strict=True))


def _parts(iso: str) -> tuple[str, str, str]:
    day = day_of(iso)
    if day.startswith("--"):
        return "", day[2:4], day[5:7]
    return day[:4], day[5:7], day[8:10]


def _valid(form: re.Pattern[str], text: str) -> list[FoundDate]:
    for match in form.finditer(text):
        if iso := _iso(match):
            return [FoundDate(iso, match.start(), match.end())]
    return []


def _iso(match: re.Match[str]) -> str | None:
    part = match.groupdict()
    year, day = part.get("year"), part.get("day")
    month = _month(part)
    if year and len(year) == 2:
        year = f"20{year}"
    if year and not 1900 <= int(year) <= 2100:
        return None
    if month is None:
        return year
    if not 1 <= month <= 12:
        return None
    head = f"{int(year):04d}-{month:02d}" if year else f"--{month:02d}"
    if not day:
        return head
    if not 1 <= int(day) <= monthrange(int(year) if year else 2000, month)[1]:
        return None
    return f"{head}-{int(day):02d}{_clock(part)}"


def _month(part: dict[str, str | None]) -> int | None:
    if name := part.get("name"):
        return _MONTHS.index(name.lower()) + 1
    digits = part.get("month") or part.get("month2")
    return int(digits) if digits else None


def _clock(part: dict[str, str | None]) -> str:
    if not part.get("hour"):
        return ""
    hour, minute = int(part["hour"] or 0), int(part["minute"] or 0)
    half = (part.get("half") or part.get("half2") or "").lower()
    if half and hour > 12:
        half = ""
    if half in ("오후", "pm") and hour < 12:
        hour += 12
    elif half in ("오전", "am") and hour == 12:
        hour = 0
    if hour > 23 or minute > 59:
        return ""
    second = part.get("second")
    tail = f":{second}" if second and int(second) < 60 else ""
    return f"T{hour:02d}:{minute:02d}{tail}{(part.get('zone') or '').strip().upper()}"
