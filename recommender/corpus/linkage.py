"""Derives `articles`, `names` and `listings` again for the records that a change may affect."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import field
from typing import Any

from recommender.corpus.components import Cluster, Facts, clusters
from recommender.corpus.corrections import Chain, by_time, chains
from recommender.corpus.ids import article_key, digest, headline_id, list_id, url_key
from recommender.corpus.names import aliases, assign_ids, link_keys
from recommender.text.dates import day_of

from ..lazy import dataclass

_COLUMNS = (
    "id", "given", "title_key", "body_key", "digest", "title", "outlet", "author", "published", "url",
    "section", "tags", "related", "updated", "read", "url_key",
)  # fmt: skip
_SELECT = ", ".join(f"r.{column}" for column in _COLUMNS)
_BATCH = 500

Row = dict[str, Any]


@dataclass(slots=True)
class Change:
    """What linking changed, in articles.

    ``unlike`` are records (later, earlier) of one id that have nothing else in common.
    """

    added: int = 0
    changed: int = 0
    same: int = 0
    unlike: list[tuple[int, int]] = field(default_factory=list)


def link_records(connection: sqlite3.Connection, texts: sqlite3.Connection | None = None) -> Change:
    """Derive every article within reach of the link keys in ``touched``, in the caller's transaction.

    Where records are copies without their bodies, those stand in ``texts``.
    """
    _reach(connection)
    connection.execute(
        "INSERT OR IGNORE INTO gone SELECT r.article, a.content FROM reached JOIN records r USING (id) "
        "LEFT JOIN articles a ON a.id = r.article WHERE r.article IS NOT NULL"
    )
    before = dict(connection.execute("SELECT article, content FROM gone"))
    for table, column in (("listings", "article"), ("names", "article"), ("articles", "id")):
        connection.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT article FROM gone)")
    writer = _Writer(connection, before, texts or connection)
    for component in _components(connection):
        writer.component(component)
    writer.flush()
    for table in ("touched", "reached", "gone"):
        connection.execute(f"DELETE FROM temp.{table}")
    return writer.change


def prepare(connection: sqlite3.Connection) -> None:
    """The work tables: link keys touched, records reached, articles to be made anew."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS touched (anchor TEXT PRIMARY KEY, round INTEGER) WITHOUT ROWID")
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS reached (id INTEGER PRIMARY KEY, round INTEGER)")
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS gone (article TEXT PRIMARY KEY, content TEXT) WITHOUT ROWID")


def _reach(connection: sqlite3.Connection) -> None:
    """Records of the touched link keys, their link keys, the records of those, until nothing is new.

    A link key that no record holds strongly leads nowhere.
    """
    connection.execute("INSERT INTO reached SELECT r.id, 0 FROM gone CROSS JOIN records r ON r.article = gone.article")
    round_ = 0
    while True:
        connection.execute(
            "INSERT OR IGNORE INTO reached SELECT a.record, ?1 "
            "FROM touched t CROSS JOIN anchors a USING (anchor) "
            "WHERE t.round = ?1 AND EXISTS "
            "(SELECT 1 FROM anchors b WHERE b.anchor = a.anchor AND b.strong = 1)", (round_,),
        )  # fmt: skip
        added = connection.execute(
            "INSERT OR IGNORE INTO touched SELECT a.anchor, ?2 "
            "FROM reached r CROSS JOIN anchors a ON a.record = r.id "
            "WHERE r.round = ?1", (round_, round_ + 1),
        ).rowcount  # fmt: skip
        if not added:
            return
        round_ += 1


def _components(connection: sqlite3.Connection) -> Iterator[list[Row]]:
    """The reached records by component; those alone on their link keys come one by one, unheld."""
    joined = _joined(connection)
    groups: dict[int, list[int]] = {}
    for record in joined:
        groups.setdefault(_root(joined, record), []).append(record)
    one = f"SELECT {_SELECT} FROM records r WHERE r.id = ?"
    for members in groups.values():
        yield [_row(connection.execute(one, (record,)).fetchone()) for record in members]
    for values in connection.execute(f"SELECT {_SELECT} FROM reached CROSS JOIN records r ON r.id = reached.id"):
        if values[0] not in joined:
            yield [_row(values)]


def _joined(connection: sqlite3.Connection) -> dict[int, int]:
    """Union-find over records that share a link key: record -> parent."""
    parent: dict[int, int] = {}
    shared = connection.execute(
        "SELECT a.anchor, a.record, a.strong FROM touched t CROSS JOIN anchors a USING (anchor) "
        "ORDER BY a.anchor, a.strong DESC"
    )
    last: tuple[str, int] | None = None
    for key, record, strong in shared:
        if last and last[0] == key:  # the first strong record of a key joins all others; weak ones alone join none
            for member in (last[1], record):
                parent.setdefault(member, member)
            parent[_root(parent, record)] = _root(parent, last[1])
        elif strong:
            last = (key, record)
    return parent


def _root(parent: dict[int, int], record: int) -> int:
    while parent[record] != record:
        parent[record] = parent[parent[record]]  # path halving
        record = parent[record]
    return record


def _row(values: tuple[Any, ...]) -> Row:
    return dict(zip(_COLUMNS, values, strict=True))


def _facts(row: Row) -> Facts:
    names = tuple(link_keys(row["given"], row["title_key"], row["body_key"]))
    return Facts(
        row["id"], row["given"], row["title_key"], row["body_key"], row["outlet"] or "",
        day_of(row["published"] or ""), row["digest"], names, row["url_key"] or "", row["updated"] or "",
        row["published"] or "", row["read"],
    )  # fmt: skip


