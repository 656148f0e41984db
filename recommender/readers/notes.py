"""The report of an ingest: what went in, and what could not be used, where it stands and what to do."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import field
from typing import Literal

from recommender.errors import InputError
from recommender.readers.article import Record

from ..lazy import dataclass

NAMED = 100
"""Most problems of one file that are listed."""


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """A file (``line`` 0) or record that was refused, or a note on one that was kept.

    ``count`` is more than 1 where it stands for so many that are not named.
    """

    path: str
    line: int
    reason: str
    hint: str = ""
    severity: Literal["refused", "note"] = "refused"
    count: int = 1

    def __str__(self) -> str:
        location = f"{self.path}:{self.line}" if self.line else self.path
        return f"{location}: {self.reason} {self.hint}".strip()

    @classmethod
    def of(cls, path: str, error: InputError) -> ReadProblem:
        """A whole file that was refused."""
        return cls(path, 0, error.problem, error.hint)


@dataclass(slots=True)
class Problems:
    """The first `NAMED` problems of one file; those after them are only counted, for a bad file has millions."""

    path: str
    named: list[ReadProblem] = field(default_factory=list)
    more: int = 0
    refused: bool = False

    def add(self, problem: ReadProblem) -> None:
        if len(self.named) < NAMED:
            self.named.append(problem)
        else:
            self.more += problem.count
            self.refused |= problem.severity == "refused"

    def drain(self) -> Iterator[ReadProblem]:
        """Yields all of them, the last for those that were only counted, and clears the list."""
        yield from self.named
        if self.more:
            yield ReadProblem(
                self.path, 0, f"It has {self.more:,} more lines or records like that, which are not named.",
                "Mend the first ones and look again.", "refused" if self.refused else "note", self.more,
            )  # fmt: skip
        self.named, self.more, self.refused = [], 0, False


COUNTED = ("title", "body", "published", "author", "outlet", "related")
"""What is counted of the articles that were read."""
UNSURE = 0.7
"""A page with a field of less confidence is listed for a look."""
LOOKED_AT = 10
GROUPS = 20_000
"""Most groups that are counted by outlet."""


@dataclass(slots=True)
class FieldCounts:
    """How many of the articles read anew have which field, by ending and outlet; and the least certain pages.

    A group is the ending, the outlet (empty where it is not known), and which fields of `COUNTED` are filled.
    """

    groups: Counter[tuple[str, str, tuple[bool, ...]]] = field(default_factory=Counter)
    doubts: list[tuple[float, str, str]] = field(default_factory=list)

    def add(self, record: Record) -> None:
        article = record.article
        values = (article.title, article.body, article.published, article.author, article.outlet, record.related)
        filled = tuple(map(bool, values))
        outlet = (article.outlet or "") if len(self.groups) < GROUPS else ""
        self.groups[_ending(record.path), outlet, filled] += 1
        if record.doubt and record.doubt[0] < UNSURE:
            self._add_doubts([(record.doubt[0], record.path, record.doubt[1])])

    def update(self, other: FieldCounts) -> None:
        self.groups.update(other.groups)
        self._add_doubts(other.doubts)

    def _add_doubts(self, doubts: list[tuple[float, str, str]]) -> None:
        self.doubts = sorted([*self.doubts, *doubts])[:LOOKED_AT]

    def by(self, key_index: int) -> list[tuple[str, int, list[int]]]:
        """Ending (``key_index`` 0) or outlet (1), its articles and how many of them have each field; the most first."""
        rows: dict[str, list[int]] = {}
        for (ending, outlet, filled), count in self.groups.items():
            row = rows.setdefault(outlet if key_index else ending, [0] * (1 + len(COUNTED)))
            for at, has in enumerate((True, *filled)):
                row[at] += count * has
        return sorted(((name, row[0], row[1:]) for name, row in rows.items()), key=lambda row: (-row[1], row[0]))


def _ending(path: str) -> str:
    """The ending of a file, of the member of an archive, or of the workbook of a sheet, whose name has none."""
    for part in reversed(path.lower().split("!/")):
        ending = os.path.splitext(part.removesuffix(".gz"))[1]
        if 1 < len(ending) <= 9 and ending[1:].isalnum():
            return ending
    return "other"


@dataclass(frozen=True, slots=True)
class IngestReport:
    """``unchanged`` counts records that are in their file as they were before; ``merged`` those that have a copy;
    ``replaced`` those that became an earlier version of an article: no record is counted twice.
    ``removed`` counts articles that records took out; ``field_counts`` is of the records of files read anew."""

    files_read: int = 0
    articles_added: int = 0
    articles_changed: int = 0
    unchanged: int = 0
    headlines_added: int = 0
    links: int = 0
    merged: int = 0
    replaced: int = 0
    removed: int = 0
    problems: tuple[ReadProblem, ...] = field(default=())
    field_counts: FieldCounts = field(default_factory=FieldCounts)

    @property
    def ok(self) -> bool:
        """True when nothing was refused; notes are no refusals."""
        return not any(p.severity == "refused" for p in self.problems)


@dataclass(frozen=True, slots=True)
class CorpusCounts:
    """``whole`` articles have a page or record of their own, ``headline_only`` are merely listed."""

    whole: int
    headline_only: int
    links: int
    sources: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement of an article stands."""

    path: str
    line: int
    kind: str
