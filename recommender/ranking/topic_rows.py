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
    held = model.topics
    rows: list[dict[str, Any]] = [] if level else [{"kind": "desk", **d.as_json()} for d in held.curated]
    return rows + [_topic_row(held, topic) for topic in _of_level(held, level)]


def _of_level(held: TopicModel, level: str | None) -> Iterable[Topic]:
    if level and held.broad:
        return held.broad if level == "broad" else held.topics
    return held.tree()


def _topic_row(held: TopicModel, topic: Topic) -> dict[str, Any]:
    level = "broad" if held.find_broad(topic.id) >= 0 else "fine"
    return {"kind": "topic", "level": level, **topic.as_json()}


def member_rows(model: Model, topic: str) -> tuple[str, Iterator[dict[str, Any]]]:
    """``fine``, ``broad`` or ``desk``, and the articles of the topic of that id or name, a curated topic's with the
    evidence.

    Raises UnknownName with the nearest names.
    """
    kind, place = found(model, topic)
    return kind, {"desk": _desk_members, "broad": _broad_members, "fine": _members}[kind](model, place)


def found(model: Model, name: str) -> tuple[str, int]:
    """``fine``, ``broad`` or ``desk``, and the place among them. Raises UnknownName with the nearest names."""
    kinds = {"fine": model.topics.find, "broad": model.topics.find_broad, "desk": model.topics.find_curated}
    for kind, find in kinds.items():
        if (place := find(name)) >= 0:
            return kind, place
    raise no_topic(model.topics, name)


def assignments(model: Model) -> Iterator[dict[str, Any]]:
    held = model.topics
    for row, article_id in enumerate(model.catalogue.ids):
        topic = held.of_row(row)
        yield {
            "id": article_id,
            "topic": topic.id if topic else None,
            "name": topic.name if topic else None,
            "parent": topic.parent if topic else None,
            "strength": round(float(held.strength[row]), 4),
            "desks": [
                {"id": desk.id, "strength": round(float(held.curated_strength[row, place]), 4)}
                for place, desk in enumerate(held.curated)
                if held.curated_strength[row, place] > 0
            ],
        }


def _members(model: Model, place: int) -> Iterator[dict[str, Any]]:
    for row in model.topics.members(place).tolist():
        yield _member(model, row, float(model.topics.strength[row]))


def _broad_members(model: Model, place: int) -> Iterator[dict[str, Any]]:
    for row in model.topics.broad_members(place).tolist():
        topic = model.topics.of_row(row)
        yield _member(model, row, float(model.topics.strength[row])) | {"topic": topic.id if topic else None}


def _desk_members(model: Model, place: int) -> Iterator[dict[str, Any]]:
    held = model.topics
    for row in held.curated_members(place).tolist():
        yield _member(model, row, float(held.curated_strength[row, place])) | {
            "evidence": list(held.evidence(row, held.curated[place].id) or ("by hand",))
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
