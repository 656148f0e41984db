"""The door to a user's own sentence encoder: an optional extra, a model on disk, nothing downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .errors import MissingExtra, RecipeError
from .vectors import Floats, unit_rows

KINDS = ("sentence-transformers", "model2vec")


@dataclass(frozen=True)
class NamedEncoder:
    """A sentence encoder of another library; ``name`` as in the recipe, ``kind:path``."""

    name: str
    library: Any

    def encode(self, terms: Sequence[Sequence[str]], texts: Sequence[str]) -> Floats:
        """(m, d) float32 unit rows of ``texts``; ``terms`` are not looked at."""
        return unit_rows(np.asarray(self.library.encode(list(texts))))


def named_encoder(name: str) -> NamedEncoder:
    """The encoder of a recipe's ``embedder``.

    Raises RecipeError for an unknown kind or a model that is not on disk, MissingExtra if the library is not
    installed.
    """
    kind, _, path = name.partition(":")
    if kind not in KINDS or not path:
        raise RecipeError(
            f"The recipe's embedder is '{name}'.", f"Use lsa, or {' or '.join(f'{k}:PATH' for k in KINDS)}."
        )
    if not Path(path).is_dir():
        raise RecipeError(f"The model {path} is not on disk.", "Nothing is downloaded: put its folder there.")
    try:
        if kind == "model2vec":
            from model2vec import StaticModel

            return NamedEncoder(name, StaticModel.from_pretrained(path))
        from sentence_transformers import SentenceTransformer

        return NamedEncoder(name, SentenceTransformer(path, device="cpu", local_files_only=True))
    except ImportError as error:
        raise MissingExtra(
            f"The recipe's embedder needs {kind}, which is not installed.",
            f"Run: pip install 'related-recommender[{kind}]'",
        ) from error
