"""A page of HTML: trafilatura finds the article, lxml the lists beside it and their source lines."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from recommender.errors import InputError
from recommender.readers.article import Related
from recommender.readers.assemble import assemble
from recommender.readers.html_lines import Block, address, blocks, decoded, metas, parse
from recommender.readers.page_fields import Field, LeftOut, PageReading
from recommender.readers.page_text import OUT, Line
from recommender.readers.rules import lines as rules
from recommender.readers.rules.bylines import without_role
from recommender.text.dates import parse_published
from recommender.text.normalize import clean, title_key

_DATE_METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "pubdate", "publishdate",
    "dc.date.issued", "date", "dc.date", "article:published", "sailthru.date", "parsely-pub-date",
)  # fmt: skip
RUN, RUNS_LIMIT = 16, 300_000
_LINKED_DATA = re.compile(r"\"datePublished\" ?: ?\"([^\"]{4,40})\"")


def read_html(raw: bytes, encoding: str | None = None) -> PageReading:
    """Read one page of HTML. InputError if it holds no text or cannot be parsed."""
    text = decoded(raw, encoding)
    if not text.strip():
        raise InputError("The page is empty.", "Capture it again, or leave it out.")
    tree = parse(text)
    laid = _laid(blocks(tree))
    if not laid:
        raise InputError("The page holds no text.", "Capture it after its scripts have run.")
    known = _known(tree, laid)
    body = _body(tree, laid)
    read = assemble(body, "html", known)
    claimed = {n for out in read.left_out for n in range(out.lines[0], out.lines[1] + 1)}
    out = [LeftOut((b.number, b.number), line.rule) for b, line in laid if line.part == OUT and b.number not in claimed]
    left_out = tuple(sorted({*read.left_out, *out}, key=lambda o: (o.lines, o.rule)))
    return replace(read, left_out=left_out)


def _laid(found: list[Block]) -> list[tuple[Block, Line]]:
    """Each block with its part as far as lists, captions and furniture go."""
    laid = [(block, Line(block.number, block.text)) for block in found]
    at = 0
    while at < len(laid):
        block, line = laid[at]
        at += 1
        if block.caption:
            line.is_("caption", "figure caption", block.text.lstrip("▲△▼▽◀▶ "), 0.95)
        elif rule := rules.furniture(block.text):
            line.is_(OUT, rule)
        elif (rest := rules.related_header(block.text)) is not None:
            if rest:
                line.is_("related", "link after a header", rules.unmark(rest)[1])
            else:
                line.is_(OUT, "header of the related list")
            at = _items(laid, at, "related", "links below a header")
        elif rules.popular_header(block.text):
            line.is_(OUT, "popular list")
            at = _items(laid, at, OUT, "popular list")
    return laid


def _items(laid: list[tuple[Block, Line]], at: int, part: str, rule: str) -> int:
    """Claim the links (or list entries) below a header, all of one list."""
    listed: int | None = None
    while at < len(laid):
        block, line = laid[at]
        headed = rules.related_header(block.text) is not None or rules.popular_header(block.text)
        if block.heading or headed or (block.href is None and not block.listed):
            break
        if listed is not None and block.listed != listed:
            break
        text = rules.unmark(block.text)[1]
        if rules.dated(text, alone=True) or not title_key(text) or text.isdigit():
            line.is_(OUT, "date or mark in a list")
        elif len(text) <= 200:
            listed = block.listed
            line.is_(part, rule, text, 0.95 if block.href is not None else 0.85)
        at += 1
    return at


def _known(tree: Any, laid: list[tuple[Block, Line]]) -> PageReading:
    """What the page states outside of its running text."""
    meta = metas(tree)
    site = _first(meta, ("og:site_name", "application-name"), "site name in the head", 0.9)
    url = _url(tree, meta)
    links = tuple(
        Related(line.value, address(url, block.href) if block.href else None)
        for block, line in laid
        if line.part == "related" and title_key(line.value)
    )
    listed = [line for _, line in laid if line.part == "related"]
    section = meta.get("article:section")
    return PageReading(
        "html",
        title=_title(tree, meta, str(site.value) if site else ""),
        outlet=site,
        author=_author(meta),
        published=_published(tree, meta, laid),
        related=_field(tuple(r.headline for r in links), listed) if links else None,
        links=links,
        url=url,
        section=section[0] if section else None,
    )


def _title(tree: Any, meta: dict[str, tuple[str, int]], site: str) -> Field | None:
    found = _first(meta, ("og:title", "twitter:title"), "title in the head", 0.95)
    for tag, rule, sure in (("h1", "first heading", 0.85), ("title", "title element", 0.8)):
        if found:
            break
        for element in tree.iter(tag):
            if text := clean(element.text_content()[:1000]):
                found = Field(text, _place(element), rule, sure)
                break
    if not found:
        return None
    title = rules.title_text(str(found.value))
    for mark in (" - ", " | ", " :: ", " – ", " < "):
        if site and title.endswith(mark + site):
            title = title.removesuffix(mark + site).strip()
    return replace(found, value=title) if title_key(title) else None


def _published(tree: Any, meta: dict[str, tuple[str, int]], laid: list[tuple[Block, Line]]) -> Field | None:
    for name in _DATE_METAS:
        if name in meta and (iso := parse_published(meta[name][0])):
            return Field(iso, (meta[name][1],) * 2, f"meta {name}", 0.98)
    for element in tree.iter("script"):
        linked = clean(element.text or "") if "ld+json" in (element.get("type") or "") else ""
        if (match := _LINKED_DATA.search(linked)) and (iso := parse_published(match.group(1))):
            return Field(iso, _place(element), "datePublished of the linked data", 0.95)
    for later in (False, True):
        for block, _ in laid:
            found = rules.dated(block.text, alone=False)
            if found and found[2] == later:
                return Field(found[0].iso, (block.number,) * 2, "labelled date", 0.6 if later else 0.95)
    for element in tree.iter("time"):
        if iso := parse_published(clean((element.get("datetime") or "")[:100])):
            return Field(iso, _place(element), "first time element", 0.7)
    return None


def _author(meta: dict[str, tuple[str, int]]) -> Field | None:
    found = _first(meta, ("author", "article:author", "dable:author", "byl"), "author in the head", 0.85)
    if not found or "@" in str(found.value) or "://" in str(found.value) or len(str(found.value)) > 40:
        return None
    return replace(found, value=without_role(str(found.value)))


def _url(tree: Any, meta: dict[str, tuple[str, int]]) -> str | None:
    for element in tree.iter("link"):
        if (element.get("rel") or "").lower() == "canonical" and element.get("href"):
            return address(None, element.get("href")[:2000])
    return address(None, meta["og:url"][0]) if "og:url" in meta else None


def _body(tree: Any, laid: list[tuple[Block, Line]]) -> list[Line]:
    """The blocks that trafilatura takes for the article, without lists, and the captions, in order.

    It only chooses: the text is that of the blocks, so neither lines nor lists can be mixed up.
    """
    chosen = _Chosen.of(_extracted(tree))
    free = [line for block, line in laid if not line.part and block.href is None]
    lines = [line for line in free if chosen.holds(line.text)]
    if not any(len(line.text) >= 20 for line in lines):
        lines = [line for block, line in laid if not line.part and block.href is None and not block.listed]
    taken = {id(line) for line in lines}
    kept = [line for _, line in laid if id(line) in taken or line.part == "caption"]
    return kept or [line for _, line in laid[:1]]


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Whole lines of an extraction and, unless it is huge, all runs of `RUN` letters in it."""

    lines: frozenset[str]
    runs: frozenset[str]

    @classmethod
    def of(cls, text: str) -> _Chosen:
        whole = _squeezed(text[:RUNS_LIMIT])
        runs = frozenset(whole[i : i + RUN] for i in range(len(whole) - RUN + 1))
        return cls(frozenset(_squeezed(rules.unmark(clean(line))[1]) for line in text.split("\n")), runs)

    def holds(self, text: str) -> bool:
        key = _squeezed(text)
        return _squeezed(rules.unmark(text)[1]) in self.lines or (
            len(key) >= RUN and key[:RUN] in self.runs and key[-RUN:] in self.runs
        )


