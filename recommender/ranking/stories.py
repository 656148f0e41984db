"""One event told many times: further retellings stand folded under the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..index.fields import HAS_TITLE, Rows

if TYPE_CHECKING:
    from ..model import Model

TOLD = 2  # retellings of one event that a list shows
_ALIKE = 0.42  # cosine of titles from which two articles tell one event ...
_BY_MEANING = 0.30  # ... or this one, where they mean the same too
_MEANING = 0.78
_DAYS = 4.0  # apart at most, where both are dated
_AHEAD = 60  # groups that are looked at


class Group(NamedTuple):
    """``rows`` an article and its near-copies, best first; ``retellings`` articles folded under it."""

    rows: list[int]
    retellings: list[int]


def folded(model: Model, groups: list[Group], wanted: int) -> list[Group]:
    """At most ``TOLD`` groups of one event among the first; what is left of it is put under its first group."""
    few = groups[: max(_AHEAD, 2 * wanted)]
    same = _one_event(model, np.array([group.rows[0] for group in few], dtype=np.int64))
    kept: list[Group] = []
    events: list[list[int]] = []
    for at, group in enumerate(few):
        event = next((event for event in events if same[event[0], at]), None)
        if event is None:
            events.append([at])
            kept.append(group)
        elif len(event) < TOLD:
            event.append(at)
            kept.append(group)
        else:
            few[event[0]].retellings.extend(group.rows)
    return kept + groups[len(few) :]


def _one_event(model: Model, rows: Rows) -> NDArray[np.bool_]:
    """(m, m) which of ``rows`` (m,) tell one event. A body says more than one: articles without a title tell none."""
    vectors = [model.tfidf.article(int(row)) for row in rows]
    terms = sorted({term for vector in vectors for term in vector.ids.tolist()})
    place = {term: at for at, term in enumerate(terms)}
    table = np.zeros((len(rows), len(terms)), dtype=np.float32)
    for at, vector in enumerate(vectors):
        table[at, [place[term] for term in vector.ids.tolist()]] = vector.weights
    dense = np.asarray(model.dense.rows[rows])
    with np.errstate(over="raise", invalid="raise"):  # unit rows cannot; damaged ones are to be noticed
        alike = table @ table.T
        meant = (alike >= _BY_MEANING) & (dense @ dense.T >= _MEANING)
    days = model.catalogue.days[rows]
    apart = np.abs(days[:, None] - days[None, :])
    titled = (model.fields.kind[rows] & HAS_TITLE).astype(bool)
    near = ~(apart > _DAYS)  # also where a day is not known
    return np.asarray(((alike >= _ALIKE) | meant) & near & titled[:, None] & titled[None, :])
