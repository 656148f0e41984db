"""What is made when it is first used, so that a cold question does not wait for it: records and patterns."""

from __future__ import annotations

from .patterns import pattern
from .records import dataclass

__all__ = ["dataclass", "pattern"]
