"""Names (class, id) of elements of a page: the body, captions, comments, lists and other furniture.

Names are classes, ids and properties; they are read as words, ``articleBody`` and ``article_body`` as two. A name is
a hint alone: who asks also looks at what stands inside.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[가-힣]+")
_COMMENTS = ("comment", "repl", "cbox", "disqus", "livere", "댓글")
_BYLINE = ("byline", "journalist", "reporter", "writer", "author")
_RELATED = ("relat", "rel")
_POPULAR = ("rank", "popular", "trend", "most", "hot", "best", "latest", "headlines")
_FURNITURE_STEMS = (
    "subscri", "newsletter", "recommend", "promo", "advert", "sponsor", "copyright", "breadcrumb", "pagin", "donat",
    "reaction", "emotion", "emoji", "categor", "journalistcard", "paywall", "hashtag", "taboola", "outbrain", "dable",
)  # fmt: skip
_FURNITURE_NAMES = """
share sharing sns social banner ad ads popup pop toast modal layer ly tooltip cookie notice toolbar util utility 
vote poll survey tts font fontsize print scrap bookmark tag tags keyword keywords copy rights login follow 
feedback report error prev next more widget sidebar aside snb gnb lnb menu nav navigation footer skip
"""
_FURNITURE = frozenset(_FURNITURE_NAMES.split())
_SUMMARY = ("summary", "standfirst", "subheading", "요약")
_PICTURE = frozenset(("img", "image", "images", "photo", "pic", "picture", "thumb", "figure", "fig"))
_TOLD_NAMES = """
desc description txt text info cap source explain expl credit title tit
"""
_TOLD = frozenset(_TOLD_NAMES.split())
_BODY = re.compile(
    r"[a-z]{0,2}(?:article|artcl|news|newsct|story|post|entry|view|read|harmony|single)(?:end|page|main|view|"
    r"veiw|detail)?"
    r"(?:body|contents?|conts?|cnt|txt|text|container|div|area|article|copy)(?:s|div|inner|wrap|contents?|area|"
    r"text|txt)?|"
    r"(?:articlebody|bodycontents?|dicarea|contentbody|bodytext|maintext|newsview|articleview|textbody|viewcon|"
    r"pagecontent)\w{0,12}"
)
_CARD_NAMES = """
tit title titles headline subject press media outlet publisher source date time num number rank ranking lead desc 
description summary txt text name cate category author thumb label info count view
"""
_CARD = frozenset(_CARD_NAMES.split())
_TITLE = frozenset(("tit", "title", "titles", "headline", "headlines", "subject", "heading"))
_LOGO = frozenset(("logo", "press", "publisher", "newspaper", "masthead"))


@lru_cache(maxsize=4096)
def words(names: str) -> tuple[str, ...]:
    """The words of names, lower case."""
    return tuple(word.lower() for word in _WORD.findall(names))


def kind(tag: str, names: str, hidden: bool) -> str:
    """``hidden comments byline summary related popular furniture body``, or ``""`` for none of them."""
    if hidden:
        return "hidden"
    if tag in ("nav", "footer", "aside", "form", "details"):
        return "furniture"
    return _kind_of_names(names) if names else ""


@lru_cache(maxsize=4096)
def _kind_of_names(names: str) -> str:
    if is_body(names):
        return "body"
    name_words = words(names)
    for what, stems in (
        ("comments", _COMMENTS), ("summary", _SUMMARY), ("byline", _BYLINE), ("popular", _POPULAR),
        ("furniture", _FURNITURE_STEMS),
    ):  # fmt: skip
        if any(word.startswith(stems) for word in name_words):
            return what
    if any(word == "rel" or word.startswith("relat") for word in name_words):
        return "related"
    return "furniture" if not _FURNITURE.isdisjoint(name_words) else ""


@lru_cache(maxsize=4096)
def is_body(names: str) -> bool:
    """One of the names is that of an article's text in one of the usual systems."""
    return any(_BODY.fullmatch("".join(words(name))) for name in names.split())


@lru_cache(maxsize=4096)
def is_caption(names: str) -> bool:
    """``caption`` or its like: ``img_desc``, ``photo-credit``."""
    name_words = words(names)
    pairs = pairwise(name_words)
    return any("caption" in word or word == "imgdesc" for word in name_words) or any(
        one in _PICTURE and two in _TOLD for one, two in pairs
    )


def is_summary(names: str) -> bool:
    return bool(names) and any(word.startswith(_SUMMARY) for word in words(names))


def is_part_of_card(names: str) -> bool:
    """A part of a card of another article: its headline, outlet, date, number or summary."""
    return bool(names) and not _CARD.isdisjoint(words(names))


def is_title(names: str) -> bool:
    return bool(names) and not _TITLE.isdisjoint(words(names))


def is_logo(names: str) -> bool:
    return bool(names) and not _LOGO.isdisjoint(words(names))
