"""Which key or column of a record fills which field: a table of known names, and the user's own names."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from recommender.errors import InputError
from recommender.files.reading import SETTINGS_LIMIT, read_text
from recommender.files.toml import parsed
from recommender.readers.day_order import ORDERS

from ..lazy import dataclass

DATES = ("published", "updated")
FIELDS = ("id", "title", "subtitle", "body", "outlet", "author", "published", "updated", "url", "section", "related")
"""What a record may say of an article."""
_STARTS = ("article", "news", "doc", "post", "story", "기사", "뉴스", "보도")
_KINDS = ("대", "주", "큰", "본", "원", "원본", "메인", "한글", "국문", "main", "orig", "original")
"""Prefixes that tell one of several; a name with one ranks behind the plain name."""
_ABOUT = frozenset(("sys", "system", "date", "dates", "time", "times", "timestamps", "meta", "metadata", "audit"))
"""Objects that tell of a record, and not of what belongs to it."""
_BEHIND = 1000
_NAMED = ("outlet", "author", "section")
PLANS = 1000
"""Most sets of keys whose plans are cached; the records of one file have few."""


@lru_cache(maxsize=10_000)  # the records of a file have the same keys
def plain_name(name: str) -> str:
    """A name as names are compared: small letters and digits in one normal form, without blanks and signs."""
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
    return "".join(filter(str.isalnum, name.casefold()))


@cache
def known_names() -> dict[str, tuple[str, ...]]:
    """The names of every field, the best first."""
    text = files("recommender.readers.rules").joinpath("columns.toml").read_text(encoding="utf-8")
    return {name: tuple(values) for name, values in tomllib.loads(text).items()}


@cache
def _known_fields() -> dict[str, list[tuple[str, int]]]:
    """The fields that a name may fill, each with the rank of the name there."""
    fields: dict[str, list[tuple[str, int]]] = {}
    for name, values in known_names().items():
        for rank, value in enumerate(values):
            fields.setdefault(value, []).append((name, rank))
    return fields


def _fields_of_shortened(plain: str) -> list[tuple[str, int]]:
    """The fields of a name such as ``기사작성시간``, without its common beginning or ending."""
    for start in _STARTS:
        rest = plain.removeprefix(start)
        if rest != plain and rest != "name":
            return _known_fields().get(rest, [])
    if plain.endswith("dttm"):
        return _known_fields().get(f"{plain[:-4]}dt", [])
    if plain.endswith("nm"):  # as Korean databases shorten "name"
        candidates = _known_fields().get(f"{plain[:-2]}name") or _known_fields().get(plain[:-2], [])
        return [(name, rank) for name, rank in candidates if name in _NAMED]
    rests = [plain.removeprefix(kind) for kind in _KINDS if plain.startswith(kind)]
    candidates = next((fields for rest in rests if rest != "name" and (fields := _known_fields().get(rest))), [])
    return [(name, rank + _BEHIND) for name, rank in candidates]


def _fields_of_inner(name: str) -> list[tuple[str, int]]:
    """The fields of ``dc:title``, by what stands behind the prefix, and of ``dates.published``, if it is a date."""
    outer, dot, inner = name.rpartition(".")
    if dot:
        fields = _known_fields().get(plain_name(inner), []) if plain_name(outer) in _ABOUT else []
        return [(field_name, rank + _BEHIND) for field_name, rank in fields if field_name in DATES]
    prefix, colon, inner = name.partition(":")
    fields = _known_fields().get(plain_name(inner), []) if colon and prefix.isalnum() else []
    return [(field_name, rank + _BEHIND) for field_name, rank in fields]


@dataclass(frozen=True, slots=True)
class Plan:
    """``keys`` has the keys that may fill a field, the best first; ``unused`` those that fill none."""

    keys: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...]

    def of(self, name: str) -> tuple[str, ...]:
        return self.keys.get(name, ())


@dataclass(slots=True)
class Columns:
    """The table of names, with the user's own names before those of the table.

    ``own`` maps a field to names as they stand in the file, or to the number of a column that has no name;
    ``published:mdy`` is a field whose dates are written in that order of year, month and day.
    """

    own: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _own: dict[str, list[tuple[str, int]]] = field(init=False, repr=False)
    _orders: dict[str, str] = field(init=False, repr=False)
    _plans: dict[tuple[str, ...], Plan] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._own, self._orders = {}, {}
        for field_name, values in self.own.items():
            name, _, order = field_name.partition(":")
            for rank, value in enumerate(values):
                if order:
                    self._orders[plain_name(value)] = order
                self._own.setdefault(plain_name(value), []).append((name, rank - len(values)))

    @classmethod
    def read(cls, path: Path) -> Columns:
        """With the names of the file at ``path``, if there is one. Raises InputError where it is none of names."""
        return cls(read_own(path))

    @property
    def mark(self) -> str:
        """Tells these names from others: a file is read again when they have changed. Empty without own names."""
        return ";".join(f"{name}={'|'.join(values)}" for name, values in sorted(self.own.items()))

    def own_names(self) -> set[str]:
        """The user's own names, as they are compared."""
        return set(self._own)

    def order_of(self, name: str) -> str:
        """The order of day, month and year that the user named for a key; ``""`` for none."""
        return self._orders.get(plain_name(name), "") if self._orders else ""

    def fields_of(self, name: str) -> list[tuple[str, int]]:
        """The fields that a key may fill, each with its rank, the lowest first."""
        plain = plain_name(name)
        return (
            self._own.get(plain)
            or _known_fields().get(plain)
            or self._fields_before_bracket(name)
            or _fields_of_shortened(plain)
            or _fields_of_inner(name)
        )

    def _fields_before_bracket(self, name: str) -> list[tuple[str, int]]:
        """The fields of ``제목(한글)``: those of what stands before the bracket."""
        plain = plain_name(name.split("(", 1)[0]) if "(" in name[1:] else ""
        return self._own.get(plain) or _known_fields().get(plain, []) if plain else []

    def names(self, key: str, *fields: str) -> bool:
        """Whether a key may fill one of ``fields``."""
        return any(name in fields for name, _ in self.fields_of(key))

    def plan(self, keys: Iterable[str]) -> Plan:
        """Which of a record's keys fill which field; the same for every record with these keys."""
        names = tuple(keys)
        plan = self._plans.get(names)
        if plan is None:
            if len(self._plans) >= PLANS:
                self._plans.clear()
            plan = self._plans[names] = self._make_plan(names)
        return plan

    def _make_plan(self, keys: Sequence[str]) -> Plan:
        ranked: dict[str, list[tuple[int, int, str]]] = {}
        used: set[str] = set()
        for index, key in enumerate(keys):
            fields = self.fields_of(key)
            for name, rank in fields:
                ranked.setdefault(name, []).append((rank, index, key))
            if fields:
                used.add(key.partition(".")[0])
        unused = [key for key in keys if key.partition(".")[0] not in used and not self.fields_of(key)]
        unused = [key for key in unused if "." not in key or key.partition(".")[0] not in keys]
        return Plan(
            {name: tuple(key for _, _, key in sorted(candidates)) for name, candidates in ranked.items()}, tuple(unused)
        )

    def guess(self, key: str, missing: Iterable[str]) -> str | None:
        """The field among ``missing`` that a key which is not known most likely means, by a known name in it."""
        plain = plain_name(key)
        best = (0, "")
        for name in missing:
            for known in known_names().get(name, ()):
                if len(known) >= (2 if known > "ㄱ" else 4) and known in plain:
                    best = max(best, (len(known), name))
        return best[1] or None


