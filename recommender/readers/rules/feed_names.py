"""The outlet in the title of a feed, and whether an item is of it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_PARTS = re.compile(r" (?:[-|:>·–—]|::) |\s?[|>]\s?| ?: ")
_NO_NAME = re.compile(
    r"(?:rss|feed|news ?feed|전체|최신|인기|주요|오늘의)?[ ]?(?:기사|뉴스|피드|rss|feed|목록|보기|all|home|전체|최신)?",
    re.I,
)
_TRAILING = re.compile(r"[ ](?:(?:전체|최신|주요|인기)[ ]?(?:기사|뉴스)|rss(?:[ ]피드)?|뉴스피드|feed)$", re.I)


def outlet_of(title: str) -> str:
    """The outlet that the title of a feed names, without the section it is of; ``""`` where it names none."""
    title = " ".join(title.split())
    parts = [_TRAILING.sub("", part).strip(" [](){}") for part in _PARTS.split(title)]
    return next((part for part in parts if part and not _NO_NAME.fullmatch(part) and len(part) <= 40), "")


def host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("rss.").removeprefix("m.")
    except ValueError:
        return ""


def may_be_of(url: str, host: str) -> bool:
    """Whether an address stands on a host or one that belongs to it; true where either is not known."""
    of_url = host_of(url)
    return not host or not of_url or of_url.endswith(host) or host.endswith(of_url)
