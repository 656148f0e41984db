"""Names of one thing that only a question takes for the same: the table ``synonyms.txt``."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def synonyms_of(word: str) -> tuple[str, ...]:
    """Other names of what ``word`` (lower case) may mean: AI for 인공지능, and the other way."""
    return _table().get(word, ())


@cache
def _table() -> dict[str, tuple[str, ...]]:
    lines = Path(__file__).with_name("synonyms.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {name: tuple(other for other in row if other != name) for row in rows for name in row}
