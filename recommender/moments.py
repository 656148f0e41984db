"""Publication dates as numbers: days since 1970, NaN where the year is not known."""

from __future__ import annotations

import math
import re
from datetime import date, datetime

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$")
_EPOCH = date(1970, 1, 1).toordinal()


def day_number(published: str | None) -> float:
    """Days since 1970-01-01 with the time of day as a fraction, by the article's own clock.

    A month or a year stands for its first day. NaN for ``None``, a date without a year, or no date at all.
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
    except ValueError:
        return math.nan
    clock = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return moment.date().toordinal() - _EPOCH + clock / 86400


def day_after(published: str) -> float:
    """The number of the day after a period: ``2024`` ends with 2024-12-31. NaN where `day_number` is NaN."""
    start = day_number(published)
    if math.isnan(start):
        return start
    given = published.strip().count("-")
    if len(published.strip()) > 7 or given > 1:
        return math.floor(start) + 1.0
    first = date.fromordinal(int(start) + _EPOCH)
    months = first.year * 12 + first.month - 1 + (1 if given else 12)
    return float(date(months // 12, months % 12 + 1, 1).toordinal() - _EPOCH) if months < 9999 * 12 else math.inf


def day_text(day: float) -> str | None:
    """``2024-08-05`` for a day number, ``None`` for NaN."""
    return None if math.isnan(day) else date.fromordinal(int(day) + _EPOCH).isoformat()
