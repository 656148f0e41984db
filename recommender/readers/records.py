"""One record of a data file (an object of keys and values) as a `Record`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from recommender.errors import InputError
from recommender.readers.article import Article, Record, Related
from recommender.readers.notes import ReadProblem
from recommender.text.dates import parse_published
from recommender.text.normalize import clean, split_tags

KEYS: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "title": ("title", "headline"),
    "body": ("body", "content", "text", "summary", "lead", "description"),
    "outlet": ("outlet", "press"),
    "author": ("author",),
    "published": ("published", "date"),
    "updated": ("updated", "modified", "updated_at", "modified_at", "dateModified", "date_modified"),
    "url": ("url",),
    "section": ("section",),
    "related": ("related",),
}
"""A field's keys, the first that is filled wins."""
ALL_KEYS = frozenset(key for keys in KEYS.values() for key in keys)
ID_LIMIT = 300
_MISSING = frozenset(("nan", "null", "none", "nat", "na", "<na>", "n/a", "#n/a"))
"""What programs print where they know nothing, in small letters; it counts only as the whole of a value."""


@dataclass(slots=True)
class _Reader:
    """Reads one record and gathers notes on values that are kept as unknown."""

    path: str
    line: int
    notes: list[ReadProblem] = field(default_factory=list)

    def note(self, reason: str, hint: str = "") -> None:
        self.notes.append(ReadProblem(self.path, self.line, reason, hint, "note"))

    def text(self, values: Mapping[str, object], name: str) -> str:
        for key in KEYS[name]:
            value = values.get(key)
            if isinstance(value, str) and (found := paragraphs(value) if name == "body" else _clean(value)):
                return found
            if isinstance(value, int | float) and not isinstance(value, bool):
                return str(value)
            if value is not None and not isinstance(value, str):
                self.note(f"{key!r} is a {_kind(value)}, not text, and stays unknown.")
        return ""

    def date(self, values: Mapping[str, object], name: str) -> str | None:
        printed = self.text(values, name)
        if not printed:
            return None
        iso = parse_published(printed)
        if iso is None:
            self.note(
                f"{printed[:60]!r} is no date, so it stays unknown.",
                "Write dates as 2024-08-05 or 2024-08-05T11:16.",
            )
        return iso

    def related(self, values: Mapping[str, object]) -> tuple[Related, ...]:
        value = values.get("related")
        if isinstance(value, str):
            value = _unfold(value)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.note(f"'related' is a {_kind(value)}, not a list, and is left out.")
            return ()
        found = [entry for entry in map(_related, value) if entry]
        if len(found) < len(value):
            self.note(f"{len(value) - len(found)} entries of 'related' hold no headline and are left out.")
        return tuple(found)


def missing(value: object) -> bool:
    """Whether a value says that nothing is known: null, a number that is none, or a word such as ``NaN``."""
    if isinstance(value, str):
        return len(value) < 20 and value.strip().casefold() in _MISSING
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def paragraphs(text: str) -> str:
    """A body as it is stored: clean lines, no empty ones."""
    return "\n".join(line for part in text.splitlines() if (line := clean(part)))


def _clean(value: str) -> str:
    """`clean`, the short way for plain ASCII such as ids, dates and addresses."""
    return " ".join(value.split()) if value.isascii() and value.isprintable() else clean(value)


def as_record(values: object, path: str, line: int) -> tuple[Record, list[ReadProblem]]:
    """The record and notes on values that were not understood. InputError if it is no article."""
    if not isinstance(values, dict):
        raise InputError(f"The record is a {_kind(values)}, not an object.", 'Write {"title": ..., "body": ...}.')
    values = {key: value for key, value in values.items() if not missing(value)}
    reader = _Reader(path, line)
    title, body = reader.text(values, "title"), reader.text(values, "body")
    if not title and not body:
        raise InputError("The record has neither a title nor a body.", f"Known keys are {', '.join(sorted(ALL_KEYS))}.")
    given = reader.text(values, "id")
    if len(given) > ID_LIMIT:
        raise InputError(f"The id has {len(given)} characters, the limit is {ID_LIMIT}.", "Give a shorter id.")
    article = Article(
        id="",
        title=title or None,
        body=body,
        outlet=reader.text(values, "outlet") or None,
        author=reader.text(values, "author") or None,
        published=reader.date(values, "published"),
        updated=reader.date(values, "updated"),
        url=reader.text(values, "url") or None,
        section=reader.text(values, "section") or None,
        tags=split_tags(title)[0],
        stand_in=None if title else stand_in(body),
    )
    return Record(article, reader.related(values), given or None, path, line), reader.notes


def stand_in(lead: str, width: int = 60) -> str:
    """The start of a lead, cut at a word, to be shown where a title is unknown."""
    lead = lead.split("\n", 1)[0]
    if len(lead) <= width:
        return lead
    return (lead[: width + 1].rsplit(" ", 1)[0] or lead[:width])[:width].rstrip(" ,") + "…"


def _related(entry: object) -> Related | None:
    url = None
    if isinstance(entry, dict):
        entry = {key: value for key, value in entry.items() if not missing(value)}
        url = next((clean(v) for k in ("url", "link") if isinstance(v := entry.get(k), str) and v.strip()), None)
        entry = next((v for k in KEYS["title"] if isinstance(v := entry.get(k), str)), None)
    if not isinstance(entry, str) or missing(entry) or not any(map(str.isalnum, headline := clean(entry))):
        return None
    return Related(headline, url)


def _unfold(value: str) -> list[object] | None:
    """A csv cell: a JSON list, or headlines parted by ``|``."""
    if not value.strip():
        return None
    if value.lstrip().startswith("["):
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, list):
            return found
    return [part for part in value.split("|") if part.strip()]


def _kind(value: object) -> str:
    names = {dict: "object", list: "list", str: "text", bool: "truth value", int: "number", float: "number"}
    return names.get(type(value), "null" if value is None else type(value).__name__)
