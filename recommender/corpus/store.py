"""The corpus: what was read, made into articles and links, in one SQLite file."""

from __future__ import annotations

import difflib
import hashlib
import heapq
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from recommender.corpus.ids import digest, headline_id
from recommender.corpus.ingest import Ingest, SourceInput, tally
from recommender.corpus.merge import barred_articles
from recommender.corpus.removal import Removal, scrub, stone_of, take_out
from recommender.corpus.removal import unread as unread_stone
from recommender.corpus.schema import connect, guarded, transaction
from recommender.corpus.soundness import seal
from recommender.corpus.tombstones import FILE as REMOVED
from recommender.corpus.tombstones import Tombstone, Tombstones
from recommender.errors import QueryError
from recommender.readers.article import Article, Earlier, Link, Listed, Stamp
from recommender.readers.columns import Columns
from recommender.readers.given import columns_of, digest_of, read_rows, rows_of
from recommender.readers.notes import CorpusCounts, IngestReport, Source
from recommender.text.normalize import split_tags, title_key
from recommender.text.outlets import FILE as OUTLETS
from recommender.text.outlets import Outlets

if TYPE_CHECKING:
    from recommender.corpus.read_ahead import ReadAhead

_ARTICLE = (
    "SELECT a.id, a.title, r.body, a.outlet, a.author, a.published, a.url, a.section, a.tags, r.captions, "
    "r.translation, r.stand_in, a.updated FROM articles a CROSS JOIN records r ON r.id = a.record"
)
# Of the prints of one headline the most frequent is shown, then the smallest.
_HEADLINES = (
    "SELECT headline, text, count(*), min(url) FROM loose WHERE {where} GROUP BY headline, text "
    "ORDER BY headline, count(*) DESC, text"
)


