"""Topics: names, terms, and the articles that belong to them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.frames import frame, table
from ..arrays.kernels import Floats
from ..arrays.stored import Arrays, Files
from ..arrays.strings import StringArray
from ..errors import QueryError, UnknownName
from ..lazy import dataclass

NO_TOPIC = -1
_ALIKE = 0.3  # ratio of letters in common from which a name is offered for one that is not known
EXAMPLES = 3  # representative headlines of a topic


class Outlier(IntEnum):
    """Why an article is in no topic."""

    MEMBER = 0  # it is in one
    NO_WORDS = 1  # nothing to go by: no word that another article has
    NOTHING_NEAR = 2  # no topic is close
    BETWEEN = 3  # two or more topics are as close


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of articles found in the corpus.

    ``id`` is a stable string, ``terms`` the heaviest first, ``examples`` ids of articles that show it,
    ``parent`` the id of the broad topic that it lies in; None for a broad topic, or where there is one level.
    """

    id: str
    name: str
    terms: tuple[str, ...]
    size: int
    examples: tuple[str, ...]
    parent: str | None = None

    def as_json(self) -> dict[str, Any]:
        return _as_json(self)

    @classmethod
    def of(cls, row: dict[str, Any]) -> Topic:
        return cls(**_with_tuples(row))


class Topics(tuple[Topic, ...]):
    """A sequence of topics, shown as a table in notebooks."""

    __slots__ = ()

    def to_frame(self) -> Any:
        """A DataFrame, a row a topic. Raises MissingExtra if pandas is not installed."""
        return frame((asdict(topic) for topic in self), ("id", "name", "parent", "size", "terms", "examples"))

    def _repr_html_(self) -> str:
        rows = ({**asdict(topic), "terms": ", ".join(topic.terms[:8])} for topic in self)
        return table("Topics", rows, ("id", "name", "size", "terms"))


@dataclass(frozen=True, slots=True)
class CuratedTopic:
    """A topic that people set: ``terms`` as they stand in data/topics.toml."""

    id: str
    name: str
    name_en: str
    terms: tuple[str, ...]
    size: int = 0
    examples: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return _as_json(self)

    @classmethod
    def of(cls, row: dict[str, Any]) -> CuratedTopic:
        return cls(**_with_tuples(row))


def _as_json(topic: Topic | CuratedTopic) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(topic).items()}


def _with_tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in row.items()}


@dataclass(frozen=True, slots=True)
class Lineage:
    """A change of topics since the version before: ``event`` is continued, split, merged, born or retired."""

    event: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    note: str = ""

    @classmethod
    def of(cls, row: dict[str, Any]) -> Lineage:
        return cls(row["event"], tuple(row["before"]), tuple(row["after"]), row["note"])


