"""Shared by the formats: the type of what they yield, and notes on what they leave out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from recommender.errors import InputError
from recommender.readers.article import Record
from recommender.readers.notes import ReadProblem
from recommender.readers.records import Records

Read = Record | ReadProblem
MARK = "!/"
"""Stands between the path of an archive or workbook and the name of its member or sheet, as in addresses of JARs."""


def filled(values: Mapping[str, object]) -> dict[str, object]:
    """The fields that a format states."""
    return {key: value for key, value in values.items() if value}


def record_of(values: Callable[[], Mapping[str, object]], file: Records, line: int) -> Iterator[Read]:
    """The record of what a format states, or the problem for which it cannot say it."""
    try:
        stated = filled(values())
    except InputError as error:
        yield ReadProblem(file.path, line, error.problem, error.hint)
        return
    yield from file.read(stated, line)


def left_out(shown: str, counts: Mapping[str, int]) -> Iterator[ReadProblem]:
    """One note on what a file holds that is no article: ``{"drafts": 3}``."""
    counted = ", ".join(f"{what} ({count:,})" for what, count in sorted(counts.items()) if count)
    if counted:
        yield ReadProblem(shown, 0, f"Left out, as they are not articles: {counted}.", "", "note", sum(counts.values()))


def within(path: str, name: str) -> str:
    """How a member of an archive or a sheet of a workbook is named: ``export.zip!/2024/a.html``."""
    return f"{path}{MARK}{''.join(c if c.isprintable() else '?' for c in name.removeprefix('./'))}"
