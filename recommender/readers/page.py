"""One captured page, plain text or HTML, to its fields with their provenance."""

from __future__ import annotations

import re

from recommender.errors import InputError
from recommender.readers.assemble import assemble
from recommender.readers.encoding import decode
from recommender.readers.page_fields import PageReading
from recommender.readers.page_text import Line
from recommender.readers.unpack import PAGE_LIMIT
from recommender.text.normalize import clean

_LINE_END = re.compile(r"\r\n|\n|\r")
_UNSEEN = " \u200b\u200c\u200d\u2060\ufeff\u00ad"
_HTML = re.compile(r"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)


def text_page(raw: bytes, encoding: str | None = None) -> PageReading:
    """Read the bytes of one page of text; InputError if they are no text or hold none."""
    return read_text(decode(raw, encoding)[0])


def html_page(raw: bytes, encoding: str | None = None) -> PageReading:
    """Read the bytes of one page of HTML; the libraries for it are loaded here and not before."""
    from recommender.readers.page_html import read_html

    return read_html(raw, encoding)


def read_text(text: str) -> PageReading:
    """Read a page's plain text, or its HTML if it begins like a page of HTML."""
    if len(text) > PAGE_LIMIT:
        raise InputError(f"The page is larger than {PAGE_LIMIT} characters.", "Is it one page?")
    if _HTML.search(text, 0, 2000) and text.lstrip("\ufeff \t\r\n").startswith("<"):
        return html_page(text.encode("utf-8", "backslashreplace"), "utf-8")
    lines = [
        Line(n, cleaned)
        for n, raw in enumerate(_LINE_END.split(text), start=1)
        if (cleaned := clean(raw).strip(_UNSEEN))
    ]
    if not lines:
        raise InputError("The page is empty.", "Capture it again, or leave it out.")
    return assemble(lines)