_BY_ROW = {  # arrays with a row for each article, by the names of their files
    "topic_of": "topic_of", "strength": "strength", "desk_strength": "curated_strength", "outlier": "outlier",
    "position": "position",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TopicModel:
    """Topics of two levels, curated topics, and memberships of the n articles.

    ``topics`` are the fine topics, each in exactly one of ``broad``; a small archive has one level, and ``broad`` is
    empty. ``broad_first``: the broad ones were found and cut, not the fine ones joined. ``topic_of`` (n,) int32 place
    in ``topics`` or ``NO_TOPIC``; ``strength`` (n,) float32 0..1;
    ``curated_strength`` (n, c) float32, 0 for no member; ``outlier`` (n,) int8 of ``Outlier``;
    ``position`` (n, 2) float32 place on the map; ``curated_evidence`` (n) a JSON object each, ``{id: [why]}``,
    or nothing; not in models without curated topics.
    """

    topics: tuple[Topic, ...]
    topic_of: NDArray[np.int32]
    strength: Floats
    curated: tuple[CuratedTopic, ...]
    curated_strength: Floats
    outlier: NDArray[np.int8]
    position: Floats
    lineage: tuple[Lineage, ...] = ()
    curated_evidence: StringArray | None = None
    broad: tuple[Topic, ...] = ()
    broad_first: bool = False

    @classmethod
    def empty(cls, count: int) -> TopicModel:
        return cls(
            (),
            np.full(count, NO_TOPIC, dtype=np.int32),
            np.zeros(count, dtype=np.float32),
            (),
            np.zeros((count, 0), dtype=np.float32),
            np.full(count, Outlier.NOTHING_NEAR, dtype=np.int8),
            np.zeros((count, 2), dtype=np.float32),
        )

    def arrays(self) -> Arrays:
        """See ``Component``."""
        arrays: dict[str, NDArray[Any] | StringArray] = {file: getattr(self, name) for file, name in _BY_ROW.items()}
        return arrays if self.curated_evidence is None else {**arrays, "desk_evidence": self.curated_evidence}

    def document(self) -> dict[str, Any]:
        """See ``Component``."""
        return {
            "topics": [topic.as_json() for topic in self.topics],
            "broad": [topic.as_json() for topic in self.broad],
            "broad_first": self.broad_first,
            "desks": [curated_id.as_json() for curated_id in self.curated],
            "lineage": [asdict(step) for step in self.lineage],
        }

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> TopicModel:
        """See ``Component``."""
        document = files.document()
        topics, broad = (tuple(map(Topic.of, document.get(name, ()))) for name in ("topics", "broad"))
        broad_ids = {topic.id for topic in broad}  # before there were two levels, a parent was a name
        return cls(
            topics=tuple(t if t.parent in broad_ids else replace(t, parent=None) for t in topics),
            broad=broad,
            broad_first=document.get("broad_first", False),
            curated=tuple(map(CuratedTopic.of, document["desks"])),
            lineage=tuple(map(Lineage.of, document["lineage"])),
            curated_evidence=files.strings("desk_evidence") if document["desks"] else None,
            **{name: files[file] for file, name in _BY_ROW.items()},
        )

    def of_row(self, row: int) -> Topic | None:
        index = int(self.topic_of[row])
        return None if index == NO_TOPIC else self.topics[index]

    def members(self, index: int) -> NDArray[np.int64]:
        """Row numbers of the topic at ``index``, the strongest first."""
        return self._strongest(self.topic_of == index)

    def broad_members(self, index: int) -> NDArray[np.int64]:
        """Row numbers of the broad topic at ``index``, the strongest in their fine topics first."""
        return self._strongest(self.broad_of == index)

    def _strongest(self, members: NDArray[np.bool_]) -> NDArray[np.int64]:
        rows = np.flatnonzero(members)
        return rows[np.argsort(-self.strength[rows], kind="stable")]

    @property
    def parents(self) -> NDArray[np.int32]:
        """For each of ``topics`` the place of its parent in ``broad``, ``NO_TOPIC`` for none."""
        index_of = {topic.id: i for i, topic in enumerate(self.broad)}
        return np.array([index_of.get(topic.parent or "", NO_TOPIC) for topic in self.topics], dtype=np.int32)

    @property
    def broad_of(self) -> NDArray[np.int32]:
        """(n,) place in ``broad`` of the topic of each article, or ``NO_TOPIC``."""
        return np.append(self.parents, np.int32(NO_TOPIC))[self.topic_of]  # NO_TOPIC is the last

    def of_level(self, level: str) -> tuple[tuple[Topic, ...], NDArray[np.int32]]:
        """The topics of a level, fine or broad, and (n,) the place of each article among them.

        Raises QueryError for another word, and where there are no topics of that level.
        """
        levels = {"fine": (self.topics, self.topic_of), "broad": (self.broad, self.broad_of)}
        if level not in levels:
            raise QueryError(f"There is no level '{level}' of topics.", "Give fine or broad.")
        if not levels[level][0]:
            hint = "It has one level of topics: ask for fine." if self.topics else "Train it with topics_most above 0."
            raise QueryError(f"The model has no {level} topics.", hint)
        return levels[level]

    @property
    def first(self) -> tuple[tuple[Topic, ...], NDArray[np.int32]]:
        """The topics of the level that was found first, and (n,) the place of each article among them."""
        return (self.broad, self.broad_of) if self.broad_first else (self.topics, self.topic_of)

    def children(self, index: int) -> NDArray[np.int64]:
        """Places of the fine topics of the broad one at ``index``."""
        return np.flatnonzero(self.parents == index)

    def tree(self) -> Iterator[Topic]:
        """Each broad topic with its fine ones behind it; all topics where there is one level."""
        for i, topic in enumerate(self.broad):
            yield topic
            yield from (self.topics[int(child)] for child in self.children(i))
        yield from (topic for topic in self.topics if topic.parent is None)

    def curated_members(self, index: int) -> NDArray[np.int64]:
        """Row numbers of the curated topic at ``index``, the strongest first."""
        strength = self.curated_strength[:, index]
        rows = np.flatnonzero(strength > 0)
        return rows[np.argsort(-strength[rows], kind="stable")]

    def evidence(self, row: int, curated_id: str) -> tuple[str, ...]:
        """Why the article at ``row`` belongs to a curated topic: terms, ``body: term``, ``like: headline``."""
        text = self.curated_evidence[row] if self.curated_evidence is not None else ""
        return tuple(json.loads(text).get(curated_id, ())) if text else ()

    def find(self, name: str) -> int:
        """The place of a fine topic, or of one of a single level, by its id or name, or -1."""
        return next((i for i, t in enumerate(self.topics) if name in (t.id, t.name)), -1)

    def find_broad(self, name: str) -> int:
        """The place of a broad topic by its id or name, or -1."""
        return next((i for i, t in enumerate(self.broad) if name in (t.id, t.name)), -1)

    def find_curated(self, name: str) -> int:
        """The place of a curated topic by its id or one of its names, or -1."""
        return next((i for i, d in enumerate(self.curated) if name in (d.id, d.name, d.name_en)), -1)

    @property
    def outlier_share(self) -> float:
        """The share of articles in no topic, 0..1."""
        return float((self.topic_of == NO_TOPIC).mean()) if len(self.topic_of) else 0.0


def no_topic(topics: TopicModel, name: str) -> UnknownName:
    """The error for an unknown topic or curated topic: suggests those with such a term, then the nearest names."""
    import difflib

    all_topics: tuple[Topic, ...] = (*topics.broad, *topics.topics)
    names_of = {t.id: (t.id, t.name) for t in all_topics} | {d.id: (d.id, d.name, d.name_en) for d in topics.curated}
    candidates: tuple[Topic | CuratedTopic, ...] = (*topics.curated, *all_topics)
    by_term = [topic.id for topic in candidates if any(name in term for term in topic.terms)]
    id_of = {word: key for key, words in names_of.items() for word in words}
    close = difflib.get_close_matches(name, list(id_of), n=3, cutoff=_ALIKE)
    nearest = list(dict.fromkeys([*(by_term if name else []), *(id_of[word] for word in close)]))[:3]
    shown = ", ".join(f"{key} ({names_of[key][1]})" for key in nearest)
    return UnknownName(
        f"There is no topic '{name}'.", (f"Nearest: {shown}. " if shown else "") + "List them: recommender topics"
    )
