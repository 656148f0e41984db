"""Issues of one series: the price of gold of two days, two draws of a lottery, which are spelled alike."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..text.normalize import normalise

APART = 60.0  # logit that another issue of a series loses
SHARED = 0.6  # cosine of titles from which two may be issues of one series
_DAYS = 3.0  # days apart from which other figures are those of another issue; before, of a story that goes on
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_OF_ISSUE = re.compile(r"\d{1,2}월 ?\d{1,2}일|제?\d{1,6}[회호차]|\d{4}\. ?\d{1,2}\. ?\d{1,2}|\d{1,2}/\d{1,2}|\d{1,2}일")


def other_issues(asking: Sequence[str], headlines: Sequence[str], apart: NDArray[np.floating]) -> NDArray[np.bool_]:
    """(m,) whether ``headlines`` (m,) are of another issue of a series than those that ask, ``asking`` (m,), with which
    they share most words (a cosine of ``SHARED``).

    Each has a day, a number of an issue or, some days ``apart`` (m,; NaN: not known), any figure that the other lacks.
    """
    pairs = zip(map(normalise, asking), map(normalise, headlines), apart.tolist(), strict=True)
    found = [_differ(_OF_ISSUE, *two) or (days >= _DAYS and _differ(_FIGURES, *two)) for *two, days in pairs]
    return np.array(found, dtype=bool)


def _differ(form: re.Pattern[str], one: str, other: str) -> bool:
    ours, theirs = set(form.findall(one)), set(form.findall(other))
    return bool(ours - theirs and theirs - ours)
