"""The read-only interface of a corpus: articles, links, and their sources."""

from __future__ import annotations

import difflib
import hashlib
import heapq
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from recommender.corpus.ids import digest, headline_id
from recommender.corpus.schema import guarded
from recommender.readers.article import Article, Earlier, Link, Listed, Stamp
from recommender.readers.notes import CorpusCounts, Source
from recommender.text.normalize import clean, split_tags, title_key

_ARTICLE = (
    "SELECT a.id, a.title, r.body, a.outlet, a.author, a.published, a.url, a.section, a.tags, r.captions, "
    "r.translation, r.stand_in, a.updated FROM articles a CROSS JOIN records r ON r.id = a.record"
)
# Of the prints of one headline the most frequent is shown, then the smallest.
_HEADLINES = (
    "SELECT headline, text, count(*), min(url) FROM loose WHERE {where} GROUP BY headline, text "
    "ORDER BY headline, count(*) DESC, text"
)

_TOGETHER = 4096  # stamps that are hashed in one piece


class Contents:
    """The read-only part of a corpus; `Corpus` adds the writing."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self._connection, self._path = connection, path

    def __len__(self) -> int:
        with guarded(self._path):
            whole, headlines, *_ = tally(self._connection)
        return whole + headlines

    def counts(self) -> CorpusCounts:
        """The numbers of articles, headlines, links and sources."""
        with guarded(self._path):
            whole, headlines, *_ = tally(self._connection)
            sources = self._connection.execute("SELECT count(*) FROM sources").fetchone()[0]
        return CorpusCounts(whole, headlines, sum(1 for _ in self.links()), sources)

    def articles(self) -> Iterator[Article]:
        """All articles in the order of their ids, those known by headline only too."""
        with guarded(self._path):
            whole = (_article(row) for row in self._connection.execute(f"{_ARTICLE} ORDER BY a.id"))
            yield from heapq.merge(whole, self._headlines("1"), key=lambda article: article.id)

    def links(self) -> Iterator[Link]:
        """Links in the order of (source, position); each target once a source, none to itself.

        A target is found by its address, else by its headline in the source's own outlet, else by
        its headline.
        """
        with guarded(self._path):
            last, seen = "", set[str]()
            rows = self._connection.execute("SELECT source, target, position FROM targets ORDER BY source, position")
            for source, target, position in rows:
                if source != last:
                    last, seen = source, {source}
                if target not in seen:
                    seen.add(target)
                    yield Link(source, target, position)

    def listed(self, article_id: str | None = None) -> Iterator[Listed]:
        """Entries of related lists as printed, in the order of (source, position); of one article, or of all."""
        where, values = ("", ()) if article_id is None else (" WHERE l.article = ?", (article_id,))
        with guarded(self._path):
            rows = self._connection.execute(
                "SELECT l.article, l.text, l.url, t.target FROM listings l JOIN targets t "
                f"ON t.source = l.article AND t.position = l.position{where} ORDER BY l.article, l.position", values,
            )  # fmt: skip
            yield from map(Listed._make, rows)

    def stamps(self) -> Iterator[Stamp]:
        """A content hash of each article, in the order of ids; much cheaper than ``articles``."""
        with guarded(self._path):
            rows = self._connection.execute("SELECT id, content, FALSE FROM articles ORDER BY id")
            whole = map(partial(tuple.__new__, Stamp), rows)  # `_make` takes as long as the reading
            headlines = (Stamp(a.id, digest(a.title or "", a.url or ""), True) for a in self._headlines("1"))
            first = next(headlines, None)
            if first is None:  # of a million articles without lists, merging with nothing is most of the time
                yield from whole
            else:
                yield from heapq.merge(whole, chain([first], headlines), key=itemgetter(0))

    def namesakes(self, title: str) -> list[str]:
        """Ids of the whole articles with the headline ``title`` but for blanks and marks, in order."""
        key = title_key(title)
        with guarded(self._path):
            rows = self._connection.execute("SELECT id FROM articles WHERE headline = ?", (headline_id(key),))
            return sorted(name for (name,) in rows) if key else []

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All queries inside see one state of the corpus, whatever is ingested meanwhile."""
        with guarded(self._path):
            self._connection.execute("BEGIN")
        try:
            yield
        finally:
            if self._connection.in_transaction:  # SQLite ends it by itself at some errors
                self._connection.execute("ROLLBACK")

    def faults(self) -> list[tuple[str, str]]:
        """Each part of the file with what is wrong with it, empty if nothing; the first damaged part is the last.

        All that is stored is compared with hashes kept when it was read, or made anew: as slow as an ingest.
        """
        from recommender.corpus.soundness import faults

        with self.snapshot():
            return list(faults(self._connection))

    def fingerprint(self, stamps: Iterable[Stamp | tuple[str, str]] | None = None) -> str:
        """sha256 over the links and over id and ``content`` of all ``stamps`` (read if None), without provenance."""
        rows = iter(self.stamps() if stamps is None else stamps)
        hashed = hashlib.sha256()
        while lines := [f"{stamp[0]}\0{stamp[1]}\n" for stamp in islice(rows, _TOGETHER)]:
            hashed.update("".join(lines).encode("utf-8", "surrogatepass"))
        for link in self.links():
            hashed.update(json.dumps([link.source, link.target, link.position], ensure_ascii=False).encode("utf-8"))
        return hashed.hexdigest()

    def get(self, article_id: str) -> Article | None:
        """The article of an id or of a name it once had."""
        resolved = self.resolve(article_id)
        if resolved is None:
            return None
        with guarded(self._path):
            row = self._connection.execute(f"{_ARTICLE} WHERE a.id = ?", (resolved,)).fetchone()
            return _article(row) if row else next(self._headlines("headline = ?", resolved), None)

    def resolve(self, article_id: str) -> str | None:
        """The present id of an article by an id or alias, or None; also of one in NFD or with blanks around it."""
        if not _storable(article_id):
            return None
        with guarded(self._path):
            row = self._connection.execute("SELECT article FROM names WHERE name = ?", (article_id,)).fetchone()
            if row:
                return str(row[0])
            row = self._connection.execute(
                "SELECT headline FROM loose WHERE headline = ?1 UNION ALL SELECT min(a.id) FROM listings l "
                "JOIN articles a USING (url_key) WHERE l.headline = ?1", (article_id,),
            ).fetchone()  # fmt: skip
            if row and row[0] is not None:
                return str(row[0])
        return self.resolve(cleaned) if (cleaned := clean(article_id)) != article_id else None

    def aliases(self) -> Iterator[tuple[str, str]]:
        """(name, id) of every other name by which an article was known, in the order of names."""
        with guarded(self._path):
            yield from self._connection.execute("SELECT name, article FROM names WHERE name != article ORDER BY name")

    def sources(self, article_id: str) -> tuple[Source, ...]:
        """Where the records of an article stand, by path and line; within an archive as ``export.zip!/2024/a.html``."""
        with guarded(self._path):
            rows = self._connection.execute(
                "SELECT s.path || r.member, r.line, r.kind FROM records r JOIN sources s ON s.id = r.source "
                "WHERE r.article = ? AND r.old = 0 ORDER BY 1, 2", (self.resolve(article_id),),
            )  # fmt: skip
            return tuple(Source(*row) for row in rows)

    def history(self, article_id: str) -> tuple[Earlier, ...]:
        """What was read of earlier versions of an article, the last read first; it answers nothing."""
        with guarded(self._path):
            rows = self._connection.execute(
                "SELECT r.title, r.body, r.published, r.updated, s.path || r.member, r.line FROM records r "
                "JOIN sources s ON s.id = r.source WHERE r.article = ? AND r.old = 1 ORDER BY r.read DESC, r.id DESC",
                (self.resolve(article_id),),
            )
            return tuple(Earlier(*row) for row in rows)

    def all_sources(self) -> Iterator[tuple[str, Source]]:
        """(id, source) of every record of a whole article, in the order of ids, paths and lines."""
        with guarded(self._path):
            rows = self._connection.execute(
                "SELECT a.id, s.path || r.member, r.line, r.kind FROM articles a "
                "JOIN records r ON r.article = a.id AND r.old = 0 JOIN sources s ON s.id = r.source ORDER BY 1, 2, 3"
            )
            yield from ((article, Source(*source)) for article, *source in rows)

    def near_ids(self, article_id: str, n: int = 3) -> list[str]:
        """Known ids that look most like an unknown one, the likest first."""
        pairs = {article_id[i : i + 2] for i in range(len(article_id) - 1)} or {article_id}
        with guarded(self._path):
            rows = self._connection.execute("SELECT name FROM names UNION SELECT headline FROM listings")
            best = heapq.nlargest(
                50, ((sum(p in name for p in pairs), -abs(len(name) - len(article_id)), name) for (name,) in rows)
            )
        cosine = {
            name: difflib.SequenceMatcher(None, article_id, name, autojunk=False).ratio()
            for shared, _, name in best
            if shared
        }
        return sorted(cosine, key=lambda name: (-cosine[name], name))[:n]

    def rewritten(self) -> set[str]:
        """Ids of the articles that have a ``history``."""
        with guarded(self._path):
            return {name for (name,) in self._connection.execute("SELECT DISTINCT article FROM records WHERE old = 1")}

    def _headlines(self, where: str, *values: str) -> Iterator[Article]:
        rows = self._connection.execute(_HEADLINES.format(where=where), values)
        last, best, url = "", "", None
        for target, text, _, address in rows:
            if target != last:
                if last:
                    yield _headline_only(last, best, url)
                last, best, url = target, text, address
            elif address and (not url or address < url):
                url = address
        if last:
            yield _headline_only(last, best, url)


def tally(connection: sqlite3.Connection) -> tuple[int, int, int, int, int]:
    """Whole articles, headline-only articles, what whole ones list, records that tell of whole ones, and those of these
    that tell an earlier version."""
    asked = (
        "SELECT count(*) FROM articles",
        "SELECT count(DISTINCT headline) FROM loose",
        "SELECT count(*) FROM listings l JOIN articles a ON a.id = l.article",
        "SELECT coalesce(sum(records), 0) FROM sources",
        "SELECT count(*) FROM records WHERE old = 1",
    )
    whole, headlines, listed, records, old = (connection.execute(each).fetchone()[0] for each in asked)
    return whole, headlines, listed, records, old


def _article(row: tuple[Any, ...]) -> Article:
    key, title, body, outlet, author, published, url, section, tags, captions, translation, stand_in, updated = row
    return Article(
        key, title, body, outlet, author, published, url, section,
        tuple(json.loads(tags)), tuple(json.loads(captions)), translation, None if title else stand_in,
        updated=updated,
    )  # fmt: skip


def _headline_only(key: str, text: str, url: str | None) -> Article:
    return Article(id=key, title=text, url=url, tags=split_tags(text)[0], headline_only=True)


def _storable(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)
