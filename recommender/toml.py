"""Settings that people write in TOML: read with one kind of failure, in time that grows with the text."""

from __future__ import annotations

import re
import tomllib
from typing import Any

_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_PARTS = 50
"""Most parts of a key such as ``a.b.c``: the time of `tomllib` grows with their square."""


def parsed(text: str) -> dict[str, Any]:
    """What a text of TOML holds. Raises ValueError that says why it is none, whatever it is that fails."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _PARTS and _QUOTED.sub("", line).partition("#")[0].count(".") > _PARTS:
            raise ValueError(f"a key of more than {_PARTS} parts (at line {number})")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def shown(value: object) -> str:
    """A value as an error names it: short, whatever it is."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, tables in tables
        return "too large to be shown"
    return text if len(text) <= 120 else text[:117] + "..."
