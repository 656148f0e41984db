"""The door to UMAP and BERTopic, which talk of libraries that we do not use when they are loaded."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .clusterer import Clusterer


def open_umap(**options: Any) -> Any:
    """A UMAP with these options; its remark on a missing TensorFlow is not passed on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP
    return UMAP(**options)


def open_bertopic(clusterer: Clusterer, vectorizer: Any) -> Any:
    """A BERTopic that is given vectors and leaves them as they are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from bertopic import BERTopic
        from bertopic.dimensionality import BaseDimensionalityReduction
    return BERTopic(
        language="korean",
        embedding_model=None,
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=clusterer,
        vectorizer_model=vectorizer,
        calculate_probabilities=False,
    )
