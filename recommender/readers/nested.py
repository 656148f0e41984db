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
_LOOKED = 20_000  # most values of an object that are searched for lists
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
        return _list_rows(value, columns)
    if not isinstance(value, dict):
        return [value]
    entries = _list_by_key(value, columns) or _pandas_rows(value, columns)
    if entries is not None:
        return _with_feed_outlet([row for entry in entries for row in _entry_records(entry, columns)], value, columns)
    lacking = lacks(value, columns)
    if not lacking or _is_article(value, columns):
        return [value]
    rows = [
        row for rows in _find_lists(value, columns) if "title" in lacking or _are_dated(rows, columns) for row in rows
    ]
    return _with_feed_outlet(rows, value, columns) or [value]


def _with_feed_outlet(rows: list[Any], value: dict[str, Any], columns: Columns) -> list[Any]:
    """The rows with the outlet that the feed around them names, where a row names none and stands on its site."""
    feed = _find_feed(value) if any(isinstance(row, dict) for row in rows) else None
    name = next((str(feed[k]) for k in _FEED_NAMES if isinstance(feed.get(k), str)), "") if feed else ""
    outlet = outlet_of(name)
    if not feed or not outlet:
        return rows
    site = next((host for k in _FEED_SITES if isinstance(feed.get(k), str) and (host := host_of(feed[k]))), "")
    return [{**row, _OUTLET: outlet} if _lacks_outlet(row, site, columns) else row for row in rows]


def _find_feed(value: dict[str, Any], depth: int = 0) -> dict[str, Any] | None:
    """The object in which a converter of feeds describes the feed, beside or around its items; or a JSON feed."""
    if "jsonfeed.org" in str(value.get("version", ""))[:100]:
        return value
    for key in _FEEDS:
        inner = value.get(key)
        inner = inner[0] if isinstance(inner, list) and len(inner) == 1 else inner
        if isinstance(inner, dict) and (feed := (depth < len(_FEEDS) and _find_feed(inner, depth + 1)) or inner):
            return feed
    return None


def _lacks_outlet(row: object, site: str, columns: Columns) -> bool:
    if not isinstance(row, dict) or any(not missing(row[k]) for k in row if columns.names(k, "outlet")):
        return False
    addresses = (text for key, text in row.items() if isinstance(text, str) and columns.names(key, "url"))
    return may_be_of(next(addresses, ""), site)


def _are_dated(rows: list[Any], columns: Columns) -> bool:
    """Whether rows are articles even within an object that has a title: they are many and dated."""
    looked = [row for row in rows[:_SAMPLE] if isinstance(row, dict)]
    return len(rows) > 1 and any(columns.names(key, "published") for row in looked for key in row)


def _list_rows(rows: list[Any], columns: Columns) -> list[Any]:
    if rows and all(isinstance(row, list) for row in rows[:_SAMPLE]) and _is_header(rows[0], columns):
        return [dict(zip(map(str, rows[0]), row, strict=False)) for row in rows[1:] if isinstance(row, list)]
    return rows if any(isinstance(row, dict) for row in rows) else [rows]


def _is_header(row: Sequence[object], columns: Columns) -> bool:
    return any(isinstance(cell, str) and columns.names(cell, "title", "body") for cell in row)


def _list_by_key(value: dict[str, Any], columns: Columns) -> list[Any] | None:
    """The records of the list under one of `LIST_KEYS`."""
    rows = next((value[k] for k in LIST_KEYS if isinstance(value.get(k), list) and not _is_split_orient(value)), None)
    return None if rows is None or _are_blocks(rows, value, columns) else _list_rows(rows, columns)


def _are_blocks(rows: list[Any], value: dict[str, Any], columns: Columns) -> bool:
    """Whether a list is the body of an object that has a title: texts, or objects of which none has one."""
    looked = rows[:_SAMPLE]
    if not looked or lacks(value, columns):
        return False
    return not any(isinstance(row, dict) and "title" not in lacks(row, columns) for row in looked)


def _entry_records(row: object, columns: Columns) -> list[Any]:
    """The entry of a list, or the records in it where it is no article itself."""
    if isinstance(row, dict) and len(lacks(unwrapped(row, columns), columns)) == 2:
        rows = [record for rows in _find_lists(row, columns) for record in rows]
        return rows or [row]
    return [row]


