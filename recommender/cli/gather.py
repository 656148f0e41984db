"""``ingest``, ``inspect`` and ``articles``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .home import Home
from .output import as_json, counted, format_option, print_rows, printable, say, tell
from .summary import tell_summary

if TYPE_CHECKING:
    from ..corpus import Corpus
    from ..readers.article import Article, Listed
    from ..readers.notes import Source


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--encoding", help="Encoding of the files; default: recognised (UTF-8, UTF-16, CP949).")
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="What a column or key says, such as title=기사제목; also many.",
)
@click.option(
    "--feed",
    "feeds",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A saved feed, whatever its name; nothing is fetched.",
)
@click.option("--watch", "watched", is_flag=True, help="Look again and again for new and changed files, until Ctrl-C.")
@click.option(
    "--every",
    type=click.FloatRange(0.05, 86400),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How often --watch looks.",
)
@click.option("--dry-run", is_flag=True, help="Read and tell, but keep nothing.")
@click.pass_obj
def ingest(
    home: Home,
    paths: tuple[Path, ...],
    encoding: str | None,
    mapped: tuple[str, ...],
    feeds: tuple[Path, ...],
    watched: bool,
    every: float,
    dry_run: bool,
) -> None:
    """Read pages, records, feeds, mail, captures, archives and folders of them into the corpus.

    What a file is decides before its ending does.

    Twice the same changes nothing. What cannot be read is named; the rest goes in, and the exit status is 1.

    \b
    Example:
      recommender ingest captures/ archive.jsonl.gz
      recommender ingest export.csv --map title=기사제목 --map body=기사글
      recommender ingest --watch captures/

    Names of columns that hold always stand in data/columns.toml: title = ["기사제목"].
    """
    columns, paths = home.columns(mapped), (*paths, *feeds)
    if not paths:
        raise click.UsageError("Missing argument 'PATHS...'.")
    if watched and dry_run:
        raise click.UsageError("--watch keeps what it reads; leave out --dry-run.")
    if watched:
        from .watching import watch

        with home.corpus(create=True) as corpus:
            watch(corpus, paths, encoding, columns, every)
        return
    with home.corpus(create=True) as corpus:
        report = corpus.ingest(paths, encoding=encoding, dry_run=dry_run, progress=_progress(), columns=columns)
        if sys.stderr.isatty():
            click.echo("\r\033[K", err=True, nl=False)
        for problem in report.problems:
            say(str(problem))
        tell_summary(report.told)
        counts = corpus.counts()
    kept = "read, nothing kept" if dry_run else "read"
    click.echo(
        f"{counted(report.files_read, 'file')} {kept}: {counted(report.articles_added, 'article')} new, "
        f"{report.articles_changed:,} changed, "
        f"{report.unchanged:,} unchanged, {counted(report.merged, 'copy', 'copies')} merged; "
        f"{counted(report.headlines_added, 'headline')} from related lists."
    )
    click.echo(
        f"The corpus holds {counted(counts.whole, 'article')}, {counted(counts.headline_only, 'more headline')}, "
        f"{counted(counts.links, 'link')}."
    )
    sys.exit(0 if report.ok else 1)


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@format_option
@click.pass_obj
def articles(home: Home, ids: tuple[str, ...], form: str) -> None:
    """What the corpus holds: every article, or those of the IDs given, with its related list and where it was read.

    Headlines known from related lists alone have `headline_only` true. Titles and bodies are as stored, whole; the
    table shows a line each.

    \b
    Examples:
      recommender articles --format jsonl > archive.jsonl
      recommender articles 2024-0815 --format json
    """
    with home.corpus() as corpus, corpus.snapshot():
        print_rows(stored_articles(corpus, ids), ("id", "published", "outlet", "title"), form)


def stored_articles(corpus: Corpus, ids: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Articles of the corpus as rows, all in the order of ids or those asked for in the order asked.

    Raises QueryError for an id that is not known, with the nearest ones.
    """
    if ids:
        for article in [_known(corpus, each) for each in ids]:
            yield _row(article, list(corpus.listed(article.id)), corpus.sources(article.id))
        return
    listed = groupby(corpus.listed(), key=lambda entry: entry.source)
    sources = groupby(corpus.all_sources(), key=lambda pair: pair[0])
    entries, places = _Merged(listed), _Merged(sources)
    for article in corpus.articles():
        yield _row(article, entries.of(article.id), [source for _, source in places.of(article.id)])


class _Merged:
    """The groups of a sorted stream, asked for by ascending keys of which some have no group."""

    def __init__(self, groups: Iterator[tuple[str, Iterator[Any]]]) -> None:
        self._groups = groups
        self._key, self._group = "", iter(())
        self._ended = False

    def of(self, key: str) -> list[Any]:
        while self._key < key and not self._ended:
            self._key, self._group = next(self._groups, ("", iter(())))
            self._ended = not self._key
        return list(self._group) if self._key == key else []


def _known(corpus: Corpus, article_id: str) -> Article:
    from ..errors import QueryError

    article = corpus.get(article_id)
    if article is None:
        near = ", ".join(corpus.near_ids(article_id))
        hint = f"Nearest ids: {near}." if near else "See them: recommender articles"
        raise QueryError(f"The corpus holds no article {article_id!r}.", hint)
    return article


def _row(article: Article, related: Sequence[Listed], sources: Iterable[Source]) -> dict[str, Any]:
    return {
        "id": article.id, "title": article.title, "body": article.body, "outlet": article.outlet,
        "author": article.author, "published": article.published, "url": article.url, "section": article.section,
        "tags": list(article.tags), "captions": list(article.captions), "translation": article.translation,
        "headline_only": article.headline_only,
        "related": [{"title": entry.headline, "url": entry.url, "id": entry.target} for entry in related],
        "sources": [{"path": source.path, "line": source.line} for source in sources],
    }  # fmt: skip


def _progress() -> Any:
    if not sys.stderr.isatty():
        return None
    return lambda name: click.echo(f"\r\033[K{printable(name[-70:])}", err=True, nl=False)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--encoding", help="Encoding of the file; default: recognised.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.pass_obj
def inspect(home: Home, path: Path, encoding: str | None, form: str) -> None:
    """How a page was read: each field with its lines, the rule that found it, and a confidence.

    \b
    Example:
      recommender inspect captures/page.txt
    """
    from ..corpus import read_page

    shown = read_page(path, encoding=encoding).as_json(str(path))
    if form == "json":
        click.echo(as_json(shown, indent=1))
        return
    rows = [_field(name, field) for name, field in shown["fields"].items()]
    print_rows(rows, ("field", "lines", "confidence", "rule", "value"), "table")
    for left in shown["left_out"]:
        tell(f"left out: {_lines(left['lines'])}  {left['rule']}")


def _field(name: str, field: dict[str, Any] | None) -> dict[str, Any]:
    if field is None:
        return {"field": name, "value": "unknown"}
    value = field["value"]
    text = f"{len(value)}: {'; '.join(value)}" if isinstance(value, list) else str(value).replace("\n", " / ")
    return {
        "field": name, "lines": _lines(field["lines"]), "confidence": f"{field['confidence']:.2f}",
        "rule": field["rule"], "value": text if len(text) < 90 else text[:88] + "…",
    }  # fmt: skip


def _lines(span: list[int]) -> str:
    return f"{span[0]}-{span[1]}" if span[0] != span[1] else str(span[0])
