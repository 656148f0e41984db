"""What a site adds to the titles of its pages: its name, and the section before it."""

from __future__ import annotations

import re

from recommender.readers.rules import lines as rules
from recommender.text.normalize import title_key

_SEPARATOR = re.compile(r"\s*(?:[|ㅣ｜<«]|::+|\s[-–—:~·]\s|[-–—](?=\S))\s*")
_PORTAL_NAMES = "네이버 네이버뉴스 다음 다음뉴스 Daum 네이트 네이트뉴스 카카오 zum 줌 뉴스줌 msn google yahoo 뉴스"
PORTALS = frozenset(map(title_key, _PORTAL_NAMES.split()))
"""Keys of sites that show the articles of others."""


def without_site(title: str, outlets: list[str], headings: list[str]) -> str:
    """A title without what the site adds: what follows the page's own heading, or an outlet and a section."""
    for heading in headings:
        rest = title[len(heading) :]
        if len(heading) >= 8 and title.startswith(heading) and len(rest) <= 60 and _SEPARATOR.match(rest):
            return heading
    title = rules.title_text(title)
    names = [key for name in outlets if len(key := title_key(name)) >= 2]
    marks = list(_SEPARATOR.finditer(title.rstrip(" :|ㅣ")))
    cut = len(title)
    for mark in reversed(marks):
        part = title_key(title[mark.end() : cut])
        is_site = part in PORTALS or part in names
        if not (is_site or (cut < len(title) and rules.is_section(title[mark.end() : cut].strip()))):
            break
        cut = mark.start()
    return title[:cut].strip() or title
