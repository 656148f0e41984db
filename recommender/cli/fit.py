"""``train`` and ``update``."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..versions.artifact import CURRENT, set_current
from .home import Home
from .output import counted, say

if TYPE_CHECKING:
    from ..ranking.model import Model


@click.command()
@click.option(
    "--recipe",
    "path",
    type=click.Path(path_type=Path),
    help="TOML file of parameters; default: data/recipe.toml if it is there, else the built-in ones.",
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
    from ..embeddings.external import check_embedder
    from ..evaluation.comparison import with_scores
    from ..files.atomic import sweep
    from ..ranking.recommend import Recommender
    from ..text.aliases import load_aliases
    from ..topics.curated import load_desks
    from ..topics.edits.log import EditLog
    from ..versions.lock import held

    recipe, chosen = home.recipe(path)
    recipe = recipe.with_seed(seed)
    if chosen:
        say(f"recipe: {chosen}")
    check_embedder(recipe.embedder)
    aliases = load_aliases(home.data / "aliases.toml")
    desks = load_desks(home.data / "topics.toml")
    EditLog.read(home.edits_file)  # a damaged file is told before the work, not after it
    with home.corpus() as corpus, held(home.models):
        from ..training import train as fit

        sweep(home.models)
        before = _previous(home)
        model = fit(corpus, recipe, aliases=aliases, desks=desks, previous=before, progress=None if quiet else say)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        version = with_scores(model).save(home.models, promote=not no_promote, created=now)
    say(f"weights: {model.weights.source}")
    for problem in Recommender.open(home.models / version).problems:
        say(problem)
    click.echo(
        f"{version}: {counted(len(model), 'article')}, {counted(len(model.topics.topics), 'topic')}"
        + ("" if no_promote else "; current")
    )


@click.command()
@click.option("--no-promote", is_flag=True, help="Save the version, but go on answering from the one before.")
@click.option("--quiet", is_flag=True, help="No progress.")
@click.pass_obj
def update(home: Home, no_promote: bool, quiet: bool) -> None:
    """Make what is new in the corpus searchable at once, without training: a new version, fitted as the current one.

    Says how far the newcomers lie from what was trained on, and when it is time to train again.

    \b
    Example:
      recommender ingest data/sample/pages
      recommender update
    """
    from ..files.atomic import sweep
    from ..ranking.model import stored_model
    from ..ranking.recommend import Recommender
    from ..topics.curated import load_desks
    from ..training.incremental import update as bring_in
    from ..versions.lock import held
    from ..versions.registry import current_name

    began = time.monotonic()
    desks = load_desks(home.data / "topics.toml")
    before = stored_model(home.models)
    home.tell_other_recipe(before)
    with home.corpus() as corpus, held(home.models):
        sweep(home.models)
        made = bring_in(before, corpus, desks=desks, progress=None if quiet else say)
        if made is None:
            click.echo(f"{before.version}: nothing is new; {counted(len(before), 'article')}")
            return
        if not quiet:
            say("saving ...")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        version = made.model.save(home.models, promote=False, created=now)
        promoted = not no_promote and current_name(home.models) == before.version
        if promoted:
            set_current(home.models, version)
    for problem in Recommender.open(home.models / version).problems:
        say(problem)
    if not promoted and not no_promote:
        say(f"{before.version} is not current any more; {version} is kept, and not made current")
    click.echo(
        f"{version}: {made.added:,} new, {made.changed:,} changed, {made.gone:,} gone; "
        f"{counted(len(made.model), 'article')}, {time.monotonic() - began:.1f} s" + ("; current" if promoted else "")
    )
    click.echo(made.drift.told())
    click.echo(made.drift.advice())


def _previous(home: Home) -> Model | None:
    """The current model, whose topics keep their ids, or a sound one before it; none if there is none that opens.

    Says so where it is not the current one.
    """
    from ..errors import ModelError
    from ..ranking.model import open_model
    from ..versions.registry import sound

    if not (home.models / CURRENT).exists():
        return None
    name, harm = sound(home.models)
    before = None
    try:
        if name or not harm:
            before = open_model(home.models / (name or CURRENT))
    except ModelError as error:
        harm = harm or error.problem
    if before is None:
        say(f"topics get new ids, and none has a history: {harm}")
    elif harm:
        say(f"topics keep the ids of {before.version}: {harm}")
    return before
