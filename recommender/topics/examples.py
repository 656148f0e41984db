"""Headlines that show a topic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats
from .partition import centres_of

EXAMPLES = 3
_VARIETY = 0.5  # weight of difference between the headlines that show a topic


def examples_of(vectors: Floats, members: NDArray[np.int64]) -> tuple[int, ...]:
    """Members near the centre that differ from one another (maximal marginal relevance)."""
    if not len(members):
        return ()
    centre = centres_of(vectors[members], np.zeros(len(members), dtype=np.int64))[0]
    near = vectors[members] @ centre
    pool = members[np.argsort(-near.round(6), kind="stable")[:50]]
    worth = vectors[pool] @ centre
    chosen: list[int] = []
    while len(chosen) < min(EXAMPLES, len(pool)):
        alike = (vectors[pool] @ vectors[pool[chosen]].T).max(axis=1) if chosen else np.zeros(len(pool))
        value = ((1 - _VARIETY) * worth - _VARIETY * alike).round(6)
        value[chosen] = -np.inf
        chosen.append(int(value.argmax()))
    return tuple(int(pool[at]) for at in chosen)
