"""What a score means, and the one rule by which a question gets no answer.

A score is the probability that the article is a right answer to the question: for a headline or a page, that an
editor would put it beside that one (the same story, its own article, a list's entry); for a few words, that it holds
them, and of an article that holds a part of them, that it is of the same story. Platt scaling (Platt 1999) of the
scorer's logits for each kind of query, fitted on archives whose right answers are known and shifted by what the archive
asks itself (training/calibrate).

Whether a question is answered is asked apart from that, and without dates: a logistic model tells headlines that have
something to do with an article from those of other fields. A date may order answers, it never silences them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import dots
from ..index.fields import HEADLINE, UNTITLED, WHOLE, Floats, Rows
from .features import FEW_WORDS, ONE, PAGE, THREE, TITLE, TWO, Features, Query, single_word

MOST = 0.95  # no score says more: truth is what people marked, and they leave things out
EVIDENCE = (
    "title", "cosine", "body", "page_title", "page_cosine", "page_body", "words", "mass", "shared", "meaning",
    "gap", "lead", "whole", "untitled", "known", "one",
)  # fmt: skip
# Bounds of the background, by kind of query.
_LEAST, _MOST = (15.0, 15.0, 40.0, 15.0, 15.0), (65.0, 65.0, 85.0, 170.0, 65.0)
_NEXT, _LAST = 10, 50  # candidates between which the background lies
_PARTLY = 0.7  # what lacks a word that was asked for says no more
ACROSS = 3  # kind of a query in another language than most articles, beside those of ``features``
PART = 4  # kind of what holds a part of a few words
_KNOWN = 100  # articles from which the background is known
_THOUSANDS = 2_000  # articles from which a low background is no sign of a small archive
_SMALL = (15.0, 15.0, 40.0, 15.0, 15.0)  # how far below that a background lies in archives of a few dozen articles
_POWER = 2.0  # of how far, where a page asks: it shares something with most
_FAR = 60.0  # logit above the background from which more says nothing new
_STORED = 0.54  # share of the evidence that is asked of the best hit where an article of the archive asks
_LIKELY, _ASKED_OF_LIKELY = 0.6, 0.8  # score of the best hit from which this share of the evidence is asked of it
_GUESS_BY_NONE, _GUESS_BY_ONE = 0.12, 0.4  # scores above which pairs that share no word, or one, are guesses ...
_GUESS_BY_TWO = 0.6  # ... or two, of a page and a headline known alone ...
_ABOVE_GUESS = 0.1  # ... and what counts of what lies above
_CERTAIN = 60.0  # log-odds
_MORE_THAN_HALF = 0.55  # share of the weight of a few words
_CLEAR, _FILLER = 0.5, 0.08  # score of a hit beside which others that score less than this are none
COUNTED = 4  # shared words from which more say nothing new


@dataclass(frozen=True)
class Calibration:
    """``platt`` (5, 3): offset, slope and drop for each kind of query; ``small`` (5, 3): where the background stays
    below its least, which it does in small archives, what is added to offset and slope, and what a pair loses that
    hangs on one word; ``evidence_table`` (2, 16): weights of ``EVIDENCE`` for headlines and for pages;
    ``evidence_across`` (4,): for questions in another language, a constant, the weight of the cosine, of how far it
    stands above the others, and of how far the words mean one another. ``answer``, ``also``: the evidence that the best
    hit and that every other must reach. ``source`` says how the offsets came about."""

    platt: NDArray[np.float64]
    small: NDArray[np.float64]
    evidence_table: NDArray[np.float64]
    evidence_across: NDArray[np.float64]
    answer: float = 0.5
    also: float = 0.02
    source: str = "defaults"

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Calibration:
        """From a manifest. Raises TypeError, KeyError or ValueError for anything but finite numbers in that form."""
        platt, small = (np.array(record[name], dtype=np.float64) for name in ("platt", "small"))
        table = np.array(record["evidence"], dtype=np.float64)
        across = np.array(record["evidence_across"], dtype=np.float64)
        bounds = [float(record[name]) for name in ("answer", "also")]
        shapes = [part.shape for part in (platt, small, table, across)]
        if shapes != [(5, 3), (5, 3), (2, len(EVIDENCE)), (4,)]:
            raise ValueError(f"its calibration has the shapes {shapes}")
        if not all(np.isfinite(part).all() for part in (platt, small, table, across, bounds)):
            raise ValueError("its calibration is not finite")
        return cls(platt, small, table, across, bounds[0], bounds[1], str(record["source"]))

    def as_json(self) -> dict[str, Any]:
        return {
            "platt": self.platt.tolist(), "small": self.small.tolist(), "evidence": self.evidence_table.tolist(),
            "evidence_across": self.evidence_across.tolist(),
            "answer": self.answer, "also": self.also, "source": self.source,
        }  # fmt: skip

    def scores(self, query: int, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """(m,) probabilities of the logits of all candidates, best first: 0..``MOST``, falling as they fall."""
        return self.probability(query, logits, np.float64(background(logits)), _KNOWN)

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

    def evidence(
        self, query: Query, features: Features, plain: NDArray[np.float64], holds: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """(m,) 0..1; 1 for what holds all words of a short query or stands in a list with the article that asks, enough
        for what holds more than half of their weight where nothing holds all.

        ``plain`` (m,) are the logits by text and meaning alone.
        """
        known = np.full(len(plain), (query.page or query.headline).known)
        evident = self.evident(query.kind, features, known, gap(plain))
        if query.kind == FEW_WORDS and not holds.any():
            evident = np.where(features.coverage >= _MORE_THAN_HALF, np.maximum(evident, self.answer), evident)
        return np.where(holds, 1.0, evident)

    def evident(
        self, query: int, features: Features, known: NDArray[np.float64], above: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """(m,) ``evidence`` of articles that may be candidates of several questions of a kind, by the share of each
        question that is ``known`` (m,) and the ``gap`` of the article to its background, ``above`` (m,)."""
        columns = _columns(features, known, above)
        value = sigmoid(dots(columns, self.evidence_table[int(query == PAGE)]))
        return np.where(features.link > 0, 1.0, value)

    def across(self, cosines: Floats, rows: Rows, aligned: Floats) -> NDArray[np.float64]:
        """(m,) evidence 0..1 of the articles at ``rows`` (m,) by the cosines (n,) of a question in another language and
        by how far the words mean one another, ``aligned`` (m,)."""
        constant, height, above, by_word = self.evidence_across
        others = np.sort(cosines)[::-1][10:50] if len(cosines) > 10 else cosines[:0]
        value = cosines[rows].astype(np.float64)
        lead = value - (float(others.mean()) if len(others) else 0.0)
        return np.where(value > 0, sigmoid(constant + height * value + above * lead + by_word * aligned), 0.0)

    def least(self, *, stored: bool, score: float = 0.0) -> float:
        """The evidence that the best hit must reach: a stored article is no stranger to its archive, and what is right
        more often than not, by its ``score``, needs less."""
        share = _STORED if stored else _ASKED_OF_LIKELY if score >= _LIKELY else 1.0
        return self.answer * share

    def answered(
        self, query: Query, evidence: NDArray[np.float64], holds: NDArray[np.bool_], scores: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """(m,) which of the candidates are shown: none if the best stays below ``least``.

        A short query whose words are all held by three articles and more is answered by such articles alone. Beside a
        hit that is ``_CLEAR``, what lacks one of its words and scores next to nothing is filler: of 950 such hits 46
        were right.
        """
        threshold = self.least(stored=query.question.row is not None, score=float(scores.max(initial=0.0)))
        if not len(evidence) or float(evidence.max()) < threshold:
            return np.zeros(len(evidence), dtype=bool)
        if query.kind != FEW_WORDS:
            return np.asarray(evidence >= self.also)
        if int(holds.sum()) >= _ENOUGH:
            return holds
        least = _FILLER if float(scores.max()) >= _CLEAR else 0.0
        return np.asarray(holds | ((evidence >= (self.answer if holds.any() else self.also)) & (scores >= least)))


_ENOUGH = 3


def most_by_words(query: int, features: Features) -> NDArray[np.float64]:
    """(m,) the log-odds above which pairs are guesses, by how many words they share; no bound where a list joins them,
    or for two and more, but where a page is the ``query`` and a headline known alone the candidate.

    Of hits that share one word and scored .5 and more, by meaning and day, two in five were right, whatever they
    scored; of those that share none one in eight. A page has many words: of headlines known alone that share two of
    them half were right, those that scored .8 too.
    """
    none, one, two = (math.log(score / (MOST - score)) for score in (_GUESS_BY_NONE, _GUESS_BY_ONE, _GUESS_BY_TWO))
    of_two = np.where((features.kind == HEADLINE) & (features.shared < THREE), two, _CERTAIN)
    by_words = np.where(features.shared < TWO, one, of_two if query == PAGE else _CERTAIN)
    by_words = np.where(features.shared < ONE, none, by_words)
    return np.where(features.link > 0, _CERTAIN, by_words)


def guess(log_odds: NDArray[np.float64], limit: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m,) log-odds of which little counts above ``limit`` (m,)."""
    return np.where(log_odds > limit, limit + _ABOVE_GUESS * (log_odds - limit), log_odds)


