"""Versions of the model: compare, promote, roll back, and a training with what it tells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from ...errors import QueryError
from ...evaluation.versions_compared import Diff
from ...reporting import quality_section
from ...reporting.markup import labelled, paragraph, paragraphs, unfolded
from ...reporting.markup import table as report_table
from ...versions.quality import stored_quality
from ...versions.registry import check_version, promote, rollback, versions
from ..service import Service
from ..versioning import retrain, with_conflicts
from .frame import Page, Visit, cell, notice, option
from .site import Site
from .words import PageWords

_SECTIONS = ("topics", "broad_topics", "articles", "lists", "scores")
_FRESH = 10  # minutes for which a comparison is shown again
_TIMEOUT = 2.0  # seconds that a page waits for one
_REFRESH = 3  # seconds after which a page without scripts looks again
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


def shown_versions(site: Site, visit: Visit) -> Page:
    """The versions, what can be done with them, a comparison if one is asked for, and the training."""
    words, rows = visit.words, [each.as_json() for each in versions(site.models)]
    training = Training.last(site.service)
    done = words("now_current", version=visit.query.text("now")) if visit.query.text("now") else ""
    admin = "" if visit.may("admin") else paragraph(words("admin_only"), "note")
    body = (
        f"{notice(done)}<h1>{escape(words('versions_title'))}</h1>{paragraph(words('versions_note'), 'note')}"
        f"{_table(rows, visit)}{admin}{_compare(site, visit, rows)}{_training(training, visit)}"
    )
    running = training.running or 'class="state running"' in body
    return Page(words("versions_title"), body, "versions", refresh=_REFRESH if running else 0)


def _table(rows: Sequence[Mapping[str, Any]], visit: Visit) -> str:
    words, admin = visit.words, visit.may("admin")
    keys = ["version_name", "version_created", "version_articles", "version_topics", *(["version_do"] if admin else [])]
    head = "".join(f'<th scope="col">{escape(words(key))}</th>' for key in keys)
    body = "".join(_row(row, visit) for row in reversed(rows))
    back = _button(visit, "rollback", "", words("rollback")) if admin and rows and not rows[0]["current"] else ""
    back = f'<div class="row">{back}</div>' if back else ""
    return f'<table class="read"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{back}'


def _row(row: Mapping[str, Any], visit: Visit) -> str:
    words = visit.words
    mark = f' <span class="mark">{escape(words("version_current"))}</span>' if row["current"] else ""
    do = ""
    if visit.may("admin"):
        label = words("promote", version=row["version"])
        do = f"<td>{'' if row['current'] else _button(visit, 'promote', row['version'], label)}</td>"
    texts = {
        "version_created": words.time(row["created"]), "version_articles": f"{row['articles']:,}",
        "version_topics": f"{row['topics']:,}",
    }  # fmt: skip
    cells = "".join(cell(words(key), escape(text)) for key, text in texts.items())
    return f'<tr><th scope="row">{escape(row["version"])}{mark}</th>{cells}{do}</tr>'


def _button(visit: Visit, action: str, version: str, label: str) -> str:
    return (
        f'<form method="post" action="/versions" class="inline">{visit.hidden()}'
        f'<input type="hidden" name="version" value="{escape(version)}">'
        f'<button class="quiet" name="action" value="{action}">{escape(label)}</button></form>'
    )


def _compare(site: Site, visit: Visit, rows: Sequence[Mapping[str, Any]]) -> str:
    words, names = visit.words, [row["version"] for row in rows]
    if len(names) < 2:
        return ""
    before, after = visit.query.text("before") or names[-2], visit.query.text("after") or names[-1]
    fields = "".join(
        labelled(words(key), f'<select name="{name}">{"".join(option(n, n, n == chosen) for n in names)}</select>')
        for key, name, chosen in (("compare_before", "before", before), ("compare_after", "after", after))
    )
    form = (
        f'<form method="get" action="/versions" class="row fields">{fields}'
        f'<button class="quiet">{escape(words("compare_button"))}</button></form>'
    )
    asked = visit.query.text("before") and visit.query.text("after")
    found = _difference(site, before, after, words) if asked else ""
    return f'<section id="compare"><h2>{escape(words("compare"))}</h2>{form}{found}</section>'


def _difference(site: Site, before: str, after: str, words: PageWords) -> str:
    task = compared(site.service, before, after)
    if task["state"] in ("waiting", "running"):
        return f'<p class="state running" role="status">{escape(words("compare_running"))}</p><progress></progress>'
    if task["state"] == "failed":
        return notice(words.sentence(f"{task['problem']} {task.get('hint', '')}".strip()), "wrong")
    found = task["result"]
    told = Diff({side: found[side] for side in ("before", "after")}, *(found[name] for name in _SECTIONS))
    rows = (
        (_said(row["what"], words), *(words.sentence(_cell(row[side])) for side in ("before", "after", "note")))
        for row in told.rows()
    )
    head = (words("compare_what"), before, after, words("compare_note"))
    return report_table(head, rows, f"{before} → {after}", numbers=False)


def _said(what: str, words: PageWords) -> str:
    """What is compared; a row that belongs to the one above stands in from it."""
    kind, event = "", what.strip()
    for level in ("broad topic", "topic"):
        if event.startswith(level + " "):
            kind, event = words("compared_" + level.replace(" ", "_")) + " ", event.removeprefix(level + " ")
            break
    name = event.replace(" ", "_").replace("-", "_")
    return what[: len(what) - len(what.lstrip())] + kind + words(f"compared_{name}")


def compared(service: Service, before: str, after: str) -> dict[str, Any]:
    """The task that compares two versions: one of the last minutes, else a new one. Raises ModelError."""
    for version in (before, after):
        check_version(service.models, version)
    tasks, wanted = service.tasks, {"before": before, "after": after}
    since = (datetime.now(UTC) - timedelta(minutes=_FRESH)).isoformat(timespec="seconds")
    named = [name for name in reversed(tasks.names()) if name.split("-")[1] == "diff"]
    found = (task for name in named if (task := tasks.task(name))["started"] >= since and task["wanted"] == wanted)
    return next(found, None) or tasks.wait(tasks.start("diff", "", **wanted), _TIMEOUT)


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("id") or "")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_cell, value))
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _training(training: Training, visit: Visit) -> str:
    words = visit.words
    start = ""
    if visit.may("admin") and not training.running:
        start = (
            f'<form method="post" action="/versions" class="row">{visit.hidden()}'
            f'<button class="strong" name="action" value="retrain">{escape(words("retrain_start"))}</button></form>'
        )
    note = paragraph(words("retrain_note"), "note") if visit.may("admin") else ""
    if not visit.may("admin") and training.state is None:
        return ""
    return (
        f'<section id="retrain"><h2>{escape(words("retrain"))}</h2>{note}{start}'
        f'<div id="progress" role="status" aria-live="polite">{progress(training, words)}</div></section>'
    )


def progress(training: Training, words: PageWords) -> str:
    """What the last training told, and how it ended."""
    state = training.state
    if state is None:
        return ""
    bar = "<progress></progress>" if state == "running" else ""
    told = "\n".join(map(words.sentence, training.lines))
    lines = f'<pre tabindex="0">{escape(told)}</pre>' if told else ""
    figures = paragraph(words("retrain_figures", **training.figures), "note") if training.figures else ""
    return f'<p class="state {state}">{escape(words("retrain_" + state))}</p>{bar}{figures}{lines}'


def change(site: Site, visit: Visit) -> Page:
    """Promotes a version, rolls back, or begins a training. Raises QueryError, ModelError."""
    action = visit.form.text("action")
    if action == "promote":
        now = visit.form.text("version")
        with_conflicts(site.service, lambda: promote(site.models, now))
    elif action == "rollback":
        now = with_conflicts(site.service, lambda: rollback(site.models))
    elif action == "retrain":
        retrain(site.service, {"no_ingest": False, "fresh_topics": False, "by": visit.who})
        return Page(redirect="/versions#retrain")
    else:
        raise QueryError(f"'{action[:40]}' is nothing to do here.", "Open the page again.")
    site.service.changed()
    return Page(redirect=f"/versions?now={now}")


def shown_quality(site: Site, visit: Visit) -> Page:
    """What was measured when the current version was made."""
    words, found = visit.words, stored_quality(site.recommender.model.about)
    shown, folded = "", ""
    for each in quality_section.tables(found, words):
        inner = report_table(each.head, each.rows, each.note)
        if each.folded:
            folded += unfolded(each.title, inner)
        else:
            shown += f"<div><h2>{escape(each.title)}</h2>{inner}</div>"
    body = (
        f"<h1>{escape(words('quality_title'))}</h1>{paragraphs(quality_section.notes(found, words), 'note')}"
        f'<div class="judged">{shown}</div>{folded}'
    )
    return Page(words("quality_title"), body, "quality")
