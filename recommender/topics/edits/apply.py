"""Applies people's edits to the topics of a model that was opened; the model's files stay as they were trained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...arrays.kernels import unit_rows
from ...text.terms import MARK
from ..topic import NO_TOPIC, Outlier, Topic, TopicModel
from .log import Edit, Part

if TYPE_CHECKING:
    from ...ranking.model import Model

Rows = NDArray[np.int64]
_TERMS = 10
_EXAMPLES = 3


class _Gone(Exception):
    """What an edit is about is not there any more."""


def with_edits(model: Model, edits: Iterable[Edit]) -> tuple[Model, tuple[str, ...]]:
    """``model`` with ``edits`` applied in order, and a sentence for each that cannot be applied (any more).

    ``move`` holds where training leaves the article in the topic that it was moved from, or in none. ``pin``
    holds whatever training says, and is put in force once more after all other edits; a later move ends it.
    Near-copies go with their article.
    """
    state = _State(model)
    problems = []
    for edit in edits:
        try:
            state.apply(edit)
        except _Gone as gone:
            problems.append(f"The edit '{edit.told()}' (line {edit.number} of edits.jsonl) is not applied: {gone}.")
    return replace(model, topics=state.finished()), tuple(problems)


def words_of(model: Model, rows: Rows, beside: Rows) -> tuple[str, ...]:
    """The words that the articles at ``rows`` have more of than those at ``beside``, heaviest first."""
    weights = _mean_weights(model, rows)
    others = _mean_weights(model, beside) if len(beside) else {}
    order = sorted(weights, key=lambda term: (others.get(term, 0.0) - weights[term], term))
    named = (model.tfidf.terms[term] for term in order)
    return tuple(term for term, _ in zip((t for t in named if not t.startswith(MARK)), range(_TERMS), strict=False))


def _mean_weights(model: Model, rows: Rows) -> dict[int, float]:
    total: dict[int, float] = {}
    for row in rows.tolist():
        vector = model.tfidf.article(row)
        for term, weight in zip(vector.ids.tolist(), vector.weights.tolist(), strict=True):
            total[term] = total.get(term, 0.0) + weight / len(rows)
    return total


def parted(model: Model, rows: Rows, anchors: Sequence[Rows]) -> NDArray[np.int64]:
    """(m,) for each of ``rows`` (m,) the place of the group of ``anchors`` that it is nearest to."""
    centres = np.stack([unit_rows(model.dense.rows[held].mean(axis=0)) for held in anchors])
    nearest = np.asarray((model.dense.rows[rows] @ centres.T).argmax(axis=1), dtype=np.int64)
    for place, held in enumerate(anchors):
        nearest[np.isin(rows, held)] = place
    return nearest


def nearest_part(model: Model, groups: Sequence[Rows], anchors: Sequence[Rows]) -> list[int]:
    """For each group of rows the place of the group of ``anchors`` that its middle is nearest to; that of the anchors
    where they are all in it."""
    middles = [unit_rows(model.dense.rows[rows].mean(axis=0)) for rows in groups]
    centres = np.stack([unit_rows(model.dense.rows[held].mean(axis=0)) for held in anchors])
    own = [[n for n, held in enumerate(anchors) if np.isin(held, rows).mean() > 0.5] for rows in groups]
    return [
        found[0] if len(found) == 1 else int((centres @ middle).argmax())
        for found, middle in zip(own, middles, strict=True)
    ]


def _mixed(terms: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The heaviest terms of each in turn."""
    mixed = [t[i] for i in range(max(map(len, terms))) for t in terms if i < len(t)]
    return tuple(dict.fromkeys(mixed))[:_TERMS]


def _resized(topic: Topic, fine: Sequence[Topic]) -> Topic | None:
    """A broad topic with the size of its fine ones; None if it has none left."""
    below = [one for one in fine if one.parent == topic.id]
    return replace(topic, size=sum(one.size for one in below)) if below else None


