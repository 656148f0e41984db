"""The measured quality of a model: an evaluation makes it, the manifest keeps it, model card and report show it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, field
from typing import Any

from ..lazy import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the ends of its 95 % interval; all three NaN where nothing was measured."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float | None]:
        return {name: rounded(getattr(self, name)) for name in ("value", "low", "high")}

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs whose score lies in ``low``..``high``: how many, their mean score, the share that is right."""

    low: float
    high: float
    pairs: int
    score: float
    right: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"score": rounded(self.score), "right": rounded(self.right)}


@dataclass(frozen=True, slots=True)
class Reliability:
    """Does a score mean what it says? ``bins`` of equal width over 0..1; empty ones are left out.

    ``brier`` is the mean squared difference of score and truth (Brier 1950); ``error`` the expected
    calibration error, the mean over pairs of |mean score - share right| of their bin (Naeini et al. 2015).
    """

    bins: tuple[Bin, ...] = ()
    brier: float = math.nan
    error: float = math.nan

    def as_json(self) -> dict[str, Any]:
        bins = [b.as_json() for b in self.bins]
        return {"brier": rounded(self.brier), "error": rounded(self.error), "bins": bins}


@dataclass(frozen=True, slots=True)
class Group:
    """Measures of a group of questions or of single answers, by name; what is not measured is not in it."""

    by: str
    name: str
    questions: int
    answers: int
    measures: Mapping[str, Interval]

    def as_json(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in ("by", "name", "questions", "answers")}
        return counts | {name: value.as_json() for name, value in self.measures.items()}


@dataclass(frozen=True, slots=True)
class Quality:
    """``measures`` by name, each the mean over ``questions``; none of either where there was no list to judge by.

    ``topics`` are coverage, npmi and diversity, as far as they are known; ``broad_topics`` the same of the broad level
    where there are two. ``version`` names the version that was measured where it is an earlier one. A manifest keeps
    none of ``groups``, ``topics`` and ``broad_topics``.
    """

    questions: int
    measures: Mapping[str, Interval] = field(default_factory=dict)
    reliability: Reliability = field(default_factory=Reliability)
    groups: tuple[Group, ...] = ()
    topics: Mapping[str, float] = field(default_factory=dict)
    version: str | None = None
    broad_topics: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As a manifest keeps it under ``scores``."""
        if not self.questions:
            return {"questions": 0}
        measures = {name: value.as_json() for name, value in self.measures.items()}
        return {"questions": self.questions, **measures, "reliability": self.reliability.as_json()}


def stored_quality(about: Mapping[str, Any]) -> Quality | None:
    """What the manifest ``about`` says; None if the model was not judged when it was saved."""
    stored = dict(about.get("scores") or {})
    if not stored:
        return None
    questions, reliability = int(stored.pop("questions", 0)), stored.pop("reliability", {})
    bins = tuple(Bin(**_numbers(row)) for row in reliability.get("bins", ()))
    return Quality(
        questions,
        {name: Interval(**_numbers(row)) for name, row in stored.items()},
        Reliability(bins, **_numbers({name: reliability.get(name) for name in ("brier", "error")})),
        version=_measured_version(about),
    )


def rounded(value: float) -> float | None:
    """Four digits for JSON; None for NaN."""
    return None if math.isnan(value) else round(float(value), 4)


def _numbers(row: Mapping[str, Any]) -> dict[str, Any]:
    """``row`` with NaN for null."""
    return {name: math.nan if value is None else value for name, value in row.items()}


def _measured_version(about: Mapping[str, Any]) -> str | None:
    """The version whose scores an updated one carries; None for one that was trained."""
    trained = about.get("drift", {}).get("trained") if "updated_from" in about else None
    return str(trained) if trained else None
