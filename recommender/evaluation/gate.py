"""The gate of a retraining: a candidate is promoted if no measure fell by more than its tolerance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ..config import Recipe
from ..lazy import dataclass
from ..ranking.model import Model
from ..topics.topic import NO_TOPIC
from .comparison import Asked, FoldsOf, ModelPair, Results, results_of
from .queries import questions_from_labels, questions_from_links

_WORST = 3
_MEASURES = {  # name for people, the recipe's tolerance, whether more is better
    "mrr": ("MRR", "tolerance_mrr", True),
    "hit_10": ("hit@10", "tolerance_hit", True),
    "recall_10": ("recall@10", "tolerance_recall", True),
    "abstained": ("abstention", "tolerance_abstention", False),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """A headline measure before and after, 0..1; ``fell`` is by how much it got worse (below 0: better)."""

    name: str
    before: float
    after: float
    tolerance: float
    more_is_better: bool = True

    @property
    def fell(self) -> float:
        return (self.before - self.after) * (1 if self.more_is_better else -1)

    @property
    def too_far(self) -> bool:
        return self.fell > self.tolerance + 1e-9

    def __str__(self) -> str:
        return f"{self.name} {self.before:.3f} -> {self.after:.3f}"


@dataclass(frozen=True, slots=True)
class Loss:
    """A listed headline that an asking one lost: its rank before and after (None: it is not found at all now);
    ``silent`` if no answer is given now."""

    asking: str
    listed: str
    before: int
    after: int | None
    silent: bool

    def __str__(self) -> str:
        silent = ", and it gets no answer now" if self.silent else ""
        now = "not found" if self.after is None else f"at {self.after}"
        return f"'{self.asking}' had '{self.listed}' at rank {self.before}, now {now}{silent}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``worst`` are the losses that weigh most, ``strays`` articles that fell out of their topics."""

    measures: tuple[Measure, ...]
    questions: int
    worst: tuple[Loss, ...] = ()
    strays: tuple[str, ...] = ()

    @property
    def too_far(self) -> tuple[Measure, ...]:
        return tuple(measure for measure in self.measures if measure.too_far)

    @property
    def passed(self) -> bool:
        return not self.too_far

    def described(self) -> str:
        """What got worse, and the worst examples, in one paragraph."""
        fallen = "; ".join(f"{m} (by {m.fell:.3f}, tolerance {m.tolerance:g})" for m in self.too_far)
        examples = "; ".join(map(str, [*self.worst, *self.strays]))
        shown = f" For example: {examples}." if examples else ""
        return f"Worse on {self.questions} common questions: {fallen}.{shown}"


def verdict(before: Model, after: Model, recipe: Recipe, folds: FoldsOf, labels: Path | None = None) -> Verdict:
    """Judges ``after`` beside ``before``, each by the weights of ``folds``: on the pages whose related lists both know,
    and on ``labels`` (if that file is there), each among the articles that both know.

    Raises InputError if the labels are not understood.
    """
    pair = ModelPair.of(before, after)
    sets: dict[str, Asked] = {"": questions_from_links}
    if labels is not None and labels.exists():
        sets["labels: "] = lambda model: questions_from_labels(model, labels)
    measures: list[Measure] = []
    losses: list[tuple[float, Loss]] = []
    count = 0
    judges = pair.judges(folds)
    for name, questions_of in sets.items():
        old, new = pair.questions(questions_of)
        if not old:
            continue
        count += len(old)
        one, two = results_of(judges[0], old), results_of(judges[1], new)
        compared = dict(_compared(name, one, two, recipe))
        measures += compared.values()
        losses += _losses(pair, one, two, [key for key, measure in compared.items() if measure.too_far])
    outside = [float(np.mean(topic_of == NO_TOPIC)) if len(topic_of) else 0.0 for topic_of in _topics(pair)]
    share = len(pair.rows) / len(before) if len(before) else 1.0
    measures.append(Measure("articles kept", 1.0, share, recipe.tolerance_articles))
    measures.append(Measure("topic outliers", outside[0], outside[1], recipe.tolerance_outliers, False))
    worst = [loss for _, loss in sorted(losses, key=lambda item: (-item[0], item[1].asking))[:_WORST]]
    strays = tuple(_strays(pair))[:_WORST] if measures[-1].too_far else ()
    return Verdict(tuple(measures), count, tuple(worst), strays)


def _compared(name: str, before: Results, after: Results, recipe: Recipe) -> Iterator[tuple[str, Measure]]:
    for key, (title, tolerance, more) in _MEASURES.items():
        means = float(before.values(key).mean()), float(after.values(key).mean())
        yield key, Measure(name + title, *means, getattr(recipe, tolerance), more)


def _losses(pair: ModelPair, before: Results, after: Results, fallen: Sequence[str]) -> Iterator[tuple[float, Loss]]:
    """For the questions that lost most by the ``fallen`` measures, the listed headline whose rank fell furthest."""
    lost = np.zeros(len(before.results))
    for key in fallen:
        lost += (before.values(key) - after.values(key)) * (1 if _MEASURES[key][2] else -1)
    for i in np.argsort(-lost, kind="stable")[:_WORST].tolist():
        if lost[i] <= 0:
            return
        old, new = before.ranks(i), after.ranks(i)
        both = {row: (rank, new[pair.rows[row]]) for row, rank in old.items() if pair.rows[row] in new}
        both = {row: ranks for row, ranks in both.items() if math.isfinite(ranks[0])}
        if both:
            row = max(sorted(both), key=lambda r: _weight(*both[r]))
            asking = before.results[i].question.row
            titles = [pair.before.catalogue.article(r).shown_title for r in (asking, row)]
            silent = after.results[i].abstained > before.results[i].abstained
            now = int(both[row][1]) if math.isfinite(both[row][1]) else None
            yield float(lost[i]), Loss(titles[0], titles[1], int(both[row][0]), now, silent)


def _weight(before: float, after: float) -> tuple[bool, float]:
    """What a fall weighs: out of the first ten above all, then by reciprocal ranks."""
    return before <= 10 < after, 1 / before - 1 / after


def _topics(pair: ModelPair) -> tuple[np.ndarray, np.ndarray]:
    """Places of topics of the articles that both know, before and after."""
    old, new = np.array([*pair.rows], dtype=np.int64), np.array([*pair.rows.values()], dtype=np.int64)
    return pair.before.topics.topic_of[old], pair.after.topics.topic_of[new]


def _strays(pair: ModelPair) -> Iterator[str]:
    for (row, _), old, new in zip(pair.rows.items(), *_topics(pair), strict=True):
        if old != NO_TOPIC and new == NO_TOPIC:
            title, topic = pair.before.catalogue.article(row).shown_title, pair.before.topics.topics[old].name
            yield f"'{title}' was in the topic '{topic}' and is in none"
