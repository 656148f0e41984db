"""Who wrote it, from a value that says nothing else: names with roles, outlets and mail addresses."""

from __future__ import annotations

import re

from recommender.readers.rules import bylines
from recommender.readers.rules.bylines import MAIL, line_byline, without_role
from recommender.readers.rules.regions import REGIONS

_PARTED = re.compile(r"[,;·ㆍ/&|、\n]|(?<=\s)(?:and|및)(?=\s)")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_AROUND = re.compile(
    r"^(?:by|글|사진|취재|기자|작성자|reporter)\s*[:：=]?\s+|^(?:by|글|취재|기자명?|작성자)\s*[:：=]\s*", re.IGNORECASE
)
_NAME = re.compile(r"[가-힣]{2,4}")
_ENGLISH_ROLE = re.compile(
    r"(?:(?:staff|senior|chief|deputy|managing|contributing|associate|assistant|special|guest|freelance|foreign|national|"
    r"international|local|political|politics|business|sports|science|health|city|metro|environment|education|culture|"
    r"travel|food|technology|investigative|photo|data|news|bureau|executive|digital) ){0,3}"
    r"(?:writer|reporter|editor|correspondent|columnist|photographer|contributor|journalist|producer)s?"
    r"|special to (?:the )?[A-Z][A-Za-z .&'’-]{1,40}",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"[()\[\]<>【】〈〉=\s.,;:▶■*-]*")
_ADDRESS = re.compile(r"https?://\S+|@\S+")


def authors(value: str) -> str:
    """The names alone, joined by ``·``; as it stands where no name is recognised. Empty for a number or an address."""
    if _is_list(value):
        value = ";".join(one or other for one, other in _QUOTED.findall(value))
    value = _ADDRESS.sub(" ", MAIL.sub(" ", value))
    role = bylines.ROLE.search(value) is not None
    names = [name for part in _PARTED.split(value) if (name := _name_of(part.strip(), role))]
    people = [name for name in names if not (_ENGLISH_ROLE.fullmatch(name) or bylines.ROLE.fullmatch(name))]
    return "·".join(dict.fromkeys(people or names))


def _is_list(value: str) -> bool:
    return value[:1] + value[-1:] in ("[]", "()") and _QUOTED.search(value) is not None


def _name_of(part: str, role: bool) -> str:
    part = _AROUND.sub("", part.strip()).strip("()[]<>【】〈〉=▶■* -")
    if _EMPTY.fullmatch(part) or part.isdigit():
        return ""
    return (_name_beside_role(part) if role else None) or _byline_author(part) or without_role(part)


def _name_beside_role(part: str) -> str | None:
    """The name among words beside a role: ``홍길동 가상일보 기자``, ``가상일보 홍길동기자``."""
    words = re.split(r"[\s()\[\]=]+", part)
    if len(words) > 5:
        return None
    left = [name for word in words if (name := re.sub(rf"(?:{bylines.ROLES})$", "", word))]
    left = [word for word in left if _NAME.fullmatch(word) and not _is_no_name(word)]
    return left[0] if len(left) == 1 else None


def _is_no_name(word: str) -> bool:
    return word in REGIONS or bool(bylines.MEDIA.fullmatch(word) or bylines.DESK.fullmatch(word))


def _byline_author(part: str) -> str | None:
    byline = line_byline(part)
    return byline.author if byline else None