def own_names(pairs: Iterable[str]) -> dict[str, list[str]]:
    """``title=기사제목`` and its like as `Columns.own`. InputError for another field or no name."""
    names_by_field: dict[str, list[str]] = {}
    for pair in pairs:
        name, _, column = (part.strip() for part in pair.partition("="))
        if not column or not plain_name(column):
            raise InputError(f"{pair!r} names no column.", "Write FIELD=COLUMN, such as title=기사제목.")
        names_by_field.setdefault(_field(name, pair), []).append(column)
    return names_by_field


def read_own(path: Path) -> dict[str, list[str]]:
    """The names of a file like ``title = ["기사제목"]``; none where there is none. InputError where it is not one."""
    if not path.exists():
        return {}
    try:
        settings = parsed(read_text(path, SETTINGS_LIMIT, "utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}.", 'Write lines like title = ["기사제목"].') from error
    pairs = []
    for name, values in settings.items():
        for value in [values] if isinstance(values, str | int) else values if isinstance(values, list) else [None]:
            if not isinstance(value, str | int):
                raise InputError(f"{path}: {name!r} is not a list of names.", 'Write lines like title = ["기사제목"].')
            pairs.append(f"{name}={value}")
    return own_names(pairs)


def _field(name: str, pair: str) -> str:
    folded = name.casefold()
    plain, _, order = folded.partition(":")
    if folded in FIELDS or (plain in DATES and order in ORDERS):
        return folded
    field_name, _, column = (part.strip() for part in pair.rpartition("="))
    if column.casefold() in FIELDS:
        raise InputError(f"{pair!r} stands the wrong way round.", f"Write {column.casefold()}={field_name}.")
    raise InputError(f"{pair!r} names no field: {name!r}.", f"Fields are {', '.join(FIELDS)}.")
