"""Publication dates as ISO 8601, exactly as precise as they are printed.

Every function takes text that went through `recommender.text.normalize.clean` (single blanks), which keeps
the patterns linear.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta, timezone

from ..lazy import dataclass

KOREA = timezone(timedelta(hours=9), "KST")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_TIME = (
    r"(?:(?:,? at(?= ))?[ ,]{0,2}(?:\([월화수목금토일]\)|[월화수목금토일]요일)?[T ,|]{0,3}[\[(]?"
    r"(?P<half>오전|오후|am|pm)? ?"
    r"(?P<hour>\d{1,2})(?::|시 ?)(?P<minute>\d{1,2}(?=분)|\d{2})분?(?:(?::| (?=\d{1,2}초))(?P<second>\d{2}|\d(?=초))초?"
    r"(?:[.,]\d{1,9})?)?"
    r"(?: ?(?P<half2>am|pm|a\.m\.|p\.m\.)(?![a-z]))?(?P<zone>Z\b|(?: ?[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)(?![\d.]))?)?"
)
_FORMS = tuple(
    re.compile(form + _TIME, re.IGNORECASE)
    for form in (
        r"(?<![\d.])(?P<year>\d{4})(?: ?[-./] ?|년 ?)(?P<month>\d{1,2})(?: ?[-./] ?|월 ?)"
        r"(?P<day>\d{1,2})(?!\d)(?:일|\.)?",
        rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})[ /-]{_MONTH},?[ /-](?P<year>\d{{4}})(?!\d):?",
    )
)
_MONTH_ONLY = re.compile(r"(?<![\d.])(?P<year>\d{4})(?:[-./](?P<month>\d{2})(?![\d./-])|년 ?(?P<month2>\d{1,2})월)")
_SHORT_YEAR = re.compile(
    r"(?<![\d.:])'?(?P<year>\d{2})[./-] ?(?P<month>\d{2})[./-] ?(?P<day>\d{2})(?!\d)\.?" + _TIME, re.IGNORECASE
)
_SURE_SHORT_YEAR = re.compile(
    r"(?<![\d.:])'?(?P<year>\d{2})년 ?(?P<month>\d{1,2})월 ?(?P<day>\d{1,2})일" + _TIME, re.IGNORECASE
)
_NAMED_SHORT_YEAR = re.compile(
    rf"(?P<day>\d{{1,2}})[ -]{_MONTH}[ -]'?(?P<year>\d{{2}})(?![\d:])" + _TIME, re.IGNORECASE
)
_NO_YEAR = re.compile(
    r"(?<![\d./:-])(?P<month>\d{1,2})(?:[-./] ?|월 ?)(?P<day>\d{1,2})(?![\d:])(?:일|\.)?" + _TIME, re.IGNORECASE
)
_MONTH_AND_DAY = re.compile(r"(?P<month>\d{1,2})월 ?(?P<day>\d{1,2})일" + _TIME, re.IGNORECASE)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[T _]?(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,]?\d{1,9})?)?"
    r"(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?)?(?!\d)"
)
_DAY_FIRST = re.compile(r"(?<!\d)(?P<one>\d{1,2})(?P<mark>[./-])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)" + _TIME,
                        re.IGNORECASE)  # fmt: skip
_EPOCH = re.compile(r"\d{9,10}(?:\.\d{1,9})?|\d{13}(?:\.0)?|\d{16}")
_CLOCK = re.compile(
    r"(?:T ?)?(?:(?P<half>오전|오후|am|pm) ?)?(?P<hour>\d{1,2})(?::|시 ?)(?P<minute>\d{2})분?"
    r"(?::(?P<second>\d{2}))?(?: ?(?P<half2>am|pm))?(?P<zone>)", re.IGNORECASE,
)  # fmt: skip
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_WIDE |= dict.fromkeys(map(ord, "‘’`´"), "'") | dict(zip(map(ord, "年月日時分"), "년월일시분", strict=True))
_WIDE |= {0x3000: " "}
"""Full-width signs, dashes and the Hanja of dates as plain ones, each in the place of one."""
_WEEKDAY = re.compile(
    r"\b(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\b[.,]? ?|\(?\b[월화수목금토일]요일\)?,? ?|"
    r"[(\[][월화수목금토일][)\]] ?", re.IGNORECASE,
)  # fmt: skip
_ZONES = {
    **dict.fromkeys(("utc", "gmt"), "Z"), **dict.fromkeys(("kst", "jst"), ""),
    "edt": "-0400", "est": "-0500", "cdt": "-0500", "cst": "-0600", "pdt": "-0700", "pst": "-0800",
    "bst": "+0100", "cet": "+0100", "cest": "+0200",
}  # fmt: skip
_ZONE = re.compile(
    rf" ?\b(?P<name>{'|'.join(_ZONES)})\b(?P<offset>[+-]\d{{2}}:?\d{{2}})?(?: ?\([^)]*\))?"
    r"|\[[A-Z][A-Za-z]+/[A-Za-z_]+\]",
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(
    rf"{_MONTH} (?P<day>\d{{1,2}}) (?P<clock>\d{{1,2}}:\d{{2}}(?::\d{{2}})?) ?(?P<zone>Z|[+-]\d{{4}})? ?"
    r"(?P<year>\d{4})", re.IGNORECASE,
)  # fmt: skip
_LABEL = re.compile(
    r"(?P<later>최종 ?수정|수정|업데이트|변경|갱신|last updated|updated|modified|edited)(?:일시|일자|시간|시각|일)?|"
    r"(?:기사 ?|최초 ?)?(?:입력|등록|발행|게시|게재|작성|송고|승인|보도|출고|전송)(?:일시|일자|시간|시각|일)?|"
    r"published|posted|created|날짜|일시", re.IGNORECASE,
)  # fmt: skip
_NO_DATE = re.compile(r"(?:(?:[ \[\](){}<>|:/·,.~-]|\b(?:on|at|date|기준)\b)|오전|오후|경|께)*", re.IGNORECASE)
_BARE_YEAR = re.compile(r"(?P<year>(?:19|20)\d{2})년?")
_OTHER_ZONE = re.compile(r"T[\d:]{5,8}(?:Z|[+-](?!09:?(?:00)?$)\d{2}:?(?:\d{2})?)$")
_ISO_NO_YEAR = re.compile(r"--(?P<month>\d{2})-(?P<day>\d{2})" + _TIME)
_WHOLE = (
    *_FORMS, _ISO_NO_YEAR, _MONTH_ONLY, _MONTH_AND_DAY, _COMPACT, _BARE_YEAR, _SHORT_YEAR, _SURE_SHORT_YEAR,
    _NAMED_SHORT_YEAR, _DAY_FIRST,
)  # fmt: skip


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
    text = text if text.isascii() else text.translate(_WIDE)
    for forms in (_FORMS, (_MONTH_ONLY,), (_SURE_SHORT_YEAR, _SHORT_YEAR, _NO_YEAR) if labelled else ()):
        dates = [hit for form in forms for hit in _valid(form, text)]
        if dates:
            return min(dates, key=lambda hit: hit.start)
    return None


def parse_published(value: str) -> str | None:
    """A record's date that is nothing but a date, as ISO; ``None`` when it is not one.

    Words that say what the date is may stand beside it; of several dates that of the first publication counts.
    """
    if len(value) > 120:
        return None
    value = value.translate(_WIDE).strip()
    if iso := _whole(value):
        return iso
    if _EPOCH.fullmatch(plain := value.removeprefix("/Date(").removesuffix(")/")):
        return _epoch(plain)
    return next((iso for part in _labelled(value) if (iso := _whole(_plain(part)))), None)


def _whole(value: str) -> str | None:
    for form in _WHOLE:
        match = form.match(value)
        if match and not value[match.end() :].strip(" .])") and (iso := _iso(match)):
            return iso
    return None


def _plain(value: str) -> str:
    """A date without the weekday, with an offset for the name of a zone and the year before the time."""
    value = _WEEKDAY.sub("", value)
    value = _ZONE.sub(lambda match: match["offset"] or _ZONES.get((match["name"] or "").lower(), ""), value)
    value = re.sub(r",? at (?=\d)", " ", " ".join(value.split()))
    return _YEAR_LAST.sub(r"\g<name> \g<day> \g<year> \g<clock>\g<zone>", value).strip(" ,|[](){}<>:·/~-")


def _labelled(value: str) -> list[str]:
    """The parts of a value between its labels (published, updated), without those of a later change."""
    parts: list[str] = []
    later, start = False, 0
    for match in _LABEL.finditer(value):
        if not later:
            parts.append(value[start : match.start()])
        later, start = bool(match["later"]), match.end()
    # A word may stand behind its date: what comes before the first word is told by it.
    if later and len(parts) == 1 and _NO_DATE.fullmatch(value[start:]):
        return []
    return [part for part in (*parts, *([] if later else [value[start:]])) if not _NO_DATE.fullmatch(part)]


def _epoch(value: str) -> str | None:
    """Seconds, milliseconds or microseconds since 1970, as Korean time."""
    whole = value.split(".")[0]
    seconds = int(whole) // {13: 10**3, 16: 10**6}.get(len(whole), 1)
    if not 10**8 * 3 <= seconds < 4 * 10**9:
        return None
    return datetime.fromtimestamp(seconds, KOREA).isoformat()


def is_day(iso: str) -> bool:
    """Whether a date says the day and no time of day."""
    return "T" not in iso and iso[-6:-5] != "" and iso.count("-") == 2


def clock_of(value: str) -> str | None:
    """A time of day that stands alone, as ISO; ``111600`` too, as systems write it in a column of its own."""
    text = value.translate(_WIDE).strip()[:30]
    if text.isascii() and text.isdigit() and len(text) in (4, 6):
        text = ":".join(text[at : at + 2] for at in range(0, len(text), 2))
    match = _CLOCK.fullmatch(text)
    return _clock(match.groupdict())[1:] or None if match else None


def day_of(iso: str) -> str:
    """The date part: what two prints of one article's date share."""
    return iso.split("T", 1)[0]


