"""An evaluation as people read it: a table of groups that fits a terminal, then sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from ..evaluation.evaluate import summary_rows
from ..messages import word
from ._output import inform, print_rows, tell, width

if TYPE_CHECKING:
    from ..evaluation.evaluate import Evaluation
    from ..evaluation.pruning_cost import PruningCost
    from ..evaluation.topic_metrics import TopicQuality
    from ..versions.quality import Interval

_SHOWN = ("recall_10", "hit_10", "mrr", "ndcg_10", "abstained")
_COLUMNS = ("group", "name", "questions", *_SHOWN)


def print_people(evaluations: list[Evaluation], delta: Mapping[str, Interval], cost: PruningCost | None = None) -> None:
    """A table and sentences of each model; without questions, what needs none and how to get some."""
    has_questions = evaluations[0].overall.questions > 0
    if not has_questions:
        _print_unasked()
    for number, evaluation in enumerate(evaluations):
        if number or not has_questions:
            click.echo()
        if has_questions:
            print_rows(map(_cells, summary_rows(evaluation)), _COLUMNS, "table", spoken=("group",), fold=True)
            inform("±: half of the 95 % interval; --format json has both ends.")
            click.echo()
        for sentence in _sentences(evaluation):
            inform(sentence)
    if not has_questions:
        click.echo()
        inform("coverage: the share of articles in a topic. diversity: 1 if no key word is in two topics.")
        inform("NPMI: do the key words of a topic stand in one headline? -1 never, 0 by chance, 1 always.")
        inform("NPMI compares versions of one archive, not archives; short headlines alone bring it below 0.")
    if cost:
        _print_cost(cost)
    if delta and not all(math.isnan(value.value) for value in delta.values()):
        click.echo()
        inform(f"{evaluations[0].model} less {evaluations[1].model}, the same questions, 95 % intervals:")
        for name, value in delta.items():
            shown = f"{value.value:+.3f} ({value.low:+.3f} to {value.high:+.3f})"
            _tell_measure(name, "-" if math.isnan(value.value) else shown)


def _print_unasked() -> None:
    inform("There is no question with a known answer, so how well articles are found is not measured.")
    inform("They come from the related lists of pages, or from your judgements: recommender evaluate --labels FILE")
    inform('FILE has a line for each asking article: {"title": "its headline", "related": ["a headline", "another"]}')


def _print_cost(cost: PruningCost) -> None:
    recall, (pruned, whole) = cost.recall_10, cost.milliseconds
    shown = "-" if math.isnan(recall.value) else f"{recall.value:.3f} ({recall.low:.3f} to {recall.high:.3f})"
    click.echo()
    inform(
        f"pruning: {shown} of the {cost.hits:,} hits of a look at every article, asked by {cost.questions:,} "
        f"articles; the same list {_shown(cost.same)}; {pruned:.1f} CPU ms a question "
        f"instead of {whole:.1f}"
    )


def _tell_measure(name: str, value: str) -> None:
    label = word(name)
    tell(f"  {label}{' ' * (10 - width(label))} {word(value)}")


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    """A row with each measure and half of its interval in one cell; names of outlets as they are."""
    is_outlet = row["by"] == "outlet" and row["name"] != "not known"
    shown = {
        name: "" if row[name] is None else f"{row[name]:.3f} ±{(row[f'{name}_high'] - row[f'{name}_low']) / 2:.2f}"
        for name in _SHOWN
    }
    return row | {"group": row["by"], "name": row["name"] if is_outlet else word(row["name"])} | shown


def _sentences(it: Evaluation) -> list[str]:
    """Weights, topics and copies; where there were questions, co-listing and calibration too."""
    how, co, topics, copies = it.how, it.co_listing, it.topics, it.copies
    later = f", {how.left_out_as_later} answers published later left out" if how.past_only else ""
    lines = [f"{it.model}: {it.articles:,} articles, asked by {how.questions_from}{later}; weights: {how.weights}"]
    if co.lists:
        lines.append(
            f"co-listed: {co.pairs:,} pairs of {co.lists} lists, {_shown(co.within_10.value)} rank the other within "
            f"10, {_shown(co.mutual_10.value)} each other; by chance {_shown(co.by_chance)}"
        )
    lines.append(f"topics: {_topics(topics)}")
    if topics.broad:
        lines.append(f"broad topics: {_topics(topics.broad)}")
    lines.append(f"near-copies: {copies.pairs}, {copies.agreeing} agree by title key or half of the words")
    if it.stability:
        indices = ", ".join(_shown(value) for value in it.stability.rand)
        lines.append(f"stability: adjusted Rand index {_shown(it.stability.mean)} (trainings on parts: {indices})")
    if it.overall.questions:
        lines.append(f"score: Brier {_shown(it.reliability.brier)}, calibration error {_shown(it.reliability.error)}")
    lines += [
        f"  {b.low:.1f}-{b.high:.1f}  {b.pairs:>6} pairs  mean score {b.score:.3f}  share right {b.right:.3f}"
        for b in it.reliability.bins
    ]
    return lines


def _topics(quality: TopicQuality) -> str:
    values = (_shown(quality.coverage), _shown(quality.npmi), _shown(quality.diversity))
    return "{}, coverage {}, NPMI {}, diversity {}".format(quality.topics, *values)


def _shown(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"
