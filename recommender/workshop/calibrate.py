"""Sets the zero of the score: how likely do headlines that have nothing to do with a corpus look in it?"""

from __future__ import annotations

import math
from dataclasses import replace
from importlib.resources import files

import numpy as np

from ..model import Model
from ..scoring import Weights

# Chosen with the default weights by benchmarks/fit_defaults.py, over corpora of 11 to 33,000 headlines.
WIDTHS = 1.3  # how many widths above the usual foreign headline a likeness counts as even odds
_LEAST, _MOST = 9.0, 18.0  # within which the zero may lie: a tiny corpus says little of it


def calibrated(model: Model, widths: float = WIDTHS) -> Weights:
    """The model's weights with their biases set so that a headline from elsewhere stays below even odds.

    ``widths`` says how far above the usual headline from elsewhere even odds lie. A fixed list of 147 headlines of
    other fields (sports, weather, culture, politics, crime) asks by text, once without a date and once with dates
    spread over the corpus's own.
    """
    if not len(model):
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
    zero = _zero(undated, widths)
    return replace(plain, bias=-zero, bias_dated=-_zero(dated, widths) if dated else model.weights.bias_dated)


def _zero(heights: list[float], widths: float) -> float:
    """Where score 0.5 lies: above the median by so many widths, from the 16th to the 84th percentile.

    No farther out: in a broad corpus some headlines from elsewhere do have relatives.
    """
    low, middle, high = (float(np.quantile(heights, share)) for share in (0.16, 0.5, 0.84))
    return round(min(max(middle + widths * (high - low), _LEAST), _MOST), 3)
