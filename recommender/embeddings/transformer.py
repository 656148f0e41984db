"""The base model as a scikit-learn transformer, which BERTopic takes as its ``embedding_model``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import Pipeline

from ..arrays.kernels import Floats
from .static import StaticVectors


class StaticEmbedder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Texts to unit rows by the static vectors of ``folder``, or of the base model that ships with the project.

    ``StaticEmbedder().fit_transform(["사용후 배터리"])`` -> (1, d) float32. Nothing is learned from the texts:
    ``transform`` works before ``fit`` too, and a copy holds the name of the folder alone.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = folder

    def fit(self, texts: Iterable[str], y: Any = None) -> StaticEmbedder:
        """Raises ModelError if the model is missing or damaged, TypeError or ValueError for anything but texts."""
        texts_of(texts)
        _open_vectors(self.folder)
        return self

    def transform(self, texts: Iterable[str]) -> Floats:
        """(n, d) float32 unit rows; a text of which nothing is known is a zero row."""
        return _open_vectors(self.folder).encode(texts_of(texts))

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """(d,) names of the dimensions: staticembedder0, staticembedder1 ..."""
        return np.array([f"staticembedder{i}" for i in range(_open_vectors(self.folder).dimensions)], dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.transformer_tags.preserves_dtype = []
        tags.requires_fit = False
        return tags


# BERTopic asks whether it was given a pipeline, and ignores any other transformer without a word.
Pipeline.register(StaticEmbedder)


@lru_cache(maxsize=2)
def _open_vectors(folder: str | Path | None) -> StaticVectors:
    return StaticVectors.open(folder)


def texts_of(texts: Iterable[str]) -> list[str]:
    """Texts as a list. Raises ValueError for a single one, TypeError for what is no text."""
    if isinstance(texts, str | bytes):
        raise ValueError("Texts are expected, a single string was found: put it into a list.")
    checked = list(texts)
    for text in checked:
        if not isinstance(text, str):
            raise TypeError(f"Texts are expected, a {type(text).__name__} was found.")
    return checked
