"""Fits the weights that join lexical and dense likeness and closeness in time, on related pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ..recipe import Recipe
from ..scoring import DEFAULTS, Links, Weights
from ..spaces import DenseSpace, Question, TfidfSpace
from ..vectors import Floats, top_k

FITTED = ("lexical", "dense", "words", "time")  # the related lists themselves take no part
_QUERIES = 400  # articles that ask, at most
_RIVALS = 60  # best-scored articles against which the related ones compete
_TRUST = 0.02  # how strongly the weights are held to the defaults (ridge, per question)


def fit_weights(
    tfidf: TfidfSpace, dense: DenseSpace, links: Links, days: NDArray[np.float64], recipe: Recipe
) -> Weights:
    """Weights under which articles that list each other come before their rivals.

    Minimises the listwise softmax loss of the listed among the best-scored, held to the defaults; the links
    themselves take no part, so that the lists do not judge themselves. With fewer than
    ``recipe.pairs_wanted`` pairs, the defaults.
    """
    pairs = len(links.listed)
    if pairs < recipe.pairs_wanted:
        return replace(DEFAULTS, source=f"defaults: {pairs} related pairs, {recipe.pairs_wanted} wanted")
    cases = _cases(tfidf, dense, links, days, recipe)
    start = np.array([getattr(DEFAULTS, name) for name in FITTED])
    fitted = minimize(
        _loss, start, args=(cases, start), jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(start)
    ).x
    # The scale of a ranking is free: keep the one on which scores are calibrated.
    typical = np.mean([parts[wanted].mean(axis=0) for parts, wanted in cases], axis=0)
    fitted *= float(start @ typical) / max(float(fitted @ typical), 1e-9)
    found = {name: round(float(value), 4) for name, value in zip(FITTED, fitted, strict=True)}
    return replace(DEFAULTS, **found, source=f"fitted on {pairs} related pairs")


Case = tuple[NDArray[np.float64], NDArray[np.bool_]]


def _cases(tfidf: TfidfSpace, dense: DenseSpace, links: Links, days: NDArray[np.float64], recipe: Recipe) -> list[Case]:
    """For each asking article the (m, 4) parts of its rivals and related, and which are the related."""
    asking = np.flatnonzero(np.diff(links.listed_start) > 0)
    if len(asking) > _QUERIES:
        asking = np.sort(np.random.default_rng(recipe.seed).choice(asking, _QUERIES, replace=False))
    cases = []
    start = np.array([getattr(DEFAULTS, name) for name in FITTED])
    for row in asking.tolist():
        parts = _parts(tfidf, dense, days, row)
        joined = parts @ start
        joined[row] = -np.inf
        listed = links.listed_by(row).astype(np.int64)
        pool = np.unique(np.concatenate([top_k(joined, _RIVALS), listed[listed != row]]))
        cases.append((parts[pool].astype(np.float64), np.isin(pool, listed)))
    return cases


def _parts(tfidf: TfidfSpace, dense: DenseSpace, days: NDArray[np.float64], row: int) -> Floats:
    question = Question("", (), row=row)
    time = DEFAULTS.closeness(float(days[row]), days)
    return np.stack([tfidf.scores(question), dense.scores(question), tfidf.shared_words(question), time], axis=1)


def _loss(
    weights: NDArray[np.float64], cases: list[Case], start: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    held = weights - start
    loss, slope = _TRUST * float(held @ held), 2 * _TRUST * held
    for parts, wanted in cases:
        heights = parts @ weights
        raised = np.exp(heights - heights.max())
        all_share, wanted_share = raised / raised.sum(), raised * wanted / (raised * wanted).sum()
        loss -= float(np.log((raised * wanted).sum() / raised.sum())) / len(cases)
        slope = slope + parts.T @ (all_share - wanted_share) / len(cases)
    return loss, slope
