"""The dense index that looks at every article."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, dots, top_k
from ..arrays.kernels import Ints as Rows
from ..lazy import dataclass


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ExactIndex:
    """Cosine to ``vectors`` (n, d), float32 unit rows; a query is a unit row (d,), zero where nothing is known."""

    vectors: Floats

    def __len__(self) -> int:
        return len(self.vectors)

    def search(self, query: Floats, k: int, allowed: NDArray[np.bool_]) -> Rows:
        """See ``Index.search``."""
        cosine = dots(self.vectors, query)
        return top_k(cosine, k, allowed & (cosine > 0))

    def score(self, query: Floats, rows: Rows) -> Floats:
        """See ``Index.score``: the cosine."""
        return dots(self.vectors[rows], query)
