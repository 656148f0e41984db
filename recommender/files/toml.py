"""Settings in TOML: whatever fails is a ValueError, and the time to read grows linearly with the text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import RecipeError
from ..lazy import pattern
from .reading import SETTINGS_LIMIT, read_text

_QUOTED = pattern(r"\"[^\"]*\"|'[^']*'")
_NO_KEY = pattern(r"[^A-Za-z0-9_\-. \t]+")  # what cannot stand in a key: it ends one
_PARTS = 50
"""Most parts of a key such as ``a.b.c``: the time of `tomllib` grows with their square."""


def parsed(text: str) -> dict[str, Any]:
    """The content of a text of TOML. Raises ValueError with the reason, whatever fails."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _PARTS and _count_parts(line) > _PARTS:
            raise ValueError(f"a key of more than {_PARTS} parts (at line {number})")
    import tomllib  # queries read no settings

    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def settings_text(path: str | Path) -> str:
    """The text of a file of settings. Raises RecipeError."""
    try:
        return read_text(path, SETTINGS_LIMIT, "utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} cannot be read: {error}.", "It wants TOML in UTF-8.") from error


def settings(text: str, source: str, form: str) -> dict[str, Any]:
    """``parsed``, but raises RecipeError that names the ``source`` and the ``form`` to write."""
    try:
        return parsed(text)
    except ValueError as error:
        raise RecipeError(f"{source} is not TOML: {error}.", form) from error


def _count_parts(line: str) -> int:
    """Dots in the longest key of a line, quoted text and comments aside."""
    plain = _QUOTED.sub("", line).partition("#")[0]
    return max(key.count(".") for key in _NO_KEY.split(plain))


def shown(value: object) -> str:
    """A value as an error names it: short, whatever it is."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, tables in tables
        return "too large to be shown"
    return text if len(text) <= 120 else text[:117] + "..."
