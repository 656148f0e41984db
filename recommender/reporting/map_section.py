"""The map with its filters and list: the markup that the page's script works on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape

from . import sentences
from .map_data import urls_left_out
from .map_neighbours import POOL
from .markup import labelled, paragraph, paragraphs
from .summary_data import Row, Summary
from .words import Words

_BUTTONS = (("zoom-in", "zoom_in", "+"), ("zoom-out", "zoom_out", "−"), ("zoom-reset", "zoom_reset", "⟲"))


def explorer(summary: Summary, words: Words) -> str:
    """The section of the map."""
    note = paragraphs(sentences.map_notes(summary, words, urls_left_out(summary)), "note")
    how = paragraph(words("map_how" if summary.map.placed else "map_none"), "note")
    return (
        f"{how}<noscript>{paragraph(words('map_needs_script'), 'note')}</noscript>"
        f'<div id="explorer" hidden>{_filters(summary, words)}'
        f'<div class="stage{"" if summary.map.placed else " flat"}">{_canvas(summary, words)}'
        f'<aside id="panel" aria-label="{escape(words("js_nearest"))}"></aside></div>'
        f'<h3 id="found-title">{escape(words("found"))}</h3>'
        '<p id="count" role="status" aria-live="polite"></p>'
        '<ol id="found" class="found" aria-labelledby="found-title"></ol>'
        '<button type="button" id="more" class="quiet" hidden></button></div>'
        f"{note}{paragraph(words('nearest_how', pool=POOL), 'note')}"
    )


def _canvas(summary: Summary, words: Words) -> str:
    if not summary.map.placed:
        return ""
    buttons = "".join(
        f'<button type="button" id="{name}" aria-label="{escape(words(key))}">{sign}</button>'
        for name, key, sign in _BUTTONS
    )
    label = escape(words("map_label", count=len(summary.map)))
    return (
        f'<div class="map"><canvas id="plot" tabindex="0" role="img" aria-label="{label}"'
        f' aria-describedby="keys"></canvas><div class="zoom">{buttons}</div><div id="tip" hidden></div>'
        f'<p id="keys" class="note">{escape(words("map_keys"))}</p></div>'
    )


def _filters(summary: Summary, words: Words) -> str:
    shown = [summary.articles[row] for row in summary.map.rows.tolist()]
    topics = Counter(row.topic for row in shown)
    curated = Counter(index for row in shown for index, _ in row.curated)
    outlets = Counter(row.outlet for row in shown if row.outlet)
    topic_options = [(str(i), card.name, topics[i]) for i, card in enumerate(summary.topics)]
    topic_options += [("-1", words("no_topic"), topics[-1])] if topics[-1] else []
    names = sorted(outlets)  # the order of the payload
    ordered = sorted(range(len(names)), key=lambda i: (-outlets[names[i]], names[i]))
    example = _example(summary, shown)
    hint = f' placeholder="{escape(words("search_hint", example=example))}"' if example else ""
    fields = [
        labelled(words("search"), f'<input type="search" id="search"{hint}>', "wide"),
        _choice("topic", words, topic_options),
        _choice("desk", words, [(str(i), c.called(words.lang), curated[i]) for i, c in enumerate(summary.curated)]),
        _choice("outlet", words, [(str(i), names[i], outlets[names[i]]) for i in ordered]),
        _day("since", words, summary),
        _day("until", words, summary),
    ]
    reset = f'<button type="reset" class="quiet">{escape(words("reset"))}</button>'
    label = escape(words("filters"))
    return f'<form id="filters" class="filters" aria-label="{label}">{"".join(fields)}{reset}</form>'


def _example(summary: Summary, shown: Sequence[Row]) -> str:
    """A term of a large topic that occurs in a headline; empty if there is none."""
    titles = "\n".join(row.title for row in shown).lower()
    largest = sorted(summary.topics, key=lambda card: -card.size)
    return next((term for card in largest for term in card.terms if term in titles), "")


def _choice(name: str, words: Words, options: Iterable[tuple[str, str, int]]) -> str:
    inner = "".join(f'<option value="{value}">{escape(text)} ({count:,})</option>' for value, text, count in options)
    if not inner:
        return ""
    control = f'<select id="{name}"><option value="">{escape(words("any"))}</option>{inner}</select>'
    return labelled(words(name), control)


def _day(name: str, words: Words, summary: Summary) -> str:
    first, last = summary.calendar.first, summary.calendar.last
    if not first:
        return ""
    return labelled(words(name), f'<input type="date" id="{name}" min="{first}" max="{last}">')
