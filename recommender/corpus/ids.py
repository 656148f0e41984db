"""Names that are the same on every machine: ids from content, keys of bodies and addresses."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from ..lazy import pattern

_NOT_WEB = pattern(r"(?!https?:)[a-z][a-z0-9+.-]*://|(?:file|data|about|blob|cid|mailto|javascript):", re.IGNORECASE)


def digest(*parts: str) -> str:
    """sha256 in hex over the parts; ``digest("ab", "c") != digest("a", "bc")``."""
    framed = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(framed.encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=4096)  # asked for again and again while a record is written and linked
def headline_id(key: str) -> str:
    """The id of an article known by its headline's `title_key`, with or without a page."""
    return digest("headline", key)[:16]


def body_key(body: str) -> str:
    """What two copies of one body share whatever their white space; empty for an empty body."""
    squeezed = "".join(body.split())
    return digest("body", squeezed)[:32] if squeezed else ""


def body_id(key: str) -> str:
    """The id of an article without a title, by its `body_key`."""
    return digest("untitled", key)[:16]


def list_id(related: str) -> str:
    """What holds the related list of a page that tells of no article; no given id begins like it."""
    return f"\x01{digest('list', related)[:16]}"


def article_key(url: str | None) -> str | None:
    """`url_key` of an address by which an article may be known; ``None`` for that of a file and the like."""
    return None if not url or _NOT_WEB.match(url) else url_key(url)


def url_key(url: str) -> str:
    """An address as it is compared: no scheme, no fragment, no closing slash."""
    return url.split("#", 1)[0].removeprefix("https://").removeprefix("http://").rstrip("/")
