"""One record of a data file (an object of keys and values) as a `Record`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from recommender.errors import InputError
from recommender.readers.article import Article, Record
from recommender.readers.columns import FIELDS, Columns
from recommender.readers.day_order import DayOrders
from recommender.readers.notes import ReadProblem
from recommender.readers.record_fields import URL, FieldReader, clean_line, quoted
from recommender.readers.rules.titles import without_name
from recommender.readers.values import flattened, kind_of
from recommender.text.dates import KOREA, parse_published
from recommender.text.normalize import split_tags

from ..lazy import dataclass

ID_LIMIT = 300
SAMPLED = 50
"""Number of records of a file from which the meaning of an unused column is guessed."""
NAMED_COLUMNS = 40
_WORDS = ("title", "body", "outlet", "author", "section")
"""Fields that no number fills."""
_OFTEN_ABSENT = ("id", "subtitle", "related", "updated")


@dataclass(slots=True)
class Records:
    """Reads the records of one file; one note a file names the columns that are not used.

    ``path`` is the file as problems name it.
    """

    path: str
    columns: Columns = field(default_factory=Columns)
    tomorrow: str = field(default_factory=lambda: (datetime.now(KOREA) + timedelta(days=1)).date().isoformat())
    seen: int = 0
    _unused: dict[str, list[str]] = field(default_factory=dict)
    _filled: set[str] = field(default_factory=set)
    orders: DayOrders = field(default_factory=DayOrders)
    _notes: dict[str, tuple[int, int]] = field(default_factory=dict)

    def read(self, values: object, line: int) -> Iterator[Record | ReadProblem]:
        """The record with notes on values that were not understood, or the problem for which it is refused.

        A record with ambiguous dates waits until later ones decide the order of day and month; `end` gives the rest.
        """
        try:
            record, reader = self.one(values, line)
        except InputError as error:
            yield from self.orders.through([ReadProblem(self.path, line, error.problem, error.hint)], None)
            return
        settle = partial(reader.settled, record) if reader.open_dates else None
        yield from self.orders.through([record, *reader.notes], settle)

    def one(self, values: object, line: int) -> tuple[Record, FieldReader]:
        """The record and the reader of its fields. InputError if it is not an article."""
        if not isinstance(values, dict):
            raise InputError(f"The record is {kind_of(values)}, not an object.", 'Write {"title": ..., "body": ...}.')
        return self._make_record(flattened(values, self.columns), line)

    def end(self) -> Iterator[Record | ReadProblem]:
        """The records that wait, then notes on the file as a whole, after its last record."""
        yield from self.orders.rest()
        for reason, (count, _) in self._notes.items():
            yield ReadProblem(self.path, 0, reason.format(_count_of_records(count)), "", "note")
        if self._unused:
            yield ReadProblem(self.path, 0, f"Not used: {self._unused_names()}.", self._hint(), "note")

    def _make_record(self, values: dict[str, Any], line: int) -> tuple[Record, FieldReader]:
        plan = self.columns.plan(values)
        reader = FieldReader(self, values, plan.keys, line)
        if _is_true(values.get("removed")) and (record_id := reader.line("id")):
            return Record(Article(""), (), record_id, self.path, line, removed=True), reader
        body = reader.body()
        title = reader.line("title", weak=bool(body))
        status = reader.not_out()
        if not title and not body and not status:
            raise self._no_article_error(plan.keys, values)
        record_id = reader.line("id")
        if len(record_id) > ID_LIMIT:
            raise InputError(f"The id has {len(record_id)} characters, the limit is {ID_LIMIT}.", "Give a shorter id.")
        outlet = reader.outlet()
        title = without_name(title, outlet)
        article = Article(
            id="",
            title=title or None,
            body=body,
            outlet=outlet or None,
            author=reader.author() or None,
            published=reader.date("published"),
            updated=reader.date("updated"),
            url=reader.url() or None,
            section=reader.section() or None,
            tags=split_tags(title)[0],
            stand_in=None if title else stand_in(body),
        )
        self._count(article, plan.unused, values)
        return Record(article, reader.related(), record_id or None, self.path, line, not_out=status), reader

    def _no_article_error(self, keys: Mapping[str, object], values: Mapping[str, object]) -> InputError:
        if "title" in keys or "body" in keys:
            hint = "See that one of them is filled."
        elif values:
            samples = {key: [str(value)[:500]] for key, value in values.items() if isinstance(value, str | int | float)}
            advice = mapping(self.columns, samples, ("title", "body")) or f"--map title={quoted(next(iter(values)))}"
            hint = f"Its keys are {_quoted_names(values)}; say which is which, such as {advice}."
        else:
            hint = 'Write {"title": ..., "body": ...}.'
        return InputError("The record has neither a title nor a body.", hint)

    def say(self, reason: str, line: int) -> None:
        """Adds a note that is given once a file; ``{}`` in ``reason`` becomes the number of records concerned."""
        count, last = self._notes.get(reason, (0, -1))
        self._notes[reason] = count + (last != line), line

    def _count(self, article: Article, unused: tuple[str, ...], values: Mapping[str, object]) -> None:
        self.seen += 1
        if self.seen > SAMPLED and not unused:
            return
        if self.seen <= SAMPLED:
            self._filled.update(name for name in FIELDS if getattr(article, name, None))
        for key in unused:
            samples = self._unused.setdefault(key, []) if len(self._unused) < 1000 else self._unused.get(key, [])
            if len(samples) < 3 and isinstance(value := values[key], str | int | float):
                samples.append(str(value)[:500])

    def _unused_names(self) -> str:
        names = _quoted_names([key for key in self._unused if key.strip()])
        return names or "columns without a name"

    def _hint(self) -> str:
        missing = [name for name in FIELDS if name not in self._filled and name not in _OFTEN_ABSENT]
        advice = _map_options(_guess_fields(self.columns, self._unused, missing))
        return f"Perhaps {advice}?" if advice else ""


def mapping(columns: Columns, samples: Mapping[str, list[str]], missing: Sequence[str]) -> str:
    """The options that say which keys most likely are the ``missing`` fields, by their names and ``samples`` of values;
    where nothing tells, the key of the longest text as the title."""
    texts = {
        key: max(map(len, values))
        for key, values in samples.items()
        if values and not all(map(_is_number, values)) and key.strip()
    }
    longest = max(texts, key=lambda key: texts[key], default="")
    return _map_options(_guess_fields(columns, samples, missing) or ({"title": longest} if longest else {}))


def _guess_fields(columns: Columns, samples: Mapping[str, list[str]], missing: Sequence[str]) -> dict[str, str]:
    guesses: dict[str, str] = {}
    for key, values in samples.items():
        coded = bool(values) and all(map(_is_number, values))
        name = columns.guess(key, [name for name in missing if not coded or name not in _WORDS])
        name = name or guess_by_values(values, list(missing))
        if name and key.strip():
            guesses.setdefault(name, key)
    return guesses


def _map_options(guesses: Mapping[str, str]) -> str:
    return " ".join(f"--map {name}={quoted(key)}" for name, key in guesses.items())


def _is_number(text: str) -> bool:
    return not any(map(str.isalpha, text))


def _is_true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().casefold() == "true")


def guess_by_values(samples: list[str], missing: list[str]) -> str | None:
    """The field that values look like: a date, an address, a long text or a headline."""
    values = [value for sample in samples if (value := sample.strip())]
    if not values:
        return None
    looks = {
        "published": all(len(v) >= 8 and parse_published(clean_line(v[:80])) for v in values),
        "url": all(URL.match(v) for v in values),
        "body": all(len(v) >= 100 and " " in v for v in values),
        "title": all(8 <= len(v) < 100 and " " in v for v in values),
    }
    return next((name for name, true in looks.items() if true and name in missing), None)


def stand_in(lead: str, width: int = 60) -> str:
    """The start of a lead, cut at a word, to be shown where a title is unknown."""
    lead = lead.split("\n", 1)[0]
    if len(lead) <= width:
        return lead
    return (lead[: width + 1].rsplit(" ", 1)[0] or lead[:width])[:width].rstrip(" ,") + "…"


def _count_of_records(count: int) -> str:
    return "1 record" if count == 1 else f"{count:,} records"


def _quoted_names(keys: Mapping[str, object] | list[str]) -> str:
    named = [quoted(key)[:60] for key in list(keys)[:NAMED_COLUMNS]]
    more = len(keys) - len(named)
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")
