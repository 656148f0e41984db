"""The tables of a corpus, and opening them.

`records` is what was read, one row a record, with its source. Everything below it (`articles`,
`names`, `listings`) is derived from the records alone and can be made again from them. The view
`targets` says which article a listing means; `loose` are the listings that mean none that is whole:
their headlines are articles known by headline only. A page that holds a related list and nothing
else makes no article: its listings stand under a name of their own. `seals` holds a hash of each
source and its records. `records.member` is what stands behind the path of the source to name the place of a
record within it (`!/2024/a.html`), empty where the file is not an archive. `sources.read` and `records.read`
are the place of the file in the order of reading; records
that are `old` tell an earlier version of their article, and it shows nothing of them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from recommender.errors import CorpusError

VERSION = 4  # of those before nothing is read: 1 had no digests, 2 no versions of an article, 3 no members of archives
APPLICATION = 0x52454C41  # "RELA"

_TABLES = """
CREATE TABLE sources (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    asked_encoding TEXT NOT NULL, kind TEXT NOT NULL, records INTEGER NOT NULL DEFAULT 0,
    reader TEXT NOT NULL DEFAULT '', read INTEGER NOT NULL
);
CREATE TABLE seals (source INTEGER PRIMARY KEY, seal TEXT NOT NULL);
CREATE TABLE records (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL, line INTEGER NOT NULL, kind TEXT NOT NULL,
    given TEXT NOT NULL, title_key TEXT NOT NULL, body_key TEXT NOT NULL, digest TEXT NOT NULL,
    title TEXT, body TEXT NOT NULL, outlet TEXT, author TEXT, published TEXT, url TEXT, section TEXT,
    tags TEXT NOT NULL, captions TEXT NOT NULL, translation TEXT NOT NULL, stand_in TEXT,
    related TEXT NOT NULL, updated TEXT, read INTEGER NOT NULL, url_key TEXT,
    member TEXT NOT NULL, article TEXT, old INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX record_old ON records (id) WHERE old = 1;
CREATE INDEX record_source ON records (source);
CREATE INDEX record_article ON records (article);
CREATE TABLE anchors (
    anchor TEXT NOT NULL, strong INTEGER NOT NULL, record INTEGER NOT NULL,
    PRIMARY KEY (anchor, strong, record)
) WITHOUT ROWID;
CREATE INDEX anchor_record ON anchors (record);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, record INTEGER NOT NULL, headline TEXT NOT NULL, content TEXT NOT NULL,
    title TEXT, outlet TEXT, author TEXT, published TEXT, url TEXT, url_key TEXT, section TEXT,
    tags TEXT NOT NULL, updated TEXT
) WITHOUT ROWID;
CREATE INDEX article_headline ON articles (headline, outlet, id);
CREATE INDEX article_url ON articles (url_key, id) WHERE url_key IS NOT NULL;
CREATE TABLE names (name TEXT PRIMARY KEY, article TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX name_article ON names (article);
CREATE TABLE listings (
    article TEXT NOT NULL, position INTEGER NOT NULL, headline TEXT NOT NULL, url TEXT, url_key TEXT,
    text TEXT NOT NULL, PRIMARY KEY (article, position)
) WITHOUT ROWID;
CREATE INDEX listing_headline ON listings (headline, url_key);
CREATE VIEW targets AS SELECT l.article AS source, l.position, COALESCE(
    (SELECT min(a.id) FROM articles a WHERE a.url_key = l.url_key),
    (SELECT min(a.id) FROM articles a WHERE a.headline = l.headline AND a.outlet = s.outlet),
    (SELECT n.article FROM names n WHERE n.name = l.headline),
    l.headline) AS target
    FROM listings l CROSS JOIN articles s ON s.id = l.article;
CREATE VIEW loose AS SELECT l.* FROM listings l
    WHERE NOT EXISTS (SELECT 1 FROM names n WHERE n.name = l.headline)
    AND (l.url_key IS NULL OR NOT EXISTS (SELECT 1 FROM articles a WHERE a.url_key = l.url_key));
"""


def connect(path: str | Path, *, create: bool) -> sqlite3.Connection:
    """An open corpus. CorpusError if it is missing, damaged, another database or of a newer schema."""
    name = str(path)
    missing = name != ":memory:" and not os.path.exists(name)
    if missing and not create:
        raise CorpusError(
            f"There is no corpus at {name}.", "Make one: recommender ingest PATH, or name its folder with -C."
        )
    with guarded(name):
        if missing:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(name, timeout=30, isolation_level=None)
        try:
            _prepare(connection, name)
            if create:
                _log_ahead(connection)
        except (sqlite3.Error, UnicodeDecodeError, CorpusError):
            connection.close()
            raise
    return connection


@contextmanager
def guarded(name: str) -> Iterator[None]:
    """What SQLite reports as one clear sentence."""
    try:
        yield
    except sqlite3.OperationalError as error:
        hint = {
            "database or disk is full": "Make room on the disk; what was read before is kept.",
            "disk I/O error": "Make room on the disk, or have it checked; what was read before is kept.",
            "database is locked": "Another process is writing; try again when it is done.",
            "attempt to write a readonly database": "Give yourself the right to write it and its folder.",
        }.get(str(error), "Check that the file and its folder can be read and written.")
        raise CorpusError(f"The corpus {name} cannot be used: {error}.", hint) from error
    except sqlite3.DatabaseError as error:
        raise CorpusError(f"The corpus {name} is damaged or not a corpus: {error}.",
                          "Move it away and ingest again.") from error  # fmt: skip
    except UnicodeDecodeError as error:  # SQLite quotes the damaged name of a table
        raise CorpusError(f"The corpus {name} is damaged or not a corpus: {error.reason}.",
                          "Move it away and ingest again.") from error  # fmt: skip
    except OSError as error:
        raise CorpusError(f"The corpus {name} cannot be opened: {error.strerror}.", "Check its folder.") from error


def _prepare(connection: sqlite3.Connection, name: str) -> None:
    version, owner, tables = _state(connection)
    if owner not in (0, APPLICATION) or (tables and owner == 0):
        raise CorpusError(f"{name} is a database, but not a corpus.", "Give another path.")
    if version != VERSION and (version or tables):
        hint = "Upgrade this program." if version > VERSION else "Move it away and ingest its files again."
        raise CorpusError(f"The corpus {name} has schema {version}, this program knows {VERSION}.", hint)
    if not tables:
        _create(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -65536")  # 64 MB


def _state(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Schema version, application and number of tables, of one moment: another process may be making them."""
    queries = ("PRAGMA user_version", "PRAGMA application_id", "SELECT count(*) FROM sqlite_master")
    with _undone(connection):
        connection.execute("BEGIN")
        version, owner, tables = (int(connection.execute(query).fetchone()[0]) for query in queries)
    return version, owner, tables


def _create(connection: sqlite3.Connection) -> None:
    """All tables in one transaction, so that a kill or a full disk leaves them whole or an empty file.

    The log mode comes after them: it is written at once, and would make a file without tables no empty one.
    """
    with _undone(connection):
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            for statement in _TABLES.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")


@contextmanager
def _undone(connection: sqlite3.Connection) -> Iterator[None]:
    """Rolls back what the block left open; a full disk may have done so already."""
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Readers and a writer at once, from now on; where others are at work just now, the next opening sees to it."""
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def transaction(connection: sqlite3.Connection, nested: bool) -> Iterator[None]:
    """One change as a whole or not at all; ``nested`` inside a transaction of the caller's."""
    begin, keep, undo = ("SAVEPOINT file", "RELEASE file", "ROLLBACK TO file") if nested else (
        "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")  # fmt: skip
    connection.execute(begin)
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute(undo)
        raise
    connection.execute(keep)
