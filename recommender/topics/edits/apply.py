"""Applies people's edits to the topics of an open model; the files of the model stay as trained."""

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
        except NotApplicable as reason:
            problems.append(f"The edit '{edit.told()}' (line {edit.number} of edits.jsonl) is not applied: {reason}.")
    return replace(model, topics=draft.finished()), tuple(problems)


def _rename(draft: Draft, edit: Edit) -> None:
    if edit.topic in draft.broad:
        draft.broad[edit.topic] = replace(draft.broad[edit.topic], name=edit.name)
        return
    index = draft.index_of(edit.topic)
    draft.topics[index] = replace(draft.topic(index), name=edit.name)


def _move(draft: Draft, edit: Edit) -> None:
    row = draft.article(edit.article)
    old = int(draft.topic_of[row])
    if draft.find_curated(edit.topic) < 0 or draft.find(edit.topic) >= 0:
        target = draft.target(row, edit.topic)
        if old not in (NO_TOPIC, target) and edit.was not in (draft.topic(old).id, draft.topic(old).parent):
            raise NotApplicable(f"training now puts the article in {draft.topic(old).id}; pin it if it is to go anyway")
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
    present = [(name, index) for name in edit.topics if (index := draft.find(name)) >= 0]
    missing = [name for name in edit.topics if draft.find(name) < 0]
    if len(present) < 2:
        raise NotApplicable(f"there is no topic {' or '.join(missing)} now")
    first_id, first = present[0]
    for name, index in present[1:]:
        draft.topic_of[draft.topic_of == index] = first
        draft.into[name] = first_id
    terms = [draft.topic(index).terms for _, index in present]
    examples = [e for _, index in present for e in draft.topic(index).examples[:1]]
    draft.topics[first] = replace(draft.topic(first), terms=mixed(terms), examples=tuple(examples[:EXAMPLES]))
    for _, index in present[1:]:
        draft.topics[index] = None
    draft.changed.add(first)
    if missing:
        raise NotApplicable(f"there is no topic {' or '.join(missing)} now; the others are merged")


def _merge_broad(draft: Draft, edit: Edit) -> None:
    """Broad topics become one: all their fine topics lie in the first."""
    present = [name for name in edit.topics if name in draft.broad]
    missing = [name for name in edit.topics if name not in draft.broad]
    if fine := [name for name in missing if draft.find(name) >= 0]:
        raise NotApplicable(f"{fine[0]} is a finer topic now, {present[0]} a broad one")
    if len(present) < 2:
        raise NotApplicable(f"there is no topic {' or '.join(missing)} now")
    draft.hang([index for name in present[1:] for index in draft.children(name)], present[0])
    terms = [draft.broad[name].terms for name in present]
    draft.broad[present[0]] = replace(draft.broad[present[0]], terms=mixed(terms))
    for name in present[1:]:
        del draft.broad[name]
        draft.into[name] = present[0]
    if missing:
        raise NotApplicable(f"there is no topic {' or '.join(missing)} now; the others are merged")


def _split(draft: Draft, edit: Edit) -> None:
    """Each part takes its articles of the topic; a broad one parts its finer ones, whole. Raises NotApplicable where
    there is nothing to take."""
    names = [part.id for part in edit.parts]
    existing = (n for n in names if draft.find(n) >= 0 or n in draft.broad or names.count(n) > 1)
    if twice := next(existing, None):
        raise NotApplicable(f"a topic {twice} is there already")
    if edit.topic in draft.broad:
        _split_broad(draft, edit)
        return
    index = draft.index_of(edit.topic)
    rows = np.flatnonzero(draft.topic_of == index)
    rows_of_parts = [draft.rows(part.articles) for part in edit.parts]
    if edit.stay:
        representatives = [draft.rows(edit.stay), *rows_of_parts]
        if not len(rows) or not all(map(len, representatives)):
            raise NotApplicable("the articles that its parts are known by are gone")
        nearest = nearest_group(draft.model, rows, representatives)
        shares = [rows[nearest == number] for number in range(1, len(representatives))]
    else:
        shares = [draft.copies(part, rows) for part in rows_of_parts]
    if not all(map(len, shares)):
        raise NotApplicable(f"an article list of it has nothing in topic {edit.topic} now")
    rest = np.setdiff1d(rows, np.concatenate(shares))
    for part, share in zip(edit.parts, shares, strict=True):
        draft.add(part, share, rest, draft.topic(index).parent)
        if not edit.stay:
            for row in share.tolist():
                draft.pins.pop(row, None)
    draft.topics[index] = replace(draft.topic(index), terms=words_of(draft.model, rest, np.concatenate(shares)))
    draft.changed.add(index)
    count = sum(len(part.articles) for part in edit.parts)
    if not edit.stay and (lost := count - int(np.isin(np.concatenate(rows_of_parts), rows).sum())):
        raise NotApplicable(f"{lost} of its {count} articles are not in {edit.topic} now; the others are split off")


def _split_broad(draft: Draft, edit: Edit) -> None:
    """Each fine topic goes to the part whose articles it is nearest to. A list of articles that leave becomes a
    finer topic of the broad one: it was made when the topic had no finer ones."""
    fine = draft.children(edit.topic)
    rows_of_parts = [draft.rows(part.articles) for part in edit.parts]
    if not edit.stay:
        inside = np.flatnonzero(np.isin(draft.topic_of, fine))
        for part, some in zip(edit.parts, rows_of_parts, strict=True):
            if not len(share := draft.copies(some, inside)):
                raise NotApplicable(f"an article list of it has nothing in topic {edit.topic} now")
            draft.changed |= set(draft.topic_of[share].tolist())
            draft.add(part, share, np.setdiff1d(inside, share), edit.topic)
        return
    representatives = [draft.rows(edit.stay), *rows_of_parts]
    if not all(map(len, representatives)):
        raise NotApplicable("the articles that its parts are known by are gone")
    nearest = nearest_part(draft.model, [np.flatnonzero(draft.topic_of == index) for index in fine], representatives)
    parts = [
        [index for index, part in zip(fine, nearest, strict=True) if part == n] for n in range(len(representatives))
    ]
    if not all(parts):
        raise NotApplicable(f"the finer topics of {edit.topic} do not part that way now")
    whole = np.flatnonzero(np.isin(draft.topic_of, fine))
    for part, indices in zip(edit.parts, parts[1:], strict=True):
        rows = np.flatnonzero(np.isin(draft.topic_of, indices))
        terms = words_of(draft.model, rows, np.setdiff1d(whole, rows))
        examples = [draft.topic(index).examples[0] for index in indices if draft.topic(index).examples]
        draft.broad[part.id] = Topic(part.id, part.name, terms, len(rows), tuple(examples[:EXAMPLES]))
        draft.into.pop(part.id, None)
        draft.hang(indices, part.id)


_ACTIONS = {"rename": _rename, "merge": _merge, "split": _split, "move": _move, "pin": _pin}
