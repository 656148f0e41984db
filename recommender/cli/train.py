"""``train``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..config import __version__
from ..versions.artifact import CURRENT
from ._home import Home
from ._options import dask_option, on_a_cluster, recipe_option, version_options
from ._output import counted, inform, say

if TYPE_CHECKING:
    from ..config import Recipe
    from ..corpus.store import Corpus
    from ..ranking.model import Model
    from ..text.analyzer import Aliases


@click.command()
@recipe_option
@click.option("--seed", type=int, help="Seed, instead of the recipe's.")
@version_options
@dask_option
@click.pass_obj
def train(home: Home, path: Path | None, seed: int | None, no_promote: bool, quiet: bool, dask: str | None) -> None:
    """Fit a model to the corpus and save it as a new version under models/.

    \b
    Example:
      recommender train --seed 7
      recommender train --dask tcp://10.0.0.1:8786
    """
    from ..embeddings.external import check_embedder
    from ..evaluation.comparison import with_scores
    from ..files.atomic import sweep
    from ..ranking.recommend import Recommender
    from ..text.aliases import load_aliases
    from ..topics.curated import load_curated
    from ..topics.edits.log import EditLog
    from ..versions.lock import training_lock

    recipe, chosen = home.recipe(path)
    recipe = recipe.with_seed(seed)
    if chosen:
        say(f"recipe: {chosen}")
    check_embedder(recipe.embedder)
    aliases = load_aliases(home.data / "aliases.toml")
    curated = load_curated(home.data / "topics.toml")
    EditLog.read(home.edits_file)  # a damaged file is reported before the work, not after it
    with home.corpus() as corpus, training_lock(home.models):
        from ..training import train as fit
        from ..training.folds import folds
        from ..training.passes import Passes

        sweep(home.models)
        before = _previous(home)
        with on_a_cluster(home, "train", dask, lambda: _decides(corpus, recipe, aliases)) as cluster:
            model = fit(
                corpus, recipe, aliases=aliases, curated=curated, previous=before, progress=None if quiet else say,
                passes=Passes(*cluster) if cluster else None,
            )  # fmt: skip
        now = datetime.now(UTC).isoformat(timespec="seconds")
        version = with_scores(model, folds).save(home.models, promote=not no_promote, created=now)
    say(f"weights: {model.weights.source}")
    for problem in Recommender.open(home.models / version).problems:
        say(problem)
    inform(
        f"{version}: {counted(len(model), 'article')}, {counted(len(model.topics.topics), 'topic')}"
        + ("" if no_promote else "; current")
    )


def _decides(corpus: Corpus, recipe: Recipe, aliases: Aliases) -> list[object]:
    """All that the passes over the texts depend on."""
    from ..training.fingerprint import library_versions

    names = sorted(aliases.names.items())
    return [corpus.fingerprint(), recipe.as_json(), names, __version__, sorted(library_versions().items())]


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
