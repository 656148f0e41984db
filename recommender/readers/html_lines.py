"""HTML as lines: one for each block of text, with its source line and the link it is.

Nothing is fetched, and no recursion is used, so depth does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from recommender.errors import InputError
from recommender.readers.encoding import decode, known, sniff
from recommender.text.normalize import clean

_CHARSET = re.compile(rb"charset ?= ?[\"']?([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_XML = re.compile(r"<\?xml[^>]{0,200}\?>")
_KOREAN = {
    "euc-kr",
    "euckr",
    "euc_kr",
    "ks_c_5601-1987",
    "ksc5601",
    "windows-949",
    "uhc",
    "ms949",
    "x-windows-949",
}
TAG_LIMIT = 100_000
"""Most tags of a page: each takes some kB while it is parsed."""
ATTRIBUTE_LIMIT = 5_000
"""Most attributes of one tag: the parser compares each with all before it."""
ATTRIBUTES_LIMIT = 300_000
"""Most attributes of all tags of a page."""
_TAG = re.compile(r"<[A-Za-z][^ \t\n\r\f/>]*+")
# As the parser tells names and values apart, so that no quote hides what it would take for an attribute.
_ATTRIBUTE = re.compile(
    r"[ \t\n\r\f/]*+[^ \t\n\r\f/>][^ \t\n\r\f/>=]*+"
    r"(?:[ \t\n\r\f]*+=[ \t\n\r\f]*+(?:\"[^\"]*+\"?|'[^']*+'?|[^ \t\n\r\f>]*+))?+"
)
_SKIPPED_NAMES = """
script style noscript template select button textarea svg math iframe object head form
"""
_BLOCKS_NAMES = """
address article aside blockquote br dd details div dl dt fieldset figcaption figure footer h1
h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section summary table tbody td tfoot th
thead time tr ul img body html
"""
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_BLOCKS = frozenset(_BLOCKS_NAMES.split())
_LISTS = frozenset(["ul", "ol", "dl", "table", "tbody"])


@dataclass(frozen=True, slots=True)
class Block:
    """``href`` is set when the whole text is one link; ``listed`` names the list it stands in, if any."""

    number: int
    text: str
    href: str | None = None
    listed: int = 0
    caption: bool = False
    heading: bool = False


@dataclass(slots=True)
class _Pen:
    """Gathers the text of one block."""

    texts: list[str] = field(default_factory=list)
    number: int = 0
    hrefs: set[str | None] = field(default_factory=set)

    def write(self, text: str | None, number: int, href: str | None) -> None:
        if text and text.strip():
            self.number = self.number or number
            self.hrefs.add(href)
        if text:
            self.texts.append(text)

    def lift(self, listed: int, caption: bool, heading: bool) -> Block | None:
        text = clean("".join(self.texts))
        block = None
        if text:
            href = next(iter(self.hrefs)) if len(self.hrefs) == 1 else None
            block = Block(self.number, text, href, listed, caption, heading)
        self.texts, self.number, self.hrefs = [], 0, set()
        return block


def decoded(raw: bytes, encoding: str | None) -> str:
    """The text of an HTML file: named encoding, mark, declared charset, then UTF-8 or CP949."""
    if not encoding and sniff(raw) is None and (match := _CHARSET.search(raw, 0, 4096)):
        name = match.group(1).decode("ascii").lower()
        try:
            return decode(raw, "cp949" if name in _KOREAN else known(name))[0]
        except InputError:
            pass
    return decode(raw, encoding)[0]


def check_markup(text: str) -> None:
    """InputError for a page that takes far more time or memory than its size lets expect."""
    hint = "Is it one page? Capture it again, or leave it out."
    if text.count("<") > TAG_LIMIT:
        raise InputError(f"The page has more than {TAG_LIMIT} tags.", hint)
    every, tag = 0, _TAG.search(text)
    while tag:
        count, end = 0, tag.end()
        while attribute := _ATTRIBUTE.match(text, end):
            count, end = count + 1, attribute.end()
            if count > ATTRIBUTE_LIMIT:
                raise InputError(f"The page has more than {ATTRIBUTE_LIMIT} attributes in one tag.", hint)
        every += count
        if every > ATTRIBUTES_LIMIT:
            raise InputError(f"The page has more than {ATTRIBUTES_LIMIT} attributes in its tags.", hint)
        tag = _TAG.search(text, end)


def parse(text: str) -> Any:
    """An lxml tree. InputError if there is no element in the text, far too many, or lxml gives up."""
    from lxml import etree, html

    check_markup(text)
    text = _XML.sub("", text, count=1).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    try:
        tree = html.document_fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.LxmlError, ValueError, RecursionError, AssertionError) as error:
        raise InputError(f"The HTML cannot be read: {str(error)[:100]}.", "Capture the page again.") from error
    if tree is None:
        raise InputError("The HTML is empty.", "Capture the page again.")
    return tree


def blocks(tree: Any) -> list[Block]:
    """The text blocks of a page in order, without scripts, forms and buttons."""
    return [block for block in _blocks(tree) if block]


def _blocks(tree: Any) -> Iterator[Block | None]:
    from lxml import etree

    pen = _Pen()
    links: list[str | None] = [None]
    lists = [0]
    captions, headings = 0, 0
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        line = int(element.sourceline or 1)
        tag = element.tag if isinstance(element.tag, str) else ""
        if event in ("comment", "pi"):
            pen.write(element.tail, line, links[-1])
        elif event == "start":
            if tag in _SKIPPED:
                walk.skip_subtree()
                continue
            if tag in _BLOCKS:
                yield pen.lift(lists[-1], captions > 0, headings > 0)
            captions += _is_caption(element, tag)
            headings += tag in ("h1", "h2", "h3", "h4", "h5", "h6")
            if tag == "a":
                links.append((element.get("href") or "")[:2000])
            if tag in _LISTS:
                lists.append(lists[-1] if tag == "tbody" else line * 1000 + len(lists))
            pen.write(element.text, line, links[-1])
        else:
            if tag in _SKIPPED:
                pen.write(element.tail, line, links[-1])
                continue
            if tag in _BLOCKS:
                yield pen.lift(lists[-1], captions > 0, headings > 0)
            captions -= _is_caption(element, tag)
            headings -= tag in ("h1", "h2", "h3", "h4", "h5", "h6")
            if tag == "a":
                links.pop()
            if tag in _LISTS:
                lists.pop()
            pen.write(element.tail, line, links[-1])
    yield pen.lift(lists[-1], False, False)


def _is_caption(element: Any, tag: str) -> bool:
    names = (element.get("class") or "")[:200].lower()
    return tag == "figcaption" or (tag in ("p", "span", "div", "em", "td") and "caption" in names)


def metas(tree: Any) -> dict[str, tuple[str, int]]:
    """Content and source line of the first meta element of each name, lower case."""
    found: dict[str, tuple[str, int]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = clean((element.get("content") or "")[:2000])
        if name and content:
            found.setdefault(name.lower(), (content, int(element.sourceline or 1)))
    return found


def address(base: str | None, href: str) -> str | None:
    """A link as an address, joined to the page's own when that is known; never looked at."""
    href = clean(href)
    if not href or href.lower().startswith(("javascript:", "mailto:", "tel:", "data:", "#")):
        return None
    try:
        return urljoin(base, href) if base else href
    except ValueError:
        return href
