"""What the pages are made from: the service, and a cache of values computed from its model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from ...ranking.model import Model
from ...ranking.recommend import Recommender
from ..service import Service

if TYPE_CHECKING:
    from ...reporting.summary_data import Summary

_NEAREST = 4_000  # articles up to which finding the nearest of each is quick
_Value = TypeVar("_Value")


class Site:
    """The pages of ``service``, at the path ``root`` of a proxy."""

    def __init__(self, service: Service, root: str = "") -> None:
        self.service, self.root = service, root
        self._cache: dict[str, tuple[Model, Any]] = {}
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)

    @property
    def data(self) -> Path:
        return self.service.data

    @property
    def models(self) -> Path:
        return self.service.models

    @property
    def recommender(self) -> Recommender:
        """The current recommender. Raises ModelError where there is no model."""
        return self.service.recommenders.current

    def cached(self, name: str, make: Callable[[Model], _Value], model: Model | None = None) -> _Value:
        """``make(model)`` of the current model, computed once for each state of it."""
        model = self.recommender.model if model is None else model
        with self._locks[name]:
            entry = self._cache.get(name)
            if entry is None or entry[0] is not model:
                entry = self._cache[name] = model, make(model)
        value: _Value = entry[1]
        return value

    @property
    def summary(self) -> Summary:
        """All that the report says of the current model; of a large one without the nearest articles of each."""
        from ...reporting import summarise

        return self.cached("summary", lambda model: summarise(model, neighbours=5 if len(model) <= _NEAREST else 0))