def _extracted(tree: Any) -> str:
    """The main text by trafilatura, one paragraph a line; empty if it finds none."""
    import copy

    from lxml import etree

    with _silenced():
        import trafilatura

        try:
            found = trafilatura.extract(
                copy.deepcopy(tree),
                fast=True,
                include_comments=False,
                include_tables=False,
                output_format="txt",
                with_metadata=False,
            )
        except (etree.LxmlError, ValueError, RecursionError, TypeError, AttributeError, KeyError, IndexError):
            return ""
    return found if isinstance(found, str) else ""


@contextmanager
def _silenced() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("trafilatura", "htmldate", "courlan", "justext")]
    before = [logger.disabled for logger in loggers]
    children = [logging.getLogger(n) for n in list(logging.root.manager.loggerDict) if n.startswith("trafilatura.")]
    loggers, before = loggers + children, before + [child.disabled for child in children]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, was in zip(loggers, before, strict=True):
            logger.disabled = was


def _first(meta: dict[str, tuple[str, int]], names: tuple[str, ...], rule: str, sure: float) -> Field | None:
    return next((Field(meta[n][0], (meta[n][1],) * 2, rule, sure) for n in names if n in meta), None)


def _field(value: tuple[str, ...], lines: list[Line]) -> Field:
    numbers = [line.number for line in lines]
    return Field(value, (min(numbers), max(numbers)), lines[0].rule, min(line.confidence for line in lines))


def _place(element: Any) -> tuple[int, int]:
    return (int(element.sourceline or 1),) * 2


def _squeezed(text: str) -> str:
    return "".join(text.split())
