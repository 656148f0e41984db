"""Days and periods as people ask for them: ``2025.9.1``, ``2025년 9월``, ``지난달``, ``3개월 전``, ``last week``.

Dates that are read out of pages and records are `recommender.text.dates`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, timedelta

from ..lazy import pattern
from .instants import KOREA, day_number

_DAYS = {
    "오늘": 0, "금일": 0, "지금": 0, "today": 0, "now": 0, "어제": 1, "전일": 1, "yesterday": 1,
    "그제": 2, "그저께": 2, "엊그제": 2,
    "내일": -1, "tomorrow": -1, "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "열흘": 10, "보름": 15,
}  # fmt: skip
"""How many days ago each is."""
_SPANS = {
    "day": "일 days? d", "week": "주일 주간 주 weeks? w", "month": "개월 달 months? mon mo", 
    "quarter": "분기 quarters? q", "year": "년 해 years? yrs? y", "hour": "시간 hours? hrs? h",
}  # fmt: skip
_COUNTS = dict(zip("한두세네열", (1, 2, 3, 4, 10), strict=True))
_COUNTS |= {
    "다섯": 5,
    "여섯": 6,
    "일곱": 7,
    "여덟": 8,
    "아홉": 9,
    "일": 1,
    "석": 3,
    "넉": 4,
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "six": 6,
}
_UNIT = "|".join(f"(?P<{unit}>{words.replace(' ', '|')})" for unit, words in _SPANS.items())
_AGO = pattern(
    rf"(?:지난 |최근 |last |past )?(?P<count>\d{{1,4}}|{'|'.join(_COUNTS)}) ?(?:{_UNIT})(?: ?(?:전|간|ago))?"
)
_BEFORE = {
    0: "이번 금 이 올 this",
    1: "지난 저번 전 작 last previous",
    2: "지지난 저저번 전전 재작",
}
"""How many periods ago each word means."""
_PERIODS = {"week": "주 week", "month": "달 월 month", "quarter": "분기 quarter", "year": "해 년 year"}
_NAMED = {
    f"{before}{name}": (period, back)
    for back, befores in _BEFORE.items()
    for before in befores.split()
    for period, names in _PERIODS.items()
    for name in names.split()
} | {"반년": ("half", 0)}
_YEAR = pattern(
    r"(?P<year>\d{4})(?:년|[ -]|(?=q|$))|'?(?P<short>\d{2})년|(?P<said>올해|금년|작년|지난 ?해|전년|재작년|지지난 ?해)"
)
_PART = pattern(
    r"(?P<quarter>[1-4]) ?(?:분기|q)|q(?P<of>[1-4])|(?P<half>상반기|하반기)|"
    r"(?P<month>\d{1,2})월(?: ?(?P<day>\d{1,2})일?)?"
)
_NUMBERS = pattern(r"'?(\d{4}|\d{2}(?=[-./년]\d{1,2}[-./월]\d))[-./년](\d{1,2})(?:[-./월](\d{1,2}))?[./월일]?")
_MONTH_NAME = pattern(r"[a-z]{3,9}\.?,? \d{4}")
_COMPACT = pattern(r"((?:19|20)\d{2})(\d{2})(\d{2})?")
_WEEKDAY = pattern(r" ?\([월화수목금토일]\)| [월화수목금토일]요일")
_EDGE = pattern(r"(?: ?(?:부터|까지|이후)| 동안| 이내)$")


def asked_days(text: str, now: datetime | None = None) -> tuple[str, str] | None:
    """The first and the last day that a text asks for, ISO 8601; a day, a month or a year is both.

    Parameters
    ----------
    text
        A date as it is written (``2025.9.1``, ``2025년 9월``, ``20250901``, ``Sep 1, 2025``, with a time of day
        too), or a word for one (``어제``, ``지난달``, ``3개월 전``, ``90d``, ``올해 3월``, ``last week``).
    now
        The instant from which words count; default: this one. Days are those of the Korean clock.

    Returns
    -------
    tuple or None
        None for what is no date, or a day that no calendar has.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    plain = _EDGE.sub("", _WEEKDAY.sub("", plain)).strip()
    today = (now or datetime.now(KOREA)).astimezone(KOREA)
    try:
        return _ago(plain, today) or _named(plain, today.date()) or _part(plain, today.date()) or _written(text, plain)
    except (ValueError, OverflowError):  # a day that no calendar has
        return None


