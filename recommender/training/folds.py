"""The weights by which a model may be judged."""

from __future__ import annotations

from ..ranking.folds import Folds
from ..ranking.model import Model


def folds(model: Model) -> Folds:
    """``cross_fit``, whose libraries are loaded only where the weights or the scores of ``model`` were fitted on
    lists."""
    if not model.learned_from_lists:
        return Folds.unfitted(model.weights, model.calibration, len(model))
    from .fit_weights import cross_fit

    return cross_fit(model)
