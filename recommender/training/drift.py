"""Drift: how far new articles are from those trained on, and when to train again.

docs/updating.md says where the thresholds come from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..lazy import dataclass
from ..ranking.model import Model
from ..text.terms import MARK
from ..topics.topic import NO_TOPIC
from .newcomers import Neighbourhood, Newcomers, Vote

MANY = 0.2  # newcomers, as a share of what was trained on
UNSEEN = 0.3  # share of the words of newcomers that the model does not know
SHIFT = 0.25  # total variation distance of the topic mix, beyond that of a random sample
STRAY = 0.2  # more of the newcomers in no topic than of the others
FARTHER = 0.15  # mean distance to the nearest article above that of the others
ENOUGH = 30  # newcomers from which shares mean anything
_SAMPLE = 200  # articles whose distance to their nearest is measured as a baseline
_NONE = ""  # stands for "no topic" where topics are counted


@dataclass(frozen=True, slots=True)
class Drift:
    """Counts since the last training, of all updates together, and the baselines that they are compared with.

    ``trained`` is the version of that training with ``articles``. ``mix`` and ``new_mix`` count articles by
    topic id, "" for none; ``distance`` and ``base_distance`` are mean distances (1 - cosine) to the nearest article.
    """

    trained: str
    articles: int
    mix: Mapping[str, int]
    base_distance: float
    added: int = 0
    words: int = 0
    unseen: int = 0
    distance: float = 0.0
    new_mix: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Model) -> Drift:
        """The drift in the manifest of the model, or zero for one that was just trained."""
        stored: Mapping[str, Any] | None = model.about.get("drift")
        if stored:
            return cls(**{name: stored[name] for name in cls.__dataclass_fields__})
        return cls(model.version, len(model), _counted(model, model.topics.topic_of), _baseline(model))

    def with_newcomers(self, model: Model, newcomers: Newcomers, votes: Sequence[Vote]) -> Drift:
        words = [
            t for text in (*newcomers.texts.titles, *newcomers.texts.bodies) for t in text if not t.startswith(MARK)
        ]
        unseen = sum(count for word, count in Counter(words).items() if word not in model.tfidf.terms)
        mix = Counter(self.new_mix) + Counter(_counted(model, [vote.topic for vote in votes]))
        total = self.distance * self.added + sum(vote.distance for vote in votes)
        added = self.added + len(votes)
        return replace(
            self, added=added, words=self.words + len(words), unseen=self.unseen + unseen, new_mix=dict(mix),
            distance=round(total / max(1, added), 6),
        )  # fmt: skip

    @property
    def unseen_share(self) -> float:
        """The share of the newcomers' words that the model does not know, 0..1."""
        return self.unseen / self.words if self.words else 0.0

    @property
    def outliers(self) -> tuple[float, float]:
        """The shares in no topic: at the training, and of the newcomers."""
        return _share(self.mix), _share(self.new_mix)

    @property
    def shift(self) -> float:
        """Total variation distance of the topic mix of newcomers from that of the training, 0..1."""
        return sum(abs(p - q) for p, q in self._mixes()) / 2

    @property
    def chance(self) -> float:
        """The distance that as many articles drawn from the training's own mix would have: a sum over topics of
        the mean deviation of a share, sqrt(2 p (1 - p) / (pi m)), halved."""
        count = max(1, sum(self.new_mix.values()))
        return min(1.0, sum(float(np.sqrt(2 * p * (1 - p) / (np.pi * count))) for p, _ in self._mixes()) / 2)

    def advice(self) -> str:
        """Whether to train again, and why."""
        reasons = [f"{self.added / max(1, self.articles):.0%} came since"] if self.added > MANY * self.articles else []
        if self.added >= ENOUGH:
            before, now = self.outliers
            reasons += [f"{self.unseen_share:.0%} of their words are unknown"] if self.unseen_share > UNSEEN else []
            reasons += ["the mix of topics is another"] if self.shift - self.chance > SHIFT else []
            reasons += [f"{now:.0%} are in no topic ({before:.0%} before)"] if now - before > STRAY else []
            far = self.distance - self.base_distance > FARTHER
            reasons += ["they lie farther from what is known"] if far else []
        return f"Train again: {'; '.join(reasons)}." if reasons else "No need to train again yet."

    def described(self) -> str:
        """One line of figures."""
        before, now = self.outliers
        return (
            f"since {self.trained} ({self.articles:,} articles): {self.added:,} came; unknown words "
            f"{self.unseen_share:.1%}; topic mix {self.shift:.2f} away (chance {self.chance:.2f}); in no topic "
            f"{now:.0%} (before {before:.0%}); distance to the nearest {self.distance:.2f} "
            f"(before {self.base_distance:.2f})"
        )

    def as_json(self) -> dict[str, Any]:
        """What the manifest keeps: the counts, and what follows from them."""
        figures = {"unseen_share": self.unseen_share, "shift": self.shift, "chance": self.chance}
        return {**asdict(self), **{name: round(v, 4) for name, v in figures.items()}, "advice": self.advice()}

    def _mixes(self) -> list[tuple[float, float]]:
        old, new = max(1, sum(self.mix.values())), max(1, sum(self.new_mix.values()))
        return [(self.mix.get(t, 0) / old, self.new_mix.get(t, 0) / new) for t in sorted({*self.mix, *self.new_mix})]


def _share(mix: Mapping[str, int]) -> float:
    return mix.get(_NONE, 0) / max(1, sum(mix.values()))


def _counted(model: Model, topic_of: ArrayLike) -> dict[str, int]:
    """Articles by the id of their topic at the level that was found first: finer parts say little of few articles."""
    topics, _ = model.topics.first
    first = np.asarray(topic_of, dtype=np.int64)
    if model.topics.broad_first:
        first = np.append(model.topics.parents.astype(np.int64), NO_TOPIC)[first]
    values, counts = np.unique(first, return_counts=True)
    return {
        _NONE if topic == NO_TOPIC else topics[topic].id: count
        for topic, count in zip(values.tolist(), counts.tolist(), strict=True)
    }


def _baseline(model: Model) -> float:
    """Mean distance to the nearest article that is no copy, over at most 200 articles spread over all."""
    rows = np.unique(np.linspace(0, max(0, len(model) - 1), min(_SAMPLE, len(model))).astype(np.int64))
    every = np.ones(len(model), dtype=bool)
    copies, cells = model.catalogue.duplicate_of, model.pruning.cells
    neighbourhood = Neighbourhood(model.tfidf, model.dense, model.links, copies, every, cells)
    far = [1 - float(neighbourhood.near(int(row))[1].max(initial=0)) for row in rows]
    return round(float(np.mean(far)), 6) if far else 0.0
