"""The topics of a model while edits are applied to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...arrays.kernels import unit_rows
from ..topic import EXAMPLES, NO_TOPIC, Lineage, Outlier, Topic, TopicModel
from .groups import Rows, nearest_group, words_of
from .log import Part

if TYPE_CHECKING:
    from ...ranking.model import Model


class NotApplicable(Exception):
    """The subject of an edit does not exist any more."""


class Draft:
    """Mutable topics. Indices stay valid: a topic that is merged away becomes None."""

    def __init__(self, model: Model) -> None:
        topics = model.topics
        self.model, self.topic_model = model, topics
        self.topics: list[Topic | None] = list(topics.topics)
        self.broad: dict[str, Topic] = {topic.id: topic for topic in topics.broad}
        self.topic_of = np.array(topics.topic_of)
        self.strength = np.array(topics.strength)
        self.outlier = np.array(topics.outlier)
        self.curated = np.array(topics.curated_strength)
        self.pins: dict[int, str] = {}
        self.into: dict[str, str] = {}  # id of a topic merged away -> id of the one that holds its articles
        self.changed: set[int] = set()

    def finished(self) -> TopicModel:
        for row, topic in self.pins.items():
            self.put(row, self.holder(topic))
        remaining = [i for i, topic in enumerate(self.topics) if topic is not None]
        renumber = np.full(len(self.topics) + 1, NO_TOPIC, dtype=np.int32)
        renumber[remaining] = np.arange(len(remaining), dtype=np.int32)
        topics = tuple(self._described(i) for i in remaining)
        broad = tuple(resized for topic in self.broad.values() if (resized := _resized(topic, topics)))
        curated = tuple(
            replace(topic, size=int((self.curated[:, i] > 0).sum())) for i, topic in enumerate(self.topic_model.curated)
        )
        return replace(
            self.topic_model, topics=topics, broad=broad, topic_of=renumber[self.topic_of], strength=self.strength,
            outlier=self.outlier, curated=curated, curated_strength=self.curated,
            lineage=joined_lineage(self.topic_model.lineage, self.holder) if self.into else self.topic_model.lineage,
        )  # fmt: skip

    def holder(self, topic: str) -> str:
        """The topic that holds the articles of one that was merged away; of any other, itself."""
        while topic in self.into:
            topic = self.into[topic]
        return topic

    def _described(self, index: int) -> Topic:
        topic = self.topics[index]
        assert topic is not None
        if index not in self.changed:
            return topic
        rows = np.flatnonzero(self.topic_of == index)
        ids = self.model.catalogue.ids
        inside = [name for name in topic.examples if (row := ids.find(name)) >= 0 and self.topic_of[row] == index]
        if len(inside) < EXAMPLES and len(rows):
            centre = unit_rows(self.model.dense.rows[rows].mean(axis=0))
            order = rows[np.argsort(-(self.model.dense.rows[rows] @ centre), kind="stable")]
            inside += [ids[row] for row in order[: 2 * EXAMPLES].tolist() if ids[row] not in inside]
        return replace(topic, size=len(rows), examples=tuple(inside[:EXAMPLES]))

    def put(self, row: int, topic: str) -> None:
        """Puts the article and its near-copies in a topic, or in a curated topic beside its topic."""
        rows = self.kind(row)
        if self.find(topic) < 0 and (column := self.find_curated(topic)) >= 0:
            self.curated[rows, column] = 1
            return
        index = self.target(row, topic)
        moved = rows[self.topic_of[rows] != index]
        self.changed |= {index, *self.topic_of[moved].tolist()}
        self.topic_of[moved] = index
        self.strength[moved] = 1
        self.outlier[moved] = Outlier.MEMBER

    def target(self, row: int, topic: str) -> int:
        """The index of a topic; for a broad one, that of its fine topic that the article is in or nearest to."""
        children = self.children(topic) if topic in self.broad else []
        if not children:
            return self.index_of(topic)
        if int(self.topic_of[row]) in children:
            return int(self.topic_of[row])
        members = [np.flatnonzero(self.topic_of == child) for child in children]
        filled = [(child, rows) for child, rows in zip(children, members, strict=True) if len(rows)]
        if not filled:
            return children[0]
        nearest = nearest_group(self.model, np.array([row]), [rows for _, rows in filled])
        return filled[int(nearest[0])][0]

    def add(self, part: Part, rows: Rows, beside: Rows, parent: str | None) -> None:
        terms = words_of(self.model, rows, beside)
        self.into.pop(part.id, None)
        self.topics.append(Topic(part.id, part.name, terms, len(rows), (), parent))
        self.topic_of[rows] = len(self.topics) - 1
        self.changed.add(len(self.topics) - 1)

    def hang(self, indices: Iterable[int], parent: str) -> None:
        for index in indices:
            self.topics[index] = replace(self.topic(index), parent=parent)

    def children(self, parent: str) -> list[int]:
        """Places of the fine topics of a broad one."""
        return [i for i, topic in enumerate(self.topics) if topic is not None and topic.parent == parent]

    def kind(self, row: int) -> Rows:
        duplicate_of = self.model.catalogue.duplicate_of
        return np.flatnonzero(duplicate_of == duplicate_of[row])

    def copies(self, some: Rows, rows: Rows) -> Rows:
        """Those of ``rows`` that are near-copies of ``some``, these included."""
        duplicate_of = self.model.catalogue.duplicate_of
        return rows[np.isin(duplicate_of[rows], duplicate_of[some])]

    def rows(self, articles: Iterable[str]) -> Rows:
        rows = [self.model.catalogue.row(name) for name in articles]
        return np.array([row for row in rows if row >= 0], dtype=np.int64)

    def article(self, name: str) -> int:
        row = self.model.catalogue.row(name)
        if row < 0:
            raise NotApplicable(f"there is no article {name} now")
        return row

    def topic(self, index: int) -> Topic:
        topic = self.topics[index]
        assert topic is not None
        return topic

    def find(self, name: str) -> int:
        return next((i for i, topic in enumerate(self.topics) if topic is not None and topic.id == name), -1)

    def find_curated(self, name: str) -> int:
        return next((i for i, topic in enumerate(self.topic_model.curated) if topic.id == name), -1)

    def index_of(self, name: str) -> int:
        index = self.find(name)
        if index < 0:
            raise NotApplicable(f"there is no topic {name} now")
        return index


def joined_lineage(steps: Iterable[Lineage], holder: Callable[[str], str]) -> tuple[Lineage, ...]:
    """The lineage with merged topics replaced by the topic that holds them (``holder``), which gets the history of all.
    Steps that became trivial are dropped: a topic continues itself once, and its births and retirements go."""
    merged_steps: dict[Lineage, None] = {}
    for step in steps:
        before, after = (tuple(dict.fromkeys(map(holder, side))) for side in (step.before, step.after))
        if (before, after) != (step.before, step.after):
            same = len(before) == len(after) == 1 and before == after
            step = replace(step, event="continued" if same else step.event, before=before, after=after)
        merged_steps[step] = None
    lasting = {name for step in merged_steps if step.before for name in step.after}
    return tuple(
        step
        for step in merged_steps
        if not (step.event == "born" and lasting.issuperset(step.after))
        and not (step.event == "retired" and lasting.issuperset(step.before))
    )


def _resized(topic: Topic, fine: Sequence[Topic]) -> Topic | None:
    """A broad topic with the size of its fine ones; None if it has none left."""
    children = [child for child in fine if child.parent == topic.id]
    return replace(topic, size=sum(child.size for child in children)) if children else None
