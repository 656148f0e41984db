"""What an ingest tells: what went in, and what could not be used, with its place and a mend."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from recommender.errors import InputError


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """A file (``line`` 0) or record that was refused, or a note on one that was kept."""

    path: str
    line: int
    reason: str
    mend: str = ""
    severity: Literal["refused", "note"] = "refused"

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.reason} {self.mend}".strip()

    @classmethod
    def of(cls, path: str, error: InputError) -> ReadProblem:
        """A whole file that was refused."""
        return cls(path, 0, error.problem, error.mend)


@dataclass(frozen=True, slots=True)
class IngestReport:
    """``unchanged`` counts records that were there before; ``merged`` those that met a copy."""

    files_read: int = 0
    articles_added: int = 0
    articles_changed: int = 0
    unchanged: int = 0
    headlines_added: int = 0
    links: int = 0
    merged: int = 0
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
