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

from benchmarks.sets import Stories, desk_of, few, foreign_headlines, only
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
SMALL = (12, 25, 40, 60, 100, 150, 250)  # headlines; for the choice of the zero alone
DRAWS = 4  # of each
WIDTHS = (1.0, 1.1, 1.2, 1.3, 1.4, 1.6)  # that are tried for recommender/workshop/calibrate.py


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
    _small(stories)


def _about(stories: Stories, words: tuple[str, ...]) -> Stories:
    kept = {place for place, record in enumerate(stories.records) if any(word in record["title"] for word in words)}
    return only(stories, kept)


def _some(stories: Stories, size: int, random: np.random.Generator) -> Stories:
    if size >= len(stories.records):
        return stories
    groups = [stories.groups[i] for i in random.permutation(len(stories.groups))[: size // 15]]
    kept = {place for group in groups for place in group}
    rest = random.permutation(len(stories.records))
    kept.update(rest[: size - len(kept)].tolist())
    return only(stories, kept)


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
        print(f"{len(desk):>7,} articles, {best}; widths, zero, share of related and of foreign that are answered:")
        for widths in WIDTHS:
            model = replace(desk.model, weights=calibrated(desk.model, widths))
            related, wrong = _answered(model, titles), _answered(model, foreign)
            print(f"{widths:>9} {-model.weights.bias:>6.2f} {related:>6.3f} {wrong:>6.3f}")


def _small(stories: Stories) -> None:
    """The same choice by corpora as small as an editor's first list, the means of a few draws."""
    foreign = foreign_headlines(300, part=1)
    for size in SMALL:
        shares = []
        for draw in range(DRAWS):
            chosen = few(stories, size, np.random.default_rng(100 + draw))
            held = [group[0] for group in chosen.groups]
            with tempfile.TemporaryDirectory() as folder:
                model = desk_of(chosen.without(held), Path(folder)).model
            titles = [chosen.records[h]["title"] for h in held]
            tried = [replace(model, weights=calibrated(model, widths)) for widths in WIDTHS]
            shares.append([(_answered(one, titles), _answered(one, foreign)) for one in tried])
        print(f"{size:>7,} headlines, {DRAWS} draws; widths, share of related and of foreign that are answered:")
        for widths, (related, wrong) in zip(WIDTHS, np.mean(shares, axis=0), strict=True):
            print(f"{widths:>9} {related:>6.3f} {wrong:>6.3f}")


def _answered(model: Model, texts: list[str]) -> float:
    desk = Recommender(model)
    return float(np.mean([not desk.similar(text).abstained for text in texts]))


if __name__ == "__main__":
    main()
