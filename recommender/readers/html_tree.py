"""The bytes of a page of HTML to a tree, within limits, and what its head states."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urljoin

from recommender.errors import InputError
from recommender.readers.encoding import declared, decode, sniff
from recommender.text.normalize import clean

_CHARSET = re.compile(rb"charset ?= ?[\"']?([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_XML = re.compile(r"<\?xml[^>]{0,200}\?>")

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
    r"(?:[ \t\n\r\f]*+=[ \t\n\r\f]*+(?:\"[^\"]*+\"?|'[^']*+'?|[^ \t\n\r\f>]*+))?"
)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[A-Za-z]{2,8}\d?);")


def plain(text: str) -> str:
    """Text whose entities were escaped twice, ``&amp;quot;``, as it was meant."""
    return clean(unescape(text)) if "&" in text and _ENTITY.search(text) else text


def decoded(raw: bytes, encoding: str | None) -> str:
    """The text of an HTML file: named encoding, mark, declared charset, then UTF-8 or CP949."""
    if not encoding and sniff(raw) is None and (match := _CHARSET.search(raw, 0, 4096)):
        try:
            return decode(raw, declared(match.group(1).decode("ascii")))[0]
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


def metas(tree: Any) -> dict[str, tuple[str, int]]:
    """Content and source line of the first meta element of each name, lower case."""
    metas_by_name: dict[str, tuple[str, int]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = plain(clean((element.get("content") or "")[:2000]))
        if name and content:
            metas_by_name.setdefault(name.lower(), (content, int(element.sourceline or 1)))
    return metas_by_name


def address(base: str | None, href: str) -> str | None:
    """A link as an address, joined to the page's own when that is known; never looked at."""
    href = clean(href)
    if not href or href.lower().startswith(("javascript:", "mailto:", "tel:", "data:", "#")):
        return None
    try:
        return urljoin(base, href) if base else href
    except ValueError:
        return href
