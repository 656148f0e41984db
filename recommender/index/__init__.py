"""Which articles hold what a query asks for."""

from .fields import FieldIndex, Matches, QueryVector

__all__ = ["FieldIndex", "Matches", "QueryVector"]
