"""Two models on the same questions: what each page's answer is worth, its mean, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .breakdown import MEASURES as OF_TRIALS
from .breakdown import measures_of
from .evaluate import unfitted
from .judging import Judge, Trial
from .model import Model
from .questions import Judged, questions_from_links
from .scoring import Folds

QUESTIONS = 500  # asked at most, chosen by the recipe's seed
MEASURES = ("mrr", "hit_10", "recall_10", "abstained")
_RESAMPLES = 1000
_Item = TypeVar("_Item")
Asked = Callable[[Model], Sequence[Judged]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean and its interval."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        return {name: round(value, 4) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Measured:
    """The outcome of each question."""

    trials: tuple[Trial, ...]

    def values(self, name: str) -> NDArray[np.float64]:
        """(q,) one value a question of a measure of ``evaluate.MEASURES``."""
        at = OF_TRIALS.index(name)
        return np.array([measures_of(trial)[at] for trial in self.trials], dtype=np.float64)

    def ranks(self, place: int) -> dict[int, float]:
        """The rank of each right answer of one question, by row; near-copies of one another once."""
        trial = self.trials[place]
        return dict(zip(trial.right.tolist(), trial.ranks.tolist(), strict=True))

    def figure(self, name: str) -> Figure:
        values = self.values(name)
        return Figure(float(values.mean()) if len(values) else 0.0, *interval(values))

    def as_json(self) -> dict[str, Any]:
        return {name: self.figure(name).as_json() for name in MEASURES}


def interval(values: NDArray[np.float64], seed: int = 7) -> tuple[float, float]:
    """The 95 % interval of the mean: percentiles of means over resampled questions (Efron 1979)."""
    if not len(values):
        return 0.0, 0.0
    drawn = np.random.default_rng(seed).integers(len(values), size=(_RESAMPLES, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def judge_of(model: Model, pool: NDArray[np.bool_] | None = None) -> Judge:
    """Asks a model among the articles of ``pool`` (n,); no related list takes part, neither in an answer nor, by
    cross-fitting, in the weights."""
    return Judge(model, folds(model), pool=pool)


def folds(model: Model) -> Folds:
    """The weights that may judge; the workshop is opened only where they were fitted on the lists."""
    if not model.weights.fitted:
        return unfitted(model)
    from .workshop import cross_fit

    return cross_fit(model)


def measured(judge: Judge, questions: Iterable[Judged]) -> Measured:
    """Every question judged for itself."""
    return Measured(tuple(judge.ask(question) for question in questions))


def with_scores(model: Model) -> Model:
    """``model`` with its scores on its own related lists in ``about``, for the manifest and the card."""
    asked = sampled(questions_from_links(model), QUESTIONS, int(model.about["recipe"]["seed"]))
    scores = {"questions": len(asked), **(measured(judge_of(model), asked).as_json() if asked else {})}
    return replace(model, about={**model.about, "scores": scores})


def sampled(items: Sequence[_Item], most: int, seed: int) -> list[_Item]:
    """At most ``most`` of ``items``, in their order, by a seeded choice."""
    if len(items) <= most:
        return list(items)
    chosen = np.sort(np.random.default_rng(seed).choice(len(items), most, replace=False))
    return [items[int(place)] for place in chosen]


@dataclass(frozen=True)
class Pair:
    """Two models side by side. ``rows`` maps a row of ``before`` to the same article's row in ``after``."""

    before: Model
    after: Model
    rows: Mapping[int, int]

    @classmethod
    def of(cls, before: Model, after: Model) -> Pair:
        found = ((row, after.catalogue.row(name)) for row, name in enumerate(before.catalogue.ids))
        return cls(before, after, {row: there for row, there in found if there >= 0})

    def judges(self) -> tuple[Judge, Judge]:
        """Both answer from the articles that both know: a corpus that grew makes no question harder."""
        return (
            judge_of(self.before, _marked(len(self.before), self.rows.keys())),
            judge_of(self.after, _marked(len(self.after), self.rows.values())),
        )

    def questions(self, asked: Asked) -> tuple[list[Judged], list[Judged]]:
        """The questions that both models know, in their rows: right is what is right in both."""
        there = {question.row: question.right for question in asked(self.after)}
        old, new = [], []
        for question in asked(self.before):
            row = self.rows.get(question.row, -1)
            both = {r: self.rows[r] for r in question.right if r in self.rows and self.rows[r] in there.get(row, ())}
            if both and row not in both.values():
                old.append(Judged(question.row, frozenset(both)))
                new.append(Judged(row, frozenset(both.values())))
        seed = int(self.after.about["recipe"]["seed"])
        places = sampled(range(len(old)), QUESTIONS, seed)
        return [old[place] for place in places], [new[place] for place in places]


def _marked(count: int, rows: Collection[int]) -> NDArray[np.bool_]:
    marks = np.zeros(count, dtype=bool)
    marks[list(rows)] = True
    return marks
