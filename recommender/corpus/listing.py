"""Articles of a corpus as rows: their JSON, wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..errors import UnknownName

if TYPE_CHECKING:
    from ..readers.article import Article, Earlier, Listed
    from ..readers.notes import Source
    from .store import Corpus


def stored_articles(corpus: Corpus, ids: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Articles of the corpus as rows, all in the order of ids or those asked for in the order asked.

    Raises UnknownName for an id that is not known, with the nearest ones.
    """
    if ids:
        for article in [_article(corpus, name) for name in ids]:
            yield _row(article, list(corpus.listed(article.id)), corpus.sources(article.id), corpus.history(article.id))
        return
    listed = groupby(corpus.listed(), key=lambda entry: entry.source)
    sources = groupby(corpus.all_sources(), key=lambda pair: pair[0])
    entries, provenance, rewritten = _Merged(listed), _Merged(sources), corpus.rewritten()
    for article in corpus.articles():
        history = corpus.history(article.id) if article.id in rewritten else ()
        yield _row(article, entries.of(article.id), [source for _, source in provenance.of(article.id)], history)


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


def _article(corpus: Corpus, article_id: str) -> Article:
    article = corpus.get(article_id)
    if article is None:
        near = ", ".join(corpus.near_ids(article_id))
        hint = f"Nearest ids: {near}." if near else "See them: recommender articles"
        raise UnknownName(f"The corpus holds no article {article_id!r}.", hint)
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
