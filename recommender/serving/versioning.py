"""What the service changes of versions: promotion, rollback, and trainings with their tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import ModelError
from ..versions import registry
from .refusal import Refusal
from .service import Params, Service


def promote(service: Service, params: Params) -> dict[str, Any]:
    version = params["version"]
    with_conflicts(service, lambda: registry.promote(service.models, version))
    service.changed()
    return {"current": version}


def rollback(service: Service, params: Params) -> dict[str, Any]:
    version = with_conflicts(service, lambda: registry.rollback(service.models))
    service.changed()
    return {"current": version}


def with_conflicts(service: Service, change: Callable[[], Any]) -> Any:
    """The result of ``change``; a ModelError becomes a conflict (409)."""
    try:
        return change()
    except ModelError as error:
        refusal = Refusal.of(error, service.folder)
        raise Refusal(409, refusal.problem, refusal.hint) from None


def retrain(service: Service, params: Params) -> dict[str, Any]:
    """Begins a training; its task tells how far it is."""
    if running := service.tasks.at_work("retrain"):
        raise Refusal(409, "A training is at work.", f"See how far it is: GET /v1/tasks/{running[0]['id']}")
    if not service.corpus_file.exists() and not (service.data / "inbox").is_dir():
        raise Refusal(
            409,
            "There is nothing to train on.",
            "Put files into the folder data/inbox. Or send articles: POST /v1/articles.",
        )
    arguments = {"no_ingest": params["no_ingest"], "fresh_topics": params["fresh_topics"]}
    return service.tasks.task(service.tasks.start("retrain", params["by"], **arguments))


def cancel(service: Service, params: Params) -> dict[str, Any]:
    service.tasks.cancel(params["task"], params["by"])
    return service.tasks.wait(params["task"], 5.0)
