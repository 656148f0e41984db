"""The sections of the HTML report, each a pure function of the summary and the words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from . import charts, sentences
from .markup import headlines, listed, paragraph, paragraphs, table, titled, unfolded
from .summary_data import Card, Outliers, Story, Summary
from .words import Words, percent

FIRST_TOPICS = 12  # cards that stand open; the rest unfold
FIRST_STORIES = 10
_STORY_ROWS = 12  # headlines of a story that are listed
_PERIODS = 36  # periods of the table over time


def dateline(summary: Summary, words: Words) -> str:
    """Under the title: the days covered, the model."""
    return " ".join(f"<span>{escape(part)}</span>" for part in sentences.dateline(summary, words))


def at_a_glance(summary: Summary, words: Words) -> str:
    """The key figures, and sentences on them."""
    first, *rest = sentences.lead(summary, words)
    figures = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for value, name in sentences.figures(summary, words)
    )
    more = listed((escape(text) for text in rest), "briefs")
    return f'{paragraph(first, "lead")}<dl class="figures">{figures}</dl>{more}'


def curated(summary: Summary, words: Words) -> str:
    """The curated topics, also where one is empty."""
    if not summary.curated:
        return paragraph(words("no_desks"), "note")
    cards = (_card(card, "desk", f"d{i}", summary, words) for i, card in enumerate(summary.curated))
    return f'<div class="cards desks">{"".join(cards)}</div>'


def topics(summary: Summary, words: Words) -> str:
    """The topics: the largest open, the rest folded; under each broad topic its finer ones, folded."""
    if not summary.topics:
        return paragraph(words("no_topics"), "note")
    note = "" if summary.provenance.links else paragraph(words("no_links"), "note")
    cards = [_card(card, charts.colour(card.colour), str(i), summary, words) for i, card in enumerate(summary.topics)]
    if summary.broad:
        return note + "".join(_tree(card, cards, summary, words) for card in summary.broad)
    first, rest = "".join(cards[:FIRST_TOPICS]), "".join(cards[FIRST_TOPICS:])
    more = unfolded(
        words("more_topics", count=len(cards) - FIRST_TOPICS), f'<div class="cards">{rest}</div>' if rest else ""
    )
    return f'{note}<div class="cards">{first}</div>{more}'


def _tree(card: Card, cards: Sequence[str], summary: Summary, words: Words) -> str:
    """The card of a broad topic, with the cards of its finer ones folded."""
    top = _card(card, f"{charts.colour(card.colour)} broad", "", summary, words)
    inner = "".join(cards[i] for i in card.below)
    label = words("finer_topics", count=len(card.below))
    return f'{top}{unfolded(label, f"""<div class="cards">{inner}</div>""")}'


def _card(card: Card, kind: str, index: str, summary: Summary, words: Words) -> str:
    name = escape(card.called(words.lang))
    size = _size(card.size, words("of_all", share=percent(card.share)), words)
    terms = listed((escape(term) for term in card.terms), "terms")
    if not card.size:
        inner = size + terms + paragraph(words("no_members"), "note")
        return f'<article class="card {kind}"><h3>{name}</h3>{inner}</article>'
    parent = paragraph(words("part_of", name=card.parent), "note") if card.parent else ""
    outlets = ", ".join(words("outlet_count", name=n, count=c) for n, c in card.outlets)
    facts = [(words("outlets"), outlets)] if outlets else []
    if parts := sentences.links(card, summary, words):
        facts.append((words("links"), ". ".join(parts)))
    to_map = f'<a class="to-map" href="#map" data-card="{index}">{escape(words("show_on_map"))}</a>' if index else ""
    head = f"<h3>{name}</h3>{parent}{size}{_trend(card, summary, words)}{terms}"
    shown, details = headlines(summary, card.headlines, words), f"{_facts(facts)}{to_map}"
    if len(card.below) > 1:  # one alone would say the same twice
        return (
            f'<article class="card {kind}"><div>{head}{shown}</div><div>{_finer(card, summary, words)}{details}</div>'
            "</article>"
        )
    return f'<article class="card {kind}">{head}{shown}{details}</article>'


def _finer(card: Card, summary: Summary, words: Words) -> str:
    """The finer topics of a broad one, each with a bar as long as its share of it."""
    children = (summary.topics[i] for i in card.below)
    rows = (
        f"<span>{escape(child.name)} <b>{child.size:,}</b></span>"
        f'<progress max="{card.size}" value="{child.size}" aria-hidden="true"></progress>'
        for child in children
    )
    return f"<h4>{escape(words('finer'))}</h4>{listed(rows, 'finer')}"


def _size(count: int, share: str, words: Words) -> str:
    return f'<p class="size"><b>{escape(words.articles(count))}</b> {escape(share)}</p>'


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    inner = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in facts)
    return f'<dl class="facts">{inner}</dl>' if inner else ""


def _trend(card: Card, summary: Summary, words: Words) -> str:
    if not sentences.drawn(card.trend.counts):
        return ""
    chart = charts.area(card.trend.counts, _trend_label(card, summary, words))
    labels = summary.calendar.labels
    ends = f"<span>{escape(words.date(labels[0]))}</span><span>{escape(words.date(labels[-1]))}</span>"
    note = paragraph(sentences.trend(card, summary, words), "note")
    return f'<div class="trend">{chart}<p class="ends">{ends}</p>{note}</div>'


def _trend_label(card: Card, summary: Summary, words: Words) -> str:
    return sentences.trend_label(card.called(words.lang), card.trend.counts, summary.calendar.labels, words)


def over_time(summary: Summary, words: Words) -> str:
    """All articles as bars, the largest topics as small multiples, and all as a table."""
    if not summary.calendar.labels:
        return paragraph(words("no_dates"), "note")
    shown = [card for card in (*summary.curated, *summary.widest[:FIRST_TOPICS]) if sentences.drawn(card.trend.counts)]
    notes = sentences.time_notes(summary, words)
    notes += [words("time_most"), words("time_scale")] if shown else []
    notes.append(words("trend_few", count=sentences.ENOUGH))
    return (
        f"{paragraphs(notes, 'note')}{_whole(summary, words)}"
        f'<div class="multiples">{"".join(_multiple(card, summary, words) for card in shown)}</div>'
        f"{unfolded(words('time_table'), _time_table(summary, words), 'screen')}"
    )


def _whole(summary: Summary, words: Words) -> str:
    counts = summary.everything.counts
    dates = [words.date(label) for label in summary.calendar.labels]
    titles = [f"{date}: {words.articles(n)}" for date, n in zip(dates, counts, strict=True)]
    peak = max(range(len(counts)), key=counts.__getitem__)
    top = words("time_peak", count=counts[peak], when=dates[peak])
    middle = [dates[len(dates) // 2]] if len(dates) > 4 else []
    ends = "".join(f"<span>{escape(date)}</span>" for date in dict.fromkeys([dates[0], *middle, dates[-1]]))
    return (
        f'<figure class="all"><figcaption>{escape(words("time_all"))} <b>{escape(top)}</b></figcaption>'
        f'{charts.bars(counts, titles, words("time_all") + ", " + top)}<p class="ends">{ends}</p></figure>'
    )


def _multiple(card: Card, summary: Summary, words: Words) -> str:
    chart = charts.area(card.trend.counts, _trend_label(card, summary, words), 240, 64)
    kind = "desk" if card in summary.curated else charts.colour(card.colour)
    name = f"{escape(card.called(words.lang))} <b>{max(card.trend.counts):,}</b>"
    return f'<figure class="{kind}"><figcaption>{name}</figcaption>{chart}</figure>'


def _time_table(summary: Summary, words: Words) -> str:
    labels = summary.calendar.labels[-_PERIODS:]
    cards = [(words("time_all"), summary.everything.counts)]
    cards += [(card.called(words.lang), card.trend.counts) for card in (*summary.curated, *summary.widest)]
    rows = ([name, *(f"{value:,}" for value in counts[-_PERIODS:])] for name, counts in cards)
    caption = words("time")
    if len(summary.calendar.labels) > _PERIODS:
        caption += ". " + words("time_last", count=_PERIODS)
    return table([words("topic"), *labels], rows, caption)


def stories(summary: Summary, words: Words) -> str:
    """Events told by several outlets, the widest told first."""
    if not summary.stories:
        return paragraph(words("stories_none"), "note")
    items = [_story(story, summary, words) for story in summary.stories]
    how = words("stories_how", found=summary.stories_found, shown=len(items))
    rest = listed(items[FIRST_STORIES:], "stories", "ol")
    more = unfolded(words("more_stories", count=len(items) - FIRST_STORIES), rest)
    return paragraph(how, "note") + listed(items[:FIRST_STORIES], "stories", "ol") + more


def _story(story: Story, summary: Summary, words: Words) -> str:
    first, *rest = story.rows
    about = sentences.story(story, summary, words)
    listed_rows, cut = rest[:_STORY_ROWS], len(rest) - _STORY_ROWS
    inner = headlines(summary, listed_rows, words)
    inner += paragraph(words("story_cut", count=cut), "note") if cut > 0 else ""
    return (
        f"<h3>{escape(titled(summary.articles[first], words))}</h3>"
        f'<p class="source">{escape(" · ".join(about))}</p>'
        f"{unfolded(words('story_rest', count=len(rest)), inner)}"
    )


def changes(summary: Summary, words: Words) -> str:
    """Topics that are new, gone, split or merged since the version before."""
    notes, by_event = sentences.changes(summary, words)
    groups = ""
    for event, changed in by_event.items():
        inner = listed(escape(sentences.change(item)) for item in changed)
        groups += f"<div><h3>{escape(words('event_' + event))}</h3>{inner}</div>"
    return paragraphs(notes, "note") + (f'<div class="events">{groups}</div>' if groups else "")


def outliers(summary: Summary, words: Words) -> str:
    """Why some articles are in no topic."""
    if not summary.outliers:
        return paragraph(words("apart_none"), "note")
    share = percent(summary.share(summary.unplaced))
    note = paragraph(words("apart_share", all=len(summary), count=summary.unplaced, share=share), "note")
    groups = "".join(_reason(group, summary, words) for group in summary.outliers)
    return f'{note}<div class="events">{groups}</div>'


def _reason(group: Outliers, summary: Summary, words: Words) -> str:
    name = escape(words(f"reason_{int(group.reason)}"))
    gauge = f'<progress max="{summary.unplaced}" value="{group.count}" aria-label="{name}"></progress>'
    size = _size(group.count, words("of_all", share=percent(group.share)), words)
    return f"<div><h3>{name}</h3>{size}{gauge}{headlines(summary, group.examples, words)}</div>"


def provenance(summary: Summary, words: Words) -> str:
    """All that is needed to reproduce the model."""
    return _facts(sentences.facts(summary, words))
