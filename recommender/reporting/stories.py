"""Stories: one event, told by several outlets."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from ..ranking.model import Model
from .summary_data import Map, Row, Story

DAYS = 4.0  # two articles further apart are not the same event
ALIKE = 0.45  # lexical cosine from which dated articles of those days tell the same event ...
ALIKE_UNDATED = 0.6  # ... and articles of which one has no date
MOST = 40  # stories that are kept, the widest told first


def find_stories(model: Model, articles: tuple[Row, ...], shown: Map) -> tuple[tuple[Story, ...], int]:
    """The widest told stories and how many there are in all; none where two outlets are not known. Linear in the
    articles.

    Near-copies are one story; a shown article joins the earliest of its nearest that tells the same event.
    Chains are not followed beyond the leader of a story, so that it does not drift.
    """
    leader = [row.duplicate_of for row in articles]
    leader_of: dict[int, int] = {}
    for i in sorted(range(len(shown)), key=lambda i: _moment(articles, int(shown.rows[i]))):
        row = int(shown.rows[i])
        near = [int(shown.rows[j]) for j in shown.near[i].tolist() if j >= 0]
        near = [leader_of.get(other, other) for other in near if leader_of.get(other, other) != row]
        if near and row not in leader_of:
            _join(model, articles, row, sorted(set(near), key=lambda n: _moment(articles, n)), leader_of)
    groups: dict[int, list[int]] = {}
    for row, first in enumerate(leader):
        groups.setdefault(leader_of.get(first, first), []).append(row)
    stories = [_story(articles, rows) for rows in groups.values() if len(rows) > 1]
    several = len({row.outlet for row in articles} - {None}) > 1
    stories = [story for story in stories if several and story.outlets != 1]
    stories.sort(key=lambda story: (-story.outlets, -len(story.rows), story.rows))
    return tuple(stories[:MOST]), len(stories)


def _join(model: Model, articles: tuple[Row, ...], row: int, near: list[int], leader_of: dict[int, int]) -> None:
    cosines = model.tfidf.cosine(row, np.array(near, dtype=np.int64))
    for other, cosine in zip(near, cosines.tolist(), strict=True):
        if _moment(articles, other) < _moment(articles, row) and _same_event(articles, row, other, cosine):
            leader_of[row] = other
            return


def _same_event(articles: tuple[Row, ...], left: int, right: int, cosine: float) -> bool:
    days = abs(articles[left].day - articles[right].day)
    return cosine >= ALIKE_UNDATED if math.isnan(days) else days <= DAYS and cosine >= ALIKE


def _moment(articles: tuple[Row, ...], row: int) -> tuple[float, int]:
    """Sort key: by date, undated articles last, then by row."""
    day = articles[row].day
    return (math.inf if math.isnan(day) else day, row)


def _story(articles: tuple[Row, ...], rows: list[int]) -> Story:
    ordered = sorted(rows, key=lambda row: _moment(articles, row))
    outlets = {articles[row].outlet for row in rows} - {None}
    topics = Counter(articles[row].topic for row in rows if articles[row].topic >= 0)
    dates = [day[:10] for row in ordered if (day := articles[row].published) and not math.isnan(articles[row].day)]
    return Story(
        tuple(ordered),
        len(outlets),
        min(topics, key=lambda topic: (-topics[topic], topic)) if topics else -1,
        dates[0] if dates else None,
        dates[-1] if dates else None,
    )
