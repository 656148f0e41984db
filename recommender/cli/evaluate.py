"""``evaluate``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..messages import word
from ._home import Home
from ._output import format_option, inform, print_rows, say, tell, width

if TYPE_CHECKING:
    from ..evaluation.evaluate import Evaluation
    from ..evaluation.pruning_cost import PruningCost
    from ..evaluation.queries import Qrel
    from ..evaluation.topic_metrics import Stability, TopicQuality
    from ..ranking.model import Model
    from ..ranking.recommend import Recommender

_SHOWN = ("recall_10", "hit_10", "mrr", "ndcg_10", "abstained")


@click.command()
@click.option("--against", metavar="VERSION", help="Ask another version the same questions, and show the difference.")
@click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Judgements by hand (JSON Lines) in place of the related lists.",
)
@click.option("--past-only", is_flag=True, help="Nothing published after the asking article.")
@click.option(
    "--questions", "most", type=click.IntRange(min=1), default=1000, show_default=True,
    help="Most pages that ask; drawn at random.",
)  # fmt: skip
@click.option(
    "--exhaustive", is_flag=True, help="Beside the same with a look at every article: what it costs to look at few."
)
@click.option(
    "--stability",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Train N times on four fifths of the corpus and compare the topics; takes N trainings.",
)
@click.option("--seed", type=click.IntRange(min=0), default=7, show_default=True, help="Seed of every random choice.")
@format_option
@click.pass_obj
def evaluate(
    home: Home, /, against: str | None, labels: Path | None, exhaustive: bool, stability: int, form: str, **given: Any
) -> None:
    """Judge the model by the editors' related lists: each page asks, its listed headlines are right answers.

    What is not listed is unlabelled, not wrong. What the numbers mean: docs/evaluation.md.

    \b
    Examples:
      recommender evaluate
      recommender evaluate --labels data/sample/labels.jsonl --format json
      recommender evaluate --against v0003 --past-only
      recommender evaluate --exhaustive --questions 200
    """
    if exhaustive and against:
        raise click.UsageError("--exhaustive compares the model with itself; leave out --against.")
    from dataclasses import replace

    from ..evaluation.evaluate import questions_from_labels, questions_from_links

    recommender = home.recommender()
    model = recommender.model
    asked = questions_from_labels(model, labels) if labels else questions_from_links(model)
    given["questions_from"] = str(labels) if labels else "related lists"
    evaluations = _both(home, recommender, against, asked, given) if against else [_one(recommender, asked, given)]
    cost = None
    if exhaustive and not len(model.pruning):
        say(f"{model.version} looks at every article: there is nothing to compare")
    elif exhaustive:
        whole = _one(recommender.exhaustive(), asked, given)
        evaluations.append(replace(whole, model=f"{whole.model} exhaustive"))
        cost = _pruning(recommender, given)
    if stability:
        evaluations[0] = replace(evaluations[0], stability=_stability(home, model, stability, given["seed"]))
    if not evaluations[0].overall.questions:
        said = "no judgement names articles of the model" if labels else "no page lists another article of the model"
        say(f"nothing was asked: {said}" + (", published before it" if given["past_only"] else ""))
    _show(evaluations, form, cost)


def _pruning(recommender: Recommender, given: dict[str, Any]) -> PruningCost:
    from ..evaluation.pruning_cost import pruning_cost

    return pruning_cost(recommender, given["most"], given["seed"], past_only=given["past_only"])


def _one(recommender: Recommender, asked: list[Qrel], given: dict[str, Any]) -> Evaluation:
    from ..evaluation.comparison import folds
    from ..evaluation.evaluate import evaluate as judged

    return judged(recommender, asked, folds(recommender.model), **given)


def _both(
    home: Home, recommender: Recommender, against: str, asked: list[Qrel], given: dict[str, Any]
) -> list[Evaluation]:
    """The same questions to both, with the articles that both hold."""
    from ..evaluation.comparison import folds
    from ..evaluation.evaluate import evaluate as judged
    from ..evaluation.queries import shared
    from ..ranking.recommend import Recommender
    from ..versions.artifact import report_damage
    from ..versions.registry import check_version

    check_version(home.models, against)
    other = Recommender.open(home.models / against)
    with report_damage(other.model.folder):
        both = shared(recommender.model, other.model, asked)
        theirs = judged(other, both.their_questions, folds(other.model), pool=both.theirs, **given)
    return [judged(recommender, both.questions, folds(recommender.model), pool=both.ours, **given), theirs]


def _stability(home: Home, model: Model, times: int, seed: int) -> Stability:
    from ..evaluation.topic_metrics import stability
    from ..topics.curated import load_curated

    curated = load_curated(home.data / "topics.toml")
    home.tell_other_recipe(model)
    with home.corpus() as corpus:
        from ..training import resampled

        def resample(seed: int) -> tuple[frozenset[str], dict[str, str]]:
            say(f"training on four fifths of the corpus, seed {seed}")
            return resampled(corpus, model, curated, seed)

        return stability(model, resample, times, seed)


def _show(evaluations: list[Evaluation], form: str, cost: PruningCost | None = None) -> None:
    """JSON and JSON Lines: an object a model, all of it. Tables and CSV: a row a group of questions."""
    from ..evaluation.evaluate import difference, summary_rows

    apart = difference(*evaluations) if len(evaluations) == 2 else {}
    if form in ("json", "jsonl"):
        objects = [evaluation.as_json() for evaluation in evaluations]
        if apart:
            objects[0]["difference"] = {name: value.as_json() for name, value in apart.items()}
        if cost:
            objects[0]["pruning"] = cost.as_json()
        print_rows(objects, (), form)
        return
    rows = [row for evaluation in evaluations for row in summary_rows(evaluation)]
    if form == "csv":
        print_rows(rows, tuple(rows[0]), form)
        return
    columns = ("model", "group", "name", "questions", "answers", *_SHOWN)
    print_rows([_cells(row) for row in rows], columns, form, spoken=("group", "name"))
    for evaluation in evaluations:
        click.echo()
        for sentence in _sentences(evaluation):
            inform(sentence)
    if cost:
        recall, (pruned, whole) = cost.recall_10, cost.milliseconds
        known = "-" if math.isnan(recall.value) else f"{recall.value:.3f} ({recall.low:.3f} to {recall.high:.3f})"
        click.echo()
        inform(
            f"pruning: {known} of the {cost.hits:,} hits of a look at every article, asked by {cost.questions:,} "
            f"articles; the same list {_shown(cost.same)}; {pruned:.1f} CPU ms a question "
            f"instead of {whole:.1f}"
        )
    if apart and not all(math.isnan(value.value) for value in apart.values()):
        click.echo()
        inform(f"{evaluations[0].model} less {evaluations[1].model}, the same questions, 95 % intervals:")
        for name, value in apart.items():
            known = f"{value.value:+.3f} ({value.low:+.3f} to {value.high:+.3f})"
            _tell_measure(name, "-" if math.isnan(value.value) else known)


def _tell_measure(name: str, value: str) -> None:
    said = word(name)
    tell(f"  {said}{' ' * (10 - width(said))} {word(value)}")


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    """A row with each measure and its interval in one cell."""
    return (
        row
        | {"group": row["by"]}
        | {
            name: "" if row[name] is None else f"{row[name]:.3f} ({row[f'{name}_low']:.3f}-{row[f'{name}_high']:.3f})"
            for name in _SHOWN
        }
    )


def _sentences(it: Evaluation) -> list[str]:
    """What is no ranking: weights, co-listing, score, topics, copies."""
    how, co, topics, copies = it.how, it.co_listing, it.topics, it.copies
    later = f", {how.left_out_as_later} answers published later left out" if how.past_only else ""
    lines = [
        f"{it.model}: {it.articles:,} articles, asked by {how.questions_from}{later}; weights: {how.weights}",
        f"co-listed: {co.pairs:,} pairs of {co.lists} lists, {_shown(co.within_10.value)} rank the other within 10, "
        f"{_shown(co.mutual_10.value)} each other; by chance {_shown(co.by_chance)}",
        f"topics: {_topics(topics)}",
        *([f"broad topics: {_topics(topics.broad)}"] if topics.broad else []),
        f"near-copies: {copies.pairs}, {copies.agreeing} agree by title key or half of the words",
    ]
    if it.stability:
        each = ", ".join(_shown(value) for value in it.stability.rand)
        lines.append(f"stability: adjusted Rand index {_shown(it.stability.mean)} (trainings on parts: {each})")
    lines.append(f"score: Brier {_shown(it.reliability.brier)}, calibration error {_shown(it.reliability.error)}")
    lines += [
        f"  {b.low:.1f}-{b.high:.1f}  {b.pairs:>6} pairs  mean score {b.score:.3f}  share right {b.right:.3f}"
        for b in it.reliability.bins
    ]
    return lines


def _topics(found: TopicQuality) -> str:
    values = (_shown(found.coverage), _shown(found.npmi), _shown(found.diversity))
    return "{}, coverage {}, NPMI {}, diversity {}".format(found.topics, *values)


def _shown(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"
