"""``articles``."""

from __future__ import annotations

import click

from ._home import Home
from ._output import format_option, print_rows


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--removed", is_flag=True, help="What was removed, as hashes of ids, with when, by whom and why.")
@format_option
@click.pass_obj
def articles(home: Home, ids: tuple[str, ...], removed: bool, form: str) -> None:
    """What the corpus holds: every article, or those of the IDs given, with its related list and where it was read.

    Headlines known from related lists alone have `headline_only` true. Titles and bodies are as stored, whole; the
    table shows a line each. `history` holds the earlier versions of a corrected article, which answer nothing.

    `sources` says where each record stands: the path of its file, of a member of an archive or a sheet of a workbook as
    export.zip!/2024/a.html, and the line or row there (the number of the capture in a WARC).

    \b
    Examples:
      recommender articles --format jsonl > archive.jsonl
      recommender articles 2024-0815 --format json
    """
    from ..corpus.listing import stored_articles

    if removed:
        with home.corpus() as corpus:
            print_rows([stone.as_json() for stone in corpus.removed().standing], ("id", "time", "by", "reason"), form)
        return
    with home.corpus() as corpus, corpus.snapshot():
        print_rows(stored_articles(corpus, ids), ("id", "published", "outlet", "title"), form)
