"""Why an article is unknown: it was removed, or it is not in the model yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..corpus.store import Corpus
from ..corpus.tombstones import FILE, Tombstones
from ..errors import RecommenderError, UnknownName
from ..ranking.recommend import Recommender


@contextmanager
def explained(data: Path, recommender: Recommender | None, ids: Sequence[str]) -> Iterator[None]:
    """Explains an UnknownName that the block raises for one of ``ids``, if the reason is known. ``recommender`` is the
    one asked, None for the corpus itself."""
    try:
        yield
    except UnknownName:
        if cause := next((error for name in ids if (error := reason(data, recommender, name))), None):
            raise cause from None
        raise


def reason(data: Path, recommender: Recommender | None, name: str) -> UnknownName | None:
    """Why the article ``name`` is unknown; None if there is no reason to give."""
    if recommender is not None and recommender.model.catalogue.row(name) >= 0:
        return None
    try:
        if Tombstones.read(data / FILE).of(name):
            return UnknownName(
                f"The article {name!r} was removed.", "To let it come back: POST /v1/articles/{id}/restore"
            )
        if recommender is not None and _in_corpus(data / "corpus.db", name):
            problem = f"The article {name!r} is in the corpus, and not in the model yet."
            return UnknownName(problem, "To take it up: POST /v1/update")
    except RecommenderError:
        return None  # unreadable files explain nothing
    return None


def _in_corpus(file: Path, name: str) -> bool:
    if not file.exists():
        return False
    with Corpus.open(file, create=False) as corpus, corpus.snapshot():
        return corpus.get(name) is not None
