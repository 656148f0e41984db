"""Why a hit is a hit: the words that it shares with the question."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..index.fields import IN_TITLE
from ..text.terms import MARK
from .features import Query

if TYPE_CHECKING:
    from .model import Model

_NAMED = 0.5  # share of the bigrams of a word, known or not, from which a hit is said to hold it
_BODY_SHARE = 0.5  # a word of the body counts half of one of the title


def reasons_of(model: Model, query: Query, codes: NDArray[np.uint8]) -> list[list[tuple[str, float]]]:
    """For each of m articles the shared words of the question with their shares of its weight, the heaviest first.

    ``codes`` (terms, m) say how they hold the terms of the headline (``FieldIndex.codes``). Bigrams are counted with
    the word of the question that holds them; a word of which the hit holds few of them is not named. The shares of a
    hit that holds all of the question in its title sum to 1.
    """
    vector = query.headline
    features = query.question.features
    shown = {feature.term: feature.shown for feature in reversed(features)}
    words = [shown.get(term) or term.lstrip(MARK).strip("_") for term in vector.names]
    whole = Counter(feature.shown for feature in features if feature.term.startswith(MARK))
    shares = vector.share.tolist()
    reasons: list[list[tuple[str, float]]] = []
    for column in codes.T:
        parts: dict[str, float] = {}
        spelled: Counter[str] = Counter()  # how many bigrams the hit holds; all of a word that it holds
        held = column.nonzero()[0]
        for at, code in zip(held.tolist(), column[held].tolist(), strict=True):
            part = 1.0 if code >= IN_TITLE else _BODY_SHARE
            word = words[at]
            parts[word] = parts.get(word, 0.0) + part * shares[at]
            spelled[word] += 1 if vector.names[at].startswith(MARK) else whole[word]
        named = (pair for pair in parts.items() if spelled[pair[0]] >= _NAMED * whole[pair[0]])
        reasons.append(sorted(named, key=lambda pair: (-pair[1], pair[0])))
    return reasons
