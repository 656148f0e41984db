"""The report as Markdown: the same figures and sentences, for a wiki, a mail or a diff."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .. import quality_section, sentences
from ..map_data import urls_left_out
from ..map_neighbours import POOL
from ..markup import titled
from ..summary_data import Card, Row, Story, Summary
from ..words import Words, percent

_SPECIAL = re.compile(r"([\\`*_\[\]|~$])")
_LEADING = re.compile(r"^(\s*)([#+\-=]|\d+[.)])")
_POINTS = 30  # articles of the map that are listed with their nearest
_STORY_ROWS = 12


def plain(text: str) -> str:
    """Text escaped for Markdown, on one line."""
    return _LEADING.sub(lambda m: m[1] + m[2][:-1] + "\\" + m[2][-1], _inside(text))


def _inside(text: str) -> str:
    """The same for text within a line, where no list or heading can begin."""
    shown = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", shown)


def markdown(summary: Summary, lang: str = "ko") -> str:
    """The whole report. Raises QueryError for a language without an interface."""
    words = Words(lang)
    parts = [
        f"# {words('title')}",
        plain(" · ".join(sentences.dateline(summary, words))),
        _section("summary", _glance(summary, words), words),
    ]
    parts.append(_section("desks", _cards(summary.curated, summary, words) or [words("no_desks")], words))
    if len(summary):
        parts += [
            _section("topics", _cards(summary.tree, summary, words) or [words("no_topics")], words),
            _section("map", _nearest(summary, words), words),
            _section("time", _time(summary, words), words),
            *([_section("stories", _stories(summary, words), words)] if summary.compares_outlets else []),
            _section("changes", _changes(summary, words), words),
            _section("apart", _outliers(summary, words), words),
        ]
        parts.append(_section("quality", _quality(summary, words), words))
    facts = (f"{name}: {plain(value)}" for name, value in sentences.facts(summary, words))
    parts.append(_section("made", [_listed(facts)], words))
    return "\n\n".join(parts) + "\n"


def _section(name: str, blocks: Iterable[str], words: Words) -> str:
    return "\n\n".join([f"## {words(name)}", *(block for block in blocks if block)])


def _listed(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _headline(row: Row, words: Words) -> str:
    title = plain(titled(row, words))
    if row.url:
        title = f"[{title}](<{row.url.replace('>', '%3E').replace('<', '%3C')}>)"
    about = " · ".join(part for part in (row.outlet, words.date(row.published)) if part)
    return f"{title} ({plain(about)})" if about else title


def _headlines(summary: Summary, rows: Iterable[int], words: Words) -> str:
    return _listed(_headline(summary.articles[row], words) for row in rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _glance(summary: Summary, words: Words) -> list[str]:
    figures = ([name, value] for value, name in sentences.figures(summary, words))
    lines = _listed(plain(text) for text in sentences.lead(summary, words))
    return [lines, _table([words("measure"), words("value")], figures)]


def _cards(cards: Iterable[Card], summary: Summary, words: Words) -> list[str]:
    return [_card(card, summary, words) for card in cards]


def _card(card: Card, summary: Summary, words: Words) -> str:
    size = f"**{words.articles(card.size)}**, {words('of_all', share=percent(card.share))}"
    lines = [size, plain(sentences.trend(card, summary, words))]
    if card.parent:
        lines.append(plain(words("part_of", name=card.parent)))
    if card.below:
        lines.append(f"{words('finer')}: {plain(', '.join(sentences.finer(card, summary, words)))}")
    if card.terms:
        lines.append(f"{words('terms')}: {plain(', '.join(card.terms))}")
    if card.outlets:
        names = (words("outlet_count", name=name, count=count) for name, count in card.outlets)
        lines.append(f"{words('outlets')}: {plain(', '.join(names))}")
    if parts := sentences.links(card, summary, words):
        lines.append(f"{words('links')}: {plain('. '.join(parts))}")
    if not card.size:
        lines.append(words("no_members"))
    blocks = [f"### {plain(card.called(words.lang))}", _listed(line for line in lines if line)]
    shown = _headlines(summary, card.headlines, words)
    return "\n\n".join([*blocks, f"{words('headlines')}:", shown] if shown else blocks)


def _nearest(summary: Summary, words: Words) -> list[str]:
    """The first articles of the largest topics with their nearest: what the map shows on a click."""
    index_of = {int(row): i for i, row in enumerate(summary.map.rows)}
    first = [row for card in (*summary.curated, *summary.topics) for row in card.headlines[:1] if row in index_of]
    blocks = [plain(text) for text in sentences.map_notes(summary, words, urls_left_out(summary))]
    blocks.append(plain(words("nearest_how", pool=POOL)))
    for row in list(dict.fromkeys(first))[:_POINTS]:
        index = index_of[row]
        near = zip(summary.map.near[index].tolist(), summary.map.scores[index].tolist(), strict=True)
        nearest = [
            f"{score:.2f} {_headline(summary.articles[int(summary.map.rows[j])], words)}" for j, score in near if j >= 0
        ]
        blocks.append(f"**{plain(titled(summary.articles[row], words))}**\n\n{_listed(nearest)}")
    return blocks


def _time(summary: Summary, words: Words) -> list[str]:
    calendar = summary.calendar
    if not calendar.labels:
        return [words("no_dates")]
    cards = [*summary.curated, *summary.widest]
    head = [words("when"), words("time_all"), *(plain(card.called(words.lang)) for card in cards)]
    rows = (
        [label, f"{summary.everything.counts[i]:,}", *(f"{card.trend.counts[i]:,}" for card in cards)]
        for i, label in enumerate(calendar.labels)
    )
    return [" ".join(sentences.time_notes(summary, words)), _table(head, rows)]


def _stories(summary: Summary, words: Words) -> list[str]:
    if not summary.stories:
        return [words("stories_none")]
    how = words("stories_how", found=summary.stories_found, shown=len(summary.stories))
    return [how, *(_story(story, summary, words) for story in summary.stories)]


def _story(story: Story, summary: Summary, words: Words) -> str:
    about = sentences.story(story, summary, words)
    rest = _headlines(summary, story.rows[1 : _STORY_ROWS + 1], words)
    cut = len(story.rows) - 1 - _STORY_ROWS
    tail = f"\n- {words('story_cut', count=cut)}" if cut > 0 else ""
    title = plain(titled(summary.articles[story.rows[0]], words))
    return f"### {title}\n\n{plain(' · '.join(about))}\n\n{rest}{tail}"


def _changes(summary: Summary, words: Words) -> list[str]:
    notes, by_event = sentences.changes(summary, words)
    blocks = [plain(" ".join(notes))]
    for event, items in by_event.items():
        lines = (plain(sentences.change(item)) for item in items)
        blocks.append(f"### {words('event_' + event)}\n\n{_listed(lines)}")
    return blocks


def _outliers(summary: Summary, words: Words) -> list[str]:
    if not summary.outliers:
        return [words("apart_none")]
    share = percent(summary.share(summary.unplaced))
    blocks = [words("apart_share", all=len(summary), count=summary.unplaced, share=share)]
    for group in summary.outliers:
        size = f"{words.articles(group.count)}, {percent(group.share)}"
        shown = _headlines(summary, group.examples, words)
        blocks.append(f"### {words(f'reason_{int(group.reason)}')}\n\n{size}\n\n{shown}")
    return blocks


def _quality(summary: Summary, words: Words) -> list[str]:
    blocks = [plain(text) for text in quality_section.notes(summary.quality, words)]
    for table in quality_section.tables(summary.quality, words):
        rows = ([_inside(cell) for cell in row] for row in table.rows)
        blocks += [f"### {plain(table.title)}", plain(table.note), _table(table.head, rows)]
    return blocks
