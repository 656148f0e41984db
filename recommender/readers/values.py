"""Values of the records of data files: what is missing, where in an object its text is, what a wrapper holds."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from recommender.readers.columns import Columns, plain_name

_MISSING = frozenset(("nan", "null", "none", "nat", "na", "<na>", "n/a", "#n/a", "\\n"))
"""What programs print where they know nothing, in small letters; it counts only as the whole of a value."""
_WRAPPERS = ("_source", "fields", "attributes", "node", "article", "post", "news", "doc", "document", "item", "record",
             "story", "entry", "data", "content", "payload", "value", "metadata", "meta", "info", "head")  # fmt: skip
"""Keys of objects that hold the fields of the article."""
INSIDE = (
    "rendered", "main", "name", "text", "value", "original", "title", "html", "plain", "#text", "_", "$t", "#cdata",
    "__cdata", "#cdata-section", "raw", "default", "full", "content", "body", "plaintext", "headline",
    "$oid", "$date", "$numberLong", "$numberInt", "$numberDouble", "ko", "ko-KR", "ko_KR", "kor", "url", "href",
    "paragraphs", "sections", "form", "sentence", "context", "blocks", "children", "summary", "data", "attributes",
    "term", "label", "basic", "by",
)  # fmt: skip
"""Where in an object its text is, the best first."""
_DEPTH = 8
_ITEM = re.compile(r"'(?P<one>(?:[^'\\]|\\.)*)'|\"(?P<two>(?:[^\"\\]|\\.)*)\"", re.DOTALL)
_PRINTED = re.compile(
    r"\[\s*+(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"(?:,\s*+(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))*\s*+\]",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\([n'\"\\])")
_NO_TEXT = ("image", "photo", "picture", "video", "audio", "gallery", "ad", "advert", "embed", "iframe", "html_embed")
_HEADS, _TEXTS = ("headline", "heading", "title", "subtitle"), ("paragraphs", "sentences", "blocks")


def unlisted(text: str) -> str:
    """The texts of a list that a program printed into a cell, ``['가', '나']``, a line each; another text as it is."""
    if text[1:2] not in ("'", '"') or not _PRINTED.fullmatch(text.strip()):
        return text
    texts = [match["one"] or match["two"] or "" for match in _ITEM.finditer(text)]
    return "\n".join(_ESCAPED.sub(lambda at: "\n" if at[1] == "n" else at[1], text_of_item) for text_of_item in texts)


def missing(value: object) -> bool:
    """Whether a value stands for nothing known: null, NaN or infinity, or a word such as ``n/a``."""
    if isinstance(value, str):
        return len(value) < 20 and value.strip().casefold() in _MISSING
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def kind_of(value: object) -> str:
    """What a value of JSON is, as a sentence names it: "a list"."""
    names = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "a truth value",
        int: "a number",
        float: "a number",
    }
    return names.get(type(value), "a null" if value is None else f"a {type(value).__name__}")


def plain(value: object) -> object:
    """A value of a library for tables in the types of JSON: dates as ISO, those at midnight without an hour, missing
    values as None."""
    if type(value).__name__ in ("NaTType", "NAType"):
        return None
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second or value.tzinfo)
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value


def text_of(value: object, depth: int = 0) -> str | None:
    """The text of a value, of a list's entries on lines of their own or of the part of an object that holds it.

    ``None`` if it holds none.
    """
    if isinstance(value, str):
        return "" if missing(value) else value
    if isinstance(value, bool) or value is None or depth > _DEPTH:
        return None
    if isinstance(value, int | float):
        return str(value) if not missing(value) else ""
    if isinstance(value, list | tuple):
        texts = [text for item in _main_entries(value) if (text := text_of(item, depth + 1))]
        return "\n".join(texts) if texts or not value else None
    if isinstance(value, dict):
        return _part_text(value, depth) or next(
            (t for key in INSIDE if (t := text_of(value.get(key), depth + 1))), None
        )
    return str(value)


def _part_text(value: dict[str, Any], depth: int) -> str:
    """The heading and the paragraphs of a part of a body; empty for any other object."""
    texts = next((value[key] for key in _TEXTS if isinstance(value.get(key), list)), None)
    if texts is None:
        return ""
    head = next((text for key in _HEADS if (text := text_of(value.get(key), depth + 1))), "")
    return "\n".join(filter(None, (head, text_of(texts, depth + 1))))


def _main_entries(values: Sequence[object]) -> Sequence[object]:
    """The entries that call themselves the main ones, ``{"role": "main"}``, where some do; else those of text."""
    main = [item for item in values if isinstance(item, dict) and item.get("role") == "main"]
    return main or [item for item in values if not (isinstance(item, dict) and item.get("type") in _NO_TEXT)]


def flattened(values: dict[str, Any], columns: Columns) -> dict[str, Any]:
    """A record without missing values; fields of nested objects become ``outer.inner``."""
    nested = False
    filled = {}
    for key, value in values.items():
        if type(value) is str:
            if len(value) >= 20 or not missing(value):
                filled[key] = value
        elif not missing(value):
            nested = nested or type(value) is dict
            filled[key] = value
    return _flatten(unwrapped(filled, columns)) if nested else filled


def unwrapped(values: dict[str, Any], columns: Columns) -> dict[str, Any]:
    """The record with the fields in a wrapper such as ``_source``, where it lacks a title or a body itself."""
    lacking = lacks(values, columns)
    if not lacking:
        return values
    for key in _WRAPPERS:
        inner = values.get(key)
        if isinstance(inner, dict) and any(columns.names(inner_key, *lacking) for inner_key in inner):
            inner = unwrapped({k: v for k, v in inner.items() if not missing(v)}, columns)
            outer = {k: v for k, v in values.items() if k != key}
            return {**outer, **inner}
    return values


def lacks(values: Mapping[str, object], columns: Columns) -> tuple[str, ...]:
    """Which of title and body a record does not have as text."""
    present = {
        name for key, value in values.items() for name in ("title", "body")
        if columns.names(key, name) and text_of(value) and not (name == "title" and is_weak(key))
    }  # fmt: skip
    return tuple(name for name in ("title", "body") if name not in present)


def is_weak(key: str) -> bool:
    """Whether a key names anything: what stands there is a title only beside a body."""
    return plain_name(key) == "name"


def _flatten(values: dict[str, Any]) -> dict[str, Any]:
    flat = dict(values)
    for key, value in values.items():
        if isinstance(value, dict) and len(value) <= 30:
            for inner, inner_value in value.items():
                if not missing(inner_value) and not isinstance(inner_value, dict | list):
                    flat.setdefault(f"{key}.{inner}", inner_value)
    return flat
