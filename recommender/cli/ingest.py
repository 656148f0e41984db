"""``ingest``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..messages import word
from ._home import Home
from ._options import dask_option, on_a_cluster
from ._output import as_table, counted, inform, printable, say
from ._paths import NamedPath

if TYPE_CHECKING:
    from ..readers.notes import FieldCounts

_COLUMNS = ("read", "articles", "title", "body", "date", "author", "outlet", "list")
_OUTLETS = 10  # so many are named, those with most articles


@click.command()
@click.argument("paths", nargs=-1, required=True, type=NamedPath(path_type=Path))
@click.option("--encoding", help="Encoding of the files; default: recognised (UTF-8, UTF-16, CP949).")
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="What a column or key says, such as title=기사제목, or published:mdy=date for 08/05/2024; may be repeated.",
)
@click.option("--watch", "watched", is_flag=True, help="Keep looking for new and changed files, until Ctrl-C.")
@click.option(
    "--every",
    type=click.FloatRange(0.05, 86400),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How often --watch looks.",
)
@dask_option
@click.option("--dry-run", is_flag=True, help="Read and report, but keep nothing.")
@click.pass_obj
def ingest(
    home: Home,
    paths: tuple[Path, ...],
    encoding: str | None,
    mapped: tuple[str, ...],
    watched: bool,
    every: float,
    dask: str | None,
    dry_run: bool,
) -> None:
    """Read pages, records, feeds, mail, captures, archives, folders of them, and other corpora into the corpus.

    What a file is decides before its ending does.

    Reading the same again changes nothing. Of the same id, or the same address and outlet, the later version is the
    article: by its date of change, else of publication, else the one read later. What cannot be read is named; the
    rest goes in, and the exit status is 1.

    \b
    Example:
      recommender ingest captures/ archive.jsonl.gz
      recommender ingest export.csv --map title=기사제목 --map body=기사글
      recommender ingest --watch captures/
      recommender ingest ../other/data/corpus.db
      recommender ingest --dask tcp://10.0.0.1:8786 /shared/archive/

    Column names that always apply go into data/columns.toml: title = ["기사제목"].
    """
    columns = home.columns(mapped)
    if watched and dry_run:
        raise click.UsageError("--watch keeps what it reads; leave out --dry-run.")
    if watched and dask:
        raise click.UsageError("--watch reads what is new by itself; leave out --dask.")
    if watched:
        from ._watch import watch

        with home.corpus(create=True) as corpus:
            watch(corpus, paths, encoding, columns, every)
        return
    from ..corpus.read_ahead import ReadAhead
    from ..readers.reader_version import reader_version

    opened = home.corpus_to_try() if dry_run else home.corpus(create=True)
    decides = (*map(str, paths), encoding, columns.mark, reader_version())
    with (
        opened as corpus,
        on_a_cluster(home, "ingest", dask, lambda: decides) as cluster,
        closing(ReadAhead(*cluster)) if cluster else nullcontext() as ahead,
    ):
        report = corpus.ingest(
            paths, encoding=encoding, dry_run=dry_run, progress=_progress(), columns=columns, ahead=ahead
        )
        if sys.stderr.isatty():
            click.echo("\r\033[K", err=True, nl=False)
        for problem in report.problems:
            say(str(problem))
        _tell_summary(report.field_counts)
        counts = corpus.counts()
    action = "read, nothing kept" if dry_run else "read"
    inform(
        f"{counted(report.files_read, 'file')} {action}: {counted(report.articles_added, 'article')} new, "
        f"{report.articles_changed:,} changed, "
        f"{report.unchanged:,} unchanged, {counted(report.merged, 'copy', 'copies')} merged, "
        f"{counted(report.replaced, 'earlier version')} kept as history"
        + (f", {report.removed:,} removed" if report.removed else "")
        + "; "
        f"{counted(report.headlines_added, 'headline')} from related lists."
    )
    inform(
        f"The corpus holds {counted(counts.whole, 'article')}, {counted(counts.headline_only, 'more headline')}, "
        f"{counted(counts.links, 'link')}."
    )
    sys.exit(0 if report.ok else 1)


def _progress() -> Any:
    if not sys.stderr.isatty():
        return None
    return lambda name: click.echo(f"\r\033[K{printable(name[-70:])}", err=True, nl=False)


def _tell_summary(field_counts: FieldCounts) -> None:
    """A table on stderr, a row for each kind of file and each of the largest outlets, if there is more than an article;
    then the pages that are read least certainly."""
    rows = list(_rows(field_counts))
    if sum(field_counts.groups.values()) > 1:
        click.echo(as_table(rows, _COLUMNS), err=True, nl=False)
    if field_counts.doubts:
        say("Least certain pages; recommender inspect FILE shows why:")
    for sure, path, why in field_counts.doubts:
        click.echo(f"  {sure:.2f}  {printable(path)}  ({word(why)})", err=True)


def _rows(field_counts: FieldCounts) -> Iterator[dict[str, object]]:
    for name, articles, filled in field_counts.by(0):
        yield _row(word("(other)" if name == "other" else name), articles, filled)
    outlets = field_counts.by(1)
    if len(outlets) < 2:
        return
    for name, articles, filled in outlets[:_OUTLETS]:
        yield _row(name or word("(no outlet)"), articles, filled)
    if more := outlets[_OUTLETS:]:
        sums = [sum(filled) for filled in zip(*(filled for _, _, filled in more), strict=True)]
        yield _row(word(f"({len(more):,} more outlets)"), sum(articles for _, articles, _ in more), sums)


def _row(name: str, articles: int, filled: list[int]) -> dict[str, object]:
    """Counts; nothing but a dash where no article has a field, so that it is seen."""
    shown = [f"{count:,}" if count else "-" for count in filled]
    return dict(zip(_COLUMNS, [name, f"{articles:,}", *shown], strict=True))
