"""An article with its related list, and an editor's decisions on it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from ...corpus.listing import stored_articles
from ...errors import CorpusError, QueryError, UnknownName
from ...ranking.answer import Hit
from ...ranking.asking import similar_to_text
from ...ranking.options import SearchOptions
from ...ranking.pairs import FILE, Decision, PairLog, undo
from ...ranking.pairs import decide as decide_pair
from ...ranking.recommend import Recommender
from ...reporting.markup import labelled, listed, paragraph, unfolded, web_address
from ..absent import explained
from .frame import Page, Visit, article_address, notice, topic_address
from .hits import headed, headline_link, hits
from .search import filtered, options_of
from .site import Site
from .words import PageWords

_FOUND = 5  # articles that are offered to be pinned


def article(site: Site, visit: Visit) -> Page:
    """The article of the address. Raises UnknownName."""
    words, asked = visit.words, site.recommender
    try:
        key = asked.id_of(visit.values["article"])
    except UnknownName as error:
        return _not_yet(site, visit, error)
    row = asked.model.catalogue.row(key)
    held = asked.model.catalogue.article(row)
    stored = _stored(site, key)
    answer = asked.similar(id=key, options=options_of(visit.query) if filtered(visit.query) else SearchOptions())
    tools = _tools(site, visit, key) if visit.may("editor") else None
    found = hits(asked.model, answer, words, tools or (lambda hit: ""))
    related = found or paragraph(words("article_none"), "note")
    login = "" if visit.may("editor") else paragraph(words("to_editors"), "note")
    decisions = _decisions(site, visit, asked, key)
    did = visit.query.text("done")
    done = words(f"done_{did}") if did in ("pin", "block", "undo") else ""
    back = _undo_form(site, visit, key) if did in ("pin", "block") else ""
    body = (
        f'{notice(done, undo_form=back)}<article class="story">{headed(held.shown_title)}'
        f"{_about(site, key, stored, words)}"
        f'{_text(stored, words)}</article><section class="hits-of" aria-labelledby="related">'
        f'<h2 id="related">{escape(words("article_related"))}</h2>{related}{decisions}'
        f"{_pin_other(visit, asked, key) if tools else login}{_own_list(stored, asked, words)}</section>"
    )
    return Page(held.shown_title[:80], f'<div class="pair">{body}</div>')


def _not_yet(site: Site, visit: Visit, error: UnknownName) -> Page:
    """An article that the corpus has and the model has not. Raises UnknownName where neither has it."""
    words, name = visit.words, visit.values["article"]
    if not site.service.corpus_file.exists():
        raise error
    with explained(site.data, None, [name]), site.service.corpus() as corpus, corpus.snapshot():
        stored = next(stored_articles(corpus, [name]))
    title = stored["title"] or stored["body"][:80]
    about = " · ".join(filter(None, (stored["outlet"], words.date(stored["published"]))))
    body = (
        f'<article class="story">{headed(title)}{paragraph(about, "source")}{_text(stored, words)}</article>'
        f'<section class="hits-of"><h2>{escape(words("article_related"))}</h2>'
        f"{paragraph(words('article_not_yet'), 'note')}{_own_list(stored, site.recommender, words)}</section>"
    )
    return Page(title[:80], f'<div class="pair">{body}</div>')


def _stored(site: Site, key: str) -> dict[str, Any]:
    """What the corpus holds of the article; nothing where the corpus is gone or does not know it."""
    try:
        with site.service.corpus() as corpus, corpus.snapshot():
            return next(stored_articles(corpus, [key]))
    except (CorpusError, QueryError):
        return {}


def _about(site: Site, key: str, stored: dict[str, Any], words: PageWords) -> str:
    model = site.recommender.model
    row = model.catalogue.row(key)
    held, topic = model.catalogue.article(row), model.topics.of_row(row)
    author = f"{words('article_author')} {stored['author']}" if stored.get("author") else None
    parts = [escape(part) for part in (held.outlet, author, words.date(held.published), held.section) if part]
    if topic:
        parts.append(f'<a href="{escape(topic_address(topic.id))}">{escape(topic.name)}</a>')
    if safe := web_address(held.url):
        parts.append(f'<a href="{escape(safe)}" rel="noopener noreferrer">{escape(words("original"))}</a>')
    return f'<p class="source">{" · ".join(parts)}</p>'


def _text(stored: dict[str, Any], words: PageWords) -> str:
    if not stored.get("body"):
        return paragraph(words("article_headline_only"), "note") if stored.get("headline_only") else ""
    inner = "".join(paragraph(part) for part in stored["body"].split("\n") if part.strip())
    captions = listed((escape(text) for text in stored["captions"]), "captions")
    return f'<div class="body">{inner}{captions}</div>'


def _own_list(stored: dict[str, Any], asked: Recommender, words: PageWords) -> str:
    """The related list that stood on the page itself."""
    inner = listed(_entry(entry, asked, words) for entry in stored.get("related", ()))
    return unfolded(words("article_editors"), inner)


def _entry(entry: dict[str, Any], asked: Recommender, words: PageWords) -> str:
    row = asked.model.catalogue.row(entry["id"]) if entry["id"] else -1
    if row < 0:
        return escape(entry["title"] or "")
    held = asked.model.catalogue.article(row)
    return headline_link(held.id, held.shown_title, held.outlet, held.published, words)


# -- what an editor may do


def _tools(site: Site, visit: Visit, key: str) -> Callable[[Hit], str]:
    pins = {each.other: each for each in _mine(PairLog.read(site.data / FILE), key) if each.action == "pin"}

    def tools(hit: Hit) -> str:
        pinned = pins.get(hit.article.id) if hit.pinned else None
        first = "" if hit.pinned else _button(visit, key, hit.article.id, "pin")
        first = _undo(visit, key, pinned, "unpin") if pinned else first
        return f'<div class="row tools-of">{first}{_button(visit, key, hit.article.id, "block")}</div>'

    return tools


def _button(visit: Visit, key: str, other: str, action: str) -> str:
    return (
        f'<form method="post" action="{escape(article_address(key))}" class="inline">{visit.hidden()}'
        f'<input type="hidden" name="other" value="{escape(other)}">'
        f'<button class="quiet" name="action" value="{action}">{escape(visit.words(action))}</button></form>'
    )


def _decisions(site: Site, visit: Visit, asked: Recommender, key: str) -> str:
    """The decisions that stand on this article, each with who and when, and its undo."""
    mine = _mine(PairLog.read(site.data / FILE), key)
    inner = listed((_decision(visit, asked, key, each) for each in mine), "decisions")
    return f"<h3>{escape(visit.words('decisions'))}</h3>{inner}" if inner else ""


def _mine(log: PairLog, key: str) -> list[Decision]:
    """The decisions that stand on this article, the oldest first."""
    return [each for each in log.standing if key in (each.article, each.other) and _counts(each, key)]


def _counts(decision: Decision, key: str) -> bool:
    return decision.action == "block" or decision.article == key


def _decision(visit: Visit, asked: Recommender, key: str, decision: Decision) -> str:
    words = visit.words
    other = decision.other if decision.article == key else decision.article
    row = asked.model.catalogue.row(other)
    title = asked.model.catalogue.article(row).shown_title if row >= 0 else other
    who = words("by", by=decision.by or words("unnamed"), time=words.time(decision.time))
    undo = _undo(visit, key, decision) if visit.may("editor") else ""
    why = f" – {escape(decision.reason)}" if decision.reason else ""
    return (
        f'<span class="mark">{escape(words("decided_" + decision.action))}</span> '
        f'<a href="{escape(article_address(other))}">{escape(title)}</a>'
        f'<span class="source">{escape(who)}{why}</span>{undo}'
    )


def _undo_form(site: Site, visit: Visit, key: str) -> str:
    """The undo of the visitor's last decision on this article, if it stands."""
    mine = [each for each in _mine(PairLog.read(site.data / FILE), key) if each.by == visit.who]
    return _undo(visit, key, mine[-1]) if mine and visit.may("editor") else ""


