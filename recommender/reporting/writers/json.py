"""The report as JSON: the whole content in no language, with stable keys."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from ...versions.quality import Group, Interval, Quality
from ..quality_section import groups, measures
from ..summary_data import Card, Row, Story, Summary
from ..words import Words

FORMAT = 1  # raised when a key changes its meaning or goes


def json_report(summary: Summary, lang: str = "ko") -> str:
    """UTF-8 text, not escaped, ending in a newline. ``lang`` is only noted: keys are the same in all."""
    Words(lang)
    return json.dumps(as_json(summary, lang), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def as_json(summary: Summary, lang: str = "ko") -> dict[str, Any]:
    """The content as plain values; articles are referred to by id."""
    return {
        "format": FORMAT,
        "lang": lang,
        "language": summary.language,
        "counts": {
            "articles": len(summary),
            "topics": len(summary.topics),
            "desks": len(summary.curated),
            "outlets": len(summary.outlets),
            "stories": summary.stories_found,
            "copies": summary.copies,
            "no_topic": summary.unplaced,
            "on_map": len(summary.map),
        },
        "desks": [_card(summary, card) for card in summary.curated],
        "topics": [_card(summary, card) for card in summary.topics],
        "broad": [
            _card(summary, card) | {"topics": [summary.topics[i].id for i in card.below]} for card in summary.broad
        ],
        "outlets": [{"name": name, "count": count} for name, count in summary.outlets],
        "time": asdict(summary.calendar) | {"all": list(summary.everything.counts)},
        "stories": [_story(summary, story) for story in summary.stories],
        "changes": asdict(summary.since),
        "no_topic": [
            {"reason": group.reason.name.lower(), "count": group.count, "share": _short(group.share)}
            | {"examples": [summary.articles[row].id for row in group.examples]}
            for group in summary.outliers
        ],
        "quality": _quality(summary.quality),
        "made": asdict(summary.provenance)
        | {name: dict(getattr(summary.provenance, name)) for name in ("recipe", "libraries", "scores")},
        "articles": [_article(summary, i, row) for i, row in enumerate(summary.articles)],
        "map": _map(summary),
    }


def _card(summary: Summary, card: Card) -> dict[str, Any]:
    return {
        "id": card.id,
        "name": card.name,
        "name_en": card.name_en or None,
        "size": card.size,
        "share": _short(card.share),
        "terms": list(card.terms),
        "headlines": [summary.articles[row].id for row in card.headlines],
        "outlets": [{"name": name, "count": count} for name, count in card.outlets],
        "trend": list(card.trend.counts),
        "share_before": None if card.trend.before is None else _short(card.trend.before),
        "share_recent": None if card.trend.recent is None else _short(card.trend.recent),
        "links": card.links,
        "links_inside": None if card.inside is None else _short(card.inside),
        "links_to": [
            {"topic": summary.level_of(card)[lead.index].id, "share": _short(lead.share), "count": lead.count}
            for lead in card.leads
        ],
        "parent": card.parent,
        "parent_id": card.parent_id,
    }


def _story(summary: Summary, story: Story) -> dict[str, Any]:
    return {
        "articles": [summary.articles[row].id for row in story.rows],
        "outlets": story.outlets,
        "topic": summary.topics[story.topic].id if story.topic >= 0 else None,
        "first": story.first,
        "last": story.last,
    }


def _article(summary: Summary, index: int, row: Row) -> dict[str, Any]:
    topic = summary.topic(row)
    return {
        "id": row.id,
        "title": row.title,
        "outlet": row.outlet,
        "published": row.published,
        "url": row.url,
        "topic": topic.id if topic else None,
        "strength": _short(row.strength),
        "desks": [{"id": summary.curated[each].id, "strength": _short(share)} for each, share in row.curated],
        "no_topic": None if topic else row.outlier.name.lower(),
        "copy_of": None if row.duplicate_of == index else summary.articles[row.duplicate_of].id,
    }


def _quality(quality: Quality | None) -> dict[str, Any] | None:
    """None where nothing was measured; without related lists, no questions and no measures."""
    if quality is None:
        return None
    return {
        "questions": quality.questions,
        "measures": {name: value.as_json() for name, value in measures(quality).items()},
        "groups": [_group(*pair) for pair in groups(quality)],
        "reliability": quality.reliability.as_json(),
        "topics": {name: _short(value) for name, value in quality.topics.items()},
        "judged_version": quality.version,
    }


def _group(group: Group, recall: Interval) -> dict[str, Any]:
    counts = {name: getattr(group, name) for name in ("by", "name", "questions", "answers")}
    return counts | {"recall": recall.as_json()}


def _map(summary: Summary) -> list[dict[str, Any]]:
    """The points with their nearest articles; ``x`` and ``y`` are null where the model has no map."""
    names = [summary.articles[row].id for row in summary.map.rows.tolist()]
    points = []
    for i, name in enumerate(names):
        x, y = (_short(axis[i]) if summary.map.placed else None for axis in (summary.map.x, summary.map.y))
        near = zip(summary.map.near[i].tolist(), summary.map.scores[i].tolist(), strict=True)
        nearest = [{"id": names[j], "score": _short(score)} for j, score in near if j >= 0]
        points.append({"id": name, "x": x, "y": y, "nearest": nearest})
    return points


def _short(value: float) -> float:
    return round(float(value), 4)
