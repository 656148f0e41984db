"""The quality of the model in sentences and tables: the same in HTML and Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

from ..lazy import dataclass
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
    for part in tables(summary.quality, words):
        inner = table(part.head, part.rows, part.note)
        if part.folded:
            folded += unfolded(part.title, inner)
        else:
            shown += f"<div><h3>{escape(part.title)}</h3>{inner}</div>"
    side = f'<div class="judged">{shown}</div>' if shown else ""
    return paragraphs(notes(summary.quality, words), "note") + side + folded


def measures(quality: Quality) -> dict[str, Interval]:
    """The measures over all questions in the order shown, without those that have no value."""
    measures = {name: quality.measures[name] for name in _MEASURES if name in quality.measures}
    return {name: value for name, value in measures.items() if not math.isnan(value.value)}


def groups(quality: Quality) -> tuple[tuple[Group, Interval], ...]:
    """The first groups, each with its recall at 10."""
    return tuple((group, group.measures["recall_10"]) for group in quality.groups[:_MOST])


def notes(quality: Quality | None, words: Words) -> list[str]:
    """Sentences on the questions and on the quality of the topics."""
    if quality is None:
        return [words("measures_none")]
    sentences = [words("quality_how", questions=quality.questions)] if quality.questions else []
    if not quality.questions and not measures(quality):
        sentences.append(words("quality_none"))
    elif quality.version:
        sentences.append(words("quality_trained", version=quality.version))
    return sentences + [
        words(key, values=", ".join(words(f"topics_{name}", value=_shown(value)) for name, value in values.items()))
        for key, values in (("quality_topics", quality.topics), ("quality_broad_topics", quality.broad_topics))
        if values
    ]


def tables(quality: Quality | None, words: Words) -> Iterator[Table]:
    """The measures, the reliability of the score, and the measures by group, as far as there are any."""
    if quality is None or not (shown := measures(quality)):
        return
    yield Table(
        words("quality_measures"),
        words("quality_interval"),
        (words("measure"), words("value"), words("interval")),
        tuple((words(f"measure_{name}"), *_cells(value)) for name, value in shown.items()),
    )
    scores = quality.reliability
    if scores.bins:
        yield Table(
            words("quality_bins"),
            words("quality_bins_how", error=_shown(scores.error), brier=_shown(scores.brier)),
            (words("bin_score"), words("bin_pairs"), words("bin_mean"), words("bin_right")),
            tuple((f"{b.low:.1f}–{b.high:.1f}", f"{b.pairs:,}", _shown(b.score), _shown(b.right)) for b in scores.bins),
        )
    if shown_groups := groups(quality):
        head = ("groups", "asked", "answers", "value", "interval")
        yield Table(
            words("quality_groups"),
            words("quality_groups_how"),
            tuple(words(key) for key in head),
            tuple(
                (f"{words.group(g.by)}: {words.group(g.name)}", f"{g.questions:,}", f"{g.answers:,}", *_cells(recall))
                for g, recall in shown_groups
            ),
            folded=True,
        )


def _cells(value: Interval) -> tuple[str, str]:
    ends = "" if math.isnan(value.low) else f"{_shown(value.low)}–{_shown(value.high)}"
    return _shown(value.value), ends


def _shown(value: float) -> str:
    """Three digits of the four in JSON, so that card, `evaluate` and report agree."""
    digits = rounded(value)
    return "–" if digits is None else f"{digits:.3f}".replace("-", "−")
