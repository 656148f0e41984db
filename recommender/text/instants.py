"""Publication dates as numbers: days since 1970 on the Korean clock, NaN where the year is not known."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta, timezone

from ..lazy import pattern

_PARTIAL = pattern(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$")
_EPOCH = date(1970, 1, 1).toordinal()
_DAY = len("2024-08-05")  # the longest form of a day in ISO 8601; what is longer has a time of day
KOREA = timezone(timedelta(hours=9), "KST")


def day_number(published: str | None) -> float:
    """Days since 1970-01-01 with the time of day as a fraction, by Korean time: equal numbers are one instant.

    A date without a zone is Korean time; a month or a year stands for its first day. NaN for ``None``, a date
    without a year, or no date at all.
    """
    if not published:
        return math.nan
    if match := _PARTIAL.match(published):
        year, month, day = (int(part or 1) for part in match.groups())
        try:
            return float(date(year, month, day).toordinal() - _EPOCH)
        except ValueError:
            return math.nan
    try:
        moment = datetime.fromisoformat(published)
        if moment.tzinfo:
            moment = moment.astimezone(KOREA)
    except (ValueError, OverflowError):  # before the year 1, after 9999
        return math.nan
    clock = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return moment.date().toordinal() - _EPOCH + clock / 86400


def day_after(published: str) -> float:
    """The number at which a period is over: ``2024`` ends with 2024-12-31, a time of day with itself.

    NaN where `day_number` is NaN.
    """
    start = day_number(published)
    match = _PARTIAL.match(published)
    if not match and len(published) > _DAY:
        return math.nextafter(start, math.inf)
    if not match or match[3] or math.isnan(start):
        return start + 1.0
    first = date.fromordinal(int(start) + _EPOCH)
    months = first.year * 12 + first.month - 1 + (1 if match[2] else 12)
    return float(date(months // 12, months % 12 + 1, 1).toordinal() - _EPOCH) if months < 9999 * 12 else math.inf


def day_text(day: float) -> str | None:
    """``2024-08-05``, the day in Korea, for a day number; ``None`` for NaN."""
    return None if math.isnan(day) else date.fromordinal(math.floor(day) + _EPOCH).isoformat()
