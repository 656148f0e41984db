"""The news section of a topic: sport, courts, prices. It stands before the words of a name.

Words of headlines tell what is talked about, seldom the field: no headline says that it is about welfare. Each field of
``news_fields.txt`` (75, in sections as Korean newspapers have them) has some words of its own; the base model says
which field the headlines of a topic are nearest to, less what all headlines of the archive have in common. So an
archive of one industry has fields where its topics differ, and none for what all of it is about. A topic of several
fields of one section is called by that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, unit_rows
from ..embeddings.bilingual import HANGUL, script_of
from ..embeddings.fused import base_vectors
from ..lazy import dataclass
from .wide_names import JOINER, LEFTOVERS, MOST, with_more

WIDTH = 192  # dimensions of the base model that its teacher meant
_LEAST = 100  # headlines of an archive below which they have nothing in common that could be taken off
_MEMBERS = 300  # headlines of a topic that are looked at, at most
_EVERY = 4_000  # ... and of the archive
_COMMON = 0.5  # how much of what all headlines of an archive have in common is taken off
_SURE = 0.5  # cosine from which a topic is of a field ...
_UNTOLD = 0.4  # ... whose name says little
_HELD = 0.25  # share of the headlines that must be nearest to the fields that are said ...
_HELD_ALL = 0.4  # ... before words that have little in common
_ALONE = 0.6  # share of a section's headlines from which one of its fields speaks for it
_SECOND = 0.15  # share from which a second section is said beside the first, if its cosine is ...
_BESIDE = 0.35  # ... this high, and its share this part of the first one's:
_HALF = 0.5
_NEAREST = 0.2  # cosine from which one headline is of a field
_PART = 0.12  # share of the headlines that a section must hold to be one of those that a topic of no field is of ...
_PARTS = 3  # ... so many at most, for leftovers ...
_MOSTLY = 0.35  # ... which hold this share together
_TOLD = 0.6  # share of the headlines that hold a word of the name, from which the name says it all
_BETWEEN = re.compile(f"{JOINER}|, ")
Fields = tuple[tuple[str, float], ...]  # names and cosines


class Field(NamedTuple):
    """``name`` of a field, the ``section`` that it is of, and the ``words`` by which it is known."""

    name: str
    section: str
    words: tuple[str, ...]


@cache
def news_fields() -> tuple[Field, ...]:
    """The fields of ``news_fields.txt``: below the name of a section in brackets a name, a colon, words."""
    fields, section = [], ""
    for line in files(__package__).joinpath("news_fields.txt").read_text(encoding="utf-8").splitlines():
        name, colon, words = line.partition(": ")
        if colon:
            fields.append(Field(name, section, (*words.split(), *name.split(JOINER))))
        else:
            section = line.strip("[]")
    return tuple(fields)


@cache
def _sections() -> tuple[list[str], NDArray[np.int64]]:
    """The names of the sections, and (f,) the place of each field's."""
    names = list(dict.fromkeys(field.section for field in news_fields()))
    return names, np.array([names.index(field.section) for field in news_fields()])


@cache
def _directions() -> Floats:
    """(f, ``WIDTH``) unit rows of the fields, less what the words of all fields have in common."""
    meant = [base_vectors().encode(field.words)[:, :WIDTH] for field in news_fields()]
    rows = [unit_rows(of_field) for of_field in meant]
    middle = np.concatenate(rows).mean(axis=0)
    return unit_rows(np.stack([(of_field - middle).mean(axis=0) for of_field in rows]))


@dataclass(frozen=True)
class FieldFinder:
    """Finds the fields of topics of one archive: n ``headlines``, and half of what they have in common, ``middle``
    (``WIDTH``,); None of few headlines, or where most are not Korean: such topics have no fields. ``own`` are the
    fields and sections that most of the archive is of: they tell none of its topics apart."""

    headlines: Sequence[str]
    middle: Floats | None
    own: frozenset[str] = frozenset()

    @classmethod
    def of(cls, headlines: Sequence[str]) -> FieldFinder:
        shown = [headlines[row] for row in _spread(np.arange(len(headlines)), _EVERY)]
        if len(shown) < _LEAST or 2 * sum(script_of(text) == HANGUL for text in shown) <= len(shown):
            return cls(headlines, None)
        meant = _meant(shown)
        middle = _COMMON * meant.mean(axis=0)
        return cls(headlines, middle, _mostly(unit_rows(meant - middle)))

    def called(self, name: str, members: NDArray[np.integer], share: float) -> str:
        """``name`` of a topic of the headlines at the rows ``members`` (m,), as ``with_field`` puts it."""
        rows, leftover = self._rows(members), name.startswith(f"{LEFTOVERS}: ")
        sure, min_share = (_SURE, _HELD_ALL) if leftover else (_SURE if share >= MOST else _UNTOLD, _HELD)
        fields = self._apart(_of_topic(rows, sure, min_share))
        vague = share < MOST and (JOINER in name or leftover)
        return with_field(name, fields, share, _parts(rows, share) if vague and not fields else ())

    def fields(self, members: NDArray[np.integer]) -> Fields:
        """The fields, at most two, that the headlines at the rows ``members`` (m,) are surely of, the nearest first,
        with their cosines."""
        return self._apart(_of_topic(self._rows(members)))

    def _apart(self, fields: Fields) -> Fields:
        return tuple(field for field in fields if field[0] not in self.own)

    def _rows(self, members: NDArray[np.integer]) -> Floats:
        """(k, ``WIDTH``) unit rows of some of the members; none where topics have no fields."""
        if self.middle is None or not len(members):
            return np.zeros((0, WIDTH), dtype=np.float32)
        return unit_rows(_meant([self.headlines[row] for row in _spread(members, _MEMBERS)]) - self.middle)


