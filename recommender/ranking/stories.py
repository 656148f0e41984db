"""One event told many times: further retellings stand folded under the first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

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
    kept: list[Group] = []
    events: list[list[Group]] = []
    for group in few:
        event = next((event for event in events if _one_event(model, event[0].rows[0], group.rows[0])), None)
        if event is None:
            events.append([group])
            kept.append(group)
        elif len(event) < TOLD:
            event.append(group)
            kept.append(group)
        else:
            event[0].retellings.extend(group.rows)
    return kept + groups[len(few) :]


def _one_event(model: Model, one: int, other: int) -> bool:
    apart = abs(float(model.catalogue.days[one]) - float(model.catalogue.days[other]))
    if not math.isnan(apart) and apart > _DAYS:
        return False
    alike = float(model.tfidf.likeness(one, np.array([other]))[0])
    if alike >= _ALIKE:
        return True
    return alike >= _BY_MEANING and float(model.dense.rows[one] @ model.dense.rows[other]) >= _MEANING
