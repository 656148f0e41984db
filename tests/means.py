"""Mean measures of a model, reckoned without intervals and groups: what tests compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recommender import Recommender
from recommender.evaluation.evaluate import unfitted
from recommender.evaluation.groups import MEASURES, measures_of
from recommender.evaluation.judge import Judge
from recommender.evaluation.queries import Qrel, without_later
from recommender.ranking.folds import Folds


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over ``questions``, each 0..1: hit@k, recall@k, reciprocal rank, nDCG@10; ``abstained`` share."""

    questions: int
    hit_5: float
    hit_10: float
    recall_10: float
    mrr: float
    ndcg_10: float
    abstained: float


def judge(
    recommender: Recommender,
    questions: Sequence[Qrel],
    *,
    past_only: bool = False,
    lists: str = "none",
    folds: Folds | None = None,
) -> Scores:
    """Mean measures of a model on ``questions``, without intervals and groups.

    ``lists``: which related lists take part in the scores, those of "others" or "none". Weights that were fitted on
    lists are taken from ``folds``; raises InputError if there are none.
    """
    model = recommender.model
    how = Judge(model, folds or unfitted(model), lists, past_only)
    kept = without_later(model, questions) if past_only else questions
    means = np.array([measures_of(how.ask(question)) for question in kept]).reshape(-1, len(MEASURES))
    value = dict(zip(MEASURES, means.mean(axis=0) if len(means) else np.zeros(len(MEASURES)), strict=True))
    del value["recall_5"]
    return Scores(len(means), **{name: float(v) for name, v in value.items()})
