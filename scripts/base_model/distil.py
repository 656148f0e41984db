"""The static vectors learn the teacher's: where they begin, and the task that holds them to its cosines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from recommender.arrays.kernels import Floats
from recommender.embeddings.vocabulary import GRAM, SOUND, Tokenizer

from .teacher import Taught
from .training import Bags, Batch, Chance, Task

SOFT = 0.3  # weight of the likeness among the sentences of a step, beside that of each to its teacher
_TEMPERATURE = 0.1
_PIECE = 0.5  # length at which a piece begins
_WEIGHTS = {GRAM: 0.5, SOUND: 0.2}  # of tokens that are no piece


def first_vectors(
    taught: Taught, names: Sequence[str], pieces: int, share: Floats, chance: int, smoothing: float, seed: int
) -> Floats:
    """(v, d + ``chance``): the teacher's row of a piece beside random dimensions, which keep names apart.

    Rare tokens are long and common ones, by their ``share`` (v,) of all tokens, short (Arora et al. 2017). Other
    tokens than the first ``pieces`` begin with the random dimensions alone.
    """
    width = taught.rows.shape[1]
    at = {text.lower(): place for place, text in enumerate(taught.texts) if taught.words[place]}
    found = [(row, at[name]) for row, name in enumerate(names[:pieces]) if name in at]
    rows, places = (np.array(side) for side in zip(*found, strict=True))
    table = np.zeros((len(names), width + chance), dtype=np.float32)
    table[rows, :width] = _PIECE * taught.rows[places]
    table[:, width:] = np.random.default_rng(seed).normal(size=(len(names), chance)) / np.sqrt(2 * chance)
    weight = np.array([_WEIGHTS.get(name[0], 1.0) for name in names]) * smoothing / (smoothing + share)
    return np.asarray(table * weight[:, None], dtype=np.float32)


def teaching(taught: Taught, tokenizer: Tokenizer, weight: float, sentences: int, words: int) -> Task:
    """Each text has to point where the teacher's does, in the dimensions that the teacher has; and of ``sentences`` in
    a step each has to be near the others as the teacher finds them (soft targets), in all dimensions."""
    bags, target = Bags.of(taught.texts, tokenizer), torch.from_numpy(taught.rows)
    known = np.diff(bags.starts) > 0
    kinds = np.flatnonzero(known & ~taught.words), np.flatnonzero(known & taught.words)
    drawn: list[NDArray[np.int64]] = []

    def ask(chance: Chance) -> list[Batch]:
        parts = [
            chance.choice(kind, min(most, len(kind)), replace=False)
            for kind, most in zip(kinds, (sentences, words), strict=True)
        ]
        drawn[:] = [np.concatenate(parts)]
        return [bags.take(drawn[0])]

    def loss(units: torch.Tensor) -> torch.Tensor:
        wanted = target[torch.from_numpy(drawn[0])]
        own = functional.normalize(units[:, : wanted.shape[1]], dim=1)
        most = min(512, sentences, len(kinds[0]))
        return (1 - (own * wanted).sum(1)).mean() + SOFT * _divergence(units[:most], wanted[:most])

    return Task(weight, ask, loss)


def _divergence(units: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """How far the likeness of each text to the others is from the teacher's, as distributions."""
    apart = ~torch.eye(len(units), dtype=torch.bool)
    found, told = ((rows @ rows.T)[apart].view(len(rows), -1) / _TEMPERATURE for rows in (units, wanted))
    return functional.kl_div(
        functional.log_softmax(found, dim=1), functional.softmax(told, dim=1), reduction="batchmean"
    )
