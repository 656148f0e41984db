"""Where in an object of JSON its records are: the answers of APIs, exports of databases, the orients of pandas."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from recommender.readers.columns import Columns
from recommender.readers.rules.feed_names import host_of, may_be_of, outlet_of
from recommender.readers.values import INSIDE, lacks, missing, unwrapped

LIST_KEYS = ("articles", "items", "data", "records", "results", "documents", "docs", "rows", "news", "entries", "posts",
             "hits", "edges", "nodes", "stories", "contents", "list", "기사", "뉴스")  # fmt: skip
_FEEDS = ("rss", "feed", "channel", "source", "site", "publication", "publisher", "매체", "언론사")
_FEED_NAMES = ("title", "name", "제목", "이름")
_FEED_SITES = ("link", "home_page_url", "url", "feedUrl", "feed_url", "homepage")
_OUTLET = "outlet"
_DEPTH = 10
_LOOKED = 20_000  # values of an object that are looked at for lists
_SAMPLE = 50


_ACTIONS = frozenset(("index", "create", "update", "delete"))


def action_of(value: object) -> dict[str, Any] | None:
    """What a line of a bulk request says of the next, ``{"index": {"_id": ...}}``; ``None`` for another line."""
    if not isinstance(value, dict) or len(value) != 1 or not _ACTIONS.issuperset(value):
        return None
    inner = next(iter(value.values()))
    named = isinstance(inner, dict) and all(key.startswith("_") or key in ("routing", "pipeline") for key in inner)
    return inner if named else None


def rows_of(value: object, columns: Columns) -> list[Any]:
    """The records in a value: of its lists, or the value itself where it holds none."""
    if isinstance(value, list):
        return _of_list(value, columns)
    if not isinstance(value, dict):
        return [value]
    found = _named(value, columns) or _pandas(value, columns)
    if found is not None:
        return _of_feed([row for each in found for row in _inner(each, columns)], value, columns)
    lacking = lacks(value, columns)
    if not lacking or _article(value, columns):
        return [value]
    rows = [row for rows in _lists(value, columns) if "title" in lacking or _dated(rows, columns) for row in rows]
    return _of_feed(rows, value, columns) or [value]


def _of_feed(rows: list[Any], value: dict[str, Any], columns: Columns) -> list[Any]:
    """The rows with the outlet that the feed around them names, where a row names none and stands on its site."""
    feed = _feed(value) if any(isinstance(row, dict) for row in rows) else None
    name = next((str(feed[k]) for k in _FEED_NAMES if isinstance(feed.get(k), str)), "") if feed else ""
    outlet = outlet_of(name)
    if not feed or not outlet:
        return rows
    site = next((host for k in _FEED_SITES if isinstance(feed.get(k), str) and (host := host_of(feed[k]))), "")
    return [{**row, _OUTLET: outlet} if _lacks_outlet(row, site, columns) else row for row in rows]


def _feed(value: dict[str, Any], depth: int = 0) -> dict[str, Any] | None:
    """What a converter of feeds says of the feed, beside its items or around them; or a JSON feed itself."""
    if "jsonfeed.org" in str(value.get("version", ""))[:100]:
        return value
    for key in _FEEDS:
        inner = value.get(key)
        inner = inner[0] if isinstance(inner, list) and len(inner) == 1 else inner
        if isinstance(inner, dict) and (found := (depth < len(_FEEDS) and _feed(inner, depth + 1)) or inner):
            return found
    return None


def _lacks_outlet(row: object, site: str, columns: Columns) -> bool:
    if not isinstance(row, dict) or any(not missing(row[k]) for k in row if columns.names(k, "outlet")):
        return False
    addresses = (each for key, each in row.items() if isinstance(each, str) and columns.names(key, "url"))
    return may_be_of(next(addresses, ""), site)


def _dated(rows: list[Any], columns: Columns) -> bool:
    """Whether rows are articles even within an object that has a title: they are many and dated."""
    looked = [row for row in rows[:_SAMPLE] if isinstance(row, dict)]
    return len(rows) > 1 and any(columns.names(key, "published") for row in looked for key in row)


def _of_list(rows: list[Any], columns: Columns) -> list[Any]:
    if rows and all(isinstance(row, list) for row in rows[:_SAMPLE]) and _heads(rows[0], columns):
        return [dict(zip(map(str, rows[0]), row, strict=False)) for row in rows[1:] if isinstance(row, list)]
    return rows if any(isinstance(row, dict) for row in rows) else [rows]


def _heads(row: Sequence[object], columns: Columns) -> bool:
    return any(isinstance(cell, str) and columns.names(cell, "title", "body") for cell in row)


def _named(value: dict[str, Any], columns: Columns) -> list[Any] | None:
    """The list under a key that says so."""
    rows = next((value[k] for k in LIST_KEYS if isinstance(value.get(k), list) and not _split(value)), None)
    return None if rows is None or _are_blocks(rows, value, columns) else _of_list(rows, columns)


def _are_blocks(rows: list[Any], value: dict[str, Any], columns: Columns) -> bool:
    """Whether a list is the body of an object that has a title: texts, or objects of which none has one."""
    looked = rows[:_SAMPLE]
    if not looked or lacks(value, columns):
        return False
    return not any(isinstance(row, dict) and "title" not in lacks(row, columns) for row in looked)


def _inner(row: object, columns: Columns) -> list[Any]:
    """A list's entry, or the records of the entry where it is no article but holds some."""
    if isinstance(row, dict) and len(lacks(unwrapped(row, columns), columns)) == 2:
        rows = [each for rows in _lists(row, columns) for each in rows]
        return rows or [row]
    return [row]


