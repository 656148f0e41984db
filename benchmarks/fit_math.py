"""The fits of benchmarks/fit_scorer.py: weights, calibration and abstain rule, each left-out archive looked at."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from benchmarks.sets import ROOT
from recommender.evaluation.metrics import reliability
from recommender.index.fields import HEADLINE, WHOLE
from recommender.ranking.abstain import COUNTED, EVIDENCE
from recommender.ranking.background import background, below_least, bounded, gap, sigmoid
from recommender.ranking.calibration import MOST
from recommender.ranking.features import PAGE, single_word_of
from recommender.ranking.weights import COLUMNS, QUERIES, default_weights, defaults, headline_reach, phrase_bonus

TARGET = ROOT / "recommender" / "ranking" / "scorer.json"
WIDTH = len(COLUMNS) + 1
_SMOOTH = 0.7  # logits are compared on this scale when a rank is counted softly
_TRUST = {"headline": 2e-6, "page": 6e-7}  # ridge to the prior weights
_HITS = 10
Reals = NDArray[np.float64]
# Which tasks fit what; the rest is only looked at.
RANKED = {
    "headline": ("story", "story undated", "title to body", "issue", "lists, title"),
    "page": ("page story", "body to title", "lists"),
}


@dataclass
class Data:
    """Candidates of questions, end to end: ``x`` (r, 10) features, ``e`` (r, 16), ``of`` (r,) the question of each."""

    name: str
    set_name: str
    x: Reals
    e: Reals
    kind: NDArray[np.int64]
    right: NDArray[np.bool_]
    holds: NDArray[np.int64]
    of: NDArray[np.int64]
    coverage: Reals
    task: NDArray[np.str_]
    query: NDArray[np.int64]
    answers: NDArray[np.int64]
    articles: int

    @classmethod
    def read(cls, path: Path) -> Data:
        with np.load(path, allow_pickle=False) as file:
            name, set_name = (str(part) for part in file["name"])
            arrays = ("x", "e", "kind", "right", "holds", "of", "coverage", "task", "query", "answers")
            exact = (
                file[array].astype(np.float64) if array in ("x", "e", "coverage") else file[array] for array in arrays
            )
            return cls(name, set_name, *exact, articles=int(file["articles"]))

    def logits(self, table: Reals, time: float, holds: float) -> Reals:
        query_kind = self.query[self.of]
        rows = table[query_kind, self.kind]
        text = (self.x[:, : WIDTH - 1] * rows[:, :-1]).sum(1) + rows[:, -1] * self.reach
        whole = (self.kind == WHOLE) & (query_kind != PAGE)
        text += np.where(whole, phrase_bonus(text, self.coverage, default_weights().phrase), 0.0)
        return np.asarray(text + _by_day(text, time, self.x[:, -1]) + holds * self.holds / 2)

    @property
    def reach(self) -> Reals:
        """(r,) how far the constant of each counts: of a headline that a page asks, as far as it has words of it."""
        bare = (self.kind == HEADLINE) & (self.query[self.of] == PAGE)
        return np.where(bare, headline_reach(self.x[:, COLUMNS.index("page_title")]), 1.0)

    def alone(self, rows: NDArray[np.int64]) -> Reals:
        """(m,) ``features.lone`` of the candidates at ``rows`` (m,); of headlines that ask alone."""
        shared, meaning = (self.e[rows, EVIDENCE.index(name)] for name in ("shared", "meaning"))
        alone = single_word_of(shared.astype(np.float32) * COUNTED, meaning.astype(np.float32)).astype(np.float64)
        return np.where(self.query[self.of[rows]] == 1, alone, 0.0)

    def with_gaps(self, table: Reals) -> Reals:
        """(r, 16) ``e`` with how far each stands above the background of its question, dates and held words aside."""
        plain = self.logits(table, 0.0, 0.0)
        with_gaps = self.e.copy()
        order = np.lexsort((-plain, self.of))
        starts = np.flatnonzero(np.concatenate([[True], np.diff(self.of[order]) != 0]))
        for begin, end in zip(starts, [*starts[1:], len(order)], strict=True):
            rows = order[begin:end]
            with_gaps[rows, EVIDENCE.index("gap")] = gap(plain[rows])
        return with_gaps

    def design(self) -> Reals:
        """(r, len(PARAMETERS)): the title that a headline asks weighs the same whether an article has a body or not; a
        body adds to it, or stands for it; what a headline known alone gets in place of a body is a constant."""
        title, cosine, body, page_title, page_cosine, page_body, lead, meaning, surface, near = self.x.T
        time = _by_day(self.logits(default_weights().table, 0.0, 0.0), 1.0, near)  # as far as words relate them by now
        bare, whole, untitled = (self.kind == kind for kind in range(3))
        one = np.ones(len(self.x))
        columns = (
            title, cosine, page_title * bare, page_cosine * bare, page_title * whole, page_cosine * whole,
            meaning * ~untitled, surface * ~untitled, body * whole, page_body * whole, lead * whole, self.reach * bare,
            body * untitled, page_body * untitled, lead * untitled, meaning * untitled, one * untitled, time,
        )  # fmt: skip
        return np.stack(columns, axis=1)


PARAMETERS = (
    "title", "cosine", "page_title", "page_cosine", "whole page_title", "whole page_cosine", "meaning", "surface",
    "body", "page_body", "lead", "bare", "untitled body", "untitled page_body", "untitled lead", "untitled meaning",
    "untitled", "time",
)  # fmt: skip
_PRIOR = {
    "headline": (40, 20, 0, 0, 0, 0, 8, 20, 10, 0, 0, 0, 90, 0, 0, 8, 0, 30),
    "page": (10, 10, 30, 30, 20, 20, 8, 10, 5, 60, 0, 10, 20, 70, 0, 8, 0, 30),
}
# The stories of the sets were marked within days of each other, so the fit trusts dates too much: on editors' lists
# and on archives with stories of weeks, written to try it, nine tenths of that weight rank best (docs/evaluation.md).
_LONGER = 0.9
_RARE = 13.0  # taken off articles without a headline: in the mixed archives every third has none, elsewhere few


def table_of(w: Reals) -> Reals:
    """(3, 10) rows of the scorer's table for one kind of query, from fitted parameters."""
    title, cosine, *pages, meaning, surface, body, page_body, lead, bare = w[:12]
    u_body, u_page, u_lead, u_meaning, u_one = w[12:17]
    return np.array(
        [
            [title, cosine, 0, pages[0], pages[1], 0, 0, meaning, surface, bare],
            [title, cosine, body, pages[2], pages[3], page_body, lead, meaning, surface, 0],
            [0, 0, u_body, 0, 0, u_page, u_lead, u_meaning, 0, u_one - _RARE],
        ]
    )


