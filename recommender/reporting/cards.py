"""The card of each curated topic and topic: size, trend, headlines that show it, outlets, where its links lead."""

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
_POOL = 60  # strongest members among which headlines that differ are chosen
_TERMS = 8
_OUTLETS = 5
_LEADS = 3

Ints = NDArray[np.int64]


def topic_cards(model: Model, articles: Sequence[Row], periods: Periods) -> tuple[Card, ...]:
    """A card for each topic, in the order of the model."""
    flows = _flows(model, model.topics.topic_of, len(model.topics.topics))
    rows_of = _by_place(np.asarray(model.topics.topic_of), len(model.topics.topics))
    cards = []
    for place, topic in enumerate(model.topics.topics):
        rows = rows_of[place]
        rows = rows[np.argsort(-model.topics.strength[rows], kind="stable")]
        cards.append(_card(model, articles, topic, rows, periods.trend(rows), *_away(flows, place)))
    return tuple(cards)


def broad_cards(model: Model, articles: Sequence[Row], periods: Periods) -> tuple[Card, ...]:
    """A card for each broad topic, in the order of the model."""
    flows = _flows(model, model.topics.broad_of, len(model.topics.broad))
    cards = []
    for place, topic in enumerate(model.topics.broad):
        rows = model.topics.broad_members(place)
        card = _card(model, articles, topic, rows, periods.trend(rows), *_away(flows, place))
        cards.append(replace(card, below=tuple(model.topics.children(place).tolist())))
    return tuple(cards)


def curated_cards(model: Model, articles: Sequence[Row], periods: Periods) -> tuple[Card, ...]:
    """A card for each curated topic, in the order of topics.toml, also where it is empty."""
    cards = []
    for place, topic in enumerate(model.topics.curated):
        rows = model.topics.curated_members(place)
        links, inside = _curated_links(model, model.topics.curated_strength[:, place] > 0)
        cards.append(_card(model, articles, topic, rows, periods.trend(rows), links, inside, ()))
    return tuple(cards)


def _card(
    model: Model, articles: Sequence[Row], of: Topic | CuratedTopic, rows: Ints, trend: Trend, links: int,
    inside: float | None, leads: tuple[Lead, ...],
) -> Card:  # fmt: skip
    outlets = Counter(name for row in rows.tolist() if (name := articles[row].outlet))
    above = of.parent if isinstance(of, Topic) else None
    ordered = sorted(outlets.items(), key=lambda item: (-item[1], item[0]))
    return Card(
        of.id,
        of.name,
        of.name_en if isinstance(of, CuratedTopic) else "",
        len(rows),
        len(rows) / len(articles) if articles else 0.0,
        of.terms[:_TERMS],
        representative(model, articles, [model.catalogue.row(name) for name in of.examples], rows),
        tuple(ordered[:_OUTLETS]),
        trend,
        links,
        None if inside is None else float(inside),
        leads,
        next((top.name for top in model.topics.broad if top.id == above), None),
        parent_id=above,
    )


def representative(model: Model, articles: Sequence[Row], examples: Sequence[int], rows: Ints) -> tuple[int, ...]:
    """Up to three rows that show the group and differ: the model's examples, then the strongest."""
    members = set(rows.tolist())
    wanted = [row for row in examples if row in members] + rows[:_POOL].tolist()
    chosen: list[int] = []
    seen: set[int] = set()
    for row in dict.fromkeys(wanted):
        if articles[row].duplicate_of in seen:
            continue
        if chosen and float(model.tfidf.cosine(row, np.array(chosen, dtype=np.int64)).max()) > 0.5:
            continue
        seen.add(articles[row].duplicate_of)
        chosen.append(row)
        if len(chosen) == HEADLINES:
            break
    return tuple(chosen)


def _by_place(places: NDArray[np.int32], count: int) -> list[Ints]:
    order = np.argsort(places, kind="stable")
    edges = np.searchsorted(places[order], np.arange(count + 1))
    return [order[edges[i] : edges[i + 1]] for i in range(count)]


def _pairs(model: Model) -> tuple[Ints, Ints]:
    links = model.links
    sources = np.repeat(np.arange(len(links.listed_start) - 1), np.diff(links.listed_start))
    return sources, np.asarray(links.listed, dtype=np.int64)


def _flows(model: Model, topic_of: NDArray[np.int32], count: int) -> Ints:
    """(topics, topics) counts of related links from a row's topic to a column's; ``topic_of`` (n,) of one level."""
    sources, targets = _pairs(model)
    left, right = topic_of[sources], topic_of[targets]
    known = (left != NO_TOPIC) & (right != NO_TOPIC)
    flat = left[known].astype(np.int64) * count + right[known]
    return np.bincount(flat, minlength=count * count).reshape(count, count)


def _away(flows: Ints, place: int) -> tuple[int, float | None, tuple[Lead, ...]]:
    """How many links the topic at ``place`` has, the share that stays in it, where most of the others lead."""
    flow, total = flows[place], int(flows[place].sum())
    most = [j for j in np.argsort(-flow, kind="stable").tolist() if flow[j] and j != place]
    leads = tuple(Lead(j, int(flow[j]) / total, int(flow[j])) for j in most[:_LEADS])
    return total, float(flow[place]) / total if total else None, leads


def _curated_links(model: Model, members: NDArray[np.bool_]) -> tuple[int, float | None]:
    sources, targets = _pairs(model)
    own = members[sources]
    total = int(own.sum())
    return total, float(members[targets[own]].mean()) if total else None
