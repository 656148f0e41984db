"""Sets the zero of the score: how likely do headlines that have nothing to do with a corpus look in it?"""

from __future__ import annotations

import math
from dataclasses import replace
from importlib.resources import files

import numpy as np

from ..model import Model
from ..scoring import Weights

# Chosen with the default weights by benchmarks/fit_defaults.py, over corpora of 600 to 33,000 headlines.
SPREADS = 2.8  # how many spreads above the usual foreign headline a likeness counts as even odds
_LEAST, _MOST = 7.0, 18.0  # within which the zero may lie: a tiny corpus says little of it
_FEW = 30  # articles below which the default zero stands


def calibrated(model: Model, spreads: float = SPREADS) -> Weights:
    """The model's weights with their biases set so that a headline from elsewhere stays below even odds.

    ``spreads`` says how far above the usual headline from elsewhere even odds lie. A fixed list of 147 headlines of
    other fields (sports, weather, culture, politics, crime) asks by text, once without a date and once with dates
    spread over the corpus's own.
    """
    if len(model) < _FEW:
        return model.weights
    plain = replace(model.weights, bias=0.0, bias_dated=0.0)
    days = np.sort(model.catalogue.days[~np.isnan(model.catalogue.days)])
    undated, dated = [], []
    texts = files(__package__).joinpath("elsewhere.txt").read_text(encoding="utf-8").splitlines()
    for at, text in enumerate(texts):
        question = model.question(text)
        known = model.tfidf.known_share(question)
        undated.append(float(plain.logits(model.parts(question, math.nan), known, dated=False).max()))
        if len(days):
            day = float(days[(2 * at + 1) * len(days) // (2 * len(texts))])
            dated.append(float(plain.logits(model.parts(question, day), known, dated=True).max()))
    zero = _zero(undated, spreads)
    return replace(plain, bias=-zero, bias_dated=-_zero(dated, spreads) if dated else model.weights.bias_dated)


def _zero(heights: list[float], spreads: float) -> float:
    """Where score 0.5 lies: at the median m plus so many spreads s = m - 16th percentile.

    The lower half alone, as in a broad corpus some headlines from elsewhere do have relatives.
    """
    middle = float(np.median(heights))
    return round(min(max(middle + spreads * (middle - float(np.quantile(heights, 0.16))), _LEAST), _MOST), 3)
