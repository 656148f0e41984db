"""The workshop: fits a model to a corpus. The only door to the heavy libraries."""

from __future__ import annotations

from .resample import resampled
from .training import train
from .weigh import cross_fit

__all__ = ["cross_fit", "resampled", "train"]
