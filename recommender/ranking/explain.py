"""Why a hit is a hit: the words that it shares with the question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..index.fields import IN_TITLE
from ..text.terms import MARK
from .features import Query

if TYPE_CHECKING:
    from .model import Model

_BODY_SHARE = 0.5  # a word of the body counts half of one of the title


def reasons_of(model: Model, query: Query, codes: NDArray[np.uint8]) -> list[list[tuple[str, float]]]:
    """For each of m articles the shared words of the question with their shares of its weight, the heaviest first.

    ``codes`` (terms, m) say how they hold the terms of the headline (``FieldIndex.codes``). Bigrams are counted with
    the word of the question that holds them. The shares of a hit that holds all of the question in its title sum to 1.
    """
    vector = query.headline
    shown = {feature.term: feature.shown for feature in reversed(query.question.features)}
    words = [shown.get(term) or term.lstrip(MARK).strip("_") for term in vector.names]
    shares = vector.share.tolist()
    reasons: list[list[tuple[str, float]]] = []
    for column in codes.T:
        parts: dict[str, float] = {}
        held = column.nonzero()[0]
        for at, code in zip(held.tolist(), column[held].tolist(), strict=True):
            part = 1.0 if code >= IN_TITLE else _BODY_SHARE
            parts[words[at]] = parts.get(words[at], 0.0) + part * shares[at]
        reasons.append(sorted(parts.items(), key=lambda pair: (-pair[1], pair[0])))
    return reasons
