"""Tags and entities in what should be text, made into text with its paragraphs."""

from __future__ import annotations

import html
import re

ROUNDS = 3  # so often a program may have escaped what another had escaped before
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_BLOCKS_NAMES = """
address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 head header hr html li main nav ol p pre section summary table tbody td tfoot th thead title tr ul
"""
_BLOCKS = frozenset(_BLOCKS_NAMES.split())
_INLINE_NAMES = """
a abbr b bdi big cite code del em font i iframe img input ins kbd mark nobr object picture q s samp small source
span strike strong sub sup svg time tt u var video wbr embed param button label meta link base script style noscript
template textarea select option audio canvas map area col colgroup
"""
_INLINE = frozenset(_INLINE_NAMES.split())
_UNSEEN_NAMES = """
script style template noscript iframe object svg head title textarea select button
"""
_UNSEEN = frozenset(_UNSEEN_NAMES.split())
_TAG = re.compile(
    rf"<(/?)((?:{'|'.join(sorted(_BLOCKS | _INLINE | _UNSEEN, key=len, reverse=True))})|[a-z]+:[a-z]+)"
    r"(?:\s(?:[^<>\"\']|\"[^\"]{0,2000}\"|\'[^\']{0,2000}\')*)?/?>|<!--|<!\[CDATA\[|<[!?][a-z][^<>]*>",
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
    """A text without tags, and without what stands between those of scripts and the like."""
    text = _without_comments(text.replace("<![CDATA[", "").replace("]]>", ""))
    parts, at = [], 0
    for tag in _TAG.finditer(text):
        if tag.start() < at:
            continue
        parts.append(html.unescape(text[at : tag.start()]))
        at, name = tag.end(), (tag[2] or "").lower()
        if name in _BLOCKS:
            parts.append("\n")
        elif name in _UNSEEN and not tag[1]:
            end = re.compile(f"</{name}\\b[^<>]*>", re.IGNORECASE).search(text, at)
            at = end.end() if end else len(text)
    parts.append(html.unescape(text[at:]))
    return "".join(parts)


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
