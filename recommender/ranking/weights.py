"""The weights of the scorer: linear in the features, one row for each kind of query and of article."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..index.fields import HEADLINE, WHOLE
from ..lazy import dataclass
from .features import FEW_WORDS, PAGE, Features

COLUMNS = ("title", "cosine", "body", "page_title", "page_cosine", "page_body", "lead", "meaning", "surface")
QUERIES = ("words", "headline", "page")
ARTICLES = ("headline", "whole", "untitled")
BLOCKS = ("lexical", "page", "meaning", "time")  # what an archive may weigh otherwise than the rest
_BLOCK_OF = (0, 0, 0, 1, 1, 1, 0, 2, 0)
_PAGE_TITLE = COLUMNS.index("page_title")
_NARROW = 0.01  # logits
_COVERED = 0.7  # share of the words of a text from which to hold them counts, up to all of them
_KEPT = 0.5  # share of what columns say of such an article that counts beside that
_PART, _WORTH = 0.4, 90.0  # share of a few words from which to hold them in a body counts, and what all are worth
_IN_ROW, _QUOTED = 20.0, 100.0  # what neighbours of a text are worth that stand so in an article, and the whole of it
_REACH = 0.01  # share of a page's words in a headline at which what headlines have in place of a body counts for 0.63
SPOKEN = 10.0  # logit by words and meaning at which a day counts for 0.63 of its weight


_Float = TypeVar("_Float", bound=np.floating)


@dataclass(frozen=True)
class Weights:
    """``table`` (3, 3, 10): for each of ``QUERIES`` and ``ARTICLES`` the weights of ``COLUMNS`` and a constant;
    ``time``, ``link``, ``holds`` (all words of a short query), ``across`` (the cosine with a question in another
    language), ``aligned`` (how far their words mean one another) and ``phrase`` (the words of a text in title and body
    of a whole article) are the same for all. ``source`` says how they
    came about. ``headlines_lead``: most articles are known by their headline alone; a page that asks then ranks a
    whole article by its headline alone too, where that is worth more: a body must not lower it beside the others.
    """

    table: NDArray[np.float64]
    time: float
    link: float
    holds: float
    source: str = "defaults"
    headlines_lead: bool = False
    across: float = 0.0
    aligned: float = 0.0
    phrase: float = 0.0

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Weights:
        """From a manifest. Raises TypeError, KeyError or ValueError for anything but finite numbers in that form."""
        table = np.array(record["table"], dtype=np.float64)
        numbers = [float(record[name]) for name in ("time", "link", "holds", "across", "aligned", "phrase")]
        if table.shape != (len(QUERIES), len(ARTICLES), len(COLUMNS) + 1):
            raise ValueError(f"its weights have the shape {table.shape}")
        if not (np.isfinite(table).all() and all(map(math.isfinite, numbers))):
            raise ValueError("its weights are not finite")
        source, lead = str(record["source"]), record["headlines_lead"] is True
        return cls(table, numbers[0], numbers[1], numbers[2], source, lead, *numbers[3:])

    def as_json(self) -> dict[str, Any]:
        return {
            "table": self.table.tolist(), "time": self.time, "link": self.link, "holds": self.holds,
            "source": self.source, "headlines_lead": self.headlines_lead, "across": self.across,
            "aligned": self.aligned, "phrase": self.phrase,
        }  # fmt: skip

    @property
    def fitted(self) -> bool:
        """Whether they were fitted on the related lists of their corpus."""
        return self.source.startswith("fitted")

    def logits(self, query: int, features: Features, holds: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """(m,) the logit of each article; the scale is that of the table, calibration makes a probability of it.

        ``holds`` (m,) 0..1: how an article holds all words of a short query.
        """
        plain = self.plain(query, features)
        logit = plain + self.by_day(plain, features.time) + self.link * features.link
        return np.asarray(logit if holds is None else logit + self.holds * holds)

    def plain(self, query: int, features: Features) -> NDArray[np.float64]:
        """(m,) what words and meaning are worth, whatever the day and the lists."""
        columns = _columns(features)
        logits = _weighed(columns, self._rows(query, columns, features.kind))
        return logits + self._covered(query, features, logits)

    def _covered(self, query: int, features: Features, plain: NDArray[np.float64]) -> NDArray[np.float64]:
        """(m,) what articles get beside what columns say, ``plain`` (m,): whole ones that hold the words of a text, be
        it in the body, as much as brings them to ``phrase``, less where that is half of what they have; and those that
        hold these words in a row (``row_bonus``)."""
        if query == PAGE:
            return row_bonus(features)
        bonus = part_bonus if query == FEW_WORDS else partial(phrase_bonus, phrase=self.phrase)
        of_words = np.where(features.kind == WHOLE, bonus(plain, features.coverage), 0.0)
        return of_words + row_bonus(features)

    def by_day(self, plain: NDArray[_Float], near: NDArray[np.floating]) -> NDArray[_Float]:
        """What a day adds, ``near`` by ``decay``, to what words and meaning are worth, ``plain``; of one shape.

        Two articles of one day that share nothing are no relatives: the day counts as far as they have to do with
        each other.
        """
        related = 1 - np.exp(-np.maximum(plain, 0) / plain.dtype.type(SPOKEN))
        return np.asarray(plain.dtype.type(self.time) * near * related, dtype=plain.dtype)

    def without_day(self, threshold: float) -> float:
        """What words and meaning are worth at the least where the best of days brings them to ``threshold``."""
        low, high = threshold - max(self.time, 0.0), threshold
        while high - low > _NARROW:
            middle = (low + high) / 2
            if middle + self.time * (1 - math.exp(-max(middle, 0.0) / SPOKEN)) < threshold:
                low = middle
            else:
                high = middle
        return low

    def _rows(self, query: int, columns: NDArray[np.float64], kind: NDArray[np.int64]) -> NDArray[np.float64]:
        """(10, m) the row of the table that weighs each article. The constant of a headline, what it has in place of a
        body, counts as far as it has words of the page that asks."""
        table: NDArray[np.float64] = self.table[query].T
        rows = table.take(kind, axis=1)
        if query == PAGE:
            bare = np.repeat(table[:, [HEADLINE]], len(kind), axis=1)
            bare[-1] *= headline_reach(columns[_PAGE_TITLE])
            chosen = kind == HEADLINE
            if self.headlines_lead:
                chosen |= (kind == WHOLE) & (_weighed(columns, bare) > _weighed(columns, rows))
            rows[:, chosen] = bare[:, chosen]
        return rows

    def blocks(self, query: int, features: Features) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(m, 4) what each of ``BLOCKS`` adds to the logits, and (m,) the rest; no link and no held word in it."""
        columns = _columns(features)
        table = self._rows(query, columns, features.kind)
        parts = np.zeros((len(features.kind), len(BLOCKS)))
        for i, block in enumerate(_BLOCK_OF):
            parts[:, block] += columns[i] * table[i]
        rest = table[-1] + self._covered(query, features, parts.sum(axis=1) + table[-1])
        parts[:, BLOCKS.index("time")] = self.by_day(parts.sum(axis=1) + rest, features.time)
        return parts, rest

    def scaled(self, factors: Mapping[str, float], source: str) -> Weights:
        """With each of ``BLOCKS`` times its factor."""
        columns = np.array([factors[BLOCKS[i]] for i in _BLOCK_OF] + [1.0])
        return replace(self, table=self.table * columns, time=self.time * factors["time"], source=source)


