"""``check``."""

from __future__ import annotations

import click

from ..errors import RecommenderError
from ._home import Home
from ._output import counted, format_option, print_rows


@click.command()
@format_option
@click.pass_obj
def check(home: Home, form: str) -> None:
    """Compare corpus, edits and models with what was written: a line for each, and exit status 1 if one is damaged.

    The corpus and every version are compared with hashes kept when they were written; edits are read. It takes about as
    long as reading the corpus in, and changes nothing.

    \b
    Examples:
      recommender check
      recommender check --format json
    """
    from ..jobs.check import check as verify

    parts = list(verify(home.data, home.models))
    if all(part.state == "absent" for part in parts):
        raise RecommenderError(
            f"There is nothing to check in {home.folder}.", "Name its folder with -C, or begin: recommender ingest PATH"
        )
    print_rows(
        [part.as_json() for part in parts], ("what", "state", "problem"), form, spoken=("what", "state", "problem")
    )
    damaged = [part for part in parts if part.state == "damaged"]
    if damaged:
        names = ", ".join(part.what for part in damaged)
        hints = " ".join(dict.fromkeys(part.hint for part in damaged))
        raise RecommenderError(f"{counted(len(damaged), 'part')} of {len(parts)} damaged: {names}.", hints)
