"""Which articles hold what a query asks for."""

from .exact import ExactIndex
from .fields import FieldIndex, Matches, QueryVector
from .protocol import Index

__all__ = ["ExactIndex", "FieldIndex", "Index", "Matches", "QueryVector"]
