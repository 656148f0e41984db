"""``ingest`` and ``inspect``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from .home import Home
from .output import as_json, counted, print_rows, printable, say, tell


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--encoding", help="Encoding of the files; default: recognised (UTF-8, UTF-16, CP949).")
@click.option("--dry-run", is_flag=True, help="Read and tell, but keep nothing.")
@click.pass_obj
def ingest(home: Home, paths: tuple[Path, ...], encoding: str | None, dry_run: bool) -> None:
    """Read pages (.txt, .html), records (.jsonl, .json, .csv, .tsv, .gz) and folders into the corpus.

    Twice the same changes nothing. What cannot be read is named; the rest goes in, and the exit status is 1.

    \b
    Example:
      recommender ingest captures/ archive.jsonl.gz
    """
    with home.corpus(create=True) as corpus:
        report = corpus.ingest(paths, encoding=encoding, dry_run=dry_run, progress=_progress())
        if sys.stderr.isatty():
            click.echo("\r\033[K", err=True, nl=False)
        for problem in report.problems:
            say(str(problem))
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
