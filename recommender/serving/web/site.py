"""What the pages stand on: the model that answers, the corpus, and what was made of them before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from ...corpus import Corpus
from ...errors import CorpusError
from ...ranking.model import Model
from ...ranking.recommend import Recommender
from ..live import Live

if TYPE_CHECKING:
    from ...reporting.shapes import Summary

_Made = TypeVar("_Made")


class Site:
    """The home at ``folder``, answered by ``live``; ``ring`` tells other processes that something changed."""

    def __init__(self, folder: Path, live: Live, ring: Callable[[], None] = lambda: None) -> None:
        self.folder = folder
        self.live = live
        self._ring = ring
        self._made: dict[str, tuple[Model, Any]] = {}
        self._making = Lock()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def models(self) -> Path:
        return self.folder / "models"

    @property
    def recommender(self) -> Recommender:
        """What answers now. Raises ModelError where there is no model."""
        return self.live.current

    def changed(self) -> None:
        """What a person kept is taken up at once."""
        self._ring()
        self.live.refresh()

    def corpus(self) -> Corpus:
        """Raises CorpusError if there is none."""
        path = self.data / "corpus.db"
        if not path.exists():
            raise CorpusError("There is no corpus in this home.", "Make one: recommender ingest PATH")
        return Corpus.open(path)

    def kept(self, name: str, make: Callable[[Model], _Made], model: Model | None = None) -> _Made:
        """What ``make`` makes of the current model, once for each state of it."""
        model = self.recommender.model if model is None else model
        with self._making:
            found = self._made.get(name)
            if found is None or found[0] is not model:
                found = self._made[name] = model, make(model)
        value: _Made = found[1]
        return value

    @property
    def summary(self) -> Summary:
        """All that the report says of the current model."""
        from ...reporting import summarise

        return self.kept("summary", summarise)
