"""The fused encoder: the meaning of a text in the language, and its words' co-occurrence in the corpus.

A base model knows words without the corpus; latent semantic analysis knows nothing but the corpus. Both rows of a text
are put side by side, centred, and projected on the axes on which the corpus varies most (principal components,
Pearson 1901). docs/meaning.md says what each part is worth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, dots, unit_rows
from ..arrays.sparse_vector import SparseVector
from ..arrays.stored import Arrays, Files
from ..errors import ModelError
from ..lazy import dataclass
from .encoder import Encoder, TermSpace, TermVectors
from .static import StaticVectors, base_folder

_BLOCK = 8192  # rows at a time, so that memory does not grow with the corpus
_OPENING = Lock()  # several threads may ask first


class BaseMeaning:
    """The base model that ships with the project, opened for the first text.

    ``digest`` is that of the base model with which a corpus was embedded: another would give other vectors.
    """

    def __init__(self, digest: str) -> None:
        self.digest = digest
        self._vectors: StaticVectors | None = None

    @property
    def vectors(self) -> StaticVectors:
        """Raises ModelError if the base model is missing, damaged, or not the one of ``digest``."""
        if self._vectors is None:
            if base_digest() != self.digest:
                raise ModelError(
                    "The model was trained with another base model than the one that is here.",
                    "Train again: recommender train",
                )
            self._vectors = base_vectors()
        return self._vectors

    def encode(self, terms: Sequence[Sequence[str]], texts: Sequence[str]) -> Floats:
        """(m, d) float32 unit rows of ``texts``; ``terms`` are ignored."""
        return self.vectors.encode(texts)


def base_vectors() -> StaticVectors:
    """The base model, opened once in a process for all models and threads. Raises ModelError."""
    with _OPENING:
        return _open_base(base_digest())


@lru_cache(maxsize=1)
def _open_base(digest: str) -> StaticVectors:
    return StaticVectors.open()


def base_digest() -> str:
    """sha256 of the base model's manifest, which names that of each file. Raises ModelError if it cannot be read."""
    path = base_folder() / "manifest.json"
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from error


@dataclass(frozen=True, slots=True)
class OwnVectors:
    """In place of the user's own encoder, which is not here: every text is a zero row of ``width`` numbers."""

    width: int

    def encode(self, terms: Sequence[Sequence[str]], texts: Sequence[str]) -> Floats:
        """(m, width) float32, all zero."""
        return np.zeros((len(texts), self.width), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FusedEncoder:
    """An encoder of texts by ``cooccurrence`` (LSA, r dimensions) and ``meaning`` (m dimensions).

    ``centre`` (m,) is subtracted from the meaning. ``mean`` (m + r,) and ``axes`` (m + r, d) project both to d
    dimensions; a corpus too small to have axes has none, (0, 0), and d is m + r.
    """

    cooccurrence: TermVectors
    meaning: Encoder
    centre: Floats
    mean: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    axes: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    def arrays(self) -> Arrays:
        """See ``Component``."""
        return {**self.cooccurrence.arrays(), "centre": self.centre, "mean": self.mean, "axes": self.axes}

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> FusedEncoder:
        """See ``Component``."""
        name = about["recipe"]["embedder"]
        meaning: Encoder
        if name == "base":
            meaning = BaseMeaning(about["base_model"])
        elif name == "vectors":
            meaning = OwnVectors(len(files["centre"]))
        else:
            from .external import NamedEncoder  # with the ways to load a model of the user's own, which few have

            meaning = NamedEncoder(name)
        return cls(TermVectors.load(files), meaning, files["centre"], files["mean"], files["axes"])

    def encode(self, terms: Sequence[Sequence[str]], texts: Sequence[str]) -> Floats:
        """(n, d) float32 unit rows; a text of which nothing is known is a zero row."""
        return self.join(self.cooccurrence.encode(terms), self.meaning.encode(terms, texts))

    def join(self, cooccurrence: Floats, meaning: Floats) -> Floats:
        """(n, d) unit rows from rows by co-occurrence (n, r) and by meaning (n, m).

        Raises ModelError if the meaning has other dimensions than at the training.
        """
        dimensions, expected = meaning.shape[1], len(self.centre)
        if dimensions != expected:
            raise ModelError(
                f"The recipe's embedder gives vectors of {dimensions} dimensions, and this version has {expected}.",
                "Put the model there that it was trained with, or train again.",
            )
        rows = np.zeros((len(cooccurrence), self.width), dtype=np.float32)
        for start in range(0, len(rows), _BLOCK):
            span = slice(start, start + _BLOCK)
            rows[span] = self._project(beside(cooccurrence[span], meaning[span], self.centre))
        return rows

    @property
    def width(self) -> int:
        """d, the length of a row."""
        together = self.cooccurrence.vectors.shape[1] + len(self.centre)
        return int(self.axes.shape[1]) if self.axes.size else together

    def _project(self, both: Floats) -> Floats:
        if not self.axes.size:
            return unit_rows(both)
        nonzero = np.abs(both).sum(axis=1, keepdims=True) > 0
        centred = both - self.mean
        projected = dots(self.axes.T, centred[0])[None] if len(both) == 1 else centred @ self.axes
        return unit_rows(np.where(nonzero, projected, 0))


def rows_of(encoder: Encoder, space: TermSpace, vectors: Sequence[SparseVector], texts: Sequence[str]) -> Floats:
    """(m, d) unit rows of headlines ``texts`` with their TF-IDF ``vectors``, bodies in them, as a training embeds them.

    ``encoder`` is that of the dense space beside ``space``; one that reads texts alone ignores the vectors.
    """
    if isinstance(encoder, FusedEncoder):
        return encoder.join(encoder.cooccurrence.weighed(space, vectors), encoder.meaning.encode((), texts))
    return encoder.weighed(space, vectors) if isinstance(encoder, TermVectors) else encoder.encode((), texts)


def beside(cooccurrence: Floats, meaning: Floats, centre: Floats) -> Floats:
    """(n, m + r): the meaning minus ``centre``, of unit length, and the co-occurrence rows; unknown parts stay zero."""
    nonzero = np.abs(meaning).sum(axis=1, keepdims=True) > 0
    return np.hstack([unit_rows(np.where(nonzero, meaning - centre, 0)), cooccurrence])
