"""Which articles hold what a query asks for."""

from .exact import ExactIndex
from .fields import FieldIndex, Matches
from .protocol import Index
from .query_vector import QueryVector

__all__ = ["ExactIndex", "FieldIndex", "Index", "Matches", "QueryVector"]
