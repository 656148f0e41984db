"""Builds edits from commands: resolves names to ids, and splits a topic into parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...arrays.kernels import Floats, unit_rows
from ...arrays.strings import nearest_names
from ...errors import QueryError, UnknownName
from ..topic import Topic, no_topic
from ..wide_names import JOINER
from .groups import Rows, nearest_group, nearest_part, words_of
from .log import Edit, EditLog, Part

if TYPE_CHECKING:
    from ...ranking.model import Model

LONGEST_NAME = 100
"""Letters of a topic's name at most: it stands in menus, lists and maps."""
_REPRESENTATIVES = 5  # articles that identify a part when the split is repeated after a training
_ROUNDS = 30


def rename(model: Model, topic: str, name: str) -> Edit:
    """Raises QueryError for an unknown topic, an empty or endless name, or one that another topic has."""
    name = " ".join(name.split())
    target = _topic(model, topic)
    if len(name) > LONGEST_NAME:
        raise QueryError(f"The name has {len(name):,} letters.", f"Give one of {LONGEST_NAME} at most.")
    if not any(c.isalnum() for c in name):
        raise QueryError(f"The name '{name}' holds no word.", "Give a name that people can read.")
    others = [t for t in (*model.topics.broad, *model.topics.topics) if name in (t.id, t.name) and t.id != target.id]
    if others or model.topics.find_curated(name) >= 0:
        raise QueryError(f"Another topic is called '{name}'.", "Choose another name, or merge the two.")
    return Edit("rename", topic=target.id, name=name)


def merge(model: Model, topics: Sequence[str]) -> Edit:
    """The first topic takes the articles of the others, a broad one their finer topics.

    Raises QueryError for an unknown one, fewer than two, or a broad beside a finer one.
    """
    ids = [_topic(model, topic).id for topic in topics]
    if len(set(ids)) < 2 or len(set(ids)) < len(ids):
        raise QueryError(f"These are {len(set(ids))} topics of {len(ids)} named.", "Name two or more, each once.")
    broad = {name for name in ids if model.topics.find_broad(name) >= 0}
    if broad and len(broad) < len(ids):
        raise QueryError(
            f"{min(broad)} is a broad topic, {min({*ids} - broad)} a finer one.", "Merge topics of one level."
        )
    return Edit("merge", topics=tuple(ids))


def split(model: Model, log: EditLog, topic: str, into: int | None, articles: Sequence[str]) -> Edit:
    """Into ``into`` parts by similarity, the largest of which keeps the id; or ``articles`` out of the topic.

    The parts of a broad topic consist of whole finer topics.
    """
    target = _topic(model, topic)
    broad = model.topics.find_broad(target.id)
    index = model.topics.find(target.id)
    rows = np.flatnonzero(model.topics.broad_of == broad if broad >= 0 else model.topics.topic_of == index)
    if broad >= 0:
        groups = _broad_groups(model, broad, into, articles)
    elif articles:
        groups = [np.setdiff1d(rows, chosen := _chosen(model, rows, articles, topic)), chosen]
    else:
        groups = _groups(model, rows, into or 2, topic)
    ids, stay = model.catalogue.ids, () if articles else _representatives(model, groups[0])
    names = {t.name for t in (*model.topics.broad, *model.topics.topics)}
    parts = []
    for new, group in zip(log.new_ids(len(groups) - 1), groups[1:], strict=True):
        rest = np.setdiff1d(rows, group)
        name = _free_name(JOINER.join(words_of(model, group, rest)[:3]) or new, names)
        known = tuple(ids[int(row)] for row in group) if articles else _representatives(model, group)
        parts.append(Part(new, name, known))
    return Edit("split", topic=target.id, stay=stay, parts=tuple(parts))


def put(model: Model, action: str, article: str, topic: str) -> Edit:
    """``move`` or ``pin`` of an article into a topic or a curated topic. Raises QueryError for a broad or unknown
    one."""
    row = _article(model, article)
    was = model.topics.of_row(row)
    if (index := model.topics.find(topic)) >= 0:
        target = model.topics.topics[index].id
    elif (index := model.topics.find_curated(topic)) >= 0:
        target = model.topics.curated[index].id
    elif (index := model.topics.find_broad(topic)) >= 0:
        finer = ", ".join(model.topics.topics[int(i)].id for i in model.topics.children(index)[:5])
        raise QueryError(
            f"'{topic}' is a broad topic: articles stand in its finer ones.", f"Name one of them: {finer}."
        )
    else:
        raise no_topic(model.topics, topic)
    if action == "move" and was is not None and was.id == target:
        raise QueryError(f"The article is in {target}.", "To keep it there whatever training says, pin it.")
    return Edit(
        action, article=model.catalogue.ids[row], topic=target, was=was.id if was and action == "move" else None
    )


def undo(log: EditLog) -> tuple[Edit, Edit]:
    """The edit that takes back the last one that stands, and that one. Raises QueryError if none stands."""
    if not log.standing:
        raise QueryError("There is no edit to undo.", "Edits so far: " + str(log.path))
    last = log.standing[-1]
    return Edit("undo", line=last.number, undone=last.action), last


def _topic(model: Model, name: str) -> Topic:
    """The topic of either level by its id or name."""
    if (index := model.topics.find(name)) >= 0:
        return model.topics.topics[index]
    if (index := model.topics.find_broad(name)) >= 0:
        return model.topics.broad[index]
    if model.topics.find_curated(name) >= 0:
        raise QueryError(f"'{name}' is a desk.", "Desks are changed in data/topics.toml.")
    raise no_topic(model.topics, name)


