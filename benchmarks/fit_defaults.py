"""Fits the default weights of recommender/scoring.py on the trade stories: broad corpora and narrow ones.

Ranking: listwise softmax over the best rivals of each story member that asks by id. Calibration: a logistic
model of "the best hit is of the asking headline's story" against headlines of foreign sections, asked by
text, with the share of known features and a zero of its own for each corpus.

    python -m benchmarks.fit_defaults
"""

from __future__ import annotations

import math
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from benchmarks.sets import Stories, desk_of, foreign_headlines
from recommender import Recommender
from recommender.model import Model
from recommender.vectors import top_k
from recommender.workshop.calibrate import calibrated
from recommender.workshop.weigh import FITTED, Ground, _loss

SIZES = (1_500, 6_000, 40_000)
NARROW = (
    ("항공",),
    ("관세",),
    ("해운", "물류", "컨테이너"),
    ("반도체", "AI", "수출"),
)  # words of one trade each
START = (5.0, 3.5, 2.5, 7.0)
TIME_SCALE = 10.0
SPREADS = (2.2, 2.5, 2.8, 3.1, 3.4)  # that are tried for recommender/workshop/calibrate.py


def main() -> None:
    stories = Stories.of("trade")
    random = np.random.default_rng(3)
    cases, asked = [], []
    corpora = [_some(stories, size, random) for size in SIZES] + [_about(stories, words) for words in NARROW]
    for chosen in corpora:
        with tempfile.TemporaryDirectory() as folder:
            held = [int(random.choice(group)) for group in chosen.groups][:300]
            desk = desk_of(chosen.without(held), Path(folder))
        cases += _ranking_cases(desk, chosen, held)
        asked.append((desk, [chosen.records[h]["title"] for h in held]))
        print(f"{len(desk):,} articles, {len(held)} held back", flush=True)
    start = np.array(START)
    ranking = minimize(
        _loss, start, args=(cases, start), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(START)
    ).x
    print("ranking ", FITTED, np.round(ranking, 3))
    _calibrate(asked, ranking)


def _about(stories: Stories, words: tuple[str, ...]) -> Stories:
    kept = {place for place, record in enumerate(stories.records) if any(word in record["title"] for word in words)}
    return _only(stories, kept)


def _some(stories: Stories, size: int, random: np.random.Generator) -> Stories:
    if size >= len(stories.records):
        return stories
    groups = [stories.groups[i] for i in random.permutation(len(stories.groups))[: size // 15]]
    kept = {place for group in groups for place in group}
    rest = random.permutation(len(stories.records))
    kept.update(rest[: size - len(kept)].tolist())
    return _only(stories, kept)


def _only(stories: Stories, kept: set[int]) -> Stories:
    order = sorted(kept)
    place = {old: new for new, old in enumerate(order)}
    inside = [[place[p] for p in group if p in place] for group in stories.groups]
    return Stories([stories.records[i] for i in order], [g for g in inside if len(g) > 1])


def _ranking_cases(desk: Recommender, stories: Stories, held: list[int]) -> list[tuple[np.ndarray, np.ndarray]]:
    model, cases = desk.model, []
    gone = set(held)
    for group in stories.groups[:300]:
        rows = sorted({model.catalogue.row(stories.records[p]["id"]) for p in group if p not in gone})
        if len(rows) < 2:
            continue
        asking = rows[0]
        table = Ground.of(model).parts(asking).astype(np.float64)
        joined = table @ np.array(START)
        joined[asking] = -np.inf
        pool = np.unique(np.concatenate([top_k(joined, 100), np.array(rows[1:])]))
        cases.append((table[pool], np.isin(pool, rows[1:])))
    return cases


def _calibrate(asked: list[tuple[Recommender, list[str]]], ranking: np.ndarray) -> None:
    """The scale of the logits and the weight of the known share; the zero is each corpus's own."""
    features, truth, foreign = [], [], foreign_headlines(300, part=1)
    for place, (desk, titles) in enumerate(asked):
        for texts, related in ((titles, 1), (foreign, 0)):
            for text in texts:
                question = desk.model.question(text)
                parts = desk.model.parts(question, math.nan)
                height = float((np.stack([parts.lexical, parts.dense, parts.words], axis=1) @ ranking[:3]).max())
                own = [float(place == other) for other in range(len(asked))]
                features.append([height, desk.model.tfidf.known_share(question), *own])
                truth.append(related)
    fit = LogisticRegression(C=100, max_iter=5000, class_weight="balanced", fit_intercept=False)
    coefficients = fit.fit(np.array(features), np.array(truth)).coef_[0]
    scaled = {name: round(float(value * coefficients[0]), 2) for name, value in zip(FITTED, ranking, strict=True)}
    print("weights ", scaled, "known", round(float(coefficients[1]), 2), "time_scale", TIME_SCALE)
    for place, (desk, titles) in enumerate(asked):
        best = f"zero that is best for it alone {-coefficients[2 + place]:.2f}"
        print(f"{len(desk):>7,} articles, {best}; spreads, zero, share of related and of foreign that are answered:")
        for spreads in SPREADS:
            model = replace(desk.model, weights=calibrated(desk.model, spreads))
            shares = [np.mean([_answered(model, text) for text in texts]) for texts in (titles, foreign)]
            print(f"{spreads:>9} {-model.weights.bias:>6.2f} {shares[0]:>6.3f} {shares[1]:>6.3f}")


def _answered(model: Model, text: str) -> bool:
    return not Recommender(model).similar(text).abstained


if __name__ == "__main__":
    main()
