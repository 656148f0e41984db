"""Which articles pass the names that a question gives: topics, outlets, sections, and what is excluded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.strings import StringTable, nearest_names
from ..errors import QueryError
from ..topics.topic import TopicModel, no_topic
from .catalogue import Catalogue
from .options import Names, SearchOptions, named

Mask = NDArray[np.bool_]


def passing(catalogue: Catalogue, options: SearchOptions, table: Path | None = None) -> Mask:
    """(n,) which articles pass; ``table`` is the file of a person's own names of outlets.

    Raises QueryError for a name that no article has, with the nearest, RecipeError if the table is none.
    """
    allowed = np.ones(len(catalogue), dtype=bool)
    if options.outlet:
        allowed &= np.isin(catalogue.outlet_of, _codes(catalogue, options.outlet, table))
    if options.exclude_outlet:
        allowed &= ~np.isin(catalogue.outlet_of, _codes(catalogue, options.exclude_outlet, table))
    if options.section:
        allowed &= _in_sections(catalogue, options.section)
    if options.exclude_author:
        names = [name.casefold() for name in named(options.exclude_author)]
        allowed &= ~_cards(catalogue, lambda card: any(name in card.get("author", "").casefold() for name in names))
    if options.exclude_id:
        allowed &= ~_copies(catalogue, named(options.exclude_id), collapse=options.collapse)
    return allowed


def outlet_names(catalogue: Catalogue, names: Names, table: Path | None) -> list[str]:
    """The outlets that articles have, by any name of them. Raises QueryError for one that none has."""
    return [catalogue.outlets[code] for code in _codes(catalogue, names, table)]


def _codes(catalogue: Catalogue, names: Names, table: Path | None) -> list[int]:
    return [_known(_outlet(name, catalogue.outlets, table), "outlet", catalogue.outlets) for name in named(names)]


def _outlet(name: str, outlets: StringTable, table: Path | None) -> str:
    """The name of an outlet that articles have, by another name of it."""
    if name in outlets:
        return name
    from ..text.outlets import Outlets

    return Outlets.read(table).name(name)


def _known(name: str, what: str, table: StringTable) -> int:
    code = table.find(name)
    if code < 0:
        nearest = nearest_names(name, table)
        raise QueryError(f"No article is of {what} '{name}'.", f"Nearest: {', '.join(nearest) or 'none'}.")
    return code


def _in_sections(catalogue: Catalogue, names: Names) -> Mask:
    sections = [json.loads(card).get("section", "") for card in catalogue.cards]
    table = StringTable.of(filter(None, sections))
    codes = {table[_known(name, "section", table)] for name in named(names)}
    return np.array([section in codes for section in sections], dtype=bool)


def _cards(catalogue: Catalogue, holds: Callable[[dict[str, Any]], bool]) -> Mask:
    return np.fromiter((holds(json.loads(card)) for card in catalogue.cards), dtype=bool, count=len(catalogue))


def _copies(catalogue: Catalogue, names: Iterable[str], *, collapse: bool) -> Mask:
    rows = []
    for name in names:
        row = catalogue.row(name)
        if row < 0:
            near = nearest_names(name, catalogue.ids)
            raise QueryError(f"There is no article '{name}' to exclude.", f"Nearest ids: {', '.join(near) or 'none'}.")
        rows.append(row)
    kinds = catalogue.duplicate_of
    return np.isin(kinds, kinds[rows]) if collapse else np.isin(np.arange(len(catalogue)), rows)


def of_topic(topics: TopicModel, name: str) -> Mask:
    """(n,) which articles are in a topic (fine, broad or curated), by id or name. Raises QueryError if it is none."""
    if (number := topics.find(name)) >= 0:
        return np.asarray(topics.topic_of == number)
    if (number := topics.find_broad(name)) >= 0:
        return np.asarray(topics.broad_of == number)
    if (number := topics.find_curated(name)) >= 0:
        return np.asarray(topics.curated_strength[:, number] > 0)
    raise no_topic(topics, name)
