"""A line of a page with the part that it has, and what it says of people."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.readers.rules.bylines import Byline, line_byline, may_be_byline
from recommender.readers.rules.dated import without_dates

OUT = "out"


@dataclass(slots=True)
class Line:
    """A line that is not empty; the rules of `page_text` fill in its part, and its value as the field has it."""

    number: int
    text: str
    part: str = ""
    rule: str = ""
    value: str = ""
    confidence: float = 0.9

    def is_(self, part: str, rule: str, value: str = "", confidence: float = 0.9) -> None:
        self.part, self.rule, self.value, self.confidence = part, rule, value or self.text, confidence


def byline_of(text: str) -> Byline | None:
    """What a line that is a byline, its dates aside, says."""
    return line_byline(without_dates(text)) if may_be_byline(text) else None
