"""The user's own vectors: made by an encoder that this program does not know, and given at the training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..arrays.kernels import Floats, unit_rows
from ..errors import InputError, QueryError
from ..lazy import dataclass
from .encoder import Encoder
from .fused import FusedEncoder, OwnVectors

NAME = "vectors"
"""The ``embedder`` in the recipe of a model of such vectors."""
NOTE = (
    "The articles stand by vectors that were given at the training; a text without one (vector=) is answered by its "
    "words alone."
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GivenVectors:
    """``rows`` (n, d) float32 unit rows in the order of the articles, zero for the ``missing`` ones."""

    rows: Floats
    missing: int

    @classmethod
    def of(cls, vectors: Any, ids: Sequence[str], names: Mapping[str, str] | None = None) -> GivenVectors:
        """From an array (n, d) in the order of ``ids``, or a mapping of ids to vectors (d,); ``names`` are other names
        of the ids. Raises InputError for another number or shape, values that are not finite, or unknown ids."""
        if isinstance(vectors, Mapping):
            return cls._from_mapping(vectors, ids, names or {})
        rows = _finite_array(vectors)
        if rows.ndim != 2 or len(rows) != len(ids):
            raise InputError(
                f"The embeddings have the shape {rows.shape}, and the corpus has {len(ids):,} articles.",
                "Give a row an article in the order of their ids, [a.id for a in corpus.articles()], or a mapping of "
                "ids to vectors.",
            )
        return cls(unit_rows(rows), int((~rows.any(axis=1)).sum()))

    @classmethod
    def _from_mapping(cls, vectors: Mapping[str, Any], ids: Sequence[str], names: Mapping[str, str]) -> GivenVectors:
        positions = {key: position for position, key in enumerate(ids)}
        rows_by_key = {key: positions.get(names.get(str(key), str(key)), -1) for key in vectors}
        if lost := [str(key) for key, position in rows_by_key.items() if position < 0]:
            examples = ", ".join(map(repr, lost[:3])) + (f" and {len(lost) - 3:,} more" if len(lost) > 3 else "")
            raise InputError(f"The embeddings name articles that the corpus does not have: {examples}.",
                             "See their ids: [a.id for a in corpus.articles()]")  # fmt: skip
        widths = {np.shape(vector) for vector in vectors.values()}
        if len(widths) > 1 or any(len(width) != 1 for width in widths):
            raise InputError("The embeddings are not of one length.", "Give every article a vector (d,) of numbers.")
        width = next(iter(widths))[0] if widths else 1
        rows = np.zeros((len(ids), width), dtype=np.float64)
        if vectors:
            rows[list(rows_by_key.values())] = _finite_array(list(vectors.values()))
        return cls(unit_rows(rows), int((~rows.any(axis=1)).sum()))

    def note(self) -> str:
        """The note on articles without a vector; empty where each has one."""
        if not self.missing:
            return ""
        count = f"{self.missing:,} of {len(self.rows):,} articles have"
        return f"{count} no vector of yours; their words alone place them"


def stands_by(encoder: Encoder) -> bool:
    """Whether the articles have the user's own vectors, so that a text has none unless one is given."""
    return isinstance(encoder, FusedEncoder) and isinstance(encoder.meaning, OwnVectors)


def asked_vector(encoder: Encoder, values: Any) -> Floats:
    """(d,) float32 unit vector of a query from the user's ``values``. Raises QueryError if it cannot be compared."""
    if not isinstance(encoder, FusedEncoder):
        raise QueryError("The articles of this model stand by their words alone, not by vectors.",
                         "Train with vectors: train(corpus, embeddings=...)")  # fmt: skip
    try:
        vector = _finite_array(values)
    except InputError as error:
        raise QueryError(error.problem, error.hint) from error
    width = len(encoder.centre)
    if vector.shape != (width,) or not vector.any():
        what = f"has the shape {vector.shape}" if vector.shape != (width,) else "is zero"
        raise QueryError(f"The vector {what}; those of the articles have {width} numbers.",
                         "Make it by the encoder that made those of the articles.")  # fmt: skip
    return unit_rows(vector)


def _finite_array(values: Any) -> Floats:
    try:
        rows = np.asarray(values, dtype=np.float64)
    except (ValueError, TypeError) as error:
        raise InputError(
            "The embeddings are not an array of numbers.", "Give every article as many numbers."
        ) from error
    if not np.isfinite(rows).all():
        raise InputError("The embeddings hold values that are not finite.", "Leave out articles without a vector.")
    return rows  # type: ignore[return-value]
