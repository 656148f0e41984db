"""Dates on a line of a page: what they are of, and the line without them."""

from __future__ import annotations

import re

from recommender.readers.rules.bylines import folded
from recommender.readers.rules.lines import LETTER, SHORT
from recommender.text.dates import FoundDate, find_date

_DATE_WORDS = (
    r"(?:(?P<first>기사 ?입력|최초 ?입력|최초 ?등록|입력|등록|승인|송고|작성|발행|게재|게시|보도|published|"
    r"posted|issued)|"
    r"(?P<later>최종 ?수정|최종 ?업데이트|마지막 ?수정|기사 ?수정|수정|업데이트|갱신|last updated|"
    r"last modified|updated|modified))"
    r"(?:(?: ?(?:일시|시간|시각|일자|날짜|일)|(?: (?:at|on))\b))?"
)
_DATE_WORD = re.compile(_DATE_WORDS, re.IGNORECASE)
_DATE_LABEL = re.compile(_DATE_WORDS + r"(?= ?[:：|]? ?\(?[\d'(\[오a-z]|[ |/\]).]*$)", re.IGNORECASE)
_DIGITS = re.compile(r"\d\d|\d ?월")


def changed(line: str) -> str | None:
    """The date of a later change that a line labels as such."""
    if len(line) > SHORT or not _DIGITS.search(line) or line.endswith("다."):
        return None
    line = folded(line)
    dates = _dates(line)
    labels = [match for match in _DATE_WORD.finditer(line) if _is_beside(match, dates, line)]
    placed = _with_labels(dates, labels) if dates and labels else []
    return max((date.iso for date, _, later in placed if later), default=None)


def dated(line: str, *, alone: bool) -> tuple[FoundDate, bool, bool] | None:
    """A publication date, whether a label names it, and whether it is only that of a later change.

    A label stands before its date or behind it, the same way all along a line; a date without one beside
    another's ``수정`` is that of publication. ``alone``: without a label the line must hold hardly anything else.
    """
    if len(line) > SHORT or not _DIGITS.search(line) or line.endswith("다."):
        return None
    line = folded(line)
    dates = _dates(line)
    labels = [match for match in _DATE_WORD.finditer(line) if _is_beside(match, dates, line)]
    if not dates or (not labels and not alone):
        return None
    if not labels:
        return (dates[0], False, False) if len(line) - (dates[0].end - dates[0].start) <= 30 else None
    placed = _with_labels(dates, labels)
    return min(placed, key=lambda entry: (entry[2], not entry[1]))


def _dates(line: str) -> list[FoundDate]:
    """At most four dates in order; those of a short form count only where a word beside them says what they are."""
    labelled = _DATE_WORD.search(line) is not None
    dates: list[FoundDate] = []
    at = 0
    while len(dates) < 4 and (date := find_date(line[at:], labelled=labelled)):
        dates.append(FoundDate(date.iso, at + date.start, at + date.end))
        at += date.end
    return dates


def _is_beside(label: re.Match[str], dates: list[FoundDate], line: str) -> bool:
    """Nothing but marks stands between a label and a date; one behind a date ends its part of a short line."""
    for date in dates:
        before = label.end() <= date.start
        gap = line[label.end() : date.start] if before else line[date.end : label.start()]
        if len(gap) > 8 or LETTER.search(gap):
            continue
        ends = len(line) <= 60 and not LETTER.match(line, label.end()) and not date.iso.startswith("--")
        if before or ends:
            return True
    return False


def _with_labels(dates: list[FoundDate], labels: list[re.Match[str]]) -> list[tuple[FoundDate, bool, bool]]:
    """Each date, whether it has a label, and whether that is one of a later change."""
    behind = dates[0].start < labels[0].start() and labels[-1].start() > dates[-1].end
    placed = []
    for at, date in enumerate(dates):
        low = (dates[at - 1].end if at else 0) if not behind else date.end
        high = date.start if not behind else (dates[at + 1].start if at + 1 < len(dates) else 1_000)
        near = [label for label in labels if low <= label.start() < high]
        placed.append((date, bool(near), bool(near) and near[-1 if not behind else 0]["first"] is None))
    return placed


def without_dates(line: str) -> str:
    """A short line with its dates and their labels taken out, to see what else it holds."""
    if len(line) > 200:
        return line
    line = _DATE_LABEL.sub(" ", folded(line))
    for _ in range(4):
        date = find_date(line, labelled=True)
        if not date:
            break
        line = f"{line[: date.start]} {line[date.end :]}"
    return re.sub(r"[\[\]()|:·]+(?= |$)|^[ |:·]+", " ", line).strip(" |:·,/-]")