def _split(value: dict[str, Any]) -> bool:
    return isinstance(value.get("columns"), list) and all(isinstance(row, list) for row in _cell_rows(value)[:_SAMPLE])


def _cell_rows(value: dict[str, Any]) -> list[Any]:
    rows = value.get("data", value.get("rows"))
    return rows if isinstance(rows, list) else [None]


def _pandas(value: dict[str, Any], columns: Columns) -> list[Any] | None:
    """Rows of a table that is written column by column, or as names and lists of cells."""
    if _split(value):
        names = [str(n.get("name", "")) if isinstance(n, dict) else str(n) for n in value["columns"]]
        return [dict(zip(names, row, strict=False)) for row in _cell_rows(value)]
    if not value or not _heads(list(value), columns):
        return None
    first = next(iter(value.values()))
    if isinstance(first, dict):
        alike = all(isinstance(each, dict) and each.keys() == first.keys() for each in value.values())
        if alike and first and not any(key in INSIDE for key in first) and _are_texts(value, columns):
            return [{name: each[key] for name, each in value.items()} for key in first]
    if isinstance(first, list) and first and all(_cells(each, len(first)) for each in value.values()):
        return [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)]
    return None


def _are_texts(value: dict[str, Any], columns: Columns) -> bool:
    """Whether the columns of titles and bodies hold texts: what an API calls the body of its answer holds others."""
    named = [each for key, each in value.items() if columns.names(key, "title", "body")]
    return all(
        cell is None or isinstance(cell, str) or missing(cell) for each in named for cell in islice(each.values(), 50)
    )


def _cells(value: object, count: int) -> bool:
    return isinstance(value, list) and len(value) == count and not any(isinstance(v, list | dict) for v in value)


def _lists(value: dict[str, Any], columns: Columns) -> Iterator[list[Any]]:
    """Lists of articles within an object, those near its surface first."""
    waiting: deque[tuple[Any, int]] = deque([(value, 0)])
    looked = 0
    while waiting and looked < _LOOKED:
        each, depth = waiting.popleft()
        looked += 1
        rows = each if isinstance(each, list) else list(each.values())
        if each is not value and _articles(rows, columns):
            yield [row for row in rows if not _other_type(row)]
        elif isinstance(each, dict) and (table := _pandas(each, columns)):
            yield table
        elif isinstance(each, list) and len(each) > 1 and isinstance(each[0], list) and _heads(each[0], columns):
            yield _of_list(each, columns)
        elif isinstance(each, dict) and each is not value and _article(each, columns):
            yield [each]
        elif depth < _DEPTH:
            waiting.extend((inner, depth + 1) for inner in _within(each, columns))


def _within(value: Any, columns: Columns) -> Iterator[Any]:
    if isinstance(value, dict):
        value = [inner for key, inner in value.items() if not columns.names(key, "related")]
    for inner in value:
        if isinstance(inner, dict | list) and inner:
            yield inner


def _articles(rows: list[Any], columns: Columns) -> bool:
    looked = rows[:_SAMPLE]
    return bool(looked) and all(isinstance(row, dict) for row in looked) and 2 * sum(
        _article(row, columns) for row in looked
    ) >= len(looked)  # fmt: skip


def _other_type(row: object) -> bool:
    """Whether a row of linked data says that it is something else, such as the ``WebSite``."""
    said = row.get("@type") if isinstance(row, dict) else None
    return bool(said) and not any(kind in str(said) for kind in ("Article", "Posting", "Report", "News"))


def _article(value: dict[str, Any], columns: Columns) -> bool:
    """Whether an object tells of an article: a title or a body, and one thing more."""
    plain = unwrapped({key: each for key, each in value.items() if not missing(each)}, columns)
    lacking = lacks(plain, columns)
    if len(lacking) == 2:
        return False
    first = {places[0][0] for key in plain if (places := columns.fields_of(key))}
    return not lacking or not first.isdisjoint(("published", "url", "author", "outlet"))