class _State:
    """The topics while edits are applied: places stay, a topic that is merged away becomes None."""

    def __init__(self, model: Model) -> None:
        held = model.topics
        self._model, self._held = model, held
        self._topics: list[Topic | None] = list(held.topics)
        self._broad: dict[str, Topic] = {topic.id: topic for topic in held.broad}
        self._topic_of = np.array(held.topic_of)
        self._strength = np.array(held.strength)
        self._outlier = np.array(held.outlier)
        self._desks = np.array(held.desk_strength)
        self._pins: dict[int, str] = {}
        self._into: dict[str, str] = {}  # id of a topic merged away -> id of the one that holds its articles
        self._changed: set[int] = set()

    def apply(self, edit: Edit) -> None:
        getattr(self, f"_{edit.action}")(edit)

    def finished(self) -> TopicModel:
        for row, topic in self._pins.items():
            while topic in self._into:
                topic = self._into[topic]
            self._put(row, topic)
        kept = [place for place, topic in enumerate(self._topics) if topic is not None]
        renumber = np.full(len(self._topics) + 1, NO_TOPIC, dtype=np.int32)
        renumber[kept] = np.arange(len(kept), dtype=np.int32)
        topics = tuple(self._described(place) for place in kept)
        broad = tuple(found for topic in self._broad.values() if (found := _resized(topic, topics)))
        desks = tuple(
            replace(desk, size=int((self._desks[:, place] > 0).sum())) for place, desk in enumerate(self._held.desks)
        )
        return replace(
            self._held, topics=topics, broad=broad, topic_of=renumber[self._topic_of], strength=self._strength,
            outlier=self._outlier, desks=desks, desk_strength=self._desks,
        )  # fmt: skip

    def _described(self, place: int) -> Topic:
        topic = self._topics[place]
        assert topic is not None
        if place not in self._changed:
            return topic
        rows = np.flatnonzero(self._topic_of == place)
        ids = self._model.catalogue.ids
        inside = [name for name in topic.examples if (row := ids.find(name)) >= 0 and self._topic_of[row] == place]
        if len(inside) < _EXAMPLES and len(rows):
            centre = unit_rows(self._model.dense.rows[rows].mean(axis=0))
            order = rows[np.argsort(-(self._model.dense.rows[rows] @ centre), kind="stable")]
            inside += [ids[row] for row in order[: 2 * _EXAMPLES].tolist() if ids[row] not in inside]
        return replace(topic, size=len(rows), examples=tuple(inside[:_EXAMPLES]))

    def _rename(self, edit: Edit) -> None:
        if edit.topic in self._broad:
            self._broad[edit.topic] = replace(self._broad[edit.topic], name=edit.name)
            return
        place = self._place(edit.topic)
        self._topics[place] = replace(self._topic(place), name=edit.name)

    def _merge(self, edit: Edit) -> None:
        if any(name in self._broad for name in edit.topics):
            self._merge_broad(edit)
            return
        there = [(name, place) for name in edit.topics if (place := self._find(name)) >= 0]
        gone = [name for name in edit.topics if self._find(name) < 0]
        if len(there) < 2:
            raise _Gone(f"there is no topic {' or '.join(gone)} now")
        first_id, first = there[0]
        for name, place in there[1:]:
            self._topic_of[self._topic_of == place] = first
            self._into[name] = first_id
        terms = [self._topic(place).terms for _, place in there]
        examples = [e for _, place in there for e in self._topic(place).examples[:1]]
        self._topics[first] = replace(self._topic(first), terms=_mixed(terms), examples=tuple(examples[:_EXAMPLES]))
        for _, place in there[1:]:
            self._topics[place] = None
        self._changed.add(first)
        if gone:
            raise _Gone(f"there is no topic {' or '.join(gone)} now; the others are merged")

    def _merge_broad(self, edit: Edit) -> None:
        """Broad topics become one: all their fine topics lie in the first."""
        there = [name for name in edit.topics if name in self._broad]
        gone = [name for name in edit.topics if name not in self._broad]
        if fine := [name for name in gone if self._find(name) >= 0]:
            raise _Gone(f"{fine[0]} is a finer topic now, {there[0]} a broad one")
        if len(there) < 2:
            raise _Gone(f"there is no topic {' or '.join(gone)} now")
        self._hang([place for name in there[1:] for place in self._children(name)], there[0])
        terms = [self._broad[name].terms for name in there]
        self._broad[there[0]] = replace(self._broad[there[0]], terms=_mixed(terms))
        for name in there[1:]:
            del self._broad[name]
            self._into[name] = there[0]
        if gone:
            raise _Gone(f"there is no topic {' or '.join(gone)} now; the others are merged")

    def _split_broad(self, edit: Edit) -> None:
        """Each fine topic goes to the part whose articles it is nearest to. A list of articles that leave becomes a
        finer topic of the broad one: it was made when the topic had no finer ones."""
        places = self._children(edit.topic)
        held = [self._rows(part.articles) for part in edit.parts]
        if not edit.stay:
            inside = np.flatnonzero(np.isin(self._topic_of, places))
            for part, some in zip(edit.parts, held, strict=True):
                if not len(share := self._copies(some, inside)):
                    raise _Gone(f"an article list of it has nothing in topic {edit.topic} now")
                self._changed |= set(self._topic_of[share].tolist())
                self._add(part, share, np.setdiff1d(inside, share), edit.topic)
            return
        anchors = [self._rows(edit.stay), *held]
        if not all(map(len, anchors)):
            raise _Gone("the articles that its parts are known by are gone")
        nearest = nearest_part(self._model, [np.flatnonzero(self._topic_of == place) for place in places], anchors)
        parts = [[place for place, part in zip(places, nearest, strict=True) if part == n] for n in range(len(anchors))]
        if not all(parts):
            raise _Gone(f"the finer topics of {edit.topic} do not part that way now")
        whole = np.flatnonzero(np.isin(self._topic_of, places))
        for part, below in zip(edit.parts, parts[1:], strict=True):
            rows = np.flatnonzero(np.isin(self._topic_of, below))
            terms = words_of(self._model, rows, np.setdiff1d(whole, rows))
            examples = [self._topic(place).examples[0] for place in below if self._topic(place).examples]
            self._broad[part.id] = Topic(part.id, part.name, terms, len(rows), tuple(examples[:_EXAMPLES]))
            self._into.pop(part.id, None)
            self._hang(below, part.id)

    def _hang(self, places: Iterable[int], parent: str) -> None:
        for place in places:
            self._topics[place] = replace(self._topic(place), parent=parent)

    def _children(self, parent: str) -> list[int]:
        """Places of the fine topics of a broad one."""
        return [place for place, topic in enumerate(self._topics) if topic is not None and topic.parent == parent]

    def _split(self, edit: Edit) -> None:
        names = [part.id for part in edit.parts]
        taken = (n for n in names if self._find(n) >= 0 or n in self._broad or names.count(n) > 1)
        if twice := next(taken, None):
            raise _Gone(f"a topic {twice} is there already")
        if edit.topic in self._broad:
            self._split_broad(edit)
            return
        place = self._place(edit.topic)
        rows = np.flatnonzero(self._topic_of == place)
        held = [self._rows(part.articles) for part in edit.parts]
        if edit.stay:
            anchors = [self._rows(edit.stay), *held]
            if not len(rows) or not all(map(len, anchors)):
                raise _Gone("the articles that its parts are known by are gone")
            nearest = parted(self._model, rows, anchors)
            shares = [rows[nearest == number] for number in range(1, len(anchors))]
        else:
            shares = [self._copies(part, rows) for part in held]
        if not all(map(len, shares)):
            raise _Gone(f"an article list of it has nothing in topic {edit.topic} now")
        rest = np.setdiff1d(rows, np.concatenate(shares))
        for part, share in zip(edit.parts, shares, strict=True):
            self._add(part, share, rest, self._topic(place).parent)
            if not edit.stay:
                for row in share.tolist():
                    self._pins.pop(row, None)
        self._topics[place] = replace(self._topic(place), terms=words_of(self._model, rest, np.concatenate(shares)))
        self._changed.add(place)
        named = sum(len(part.articles) for part in edit.parts)
        if not edit.stay and (lost := named - int(np.isin(np.concatenate(held), rows).sum())):
            raise _Gone(f"{lost} of its {named} articles are not in {edit.topic} now; the others are split off")

    def _add(self, part: Part, rows: Rows, beside: Rows, parent: str | None) -> None:
        terms = words_of(self._model, rows, beside)
        self._into.pop(part.id, None)
        self._topics.append(Topic(part.id, part.name, terms, len(rows), (), parent))
        self._topic_of[rows] = len(self._topics) - 1
        self._changed.add(len(self._topics) - 1)

    def _move(self, edit: Edit) -> None:
        row = self._article(edit.article)
        now = int(self._topic_of[row])
        if self._desk(edit.topic) < 0 or self._find(edit.topic) >= 0:
            target = self._target(row, edit.topic)
            if now not in (NO_TOPIC, target) and edit.was not in (self._topic(now).id, self._topic(now).parent):
                raise _Gone(f"training now puts the article in {self._topic(now).id}; pin it if it is to go anyway")
        self._put(row, edit.topic)
        self._pins = {kept: topic for kept, topic in self._pins.items() if kept not in set(self._kind(row).tolist())}

    def _pin(self, edit: Edit) -> None:
        row = self._article(edit.article)
        self._put(row, edit.topic)
        self._pins = {kept: topic for kept, topic in self._pins.items() if kept not in set(self._kind(row).tolist())}
        self._pins[row] = edit.topic

    def _put(self, row: int, topic: str) -> None:
        """Puts the article and its near-copies in a topic, or in a desk beside its topic."""
        rows = self._kind(row)
        if self._find(topic) < 0 and (desk := self._desk(topic)) >= 0:
            self._desks[rows, desk] = 1
            return
        place = self._target(row, topic)
        moved = rows[self._topic_of[rows] != place]
        self._changed |= {place, *self._topic_of[moved].tolist()}
        self._topic_of[moved] = place
        self._strength[moved] = 1
        self._outlier[moved] = Outlier.MEMBER

    def _target(self, row: int, topic: str) -> int:
        """The place of a topic; of a broad one, that of its fine topic which the article is in or nearest to."""
        places = self._children(topic) if topic in self._broad else []
        if not places:
            return self._place(topic)
        if int(self._topic_of[row]) in places:
            return int(self._topic_of[row])
        members = [np.flatnonzero(self._topic_of == place) for place in places]
        known = [(place, rows) for place, rows in zip(places, members, strict=True) if len(rows)]
        if not known:
            return places[0]
        nearest = parted(self._model, np.array([row]), [rows for _, rows in known])
        return known[int(nearest[0])][0]

    def _kind(self, row: int) -> Rows:
        duplicate_of = self._model.catalogue.duplicate_of
        return np.flatnonzero(duplicate_of == duplicate_of[row])

    def _copies(self, some: Rows, rows: Rows) -> Rows:
        """Those of ``rows`` that are near-copies of ``some``, these included."""
        duplicate_of = self._model.catalogue.duplicate_of
        return rows[np.isin(duplicate_of[rows], duplicate_of[some])]

    def _rows(self, articles: Iterable[str]) -> Rows:
        found = [self._model.catalogue.row(name) for name in articles]
        return np.array([row for row in found if row >= 0], dtype=np.int64)

    def _article(self, name: str) -> int:
        row = self._model.catalogue.row(name)
        if row < 0:
            raise _Gone(f"there is no article {name} now")
        return row

    def _topic(self, place: int) -> Topic:
        topic = self._topics[place]
        assert topic is not None
        return topic

    def _find(self, name: str) -> int:
        return next((i for i, topic in enumerate(self._topics) if topic is not None and topic.id == name), -1)

    def _desk(self, name: str) -> int:
        return next((i for i, desk in enumerate(self._held.desks) if desk.id == name), -1)

    def _place(self, name: str) -> int:
        place = self._find(name)
        if place < 0:
            raise _Gone(f"there is no topic {name} now")
        return place
