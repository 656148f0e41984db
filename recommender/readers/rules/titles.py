"""What a site adds to the titles of its pages: its name, and the section before it."""

from __future__ import annotations

import re

from recommender.readers.rules import lines as rules
from recommender.text.normalize import title_key

_SEPARATOR = re.compile(r"\s{0,3}(?:[|ㅣ｜<>«»]|::+|\s[-–—:~·/]\s|[-–—](?=\S))\s*")
_ADDED = 300
"""Number of characters at the end of a title that are searched for what a site added."""
_BEFORE = re.compile(
    r"(?:[\[【<(](?P<boxed>[^\]】>)]{2,30})[\]】>)]|"
    r"(?P<plain>[^|ㅣ｜\[]{2,30}?)(?: ?(?:[|ㅣ｜]|::+) ?| [-–—:·/] )) ?(?=\S)"
)
_PORTAL_NAMES = "네이버 네이버뉴스 다음 다음뉴스 Daum 네이트 네이트뉴스 카카오 zum 줌 뉴스줌 msn google yahoo 뉴스"
PORTALS = frozenset(map(title_key, _PORTAL_NAMES.split()))
"""Keys of sites that show the articles of others."""


def without_name(title: str, outlet: str) -> str:
    """A title without the name of its outlet, set off at its end as feeds and search engines write it."""
    if len(key := title_key(outlet)) < 2:
        return title
    for mark in re.finditer(r" ?[|ㅣ｜] ?| [-–—·/:] ", title[-60:]):
        at = max(0, len(title) - 60) + mark.start()
        if at and title_key(title[at + len(mark.group()) :]) == key:
            return title[:at].rstrip()
    return title


def without_site(title: str, outlets: list[str], headings: list[str]) -> str:
    """A title without what the site adds: what follows the page's own heading, or an outlet and a section."""
    for heading in headings:
        rest = title[len(heading) :]
        if len(heading) >= 8 and title.startswith(heading) and len(rest) <= 60 and _SEPARATOR.match(rest):
            return heading
    names = [key for name in outlets if len(key := title_key(name)) >= 2]
    for heading in headings:
        before = title[: -len(heading) or None]
        if len(heading) >= 8 and title.endswith(heading) and _is_of_site(before, names):
            return heading
    title = rules.title_text(title)
    trimmed = title.rstrip(" :|ㅣ")
    marks = list(_SEPARATOR.finditer(trimmed, max(0, len(trimmed) - _ADDED)))
    cut = len(title)
    for mark in reversed(marks):
        part = title_key(title[mark.end() : cut])
        is_site = part in PORTALS or part in names
        if not (is_site or (cut < len(title) and rules.is_section(title[mark.end() : cut].strip()))):
            break
        cut = mark.start()
    return _without_start(title[:cut].strip() or title, names)


def _is_of_site(before: str, names: list[str]) -> bool:
    """Whether what stands before a heading is the site's: ``가나일보 모바일 사이트, ``."""
    key = title_key(before) if 0 < len(before) <= 40 else ""
    return bool(key) and not before[-1].isalnum() and any(key.startswith(name) for name in names)


def _without_start(title: str, names: list[str]) -> str:
    """A title without the outlet before it: ``[가나일보] 제목``, ``가나일보 - 제목``."""
    before = _BEFORE.match(title)
    if before and title_key(before["boxed"] or before["plain"]) in names and title_key(title[before.end() :]):
        return title[before.end() :].strip()
    return title
