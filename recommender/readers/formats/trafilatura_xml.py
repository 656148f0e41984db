"""What trafilatura writes as XML: ``<doc title="..." author="..." date="..."><main>...</main></doc>``, and TEI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from recommender.errors import InputError
from recommender.readers.formats.common import Read, filled
from recommender.readers.formats.xml_stream import child, deep_text, elements, local, paragraphs_in
from recommender.readers.notes import ReadProblem
from recommender.readers.records import Records

_TEXTS = frozenset(("p", "head", "item", "quote", "code", "ab"))


def extracted(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Read]:
    """A record for each document. InputError where the file holds none with a text."""
    any_text = False
    for doc in elements(stream, file.path, encoding, ("doc", "TEI")):
        if isinstance(doc, ReadProblem):
            yield doc
        elif local(doc) == "TEI":
            any_text = True
            yield from file.read(filled(_tei(doc)), int(doc.sourceline or 1))
        elif doc.get("title") is not None or child(doc, "main") is not None:
            any_text = True
            yield from file.read(filled(_values(doc)), int(doc.sourceline or 1))
    if not any_text:
        raise InputError("The XML is none of the kinds that are read.", "Of <doc>, those that trafilatura writes are.")


def _values(doc: Any) -> dict[str, object]:
    names = {"url": "source", "outlet": "sitename", "published": "date", "section": "categories"}
    values = {name: doc.get(named) or "" for name, named in names.items()}
    values |= {"title": doc.get("title") or "", "author": doc.get("author") or "", "id": doc.get("id") or ""}
    values |= {"outlet": values["outlet"] or doc.get("hostname") or ""}
    return {**values, "body": paragraphs_in(child(doc, "main"), _TEXTS)}


def _tei(tei: Any) -> dict[str, object]:
    """The fields that the header of TEI states, and its text."""
    head = child(tei, "teiHeader")
    names = {"title": "title", "author": "author", "outlet": "publisher", "published": "date"}
    values: dict[str, object] = {name: deep_text(head, named) for name, named in names.items()}
    address = next((pointer.get("target") for pointer in tei.iter("{*}ptr") if pointer.get("target")), "")
    return {**values, "url": address, "body": paragraphs_in(next(tei.iter("{*}body"), None), _TEXTS)}
