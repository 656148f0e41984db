"""The related lists of many articles, for a program: answers one after another, or a row an entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..arrays.frames import frame, table
from ..lazy import dataclass
from .answer import Answer
from .options import SearchOptions

if TYPE_CHECKING:
    from .recommend import Recommender

_COLUMNS = ("id", "title", "rank", "related_id", "related_title", "score", "pinned")
_SHOWN = 20


@dataclass(frozen=True)
class RelatedLists:
    """The answers for the articles at ``rows``, each made when it is reached; an article without one has no hits."""

    recommender: Recommender
    rows: Sequence[int]
    options: SearchOptions

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Answer]:
        return (self.recommender.related(row, self.options) for row in self.rows)

    def to_frame(self) -> Any:
        """A DataFrame, a row an entry; an article without related ones has one row without an entry.

        Raises MissingExtra if pandas is not installed.
        """
        return frame(self._entries(self.rows), _COLUMNS, model=self.recommender.model.version)

    def _repr_html_(self) -> str:
        more = max(0, len(self.rows) - _SHOWN)
        note = f"and those of {more:,} more articles" if more else ""
        return table("Related lists", self._entries(self.rows[:_SHOWN]), _COLUMNS[:-1], note)

    def _entries(self, rows: Sequence[int]) -> Iterator[dict[str, Any]]:
        for row in rows:
            answer = self.recommender.related(row, self.options)
            article = {"id": answer.query["id"], "title": self.recommender.model.catalogue.article(row).shown_title}
            if not answer:
                yield article
            for hit in answer:
                entry = {"rank": hit.rank, "related_id": hit.article.id, "related_title": hit.article.shown_title}
                yield {**article, **entry, "score": hit.score, "pinned": hit.pinned}
