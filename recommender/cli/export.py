"""``export``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
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
    **given: Any,
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

    recommender, options = home.recommender(version), SearchOptions(collapse=not no_collapse, **given)
    rows = _exported(recommender, since, names)
    if output is None and changed_since is None and dask is None:
        with closing(related_lists(recommender, options, workers, rows)) as lines:
            for line in lines:
                click.echo(line)
        return
    before = None if changed_since is None else home.recommender(changed_since)
    _write(home, recommender, before, options, workers if dask is None else dask, rows, output)


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


def _write(
    home: Home, recommender: Recommender, before: Recommender | None, options: SearchOptions, workers: int | str,
    rows: list[int], output: str | None,
) -> None:  # fmt: skip
    import numpy as np

    from ..jobs.related import chosen, kept_lists, lines_of
    from ..jobs.related_files import check, is_folder, is_packed, is_table, write_packed, write_shards, write_table

    place = Path(output or "")
    if output is not None:
        check(place, output)
    wanted = np.array(rows, dtype=np.int64)
    with kept_lists(home.folder, recommender, options, workers, wanted, say, before) as (lists, places):
        lists, wanted = chosen(lists, places), wanted[places]
        lines = _told(lines_of(recommender, lists, wanted), len(wanted))
        what = f"{len(wanted):,} related lists" + (f" of {len(rows):,} changed" if before is not None else "")
        if output is None:
            for line in lines:
                click.echo(line)
        elif is_folder(place, output):
            what = f"{what} in {counted(write_shards(lines, place), 'file')} of"
        elif is_table(place):
            write_table(recommender, lists, wanted, place)
        else:
            with written(place) as file:
                if is_packed(place):
                    write_packed(lines, file)
                else:
                    file.writelines(f"{line}\n".encode() for line in lines)
    if output is None or place.is_file() or place.is_dir():  # a pipe is read by somebody who counts
        say(what if output is None else f"{what} {output}" if what.endswith(" of") else f"{what} in {output}")


def _told(lines: Iterator[str], count: int) -> Iterator[str]:
    """``lines``, with a count on a terminal."""
    tell: Callable[[int], None] | None = None
    if sys.stderr.isatty():
        tell = lambda at: click.echo(f"\r{at:,} of {count:,}", err=True, nl=False)  # noqa: E731
    for at, line in enumerate(lines):
        if tell and at % 1000 == 0:
            tell(at)
        yield line
