"""Why a hit is a hit: the words that it shares with the question."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import distinct
from ..index.fields import IN_TITLE
from ..text.terms import MARK
from .features import Query

_NAMED = 0.5  # share of the bigrams of a word, known or not, above which a hit is said to hold it
_SAYS = 0.5  # how much a word of a body has to say to be named: numbers and stock words say less
_BODY_SHARE = 0.5  # a word of the body counts half of one of the title


def reasons_of(query: Query, codes: NDArray[np.uint8]) -> list[list[tuple[str, float]]]:
    """For each of m articles the shared words of the question with their shares of its weight, the heaviest first.

    ``codes`` (terms, m) say how they hold the terms of the headline (``FieldIndex.codes``). Bigrams are counted with
    the word of the question that holds them; a word of which the hit holds few of them is not named. The shares of a
    hit that holds all of the question in its title sum to 1.
    """
    vector = query.headline
    features = query.question.features
    shown = {feature.term: feature.shown for feature in reversed(features)}
    printed = [shown.get(term) or term.lstrip(MARK).strip("_") for term in vector.names]
    bigrams = Counter(feature.shown for feature in features if feature.term.startswith(MARK))
    number = {word: i for i, word in enumerate(dict.fromkeys(printed))}
    words, sizes = list(number), np.array([bigrams[word] for word in number], dtype=np.float64)
    of = np.array([number[word] for word in printed], dtype=np.int64)
    counts = np.where([name.startswith(MARK) for name in vector.names], 1.0, sizes[of])  # a word counts as all of them
    # Edges of a word stand in a body for other words: without what is between them it is not named. Nor is a number
    # by its unit: 37cm is not 20cm.
    inner = np.array([name.startswith(MARK) and "_" not in name for name in vector.names], dtype=bool)
    numbers = np.array([word[:1].isdigit() for word in words], dtype=bool)
    if numbers.any():
        inner &= ~numbers[of] | np.array([any(map(str.isdigit, name)) for name in vector.names], dtype=bool)
    between = (np.bincount(of, inner, len(words)) > 0) | numbers
    is_reason = inner | np.array([not name.startswith(MARK) for name in vector.names], dtype=bool) | ~between[of]
    shares = vector.share.astype(np.float64)
    reasons: list[list[tuple[str, float]]] = []
    for column in codes.T:
        matched = column.nonzero()[0]
        parts = shares[matched] * np.where(column[matched] >= IN_TITLE, 1.0, _BODY_SHARE)
        weight = np.bincount(of[matched], parts, len(words))
        spelled = np.bincount(of[matched], counts[matched], len(words))
        present = distinct(of[matched[is_reason[matched]]])
        chosen = present[(spelled[present] > _NAMED * sizes[present]) | (sizes[present] == 0)].tolist()
        reasons.append(sorted(((words[i], float(weight[i])) for i in chosen), key=lambda pair: (-pair[1], pair[0])))
    return reasons


def reasons_of_text(query: Query, codes: NDArray[np.uint8]) -> list[tuple[str, float]]:
    """The words of the text below the headline that an article holds, with their shares of the question's weight, the
    heaviest first: for what has no word of the headline. ``codes`` (terms,) say how it holds the terms of the page. A
    part of a word that is named is not named too."""
    page = query.page
    if page is None:
        return []
    shares = page.share.astype(np.float64) * np.where(codes >= IN_TITLE, 1.0, _BODY_SHARE)
    named = np.flatnonzero((codes > 0) & page.word & (page.said >= _SAYS)).tolist()
    words = [(page.names[at], float(shares[at])) for at in named if len(page.names[at]) > 1]
    reasons: list[tuple[str, float]] = []
    for word, weight in sorted(words, key=lambda pair: (-round(pair[1], 4), -len(pair[0]), pair[0])):
        if not any(word in longer or longer in word for longer, _ in reasons):
            reasons.append((word, weight))
    return sorted(reasons, key=lambda pair: (-pair[1], pair[0]))
