"""Topic ids that are stable across trainings, and the lineage of topics."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..lazy import dataclass
from .topic import NO_TOPIC, Lineage, Topic, TopicModel
from .wide_names import JOINER, split_field

if TYPE_CHECKING:
    from ..ranking.model import Model

SAME = 0.25  # Jaccard index, or mixed with the share of terms, from which a topic is the one before
_TERMS_WEIGH = 0.2  # weight of common terms beside common articles
_TERMS_ALONE = 0.5  # share of common terms that suffices where no article is common
_PART = 0.3  # share of a topic's articles that makes another topic a part of it
_SOURCE = 0.5  # share of a topic's articles that makes it a source of another


@dataclass(frozen=True, slots=True)
class Identity:
    """Topics with their ids, and every id that was ever given, sorted: none is given twice."""

    topics: TopicModel
    used: tuple[str, ...]


class _Level(NamedTuple):
    """Topics of one level, and (n,) the place of each article among them."""

    topics: tuple[Topic, ...]
    topic_of: NDArray[np.int32]

    @classmethod
    def both(cls, topics: TopicModel) -> tuple[_Level, _Level]:
        """The level that was found first, then the one made of it, empty where there is one level."""
        fine = cls(topics.topics, topics.topic_of)
        if not topics.broad:
            return fine, cls((), np.full(len(topics.topic_of), NO_TOPIC, dtype=np.int32))
        broad = cls(topics.broad, topics.broad_of)
        return (broad, fine) if topics.broad_first else (fine, broad)


def identify(
    topics: TopicModel,
    ids: Sequence[str],
    previous: Model | None = None,
    alternatives: Sequence[Collection[str]] = (),
    broad_alternatives: Sequence[Collection[str]] = (),
) -> Identity:
    """``topics`` of the articles ``ids`` with ids that are the previous model's where the topic is.

    A topic that continues keeps its id, and its name if that is among its ``alternatives``. A new
    one gets an id from a hash of its articles, the same on every machine, that no topic before it has had.
    Topics are matched one to one (the Hungarian method) by articles in common (Jaccard) and key terms: those of the
    level that was found first with those of that level before, and the others with the others.
    """
    used = set(_used(previous))
    olds = _Level.both(previous.topics) if previous is not None else None
    used |= {topic.id for level in olds or () for topic in level.topics}
    names = [topic.name for topic in (*topics.broad, *topics.topics)]
    suits = [broad_alternatives, alternatives] if topics.broad_first else [alternatives, broad_alternatives]
    identified: list[list[Topic]] = []
    lineage: list[Lineage] = []
    for number, level in enumerate(_Level.both(topics)):
        old = olds[number].topics if olds else ()
        shared = _shared(level, ids, previous, olds[number] if olds else None)
        continued = _matched(shared, old, level.topics)
        identified.append(_named(level, ids, {new: old[i] for new, i in continued.items()}, suits[number], used, names))
        lineage += _events(shared, old, identified[-1], continued) if olds else ()
    broad, fine = identified if topics.broad_first else reversed(identified)
    final = {before.id: after.id for before, after in zip(topics.broad, broad, strict=True)}
    fine_topics = tuple(replace(topic, parent=final.get(topic.parent or "")) for topic in fine)
    final_topics = replace(topics, topics=fine_topics, broad=tuple(broad), lineage=tuple(lineage))
    return Identity(final_topics, tuple(sorted(used)))


def _named(
    level: _Level,
    ids: Sequence[str],
    continued: Mapping[int, Topic],
    alternatives: Sequence[Collection[str]],
    used: set[str],
    names: list[str],
) -> list[Topic]:
    """The topics with their ids and names; what is new is added to ``used`` and ``names``."""
    named = []
    for i, topic in enumerate(level.topics):
        members = [ids[int(row)] for row in np.flatnonzero(level.topic_of == i)]
        topic_id = continued[i].id if i in continued else fresh_id(members, used)
        used.add(topic_id)
        name = continued[i].name if i in continued and alternatives else topic.name
        fits = alternatives and _suits(name, topic.name, alternatives[i]) and name not in names
        names += [name] if fits else []
        named.append(replace(topic, id=topic_id, name=name if fits else topic.name))
    return named


def _suits(name: str, fresh: str, alternatives: Collection[str]) -> bool:
    """Whether a name is of the same field as the ``fresh`` one, and among those that would do, or its parts are."""
    (field, words), (now, _) = split_field(name), split_field(fresh)
    parts = words.split(", " if field else JOINER)
    return field == now and (words in alternatives or (len(parts) > 1 and all(part in alternatives for part in parts)))


def topics_before(ids: Sequence[str], previous: Model | None) -> NDArray[np.int64]:
    """(n,) place of the topic that each article had in the previous model, at the level that was found first;
    ``NO_TOPIC`` for none, or no model."""
    return _before(ids, previous, 0)


def others_before(ids: Sequence[str], previous: Model | None) -> NDArray[np.int64]:
    """The same at the level that was made of it."""
    return _before(ids, previous, 1)


def _before(ids: Sequence[str], previous: Model | None, level: int) -> NDArray[np.int64]:
    if previous is None or not len(previous.topics.topic_of):
        return np.full(len(ids), NO_TOPIC, dtype=np.int64)
    rows = np.array([previous.catalogue.row(article) for article in ids], dtype=np.int64)
    return np.where(rows >= 0, _Level.both(previous.topics)[level].topic_of[rows], NO_TOPIC).astype(np.int64)


def fresh_id(members: Collection[str], used: Collection[str]) -> str:
    """``t`` and 8 hexadecimal digits of the members' hash; with a number hashed in while it is taken."""
    content = "\n".join(sorted(members))
    salt = 0
    while True:
        candidate = "t" + hashlib.sha256(f"{salt}\n{content}".encode()).hexdigest()[:8]
        if candidate not in used:
            return candidate
        salt += 1


