"""Training: fits a model to a corpus. Inference imports nothing of it, nor of the large libraries it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .fit import train
    from .fit_weights import cross_fit
    from .resample import resampled

__all__ = ["cross_fit", "resampled", "train"]

_HOMES = {"train": "fit", "cross_fit": "fit_weights", "resampled": "resample"}


def __getattr__(name: str) -> Any:
    """Public names are imported when first used: an update fits nothing, and does without SciPy and Kiwi."""
    if name not in _HOMES:
        raise AttributeError(f"module 'recommender.training' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
