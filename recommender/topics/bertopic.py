"""What any user of BERTopic can plug in for Korean headlines: docs/bertopic.md shows it. Loads BERTopic.

``korean_vectorizer()`` is a ``vectorizer_model``, ``WardModularity()`` an ``hdbscan_model``, ``HeadlineNaming()`` a
``representation_model``, ``StaticEmbedder()`` an ``embedding_model``. ``fitted_bertopic`` puts topics that there are
into a BERTopic.
"""

from __future__ import annotations

from ..embeddings.transformer import StaticEmbedder
from .clusterer import WardModularity
from .representation import HeadlineNaming
from .vectorizer import KoreanTokenizer, korean_vectorizer

__all__ = ["HeadlineNaming", "KoreanTokenizer", "StaticEmbedder", "WardModularity", "korean_vectorizer"]
