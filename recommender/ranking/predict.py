"""The topics of a text that is not in the corpus, by the vote of the articles that are related to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from ..arrays.frames import frame, table
from ..lazy import dataclass
from ..topics.topic import Topic
from .answer import Answer

VOTERS = 40  # related articles, each by its score squared, as for newcomers of an update
_Shares = tuple[tuple[Topic, float], ...]
_LEAST = 0.05  # share of the votes from which a topic is named


@dataclass(frozen=True, slots=True)
class Prediction:
    """``topics`` with their shares of the votes, 0..1, the strongest first; ``topic`` is the first, or None where more
    votes are for none, or nothing in the corpus is related. ``broad`` are broad topics with their shares of the votes:
    first the one that ``topic`` lies in, where it is in one."""

    text: str
    topic: Topic | None
    topics: tuple[tuple[Topic, float], ...]
    broad: tuple[tuple[Topic, float], ...] = ()

    def as_json(self) -> dict[str, Any]:
        fine, broad = ([_row(topic, share) for topic, share in shares] for shares in (self.topics, self.broad))
        first = fine[0] if self.topic else None
        parent = broad[0] if first and broad and broad[0]["id"] == first["parent"] else None
        return {"text": self.text, "topic": first, "broad": parent, "topics": fine, "broad_topics": broad}


def _row(topic: Topic, share: float) -> dict[str, Any]:
    return {"id": topic.id, "name": topic.name, "parent": topic.parent, "strength": round(share, 4)}


class Predictions(list[Prediction]):
    """What was predicted of texts, in their order."""

    def to_frame(self) -> Any:
        """A DataFrame, a row a text. Raises MissingExtra if pandas is not installed."""
        return frame(map(_flat, self), ("text", "topic_id", "topic", "strength"))

    def _repr_html_(self) -> str:
        return table("Topics of texts", map(_flat, self), ("text", "topic", "strength"))


def _flat(one: Prediction) -> dict[str, Any]:
    """A prediction as a row, with the topic that won if one did."""
    if one.topic is None:
        return {"text": one.text}
    return {"text": one.text, "topic_id": one.topic.id, "topic": one.topic.name, "strength": one.topics[0][1]}


def predicted(text: str, answer: Answer, broad: Sequence[Topic] = ()) -> Prediction:
    """What the hits of ``answer`` say, near-copies with one vote; ``broad`` are all broad topics."""
    votes: dict[str, float] = defaultdict(float)
    topics = {hit.topic.id: hit.topic for hit in answer if hit.topic}
    for hit in answer:
        votes[hit.topic.id if hit.topic else ""] += hit.score**2
    total = sum(votes.values())
    order = sorted(topics, key=lambda name: (-votes[name], name))
    named = tuple((topics[name], votes[name] / total) for name in order if total and votes[name] >= _LEAST * total)
    won = bool(named) and votes[order[0]] >= votes.get("", 0.0)
    topic = named[0][0] if won else None
    return Prediction(text, topic, named, _above(named, topic, broad))


def _above(named: Sequence[tuple[Topic, float]], topic: Topic | None, broad: Sequence[Topic]) -> _Shares:
    """The broad topics of those that are named, with their shares together: that of ``topic``, then the strongest."""
    shares: dict[str, float] = defaultdict(float)
    for fine, share in named:
        shares[fine.parent or ""] += share
    parent = topic.parent if topic else None
    return tuple(sorted(((b, shares[b.id]) for b in broad if b.id in shares), key=lambda s: (s[0].id != parent, -s[1])))
