"""The current model, and other versions by name; changes on disk are taken up between two answers."""

from __future__ import annotations

import sys
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from ..errors import RecommenderError
from ..ranking.milvus_candidates import through
from ..ranking.recommend import Recommender
from ..versions.registry import check_version

_VERSIONS = 3  # versions other than the current one that stay open


class Recommenders:
    """The recommender of the folder ``models``, with candidates from ``index`` (``milvus:URI``) if one is given; every
    question is answered from one state of it.

    ``generation`` grows with every change that was taken up: what was made of an earlier one is out of date.
    """

    def __init__(self, models: Path, index: str = "") -> None:
        self.models = models
        self.index = index
        self.generation = 0
        self.problem = ""  # why the newest state of the folder does not answer
        self._recommender: Recommender | None = None
        self._others: OrderedDict[str, Recommender] = OrderedDict()
        self._lock = Lock()

    def refresh(self) -> bool:
        """Takes up a version, an update, edits and removals; whether anything changed. Never fails: what cannot be
        opened is told by ``problem``, and what answered before goes on."""
        with self._lock:
            try:
                changed = self._opened()
                self.problem = ""
            except (RecommenderError, OSError) as error:
                self.problem = str(error)
                return False
            self.generation += changed
            return changed

    def _opened(self) -> bool:
        if self._recommender is None:
            self._recommender = self._open(self.models)
            return True
        changed = self._recommender.reload()
        for name, other in list(self._others.items()):
            try:
                changed |= other.reload()
            except RecommenderError:
                del self._others[name]
        return changed

    def _open(self, path: Path) -> Recommender:
        recommender = Recommender.open(path)
        return through(recommender, self.index, _warn) if self.index else recommender

    @property
    def current(self) -> Recommender:
        """A snapshot of the current recommender. Raises ModelError where there is no model."""
        recommender = self._recommender
        if recommender is None:
            recommender = self._open(self.models)  # raises what is wrong
            self.refresh()
        return recommender.snapshot()

    def version(self, name: str | None) -> Recommender:
        """The current one, or that of a version. Raises UnknownName, ModelError."""
        loaded = self._recommender  # not the one that is current on disk: it may not be taken up yet
        if name is None or (loaded is not None and loaded.model.version == name):
            return self.current
        with self._lock:
            if name not in self._others:
                check_version(self.models, name)
                self._others[name] = self._open(self.models / name)
            self._others.move_to_end(name)
            while len(self._others) > _VERSIONS:
                self._others.popitem(last=False)
            return self._others[name].snapshot()


def _warn(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
