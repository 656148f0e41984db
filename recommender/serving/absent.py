"""Why an article does not answer: it was removed, or it has not reached the model yet."""

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
    """Where one of ``ids`` is not known, says what has become of it. ``recommender`` is what is asked, None for the
    corpus itself. Raises UnknownName."""
    try:
        yield
    except UnknownName:
        if known := next((error for name in ids if (error := reason(data, recommender, name))), None):
            raise known from None
        raise


def reason(data: Path, recommender: Recommender | None, name: str) -> UnknownName | None:
    """What has become of the article ``name``; None where nothing is known of it."""
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
        return None  # then it is not known, as was said
    return None


def _in_corpus(file: Path, name: str) -> bool:
    if not file.exists():
        return False
    with Corpus.open(file, create=False) as corpus, corpus.snapshot():
        return corpus.get(name) is not None
