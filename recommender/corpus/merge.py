"""Another corpus as something to read: its sources with their records, those of earlier versions too."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from recommender.corpus.schema import connect, guarded
from recommender.corpus.soundness import faults
from recommender.corpus.tombstones import FILE, RecordKeys, Tombstone, Tombstones
from recommender.errors import CorpusError, InputError
from recommender.files.reading import open_regular
from recommender.readers.article import Article, Record, Related

MAGIC = b"SQLite format 3\0"
_CONTENT = (
    "r.line, r.kind, r.given, r.title, r.body, r.outlet, r.author, r.published, r.url, r.section, r.tags, r.captions, "
    "r.translation, r.stand_in, r.related, r.updated, r.member"
)


def is_database(path: str | Path) -> bool:
    """Whether a file is one of SQLite."""
    with suppress(OSError, ValueError), open_regular(path) as stream:
        return stream.read(len(MAGIC)) == MAGIC
    return False


class OtherCorpus:
    """A corpus that is open beside the one it is read into."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path

    @property
    def tombstones(self) -> list[Tombstone]:
        """The tombstones beside it that were not lifted."""
        return Tombstones.read(Path(os.path.realpath(self._path)).with_name(FILE)).standing

    def sources(self) -> list[tuple[int, str, str, str, str]]:
        """Number, key, path, kind and hash of each of its sources, in the order of reading."""
        return self._connection.execute("SELECT id, key, path, kind, sha256 FROM sources ORDER BY read, id").fetchall()

    def records(self, source: int, path: str) -> Iterator[Record]:
        """What was read of a source, in the order of reading."""
        rows = self._connection.execute(f"SELECT {_CONTENT} FROM records r WHERE r.source = ? ORDER BY r.id", (source,))
        for line, kind, given, title, body, outlet, author, published, url, section, *rest in rows:
            tags, captions, translation, stand_in, related, updated, member = rest
            article = Article(
                "", title, body, outlet, author, published, url, section, tuple(json.loads(tags)),
                tuple(json.loads(captions)), translation, stand_in, updated=updated,
            )  # fmt: skip
            entries = tuple(Related(headline, address) for _, headline, address in json.loads(related))
            yield Record(article, entries, given or None, path + member, line, kind)


@contextmanager
def opened(path: Path, mine: str) -> Iterator[OtherCorpus]:
    """The corpus at ``path``, found sound. Raises InputError for one that is damaged, of another schema or no corpus,
    and for the one at ``mine`` itself."""
    if os.path.exists(mine) and os.path.samefile(path, mine):
        raise InputError("It is the corpus itself.", "Name another one.")
    try:
        with closing(connect(path, create=False)) as connection, guarded(str(path)):
            connection.execute("BEGIN")
            for part, fault in faults(connection):
                if fault:
                    raise InputError(f"It is a damaged corpus ({part}: {fault}), and nothing of it is kept.",
                                     "Ingest its files again.")  # fmt: skip
            yield OtherCorpus(connection, path)
    except CorpusError as error:
        raise InputError(error.problem, error.hint) from error


def prefix_of(path: str) -> str:
    """How the keys of the sources of the corpus at ``path`` begin."""
    return f"\x01{hashlib.sha256(path.encode()).hexdigest()[:16]} "


def barred_articles(connection: sqlite3.Connection, tombstones: Iterable[Tombstone]) -> list[str]:
    """Ids of the articles of a corpus of which a record tells what ``tombstones`` bar."""
    bars = Tombstones(None, list(tombstones))
    rows = connection.execute(
        "SELECT given, title_key, body_key, coalesce(outlet, ''), coalesce(url_key, ''), article FROM records "
        "WHERE article IN (SELECT id FROM articles)"
    )
    return sorted({article for *telling, article in rows if bars.bars(RecordKeys(*telling))})