@dataclass
class Block:
    """Questions of one task and archive, sorted: ``start`` (q,) into the rows, ``weight`` of each question."""

    x: Reals
    right: NDArray[np.bool_]
    start: NDArray[np.int64]
    weight: float


def blocks(data: Iterable[Data], tasks: Sequence[str], query: int) -> list[Block]:
    blocks_found = []
    for d in data:
        whole = d.design()
        for task in tasks:
            questions = np.flatnonzero((d.task == task) & (d.query != 0) & ((d.query == 2) == (query == 2)))
            chosen = np.isin(d.of, questions)
            has = np.zeros(len(d.task), dtype=bool)
            has[d.of[chosen & d.right]] = True
            chosen &= has[d.of]
            if chosen.any():
                of = d.of[chosen]
                start = np.flatnonzero(np.concatenate([[True], np.diff(of) != 0]))
                size = max(0.25, min(1.0, len(start) / 100))
                blocks_found.append(Block(whole[chosen], d.right[chosen], start, size / len(start)))
    return blocks_found


def soft_loss(w: Reals, blocks: Sequence[Block], prior: Reals, trust: float) -> tuple[float, Reals]:
    """1 less the mean smooth reciprocal rank of each question's best right answer, and its gradient."""
    total, slope, weight = 0.0, np.zeros_like(w), sum(len(b.start) * b.weight for b in blocks)
    for b in blocks:
        h = b.x @ w
        sizes = np.diff(np.append(b.start, len(h)))
        best = np.maximum.reduceat(np.where(b.right, h, -np.inf), b.start)
        is_best = b.right & (h == np.repeat(best, sizes))
        positions = np.flatnonzero(is_best)
        first = positions[np.searchsorted(positions, b.start)]
        s = sigmoid(_SMOOTH * (h - np.repeat(best, sizes)))
        s = np.where(b.right, 0, s)
        rank = 1 + np.add.reduceat(s, b.start)
        total += b.weight * float((1 - 1 / rank).sum())
        d = _SMOOTH * s * (1 - s) * b.weight / np.repeat(rank**2, sizes)
        slope += b.x.T @ d - b.x[first].T @ np.add.reduceat(d, b.start)
    distance = w - prior
    return total / weight + trust * float(distance @ distance), slope / weight + 2 * trust * distance