def headline_reach(title: NDArray[np.floating]) -> NDArray[np.float64]:
    """(m,) 0..1 how far headlines have what stands for a body, by the share ``title`` (m,) of a page that they hold."""
    return np.asarray(1 - np.exp(-title.astype(np.float64) / _REACH))


def phrase_bonus(plain: NDArray[np.float64], coverage: NDArray[np.floating], phrase: float) -> NDArray[np.float64]:
    """(m,) what whole articles get beside ``plain`` (m,) for the share of the words of a text that they hold,
    ``coverage`` (m,): see ``Weights.phrase``."""
    covered = np.maximum(coverage.astype(np.float64) - _COVERED, 0) / (1 - _COVERED)
    return np.where(covered > 0, np.maximum(phrase * covered - _KEPT * plain, 0), 0.0)


def row_bonus(features: Features) -> NDArray[np.float64]:
    """(m,) what articles get that hold words of a text one behind another as it does, and those that hold it so from
    the first to the last: a phrase copied from a body is looked for where it stands."""
    return _IN_ROW * features.phrase.astype(np.float64) + np.where(features.quoted, _QUOTED, 0.0)


def part_bonus(plain: NDArray[np.float64], coverage: NDArray[np.floating]) -> NDArray[np.float64]:
    """(m,) what whole articles get beside ``plain`` (m,) for the share of a few words that they hold, ``coverage``
    (m,): one that holds the rare word of two in its body stands before one that has the common one in its title."""
    return np.where(coverage > _PART, np.maximum(_WORTH * coverage - _KEPT * plain, 0), 0.0)


def _columns(features: Features) -> NDArray[np.float64]:
    """(9, m) ``COLUMNS`` of each article."""
    return np.array([getattr(features, name) for name in COLUMNS], dtype=np.float64)


def _weighed(columns: NDArray[np.float64], table: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m,) the sum of ``columns`` (9, m), each times its weight in ``table`` (10, m) or (10, 1), and the constant."""
    total: NDArray[np.float64] = (columns * table[:-1]).sum(axis=0) + table[-1]
    return total


@cache
def default_weights() -> Weights:
    """The pooled weights, fitted by benchmarks/fit_scorer.py on archives of several kinds."""
    return Weights.of(defaults()["weights"])


@cache
def defaults() -> dict[str, Any]:
    """What ``scorer.json`` holds: weights, calibration, abstain rule."""
    stored: dict[str, Any] = json.loads(Path(__file__).with_name("scorer.json").read_text(encoding="utf-8"))
    return stored
