"""What a score means in small archives: offset, slope and the loss of one-word pairs, each group of archives left out.

    python -m benchmarks.fit_small

Every article of the archives of writers (``benchmarks/strangers``, ``benchmarks/written``) asks by its id; of its first
five candidates those of its story are right, of an article of no story none. Fitted by log loss beside the pooled
offset, slope and drop of large archives, which stay as they are; each group weighs the root of its pairs. Printed: the
fit on all, and for each group the log loss and the mean error of the score under the constants in use, under none
(the pooled ones alone), and under the fit on the other groups. ``scorer.json`` holds rounded constants: of a
headline that asks the slope is set to .02, which the log loss hardly tells from .08, and the rest fitted beside it.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks import strangers, written
from benchmarks.sets import desk_of
from recommender import Recommender
from recommender.ranking.background import background, below_least, bounded, sigmoid
from recommender.ranking.calibration import MOST, guess, most_by_words
from recommender.ranking.columns import issues_among
from recommender.ranking.features import PAGE, TITLE, query_of, single_word
from recommender.ranking.scorer import rank
from recommender.ranking.series import without_form
from recommender.training.calibrate import default_calibration

Reals = NDArray[np.float64]
FIRST = 5  # candidates of a question
SLOPES = {TITLE: 0.02, PAGE: None}  # more slope of small archives: set, or fitted


class Pairs(NamedTuple):
    """Candidates (p,): ``base`` their log-odds by the pooled constants, ``low`` how low their background lies, the
    ``logit``, how far each hangs on one word, ``single``, the log-odds above which it is a guess, ``most``, and whether
    it is ``right``."""

    base: Reals
    low: Reals
    logit: Reals
    single: Reals
    most: Reals
    right: NDArray[np.bool_]


def main() -> None:
    groups: dict[str, list[tuple[int, Pairs]]] = defaultdict(list)
    for group, rows in archives():
        with tempfile.TemporaryDirectory() as folder:
            desk = desk_of([written.record_of(row) for row in rows], Path(folder))
        groups[group] += pairs_of(desk, rows)
    for kind, name in ((TITLE, "a headline asks"), (PAGE, "a page asks")):
        named = {group: joined([pairs for of, pairs in entries if of == kind]) for group, entries in groups.items()}
        in_use = default_calibration().small[kind]
        print(f"{name}: fitted on all {fit(list(named.values()), kind).round(3)}, in use {in_use}")
        for group, pairs in named.items():
            others = fit([other for name_of, other in named.items() if name_of != group], kind)
            summary = ", ".join(
                f"{what} {loss(pairs, small):.3f} / {error(pairs, small):.3f}"
                for what, small in (("pooled alone", np.zeros(3)), ("in use", in_use), ("left out", others))
            )
            print(f"  {group}, {len(pairs.right)} pairs, {pairs.right.mean():.3f} right: {summary}")


def archives() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for folder, names in strangers.WRITERS.items():
        for name in names if folder not in strangers.UNFITTED else ():
            yield folder, written.read(strangers.FOLDER / folder / f"{name}.jsonl")
    for path in sorted(written.FOLDER.glob("*.jsonl")):
        yield "written", written.read(path)


def pairs_of(desk: Recommender, rows: Sequence[dict[str, Any]]) -> Iterator[tuple[int, Pairs]]:
    """The kind of query of each article of ``rows``, and its pairs."""
    model, story = desk.model, {row["id"]: row.get("story") for row in rows}
    offset_slope_drop = default_calibration().platt
    for row in rows:
        row_of = model.catalogue.row(row["id"])
        query = query_of(model, model.article_question(row_of), float(model.catalogue.days[row_of]))
        allowed = np.ones(len(model), dtype=bool)
        allowed[model.catalogue.copies(row_of)] = False
        ranking = rank(model, query, allowed)
        if query.kind not in SLOPES or not len(ranking):
            continue
        features, of = ranking.features, np.zeros(len(ranking), dtype=np.int64)
        issues = issues_among(model, [query.question.text], of, ranking.rows, np.array([query.day]), features)
        plain = without_form(model.weights.plain(query.kind, features), issues)
        logit = plain + model.weights.by_day(plain, features.time) + model.weights.link * features.link
        level = np.float64(background(np.sort(logit)[::-1], len(model)))
        offset, slope, drop = offset_slope_drop[query.kind]
        names = [model.catalogue.ids[i] for i in ranking.rows[:FIRST].tolist()]
        right = np.array([bool(row.get("story")) and story[name] == row["story"] for name in names], dtype=bool)
        first = logit[:FIRST]
        low = np.full(len(first), below_least(level, query.kind, len(model)))
        base = offset + slope * first + drop * float(bounded(level, query.kind))
        single = single_word(features, issues)[:FIRST].astype(np.float64)
        most = most_by_words(query.kind, features)[:FIRST]
        yield query.kind, Pairs(base, low, first, single, most, right)


def joined(parts: Sequence[Pairs]) -> Pairs:
    return Pairs(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def probability(pairs: Pairs, small: Reals) -> Reals:
    """(p,) scores under what is added to the offset, to the slope, and taken from one-word pairs, ``small`` (3,)."""
    more, steeper, alone = small
    log_odds = pairs.base + pairs.low * (more + steeper * pairs.logit - alone * pairs.single)
    return np.clip(MOST * sigmoid(guess(log_odds, pairs.most)), 1e-6, 1 - 1e-6)


def loss(pairs: Pairs, small: Reals) -> float:
    p = probability(pairs, small)
    return float(-np.log(np.where(pairs.right, p, 1 - p)).mean())


def error(pairs: Pairs, small: Reals) -> float:
    """The mean difference of score and share right, in tenths of the score."""
    p = probability(pairs, small)
    bands = [(p >= low / 10) & (p < (low + 1) / 10) for low in range(10)]
    apart = [abs(p[b].mean() - pairs.right[b].mean()) * b.sum() for b in bands if b.any()]
    return float(sum(apart) / len(p))


def fit(parts: Sequence[Pairs], kind: int) -> Reals:
    """(3,) the constants of a kind of query by log loss over ``parts``, each weighing the root of its pairs."""
    slope = SLOPES[kind]

    def small(w: Reals) -> Reals:
        return np.array([w[0], w[1] / 50 if slope is None else slope, w[2]])

    def total(w: Reals) -> float:
        return float(sum(np.sqrt(len(part.right)) * loss(part, small(w)) for part in parts) + 1e-3 * (w @ w))

    return small(minimize(total, np.zeros(3), method="BFGS").x)


if __name__ == "__main__":
    main()
