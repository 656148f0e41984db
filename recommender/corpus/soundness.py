"""Integrity of a corpus: hashes of records and sources, and all derived tables made again and compared."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

from recommender.corpus.ids import digest, list_id
from recommender.corpus.linkage import link_records, prepare
from recommender.corpus.names import link_keys
from recommender.corpus.schema import connect

# What a record says, in the order of its hash; `title` to `related` as they are stored.
CONTENT = ("title", "body", "outlet", "author", "published", "url", "section", "tags", "captions", "translation",
        "stand_in", "related", "updated")  # fmt: skip
# All that is derived from the records. Of two records that say the same either may stand for the article.
_DERIVED = {
    "anchors": "SELECT anchor, strong, record FROM anchors ORDER BY anchor, strong, record",
    "articles": "SELECT a.id, r.digest, a.headline, a.content, a.title, a.outlet, a.author, a.published, a.url, "
    "a.url_key, a.section, a.tags, a.updated FROM articles a LEFT JOIN records r ON r.id = a.record ORDER BY a.id",
    "names": "SELECT name, article FROM names ORDER BY name",
    "listings": "SELECT * FROM listings ORDER BY article, position",
    "records": "SELECT id, article, old FROM records ORDER BY id",
}
_RECORD = (
    "SELECT id, source, line, kind, given, title_key, body_key, digest, title, '', outlet, author, published, url, "
    "section, tags, '', '', NULL, related, updated, read, url_key, '', NULL, 0 FROM records"
)


def record_digest(given: str, values: list[str | None]) -> str:
    """The content hash of a record, with the id it was given."""
    return digest(given, *("\0" if value is None else value for value in values))


def store_digest(connection: sqlite3.Connection, source: int) -> None:
    """Keeps the hash of a source and its records, inside the transaction that reads it."""
    connection.execute("INSERT OR REPLACE INTO seals VALUES (?, ?)", (source, _digest_of(connection, source)))


def faults(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Each part of a corpus with what is wrong with it, empty if nothing; it ends at the first that is damaged."""
    parts: dict[str, Callable[[sqlite3.Connection], str]] = {
        "pages": _pages, "tables": _tables, "records": _records, "sources": _sources, "articles": _articles,
    }  # fmt: skip
    for part, find in parts.items():
        try:
            fault = find(connection)
        except (sqlite3.Error, TypeError, ValueError) as error:
            fault = f"cannot be read: {error}"
        yield part, fault
        if fault:
            return


def _pages(connection: sqlite3.Connection) -> str:
    result = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    return "" if result == "ok" else " ".join(result.split())


def _tables(connection: sqlite3.Connection) -> str:
    """Whether the schema is that of a corpus."""
    names = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    fresh = connect(":memory:", create=True)
    expected = fresh.execute(names).fetchall()
    fresh.close()
    if connection.execute(names).fetchall() != expected:
        return "its tables are not those of a corpus"
    return ""


def _records(connection: sqlite3.Connection) -> str:
    columns = ", ".join(CONTENT)
    for number, stored, given, *values in connection.execute(f"SELECT id, digest, given, {columns} FROM records"):
        if record_digest(given, values) != stored:
            return f"record {number} is not what was read: {_location(connection, number)}"
    return ""


def _sources(connection: sqlite3.Connection) -> str:
    """Whether every source has its stored hash, and every record a source."""
    lost = connection.execute("SELECT id FROM records WHERE source NOT IN (SELECT id FROM sources)").fetchone()
    if lost:
        return f"record {lost[0]} has no source"
    stored = dict(connection.execute("SELECT source, seal FROM seals"))
    for (source,) in connection.execute("SELECT id FROM sources"):
        if stored.pop(source, None) != _digest_of(connection, source):
            return f"source {source} is not what was read"
    return f"source {min(stored)} is missing" if stored else ""


def _articles(connection: sqlite3.Connection) -> str:
    made = _derived_again(connection)
    try:
        for table, rows in _DERIVED.items():
            for now, then in zip_longest(connection.execute(rows), made.execute(rows)):
                if now != then:
                    return f"{table}: {(now or then)[0]} is not what the records say"
    finally:
        made.close()
    return ""


def _derived_again(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A corpus in memory with the records of ``connection``, without their bodies, linked as if just read."""
    fresh = connect(":memory:", create=True)
    prepare(fresh)
    fresh.execute("BEGIN")
    fresh.executemany(f"INSERT INTO records VALUES ({', '.join('?' * 26)})", connection.execute(_RECORD))
    query = "SELECT id, related, given, title_key, body_key, coalesce(url_key, '') FROM records"
    for number, related, *keys in fresh.execute(query).fetchall():
        names = link_keys(*keys) or {list_id(related): True}
        rows = [(name, strong, number) for name, strong in names.items()]
        fresh.executemany("INSERT INTO anchors VALUES (?, ?, ?)", rows)
    fresh.execute("INSERT OR IGNORE INTO touched SELECT anchor, 0 FROM anchors")
    link_records(fresh, texts=connection)
    fresh.execute("COMMIT")
    return fresh


def _digest_of(connection: sqlite3.Connection, source: int) -> str:
    hashed = hashlib.sha256()
    for rows in (
        "SELECT id, key, path, sha256, asked_encoding, kind, records, reader, read FROM sources WHERE id = ?",
        "SELECT id, line, kind, title_key, body_key, digest, read, url_key, member FROM records "
        "WHERE source = ? ORDER BY id",
    ):
        for row in connection.execute(rows, (source,)):
            hashed.update(json.dumps(row, default=repr).encode() + b"\n")
    return hashed.hexdigest()


def _location(connection: sqlite3.Connection, record: int) -> str:
    row: Any = connection.execute(
        "SELECT s.path || r.member, r.line FROM records r JOIN sources s ON s.id = r.source WHERE r.id = ?", (record,)
    ).fetchone()
    return f"{row[0]}:{row[1]}" if row else "its source is not known"