def _valid(form: re.Pattern[str], text: str) -> list[FoundDate]:
    for match in form.finditer(text):
        if iso := _iso(match):
            return [FoundDate(iso, match.start(), match.end())]
    return []


def _iso(match: re.Match[str]) -> str | None:
    part = match.groupdict()
    year, day, month = part.get("year"), part.get("day"), _month(part)
    if part.get("one"):
        month, day = _month_and_day(int(part["one"] or 0), int(part["two"] or 0))
    if year and len(year) == 2:
        full = full_year(year)
        if match.re is _SHORT_YEAR and (int(year) <= 12 or full < 1932):  # may as well be a day or a month
            return None
        year = str(full)
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
    return _korean(f"{head}-{int(day):02d}{_clock(part)}")


def full_year(digits: str) -> int:
    """The year that two digits mean: of this century up to the next year, else of the last, ``98`` as 1998."""
    year = 2000 + int(digits)
    return year if year <= datetime.now(KOREA).year + 1 else year - 100


def _month_and_day(one: int, two: int) -> tuple[int, str | None]:
    """Month and day of ``08/25/2024`` or ``25.08.2024``; no day where each may be either."""
    if one == two or two > 12:
        return one, str(two)
    return (two, str(one)) if one > 12 else (0, None)


def _korean(iso: str) -> str:
    """The same instant on the Korean clock, as precisely; as it stands without a zone or a year."""
    if not _OTHER_ZONE.search(iso) or iso.startswith("--"):
        return iso
    try:
        moment = datetime.fromisoformat(iso).astimezone(KOREA)
    except (ValueError, OverflowError):
        return iso
    return moment.isoformat(timespec="seconds" if iso.count(":", 0, 19) == 2 else "minutes")


def _month(part: dict[str, str | None]) -> int | None:
    if name := part.get("name"):
        return _MONTHS.index(name.lower()) + 1
    digits = part.get("month") or part.get("month2")
    return int(digits) if digits else None


def _clock(part: dict[str, str | None]) -> str:
    if not part.get("hour"):
        return ""
    hour, minute = int(part["hour"] or 0), int(part["minute"] or 0)
    half = (part.get("half") or part.get("half2") or "").lower().replace(".", "")
    if half and hour > 12:
        half = ""
    if half in ("오후", "pm") and hour < 12:
        hour += 12
    elif half in ("오전", "am") and hour == 12:
        hour = 0
    if hour > 23 or minute > 59:
        return ""
    second = part.get("second")
    tail = f":{int(second):02d}" if second and int(second) < 60 else ""
    return f"T{hour:02d}:{minute:02d}{tail}{(part.get('zone') or '').strip().upper()}"
