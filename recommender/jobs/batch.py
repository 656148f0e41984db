"""A model that makes many lists: what is computed once for all of them."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..index.fields import Floats
from ..index.surface import BUCKETS
from ..lazy import dataclass
from ..ranking.features import kinds
from ..ranking.model import Model
from ..ranking.options import SearchOptions
from ..ranking.recommend import Recommender
from ..training.newcomers import in_memory
from .blocks import Forward, Vocabulary

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
_WHOLE = 127  # the highest number in a byte
_PART = 65_536  # vectors that are made smaller at a time


def outside(rows: NDArray[np.integer], limit: int) -> bool:
    """Whether any of ``rows`` (m,) is none of ``limit``."""
    return bool(len(rows)) and not (int(rows.min()) >= 0 and int(rows.max()) < limit)


@dataclass(frozen=True)
class Batch:
    """A model, opened for making many lists, with the options of the lists."""

    recommender: Recommender
    options: SearchOptions

    @cached_property
    def model(self) -> Model:
        return in_memory(self.recommender.model)

    def check(self) -> None:
        """Raises IndexError where an array of the model points outside of another, as only damaged ones do: compiled
        loops read what stands there."""
        model = self.model
        fields, titles, surface, copies = model.fields, model.tfidf, model.surface, model.catalogue.duplicate_of
        count, terms = len(model), len(titles.terms)
        tables = (  # where the entries of each row begin, how many rows there are, and what each entry points to
            (fields.start, terms, fields.article, count),
            (titles.rows_start, count, titles.rows_term, terms),
            (surface.start, count, surface.bigram, BUCKETS),
        )
        sound = all(
            len(start) == rows + 1 and start[0] == 0 and start[-1] == len(entries) and (np.diff(start) >= 0).all()
            and not outside(entries, limit) for start, rows, entries, limit in tables
        )  # fmt: skip
        beside = ((fields.code, fields.article), (titles.rows_weight, titles.rows_term), (copies, fields.norms))
        if not sound or outside(copies, count) or any(len(one) != len(other) for one, other in beside):
            raise IndexError("an array points outside of another")

    @cached_property
    def words(self) -> Vocabulary:
        return Vocabulary.of(self.model)

    @cached_property
    def forward(self) -> Forward:
        return Forward.of(self.model.fields)

    @cached_property
    def allowed(self) -> Mask:
        """(n,) which articles pass the filters that are the same for all queries."""
        return self.recommender.passing(self.options)

    @cached_property
    def kind(self) -> NDArray[np.int64]:
        return kinds(self.model, np.arange(len(self.model)))

    @cached_property
    def by_day(self) -> NDArray[np.int32]:
        """Rows of the dated articles that are allowed, by day."""
        rows = self.model.pruning.by_day
        return np.asarray(rows[self.allowed[rows] & ~np.isnan(self.model.catalogue.days[rows])])

    @cached_property
    def days(self) -> Numbers:
        """The days of ``by_day``, ascending."""
        return np.asarray(self.model.catalogue.days[self.by_day])

    @cached_property
    def passing(self) -> float:
        """The share of the articles that are allowed."""
        return float(np.count_nonzero(self.allowed)) / max(1, len(self.allowed))

    def constant(self, query: int) -> Floats:
        """(3,) the constant of each kind of article in the rough score."""
        return np.asarray(self.model.weights.table[query][:, -1], dtype=np.float32)

    @cached_property
    def all_days(self) -> Numbers:
        return np.asarray(self.model.catalogue.days, dtype=np.float64)

    @cached_property
    def small_vectors(self) -> tuple[NDArray[np.int8], float]:
        """(n, d) the vectors of all articles by meaning in whole numbers, a quarter of the size, and what a product of
        two of these is to be multiplied by."""
        rows = self.model.dense.rows
        parts = [slice(begin, begin + _PART) for begin in range(0, len(rows), _PART)]
        most = max((float(np.abs(rows[part]).max()) for part in parts), default=0.0)
        scale, small = _WHOLE / (most or 1.0), np.empty(rows.shape, dtype=np.int8)
        for part in parts:
            small[part] = np.rint(rows[part] * np.float32(scale))
        return small, 1 / scale**2
