"""HTML as lines: one for each block of text, with its source line, the link it is and the box it stands in.

Nothing is fetched, and no recursion is used, so depth does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urljoin

from recommender.errors import InputError
from recommender.readers.encoding import decode, known, sniff
from recommender.readers.rules import boxes
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
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[A-Za-z]{2,8}\d?);")
_SKIPPED_NAMES = """
script style noscript template select button textarea svg math iframe object head
"""
_BLOCKS_NAMES = """
address article aside blockquote br dd details div dl dt fieldset figcaption figure footer h1
h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section summary table tbody td tfoot th
thead time tr ul img body html form
"""
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_BLOCKS = frozenset(_BLOCKS_NAMES.split())
_INLINE = frozenset(["span", "strong", "em", "b", "i"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_CAPTIONED = frozenset(["p", "span", "div", "em", "td", "small", "dd", "strong", "i", "li"])
_BOXES_NAMES = """
address article aside blockquote body dd details div dl dt fieldset figure footer form header li main nav ol p 
section summary table td tr ul h1 h2 h3 h4 h5 h6
"""
_BOXES = frozenset(_BOXES_NAMES.split())
_LISTS = frozenset(["ul", "ol", "dl", "table", "tbody"])


@dataclass(frozen=True, slots=True)
class Block:
    """``href`` is set when the whole text is one link; ``listed`` names the list it stands in, if any.

    ``linked`` is the part of the text that is a link, if it is but one, and ``link`` its address. ``level`` is that
    of a heading, 0 for none; ``named`` says that the element calls itself a title; ``box`` is a place in `Outline`.
    """

    number: int
    text: str
    href: str | None = None
    listed: int = 0
    caption: bool = False
    level: int = 0
    box: int = 0
    named: bool = False
    linked: str = ""
    link: str | None = None

    @property
    def heading(self) -> bool:
        return self.level > 0


@dataclass(slots=True)
class Box:
    """An element that holds blocks; ``last`` is the greatest place of those inside it, ``kind`` as `boxes.kind`."""

    parent: int
    tag: str
    names: str
    kind: str
    last: int = 0


@dataclass(slots=True)
class Outline:
    """The blocks of a page in order, and the boxes they stand in, each after the one around it.

    ``logo`` is what the picture of an outlet's logo is called.
    """

    blocks: list[Block] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    logo: str = ""

    def holds(self, box: int, inner: int) -> bool:
        return box <= inner <= self.boxes[box].last

    def around(self, box: int) -> Iterator[int]:
        """The box and all around it, from the inside."""
        while box >= 0:
            yield box
            box = self.boxes[box].parent


@dataclass(slots=True)
class _Pen:
    """Gathers the text of one block."""

    texts: list[str] = field(default_factory=list)
    number: int = 0
    hrefs: dict[str | None, list[str]] = field(default_factory=dict)

    def write(self, text: str | None, number: int, href: str | None) -> None:
        if text and text.strip():
            self.number = self.number or number
            self.hrefs.setdefault(href, []).append(text)
        if text:
            self.texts.append(text)

    def lift(self, state: _State) -> Block | None:
        if not self.hrefs:
            self.texts.clear()
            return None
        text = plain(clean("".join(self.texts)))
        block = None
        if text:
            links = [href for href in self.hrefs if href is not None]
            href = links[0] if len(links) == 1 and len(self.hrefs) == 1 else None
            linked = plain(clean(" ".join(self.hrefs[links[0]]))) if len(links) == 1 else ""
            block = Block(
                self.number, text, href, state.lists[-1], state.captions > 0, state.levels[-1],
                state.boxes[-1], state.titles > 0, linked, links[0] if linked else None,
            )  # fmt: skip
        self.texts, self.number, self.hrefs = [], 0, {}
        return block


@dataclass(slots=True)
class _State:
    """Where the walk stands."""

    links: list[str | None] = field(default_factory=lambda: [None])
    lists: list[int] = field(default_factory=lambda: [0])
    levels: list[int] = field(default_factory=lambda: [0])
    boxes: list[int] = field(default_factory=lambda: [0])
    captions: int = 0
    titles: int = 0


def plain(text: str) -> str:
    """Text whose entities were escaped twice, ``&amp;quot;``, as it was meant."""
    return clean(unescape(text)) if "&" in text and _ENTITY.search(text) else text


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


def outline(tree: Any) -> Outline:
    """The text blocks of a page in order, without scripts and buttons, and the boxes around them."""
    found = Outline(boxes=[Box(-1, "", "", "")])
    found.blocks = [block for block in _blocks(tree, found) if block]
    for at in range(len(found.boxes) - 1, 0, -1):
        box = found.boxes[at]
        box.last = max(box.last, at)
        around = found.boxes[box.parent]
        around.last = max(around.last, box.last)
    return found


def _blocks(tree: Any, found: Outline) -> Iterator[Block | None]:
    from lxml import etree

    pen, state = _Pen(), _State()
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        line = int(element.sourceline or 1)
        tag = element.tag if isinstance(element.tag, str) else ""
        if event in ("comment", "pi"):
            pen.write(element.tail, line, state.links[-1])
        elif event == "start":
            if tag in _SKIPPED:
                walk.skip_subtree()
                continue
            if _parts(element, tag, state):
                yield pen.lift(state)
            _enter(element, tag, line, state, found)
            pen.write(element.text, line, state.links[-1])
        else:
            if tag in _SKIPPED:
                pen.write(element.tail, line, state.links[-1])
                continue
            if _parts(element, tag, state):
                yield pen.lift(state)
            _leave(element, tag, state)
            pen.write(element.tail, line, state.links[-1])
    yield pen.lift(state)


def _parts(element: Any, tag: str, state: _State) -> bool:
    """Whether an element begins and ends blocks: by its tag, as a caption, or as a part of a link with a name."""
    if tag in _BLOCKS or _is_box(element, tag) or _is_caption(element, tag):
        return True
    return tag in _INLINE and state.links[-1] is not None and boxes.is_part_of_card(_names(element))


def _enter(element: Any, tag: str, line: int, state: _State, found: Outline) -> None:
    state.captions += _is_caption(element, tag)
    state.titles += boxes.is_title(_names(element))
    if tag in _HEADINGS:
        state.levels.append(int(tag[1]))
    if tag == "a":
        state.links.append((element.get("href") or "")[:2000])
    if tag in _LISTS:
        state.lists.append(state.lists[-1] if tag == "tbody" else len(found.boxes))
    if _is_box(element, tag):
        names = _names(element)
        found.boxes.append(Box(state.boxes[-1], tag, names, boxes.kind(tag, names, _is_hidden(element))))
        state.boxes.append(len(found.boxes) - 1)
    if tag == "img" and not found.logo:
        found.logo = _logo(element)


def _leave(element: Any, tag: str, state: _State) -> None:
    state.captions -= _is_caption(element, tag)
    state.titles -= boxes.is_title(_names(element))
    if tag in _HEADINGS:
        state.levels.pop()
    if tag == "a":
        state.links.pop()
    if tag in _LISTS:
        state.lists.pop()
    if _is_box(element, tag):
        state.boxes.pop()


def _is_box(element: Any, tag: str) -> bool:
    """Whether an element is a box: by its tag, or a line that calls itself a summary."""
    return tag in _BOXES or (tag in _INLINE and boxes.is_summary(_names(element)))


def _names(element: Any) -> str:
    """What an element calls itself: its classes, id and property, of at most 300 characters."""
    if not element.attrib:
        return ""
    return " ".join((element.get(key) or "")[:100] for key in ("class", "id", "itemprop")).strip()


def _is_hidden(element: Any) -> bool:
    style = "".join((element.get("style") or "")[:300].split()).lower()
    return element.get("hidden") is not None or "display:none" in style or "visibility:hidden" in style


def _is_caption(element: Any, tag: str) -> bool:
    if tag == "figcaption":
        return True
    names = _names(element)
    return bool(names) and tag in _CAPTIONED and boxes.is_caption(names)


def _logo(image: Any) -> str:
    """The name of an outlet in its logo, as of a portal's page."""
    near = [each for each in (image, image.getparent()) if each is not None and isinstance(each.tag, str)]
    if not any(boxes.is_logo(_names(each)) for each in near):
        return ""
    return clean((image.get("title") or image.get("alt") or "")[:60])


def metas(tree: Any) -> dict[str, tuple[str, int]]:
    """Content and source line of the first meta element of each name, lower case."""
    found: dict[str, tuple[str, int]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = plain(clean((element.get("content") or "")[:2000]))
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
