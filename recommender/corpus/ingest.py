"""Reads files into a corpus, one transaction a file."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from recommender.corpus.contents import tally
from recommender.corpus.ingest_notes import NotOut, left_out, lost_letters, twins, unlike
from recommender.corpus.linkage import Change, link_records, prepare
from recommender.corpus.merge import is_database, opened, prefix_of
from recommender.corpus.removal import drop_if_empty
from recommender.corpus.rows import Rows, begin, digests, forget, has_earlier_version, storable
from recommender.corpus.schema import transaction
from recommender.corpus.soundness import store_digest
from recommender.corpus.tombstones import Tombstone, Tombstones
from recommender.errors import InputError
from recommender.readers.article import Record
from recommender.readers.columns import Columns
from recommender.readers.notes import FieldCounts, IngestReport, Problems, ReadProblem
from recommender.readers.reader_version import reader_version
from recommender.readers.registry import Reader, reader_of
from recommender.readers.unpack import opened as opened_file
from recommender.readers.unpack import too_large
from recommender.readers.walk import files_of
from recommender.text.outlets import Outlets

from ..lazy import dataclass

if TYPE_CHECKING:
    from recommender.corpus.read_ahead import ReadAhead


class SourceInput(NamedTuple):
    """What is read as one source: under which ``key`` it is known again, as ``shown`` in problems, and its hash.

    ``sent``: somebody sent it just now, so that what it says counts as said now; a file says it once.
    """

    key: str
    shown: str
    kind: str
    sha256: str
    read: Callable[[], Iterator[Record | ReadProblem]]
    sent: bool = False


@dataclass(slots=True)
class Ingest:
    """One call of ingest: its settings and what it has counted so far.

    ``home`` is the folder that the corpus stands in: sources are known by their place beside it,
    so that a project may be moved as a whole.
    """

    connection: sqlite3.Connection
    home: str
    encoding: str | None = None
    progress: Callable[[str], None] | None = None
    columns: Columns = field(default_factory=Columns)
    outlets: Outlets = field(default_factory=Outlets)
    tombstones: Tombstones = field(default_factory=lambda: Tombstones(None))
    file: str = ""  # of the corpus
    ahead: ReadAhead | None = None  # by which files are read elsewhere
    gone: list[str] = field(default_factory=list)  # ids that records say are removed
    foreign_tombstones: list[Tombstone] = field(default_factory=list)  # of other corpora
    files: int = 0
    records: int = 0
    unchanged: int = 0
    change: Change = field(default_factory=Change)
    problems: list[ReadProblem] = field(default_factory=list)
    field_counts: FieldCounts = field(default_factory=FieldCounts)

    def run(self, paths: Iterable[str | Path], *, nested: bool = False) -> IngestReport:
        """``nested``: inside a transaction of the caller's, as for a dry run."""
        return self._counted(lambda: self._files(paths, nested))

    def take(self, source: SourceInput) -> IngestReport:
        """Reads records that are no file's. Raises InputError if they cannot be read as a whole."""
        return self._counted(lambda: self._source(source.shown, lambda: source, nested=False))

    def _files(self, paths: Iterable[str | Path], nested: bool) -> None:
        for path in paths:
            if is_database(path):
                self._corpus(Path(path), nested)
                continue
            for file in files_of([path]):
                if isinstance(file, ReadProblem):
                    self.problems.append(file)
                else:
                    self._file(file, nested)

    def _corpus(self, path: Path, nested: bool) -> None:
        """Another corpus as a whole, or nothing of it; sources that it no longer has are forgotten."""
        shown, files = str(path), self.files
        if self.progress:
            self.progress(shown)
        try:
            with opened(path, self.file) as other, transaction(self.connection, nested):
                tombstones, start = other.tombstones, prefix_of(self._key(path))
                for number, key, name, kind, sha in other.sources():
                    records = partial(other.records, number, name)
                    self._source(name, partial(SourceInput, start + key, name, kind, sha, records), nested=True)
                self._left(start, {start + key for _, key, *_ in other.sources()})
        except InputError as error:
            self.problems.append(ReadProblem.of(shown, error))
            return
        self.files = files + 1
        self.foreign_tombstones += tombstones

    def _left(self, start: str, kept: set[str]) -> None:
        """Forgets sources whose keys begin with ``start`` and are not ``kept``."""
        rows = self.connection.execute("SELECT id, key FROM sources WHERE substr(key, 1, ?) = ?", (len(start), start))
        if gone := [source for source, key in rows.fetchall() if key not in kept]:
            for source in gone:
                forget(self.connection, source)
            change = link_records(self.connection)
            self.change.changed += change.changed

    def _counted(self, read: Callable[[], None]) -> IngestReport:
        prepare(self.connection)
        before = tally(self.connection)
        read()
        after = tally(self.connection)
        return IngestReport(
            files_read=self.files,
            articles_added=self.change.added,
            articles_changed=self.change.changed,
            unchanged=self.unchanged,
            headlines_added=max(0, after[1] - before[1]),
            links=max(0, after[2] - before[2]),
            merged=max(0, (after[3] - after[4] - after[0]) - (before[3] - before[4] - before[0])),
            replaced=max(0, after[4] - before[4]),
            problems=tuple(self.problems),
            field_counts=self.field_counts,
        )

    def _file(self, path: Path, nested: bool) -> None:
        shown = str(path)
        if self.progress:
            self.progress(shown)
        try:
            self._source(shown, lambda: self._input(path, shown), nested)
        except InputError as error:
            self.problems.append(ReadProblem.of(shown, error))

    def _input(self, path: Path, shown: str) -> SourceInput:
        reader = reader_of(path)
        sha = file_digest(path, reader.limit)
        return SourceInput(self._key(path), shown, reader.kind, sha, partial(self._records, reader, path, shown, sha))

    def _records(self, reader: Reader, path: Path, shown: str, sha: str) -> Iterator[Record | ReadProblem]:
        """The records of a file, from the workers where they have read it."""
        records = self.ahead.records(shown, sha) if self.ahead else None
        return reader.read(path, shown, self.encoding, self.columns) if records is None else records

    def read_as(self) -> tuple[str, str]:
        """The settings that decide, beside the hash of a file, whether it must be read again."""
        return self.encoding or "", " ".join(filter(None, (reader_version(), self.columns.mark, self.outlets.mark)))

    def stored_hashes(self) -> dict[str, str]:
        """The hashes of the files that were read as they would be now, by real path."""
        query = "SELECT key, sha256 FROM sources WHERE asked_encoding = ? AND reader = ?"
        rows = self.connection.execute(query, self.read_as()).fetchall()
        return {os.path.realpath(os.path.join(self.home, key)): sha for key, sha in rows}

    def _source(self, shown: str, find: Callable[[], SourceInput], nested: bool) -> None:
        problems, field_counts = Problems(shown), FieldCounts()
        with transaction(self.connection, nested):
            change, unchanged = self._replace(find(), problems, field_counts)
        self.files += 1
        self.problems += problems.drain()
        self.field_counts.update(field_counts)
        self.change.added += change.added
        self.change.changed += change.changed
        self.unchanged += unchanged

    def _replace(self, source: SourceInput, problems: Problems, field_counts: FieldCounts) -> tuple[Change, int]:
        """Replaces the records of the source by those it has now; does nothing if it and its reader are the same,
        unless records are sent again of which a later version is there by now: a correction is taken back.

        Returns what changed, and how many records of the source are as before.
        """
        key, shown, kind, sha, read_all, sent = source
        read_as = (sha, *self.read_as())
        stored = self.connection.execute(
            "SELECT id, records, read, sha256, asked_encoding, reader FROM sources WHERE key = ?", (key,)
        ).fetchone()
        sent_again = sent and stored and has_earlier_version(self.connection, stored[0])
        if stored and stored[3:] == read_as and not sent_again:
            for read in read_all() if sent else ():  # who sends once more what was refused is told once more
                if isinstance(read, ReadProblem):
                    problems.add(read)
            return Change(), stored[1]
        last = self.connection.execute("SELECT coalesce(max(read), 0) FROM sources").fetchone()[0]
        read_anew = stored and stored[3] == sha and not sent_again  # a new reader makes no file a later one
        order = stored[2] if read_anew else last + 1
        before = digests(self.connection, stored[0]) if stored else Counter()
        if stored:
            forget(self.connection, stored[0])
        number = begin(self.connection, (key, storable(shown), kind, *read_as, order))
        rows = Rows(self.connection, number, order, self.outlets, self.tombstones)
        count, gone, not_out = 0, list[str](), NotOut()
        for read in read_all():
            if isinstance(read, ReadProblem):
                problems.add(read)
            elif read.removed:
                gone.append(read.given_id or "")
            elif read.not_out:
                not_out.add(read)
            else:
                if rows.write(read, storable(read.path.removeprefix(shown))):
                    count += 1
                    field_counts.add(read)
                if note := lost_letters(read):
                    problems.add(note)
        rows.flush()
        self.connection.execute("UPDATE sources SET records = ? WHERE id = ?", (count, number))
        if rows.barred:
            drop_if_empty(self.connection, number)
            problems.add(left_out(shown, rows.barred))
        else:
            store_digest(self.connection, number)
        self.gone += gone
        change = link_records(self.connection)
        for twin in (*twins(self.connection, number, shown), *unlike(self.connection, number, change)):
            problems.add(twin)
        for note in not_out.notes(self.connection):
            problems.add(note)
        as_before = (before & digests(self.connection, number)).total() if before else 0
        return change, max(0, as_before - change.changed) if sent_again else as_before

    def _key(self, path: Path) -> str:
        real = os.path.realpath(path)
        try:
            return storable(os.path.relpath(real, self.home) if self.home else real)
        except ValueError:  # another drive
            return storable(real)


def file_digest(path: Path, limit: int | None) -> str:
    """sha256 of the file as stored, not unpacked; InputError before a byte is read if it is too large."""
    hashed = hashlib.sha256()
    try:
        with opened_file(path, unpack=False) as stream:
            if limit and os.fstat(stream.fileno()).st_size > limit:
                raise too_large(limit)
            while chunk := stream.read(1 << 20):
                hashed.update(chunk)
    except OSError as error:
        raise InputError(f"The file cannot be read: {error.strerror}.", "Check the disk.") from error
    return hashed.hexdigest()
