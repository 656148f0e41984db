"""The questions of an evaluation: pages with their related lists, or judgements by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..files.reading import LINES_LIMIT, read_text
from ..lazy import dataclass
from ..ranking.model import Model
from ..text.normalize import title_key

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Qrel:
    """An asking article and its right answers, by row; ``page`` is the one whose list says so, if not the asking."""

    row: int
    right: frozenset[int]
    page: int | None = None

    @property
    def source(self) -> int:
        """The row whose list must have had no part in the weights."""
        return self.row if self.page is None else self.page


def questions_from_links(model: Model) -> list[Qrel]:
    """One question a page with a related list, by row; itself and its near-copies are no answers."""
    links, duplicate_of = model.links, model.catalogue.duplicate_of
    questions = []
    for row in np.flatnonzero(np.diff(links.listed_start) > 0).tolist():
        listed = links.listed_by(row)
        questions.append(Qrel(row, frozenset(listed[duplicate_of[listed] != duplicate_of[row]].tolist())))
    return [question for question in questions if question.right]


def questions_from_labels(model: Model, path: str | Path) -> list[Qrel]:
    """Questions from judgements by hand: lines of ``{"title", "related": [titles]}``.

    Raises InputError naming the line if one is not understood. Titles unknown to the model are left out.
    """
    rows = {title_key(model.catalogue.article(row).title or ""): row for row in range(len(model))}
    duplicate_of = model.catalogue.duplicate_of
    questions = []
    for title, related in _judgements(path):
        row = rows.get(title_key(title or ""))
        if row is not None:
            right = {rows[key] for key in map(title_key, related) if key in rows}
            answers = frozenset(r for r in right if duplicate_of[r] != duplicate_of[row])
            questions.append(Qrel(row, answers))
    return [question for question in questions if question.right]


def _judgements(path: str | Path) -> Iterable[tuple[str | None, list[str]]]:
    try:
        text = read_text(path, LINES_LIMIT, "utf-8-sig").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.", "It wants JSON Lines in UTF-8.") from error
    for number, line in enumerate(text.split("\n") if text else (), start=1):  # a title may hold U+2028
        try:
            judgement = json.loads(line)
            title, related = judgement["title"], judgement.get("related") or []
            if not isinstance(title, str | None) or not all(isinstance(t, str) for t in related):
                raise TypeError("not text")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(
                f"{path}, line {number}: this is not a valid judgement.", 'Form: {"title": ..., "related": [...]}'
            ) from error
        yield title, related


def without_later(model: Model, questions: Iterable[Qrel]) -> list[Qrel]:
    """The questions less the answers published after the asking article; those left without one are dropped."""
    days = model.catalogue.days
    asked = (Qrel(q.row, frozenset(r for r in q.right if not days[r] > days[q.row]), q.page) for q in questions)
    return [question for question in asked if question.right]


def co_listed(model: Model, lists: int, seed: int) -> list[Qrel]:
    """Members of one list as questions for its other members; ``lists`` lists at most, a random sample.

    The page itself is neither asked nor an answer.
    """
    links, duplicate_of = model.links, model.catalogue.duplicate_of
    pages = np.flatnonzero(np.diff(links.listed_start) > 1)
    if len(pages) > lists:
        pages = np.sort(np.random.default_rng(seed).choice(pages, lists, replace=False))
    questions = []
    for page in pages.tolist():
        members = links.listed_by(page)
        members = members[duplicate_of[members] != duplicate_of[page]]
        for row in members.tolist():
            others = frozenset(members[duplicate_of[members] != duplicate_of[row]].tolist())
            if others:
                questions.append(Qrel(row, others, page))
    return questions


def sampled(items: Sequence[_Item], size: int, seed: int) -> list[_Item]:
    """A random sample of ``size`` of ``items``, in their order; all of them where they are fewer."""
    if len(items) <= size:
        return list(items)
    chosen = np.random.default_rng(seed).choice(len(items), size, replace=False)
    return [items[i] for i in np.sort(chosen).tolist()]


@dataclass(frozen=True, slots=True)
class Shared:
    """The same questions for two models, by their own rows, and the articles that both hold.

    ``ours`` (n,) and ``theirs`` (m,) bool mark those articles: what only one model holds is no rival.
    """

    questions: tuple[Qrel, ...]
    their_questions: tuple[Qrel, ...]
    ours: NDArray[np.bool_]
    theirs: NDArray[np.bool_]


def rows_in(other: Model, model: Model) -> NDArray[np.int64]:
    """(n,) the row in ``other`` of each article of ``model``, -1 where it has none."""
    return np.array([other.catalogue.row(name) for name in model.catalogue.ids], dtype=np.int64)


def shared(model: Model, other: Model, questions: Iterable[Qrel], their_own: Iterable[Qrel] | None = None) -> Shared:
    """``questions`` of ``model`` that ``other`` can be asked too: both know the article and an answer.

    With ``their_own``, the questions of ``other``, only what is right by these too.
    """
    there = rows_in(other, model)
    their_copies = other.catalogue.duplicate_of
    agreed: dict[int, frozenset[int]] = {}
    for q in their_own or ():  # a person may have judged one headline twice
        agreed[q.row] = agreed.get(q.row, frozenset()) | q.right
    ours, theirs = [], []
    for q in questions:
        at = int(there[q.row])
        common = [r for r in q.right if at >= 0 and there[r] >= 0 and their_copies[there[r]] != their_copies[at]]
        both = frozenset(r for r in common if their_own is None or int(there[r]) in agreed.get(at, ()))
        if both:
            page = None if q.page is None else int(there[q.page])
            ours.append(Qrel(q.row, both, q.page))
            theirs.append(Qrel(at, frozenset(int(there[r]) for r in both), page))
    right_there = np.zeros(len(other), dtype=bool)
    right_there[there[there >= 0]] = True
    return Shared(tuple(ours), tuple(theirs), there >= 0, right_there)
