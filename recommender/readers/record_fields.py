"""The fields of an article from the values under the keys of one record."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from recommender.readers.article import Record, Related
from recommender.readers.columns import FIELDS, Columns
from recommender.readers.day_order import form_of, in_order, orders_of
from recommender.readers.notes import ReadProblem
from recommender.readers.rules.authors import authors
from recommender.readers.rules.publication import is_truth, not_out
from recommender.readers.values import is_weak, kind_of, missing, text_of, unlisted
from recommender.text.dates import clock_of, is_day, parse_published
from recommender.text.markup import has_markup, unescaped, without_markup
from recommender.text.mojibake import repaired
from recommender.text.normalize import clean

from ..lazy import dataclass

if TYPE_CHECKING:
    from recommender.readers.records import Records

URL = re.compile(r"(?:https?:)?//\S|www\.\S", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_BARE = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,12}(?::\d{1,5})?/\S")
_URL_KEYS = ("url", "link")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_CUT = re.compile(r"(?:…|\.\.\.)?\s?\[\+\d+ chars\]$")
_GMT = ("gmt", "utc")
_CLOCKS = ("시간", "시각", "time")
_NO_DATES = ("0000-00-00", "0001-01-01")
"""What databases write where they know no date."""
PRINTED = 1 << 18
"""Most characters of a list that a program printed into a cell."""


@dataclass(slots=True)
class FieldReader:
    """Reads one record and gathers notes on values that are kept as unknown."""

    file: Records
    values: dict[str, Any]
    keys: Mapping[str, tuple[str, ...]]
    line_number: int
    notes: list[ReadProblem] = field(default_factory=list)
    open_dates: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Key and value of dates whose day and month cannot be told apart without other dates of the column."""

    def note(self, reason: str, hint: str = "") -> None:
        self.notes.append(ReadProblem(self.file.path, self.line_number, reason, hint, "note"))

    def texts(self, name: str) -> Iterator[tuple[str, str]]:
        """Keys and texts of a field that are filled, the best first."""
        for key in self.keys.get(name, ()):
            value = self.values[key]
            if value is True or value is False:
                continue
            if type(value) is str:
                if value:
                    yield key, unlisted(value) if value[0] == "[" else value
            elif (text := text_of(value)) is not None:
                if text:
                    yield key, text
            elif not self.file.columns.names(key, *(other for other in FIELDS if other != name)):
                self.note(f"{key!r} is {kind_of(value)}, not text, and stays unknown.")

    def line(self, name: str, *, weak: bool = True) -> str:
        """A field of one line; ``weak``: also from a key such as ``name`` that may name anything."""
        texts = (text for key, text in self.texts(name) if weak or not is_weak(key))
        return next((value for text in texts if (value := self.whole(text))), "")

    def whole(self, text: str) -> str:
        return clean_line(self._repair(text))

    def body(self) -> str:
        """The first text of a body, below the subtitle where it does not begin with that itself."""
        body, subtitle = self._text("body"), self._text("subtitle")
        return "\n".join(filter(None, (subtitle if subtitle not in body else "", body)))

    def _text(self, name: str) -> str:
        texts = (text for _, text in self.texts(name) if not _ADDRESS.fullmatch(text.strip()))
        return next((body for text in texts if (body := self._paragraphs(text))), "")

    def _paragraphs(self, text: str) -> str:
        if "\\n" in text and "\n" not in text:
            text = text.replace("\\r", "").replace("\\n", "\n")
        text = _CUT.sub("…", text) if text.endswith("chars]") else text
        return paragraphs(self._repair(text))

    def _repair(self, text: str) -> str:
        if not text.isascii() and (again := repaired(text)) != text:
            self.file.say(
                "{} held text that was once read in a wrong encoding; it was read again in the right one.",
                self.line_number,
            )
            text = again
        return without_markup(text) if has_markup(text) else text

    def outlet(self) -> str:
        """The name of the outlet, or its domain where there is no name; a whole address is neither."""
        values = (
            value for _, value in self.texts("outlet") if not URL.match(value) or _DOMAIN.fullmatch(value.strip())
        )
        names = [text for value in values if (text := self.whole(value))]
        return next((text for text in names if not _DOMAIN.fullmatch(text)), names[0] if names else "")

    def author(self) -> str:
        for key, value in self.texts("author"):
            if names := authors(self._repair(value).strip()):
                return clean_line(names)
            if value.strip().isdigit():
                self._say_number(key, "author")
        return ""

    def url(self) -> str:
        """The first address; one without ``https://`` only under a key that names nothing else."""
        for key, value in self.texts("url"):
            address = clean_line(unescaped(value.strip().partition("\n")[0]))
            sure = not self.file.columns.names(key, *(other for other in FIELDS if other != "url"))
            if (
                URL.match(address)
                or (sure and _BARE.match(address))
                or (address and key.strip().casefold() in _URL_KEYS)
            ):
                return address
        return ""

    def section(self) -> str:
        number = ""
        for key in self.keys.get("section", ()):
            value = self.values[key]
            if key.casefold() == "subject" and not isinstance(value, list):
                continue
            text = text_of(value) or ""
            if "".join(text.split()).isdigit():
                number = number or key
            elif section := self.whole(text):
                return section
        if number:
            self._say_number(number, "section")
        return ""

    def _say_number(self, key: str, name: str) -> None:
        self.file.say(f"{key!r} is a number in {{}}, no name, and the {name} stays unknown.", self.line_number)

    def not_out(self) -> str:
        """What the record says of an article that is not published; a number says nothing that is known."""
        for key in self.keys.get("status", ()):
            if str(self.values[key]).lstrip("-").isdigit():
                self.file.say(
                    f"{key!r} is a number in {{}}, no word, so whether such articles are published is not known.",
                    self.line_number,
                )
        return not_out(self.values, self.keys)

    def date(self, name: str) -> str | None:
        refused = ""
        for key, printed in self.texts(name):
            value = clean_line(printed)
            if is_truth(value) or value.startswith(_NO_DATES):
                continue
            if orders := orders_of(value):
                value = self._in_known_order(name, key, value, orders)
            iso = parse_published(value)
            if iso is not None:
                self._say_to_come(key, iso)
                return self._with_clock(key, iso) if name == "published" else iso
            if name in self.open_dates:
                return None
            if printed.strip() and not clock_of(printed):
                refused = refused or printed.strip()
        if refused:
            self.note(
                f"{refused[:60]!r} is not a valid date, so it stays unknown.",
                "Write dates as 2024-08-05 or 2024-08-05T11:16.",
            )
        return None

    def _say_to_come(self, key: str, iso: str) -> None:
        if iso[:10] > self.file.tomorrow and iso[:1].isdigit():
            self.file.say(f"{key!r} is a day that has not come yet in {{}}; it is kept as it stands.", self.line_number)

    def _in_known_order(self, name: str, key: str, value: str, orders: frozenset[str]) -> str:
        """A date of three numbers in the order that the user named for its column; an ambiguous one waits."""
        if order := self.file.columns.order_of(key):
            return in_order(value, order)
        self.file.orders.see(form_of(key, value), orders)
        if len(orders) == 1:
            return in_order(value, next(iter(orders)))
        self.open_dates.setdefault(name, (key, value))
        return value

    def settled(self, record: Record) -> Record:
        """The record with its ambiguous dates read in the order that the other dates of their columns show."""
        dates = {name: self._settle_date(name, key, value) for name, (key, value) in self.open_dates.items()}
        article = record.article
        published, updated = dates.get("published") or article.published, dates.get("updated") or article.updated
        return replace(record, article=replace(article, published=published, updated=updated))

    def _settle_date(self, name: str, key: str, value: str) -> str | None:
        if order := self.file.orders.order(form_of(key, value)):
            iso = parse_published(in_order(value, order))
            return self._with_clock(key, iso) if iso and name == "published" else iso
        if not parse_published(value):
            reason = f"{value[:60]!r} in {key!r} may be read in several orders, so such dates stay unknown"
            reason = reason.replace("{", "(").replace("}", ")")
            self.file.say(f"{reason} in {{}}; say which it is: --map {name}:mdy={quoted(key)}, or dmy, ymd.",
                          self.line_number)  # fmt: skip
        return None

    def _with_clock(self, key: str, iso: str) -> str:
        if key.casefold().endswith(_GMT) and "T" in iso:
            return parse_published(f"{iso}Z") or iso
        if is_day(iso):
            beside = (value for key, value in self.texts("published") if key.casefold().endswith(_CLOCKS))
            for value in chain((value for _, value in self.texts("clock")), beside):
                if clock := clock_of(value):
                    return f"{iso}T{clock}"
        return iso

    def related(self) -> tuple[Related, ...]:
        for key in self.keys.get("related", ()):
            value = self.values[key]
            if isinstance(value, str):
                value = _parse_list(value)
            if value is None:
                continue
            if not isinstance(value, list):
                self.note(f"{key!r} is {kind_of(value)}, not a list, and is left out.")
                continue
            entries = [entry for item in value if (entry := _related_entry(item, self.file.columns))]
            if len(entries) < len(value):
                self.note(f"{len(value) - len(entries)} entries of {key!r} hold no headline and are left out.")
            return tuple(entries)
        return ()


