"""Which ranked candidates are shown: near-copies and retellings behind one of them, a diverse choice if wished."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Ints as Rows
from ..arrays.kernels import diverse
from ..index.tfidf import Among
from .model import Model
from .options import SearchOptions
from .stories import Group, folded, looked_at

Numbers = NDArray[np.float64]
SPARE = 5  # candidates a wanted hit, from which a diverse choice is made


def groups_of(model: Model, pool: Rows, options: SearchOptions) -> list[Group]:
    """Rows best first, near-copies behind the best of their kind, retellings behind the second of theirs; as many
    groups as ``choose`` looks at."""
    count = max(options.k * SPARE, options.k + 20) if options.diversity else options.k
    if not options.collapse:
        return [Group([row], []) for row in pool[:count].tolist()]
    kinds = _kinds(model, pool, count if options.stories else looked_at(options.k) + count)
    groups = [Group(rows, []) for rows in kinds]
    return groups if options.stories else folded(model, groups, options.k, count)


def _kinds(model: Model, pool: Rows, count: int) -> Iterable[list[int]]:
    """Rows of the first ``count`` kinds of near-copies, all of each."""
    kinds: dict[int, list[int]] = {}
    for row, kind in zip(pool.tolist(), model.catalogue.duplicate_of.take(pool).tolist(), strict=True):
        if kind in kinds:
            kinds[kind].append(row)
        elif len(kinds) < count:
            kinds[kind] = [row]
    return kinds.values()


def choose(model: Model, groups: list[Group], rows: Rows, scores: Numbers, options: SearchOptions) -> list[Group]:
    """The first ``options.k`` of ``groups``, or by ``options.diversity`` those that differ by the ``scores`` (m,) of
    ``rows`` (m,)."""
    if not options.diversity:
        return groups[: options.k]
    by_row = dict(zip(rows.tolist(), scores.tolist(), strict=True))
    leaders = np.array([group.rows[0] for group in groups], dtype=np.int64)
    among = Among.of(model.tfidf, leaders)

    def cosine(position: int, others: Rows) -> NDArray[np.floating]:
        return np.asarray(among.cosine(np.array([position]))[0, others])

    relevance = np.array([by_row[row] for row in leaders.tolist()])
    return [groups[i] for i in diverse(relevance, cosine, options.k, options.diversity)]
