"""What the pages stand on: the service, and what was made of a state of its model before."""

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

_NEAREST = 4_000  # articles up to which the nearest of each are found in a moment
_Made = TypeVar("_Made")


class Site:
    """The pages of ``service``, at the path ``root`` of a proxy."""

    def __init__(self, service: Service, root: str = "") -> None:
        self.service, self.root = service, root
        self._provenance: dict[str, tuple[Model, Any]] = {}
        self._making: defaultdict[str, Lock] = defaultdict(Lock)

    @property
    def data(self) -> Path:
        return self.service.data

    @property
    def models(self) -> Path:
        return self.service.models

    @property
    def recommender(self) -> Recommender:
        """What answers now. Raises ModelError where there is no model."""
        return self.service.recommenders.current

    def cached(self, name: str, make: Callable[[Model], _Made], model: Model | None = None) -> _Made:
        """What ``make`` makes of the current model, once for each state of it."""
        model = self.recommender.model if model is None else model
        with self._making[name]:
            found = self._provenance.get(name)
            if found is None or found[0] is not model:
                found = self._provenance[name] = model, make(model)
        value: _Made = found[1]
        return value

    @property
    def summary(self) -> Summary:
        """All that the report says of the current model; of a large one without the nearest articles of each."""
        from ...reporting import summarise

        return self.cached("summary", lambda model: summarise(model, neighbours=5 if len(model) <= _NEAREST else 0))
