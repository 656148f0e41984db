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


def day_text(day: float) -> str | None:
    """``2024-08-05`` for a day number, ``None`` for NaN."""
    return None if math.isnan(day) else date.fromordinal(int(day) + _EPOCH).isoformat()
