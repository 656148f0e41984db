"""The cost of pruning in a large archive: its answers beside those of an exhaustive search."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from ..lazy import dataclass
from ..ranking.options import SearchOptions
from ..ranking.recommend import Recommender
from ..versions.quality import Interval, rounded
from .groups import Bootstrap
from .metrics import RESAMPLES

_WARM = 10  # questions before the clock counts


@dataclass(frozen=True, slots=True)
class PruningCost:
    """Of ``questions`` articles that asked: the share of the ``hits`` (10 at most each) of a look at every article that
    is found (``recall_10``) and of answers that are the ``same`` list; median CPU ``milliseconds`` of a question,
    pruned and not."""

    questions: int
    hits: int
    recall_10: Interval
    same: float
    milliseconds: tuple[float, float]

    def as_json(self) -> dict[str, Any]:
        return {
            "questions": self.questions, "hits": self.hits, "recall_10": self.recall_10.as_json(),
            "same": rounded(self.same),
            "milliseconds": dict(zip(("pruned", "exhaustive"), map(rounded, self.milliseconds), strict=True)),
        }  # fmt: skip


def pruning_cost(recommender: Recommender, limit: int, seed: int, *, past_only: bool = False) -> PruningCost:
    """Asked by at most ``limit`` articles, drawn by ``seed``."""
    count = min(limit, len(recommender))
    rows = np.sort(np.random.default_rng(seed).choice(len(recommender), count, replace=False)).tolist()
    options = SearchOptions(k=10, past_only=past_only)
    pruned, spent = _answers(recommender, rows, options)
    exact, exact_spent = _answers(recommender.exhaustive(), rows, options)
    totals = np.array([[len({*one} & {*all_})] for one, all_ in zip(pruned, exact, strict=True)], dtype=np.float64)
    sizes = np.array([[len(hits)] for hits in exact], dtype=np.float64)
    recall = Bootstrap(seed, RESAMPLES)(totals.reshape(-1, 1), sizes.reshape(-1, 1))[0]
    same = float(np.mean([one == all_ for one, all_ in zip(pruned, exact, strict=True)])) if rows else float("nan")
    return PruningCost(count, int(sizes.sum()), recall, same, (spent, exact_spent))


def _answers(recommender: Recommender, rows: list[int], options: SearchOptions) -> tuple[list[list[str]], float]:
    """The ids of the hits of each question, and the median CPU milliseconds of one."""
    for row in rows[:_WARM]:
        recommender.related(row, options)
    answers, spent = [], []
    for row in rows:
        began = time.process_time()
        answer = recommender.related(row, options)
        spent.append(time.process_time() - began)
        answers.append([hit.article.id for hit in answer])
    return answers, float(np.median(spent)) * 1000 if spent else float("nan")
