"""The tables of a corpus, and opening them.

`records` is what was read, one row a record, with its source. Everything below it (`articles`,
`names`, `listings`) is derived from the records alone and can be made again from them. The view
`targets` says which article a listing means; `loose` are the listings that mean none that is whole:
their headlines are articles known by headline only. `seals` holds a hash of each source and its records.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recommender.errors import CorpusError

VERSION = 2  # 1 had no seals: it is read as it is, and the next ingest adds them
APPLICATION = 0x52454C41  # "RELA"

SEALS = "CREATE TABLE seals (source INTEGER PRIMARY KEY, seal TEXT NOT NULL)"
_TABLES = """
CREATE TABLE sources (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    asked_encoding TEXT NOT NULL, kind TEXT NOT NULL, records INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE records (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL, line INTEGER NOT NULL, kind TEXT NOT NULL,
    given TEXT NOT NULL, title_key TEXT NOT NULL, body_key TEXT NOT NULL, digest TEXT NOT NULL,
    title TEXT, body TEXT NOT NULL, outlet TEXT, author TEXT, published TEXT, url TEXT, section TEXT,
    tags TEXT NOT NULL, captions TEXT NOT NULL, translation TEXT NOT NULL, stand_in TEXT,
    related TEXT NOT NULL, article TEXT
);
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
    tags TEXT NOT NULL
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
        raise CorpusError(f"There is no corpus at {name}.", "Run `recommender ingest PATH` first.")
    with guarded(name):
        if missing:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(name, timeout=30, isolation_level=None)
        try:
            _prepare(connection, name, fresh=missing or name == ":memory:")
        except (sqlite3.Error, CorpusError):
            connection.close()
            raise
    return connection


@contextmanager
def guarded(name: str) -> Iterator[None]:
    """What SQLite reports as one clear sentence."""
    try:
        yield
    except sqlite3.OperationalError as error:
        mend = {
            "database or disk is full": "Make room on the disk; what was read before is kept.",
            "disk I/O error": "Make room on the disk, or have it checked; what was read before is kept.",
            "database is locked": "Another process is writing; try again when it is done.",
            "attempt to write a readonly database": "Give yourself the right to write it and its folder.",
        }.get(str(error), "Check that the file and its folder can be read and written.")
        raise CorpusError(f"The corpus {name} cannot be used: {error}.", mend) from error
    except sqlite3.DatabaseError as error:
        raise CorpusError(f"The corpus {name} is damaged or no corpus: {error}.",
                          "Move it away and ingest again.") from error  # fmt: skip
    except OSError as error:
        raise CorpusError(f"The corpus {name} cannot be opened: {error.strerror}.", "Check its folder.") from error


def _prepare(connection: sqlite3.Connection, name: str, *, fresh: bool) -> None:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if owner not in (0, APPLICATION) or (not empty and owner == 0):
        raise CorpusError(f"{name} is a database, but no corpus.", "Give another path.")
    if not 0 <= version <= VERSION:
        raise CorpusError(f"The corpus {name} has schema {version}, this program knows {VERSION}.", "Upgrade it.")
    if empty:
        if not fresh and os.path.getsize(name):
            raise CorpusError(f"The corpus {name} holds no tables.", "Move it away and ingest again.")
        _create(connection, name)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -65536")  # 64 MB


def _create(connection: sqlite3.Connection, name: str) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        for statement in (*_TABLES.split(";\n"), SEALS):
            if statement.strip():
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
