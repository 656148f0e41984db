"""What an ingest tells: what went in, and what could not be used, with its place and a mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from recommender.errors import InputError

NAMED = 100
"""So many problems of one file are named."""


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
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.reason} {self.hint}".strip()

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

    def taken(self) -> Iterator[ReadProblem]:
        """All of them, the last for those that were counted; then there are none."""
        yield from self.named
        if self.more:
            yield ReadProblem(
                self.path, 0, f"It has {self.more:,} more lines or records like that, which are not named.",
                "Mend the first ones and look again.", "refused" if self.refused else "note", self.more,
            )  # fmt: skip
        self.named, self.more, self.refused = [], 0, False


@dataclass(frozen=True, slots=True)
class IngestReport:
    """``unchanged`` counts records that were there before; ``merged`` those that met a copy; ``replaced`` those that
    are earlier versions of an article now; ``removed`` articles that records took out."""

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
