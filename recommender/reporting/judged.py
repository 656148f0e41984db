"""How good it is, in words and tables: the same in HTML and Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from ..evaluation.metrics import Interval
from .markup import paragraphs, table, unfolded
from .shapes import Quality, Summary
from .words import Words


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


def notes(found: Quality | None, words: Words) -> list[str]:
    """What was asked, and what the topics are like."""
    if found is None:
        return [words("measures_none")]
    said = [words("quality_how", questions=found.questions)] if found.questions else []
    if not found.questions and not found.measures:
        said.append(words("quality_none"))
    elif found.trained:
        said.append(words("quality_trained", version=found.trained))
    values = ", ".join(words(f"topics_{name}", value=_shown(value)) for name, value in found.topics)
    return [*said, words("quality_topics", values=values)] if values else said


def tables(found: Quality | None, words: Words) -> Iterator[Table]:
    """The measures, the reliability of the score, and the measures by group, as far as there are any."""
    if found is None or not found.measures:
        return
    yield Table(
        words("quality_measures"),
        words("quality_interval"),
        (words("measure"), words("value"), words("interval")),
        tuple((words(f"measure_{name}"), *_cells(value)) for name, value in found.measures),
    )
    held = found.reliability
    if held.bins:
        yield Table(
            words("quality_bins"),
            words("quality_bins_how", error=_shown(held.error), brier=_shown(held.brier)),
            (words("bin_score"), words("bin_pairs"), words("bin_mean"), words("bin_right")),
            tuple((f"{b.low:.1f}–{b.high:.1f}", f"{b.pairs:,}", _shown(b.score), _shown(b.right)) for b in held.bins),
        )
    if found.groups:
        head = ("groups", "asked", "answers", "value", "interval")
        yield Table(
            words("quality_groups"),
            words("quality_groups_how"),
            tuple(words(key) for key in head),
            tuple(
                (f"{words.group(g.by)}: {words.group(g.name)}", f"{g.questions:,}", f"{g.answers:,}", *_cells(g.recall))
                for g in found.groups
            ),
            folded=True,
        )


def _cells(value: Interval) -> tuple[str, str]:
    ends = "" if math.isnan(value.low) else f"{value.low:.3f}–{value.high:.3f}"
    return _shown(value.value), ends


def _shown(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}".replace("-", "−")
