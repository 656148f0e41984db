"""Topics: the list, and one topic with its articles."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from ...ranking.model import Model
from ...ranking.topic_rows import found as found_topic
from ...reporting import charts, sentences
from ...reporting.calendar import Periods
from ...reporting.markup import listed, paragraph
from ...reporting.summary_data import Trend
from ...reporting.words import percent
from ...topics.topic import CuratedTopic, Topic
from .frame import Page, Visit, notice, topic_address
from .hits import headline_link
from .site import Site
from .topic_edits import chosen, kept_notice, tools
from .words import PageWords

_ROWS = 50  # articles of a topic on one page
_TERMS = 6


def topics(site: Site, visit: Visit) -> Page:
    """Curated topics and topics, each with its size, words and trend."""
    words, model = visit.words, site.recommender.model
    held = model.topics
    if not held.topics and not held.curated:
        return Page(words("topics_title"), f"<h1>{escape(words('topics_title'))}</h1>"
                    f"{paragraph(words('topics_none'), 'lead')}", "topics")  # fmt: skip
    lead = words("topics_lead", articles=len(model), topics=len(held.topics), share=percent(held.outlier_share))
    body = f"{kept_notice(site, visit, model)}<h1>{escape(words('topics_title'))}</h1>{paragraph(lead, 'lead')}"
    periods = site.cached("periods", lambda found: Periods(np.asarray(found.catalogue.days)), model)
    if held.curated:
        cards = [_card(each, held.curated_members(i), periods, words) for i, each in enumerate(held.curated)]
        body += f"<section><h2>{escape(words('desks_title'))}</h2>{listed(cards, 'tiles')}</section>"
    body += f"<section><h2>{escape(words('found_title'))}</h2>{_tree(model, periods, words)}</section>"
    return Page(words("topics_title"), body, "topics")


def _tree(model: Model, periods: Periods, words: PageWords) -> str:
    held = model.topics
    head = "h4" if held.broad else "h3"
    cards = [_card(topic, held.members(i), periods, words, head) for i, topic in enumerate(held.topics)]
    if not held.broad:
        return listed(cards, "tiles")
    groups = ""
    for place, broad in enumerate(held.broad):
        inner = listed((cards[int(child)] for child in held.children(place)), "tiles")
        groups += (
            f'<section class="group"><h3><a href="{escape(topic_address(broad.id))}">{escape(broad.name)}</a> '
            f'<span class="source">{escape(words.articles(broad.size))}</span></h3>{inner}</section>'
        )
    alone = (card for card, topic in zip(cards, held.topics, strict=True) if topic.parent is None)
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
    kind, place = found_topic(model, visit.values["topic"])
    held = model.topics
    lists = {"desk": held.curated_members, "broad": held.broad_members, "fine": held.members}
    rows = lists[kind](place)
    found = held.curated[place] if kind == "desk" else (held.broad if kind == "broad" else held.topics)[place]
    periods = site.cached("periods", lambda known: Periods(np.asarray(known.catalogue.days)), model)
    chart = _trend(found, periods.trend(rows), periods, words)
    figure = f'<figure class="trend"><figcaption>{escape(words("topic_trend"))}</figcaption>{chart}</figure>'
    done = kept_notice(site, visit, model)
    wrong = notice(words("choose_one"), "wrong") if visit.query.text("wrong") else ""
    terms = listed((escape(term) for term in found.terms), "terms")
    editor = visit.may("editor")
    members, pages = _members(model, rows, visit, editor and kind == "fine")
    body = (
        f'{done}{wrong}<h1>{escape(words.topic(found))}</h1><p class="source">{escape(words.articles(len(rows)))}'
        f"{_parent(model, found, words)}</p>{terms}{figure if chart else ''}{_finer(model, kind, place, words)}"
        f"{tools(model, found, kind, visit) if editor and isinstance(found, Topic) else ''}"
        f"<section><h2>{escape(words('topic_members'))}</h2>{members}{pages}</section>"
    )
    if editor and kind == "fine":
        body = f"{body}{chosen(model, visit.values['topic'], visit)}"
    return Page(words.topic(found), body, "topics")


def _parent(model: Model, topic: Topic | CuratedTopic, words: PageWords) -> str:
    if not isinstance(topic, Topic) or not topic.parent:
        return ""
    broad = model.topics.broad[model.topics.find_broad(topic.parent)]
    return f' · {escape(words("topic_in"))} <a href="{escape(topic_address(broad.id))}">{escape(broad.name)}</a>'


def _finer(model: Model, kind: str, place: int, words: PageWords) -> str:
    if kind != "broad":
        return ""
    below = [model.topics.topics[int(child)] for child in model.topics.children(place)]
    inner = listed(
        (f'<a href="{escape(topic_address(t.id))}">{escape(t.name)}</a> ({t.size:,})' for t in below), "chips"
    )
    return f"<h2>{escape(words('topic_finer'))}</h2>{inner}"


def _members(model: Model, rows: NDArray[np.int64], visit: Visit, choosing: bool) -> tuple[str, str]:
    """One page of the articles, with boxes to choose them where they can be moved; and the way to the others."""
    words = visit.words
    pages = max(1, -(-len(rows) // _ROWS))
    asked = visit.query.text("page")
    page = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    shown = rows[(page - 1) * _ROWS : page * _ROWS].tolist()
    items = (_member(model, row, words, choosing) for row in shown)
    return listed(items, "headlines wide choosing" if choosing else "headlines wide", "ol"), _pages(page, pages, visit)


def _member(model: Model, row: int, words: PageWords, choosing: bool) -> str:
    article = model.catalogue.article(row)
    line = headline_link(article.id, article.shown_title, article.outlet, article.published, words)
    if not choosing:
        return line
    label = escape(words("choose_article", title=article.shown_title[:80]))
    box = f'<input type="checkbox" form="chosen" name="article" value="{escape(article.id)}" aria-label="{label}">'
    return f"{box}<span>{line}</span>"


def _pages(page: int, pages: int, visit: Visit) -> str:
    if pages < 2:
        return ""
    words = visit.words
    link = '<a href="?{}" rel="{}">{}</a>'
    before = link.format(urlencode({"page": page - 1}), "prev", escape(words("page_before"))) if page > 1 else ""
    after = link.format(urlencode({"page": page + 1}), "next", escape(words("page_next"))) if page < pages else ""
    here = escape(words("page_of", page=page, pages=pages))
    return f'<nav class="pages" aria-label="{escape(words("page_nav"))}">{before}<span>{here}</span>{after}</nav>'