def background(logits: NDArray[np.float64], articles: int = 0) -> float:
    """How high the candidates of a question stand that are hardly right any more: the mean of the 11th to the 50th.

    Where all is alike a logit says less than where one stands out. ``logits`` (m,) best first; the rest of so many
    ``articles`` shares nothing and stands at 0. Where there are none but these, of fewer than eleven the last stands
    for them.
    """
    behind = logits[_NEXT:_LAST]
    count = max(len(behind), min(articles, _LAST) - _NEXT)
    return float(behind.sum() / count) if count > 0 else float(logits[-1]) if len(logits) else 0.0


def bounded(level: NDArray[np.float64] | np.float64, query: int) -> NDArray[np.float64]:
    """(m,) backgrounds within the bounds of a kind of query: at least what other fields reach in any archive, for few
    candidates say little of that, and no more than a dense archive has: fifty retellings of one event are no reason to
    think less of each."""
    return np.asarray(np.clip(level, _LEAST[query], _MOST[query]))


def below_least(level: NDArray[np.float64] | np.float64, query: int, articles: int) -> NDArray[np.float64]:
    """(m,) 0..1: how far backgrounds lie below the least bound of a kind of query.

    Where a headline asks fewer ``articles`` than ``_KNOWN``, by their number: a dozen say little of what is alike.
    Where a page asks ``_THOUSANDS`` of them not at all, and half as many and more by their number: there whole articles
    that share little are no sign of few."""
    low = np.clip((_LEAST[query] - level) / _SMALL[query], 0, 1)
    if query == PAGE:
        return np.asarray(low**_POWER * min(1.0, max(0.0, 2 - 2 * articles / _THOUSANDS)))
    return np.asarray(low * min(1.0, articles / _KNOWN))


