"""A report's figures as sentences, the same in HTML and Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from .summary import growing
from .summary_data import Card, Change, Story, Summary
from .words import Words, percent

_GROWING = 3
ENOUGH = 8  # dated articles from which a trend is drawn


def dateline(summary: Summary, words: Words) -> list[str]:
    """Under the title: the days covered, the model."""
    calendar, version = summary.calendar, summary.provenance.version
    span = words("no_dates")
    if calendar.first and calendar.last:
        span = words("period", first=words.date(calendar.first), last=words.date(calendar.last))
    return [span, words("version", version=version) if version else words("version_none")]


def lead(summary: Summary, words: Words) -> list[str]:
    """What an editor should know first, a sentence each."""
    if not len(summary):
        return [words("say_none")]
    count = len(summary)
    sentences = [words("say_all", count=count, topics=len(summary.topics))]
    if summary.broad:
        sentences = [words("say_levels", count=count, topics=len(summary.topics), broad=len(summary.broad))]
    if not summary.topics:
        sentences = [words("say_no_topics", count=count)]
    key = "say_outlets" if summary.outlets else "say_no_outlets"
    sentences.append(words(key, outlets=len(summary.outlets), dated=summary.calendar.dated))
    if summary.curated:
        desks = [words("say_desk", name=c.called(words.lang), count=c.size) for c in summary.curated]
        sentences.append(words("say_desks", desks=", ".join(desks)))
    if summary.topics:
        top = max(summary.widest, key=lambda card: card.size)
        sentences.append(words("say_biggest", name=top.name, count=top.size, share=percent(top.share)))
    sentences += _growth(summary, words) + _widest(summary, words)
    if summary.topics:
        sentences.append(words("say_apart", count=summary.unplaced, share=percent(summary.share(summary.unplaced))))
    return [*sentences, words("say_copies", count=summary.copies)] if summary.copies else sentences


def _growth(summary: Summary, words: Words) -> list[str]:
    grown = [(card, card.trend.before, card.trend.recent) for card in growing(summary.topics)[:_GROWING]]
    names = [
        words("say_growth", name=card.name, before=percent(before), recent=percent(recent))
        for card, before, recent in grown
        if before is not None and recent is not None
    ]
    window = words.span(summary.calendar.unit, summary.calendar.window)
    return [words("say_growing", window=window, names=", ".join(names))] if names else []


def _widest(summary: Summary, words: Words) -> list[str]:
    if not summary.stories or summary.stories[0].outlets < 2:
        return []
    story = summary.stories[0]
    return [words("say_story", outlets=story.outlets, title=summary.articles[story.rows[0]].title)]


def figures(summary: Summary, words: Words) -> list[tuple[str, str]]:
    """The figures of the head: value and what it counts."""
    return [
        (f"{len(summary):,}", words("fig_articles")),
        (f"{len(summary.topics):,}", words("fig_topics")),
        (f"{len(summary.outlets):,}", words("fig_outlets")),
        *([(f"{summary.stories_found:,}", words("fig_stories"))] if summary.compares_outlets else []),
        (percent(summary.share(summary.unplaced)), words("fig_apart")),
        (f"{summary.copies:,}", words("fig_copies")),
    ]


def trend_label(name: str, counts: Sequence[int], labels: Sequence[str], words: Words) -> str:
    """The label for screen readers of a chart of ``counts`` by period."""
    peak = max(range(len(counts)), key=counts.__getitem__)
    return words(
        "trend_label", name=name, first=words.date(labels[0]), last=words.date(labels[-1]),
        peak=counts[peak], when=words.date(labels[peak]),
    )  # fmt: skip


def drawn(counts: Sequence[int]) -> bool:
    """Whether so many articles by period are worth a chart."""
    return len(counts) > 1 and sum(counts) >= ENOUGH


def trend(card: Card, summary: Summary, words: Words) -> str:
    """How the share of a card changed; empty if unknown."""
    before, recent = card.trend.before, card.trend.recent
    if before is None or recent is None:
        return ""
    window = words.span(summary.calendar.unit, summary.calendar.window)
    key = "level" if abs(recent - before) < 0.0005 else ("rose" if recent > before else "fell")
    return words(key, window=window, before=percent(before), recent=percent(recent))


def links(card: Card, summary: Summary, words: Words) -> list[str]:
    """Where the related links of a card lead."""
    if card.inside is None:
        return []
    sentences = [words("links_inside", count=card.links, share=percent(card.inside))]
    names = [
        words("links_to", name=summary.level_of(card)[to.index].name, share=percent(to.share)) for to in card.leads
    ]
    return [*sentences, words("links_lead", names=", ".join(names))] if names else sentences


def finer(card: Card, summary: Summary, words: Words) -> list[str]:
    """The finer topics of a broad one, each with its size."""
    children = (summary.topics[i] for i in card.below)
    return [words("outlet_count", name=child.name, count=child.size) for child in children]


def map_notes(summary: Summary, words: Words, urls_left_out: bool = False) -> list[str]:
    """What the map leaves out, in words."""
    originals, shown = len(summary) - summary.copies, len(summary.map)
    sentences = []
    if shown < originals:
        sentences.append(words("map_cap", all=len(summary), shown=shown))
    elif summary.copies:
        sentences.append(words("map_copies", copies=summary.copies, shown=shown))
    return [*sentences, words("map_urls")] if urls_left_out else sentences


def time_notes(summary: Summary, words: Words) -> list[str]:
    """What the pictures over time count."""
    calendar = summary.calendar
    sentences = [words(f"time_unit_{calendar.unit}") + "."]
    sentences.append(words("time_dated", dated=calendar.dated, share=percent(summary.share(calendar.dated))))
    return [*sentences, words("time_outside", count=calendar.outside)] if calendar.outside else sentences


def changes(summary: Summary, words: Words) -> tuple[list[str], dict[str, list[Change]]]:
    """Sentences on what changed since the version before, and the changes by event."""
    since = summary.since
    if not since.changes and since.added is None:
        return [words("changes_none")], {}
    sentences = []
    if since.added is not None and since.gone is not None:
        name = since.version or words("changes_before")
        sentences.append(words("changes_articles", version=name, added=since.added, gone=since.gone))
    by_event: dict[str, list[Change]] = {"born": [], "split": [], "merged": [], "retired": [], "other": []}
    for change in since.changes:
        if change.event != "continued" or change.before != change.after:
            by_event.get(change.event, by_event["other"]).append(change)
    same = sum(c.event == "continued" for c in since.changes)
    sentences += [words("continued_count", count=same)] if same else []
    if not any(by_event.values()) and not same:
        sentences.append(words("changes_same"))
    return sentences, {event: items for event, items in by_event.items() if items}


def change(item: Change) -> str:
    """The topics before and after, and what the training noted."""
    sides = " → ".join(", ".join(side) for side in (item.before, item.after) if side)
    return f"{sides} ({item.note})" if item.note else sides


def story(item: Story, summary: Summary, words: Words) -> list[str]:
    """Who told a story, in how many articles, when, and in which topic."""
    about = [words("story_outlets", count=item.outlets)] if item.outlets else [words("outlets_unknown")]
    about.append(words.articles(len(item.rows)))
    if item.first:
        about.append(" – ".join(dict.fromkeys((words.date(item.first), words.date(item.last)))))
    return [*about, summary.topics[item.topic].name] if item.topic >= 0 else about


def facts(summary: Summary, words: Words) -> list[tuple[str, str]]:
    """All that is needed to reproduce the model, as names and values."""
    made = summary.provenance
    counts = words("corpus_counts", articles=len(summary), headline_only=made.headline_only, links=made.links)
    return [
        (words("model"), made.version or words("version_none")),
        (words("created"), made.created or words("unknown")),
        (words("corpus"), counts),
        (words("fingerprint"), made.fingerprint or words("unknown")),
        (words("seed"), made.seed or words("unknown")),
        (words("weights"), words.sentence(made.weights)),
        (words("recipe"), ", ".join(f"{name} {value}" for name, value in made.recipe)),
        (words("libraries"), ", ".join(f"{name} {value}" for name, value in made.libraries)),
    ]
