"""An article with its related list, and an editor's decisions on it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from ...corpus.listing import stored_articles
from ...errors import CorpusError, QueryError, UnknownName
from ...ranking.answer import Hit
from ...ranking.options import SearchOptions
from ...ranking.pairs import FILE, Decision, PairLog, undo
from ...ranking.pairs import decide as decide_pair
from ...ranking.recommend import Recommender
from ...reporting.markup import in_words, labelled, listed, paragraph, unfolded, web_address
from ..absent import explained
from .frame import Page, Visit, article_address, notice, topic_address
from .hits import headed, hits, linked
from .search import filtered, options_of
from .site import Site
from .words import PageWords

_CANDIDATES = 5  # articles that are offered to be pinned


def article(site: Site, visit: Visit) -> Page:
    """The article of the address. Raises UnknownName."""
    words, recommender = visit.words, site.recommender
    try:
        key = recommender.id_of(visit.values["article"])
    except UnknownName as error:
        return _not_yet(site, visit, error)
    row = recommender.model.catalogue.row(key)
    entry = recommender.model.catalogue.article(row)
    stored = _stored(site, key)
    answer = recommender.similar(id=key, options=options_of(visit.query) if filtered(visit.query) else SearchOptions())
    tools = _tools(site, visit, key) if visit.may("editor") else None
    hit_list = hits(recommender.model, answer, words, tools or (lambda hit: ""))
    related = hit_list or paragraph(words("article_none"), "note")
    login = "" if visit.may("editor") else paragraph(words("to_editors"), "note")
    decisions = _decisions(site, visit, recommender, key)
    body = (
        f'{_done(site, visit, key)}<article class="story">{headed(in_words(entry.shown_title, words))}'
        f"{_about(site, key, stored, words)}"
        f'{_text(stored, words)}</article><section class="hits-of" aria-labelledby="related">'
        f'<h2 id="related">{escape(words("article_related"))}</h2>{related}{decisions}'
        f"{_pin_other(site, visit, recommender, key) if tools else login}{_own_list(stored, recommender, words)}"
        "</section>"
    )
    return Page(in_words(entry.shown_title, words)[:80], f'<div class="pair">{body}</div>')


def _not_yet(site: Site, visit: Visit, error: UnknownName) -> Page:
    """An article that is in the corpus, but not yet in the model. Raises UnknownName where it is in neither."""
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
    """The row of the article in the corpus; empty where the corpus is gone or lacks it."""
    try:
        with site.service.corpus() as corpus, corpus.snapshot():
            return next(stored_articles(corpus, [key]))
    except (CorpusError, QueryError):
        return {}


def _about(site: Site, key: str, stored: dict[str, Any], words: PageWords) -> str:
    model = site.recommender.model
    row = model.catalogue.row(key)
    article, topic = model.catalogue.article(row), model.topics.of_row(row)
    author = f"{words('article_author')} {stored['author']}" if stored.get("author") else None
    parts = [escape(part) for part in (article.outlet, author, words.date(article.published), article.section) if part]
    if topic:
        parts.append(f'<a href="{escape(topic_address(topic.id))}">{escape(topic.name)}</a>')
    if safe := web_address(article.url):
        parts.append(f'<a href="{escape(safe)}" rel="noopener noreferrer">{escape(words("original"))}</a>')
    return f'<p class="source">{" · ".join(parts)}</p>'


def _text(stored: dict[str, Any], words: PageWords) -> str:
    if not stored.get("body"):
        return paragraph(words("article_headline_only"), "note") if stored.get("headline_only") else ""
    inner = "".join(paragraph(part) for part in stored["body"].split("\n") if part.strip())
    captions = listed((escape(text) for text in stored["captions"]), "captions")
    return f'<div class="body">{inner}{captions}</div>'


def _own_list(stored: dict[str, Any], recommender: Recommender, words: PageWords) -> str:
    """The editors' related list of the page itself."""
    inner = listed(_entry(entry, recommender, words) for entry in stored.get("related", ()))
    return unfolded(words("article_editors"), inner)


def _entry(entry: dict[str, Any], recommender: Recommender, words: PageWords) -> str:
    row = recommender.model.catalogue.row(entry["id"]) if entry["id"] else -1
    if row < 0:
        return escape(entry["title"] or "")
    return linked(recommender.model.catalogue.article(row), words)


# -- what an editor may do


def _tools(site: Site, visit: Visit, key: str) -> Callable[[Hit], str]:
    pins = {pair.other: pair for pair in _standing(site, key) if pair.action == "pin"}

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


