"""The map and the flow over time, as the report shows them."""

from __future__ import annotations

from html import escape

from ...reporting import sections
from ...reporting.map_data import embedded, payload
from ...reporting.map_section import explorer
from ...reporting.markup import paragraph
from ...reporting.words import Words
from .frame import Page, Visit, article_address
from .site import Site


def shown_map(site: Site, visit: Visit) -> Page:
    """The map of articles by similarity; without scripts, the topics link to the articles."""
    words, summary = visit.words, site.summary
    if not len(summary):
        return Page(words("map_title"), paragraph(words("no_answer_corpus"), "lead"), "map")
    inner = explorer(summary, Words(words.lang))
    head = f'<h2 class="unseen">{escape(words("map"))}</h2>'
    body = f'<h1>{escape(words("map_title"))}</h1><section id="map">{head}{inner}</section>'
    data = payload(summary, Words(words.lang))
    data["url"] = [site.root + article_address(summary.articles[row].id) for row in summary.map.rows.tolist()]
    data["words"] |= {"open": words("map_open"), **({} if data["k"] else {"no_nearest": words("map_near_there")})}
    script_data = embedded(data)
    return Page(words("map_title"), body, "map", scripts=("report.js",), data=script_data)


def over_time(site: Site, visit: Visit) -> Page:
    """All articles and the largest topics by day, week, month or year, and stories told by several outlets."""
    words, summary = visit.words, site.summary
    report = Words(words.lang)
    body = (
        f"<h1>{escape(words('time_title'))}</h1><section>{sections.over_time(summary, report)}</section>"
        f"<section><h2>{escape(words('stories'))}</h2>{sections.stories(summary, report)}</section>"
    )
    return Page(words("time_title"), body, "time")
