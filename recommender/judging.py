"""Asks a model its questions: the rank and score of each right answer, and what of the model takes part."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import InputError
from .model import Model
from .questions import Judged
from .scoring import Folds, Parts, scored
from .vectors import Floats

LISTS = ("none", "others")  # related lists that may speak: none, or those of other pages


@dataclass(frozen=True, slots=True)
class Trial:
    """A question with its outcome.

    ``right`` (m,) rows of the answers, near-copies of one another once; ``ranks`` (m,) float64 among all
    articles that may answer, near-copies once, inf where one cannot be answered; ``scores`` (m,) 0..1;
    ``others`` scores of as many unlisted articles, drawn by chance; ``abstained``: the best stays below the
    model's ``min_score``.
    """

    question: Judged
    right: NDArray[np.int64]
    ranks: NDArray[np.float64]
    scores: NDArray[np.float64]
    others: NDArray[np.float64]
    abstained: bool


@dataclass(frozen=True)
class Judge:
    """How questions are put to ``model``.

    ``folds`` say with which weights; ``lists`` which related lists speak ("none", "others"); ``past_only``
    nothing published after the asking article answers, no later page's list speaks; ``pool`` (n,) bool the
    articles that may answer; ``headline``: asked by the headline's text, as if it were not in the corpus.
    """

    model: Model
    folds: Folds
    lists: str = "none"
    past_only: bool = False
    pool: NDArray[np.bool_] | None = None
    headline: bool = False
    seed: int = 7

    def __post_init__(self) -> None:
        if self.lists not in LISTS:
            raise InputError(f"Related lists '{self.lists}' cannot speak.", f"One of: {', '.join(LISTS)}.")
        if len(self.folds.fold_of) != len(self.model):
            raise InputError(
                f"The folds are of {len(self.folds.fold_of)} articles, the model has {len(self.model)}.",
                "Take the folds of this model.",
            )

    def ask(self, question: Judged) -> Trial:
        """The outcome of one question. Its own list takes part in nothing."""
        copy_of = self.model.catalogue.copy_of
        allowed = self._allowed(question.row)
        scores = self._scores(question, allowed)
        best = np.full(len(scores), -np.inf)
        np.maximum.at(best, copy_of, scores)  # an original stands for its copies, as in an answer
        listed = np.array(sorted(r for r in question.right if copy_of[r] != copy_of[question.row]), dtype=np.int64)
        _, first = np.unique(copy_of[listed], return_index=True)
        right = listed[first]
        heights = best[copy_of[right]]
        ranks = np.array([_rank(best, int(copy_of[r])) for r in right], dtype=np.float64)
        others = self._others(question, allowed, copy_of, len(right))
        return Trial(
            question,
            right,
            ranks,
            np.maximum(heights, 0.0),
            np.maximum(best[copy_of[others]], 0.0),
            not float(best.max(initial=-np.inf)) >= self.model.min_score,
        )

    def _allowed(self, row: int) -> NDArray[np.bool_]:
        catalogue = self.model.catalogue
        allowed = np.asarray(catalogue.copy_of != catalogue.copy_of[row])
        if self.pool is not None:
            allowed = allowed & self.pool
        if self.past_only:
            allowed = allowed & ~(catalogue.days > catalogue.days[row])
        return allowed

    def _scores(self, question: Judged, allowed: NDArray[np.bool_]) -> NDArray[np.float64]:
        model, row = self.model, question.row
        day = float(model.catalogue.days[row])
        asked = model.article_question(row)
        if self.headline:
            asked = model.question(asked.text)
        parts: Parts = model.parts(asked, day)._replace(link=self._link(question))
        known = model.tfidf.known_share(asked)
        return scored(self.folds.of(question.source), parts, known, allowed, dated=not math.isnan(day))

    def _link(self, question: Judged) -> Floats:
        count, days = len(self.model), self.model.catalogue.days
        if self.lists == "none" or self.headline:
            return np.zeros(count, dtype=np.float32)
        counted = np.ones(count, dtype=bool)
        counted[question.source] = False
        if self.past_only:
            counted &= ~(days > days[question.row])
        return self.model.links.scores_of_others(question.row, count, counted)

    def _others(
        self, question: Judged, allowed: NDArray[np.bool_], copy_of: NDArray[np.int32], count: int
    ) -> NDArray[np.int64]:
        """At most ``count`` rows that may answer and are no right answers, by chance; the same in every run."""
        right = np.fromiter(question.right, dtype=np.int64)
        rows = np.flatnonzero(allowed & ~np.isin(copy_of, copy_of[right]))
        random = np.random.default_rng([self.seed, question.row, question.source])
        return np.sort(random.choice(rows, min(count, len(rows)), replace=False))


def _rank(best: NDArray[np.float64], at: int) -> float:
    """1 is first; equal scores stand in order of row, as in an answer."""
    if best[at] == -np.inf:
        return math.inf
    return 1.0 + int((best > best[at]).sum()) + int((best[:at] == best[at]).sum())
