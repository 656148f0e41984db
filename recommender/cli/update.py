"""``update``."""

from __future__ import annotations

import time

import click

from ._home import Home
from ._options import version_options
from ._output import counted, inform, say


@click.command()
@version_options
@click.pass_obj
def update(home: Home, no_promote: bool, quiet: bool) -> None:
    """Make what is new in the corpus searchable at once, without training: a new version, fitted as the current one.

    Says how far the newcomers lie from what was trained on, and when it is time to train again.

    \b
    Example:
      recommender ingest data/sample/pages
      recommender update
    """
    from ..jobs.update import update as bring_in
    from ..ranking.model import stored_model

    began = time.monotonic()
    before = stored_model(home.models)
    home.tell_other_recipe(before)
    with home.corpus() as corpus:
        done = bring_in(
            before, corpus, home.data, home.models, promote=not no_promote,
            progress=(lambda text: None) if quiet else say,
        )  # fmt: skip
    if done is None:
        inform(f"{before.version}: nothing is new; {counted(len(before), 'article')}")
        return
    extension, version = done.made, done.version
    for problem in done.problems:
        say(problem)
    if not done.promoted and not no_promote:
        say(f"{before.version} is not current any more; {version} is kept, and not made current")
    inform(
        f"{version}: {extension.added:,} new, {extension.changed:,} changed, {extension.gone:,} gone; "
        f"{counted(len(extension.model), 'article')}, {time.monotonic() - began:.1f} s"
        + ("; current" if done.promoted else "")
    )
    inform(extension.drift.described())
    inform(extension.drift.advice())
