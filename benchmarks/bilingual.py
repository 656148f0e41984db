"""Questions in another language than the archive's: how they rank by the words that mean one another, fits what their
scores mean and when they are answered.

Every second of the 244 pairs of sentences that are held back from the base model fits, the others are looked at; what
is foreign are English sentences of a textbook to Korean archives, and Korean headlines to English ones. ``--write``
puts the fit into recommender/ranking/scorer.json.

    python -m benchmarks.bilingual [--write]
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks import tasks as T
from benchmarks.fit_math import TARGET, Reals, platt, probability
from benchmarks.sets import rows
from benchmarks.systems import Project
from recommender.arrays.kernels import top_k
from recommender.embeddings.bilingual import BilingualIndex
from recommender.embeddings.fused import BaseMeaning, base_digest, base_vectors
from recommender.embeddings.word_alignment import word_alignment
from recommender.evaluation.metrics import reliability
from recommender.ranking.background import background, bounded
from recommender.ranking.calibration import ACROSS
from recommender.ranking.cross_lingual import worth_of_words
from recommender.ranking.features import query_of
from recommender.ranking.model import Model
from recommender.ranking.scorer import Ranking, rank
from recommender.ranking.weights import defaults

HITS = 10
SIZES = (10_000, 300, 60)  # of the archives that a question is asked of: all, and parts drawn for each question
RATIO = 1.0  # the weight of the words beside the cosine, as in scorer.json
FOREIGN = 0.03  # share of foreign questions that may be answered
ARCHIVES = ("battery", "daegu-gyeongbuk", "general-day", "one-subject", "sections", "trade")


class Seen(NamedTuple):
    """``values`` (p, 2) logits and backgrounds of first hits, ``right`` (p,), and ``strange`` (p, 2) those of the same
    questions without their answers: what a question reaches that has none must not pass for right. ``best`` (q, 3) the
    cosine of the first hit, how far it stands above the others and how far the words mean one another, of the questions
    whose first hit is right; reciprocal ``ranks``."""

    values: Reals
    right: np.ndarray
    strange: Reals
    best: Reals
    ranks: Reals


def main() -> None:
    fitting, testing = [], []
    for asking in ("en", "ko"):
        task = T.cross_lingual(asking)
        model = Project(task.records).desk.model
        fitting.append(seen(model, task.questions[::2]))
        testing.append(seen(model, task.questions[1::2]))
    scaling = platt([_with_strangers(s) for s in fitting])
    strangers = np.concatenate(foreign())
    evidence = fit_evidence(np.concatenate([s.best for s in fitting]), strangers[::2])
    for name, s in zip(("English asks Korean", "Korean asks English"), testing, strict=True):
        values, right = _with_strangers(s)
        scores = probability(scaling, values)
        kept = float(np.mean(_evidence(evidence, s.best) > 0))
        error = reliability(scores, right).error
        line = f"MRR {s.ranks.mean():.3f}, of the right first hits answered {kept:.3f}, calibration error {error:.3f}"
        print(f"{name}: {len(s.ranks)} questions, {line} (said {scores.mean():.3f}, right {right.mean():.3f})")
        first, lost = probability(scaling, s.values[::HITS]), probability(scaling, s.strange[::HITS])
        print(f"  first hits, without their answer: mean {first.mean():.2f}, {lost.mean():.2f}; above a half "
              f"{np.mean(first > 0.5):.3f}, {np.mean(lost > 0.5):.3f}")  # fmt: skip
    print(f"foreign, every second: {np.mean(_evidence(evidence, strangers[1::2]) > 0):.3f} answered")
    print("platt", scaling.round(3).tolist(), "evidence", evidence.round(3).tolist())
    if "--write" in sys.argv:
        config = defaults()
        config["calibration"]["platt"][ACROSS] = scaling.round(4).tolist()
        config["calibration"]["evidence_across"] = evidence.round(4).tolist()
        TARGET.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def _with_strangers(seen: Seen) -> tuple[Reals, np.ndarray]:
    """Every question twice: with its answer in the archive and without."""
    return np.concatenate([seen.values, seen.strange]), np.concatenate([seen.right, np.zeros(len(seen.strange), bool)])


def seen(model: Model, questions: Sequence[T.Question]) -> Seen:
    values, right, absent, best, ranks = [], [], [], [], []
    dice = np.random.default_rng(3)
    for question in questions:
        query = query_of(model, model.asked(question.text), math.nan)
        if query.across is None:
            continue
        answers = [model.catalogue.row(i) for i in question.right]
        for size in SIZES:
            allowed = dice.random(len(model)) < size / len(model)
            allowed[answers] = True
            part = rank(model, query, allowed)
            values.append(_logits(part))
            right.append(np.isin(part.rows[:HITS], answers))
            allowed[answers] = False
            absent.append(_logits(rank(model, query, allowed)))
        ranking = rank(model, query, np.ones(len(model), dtype=bool))
        truth = np.isin(ranking.rows, answers)
        ranks.append(1 / (1 + int(np.argmax(truth))) if truth.any() else 0.0)
        if truth[0]:
            row = int(ranking.rows[0])
            worth = worth_of_words(model, question.text)
            best.append(standing(query.across, row, question.text, model.catalogue.headline(row), worth))
    return Seen(np.concatenate(values), np.concatenate(right), np.concatenate(absent), np.array(best), np.array(ranks))


def _logits(ranking: Ranking) -> Reals:
    """(``HITS``, 2) the logits of the first hits and their background."""
    return np.stack(
        [ranking.logits[:HITS], np.full(HITS, bounded(np.float64(background(ranking.logits)), ACROSS))], axis=1
    )


def standing(
    cosines: np.ndarray, row: int, text: str, headline: str, worth: Mapping[str, float]
) -> tuple[float, float, float]:
    """As ``Seen.best``."""
    aligned = float(word_alignment(text, [headline], base_vectors(), worth)[0])
    return float(cosines[row]), float(cosines[row] - np.sort(cosines)[::-1][10:50].mean()), aligned


def foreign() -> list[Reals]:
    """(q, 3) of questions that have nothing to do with an archive."""
    base = BaseMeaning(base_digest())
    english = T._some([row["en"] for row in rows("ko-en/parallel") if "news" not in row["source"]], 200, 5)
    korean = T._some([row["title"] for row in rows("ynat/headlines") if row["label"] == "스포츠"], 200, 5)
    archives = [([r["title"] for r in T.archive(name)][:8000], english) for name in ARCHIVES]
    archives.append(([row["en"] for row in rows("ko-en/parallel") if "news" in row["source"]], korean))
    evidence = []
    for titles, questions in archives:
        index = BilingualIndex.of(titles, base.encode((), titles), base)
        standings = []
        for text in questions:
            if index.is_foreign(text):
                cosines = index.cosines(index.vector(text))
                nearest = top_k(cosines, 60)
                aligned = word_alignment(text, [titles[row] for row in nearest], base_vectors())
                best = int(nearest[(cosines[nearest] + RATIO * aligned).argmax()])
                standings.append(standing(cosines, best, text, titles[best], {}))
        evidence.append(np.array(standings))
    return evidence


def fit_evidence(right: Reals, strange: Reals) -> Reals:
    """(4,) a constant and the weights of the columns; at 0 lies what ``FOREIGN`` of the strangers exceed."""
    x, y = np.concatenate([right, strange]), np.repeat([1, 0], [len(right), len(strange)])
    fitted = LogisticRegression(C=10, class_weight="balanced", max_iter=1000).fit(x, y)
    zero = float(np.quantile(strange @ fitted.coef_[0], 1 - FOREIGN))
    return np.array([-zero, *fitted.coef_[0]])


def _evidence(w: Reals, best: Reals) -> Reals:
    return np.asarray(w[0] + best @ w[1:])


if __name__ == "__main__":
    main()