class Corpus:
    """Articles, whole and known by headline only, and the links between them.

    Everything it answers depends on the set of files read, never on their order, but for one thing: of versions of an
    article whose dates do not say which is the later, the one that was read later is the article. Every method raises
    CorpusError when the file turns out damaged, locked, or its disk full.
    """

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self._connection, self._path = connection, path
        self._stones = Tombstones(None)

    @classmethod
    def open(cls, path: str | Path, *, create: bool = True) -> Corpus:
        """The corpus at ``path`` (``":memory:"`` for one that is not kept).

        Raises CorpusError if it is missing (``create=False``), damaged or of a newer schema.
        """
        return cls(connect(path, create=create), str(path))

    def ingest(
        self,
        paths: Iterable[str | Path],
        *,
        encoding: str | None = None,
        dry_run: bool = False,
        progress: Callable[[str], None] | None = None,
        columns: Columns | None = None,
        ahead: ReadAhead | None = None,
    ) -> IngestReport:
        """Read files and folders; what cannot be read is in the report and the rest goes in.

        A file is one transaction: it goes in as a whole or, when broken, not at all. A record that
        cannot be used is left out alone. A file that changed replaces what it said before.
        ``progress`` is called with each file's name before it is read. ``columns`` tell which key says what.
        ``ahead`` reads the files elsewhere; what goes in is the same.
        """
        given = [paths] if isinstance(paths, str | Path) else list(paths)
        ingest = self._ingest(columns or Columns(), encoding, progress)
        if ahead is not None:
            ahead.start(given, (encoding, columns or Columns()), ingest.known())
            ingest.ahead = ahead
        with guarded(self._path):
            if not dry_run:
                return self._done(ingest, ingest.run(given))
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                return ingest.run(given, nested=True)
            finally:
                self._connection.execute("ROLLBACK")

    def add(self, records: Any, *, name: str = "", columns: Columns | Mapping[str, Any] | None = None) -> IngestReport:
        """Takes in records that a program holds, by the rules by which those of files are read.

        Parameters
        ----------
        records
            Mappings with keys such as ``id``, ``title``, ``body``, ``published`` (the names of ``readers/rules/
            columns.toml``), or a DataFrame of pandas or Polars or a table of Arrow with such columns. NaN, NaT, None
            and ``""`` mean unknown; a Timestamp is a date.
        name
            What the source is called. Records of the same name take the place of what they said before, as a file that
            changed; without a name every other set of records is a source of its own.
        columns
            Names of a person's own: ``{"title": "기사제목"}``.

        Returns
        -------
        IngestReport
            ``problems`` names the records that were refused, by their numbers from 1; the rest went in.

        Raises
        ------
        InputError
            For what is no set of records, or a table without a column for a title or a body.

        Examples
        --------
        >>> corpus.add([{"id": "1", "title": "양극재 공장 착공", "published": "2024-03-04"}])  # doctest: +SKIP
        """
        found = columns_of(columns)
        rows = rows_of(records, found)
        sha = digest_of(rows)
        shown = name or f"records {sha[:12]}"
        ingest = self._ingest(found)
        given = SourceInput(f"\x01{shown}", shown, "records", sha, lambda: read_rows(rows, shown, found))
        with guarded(self._path):
            return self._done(ingest, ingest.take(given))

    def _ingest(
        self, columns: Columns, encoding: str | None = None, progress: Callable[[str], None] | None = None
    ) -> Ingest:
        home = "" if self._path == ":memory:" else os.path.dirname(os.path.realpath(self._path))
        return Ingest(
            self._connection, home, encoding, progress, columns, self._outlets(), self.removed(), file=self._path
        )

    def _done(self, ingest: Ingest, report: IngestReport) -> IngestReport:
        """Takes out what records said is removed, and what was removed from other corpora."""
        self._tidied()
        out = self.remove(ingest.gone, why="a record that was read says so", unread=True)
        return replace(report, removed=out.articles + self._bury(ingest.buried))

    def _bury(self, stones: Sequence[Tombstone]) -> int:
        """Takes over tombstones of another corpus, and takes out what they bar; how many articles."""
        mine = self.removed()
        known = {key for stone in mine.stones for key in stone.keys}  # also of what was lifted here
        if known.issuperset(key for stone in stones for key in stone.keys):
            return 0
        who = (datetime.now(UTC).isoformat(timespec="seconds"), "", "removed from a corpus that was read")
        self._connection.execute("PRAGMA secure_delete = ON")
        with transaction(self._connection, nested=False):
            barred = barred_articles(self._connection, stones)
            own = [self._stone(article, who) for article in barred]
            mine.add([*stones, *own])
            take_out(self._connection, barred, mine)
        self.scrub()
        return len(barred)

    def remove(self, ids: Sequence[str], *, by: str = "", why: str = "", unread: bool = False) -> Removal:
        """Takes articles out for good: records, history, what related lists say of them, and every byte of it in the
        file. Tombstones, in ``removed.jsonl`` beside the corpus, keep them from coming back.

        ``unread``: of ids that are not known a tombstone is kept too; else QueryError with the nearest ones, and
        nothing is removed.
        """
        stones, who = self.removed(), (datetime.now(UTC).isoformat(timespec="seconds"), by, why)
        with guarded(self._path):
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                found = self._found(ids, unread, stones)
                known = [article for article in dict.fromkeys(found.values()) if article]
                new = [self._stone(article, who) for article in known]
                stones.add([*new, *(unread_stone(name, who) for name, article in found.items() if not article)])
                removal = take_out(self._connection, known, stones) if known or new else Removal()
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
        return replace(removal, clean=self.scrub()) if known else removal

    def restore(self, ids: Sequence[str], *, by: str = "", why: str = "") -> int:
        """Lifts the removal of articles: they come back when what holds them is read again. How many there were.

        All files count as not read yet, for what was barred stands in some of them. Raises QueryError for an id that
        was not removed; then none is lifted.
        """
        stones, time = self.removed(), datetime.now(UTC).isoformat(timespec="seconds")
        found = {name: stones.of(name) for name in ids}
        if missing := next((name for name, those in found.items() if not those), None):
            hint = "See: recommender articles --removed. Nothing was lifted."
            raise QueryError(f"No article {missing!r} is removed.", hint)
        lifted = dict.fromkeys(stone.id for those in found.values() for stone in those)
        with guarded(self._path), transaction(self._connection, nested=False):
            self._connection.execute("UPDATE sources SET reader = ''")
            for (source,) in self._connection.execute("SELECT id FROM sources").fetchall():
                seal(self._connection, source)
            stones.add([Tombstone(time, by, why, key, ()) for key in lifted])
        return len(lifted)

    def scrub(self) -> bool:
        """Rewrites the file without what was deleted; false where somebody is at work on it just now."""
        with guarded(self._path):
            return scrub(self._connection)

    def _outlets(self) -> Outlets:
        """The table of outlets, with ``outlets.toml`` beside the corpus. Raises RecipeError where that is none."""
        if self._path == ":memory:":
            return Outlets.read()
        return Outlets.read(Path(os.path.realpath(self._path)).with_name(OUTLETS))

    def removed(self) -> Tombstones:
        """The tombstones of what was removed."""
        if self._path == ":memory:":
            return self._stones
        return Tombstones.read(Path(os.path.realpath(self._path)).with_name(REMOVED))

    def removals(self) -> int:
        """How many tombstones there are whose articles are gone from the corpus: none of a removal at work."""
        with guarded(self._path):
            with suppress(sqlite3.OperationalError):  # a corpus that cannot be written is not being changed
                self._connection.execute("BEGIN IMMEDIATE")
            try:
                return len(self.removed())
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _found(self, ids: Sequence[str], unread: bool, stones: Tombstones) -> dict[str, str | None]:
        """Each id with the article it means. Raises QueryError for those that mean none, unless they may be unread."""
        found = {name: self.resolve(name) for name in ids}
        missing = [name for name, article in found.items() if article is None]
        if missing and not unread:
            again = " It was removed before." if stones.names(missing[0]) else ""
            near = ", ".join(self.near_ids(missing[0]))
            hint = f"Nearest ids: {near}. Nothing was removed." if near else "Nothing was removed."
            raise QueryError(f"The corpus holds no article {missing[0]!r}.{again}", hint)
        return found

    def _stone(self, article: str, who: tuple[str, str, str]) -> Tombstone:
        listed = self.get(article)
        title = (listed.title or "") if listed and listed.headline_only else ""
        return stone_of(self._connection, article, (title_key(title) or f"={title}") if title else "", who)

    def _tidied(self) -> None:
        """Takes the log back into the file, unless somebody is reading: the next one to write or close does it then."""
        (wait,) = self._connection.execute("PRAGMA busy_timeout").fetchone()
        self._connection.execute("PRAGMA busy_timeout = 0")
        try:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {wait}")

    def __len__(self) -> int:
        with guarded(self._path):
            whole, headlines, *_ = tally(self._connection)
        return whole + headlines

    def counts(self) -> CorpusCounts:
        """How much there is of everything."""
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
        where, asked = ("", ()) if article_id is None else (" WHERE l.article = ?", (article_id,))
        with guarded(self._path):
            rows = self._connection.execute(
                "SELECT l.article, l.text, l.url, t.target FROM listings l JOIN targets t "
                f"ON t.source = l.article AND t.position = l.position{where} ORDER BY l.article, l.position", asked,
            )  # fmt: skip
            yield from map(Listed._make, rows)

    def stamps(self) -> Iterator[Stamp]:
        """A hash of all that is said of each article, in the order of ids; much cheaper than ``articles``."""
        with guarded(self._path):
            rows = self._connection.execute("SELECT id, content FROM articles ORDER BY id")
            whole = (Stamp(key, content) for key, content in rows)
            headlines = (Stamp(a.id, digest(a.title or "", a.url or ""), True) for a in self._headlines("1"))
            yield from heapq.merge(whole, headlines, key=lambda stamp: stamp.id)

    def namesakes(self, title: str) -> list[str]:
        """Ids of the whole articles with the headline ``title`` but for blanks and marks, in order."""
        key = title_key(title)
        with guarded(self._path):
            rows = self._connection.execute("SELECT id FROM articles WHERE headline = ?", (headline_id(key),))
            return sorted(name for (name,) in rows) if key else []

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What is asked inside sees one state of the corpus, whatever is ingested meanwhile."""
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

    def fingerprint(self, stamps: Iterable[Stamp] | None = None) -> str:
        """sha256 over the ``stamps`` of all articles, if they are known, and the links; provenance stays out."""
        found = hashlib.sha256()
        for stamp in self.stamps() if stamps is None else stamps:
            found.update(f"{stamp.id}\0{stamp.content}\n".encode("utf-8", "surrogatepass"))
        for link in self.links():
            found.update(json.dumps([link.source, link.target, link.position], ensure_ascii=False).encode("utf-8"))
        return found.hexdigest()

    def get(self, article_id: str) -> Article | None:
        """The article of an id or of a name it once had."""
        found = self.resolve(article_id)
        if found is None:
            return None
        with guarded(self._path):
            row = self._connection.execute(f"{_ARTICLE} WHERE a.id = ?", (found,)).fetchone()
            return _article(row) if row else next(self._headlines("headline = ?", found), None)

    def resolve(self, article_id: str) -> str | None:
        """The id under which an article now stands, or None if there is none."""
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
            return row[0] if row else None

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
                50,
                ((sum(p in name for p in pairs), -abs(len(name) - len(article_id)), name) for (name,) in rows),
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

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        self._connection.close()

    def __enter__(self) -> Corpus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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