def _ago(text: str, now: datetime) -> tuple[str, str] | None:
    """So long before ``now``."""
    days = _DAYS.get(text.removesuffix(" 전"))
    if days is not None:
        return _day(now.date() - timedelta(days=days))
    match = _AGO.fullmatch(text)
    if not match:
        return None
    count, unit = _COUNTS.get(match["count"]) or int(match["count"]), next(unit for unit in _SPANS if match[unit])
    if unit == "year" and count >= 20 and text.endswith(f"{count}년"):
        return None  # 2025년 is a year, and 25년 may be one
    if unit == "hour":
        hour = (now - timedelta(hours=count)).replace(tzinfo=None).isoformat(timespec="minutes")
        return hour, hour
    if unit in ("day", "week"):
        return _day(now.date() - timedelta(days=count * (7 if unit == "week" else 1)))
    return _day(_earlier(now.date(), count * {"month": 1, "quarter": 3, "year": 12}[unit]))


def _earlier(day: date, months: int) -> date:
    """The same day so many months before, the last of a month that is shorter."""
    at = day.year * 12 + day.month - 1 - months
    year, month = at // 12, at % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _named(text: str, today: date) -> tuple[str, str] | None:
    """A period that is told from the one of ``today``: ``지난달``."""
    period, back = _NAMED.get(text.replace(" ", ""), ("", 0))
    if period == "half":
        return _day(_earlier(today, 6))
    if period == "week":
        first = today - timedelta(days=today.weekday() + 7 * back)
        return first.isoformat(), (first + timedelta(days=6)).isoformat()
    if period == "quarter":
        first = _earlier(today.replace(day=1), 3 * back + (today.month - 1) % 3)
        return _months(first.year, first.month, 3)
    if period:
        first = _earlier(today.replace(day=1), back * (12 if period == "year" else 1))
        return _same(first.isoformat()[: 7 if period == "month" else 4])
    return None


def _part(text: str, today: date) -> tuple[str, str] | None:
    """A part of a year, that of the last such day where none is named: ``올해 3월``, ``2025년 상반기``, ``9월 1일``."""
    head = _YEAR.match(text)
    rest = text[head.end() :].strip(" -") if head else text
    match = _PART.fullmatch(rest)
    if not match:
        return None
    if quarter := match["quarter"] or match["of"]:
        first, length = 3 * int(quarter) - 2, 3
    elif match["half"]:
        first, length = (1 if match["half"] == "상반기" else 7), 6
    else:
        first, length = int(match["month"]), 1
    year = _year(head, today) if head else today.year
    if not head and (first, int(match["day"] or 1)) > (today.month, today.day):
        year -= 1
    if match["day"]:
        return _day(date(year, first, int(match["day"])))
    return _same(date(year, first, 1).isoformat()[:7]) if length == 1 else _months(year, first, length)


def _year(match: re.Match[str], today: date) -> int:
    if named := match["said"]:
        return today.year - _NAMED[named.replace(" ", "")][1]
    return int(match["year"] or f"20{match['short']}")


def _written(value: str, text: str) -> tuple[str, str] | None:
    """A date in figures, or one as pages print it."""
    match = _COMPACT.fullmatch(text) or _NUMBERS.fullmatch(text.replace(" ", ""))
    if match:
        year, month, day = (int(part or 0) for part in match.groups())
        if year <= 12:
            return None  # may as well be a day or a month
        year += 2000 if year < 100 else 0
        return _day(date(year, month, day)) if match[3] else _same(date(year, month, 1).isoformat()[:7])
    if not math.isnan(day_number(value.strip())):
        return _same(value.strip())
    from .dates import parse_published  # forms that few ask in: its patterns take longer to compile than an answer

    if _MONTH_NAME.fullmatch(text):
        first = parse_published(f"1 {text}")
        return _same(first[:7]) if first else None
    iso = parse_published(value)
    return None if iso is None or iso.startswith("--") else _same(iso)


def _months(year: int, month: int, length: int) -> tuple[str, str]:
    last = month + length - 1
    return date(year, month, 1).isoformat(), date(year, last, monthrange(year, last)[1]).isoformat()


def _day(day: date) -> tuple[str, str]:
    return _same(day.isoformat())


def _same(iso: str) -> tuple[str, str]:
    return iso, iso
