"""The workshop: fits a model to a corpus. The only door to the heavy libraries."""

from __future__ import annotations

from .training import train

__all__ = ["train"]
