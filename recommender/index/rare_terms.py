"""The sparse index that reads few postings: those of the rarest terms of a query, which tell the most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import firsts, highest, top_k
from .fields import IN_TITLE, SATURATION, FieldIndex, Floats, QueryVector, Rows

_Kind = TypeVar("_Kind", bound=np.generic)


@dataclass(frozen=True, slots=True)
class RareTerms:
    """``fields`` by the terms of a query with the fewest postings, as many as have ``most`` postings together, one at
    least. What a posting in the title and in the body adds, times the share of its term, is ``in_title`` and
    ``in_body`` (3,) by kind of article: known by title, by title and body, by body."""

    fields: FieldIndex
    most: float
    in_title: Floats
    in_body: Floats

    @classmethod
    def even(cls, fields: FieldIndex, most: float) -> RareTerms:
        """Where a share counts the same wherever it stands."""
        return cls(fields, most, np.ones(3, np.float32), np.ones(3, np.float32))

    def __len__(self) -> int:
        return len(self.fields)

    def search(self, query: QueryVector, k: int, allowed: NDArray[np.bool_]) -> Rows:
        """See ``Index.search``."""
        rows, worth = self.sweep(query)
        fits = allowed[rows]
        rows, worth = rows[fits], worth[fits]
        near = rows[highest(worth, 4 * k)]
        return near[top_k(self.score(query, near), k)]

    def score(self, query: QueryVector, rows: Rows) -> Floats:
        """See ``Index.score``: as of the whole index."""
        return self.fields.score(query, rows)

    def sweep(self, query: QueryVector) -> tuple[Rows, Floats]:
        """The rows (m,), ascending, that hold any of the terms that are read, and what these add to each."""
        terms = self._read(query)
        begin, end = self.fields.start[query.ids[terms]], self.fields.start[query.ids[terms] + 1]
        spans = [slice(*span) for span in zip(begin.tolist(), end.tolist(), strict=True)]
        held = _joined(self.fields.article, spans)
        worth = np.repeat(query.share[terms], end - begin) * self._worth(held, spans)
        order = np.argsort(held, kind="stable")  # runs that ascend: quick
        held = held[order]
        starts = np.flatnonzero(firsts(held))
        total = np.add.reduceat(worth[order], starts) if len(held) else worth
        return held[starts].astype(np.int64), total

    def _read(self, query: QueryVector) -> Rows:
        """Places in the query of the terms that are read, the rarest first."""
        spread = self.fields.start[query.ids + 1] - self.fields.start[query.ids]
        order = np.argsort(spread, kind="stable")
        count = int(np.searchsorted(np.cumsum(spread[order]), self.most, side="right"))
        return order[: max(1, count)]

    def _worth(self, rows: NDArray[np.int32], spans: list[slice]) -> Floats | np.float32:
        """(p,) what the postings ``spans``, of articles ``rows`` (p,), add by their codes; one for all without
        bodies."""
        if not self.fields.has_bodies:
            return np.float32(self.in_title[0])
        code, kind = _joined(self.fields.code, spans), self.fields.kinds(rows)
        return self.in_title.take(kind) * (code >= IN_TITLE) + self.in_body.take(kind) * SATURATION.take(code)


def _joined(values: NDArray[_Kind], spans: list[slice]) -> NDArray[_Kind]:
    return np.concatenate([values[:0], *(values[span] for span in spans)])
