"""The records of one source as rows of the corpus: written, counted and deleted."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import field, replace
from functools import lru_cache

from recommender.corpus.ids import article_key, body_key, headline_id, list_id
from recommender.corpus.names import link_keys
from recommender.corpus.removal import barred
from recommender.corpus.soundness import record_digest
from recommender.corpus.tombstones import RecordKeys, Tombstones
from recommender.readers.article import Record
from recommender.text.normalize import title_key
from recommender.text.outlets import Outlets

from ..lazy import dataclass

_COLUMNS = """
    source line kind given title_key body_key digest title body outlet author published url section
    tags captions translation stand_in related updated read url_key member
"""
_INSERT = f"INSERT INTO records ({', '.join(_COLUMNS.split())}) VALUES ({', '.join('?' * len(_COLUMNS.split()))})"
_HELD = 1000  # link keys, until they are written


@dataclass(slots=True)
class Rows:
    """Writes the records of ``source``, whose position in the order of reading is ``order``.

    ``barred`` counts records and entries of related lists that ``tombstones`` keep out.
    """

    connection: sqlite3.Connection
    source: int
    order: int
    outlets: Outlets
    tombstones: Tombstones
    barred: int = 0
    _link_keys: list[tuple[str, bool, int]] = field(default_factory=list)

    def write(self, record: Record, member: str) -> bool:
        """Whether the record is of an article; of one that is not, only the related list is used."""
        a, given = record.article, record.given_id or ""
        a = replace(a, outlet=self.outlets.name(a.outlet)) if a.outlet else a
        headline = (title_key(a.title) or f"={a.title}") if a.title else ""
        body = body_key(a.body)
        address = article_key(a.url)
        if self.tombstones.bars(RecordKeys(given, headline, body, a.outlet or "", address or "")):
            self.barred += 1
            return False
        entries = [(_listed_id(r.headline), r.headline, r.url) for r in record.related]
        kept = [entry for entry in entries if not barred(self.tombstones, entry)]
        self.barred += len(entries) - len(kept)
        related = _listed(kept)
        content_values = [
            a.title, a.body, a.outlet, a.author, a.published, a.url, a.section,
            _listed(a.tags), json.dumps(a.captions, ensure_ascii=False),
            a.translation, a.stand_in, related, a.updated,
        ]  # fmt: skip
        content = record_digest(given, content_values)
        position = (self.source, record.line, record.kind)
        row = [*position, given, headline, body, content, *content_values, self.order, address, member]
        number = self.connection.execute(_INSERT, row).lastrowid
        keys = link_keys(given, headline, body, address or "")
        self._link_keys += [(*item, number or 0) for item in (keys or {list_id(related): True}).items()]
        if len(self._link_keys) >= _HELD:
            self.flush()
        return bool(keys)

    def flush(self) -> None:
        """Writes the buffered rows; to be called after the last record."""
        put = self.connection.executemany
        put("INSERT INTO anchors VALUES (?, ?, ?)", self._link_keys)
        put("INSERT OR IGNORE INTO touched VALUES (?, 0)", [(key[0],) for key in self._link_keys])
        self._link_keys.clear()


def begin(connection: sqlite3.Connection, values: tuple[str | int, ...]) -> int:
    """The number of a new source: key, path as shown, kind, hash, encoding asked for, reader, place in the order."""
    columns = "key, path, kind, sha256, asked_encoding, reader, read"
    return connection.execute(f"INSERT INTO sources ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", values).lastrowid or 0


def forget(connection: sqlite3.Connection, source: int) -> None:
    """Takes a source out with its records; what stood in them is to be linked anew."""
    put, mine = connection.execute, "SELECT id FROM records WHERE source = ?"
    put(f"INSERT OR IGNORE INTO touched SELECT anchor, 0 FROM anchors WHERE record IN ({mine})", (source,))
    put(
        "INSERT OR IGNORE INTO gone SELECT r.article, a.content FROM records r "
        "LEFT JOIN articles a ON a.id = r.article WHERE r.source = ? AND r.article IS NOT NULL", (source,),
    )  # fmt: skip
    put(f"DELETE FROM anchors WHERE record IN ({mine})", (source,))
    put("DELETE FROM records WHERE source = ?", (source,))
    put("DELETE FROM seals WHERE source = ?", (source,))
    put("DELETE FROM sources WHERE id = ?", (source,))


def digests(connection: sqlite3.Connection, source: int) -> Counter[str]:
    """Content hashes of the records of a source, without those that are a related list and nothing else."""
    query = "SELECT digest FROM records WHERE source = ? AND given || title_key || body_key != ''"
    return Counter(digest for (digest,) in connection.execute(query, (source,)))


def has_earlier_version(connection: sqlite3.Connection, source: int) -> bool:
    """Whether a record of the source tells an earlier version of its article."""
    return connection.execute("SELECT 1 FROM records WHERE source = ? AND old = 1", (source,)).fetchone() is not None


def storable(path: str) -> str:
    """A path as text even when its bytes are no UTF-8."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _listed(values: Sequence[object]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else "[]"


@lru_cache(maxsize=1 << 16)
def _listed_id(headline: str) -> str:
    """The same headlines stand in many lists."""
    return headline_id(title_key(headline) or f"={headline}")