def _used(previous: Model | None) -> Sequence[str]:
    names: Any = previous.about.get("topic_ids_used", ()) if previous is not None else ()
    return [str(name) for name in names]


def _shared(new: _Level, ids: Sequence[str], previous: Model | None, old: _Level | None) -> NDArray[np.int64]:
    """(old + 1, new + 1) articles that both models know; the last row and column are those in no topic."""
    table = np.zeros((len(old.topics if old else ()) + 1, len(new.topics) + 1), dtype=np.int64)
    if previous is None or old is None:
        return table
    for row, article in enumerate(ids):
        before = previous.catalogue.row(article)
        if before >= 0:
            table[old.topic_of[before], new.topic_of[row]] += 1  # NO_TOPIC is the last
    return table


def jaccard(shared: NDArray[np.int64]) -> NDArray[np.float64]:
    """(old, new) the articles in both topics as a share of those in either; ``shared`` (old + 1, new + 1)."""
    both = shared[:-1, :-1].astype(np.float64)
    either = shared[:-1].sum(axis=1)[:, None] + shared[:, :-1].sum(axis=0)[None, :] - both
    return np.asarray(both / np.maximum(either, 1))


def _matched(shared: NDArray[np.int64], old: Sequence[Topic], new: Sequence[Topic]) -> dict[int, int]:
    """Place of a new topic -> place of the old one that it continues."""
    from scipy.optimize import linear_sum_assignment  # a comparison of versions does without

    if not old or not new:
        return {}
    empty = (shared[:-1].sum(axis=1)[:, None] + shared[:, :-1].sum(axis=0)[None, :]) == 0
    terms = np.array([[_common(a.terms, b.terms) for b in new] for a in old])
    mixed = (1 - _TERMS_WEIGH) * jaccard(shared) + _TERMS_WEIGH * terms
    similarity = np.where(shared[:-1, :-1] > 0, mixed, np.where(empty & (terms >= _TERMS_ALONE), terms, 0.0))
    similarity = np.where(similarity >= SAME, similarity, 0.0)
    pairs = zip(*linear_sum_assignment(-similarity.round(9)), strict=True)
    return {int(b): int(a) for a, b in pairs if similarity[a, b] > 0}


def _common(a: Sequence[str], b: Sequence[str]) -> float:
    return len({*a} & {*b}) / max(1, len({*a} | {*b}))


class Steps(NamedTuple):
    """The lineage of topics by index: pairs (old, new) that ``continued``; old -> new parts of those ``split``; new ->
    old sources of those ``merged``; new ones that were ``born``, old ones that ``retired``."""

    continued: list[tuple[int, int]]
    split: dict[int, list[int]]
    merged: dict[int, list[int]]
    born: list[int]
    retired: list[int]


def steps_of(shared: NDArray[np.int64], continued: Collection[tuple[int, int]]) -> Steps:
    """The lineage by the articles in common, ``shared`` (old + 1, new + 1); ``continued`` are the matched pairs (old,
    new)."""
    both = shared[:-1, :-1]
    # An old topic splits into the new ones that got a part of it and consist of it in part; a new one merges the old
    # ones that went into it for the most part. What neither splits nor merges continues, is born or retires.
    of_old = both / np.maximum(shared[:-1].sum(axis=1, keepdims=True), 1)
    of_new = both / np.maximum(shared[:, :-1].sum(axis=0, keepdims=True), 1)
    heirs = {a: np.flatnonzero((of_old[a] >= _PART) & (of_new[a] >= _PART)).tolist() for a in range(len(of_old))}
    sources = {b: np.flatnonzero(of_old[:, b] >= _SOURCE).tolist() for b in range(of_old.shape[1])}
    split = {a: parts for a, parts in heirs.items() if len(parts) > 1}
    merged = {b: parts for b, parts in sources.items() if len(parts) > 1}
    ended = {a for parts in merged.values() for a in parts} | {*split}
    formed = {b for parts in split.values() for b in parts} | {*merged}
    return Steps(
        [(a, b) for a, b in continued if not (a in ended and b in formed)],
        split,
        merged,
        [b for b in range(of_old.shape[1]) if b not in formed | {b for _, b in continued}],
        [a for a in range(len(of_old)) if a not in ended | {a for a, _ in continued}],
    )


def _events(
    shared: NDArray[np.int64], old: Sequence[Topic], new: Sequence[Topic], continued: dict[int, int]
) -> tuple[Lineage, ...]:
    """Split, merged and continued by the order of topics, then born, then retired."""
    steps = steps_of(shared, [(a, b) for b, a in sorted(continued.items())])
    return (
        *(_event("split", [old[a]], [new[b] for b in parts]) for a, parts in steps.split.items()),
        *(_event("merged", [old[a] for a in parts], [new[b]]) for b, parts in steps.merged.items()),
        *(_event("continued", [old[a]], [new[b]]) for a, b in steps.continued),
        *(_event("born", [], [new[b]]) for b in steps.born),
        *(_event("retired", [old[a]], []) for a in steps.retired),
    )


def _event(kind: str, before: Sequence[Topic], after: Sequence[Topic]) -> Lineage:
    return Lineage(kind, tuple(topic.id for topic in before), tuple(topic.id for topic in after))
