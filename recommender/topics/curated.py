"""Curated topics: the subjects that an editor defined in data/topics.toml, and finding their terms in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from ..errors import RecipeError
from ..files.toml import settings, settings_text, shown
from ..lazy import dataclass, pattern
from ..text.analyzer import Analyzer, Piece, spelled
from ..text.normalize import normalise, split_tags

_ID = pattern(r"[a-z0-9][a-z0-9_-]*")
_LATIN = pattern(r"[0-9a-z\u00c0-\u024f][^가-힣]*")
_FORM = 'Form: [[desk]], then id = "posco", name = "포스코", name_en = "POSCO", terms = ["포스코"].'


@dataclass(frozen=True, slots=True)
class CuratedRule:
    """A subject as a person describes it: any of ``terms`` makes an article a member, any of ``excluded`` keeps
    it out, ``examples`` are headlines that belong to it."""

    id: str
    name: str
    name_en: str
    terms: tuple[str, ...]
    examples: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def load_curated(path: str | Path | None) -> tuple[CuratedRule, ...]:
    """The curated topics of a topics file, in its order; none where there is no file.

    Raises RecipeError naming the file, the line, the key and the value.
    """
    if path is None or not Path(path).exists():
        return ()
    text = settings_text(path)
    return _Reader(str(path), text).curated(settings(text, str(path), _FORM))


class _Reader:
    """Checks the content of a topics file, and finds the line of an error."""

    def __init__(self, source: str, text: str) -> None:
        self._source, self._lines = source, text.split("\n")

    def curated(self, table: dict[str, Any]) -> tuple[CuratedRule, ...]:
        for key in table:
            if key != "desk":
                raise self._wrong(None, key, f"unknown key '{key}'", "The one key is 'desk'. " + _FORM)
        rows = table.get("desk", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self._wrong(None, "desk", f"'desk' is {shown(rows)}", _FORM)
        rules: list[CuratedRule] = []
        for number, row in enumerate(rows):
            rule = self._desk(number, row)
            for key in ("id", "name", "name_en"):
                value = getattr(rule, key)
                if any(value in (other.id, other.name, other.name_en) for other in rules):
                    raise self._wrong(number, key, f"two desks have the {key} {value!r}", "Give each its own.")
            rules.append(rule)
        return tuple(rules)

    def _desk(self, number: int, row: dict[str, Any]) -> CuratedRule:
        keys = [field.name for field in fields(CuratedRule)]
        for key in row:
            if key not in keys:
                raise self._wrong(number, key, f"unknown key '{key}'", f"Known keys: {', '.join(keys)}.")
        for key in ("id", "name", "terms"):
            if key not in row:
                raise self._wrong(number, "", f"the desk has no '{key}'", _FORM)
        values: dict[str, Any] = {"name_en": row["name"]}
        for key, value in row.items():
            check = self._text if key in ("id", "name", "name_en") else self._texts
            values[key] = check(number, key, value)
        if not _ID.fullmatch(values["id"]):
            raise self._wrong(number, "id", f"'id' is {values['id']!r}", "Use a-z, 0-9, - and _.")
        if not values["terms"]:
            raise self._wrong(number, "terms", "'terms' is empty", "Give at least one term.")
        return CuratedRule(**values)

    def _text(self, number: int, key: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(number, key, f"'{key}' is {shown(value)}", "It wants a text in quotes.")
        return value.strip()

    def _texts(self, number: int, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self._wrong(number, key, f"'{key}' is {shown(value)}", 'It wants a list: ["포스코", "POSCO"].')
        for item in value:
            if not isinstance(item, str) or not any(c.isalnum() for c in item):
                raise self._wrong(
                    number, key, f"'{key}' holds {shown(item)}", "Give every entry a word, or take it out.", item
                )
        return tuple(item.strip() for item in value)

    def _wrong(self, number: int | None, key: str, problem: str, hint: str, item: object = None) -> RecipeError:
        return RecipeError(f"{self._source}, line {self._line(number, key, item)}: {problem}.", hint)

    def _line(self, number: int | None, key: str, item: object) -> int:
        """The line of ``key`` in the curated topic of that number, counted from 1; of ``item`` in its list if it is
        found."""
        heads = [i for i, line in enumerate(self._lines) if re.match(r"\s*\[\[\s*desk\s*\]\]", line)]
        inside = number is not None and number < len(heads)
        first = heads[number] if number is not None and inside else 0
        last = next((i for i in heads if i > first), len(self._lines)) if inside else len(self._lines)
        pattern = rf"\s*\[*\s*[\"']?{re.escape(key)}\b" if key else r"(?!)"
        i = next((i for i in range(first, last) if re.match(pattern, self._lines[i])), first)
        if item is not None:
            forms = [f'"{item}"', f"'{item}'"] if isinstance(item, str) else [re.escape(str(item)).lower()]
            i = next((i for i in range(i, last) if any(w in self._lines[i].lower() for w in forms)), i)
        return i + 1


@dataclass(frozen=True, slots=True)
class Term:
    """A term to search for: its eojeols in normal form with aliases resolved, ``shown`` as it was written."""

    shown: str
    parts: tuple[str, ...]

    @classmethod
    def of(cls, written: str, analyzer: Analyzer) -> Term:
        parts = spelled(written, analyzer.aliases) or spelled(normalise(written), analyzer.aliases)
        return cls(written, tuple(parts))


class Finder:
    """Finds many terms at once; caches which of them each eojeol can contain."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = tuple(terms)
        self._cache: dict[str, frozenset[int]] = {}
        self._joined = {
            i: "".join(term.parts)
            for i, term in enumerate(self.terms)
            if len(term.parts) > 1 and not any(map(_latin, term.parts))
        }

    def find(self, pieces: Sequence[Piece]) -> dict[Term, int]:
        """The count of each term in a text, in the order of the terms; a term of several eojeols matches adjacent ones,
        or one without spaces."""
        matches = [self._of(piece) for piece in pieces]
        hits = sorted({i for match in matches for i in match})
        counts = {self.terms[i]: self._count(i, pieces, matches) for i in hits}
        return {term: count for term, count in counts.items() if count}

    def _count(self, index: int, pieces: Sequence[Piece], matches: Sequence[frozenset[int]]) -> int:
        parts = self.terms[index].parts
        if len(parts) == 1:
            return sum(index in match for match in matches)
        separate = sum(
            all(_holds(pieces[start + i], part) for i, part in enumerate(parts))
            for start in range(len(pieces) - len(parts) + 1)
        )
        joined = self._joined.get(index)
        return separate + (sum(joined in piece.eojeol for piece in pieces) if joined else 0)

    def _of(self, piece: Piece) -> frozenset[int]:
        """The terms whose first eojeol, or the whole without spaces, this eojeol contains."""
        matches = self._cache.get(piece.eojeol)
        if matches is None:
            matches = frozenset(
                i
                for i, term in enumerate(self.terms)
                if term.parts and (_holds(piece, term.parts[0]) or self._joined.get(i, " ") in piece.eojeol)
            )
            self._cache[piece.eojeol] = matches
        return matches


def _latin(part: str) -> bool:
    return bool(_LATIN.fullmatch(part))


def _holds(piece: Piece, part: str) -> bool:
    """Whether the eojeol contains the term: as a word, as the head or the beginning of a compound (``특구`` in
    ``규제자유특구``, ``인재`` in ``인재양성``), or, if it has three syllables and more, anywhere? A Latin term may
    have a plural behind it, or Hangul."""
    eojeol = piece.eojeol
    if _latin(part):
        return bool(re.match(rf"{re.escape(part)}(?:e?s)?(?![0-9a-z])", eojeol))
    if part not in eojeol:
        return False
    if part == eojeol or part in piece.words or len(part) > 2:
        return True
    return len(part) == 2 and any(
        word.endswith(part) or (word.startswith(part) and len(word) > len(part) + 1) for word in piece.words
    )


def title_pieces(title: str, analyzer: Analyzer) -> list[Piece]:
    """The eojeols of a headline, after those of its bracket tags: ``[특구_포항]`` tells the subject."""
    tags, rest = split_tags(normalise(title))
    return [piece for text in (*tags, rest) for piece in analyzer.pieces(text)]
