"""Computes the summary that a report is written from, from a model alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np

from ..errors import QueryError
from ..evaluation.evaluate import Evaluation
from ..ranking.model import Model
from ..topics.topic import NO_TOPIC, Lineage, Outlier
from ..versions.quality import Quality, stored_quality
from .calendar import Periods
from .cards import broad_cards, curated_cards, topic_cards
from .map_labels import spread_colours
from .map_neighbours import build_map, shown_rows
from .markup import web_address
from .stories import find_stories
from .summary_data import Card, Change, Map, Outliers, Provenance, Row, Since, Summary

_EXAMPLES = 6  # outliers shown for each reason
_LANGUAGE_SAMPLE = 400  # titles that decide the language of the interface


def summarise(
    model: Model, *, previous: Model | None = None, measured: Evaluation | Quality | None = None, neighbours: int = 5
) -> Summary:
    """The summary of ``model`` for a report.

    ``previous`` is the version before, for what changed since; ``measured`` its quality, by default that of the
    manifest; ``neighbours`` nearest articles are given for each article on the map. Raises QueryError if
    ``neighbours`` is not in 0..20.
    """
    if not 0 <= neighbours <= 20:
        raise QueryError(f"{neighbours} nearest articles were asked for.", "Ask for 0 to 20.")
    articles = _rows(model)
    periods = Periods(np.asarray(model.catalogue.days))
    curated, topics = curated_cards(model, articles, periods), topic_cards(model, articles, periods)
    broad = broad_cards(model, articles, periods)
    outliers = _outliers(articles)
    first = [row for card in (*curated, *broad, *topics) for row in card.headlines]
    first += chain.from_iterable(group.examples for group in outliers)
    shown = build_map(model, shown_rows(articles, first), neighbours)
    topics, broad = _coloured(model, topics, broad, shown)
    stories, stories_found = find_stories(model, articles, shown)
    outlets = Counter(row.outlet for row in articles if row.outlet)
    measured = stored_quality(model.about) if measured is None else measured
    return Summary(
        language_of(model),
        articles,
        curated,
        topics,
        tuple(sorted(outlets.items(), key=lambda item: (-item[1], item[0]))),
        periods.calendar,
        periods.trend(np.arange(len(articles))),
        stories,
        stories_found,
        _since(model, previous),
        outliers,
        sum(row.duplicate_of != i for i, row in enumerate(articles)),
        shown,
        measured.quality if isinstance(measured, Evaluation) else measured,
        _provenance(model, measured.as_json() if measured else {}),
        broad,
    )


def _coloured(
    model: Model, topics: tuple[Card, ...], broad: tuple[Card, ...], shown: Map
) -> tuple[tuple[Card, ...], tuple[Card, ...]]:
    """The cards with their colours: fine topics have that of their broad one."""
    if not broad:
        colours = spread_colours(len(topics), np.asarray(model.topics.topic_of[shown.rows]), shown)
        return tuple(replace(card, colour=colour) for card, colour in zip(topics, colours, strict=True)), ()
    colours = spread_colours(len(broad), np.asarray(model.topics.broad_of[shown.rows]), shown)
    coloured = tuple(replace(card, colour=colour) for card, colour in zip(broad, colours, strict=True))
    colour_of = {card.id: card.colour for card in coloured}
    return tuple(replace(card, colour=colour_of.get(card.parent_id or "", -1)) for card in topics), coloured


def language_of(model: Model) -> str:
    """``ko`` or ``en``: Korean where a fifth of the letters of the headlines is Hangul, or there is none."""
    step = max(1, len(model) // _LANGUAGE_SAMPLE)
    text = "".join(model.catalogue.article(row).shown_title for row in range(0, len(model), step))
    letters = [c for c in text.replace("(제목 없음)", "") if c.isalpha()]
    hangul = sum("가" <= c <= "힣" for c in letters)
    return "ko" if hangul * 5 >= len(letters) else "en"


def _rows(model: Model) -> tuple[Row, ...]:
    topics, catalogue = model.topics, model.catalogue
    curated: dict[int, list[tuple[int, float]]] = {}
    for row, index in np.argwhere(np.asarray(topics.curated_strength) > 0).tolist():
        curated.setdefault(row, []).append((index, float(topics.curated_strength[row, index])))
    rows = []
    for i in range(len(model)):
        article = catalogue.article(i)
        rows.append(
            Row(
                article.id,
                " ".join(article.shown_title.split()),
                article.outlet,
                article.published,
                float(catalogue.days[i]),
                web_address(article.url),
                int(topics.topic_of[i]),
                float(topics.strength[i]),
                tuple(curated.get(i, ())),
                Outlier(int(topics.outlier[i])),
                int(catalogue.duplicate_of[i]),
            )
        )
    return tuple(rows)


def _outliers(articles: Sequence[Row]) -> tuple[Outliers, ...]:
    groups: dict[Outlier, list[int]] = {}
    for i, row in enumerate(articles):
        if row.topic == NO_TOPIC:
            reason = Outlier.NOTHING_NEAR if row.outlier is Outlier.MEMBER else row.outlier
            groups.setdefault(reason, []).append(i)
    return tuple(
        Outliers(reason, len(rows), len(rows) / len(articles), _spread(rows)) for reason, rows in sorted(groups.items())
    )


def _spread(rows: list[int]) -> tuple[int, ...]:
    step = max(1, len(rows) // _EXAMPLES)
    return tuple(rows[::step][:_EXAMPLES])


def _since(model: Model, previous: Model | None) -> Since:
    cards = {topic.id: topic.name for topic in model.topics.tree()}
    if previous is not None:
        cards = {topic.id: topic.name for topic in previous.topics.tree()} | cards
    changes = tuple(_change(step, cards) for step in model.topics.lineage)
    if previous is None:
        return Since(None, None, None, changes)
    before, now = set(previous.catalogue.ids), set(model.catalogue.ids)
    return Since(previous.version or None, len(now - before), len(before - now), changes)


def _change(step: Lineage, names: Mapping[str, str]) -> Change:
    before, after = (tuple(names.get(name, name) for name in side) for side in (step.before, step.after))
    return Change(step.event, before, after, step.note)


def _provenance(model: Model, scores: Mapping[str, Any]) -> Provenance:
    about = model.about
    corpus, recipe = about.get("corpus", {}), about.get("recipe", {})
    return Provenance(
        model.version,
        str(corpus.get("fingerprint", "")),
        str(recipe.get("seed", "")),
        about.get("created"),
        len(model.links.listed),
        int(corpus.get("headline_only", 0)),
        model.weights.source,
        tuple((name, str(value)) for name, value in sorted(recipe.items())),
        tuple((name, str(value)) for name, value in sorted(about.get("libraries", {}).items())),
        tuple(_flat(scores)),
    )


def _flat(scores: Mapping[str, Any], path: str = "") -> list[tuple[str, float]]:
    """The numbers of nested mappings, each by its path: ``recall@10``, ``stream.mrr``."""
    numbers: list[tuple[str, float]] = []
    for name, value in scores.items():
        if isinstance(value, Mapping):
            numbers += _flat(value, f"{path}{name}.")
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            numbers.append((f"{path}{name}", float(value)))
    return numbers


def growing(cards: Sequence[Card], min_change: float = 0.005) -> list[Card]:
    """The cards whose share grew between the two windows by at least ``min_change``, the most grown first."""
    return sorted((card for card in cards if card.trend.change >= min_change), key=lambda card: -card.trend.change)
