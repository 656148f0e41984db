"""Tags and entities in what should be text, made into text with its paragraphs."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

ROUNDS = 3  # so often a program may have escaped what another had escaped before
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "big",
        "cite",
        "code",
        "del",
        "em",
        "font",
        "i",
        "iframe",
        "img",
        "input",
        "ins",
        "kbd",
        "mark",
        "nobr",
        "object",
        "picture",
        "q",
        "s",
        "samp",
        "small",
        "source",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "svg",
        "time",
        "tt",
        "u",
        "var",
        "video",
        "wbr",
        "embed",
        "param",
        "button",
        "label",
        "meta",
        "link",
        "base",
        "script",
        "style",
        "noscript",
        "template",
        "textarea",
        "select",
        "option",
        "audio",
        "canvas",
        "map",
        "area",
        "col",
        "colgroup",
    ]
)
_UNSEEN = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "iframe",
        "object",
        "svg",
        "head",
        "title",
        "textarea",
        "select",
        "button",
    ]
)
_TAG = re.compile(
    rf"</?(?:{'|'.join(sorted(_BLOCKS | _INLINE, key=len, reverse=True))})(?:\s[^<>]*)?/?>|<!--|<!\[CDATA\[",
    re.IGNORECASE,
)


def has_markup(text: str) -> bool:
    """Whether a text holds tags of HTML or entities."""
    return ("<" in text and _TAG.search(text) is not None) or ("&" in text and _ENTITY.search(text) is not None)


def unescaped(text: str) -> str:
    """A text without entities, also where they were escaped twice."""
    for _ in range(ROUNDS):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    return text


def without_markup(text: str) -> str:
    """A text without tags and entities; what stands in blocks of its own stands on lines of its own."""
    for _ in range(ROUNDS):
        if "<" in text and _TAG.search(text):
            text = _stripped(text)
        elif "&" in text and _ENTITY.search(text):
            text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
        else:
            break
    return text


def _stripped(text: str) -> str:
    parser = _Text()
    parser.feed(_without_comments(text.replace("<![CDATA[", "").replace("]]>", "")))
    parser.close()
    return "".join(parser.parts)


def _without_comments(text: str) -> str:
    """A text without comments; the parser would look for the end of each that is not closed in all the rest."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        parts.append(text[at:start])
        end = text.find("-->", start + 4)
        if end < 0:
            return "".join(parts) + text[start:].replace("<!--", "")
        at = end + 3
    return "".join(parts) + text[at:]


class _Text(HTMLParser):
    """Gathers what a reader would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            del self._unseen[self._unseen.index(tag) :]
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag not in _INLINE and not self._unseen:
            self.parts.append(self.get_starttag_text() or "")
