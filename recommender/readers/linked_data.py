"""What a page says of its article in JSON: linked data (JSON-LD) and the data of a page that scripts build."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from typing import Any

from recommender.errors import InputError
from recommender.readers.columns import plain_name
from recommender.readers.records import Records
from recommender.readers.rules.bylines import without_role
from recommender.text.markup import without_markup
from recommender.text.normalize import clean, title_key

from ..lazy import dataclass

LIMIT = 3_000_000
"""Most characters of one script that are parsed."""
NODES = 50_000
"""Most values of one script that are visited."""
_ARTICLES = (
    "article",
    "newsarticle",
    "reportagenewsarticle",
    "analysisnewsarticle",
    "opinionnewsarticle",
    "blogposting",
)
_TITLED = frozenset(("title", "headline", "subject", "articletitle", "newstitle", "제목"))
_LISTS = ("itemListElement", "hasPart", "relatedLink", "mentions", "about", "isPartOf", "citation", "comment")


@dataclass(frozen=True, slots=True)
class Stated:
    """What linked data says of the page's own article; ``""`` where it says nothing. ``line`` is the script's."""

    title: str = ""
    published: str = ""
    author: str = ""
    outlet: str = ""
    section: str = ""
    url: str = ""
    body: str = ""
    line: int = 0
    updated: str = ""


def stated(tree: Any, titles: set[str]) -> Stated:
    """The page's own entry: the one whose headline is among the keys ``titles``, else the first outside of lists."""
    entries = [entry for line, data in _scripts(tree) for entry in _entries(data, line)]
    titled = [entry for entry in entries if title_key(entry[0].title) in titles and entry[0].title]
    outside = [entry for entry, listed in entries if not listed]
    return titled[0][0] if titled else outside[0] if outside else _from_page_data(tree, titles)


def _from_page_data(tree: Any, titles: set[str]) -> Stated:
    """What the data of a page that scripts build say of the article whose title the page's head has."""
    for element in tree.iter("script"):
        if "json" not in (element.get("type") or "") or "ld+json" in (element.get("type") or ""):
            continue
        for value in _objects(_load_json(element.text)):
            if _is_titled(value, titles) and (article := _from_record(value, int(element.sourceline or 1))):
                return article
    return Stated()


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """The objects in a value, those near its surface first; at most `NODES` values are visited."""
    todo, count = deque([data]), 0
    while todo and count < NODES:
        value = todo.popleft()
        count += 1
        if isinstance(value, dict):
            yield value
            todo += [inner for inner in value.values() if isinstance(inner, (dict, list))]
        elif isinstance(value, list):
            todo += [inner for inner in value[:2000] if isinstance(inner, (dict, list))]


def _is_titled(value: dict[str, Any], titles: set[str]) -> bool:
    """Whether a title of the object is one of the page's, with or without the site's name behind it."""
    keys = {
        title_key(text[:300]) for name, text in value.items() if isinstance(text, str) and plain_name(name) in _TITLED
    }
    return any(len(key) >= 8 and any(title.startswith(key) for title in titles) for key in keys)


def _from_record(value: dict[str, Any], line: int) -> Stated | None:
    try:
        article = Records("").one(value, line)[0].article
    except InputError:
        return None
    if not article.published and not article.body:
        return None
    return Stated(
        article.title or "", article.published or "", article.author or "", article.outlet or "",
        article.section or "", article.url or "", article.body, line, article.updated or "",
    )  # fmt: skip


def _scripts(tree: Any) -> Iterator[tuple[int, Any]]:
    for element in tree.iter("script"):
        if "ld+json" in (element.get("type") or "") and (data := _load_json(element.text)) is not None:
            yield int(element.sourceline or 1), data


