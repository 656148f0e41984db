"""``articles``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from ._home import Home
from ._output import format_option, print_rows

if TYPE_CHECKING:
    from ..corpus import Corpus
    from ..readers.article import Article, Earlier, Listed
    from ..readers.notes import Source


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
    if removed:
        with home.corpus() as corpus:
            print_rows([stone.as_json() for stone in corpus.removed().standing], ("id", "time", "by", "reason"), form)
        return
    with home.corpus() as corpus, corpus.snapshot():
        print_rows(stored_articles(corpus, ids), ("id", "published", "outlet", "title"), form)


def stored_articles(corpus: Corpus, ids: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Articles of the corpus as rows, all in the order of ids or those asked for in the order asked.

    Raises QueryError for an id that is not known, with the nearest ones.
    """
    if ids:
        for article in [_known(corpus, each) for each in ids]:
            yield _row(article, list(corpus.listed(article.id)), corpus.sources(article.id), corpus.history(article.id))
        return
    listed = groupby(corpus.listed(), key=lambda entry: entry.source)
    sources = groupby(corpus.all_sources(), key=lambda pair: pair[0])
    entries, places, rewritten = _Merged(listed), _Merged(sources), corpus.rewritten()
    for article in corpus.articles():
        history = corpus.history(article.id) if article.id in rewritten else ()
        yield _row(article, entries.of(article.id), [source for _, source in places.of(article.id)], history)


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


def _row(
    article: Article, related: Sequence[Listed], sources: Iterable[Source], history: Iterable[Earlier]
) -> dict[str, Any]:
    return {
        "id": article.id, "title": article.title, "body": article.body, "outlet": article.outlet,
        "author": article.author, "published": article.published, "updated": article.updated, "url": article.url,
        "section": article.section,
        "tags": list(article.tags), "captions": list(article.captions), "translation": article.translation,
        "headline_only": article.headline_only,
        "related": [{"title": entry.headline, "url": entry.url, "id": entry.target} for entry in related],
        "sources": [{"path": source.path, "line": source.line} for source in sources],
        "history": [earlier._asdict() for earlier in history],
    }  # fmt: skip
