"""Related articles and topics for Korean news archives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .config import __version__
from .errors import RecommenderError

if TYPE_CHECKING:
    from .config import Recipe
    from .corpus.store import Corpus
    from .embeddings.static import StaticVectors
    from .embeddings.transformer import StaticEmbedder
    from .ranking.answer import Answer, Hit
    from .ranking.model import Model, open_model
    from .ranking.options import SearchOptions
    from .ranking.parallel import ParallelRecommender
    from .ranking.recommend import Recommender
    from .readers.article import Article
    from .training import train
    from .training.neighbours import RelatedArticles

__all__ = [
    "Answer",
    "Article",
    "Corpus",
    "Hit",
    "Model",
    "ParallelRecommender",
    "Recipe",
    "Recommender",
    "RecommenderError",
    "RelatedArticles",
    "SearchOptions",
    "StaticEmbedder",
    "StaticVectors",
    "__version__",
    "open_model",
    "train",
]

_HOMES = {
    "Recipe": "config",
    "Article": "readers.article", "Corpus": "corpus.store", "Model": "ranking.model", "open_model": "ranking.model",
    "Answer": "ranking.answer", "Hit": "ranking.answer", "Recommender": "ranking.recommend",
    "ParallelRecommender": "ranking.parallel",
    "SearchOptions": "ranking.options", "train": "training", "StaticEmbedder": "embeddings.transformer",
    "StaticVectors": "embeddings.static", "RelatedArticles": "training.neighbours",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Public names are imported when first used, so that no command pays for another's libraries."""
    if name not in _HOMES:
        raise AttributeError(f"module 'recommender' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
