"""A page of HTML: names of elements or trafilatura find the article, lxml the lists beside it and all lines."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from recommender.errors import InputError
from recommender.readers.assemble import assemble
from recommender.readers.html_lines import Block, Outline, outline
from recommender.readers.html_lists import lay_out_blocks
from recommender.readers.html_text import (
    densest_text,
    first_article,
    has_prose,
    is_prose,
    kinds_of,
    named_text,
    prose_of,
    why_no_article,
    without_asides,
)  # fmt: skip
from recommender.readers.html_tree import decoded, metas, parse
from recommender.readers.linked_data import Stated, data_text, stated
from recommender.readers.page_head import head_titles, owner_in_the_rights, stated_outside
from recommender.readers.page_reading import OUT, LeftOut, Line, PageReading
from recommender.readers.rules import lines as rules
from recommender.text.normalize import clean, title_key

from ..lazy import dataclass

RUN, RUNS_LIMIT = 16, 300_000


def read_html(raw: bytes, encoding: str | None = None) -> PageReading:
    """Read one page of HTML. InputError if it holds no text or cannot be parsed."""
    text = decoded(raw, encoding)
    if not text.strip():
        raise InputError("The page is empty.", "Capture it again, or leave it out.")
    tree = parse(text)
    page = outline(tree)
    meta = metas(tree)
    if not page.blocks:
        return _from_page_data(tree, page, meta)
    headings = {title_key(block.text) for block in page.blocks if block.level}
    linked = stated(tree, {title_key(text) for text in head_titles(tree, meta)} | headings)
    kinds = kinds_of(page, linked.title or next(iter(head_titles(tree, meta)), ""))
    laid = lay_out_blocks(page, kinds)
    head = stated_outside(tree, meta, page, laid, linked)
    body = _body(tree, page, laid, kinds, head, linked)
    if refusal := why_no_article(page, laid, body, head, linked, meta):
        return PageReading("html", refusal=refusal)
    read = assemble(body, "html", head)
    read = read if read.outlet else replace(read, outlet=owner_in_the_rights(page))
    claimed = {n for out in read.left_out for n in range(out.lines[0], out.lines[1] + 1)}
    out = [LeftOut((b.number, b.number), line.rule) for b, line in laid if line.part == OUT and b.number not in claimed]
    left_out = tuple(sorted({*read.left_out, *out}, key=lambda o: (o.lines, o.rule)))
    return replace(read, left_out=left_out)


def _from_page_data(tree: Any, page: Outline, meta: dict[str, tuple[str, int]]) -> PageReading:
    """A page that scripts would build, from its embedded data. InputError where they hold no text of an article."""
    linked = stated(tree, {title_key(text) for text in head_titles(tree, meta)})
    text, line_number = (linked.body, linked.line) if linked.body else data_text(tree)
    if not text:
        raise InputError("The page holds no text.", "Capture it after its scripts have run.")
    return assemble(
        [Line(line_number, line) for line in text.split("\n")], "html", stated_outside(tree, meta, page, [], linked)
    )


def _body(
    tree: Any, page: Outline, laid: list[tuple[Block, Line]], kinds: list[str], head: PageReading, linked: Stated
) -> list[Line]:
    """The lines of the article: the blocks of the element that calls itself its text, else those that trafilatura
    takes for it; where they hold little of what the page's data says, that.

    It only chooses: the text is that of the blocks, so neither lines nor lists can be mixed up.
    """
    title = str(head.title.value) if head.title else ""
    free = [(b, line) for b, line in laid if not line.part and b.href is None and not kinds[b.box]]
    lines = [line for _, line in named_text(page, free, title)]
    if not has_prose(lines):
        chosen = _Extraction.of(_extract(tree))
        pairs = [(block, line) for block, line in free if chosen.holds(line.text)]
        dense = densest_text(page, free)
        pairs = pairs if 10 * prose_of(pairs) >= 6 * prose_of(dense) else dense
        lines = [line for _, line in first_article(page, without_asides(page, pairs), title)]
    if not any(len(line.text) >= 20 for line in lines):
        lines = [line for block, line in free if not block.listed]
    data, data_line = (linked.body, linked.line) if linked.body else data_text(tree)
    if len(data) >= 60 and sum(len(line.text) for line in lines if is_prose(line.text)) < 0.5 * len(data):
        return [Line(data_line, text) for text in data.split("\n")]
    in_body = {id(line) for line in lines}
    article_lines = [line for _, line in laid if id(line) in in_body or line.part == "caption"]
    return article_lines or [line for _, line in laid[:1]]


@dataclass(frozen=True, slots=True)
class _Extraction:
    """Whole lines of an extraction and, unless it is huge, all runs of `RUN` letters in it."""

    lines: frozenset[str]
    runs: frozenset[str]

    @classmethod
    def of(cls, text: str) -> _Extraction:
        whole = _without_blanks(text[:RUNS_LIMIT])
        runs = frozenset(whole[i : i + RUN] for i in range(len(whole) - RUN + 1))
        return cls(frozenset(_without_blanks(rules.unmark(clean(line))[1]) for line in text.split("\n")), runs)

    def holds(self, text: str) -> bool:
        key = _without_blanks(text)
        return _without_blanks(rules.unmark(text)[1]) in self.lines or (
            len(key) >= RUN and key[:RUN] in self.runs and key[-RUN:] in self.runs
        )


def _extract(tree: Any) -> str:
    """The main text by trafilatura, one paragraph a line; empty if it finds none."""
    import copy

    from lxml import etree

    with _muted_loggers():
        import trafilatura

        try:
            text = trafilatura.extract(
                copy.deepcopy(tree),
                fast=True,
                include_comments=False,
                include_tables=False,
                output_format="txt",
                with_metadata=False,
            )
        except (etree.LxmlError, ValueError, RecursionError, TypeError, AttributeError, KeyError, IndexError):
            return ""
    return text if isinstance(text, str) else ""


@contextmanager
def _muted_loggers() -> Iterator[None]:
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


def _without_blanks(text: str) -> str:
    return "".join(text.split())
