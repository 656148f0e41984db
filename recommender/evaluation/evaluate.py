"""Evaluation by the editors' related lists: each page is a query, its listed headlines are the right answers.

Everything unlisted is *unlabelled*, not wrong: recall, hits and ranks are measured, never precision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..lazy import dataclass
from ..ranking.folds import Folds
from ..ranking.model import Model
from ..ranking.recommend import Recommender
from ..versions.quality import Group, Interval, Quality, Reliability, rounded
from .groups import MEASURES, Bootstrap, group, groups, reliability_of, table_of
from .judge import Judge
from .metrics import RESAMPLES, Reals, bootstrap
from .queries import Qrel, co_listed, questions_from_labels, questions_from_links, sampled, without_later
from .topic_metrics import CopyQuality, Stability, TopicQuality, copy_quality, topic_quality

__all__ = [
    "MEASURES",
    "Evaluation",
    "Qrel",
    "difference",
    "evaluate",
    "questions_from_labels",
    "questions_from_links",
    "summary_rows",
    "unfitted",
]

_LISTS = 100  # lists asked for their consistency, at most


@dataclass(frozen=True, slots=True)
class CoListing:
    """Pairs of one list that ask for each other: ``within_10`` finds the other, ``mutual_10`` both do.

    ``by_chance`` is what any ten articles would reach for ``within_10``.
    """

    lists: int
    pairs: int
    within_10: Interval
    mutual_10: Interval
    by_chance: float

    def as_json(self) -> dict[str, Any]:
        return {
            "lists": self.lists,
            "pairs": self.pairs,
            "within_10": self.within_10.as_json(),
            "mutual_10": self.mutual_10.as_json(),
            "by_chance": rounded(self.by_chance),
        }


@dataclass(frozen=True, slots=True)
class Setup:
    """How it was measured: on which questions, with which weights, and with which seed."""

    questions_from: str
    weights: str
    past_only: bool
    left_out_as_later: int
    seed: int
    resamples: int


@dataclass(frozen=True)
class Evaluation:
    """All measures of a model. ``table`` (q, 7) holds ``MEASURES`` of each question of ``asked`` (ids)."""

    model: str
    articles: int
    how: Setup
    groups: tuple[Group, ...]
    reliability: Reliability
    co_listing: CoListing
    topics: TopicQuality
    copies: CopyQuality
    asked: tuple[str, ...] = ()
    table: Reals = field(default_factory=lambda: np.empty((0, len(MEASURES))))
    stability: Stability | None = None

    @property
    def overall(self) -> Group:
        return self.groups[0]

    @property
    def quality(self) -> Quality:
        """What a report shows of it."""
        broad = self.topics.broad.measures if self.topics.broad else {}
        return Quality(
            self.overall.questions, self.overall.measures, self.reliability, groups=self.groups[1:],
            topics=self.topics.measures, broad_topics=broad,
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """Plain values. The overall measures stand at the top, their intervals under ``intervals``."""
        overall = self.overall
        return {
            "model": self.model,
            "articles": self.articles,
            "questions": overall.questions,
            "answers": overall.answers,
            **{name: rounded(interval.value) for name, interval in overall.measures.items()},
            "intervals": {n: [rounded(i.low), rounded(i.high)] for n, i in overall.measures.items()},
            "how": asdict(self.how),
            "groups": [group.as_json() for group in self.groups[1:]],
            "reliability": self.reliability.as_json(),
            "co_listing": self.co_listing.as_json(),
            "topics": self.topics.as_json() | ({"stability": self.stability.as_json()} if self.stability else {}),
            "copies": self.copies.as_json(),
        }


def unfitted(model: Model) -> Folds:
    """The weights of a model that was fitted on no list. Raises InputError for one that was."""
    if model.learned_from_lists:
        what = model.weights.source if model.weights.fitted else f"its scores on {model.calibration.source}"
        raise InputError(
            f"This model was fitted on related lists ({what}), which cannot judge it.",
            "Give folds: recommender.training.cross_fit(model).",
        )
    return Folds.unfitted(model.weights, model.calibration, len(model))


def evaluate(
    recommender: Recommender,
    questions: Sequence[Qrel],
    folds: Folds,
    *,
    questions_from: str = "related lists",
    past_only: bool = False,
    pool: NDArray[np.bool_] | None = None,
    most: int = 1000,
    seed: int = 7,
    resamples: int = RESAMPLES,
) -> Evaluation:
    """All measures of a model on ``questions``. Related lists take no part, except in the group that says so.

    Parameters
    ----------
    recommender
        The model to measure.
    questions
        Queries with their right answers (``questions_from_links``, ``questions_from_labels``).
    folds
        The weights to measure with: ``training.cross_fit(model)``, or ``unfitted(model)`` if no list was fitted on.
    questions_from
        Where the questions are from, as the result says it.
    past_only
        Neither articles nor lists published after the asking article count.
    pool
        (n,) bool, the articles that may answer; all if None.
    most
        Questions asked at most; of more, a random sample.
    seed
        Of the sample and of the bootstrap.
    resamples
        Resamples of the bootstrap.

    Returns
    -------
    Evaluation
        Measures with 95 % intervals, by group too, and the quality of scores, topics and near-copies.

    Raises
    ------
    InputError
        If ``folds`` are of another model.
    """
    model = recommender.model
    asked = without_later(model, questions) if past_only else list(questions)
    gone = sum(len(q.right) for q in questions) - sum(len(q.right) for q in asked)
    asked = sampled(asked, most, seed)
    plain = Judge(model, folds, "none", past_only, pool)
    results = [plain.ask(question) for question in asked]
    intervals = Bootstrap(seed, resamples)
    ways = [
        ("lists", "with those of other pages", replace(plain, lists="others")),
        ("asked by", "the headline alone", replace(plain, headline=True)),
    ]
    others = [group(by, name, [way.ask(q) for q in asked], intervals) for by, name, way in ways] if asked else []
    return Evaluation(
        model.version,
        len(model),
        Setup(questions_from, folds.says, past_only, gone, seed, resamples),
        (group("all", "all questions", results, intervals), *others, *groups(model, results, intervals)),
        reliability_of(results),
        _co_listing(replace(plain, past_only=False), intervals),
        topic_quality(model),
        copy_quality(model),
        tuple(model.catalogue.ids[q.row] for q in asked),
        table_of(results),
    )


def difference(one: Evaluation, other: Evaluation) -> dict[str, Interval]:
    """``one`` less ``other`` in each of ``MEASURES``, over the questions that both were asked; a paired bootstrap."""
    place_of = {name: i for i, name in enumerate(other.asked)}
    pairs = [(i, place_of[name]) for i, name in enumerate(one.asked) if name in place_of]
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    apart = one.table[left] - other.table[right]
    ends = bootstrap(apart, np.ones((len(apart), 1)), seed=one.how.seed, resamples=one.how.resamples)
    return dict(zip(MEASURES, ends, strict=True))


def summary_rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    """One flat row a group, the overall first: ``by``, ``name``, ``questions``, ``answers``, then each measure.

    Each measure has its value under its name and the ends of its interval under ``<name>_low`` and
    ``<name>_high``; None where it is not measured.
    """
    rows = []
    for part in evaluation.groups:
        row: dict[str, Any] = {"model": evaluation.model, "by": part.by, "name": part.name}
        row |= {"questions": part.questions, "answers": part.answers}
        for name in MEASURES:
            ci = part.measures.get(name, Interval(np.nan, np.nan, np.nan))
            row |= {name: rounded(ci.value), f"{name}_low": rounded(ci.low), f"{name}_high": rounded(ci.high)}
        rows.append(row)
    return rows


def _co_listing(way: Judge, intervals: Bootstrap) -> CoListing:
    """Do articles that stand in one list rank each other? Asked of 100 lists at most."""
    near: dict[int, dict[tuple[int, int], bool]] = defaultdict(dict)
    for question in co_listed(way.model, _LISTS, intervals.seed):
        result = way.ask(question)
        for row, rank in zip(result.right.tolist(), result.ranks.tolist(), strict=True):
            near[question.source][question.row, row] = rank <= 10
    counts = np.array([[len(pairs)] for pairs in near.values()], dtype=np.float64).reshape(-1, 1)
    totals = np.array(
        [[sum(p.values()), sum(both and p.get((b, a), False) for (a, b), both in p.items())] for p in near.values()],
        dtype=np.float64,
    ).reshape(-1, 2)
    within, mutual = intervals(totals, counts)
    kinds = len(np.unique(way.model.catalogue.duplicate_of))
    chance = min(1.0, 10 / (kinds - 1)) if kinds > 1 else float("nan")
    return CoListing(len(near), int(counts.sum()), within, mutual, chance)
