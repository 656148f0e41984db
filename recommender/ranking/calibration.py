"""What a score means.

A score is the probability that the article is a right answer to the question: for a headline or a page, that an
editor would put it beside that one (the same story, its own article, a list's entry); for a few words, that it holds
them, and of an article that holds a part of them, that it is of the same story. Platt scaling (Platt 1999) of the
scorer's logits for each kind of query, fitted on archives whose right answers are known and on what readers say of real
ones (benchmarks/fit_scores), and shifted by what the archive asks itself (training/calibrate).

Whether a question is answered is asked apart from that: see ``abstain``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..index.fields import HEADLINE
from ..lazy import dataclass
from .abstain import AbstainRule
from .background import KNOWN, background, below_least, bounded, sigmoid
from .features import FEW_WORDS, ONE, PAGE, THREE, TITLE, TWO, Features, single_word

MOST = 0.95  # no score says more: truth is what people marked, and they leave things out
_PARTLY = 0.7  # what lacks a word that was asked for says no more
ACROSS = 3  # kind of a query in another language than most articles, beside those of ``features``
PART = 4  # kind of what holds a part of a few words
_GUESS_BY_NONE, _GUESS_BY_ONE = 0.12, 0.4  # scores above which pairs that share no word, or one, are guesses ...
_GUESS_BY_TWO = 0.6  # ... or a name alone, or two, of a page and a headline known alone ...
_ABOVE_GUESS = 0.05  # ... and what counts of what lies above
_CERTAIN = 60.0  # log-odds
_NAMED = 1.6  # above what a name alone tells


@dataclass(frozen=True)
class Calibration:
    """``platt`` (5, 3): offset, slope and drop for each kind of query; ``small`` (5, 3): where the background stays
    below its least, which it does in small archives, what is added to offset and slope, and what a pair loses that
    hangs on one word. ``abstain`` says when a question gets no answer. ``source`` says how the offsets came about."""

    platt: NDArray[np.float64]
    small: NDArray[np.float64]
    abstain: AbstainRule
    source: str = "defaults"

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Calibration:
        """From a manifest. Raises TypeError, KeyError or ValueError for anything but finite numbers in that form."""
        platt, small = (np.array(record[name], dtype=np.float64) for name in ("platt", "small"))
        if (shapes := [platt.shape, small.shape]) != [(5, 3), (5, 3)]:
            raise ValueError(f"its calibration has the shapes {shapes}")
        if not all(np.isfinite(part).all() for part in (platt, small)):
            raise ValueError("its calibration is not finite")
        return cls(platt, small, AbstainRule.of(record), str(record["source"]))

    def as_json(self) -> dict[str, Any]:
        rule = self.abstain.as_json()
        return {"platt": self.platt.tolist(), "small": self.small.tolist(), **rule, "source": self.source}

    def scores(self, query: int, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """(m,) probabilities of the logits of all candidates, best first: 0..``MOST``, falling as they fall."""
        return self.probability(query, logits, np.float64(background(logits)), KNOWN)

    def probability(
        self, query: int, logits: NDArray[np.float64], level: NDArray[np.float64] | np.float64, articles: int
    ) -> NDArray[np.float64]:
        """(m,) probabilities of logits (m,) over the backgrounds of their questions, ``level`` (m,) or one, in an
        archive of so many ``articles``.

        The background says how alike the articles of an archive are. In one of some dozens or hundreds it is next to
        nothing, and what stands out stands out more: there offset and slope grow.
        """
        offset, slope, drop = self.platt[query]
        more, steeper, _ = self.small[query]
        low = below_least(level, query, articles)
        return MOST * sigmoid(offset + more * low + (slope + steeper * low) * logits + drop * bounded(level, query))

    def less_single_words(
        self, query: int, logits: NDArray[np.float64], features: Features, issues: NDArray[np.bool_],
        level: NDArray[np.float64] | np.float64, articles: int,
    ) -> NDArray[np.float64]:  # fmt: skip
        """(m,) the logits (m,) less what pairs lose that hang on one word, ``issues`` (m,) of a series by its form.

        A rare word stands out of a small archive, be it the name of two people; among thousands it is a word of many.
        Wherever it is, one word that a headline or a page shares makes no more than a guess (``most_by_words``).
        """
        if query not in (TITLE, PAGE):
            return logits
        offset, slope, drop = self.platt[query]
        more, steeper, alone = self.small[query]
        low = below_least(level, query, articles)
        slope = slope + steeper * low
        constant = offset + more * low + drop * bounded(level, query)
        reduced = logits - alone * low * single_word(features, issues) / slope
        log_odds = constant + slope * reduced
        limit = most_by_words(query, features)
        return np.asarray(np.where(log_odds > limit, (guess(log_odds, limit) - constant) / slope, reduced))

    def scores_of_words(self, logits: NDArray[np.float64], holds: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(m,) ``scores`` of a few words: of what ``holds`` (m,) them all, and of what holds a part, never above it
        nor above ``_PARTLY``."""
        scores = self.scores(FEW_WORDS, logits)
        lowest = float(scores[holds].min(initial=_PARTLY))
        scores[~holds] = np.minimum(self.scores(PART, logits[~holds]), lowest)
        return scores


def most_by_words(query: int, features: Features) -> NDArray[np.float64]:
    """(m,) the log-odds above which pairs are guesses, by what the words tell that they share; no bound where a list
    joins them, where an article holds the text word for word, or for two and more, but where a page is the ``query``
    and a headline known alone the candidate.

    Of hits that share one word and scored .5 and more, by meaning and day, two in five were right, whatever they
    scored, and seven in ten where it is a name of one story; of those that share none one in eight. A page has many
    words: of headlines known alone that share two of them half were right, those that scored .8 too.
    """
    none, one, two = (math.log(score / (MOST - score)) for score in (_GUESS_BY_NONE, _GUESS_BY_ONE, _GUESS_BY_TWO))
    tells = features.distinct
    bounded = tells < _NAMED
    if query == PAGE:
        bounded = bounded | ((features.kind == HEADLINE) & (tells < THREE))
    by_words = np.where(bounded, two, _CERTAIN)
    by_words = np.where(tells < TWO, one, by_words)
    by_words = np.where(tells < ONE, none, by_words)
    return np.where(features.joined, _CERTAIN, by_words)


def guess(log_odds: NDArray[np.float64], limit: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m,) log-odds of which little counts above ``limit`` (m,)."""
    return np.where(log_odds > limit, limit + _ABOVE_GUESS * (log_odds - limit), log_odds)
