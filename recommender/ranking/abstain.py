"""The one rule by which a question gets no answer.

Whether a question is answered is asked by evidence, and without dates: a logistic model tells headlines that have
something to do with an article from those of other fields. Less of it is asked of what would score high whatever its
day. A date may order answers, it never silences them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import dots
from ..index.fields import UNTITLED, WHOLE, Floats, Rows
from ..lazy import dataclass
from .background import gap, sigmoid
from .features import FEW_WORDS, PAGE, Features, Query

EVIDENCE = (
    "title", "cosine", "body", "page_title", "page_cosine", "page_body", "words", "mass", "shared", "meaning",
    "gap", "lead", "whole", "untitled", "known", "one",
)  # fmt: skip
_STORED = 0.54  # share of the evidence that is asked of the best hit where an article of the archive asks
_LIKELY, _ASKED_OF_LIKELY = 0.8, 0.8  # score of the best hit from which this share of the evidence is asked of it
_MORE_THAN_HALF = 0.55  # share of the weight of a few words
_CLEAR, _FILLER = 0.5, 0.08  # score of a hit beside which others that score less than this are none
COUNTED = 4  # shared words from which more say nothing new
_ENOUGH = 3  # articles that hold all words of a few, from which only such articles are shown


@dataclass(frozen=True)
class AbstainRule:
    """``table`` (2, 16): weights of ``EVIDENCE`` for headlines and for pages; ``across_table`` (4,): for questions in
    another language, a constant, the weight of the cosine, of how far it stands above the others, and of how far the
    words mean one another. ``answer``, ``also``: the evidence that the best hit and that every other must reach."""

    table: NDArray[np.float64]
    across_table: NDArray[np.float64]
    answer: float = 0.5
    also: float = 0.02

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> AbstainRule:
        """From a manifest. Raises TypeError, KeyError or ValueError for anything but finite numbers in that form."""
        table, across = (np.array(record[name], dtype=np.float64) for name in ("evidence", "evidence_across"))
        bounds = [float(record[name]) for name in ("answer", "also")]
        if (shapes := [table.shape, across.shape]) != [(2, len(EVIDENCE)), (4,)]:
            raise ValueError(f"its abstain rule has the shapes {shapes}")
        if not all(np.isfinite(part).all() for part in (table, across, bounds)):
            raise ValueError("its abstain rule is not finite")
        return cls(table, across, *bounds)

    def as_json(self) -> dict[str, Any]:
        return {
            "evidence": self.table.tolist(), "evidence_across": self.across_table.tolist(), "answer": self.answer,
            "also": self.also,
        }  # fmt: skip

    def evidence(
        self, query: Query, features: Features, plain: NDArray[np.float64], holds: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """(m,) 0..1; 1 for what holds all words of a short query or a text word for word, or stands in a list with the
        article that asks, enough for what holds more than half of their weight where nothing holds all.

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
        value = sigmoid(dots(columns, self.table[int(query == PAGE)]))
        return np.where(features.joined, 1.0, value)

    def across(self, cosines: Floats, rows: Rows, aligned: Floats) -> NDArray[np.float64]:
        """(m,) evidence 0..1 of the articles at ``rows`` (m,) by the cosines (n,) of a question in another language and
        by how far the words mean one another, ``aligned`` (m,)."""
        constant, height, above, by_word = self.across_table
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
        self, query: Query, evidence: NDArray[np.float64], holds: NDArray[np.bool_], scores: NDArray[np.float64],
        likely: float,
    ) -> NDArray[np.bool_]:  # fmt: skip
        """(m,) which of the candidates are shown: none if the best stays below ``least``.

        ``likely`` is the highest score whatever the day, what hangs on one word not bounded: a headline that shares a
        name alone with the story that it follows scores a guess, and is no stranger. A short query whose words are all
        held by three articles and more is answered by such articles alone. Beside a hit that is ``_CLEAR``, what lacks
        one of its words and scores next to nothing is filler: of 950 such hits 46 were right.
        """
        threshold = self.least(stored=query.question.row is not None, score=likely)
        if not len(evidence) or float(evidence.max()) < threshold:
            return np.zeros(len(evidence), dtype=bool)
        if query.kind != FEW_WORDS:
            return np.asarray(evidence >= self.also)
        if int(holds.sum()) >= _ENOUGH:
            return holds
        least = _FILLER if float(scores.max()) >= _CLEAR else 0.0
        return np.asarray(holds | ((evidence >= (self.answer if holds.any() else self.also)) & (scores >= least)))


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
