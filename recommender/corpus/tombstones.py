"""Tombstones of removed articles: hashes of ids and texts, one line an article in the append-only data/removed.jsonl.

A line without hashes of texts and names lifts the removal of its ``id``: the article may come back when it is read
again, and models that were made before go on without it. Nothing of a text or an id stands there. A hash tells whether
something that is read, or that a model holds, was removed: see ``Tombstones.bars`` and ``Tombstones.names``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, field, replace
from pathlib import Path
from typing import Any

from recommender.corpus.ids import digest, headline_id
from recommender.errors import InputError, reason
from recommender.files.atomic import append
from recommender.files.home import REMOVED
from recommender.files.jsonl_log import one_line, read_lines

from ..lazy import dataclass

FILE = REMOVED
_ANY = "*"


def key_hash(kind: str, *parts: str) -> str:
    return digest("removed", kind, *parts)[:32]


@dataclass(frozen=True, slots=True)
class RecordKeys:
    """What tombstones match: a record's id, keys of headline, body and address, and outlet; ``""`` is unknown."""

    given_id: str
    headline: str
    body: str
    outlet: str
    url: str

    def hashes(self) -> Iterable[str]:
        """The hashes by which its text is recognised."""
        for outlet in {self.outlet, ""} if self.outlet else {_ANY}:
            yield key_hash("text", self.headline, self.body, outlet)
        if self.headline:
            yield key_hash("listed", headline_id(self.headline))
            if not self.body:
                yield key_hash("headline", self.headline)
        if self.url:
            yield key_hash("address", self.url)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One removed article: when, by whom, why, the hash of its ``id``, and of its other names and its texts.

    Without ``keys`` it lifts what stands of that ``id`` before it.
    """

    time: str
    by: str
    reason: str
    id: str
    keys: tuple[str, ...]

    def as_json(self) -> dict[str, str]:
        """As a row, without the hashes of other names and texts."""
        return {"id": self.id, "time": self.time, "by": self.by, "reason": self.reason}

    @classmethod
    def of(cls, names: Sequence[str], texts: Iterable[RecordKeys], time: str, by: str, why: str) -> Tombstone:
        """``names`` are the ids of the article, the first its own."""
        keys = [*(key_hash("id", name) for name in names), *(key for text in texts for key in text.hashes())]
        return cls(time, by, why, key_hash("id", names[0]), tuple(sorted(set(keys))))


@dataclass(slots=True)
class Tombstones:
    """The tombstones of a file, in order. ``path`` is None where they are not kept."""

    path: Path | None
    tombstones: list[Tombstone] = field(default_factory=list)
    _keys: set[str] = field(default_factory=set)  # what is barred
    _ever: set[str] = field(default_factory=set)  # the same, what was lifted too

    def __post_init__(self) -> None:
        self._keys = {key for tombstone in self.standing for key in tombstone.keys}
        self._ever = {key for tombstone in self.tombstones for key in tombstone.keys}

    @property
    def standing(self) -> list[Tombstone]:
        """Those that were not lifted."""
        lifted = {tombstone.id: i for i, tombstone in enumerate(self.tombstones) if not tombstone.keys}
        return [s for i, s in enumerate(self.tombstones) if s.keys and i > lifted.get(s.id, -1)]

    def of(self, article_id: str) -> list[Tombstone]:
        """The standing ones of an id or another name."""
        key = key_hash("id", article_id)
        return [tombstone for tombstone in self.standing if key in tombstone.keys]

    def __len__(self) -> int:
        return len(self.tombstones)

    @classmethod
    def read(cls, path: Path | None) -> Tombstones:
        """Those at ``path``; none where there is no file. Raises InputError naming a line that is none."""
        lines = read_lines(path, "Go back to an earlier state of the file.") if path else ()
        return cls(path, [_tombstone(path, number, line) for number, line in enumerate(lines, start=1)])

    def after(self, count: int) -> Tombstones:
        """Those after the first ``count``."""
        return Tombstones(self.path, self.tombstones[count:])

    def names(self, article_id: str) -> bool:
        """Whether an article of this id was removed, be it lifted since or not."""
        return key_hash("id", article_id) in self._ever

    def bars(self, record: RecordKeys) -> bool:
        """Whether a record is of a removed article."""
        if not self._keys:
            return False
        if record.given_id and key_hash("id", record.given_id) in self._keys:
            return True
        if not record.given_id and record.headline and key_hash("headline", record.headline) in self._keys:
            return True
        outlets = (record.outlet, _ANY)
        return any(key_hash("text", record.headline, record.body, outlet) in self._keys for outlet in outlets)

    def bars_entry(self, headline: str, url: str) -> bool:
        """Whether an entry of a related list, by the id of its headline and the key of its address, was removed."""
        if not self._keys:
            return False
        return key_hash("listed", headline) in self._keys or bool(url and key_hash("address", url) in self._keys)

    def add(self, tombstones: Iterable[Tombstone]) -> None:
        """Writes those that are new behind all others, each reason as one line, and syncs.

        Raises InputError if the file cannot be written.
        """
        new = [tombstone for tombstone in tombstones if not tombstone.keys or not self._keys.issuperset(tombstone.keys)]
        new = [replace(tombstone, reason=one_line(tombstone.reason)) for tombstone in new]
        if self.path and new:
            try:
                with self.path.open("ab", buffering=0) as file:
                    append(self.path, file, "".join(json.dumps(asdict(s), ensure_ascii=False) + "\n" for s in new))
            except OSError as error:
                hint = "Check space and permissions; nothing was removed."
                raise InputError(f"{self.path} cannot be written: {reason(error)}.", hint) from error
        self.tombstones += new
        self.__post_init__()


def _tombstone(path: Path | None, number: int, line: str) -> Tombstone:
    try:
        row: dict[str, Any] = json.loads(line)
        time, by, why, name = (row.pop(key) for key in ("time", "by", "reason", "id"))
        keys = row.pop("keys")
        if row or not isinstance(keys, list) or not all(isinstance(e, str) for e in (time, by, why, name, *keys)):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        hint = "Mend or take out that line, or go back to an earlier state of the file."
        raise InputError(f"{path}, line {number}: this is not a valid line of a removed article.", hint) from None
    return Tombstone(time, by, why, name, tuple(keys))
