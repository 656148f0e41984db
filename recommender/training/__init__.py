"""The workshop: fits a model to a corpus. The only door to the heavy libraries."""

from __future__ import annotations

from .fit import train
from .fit_weights import cross_fit
from .resample import resampled

__all__ = ["cross_fit", "resampled", "train"]
