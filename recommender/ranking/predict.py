"""The topics of a text that is not in the corpus, by the vote of the articles that are related to it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from ..display import frame, table
from ..topics.topic import Topic
from .answer import Answer

VOTERS = 40  # related articles, each by its score squared, as for newcomers of an update
_LEAST = 0.05  # share of the votes from which a topic is named


@dataclass(frozen=True, slots=True)
class Prediction:
    """``topics`` with their shares of the votes, 0..1, the strongest first; ``topic`` is the first, or None where more
    votes are for none, or nothing in the corpus is related."""

    text: str
    topic: Topic | None
    topics: tuple[tuple[Topic, float], ...]

    def as_json(self) -> dict[str, Any]:
        every = [{"id": topic.id, "name": topic.name, "strength": round(share, 4)} for topic, share in self.topics]
        return {"text": self.text, "topic": every[0] if self.topic else None, "topics": every}


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


def predicted(text: str, answer: Answer) -> Prediction:
    """What the hits of ``answer`` say, near-copies with one vote."""
    votes: dict[str, float] = defaultdict(float)
    topics = {hit.topic.id: hit.topic for hit in answer if hit.topic}
    for hit in answer:
        votes[hit.topic.id if hit.topic else ""] += hit.score**2
    total = sum(votes.values())
    order = sorted(topics, key=lambda name: (-votes[name], name))
    found = tuple((topics[name], votes[name] / total) for name in order if total and votes[name] >= _LEAST * total)
    won = bool(found) and votes[order[0]] >= votes.get("", 0.0)
    return Prediction(text, found[0][0] if won else None, found)
