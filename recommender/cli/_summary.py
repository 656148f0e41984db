"""What ``ingest`` tells of what it read: which fields were found, and which pages to look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ._output import as_table, printable, say

if TYPE_CHECKING:
    from ..readers.notes import Told

_COLUMNS = ("read", "articles", "title", "body", "date", "author", "outlet", "list")
OUTLETS = 10
"""So many outlets are named, those with most articles."""


def tell_summary(told: Told) -> None:
    """A table on stderr, a row for each kind of file and each of the largest outlets, if there is more than an article;
    then the pages that are read least certainly."""
    rows = list(_rows(told))
    if sum(told.groups.values()) > 1:
        click.echo(as_table(rows, _COLUMNS), err=True, nl=False)
    if told.doubts:
        say("Least certain pages; recommender inspect FILE shows why:")
    for sure, path, why in told.doubts:
        click.echo(f"  {sure:.2f}  {printable(path)}  ({why})", err=True)


def _rows(told: Told) -> Iterator[dict[str, object]]:
    for name, articles, filled in told.by(0):
        yield _row(name, articles, filled)
    outlets = told.by(1)
    if len(outlets) < 2:
        return
    for name, articles, filled in outlets[:OUTLETS]:
        yield _row(name or "(no outlet)", articles, filled)
    if more := outlets[OUTLETS:]:
        sums = [sum(filled) for filled in zip(*(filled for _, _, filled in more), strict=True)]
        yield _row(f"({len(more):,} more outlets)", sum(articles for _, articles, _ in more), sums)


def _row(name: str, articles: int, filled: list[int]) -> dict[str, object]:
    """Counts; nothing but a dash where no article has a field, so that it is seen."""
    shown = [f"{count:,}" if count else "-" for count in filled]
    return dict(zip(_COLUMNS, [name, f"{articles:,}", *shown], strict=True))
