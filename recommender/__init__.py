"""Related articles and topics for Korean news archives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .about import __version__
from .errors import RecommenderError

if TYPE_CHECKING:
    from .corpus import Article, Corpus
    from .model import Model, open_model
    from .recipe import Recipe
    from .recommend import Answer, Hit, Recommender, Wish
    from .static import StaticVectors
    from .workshop import train
    from .workshop.static_embedder import StaticEmbedder

__all__ = [
    "Answer",
    "Article",
    "Corpus",
    "Hit",
    "Model",
    "Recipe",
    "Recommender",
    "RecommenderError",
    "StaticEmbedder",
    "StaticVectors",
    "Wish",
    "__version__",
    "open_model",
    "train",
]

_HOMES = {
    "Recipe": "recipe",
    "Article": "corpus", "Corpus": "corpus", "Model": "model", "open_model": "model", "Answer": "recommend",
    "Hit": "recommend", "Recommender": "recommend", "Wish": "recommend", "train": "workshop",
    "StaticEmbedder": "workshop.static_embedder", "StaticVectors": "static",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Public names are imported when first used, so that no command pays for another's libraries."""
    if name not in _HOMES:
        raise AttributeError(f"module 'recommender' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
