"""What a score means: the constants of the calibration, fitted on three kinds of truth, each group left out.

    python -m benchmarks.fit_scores [FOLDER]

**Writers**: every article of their archives (``benchmarks/strangers``, ``benchmarks/written``) asks by its id; those of
its story are right, and the story is known whole. **Readers**: the pairs of ``benchmarks/judged``, of real archives,
less two that are held out; the same story is right, the same matter half. **Sets**: the first ten hits of questions
whose right answers are known in part (what ``benchmarks.fit_scorer collect`` wrote to ``FOLDER``): of what lies outside
such a story readers called 45 in 100 the same story, so these say too little, and readers, of few questions, count less
than their number.

Slope and drop are set: a fit of the slope halves it, which puts nearly all hits of a large archive below .3, and a drop
by how alike an archive is of 1.7 times the slope, as the sets had it, told right hits of all questions from wrong ones
worse than the cosine of bigrams. Fitted are the offset and, of
small archives, offset, slope and the loss of one-word pairs. Printed of each kind of truth: what is said and what held,
log loss, mean error of the score, and the area under the ROC curve of all its pairs, under the constants in use and
under fits without the group. ``scorer.json`` holds rounded constants between that fit and one that says no more than
the sets hold.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from benchmarks import judged, strangers, written
from benchmarks.fit_math import CALIBRATED, Data, first_hits
from benchmarks.sets import desk_of
from recommender import Recommender
from recommender.ranking.background import background, below_least, bounded, sigmoid
from recommender.ranking.calibration import MOST, guess, most_by_words
from recommender.ranking.columns import issues_among
from recommender.ranking.features import PAGE, TITLE, Query, query_of, single_word
from recommender.ranking.model import Model
from recommender.ranking.scorer import Ranking, rank
from recommender.ranking.series import without_form
from recommender.ranking.weights import default_weights
from recommender.training.calibrate import default_calibration

Reals = NDArray[np.float64]
FIRST = 5  # candidates of a writer's question
SET = {TITLE: (0.0479, -0.041), PAGE: (0.0561, -0.048)}  # slope and drop
WEIGHT = {"writers": 1.0, "readers": {TITLE: 0.15, PAGE: 0.3}, "sets": 1.0}
HALF = {0: 0.0, 1: 0.5, 2: 1.0}  # how right a reader's label is
_ENOUGH = 60  # pairs of a group


class Pairs(NamedTuple):
    """Candidates (p,): the ``logit``, the bounded background of their question, how ``low`` it lies, how far each hangs
    on one word, ``single``, the log-odds above which it is a guess, ``most``, and how far it is ``right``, 0..1."""

    logit: Reals
    level: Reals
    low: Reals
    single: Reals
    most: Reals
    right: Reals


Groups = Mapping[str, Mapping[str, Pairs]]  # by kind of truth and name


def main() -> None:
    found = {
        "writers": gathered(of_writers()), "readers": gathered(of_readers()),
        "sets": gathered(of_sets(Path(sys.argv[1]))) if len(sys.argv) > 1 else {},
    }  # fmt: skip
    for kind, name in ((TITLE, "a headline asks"), (PAGE, "a page asks")):
        groups = {truth: {of: pairs for (of, k), pairs in of_truth.items() if k == kind and len(pairs.right) >= _ENOUGH}
                  for truth, of_truth in found.items()}  # fmt: skip
        rule = default_calibration()
        in_use = np.concatenate([rule.platt[kind], rule.small[kind]])
        print(f"{name}: in use {in_use.round(4)}, fitted on all {fit(groups, kind).round(4)}")
        for truth, of_truth in groups.items():
            if not of_truth:
                continue
            print(f"  {truth}, {len(of_truth)} groups; in use: {quality(of_truth, dict.fromkeys(of_truth, in_use))}")
            print(f"    left out: {quality(of_truth, {group: fit(groups, kind, group) for group in of_truth})}")


def quality(groups: Mapping[str, Pairs], constants: Mapping[str, Reals]) -> str:
    """Of the groups, each under its constants: the mean of each figure, and the area over all pairs."""
    scores = {name: probability(pairs, constants[name]) for name, pairs in groups.items()}
    figures = []
    for name, pairs in groups.items():
        p, y = scores[name], pairs.right
        loss = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()
        bands = [(p >= low / 10) & (p < (low + 1) / 10) for low in range(10)]
        error = sum(abs(p[b].mean() - y[b].mean()) * b.mean() for b in bands if b.any())
        figures.append((p.mean(), y.mean(), loss, error))
    said, held, loss, error = np.mean(figures, axis=0)
    right = np.concatenate([pairs.right == 1 for pairs in groups.values()])
    area = roc_auc_score(right, np.concatenate(list(scores.values())))
    return f"said {said:.3f} held {held:.3f} log loss {loss:.3f} error {error:.3f} area {area:.3f}"


def fit(groups: Groups, kind: int, without: str = "") -> Reals:
    """(6,) offset, slope, drop, and of small archives more offset, more slope and the loss of one-word pairs, by log
    loss over all groups but ``without``; the groups of a kind of truth weigh together what ``WEIGHT`` says."""
    slope, drop = SET[kind]
    parts = []
    for truth, of_truth in groups.items():
        weight: Any = WEIGHT[truth]
        weight = weight[kind] if isinstance(weight, dict) else weight
        parts += [(pairs, weight / len(of_truth)) for name, pairs in of_truth.items() if name != without]

    def constants(w: Reals) -> Reals:
        return np.array([w[0], slope, drop, w[1], w[2] / 20, w[3]])

    def total(w: Reals) -> float:
        losses = 0.0
        for pairs, weight in parts:
            p = probability(pairs, constants(w))
            losses -= weight * float((pairs.right * np.log(p) + (1 - pairs.right) * np.log(1 - p)).mean())
        return losses + 1e-3 * float(w @ w) / len(w)

    return constants(minimize(total, np.array([-4.0, 3.0, 1.0, 3.0]), method="BFGS").x)


def probability(pairs: Pairs, constants: Reals) -> Reals:
    """(p,) scores, as ``Calibration`` has them."""
    offset, slope, drop, more, steeper, alone = constants
    log_odds = offset + slope * pairs.logit + drop * pairs.level
    log_odds = log_odds + pairs.low * (more + steeper * pairs.logit - alone * pairs.single)
    return np.clip(MOST * sigmoid(guess(log_odds, pairs.most)), 1e-6, 1 - 1e-6)


def gathered(parts: Iterator[tuple[str, int, Pairs]]) -> dict[tuple[str, int], Pairs]:
    """The pairs of each name and kind of query, end to end."""
    found: dict[tuple[str, int], list[Pairs]] = defaultdict(list)
    for name, kind, pairs in parts:
        found[name, kind].append(pairs)
    return {key: Pairs(*map(np.concatenate, zip(*of, strict=True))) for key, of in found.items()}


def of_writers() -> Iterator[tuple[str, int, Pairs]]:
    for writer, rows in _archives():
        with tempfile.TemporaryDirectory() as folder:
            desk = desk_of([written.record_of(row) for row in rows], Path(folder))
        for kind, pairs in _own_stories(desk, rows):
            yield writer, kind, pairs


def _archives() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for folder, names in strangers.WRITERS.items():
        for name in names if folder not in strangers.UNFITTED else ():
            yield folder, written.read(strangers.FOLDER / folder / f"{name}.jsonl")
    for path in sorted(written.FOLDER.glob("*.jsonl")):
        yield "written", written.read(path)


def _own_stories(desk: Recommender, rows: Sequence[dict[str, Any]]) -> Iterator[tuple[int, Pairs]]:
    """The kind of query of each article of ``rows``, and its pairs."""
    model, story = desk.model, {row["id"]: row.get("story") for row in rows}
    for row in rows:
        row_of = model.catalogue.row(row["id"])
        query = query_of(model, model.article_question(row_of), float(model.catalogue.days[row_of]))
        allowed = np.ones(len(model), dtype=bool)
        allowed[model.catalogue.copies(row_of)] = False
        ranking = rank(model, query, allowed)
        if query.kind in SET and len(ranking):
            names = [model.catalogue.ids[i] for i in ranking.rows[:FIRST].tolist()]
            right = np.array([bool(row.get("story")) and story[name] == row["story"] for name in names], dtype=float)
            yield query.kind, _pairs(model, query, ranking, np.arange(len(names)), right)


def of_readers() -> Iterator[tuple[str, int, Pairs]]:
    for path in sorted(judged.FOLDER.glob("*.jsonl")):
        if path.stem in ("of-stories", *judged.HELD_OUT):
            continue
        for model, query, _, ranking, pairs in judged.asked(path.stem):
            at = {int(row): place for place, row in enumerate(ranking.rows)}
            labels = {at.get(model.catalogue.row(pair["answer"]), -1): HALF[pair["label"]] for pair in pairs}
            labels.pop(-1, None)
            if labels and query.kind in SET:
                places = np.array([*labels], dtype=np.int64)
                yield path.stem, query.kind, _pairs(model, query, ranking, places, np.array([*labels.values()]))


def of_sets(folder: Path) -> Iterator[tuple[str, int, Pairs]]:
    weights = default_weights()
    for data in (Data.read(path) for path in sorted(folder.glob("*.npz"))):
        logits = data.logits(weights.table, weights.time, weights.holds)
        for kind, tasks in enumerate(CALIBRATED.values()):
            for task in tasks if kind in SET else ():
                values, truth, _ = first_hits(data, logits, task)
                logit, level, single = values.T
                low = below_least(level, kind, data.articles)
                most = np.full(len(logit), 60.0)
                yield (
                    f"{data.name}, {task}",
                    kind,
                    Pairs(logit, bounded(level, kind), low, single, most, truth.astype(np.float64)),
                )


def _pairs(model: Model, query: Query, ranking: Ranking, places: NDArray[np.int64], right: Reals) -> Pairs:
    """The candidates of a ranking at ``places`` (p,): its logits before what single words lose."""
    features, of = ranking.features, np.zeros(len(ranking), dtype=np.int64)
    issues = issues_among(model, [query.question.text], of, ranking.rows, np.array([query.day]), features)
    plain = without_form(model.weights.plain(query.kind, features), issues)
    logit = plain + model.weights.by_day(plain, features.time) + model.weights.link * features.link
    level = np.full(len(places), background(np.sort(logit)[::-1], len(model)))
    single = single_word(features, issues).astype(np.float64)
    most = most_by_words(query.kind, features).astype(np.float64)
    return Pairs(
        logit[places], bounded(level, query.kind), below_least(level, query.kind, len(model)), single[places],
        most[places], right,
    )  # fmt: skip


if __name__ == "__main__":
    main()
