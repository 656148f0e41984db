"""Training: fits a model to a corpus. Inference imports nothing of it, nor of the large libraries it needs."""

from __future__ import annotations

from .fit import train
from .fit_weights import cross_fit
from .resample import resampled

__all__ = ["cross_fit", "resampled", "train"]
