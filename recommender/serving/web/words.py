"""The texts of the pages: those of the report, and more of their own."""

from __future__ import annotations

import re
import tomllib
from calendar import month_abbr
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from ...reporting.words import LANGUAGES, Words
from ...topics.topic import CuratedTopic, Topic

_OWN: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
_YEARLESS = re.compile(r"--(0[1-9]|1[0-2])-(\d\d)")
_STOP = re.compile(r"(?<=[.?!]) +")
_SEOUL = timezone(timedelta(hours=9))


class PageWords(Words):
    """``words("results", count=3)``; those of the report too."""

    def __call__(self, key: str, /, **values: object) -> str:
        if key not in _OWN:
            return super().__call__(key, **values)
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        return _OWN[key][self.lang].format(**shown) if values else _OWN[key][self.lang]

    def date(self, published: str | None) -> str:
        """As in the report; a day without its year too: ``--08-05`` -> ``8월 5일``."""
        if match := _YEARLESS.match(published or ""):
            month, day = int(match[1]), int(match[2])
            return f"{month}월 {day}일" if self.lang == "ko" else f"{day} {month_abbr[month]}"
        return super().date(published)

    def topic(self, topic: Topic | CuratedTopic) -> str:
        """The name of a topic in the language of the page."""
        return topic.name_en if isinstance(topic, CuratedTopic) and self.lang == "en" and topic.name_en else topic.name

    def time(self, stamp: str | None) -> str:
        """A time in Korea: ``2024-08-05 10:02``; an invalid one as it is."""
        try:
            moment = datetime.fromisoformat(stamp or "").astimezone(_SEOUL)
        except ValueError:
            return stamp or ""
        return f"{moment:%Y-%m-%d %H:%M}" + ("" if self.lang == "ko" else " KST")


def language_of(cookie: str, accepted: str, otherwise: str = "ko") -> str:
    """The language that was chosen, else the one that the header Accept-Language prefers, else ``otherwise``."""
    if cookie in LANGUAGES:
        return cookie
    return max(_weights(accepted.split(",")), default=(0.0, 0, otherwise))[2]


def _weights(parts: Iterable[str]) -> Iterable[tuple[float, int, str]]:
    """Weight, negated position and name of each supported language; the first of the heaviest wins."""
    for index, part in enumerate(parts):
        name, _, weight = part.partition(";q=")
        short = name.strip().lower().partition("-")[0]
        if short in LANGUAGES:
            yield _number(weight), -index, short


def _number(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def for_people(text: str) -> str:
    """The sentences of a text that name no API address, no command and no option of one."""
    return " ".join(
        part
        for part in _STOP.split(text)
        if not any(name in part for name in ("/v1/", "/openapi", "recommender ", " --"))
    )