def _by_day(plain: Reals, time: float, near: Reals) -> Reals:
    return replace(default_weights(), time=time).by_day(plain, near)


def fit_weights(data: Sequence[Data]) -> tuple[Reals, float]:
    """The (3, 3, 10) table and the weight of time, ``_LONGER`` of the fitted one."""
    table, time = default_weights().table.copy(), default_weights().time / _LONGER
    for query, name in ((1, "headline"), (2, "page")):
        training = blocks(data, RANKED[name], query)
        prior = np.array(_PRIOR[name], dtype=float)
        bounds: list[tuple[float | None, float | None]] = [(0.0, None)] * len(PARAMETERS)
        bounds[PARAMETERS.index("untitled")] = (None, None)
        if query == 2:
            prior[-1], bounds[-1] = time, (time, time)
        else:
            for i, parameter in enumerate(PARAMETERS):
                bounds[i] = (0.0, 0.0) if "page" in parameter else bounds[i]
        w = minimize(
            soft_loss, prior, args=(training, prior, _TRUST[name]), jac=True, method="L-BFGS-B", bounds=bounds,
            options={"maxiter": 300},
        ).x  # fmt: skip
        table[query] = table_of(w)
        time = float(w[-1])
    table[0] = table[1]
    return table, _LONGER * time


def first_hits(d: Data, logits: Reals, task: str, count: int = _HITS) -> tuple[Reals, NDArray[np.bool_], Reals]:
    """(p, 3) logits, backgrounds, unbounded, and how far pairs hang on one word, and (p,) truth of the first ``count``
    candidates of each question of a task, and the reciprocal ranks of its best right answer."""
    values, truth, ranks = [], [], []
    for q in np.flatnonzero(d.task == task).tolist():
        rows = np.flatnonzero(d.of == q)
        order = rows[np.argsort(-logits[rows], kind="stable")]
        shown = order
        if d.query[q] == 0 and (d.holds[order] > 0).sum() >= 3:  # a few words are answered by what holds them
            shown = order[d.holds[order] > 0]
        first = logits[shown[:count]]
        level = np.full(len(first), background(logits[order], d.articles))
        values.append(np.stack([first, level, d.alone(shown[:count])], axis=1))
        truth.append(d.right[shown[:count]])
        hit = np.flatnonzero(d.right[order])
        ranks.append(1 / (1 + hit[0]) if len(hit) else 0.0)
    if not values:
        return np.zeros((0, 3)), np.zeros(0, dtype=bool), np.zeros(0)
    return np.concatenate(values), np.concatenate(truth), np.array(ranks)


def terms(values: Reals, query: int, articles: int) -> Reals:
    """(p, 5) what the weights of a calibration stand before, but for the constant: logit, bounded background, and,
    where that lies low, 1, the logit, and how far the pair hangs on one word. ``values`` (p, 3) of ``first_hits``."""
    logits, level, alone = values.T
    low = below_least(level, query, articles)
    return np.stack([logits, bounded(level, query), low, low * logits, -low * alone], axis=1)


def probability(w: Reals, values: Reals) -> Reals:
    """MOST * sigmoid(offset + slope * logit + drop * background), and what stands in more columns of ``values``."""
    return np.asarray(MOST * sigmoid(w[0] + values @ w[1:]))


