"""One event told many times: further retellings stand folded under the first."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import finite, stretches
from ..index.fields import HAS_TITLE, Floats, Rows
from ..index.tfidf import Among

if TYPE_CHECKING:
    from .model import Model

TOLD = 2  # retellings of one event that a list shows
_ALIKE = 0.42  # cosine of titles from which two articles tell one event ...
_BY_MEANING = 0.30  # ... or this one, where they mean the same too
_MEANING = 0.78
_DAYS = 4.0  # apart at most, where both are dated
_AHEAD = 60  # groups that are looked at
_BLOCK = 64  # of them compared with all at a time


class Group(NamedTuple):
    """``rows`` an article and its near-copies, best first; ``retellings`` articles folded under it."""

    rows: list[int]
    retellings: list[int]


def folded(model: Model, groups: list[Group], wanted: int) -> list[Group]:
    """At most ``TOLD`` groups of one event among the first; what is left of it is put under its first group."""
    few = groups[: max(_AHEAD, 2 * wanted)]
    same = _one_event(model, np.array([group.rows[0] for group in few], dtype=np.int64)).tolist()
    kept: list[Group] = []
    times: dict[int, int] = {}  # first of an event -> how many groups of it are kept
    for at, group in enumerate(few):
        first = next(compress(times, map(same[at].__getitem__, times)), at)
        if times.get(first, 0) < TOLD:
            times[first] = times.get(first, 0) + 1
            kept.append(group)
        else:
            few[first].retellings.extend(group.rows)
    return kept + groups[len(few) :]


def _one_event(model: Model, rows: Rows) -> NDArray[np.bool_]:
    """(m, m) which of ``rows`` (m,) tell one event. A body says more than one: articles without a title tell none."""
    among, every = Among.of(model.tfidf, rows), np.arange(len(rows))
    blocks = [among.cosine(every[start : start + _BLOCK]) for start in range(0, len(rows), _BLOCK)]
    alike = np.concatenate([np.zeros((0, len(rows)), dtype=np.float32), *blocks])
    meant = alike >= _BY_MEANING
    left, right = np.nonzero(meant)
    meant[left, right] = _cosines(np.asarray(model.dense.rows[rows]), left, right) >= _MEANING
    days = model.catalogue.days[rows]
    apart = np.abs(days[:, None] - days[None, :])
    titled = (model.fields.kind[rows] & HAS_TITLE).astype(bool)
    near = ~(apart > _DAYS)  # also where a day is not known
    return np.asarray(((alike >= _ALIKE) | meant) & near & titled[:, None] & titled[None, :])


def same_event(model: Model, rows: Rows, of: Rows) -> tuple[Rows, Rows]:
    """(p,) and (p,) places of two of ``rows`` (m,) that tell one event, the later first, where both stand in the same
    list ``of`` (m,), ascending: ``folded`` for many lists."""
    left, right, alike = _near(model, rows, of)
    days = model.catalogue.days[rows]
    titled = (model.fields.kind[rows] & HAS_TITLE).astype(bool)
    fits = ~(np.abs(days[left] - days[right]) > _DAYS) & titled[left] & titled[right]
    left, right, alike = left[fits], right[fits], alike[fits]
    meant = _cosines(np.asarray(model.dense.rows[rows]), left, right) >= _MEANING
    told = (alike >= _ALIKE) | meant
    return left[told], right[told]


def _near(model: Model, rows: Rows, of: Rows) -> tuple[Rows, Rows, Floats]:
    """Pairs of one list (the later first) whose titles have a cosine of ``_BY_MEANING`` and more, and the cosine."""
    space, width = model.tfidf, len(model.tfidf.terms)
    size = space.rows_start[rows + 1] - space.rows_start[rows]
    at = stretches(space.rows_start[rows], size)
    row, weight = np.repeat(np.arange(len(rows)), size), space.rows_weight[at]
    key = of[row] * width + space.rows_term[at]
    order = np.argsort(key, kind="stable")
    key, row, weight = key[order], row[order], weight[order]
    begin = np.flatnonzero(np.diff(key, prepend=-1))
    count = np.diff(np.append(begin, len(key)))
    before = np.arange(len(key)) - np.repeat(begin, count)  # how many of its list hold the same term earlier
    one = np.repeat(np.arange(len(key)), before)
    other = stretches(np.repeat(begin, count), before)
    pairs, where = np.unique(row[one] * len(rows) + row[other], return_inverse=True)
    alike = np.bincount(where, weight[one] * weight[other], len(pairs)).astype(np.float32)
    near = alike >= _BY_MEANING
    return pairs[near] // len(rows), pairs[near] % len(rows), alike[near]


def _cosines(rows: Floats, left: Rows, right: Rows) -> Floats:
    """(p,) of each pair of unit ``rows``. Raises FloatingPointError where one is not finite: a row is damaged."""
    return finite(np.einsum("ij,ij->i", rows[left], rows[right]))
