"""Who wrote it for whom: bylines at the start of a lead, on a line of their own, or at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from recommender.readers.rules.regions import REGIONS

_ROLES = (
    r"(?:선임|수석|수습|인턴|객원|전문|시민|명예|편집|취재|사진|영상|본지|지역)?기자|특파원|논설위원|"
    r"논설실장|편집위원|편집국장|"
    r"편집인|본부장|부국장|국장|부장|차장|팀장|리포터|통신원|칼럼니스트|앵커|PD|에디터"
)
_ROLE = re.compile(_ROLES)
_NAME = r"[가-힣]{2,4}"
_NAMES = rf"{_NAME}(?:[·,ㆍ/] ?{_NAME}){{0,3}}"
_PAIRS = dict(zip("[【(（〔［<", "]】)）〕］>", strict=True))
_AFTER = re.compile(rf"(?P<names>{_NAMES}) ?(?:{_ROLES})(?: ?[=:]| ) ?|(?P<bare>{_NAME}) ?= ?")
_PLAIN = re.compile(rf"(?:(?P<before>[가-힣A-Za-z0-9]{{2,15}}) ?[=/| ] ?)?(?P<names>{_NAMES}) ?(?:{_ROLES}) ?= ?(?=\S)")
_TEAM = re.compile(r"[가-힣]{0,6}(?:취재팀|취재부|특별취재반)")
_NO_NAME = re.compile(r"기사 ?제보|제보|문의|구독|광고|편집부|편집국|보도국|독자|이메일|메일")
_DESK = re.compile(r"\S*(?:부|팀|국|본부|지국|지사|취재|주재|센터|데스크|기획|단독|종합|속보|포토)")
MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_TRAILING = re.compile(
    rf"(?<=[.”\"]) ?[/=<(\[]? ?(?:[가-힣]{{2,4}} ?[=/] ?)?(?P<names>{_NAMES}) ?(?:{_ROLES}) ?[>)\]/]? ?"
    rf"(?:[(<]?{MAIL.pattern}[)>]?)?$"
)
_LABEL = re.compile(
    r"(?:글|사진|글·사진|글ㆍ사진|글/사진|취재|기자명|기자|작성자|글쓴이|by|reporter|정리|영상)",
    re.IGNORECASE,
)
_HINT = re.compile(rf"{_ROLES}|취재|@|기자명|작성자|글|by |reporter", re.IGNORECASE)
_SPLIT = re.compile(r"[\s=|ㅣ/·ㆍ()（）,:\[\]【】<>ⓒ©]+")
_ENGLISH = re.compile(
    r"(?:by|"
    r"reporter)[ :]{1,2}(?P<name>[A-Z][A-Za-z'-]{1,20}(?: [A-Z][A-Za-z'.-]{0,20}){1,3})"
    r"(?:, [A-Z][A-Za-z .&]{2,40})?",
    re.IGNORECASE,
)
_MEDIA = re.compile(r"\S*(?:뉴스|일보|신문|경제|저널|타임스|타임즈|투데이|매일|방송|통신|미디어|데일리|"
                    r"뉴시스|뉴스1|뉴스핌|TV|"
                    r"NEWS|News|헤럴드|포스트|프레스|프레시안|닷컴|연합|경향|한겨레|위클리|매거진|KBS|"
                    r"MBC|SBS|YTN)\S*")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Byline:
    """``rest`` is the line after the byline; empty when the byline is the whole line."""

    outlet: str | None
    author: str | None
    rest: str = ""
    rule: str = ""


def without_role(author: str) -> str:
    """A name without ``기자`` and its like."""
    bare = re.sub(rf" ?(?:{_ROLES})$", "", author[:80].strip())
    return bare.strip() or author[:80].strip()


def lead_byline(line: str) -> Byline | None:
    """A byline before a lead: ``[매체 홍길동 기자] 본문``, ``(포항=매체) 홍길동 기자 = 본문``."""
    if bracketed := _bracketed(line):
        inside, rest = bracketed
        outlet, author, sure = _inside(inside)
        after = _AFTER.match(rest)
        if after and (sure or outlet or author is None) and (after["names"] or outlet):
            author = author or after["names"] or after["bare"]
            rest, sure = rest[after.end() :], True
        if (sure or author) and rest.strip():
            return Byline(outlet, author, rest.lstrip(" ="), "byline in brackets before the lead")
        return None
    if (match := _PLAIN.match(line)) and line[match.end() :].strip():
        before = match["before"]
        return Byline(_outlet_of([before] if before else []), match["names"], line[match.end() :].strip(),
                      "byline before the lead")  # fmt: skip
    return None


def line_byline(line: str) -> Byline | None:
    """A line that is a byline and nothing else, dates taken off before: ``경북매일 홍길동 기자 a@b.kr``."""
    if len(line) > 80 or not _HINT.search(line):
        return None
    if match := _ENGLISH.fullmatch(line.strip()):
        return Byline(None, match["name"], "", "byline line")
    mail = MAIL.search(line)
    bare = MAIL.sub(" ", line).strip(" -·|=/▶■◆")
    outlet, author, sure = _inside(bare)
    tokens = [t for t in _SPLIT.split(bare) if t]
    if author and sure and len(tokens) <= 7 and _spare(tokens, author) <= 2:
        return Byline(_outlet_of(outlet.split()) if outlet else None, author, "", "byline line")
    if mail and _NO_NAME.match(bare):
        return Byline(None, None, "", "mail line")
    if mail and re.fullmatch(_NAMES, bare):
        return Byline(None, bare, "", "name and mail address")
    return None


def outlet_alone(line: str) -> str | None:
    """What stands beside a date on its line, if it looks like an outlet: ``경북매일 | 등록 11.01``."""
    return line if _MEDIA.fullmatch(line) and len(line) <= 20 and not _DESK.fullmatch(line) else None


def _outlet_of(words: list[str]) -> str | None:
    """The outlet among the words beside a reporter's name; desks and places are none."""
    words = [word for word in words if word not in REGIONS and not _DESK.fullmatch(word)]
    if media := [word for word in words if _MEDIA.fullmatch(word)]:
        return " ".join(media)
    return words[0] if len(words) == 1 else None


