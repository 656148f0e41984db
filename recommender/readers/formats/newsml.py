"""Formats of news agencies: NewsML-G2, NewsML 1 and NITF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO

from recommender.errors import InputError
from recommender.readers.formats.common import Read, filled, left_out, record_of
from recommender.readers.formats.html_fragment import paragraphs_of
from recommender.readers.formats.xml_stream import child, child_text, deep_text, elements, local, paragraphs_in, text_of
from recommender.readers.notes import ReadProblem
from recommender.readers.records import Records
from recommender.text.dates import parse_published

_ITEMS = ("newsItem", "NewsItem", "packageItem", "conceptItem", "knowledgeItem", "nitf")
_TEXTS = frozenset(("p", "hl2", "li", "dt", "dd", "pre", "h1", "h2", "h3", "h4", "blockquote"))
_ASIDE = frozenset(("media", "media-caption", "caption", "figcaption", "figure", "tagline", "table", "script"))


def newsml(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Read]:
    """The texts of a message or an item; pictures, packages and withdrawn items are left out, with a note."""
    out: Counter[str] = Counter()
    any_item = False
    for item in elements(stream, file.path, encoding, _ITEMS):
        if isinstance(item, ReadProblem):
            yield item
            continue
        any_item = True
        if withdrawn := _withdrawn(item):
            yield from record_of(partial(dict, id=item.get("guid"), status=withdrawn), file, int(item.sourceline or 1))
        elif why := _no_text(item):
            out[why] += 1
        else:
            reads = {"nitf": nitf_values, "NewsItem": _first_values}.get(local(item), _second_values)
            yield from record_of(partial(reads, item), file, int(item.sourceline or 1))
    if not any_item:
        raise InputError("The message holds no items of news.", "Give NewsML-G2, NewsML 1 or NITF with texts in it.")
    yield from left_out(file.path, out)


def _no_text(item: Any) -> str:
    if local(item) in ("packageItem", "conceptItem", "knowledgeItem"):
        return "packages and lists of concepts"
    meta = child(item, "itemMeta")
    if meta is None:
        return ""
    kind = child(meta, "itemClass")
    named = (kind.get("qcode") or kind.get("uri") or "") if kind is not None else ""
    if named.rpartition(":")[2].rpartition("/")[2] in ("picture", "video", "audio", "graphic", "animation"):
        return "pictures and films"
    return ""


def _withdrawn(item: Any) -> str:
    """The word for an item that is withdrawn or not to be published yet; ``""`` for another."""
    status = child(child(item, "itemMeta"), "pubStatus") if child(item, "itemMeta") is not None else None
    word = (status.get("qcode") or "").rpartition(":")[2] if status is not None else ""
    return word if word in ("canceled", "cancelled", "withheld") else ""


def _second_values(item: Any) -> dict[str, object]:
    """NewsML-G2."""
    meta, about = child(item, "itemMeta"), child(item, "contentMeta")
    content = child(item, "contentSet")
    inner = next(content.iter("{*}nitf"), None) if content is not None else None
    values = nitf_values(inner) if inner is not None else {"body": _content(content)}
    stated = {
        "id": item.get("guid") or "",
        "title": _line(about, "headline"),
        "subtitle": _subtitle(about),
        "published": _dated(_line(meta, "firstCreated"), _line(about, "contentCreated"), _line(meta, "versionCreated")),
        "outlet": _named(about, "infoSource") or _named(meta, "provider"),
        "author": _line(about, "by") or _named(about, "creator") or _named(about, "contributor"),
        "section": _named(about, "subject") or _line(about, "genre"),
        "url": _link(item),
    }
    return {**values, **filled(stated)}


def _subtitle(about: Any) -> str:
    """The headline below the first, ``<headline role="hldrole:subheadline">``."""
    headlines = about.iterfind("{*}headline") if about is not None else ()
    return next((text_of(node) for node in headlines if "sub" in (node.get("role") or "").rpartition(":")[2]), "")


def _content(content: Any) -> str:
    if content is None:
        return ""
    for name in ("inlineXML", "inlineData"):
        for node in content.iterfind(f"{{*}}{name}"):
            text = paragraphs_in(node, _TEXTS, _ASIDE) if len(node) else paragraphs_of(node.text or "")
            if text.strip():
                return text
    return ""


def _first_values(item: Any) -> dict[str, object]:
    """NewsML 1."""
    inner = next(item.iter("{*}nitf"), None)
    values = nitf_values(inner) if inner is not None else {"body": _data_content(item)}
    stated = {
        "id": deep_text(item, "NewsItemId"),
        "title": deep_text(item, "HeadLine"),
        "subtitle": deep_text(item, "SubHeadLine"),
        "published": _dated(deep_text(item, "FirstCreated"), deep_text(item, "ThisRevisionCreated")),
        "outlet": deep_text(item, "CreditLine") or _party(item, "Provider") or _party(item, "Source"),
        "author": deep_text(item, "ByLine"),
    }
    return {**values, **filled(stated)}


def _data_content(item: Any) -> str:
    node = next(item.iter("{*}DataContent"), None)
    if node is None:
        return ""
    return paragraphs_in(node, _TEXTS, _ASIDE) if len(node) else paragraphs_of(node.text or "")


def nitf_values(nitf: Any) -> dict[str, object]:
    """The fields of a document of NITF."""
    head, body = child(nitf, "head"), child(nitf, "body")
    top = child(body, "body.head") if body is not None else None
    content = child(body, "body.content") if body is not None else None
    data = child(head, "docdata") if head is not None else None
    return {
        "id": _attribute(data, "doc-id", "id-string"),
        "title": deep_text(top, "hl1") or _line(head, "title"),
        "subtitle": deep_text(top, "hl2"),
        "body": paragraphs_in(content, _TEXTS, _ASIDE),
        "published": _dated(_attribute(data, "date.issue", "norm"), _attribute(data, "date.release", "norm"),
                            _attribute(top, "story.date", "norm"), _attribute(head, "pubdata", "date.publication")),
        "outlet": _attribute(head, "pubdata", "name") or deep_text(top, "distributor"),
        "author": deep_text(top, "person") or deep_text(top, "byline"),
        "section": _attribute(head, "pubdata", "position.section"),
        "url": _attribute(head, "pubdata", "ex-ref"),
    }  # fmt: skip


def _dated(*values: str) -> str:
    return next((text for text in values if parse_published(text)), next(filter(None, values), ""))


def _line(element: Any, *names: str) -> str:
    return " ".join(child_text(element, *names).split()) if element is not None else ""


def _attribute(element: Any, name: str, key: str) -> str:
    if element is None:
        return ""
    return next((str(value) for node in element.iter(f"{{*}}{name}") if (value := node.get(key))), "")


def _named(element: Any, name: str) -> str:
    """The name or literal of a party or subject."""
    node = child(element, name) if element is not None else None
    return (_line(node, "name") or node.get("literal") or "") if node is not None else ""


def _party(item: Any, name: str) -> str:
    node = next(item.iter(f"{{*}}{name}"), None)
    return _attribute(node, "Party", "FormalName")


def _link(item: Any) -> str:
    for node in item.iter("{*}link", "{*}altLoc"):
        address = node.get("href") or text_of(node)
        named = (node.get("rel") or "").rpartition(":")[2]
        if address.startswith(("http://", "https://")) and named in ("", "canonical", "altLoc"):
            return str(address)
    return ""
