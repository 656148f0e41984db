"""How good the model is, for a report: measured now where that takes seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..evaluation.comparison import folds
from ..evaluation.evaluate import evaluate
from ..evaluation.queries import questions_from_links
from ..versions.quality import Quality

if TYPE_CHECKING:
    from ..evaluation.evaluate import Evaluation
    from ..ranking.recommend import Recommender

_CHEAP = 2_000_000  # questions times articles up to which a report judges the model itself


def measured_quality(recommender: Recommender, say: Callable[[str], None]) -> Evaluation | Quality | None:
    """The model measured now where that takes seconds and can be done; else None: the report has the manifest's."""
    asked = questions_from_links(recommender.model)
    if not asked:
        return Quality(0)
    if len(asked) * len(recommender.model) > _CHEAP:
        return None
    say("judging the model by the editors' related lists ...")
    try:
        weights = folds(recommender.model)
    except ModuleNotFoundError:  # the libraries of training are not on this machine
        return None
    return evaluate(recommender, asked, weights)
