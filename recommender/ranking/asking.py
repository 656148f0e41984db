"""What a person asks with: a text of any length, several articles, or an object of a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .options import SearchOptions, named

if TYPE_CHECKING:
    from .answer import Answer
    from .recommend import Recommender

_LONG = 200  # characters from which a text is read as a headline with a body
_HEADLINE = 60  # characters of a text without a headline that stand for one


def similar_to_reading(recommender: Recommender, reading: Any, options: SearchOptions, published: str | None) -> Answer:
    """The answer to a page as it was read; ``published`` takes the place of its own date."""
    title, body = read_title_and_body(reading)
    read = reading.published.value if reading.published else None
    return recommender.similar(title, options.k, body=body, published=published or read, options=options)


def similar_to_ids(recommender: Recommender, ids: Sequence[str], options: SearchOptions) -> Answer:
    """The answer to one stored article, or to several as one question."""
    if len(ids) > 1:
        return recommender.similar_to_all(ids, options)
    return recommender.similar(id=ids[0], k=options.k, options=options)


def similar_to_object(
    recommender: Recommender, question: Mapping[str, Any], options: SearchOptions, published: str | None
) -> Answer:
    """The answer to a question with "id", "title", "body" and "published", whose id stands in it; an article of the
    corpus by that id is no answer to it."""
    name, title, body = question["id"], question["title"], question["body"]
    if not title and not body:
        return recommender.similar(id=name, k=options.k, options=options)
    if name and recommender.model.catalogue.row(name) >= 0:
        options = replace(options, exclude_id=(*named(options.exclude_id), name))
    text, date = title or str(body)[:_HEADLINE], question["published"] or published
    answer = recommender.similar(text, options.k, body=body or "", published=date, options=options)
    return replace(answer, query={"id": name, **answer.query}) if name else answer


def title_and_body(text: str) -> tuple[str, str]:
    """A text as headline and body; one that is short and of one line is a headline."""
    return read_draft(text)[:2]


def read_draft(text: str) -> tuple[str, str, str | None]:
    """The headline, the body and the date of a text; one that is short and of one line is a headline."""
    if not _long(text):
        return text, "", None
    from ..readers.page import read_text

    reading = read_text(text)
    return *read_title_and_body(reading), (str(reading.published.value) if reading.published else None)


def read_title_and_body(reading: Any) -> tuple[str, str]:
    """The headline and the body of a page as it was read; the start of the body where it has no headline."""
    title, body = reading.title, reading.body
    text = str(body.value) if body else ""
    return (str(title.value) if title else text[:_HEADLINE]), text


def _long(text: str) -> bool:
    return len(text) >= _LONG or "\n" in text.strip()
