"""The logs of topic edits and of decisions on pairs, with undo."""

from __future__ import annotations

from html import escape
from typing import Any

from ...errors import QueryError
from ...ranking.model import Model
from ...ranking.pairs import FILE as PAIRS
from ...ranking.pairs import Decision, PairLog
from ...reporting.markup import paragraph
from ...topics.edits import commands
from ...topics.edits.log import FILE, EditLog
from .edit_sentences import log_rows, logged_sentence
from .frame import Page, Visit, article_address, cell, notice
from .site import Site
from .words import PageWords

_SHOWN = 200


def edits(site: Site, visit: Visit) -> Page:
    """Both logs, the newest first."""
    words, model = visit.words, site.recommender.model
    done = notice(words("done_undo")) if visit.query.text("done") else ""
    done += notice(words("stale"), "wrong") if visit.query.text("stale") else ""
    problems = "".join(notice(words.sentence(problem), "wrong") for problem in site.recommender.problems)
    body = (
        f"{done}<h1>{escape(words('edits_title'))}</h1>{problems}"
        f"<section><h2>{escape(words('edits_topics'))}</h2>{_topic_log(site, visit)}</section>"
        f"<section><h2>{escape(words('edits_pairs'))}</h2>{_pair_log(site, model, words)}</section>"
    )
    return Page(words("edits_title"), body, "edits")


def _topic_log(site: Site, visit: Visit) -> str:
    words, log = visit.words, EditLog.read(site.data / FILE)
    rows = list(log_rows(log))[:_SHOWN]
    if not rows:
        return paragraph(words("edits_none"), "note")
    table = "".join(
        _row(escape(logged_sentence(site, log, edit, words)), edit, edit.action == "undo" or standing, words)
        for edit, standing in rows
    )
    return (_undo(site, visit, log) if log.standing else "") + _table(table, words)


def _undo(site: Site, visit: Visit, log: EditLog) -> str:
    """The button that undoes the last edit that stands, which it names: another one is not undone by it."""
    words, last = visit.words, log.standing[-1]
    if not visit.may("editor"):
        return paragraph(words("to_editors_undo"), "note")
    return (
        f'<form method="post" action="/edits" class="row">{visit.hidden()}'
        f'<input type="hidden" name="last" value="{last.number}">'
        f'<button class="quiet" name="action" value="undo">{escape(words("undo_last"))}</button>'
        f'<span class="source">{escape(logged_sentence(site, log, last, words))}</span></form>'
    )


def _pair_log(site: Site, model: Model, words: PageWords) -> str:
    log = PairLog.read(site.data / PAIRS)
    undone = {decision.line for decision in log.decisions if decision.action == "undo"}
    rows = "".join(
        _row(_pair(decision, model, words), decision, decision.number not in undone, words)
        for decision in reversed(log.decisions[-_SHOWN:])
    )
    return _table(rows, words) if rows else paragraph(words("edits_none"), "note")


def _pair(decision: Decision, model: Model, words: PageWords) -> str:
    key = "undo" if decision.action == "undo" else f"decided_{decision.action}"
    links = " ↔ ".join(_title(name, model) for name in (decision.article, decision.other) if name)
    return f'<span class="mark">{escape(words(key))}</span> {links}'


def _title(name: str, model: Model) -> str:
    row = model.catalogue.row(name)
    if row < 0:
        return escape(name)
    return f'<a href="{escape(article_address(name))}">{escape(model.catalogue.article(row).shown_title)}</a>'


def _row(what: str, entry: Any, standing: bool, words: PageWords) -> str:
    """``what`` is markup."""
    undone = "" if standing else f' <span class="mark">{escape(words("edit_undone"))}</span>'
    texts = {"edit_who": entry.by or words("unnamed"), "edit_when": words.time(entry.time), "edit_why": entry.reason}
    cells = "".join(cell(words(key), escape(text), fixed=key != "edit_why") for key, text in texts.items())
    return f"<tr><td>{what}{undone}</td>{cells}</tr>"


def _table(rows: str, words: PageWords) -> str:
    head = "".join(
        f'<th scope="col">{escape(words(key))}</th>' for key in ("edit_what", "edit_who", "edit_when", "edit_why")
    )
    return f'<table class="read"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def undo(site: Site, visit: Visit) -> Page:
    """Takes back the last edit of topics that stands, or the last ``count`` if the ``last`` of them is that one.

    Raises QueryError if none stands.
    """
    form = visit.form
    if form.text("action") != "undo":
        raise QueryError("There is nothing to do.", "Open the page again.")
    log, count = EditLog.read(site.data / FILE), form.text("count")
    if form.text("last") and [str(edit.number) for edit in log.standing[-1:]] != [form.text("last")]:
        return Page(redirect="/edits?stale=1")
    for _ in range(int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 1):
        edit, _last = commands.undo(log)
        log = log.add(edit, by=visit.who)
    site.service.changed()
    return Page(redirect="/edits?done=undo")
