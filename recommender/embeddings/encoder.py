"""Texts into vectors: the interface of encoders, and the encoder that sums the vectors of terms."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, unit_rows
from ..arrays.sparse_vector import SparseVector
from ..arrays.stored import Arrays, Files
from ..arrays.strings import StringTable
from ..lazy import dataclass


class Encoder(Protocol):
    """Texts into the space of the article vectors."""

    def encode(self, terms: Sequence[Sequence[str]], texts: Sequence[str]) -> Floats:
        """(m, d) float32 unit rows, zero where nothing is known; from the terms or the texts, as it needs."""
        ...


class TermSpace(Protocol):
    """The space of the sparse vectors, ``index.tfidf.TfidfSpace``: its ``terms`` (v) and their ``idf`` (v,)."""

    @property
    def terms(self) -> StringTable: ...

    @property
    def idf(self) -> Floats: ...


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TermVectors:
    """A static embedding: the weighted sum of a text's term vectors, of unit length.

    ``terms`` (v), ``vectors`` (v, d) float16 or float32, already weighted.
    """

    terms: StringTable
    vectors: NDArray[np.floating]

    def arrays(self) -> Arrays:
        """See ``Component``."""
        return {"terms": self.terms, "vectors": self.vectors}

    @classmethod
    def load(cls, files: Files) -> TermVectors:
        """See ``Component``."""
        return cls(files.table("terms"), files["vectors"])

    def encode(self, terms: Sequence[Sequence[str]], texts: Sequence[str] = ()) -> Floats:
        """(m, d) float32 unit rows; a text of unknown terms is a zero row."""
        rows = np.zeros((len(terms), self.vectors.shape[1]), dtype=np.float64)
        for i, text_terms in enumerate(terms):
            counts = Counter(text_terms)
            placed = sorted((p, c) for t, c in counts.items() if (p := self.terms.find(t)) >= 0)
            if placed:  # summed in the order of ids: the same bytes every time
                times = np.array([1 + math.log(count) for _, count in placed])
                vectors = self.vectors[[term_id for term_id, _ in placed]].astype(np.float64)
                rows[i] = np.add.reduce(times[:, None] * vectors, axis=0)
        return unit_rows(rows)

    def weighed(self, space: TermSpace, vectors: Sequence[SparseVector]) -> Floats:
        """(m, d) unit rows of the TF-IDF ``vectors`` of m texts, as latent semantic analysis makes them: term vectors
        contain the idf, so they are weighted by TF-IDF without it."""
        rows = np.zeros((len(vectors), self.vectors.shape[1]), dtype=np.float64)
        with np.errstate(over="raise", invalid="raise"):  # only damaged rows overflow
            for row, vector in enumerate(vectors):
                for term, weight in zip(vector.ids.tolist(), vector.weights.tolist(), strict=True):
                    if (at := self.terms.find(space.terms[term])) >= 0:
                        rows[row] += weight / float(space.idf[term]) * self.vectors[at].astype(np.float64)
        return unit_rows(rows)
