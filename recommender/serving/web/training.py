"""The last training that was asked for, as the pages tell of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..service import Service

_LINES = 40
_FIGURES = re.compile(r"promoted (?P<version>\S+): (?P<articles>[\d,]+) articles, (?P<topics>[\d,]+) topics")
_STATES = {"promoted": "done", "unchanged": "same", "kept": "kept", "overtaken": "overtaken"}


@dataclass(frozen=True, slots=True)
class Training:
    """``state`` is ``running``, ``done``, ``same`` (nothing changed), ``kept`` (the candidate was worse), ``overtaken``
    (somebody chose another version) or ``failed``; None for none. ``lines`` are what it told last, ``figures`` the
    version, articles and topics of what was promoted."""

    state: str | None = None
    by: str = ""
    lines: tuple[str, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def last(cls, service: Service) -> Training:
        named = [name for name in service.tasks.names() if name.split("-")[1] == "retrain"]
        return cls._of(service.tasks.task(named[-1])) if named else cls()

    @classmethod
    def _of(cls, task: dict[str, Any]) -> Training:
        told = list(task["progress"])
        if task["state"] in ("waiting", "running"):
            return cls("running", task["by"], tuple(told[-_LINES:]))
        if task["state"] == "failed":
            return cls("failed", task["by"], (*told[-_LINES:], f"{task['problem']} {task.get('hint', '')}".strip()))
        result = task["result"]
        told += [text for text in (*result["notes"], result["paragraph"]) if text]
        made = _FIGURES.search(result["line"])
        return cls(
            _STATES.get(result["result"], "done"), task["by"], tuple(told[-_LINES:]), made.groupdict() if made else {}
        )

    @property
    def running(self) -> bool:
        return self.state == "running"
