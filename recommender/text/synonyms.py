"""Synonyms that expand a question: the table ``synonyms.txt``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Sense(NamedTuple):
    """What a short name stands for where one of the words ``beside`` stands in the title, and else does not."""

    meant: str
    beside: tuple[str, ...]


def synonyms_of(word: str) -> tuple[str, ...]:
    """Other names of what ``word`` (lower case) may mean: AI for 인공지능, and the other way."""
    return _table().get(word, ())


def other_sense(query_words: Iterable[str], words: Iterable[str], title: str) -> bool:
    """Whether one of ``words``, synonyms added to a question, means something else in a title (lower case): AI beside
    오리 is no 인공지능, and without such a word no 조류인플루엔자."""
    in_query = frozenset(query_words)
    for word in words:
        sense = _senses().get(word)
        if sense and word not in in_query and (sense.meant in in_query) != any(near in title for near in sense.beside):
            return True
    return False


def has_senses(words: Iterable[str]) -> bool:
    """Whether a title is needed to tell what one of ``words`` means."""
    return any(word in _senses() for word in words)


class _Row(NamedTuple):
    """A line of the table: its ``names``, whether the first alone is read as the others, the words behind a bar."""

    names: list[str]
    one_way: bool
    beside: tuple[str, ...]


@cache
def _rows() -> list[_Row]:
    lines = Path(__file__).with_name("synonyms.txt").read_text(encoding="utf-8").splitlines()
    parts = [line.partition("|") for line in lines if not line.startswith("#")]
    return [_Row(names.replace(">", " ").split(), ">" in names, tuple(near.split())) for names, _, near in parts]


@cache
def _table() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for names, one_way, beside in _rows():
        for name in names[1:] if beside else names[:1] if one_way else names:
            table[name] = (*table.get(name, ()), *(other for other in names if other != name))
    return table


@cache
def _senses() -> dict[str, Sense]:
    return {row.names[0]: Sense(row.names[1], row.beside) for row in _rows() if row.beside}
