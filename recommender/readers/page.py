"""One captured page, plain text or HTML, to its fields with their provenance."""

from __future__ import annotations

import re
from dataclasses import replace

from recommender.errors import InputError
from recommender.readers.assemble import assemble
from recommender.readers.encoding import decode
from recommender.readers.page_reading import ERROR_PAGE, Field, Line, PageReading
from recommender.readers.rules.bylines import folded, line_byline, without_role
from recommender.readers.rules.labelled_text import Sheet, behind, ends_sheet, sheet_of
from recommender.readers.rules.line_dates import dated
from recommender.readers.rules.lines import furniture, tells_an_error
from recommender.readers.unpack import PAGE_LIMIT
from recommender.text.dates import find_date
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
    lines_and_raw = [
        (Line(n, cleaned), raw)
        for n, raw in enumerate(_LINE_END.split(text), start=1)
        if (cleaned := clean(raw).strip(_UNSEEN))
    ]
    lines = [line for line, _ in lines_and_raw]
    if not lines:
        raise InputError("The page is empty.", "Capture it again, or leave it out.")
    sheet = sheet_of([_name_before_tab(raw, line.text) for line, raw in lines_and_raw[:40]])
    return _read_sheet(sheet, lines) if sheet else _refuse_error_page(assemble(lines))


def _name_before_tab(raw: str, cleaned: str) -> str:
    """``제목<tab>…`` as ``제목: …``."""
    name, tab, value = raw.strip().partition("\t")
    return f"{clean(name)}: {clean(value)}" if tab and len(name) <= 14 else cleaned


def _refuse_error_page(read: PageReading) -> PageReading:
    """The reading, or a refusal where the page tells of an error and no more."""
    title, body = (str(field.value) if field else "" for field in (read.title or read.stand_in, read.body))
    if not read.published and not read.author and tells_an_error([title, *body.split("\n")], body.split("\n")):
        return PageReading(read.kind, refusal=ERROR_PAGE)
    return read


def _read_sheet(sheet: Sheet, lines: list[Line]) -> PageReading:
    """A page with labelled fields: these by their labels, the rest as of any page."""
    rest = [line for at, line in enumerate(lines) if at not in sheet.read]
    if sheet.body_at is not None and sheet.body:
        rest.insert(0, Line(lines[sheet.body_at].number, sheet.body))
    if sheet.body_at is not None:
        for part, value in behind([line.text for line in rest]):
            sheet.fields.setdefault(part, (lines.index(rest.pop()), value))
    named = _named_fields(sheet, lines)
    if sheet.above:
        named = _with_lines_above(named, [lines[at] for at in sheet.above])
        while rest and ends_sheet(rest[-1].text):
            rest.pop()
    if rest:
        read = assemble(rest, "text", named)
        return replace(read, outlet=named.outlet or read.outlet, author=named.author or read.author)
    return named


def _with_lines_above(reading: PageReading, above: list[Line]) -> PageReading:
    """The date and the outlet of the lines above the names, where no name tells them."""
    for line in above:
        date_and_label = dated(line.text, alone=True)
        if date_and_label and not reading.published:
            reading = replace(
                reading, published=Field(date_and_label[0].iso, (line.number,) * 2, "date above the names", 0.8)
            )
        elif not date_and_label and not reading.outlet and not furniture(line.text) and len(line.text) <= 40:
            reading = replace(reading, outlet=Field(line.text, (line.number,) * 2, "line above the names", 0.6))
    return reading


def _named_fields(sheet: Sheet, lines: list[Line]) -> PageReading:
    def of(part: str) -> Field | None:
        at, value = sheet.fields.get(part, (0, ""))
        value = _clean_value(part, value)
        return Field(value, (lines[at].number,) * 2, "field with a name", 0.97) if value else None

    url, section = sheet.fields.get("url"), sheet.fields.get("section")
    return PageReading(
        "text",
        title=of("title"),
        outlet=of("outlet"),
        author=of("author"),
        published=of("published"),
        url=url[1] if url else None,
        section=section[1] if section else None,
    )


def _clean_value(part: str, value: str) -> str:
    if part == "published":
        date = find_date(folded(value), labelled=True)
        return date.iso if date else ""
    if part == "author":
        byline = line_byline(value)
        return byline.author if byline and byline.author else without_role(value)
    return value
