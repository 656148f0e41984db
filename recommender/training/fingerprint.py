"""A fingerprint of the inputs of a model: where it is the same, nothing need be trained."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from ..arrays.kernels import Floats
from ..config import Recipe, __version__
from ..embeddings.external import encoder_hash
from ..embeddings.fused import base_digest
from ..errors import MissingExtra
from ..text.analyzer import Aliases
from ..topics.curated import CuratedRule

LIBRARIES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "bertopic",
    "umap-learn",
    "hdbscan",
    "kiwipiepy",
    "kiwipiepy-model",
)


def made_from(
    fingerprint: str, recipe: Recipe, aliases: Aliases, curated: Sequence[CuratedRule], vectors: str = ""
) -> str:
    """A hash of the corpus (by its ``fingerprint``), the settings, models of meaning, libraries and this program.

    ``vectors`` is the digest of those that were given, empty for none.

    Raises ModelError if the base model is not there, and what ``named_encoder`` raises.
    """
    meaning = [base_digest(), vectors or encoder_hash(recipe.embedder)]
    settings = [dict(aliases.names), [asdict(rule) for rule in curated], recipe.as_json(), *meaning]
    content = json.dumps([fingerprint, *settings, library_versions(), __version__], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def digest_of(rows: Floats) -> str:
    """sha256 over an array."""
    return hashlib.sha256(np.ascontiguousarray(rows).tobytes()).hexdigest()


def library_versions() -> dict[str, str]:
    """Versions of the libraries that decide a result; none is loaded. Raises MissingExtra if one is not there."""
    try:
        return {name: importlib.metadata.version(name) for name in LIBRARIES}
    except importlib.metadata.PackageNotFoundError as error:
        hint = f"Start the program in the environment that it was installed into, or: pip install {error.name}"
        raise MissingExtra(f"The library {error.name} is not installed, and training needs it.", hint) from error
