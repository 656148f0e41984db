"""The alias table: built-in names, and those that a person adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from ..errors import RecipeError
from ..files.toml import settings, settings_text, shown
from .analyzer import Aliases, joined, plain

_BUILT_IN = "the built-in table"


def load_aliases(path: str | Path | None) -> Aliases:
    """The built-in table, with the file at ``path`` (if any) added to it.

    Raises RecipeError naming the file, the key and what stood there.
    """
    table = _read(files(__package__).joinpath("aliases.toml").read_text(encoding="utf-8"), _BUILT_IN)
    if path is not None and Path(path).exists():
        added = _read(settings_text(path), str(path))
        _check(table | added, {name: str(path) for name in added})
        table |= added
    try:
        return Aliases.of(table)
    except ValueError as error:
        raise RecipeError(f"{path}: {error}.", "Make one of them the name of all.") from error


def _check(table: Mapping[str, Sequence[str]], sources: Mapping[str, str]) -> None:
    """Raises RecipeError where two keys claim one name; ``sources`` says where a key stands, if not built in."""
    owners: dict[str, str] = {}
    for key, others in table.items():
        for name in map(plain, others):
            first = owners.setdefault(name, key)
            if joined(first) != joined(key):
                one, two = (f"'{k}' ({sources.get(k, _BUILT_IN)})" for k in (first, key))
                raise RecipeError(
                    f"'{name}' is another name of both {one} and {two}.",
                    "Leave it to one of them; a key of yours replaces the same key of the built-in table.",
                )


def _read(text: str, source: str) -> dict[str, list[str]]:
    content = settings(text, source, 'Form: [aliases], then "name" = ["other name"].')
    unknown = [key for key in content if key != "aliases"]
    if unknown or not isinstance(content.get("aliases", {}), dict):
        raise RecipeError(f"{source}: unknown key '{(unknown or ['aliases'])[0]}'.", "The one table is [aliases].")
    for name, others in content.get("aliases", {}).items():
        if (
            not name.strip()
            or not isinstance(others, list)
            or not all(isinstance(o, str) and o.strip() for o in others)
        ):
            raise RecipeError(f"{source}: '{name}' is {shown(others)}.", "Give a list of other names.")
    return dict(content.get("aliases", {}))
