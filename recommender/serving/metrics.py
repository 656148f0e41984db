"""Metrics for Prometheus, summed over all processes of the service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .service import Service
from .shared_state import BOUNDS, SERIES, SharedState

_STATUSES = (200, 202, 204, 303, 304, 400, 401, 403, 404, 405, 408, 409, 411, 413, 415, 422, 429, 499, 500, 503)


class Metrics:
    """Counts answers by operation and status; ``operations`` are the same in all processes."""

    def __init__(self, shared: SharedState, operations: Sequence[str]) -> None:
        self._shared = shared
        self._operations = {name: index for index, name in enumerate((*operations, "other"))}
        if len(self._operations) * len(_STATUSES) > SERIES:
            raise ValueError("there is room for fewer operations")

    def count(self, operation: str, status: int, seconds: float) -> None:
        index = self._operations.get(operation, len(self._operations) - 1)
        self._shared.count(self._series(index, status), seconds)

    def _series(self, index: int, status: int) -> int:
        return index * len(_STATUSES) + (_STATUSES.index(status) if status in _STATUSES else _STATUSES.index(500))

    def text(self, service: Service, lost: int) -> str:
        """All of it in the text format of Prometheus."""
        return "\n".join((*self._requests(), *self._state(service, lost))) + "\n"

    def _requests(self) -> Iterator[str]:
        name = "recommender_request_seconds"
        yield f"# HELP {name} Time from a request to its answer."
        yield f"# TYPE {name} histogram"
        for operation, index in self._operations.items():
            for status in _STATUSES:
                count, seconds, *histogram = self._shared.counted(self._series(index, status))
                if not count:
                    continue
                labels = f'operation="{operation}",status="{status}"'
                total = 0.0
                for bound, bucket in zip(BOUNDS, histogram, strict=True):
                    total += bucket
                    shown = "+Inf" if bound == BOUNDS[-1] else f"{bound:g}"
                    yield f'{name}_bucket{{{labels},le="{shown}"}} {total:g}'
                yield f"{name}_sum{{{labels}}} {seconds:.6f}"
                yield f"{name}_count{{{labels}}} {count:g}"

    def _state(self, service: Service, lost: int) -> Iterator[str]:
        health = service.health()
        yield "# TYPE recommender_up gauge"
        yield f"recommender_up {int(health['status'] == 'ok')}"
        if "articles" in health:
            yield "# TYPE recommender_articles gauge"
            yield f'recommender_articles{{model="{health["model"]}"}} {health["articles"]}'
        yield "# TYPE recommender_log_lines_lost_total counter"
        yield f"recommender_log_lines_lost_total {lost}"
