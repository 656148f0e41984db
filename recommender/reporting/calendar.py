"""Articles by day, week, month or year: one calendar for every trend of a report."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from .summary_data import Calendar, Trend

_EPOCH = date(1970, 1, 1).toordinal()
_LIMITS = (("day", 21), ("week", 200), ("month", 2_300))  # days that a unit may span; longer is by year
_STRAYS = 0.002  # quantile at each end that may lie outside the calendar, from 500 dated articles on
_ENOUGH = 10  # articles that a topic needs in the two windows before a change is reported ...
_ALL = 50  # ... and all topics together in each of them

Ints = NDArray[np.int64]


class Periods:
    """The calendar of a corpus. ``days`` (n,) float64 day numbers, NaN unknown."""

    def __init__(self, days: NDArray[np.float64]) -> None:
        dated = days[np.isfinite(days)]
        self._of = np.full(len(days), -1, dtype=np.int64)
        self.calendar = Calendar()
        if not len(dated):
            return
        low, high = _span(dated)
        unit = next((unit for unit, limit in _LIMITS if high - low < limit), "year")
        start = _STARTS[unit]
        edges = _edges(start(_date(low)), _date(high), unit)
        numbers = np.array([edge.toordinal() - _EPOCH for edge in edges], dtype=np.float64)
        inside = np.isfinite(days) & (days >= numbers[0]) & (days < numbers[-1])
        self._of[inside] = np.searchsorted(numbers, days[inside], side="right") - 1
        totals = np.bincount(self._of[inside], minlength=len(edges) - 1)
        self.calendar = Calendar(
            unit,
            tuple(_label(edge, unit) for edge in edges[:-1]),
            _window(totals),
            len(dated),
            len(dated) - int(inside.sum()),
            _date(float(dated.min())).isoformat(),
            _date(float(dated.max())).isoformat(),
        )
        self._all = self._count(np.arange(len(days)))

    def trend(self, rows: Ints) -> Trend:
        """The trend of the articles at ``rows`` (m,)."""
        if not self.calendar.labels:
            return Trend(())
        counts, window = self._count(rows), self.calendar.window
        shown = tuple(int(value) for value in counts)
        if not window:
            return Trend(shown)
        totals = [int(self._all[part].sum()) for part in _windows(window)]
        in_windows = [int(counts[part].sum()) for part in _windows(window)]
        if sum(in_windows) < _ENOUGH:
            return Trend(shown)
        return Trend(shown, in_windows[0] / totals[0], in_windows[1] / totals[1])

    def _count(self, rows: Ints) -> Ints:
        periods = self._of[rows]
        return np.bincount(periods[periods >= 0], minlength=len(self.calendar.labels))


def _window(counts: Ints) -> int:
    """The longest window, of at most a quarter of the periods, with enough articles in both; 0 for none."""
    for window in range(max(1, len(counts) // 4), 0, -1):
        if len(counts) >= 2 * window and min(counts[part].sum() for part in _windows(window)) >= _ALL:
            return window
    return 0


def _windows(window: int) -> tuple[slice, slice]:
    return slice(-2 * window, -window), slice(-window, None)


def _span(dated: NDArray[np.float64]) -> tuple[float, float]:
    if len(dated) < 500:
        return float(dated.min()), float(dated.max())
    low, high = np.quantile(dated, [_STRAYS, 1 - _STRAYS], method="nearest")
    return float(low), float(high)


def _date(day: float) -> date:
    return date.fromordinal(math.floor(day) + _EPOCH)


_STARTS: dict[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}


def _edges(first: date, last: date, unit: str) -> list[date]:
    """The start of each period from ``first`` on, and the one after ``last``."""
    edges = [first]
    while edges[-1] <= last:
        edges.append(_next(edges[-1], unit))
    return edges


def _next(day: date, unit: str) -> date:
    if unit in ("day", "week"):
        return day + timedelta(days=1 if unit == "day" else 7)
    months = day.year * 12 + day.month - 1 + (1 if unit == "month" else 12)
    return date(months // 12, months % 12 + 1, 1)


def _label(day: date, unit: str) -> str:
    return {"month": f"{day:%Y-%m}", "year": f"{day.year}"}.get(unit, day.isoformat())