def _of_topic(rows: Floats, sure: float = _SURE, min_share: float = _HELD) -> Fields:
    """The fields of a topic by the unit rows (m, ``WIDTH``) of its headlines: that of their middle, and of a mixed
    topic the one to which the most of the others are nearest; their section where no field of it speaks for most."""
    if not len(rows):
        return ()
    near = _directions() @ unit_rows(rows.mean(axis=0))
    share = np.bincount((rows @ _directions().T).argmax(axis=1), minlength=len(near)) / len(rows)
    names, section = _sections()
    of_section = np.bincount(section, weights=share, minlength=len(names))
    first = int(section[near.argmax()])
    second = int(np.where(np.arange(len(names)) == first, -1, of_section).argmax())
    beside = of_section[second] >= max(_SECOND, _HALF * of_section[first]) and near[section == second].max() >= _BESIDE
    sections = (first, second) if beside else (first,)
    if near.max() < sure or of_section[list(sections)].sum() < min_share:
        return ()
    return tuple(_speaking(np.flatnonzero(section == i), near, share) for i in sections)


def _mostly(rows: Floats) -> frozenset[str]:
    """The section that more than half of the ``rows`` are nearest to, and its fields; nothing if there is none."""
    names, section = _sections()
    share = np.bincount(section[(rows @ _directions().T).argmax(axis=1)], minlength=len(names)) / len(rows)
    largest = int(share.argmax())
    names_held = [field.name for field in news_fields() if field.section == names[largest]]
    return frozenset([names[largest], *names_held] if share[largest] > _HALF else [])


def _parts(rows: Floats, name_share: float) -> tuple[str, ...]:
    """The sections that a topic of no field is of, two or three, the largest first; none where they hold few of the
    ``rows``, or fewer than its name tells."""
    if not len(rows):
        return ()
    cosine = rows @ _directions().T
    names, section = _sections()
    of_field = section[cosine.argmax(axis=1)][cosine.max(axis=1) >= _NEAREST]
    share = np.bincount(of_field, minlength=len(names)) / len(rows)
    largest = [int(i) for i in np.argsort(-share, kind="stable")[:_PARTS] if share[i] >= _PART]
    return (
        tuple(names[i] for i in largest)
        if len(largest) > 1 and share[largest].sum() >= max(_MOSTLY, name_share)
        else ()
    )


def _speaking(fields: NDArray[np.int64], near: Floats, share: NDArray[np.float64]) -> tuple[str, float]:
    """The field of a section that most of its headlines are nearest to, or the section; and its cosine."""
    best = int(fields[near[fields].argmax()])
    alone = share[best] >= _ALONE * share[fields].sum()
    return (news_fields()[best].name if alone else news_fields()[best].section), float(near[best])


def _meant(texts: Sequence[str]) -> Floats:
    return unit_rows(base_vectors().encode(texts)[:, :WIDTH])


def _spread(rows: NDArray[np.integer], count: int) -> list[int]:
    """At most ``count`` of the ``rows``, evenly."""
    return [int(rows[i]) for i in np.unique(np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(np.int64))]


def with_field(name: str, fields: Fields, share: float, parts: Sequence[str] = ()) -> str:
    """``name`` after its ``fields``, less the words that these say already: ``재난·사고: 화재, 사망``.

    ``share`` is the share of the headlines that hold a word of the name. A phrase that says enough, or is the field
    itself, stays as it is. Words that have little in common (``기타``) are no leftovers if they are of one field. Of no
    field, leftovers are called by the sections that they are of (``parts``); words that say little stand behind two.
    """
    leftover = name.startswith(f"{LEFTOVERS}: ")
    if parts and leftover:
        return f"{LEFTOVERS}: {', '.join(parts)}"
    fields = fields or tuple((part, 0.0) for part in parts[:2])
    if not fields:
        return with_more(name, share)
    field_words = {part for field, _ in fields for part in field.split(JOINER)}
    if not leftover and JOINER not in name:
        words = [name]
        if share >= _TOLD or name in field_words:
            return name
    else:
        words = [word for word in _BETWEEN.split(name.removeprefix(f"{LEFTOVERS}: ")) if word not in field_words]
    field_names = ", ".join(field for field, _ in fields)
    return f"{field_names}: {', '.join(words[:2] if len(fields) > 1 else words)}" if words else field_names
