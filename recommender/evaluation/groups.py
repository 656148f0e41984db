"""Measures of questions by group: by outlet, by what asks and what answers, by the age of an answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from ..index.fields import HEADLINE
from ..lazy import dataclass
from ..ranking.model import Model
from ..versions.quality import Group, Interval, Reliability
from .judge import QueryResult
from .metrics import Reals, bootstrap, hit, ndcg, recall, reciprocal_rank, reliability

MEASURES = ("hit_5", "hit_10", "recall_5", "recall_10", "mrr", "ndcg_10", "abstained")
PAIRED = ("recall_5", "recall_10")  # what can be said of single answers
_AGES = ((0, "the same day"), (7, "2 to 7 days"), (30, "8 to 30 days"), (365, "31 to 365 days"))


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """The bootstrap of one evaluation: called with totals (q, m) and counts (q, 1), it gives m intervals."""

    seed: int
    resamples: int

    def __call__(self, totals: Reals, counts: Reals) -> list[Interval]:
        return bootstrap(totals, counts, seed=self.seed, resamples=self.resamples)


def measures_of(result: QueryResult) -> list[float]:
    """The values of ``MEASURES`` for one question."""
    ranks = result.ranks
    values = [
        hit(ranks, 5),
        hit(ranks, 10),
        recall(ranks, 5),
        recall(ranks, 10),
        reciprocal_rank(ranks),
        ndcg(ranks, 10),
    ]
    return [*values, float(result.abstained)]


def table_of(results: Sequence[QueryResult]) -> Reals:
    """(q, 7): ``MEASURES`` of each question."""
    return np.array([measures_of(result) for result in results], dtype=np.float64).reshape(-1, len(MEASURES))


def reliability_of(results: Sequence[QueryResult]) -> Reliability:
    """Of the scores of the first ten hits of each question against what is listed."""
    hits = np.concatenate([result.hits for result in results]) if results else np.empty(0)
    listed = np.concatenate([result.listed for result in results]) if results else np.empty(0, dtype=bool)
    return reliability(hits, listed)


def group(by: str, name: str, results: Sequence[QueryResult], intervals: Bootstrap) -> Group:
    """All measures of the questions of ``results``."""
    table = table_of(results)
    means = intervals(table, np.ones((len(table), 1)))
    answers = sum(len(result.right) for result in results)
    return Group(by, name, len(results), answers, dict(zip(MEASURES, means, strict=True)))


def groups(model: Model, results: Sequence[QueryResult], intervals: Bootstrap) -> list[Group]:
    """By outlet and kind of the asking article, then by kind and age of the answers."""
    catalogue = model.catalogue

    def outlet(row: int) -> str:
        code = int(catalogue.outlet_of[row])
        return catalogue.outlets[code] if code >= 0 else "not known"

    @cache
    def kind(row: int) -> str:
        return "its headline only" if model.fields.kinds(np.array([row]))[0] == HEADLINE else "a whole article"

    def age(result: QueryResult, row: int) -> str:
        return _age(float(catalogue.days[result.question.row]) - float(catalogue.days[row]))

    asking: tuple[tuple[str, Callable[[int], str]], ...] = (("outlet", outlet), ("asking is", kind))
    result = [group for by, name in asking for group in _of_questions(by, name, results, intervals)]
    result += _of_answers("answer is", lambda result, row: kind(row), results, intervals)
    return result + _of_answers("answer's age", age, results, intervals)


def _of_questions(
    by: str, name: Callable[[int], str], results: Sequence[QueryResult], intervals: Bootstrap
) -> list[Group]:
    by_key: dict[str, list[QueryResult]] = defaultdict(list)
    for result in results:
        by_key[name(result.question.row)].append(result)
    return [group(by, key, by_key[key], intervals) for key in sorted(by_key, key=lambda key: (-len(by_key[key]), key))]


def _of_answers(
    by: str, name: Callable[[QueryResult, int], str], results: Sequence[QueryResult], intervals: Bootstrap
) -> list[Group]:
    names = [[name(result, row) for row in result.right.tolist()] for result in results]
    order = Counter(key for keys in names for key in keys)
    result = []
    for key in sorted(order, key=lambda key: (-order[key], key)):
        ranks = [t.ranks[np.array([k == key for k in keys])] for t, keys in zip(results, names, strict=True)]
        ranks = [r for r in ranks if len(r)]
        within = np.array([[(r <= 5).sum(), (r <= 10).sum()] for r in ranks], dtype=np.float64)
        counts = np.array([[len(r)] for r in ranks], dtype=np.float64)
        values = dict(zip(PAIRED, intervals(within, counts), strict=True))
        result.append(Group(by, key, len(ranks), order[key], values))
    return result


def _age(days: float) -> str:
    """How much older an answer is than the asking article."""
    if np.isnan(days):
        return "not known"
    if days <= -1:
        return "later than the asking"
    return next((name for limit, name in _AGES if days < limit + 1), "more than a year")
