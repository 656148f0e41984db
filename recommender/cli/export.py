"""``export``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._home import Home
from ._options import dask_option, list_options, search_options
from ._output import counted, say, written
from ._paths import NamedPath

if TYPE_CHECKING:
    from ..ranking.options import SearchOptions
    from ..ranking.recommend import Recommender


@click.command()
@click.option("-k", type=click.IntRange(min=1), default=5, show_default=True, help="Related articles for each.")
@click.option(
    "-o",
    "--output",
    type=NamedPath(readable=False),
    help="File (.jsonl, .jsonl.gz, .csv, .parquet) or FOLDER/ of packed shards; default: standard output.",
)
@list_options
@click.option(
    "--since", metavar="DATE", help="The lists of articles published on this day or later (2024-08-05, 7d, 지난달)."
)
@click.option(
    "--ids", "names", type=NamedPath(path_type=Path), help="The lists of the articles in this file, an id a line."
)
@click.option(
    "--changed-since", metavar="VERSION", help="Only lists that are not what this version of the model gives."
)
@search_options
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that do the work.")
@dask_option
@click.pass_obj
def export(
    home: Home,
    /,
    output: str | None,
    no_collapse: bool,
    since: str | None,
    names: Path | None,
    changed_since: str | None,
    version: str | None,
    workers: int,
    dask: str | None,
    **filters: Any,
) -> None:
    """The related list of every article, as JSON Lines or a table (CSV for a spreadsheet, Parquet), for a CMS.

    The lines are the same for any number of --workers, each of which keeps a core busy, and over --dask. There, and
    where -o names a file or a folder, a run that is stopped goes on where it was when the same command is given again.

    \b
    Examples:
      recommender export -k 5 -o related.jsonl
      recommender export --since 7d --exclude-outlet 연합뉴스 -o week.jsonl
      recommender export --workers 4 -o lists/
      recommender export --changed-since v0007 -o changed.jsonl.gz
      recommender export --dask tcp://10.0.0.1:8786 -o related.jsonl
    """
    from ..jobs.related import related_lists
    from ..ranking.options import SearchOptions

    recommender, options = home.recommender(version), SearchOptions(collapse=not no_collapse, **filters)
    rows = _wanted_rows(recommender, since, names)
    if output is None and changed_since is None and dask is None:
        with closing(related_lists(recommender, options, workers, rows)) as lines:
            for line in lines:
                click.echo(line)
        return
    before = None if changed_since is None else home.recommender(changed_since)
    _write(home, recommender, before, options, workers if dask is None else dask, rows, output)


def _wanted_rows(recommender: Recommender, since: str | None, path: Path | None) -> list[int]:
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


def _write(
    home: Home, recommender: Recommender, before: Recommender | None, options: SearchOptions, workers: int | str,
    rows: list[int], output: str | None,
) -> None:  # fmt: skip
    import numpy as np

    from ..jobs.related import lines_of, resumable_lists
    from ..jobs.related_files import check, is_folder, is_packed, is_table, write_packed, write_shards, write_table

    path = Path(output or "")
    if output is not None:
        check(path, output)
    articles = np.array(rows, dtype=np.int64)
    with resumable_lists(home.folder, recommender, options, workers, articles, say, before) as (lists, changed):
        lists, articles = lists.take(changed), articles[changed]
        lines = _with_progress(lines_of(recommender, lists, articles), len(articles))
        summary = f"{len(articles):,} related lists" + (f" of {len(rows):,} changed" if before is not None else "")
        if output is None:
            for line in lines:
                click.echo(line)
        elif is_folder(path, output):
            summary = f"{summary} in {counted(write_shards(lines, path), 'file')} of"
        elif is_table(path):
            write_table(recommender, lists, articles, path)
        else:
            with written(path) as file:
                if is_packed(path):
                    write_packed(lines, file)
                else:
                    file.writelines(f"{line}\n".encode() for line in lines)
    if output is None or path.is_file() or path.is_dir():  # a pipe is read by somebody who counts
        say(summary if output is None else f"{summary}{'' if summary.endswith(' of') else ' in'} {output}")


def _with_progress(lines: Iterator[str], count: int) -> Iterator[str]:
    """``lines``, with a count on a terminal."""
    on_terminal = sys.stderr.isatty()
    for number, line in enumerate(lines):
        if on_terminal and number % 1000 == 0:
            click.echo(f"\r{number:,} of {count:,}", err=True, nl=False)
        yield line
