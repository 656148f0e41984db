"""People's decisions on pairs of articles: one line each in data/related.jsonl, only ever added to.

A pinned article stands first in the list of the other; two that are blocked are never in each other's. The last
decision on a pair counts, but each of the two may be pinned in the list of the other. ``undo`` is a line too: it names
the line that no longer counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import InputError, QueryError
from ..files.home import PAIRS
from ..files.jsonl_log import append_line, one_line, read_lines
from ..lazy import dataclass

FILE = PAIRS
_KINDS = {"time": str, "by": str, "action": str, "article": str, "other": str, "line": int, "reason": str}
_HINT = "Mend or take out that line, or go back to an earlier state of the file."


@dataclass(frozen=True, slots=True)
class Decision:
    """``pin`` of ``other`` to ``article``, ``block`` of the two, or ``undo`` of a ``line``; ``number`` is its own."""

    action: str
    article: str = ""
    other: str = ""
    line: int = 0
    by: str = ""
    reason: str = ""
    time: str = ""
    number: int = 0

    def as_json(self) -> dict[str, Any]:
        record = asdict(self)
        return {key: record[key] for key in _KINDS}

    def leaves(self, earlier: Decision) -> bool:
        """Whether ``earlier``, on the same pair, still counts beside this one: a pin in the list of the other."""
        return self.action == earlier.action == "pin" and self.article != earlier.article

    def repeats(self, earlier: Decision) -> bool:
        """Whether ``earlier`` says the same; a block of two articles has no order."""
        same = (self.article, self.other) == (earlier.article, earlier.other)
        swapped = self.action == "block" and (self.article, self.other) == (earlier.other, earlier.article)
        return self.action == earlier.action and (same or swapped)

    def told(self) -> str:
        about = f"line {self.line}" if self.action == "undo" else f"{self.article} {self.other}"
        return f"{self.action} {about}"


@dataclass(frozen=True, slots=True)
class PairLog:
    """The decisions of a file, all of them, in order."""

    path: Path
    decisions: tuple[Decision, ...] = ()

    @classmethod
    def read(cls, path: Path) -> PairLog:
        """The log at ``path``; empty where there is no file. Raises InputError naming a line that is no decision."""
        lines = enumerate(read_lines(path, _HINT), start=1)
        return cls(path, tuple(_decision(path, number, line) for number, line in lines))

    @property
    def _not_undone(self) -> list[Decision]:
        undone = {d.line for d in self.decisions if d.action == "undo"}
        return [d for d in self.decisions if d.action != "undo" and d.number not in undone]

    @property
    def standing(self) -> tuple[Decision, ...]:
        """The decisions that count: of each pair the last that is not undone, and a pin in the list of each of the
        two."""
        counting: dict[frozenset[str], list[Decision]] = {}
        for decision in self._not_undone:
            pair = frozenset((decision.article, decision.other))
            counting[pair] = [d for d in counting.get(pair, ()) if decision.leaves(d)] + [decision]
        numbers = {decision.number for decisions in counting.values() for decision in decisions}
        return tuple(decision for decision in self._not_undone if decision.number in numbers)

    def undone(self, line: str | None = None) -> Decision:
        """The undo of the decision on a ``line`` of the file, else of the last that is not undone. Raises QueryError
        where that does not stand, or none is left."""
        if line is not None:
            decision = next((d for d in self.standing if str(d.number) == line), None)
            if decision is None:
                raise QueryError("That decision does not stand any more.", "Open the article again.")
        elif not (remaining := self._not_undone):
            raise QueryError("There is no decision to undo.", "See: recommender related list")
        else:
            decision = remaining[-1]
        return Decision("undo", decision.article, decision.other, decision.number)

    def add(self, decision: Decision) -> Decision:
        """Writes ``decision`` with the present time behind all others, its reason as one line, and syncs.

        Raises InputError if it cannot.
        """
        time, number = datetime.now(UTC).isoformat(timespec="seconds"), len(self.decisions) + 1
        decision = replace(decision, reason=one_line(decision.reason), time=time, number=number)
        line = json.dumps(decision.as_json(), ensure_ascii=False)
        append_line(self.path, line, lambda: PairLog.read(self.path).decisions == self.decisions)
        return decision


def decide(
    path: Path, id_of: Callable[[str], str], action: str, article: str, other: str, *, by: str, reason: str
) -> Decision:
    """Keeps what a person decided on two articles in the log at ``path``.

    What stands already is not written again, so that one undo takes it back: the decision that stands is returned.

    Parameters
    ----------
    path
        The log.
    id_of
        The id of an article by any name of it; see ``Recommender.id_of``.
    action
        ``pin`` of ``other`` to ``article``, or ``block`` of the two.
    article, other
        The two, as the person names them.
    by, reason
        Who decided, and why.

    Raises
    ------
    QueryError
        Where both names are of one article, or one is of none.
    InputError
        If the log is damaged, cannot be written, or was changed meanwhile.
    """
    one, two = id_of(article), id_of(other)
    if one == two:
        raise QueryError(f"{article} and {other} are one article.", "Name two.")
    log, decision = PairLog.read(path), Decision(action, one, two, by=by, reason=reason)
    return next((d for d in log.standing if decision.repeats(d)), None) or log.add(decision)


def undo(path: Path, line: str | None = None, *, by: str, reason: str) -> tuple[Decision, Decision]:
    """Takes back what ``PairLog.undone`` says, in the log at ``path``; the undo as it was kept, and what it undoes.

    Raises QueryError, InputError.
    """
    log = PairLog.read(path)
    made = log.add(replace(log.undone(line), by=by, reason=reason))
    return made, log.decisions[made.line - 1]


def _decision(path: Path, number: int, line: str) -> Decision:
    try:
        record: dict[str, Any] = json.loads(line)
        fits = record.keys() == _KINDS.keys() and all(type(record[key]) is kind for key, kind in _KINDS.items())
        if not fits or record["action"] not in ("pin", "block", "undo"):
            raise ValueError
    except (ValueError, AttributeError, RecursionError):
        raise InputError(f"{path}, line {number}: no decision on a pair. None is applied.", _HINT) from None
    return Decision(**record, number=number)


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions in rows of a model: ``pins`` of a row, in order, and the rows ``blocked`` with it; a sentence in
    ``problems`` for each that is about an article that is not there."""

    pins: dict[int, list[int]] = field(default_factory=dict)
    blocked: dict[int, list[int]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, log: PairLog, row: Callable[[str], int]) -> Decided:
        """``row`` gives the row of an id, -1 for none."""
        decided, problems = cls(), []
        for decision in log.standing:
            left, right = row(decision.article), row(decision.other)
            if min(left, right) < 0:
                missing = decision.article if left < 0 else decision.other
                position = f"line {decision.number} of {FILE}"
                problems.append(f"'{decision.told()}' ({position}) is not applied: there is no article {missing} now.")
            elif decision.action == "pin":
                decided.pins.setdefault(left, []).append(right)
            else:
                decided.blocked.setdefault(left, []).append(right)
                decided.blocked.setdefault(right, []).append(left)
        return replace(decided, problems=tuple(problems))
