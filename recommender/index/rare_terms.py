"""The sparse index that reads few postings: those of the rarest terms of a query, which tell the most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import top_k
from .fields import HAS_BODY, HAS_TITLE, IN_TITLE, SATURATION, FieldIndex, Floats, QueryVector, Rows


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
        total, rows = self.sweep(query)
        rows = np.sort(rows[allowed[rows]]).astype(np.int64)
        rows = rows[np.argsort(-total[rows], kind="stable")[: 4 * k]]
        near: Rows = np.sort(rows).astype(np.int64)
        return np.asarray(near[top_k(self.score(query, near), k)], dtype=np.int64)

    def score(self, query: QueryVector, rows: Rows) -> Floats:
        """See ``Index.score``: as of the whole index."""
        return self.fields.score(query, rows)

    def sweep(self, query: QueryVector) -> tuple[Floats, NDArray[np.int32]]:
        """What the terms that are read add, (n,), and the rows (m,) that hold any of them, each once."""
        fields, bodies = self.fields, self.fields.has_bodies
        total, touched = np.zeros(len(fields), dtype=np.float32), [np.zeros(0, dtype=np.int32)]
        for at in self._read(query).tolist():
            begin, end = int(fields.start[query.ids[at]]), int(fields.start[query.ids[at] + 1])
            rows = fields.article[begin:end]
            touched.append(rows[total[rows] == 0])
            worth = self._worth(rows, fields.code[begin:end]) if bodies else self.in_title[0]
            total[rows] += worth * query.share[at]
        return total, np.concatenate(touched)

    def _read(self, query: QueryVector) -> Rows:
        """Places in the query of the terms that are read, the rarest first."""
        spread = self.fields.start[query.ids + 1] - self.fields.start[query.ids]
        order = np.argsort(spread, kind="stable")
        count = int(np.searchsorted(np.cumsum(spread[order]), self.most, side="right"))
        return order[: max(1, count)]

    def _worth(self, rows: NDArray[np.int32], code: NDArray[np.uint8]) -> Floats:
        kind = kinds_of(self.fields.kind[rows])
        return np.asarray(self.in_title[kind] * (code >= IN_TITLE) + self.in_body[kind] * SATURATION[code])


def kinds_of(kind: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(m,) by the bits of ``FieldIndex.kind``: 0 known by title, 1 by title and body, 2 by body alone."""
    has_body, has_title = (kind & HAS_BODY) > 0, (kind & HAS_TITLE) > 0
    return np.where(has_body, np.where(has_title, 1, 2), 0).astype(np.int64)