def _undo(visit: Visit, key: str, decision: Decision, label: str = "undo") -> str:
    return (
        f'<form method="post" action="{escape(article_address(key))}" class="inline">{visit.hidden()}'
        f'<input type="hidden" name="line" value="{decision.number}">'
        f'<button class="quiet" name="action" value="undo">{escape(visit.words(label))}</button></form>'
    )


def _pin_other(visit: Visit, asked: Recommender, key: str) -> str:
    words, text = visit.words, visit.query.text("find")
    form = (
        f'<form method="get" class="ask small">{labelled(words("pin_find"), _input("find", text))}'
        f'<button class="quiet">{escape(words("nav_ask"))}</button></form>'
    )
    found = ""
    if text:
        answer = similar_to_text(asked, text, SearchOptions(k=_FOUND, min_score=0.05), None)
        rows = (hit.article for hit in answer.hits if hit.article.id != key)
        found = listed(
            (
                f"<span>{headline_link(each.id, each.shown_title, each.outlet, each.published, words)}</span>"
                f"{_button(visit, key, each.id, 'pin')}"
                for each in rows
            ),
            "offered",
        ) or paragraph(words("no_answer"), "note")
    opened = " open" if text else ""
    return f"<details{opened}><summary>{escape(words('pin_other'))}</summary>{form}{found}</details>"


def _input(name: str, value: str) -> str:
    return f'<input type="search" name="{name}" value="{escape(value)}" required>'


def decide(site: Site, visit: Visit) -> Page:
    """Keeps what an editor decided, and shows the article again. Raises QueryError, InputError."""
    asked, form = site.recommender, visit.form
    key = asked.id_of(visit.values["article"])
    log, action = site.data / FILE, form.text("action")
    by, reason = visit.who, form.text("reason")
    if action == "undo":
        undo(log, form.text("line"), by=by, reason=reason)
    elif action in ("pin", "block"):
        decide_pair(log, asked.id_of, action, key, form.text("other"), by=by, reason=reason)
    else:
        raise QueryError(f"'{action[:40]}' is not a valid decision.", "Choose pin, block or undo.")
    site.service.changed()
    return Page(redirect=f"{article_address(key)}?done={action}")
