"""``export``."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._controls import search_options
from ._home import Home
from ._options import dask_option, list_options
from ._output import say, written

if TYPE_CHECKING:
    from ..ranking.options import SearchOptions
    from ..ranking.recommend import Recommender


@click.command()
@click.option("-k", type=click.IntRange(min=1), default=5, show_default=True, help="Related articles for each.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File; default: standard output.")
@list_options
@click.option("--since", metavar="DATE", help="The lists of articles published on this day or later (2024-08-05, 7d).")
@click.option(
    "--ids", "names", type=click.Path(path_type=Path), help="The lists of the articles in this file, an id a line."
)
@search_options
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that do the work.")
@dask_option
@click.pass_obj
def export(
    home: Home,
    /,
    output: Path | None,
    no_collapse: bool,
    since: str | None,
    names: Path | None,
    version: str | None,
    workers: int,
    dask: str | None,
    **given: Any,
) -> None:
    """The related list of every article, as JSON Lines, for a CMS.

    The lines are the same for any number of --workers, each of which keeps a core busy, and over --dask. Where that
    ends before it is done, the same command goes on from what is there.

    \b
    Examples:
      recommender export -k 5 -o related.jsonl
      recommender export --since 7d --exclude-outlet 연합뉴스 -o week.jsonl
      recommender export --workers 4 -o related.jsonl
      recommender export --dask tcp://10.0.0.1:8786 -o related.jsonl
    """
    from ..ranking.options import SearchOptions

    recommender, options = home.recommender(version), SearchOptions(collapse=not no_collapse, **given)
    rows = _exported(recommender, since, names)
    with closing(_lists(home, recommender, options, workers, rows, dask)) as lines:
        if output is None:
            for line in lines:
                click.echo(line)
            return
        _write(lines, output, len(rows))


def _lists(
    home: Home, recommender: Recommender, options: SearchOptions, workers: int, rows: list[int], dask: str | None
) -> Generator[str, None, None]:
    if dask is not None:
        from ..jobs.cluster_export import lists_over

        return lists_over(dask, home.folder, recommender, options, rows, say)
    from ..jobs.related import related_lists

    return related_lists(recommender, options, workers, rows)


def _exported(recommender: Recommender, since: str | None, path: Path | None) -> list[int]:
    """Rows of the articles whose lists are wanted. Raises QueryError for an unknown id or a bad date."""
    from ..ranking.options import date_text
    from ..text.instants import day_number
    from .remove import ids_of

    catalogue = recommender.model.catalogue
    rows = list(range(len(catalogue)))
    if path is not None:
        rows = [catalogue.row(recommender.id_of(name)) for name in ids_of(path)]
    if day := date_text("since", since):
        rows = [row for row in rows if catalogue.days[row] >= day_number(day)]
    return rows


def _write(lines: Iterator[str], output: Path, count: int) -> None:
    with written(output) as file:
        for row, line in enumerate(lines):
            file.write(f"{line}\n".encode())
            if sys.stderr.isatty() and row % 200 == 0:
                click.echo(f"\r{row:,} of {count:,}", err=True, nl=False)
    say(f"{count:,} related lists in {output}")
