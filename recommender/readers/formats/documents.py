"""Documents of Word (.docx), Hangul (.hwpx) and OpenOffice (.odt): their paragraphs, a line each, read as a page."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from recommender.errors import InputError
from recommender.readers.formats.xml_stream import elements, local
from recommender.readers.notes import ReadProblem
from recommender.readers.page import read_text
from recommender.readers.page_reading import PageReading
from recommender.readers.unpack import PAGE_LIMIT, member_stream, opened_zip

_KINDS = (
    (re.compile(r"word/document\d?\.xml"), frozenset(("t",))),
    (re.compile(r"contents/section\d{1,4}\.xml"), frozenset(("t",))),
    (re.compile(r"content\.xml"), frozenset(("p", "h", "span", "a"))),
)
"""The members that hold the text, by their names in small letters, and the elements whose own text is of it."""
_PARAGRAPHS = ("p", "h")
_SIGNS = {"tab": "\t", "s": " ", "br": "\n", "cr": "\n", "line-break": "\n", "lineBreak": "\n", "nbSpace": " "}
_LEFT_OUT = frozenset(("del", "moveFrom", "Fallback", "tracked-changes", "annotation", "header", "footer"))
_NUMBER = re.compile(r"\d+")


def document(raw: bytes, encoding: str | None = None) -> PageReading:
    """The bytes of one document as a page. InputError if they are none, or hold no text."""
    return read_text("\n".join(document_lines(raw)))


def document_lines(raw: bytes) -> list[str]:
    """The paragraphs of a document; an empty one is an empty line. InputError as in `document`."""
    if not raw.startswith(b"PK"):
        raise InputError(
            "The document is not a valid .docx, .hwpx or .odt, whatever its name says.", "Save it again as one."
        )
    with opened_zip(io.BytesIO(raw)) as archive:
        names = _members(archive)
        lines = [line for name, texts in names for paragraph in _paragraphs(archive, name, texts)
                 for line in paragraph.split("\n")]  # fmt: skip
    if not any(line.strip() for line in lines):
        raise InputError("The document holds no text.", "Is it one of pictures? Paste its text.")
    return lines


def _members(archive: ZipFile) -> list[tuple[str, frozenset[str]]]:
    """The members of the first kind that the archive has, in the order of their numbers."""
    for name, texts in _KINDS:
        if members := [m for m in archive.namelist() if name.fullmatch(m.lower())]:
            return [(m, texts) for m in sorted(members, key=lambda m: [int(n) for n in _NUMBER.findall(m)])]
    raise InputError("The document holds no text that is known.", "Save it as .docx, .hwpx, .html or .txt.")


def _paragraphs(archive: ZipFile, name: str, texts: frozenset[str]) -> Iterator[str]:
    size = 0
    info = archive.getinfo(name)
    with member_stream(archive, info) as stream:
        for element in elements(stream, name, None, _PARAGRAPHS):
            if isinstance(element, ReadProblem):
                continue  # what could be read is shown line by line
            text = "".join(_text(element, texts))
            size += len(text)
            if size > PAGE_LIMIT:
                raise InputError(f"The document has more than {PAGE_LIMIT} characters.", "Is it one article?")
            yield text


def _text(element: Any, texts: frozenset[str]) -> Iterator[str]:
    """The text of a paragraph; one within it, as in a table or a box, begins a line."""
    name = local(element)
    if name in _SIGNS:
        yield _SIGNS[name]
    elif name in texts:
        yield element.text or ""
    for child in element:
        kind = local(child)
        if kind in _PARAGRAPHS:
            yield "\n"
        if kind not in _LEFT_OUT:
            yield from _text(child, texts)
        if name in texts:
            yield child.tail or ""
