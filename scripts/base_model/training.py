"""Contrastive training of the token vectors: torch, one thread, seeded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from recommender.arrays.kernels import Floats
from recommender.embeddings.vocabulary import Tokenizer
from recommender.text.normalize import eojeols

Chance = np.random.Generator
_BETAS = (0.9, 0.99)


@dataclass(frozen=True)
class Bags:
    """The tokens of n texts end to end: ``flat``, text i at ``starts[i]:starts[i + 1]``."""

    flat: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str], tokenizer: Tokenizer) -> Bags:
        split = [eojeols(text) for text in texts]
        known = {eojeol: tokenizer.tokens(eojeol) for eojeol in {eojeol for cut in split for eojeol in cut}}
        found = [[token for eojeol in cut for token in known[eojeol]] for cut in split]
        starts = np.concatenate([[0], np.cumsum([len(f) for f in found])])
        return cls(np.array([token for f in found for token in f], dtype=np.int64), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, rows: NDArray[np.int64]) -> Batch:
        sizes = self.starts[rows + 1] - self.starts[rows]
        owner = np.repeat(np.arange(len(rows)), sizes)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return Batch(self.flat[np.repeat(self.starts[rows], sizes) + within], owner, len(rows))


@dataclass(frozen=True)
class Batch:
    """``tokens`` of ``count`` texts end to end, each with the place of its text in ``owner``."""

    tokens: NDArray[np.int64]
    owner: NDArray[np.int64]
    count: int

    def kept(self, mask: NDArray[np.bool_]) -> Batch:
        return Batch(self.tokens[mask], self.owner[mask], self.count)


@dataclass(frozen=True)
class Task:
    """``ask`` draws the batches of a step; ``loss`` judges their unit rows, one (count, d) for each batch."""

    weight: float
    ask: Callable[[Chance], list[Batch]]
    loss: Callable[..., torch.Tensor]


def dropped(batch: Batch, chance: Chance, share: float) -> Batch:
    return batch.kept(chance.random(len(batch.tokens)) >= share)


def halves(batch: Batch, chance: Chance) -> list[Batch]:
    """Two views of each text that share no token: its tokens dealt to either by chance."""
    left = chance.random(len(batch.tokens)) < 0.5
    return [batch.kept(left), batch.kept(~left)]


def in_batch(
    left: torch.Tensor, right: torch.Tensor, temperature: float, more: torch.Tensor | None = None
) -> torch.Tensor:
    """Each row of ``left`` has to find its own of ``right`` among all of them and ``more``, and the other way round."""
    scores = left @ right.T / temperature
    own = torch.arange(len(left))
    there = scores if more is None else torch.cat([scores, left @ more.T / temperature], dim=1)
    return (functional.cross_entropy(there, own) + functional.cross_entropy(scores.T, own)) / 2


def same_label(rows: torch.Tensor, labels: torch.Tensor, temperature: float) -> torch.Tensor:
    """Supervised contrastive loss (Khosla et al. 2020): rows of one label against all others."""
    scores = rows @ rows.T / temperature
    self_mask = torch.eye(len(rows), dtype=torch.bool)
    scores = scores.masked_fill(self_mask, -1e9)
    alike = (labels[:, None] == labels[None, :]) & ~self_mask
    share = functional.log_softmax(scores, dim=1)
    return -(share * alike).sum(1).div(alike.sum(1).clamp(min=1)).mean()


def ranking(cosine: torch.Tensor, score: torch.Tensor, scale: float = 20.0) -> torch.Tensor:
    """CoSENT: log(1 + sum of exp(scale * (cos of the less alike - cos of the more alike)))."""
    gaps = scale * (cosine[None, :] - cosine[:, None])
    wrong = gaps[score[:, None] > score[None, :]]
    return torch.logsumexp(torch.cat([torch.zeros(1), wrong]), dim=0)


def fit(start: Floats, tasks: Sequence[Task], steps: int, rate: float, seed: int, kept: int = 0) -> Floats:
    """Vectors after ``steps`` on the weighted sum of the tasks' losses, the rate falling as a half cosine.

    The last ``kept`` dimensions stay as they are.

    Adam, where a row of the table moves only in the steps that have its token.
    """
    torch.set_num_threads(1)
    chance = np.random.default_rng(seed)
    table = torch.from_numpy(start.astype(np.float32).copy())
    first, second, age = torch.zeros_like(table), torch.zeros_like(table), torch.zeros(len(table), 1)
    for at in range(steps):
        asked = [task.ask(chance) for task in tasks]
        used, slope, loss = _slope(table, tasks, asked)
        slope[:, slope.shape[1] - kept :] = 0
        age[used] += 1
        mean = first[used].lerp_(slope, 1 - _BETAS[0])
        spread = second[used].mul_(_BETAS[1]).addcmul_(slope, slope, value=1 - _BETAS[1])
        first[used], second[used] = mean, spread
        spread = spread.div(1 - _BETAS[1] ** age[used]).sqrt_().add_(1e-8)
        rates = rate * 0.5 * (1 + np.cos(np.pi * at / steps)) / (1 - _BETAS[0] ** age[used])
        table[used] -= mean.div(spread).mul_(rates)
        if at % 100 == 0:
            print(f"step {at}: loss {loss:.3f}", flush=True)
    return np.asarray(table.numpy())


def _slope(
    table: torch.Tensor, tasks: Sequence[Task], asked: list[list[Batch]]
) -> tuple[torch.Tensor, torch.Tensor, float]:
    """The tokens of a step, the gradient of the total loss at their rows, and that loss."""
    batches = [batch for found in asked for batch in found]
    used, local = np.unique(np.concatenate([batch.tokens for batch in batches]), return_inverse=True)
    sizes = np.concatenate([np.bincount(batch.owner, minlength=batch.count) for batch in batches])
    offsets = torch.from_numpy(np.cumsum(sizes) - sizes)
    rows = table[torch.from_numpy(used)].requires_grad_()
    units = functional.normalize(functional.embedding_bag(torch.from_numpy(local), rows, offsets, mode="sum"), dim=1)
    parts = iter(units.split([batch.count for batch in batches]))
    total = torch.zeros(())
    for task, found in zip(tasks, asked, strict=True):
        total = total + task.weight * task.loss(*(next(parts) for _ in found))
    total.backward()
    assert rows.grad is not None
    return torch.from_numpy(used), rows.grad, float(total.detach())
