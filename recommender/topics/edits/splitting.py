"""Topics that an edit parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..topic import Topic
from .draft import EXAMPLES, Draft, Gone
from .groups import nearest_group, nearest_part, words_of
from .log import Edit


def split(draft: Draft, edit: Edit) -> None:
    """Each part takes its articles of the topic; a broad one parts its finer ones, whole. Raises Gone where there is
    nothing to take."""
    names = [part.id for part in edit.parts]
    taken = (n for n in names if draft.find(n) >= 0 or n in draft.broad or names.count(n) > 1)
    if twice := next(taken, None):
        raise Gone(f"a topic {twice} is there already")
    if edit.topic in draft.broad:
        _split_broad(draft, edit)
        return
    place = draft.place(edit.topic)
    rows = np.flatnonzero(draft.topic_of == place)
    held = [draft.rows(part.articles) for part in edit.parts]
    if edit.stay:
        representatives = [draft.rows(edit.stay), *held]
        if not len(rows) or not all(map(len, representatives)):
            raise Gone("the articles that its parts are known by are gone")
        nearest = nearest_group(draft.model, rows, representatives)
        shares = [rows[nearest == number] for number in range(1, len(representatives))]
    else:
        shares = [draft.copies(part, rows) for part in held]
    if not all(map(len, shares)):
        raise Gone(f"an article list of it has nothing in topic {edit.topic} now")
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
        raise Gone(f"{lost} of its {named} articles are not in {edit.topic} now; the others are split off")


def _split_broad(draft: Draft, edit: Edit) -> None:
    """Each fine topic goes to the part whose articles it is nearest to. A list of articles that leave becomes a
    finer topic of the broad one: it was made when the topic had no finer ones."""
    places = draft.children(edit.topic)
    held = [draft.rows(part.articles) for part in edit.parts]
    if not edit.stay:
        inside = np.flatnonzero(np.isin(draft.topic_of, places))
        for part, some in zip(edit.parts, held, strict=True):
            if not len(share := draft.copies(some, inside)):
                raise Gone(f"an article list of it has nothing in topic {edit.topic} now")
            draft.changed |= set(draft.topic_of[share].tolist())
            draft.add(part, share, np.setdiff1d(inside, share), edit.topic)
        return
    representatives = [draft.rows(edit.stay), *held]
    if not all(map(len, representatives)):
        raise Gone("the articles that its parts are known by are gone")
    nearest = nearest_part(draft.model, [np.flatnonzero(draft.topic_of == place) for place in places], representatives)
    parts = [
        [place for place, part in zip(places, nearest, strict=True) if part == n] for n in range(len(representatives))
    ]
    if not all(parts):
        raise Gone(f"the finer topics of {edit.topic} do not part that way now")
    whole = np.flatnonzero(np.isin(draft.topic_of, places))
    for part, below in zip(edit.parts, parts[1:], strict=True):
        rows = np.flatnonzero(np.isin(draft.topic_of, below))
        terms = words_of(draft.model, rows, np.setdiff1d(whole, rows))
        examples = [draft.topic(place).examples[0] for place in below if draft.topic(place).examples]
        draft.broad[part.id] = Topic(part.id, part.name, terms, len(rows), tuple(examples[:EXAMPLES]))
        draft.into.pop(part.id, None)
        draft.hang(below, part.id)
