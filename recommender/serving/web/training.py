"""The last training, as the pages show it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from html import escape
from typing import Any

from ...lazy import dataclass
from ...reporting.markup import paragraph, unfolded
from ..service import Service
from .frame import Visit
from .words import PageWords, for_people

_LINES = 40
_FIGURES = re.compile(r"promoted (?P<version>\S+): (?P<articles>[\d,]+) articles, (?P<topics>[\d,]+) topics")
_WORSE = re.compile(r"kept (\S+), not ([^\s:]+)")
_WENT_BACK = re.compile(r"a person went back from ([^\s,]+)")
_STATES = {"promoted": "done", "unchanged": "same", "kept": "kept", "overtaken": "overtaken"}


@dataclass(frozen=True, slots=True)
class Training:
    """``state`` is ``running``, ``done``, ``same`` (nothing changed), ``back`` (nothing changed since a person went
    back from ``candidate``), ``kept`` (the ``candidate`` was worse than ``before``), ``overtaken`` (somebody chose
    another version), ``stopped`` (by ``stopped_by``) or ``failed``; None for none.

    ``task`` is its id, ``by`` who began it, ``started`` and ``ended`` the times, ``lines`` its last messages,
    ``reason`` why there is no new version, ``figures`` the version, articles and topics of what was promoted.
    """

    state: str | None = None
    task: str = ""
    by: str = ""
    started: str = ""
    ended: str = ""
    stopped_by: str = ""
    lines: tuple[str, ...] = ()
    reason: str = ""
    before: str = ""
    candidate: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def last(cls, service: Service) -> Training:
        names = service.tasks.names("retrain")
        return cls._of(service.tasks.task(names[-1])) if names else cls()

    @classmethod
    def _of(cls, task: dict[str, Any]) -> Training:
        lines = tuple(task["progress"][-_LINES:])
        training = cls("running", task["id"], task["by"], task["started"], str(task.get("ended", "")), lines=lines)
        if task["state"] in ("waiting", "running"):
            return training
        if task["state"] == "failed" and "stopped_by" in task:
            return replace(training, state="stopped", stopped_by=task["stopped_by"])
        if task["state"] == "failed":
            return replace(training, state="failed", reason=f"{task['problem']} {task.get('hint', '')}".strip())
        return training._ended(task["result"])

    def _ended(self, result: Mapping[str, Any]) -> Training:
        line = result["line"]
        promoted, worse, back = _FIGURES.search(line), _WORSE.search(line), _WENT_BACK.search(line)
        training = replace(
            self,
            state=_STATES.get(result["result"], "done"),
            lines=(*self.lines, *result["notes"]),
            reason=result["paragraph"],
            figures=promoted.groupdict() if promoted else {},
        )
        if worse:
            return replace(training, before=worse[1], candidate=worse[2])
        return replace(training, state="back", candidate=back[1]) if back else training

    @property
    def running(self) -> bool:
        return self.state == "running"


def shown_training(training: Training, visit: Visit) -> str:
    """The section of the page of versions: the last training, with a button to start or stop one for admins."""
    words = visit.words
    if not visit.may("admin") and training.state is None:
        return ""
    note = paragraph(words("retrain_note"), "note") if visit.may("admin") else ""
    return (
        f'<section id="retrain"><h2>{escape(words("retrain"))}</h2>{note}{_button(training, visit)}'
        f'<div id="progress" role="status" aria-live="polite">{progress(training, words)}</div></section>'
    )


def _button(training: Training, visit: Visit) -> str:
    if not visit.may("admin"):
        return ""
    action, kind = ("stop", "quiet") if training.running else ("retrain", "strong")
    label = visit.words("retrain_stop" if training.running else "retrain_start")
    return (
        f'<form method="post" action="/versions" class="row">{visit.hidden()}'
        f'<input type="hidden" name="task" value="{escape(training.task)}">'
        f'<button class="{kind}" name="action" value="{action}">{escape(label)}</button></form>'
    )


def progress(training: Training, words: PageWords) -> str:
    """The log of the last training, who began it, and how it ended."""
    state = training.state
    if state is None:
        return ""
    bar = "<progress></progress>" if state == "running" else ""
    values = {"version": training.candidate, "by": training.stopped_by or words("unnamed")}
    figures = paragraph(words("retrain_figures", **training.figures), "note") if training.figures else ""
    reason = paragraph(for_people(words.sentence(training.reason)), "lead-small") if training.reason else ""
    return (
        f'<p class="state {state}">{escape(words("retrain_" + state, **values))}</p>'
        f"{paragraph(_who(training, words), 'note')}{bar}{figures}{reason}{_compare(training, words)}"
        f"{_log(training, words)}"
    )


def _who(training: Training, words: PageWords) -> str:
    by, started = training.by or words("unnamed"), words.time(training.started)
    if not training.ended:
        return words("retrain_began", by=by, started=started)
    return words("retrain_began_ended", by=by, started=started, ended=words.time(training.ended))


def _compare(training: Training, words: PageWords) -> str:
    """A link to the full comparison where the candidate was worse."""
    if not training.before:
        return ""
    address = escape(f"/versions?before={training.before}&after={training.candidate}#compare")
    label = words("retrain_compare", before=training.before, candidate=training.candidate)
    return f'<p class="row"><a class="quiet" href="{address}">{escape(label)}</a></p>'


def _log(training: Training, words: PageWords) -> str:
    text = "\n".join(map(words.sentence, training.lines))
    log = f'<pre tabindex="0">{escape(text)}</pre>' if text else ""
    return log if training.running else unfolded(words("retrain_log"), log)
