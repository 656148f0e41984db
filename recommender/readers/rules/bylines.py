"""Who wrote it for whom: bylines at the start of a lead, on a line of their own, or at the end."""

from __future__ import annotations

import re

from recommender.readers.rules.regions import REGIONS

from ...lazy import dataclass

ROLES = (
    r"(?:선임|수석|수습|인턴|객원|전문|시민|명예|편집|취재|사진|영상|본지|지역)?기자|특파원|논설위원|"
    r"논설실장|편집위원|편집국장|"
    r"편집인|본부장|부국장|국장|부장|차장|팀장|리포터|통신원|칼럼니스트|앵커|PD|에디터"
)
ROLE = re.compile(ROLES)
_DESKS = (
    r"(?:정치|경제|사회|문화|국제|산업|체육|스포츠|전국|지역|편집|사진|디지털|과학|생활|금융|증권|부동산|교육|"
    r"의학|의료|환경|"
    r"법조|행정|연예|탐사|기획|콘텐츠|뉴스|보도|취재|제작|영상|미디어|온라인|외교|통일|국방|안보|바이오|유통|"
    r"자동차|IT|데이터|"
    r"여론|오피니언|논설|종교|여행|음식|농업|해양|노동|복지|인구|건강|기후|에너지|북한|중국|일본|미국|대구|"
    r"경북|수도권|특별취재|정책)"
)
_DESK_ROLE = re.compile(
    rf"{_DESKS}{{1,2}}(?:부|팀|국|본부|센터)?(?:장|부장|팀장|국장|차장|본부장|에디터|데스크|위원|선임기자|"
    rf"전문기자|기자|특파원|PD)"
)
_NAME = r"[가-힣]{2,4}"
_NAMES = rf"{_NAME}(?:[·,ㆍ/] ?{_NAME}){{0,3}}"
_SPACED = rf"{_NAME}(?:[·,ㆍ/] ?{_NAME}| {_NAME}(?= |[·,ㆍ/])){{0,3}}"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_PAIRS = dict(zip("[【(（〔［<", "]】)）〕］>", strict=True))
_MORE = rf"(?:(?: ?[·,ㆍ/&] ?| )(?:{_NAMES}) ?(?:{ROLES})){{0,3}}"
_PEOPLE = rf"(?:{_NAMES}) ?(?:{ROLES}){_MORE}"
_AFTER = re.compile(rf"(?P<names>(?:{_NAMES}|{_SPACED}) ?(?:{ROLES}){_MORE})(?: ?[=:]| ) ?|(?P<bare>{_NAME}) ?= ?")
_PLAIN = re.compile(rf"(?:(?P<before>[가-힣A-Za-z0-9]{{2,15}}) ?[=/| ] ?)?(?P<names>{_PEOPLE}) ?= ?(?=\S)")
_JOINED = re.compile(rf"(?P<before>[가-힣A-Za-z0-9]{{2,15}}) ?= ?(?P<names>{_PEOPLE})(?: ?[/|:] ?| )(?=\S)")
_UNPLACED = re.compile(rf"(?P<names>{_PEOPLE}) ?= ?(?=\S)")
_SLASH = re.compile(
    rf"[/=] ?(?:[가-힣A-Za-z0-9]{{2,15}}[=/] ?)?(?P<names>{_PEOPLE})(?: ?[=:/]|"
    rf" ) ?(?:[\w.-]{{1,40}}@\S{{0,40}} )?(?=\S)"
)
_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류"
    "진지엄채원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용"
)
_ROLE_FIRST = re.compile(rf"(?:취재)?(?:기자|글|작성자|글쓴이|기자명) ?[:：=|]? ?(?P<name>{_NAME})")
_PLACED = re.compile(r"(?P<place>[가-힣]{2,4}) ?= ?(?P<outlet>[가-힣A-Za-z0-9]{2,15})")
_TEAM = re.compile(r"[가-힣]{0,6}(?:취재팀|취재부|특별취재반)")
_NO_NAME = re.compile(r"기사 ?제보|제보|문의|구독|광고|편집부|편집국|보도국|독자|이메일|메일")
DESK = re.compile(r"\S*(?:부|팀|국|본부|지국|지사|취재|주재|센터|데스크|기획|단독|종합|속보|포토)")
MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_TRAILING = re.compile(
    rf"(?<=[.”\"]) ?[/=<(\[]? ?(?:[가-힣]{{2,4}} ?[=/] ?)?(?P<names>{_NAMES}) ?(?:{ROLES}) ?[>)\]/]? ?"
    rf"(?:[(<]?{MAIL.pattern}[)>]?)?$"
)
_LABEL = re.compile(
    r"(?:글|사진|글·사진|글ㆍ사진|글/사진|취재|기자명|기자|작성자|글쓴이|by|reporter|정리|영상)", re.IGNORECASE
)
_HINT = re.compile(rf"{ROLES}|취재|@|기자명|작성자|글|by |reporter", re.IGNORECASE)
_SPLIT = re.compile(r"[\s=|ㅣ/·ㆍ()（）,:\[\]【】<>ⓒ©]+")
_PERSON = r"[A-Z][A-Za-z'’-]{1,20}(?: [A-Z][A-Za-z'’.-]{0,20}){1,3}"
_ENGLISH_ROLE = re.compile(
    r"\b(?:writer|reporter|editor|correspondent|news|staff|times|press|post|daily|wire|herald|tribune|gazette|ledger|journal|today|agency|network|media|chronicle|desk)\b",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    rf"(?:written by|by|reporter)[ :]{{1,2}}(?P<name>{_PERSON}?(?:(?:,| and| &|, and) {_PERSON}?){{0,3}})"
    r"(?:(?:,| \|) [A-Z][A-Za-z .&]{2,40})?",
    re.IGNORECASE,
)
_ENGLISH_NAME = re.compile(r"[A-Z][A-Za-z.'’&-]{1,20}(?: [A-Z][A-Za-z.'’&-]{0,20}){1,4}")
_NAME_AND_OUTLET = re.compile(
    rf"(?P<name>{_PERSON}(?:(?:, and| and| &) {_PERSON})?)(?:,| \||,? for(?: the)?| [-–—/•·]) "
    r"(?P<outlet>[A-Z][A-Za-z0-9.&'’-]{1,20}(?: [A-Z][A-Za-z0-9.&'’-]{1,20}){0,3})"
)
MEDIA = re.compile(r"\S*(?:뉴스|일보|신문|경제|저널|타임스|타임즈|투데이|매일|방송|통신|미디어|데일리|"
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
    author = author[:80].strip()
    bare = re.sub(rf"(?: ?(?:{ROLES})| {_DESK_ROLE.pattern})$", "", author)
    return bare.strip() or author


def lead_byline(line: str) -> Byline | None:
    """A byline before a lead: ``[매체 홍길동 기자] 본문``, ``(포항=매체) 홍길동 기자 = 본문``."""
    line = folded(line)
    if match := _SLASH.match(line):
        return Byline(None, _people(match["names"]), line[match.end() :].strip(), "byline before the lead")
    if bracketed := _split_bracket(line):
        inside, rest = bracketed
        outlet, author, sure = _parse_byline(inside)
        after = _AFTER.match(rest)
        if after and (sure or outlet or author is None) and (after["names"] or outlet):
            author = author or (_people(after["names"]) if after["names"] else after["bare"])
            rest, sure = rest[after.end() :], True
        if (sure or author) and rest.strip():
            return Byline(outlet, author, rest.lstrip(" ="), "byline in brackets before the lead")
        if outlet and not author and _is_outlet_tag(inside, rest):
            return Byline(outlet, None, rest, "outlet in brackets before the lead")
        return None
    if (match := _UNPLACED.match(line)) and line[match.end() :].strip():
        return Byline(None, _people(match["names"]), line[match.end() :].strip(), "byline before the lead")
    if (match := _PLAIN.match(line) or _JOINED.match(line)) and line[match.end() :].strip():
        before = match["before"]
        return Byline(_outlet_of([before] if before else []), _people(match["names"]), line[match.end() :].strip(),
                      "byline before the lead")  # fmt: skip
    return None


def folded(line: str) -> str:
    """Full-width brackets, signs and letters as plain ones, so that one pattern fits both."""
    return line.translate(_FULL_WIDTH)


def _english_people(names: str) -> str:
    several = re.search(r" and | & ", names)
    people = [name.strip() for name in re.split(r",? and | & |, ", names)] if several else [names.split(",")[0]]
    return "·".join(name for name in people if not _ENGLISH_ROLE.search(name))


def _people(names: str) -> str:
    """Names without their roles, joined by ``·``."""
    words = [word for word in re.split(r"[\s·,ㆍ/&]+", names) if not ROLE.fullmatch(word)]
    bare = [re.sub(rf"(?<=[가-힣]{{2}})(?:{ROLES})$", "", word) for word in words]
    return "·".join(dict.fromkeys(word for word in bare if word))


def _is_outlet_tag(inside: str, rest: str) -> bool:
    """``[가나경제] 포항시는 …다.``: one word that names an outlet, and no section, before a sentence."""
    one = re.fullmatch(r"[^\s=]{4,}(?<!DB)(?<!자료)", inside) is not None and not DESK.fullmatch(inside)
    sentence = len(rest) >= 25 and re.search(r"[^.]\.[\"”’')]{0,2}$", rest) is not None
    return one and sentence and rest[0] not in _PAIRS and not re.fullmatch(rf"{_DESKS}{{1,2}}", inside)


def line_byline(line: str) -> Byline | None:
    """A line that is a byline and nothing else, dates taken off before: ``경북매일 홍길동 기자 a@b.kr``."""
    if len(line) > 80 or not _HINT.search(line):
        return None
    line = folded(line)
    if match := _ENGLISH.fullmatch(line.strip()):
        return Byline(None, _english_people(match["name"]), "", "byline line")
    if (match := _ROLE_FIRST.fullmatch(line.strip())) and _has_surname(match["name"]):
        return Byline(None, match["name"], "", "byline line")
    mail = MAIL.search(line)
    bare = MAIL.sub(" ", line).strip(" -·|=/▶■◆")
    outlet, author, sure = _parse_byline(bare)
    tokens = [t for t in _SPLIT.split(bare) if t]
    if author and sure and len(tokens) <= 7 and _count_unknown(tokens, author) <= 2:
        return Byline(_outlet_of(outlet.split()) if outlet else None, author, "", "byline line")
    if mail and _NO_NAME.match(bare):
        return Byline(None, None, "", "mail line")
    if mail and re.fullmatch(_NAMES, bare):
        return Byline(None, bare, "", "name and mail address")
    return None


def name_and_outlet(line: str) -> Byline | None:
    """``Leo Marsh, Coast Wire``: people and an outlet without a word that says so; it counts only above a date."""
    match = _NAME_AND_OUTLET.fullmatch(line) if len(line) <= 80 else None
    return Byline(match["outlet"], _english_people(match["name"]), "", "name above a date") if match else None


def is_english_name(line: str) -> bool:
    """Two to five words with a capital letter each and nothing else: a person or an outlet, beside a date."""
    return _ENGLISH_NAME.fullmatch(line) is not None


def is_person(line: str) -> bool:
    """Such a name in which no word of an outlet or of an office stands."""
    return re.fullmatch(_PERSON, line) is not None and not _ENGLISH_ROLE.search(line)


def outlet_alone(line: str) -> str | None:
    """What stands beside a date on its line, if it looks like an outlet: ``경북매일 | 등록 11.01``."""
    return line if MEDIA.fullmatch(line) and len(line) <= 20 and not DESK.fullmatch(line) else None


def _outlet_of(words: list[str]) -> str | None:
    """The outlet among the words beside a reporter's name; desks and regions do not count."""
    words = [word for word in words if word not in REGIONS and not DESK.fullmatch(word)]
    if media := [word for word in words if MEDIA.fullmatch(word)]:
        return " ".join(media)
    return words[0] if len(words) == 1 else None


def _split_bracket(line: str) -> tuple[str, str] | None:
    """The inside of the bracket that a line begins with, and the rest; of at most 40 characters."""
    close = _PAIRS.get(line[:1])
    at = line.find(close, 1, 42) if close else -1
    return (line[1:at], line[at + 1 :].lstrip()) if at > 2 else None


def _count_unknown(tokens: list[str], author: str) -> int:
    """Words that are no part of a byline as we know them."""
    names = re.split(r"[·,ㆍ/ ]+", author)
    return sum(
        not (t in names or t in REGIONS or ROLE.fullmatch(t) or _DESK_ROLE.fullmatch(t)
             or _LABEL.fullmatch(t) or MEDIA.fullmatch(t)
             or any(t.startswith(n) and ROLE.fullmatch(t[len(n):]) for n in names))
        for t in tokens
    )  # fmt: skip


def _parse_byline(text: str) -> tuple[str | None, str | None, bool]:
    """Outlet and author of a byline's inside, and whether a role or a ``place=outlet`` says it is one."""
    if (match := _PLACED.fullmatch(text)) and MEDIA.fullmatch(match["outlet"]) and not MEDIA.fullmatch(match["place"]):
        return match["outlet"], None, True
    tokens = [t for t in _SPLIT.split(text) if t]
    authors: list[str] = []
    rest: list[str] = []
    role = False
    labelled = False
    for token in tokens:
        stuck = re.fullmatch(rf"({_NAME}?)({ROLES})", token)
        if _TEAM.fullmatch(token):
            authors, role = [token], True
        elif ROLE.fullmatch(token) or (rest and _DESK_ROLE.fullmatch(token)):
            role = True
            authors += _before_role(rest, text, bool(authors))
        elif stuck and re.fullmatch(_NAME, stuck[1]):
            role = True
            authors += [*(_take_names(rest, text, stuck[1]) if f"·{token}" in text else ()), stuck[1]]
        elif _LABEL.fullmatch(token):
            labelled = True
        else:
            rest.append(token)
    if labelled and not authors and len(rest) == 1 and re.fullmatch(_NAME, rest[0]):
        authors, role, rest = rest, True, []
    outlets = [t for t in rest if t not in REGIONS]
    placed = "=" in text and len(rest) > len(outlets) and len(outlets) == 1
    media = any(MEDIA.fullmatch(t) for t in outlets) and len(outlets) <= 2 and len(text) <= 20
    outlet = " ".join(outlets) if outlets and (role or placed or media) and len(outlets) <= 3 else None
    return outlet, "·".join(dict.fromkeys(authors)) or None, role or placed


def _before_role(rest: list[str], text: str, more: bool) -> list[str]:
    """Take the names before a role off ``rest``: ``홍길동 기자``, and ``홍길동 가나일보 기자`` with the outlet left."""
    if not rest:
        return []
    if len(rest) == 2 and not more and _has_surname(rest[0]) and not _has_surname(rest[1]):
        return [rest.pop(0)]
    return _take_names(rest, text) if _is_name(rest[-1]) else []


def _has_surname(token: str) -> bool:
    return len(token) <= 3 and token[0] in _SURNAMES and _is_name(token)


def _is_name(token: str) -> bool:
    return re.fullmatch(_NAME, token) is not None and not MEDIA.fullmatch(token) and token not in REGIONS


def _take_names(rest: list[str], text: str, last: str = "") -> list[str]:
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
