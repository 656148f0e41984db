"""One outlet under many names: the built-in table of the Korean press, and what a person adds to it."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cache
from importlib.resources import files
from pathlib import Path

from ..errors import RecipeError
from ..files.home import OUTLETS
from ..files.toml import settings, settings_text, shown
from ..lazy import dataclass

FILE = OUTLETS
_SCHEME = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_LEGAL = re.compile(r"^(?:\(주\)|㈜|주식회사)\s*|(?:\(주\)|㈜|주식회사)$")


def plain(name: str) -> str:
    """A name as names are compared: small letters without blanks; an address is its host."""
    name = unicodedata.normalize("NFC", _LEGAL.sub("", name.strip()).strip())
    host = _SCHEME.sub("", name).split("/", 1)[0].casefold().removeprefix("www.")
    return host if _HOST.fullmatch(host) else "".join(name.split()).casefold()


@dataclass(frozen=True, slots=True)
class Outlets:
    """``names``: other name, as names are compared -> the name that is shown. ``mark`` tells the additions of a person
    from others; empty without."""

    names: Mapping[str, str] = field(default_factory=dict)
    mark: str = ""

    def name(self, outlet: str) -> str:
        """The canonical name of an outlet; an unknown one is returned as it is."""
        key = plain(outlet)
        canonical = self.names.get(key)
        while canonical is None and _HOST.fullmatch(key) and key.count(".") > 1:
            key = key.partition(".")[2]  # a host stands for its subdomains
            canonical = self.names.get(key)
        return canonical or outlet

    @classmethod
    def read(cls, path: Path | None = None) -> Outlets:
        """The built-in table, with the file at ``path``, if it is there, before it. Raises RecipeError for no table."""
        if path is None or not path.exists():
            return cls(_built_in())
        added = _table(settings_text(path), str(path))
        text = json.dumps(added, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return cls({**_built_in(), **added}, hashlib.sha256(text).hexdigest()[:16])


@cache
def _built_in() -> dict[str, str]:
    return _table(files("recommender.text").joinpath(FILE).read_text(encoding="utf-8"), "the built-in table")


def _table(text: str, source: str) -> dict[str, str]:
    """Other names by their plain form. Raises RecipeError naming the key and what stood there."""
    hint = 'Form: [outlets], then "뉴시스" = ["newsis.com", "newsis"].'
    content = settings(text, source, hint)
    table = content.get("outlets", {})
    if set(content) - {"outlets"} or not isinstance(table, dict):
        raise RecipeError(f"{source}: the one table is [outlets].", hint)
    names: dict[str, str] = {}
    for name, others in table.items():
        if not name.strip() or not _are_names(others):
            raise RecipeError(f"{source}: '{name}' is {shown(others)}.", "Give a list of other names.")
        for other in (name, *others):
            if names.setdefault(plain(other), name) != name:
                first = names[plain(other)]
                raise RecipeError(f"{source}: '{other}' is a name of '{first}' and '{name}'.", "Leave it to one.")
    return names


def _are_names(others: Sequence[object] | object) -> bool:
    return isinstance(others, list) and all(isinstance(other, str) and other.strip() for other in others)
