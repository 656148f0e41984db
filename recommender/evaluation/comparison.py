"""Paired comparison of two models: the same questions to both, among the articles that both know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..lazy import dataclass
from ..ranking.folds import Folds
from ..ranking.model import Model
from ..versions.quality import Interval, Quality
from .groups import MEASURES as OF_RESULTS
from .groups import reliability_of, table_of
from .judge import Judge, QueryResult
from .metrics import Reals, bootstrap
from .queries import Qrel, questions_from_links, rows_in, sampled, shared

QUESTIONS = 500  # asked at most, chosen by the recipe's seed
MEASURES = ("mrr", "hit_10", "recall_10", "abstained")
_SEED = 7  # of the intervals
Asked = Callable[[Model], Sequence[Qrel]]
FoldsOf = Callable[[Model], Folds]
"""Weights that were not fitted on the questions: ``training.folds``, which is no part of evaluation."""


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a set of questions."""

    results: tuple[QueryResult, ...]

    def values(self, name: str) -> Reals:
        """(q,) one value a question of a measure of ``evaluate.MEASURES``."""
        return np.asarray(table_of(self.results)[:, OF_RESULTS.index(name)])

    def ranks(self, i: int) -> dict[int, float]:
        """The rank of each right answer of one question, by row; near-copies of one another once."""
        result = self.results[i]
        return dict(zip(result.right.tolist(), result.ranks.tolist(), strict=True))

    def figures(self) -> dict[str, Interval]:
        """``MEASURES``, each a mean over the questions; NaN where there was none."""
        values = table_of(self.results)[:, [OF_RESULTS.index(name) for name in MEASURES]]
        return dict(zip(MEASURES, bootstrap(values, np.ones((len(values), 1)), seed=_SEED), strict=True))

    def as_json(self) -> dict[str, Any]:
        return {name: interval.as_json() for name, interval in self.figures().items()}

    def quality(self) -> Quality:
        return Quality(len(self.results), self.figures(), reliability_of(self.results))


def judge_of(model: Model, folds: FoldsOf, pool: NDArray[np.bool_] | None = None) -> Judge:
    """Asks a model among the articles of ``pool`` (n,); no related list takes part, neither in an answer nor, by
    cross-fitting, in the weights."""
    return Judge(model, folds(model), pool=pool)


def results_of(judge: Judge, questions: Iterable[Qrel]) -> Results:
    """The result of every question."""
    return Results(tuple(judge.ask(question) for question in questions))


def with_scores(model: Model, folds: FoldsOf) -> Model:
    """``model`` with its scores on its own related lists in ``about``, for the manifest and the card."""
    questions = sampled(questions_from_links(model), QUESTIONS, int(model.about["recipe"]["seed"]))
    quality = results_of(judge_of(model, folds), questions).quality() if questions else Quality(0)
    return replace(model, about={**model.about, "scores": quality.as_json()})


@dataclass(frozen=True)
class ModelPair:
    """Two models side by side. ``rows`` maps a row of ``before`` to the same article's row in ``after``."""

    before: Model
    after: Model
    rows: Mapping[int, int]

    @classmethod
    def of(cls, before: Model, after: Model) -> ModelPair:
        pairs = enumerate(rows_in(after, before).tolist())
        return cls(before, after, {row: new_row for row, new_row in pairs if new_row >= 0})

    def judges(self, folds: FoldsOf) -> tuple[Judge, Judge]:
        """Both answer from the articles that both have: a corpus that grew makes no question harder."""
        return (
            judge_of(self.before, folds, _marked(len(self.before), self.rows.keys())),
            judge_of(self.after, folds, _marked(len(self.after), self.rows.values())),
        )

    def questions(self, questions_of: Asked) -> tuple[list[Qrel], list[Qrel]]:
        """The questions that both models know, in their rows: right is what is right in both."""
        both = shared(self.before, self.after, questions_of(self.before), questions_of(self.after))
        chosen = sampled(range(len(both.questions)), QUESTIONS, int(self.after.about["recipe"]["seed"]))
        return [both.questions[i] for i in chosen], [both.their_questions[i] for i in chosen]


def _marked(count: int, rows: Collection[int]) -> NDArray[np.bool_]:
    marks = np.zeros(count, dtype=bool)
    marks[list(rows)] = True
    return marks
