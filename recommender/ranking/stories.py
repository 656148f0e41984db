"""One event told many times: further retellings stand folded under the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import finite
from ..index.fields import HAS_TITLE, Floats, Rows
from ..index.tfidf import Among

if TYPE_CHECKING:
    from .model import Model

TOLD = 2  # retellings of one event that a list shows
_ALIKE = 0.42  # cosine of titles from which two articles tell one event ...
MAYBE_ALIKE = 0.30  # ... or this one, where they mean the same too
_MEANING = 0.78
_DAYS = 4.0  # apart at most, where both are dated ...
_ANY_DAY = 0.55  # ... and where one is not, the cosine: 코스피 하락 마감 of two years is no event
_AHEAD = 60  # groups that are looked at
_BLOCK = 64  # of them compared with all at a time, at most ...
_MORE = 5  # ... and beside those that are shown at the least


class Group(NamedTuple):
    """``rows`` an article and its near-copies, best first; ``retellings`` articles folded under it."""

    rows: list[int]
    retellings: list[int]


def folded(model: Model, groups: list[Group], k: int, count: int) -> list[Group]:
    """The first ``count`` groups, of those of one event no more than ``TOLD``; what the groups ahead of a list of
    ``k`` have more of an event is put under its first group."""
    ahead = groups[: looked_at(k)]
    retellings = _Told(model, np.array([group.rows[0] for group in ahead], dtype=np.int64), count + _MORE)
    chosen: list[Group] = []
    first_of: dict[int, int] = {}  # where a group of the same event stands first, of those that are shown
    counts = [0] * len(ahead)  # how many groups of its event are kept
    for i, group in enumerate(ahead):
        first = first_of.get(i, i)
        if counts[first] >= TOLD:
            ahead[first].retellings.extend(group.rows)
            continue
        counts[first] += 1
        if len(chosen) < count:
            chosen.append(group)
            if first == i:
                first_of = {**dict.fromkeys(retellings.by(i), i), **first_of}
    return (chosen + groups[len(ahead) :])[:count]


def looked_at(k: int) -> int:
    """How many groups are looked at for a list of ``k``."""
    return max(_AHEAD, 2 * k)


class _Told:
    """Which of ``rows`` (m,) tell the event of one of them, looked at for ``block`` at a time: few stand first.

    A body says more than one event: articles without a title tell none.
    """

    def __init__(self, model: Model, rows: Rows, block: int) -> None:
        self._model, self._rows, self._block = model, rows, min(block, _BLOCK)
        self._among = Among.of(model.tfidf, rows)
        self._vectors = model.dense.rows.take(rows, axis=0)
        self._days = model.catalogue.days.take(rows)
        self._titled = (model.fields.kind.take(rows) & HAS_TITLE).astype(bool)
        self._known: list[NDArray[np.bool_]] = []

    def by(self, i: int) -> list[int]:
        """The places of those that tell the event of the one at this place."""
        while len(self._known) <= i:
            begin = len(self._known)
            self._known += [*self._one_event(np.arange(begin, min(begin + self._block, len(self._rows))))]
        return self._known[i].nonzero()[0].tolist()

    def _one_event(self, indices: Rows) -> NDArray[np.bool_]:
        """(p, m) which tell the events of those at ``indices`` (p,)."""
        cosines = self._among.cosine(indices)
        left, right = np.nonzero(cosines >= MAYBE_ALIKE)
        same = cosines >= _ALIKE
        same[left, right] |= _cosines(self._vectors, indices[left], right) >= _MEANING
        same &= _in_time(self._days[indices, None], self._days, cosines)
        return np.asarray(same & self._titled & self._titled[indices, None])


def same_event(model: Model, rows: Rows, left: Rows, right: Rows, alike: Floats) -> NDArray[np.bool_]:
    """(p,) whether pairs of ``rows`` (m,), at the places ``left`` (p,) and ``right`` (p,), tell one event, by the
    cosine of their titles, ``alike`` (p,), ``MAYBE_ALIKE`` at least: ``folded`` for many lists."""
    days = model.catalogue.days[rows]
    titled = (model.fields.kind[rows] & HAS_TITLE).astype(bool)
    same = _in_time(days[left], days[right], alike) & titled[left] & titled[right]
    unsure = np.flatnonzero(same & (alike < _ALIKE))
    same[unsure] = _cosines(np.asarray(model.dense.rows[rows]), left[unsure], right[unsure]) >= _MEANING
    return np.asarray(same)


def _in_time(one: NDArray[np.float64], other: NDArray[np.float64], alike: Floats) -> NDArray[np.bool_]:
    """Whether articles of these days may tell one event; where just one of the days is known, only if ``alike``."""
    half = np.isnan(one) != np.isnan(other)
    return np.asarray(~(np.abs(one - other) > _DAYS) & (~half | (alike >= _ANY_DAY)))


def _cosines(rows: Floats, left: Rows, right: Rows) -> Floats:
    """(p,) of each pair of unit ``rows``. Raises FloatingPointError where one is not finite: a row is damaged."""
    return finite(np.einsum("ij,ij->i", rows[left], rows[right]))
