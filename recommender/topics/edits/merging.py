"""Topics that an edit makes one of several."""

from __future__ import annotations

from dataclasses import replace

from .draft import EXAMPLES, Draft, Gone
from .groups import mixed
from .log import Edit


def merge(draft: Draft, edit: Edit) -> None:
    """The first topic takes the articles of the others. Raises Gone where fewer than two are there."""
    if any(name in draft.broad for name in edit.topics):
        _merge_broad(draft, edit)
        return
    there = [(name, place) for name in edit.topics if (place := draft.find(name)) >= 0]
    gone = [name for name in edit.topics if draft.find(name) < 0]
    if len(there) < 2:
        raise Gone(f"there is no topic {' or '.join(gone)} now")
    first_id, first = there[0]
    for name, place in there[1:]:
        draft.topic_of[draft.topic_of == place] = first
        draft.into[name] = first_id
    terms = [draft.topic(place).terms for _, place in there]
    examples = [e for _, place in there for e in draft.topic(place).examples[:1]]
    draft.topics[first] = replace(draft.topic(first), terms=mixed(terms), examples=tuple(examples[:EXAMPLES]))
    for _, place in there[1:]:
        draft.topics[place] = None
    draft.changed.add(first)
    if gone:
        raise Gone(f"there is no topic {' or '.join(gone)} now; the others are merged")


def _merge_broad(draft: Draft, edit: Edit) -> None:
    """Broad topics become one: all their fine topics lie in the first."""
    there = [name for name in edit.topics if name in draft.broad]
    gone = [name for name in edit.topics if name not in draft.broad]
    if fine := [name for name in gone if draft.find(name) >= 0]:
        raise Gone(f"{fine[0]} is a finer topic now, {there[0]} a broad one")
    if len(there) < 2:
        raise Gone(f"there is no topic {' or '.join(gone)} now")
    draft.hang([place for name in there[1:] for place in draft.children(name)], there[0])
    terms = [draft.broad[name].terms for name in there]
    draft.broad[there[0]] = replace(draft.broad[there[0]], terms=mixed(terms))
    for name in there[1:]:
        del draft.broad[name]
        draft.into[name] = there[0]
    if gone:
        raise Gone(f"there is no topic {' or '.join(gone)} now; the others are merged")
