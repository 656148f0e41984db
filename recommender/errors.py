"""Every failure that a user can meet: what is wrong, and how to mend it."""

from __future__ import annotations

import sys


class RecommenderError(Exception):
    """One sentence on what is wrong and one on the mend; the command line prints both and exits 1."""

    def __init__(self, problem: str, hint: str = "") -> None:
        self.problem = problem
        self.hint = hint
        super().__init__(f"{problem} {hint}".strip())

    def __reduce__(self) -> tuple[type[RecommenderError], tuple[str, str]]:
        return type(self), (self.problem, self.hint)  # whole from another process


_DISTRIBUTIONS = {"sklearn": "scikit-learn", "umap": "umap-learn", "yaml": "PyYAML", "PIL": "pillow"}


def missing_library(error: ModuleNotFoundError) -> RecommenderError | None:
    """What to say of a library that this Python does not have; None for a module of the program itself."""
    name = (error.name or "").partition(".")[0]
    if name in ("", "recommender"):
        return None
    called = _DISTRIBUTIONS.get(name, name)
    hint = f"Start the program in the environment that it was installed into, or: pip install {called}"
    return MissingExtra(f"The library {name} is not installed for this Python ({sys.executable}).", hint)


def reason(error: OSError) -> str:
    """What the system says of a failure; what the library says where the system said nothing."""
    return error.strerror or str(error) or type(error).__name__


class InputError(RecommenderError):
    """A file or record that cannot be read."""


class CorpusError(RecommenderError):
    """A corpus that is missing, damaged or not what was asked of it."""


class QueryError(RecommenderError):
    """A question that cannot be answered as asked: unknown id, empty text, k below 1."""


class UnknownName(QueryError):
    """An id or a name of nothing that is there."""


class ModelError(RecommenderError):
    """A model folder that is missing, damaged, or of another format."""


class RecipeError(RecommenderError):
    """A recipe, topics or alias file with a key or value that is not understood."""


class MissingExtra(RecommenderError):
    """An optional library that the recipe asks for is not installed."""


class WorkerError(RecommenderError):
    """A process that did a part of the work ended before it was done."""


class ServerError(RecommenderError):
    """A server that holds an index does not answer, or does not hold what is asked of it."""
