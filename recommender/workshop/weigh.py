"""Fits the weights that join lexical and dense likeness and closeness in time, on related pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ..model import Model
from ..recipe import Recipe
from ..scoring import DEFAULTS, Folds, Links, Weights, folds_of
from ..spaces import DenseSpace, Question, TfidfSpace
from ..vectors import Floats, top_k
from .calibrate import calibrated

FITTED = ("lexical", "dense", "words", "time")  # the related lists themselves take no part
FOLDS = 5
_QUERIES = 400  # articles that ask, at most
_RIVALS = 60  # best-scored articles against which the related ones compete
_TRUST = 0.02  # how strongly the weights are held to the defaults (ridge, per question)
_START = np.array([getattr(DEFAULTS, name) for name in FITTED])


@dataclass(frozen=True)
class Ground:
    """What weights are fitted on. ``days`` (n,) day numbers, ``copy_of`` (n,) the row each is a near-copy of."""

    tfidf: TfidfSpace
    dense: DenseSpace
    links: Links
    days: NDArray[np.float64]
    copy_of: NDArray[np.int32]

    @classmethod
    def of(cls, model: Model) -> Ground:
        return cls(model.tfidf, model.dense, model.links, model.catalogue.days, model.catalogue.copy_of)

    def parts(self, row: int) -> Floats:
        """(n, 4) float32: what speaks for each article when the one at ``row`` asks, in the order of ``FITTED``."""
        question = Question("", (), row=row)
        time = DEFAULTS.closeness(float(self.days[row]), self.days)
        held = (self.tfidf.scores(question), self.dense.scores(question), self.tfidf.shared_words(question), time)
        return np.stack(held, axis=1)


@dataclass(frozen=True)
class Case:
    """A page that asks: ``parts`` (m, 4) of its best rivals and its listed ones, at ``rows`` (m,) ascending.

    ``wanted`` (m,) marks the listed.
    """

    page: int
    rows: NDArray[np.int64]
    parts: NDArray[np.float64]
    wanted: NDArray[np.bool_]


@dataclass(frozen=True)
class Fit:
    """Weights and, for the manifest, a plain ``account`` of how they came about."""

    weights: Weights
    account: dict[str, Any]


def fit_weights(ground: Ground, recipe: Recipe) -> Fit:
    """Weights under which articles that list each other come before their rivals.

    Minimises the listwise softmax loss of the listed among the best-scored, held to the defaults; the links
    themselves take no part, so that the lists do not judge themselves. With fewer than
    ``recipe.pairs_wanted`` pairs, the defaults.
    """
    pairs = len(ground.links.listed)
    known = {"pairs": pairs, "pairs_wanted": recipe.pairs_wanted}
    cases = cases_of(ground, recipe.seed) if pairs >= recipe.pairs_wanted else []
    if not cases:
        why = f"{pairs} related pairs, {recipe.pairs_wanted} wanted"
        why = why if pairs < recipe.pairs_wanted else f"none of {pairs} related pairs can be learned from"
        account = {"fitted": False, "why": why, **known, "coefficients": _named(_START)}
        return Fit(replace(DEFAULTS, source=f"defaults: {why}"), account)
    found = _named(_fitted(cases))
    wanted = int(sum(case.wanted.sum() for case in cases))
    account = {
        "fitted": True,
        **known,
        "pages": len(cases),
        "listed": wanted,
        "rivals": sum(len(case.wanted) for case in cases) - wanted,
        "ridge": _TRUST,
        "coefficients": found,
        "defaults": _named(_START),
        "held_out": _held_out(cases, ground.copy_of, recipe.seed),
    }
    return Fit(replace(DEFAULTS, **found, source=f"fitted on {pairs} related pairs"), account)


def cross_fit(model: Model) -> Folds:
    """Weights for each of five folds of the articles, fitted without the articles of that fold.

    A model whose weights were fitted on nothing is its own answer: one fold with the weights as they are.
    """
    if not model.weights.fitted:
        return Folds.unfitted(model.weights, len(model))
    ground, seed = Ground.of(model), int(model.about["recipe"]["seed"])
    fold_of = folds_of(ground.copy_of, FOLDS, seed)
    cases = cases_of(ground, seed)
    weights = []
    for fold in range(FOLDS):
        kept = _without(cases, fold_of, fold)
        found = _named(_fitted(kept)) if kept else _named(_START)
        own = replace(DEFAULTS, **found, source=f"fitted without fold {fold + 1} of {FOLDS}")
        weights.append(calibrated(replace(model, weights=own)))
    return Folds(fold_of, tuple(weights), f"cross-fitted, {FOLDS} folds")


def cases_of(ground: Ground, seed: int) -> list[Case]:
    """A case for each page with a list, at most 400 by chance. Its near-copies are neither rivals nor wanted."""
    links, copy_of = ground.links, ground.copy_of
    asking = np.flatnonzero(np.diff(links.listed_start) > 0)
    if len(asking) > _QUERIES:
        asking = np.sort(np.random.default_rng(seed).choice(asking, _QUERIES, replace=False))
    cases = []
    for row in asking.tolist():
        listed = links.listed_by(row).astype(np.int64)
        listed = listed[copy_of[listed] != copy_of[row]]
        if len(listed):
            parts = ground.parts(row)
            joined = parts @ _START
            joined[copy_of == copy_of[row]] = -np.inf
            pool = np.unique(np.concatenate([top_k(joined, _RIVALS), listed]))
            cases.append(Case(row, pool, parts[pool].astype(np.float64), np.isin(pool, listed)))
    return cases


def _without(cases: Sequence[Case], fold_of: NDArray[np.int64], fold: int) -> list[Case]:
    """The cases of other folds without the articles of ``fold``: these neither ask, nor answer, nor rival."""
    found = []
    for case in cases:
        kept = fold_of[case.rows] != fold
        if fold_of[case.page] != fold and case.wanted[kept].any():
            found.append(Case(case.page, case.rows[kept], case.parts[kept], case.wanted[kept]))
    return found


def _fitted(cases: Sequence[Case]) -> NDArray[np.float64]:
    """(4,) weights, on the scale of the defaults: the scale of a ranking is free, scores are calibrated on that."""
    held = [(case.parts, case.wanted) for case in cases]
    bounds = [(0.0, None)] * len(_START)
    fitted = minimize(_loss, _START, args=(held, _START), jac=True, method="L-BFGS-B", bounds=bounds).x
    typical = np.mean([case.parts[case.wanted].mean(axis=0) for case in cases], axis=0)
    return np.asarray(fitted * float(_START @ typical) / max(float(fitted @ typical), 1e-9))


def _named(weights: NDArray[np.float64]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(FITTED, weights, strict=True)}


def _held_out(cases: Sequence[Case], copy_of: NDArray[np.int32], seed: int) -> dict[str, Any]:
    """Softmax log loss and MRR among the rivals, of pages whose lists were not fitted on; beside the defaults'."""
    fold_of = folds_of(copy_of, FOLDS, seed)
    fitted, plain = [], []
    for fold in range(FOLDS):
        kept = _without(cases, fold_of, fold)
        weights = _fitted(kept) if kept else _START
        for case in cases:
            if fold_of[case.page] == fold:
                fitted.append(_judged(case, weights))
                plain.append(_judged(case, _START))
    (loss, mrr), (loss_before, mrr_before) = np.mean(fitted, axis=0), np.mean(plain, axis=0)
    values = {"log_loss": loss, "mrr": mrr, "log_loss_defaults": loss_before, "mrr_defaults": mrr_before}
    return {"folds": FOLDS, **{name: round(float(value), 4) for name, value in values.items()}}


def _judged(case: Case, weights: NDArray[np.float64]) -> tuple[float, float]:
    heights = case.parts @ weights
    raised = np.exp(heights - heights.max())
    best = heights[case.wanted].max()
    return -float(np.log(raised[case.wanted].sum() / raised.sum())), 1 / (1 + int((heights > best).sum()))


def _loss(
    weights: NDArray[np.float64],
    cases: Sequence[tuple[NDArray[np.float64], NDArray[np.bool_]]],
    start: NDArray[np.float64],
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
