"""``export``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click

from ._home import Home
from ._options import list_options
from ._output import say, written


@click.command()
@click.option("-k", type=click.IntRange(min=1), default=5, show_default=True, help="Related articles for each.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File; default: standard output.")
@list_options
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that do the work.")
@click.pass_obj
def export(home: Home, k: int, output: Path | None, no_collapse: bool, stories: bool, workers: int) -> None:
    """The related list of every article, as JSON Lines, for a CMS.

    The lines are the same for any number of --workers; each keeps a core busy.

    \b
    Examples:
      recommender export -k 5 -o related.jsonl
      recommender export --workers 4 -o related.jsonl
    """
    from ..jobs.related import related_lists
    from ..ranking.options import SearchOptions

    recommender, options = home.recommender(), SearchOptions(k=k, collapse=not no_collapse, stories=stories)
    with closing(related_lists(recommender, options, workers)) as lines:
        if output is None:
            for line in lines:
                click.echo(line)
            return
        _write(lines, output, len(recommender))


def _write(lines: Iterator[str], output: Path, count: int) -> None:
    with written(output) as file:
        for row, line in enumerate(lines):
            file.write(f"{line}\n".encode())
            if sys.stderr.isatty() and row % 200 == 0:
                click.echo(f"\r{row:,} of {count:,}", err=True, nl=False)
    say(f"{count:,} related lists in {output}")