def platt(pairs: Sequence[tuple[Reals, NDArray[np.bool_]]]) -> Reals:
    """Offset, slope and drop, and the weights of more columns, by log loss, each set of pairs weighing the same."""
    x = np.concatenate([v for v, _ in pairs])
    y = np.concatenate([t for _, t in pairs])
    weight = np.concatenate([np.full(len(t), 1 / len(t)) for _, t in pairs]) / len(pairs)

    def loss(w: Reals) -> float:
        p = np.clip(probability(w, x), 1e-6, 1 - 1e-6)
        return -float((weight * np.where(y, np.log(p), np.log(1 - p))).sum())

    scale = np.append(1.0, x.std(axis=0) + 1e-9)
    start = np.append([-4.0, 1.0], np.zeros(x.shape[1] - 1))
    return np.asarray(minimize(lambda w: loss(w / scale), start, method="L-BFGS-B").x / scale)


# A few words: what holds them is right by definition, and stands above the rest by the weight of holding.
WORDS = (-17.5, 0.2, 0.0, 0.0, 0.0, 0.0)
_SEEN = 100  # hits of a task from which an archive takes part
CALIBRATED = {
    "words": ("short 1", "short 2", "short 3"),
    "headline": ("story", "story undated", "title to body", "lists, title"),
    "page": ("page story", "body to title", "lists"),
}


def fit_platt(data: Sequence[Data], logits: Sequence[Reals]) -> Reals:
    """(3, 6): for each kind of query ``platt`` and ``small`` of a calibration, end to end."""
    rows = []
    for query, tasks in enumerate(CALIBRATED.values()):
        pairs = []
        for d, h in zip(data, logits, strict=True):
            for task in tasks:
                value, truth, _ = first_hits(d, h, task)
                if len(value) >= _SEEN:
                    pairs.append((terms(value, query, d.articles), truth))
        if query == PAGE:  # few pages ask small archives
            pairs = [(value[:, :2], truth) for value, truth in pairs]
        fitted = platt(pairs) if pairs else np.array([-8.0, 0.15, 0.0])
        rows.append(np.append(fitted, np.zeros(6 - len(fitted))))
    rows[0] = np.array(WORDS)
    return np.stack(rows)


def evidence_rows(
    data: Sequence[Data], logits: Sequence[Reals], gaps: Sequence[Reals], query: int
) -> tuple[Reals, Reals, Reals]:
    """Evidence of the first candidate of each question, where it is right (truth 1) or the question foreign (0), with
    weights: the right ones of an archive weigh together the root of their number, and so do its foreign ones."""
    x, y, w = [], [], []
    for d, h, e in zip(data, logits, gaps, strict=True):
        sides: dict[int, list[int]] = {0: [], 1: []}
        for q in range(len(d.task)):
            rows = np.flatnonzero(d.of == q)
            if not len(rows) or d.query[q] == 0 or (d.query[q] == 2) != (query == 2):
                continue
            first = int(rows[np.lexsort((rows, -h[rows]))[0]])
            foreign = str(d.task[q]).startswith("foreign")
            if foreign or d.right[first]:
                sides[int(not foreign)].append(first)
        for truth, chosen in sides.items():
            if chosen:
                x.append(e[chosen])
                y.append(np.full(len(chosen), float(truth)))
                w.append(np.full(len(chosen), len(chosen) ** -0.5))
    if not x:
        return np.zeros((0, len(EVIDENCE))), np.zeros(0), np.zeros(0)
    return np.concatenate(x), np.concatenate(y), np.concatenate(w)


def fit_evidence(data: Sequence[Data], logits: Sequence[Reals], gaps: Sequence[Reals], query: int) -> Reals:
    """Weights of ``EVIDENCE`` by logistic regression, the constant last."""
    x, y, w = evidence_rows(data, logits, gaps, query)
    if len(np.unique(y)) < 2:
        return np.zeros(len(EVIDENCE))
    fitted = LogisticRegression(C=3.0, max_iter=3000).fit(x[:, :-1], y, sample_weight=w)
    return np.append(fitted.coef_[0], fitted.intercept_[0])


