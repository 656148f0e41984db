"""The sparse index that reads few postings: those of the rarest terms of a query, which tell the most."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import highest, kth_highest, top_k
from ..lazy import dataclass
from .fields import IN_TITLE, SATURATION, FieldIndex, Floats, Rows
from .query_vector import QueryVector

_LARGE = 200_000  # articles
_SAMPLE, _PIECE = 32_768, 64  # articles that are looked at to find what the highest reach, of one piece so many ...
_SPARE = 16  # ... and so many more than their part of them
_Kind = TypeVar("_Kind", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
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
        """The rows (m,), ascending, to which any of the terms that are read adds, and what these add to each."""
        worth = self.worth(query)
        rows = np.flatnonzero(worth > 0)
        return rows, worth.take(rows).astype(np.float32)

    def worth(self, query: QueryVector) -> NDArray[np.float64]:
        """(n,) what the terms that are read add to each article."""
        terms = self._read(query)
        return self.added_up(query.ids[terms], query.share[terms])

    def added_up(self, terms: Rows, shares: Floats) -> NDArray[np.float64]:
        """(n,) what ``terms`` (t,), by place in the vocabulary, add to each article by their ``shares`` (t,).

        A table of all articles: to sort the postings of a question takes longer than to clear it.
        """
        begin, end = self.fields.start.take(terms), self.fields.start.take(terms + 1)
        spans = [slice(*span) for span in zip(begin.tolist(), end.tolist(), strict=True)]
        rows = _joined(self.fields.article, spans)
        worth = np.repeat(shares, end - begin) * self._worth(rows, spans)
        return np.bincount(rows, worth, len(self)).astype(np.float64, copy=False)  # of no posting it counts

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


def at_least(worth: NDArray[np.float64], most: int) -> float:
    """A value that ``most`` of ``worth`` (n,) reach, near the least of the highest ones; 0 where a look at some of them
    gives none, or takes as long as one at all."""
    if len(worth) < _LARGE:
        return 0.0
    pieces = worth[: len(worth) // _PIECE * _PIECE].reshape(-1, _PIECE)
    step = max(1, len(worth) // _SAMPLE)
    some, wanted = pieces[::step], most // step + most // (2 * step) + _SPARE
    some = some[some > 0]
    if wanted >= len(some):
        return 0.0
    value = float(kth_highest(some, wanted))
    return value if np.count_nonzero(worth >= value) >= most else 0.0


def _joined(values: NDArray[_Kind], spans: list[slice]) -> NDArray[_Kind]:
    return np.concatenate([values[:0], *(values[span] for span in spans)])
