"""Fragments of HTML, as feeds and mails carry them, to plain paragraphs."""

from __future__ import annotations

import re

from recommender.errors import InputError

_TAG = re.compile(r"<[/!?]?[A-Za-z]|&[#A-Za-z]")
_BLOCK = re.compile(r"<(?:p|br|div|li|h[1-6]|td|blockquote)\b", re.IGNORECASE)
_PART = re.compile(r"\n[ \t\r]*\n")


def paragraphs_of(fragment: str) -> str:
    """The text of a fragment, a paragraph a line; text without tags stays as it is, captions are left out.

    Raises InputError for markup that is refused as a page would be.
    """
    if not _TAG.search(fragment):
        return fragment
    from recommender.readers.html_lines import outline
    from recommender.readers.html_tree import parse

    if not _BLOCK.search(fragment):
        fragment = "".join(f"<p>{part}</p>" for part in _PART.split(fragment))
    try:
        blocks = outline(parse(f"<div>{fragment}</div>")).blocks
    except InputError as error:
        raise InputError(f"Its text is HTML that is not read: {error.problem}", error.hint) from error
    return "\n".join(block.text for block in blocks if not block.caption)
