"""Issues of one series: the price of gold of two days, two draws of a lottery, which are spelled alike."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..index.fields import Floats
from ..lazy import pattern
from ..text.normalize import eojeols, normalise, split_tags

_APART, _KEPT = 60.0, 0.2  # logit that another issue of a series loses, and the share of it that it keeps at most
_SHARED = 0.6  # cosine of titles from which two may be issues of one series
_SPELLED = 0.3  # surface from which two may be so that share little but a bracket tag
DAYS = 3.0  # days apart from which other figures are those of another issue; before, of a story that goes on
_FIGURES = pattern(r"\d+(?:\.\d+)?")
_OF_ISSUE = pattern(r"\d{1,2}월 ?\d{1,2}일|제?\d{1,6}[회호차]|\d{4}\. ?\d{1,2}\. ?\d{1,2}|\d{1,2}/\d{1,2}|\d{1,2}일")

# Tags of columns of notices, each of which is about somebody else.
_NOTICES = frozenset(["부음", "부고", "인사", "동정", "운세", "오늘의 운세", "오늘의운세"])
_OF_NOTICE = pattern(  # words that any notice has
    "외|별세|[부모]친상|[장시]모상|[장시]부상|장인상|빙[부모]상|상배|본인상|승진|전보|임용|발령|내정|선임|취임|운세|음력|양력|[월화수목금토일]요일"
)


def without_form(plain: NDArray[np.float64], issues: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(m,) what words and meaning are worth, ``plain`` (m,), less what other ``issues`` (m,) of a series owe to its
    form."""
    return np.where(issues, np.minimum(plain - _APART, _KEPT * plain), plain)


def may_be_issues(tagged: NDArray[np.bool_], cosine: Floats, surface: Floats) -> NDArray[np.bool_]:
    """(m,) which articles may be other issues of the series of a headline that asks: they share most words, by the
    ``cosine`` (m,) of the titles, or the question is ``tagged`` (m,) and they are spelled much as it is, by their
    ``surface`` (m,)."""
    return np.asarray((cosine >= _SHARED) | (tagged & (surface >= _SPELLED)))


def other_issues(
    asking: Sequence[str], headlines: Sequence[str], apart: NDArray[np.floating], cosine: Floats
) -> NDArray[np.bool_]:
    """(m,) whether ``headlines`` (m,) that ``may_be_issues`` are of another issue than those that ask, ``asking`` (m,).

    Each has a day or a number of an issue that the other lacks, and they share most words or a bracket tag; or, some
    days ``apart`` (m,; NaN: not known) and most words shared, any figure. Two notices of deaths or posts are others if
    they share no word but those of the form.
    """
    pairs = zip(map(parts_of, asking), map(parts_of, headlines), apart.tolist(), cosine.tolist(), strict=True)
    return np.array([_another(one, other, days, likeness) for one, other, days, likeness in pairs], dtype=bool)


class HeadlineParts(NamedTuple):
    """Of a headline in normal form the bracket ``tags``, the ``rest``, its days and numbers of ``issues``, and its
    ``figures``."""

    tags: frozenset[str]
    rest: str
    issues: frozenset[str]
    figures: frozenset[str]


@lru_cache(maxsize=16_384)  # a headline is compared with many, and stands in many lists
def parts_of(headline: str) -> HeadlineParts:
    """``HeadlineParts`` of a headline."""
    text = normalise(headline)
    tags, rest = split_tags(text)
    return HeadlineParts(frozenset(tags), rest, frozenset(_OF_ISSUE.findall(text)), frozenset(_FIGURES.findall(text)))


def tagged(headline: str) -> bool:
    """Whether a headline bears a bracket tag."""
    return bool(split_tags(headline)[0])


def _another(one: HeadlineParts, other: HeadlineParts, days: float, likeness: float) -> bool:
    shared = one.tags & other.tags
    if _differ(one.issues, other.issues):
        return likeness >= _SHARED or bool(shared)
    if shared & _NOTICES:
        return not _beyond_form(one.rest) & _beyond_form(other.rest)
    return likeness >= _SHARED and days >= DAYS and _differ(one.figures, other.figures)


def _beyond_form(text: str) -> set[str]:
    """The words of a notice but those of its form and its figures."""
    return {word for word in eojeols(text) if not (_OF_NOTICE.fullmatch(word) or word[0].isdigit())}


def _differ(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether each has what the other lacks."""
    return bool(ours - theirs and theirs - ours)
