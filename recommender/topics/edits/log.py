"""People's corrections of topics: one line each in data/edits.jsonl, only ever added to.

Every line is ``{"time", "action", ...what it is about..., "reason"}``. ``undo`` is a line too: it names the line
that no longer counts and its action.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...files.home import EDITS
from ...files.jsonl_log import append_line, one_line, split_lines
from ...files.reading import LINES_LIMIT, read_bytes
from ...lazy import dataclass

FILE = EDITS
_NUMBERED = re.compile(r"s[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Part:
    """A topic that a split makes: its ``id`` and ``name``, and the articles that it is known by."""

    id: str
    name: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """One correction. Which fields an action has stands in ``ACTIONS``; the others are empty.

    ``topic``    id of the topic (of a curated topic too, for move and pin)
    ``topics``   merge: ids, each once, the first stays
    ``stay``     split: articles that stand for what keeps the topic's id; none if ``parts`` are lists of all
    ``parts``    split: the new topics
    ``was``      move: id of the topic that the article was in, None for none
    ``by``       who made it; not written where that is not known
    ``line``     undo: number of the line that no longer counts, ``undone`` its action
    ``number``   of the edit's own line, from 1; not written
    """

    action: str
    topic: str = ""
    name: str = ""
    topics: tuple[str, ...] = ()
    stay: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    article: str = ""
    was: str | None = None
    line: int = 0
    undone: str = ""
    by: str = ""
    reason: str = ""
    time: str = ""
    number: int = 0

    def as_json(self) -> dict[str, Any]:
        """As its line of the file holds it."""
        record: dict[str, Any] = {"time": self.time, "action": self.action}
        for key in ACTIONS[self.action]:
            value = getattr(self, key)
            record[key] = [asdict(part) for part in value] if key == "parts" else value
        who = {"by": self.by} if self.by else {}
        return record | who | {"reason": self.reason}

    def told(self) -> str:
        """The edit as a command: ``merge t001 t004``."""
        about = {
            "rename": (self.topic, f"'{self.name}'"), "merge": self.topics, "split": (self.topic,),
            "move": (self.article, self.topic), "pin": (self.article, self.topic),
            "undo": (f"line {self.line}", self.undone),
        }[self.action]  # fmt: skip
        return " ".join((self.action, *about))


ACTIONS: Mapping[str, tuple[str, ...]] = {
    "rename": ("topic", "name"),
    "merge": ("topics",),
    "split": ("topic", "stay", "parts"),
    "move": ("article", "topic", "was"),
    "pin": ("article", "topic"),
    "undo": ("line", "undone"),
}


@dataclass(frozen=True, slots=True)
class EditLog:
    """The edits of a file, all of them, in order."""

    path: Path
    edits: tuple[Edit, ...] = ()

    @classmethod
    def read(cls, path: str | Path) -> EditLog:
        """The log at ``path``; empty where there is no file, or an empty one.

        Raises InputError naming the line, the key and the value; then no edit of the file applies.
        """
        try:
            text = read_bytes(path, LINES_LIMIT).decode("utf-8-sig")
        except FileNotFoundError:
            return cls(Path(path))
        except UnicodeDecodeError as error:
            bad = error.object[: error.start].count(b"\n") + 1
            raise InputError(f"{path}, line {bad}: not UTF-8. No edit is applied.", _HINT) from error
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from error
        edits: list[Edit] = []
        for number, line in enumerate(split_lines(text), start=1):
            try:
                edits.append(_edit(line, number, edits))
            except ValueError as error:
                raise InputError(f"{path}, line {number}: {error}. No edit is applied.", _HINT) from error
        return cls(Path(path), tuple(edits))

    @property
    def standing(self) -> tuple[Edit, ...]:
        """The edits that count: neither undone, nor an undo."""
        undone = {edit.line for edit in self.edits if edit.action == "undo"}
        return tuple(edit for edit in self.edits if edit.action != "undo" and edit.number not in undone)

    def new_ids(self, count: int) -> list[str]:
        """``count`` ids for the parts of a split that no line of the log has used, undone ones included."""
        used = [int(p.id[1:]) for edit in self.edits for p in edit.parts if _NUMBERED.fullmatch(p.id)]
        first = max(used, default=0) + 1
        return [f"s{number:03d}" for number in range(first, first + count)]

    def add(self, edit: Edit, *, by: str = "", reason: str = "") -> EditLog:
        """Writes ``edit`` with the present time behind all others, with who made it and why (in one line) where they
        are given here, and syncs; returns the log with it.

        Raises InputError if the file cannot be written, or if it changed since it was read.
        """
        time, number = datetime.now(UTC).isoformat(timespec="seconds"), len(self.edits) + 1
        edit = replace(edit, by=by or edit.by, reason=one_line(reason or edit.reason), time=time, number=number)
        line = json.dumps(edit.as_json(), ensure_ascii=False)
        append_line(self.path, line, lambda: EditLog.read(self.path).edits == self.edits)
        return EditLog(self.path, (*self.edits, edit))


_HINT = "Mend or take out that line, or go back to an earlier state of the file."


def _edit(line: str, number: int, before: list[Edit]) -> Edit:
    """The edit on a line. Raises ValueError saying what is wrong with it."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError(f"not JSON: {_short(line)}") from None
    if not isinstance(record, dict) or not isinstance(action := record.get("action"), str) or action not in ACTIONS:
        raise ValueError(f"'action' is none of {', '.join(ACTIONS)}: {_short(line)}")
    required = ("time", "action", *ACTIONS[action], "reason")
    for key in (*required, *record):
        if key not in record:
            raise ValueError(f"'{key}' is missing")
        if key not in (*required, "by"):
            raise ValueError(f"unknown key '{_short(key)}'")
        if not _fits(key, record[key]):
            raise ValueError(f"'{key}' is {_as_text(record[key])}")
    values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in record.items()}
    if "parts" in values:
        values["parts"] = tuple(Part(p["id"], p["name"], tuple(p["articles"])) for p in values["parts"])
    edit = Edit(**values, number=number)
    if action == "undo":
        _check_undo(edit, before)
    if twice := next((topic for topic in edit.topics if edit.topics.count(topic) > 1), None):
        raise ValueError(f"it merges {_short(twice)} twice")
    return edit


