"""How good it is, in words and tables: the same in HTML and Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from ..versions.quality import Group, Interval, Quality, rounded
from .markup import paragraphs, table, unfolded
from .summary_data import Summary
from .words import Words

_MEASURES = ("mrr", "hit_5", "hit_10", "recall_5", "recall_10", "ndcg_10", "abstained")
_MOST = 40  # groups that are shown


@dataclass(frozen=True, slots=True)
class Table:
    """Cells are text; ``folded``: shown on demand."""

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False


def quality(summary: Summary, words: Words) -> str:
    """The section of the HTML report."""
    shown, folded = "", ""
    for found in tables(summary.quality, words):
        inner = table(found.head, found.rows, found.note)
        if found.folded:
            folded += unfolded(found.title, inner)
        else:
            shown += f"<div><h3>{escape(found.title)}</h3>{inner}</div>"
    side = f'<div class="judged">{shown}</div>' if shown else ""
    return paragraphs(notes(summary.quality, words), "note") + side + folded


def measures(found: Quality) -> dict[str, Interval]:
    """The measures of all questions as they are shown: in order, without those that have no value."""
    known = {name: found.measures[name] for name in _MEASURES if name in found.measures}
    return {name: value for name, value in known.items() if not math.isnan(value.value)}


def groups(found: Quality) -> tuple[tuple[Group, Interval], ...]:
    """The first groups, each with its recall at 10."""
    return tuple((group, group.measures["recall_10"]) for group in found.groups[:_MOST])


def notes(found: Quality | None, words: Words) -> list[str]:
    """What was asked, and what the topics are like."""
    if found is None:
        return [words("measures_none")]
    sentences = [words("quality_how", questions=found.questions)] if found.questions else []
    if not found.questions and not measures(found):
        sentences.append(words("quality_none"))
    elif found.version:
        sentences.append(words("quality_trained", version=found.version))
    return sentences + [
        words(sentence, values=", ".join(words(f"topics_{name}", value=_shown(value)) for name, value in held.items()))
        for sentence, held in (("quality_topics", found.topics), ("quality_broad_topics", found.broad_topics))
        if held
    ]


def tables(found: Quality | None, words: Words) -> Iterator[Table]:
    """The measures, the reliability of the score, and the measures by group, as far as there are any."""
    if found is None or not (shown := measures(found)):
        return
    yield Table(
        words("quality_measures"),
        words("quality_interval"),
        (words("measure"), words("value"), words("interval")),
        tuple((words(f"measure_{name}"), *_cells(value)) for name, value in shown.items()),
    )
    held = found.reliability
    if held.bins:
        yield Table(
            words("quality_bins"),
            words("quality_bins_how", error=_shown(held.error), brier=_shown(held.brier)),
            (words("bin_score"), words("bin_pairs"), words("bin_mean"), words("bin_right")),
            tuple((f"{b.low:.1f}–{b.high:.1f}", f"{b.pairs:,}", _shown(b.score), _shown(b.right)) for b in held.bins),
        )
    if asked := groups(found):
        head = ("groups", "asked", "answers", "value", "interval")
        yield Table(
            words("quality_groups"),
            words("quality_groups_how"),
            tuple(words(key) for key in head),
            tuple(
                (f"{words.group(g.by)}: {words.group(g.name)}", f"{g.questions:,}", f"{g.answers:,}", *_cells(recall))
                for g, recall in asked
            ),
            folded=True,
        )


def _cells(value: Interval) -> tuple[str, str]:
    ends = "" if math.isnan(value.low) else f"{_shown(value.low)}–{_shown(value.high)}"
    return _shown(value.value), ends


def _shown(value: float) -> str:
    """Three digits of the four that JSON has, so that card, `evaluate` and report show one figure."""
    known = rounded(value)
    return "–" if known is None else f"{known:.3f}".replace("-", "−")
