"""Which ranked candidates are shown: near-copies and retellings behind one of them, a diverse choice if wished."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Ints as Rows
from ..arrays.kernels import diverse
from ..index.tfidf import Among
from .model import Model
from .options import SearchOptions
from .stories import Group, folded, looked_at

SPARE = 5  # candidates a wanted hit, from which a diverse choice is made


def groups_of(model: Model, pool: Rows, options: SearchOptions) -> list[Group]:
    """Rows best first, near-copies behind the best of their kind, retellings behind the second of theirs; as many
    groups as ``choose`` looks at."""
    most = max(options.k * SPARE, options.k + 20) if options.diversity else options.k
    if not options.collapse:
        return [Group([row], []) for row in pool[:most].tolist()]
    kinds: dict[int, list[int]] = {}
    for row, kind in zip(pool.tolist(), model.catalogue.duplicate_of.take(pool).tolist(), strict=True):
        kinds.setdefault(kind, []).append(row)
    if options.stories:
        return [Group(rows, []) for rows in islice(kinds.values(), most)]
    ahead = islice(kinds.values(), looked_at(options.k) + most)
    return folded(model, [Group(rows, []) for rows in ahead], options.k, most)


def choose(model: Model, groups: list[Group], scores: Mapping[int, float], options: SearchOptions) -> list[Group]:
    """The first ``options.k`` of ``groups``, or by ``options.diversity`` those that differ; ``scores`` by row."""
    if not options.diversity:
        return groups[: options.k]
    leaders = np.array([group.rows[0] for group in groups], dtype=np.int64)
    among = Among.of(model.tfidf, leaders)

    def cosine(position: int, others: Rows) -> NDArray[np.floating]:
        return np.asarray(among.cosine(np.array([position]))[0, others])

    relevance = np.array([scores[int(row)] for row in leaders])
    return [groups[i] for i in diverse(relevance, cosine, options.k, options.diversity)]
