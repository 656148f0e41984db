"""Topics: the list, and one topic with its articles."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from ...errors import UnknownName
from ...ranking.model import Model
from ...ranking.topic_rows import found as find_topic
from ...reporting import charts, sentences
from ...reporting.calendar import Periods
from ...reporting.markup import listed, paragraph
from ...reporting.summary_data import Trend
from ...reporting.words import percent
from ...topics.topic import CuratedTopic, Topic
from .frame import Page, Visit, notice, topic_address
from .hits import linked
from .site import Site
from .topic_edits import chosen, gone_notice, gone_page, kept_notice, tools
from .words import PageWords

_ROWS = 50  # articles of a topic on one page
_TERMS = 6
_WRONG = {"none": "choose_one", "there": "choose_other"}  # keys of what a form lacked


def topics(site: Site, visit: Visit) -> Page:
    """Curated topics and topics, each with its size, words and trend."""
    words, model = visit.words, site.recommender.model
    topics = model.topics
    if not topics.topics and not topics.curated:
        return Page(words("topics_title"), f"<h1>{escape(words('topics_title'))}</h1>"
                    f"{paragraph(words('topics_none'), 'lead')}", "topics")  # fmt: skip
    lead = words("topics_lead", articles=len(model), topics=len(topics.topics), share=percent(topics.outlier_share))
    body = f"{kept_notice(site, visit)}<h1>{escape(words('topics_title'))}</h1>{paragraph(lead, 'lead')}"
    periods = site.cached("periods", lambda model: Periods(np.asarray(model.catalogue.days)), model)
    if topics.curated:
        cards = [_card(desk, topics.curated_members(i), periods, words) for i, desk in enumerate(topics.curated)]
        body += f"<section><h2>{escape(words('desks_title'))}</h2>{listed(cards, 'tiles')}</section>"
    body += f"<section><h2>{escape(words('found_title'))}</h2>{_tree(model, periods, words)}</section>"
    return Page(words("topics_title"), body, "topics")


def _tree(model: Model, periods: Periods, words: PageWords) -> str:
    topics = model.topics
    head = "h4" if topics.broad else "h3"
    cards = [_card(topic, topics.members(i), periods, words, head) for i, topic in enumerate(topics.topics)]
    if not topics.broad:
        return listed(cards, "tiles")
    groups = ""
    for index, broad in enumerate(topics.broad):
        inner = listed((cards[int(child)] for child in topics.children(index)), "tiles")
        groups += (
            f'<section class="group"><h3><a href="{escape(topic_address(broad.id))}">{escape(broad.name)}</a> '
            f'<span class="source">{escape(words.articles(broad.size))}</span></h3>{inner}</section>'
        )
    alone = (card for card, topic in zip(cards, topics.topics, strict=True) if topic.parent is None)
    return groups + listed(alone, "tiles")


def _card(
    topic: Topic | CuratedTopic, rows: NDArray[np.int64], periods: Periods, words: PageWords, head: str = "h3"
) -> str:
    terms = ", ".join(topic.terms[:_TERMS])
    return (
        f'<{head}><a href="{escape(topic_address(topic.id))}">{escape(words.topic(topic))}</a></{head}>'
        f'<p class="source">{escape(words.articles(len(rows)))}</p>{_trend(topic, periods.trend(rows), periods, words)}'
        f'<p class="words">{escape(terms)}</p>'
    )


def _trend(topic: Topic | CuratedTopic, trend: Trend, periods: Periods, words: PageWords) -> str:
    if not sentences.drawn(trend.counts):
        return ""
    label = sentences.trend_label(words.topic(topic), trend.counts, periods.calendar.labels, words)
    return charts.area(trend.counts, label)


# -- one topic


def topic(site: Site, visit: Visit) -> Page:
    """The topic of the address with its articles. Raises UnknownName."""
    words, model = visit.words, site.recommender.model
    try:
        kind, index = find_topic(model, visit.values["topic"])
    except UnknownName:
        if gone := gone_page(site, visit.values["topic"]):
            return gone
        raise
    topics = model.topics
    lists = {"desk": topics.curated_members, "broad": topics.broad_members, "fine": topics.members}
    rows = lists[kind](index)
    shown = topics.curated[index] if kind == "desk" else (topics.broad if kind == "broad" else topics.topics)[index]
    periods = site.cached("periods", lambda model: Periods(np.asarray(model.catalogue.days)), model)
    chart = _trend(shown, periods.trend(rows), periods, words)
    figure = f'<figure class="trend"><figcaption>{escape(words("topic_trend"))}</figcaption>{chart}</figure>'
    done = kept_notice(site, visit) + gone_notice(site, visit)
    wrong = _WRONG.get(visit.query.text("wrong"))
    done += notice(words(wrong), "wrong") if wrong else ""
    terms = listed((escape(term) for term in shown.terms), "terms")
    editor = visit.may("editor")
    members, pages = _members(model, rows, visit, editor and kind == "fine")
    body = (
        f'{done}<h1>{escape(words.topic(shown))}</h1><p class="source">{escape(words.articles(len(rows)))}'
        f"{_parent(model, shown, words)}</p>{terms}{figure if chart else ''}{_finer(model, kind, index, words)}"
        f"{tools(model, shown, kind, visit) if editor and isinstance(shown, Topic) else ''}"
        f"{_how_to_edit(visit, kind)}<section><h2>{escape(words('topic_members'))}</h2>"
        f"{members or paragraph(words('topic_empty'), 'note')}{pages}</section>"
    )
    if editor and kind == "fine" and len(rows):
        body = f"{body}{chosen(model, visit.values['topic'], visit)}"
    return Page(words.topic(shown), body, "topics")


def _how_to_edit(visit: Visit, kind: str) -> str:
    """Where the topic has no forms, who may edit it or where that is done."""
    if kind == "desk":
        return paragraph(visit.words("desk_edit"), "note") if visit.may("editor") else ""
    return "" if visit.may("editor") else paragraph(visit.words("to_editors_topic"), "note")


def _parent(model: Model, topic: Topic | CuratedTopic, words: PageWords) -> str:
    if not isinstance(topic, Topic) or not topic.parent:
        return ""
    broad = model.topics.broad[model.topics.find_broad(topic.parent)]
    return f' · {escape(words("topic_in"))} <a href="{escape(topic_address(broad.id))}">{escape(broad.name)}</a>'


def _finer(model: Model, kind: str, index: int, words: PageWords) -> str:
    if kind != "broad":
        return ""
    children = [model.topics.topics[int(child)] for child in model.topics.children(index)]
    inner = listed(
        (f'<a href="{escape(topic_address(t.id))}">{escape(t.name)}</a> ({t.size:,})' for t in children), "chips"
    )
    return f"<h2>{escape(words('topic_finer'))}</h2>{inner}"


def _members(model: Model, rows: NDArray[np.int64], visit: Visit, choosing: bool) -> tuple[str, str]:
    """One page of the articles, with checkboxes where they can be moved, and links to the other pages."""
    words = visit.words
    pages = max(1, -(-len(rows) // _ROWS))
    number = visit.query.text("page")
    page = min(max(int(number), 1), pages) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    shown = rows[(page - 1) * _ROWS : page * _ROWS].tolist()
    items = (_member(model, row, words, choosing) for row in shown)
    return listed(items, "headlines wide choosing" if choosing else "headlines wide", "ol"), _pages(page, pages, visit)


def _member(model: Model, row: int, words: PageWords, choosing: bool) -> str:
    article = model.catalogue.article(row)
    line = linked(article, words)
    if not choosing:
        return line
    label = escape(words("choose_article", title=article.shown_title[:80]))
    box = f'<input type="checkbox" form="chosen" name="article" value="{escape(article.id)}" '
    # a browser that goes back would check the boxes by their order, on other articles than before
    box += f'autocomplete="off" aria-label="{label}">'
    return f"{box}<span>{line}</span>"


def _pages(page: int, pages: int, visit: Visit) -> str:
    if pages < 2:
        return ""
    words = visit.words
    link = '<a href="?{}" rel="{}">{}</a>'
    before = link.format(urlencode({"page": page - 1}), "prev", escape(words("page_before"))) if page > 1 else ""
    after = link.format(urlencode({"page": page + 1}), "next", escape(words("page_next"))) if page < pages else ""
    position = escape(words("page_of", page=page, pages=pages))
    return f'<nav class="pages" aria-label="{escape(words("page_nav"))}">{before}<span>{position}</span>{after}</nav>'