def paragraphs(text: str) -> str:
    """A body as it is stored: clean lines, no empty ones."""
    return "\n".join(line for part in text.splitlines() if (line := clean(part)))


def clean_line(value: str) -> str:
    """`clean`, the short way for plain ASCII such as ids, dates and addresses."""
    return " ".join(value.split()) if value.isascii() and value.isprintable() else clean(value)


def _related_entry(entry: object, columns: Columns) -> Related | None:
    url = None
    if isinstance(entry, dict):
        entry = {key: value for key, value in entry.items() if not missing(value)}
        keys = columns.plan(entry).keys
        url = next((clean(v) for k in keys.get("url", ()) if isinstance(v := entry[k], str) and v.strip()), None)
        entry = next((text for k in keys.get("title", ()) if (text := text_of(entry[k]))), None)
    if not isinstance(entry, str) or missing(entry):
        return None
    headline = clean(without_markup(repaired(entry)))
    if _ADDRESS.fullmatch(headline) or not any(map(str.isalnum, headline)):
        return None
    return Related(headline, url)


def _parse_list(value: str) -> list[object] | None:
    """A csv cell: a list of JSON or as Python prints it, or headlines parted by ``|`` or on lines of their own."""
    if not value.strip():
        return None
    if value.lstrip().startswith("["):
        for reads in (json.loads, _parse_python_list):
            try:
                parsed = reads(value.strip())
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                continue
            if isinstance(parsed, list):
                return parsed
    parts = value.split("|") if "|" in value else value.splitlines()
    return [part for part in parts if part.strip()]


def _parse_python_list(value: str) -> object:
    """A list of texts and of mappings of texts, ``[{'title': '가'}]``, as tables of pandas hold them."""
    if len(value) > PRINTED:
        raise ValueError
    return ast.literal_eval(value)


def quoted(key: str) -> str:
    return f"'{key}'" if " " in key or "," in key else key
