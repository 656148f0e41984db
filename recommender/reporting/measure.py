"""The quality of the model for a report: measured now if that takes seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..evaluation.evaluate import evaluate
from ..evaluation.queries import questions_from_links
from ..training.folds import folds
from ..versions.quality import Quality

if TYPE_CHECKING:
    from ..evaluation.evaluate import Evaluation
    from ..ranking.recommend import Recommender

_CHEAP = 2_000_000  # questions times articles up to which a report evaluates the model itself


def measured_quality(recommender: Recommender, say: Callable[[str], None]) -> Evaluation | Quality | None:
    """The quality measured now, if that takes seconds and is possible; else None: the report uses the manifest's."""
    questions = questions_from_links(recommender.model)
    if not questions:
        return Quality(0)
    if len(questions) * len(recommender.model) > _CHEAP:
        return None
    say("judging the model by the editors' related lists ...")
    try:
        weights = folds(recommender.model)
    except ModuleNotFoundError:  # the libraries of training are not on this machine
        return None
    return evaluate(recommender, questions, weights)
