"""Issues of one series: the price of gold of two days, two draws of a lottery, which are spelled alike."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..index.fields import Floats
from ..text.normalize import normalise

APART = 60.0  # logit that another issue of a series loses
ALIKE = 0.6  # cosine of titles from which two may be issues of one series
_DAYS = 3.0  # days apart from which other figures are those of another issue; before, of a story that goes on
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_OF_ISSUE = re.compile(r"\d{1,2}월 ?\d{1,2}일|제?\d{1,6}[회호차]|\d{4}\. ?\d{1,2}\. ?\d{1,2}|\d{1,2}/\d{1,2}|\d{1,2}일")


def other_issues(
    asking: Sequence[str], headlines: Sequence[str], apart: NDArray[np.floating], cosines: Floats
) -> NDArray[np.bool_]:
    """(m,) whether the ``headlines`` (m,) are of another issue of a series than those that ask, ``asking`` (m,).

    They share most words, by ``cosines`` (m,), and each has a day, a number of an issue or, some days ``apart`` (m,;
    NaN: not known), any figure that the other one lacks.
    """
    found = np.zeros(len(headlines), dtype=bool)
    for at in np.flatnonzero(cosines >= ALIKE).tolist():
        one, other = normalise(asking[at]), normalise(headlines[at])
        found[at] = _differ(_OF_ISSUE, one, other) or (apart[at] >= _DAYS and _differ(_FIGURES, one, other))
    return found


def _differ(form: re.Pattern[str], one: str, other: str) -> bool:
    ours, theirs = set(form.findall(one)), set(form.findall(other))
    return bool(ours - theirs and theirs - ours)