@dataclass(slots=True)
class _Writer:
    """Writes the articles of components in batches, and counts what changed against ``before``."""

    connection: sqlite3.Connection
    before: dict[str, str]
    texts: sqlite3.Connection
    change: Change = field(default_factory=Change)
    articles: list[tuple[Any, ...]] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    listings: list[tuple[Any, ...]] = field(default_factory=list)
    members: list[tuple[str, int, int]] = field(default_factory=list)

    def component(self, component: list[Row]) -> None:
        if not _facts(component[0]).link_keys:
            self._list(component)
            return
        rows = {row["id"]: row for row in component}
        by_head = {chain.head.number: chain for chain in chains(clusters(map(_facts, component)), self._texts)}
        self.change.unlike += [(a.main, b.main) for chain in by_head.values() for a, b in chain.unlike]
        for chain in by_head.values():
            chain.head.given_ids.update(*(cluster.given_ids for cluster in chain.texts))
        ids = assign_ids([chain.head for chain in by_head.values()])
        older: dict[str, list[str]] = {}
        earlier = {article_id: by_head[cluster.number].texts[1:] for article_id, cluster in ids.items()}
        for alias, article_id in aliases(ids, earlier).items():
            older.setdefault(article_id, []).append(alias)
        for article_id, cluster in ids.items():
            content = self._article(article_id, by_head[cluster.number], rows)
            names = [article_id, *older.get(article_id, ())]
            self.names += [(name, article_id) for name in names]
            if not any(name in self.before for name in names):
                self.change.added += 1
            elif self.before.get(article_id) == content:
                self.change.same += 1
            else:
                self.change.changed += 1
        if len(self.articles) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        put = self.connection.executemany
        put("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self.articles)
        put("INSERT INTO names VALUES (?, ?)", self.names)
        put("INSERT INTO listings VALUES (?, ?, ?, ?, ?, ?)", self.listings)
        put("UPDATE records SET article = ?, old = ? WHERE id = ?", self.members)
        for batch in (self.articles, self.names, self.listings, self.members):
            batch.clear()

    def _texts(self, cluster: Cluster) -> tuple[str, str]:
        """Headline and body of a text, each from the first record that has one."""
        titled = next((facts.record for facts in cluster.members if facts.headline), cluster.main)
        bodied = next((facts.record for facts in cluster.members if facts.body), cluster.main)
        one = "SELECT title, body FROM records WHERE id = ?"
        title, body = (self.texts.execute(one, (record,)).fetchone() for record in (titled, bodied))
        return title[0] or "", body[1]

    def _article(self, article_id: str, chain: Chain, every: dict[int, Row]) -> str:
        """Queue one article and its list; returns the hash of its content. What the latest version lacks comes from an
        earlier one: headline, body and list only where nothing between the two is another text under the same id."""
        cluster = chain.head
        rows = [every[facts.record] for facts in by_time(cluster.members)]
        past = [every[facts.record] for text in chain.texts[1:] for facts in text.members]
        same = rows + [every[facts.record] for text in chain.same_text[1:] for facts in text.members]
        main = next((row for row in same if row["body_key"]), rows[0])
        titled = next((row for row in same if row["title"]), rows[0])
        merged = {key: _first(rows + past, key) for key in ("outlet", "author", "url", "section", "updated")}
        merged["title"] = titled["title"]
        dates = [row["published"] for row in rows if row["published"]] or [_first(past, "published")]
        merged["published"] = max(filter(None, dates), key=lambda date: (len(date), date), default=None)
        lists = (_listing([every[facts.record] for facts in by_time(text.members)]) for text in chain.same_text)
        entries = next(filter(None, lists), [])
        self._listed(article_id, entries)
        tags = next((row["tags"] for row in (rows if titled in rows else [titled]) if row["tags"] != "[]"), "[]")
        content = digest(main["digest"], *(merged[key] or "" for key in sorted(merged)), tags, repr(entries))
        url, headline = merged["url"], cluster.values[0] or titled["title_key"]
        self.articles.append((
            article_id, main["id"], headline_id(headline) if headline else "", content,
            merged["title"], merged["outlet"], merged["author"], merged["published"], url,
            article_key(url), merged["section"], tags, merged["updated"],
        ))  # fmt: skip
        self.members += [(article_id, 0, row["id"]) for row in rows]
        self.members += [(article_id, 1, row["id"]) for row in past]
        return content

    def _list(self, rows: list[Row]) -> None:
        """Queue the related list of pages that hold nothing else, once for all copies."""
        name = list_id(rows[0]["related"])
        self._listed(name, _listing(rows))
        self.members += [(name, 0, row["id"]) for row in rows]

    def _listed(self, name: str, entries: list[tuple[str, str, str | None]]) -> None:
        self.listings += [
            (name, i, head, url, url_key(url) if url else None, text) for i, (head, text, url) in enumerate(entries)
        ]


def _first(rows: list[dict[str, Any]], key: str) -> Any:
    return next((row[key] for row in rows if row[key]), None)


def _listing(rows: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    """Headline id, print and address of the entries of all lists, the first print of each headline."""
    entries: dict[str, tuple[str, str, str | None]] = {}
    for row in rows:
        for head, text, url in json.loads(row["related"]) if row["related"] != "[]" else ():
            if head not in entries or (url and not entries[head][2]):
                entries[head] = (head, entries[head][1] if head in entries else text, url)
    return list(entries.values())
