"""HTML as lines: one for each block of text, with its source line, the link it is and the box it stands in.

Nothing is fetched, and no recursion is used, so depth does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Any

from recommender.readers.html_tree import plain
from recommender.readers.rules import element_names
from recommender.text.normalize import clean

from ..lazy import dataclass

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
    """An element that holds blocks; ``last`` is the greatest place of those inside it, ``kind`` as
    `element_names.kind`."""

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
class _BlockBuilder:
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

    def finish(self, state: _State) -> Block | None:
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
    """The links, lists, headings and boxes that are open at one point of the walk."""

    links: list[str | None] = field(default_factory=lambda: [None])
    lists: list[int] = field(default_factory=lambda: [0])
    levels: list[int] = field(default_factory=lambda: [0])
    boxes: list[int] = field(default_factory=lambda: [0])
    captions: int = 0
    titles: int = 0


def outline(tree: Any) -> Outline:
    """The text blocks of a page in order, without scripts and buttons, and the boxes around them."""
    page = Outline(boxes=[Box(-1, "", "", "")])
    page.blocks = [block for block in _blocks(tree, page) if block]
    for at in range(len(page.boxes) - 1, 0, -1):
        box = page.boxes[at]
        box.last = max(box.last, at)
        around = page.boxes[box.parent]
        around.last = max(around.last, box.last)
    return page


def _blocks(tree: Any, page: Outline) -> Iterator[Block | None]:
    from lxml import etree

    builder, state = _BlockBuilder(), _State()
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        line = int(element.sourceline or 1)
        tag = element.tag if isinstance(element.tag, str) else ""
        if event in ("comment", "pi"):
            builder.write(element.tail, line, state.links[-1])
        elif event == "start":
            if tag in _SKIPPED:
                walk.skip_subtree()
                continue
            if _breaks_block(element, tag, state):
                yield builder.finish(state)
            _enter(element, tag, line, state, page)
            builder.write(element.text, line, state.links[-1])
        else:
            if tag in _SKIPPED:
                builder.write(element.tail, line, state.links[-1])
                continue
            if _breaks_block(element, tag, state):
                yield builder.finish(state)
            _leave(element, tag, state)
            builder.write(element.tail, line, state.links[-1])
    yield builder.finish(state)


def _breaks_block(element: Any, tag: str, state: _State) -> bool:
    """Whether an element begins and ends blocks: by its tag, as a caption, or as a part of a link with a name."""
    if tag in _BLOCKS or _is_box(element, tag) or _is_caption(element, tag):
        return True
    return tag in _INLINE and state.links[-1] is not None and element_names.is_part_of_card(_names(element))


def _enter(element: Any, tag: str, line: int, state: _State, page: Outline) -> None:
    state.captions += _is_caption(element, tag)
    state.titles += element_names.is_title(_names(element))
    if tag in _HEADINGS:
        state.levels.append(int(tag[1]))
    if tag == "a":
        state.links.append((element.get("href") or "")[:2000])
    if tag in _LISTS:
        state.lists.append(state.lists[-1] if tag == "tbody" else len(page.boxes))
    if _is_box(element, tag):
        names = _names(element)
        page.boxes.append(Box(state.boxes[-1], tag, names, element_names.kind(tag, names, _is_hidden(element))))
        state.boxes.append(len(page.boxes) - 1)
    if tag == "img" and not page.logo:
        page.logo = _logo(element)


def _leave(element: Any, tag: str, state: _State) -> None:
    state.captions -= _is_caption(element, tag)
    state.titles -= element_names.is_title(_names(element))
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
    return tag in _BOXES or (tag in _INLINE and element_names.is_summary(_names(element)))


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
    return bool(names) and tag in _CAPTIONED and element_names.is_caption(names)


def _logo(image: Any) -> str:
    """The name of an outlet in its logo, as of a portal's page."""
    near = [element for element in (image, image.getparent()) if element is not None and isinstance(element.tag, str)]
    if not any(element_names.is_logo(_names(element)) for element in near):
        return ""
    return clean((image.get("title") or image.get("alt") or "")[:60])
