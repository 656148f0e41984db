"""The card of each curated topic and topic: size, trend, representative headlines, outlets, targets of its links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..ranking.model import Model
from ..topics.topic import NO_TOPIC, CuratedTopic, Topic
from .calendar import Periods
from .summary_data import Card, Lead, Row, Trend

HEADLINES = 3
_POOL = 60  # strongest members from which different headlines are chosen
_TERMS = 8
_OUTLETS = 5
_LEADS = 3

Ints = NDArray[np.int64]


def topic_cards(model: Model, articles: Sequence[Row], periods: Periods) -> tuple[Card, ...]:
    """A card for each topic, in the order of the model."""
    flows = _flows(model, model.topics.topic_of, len(model.topics.topics))
    rows_of = _rows_by_topic(np.asarray(model.topics.topic_of), len(model.topics.topics))
    cards = []
    for index, topic in enumerate(model.topics.topics):
        rows = rows_of[index]
        rows = rows[np.argsort(-model.topics.strength[rows], kind="stable")]
        cards.append(_card(model, articles, topic, rows, periods.trend(rows), *_links_of(flows, index)))
    return tuple(cards)


def broad_cards(model: Model, articles: Sequence[Row], periods: Periods) -> tuple[Card, ...]:
    """A card for each broad topic, in the order of the model."""
    flows = _flows(model, model.topics.broad_of, len(model.topics.broad))
    cards = []
    for index, topic in enumerate(model.topics.broad):
        rows = model.topics.broad_members(index)
        card = _card(model, articles, topic, rows, periods.trend(rows), *_links_of(flows, index))
        cards.append(replace(card, below=tuple(model.topics.children(index).tolist())))
    return tuple(cards)


def curated_cards(model: Model, articles: Sequence[Row], periods: Periods) -> tuple[Card, ...]:
    """A card for each curated topic, in the order of topics.toml, also where it is empty."""
    cards = []
    for index, topic in enumerate(model.topics.curated):
        rows = model.topics.curated_members(index)
        links, inside = _curated_links(model, model.topics.curated_strength[:, index] > 0)
        cards.append(_card(model, articles, topic, rows, periods.trend(rows), links, inside, ()))
    return tuple(cards)


def _card(
    model: Model, articles: Sequence[Row], topic: Topic | CuratedTopic, rows: Ints, trend: Trend, links: int,
    inside: float | None, leads: tuple[Lead, ...],
) -> Card:  # fmt: skip
    outlets = Counter(name for row in rows.tolist() if (name := articles[row].outlet))
    parent_id = topic.parent if isinstance(topic, Topic) else None
    ordered = sorted(outlets.items(), key=lambda item: (-item[1], item[0]))
    return Card(
        topic.id,
        topic.name,
        topic.name_en if isinstance(topic, CuratedTopic) else "",
        len(rows),
        len(rows) / len(articles) if articles else 0.0,
        topic.terms[:_TERMS],
        representative(model, articles, [model.catalogue.row(name) for name in topic.examples], rows),
        tuple(ordered[:_OUTLETS]),
        trend,
        links,
        None if inside is None else float(inside),
        leads,
        next((top.name for top in model.topics.broad if top.id == parent_id), None),
        parent_id=parent_id,
    )


def representative(model: Model, articles: Sequence[Row], examples: Sequence[int], rows: Ints) -> tuple[int, ...]:
    """Up to three representative rows that differ from each other: the model's examples, then the strongest."""
    members = set(rows.tolist())
    candidates = [row for row in examples if row in members] + rows[:_POOL].tolist()
    chosen: list[int] = []
    seen: set[int] = set()
    for row in dict.fromkeys(candidates):
        if articles[row].duplicate_of in seen:
            continue
        if chosen and float(model.tfidf.cosine(row, np.array(chosen, dtype=np.int64)).max()) > 0.5:
            continue
        seen.add(articles[row].duplicate_of)
        chosen.append(row)
        if len(chosen) == HEADLINES:
            break
    return tuple(chosen)


def _rows_by_topic(topic_of: NDArray[np.int32], count: int) -> list[Ints]:
    order = np.argsort(topic_of, kind="stable")
    edges = np.searchsorted(topic_of[order], np.arange(count + 1))
    return [order[edges[i] : edges[i + 1]] for i in range(count)]


def _pairs(model: Model) -> tuple[Ints, Ints]:
    links = model.links
    sources = np.repeat(np.arange(len(links.listed_start) - 1), np.diff(links.listed_start))
    return sources, np.asarray(links.listed, dtype=np.int64)


def _flows(model: Model, topic_of: NDArray[np.int32], count: int) -> Ints:
    """(topics, topics) counts of related links from a row's topic to a column's; ``topic_of`` (n,) of one level."""
    sources, targets = _pairs(model)
    left, right = topic_of[sources], topic_of[targets]
    both_known = (left != NO_TOPIC) & (right != NO_TOPIC)
    flat = left[both_known].astype(np.int64) * count + right[both_known]
    return np.bincount(flat, minlength=count * count).reshape(count, count)


def _links_of(flows: Ints, index: int) -> tuple[int, float | None, tuple[Lead, ...]]:
    """How many links the topic at ``index`` has, the share that stays in it, and its most frequent targets."""
    flow, total = flows[index], int(flows[index].sum())
    targets = [j for j in np.argsort(-flow, kind="stable").tolist() if flow[j] and j != index]
    leads = tuple(Lead(j, int(flow[j]) / total, int(flow[j])) for j in targets[:_LEADS])
    return total, float(flow[index]) / total if total else None, leads


def _curated_links(model: Model, members: NDArray[np.bool_]) -> tuple[int, float | None]:
    sources, targets = _pairs(model)
    from_members = members[sources]
    total = int(from_members.sum())
    return total, float(members[targets[from_members]].mean()) if total else None
