"""Topics as rows: the JSON of lists of topics, of their articles, and of which article is where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..topics.topic import Topic, TopicModel, no_topic

if TYPE_CHECKING:
    from .model import Model


def topic_rows(model: Model, level: str | None = None) -> list[dict[str, Any]]:
    """Curated topics and topics, broad ones before the finer ones that they hold; topics of one ``level`` alone if it
    is given.

    Where there is one level, its topics stand for either.
    """
    topics = model.topics
    rows: list[dict[str, Any]] = [] if level else [{"kind": "desk", **d.as_json()} for d in topics.curated]
    return rows + [_topic_row(topics, topic) for topic in _of_level(topics, level)]


def _of_level(topics: TopicModel, level: str | None) -> Iterable[Topic]:
    if level and topics.broad:
        return topics.broad if level == "broad" else topics.topics
    return topics.tree()


def _topic_row(topics: TopicModel, topic: Topic) -> dict[str, Any]:
    level = "broad" if topics.find_broad(topic.id) >= 0 else "fine"
    return {"kind": "topic", "level": level, **topic.as_json()}


def member_rows(model: Model, topic: str) -> tuple[str, Iterator[dict[str, Any]]]:
    """``fine``, ``broad`` or ``desk``, and the articles of the topic of that id or name, a curated topic's with the
    evidence.

    Raises UnknownName with the nearest names.
    """
    kind, index = found(model, topic)
    return kind, {"desk": _desk_members, "broad": _broad_members, "fine": _members}[kind](model, index)


def found(model: Model, name: str) -> tuple[str, int]:
    """``fine``, ``broad`` or ``desk``, and the place among them. Raises UnknownName with the nearest names."""
    kinds = {"fine": model.topics.find, "broad": model.topics.find_broad, "desk": model.topics.find_curated}
    for kind, find in kinds.items():
        if (index := find(name)) >= 0:
            return kind, index
    raise no_topic(model.topics, name)


def assignments(model: Model) -> Iterator[dict[str, Any]]:
    topics = model.topics
    for row, article_id in enumerate(model.catalogue.ids):
        topic = topics.of_row(row)
        yield {
            "id": article_id,
            "topic": topic.id if topic else None,
            "name": topic.name if topic else None,
            "parent": topic.parent if topic else None,
            "strength": round(float(topics.strength[row]), 4),
            "desks": [
                {"id": desk.id, "strength": round(float(topics.curated_strength[row, i]), 4)}
                for i, desk in enumerate(topics.curated)
                if topics.curated_strength[row, i] > 0
            ],
        }


def _members(model: Model, index: int) -> Iterator[dict[str, Any]]:
    for row in model.topics.members(index).tolist():
        yield _member(model, row, float(model.topics.strength[row]))


def _broad_members(model: Model, index: int) -> Iterator[dict[str, Any]]:
    for row in model.topics.broad_members(index).tolist():
        topic = model.topics.of_row(row)
        yield _member(model, row, float(model.topics.strength[row])) | {"topic": topic.id if topic else None}


def _desk_members(model: Model, index: int) -> Iterator[dict[str, Any]]:
    topics = model.topics
    for row in topics.curated_members(index).tolist():
        yield _member(model, row, float(topics.curated_strength[row, index])) | {
            "evidence": list(topics.evidence(row, topics.curated[index].id) or ("by hand",))
        }


def _member(model: Model, row: int, strength: float) -> dict[str, Any]:
    article = model.catalogue.article(row)
    return {
        "id": article.id,
        "strength": round(strength, 4),
        "published": article.published,
        "outlet": article.outlet,
        "title": article.shown_title,
    }