def _load_json(text: str | None) -> Any:
    """The value of a text of JSON, line ends inside strings allowed; ``None`` if it is no JSON."""
    text = (
        (text or "").strip().removeprefix("<!--").removesuffix("-->").removeprefix("//<![CDATA[").removesuffix("//]]>")
    )
    if not text or len(text) > LIMIT:
        return None
    try:
        return json.loads(text.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def _entries(data: Any, line: int) -> Iterator[tuple[Stated, bool]]:
    """The articles of one script in order, and whether each stands in a list."""
    todo, count = [(data, False)], 0
    while todo and count < NODES:
        value, listed = todo.pop(0) if len(todo) < 64 else todo.pop()
        count += 1
        if isinstance(value, list):
            todo += [(item, listed) for item in value[:1000]]
        elif isinstance(value, dict):
            kinds = [str(kind).lower() for kind in _as_list(value.get("@type"))]
            if any(kind in _ARTICLES for kind in kinds) or (not kinds and "datePublished" in value):
                yield _read_entry(value, line), listed
            inner = listed or "itemlist" in kinds
            todo += [(item, inner or key in _LISTS) for key, item in value.items() if isinstance(item, (dict, list))]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _read_entry(value: dict[str, Any], line: int) -> Stated:
    section = _as_list(value.get("articleSection"))
    return Stated(
        _text(value.get("headline") or value.get("name")),
        _text(value.get("datePublished")),
        "·".join(dict.fromkeys(name for author in _as_list(value.get("author"))[:4] if (name := _person(author)))),
        _name(next(iter(_as_list(value.get("publisher"))), "")),
        _text(section[0]) if section else "",
        _address(value.get("mainEntityOfPage")) or _address(value.get("url")),
        _clean_lines(value.get("articleBody")),
        line,
        _text(value.get("dateModified")),
    )


def _text(value: Any) -> str:
    return clean(value[:2000]) if isinstance(value, str) else ""


def _name(value: Any) -> str:
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _person(value: Any) -> str:
    """The name of an author who is no organisation and no address."""
    if isinstance(value, dict) and "organization" in str(value.get("@type")).lower():
        return ""
    name = _name(value)
    name = without_role(name) if name else ""
    return name if len(name) <= 40 and "://" not in name and "@" not in name else ""


def _address(value: Any) -> str:
    address = _text(value.get("@id") or value.get("url")) if isinstance(value, dict) else _text(value)
    return address if address.startswith(("http://", "https://")) else ""


def _clean_lines(value: Any) -> str:
    """A text with its line ends, each line clean; the tags of one in HTML are taken for line ends."""
    if not isinstance(value, str) or len(value) > LIMIT:
        return ""
    plain = without_markup(value) if "<" in value and ">" in value else value
    return "\n".join(line for raw in plain.splitlines() if (line := clean(raw)))


def data_text(tree: Any) -> tuple[str, int]:
    """The longest running text in the data of a page that scripts build (``__NEXT_DATA__`` and its like), and its line.

    Paragraphs may be one text or a list of texts or of objects with a text each.
    """
    best, line = "", 0
    for element in tree.iter("script"):
        if "json" not in (element.get("type") or "") or "ld+json" in (element.get("type") or ""):
            continue
        for text in _texts(_load_json(element.text)):
            if len(text) > len(best):
                best, line = text, int(element.sourceline or 1)
    return best, line


def _texts(data: Any) -> Iterator[str]:
    """Texts of several sentences, and lists of paragraphs as one."""
    todo, count = [data], 0
    while todo and count < NODES:
        value = todo.pop()
        count += 1
        if isinstance(value, str):
            if len(value) >= 80 and (lines := _clean_lines(value)):
                yield lines
        elif isinstance(value, dict):
            todo += value.values()
        elif isinstance(value, list):
            todo += value[:2000]
            if paragraphs := [text for item in value[:2000] if len(text := _paragraph(item)) >= 2]:
                yield "\n".join(paragraphs)


def _paragraph(value: Any) -> str:
    if isinstance(value, str):
        return _clean_lines(value)
    if not isinstance(value, dict):
        return ""
    text = next(
        (value[key] for key in ("text", "content", "value", "html", "body", "data") if isinstance(value.get(key), str)),
        "",
    )
    return _clean_lines(text)
