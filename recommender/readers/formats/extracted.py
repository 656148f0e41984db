"""What trafilatura writes as XML: ``<doc title="..." author="..." date="..."><main>...</main></doc>``, and TEI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from recommender.errors import InputError
from recommender.readers.formats.made import Read, filled
from recommender.readers.formats.xml_stream import child, elements, local, text_of
from recommender.readers.notes import ReadProblem
from recommender.readers.records import Records

_TEXTS = frozenset(("p", "head", "item", "quote", "code", "ab"))


def extracted(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Read]:
    """A record for each document. InputError where the file holds none with a text."""
    seen = False
    for doc in elements(stream, file.path, encoding, ("doc", "TEI")):
        if isinstance(doc, ReadProblem):
            yield doc
        elif local(doc) == "TEI":
            seen = True
            yield from file.read(filled(_tei(doc)), int(doc.sourceline or 1))
        elif doc.get("title") is not None or child(doc, "main") is not None:
            seen = True
            yield from file.read(filled(_values(doc)), int(doc.sourceline or 1))
    if not seen:
        raise InputError("The XML is none of the kinds that are read.", "Of <doc>, those that trafilatura writes are.")


def _values(doc: Any) -> dict[str, object]:
    main = child(doc, "main")
    names = {"url": "source", "outlet": "sitename", "published": "date", "section": "categories"}
    values = {name: doc.get(named) or "" for name, named in names.items()}
    values |= {"title": doc.get("title") or "", "author": doc.get("author") or "", "id": doc.get("id") or ""}
    return {**values, "outlet": values["outlet"] or doc.get("hostname") or "", "body": _body(main)}


def _tei(tei: Any) -> dict[str, object]:
    """The fields that the header of TEI states, and its text."""
    head = child(tei, "teiHeader")
    names = {"title": "title", "author": "author", "outlet": "publisher", "published": "date"}
    values: dict[str, object] = {name: _first(head, named) for name, named in names.items()}
    address = next((each.get("target") for each in tei.iter("{*}ptr") if each.get("target")), "")
    return {**values, "url": address, "body": _body(next(tei.iter("{*}body"), None))}


def _first(head: Any, name: str) -> str:
    if head is None:
        return ""
    return next((text for each in head.iter(f"{{*}}{name}") if (text := " ".join(text_of(each).split()))), "")


def _body(main: Any) -> str:
    """A paragraph a line; one within another is told with it."""
    if main is None:
        return ""
    found = [each for each in main.iter("{*}*") if local(each) in _TEXTS and not _within(each, main)]
    lines = [" ".join(text_of(each).split()) for each in found]
    return "\n".join(filter(None, lines)) or text_of(main)


def _within(element: Any, main: Any) -> bool:
    for up in element.iterancestors():
        if up is main:
            return False
        if local(up) in _TEXTS:
            return True
    return False