def report(folder: Path, write: bool) -> None:
    data = [Data.read(path) for path in sorted(folder.glob("*.npz"))]
    sets = sorted({d.set_name for d in data})
    with ProcessPoolExecutor(min(len(sets), os.cpu_count() or 1)) as pool:
        for lines in pool.map(_left_out, [data] * len(sets), sets):
            print("\n".join(lines), flush=True)
    table, time, calibration, evidence = _fitted(data)
    print("table", np.round(table, 2).tolist(), "time", round(time, 2))
    print("platt", calibration.round(3).tolist())
    print("evidence", dict(zip(EVIDENCE, np.round(evidence, 2).T.tolist(), strict=True)))
    if write:
        config = defaults()
        config["weights"] |= {"table": np.round(table, 3).tolist(), "time": round(time, 3)}
        config["calibration"] |= {"evidence": np.round(evidence, 4).tolist()}
        TARGET.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def _fitted(data: Sequence[Data]) -> tuple[Reals, float, Reals, list[Reals]]:
    """Table, time, Platt scaling and, for headlines and pages, the evidence of some archives."""
    holds = default_weights().holds
    table, time = fit_weights(data)
    logits = [d.logits(table, time, holds) for d in data]
    gaps = [d.with_gaps(table) for d in data]
    evidence = [fit_evidence(data, logits, gaps, query) for query in (1, 2)]
    return table, time, fit_platt(data, logits), evidence


def _left_out(data: Sequence[Data], out: str) -> list[str]:
    """What the archives of a set show under the fit on all others."""
    table, time, calibration, evidence = _fitted([d for d in data if d.set_name != out])
    lines = []
    for d in data:
        if d.set_name == out:
            logits = d.logits(table, time, default_weights().holds)
            lines += _shown(d, logits, d.with_gaps(table), calibration, evidence)
    return lines


def _shown(d: Data, logits: Reals, e: Reals, calibration: Reals, evidence: Sequence[Reals]) -> list[str]:
    lines = []
    best = np.full(len(d.task), -50.0)
    first = np.full(len(d.task), -1)
    for q in range(len(d.task)):
        rows = np.flatnonzero(d.of == q)
        if len(rows):
            proof = np.where(d.holds[rows] > 0, 50.0, e[rows] @ evidence[int(d.query[q] == 2)])
            best[q], first[q] = proof.max(), rows[np.argmax(logits[rows])]
    zeros = {}
    for query, name in ((1, "foreign"), (2, "foreign page")):
        other = np.flatnonzero(d.task == name)
        zeros[query] = float(np.quantile(best[other[::2]], 0.97)) if len(other) else 0.0
        answered = np.mean(best[other[1::2]] > zeros[query]) if len(other) else np.nan
        zero = f"zero {zeros[query]:6.2f} by every second; {answered:.3f} of the rest answered"
        lines.append(f"{d.name:28s} {name:12s} {zero}")
    zeros[0] = zeros[1]
    for task in dict.fromkeys(d.task.tolist()):
        of_task = np.flatnonzero(d.task == task)
        if task.startswith("foreign"):
            continue
        threshold = zeros[int(d.query[of_task[0]])]
        right_first = np.array([first[q] >= 0 and bool(d.right[first[q]]) for q in of_task])
        lost = right_first & (best[of_task] <= threshold)
        value, truth, ranks = first_hits(d, logits, task)
        query = int(d.query[of_task[0]])
        scores = probability(calibration[query], terms(value, query, d.articles))
        quality = reliability(scores, truth)
        figures = {
            "answered": np.mean(best[of_task] > threshold), "lost": lost.mean(), "MRR": ranks.mean(),
            "error": quality.error, "said": scores.mean(), "right": truth.mean(),
        }  # fmt: skip
        summary = " ".join(f"{name} {value:.3f}" for name, value in figures.items())
        lines.append(f"{d.name:28s} {task:16s} {len(of_task):4d} {summary} {QUERIES[query]}")
    return lines
