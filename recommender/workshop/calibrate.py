"""Sets the zero of the score: how likely do headlines that have nothing to do with a corpus look in it?"""

from __future__ import annotations

import math
from dataclasses import replace
from importlib.resources import files

import numpy as np

from ..model import Model
from ..scoring import Weights

# Fitted with the default weights by benchmarks/fit_defaults.py, over corpora of 600 to 33,000 headlines.
_SPREADS = 2.2  # how many spreads above the usual foreign headline a likeness counts as even odds
_LEAST, _MOST = 7.0, 14.0  # within which the zero may lie: a tiny corpus says little of it
_FEW = 30  # articles below which the default zero stands


def calibrated(model: Model) -> Weights:
    """The model's weights with their bias set so that a headline from elsewhere stays below even odds.

    A fixed list of 147 headlines of other fields (sports, weather, culture, politics, crime) asks by text.
    Their best logits have a median m and a lower spread s = m - 16th percentile: the lower half alone, as in
    a broad corpus some of them do have relatives. Score 0.5 lies at m + 2.2 s.
    """
    if len(model) < _FEW:
        return model.weights
    plain = replace(model.weights, bias=0.0)
    heights = []
    for text in files(__package__).joinpath("elsewhere.txt").read_text(encoding="utf-8").splitlines():
        question = model.question(text)
        logits = plain.logits(model.parts(question, math.nan), model.tfidf.known_share(question))
        heights.append(float(logits.max()))
    middle = float(np.median(heights))
    zero = middle + _SPREADS * (middle - float(np.quantile(heights, 0.16)))
    return replace(plain, bias=round(-min(max(zero, _LEAST), _MOST), 3))
