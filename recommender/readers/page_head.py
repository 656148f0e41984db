"""What a page of HTML states outside of its running text: title, outlet, author, date, address."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from recommender.readers.article import Related
from recommender.readers.html_lines import Block, Outline
from recommender.readers.html_tree import address, plain
from recommender.readers.linked_data import Stated
from recommender.readers.page_reading import Field, Line, PageReading
from recommender.readers.rules import lines as rules
from recommender.readers.rules.bylines import line_byline, outlet_alone, without_role
from recommender.readers.rules.line_dates import changed, dated, without_dates
from recommender.readers.rules.titles import PORTALS, without_site
from recommender.text.dates import parse_published
from recommender.text.normalize import clean, title_key

_DATE_METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "pubdate", "publishdate",
    "dc.date.issued", "date", "dc.date", "article:published", "sailthru.date", "parsely-pub-date",
    "og:regdate", "regdate", "dable:published_time", "article:published_date",
)  # fmt: skip
_CHANGE_METAS = (
    "article:modified_time", "og:article:modified_time", "article:modified", "og:updated_time", "datemodified",
    "dc.date.modified", "dcterms.modified", "lastmod", "last-modified", "modified_time", "moddate",
)  # fmt: skip
_OUTLET_METAS = (
    "article:media_name", "dable:publisher", "og:site_name", "og:article:author", "twitter:creator", "application-name",
)  # fmt: skip
_AUTHOR_METAS = ("dable:author", "byl", "og:article:author", "article:author", "author", "parsely-author", "dc.creator")


def head_titles(tree: Any, meta: dict[str, tuple[str, int]]) -> list[str]:
    """The page's title as its head says it, with the site's name."""
    heads = [meta[name][0] for name in ("og:title", "twitter:title") if name in meta]
    return heads + [text for element in tree.iter("title") if (text := _title_element(element))][:1]


def _title_element(element: Any) -> str:
    return plain(clean(element.text_content()[:1000]))


def stated_outside(
    tree: Any, meta: dict[str, tuple[str, int]], page: Outline, laid: list[tuple[Block, Line]], linked: Stated
) -> PageReading:
    """What the page states outside of its running text."""
    url = _url(tree, meta) or linked.url or None
    entries = {line.value: (block, line) for block, line in reversed(laid) if line.part == "related"}
    listed = [pair for headline, pair in reversed(entries.items()) if title_key(headline)]
    links = tuple(Related(line.value, address(url, block.link) if block.link else None) for block, line in listed)
    section = meta.get("article:section")
    outlet = _outlet(meta, page, linked)
    return PageReading(
        "html",
        title=_title(tree, meta, page, linked, outlet),
        outlet=outlet,
        author=_author(meta, page, laid, linked, str(outlet.value) if outlet else ""),
        published=_published(tree, meta, laid, linked),
        related=_related_field(tuple(r.headline for r in links), [line for _, line in listed]) if links else None,
        links=links,
        url=url,
        section=(section[0] if section else linked.section) or None,
        updated=_updated(tree, meta, laid, linked),
    )


def _outlet(meta: dict[str, tuple[str, int]], page: Outline, linked: Stated) -> Field | None:
    """The outlet by the head, the linked data or its logo; a portal that shows articles of others is no outlet."""
    candidates = [
        (meta[name][0], meta[name][1], "site name in the head", 0.9) for name in _OUTLET_METAS if name in meta
    ]
    candidates.append((linked.outlet, linked.line, "publisher of the linked data", 0.9))
    candidates.append((page.logo, 1, "name of the logo", 0.7))
    for value, line, rule, sure in candidates:
        name = _without_portal(value)
        if name and not name.startswith("@") and "://" not in name and len(name) <= 40:
            return Field(name, (max(1, line),) * 2, rule, sure)
    return None


def owner_in_the_rights(page: Outline) -> Field | None:
    """The owner that a copyright line anywhere on the page names."""
    for block in page.blocks:
        if rules.furniture(block.text) == "copyright line" and (owner := rules.copyright_owner(block.text)):
            return Field(owner, (block.number,) * 2, "owner in the copyright line", 0.7)
    return None


def _without_portal(value: str) -> str:
    """``가나일보 | 네이버`` without the portal; empty if nothing else is left."""
    parts = [part.strip() for part in re.split(r" ?[|ㅣ｜] ?| [-–—:] ", value)]
    left = [part for part in parts if part and title_key(part) not in PORTALS]
    return re.sub(r"(?<=\S) ?(?:로고|logo|CI)$", "", left[0], flags=re.IGNORECASE) if left else ""


def _title(
    tree: Any, meta: dict[str, tuple[str, int]], page: Outline, linked: Stated, outlet: Field | None
) -> Field | None:
    """The title of the head, of the linked data or of a heading, without the name of the site."""
    heads = (meta[name] for name in ("og:title", "twitter:title") if name in meta)
    candidates = [Field(text, (line,) * 2, "title in the head", 0.95) for text, line in heads]
    candidates += [Field(linked.title, (linked.line,) * 2, "headline of the linked data", 0.9)] if linked.title else []
    first = next((block for block in page.blocks if block.level == 1), None)
    candidates += [Field(first.text, (first.number,) * 2, "first heading", 0.85)] if first else []
    candidates += [
        Field(text, _source_lines(e), "title element", 0.8) for e in tree.iter("title") if (text := _title_element(e))
    ][:1]
    outlets = [str(outlet.value)] if outlet else []
    outlets += [
        owner for block in page.blocks if len(block.text) <= 200 and (owner := rules.copyright_owner(block.text))
    ][:1]
    headings = [block.text for block in page.blocks if block.level]
    bare = [replace(title, value=without_site(str(title.value), outlets, headings)) for title in candidates]
    named = [title for title in bare if title_key(str(title.value))]
    site = {title_key(name) for name in outlets}
    return next((title for title in named if title_key(str(title.value)) not in site), named[0] if named else None)


def _published(
    tree: Any, meta: dict[str, tuple[str, int]], laid: list[tuple[Block, Line]], linked: Stated
) -> Field | None:
    for name in _DATE_METAS:
        if name in meta and (iso := _iso_date(meta[name][0])):
            return Field(iso, (meta[name][1],) * 2, f"meta {name}", 0.98)
    if iso := _iso_date(linked.published):
        return Field(iso, (linked.line,) * 2, "datePublished of the linked data", 0.95)
    dates = [(block, date_and_label) for block, _ in laid if (date_and_label := dated(block.text, alone=False))]
    for block, date_and_label in dates:
        if not date_and_label[2]:
            return Field(date_and_label[0].iso, (block.number,) * 2, "labelled date", 0.95)
    for element in tree.iter("time"):
        if iso := _iso_date(clean((element.get("datetime") or "")[:100])):
            return Field(iso, _source_lines(element), "first time element", 0.7)
    if dates and not any(_is_plain_date(block, line) for block, line in laid):
        block, date_and_label = dates[0]
        return Field(date_and_label[0].iso, (block.number,) * 2, "labelled date", 0.6)
    return _first_date(laid)


def _updated(tree: Any, meta: dict[str, tuple[str, int]], laid: list[tuple[Block, Line]], linked: Stated) -> str | None:
    """When the article was last changed, as the head, the linked data, a marked time or a label says."""
    values = [*(meta[name][0] for name in _CHANGE_METAS if name in meta), linked.updated]
    values += [
        clean((element.get("datetime") or element.get("content") or "")[:100])
        for element in tree.iter("time", "meta", "span")
        if (element.get("itemprop") or "").casefold() == "datemodified"
    ]
    if changed_at := next((iso for value in values if value and (iso := _iso_date(value))), None):
        return changed_at
    return max(filter(None, (changed(block.text) for block, _ in laid)), default=None)


def _is_plain_date(block: Block, line: Line) -> bool:
    date_and_label = dated(block.text, alone=True) if not block.listed or not line.part else None
    return date_and_label is not None and not date_and_label[1] and not line.part and len(block.text) <= 40


def _first_date(laid: list[tuple[Block, Line]]) -> Field | None:
    """A date alone on its line between the title and the text, outside of lists."""
    for block, line in laid[:200]:
        if _is_plain_date(block, line) and (date_and_label := dated(block.text, alone=True)):
            return Field(date_and_label[0].iso, (block.number,) * 2, "date on a line of its own", 0.7)
    return None


def _iso_date(value: str) -> str | None:
    """A date of the head; ``20240805111600`` is one as well."""
    if re.fullmatch(r"20\d{6}(?:\d{4}|\d{6})", value):
        parts = [value[:4], value[4:6], value[6:8]]
        return parse_published(f"{'-'.join(parts)}T{':'.join(re.findall('..', value[8:]))}")
    return parse_published(value)


def _author(
    meta: dict[str, tuple[str, int]], page: Outline, laid: list[tuple[Block, Line]], linked: Stated, outlet: str
) -> Field | None:
    """Who wrote it by the head, the linked data, or a line of its own beside the text."""
    candidates = [(*meta[name], "author in the head", 0.85) for name in _AUTHOR_METAS if name in meta]
    candidates.append((linked.author, linked.line, "author of the linked data", 0.9))
    for value, line, rule, sure in candidates:
        if name := _clean_author(value, outlet):
            return Field(name, (max(1, line),) * 2, rule, sure)
    for block, laid_line in laid:
        claimed = laid_line.part or (block.listed and len(block.text) > 60)
        byline = None if claimed else line_byline(without_dates(block.text))
        if byline and byline.author:
            return Field(byline.author, (block.number,) * 2, "byline beside the text", 0.8)
    return None


def _clean_author(value: str, outlet: str) -> str:
    """A name without its role; empty for an address and for the outlet itself."""
    if not value or "@" in value or "://" in value or len(value) > 40:
        return ""
    byline = line_byline(value)
    name = byline.author if byline and byline.author else without_role(_without_portal(value))
    is_outlet = title_key(name) == title_key(outlet) or (outlet_alone(name) is not None and name == value)
    return "" if is_outlet else name


def _url(tree: Any, meta: dict[str, tuple[str, int]]) -> str | None:
    for element in tree.iter("link"):
        if (element.get("rel") or "").lower() == "canonical" and element.get("href"):
            return address(None, element.get("href")[:2000])
    return address(None, meta["og:url"][0]) if "og:url" in meta else None


def _related_field(value: tuple[str, ...], lines: list[Line]) -> Field:
    numbers = [line.number for line in lines]
    return Field(value, (min(numbers), max(numbers)), lines[0].rule, min(line.confidence for line in lines))


def _source_lines(element: Any) -> tuple[int, int]:
    return (int(element.sourceline or 1),) * 2
