"""``train``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import RecommenderError
from .home import Home
from .output import say

if TYPE_CHECKING:
    from ..model import Model


@click.command()
@click.option(
    "--recipe",
    "path",
    type=click.Path(path_type=Path),
    help="TOML file of parameters; default: the built-in ones.",
)
@click.option("--seed", type=int, help="Seed, instead of the recipe's.")
@click.option("--no-promote", is_flag=True, help="Save the version, but go on answering from the one before.")
@click.option("--quiet", is_flag=True, help="No progress.")
@click.pass_obj
def train(home: Home, path: Path | None, seed: int | None, no_promote: bool, quiet: bool) -> None:
    """Fit a model to the corpus and save it as a new version under models/.

    \b
    Example:
      recommender train --seed 7
    """
    from ..aliases import load_aliases
    from ..desks import load_desks
    from ..edits import EditLog
    from ..lock import held
    from ..measure import with_scores
    from ..recipe import Recipe
    from ..recommend import Recommender
    from ..version_folder import sweep

    recipe = (Recipe.read(path) if path else Recipe()).with_seed(seed)
    aliases = load_aliases(home.data / "aliases.toml")
    desks = load_desks(home.data / "topics.toml")
    EditLog.read(home.edits_file)  # a damaged file is told before the work, not after it
    with home.corpus() as corpus, held(home.models):
        from ..workshop import train as fit

        sweep(home.models)
        before = _previous(home)
        model = fit(corpus, recipe, aliases=aliases, desks=desks, previous=before, progress=None if quiet else say)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        version = with_scores(model).save(home.models, promote=not no_promote, created=now)
    say(f"weights: {model.weights.source}")
    for problem in Recommender.open(home.models / version).problems:
        say(problem)
    click.echo(
        f"{version}: {len(model):,} articles, {len(model.topics.topics)} topics" + ("" if no_promote else "; current")
    )


def _previous(home: Home) -> Model | None:
    """The current model, whose topics keep their ids; none if there is none that opens."""
    from ..model import open_model

    try:
        return open_model(home.models)
    except RecommenderError:
        return None
