"""Versions of the model: compare, promote, roll back, and a training with its progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ...errors import QueryError, RecommenderError
from ...reporting import quality_section
from ...reporting.markup import paragraph, paragraphs, unfolded
from ...reporting.markup import table as report_table
from ...versions.quality import stored_quality
from ...versions.registry import current_name, names, promote, rollback, set_aside, turned_down, versions
from ..versioning import retrain, with_conflicts
from .compare import comparison
from .frame import Page, Visit, cell, notice
from .site import Site
from .training import Training, shown_training

_TIMEOUT = 5.0  # seconds that a page waits for the end of a training that is stopped
_REFRESH = 3  # seconds after which a page without scripts looks again


def shown_versions(site: Site, visit: Visit) -> Page:
    """The versions with their actions, a comparison if one is asked for, and the training."""
    words, rows = visit.words, [version.as_json() for version in versions(site.models)]
    training = Training.last(site.service)
    admin = "" if visit.may("admin") else paragraph(words("admin_only"), "note")
    body = (
        f"{_news(site, visit, training.running)}<h1>{escape(words('versions_title'))}</h1>"
        f"{paragraph(words('versions_note'), 'note')}"
        f"{_table(site, rows, visit)}{admin}{comparison(site, visit, rows)}{shown_training(training, visit)}"
    )
    running = training.running or 'class="state running"' in body
    return Page(words("versions_title"), body, "versions", refresh=_REFRESH if running else 0)


def _news(site: Site, visit: Visit, running: bool) -> str:
    """Notices: what was just done, and whether the current version cannot be opened."""
    words = visit.words
    current, notices = current_name(site.models), ""
    if current and visit.query.text("now") == current:
        notices = notice(words("now_current", version=current))
    if visit.query.text("stale"):
        notices += notice(words("stale_version"), "wrong")
    if visit.query.text("busy") and running:
        notices += notice(words("retrain_busy"), "wrong")
    if current and site.service.recommenders.problem:
        answers = _answering(site)
        key = "version_broken" if answers is None else "version_broken_other"
        notices += notice(words(key, version=current, answers=answers or ""), "wrong")
    return notices


def _answering(site: Site) -> str | None:
    try:
        return site.recommender.model.version
    except RecommenderError:
        return None


def _table(site: Site, rows: Sequence[Mapping[str, Any]], visit: Visit) -> str:
    words, admin, all_names = visit.words, visit.may("admin"), names(site.models)
    if not all_names:
        return paragraph(words("versions_none"), "note")
    keys = ["version_name", "version_created", "version_articles", "version_topics", *(["version_do"] if admin else [])]
    head = "".join(f'<th scope="col">{escape(words(key))}</th>' for key in keys)
    by_name, marks = {row["version"]: row for row in rows}, _marks(site)
    body = "".join(_row(name, by_name.get(name), marks.get(name, ""), visit) for name in reversed(all_names))
    before = _version_before(site)
    back = _button(visit, "rollback", before, words("rollback", version=before)) if admin and before else ""
    back = f'<div class="row">{back}</div>' if back else ""
    return f'<table class="read"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{back}'


def _version_before(site: Site) -> str:
    """The version before the current one; empty for none."""
    current, all_names = current_name(site.models), names(site.models)
    older = all_names[: all_names.index(current)] if current in all_names else []
    return older[-1] if older else ""


def _marks(site: Site) -> dict[str, str]:
    """Keys of the marks of versions, by name."""
    marks = dict.fromkeys(turned_down(site.models), "version_turned_down")
    marks |= dict.fromkeys(set_aside(site.models), "version_set_aside")
    current = current_name(site.models)
    return marks | ({current: "version_current"} if current else {})


def _row(name: str, row: Mapping[str, Any] | None, mark: str, visit: Visit) -> str:
    """A version; without the values of its manifest where that cannot be read."""
    words, keys = visit.words, ("version_created", "version_articles", "version_topics")
    marks = [key for key in (mark, "" if row else "version_damaged") if key]
    shown = "".join(f' <span class="mark">{escape(words(key))}</span>' for key in marks)
    texts = (words.time(row["created"]), f"{row['articles']:,}", f"{row['topics']:,}") if row else ("", "", "")
    cells = "".join(cell(words(key), escape(text)) for key, text in zip(keys, texts, strict=True))
    do = ""
    if visit.may("admin"):
        free = row is not None and mark != "version_current"
        do = f"<td>{_button(visit, 'promote', name, words('promote', version=name)) if free else ''}</td>"
    return f'<tr><th scope="row">{escape(name)}{shown}</th>{cells}{do}</tr>'


def _button(visit: Visit, action: str, version: str, label: str) -> str:
    return (
        f'<form method="post" action="/versions" class="inline">{visit.hidden()}'
        f'<input type="hidden" name="version" value="{escape(version)}">'
        f'<button class="quiet" name="action" value="{action}">{escape(label)}</button></form>'
    )


def change(site: Site, visit: Visit) -> Page:
    """Promotes a version, rolls back, begins a training or stops it. Raises QueryError, UnknownName, Refusal."""
    action, by = visit.form.text("action"), visit.who
    if action == "promote":
        now = visit.form.text("version")
        with_conflicts(site.service, lambda: promote(site.models, now))
    elif action == "rollback":
        if (named := visit.form.text("version")) and named != _version_before(site):
            return Page(redirect="/versions?stale=1")
        now = with_conflicts(site.service, lambda: rollback(site.models))
    elif action == "retrain":
        return _start(site, by)
    elif action == "stop":
        return _stop(site, visit.form.text("task"), by)
    else:
        raise QueryError(f"'{action[:40]}' is nothing to do here.", "Open the page again.")
    site.service.changed()
    return Page(redirect=f"/versions?now={now}")


def _start(site: Site, by: str) -> Page:
    """Starts a training, unless one is running."""
    if site.service.tasks.at_work("retrain"):
        return Page(redirect="/versions?busy=1#retrain")
    retrain(site.service, {"no_ingest": False, "fresh_topics": False, "by": by})
    return Page(redirect="/versions#retrain")


def _stop(site: Site, task: str, by: str) -> Page:
    """Stops a training, unless it has ended by itself."""
    if task in {running["id"] for running in site.service.tasks.at_work("retrain")}:
        site.service.tasks.cancel(task, by)
        site.service.tasks.wait(task, _TIMEOUT)
    return Page(redirect="/versions#retrain")


def shown_quality(site: Site, visit: Visit) -> Page:
    """The quality that was measured when the current version was trained."""
    words, quality = visit.words, stored_quality(site.recommender.model.about)
    shown, folded = "", ""
    for table in quality_section.tables(quality, words):
        inner = report_table(table.head, table.rows, table.note)
        if table.folded:
            folded += unfolded(table.title, inner)
        else:
            shown += f"<div><h2>{escape(table.title)}</h2>{inner}</div>"
    body = (
        f"<h1>{escape(words('quality_title'))}</h1>{paragraphs(quality_section.notes(quality, words), 'note')}"
        f'<div class="judged">{shown}</div>{folded}'
    )
    return Page(words("quality_title"), body, "quality")
