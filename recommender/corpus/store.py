"""The corpus: records made into articles and links, in one SQLite file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from recommender.corpus.contents import Contents
from recommender.corpus.merge import barred_articles
from recommender.corpus.removal import Removal, scrub, take_out, tombstone_of
from recommender.corpus.removal import unread as unread_tombstone
from recommender.corpus.schema import connect, guarded, transaction
from recommender.corpus.soundness import store_digest
from recommender.corpus.tombstones import FILE as REMOVED
from recommender.corpus.tombstones import Tombstone, Tombstones
from recommender.errors import QueryError
from recommender.readers.columns import Columns
from recommender.readers.notes import IngestReport
from recommender.text.normalize import title_key
from recommender.text.outlets import FILE as OUTLETS
from recommender.text.outlets import Outlets

if TYPE_CHECKING:
    from recommender.corpus.ingest import Ingest
    from recommender.corpus.read_ahead import ReadAhead


class Corpus(Contents):
    """Articles, whole and known by headline only, and the links between them.

    Everything it answers depends on the set of files read, never on their order, but for one thing: of versions of an
    article whose dates do not say which is the later, the one that was read later is the article. Every method raises
    CorpusError when the file turns out damaged, locked, or its disk full.
    """

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        super().__init__(connection, path)
        self._tombstones = Tombstones(None)

    @classmethod
    def open(cls, path: str | Path, *, create: bool = True) -> Corpus:
        """The corpus at ``path`` (``":memory:"`` for one that is not kept).

        Raises CorpusError if it is missing (``create=False``), damaged or of a newer schema.
        """
        return cls(connect(path, create=create), str(path))

    @classmethod
    def in_memory(cls, path: str | Path) -> Corpus:
        """An empty corpus in memory that reads as one at ``path`` would, by the tables beside it."""
        return cls(connect(":memory:", create=True), str(path))

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
        files = [paths] if isinstance(paths, str | Path) else list(paths)
        ingest = self._ingest(columns or Columns(), encoding, progress)
        if ahead is not None:
            ahead.start(files, (encoding, columns or Columns()), ingest.stored_hashes())
            ingest.ahead = ahead
        with guarded(self._path):
            if not dry_run:
                return self._done(ingest, ingest.run(files))
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                return ingest.run(files, nested=True)
            finally:
                self._connection.execute("ROLLBACK")

    def add(self, records: Any, *, name: str = "", columns: Columns | Mapping[str, Any] | None = None) -> IngestReport:
        """Adds records from memory, by the rules by which those of files are read.

        Parameters
        ----------
        records
            Mappings with keys such as ``id``, ``title``, ``body``, ``published`` (the names of ``readers/rules/
            columns.toml``), or a DataFrame of pandas or Polars or a table of Arrow with such columns. NaN, NaT, None
            and ``""`` mean unknown; a Timestamp is a date.
        name
            What the source is called. Records of the same name take the place of what they said before, as a file that
            changed; without a name every other set of records is a source of its own. Records that were added before
            and have a later version by now are the article again, where dates do not say otherwise.
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
        from recommender.corpus.ingest import SourceInput
        from recommender.readers.in_memory import columns_of, digest_of, read_rows, rows_of

        mapping = columns_of(columns)
        rows = rows_of(records, mapping)
        sha = digest_of(rows)
        shown = name or f"records {sha[:12]}"
        ingest = self._ingest(mapping)
        source = SourceInput(f"\x01{shown}", shown, "records", sha, lambda: read_rows(rows, shown, mapping), sent=True)
        with guarded(self._path):
            return self._done(ingest, ingest.take(source))

    def _ingest(
        self, columns: Columns, encoding: str | None = None, progress: Callable[[str], None] | None = None
    ) -> Ingest:
        from recommender.corpus.ingest import Ingest  # with all readers: what only asks does without

        home = "" if self._path == ":memory:" else os.path.dirname(os.path.realpath(self._path))
        return Ingest(
            self._connection, home, encoding, progress, columns, self._outlets(), self.removed(), file=self._path
        )

    def _done(self, ingest: Ingest, report: IngestReport) -> IngestReport:
        """Removes the articles that records said are removed, and those removed from other corpora."""
        self._tidied()
        out = self.remove(ingest.gone, why="a record that was read says so", unread=True)
        return replace(report, removed=out.articles + self._take_over(ingest.foreign_tombstones))

    def _take_over(self, tombstones: Sequence[Tombstone]) -> int:
        """Adds the tombstones of another corpus and removes the articles that they bar; returns how many."""
        mine = self.removed()
        keys = {key for tombstone in mine.tombstones for key in tombstone.keys}  # also of what was lifted here
        if keys.issuperset(key for tombstone in tombstones for key in tombstone.keys):
            return 0
        who = (datetime.now(UTC).isoformat(timespec="seconds"), "", "removed from a corpus that was read")
        self._connection.execute("PRAGMA secure_delete = ON")
        with transaction(self._connection, nested=False):
            barred = barred_articles(self._connection, tombstones)
            new = [self._tombstone(article, who) for article in barred]
            mine.add([*tombstones, *new])
            take_out(self._connection, barred, mine)
        self.scrub()
        return len(barred)

    def remove(self, ids: Sequence[str], *, by: str = "", why: str = "", unread: bool = False) -> Removal:
        """Takes articles out for good: records, history, what related lists say of them, and every byte of it in the
        file. Tombstones, in ``removed.jsonl`` beside the corpus, keep them from coming back.

        ``unread``: of ids that are not known a tombstone is kept too; else QueryError with the nearest ones, and
        nothing is removed.
        """
        tombstones, who = self.removed(), (datetime.now(UTC).isoformat(timespec="seconds"), by, why)
        with guarded(self._path):
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                ids_of = self._resolved(ids, unread, tombstones)
                removed = [article for article in dict.fromkeys(ids_of.values()) if article]
                new = [self._tombstone(article, who) for article in removed]
                unknown = [unread_tombstone(name, who) for name, article in ids_of.items() if not article]
                tombstones.add([*new, *unknown])
                removal = take_out(self._connection, removed, tombstones) if removed or new else Removal()
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
        return replace(removal, clean=self.scrub()) if removed else removal

    def restore(self, ids: Sequence[str], *, by: str = "", why: str = "") -> int:
        """Lifts the removal of articles: they come back when what holds them is read again. How many there were.

        All files count as not read yet, for what was barred stands in some of them. Raises QueryError for an id that
        was not removed; then none is lifted.
        """
        tombstones, time = self.removed(), datetime.now(UTC).isoformat(timespec="seconds")
        standing = {name: tombstones.of(name) for name in ids}
        if missing := next((name for name, matches in standing.items() if not matches), None):
            hint = "See: recommender articles --removed. Nothing was lifted."
            raise QueryError(f"No article {missing!r} is removed.", hint)
        lifted = dict.fromkeys(tombstone.id for matches in standing.values() for tombstone in matches)
        with guarded(self._path), transaction(self._connection, nested=False):
            self._connection.execute("UPDATE sources SET reader = ''")
            for (source,) in self._connection.execute("SELECT id FROM sources").fetchall():
                store_digest(self._connection, source)
            tombstones.add([Tombstone(time, by, why, key, ()) for key in lifted])
        return len(lifted)

    def scrub(self) -> bool:
        """Rewrites the file without what was deleted; false where another process is using it."""
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
            return self._tombstones
        return Tombstones.read(Path(os.path.realpath(self._path)).with_name(REMOVED))

    def removals(self) -> int:
        """The number of tombstones whose articles are gone from the corpus, without those of a removal in progress."""
        with guarded(self._path):
            with suppress(sqlite3.OperationalError):  # a corpus that cannot be written is not being changed
                self._connection.execute("BEGIN IMMEDIATE")
            try:
                return len(self.removed())
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _resolved(self, ids: Sequence[str], unread: bool, tombstones: Tombstones) -> dict[str, str | None]:
        """Each id with the article it means. Raises QueryError for those that mean none, unless they may be unread."""
        resolved = {name: self.resolve(name) for name in ids}
        missing = [name for name, article in resolved.items() if article is None]
        if missing and not unread:
            again = " It was removed before." if tombstones.names(missing[0]) else ""
            near = ", ".join(self.near_ids(missing[0]))
            hint = f"Nearest ids: {near}. Nothing was removed." if near else "Nothing was removed."
            raise QueryError(f"The corpus holds no article {missing[0]!r}.{again}", hint)
        return resolved

    def _tombstone(self, article: str, who: tuple[str, str, str]) -> Tombstone:
        listed = self.get(article)
        title = (listed.title or "") if listed and listed.headline_only else ""
        return tombstone_of(self._connection, article, (title_key(title) or f"={title}") if title else "", who)

    def _tidied(self) -> None:
        """Checkpoints the write-ahead log, unless somebody is reading: the next one to write or close does it then."""
        (wait,) = self._connection.execute("PRAGMA busy_timeout").fetchone()
        self._connection.execute("PRAGMA busy_timeout = 0")
        try:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {wait}")

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        self._connection.close()

    def __enter__(self) -> Corpus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