def _is_split_orient(value: dict[str, Any]) -> bool:
    return isinstance(value.get("columns"), list) and all(isinstance(row, list) for row in _cell_rows(value)[:_SAMPLE])


def _cell_rows(value: dict[str, Any]) -> list[Any]:
    rows = value.get("data", value.get("rows"))
    return rows if isinstance(rows, list) else [None]


def _pandas_rows(value: dict[str, Any], columns: Columns) -> list[Any] | None:
    """Rows of a table that is written column by column, or as names and lists of cells."""
    if _is_split_orient(value):
        names = [str(n.get("name", "")) if isinstance(n, dict) else str(n) for n in value["columns"]]
        return [dict(zip(names, row, strict=False)) for row in _cell_rows(value)]
    if not value or not _is_header(list(value), columns):
        return None
    first = next(iter(value.values()))
    if isinstance(first, dict):
        alike = all(isinstance(column, dict) and column.keys() == first.keys() for column in value.values())
        if alike and first and not any(key in INSIDE for key in first) and _are_texts(value, columns):
            return [{name: column[key] for name, column in value.items()} for key in first]
    if isinstance(first, list) and first and all(_is_column(column, len(first)) for column in value.values()):
        return [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)]
    return None


def _are_texts(value: dict[str, Any], columns: Columns) -> bool:
    """Whether the columns of titles and bodies hold texts: what an API calls the body of its answer holds others."""
    named = [column for key, column in value.items() if columns.names(key, "title", "body")]
    return all(
        cell is None or isinstance(cell, str) or missing(cell)
        for column in named
        for cell in islice(column.values(), 50)
    )


def _is_column(value: object, count: int) -> bool:
    return isinstance(value, list) and len(value) == count and not any(isinstance(v, list | dict) for v in value)


def _find_lists(value: dict[str, Any], columns: Columns) -> Iterator[list[Any]]:
    """Lists of articles within an object, those near its surface first."""
    waiting: deque[tuple[Any, int]] = deque([(value, 0)])
    looked = 0
    while waiting and looked < _LOOKED:
        node, depth = waiting.popleft()
        looked += 1
        rows = node if isinstance(node, list) else list(node.values())
        if node is not value and _are_articles(rows, columns):
            yield [row for row in rows if not _is_other_type(row)]
        elif isinstance(node, dict) and (table := _pandas_rows(node, columns)):
            yield table
        elif isinstance(node, list) and len(node) > 1 and isinstance(node[0], list) and _is_header(node[0], columns):
            yield _list_rows(node, columns)
        elif isinstance(node, dict) and node is not value and _is_article(node, columns):
            yield [node]
        elif depth < _DEPTH:
            waiting.extend((inner, depth + 1) for inner in _nested_values(node, columns))


def _nested_values(value: Any, columns: Columns) -> Iterator[Any]:
    if isinstance(value, dict):
        value = [inner for key, inner in value.items() if not columns.names(key, "related")]
    for inner in value:
        if isinstance(inner, dict | list) and inner:
            yield inner


def _are_articles(rows: list[Any], columns: Columns) -> bool:
    looked = rows[:_SAMPLE]
    return bool(looked) and all(isinstance(row, dict) for row in looked) and 2 * sum(
        _is_article(row, columns) for row in looked
    ) >= len(looked)  # fmt: skip


def _is_other_type(row: object) -> bool:
    """Whether a row of linked data says that it is something else, such as the ``WebSite``."""
    types = row.get("@type") if isinstance(row, dict) else None
    return bool(types) and not any(kind in str(types) for kind in ("Article", "Posting", "Report", "News"))


def _is_article(value: dict[str, Any], columns: Columns) -> bool:
    """Whether an object tells of an article: a title or a body, and one thing more."""
    plain = unwrapped({key: inner for key, inner in value.items() if not missing(inner)}, columns)
    lacking = lacks(plain, columns)
    if len(lacking) == 2:
        return False
    first = {fields[0][0] for key in plain if (fields := columns.fields_of(key))}
    return not lacking or not first.isdisjoint(("published", "url", "author", "outlet"))
