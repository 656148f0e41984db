"""What a person asks with, read as title, body and date: a line, a pasted draft, a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..readers.page_fields import PageReading

LONG = 200
"""Characters from which a text is read as a headline with a body."""
_STAND_IN = 60  # characters of a body that ask where there is no title


class Draft(NamedTuple):
    """``reading`` says how a text was read that is more than a line; None for a line."""

    title: str
    body: str = ""
    published: str | None = None
    reading: PageReading | None = None


def draft_of(text: str) -> Draft:
    """A long or many-lined text is a headline with its body."""
    if len(text) < LONG and "\n" not in text.strip():
        return Draft(text)
    from ..readers.page import read_text  # loaded for a draft alone: a line is the common question

    return draft_of_page(read_text(text))


def draft_of_page(reading: PageReading) -> Draft:
    """The parts of a page that ask; the start of its body stands in for a missing title."""
    title, body, published = (getattr(reading, name) for name in ("title", "body", "published"))
    text = str(body.value) if body else ""
    day = str(published.value) if published else None
    return Draft(str(title.value) if title else text[:_STAND_IN], text, day, reading)
