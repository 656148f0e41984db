"""Asks a model the questions of an evaluation: the rank and score of each right answer."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats
from ..errors import InputError
from ..lazy import dataclass
from ..ranking.features import query_of
from ..ranking.folds import Folds
from ..ranking.model import Model
from ..ranking.scorer import rank
from .queries import Qrel

HITS = 10  # first candidates of a question whose scores are compared with the truth
LISTS = ("none", "others")  # related lists that take part: none, or those of other pages


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A question with its outcome.

    ``right`` (m,) rows of the answers, near-copies of one another once; ``ranks`` (m,) float64 among the candidates,
    near-copies once, inf where one is none; ``scores`` (m,) 0..1, 0 there. ``hits`` (h,) scores of the first
    ``HITS`` candidates, ``listed`` (h,) which of them are right; ``abstained``: there is no answer.
    """

    question: Qrel
    right: NDArray[np.int64]
    ranks: NDArray[np.float64]
    scores: NDArray[np.float64]
    hits: NDArray[np.float64]
    listed: NDArray[np.bool_]
    abstained: bool


@dataclass(frozen=True)
class Judge:
    """How questions are put to ``model``.

    ``folds``: the weights. ``lists``: the related lists that take part in a score ("none", "others"). ``past_only``:
    neither articles nor lists published after the asking article count. ``pool`` (n,) bool: the articles that may
    answer. ``headline``: the query is the headline's text, as if the article were not in the corpus.
    Raises InputError if ``lists`` or the number of folds is wrong.
    """

    model: Model
    folds: Folds
    lists: str = "none"
    past_only: bool = False
    pool: NDArray[np.bool_] | None = None
    headline: bool = False

    def __post_init__(self) -> None:
        if self.lists not in LISTS:
            raise InputError(f"lists is '{self.lists}'.", f"It must be one of: {', '.join(LISTS)}.")
        if len(self.folds.fold_of) != len(self.model):
            raise InputError(
                f"The folds are of {len(self.folds.fold_of)} articles, the model has {len(self.model)}.",
                "Take the folds of this model.",
            )

    def ask(self, question: Qrel) -> QueryResult:
        """The outcome of one question. Its own related list is not used."""
        model, duplicate_of = self.model, self.model.catalogue.duplicate_of
        allowed = self._allowed(question.row)
        as_asked = model.article_question(question.row)
        if self.headline:
            as_asked = model.question(as_asked.text)
        weights, calibration = self.folds.of(question.source)
        query = query_of(model, as_asked, float(model.catalogue.days[question.row]))
        ranking = rank(model, query, allowed, weights=weights, calibration=calibration, link=self._link(question))
        kinds = duplicate_of[ranking.rows]  # an original stands for its copies, as in an answer
        _, first = np.unique(kinds, return_index=True)
        best = np.sort(first)
        place_of = {int(kinds[at]): i for i, at in enumerate(best.tolist())}
        listed = np.array(
            sorted(r for r in question.right if duplicate_of[r] != duplicate_of[question.row]), dtype=np.int64
        )
        _, once = np.unique(duplicate_of[listed], return_index=True)
        right = listed[once]
        positions = [place_of.get(int(duplicate_of[r]), -1) for r in right.tolist()]
        scores = ranking.scores[best]
        shown = calibration.abstain.answered(query, ranking.evidence, ranking.holds, ranking.scores, ranking.likely)
        hits = kinds[best[:HITS]]
        return QueryResult(
            question,
            right,
            np.array([i + 1.0 if i >= 0 else math.inf for i in positions], dtype=np.float64),
            np.array([scores[i] if i >= 0 else 0.0 for i in positions], dtype=np.float64),
            scores[:HITS],
            np.isin(hits, duplicate_of[right]),
            not bool(shown.any()),
        )

    def _allowed(self, row: int) -> NDArray[np.bool_]:
        catalogue = self.model.catalogue
        allowed = np.asarray(catalogue.duplicate_of != catalogue.duplicate_of[row])
        if self.pool is not None:
            allowed = allowed & self.pool
        if self.past_only:
            allowed = allowed & ~(catalogue.days > catalogue.days[row])
        return allowed

    def _link(self, question: Qrel) -> Floats:
        count, days = len(self.model), self.model.catalogue.days
        if self.lists == "none" or self.headline:
            return np.zeros(count, dtype=np.float32)
        counted = np.ones(count, dtype=bool)
        counted[question.source] = False
        if self.past_only:
            counted &= ~(days > days[question.row])
        return self.model.links.scores_of_others(question.row, count, counted)