def _decisions(site: Site, visit: Visit, recommender: Recommender, key: str) -> str:
    """The decisions that stand on this article, each with who and when, and its undo."""
    inner = listed((_decision(visit, recommender, key, pair) for pair in _standing(site, key)), "decisions")
    return f"<h3>{escape(visit.words('decisions'))}</h3>{inner}" if inner else ""


def _standing(site: Site, key: str) -> list[Decision]:
    """The decisions that hold for this article, the oldest first; a pin holds in the list of its first article."""
    pairs = PairLog.read(site.data / FILE).standing
    return [pair for pair in pairs if pair.article == key or (pair.other == key and pair.action == "block")]


def _decision(visit: Visit, recommender: Recommender, key: str, decision: Decision) -> str:
    words = visit.words
    other = decision.other if decision.article == key else decision.article
    row = recommender.model.catalogue.row(other)
    title = recommender.model.catalogue.article(row).shown_title if row >= 0 else other
    who = words("by", by=decision.by or words("unnamed"), time=words.time(decision.time))
    undo = _undo(visit, key, decision) if visit.may("editor") else ""
    why = f" – {escape(decision.reason)}" if decision.reason else ""
    return (
        f'<span class="mark">{escape(words("decided_" + decision.action))}</span> '
        f'<a href="{escape(article_address(other))}">{escape(title)}</a>'
        f'<span class="source">{escape(who)}{why}</span>{undo}'
    )


def _done(site: Site, visit: Visit, key: str) -> str:
    """A notice of the decision whose line the address names, with its undo, while it stands; or of an undo."""
    words, action = visit.words, visit.query.text("done")
    if action == "undo":
        return notice(words("done_undo"))
    line = visit.query.text("line")
    decision = next((pair for pair in _standing(site, key) if str(pair.number) == line), None)
    if decision is None or decision.action != action:
        return ""
    return notice(words(f"done_{action}"), undo_form=_undo(visit, key, decision) if visit.may("editor") else "")


def _undo(visit: Visit, key: str, decision: Decision, label: str = "undo") -> str:
    return (
        f'<form method="post" action="{escape(article_address(key))}" class="inline">{visit.hidden()}'
        f'<input type="hidden" name="line" value="{decision.number}">'
        f'<button class="quiet" name="action" value="undo">{escape(visit.words(label))}</button></form>'
    )


def _pin_other(site: Site, visit: Visit, recommender: Recommender, key: str) -> str:
    words, text = visit.words, visit.query.text("find")
    form = (
        f'<form method="get" class="ask small">{labelled(words("pin_find"), _input("find", text))}'
        f'<button class="quiet">{escape(words("nav_ask"))}</button></form>'
    )
    candidates = ""
    if text:
        answer = recommender.similar(text, options=SearchOptions(k=_CANDIDATES, min_score=0.05))
        articles = (hit.article for hit in answer.hits if hit.article.id != key)
        pins = {pair.other for pair in _standing(site, key) if pair.action == "pin"}
        mark = f'<span class="mark">{escape(words("pinned"))}</span>'
        rows = (
            f"<span>{linked(a, words)}</span>{mark if a.id in pins else _button(visit, key, a.id, 'pin')}"
            for a in articles
        )
        candidates = listed(rows, "offered") or paragraph(words("no_answer"), "note")
    opened = " open" if text else ""
    return f"<details{opened}><summary>{escape(words('pin_other'))}</summary>{form}{candidates}</details>"


def _input(name: str, value: str) -> str:
    return f'<input type="search" name="{name}" value="{escape(value)}" required>'


def decide(site: Site, visit: Visit) -> Page:
    """Logs an editor's decision, and shows the article again. Raises QueryError, InputError."""
    recommender, form = site.recommender, visit.form
    key = recommender.id_of(visit.values["article"])
    log, action = site.data / FILE, form.text("action")
    by, reason, done = visit.who, form.text("reason"), "undo"
    if action == "undo":
        undo(log, form.text("line"), by=by, reason=reason)
    elif action in ("pin", "block"):
        decision = decide_pair(log, recommender.id_of, action, key, form.text("other"), by=by, reason=reason)
        done = f"{action}&line={decision.number}"
    else:
        raise QueryError(f"'{action[:40]}' is not a valid decision.", "Choose pin, block or undo.")
    site.service.changed()
    return Page(redirect=f"{article_address(key)}?done={done}")
