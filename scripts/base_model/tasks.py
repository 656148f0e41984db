"""What the base model learns from: pairs, groups, scores, halves of headlines, sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from recommender.embeddings.vocabulary import Tokenizer

from .sets import OpenSets
from .training import Bags, Batch, Chance, Task, dropped, halves, in_batch, ranking, same_label

DROP = 0.1  # share of the tokens that a text of a pair loses by chance
DROP_SECTION = 0.2


@dataclass(frozen=True)
class Weights:
    """How much each task counts; 0 leaves it out."""

    summaries: float = 0.5
    entailed: float = 0.5
    questions: float = 0.3
    paraphrases: float = 0.3
    parallel: float = 1.0
    names: float = 1.5
    scored: float = 2.0
    halves: float = 0.4
    sections: float = 0.15


def tasks_of(sets: OpenSets, names: Sequence[Sequence[str]], tokenizer: Tokenizer, weights: Weights) -> list[Task]:
    """Every task with a weight and something to learn from; ``names`` are groups of names of one thing."""
    alike = {key: [(r["sentence1"], r["sentence2"]) for r in sets.pairs if (r["source"], r.get("label")) == key]
             for key in (("SAE4K", "summary_phrase"), ("KLUE-NLI", "entailment"), ("KLUE-NLI", "contradiction"),
                         ("Question_pair", "duplicate"))}  # fmt: skip
    against = dict(alike["KLUE-NLI", "contradiction"])
    entailed = [(a, b, against.get(a, b)) for a, b in alike["KLUE-NLI", "entailment"] if a in against]
    groups = Groups.of(sets.groups, tokenizer)
    if not any(row["source"] == "KorSTS" for row in sets.pairs):
        weights = replace(weights, scored=0.0)
    if not sets.groups:
        weights = replace(weights, paraphrases=0.0)
    tasks = [
        _pairs(weights.summaries, alike["SAE4K", "summary_phrase"], tokenizer, 256),
        _pairs(weights.entailed, entailed, tokenizer, 256),
        _pairs(weights.questions, alike["Question_pair", "duplicate"], tokenizer, 128),
        Task(weights.paraphrases, lambda chance: groups.two(chance, 256), lambda a, b: in_batch(a, b, 0.05)),
        _pairs(weights.parallel, [(r["ko"], r["en"]) for r in sets.parallel], tokenizer, 256),
        _names(weights.names, names, tokenizer),
        _scored(weights.scored, sets, tokenizer),
        _halves(weights.halves, sets, tokenizer),
        _sections(weights.sections, sets, tokenizer),
    ]
    return [task for task in tasks if task.weight]


@dataclass(frozen=True)
class Groups:
    """Groups of texts that say one thing: group i is ``members[starts[i]:starts[i + 1]]``."""

    bags: Bags
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, groups: Sequence[Sequence[str]], tokenizer: Tokenizer) -> Groups:
        starts = np.concatenate([[0], np.cumsum([len(group) for group in groups])])
        return cls(Bags.of([text for group in groups for text in group], tokenizer), starts)

    def two(self, chance: Chance, most: int) -> list[Batch]:
        """Two different members of each of ``most`` groups."""
        chosen = _some(len(self.starts) - 1, most, chance)
        sizes = self.starts[chosen + 1] - self.starts[chosen]
        first = chance.integers(0, sizes)
        second = (first + chance.integers(1, np.maximum(sizes, 2))) % sizes
        return [dropped(self.bags.take(self.starts[chosen] + at), chance, DROP) for at in (first, second)]


def _some(size: int, most: int, chance: Chance) -> NDArray[np.int64]:
    return chance.choice(size, min(most, size), replace=False)


def _pairs(weight: float, pairs: Sequence[tuple[str, ...]], tokenizer: Tokenizer, most: int) -> Task:
    """Two texts that say the same, and where there is a third, one that does not."""
    sides = [Bags.of(side, tokenizer) for side in zip(*pairs, strict=True)]

    def ask(chance: Chance) -> list[Batch]:
        rows = _some(len(pairs), most, chance)
        return [dropped(side.take(rows), chance, DROP) for side in sides]

    return Task(weight, ask, lambda a, b, *more: in_batch(a, b, 0.05, *more))


def _names(weight: float, names: Sequence[Sequence[str]], tokenizer: Tokenizer) -> Task:
    groups = Groups.of([group for group in names if len(group) > 1], tokenizer)

    def ask(chance: Chance) -> list[Batch]:
        chosen = _some(len(groups.starts) - 1, 256, chance)
        sizes = groups.starts[chosen + 1] - groups.starts[chosen]
        first = chance.integers(0, sizes)
        second = (first + chance.integers(1, sizes)) % sizes
        return [groups.bags.take(groups.starts[chosen] + at) for at in (first, second)]

    return Task(weight, ask, lambda a, b: in_batch(a, b, 0.05))


def _scored(weight: float, sets: OpenSets, tokenizer: Tokenizer) -> Task:
    scored = [row for row in sets.pairs if row["source"] == "KorSTS"]
    sides = [Bags.of([row[side] for row in scored], tokenizer) for side in ("sentence1", "sentence2")]
    scores = np.array([row["score"] for row in scored], dtype=np.float32)
    drawn: list[NDArray[np.int64]] = []

    def ask(chance: Chance) -> list[Batch]:
        drawn[:] = [_some(len(scored), 256, chance)]
        return [dropped(side.take(drawn[0]), chance, DROP) for side in sides]

    return Task(weight, ask, lambda a, b: ranking((a * b).sum(1), torch.from_numpy(scores[drawn[0]])))


def _halves(weight: float, sets: OpenSets, tokenizer: Tokenizer) -> Task:
    bags = Bags.of(sets.titles(), tokenizer)
    return Task(
        weight,
        lambda chance: halves(bags.take(_some(len(bags), 512, chance)), chance),
        lambda a, b: in_batch(a, b, 0.1),
    )


def _sections(weight: float, sets: OpenSets, tokenizer: Tokenizer) -> Task:
    bags = Bags.of([row["title"] for row in sets.headlines], tokenizer)
    known = sorted({row["label"] for row in sets.headlines})
    labels = np.array([known.index(row["label"]) for row in sets.headlines])
    drawn: list[NDArray[np.int64]] = []

    def ask(chance: Chance) -> list[Batch]:
        drawn[:] = [_some(len(bags), 512, chance)]
        return [dropped(bags.take(drawn[0]), chance, DROP_SECTION)]

    return Task(weight, ask, lambda a: same_label(a, torch.from_numpy(labels[drawn[0]]), 0.1))
