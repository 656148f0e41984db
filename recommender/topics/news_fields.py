"""The field of the news that a topic is of: sport, courts, prices. It is said before the words of a name.

Words of headlines tell what is talked about, seldom the field: no headline says that it is about welfare. Each field of
``news_fields.txt`` (sections and desks of Korean newspapers, 75 of them) has some words of its own; the base model says
which field the headlines of a topic are nearest to, less what all headlines of the archive have in common. So an
archive of one industry has fields where its topics differ, and none for what all of it is about.
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
from .wide_names import JOINER, LEFTOVERS

WIDTH = 192  # dimensions of the base model that its teacher meant
_LEAST = 100  # headlines of an archive below which they have nothing in common that could be taken off
_MEMBERS = 300  # headlines of a topic that are looked at, at most
_EVERY = 4_000  # ... and of the archive
_SURE = 0.5  # cosine from which a topic is of a field
_BESIDE = 0.06  # how far behind the first one a second field may lie
_TOLD = 0.6  # share of the headlines that hold a word of the name, from which the name says it all
_MIXED = re.compile(f"[{JOINER}, ]+")


class Field(NamedTuple):
    """``name`` of a field and the ``words`` by which it is known."""

    name: str
    words: tuple[str, ...]


@cache
def news_fields() -> tuple[Field, ...]:
    """The fields of ``news_fields.txt``: a name, a colon, words."""
    text = files(__package__).joinpath("news_fields.txt").read_text(encoding="utf-8")
    parted = (line.partition(":") for line in text.splitlines() if line)
    return tuple(Field(name.strip(), (*words.split(), *name.strip().split(JOINER))) for name, _, words in parted)


@cache
def _directions() -> Floats:
    """(f, ``WIDTH``) unit rows of the fields, less what the words of all fields have in common."""
    meant = [base_vectors().encode(field.words)[:, :WIDTH] for field in news_fields()]
    rows = [unit_rows(of_field) for of_field in meant]
    middle = np.concatenate(rows).mean(axis=0)
    return unit_rows(np.stack([(of_field - middle).mean(axis=0) for of_field in rows]))


Fields = tuple[tuple[str, float], ...]  # names and cosines


def fields_of(headlines: Sequence[str], topic_of: NDArray[np.integer], count: int) -> list[Fields]:
    """For each of ``count`` topics the fields that it is surely of, at most two, the nearest first, with the cosine.

    ``topic_of`` (n,) is the place of each headline, -1 for none. No fields at all of few headlines, or where most are
    not Korean.
    """
    shown = [headlines[row] for row in _spread(np.arange(len(headlines)), _EVERY)]
    if not count or len(shown) < _LEAST or 2 * sum(script_of(text) == HANGUL for text in shown) <= len(shown):
        return [()] * count
    middle = _meant(shown).mean(axis=0)
    found: list[Fields] = []
    for place in range(count):
        members = _spread(np.flatnonzero(topic_of == place), _MEMBERS)
        if not members:
            found.append(())
            continue
        own = unit_rows(_meant([headlines[row] for row in members]) - middle).mean(axis=0)
        near = _directions() @ unit_rows(own)
        first, second = np.argsort(-near, kind="stable")[:2].tolist()
        both = (first, second) if near[second] >= near[first] - _BESIDE else (first,)
        found.append(tuple((news_fields()[at].name, float(near[at])) for at in both if near[at] >= _SURE))
    return found


def _meant(texts: Sequence[str]) -> Floats:
    return unit_rows(base_vectors().encode(texts)[:, :WIDTH])


def _spread(rows: NDArray[np.integer], most: int) -> list[int]:
    """At most ``most`` of the ``rows``, evenly."""
    return [int(rows[at]) for at in np.unique(np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(np.int64))]


def with_field(name: str, fields: Fields, told: float) -> str:
    """``name`` after its ``fields``, less the words that these say already: ``재난·사고: 화재, 사망``.

    ``told`` is the share of the headlines that hold a word of the name. A phrase that says enough, or is the field
    itself, stays as it is. Words that have little in common (``기타``) are no leftovers if they are of one field.
    """
    leftover = name.startswith(f"{LEFTOVERS}: ")
    if not fields:
        return name
    said = {part for field, _ in fields for part in field.split(JOINER)}
    if not leftover and JOINER not in name:
        words = [name]
        if told >= _TOLD or name in said:
            return name
    else:
        words = [word for word in _MIXED.split(name.removeprefix(f"{LEFTOVERS}: ")) if word not in said]
    called = ", ".join(field for field, _ in fields)
    return f"{called}: {', '.join(words[:2] if len(fields) > 1 else words)}" if words else called
