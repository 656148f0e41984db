"""The alias table: built-in names, and those that a person adds."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from .errors import RecipeError
from .files import SETTINGS_LIMIT, read_text
from .lexicon import Aliases
from .toml import parsed, shown


def load_aliases(path: str | Path | None) -> Aliases:
    """The built-in table, with the file at ``path`` (if any) added to it.

    Raises RecipeError naming the file, the key and what stood there.
    """
    table = _read(files(__package__).joinpath("aliases.toml").read_text(encoding="utf-8"), "the built-in table")
    if path is not None and Path(path).exists():
        try:
            text = read_text(path, SETTINGS_LIMIT, "utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise RecipeError(f"{path} cannot be read: {error}.", "It wants TOML in UTF-8.") from error
        table |= _read(text, str(path))
    return Aliases.of(table)


def _read(text: str, source: str) -> dict[str, list[str]]:
    try:
        given: dict[str, Any] = parsed(text)
    except ValueError as error:
        raise RecipeError(
            f"{source} is not TOML: {error}.", 'Form: [aliases], then "name" = ["other name"].'
        ) from error
    unknown = [key for key in given if key != "aliases"]
    if unknown or not isinstance(given.get("aliases", {}), dict):
        raise RecipeError(f"{source}: unknown key '{(unknown or ['aliases'])[0]}'.", "The one table is [aliases].")
    for name, others in given.get("aliases", {}).items():
        if (
            not name.strip()
            or not isinstance(others, list)
            or not all(isinstance(o, str) and o.strip() for o in others)
        ):
            raise RecipeError(f"{source}: '{name}' is {shown(others)}.", "Give a list of other names.")
    return dict(given.get("aliases", {}))
