"""Notes on records that were ingested: ids of two articles, texts that replace others, letters that are lost."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import field

from recommender.corpus.linkage import Change
from recommender.readers.article import Record
from recommender.readers.notes import ReadProblem

from ..lazy import dataclass

NAMED = 10
"""Most ids, and most words for what is not published, that a note names."""


def twins(connection: sqlite3.Connection, source: int, shown: str) -> Iterator[ReadProblem]:
    """Notes on records of a file whose given id is another article's too."""
    rows = connection.execute(
        "SELECT r.member, r.line, r.given, r.article FROM records r WHERE r.source = ? AND r.given != '' AND r.old = 0 "
        "AND EXISTS (SELECT 1 FROM articles a WHERE a.id > r.given || '~' AND a.id < r.given || '~g') "
        "ORDER BY r.line, r.id",
        (source,),
    ).fetchall()
    other = (
        "SELECT o.article, s.path || o.member, o.line FROM anchors x JOIN records o ON o.id = x.record JOIN sources s "
        "ON s.id = o.source WHERE x.anchor = ?1 AND o.given = ?1 AND o.article != ?2 AND o.old = 0 LIMIT 1"
    )
    for member, line, given, article in rows:
        if namesake := connection.execute(other, (given, article)).fetchone():
            reason = f"The id {given!r} is another article's too: this is {article!r}, that of {_at(*namesake[1:])} is "
            hint = "Give every article an id of its own; names of one outlet are joined in data/outlets.toml."
            yield ReadProblem(f"{shown}{member}", line, f"{reason}{namesake[0]!r}.", hint, "note")


def unlike(connection: sqlite3.Connection, source: int, change: Change) -> Iterator[ReadProblem]:
    """Notes on records of a file, or that one replaces, whose id came again with a text that has nothing in common."""
    query = (
        "SELECT r.source, s.path || r.member, r.line, r.given FROM records r JOIN sources s ON s.id = r.source "
        "WHERE r.id = ?"
    )
    for pair in change.unlike:
        later, earlier = (connection.execute(query, (record,)).fetchone() for record in pair)
        if source in (later[0], earlier[0]):
            reason = f"The id {later[3]!r} came again with a text that has nothing in common with that of "
            reason += f"{_at(*earlier[1:3])}, which it replaces as the later one."
            yield ReadProblem(later[1], later[2], reason, "Give every article an id of its own.", "note")


def left_out(shown: str, count: int) -> ReadProblem:
    counted = "1 record or list entry is" if count == 1 else f"{count} records or list entries are"
    reason = f"{counted} left out: the articles were removed."
    return ReadProblem(shown, 0, reason, "See: recommender articles --removed", "note", count)


@dataclass(slots=True)
class NotOut:
    """The records of a source that say that they are not published; their ids, of which articles may be left."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)

    def add(self, record: Record) -> None:
        counts = self.counts.setdefault(record.path, Counter())
        counts[record.not_out if len(counts) < NAMED else "..."] += 1
        if record.given_id:
            self.ids.append(record.given_id)

    def notes(self, connection: sqlite3.Connection) -> Iterator[ReadProblem]:
        """A note a file on what was left out, and one on articles that other files had published before."""
        for path, counts in self.counts.items():
            counted = ", ".join(f"{status} ({count:,})" for status, count in sorted(counts.items()))
            yield ReadProblem(
                path, 0, f"Left out, as they are not published articles: {counted}.", "", "note", counts.total()
            )
        stay = [name for name in dict.fromkeys(self.ids) if _is_known(connection, name)]
        if stay:
            named = ", ".join(stay[:NAMED]) + (f" and {len(stay) - NAMED} more" if len(stay) > NAMED else "")
            reason = f"Articles that are not published any more stay in the corpus, as they were read before: {named}."
            hint = f"To take them out: recommender remove {' '.join(stay[:NAMED])}"
            yield ReadProblem(next(iter(self.counts)), 0, reason, hint, "note")


def _is_known(connection: sqlite3.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM articles WHERE id = ?", (name,)).fetchone() is not None


def lost_letters(record: Record) -> ReadProblem | None:
    """A note on a record in which letters are lost: U+FFFD stands where a program could not read a byte."""
    count = (record.article.title or "").count("\ufffd") + record.article.body.count("\ufffd")
    if not count:
        return None
    lost = "1 letter is" if count == 1 else f"{count} letters are"
    return ReadProblem(
        record.path,
        record.line,
        f"{lost} broken in its text (shown as \ufffd).",
        "Get the text again from where it came.",
        "note",
    )


def _at(path: str, line: int) -> str:
    return f"{path}:{line}"
