"""Columns of an archive: the words that the titles under one bracket tag have in common, whatever they are about.

``[외환마감] 달러-원, 5.4원 상승 1472.3원`` and the one of another day share a tag and 달러-원, ``[실적]`` of two firms
영업익: words of the form, which make no pair by themselves.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..index.fields import Rows
from ..text.analyzer import Aliases
from ..text.normalize import eojeols, normalise, split_tags
from ..text.terms import tag_terms
from .series import DAYS, may_be_issues, other_issues, parts_of, tagged
from .spellers import rows_with
from .title_words import core

if TYPE_CHECKING:
    from .features import Features
    from .model import Model

Words = frozenset[str]
NONE: Words = frozenset()
# Tags that say how a piece of news is told, not that it is one of a column.
_OF_ANY_NEWS = """
    속보 단독 종합 상보 긴급 1보 2보 3보 종합2보 종합3보 포토 사진 영상 동영상 그래픽 인터뷰 단독인터뷰 단독보도
    르포 현장 기획 특집 기고 사설 칼럼 기자수첩 팩트체크 분석 심층 해설 이슈 단신 update
"""
_ANY_NEWS = frozenset(_OF_ANY_NEWS.split())
# Words of any report of figures: prices, rates, results.
_OF_REPORTS = """
    상승 하락 급등 급락 강세 약세 보합 강보합 약보합 반등 오름세 내림세 오른 내린 올라 내려 전주 전일 전월 전년 전분기
    대비 마감 출발 개장 지속 증가 감소 최고 최대 최저 역대 사상 돌파 기록 이번주 지난주 이번달 지난달
"""
_REPORT = frozenset(_OF_REPORTS.split())
_WITH_FIGURES = 0.8  # share of a column's titles that bear figures, from which it is one of reports
_TITLES = 4  # of a tag, from which it is a column's
_SHARE, _TIMES = 0.3, 3  # of its titles that hold a word of the form: so many of them, and so many titles at least
_SPAN = 0.5  # of the column's time over which the titles with such a word spread: what a week was about is no form
_SPELLED = 0.2  # surface from which the titles of a column may share its form
_LOOKED = 200  # titles of a tag that are looked at, spread over all


def is_column(tag: str) -> bool:
    """Whether a bracket tag, in normal form, may be the name of a column."""
    return "".join(tag.lower().split()) not in _ANY_NEWS


def content_words(text: str, aliases: Aliases) -> set[str]:
    """The words of a title in normal form without its tags, by one name each, less their particles; no figures."""
    return {core(word) for word in eojeols(aliases.apply(text.lower())) if not word[0].isdigit()}


def form_words(model: Model, tag: str) -> Words:
    """The words that come again and again under a ``tag`` in normal form, and those of any report where it has figures;
    none of a tag that is not a column's.

    Remembered by the model: a question looks at the titles of its own tag, and most have none.
    """
    words = model.column_forms.get(tag)
    if words is None:
        words = model.column_forms[tag] = _form_words(model, tag) if is_column(tag) else NONE
    return words


def _form_words(model: Model, tag: str) -> Words:
    terms = tag_terms(f"[{tag}] 제목")
    if not terms:
        return NONE
    rows = rows_with(model, terms)
    rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), _LOOKED)).astype(np.int64)] if len(rows) else rows
    titles = [(split_tags(normalise(model.catalogue.headline(row))), row) for row in rows.tolist()]
    words = {row: content_words(text, model.analyzer.aliases) for (tags, text), row in titles if tag in tags}
    if len(words) < _TITLES:
        return NONE
    times = Counter(word for title_words in words.values() for word in title_words)
    min_count = max(_TIMES, _SHARE * len(words))
    span = _days_of(model, words)
    frequent = (word for word, count in times.items() if count >= min_count)
    form = frozenset(
        word for word in frequent if not _days_of(model, (row for row in words if word in words[row])) < _SPAN * span
    )
    figures = sum(any(map(str.isdigit, text)) for (tags, text), _ in titles if tag in tags)
    return form | _REPORT if figures >= _WITH_FIGURES * len(words) else form


def _days_of(model: Model, rows: Iterable[int]) -> float:
    """Days from the first to the last of ``rows``; NaN where none is dated."""
    days = [day for day in map(float, model.catalogue.days[list(rows)]) if not math.isnan(day)]
    return max(days) - min(days) if days else math.nan


def by_form_alone(one: set[str], other: set[str], form: Words) -> bool:
    """Whether the words that two titles of a column share, one or the other as a part of a longer one, are all of its
    ``form``, and there are any."""
    common = {
        min(a, b, key=len) for a in one for b in other if a == b or (min(len(a), len(b)) > 1 and (a in b or b in a))
    }
    return bool(common) and all(
        word in form or any(word in word_of_form for word_of_form in form if len(word) > 1) for word in common
    )


def issues_among(
    model: Model, asking: Sequence[str], of: Rows, rows: Rows, days: NDArray[np.float64], features: Features
) -> NDArray[np.bool_]:
    """(m,) which of the pairs are two issues of one series or column: the headline ``asking[of]`` with its ``days``
    (b,), and the article at ``rows`` (m,), with the ``features`` (m,) of the pair."""
    issues, apart = np.zeros(len(rows), dtype=bool), np.abs(model.catalogue.days[rows] - days[of])
    bears = np.array([tagged(headline) for headline in asking], dtype=bool)
    near = np.flatnonzero(may_be_issues(bears[of], features.cosine, features.surface))
    one, other = _headlines(model, asking, of, rows, near)
    issues[near] = other_issues(one, other, apart[near], features.cosine[near])
    forms = [_forms(model, headline) if bears[at] else {} for at, headline in enumerate(asking)]
    columns = np.array([bool(form) for form in forms], dtype=bool)
    if columns.any():
        near = np.flatnonzero(columns[of] & ~issues & ~(apart < DAYS) & (features.surface >= _SPELLED))
        pairs = zip(near.tolist(), *_headlines(model, asking, of, rows, near), strict=True)
        issues[near] = [_share_form_alone(model, forms[of[at]], one, other) for at, one, other in pairs]
    return issues


def _headlines(model: Model, asking: Sequence[str], of: Rows, rows: Rows, pairs: Rows) -> tuple[list[str], list[str]]:
    """The headlines of the pairs at ``pairs``: of what asks, and of the article."""
    return (
        [asking[i] for i in of[pairs].tolist()],
        [model.catalogue.headline(row) for row in rows[pairs].tolist()],
    )


def _forms(model: Model, headline: str) -> dict[str, Words]:
    """The tags of columns that a headline bears, with the words of their forms."""
    tags = split_tags(normalise(headline))[0]
    return {tag: form for tag in tags if (form := form_words(model, tag))}


def _share_form_alone(model: Model, forms: Mapping[str, Words], one: str, other: str) -> bool:
    """Whether two headlines bear the tag of one of the ``forms`` and share words of it, and no others."""
    parts = parts_of(one), parts_of(other)
    shared = [forms[tag] for tag in parts[0].tags & parts[1].tags if tag in forms]
    if not shared:
        return False
    words = [content_words(part.rest, model.analyzer.aliases) for part in parts]
    return by_form_alone(words[0], words[1], NONE.union(*shared))
