"""``retrain``: the nightly job."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..messages import translated
from ._home import Home
from ._options import recipe_option
from ._output import say, tell

WORSE = 3  # exit status when the candidate is worse and the current model stays


@click.command()
@recipe_option
@click.option("--no-ingest", is_flag=True, help="Leave data/inbox/ unread: the corpus holds it already.")
@click.option("--fresh-topics", is_flag=True, help="Find topics anew; those that are one of before keep its id.")
@click.option("--progress", is_flag=True, help="Report each step of the training.")
@click.pass_obj
def retrain(home: Home, path: Path | None, no_ingest: bool, fresh_topics: bool, progress: bool) -> None:
    """Read what is new in data/inbox/, train a candidate, and promote it only if it is no worse.

    Candidate and current model answer the same questions: the related lists that both know, and data/labels.jsonl if it
    is there. If a measure fell by more than the recipe tolerates (tolerance_mrr = 0.02 and so on), the current model
    stays, standard error says what got worse, and the exit status is 3. When all is well there is one line with
    figures; when nothing changed there is none. Every run adds a line to models/retrain.log.

    \b
    Examples:
      recommender retrain
      recommender -C /srv/archive retrain --recipe night.toml
    """
    from ..embeddings.external import check_embedder
    from ..jobs.retrain import Job
    from ..jobs.retrain import retrain as run

    recipe, chosen = home.recipe(path)
    if progress and chosen:
        say(f"recipe: {chosen}")
    check_embedder(recipe.embedder)
    outcome = run(
        Job(home.data, home.models, recipe, read=not no_ingest, fresh_topics=fresh_topics), say if progress else None
    )
    for note in outcome.notes:
        say(note)
    if outcome.paragraph:
        say(outcome.paragraph)
    if outcome.result != "unchanged":
        at, _, sentence = outcome.line.partition(" ")
        tell(f"{at} {translated(sentence)}")
    sys.exit(WORSE if outcome.result == "kept" else 0)
