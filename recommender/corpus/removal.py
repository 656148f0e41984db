"""Takes articles out of a corpus for good: their records, and the entries of related lists that mean them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from recommender.corpus.ids import list_id, url_key
from recommender.corpus.linkage import link_records, prepare
from recommender.corpus.soundness import CONTENT, record_digest, store_digest
from recommender.corpus.tombstones import RecordKeys, Tombstone, Tombstones, key_hash

from ..lazy import dataclass

_RECORD_KEYS = "SELECT given, title_key, body_key, coalesce(outlet, ''), coalesce(url_key, '') FROM records"


@dataclass(frozen=True, slots=True)
class Removal:
    """``articles`` and list ``entries`` that were taken out, and ``sources``: files that still hold them.

    ``clean``: the file of the corpus was rewritten without them; not so while somebody reads it.
    """

    articles: int = 0
    entries: int = 0
    sources: tuple[str, ...] = ()
    clean: bool = True


def tombstone_of(connection: sqlite3.Connection, article: str, headline: str, who: tuple[str, str, str]) -> Tombstone:
    """The tombstone of an article with all its names and texts; ``headline`` is the key of a title known alone.

    ``who``: time, name of the person, reason.
    """
    names = connection.execute("SELECT name FROM names WHERE article = ? AND name != article", (article,))
    texts = [RecordKeys(*row) for row in connection.execute(f"{_RECORD_KEYS} WHERE article = ?", (article,))]
    if not texts and headline:
        texts = [RecordKeys("", headline, "", "", "")]
    given_ids = {text.given_id for text in texts if text.given_id}
    all_names = dict.fromkeys([article, *sorted({name for (name,) in names} | given_ids)])
    return Tombstone.of(list(all_names), texts, *who)


def take_out(connection: sqlite3.Connection, articles: Sequence[str], tombstones: Tombstones) -> Removal:
    """Deletes the records of ``articles`` and what lists say of them, in the caller's transaction."""
    prepare(connection)
    sources = {source for article in articles for source in _records_out(connection, article)}
    path = "SELECT path FROM sources WHERE id = ?"
    paths = {connection.execute(path, (source,)).fetchone()[0] for source in sources}
    entries, changed = _entries_out(connection, tombstones)
    link_records(connection)
    for source in sources | changed:
        drop_if_empty(connection, source)
    return Removal(len(articles), entries, tuple(sorted(paths)))


def _records_out(connection: sqlite3.Connection, article: str) -> set[int]:
    """Deletes the records of an article; the sources they stood in."""
    rows = connection.execute("SELECT id, source FROM records WHERE article = ?", (article,)).fetchall()
    connection.execute("INSERT OR IGNORE INTO gone SELECT ?1, (SELECT content FROM articles WHERE id = ?1)", (article,))
    for record, source in rows:
        connection.execute("INSERT OR IGNORE INTO touched SELECT anchor, 0 FROM anchors WHERE record = ?", (record,))
        connection.execute("DELETE FROM anchors WHERE record = ?", (record,))
        connection.execute("DELETE FROM records WHERE id = ?", (record,))
        connection.execute("UPDATE sources SET records = records - 1 WHERE id = ?", (source,))
    return {source for _, source in rows}


def drop_if_empty(connection: sqlite3.Connection, source: int) -> None:
    """Keeps the hash of a source anew; without a record left it goes, for a name of a file may be a headline."""
    if connection.execute("SELECT 1 FROM records WHERE source = ? LIMIT 1", (source,)).fetchone():
        store_digest(connection, source)
        return
    connection.execute("DELETE FROM seals WHERE source = ?", (source,))
    connection.execute("DELETE FROM sources WHERE id = ?", (source,))


def _entries_out(connection: sqlite3.Connection, tombstones: Tombstones) -> tuple[int, set[int]]:
    """How many entries of related lists went, and the sources of their records."""
    count, changed = 0, set()
    query = "SELECT id, source, related FROM records WHERE related != '[]'"
    for record, source, related in connection.execute(query).fetchall():
        entries = json.loads(related)
        kept = [entry for entry in entries if not barred(tombstones, entry)]
        if len(kept) < len(entries):
            count += len(entries) - len(kept)
            changed.add(source)
            _relist(connection, record, json.dumps(kept, ensure_ascii=False) if kept else "[]")
    return count, changed


def barred(tombstones: Tombstones, entry: Sequence[Any]) -> bool:
    """Whether an entry [id of the headline, headline, address] of a list means what was removed."""
    head, _, url = entry
    return tombstones.bars_entry(head, url_key(url) if url else "")


def _relist(connection: sqlite3.Connection, record: int, related: str) -> None:
    connection.execute("INSERT OR IGNORE INTO touched SELECT anchor, 0 FROM anchors WHERE record = ?", (record,))
    connection.execute("UPDATE records SET related = ? WHERE id = ?", (related, record))
    given, title, body, *content_values = connection.execute(
        f"SELECT given, title_key, body_key, {', '.join(CONTENT)} FROM records WHERE id = ?", (record,)
    ).fetchone()
    connection.execute("UPDATE records SET digest = ? WHERE id = ?", (record_digest(given, content_values), record))
    if not (given or title or body):  # a page that holds a list alone is known by it
        connection.execute(
            "INSERT OR IGNORE INTO gone SELECT article, NULL FROM records WHERE id = ? AND article IS NOT NULL",
            (record,),
        )
        connection.execute("DELETE FROM anchors WHERE record = ?", (record,))
        name = list_id(related)
        connection.execute("INSERT INTO anchors VALUES (?, 1, ?)", (name, record))
        connection.execute("INSERT OR IGNORE INTO touched VALUES (?, 0)", (name,))


def unread(name: str, who: tuple[str, str, str]) -> Tombstone:
    """The tombstone of an id that was never read."""
    time, by, why = who
    return Tombstone(time, by, why, key_hash("id", name), (key_hash("id", name),))


def scrub(connection: sqlite3.Connection) -> bool:
    """Rewrites the file without what was deleted; false where somebody is at work on it just now."""
    try:
        connection.execute("VACUUM")
    except sqlite3.OperationalError:
        return False
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy
