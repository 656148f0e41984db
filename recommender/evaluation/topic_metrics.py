"""How good are the topics and the folding of copies, by the corpus alone: no judgement by hand is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import combinations
from typing import Any

import numpy as np

from ..lazy import dataclass
from ..ranking.model import Model
from ..text.normalize import title_key
from ..topics.topic import NO_TOPIC, Topic
from ..versions.quality import rounded
from .metrics import adjusted_rand

TOP_TERMS = 10
ALIKE = 0.5  # share of common words from which two headlines agree to be copies
Grouping = Mapping[str, str]  # article id -> topic id, of articles in a topic
Resample = Callable[[int], tuple[frozenset[str], Grouping]]  # seed -> the ids trained on, their topics


@dataclass(frozen=True, slots=True)
class Stability:
    """Topics of trainings on parts of the corpus beside the model's own.

    ``rand`` the adjusted Rand index of each over the articles that both put in a topic, ``both`` their share
    of the articles of that part, ``topics`` how many each found.
    """

    rand: tuple[float, ...]
    both: tuple[float, ...]
    topics: tuple[int, ...]

    @property
    def mean(self) -> float:
        return float(np.mean(self.rand)) if self.rand else float("nan")

    def as_json(self) -> dict[str, Any]:
        return {
            "resamples": len(self.rand),
            "adjusted_rand": rounded(self.mean),
            "each": [rounded(value) for value in self.rand],
            "in_both": [rounded(value) for value in self.both],
            "topics": list(self.topics),
        }


@dataclass(frozen=True, slots=True)
class TopicQuality:
    """``coverage`` share of articles in a topic; ``npmi`` coherence -1..1; ``diversity`` share of distinct terms.
    Of the fine topics, and of the ``broad`` ones where there are two levels."""

    topics: int
    coverage: float
    npmi: float
    diversity: float
    broad: TopicQuality | None = None

    @property
    def measures(self) -> dict[str, float]:
        """Those that are known."""
        values = {name: float(getattr(self, name)) for name in ("coverage", "npmi", "diversity")}
        return {name: value for name, value in values.items() if not np.isnan(value)}

    def as_json(self) -> dict[str, Any]:
        values = {name: rounded(getattr(self, name)) for name in ("coverage", "npmi", "diversity")}
        return {"topics": self.topics} | values | ({"broad": self.broad.as_json()} if self.broad else {})


@dataclass(frozen=True, slots=True)
class CopyQuality:
    """Of ``pairs`` of an article and its original, ``agreeing`` do by another rule; see ``copy_quality``."""

    pairs: int
    agreeing: int

    @property
    def precision(self) -> float:
        return self.agreeing / self.pairs if self.pairs else float("nan")

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"precision": rounded(self.precision)}


def topic_quality(model: Model) -> TopicQuality:
    """Coverage, coherence and diversity of the ten heaviest terms of each topic, of both levels; near-copies count
    once."""
    topics = model.topics
    originals = np.flatnonzero(model.catalogue.duplicate_of == np.arange(len(model)))
    headlines = [words_of(model, row) for row in originals.tolist()]
    covered = 1 - topics.outlier_share if len(model) else float("nan")
    broad = _level_quality(topics.broad, headlines, covered) if topics.broad else None
    return replace(_level_quality(topics.topics, headlines, covered), broad=broad)


def _level_quality(topics: Sequence[Topic], headlines: Sequence[frozenset[str]], covered: float) -> TopicQuality:
    """``covered`` is of both levels: they have the same outliers."""
    top = [list(topic.terms[:TOP_TERMS]) for topic in topics]
    every = [term for terms in top for term in terms]
    distinct = len(set(every)) / len(every) if every else float("nan")
    return TopicQuality(len(top), covered, npmi(headlines, top), distinct)


def words_of(model: Model, row: int) -> frozenset[str]:
    """The words of the headline at ``row`` as the analyzer reads them."""
    article = model.catalogue.article(row)
    return frozenset(w for piece in model.analyzer.pieces(article.title or article.stand_in or "") for w in piece.words)


def npmi(headlines: Iterable[Iterable[str]], top: Sequence[Sequence[str]]) -> float:
    """Mean over topics of the mean over pairs of terms of their normalised pointwise mutual information.

    Counted within a headline (Bouma 2009): log(p(a, b) / (p(a) p(b))) / -log p(a, b); -1 for a pair that is
    never together, 1 for one that is in every headline. NaN without a topic of two terms.
    """
    terms_used = {term for terms in top for term in terms}
    alone: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    count = 0
    for headline in headlines:
        present = sorted(terms_used.intersection(headline))
        alone.update(present)
        both.update(combinations(present, 2))
        count += 1
    means = []
    for terms in top:
        pairs = list(combinations(sorted(set(terms)), 2))
        if pairs and count:
            means.append(
                float(np.mean([_npmi(both[a, b] / count, alone[a] / count, alone[b] / count) for a, b in pairs]))
            )
    return float(np.mean(means)) if means else float("nan")


def _npmi(both: float, a: float, b: float) -> float:
    if not both:
        return -1.0
    return 1.0 if both == 1 else float(np.log(both / (a * b)) / -np.log(both))


def copy_quality(model: Model) -> CopyQuality:
    """Of the articles called near-copies, how many agree with their original by a rule that did not call them so.

    Copies are called by equal title keys or by the cosine of TF-IDF vectors. Here two agree if their title keys
    are equal, or if they have half of their words in common (Jaccard, words of the analyzer). A check by a
    plainer rule, no judgement by hand.
    """
    duplicate_of = model.catalogue.duplicate_of
    copies = np.flatnonzero(duplicate_of != np.arange(len(model)))
    return CopyQuality(len(copies), sum(_agree(model, row, int(duplicate_of[row])) for row in copies.tolist()))


def _agree(model: Model, row: int, other: int) -> bool:
    keys = [title_key(model.catalogue.article(r).title or "") for r in (row, other)]
    if keys[0] and keys[0] == keys[1]:
        return True
    one, two = words_of(model, row), words_of(model, other)
    return bool(one | two) and len(one & two) / len(one | two) >= ALIKE


def stability(model: Model, resample: Resample, times: int, seed: int) -> Stability:
    """Trains ``times`` on parts of the corpus by ``resample`` and compares topics with the model's."""
    topics, ids = model.topics, model.catalogue.ids
    topic_of = {ids[row]: int(topics.topic_of[row]) for row in np.flatnonzero(topics.topic_of != NO_TOPIC).tolist()}
    rand, both, counts = [], [], []
    for time in range(times):
        trained, topics_found = resample(seed + time)
        common = sorted(topic_of.keys() & topics_found.keys())
        codes = {name: i for i, name in enumerate(sorted(set(topics_found.values())))}
        rand.append(
            adjusted_rand(
                np.array([topic_of[name] for name in common], dtype=np.int64),
                np.array([codes[topics_found[name]] for name in common], dtype=np.int64),
            )
        )
        both.append(len(common) / len(trained) if trained else float("nan"))
        counts.append(len(codes))
    return Stability(tuple(rand), tuple(both), tuple(counts))
