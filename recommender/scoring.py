"""How the parts of a likeness are joined into one calibrated score."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .vectors import Floats

UNDATED = 0.3  # closeness in time where a date is not known: between the same week and another year


class Parts(NamedTuple):
    """What speaks for each article, each (n,) float32: cosines, shared words, closeness in time, related lists."""

    lexical: Floats
    dense: Floats
    words: Floats
    time: Floats
    link: Floats


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model of "related": sigmoid(bias + sum of weight * part + known * share).

    ``bias_dated`` takes the place of ``bias`` where the question has a date. ``known`` weighs the share of the
    question's features that the corpus knows. ``time_scale`` is in days. ``source`` says how they came about.
    """

    lexical: float
    dense: float
    words: float
    time: float
    link: float
    bias: float
    bias_dated: float
    known: float
    time_scale: float = 10.0
    source: str = "defaults"

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Weights:
        """From a manifest. Raises TypeError or ValueError for anything but finite numbers and a text as source."""
        numbers = {name: float(value) for name, value in given.items() if name != "source"}
        if not all(map(math.isfinite, numbers.values())):
            raise ValueError("its weights are not finite")
        return cls(**numbers, source=str(given["source"]))

    def logits(self, parts: Parts, known: float, *, dated: bool) -> Floats:
        """(n,) float32; ``known`` is the known share of the question, ``dated`` whether it has a date."""
        constant = (self.bias_dated if dated else self.bias) + self.known * known
        joined = (
            np.float32(self.lexical) * parts.lexical
            + np.float32(self.dense) * parts.dense
            + np.float32(self.words) * parts.words
            + np.float32(self.time) * parts.time
            + np.float32(self.link) * parts.link
        )
        return np.asarray(joined + np.float32(constant), dtype=np.float32)

    @property
    def fitted(self) -> bool:
        """Whether they were fitted on the related lists of their corpus."""
        return self.source.startswith("fitted")

    def closeness(self, day: float, days: NDArray[np.float64]) -> Floats:
        """exp(-sqrt(|days apart| / time_scale)) for each article, ``UNDATED`` where either day is unknown. (n,)

        A stretched exponential: a story is told within the day, and its sequels for weeks.
        """
        if math.isnan(day):
            return np.full(len(days), UNDATED, dtype=np.float32)
        near = np.exp(-np.sqrt(np.abs(days - day) / self.time_scale))
        return np.where(np.isnan(near), UNDATED, near).astype(np.float32)


# Fitted by benchmarks/fit_defaults.py; used until a corpus has enough related pairs of its own.
DEFAULTS = Weights(lexical=7.05, dense=4.87, words=3.72, time=9.97, link=2.0, bias=-11.6, bias_dated=-14.2, known=5.68)


def sigmoid(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """1 / (1 + exp(-x)), without overflow."""
    wide = np.clip(np.asarray(logits, dtype=np.float64), -60, 60)
    return np.asarray(1.0 / (1.0 + np.exp(-wide)), dtype=np.float64)


def scored(
    weights: Weights, parts: Parts, known: float, allowed: NDArray[np.bool_], *, dated: bool
) -> NDArray[np.float64]:
    """(n,) scores in 0..1; -inf where an article is not ``allowed`` or nothing speaks for it."""
    evidence = (parts.lexical > 0) | (parts.link > 0) | ((parts.lexical <= 0) & (parts.dense > 0.5))
    return np.where(allowed & evidence, sigmoid(weights.logits(parts, known, dated=dated)), -np.inf)


@dataclass(frozen=True, slots=True)
class Folds:
    """The weights that may judge each article: fitted without the articles of its fold.

    ``fold_of`` (n,) int64 into ``weights``; ``says`` how they came about, for people.
    """

    fold_of: NDArray[np.int64]
    weights: tuple[Weights, ...]
    says: str

    @classmethod
    def unfitted(cls, weights: Weights, count: int = 0) -> Folds:
        """One fold for ``count`` articles, with weights that no list took part in. Raises ValueError if one did."""
        if weights.fitted:
            raise ValueError("weights that were fitted on the lists cannot judge by the lists")
        return cls(np.zeros(count, dtype=np.int64), (weights,), "default weights: nothing was fitted on these lists")

    def of(self, row: int) -> Weights:
        return self.weights[int(self.fold_of[row])]


def folds_of(copy_of: NDArray[np.int32], folds: int, seed: int) -> NDArray[np.int64]:
    """(n,) int64: the fold of each article, by chance; near-copies share one."""
    drawn = np.random.default_rng(seed).permutation(len(copy_of)) % folds
    return np.asarray(drawn[copy_of], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Links:
    """Related lists between articles, by row number: compressed rows, both ways.

    ``listed_start`` (n + 1,), ``listed``: what each page lists; ``lists_start``, ``lists``: the pages that
    list each article. int64 starts, int32 members.
    """

    listed_start: NDArray[np.int64]
    listed: NDArray[np.int32]
    lists_start: NDArray[np.int64]
    lists: NDArray[np.int32]

    @classmethod
    def of(cls, sources: NDArray[np.int64], targets: NDArray[np.int64], count: int) -> Links:
        """From pairs of row numbers, in the order of the lists."""
        forward = np.argsort(sources, kind="stable")
        backward = np.lexsort((sources, targets))
        return cls(
            _starts(sources, count),
            targets[forward].astype(np.int32),
            _starts(targets, count),
            sources[backward].astype(np.int32),
        )

    def listed_by(self, row: int) -> NDArray[np.int32]:
        return self.listed[int(self.listed_start[row]) : int(self.listed_start[row + 1])]

    def lists_of(self, row: int) -> NDArray[np.int32]:
        return self.lists[int(self.lists_start[row]) : int(self.lists_start[row + 1])]

    def scores(self, row: int | None, count: int) -> Floats:
        """1 for what the article lists or is listed by; 1 - 2^-m for what stands beside it in m lists. (n,)"""
        beside = np.zeros(count, dtype=np.float32)
        if row is None:
            return beside
        for page in self.lists_of(row):
            np.add.at(beside, self.listed_by(int(page)), 1)
        total = (1 - np.exp2(-beside)).astype(np.float32)
        total[self.listed_by(row)] = 1
        total[self.lists_of(row)] = 1
        return total

    def scores_of_others(self, row: int, count: int, counted: NDArray[np.bool_]) -> Floats:
        """``scores`` as if the article had no list: what it lists gains by lists of other ``counted`` pages alone.

        A page that it lists and that lists it is not counted either: that is the same pair from the other side.
        """
        pages = self.lists_of(row)
        pages = pages[counted[pages] & ~np.isin(pages, self.listed_by(row)) & (pages != row)]
        beside = np.zeros(count, dtype=np.float32)
        for page in pages:
            np.add.at(beside, self.listed_by(int(page)), 1)
        total = (1 - np.exp2(-beside)).astype(np.float32)
        total[pages] = 1
        return total


def _starts(members: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(members, minlength=count), out=starts[1:])
    return starts
