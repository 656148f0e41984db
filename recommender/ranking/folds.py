"""Folds for judging by lists, and the related lists themselves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..lazy import dataclass
from .calibration import Calibration
from .weights import Weights


@dataclass(frozen=True, slots=True)
class Folds:
    """The weights and the calibration that may judge each article: fitted without the articles of its fold.

    ``fold_of`` (n,) int64 into ``scorers``; ``says`` how they came about, for people.
    """

    fold_of: NDArray[np.int64]
    scorers: tuple[tuple[Weights, Calibration], ...]
    says: str

    @classmethod
    def unfitted(cls, weights: Weights, calibration: Calibration, count: int = 0) -> Folds:
        """One fold for ``count`` articles, with weights that no list took part in. Raises ValueError if one did."""
        if weights.fitted or calibration.source.startswith("lists"):
            raise ValueError("weights that were fitted on the lists cannot judge by the lists")
        says = "default weights: nothing was fitted on these lists"
        return cls(np.zeros(count, dtype=np.int64), ((weights, calibration),), says)

    def of(self, row: int) -> tuple[Weights, Calibration]:
        return self.scorers[int(self.fold_of[row])]


def folds_of(duplicate_of: NDArray[np.int32], folds: int, seed: int) -> NDArray[np.int64]:
    """(n,) int64: the fold of each article, by chance; near-copies share one."""
    drawn = np.random.default_rng(seed).permutation(len(duplicate_of)) % folds
    return np.asarray(drawn[duplicate_of], dtype=np.int64)