def _article(model: Model, name: str) -> int:
    row = model.catalogue.row(name)
    if row < 0:
        near = nearest_names(name, model.catalogue.ids)
        hint = f"Nearest ids: {', '.join(near)}." if near else "The model holds no article."
        raise UnknownName(f"There is no article '{name}'.", hint)
    return row


def _chosen(model: Model, rows: Rows, articles: Sequence[str], topic: str) -> Rows:
    named_rows = [_article(model, article) for article in articles]
    for article, row in zip(articles, named_rows, strict=True):
        if row not in rows:
            raise QueryError(f"The article '{article}' is not in topic '{topic}'.", "List it: recommender topics TOPIC")
    duplicate_of = model.catalogue.duplicate_of
    chosen = rows[np.isin(duplicate_of[rows], duplicate_of[named_rows])]
    if len(chosen) == len(rows):
        raise QueryError(f"These are all {len(rows)} articles of '{topic}'.", "Name those that leave it.")
    return chosen


def _groups(model: Model, rows: Rows, count: int, topic: str) -> list[Rows]:
    """``rows`` in ``count`` groups by spherical k-means (Dhillon & Modha 2001) from far-apart seeds, largest first."""
    if not 2 <= count <= len(rows):
        raise QueryError(
            f"Topic '{topic}' of {len(rows)} articles cannot be split into {count}.",
            f"Give a number from 2 to {len(rows)}." if len(rows) > 1 else "It wants two articles or more.",
        )
    vectors = np.asarray(model.dense.rows[rows])
    firsts = np.asarray(np.searchsorted(rows, model.catalogue.duplicate_of[rows]), dtype=np.int64).clip(
        0, len(rows) - 1
    )
    labels = _kmeans(vectors, count)[firsts]
    groups = [rows[labels == label] for label in range(count)]
    if all(map(len, groups)):
        groups.sort(key=lambda group: (-len(group), int(group[0])))
        representatives = [_rows_of(model, _representatives(model, group)) for group in groups]
        nearest = nearest_group(model, rows, representatives)
        groups = [rows[nearest == number] for number in range(count)]
    if not all(map(len, groups)):
        raise QueryError(
            f"The articles of '{topic}' are too alike for {count} parts.", "Name those that leave it: --article ID"
        )
    return groups


def _broad_groups(model: Model, index: int, into: int | None, articles: Sequence[str]) -> list[Rows]:
    """The articles of a broad topic in groups of its finer topics, by similarity, the largest group first."""
    topics = model.topics
    count, name, children = into or 2, topics.broad[index].id, topics.children(index)
    if articles:
        hint = "Split the finer topic that they are in, or give --into."
        raise QueryError(f"'{name}' is a broad topic: its finer topics stay whole.", hint)
    if not 2 <= count <= len(children):
        hint = f"Give a number from 2 to {len(children)}." if len(children) > 1 else "Split the finer topic."
        raise QueryError(f"Topic '{name}' of {len(children)} finer topics cannot be split into {count}.", hint)
    members = [np.flatnonzero(topics.topic_of == int(i)) for i in children]
    middles = np.stack([unit_rows(model.dense.rows[rows].mean(axis=0)) for rows in members])
    labels = _kmeans(middles, count).tolist()
    groups = [_together(members, labels, number) for number in range(count)]
    if all(map(len, groups)):
        groups.sort(key=lambda group: (-len(group), int(group[0])))
        representatives = [_rows_of(model, _representatives(model, group)) for group in groups]
        labels = nearest_part(model, members, representatives)
        groups = [_together(members, labels, number) for number in range(count)]
    if not all(map(len, groups)):
        raise QueryError(f"The finer topics of '{name}' are too alike for {count} parts.", "Give fewer parts.")
    return groups


def _together(members: Sequence[Rows], labels: Sequence[int], number: int) -> Rows:
    empty = np.zeros(0, dtype=np.int64)
    chosen = [rows for rows, label in zip(members, labels, strict=True) if label == number]
    return np.sort(np.concatenate([empty, *chosen]))


def _kmeans(vectors: Floats, count: int) -> Rows:
    seeds = [int((vectors @ unit_rows(vectors.mean(axis=0))).argmin())]
    while len(seeds) < count:
        seeds.append(int((vectors @ vectors[seeds].T).max(axis=1).argmin()))
    centres, labels = vectors[seeds], np.full(len(vectors), -1)
    for _ in range(_ROUNDS):
        before, labels = labels, (vectors @ centres.T).argmax(axis=1)
        if np.array_equal(before, labels):
            break
        clusters = [vectors[labels == label] for label in range(count)]
        centres = np.stack([unit_rows(h.mean(axis=0)) if len(h) else centres[i] for i, h in enumerate(clusters)])
    return labels.astype(np.int64)


def _representatives(model: Model, rows: Rows) -> tuple[str, ...]:
    """Ids of the articles nearest the centre of ``rows``, the nearest first."""
    vectors = model.dense.rows[rows]
    order = np.argsort(-(vectors @ unit_rows(vectors.mean(axis=0))), kind="stable")
    return tuple(model.catalogue.ids[int(row)] for row in rows[order[:_REPRESENTATIVES]])


def _rows_of(model: Model, ids: Sequence[str]) -> Rows:
    return np.array([model.catalogue.row(name) for name in ids], dtype=np.int64)


def _free_name(name: str, used: set[str]) -> str:
    candidate, number = name, 1
    while candidate in used:
        number += 1
        candidate = f"{name} ({number})"
    used.add(candidate)
    return candidate
