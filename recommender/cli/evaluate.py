"""``evaluate``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._home import Home
from ._output import format_option, print_rows, say
from ._paths import NamedPath

if TYPE_CHECKING:
    from ..evaluation.evaluate import Evaluation
    from ..evaluation.pruning_cost import PruningCost
    from ..evaluation.queries import Qrel
    from ..evaluation.topic_metrics import Stability
    from ..ranking.model import Model
    from ..ranking.recommend import Recommender


@click.command()
@click.option("--against", metavar="VERSION", help="Ask another version the same questions, and show the difference.")
@click.option(
    "--labels",
    type=NamedPath(exists=True, dir_okay=False, path_type=Path),
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
    home: Home, /, against: str | None, labels: Path | None, exhaustive: bool, stability: int, form: str, **how: Any
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
    questions = questions_from_labels(model, labels) if labels else questions_from_links(model)
    how["questions_from"] = str(labels) if labels else "related lists"
    if against:
        evaluations = _both(home, recommender, against, questions, how)
    else:
        evaluations = [_evaluated(recommender, questions, how)]
    cost = None
    if exhaustive and not len(model.pruning):
        say(f"{model.version} looks at every article: there is nothing to compare")
    elif exhaustive:
        whole = _evaluated(recommender.exhaustive(), questions, how)
        evaluations.append(replace(whole, model=f"{whole.model} exhaustive"))
        cost = _pruning(recommender, how)
    if stability:
        evaluations[0] = replace(evaluations[0], stability=_stability(home, model, stability, how["seed"]))
    if not evaluations[0].overall.questions:
        cause = "no judgement names articles of the model" if labels else "no page lists another article of the model"
        say(f"nothing was asked: {cause}" + (", published before it" if how["past_only"] else ""))
    _show(evaluations, form, cost)


def _pruning(recommender: Recommender, how: dict[str, Any]) -> PruningCost:
    from ..evaluation.pruning_cost import pruning_cost

    return pruning_cost(recommender, how["most"], how["seed"], past_only=how["past_only"])


def _evaluated(recommender: Recommender, questions: Sequence[Qrel], how: dict[str, Any], **pool: Any) -> Evaluation:
    from ..evaluation.evaluate import evaluate as run
    from ..training.folds import folds

    return run(recommender, questions, folds(recommender.model), **how, **pool)


def _both(
    home: Home, recommender: Recommender, against: str, questions: list[Qrel], how: dict[str, Any]
) -> list[Evaluation]:
    """Both models on the same questions, over the articles that both hold."""
    from ..evaluation.queries import shared
    from ..ranking.recommend import Recommender
    from ..versions.artifact import report_damage
    from ..versions.registry import check_version

    check_version(home.models, against)
    other = Recommender.open(home.models / against)
    with report_damage(other.model.folder):
        common = shared(recommender.model, other.model, questions)
        theirs = _evaluated(other, common.their_questions, how, pool=common.theirs)
    return [_evaluated(recommender, common.questions, how, pool=common.ours), theirs]


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

    differences = difference(*evaluations) if len(evaluations) == 2 else {}
    if form in ("json", "jsonl"):
        objects = [evaluation.as_json() for evaluation in evaluations]
        if differences:
            objects[0]["difference"] = {name: value.as_json() for name, value in differences.items()}
        if cost:
            objects[0]["pruning"] = cost.as_json()
        print_rows(objects, (), form)
        return
    if form == "csv":
        rows = [row for evaluation in evaluations for row in summary_rows(evaluation)]
        print_rows(rows, tuple(rows[0]), form)
        return
    from ._evaluated import print_people

    print_people(evaluations, differences, cost)
