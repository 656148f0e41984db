"""Fits the weights of words, pages, meaning and time on an archive's own related lists."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ..config import Recipe
from ..index.fields import HEADLINE, UNTITLED
from ..lazy import dataclass
from ..ranking.features import PAGE, features_of_rows, kinds, query_of
from ..ranking.folds import Folds, folds_of
from ..ranking.model import Model
from ..ranking.scorer import candidates
from ..ranking.weights import BLOCKS, Weights, default_weights
from .calibrate import recalibrated

FOLDS = 5
_QUERIES = 400  # articles that ask, at most
_RIVALS = 60  # best-scored articles against which the related ones compete
_TRUST = 0.05  # weight of the ridge penalty that draws the factors to 1, per question
_START = np.ones(len(BLOCKS))
_HEAD_START = 5.6  # logits for each e times as many articles with a body as headlines alone
_AMONG_TITLED = 20.0  # logits that articles without a title need where most have one
_SCALE = 0.15  # of the logits within the softmax: about the slope of the calibration


@dataclass(frozen=True)
class Case:
    """A page that asks: ``parts`` (m, 4) what each of ``BLOCKS`` adds to the logit of its best rivals and its listed
    ones, at ``rows`` (m,) ascending; ``rest`` (m,) what no block adds. ``right`` (m,) marks the listed.
    """

    page: int
    rows: NDArray[np.int64]
    parts: NDArray[np.float64]
    rest: NDArray[np.float64]
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class Fit:
    """Weights and, for the manifest, a plain ``account`` of how they came about."""

    weights: Weights
    account: dict[str, Any]


def pooled_weights(model: Model) -> Weights:
    """The default weights for this archive: with a mark whether most articles are known by their headline alone and,
    where a page asks, with what the fewer kinds of articles have before the others."""
    kind = kinds(model, np.arange(len(model)))
    bare, untitled = int((kind == HEADLINE).sum()), int((kind == UNTITLED).sum())
    pooled = default_weights()
    table = pooled.table.copy()
    if bare * 2 <= len(kind):
        table[PAGE, HEADLINE, -1] = min(table[PAGE, HEADLINE, -1], head_start(bare, len(kind) - bare))
    if untitled * 2 <= len(kind):
        table[PAGE, UNTITLED, -1] += _AMONG_TITLED
    return replace(pooled, table=table, headlines_lead=bare * 2 > len(kind))


def head_start(bare: int, whole: int) -> float:
    """The logit that each of so many ``bare`` headlines has before as many ``whole`` articles, where a page asks.

    A page shares some words with any body by chance, and the best of many bodies more than the best of a few, by the
    logarithm of their number: a headline that is one of a hundred articles is lost without, one of two needs none.
    """
    return _HEAD_START * math.log(whole / bare) if whole > bare > 0 else 0.0


def fit_weights(model: Model, recipe: Recipe) -> Fit:
    """Weights under which articles that list each other come before their rivals.

    Minimises the listwise softmax loss of the listed among the best-scored, with a ridge to the defaults; the links
    themselves take no part, so that the lists do not judge themselves. With fewer than
    ``recipe.pairs_wanted`` pairs, the defaults.
    """
    pairs = len(model.links.listed)
    counts = {"pairs": pairs, "pairs_wanted": recipe.pairs_wanted}
    cases = cases_of(model, recipe.seed) if pairs >= recipe.pairs_wanted else []
    if not cases:
        why = f"{pairs} related pairs, {recipe.pairs_wanted} wanted"
        why = why if pairs < recipe.pairs_wanted else f"none of {pairs} related pairs can be learned from"
        account = {"fitted": False, "why": why, **counts, "coefficients": _named(_START)}
        return Fit(replace(pooled_weights(model), source=f"defaults: {why}"), account)
    factors = _named(_fitted(cases))
    listed = int(sum(case.right.sum() for case in cases))
    account = {
        "fitted": True,
        **counts,
        "pages": len(cases),
        "listed": listed,
        "rivals": sum(len(case.right) for case in cases) - listed,
        "ridge": _TRUST,
        "coefficients": factors,
        "held_out": _held_out(cases, model.catalogue.duplicate_of, recipe.seed),
    }
    return Fit(pooled_weights(model).scaled(factors, f"fitted on {pairs} related pairs"), account)


def cross_fit(model: Model) -> Folds:
    """Weights and calibration for each of five folds of the articles, fitted without the articles of that fold.

    A model whose weights were fitted on nothing has the default weights in every fold.
    """
    if not model.learned_from_lists:
        return Folds.unfitted(model.weights, model.calibration, len(model))
    seed = int(model.about["recipe"]["seed"])
    fold_of = folds_of(model.catalogue.duplicate_of, FOLDS, seed)
    cases = cases_of(model, seed) if model.weights.fitted else []
    scorers = []
    for fold in range(FOLDS):
        weights = model.weights
        if model.weights.fitted:
            others = _without(cases, fold_of, fold)
            factors = _named(_fitted(others)) if others else _named(_START)
            weights = pooled_weights(model).scaled(factors, f"fitted without fold {fold + 1} of {FOLDS}")
        refitted = replace(model, weights=weights)
        scorers.append((weights, recalibrated(refitted, fold_of != fold)))
    return Folds(fold_of, tuple(scorers), f"cross-fitted, {FOLDS} folds")


def cases_of(model: Model, seed: int) -> list[Case]:
    """A case for each page with a list, a random 400 at most. Its near-copies are neither negatives nor positives."""
    links, duplicate_of = model.links, model.catalogue.duplicate_of
    asking = np.flatnonzero(np.diff(links.listed_start) > 0)
    if len(asking) > _QUERIES:
        asking = np.sort(np.random.default_rng(seed).choice(asking, _QUERIES, replace=False))
    plain, silent = pooled_weights(model), np.zeros(len(model), dtype=np.float32)
    cases = []
    for row in asking.tolist():
        listed = links.listed_by(row).astype(np.int64)
        listed = listed[duplicate_of[listed] != duplicate_of[row]]
        if len(listed):
            query = query_of(model, model.article_question(row), float(model.catalogue.days[row]))
            allowed = np.asarray(duplicate_of != duplicate_of[row])
            near = candidates(model, query, plain, allowed, silent, _RIVALS)
            pool = np.unique(np.concatenate([near, listed]))
            features = features_of_rows(model, query, pool, silent)
            parts, rest = plain.blocks(query.kind, features)
            logits = parts.sum(axis=1) + rest
            used = np.isin(pool, listed)
            used[np.argsort(-logits, kind="stable")[:_RIVALS]] = True
            relevant = np.isin(pool, listed)[used]
            cases.append(Case(row, pool[used], _SCALE * parts[used], _SCALE * rest[used], relevant))
    return cases


def _without(cases: Sequence[Case], fold_of: NDArray[np.int64], fold: int) -> list[Case]:
    """The cases of other folds without the articles of ``fold``: these neither ask, nor answer, nor rival."""
    thinned = []
    for case in cases:
        keep = fold_of[case.rows] != fold
        if fold_of[case.page] != fold and case.right[keep].any():
            thinned.append(Case(case.page, case.rows[keep], case.parts[keep], case.rest[keep], case.right[keep]))
    return thinned


def _fitted(cases: Sequence[Case]) -> NDArray[np.float64]:
    """(4,) factors of ``BLOCKS``, on the scale of the defaults: the scale of a ranking is free."""
    data = [(case.parts, case.rest, case.right) for case in cases]
    bounds = [(0.0, None)] * len(_START)
    fitted = minimize(_loss, _START, args=(data, _START), jac=True, method="L-BFGS-B", bounds=bounds).x
    typical = np.mean([case.parts[case.right].mean(axis=0) for case in cases], axis=0)
    return np.asarray(fitted * float(_START @ typical) / max(float(fitted @ typical), 1e-9))


def _named(weights: NDArray[np.float64]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(BLOCKS, weights, strict=True)}


def _held_out(cases: Sequence[Case], duplicate_of: NDArray[np.int32], seed: int) -> dict[str, Any]:
    """Softmax log loss and MRR among the rivals, of pages whose lists were not fitted on; beside the defaults'."""
    fold_of = folds_of(duplicate_of, FOLDS, seed)
    fitted, plain = [], []
    for fold in range(FOLDS):
        others = _without(cases, fold_of, fold)
        weights = _fitted(others) if others else _START
        for case in cases:
            if fold_of[case.page] == fold:
                fitted.append(_judged(case, weights))
                plain.append(_judged(case, _START))
    (loss, mrr), (loss_before, mrr_before) = np.mean(fitted, axis=0), np.mean(plain, axis=0)
    values = {"log_loss": loss, "mrr": mrr, "log_loss_defaults": loss_before, "mrr_defaults": mrr_before}
    return {"folds": FOLDS, **{name: round(float(value), 4) for name, value in values.items()}}


def _judged(case: Case, weights: NDArray[np.float64]) -> tuple[float, float]:
    logits = case.parts @ weights + case.rest
    raised = np.exp(logits - logits.max())
    best = logits[case.right].max()
    return -float(np.log(raised[case.right].sum() / raised.sum())), 1 / (1 + int((logits > best).sum()))


def _loss(
    weights: NDArray[np.float64],
    cases: Sequence[tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]],
    start: NDArray[np.float64],
) -> tuple[float, NDArray[np.float64]]:
    moved = weights - start
    loss, slope = _TRUST * float(moved @ moved), 2 * _TRUST * moved
    for parts, rest, relevant in cases:
        logits = parts @ weights + rest
        raised = np.exp(logits - logits.max())
        all_share, relevant_share = raised / raised.sum(), raised * relevant / (raised * relevant).sum()
        loss -= float(np.log((raised * relevant).sum() / raised.sum())) / len(cases)
        slope = slope + parts.T @ (all_share - relevant_share) / len(cases)
    return loss, slope
