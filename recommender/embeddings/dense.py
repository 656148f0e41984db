"""Articles as dense vectors, and the encoder that embeds a new text among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..arrays.kernels import Floats, dots
from ..arrays.stored import Arrays, Files
from ..lazy import dataclass
from ..text.terms import Question
from .encoder import Encoder, TermVectors
from .fused import FusedEncoder


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DenseSpace:
    """Cosine of short dense vectors. ``rows`` (n, d) unit rows, float32; ``encoder`` embeds a new text."""

    rows: Floats
    encoder: Encoder

    def __len__(self) -> int:
        return len(self.rows)

    def arrays(self) -> Arrays:
        """See ``Component``: the rows and the arrays that the encoder learned from the corpus."""
        learned = self.encoder.arrays() if isinstance(self.encoder, TermVectors | FusedEncoder) else {}
        return {"rows": self.rows, **learned}

    def document(self) -> None:
        """See ``Component``; the recipe names the encoder."""

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> DenseSpace:
        """See ``Component``."""
        name = about["recipe"]["embedder"]
        return cls(files["rows"], TermVectors.load(files) if name == "lsa" else FusedEncoder.load(files, about))

    def vector(self, question: Question) -> Floats:
        """(d,) float32 of unit length: of the stored article, or of the query's terms; body terms count fully."""
        if question.row is not None:
            return np.asarray(self.rows[question.row])
        encoded = self.encoder.encode([[*question.terms, *question.body]], [question.text])
        return np.asarray(encoded[0])

    def scores(self, question: Question) -> Floats:
        """(n,) float32 in -1..1; 0 everywhere for a query of unknown words."""
        return dots(self.rows, self.vector(question))