def _bracketed(line: str) -> tuple[str, str] | None:
    """The inside of the bracket that a line begins with, and the rest; of at most 40 characters."""
    close = _PAIRS.get(line[:1])
    at = line.find(close, 1, 42) if close else -1
    return (line[1:at], line[at + 1 :].lstrip()) if at > 2 else None


def _spare(tokens: list[str], author: str) -> int:
    """Words that are no part of a byline as we know them."""
    names = re.split(r"[·,ㆍ/ ]+", author)
    return sum(
        not (t in names or t in REGIONS or _ROLE.fullmatch(t) or _LABEL.fullmatch(t) or _MEDIA.fullmatch(t)
             or any(t.startswith(n) and _ROLE.fullmatch(t[len(n):]) for n in names))
        for t in tokens
    )  # fmt: skip


def _inside(text: str) -> tuple[str | None, str | None, bool]:
    """Outlet and author of a byline's inside, and whether a role or a ``place=outlet`` says it is one."""
    tokens = [t for t in _SPLIT.split(text) if t]
    authors: list[str] = []
    rest: list[str] = []
    role = False
    labelled = False
    for token in tokens:
        stuck = re.fullmatch(rf"({_NAME}?)({_ROLES})", token)
        if _TEAM.fullmatch(token):
            authors, role = [token], True
        elif _ROLE.fullmatch(token):
            role = True
            if rest and re.fullmatch(_NAME, rest[-1]) and not authors:
                authors = _pulled(rest, text)
        elif stuck and re.fullmatch(_NAME, stuck[1]):
            role = True
            authors = [*(_pulled(rest, text, stuck[1]) if f"·{token}" in text else ()), stuck[1]]
        elif _LABEL.fullmatch(token):
            labelled = True
        else:
            rest.append(token)
    if labelled and not authors and len(rest) == 1 and re.fullmatch(_NAME, rest[0]):
        authors, role, rest = rest, True, []
    outlets = [t for t in rest if t not in REGIONS]
    placed = "=" in text and len(rest) > len(outlets) and len(outlets) == 1
    media = any(_MEDIA.fullmatch(t) for t in outlets) and len(outlets) <= 2 and len(text) <= 20
    outlet = " ".join(outlets) if outlets and (role or placed or media) and len(outlets) <= 3 else None
    return outlet, "·".join(authors) or None, role or placed


def _pulled(rest: list[str], text: str, last: str = "") -> list[str]:
    """Take the names that stand before a role, joined by ``·``, off the end of ``rest``."""
    names = [] if last else [rest.pop()]
    following = last or names[0]
    while rest and re.fullmatch(_NAME, rest[-1]) and re.search(rf"{rest[-1]}[·ㆍ,] ?{following}", text):
        following = rest.pop()
        names.insert(0, following)
    return names


def may_be_byline(line: str) -> bool:
    """A cheap look before `line_byline`."""
    return len(line) <= 200 and _HINT.search(line) is not None


def trailing_byline(line: str) -> tuple[str, str] | None:
    """The last paragraph without a signature after its last sentence, and the name."""
    at = max(0, len(line) - 90)
    match = _TRAILING.search(line, at)
    if not match or not line[: match.start()].strip():
        return None
    return line[: match.start()].rstrip(), match["names"]
