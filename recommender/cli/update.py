"""``update``."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import click

from ..versions.artifact import set_current
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
    from ..files.atomic import sweep
    from ..ranking.model import stored_model
    from ..ranking.recommend import Recommender
    from ..topics.curated import load_desks
    from ..training.incremental import update as bring_in
    from ..versions.lock import held, switching
    from ..versions.registry import current_name

    began = time.monotonic()
    desks = load_desks(home.data / "topics.toml")
    before = stored_model(home.models)
    home.tell_other_recipe(before)
    with home.corpus() as corpus, held(home.models):
        sweep(home.models)
        made = bring_in(before, corpus, desks=desks, progress=None if quiet else say)
        if made is None:
            inform(f"{before.version}: nothing is new; {counted(len(before), 'article')}")
            return
        if not quiet:
            say("saving ...")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        version = made.model.save(home.models, promote=False, created=now)
        with switching(home.models):
            promoted = not no_promote and current_name(home.models) == before.version
            if promoted:
                set_current(home.models, version)
    for problem in Recommender.open(home.models / version).problems:
        say(problem)
    if not promoted and not no_promote:
        say(f"{before.version} is not current any more; {version} is kept, and not made current")
    inform(
        f"{version}: {made.added:,} new, {made.changed:,} changed, {made.gone:,} gone; "
        f"{counted(len(made.model), 'article')}, {time.monotonic() - began:.1f} s" + ("; current" if promoted else "")
    )
    inform(made.drift.described())
    inform(made.drift.advice())
