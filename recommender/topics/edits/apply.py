"""Applies people's edits to the topics of a model that was opened; the model's files stay as they were trained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..topic import EXAMPLES, NO_TOPIC, Topic
from .draft import Draft, NotApplicable
from .groups import mixed, nearest_group, nearest_part, words_of
from .log import Edit

if TYPE_CHECKING:
    from ...ranking.model import Model


def with_edits(model: Model, edits: Iterable[Edit]) -> tuple[Model, tuple[str, ...]]:
    """``model`` with ``edits`` applied in order, and a sentence for each that cannot be applied (any more).

    ``move`` holds where training leaves the article in the topic that it was moved from, or in none. ``pin``
    holds whatever training says, and is put in force once more after all other edits; a later move ends it.
    Near-copies go with their article.
    """
    draft = Draft(model)
    problems = []
    for edit in edits:
        try:
            _ACTIONS[edit.action](draft, edit)
        except NotApplicable as gone:
            problems.append(f"The edit '{edit.told()}' (line {edit.number} of edits.jsonl) is not applied: {gone}.")
    return replace(model, topics=draft.finished()), tuple(problems)


def _rename(draft: Draft, edit: Edit) -> None:
    if edit.topic in draft.broad:
        draft.broad[edit.topic] = replace(draft.broad[edit.topic], name=edit.name)
        return
    place = draft.place(edit.topic)
    draft.topics[place] = replace(draft.topic(place), name=edit.name)


def _move(draft: Draft, edit: Edit) -> None:
    row = draft.article(edit.article)
    now = int(draft.topic_of[row])
    if draft.find_curated(edit.topic) < 0 or draft.find(edit.topic) >= 0:
        target = draft.target(row, edit.topic)
        if now not in (NO_TOPIC, target) and edit.was not in (draft.topic(now).id, draft.topic(now).parent):
            raise NotApplicable(f"training now puts the article in {draft.topic(now).id}; pin it if it is to go anyway")
    draft.put(row, edit.topic)
    draft.pins = {kept: topic for kept, topic in draft.pins.items() if kept not in set(draft.kind(row).tolist())}


def _pin(draft: Draft, edit: Edit) -> None:
    row = draft.article(edit.article)
    draft.put(row, edit.topic)
    draft.pins = {kept: topic for kept, topic in draft.pins.items() if kept not in set(draft.kind(row).tolist())}
    draft.pins[row] = edit.topic


def _merge(draft: Draft, edit: Edit) -> None:
    """The first topic takes the articles of the others. Raises NotApplicable where fewer than two are there."""
    if any(name in draft.broad for name in edit.topics):
        _merge_broad(draft, edit)
        return
    there = [(name, place) for name in edit.topics if (place := draft.find(name)) >= 0]
    gone = [name for name in edit.topics if draft.find(name) < 0]
    if len(there) < 2:
        raise NotApplicable(f"there is no topic {' or '.join(gone)} now")
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
        raise NotApplicable(f"there is no topic {' or '.join(gone)} now; the others are merged")


def _merge_broad(draft: Draft, edit: Edit) -> None:
    """Broad topics become one: all their fine topics lie in the first."""
    there = [name for name in edit.topics if name in draft.broad]
    gone = [name for name in edit.topics if name not in draft.broad]
    if fine := [name for name in gone if draft.find(name) >= 0]:
        raise NotApplicable(f"{fine[0]} is a finer topic now, {there[0]} a broad one")
    if len(there) < 2:
        raise NotApplicable(f"there is no topic {' or '.join(gone)} now")
    draft.hang([place for name in there[1:] for place in draft.children(name)], there[0])
    terms = [draft.broad[name].terms for name in there]
    draft.broad[there[0]] = replace(draft.broad[there[0]], terms=mixed(terms))
    for name in there[1:]:
        del draft.broad[name]
        draft.into[name] = there[0]
    if gone:
        raise NotApplicable(f"there is no topic {' or '.join(gone)} now; the others are merged")


def _split(draft: Draft, edit: Edit) -> None:
    """Each part takes its articles of the topic; a broad one parts its finer ones, whole. Raises NotApplicable where
    there is nothing to take."""
    names = [part.id for part in edit.parts]
    taken = (n for n in names if draft.find(n) >= 0 or n in draft.broad or names.count(n) > 1)
    if twice := next(taken, None):
        raise NotApplicable(f"a topic {twice} is there already")
    if edit.topic in draft.broad:
        _split_broad(draft, edit)
        return
    place = draft.place(edit.topic)
    rows = np.flatnonzero(draft.topic_of == place)
    held = [draft.rows(part.articles) for part in edit.parts]
    if edit.stay:
        representatives = [draft.rows(edit.stay), *held]
        if not len(rows) or not all(map(len, representatives)):
            raise NotApplicable("the articles that its parts are known by are gone")
        nearest = nearest_group(draft.model, rows, representatives)
        shares = [rows[nearest == number] for number in range(1, len(representatives))]
    else:
        shares = [draft.copies(part, rows) for part in held]
    if not all(map(len, shares)):
        raise NotApplicable(f"an article list of it has nothing in topic {edit.topic} now")
    rest = np.setdiff1d(rows, np.concatenate(shares))
    for part, share in zip(edit.parts, shares, strict=True):
        draft.add(part, share, rest, draft.topic(place).parent)
        if not edit.stay:
            for row in share.tolist():
                draft.pins.pop(row, None)
    draft.topics[place] = replace(draft.topic(place), terms=words_of(draft.model, rest, np.concatenate(shares)))
    draft.changed.add(place)
    named = sum(len(part.articles) for part in edit.parts)
    if not edit.stay and (lost := named - int(np.isin(np.concatenate(held), rows).sum())):
        raise NotApplicable(f"{lost} of its {named} articles are not in {edit.topic} now; the others are split off")


def _split_broad(draft: Draft, edit: Edit) -> None:
    """Each fine topic goes to the part whose articles it is nearest to. A list of articles that leave becomes a
    finer topic of the broad one: it was made when the topic had no finer ones."""
    places = draft.children(edit.topic)
    held = [draft.rows(part.articles) for part in edit.parts]
    if not edit.stay:
        inside = np.flatnonzero(np.isin(draft.topic_of, places))
        for part, some in zip(edit.parts, held, strict=True):
            if not len(share := draft.copies(some, inside)):
                raise NotApplicable(f"an article list of it has nothing in topic {edit.topic} now")
            draft.changed |= set(draft.topic_of[share].tolist())
            draft.add(part, share, np.setdiff1d(inside, share), edit.topic)
        return
    representatives = [draft.rows(edit.stay), *held]
    if not all(map(len, representatives)):
        raise NotApplicable("the articles that its parts are known by are gone")
    nearest = nearest_part(draft.model, [np.flatnonzero(draft.topic_of == place) for place in places], representatives)
    parts = [
        [place for place, part in zip(places, nearest, strict=True) if part == n] for n in range(len(representatives))
    ]
    if not all(parts):
        raise NotApplicable(f"the finer topics of {edit.topic} do not part that way now")
    whole = np.flatnonzero(np.isin(draft.topic_of, places))
    for part, below in zip(edit.parts, parts[1:], strict=True):
        rows = np.flatnonzero(np.isin(draft.topic_of, below))
        terms = words_of(draft.model, rows, np.setdiff1d(whole, rows))
        examples = [draft.topic(place).examples[0] for place in below if draft.topic(place).examples]
        draft.broad[part.id] = Topic(part.id, part.name, terms, len(rows), tuple(examples[:EXAMPLES]))
        draft.into.pop(part.id, None)
        draft.hang(below, part.id)


_ACTIONS = {"rename": _rename, "merge": _merge, "split": _split, "move": _move, "pin": _pin}