def gap(plain: NDArray[np.float64], level: NDArray[np.float64] | float | None = None) -> NDArray[np.float64]:
    """(m,) 0..1: how far each candidate stands above the background of its question. ``plain`` (m,) any order.

    ``level`` (m,) are the backgrounds where the candidates are of several questions."""
    behind = background(np.sort(plain)[::-1]) if level is None else level
    return np.minimum(np.maximum((plain - behind) / _FAR, 0), 1)


def evidence_columns(query: Query, features: Features, plain: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m, 16) ``EVIDENCE`` of each candidate; no date takes part."""
    return _columns(features, np.full(len(plain), (query.page or query.headline).known), gap(plain))


def _columns(features: Features, known: NDArray[np.float64], above: NDArray[np.float64]) -> NDArray[np.float64]:
    columns = [
        features.title, features.cosine, features.body, features.page_title, features.page_cosine, features.page_body,
        features.words, features.mass, np.minimum(features.shared / COUNTED, 1), features.meaning, above,
        features.lead, features.kind == WHOLE, features.kind == UNTITLED, known, np.ones(len(known)),
    ]  # fmt: skip
    return np.array(columns, dtype=np.float64).T


def sigmoid(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """1 / (1 + exp(-x)), without overflow."""
    wide = np.minimum(np.maximum(np.asarray(logits, dtype=np.float64), -60), 60)
    return np.asarray(1.0 / (1.0 + np.exp(-wide)), dtype=np.float64)
