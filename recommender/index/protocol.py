"""What every index of articles does, whatever a query is to it: terms of fields, or a dense vector."""

from __future__ import annotations

from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats
from ..arrays.kernels import Ints as Rows

QueryT = TypeVar("QueryT", contravariant=True)


class Index(Protocol[QueryT]):
    """The articles nearest to a query, and how near given ones are. tests/test_contracts.py holds every one to this.

    It changes nothing of itself, so several threads may ask at once; the same question gets the same answer.
    """

    def search(self, query: QueryT, k: int, allowed: NDArray[np.bool_]) -> Rows:
        """At most ``k`` rows (int64) where ``allowed`` (n,), best first, equal ones in order of row. An article that
        scores 0 or less has nothing of the query and is not found, whatever ``k``."""
        ...

    def score(self, query: QueryT, rows: Rows) -> Floats:
        """(m,) float32, in the order of ``rows`` (m,): what ``search`` ranks by, but for rounding."""
        ...
