"""Applies people's edits to the topics of a model that was opened; the model's files stay as they were trained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..topic import NO_TOPIC
from .draft import Draft, Gone
from .log import Edit
from .merging import merge
from .splitting import split

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
        except Gone as gone:
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
            raise Gone(f"training now puts the article in {draft.topic(now).id}; pin it if it is to go anyway")
    draft.put(row, edit.topic)
    draft.pins = {kept: topic for kept, topic in draft.pins.items() if kept not in set(draft.kind(row).tolist())}


def _pin(draft: Draft, edit: Edit) -> None:
    row = draft.article(edit.article)
    draft.put(row, edit.topic)
    draft.pins = {kept: topic for kept, topic in draft.pins.items() if kept not in set(draft.kind(row).tolist())}
    draft.pins[row] = edit.topic


_ACTIONS = {"rename": _rename, "merge": merge, "split": split, "move": _move, "pin": _pin}
