"""An answer: its hits, each with its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Any

from ..arrays.frames import frame, table
from ..lazy import dataclass
from ..readers.article import Article
from ..topics.topic import Topic

LABELS = (("close", 0.5), ("related", 0.1), ("weak", 0.0))  # and the least score of each, by what readers say


@dataclass(frozen=True, slots=True)
class Reason:
    """A word of the question that a hit holds, and its share of the question's weight, 0..1."""

    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One recommended article. ``score`` is 0..1; ``parts`` what it is made of; ``also`` ids of its near-copies,
    ``folded`` of further retellings of its event; ``pinned`` by people, whatever its score."""

    rank: int
    article: Article
    score: float
    topic: Topic | None
    why: tuple[Reason, ...]
    also: tuple[str, ...]
    parts: dict[str, float] = field(default_factory=dict)
    folded: tuple[str, ...] = ()
    pinned: bool = False

    @property
    def label(self) -> str:
        """``close``, ``related`` or ``weak``: ranges of the score."""
        return next(name for name, threshold in LABELS if self.score >= threshold)

    def as_json(self) -> dict[str, Any]:
        article = self.article
        row: dict[str, Any] = {
            "rank": self.rank,
            "id": article.id,
            "title": article.shown_title,
            "score": round(self.score, 4),
            "label": self.label,
            "outlet": article.outlet,
            "published": article.published,
            "url": article.url,
            "topic": _shown(self.topic),
            "why": [{"term": reason.term, "weight": round(reason.weight, 6)} for reason in self.why],
            "also": list(self.also),
            "folded": list(self.folded),
        }
        if self.pinned:
            row["pinned"] = True
        if self.parts:
            row["parts"] = {name: round(value, 6) for name, value in self.parts.items()}
        return row


_COLUMNS = ("rank", "id", "title", "score", "label", "outlet", "published", "url", "topic_id", "topic", "why", "also",
            "folded", "pinned")  # fmt: skip


def _flat(hit: Hit) -> dict[str, Any]:
    """A hit as a row: the topic by id and name, the reasons as words."""
    row = hit.as_json()
    topic = {"topic_id": hit.topic.id, "topic": hit.topic.name} if hit.topic else {"topic": None}
    words = ", ".join(reason.term for reason in hit.why)
    return {**row, **topic, "score": hit.score, "why": words, "pinned": hit.pinned}


def _shown(topic: Topic | None) -> dict[str, str | None] | None:
    return {"id": topic.id, "name": topic.name, "parent": topic.parent} if topic else None


@dataclass(frozen=True, slots=True)
class Answer(Sequence[Hit]):
    """The hits of a question, best first; ``abstained`` with a ``reason`` where nothing is related."""

    query: dict[str, Any]
    model: str
    hits: tuple[Hit, ...]
    abstained: bool = False
    reason: str | None = None

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, index: Any) -> Any:
        return self.hits[index]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def to_frame(self) -> Any:
        """A DataFrame, a row a hit; its ``attrs`` hold the question, and why there is no hit.

        Raises MissingExtra if pandas is not installed.
        """
        attributes = {"query": self.query, "model": self.model, "abstained": self.abstained, "reason": self.reason}
        return frame((_flat(hit) for hit in self.hits), _COLUMNS, **attributes)

    def _repr_html_(self) -> str:
        question = next((self.query[name] for name in ("title", "text", "ids") if self.query.get(name)), "")
        rows = ({**_flat(hit), "title": (hit.article.shown_title, hit.article.url)} for hit in self.hits)
        note = f"no answer: {self.reason}" if self.abstained else str(self.query.get("note", ""))
        return table(f"{question}"[:120], rows, ("rank", "score", "title", "outlet", "published", "why", "topic"), note)

    def as_json(self) -> dict[str, Any]:
        return {
            "query": self.query,
            "model": self.model,
            "abstained": self.abstained,
            "reason": self.reason,
            "results": [hit.as_json() for hit in self.hits],
        }