def _check_undo(edit: Edit, before: list[Edit]) -> None:
    undone = {other.line for other in before if other.action == "undo"}
    target = next((other for other in before if other.number == edit.line), None)
    if target is None or target.action != edit.undone or edit.undone == "undo" or edit.line in undone:
        raise ValueError(f"it undoes line {edit.line}, '{edit.undone}', which is not there to be undone")


def _fits(key: str, value: object) -> bool:
    if key == "line":
        return type(value) is int and value > 0
    if key == "was":
        return value is None or (isinstance(value, str) and bool(value) and _storable(value))
    if key == "parts":
        return isinstance(value, list) and bool(value) and all(map(_is_part, value))
    if key in ("topics", "stay"):
        return _is_texts(value) and (key == "stay" or (isinstance(value, list) and len(set(value)) > 1))
    return isinstance(value, str) and (bool(value.strip()) or key == "reason") and _storable(value)


def _is_part(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"id", "name", "articles"}
        and all(isinstance(value[key], str) and value[key].strip() and _storable(value[key]) for key in ("id", "name"))
        and _is_texts(value["articles"])
        and bool(value["articles"])
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item and _storable(item) for item in value)


def _storable(text: str) -> bool:
    """Whether it has no lone surrogate, which UTF-8 cannot encode."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _as_text(value: object) -> str:
    try:
        return _short(json.dumps(value, ensure_ascii=False))
    except RecursionError:
        return "nested too deeply"


def _short(text: str) -> str:
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= 60 else text[:57] + "..."
