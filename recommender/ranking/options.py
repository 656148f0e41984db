"""What is wanted of an answer, checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from numbers import Integral, Real
from typing import TypeAlias

from ..errors import QueryError
from ..lazy import dataclass
from ..text.instants import day_after, day_number

Names: TypeAlias = str | Sequence[str] | None
NAMES = ("outlet", "section", "exclude_id", "exclude_outlet", "exclude_author")


def named(value: Names) -> tuple[str, ...]:
    """The names of an option: none, one, or several. Raises QueryError for what is no name."""
    if value is None or isinstance(value, str):
        return (value,) if value else ()
    if not isinstance(value, Sequence):
        raise QueryError(f"{_short(value)} is no name.", "Give a str, or a list of them.")
    return tuple(value)


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Filters, and the form of an answer.

    Parameters
    ----------
    k
        The most hits.
    since, until
        The first and the last day, both included: ``date``, or text as people write it (``2024-08-05``, ``2024.8``,
        ``7d``, ``어제``, ``지난달``, ``3개월``). A month or a year is all of it, in Korean time. Articles without a
        date match no period.
    outlet, section
        Hits of these outlets or sections only: one name or several.
    exclude_id, exclude_outlet, exclude_author
        No such hits: one name or several. An excluded article goes with its near-copies, an author wherever the name
        stands in a byline.
    no_date
        The date of what asks counts for nothing.
    topic
        Hits in this topic or curated topic only, by id or name.
    past_only
        Nothing published after the query.
    diversity
        0..1: 0 keeps the order by score, 1 prefers hits that differ from each other.
    min_score
        0..1, what each hit must score, in place of the rule by which the model answers or abstains
        (``Calibration.answered``); with 0 every candidate is a hit.
    collapse
        Near-copies, and retellings of one event, are folded into one hit.
    stories
        Retellings of one event are not folded; near-copies are.
    explain
        Each hit has the weight of every word and every part of its score.
    """

    k: int = 10
    since: str | date | None = None
    until: str | date | None = None
    outlet: Names = None
    section: Names = None
    topic: str | None = None
    exclude_id: Names = None
    exclude_outlet: Names = None
    exclude_author: Names = None
    no_date: bool = False
    past_only: bool = False
    diversity: float = 0.0
    min_score: float | None = None
    collapse: bool = True
    stories: bool = False
    explain: bool = False

    def checked(self) -> SearchOptions:
        """The options with their dates as text. Raises QueryError for what cannot be meant."""
        if not isinstance(self.k, Integral) or isinstance(self.k, bool) or self.k < 1:
            raise QueryError(f"k is {_short(self.k)}.", "Ask for at least 1 article, by a whole number.")
        if not isinstance(self.diversity, Real) or not 0 <= self.diversity <= 1:
            raise QueryError(f"The diversity is {_short(self.diversity)}.", "Give a value from 0 to 1.")
        if self.min_score is not None and (not isinstance(self.min_score, Real) or not 0 <= self.min_score <= 1):
            raise QueryError(f"The least score is {_short(self.min_score)}.", "Give a value from 0 to 1.")
        check_texts(topic=self.topic)
        for name in NAMES:
            for value in named(getattr(self, name)):
                check_texts(**{name: value})
        if self.no_date and self.past_only:
            raise QueryError("Without a date there is no past.", "Ask with past_only or with no_date.")
        since, until = date_text("since", self.since), date_text("until", self.until)
        if since and until and day_number(since) >= day_after(until):
            raise QueryError(f"since, {since}, is later than until, {until}.", "No day is in both; swap them.")
        return replace(self, k=int(self.k), since=since, until=until)


def check_texts(**values: object) -> None:
    """Raises QueryError for a value that is neither text nor None, by its name."""
    for name, value in values.items():
        if value is not None and not isinstance(value, str):
            raise QueryError(f"The {name} is {_short(value)}, which is no text.", "Give it as a str.")


def date_text(name: str, value: object) -> str | None:
    """A date as ISO 8601; None for none. A day without a year (``--08-05``) is that of a text alone.

    Parameters
    ----------
    name
        What it is of: ``since``, ``until`` or ``published``. Of ``지난주`` the last day for ``until``, else the first.
    value
        Text, as people write dates and periods (`recommender.text.asked_dates`), or a ``date``.

    Raises
    ------
    QueryError
        For what is no date.
    """
    text = _iso(value)
    if text is None or text == "":
        return None
    if isinstance(text, str):
        if name == "published" and text.startswith("--"):
            return text
        from ..text.asked_dates import asked_days  # most questions name no date, and its tables take time to make

        if days := asked_days(text):
            return days[name == "until"]
    raise QueryError(
        f"{_short(value)} is no date for {name}.", "Write it as 2024-08-05, 2024-08, 7d, 3개월, 어제 or 지난달."
    )


def day_of(value: object) -> float:
    """The day number of a date, NaN for none. Raises QueryError for what is no date."""
    text = date_text("published", value)
    return math.nan if text is None else day_number(text)


def _iso(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _short(value: object) -> str:
    """A value as an error names it."""
    return repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:57]}..."
