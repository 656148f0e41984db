"""Plug-ins for any user of BERTopic with Korean headlines: see docs/bertopic.md. Loads BERTopic.

``korean_vectorizer()`` is a ``vectorizer_model``, ``WardModularity()`` an ``hdbscan_model``, ``HeadlineNaming()`` a
``representation_model``, ``StaticEmbedder()`` an ``embedding_model``. ``fitted_bertopic`` puts topics that there are
into a BERTopic.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from ..arrays.kernels import Floats
from ..embeddings.transformer import StaticEmbedder
from .clusterer import WardModularity
from .representation import HeadlineNaming
from .vectorizer import KoreanTokenizer, korean_vectorizer

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # remarks of its libraries on others
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction

if TYPE_CHECKING:
    from .neighbour_graph import Labels

__all__ = [
    "HeadlineNaming",
    "KoreanTokenizer",
    "StaticEmbedder",
    "WardModularity",
    "fitted_bertopic",
    "korean_vectorizer",
]


class _Embedder(BaseEmbedder):  # type: ignore[misc]
    """``embed`` of a function from texts to (n, d) unit rows."""

    def __init__(self, rows_of: Callable[[Sequence[str]], Floats]) -> None:
        super().__init__()
        self._rows_of = rows_of

    def embed(self, documents: Sequence[str], verbose: bool = False) -> Floats:
        return self._rows_of(documents)


def fitted_bertopic(
    headlines: Sequence[str],
    rows: Floats,
    topic_of: Labels,
    names: Mapping[int, str],
    rows_of: Callable[[Sequence[str]], Floats],
    vectorizer: CountVectorizer,
) -> BERTopic:
    """A BERTopic of n ``headlines`` with vectors ``rows`` (n, d), topics known: ``topic_of`` (n,), -1 for none.

    Each topic has the name in ``names`` before its words, as its label too; ``rows_of`` places new texts. BERTopic
    numbers topics by size: ``topics_`` says which is which.
    """
    model = BERTopic(
        language="korean", embedding_model=_Embedder(rows_of), umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(), vectorizer_model=vectorizer,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(list(headlines), embeddings=np.asarray(rows), y=topic_of)
    for number, topic in dict(zip(model.topics_, topic_of.tolist(), strict=True)).items():
        if topic in names:
            words = model.topic_representations_[number]
            model.topic_representations_[number] = [(names[topic], words[0][1]), *words[:-1]]
    model.set_topic_labels({n: words[0][0] for n, words in model.topic_representations_.items() if n >= 0})
    return model
