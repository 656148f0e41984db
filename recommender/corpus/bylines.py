"""Who wrote it for whom: bylines at the start of a lead, on a line of their own, or at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ROLES = (
    r"(?:선임|수석|수습|인턴|객원|전문|시민|명예|편집|취재|사진|영상|본지|지역)?기자|특파원|논설위원|논설실장|편집위원|편집국장|"
    r"편집인|본부장|부국장|국장|부장|차장|팀장|리포터|통신원|칼럼니스트|앵커|PD|에디터|취재팀"
)
_ROLE = re.compile(_ROLES)
_NAME = r"[가-힣]{2,4}"
_NAMES = rf"{_NAME}(?:[·,ㆍ/] ?{_NAME}){{0,3}}"
_PAIRS = dict(zip("[【(（〔［<", "]】)）〕］>", strict=True))
_AFTER = re.compile(rf"(?P<names>{_NAMES}) ?(?:{_ROLES})(?: ?[=:]| ) ?|(?P<bare>{_NAME}) ?= ?")
_PLAIN = re.compile(rf"(?:(?P<place>[가-힣]{{2,5}}) ?[=/|] ?)?(?P<names>{_NAMES}) ?(?:{_ROLES}) ?= ?(?=\S)")
MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_TRAILING = re.compile(
    rf"(?<=[.”\"]) ?[/=<(\[]? ?(?:[가-힣]{{2,4}} ?[=/] ?)?(?P<names>{_NAMES}) ?(?:{_ROLES}) ?[>)\]/]? ?"
    rf"(?:[(<]?{MAIL.pattern}[)>]?)?$"
)
_LABEL = re.compile(r"(?:글|사진|글·사진|글ㆍ사진|글/사진|취재|기자명|기자|작성자|글쓴이|by|reporter|정리|영상)", re.IGNORECASE)
_SPLIT = re.compile(r"[\s=|ㅣ/·ㆍ()（）,:\[\]【】<>ⓒ©]+")
_ENGLISH = re.compile(r"(?:by|reporter)[ :]{1,2}(?P<name>[A-Z][A-Za-z'-]{1,20}(?: [A-Z][A-Za-z'.-]{0,20}){1,3})", re.IGNORECASE)
_MEDIA = re.compile(r"\S*(?:뉴스|일보|신문|경제|저널|타임스|타임즈|투데이|매일|방송|통신|미디어|데일리|뉴시스|뉴스1|뉴스핌|TV|"
                    r"NEWS|News|헤럴드|포스트|프레스|프레시안|닷컴|연합|경향|한겨레|위클리|매거진|KBS|MBC|SBS|YTN)\S*")  # fmt: skip

REGIONS = frozenset(
    """서울 부산 대구 인천 광주 대전 울산 세종 경기 강원 충북 충남 전북 전남 경북 경남 제주 서울시 대구시 경북도
    대구경북 대구·경북 부산경남 광주전남 전국 수도권 경기북부 경기남부 강원도 제주도 충청 호남 영남 영동 내포 안동·예천
    포항 경주 김천 안동 구미 영주 영천 상주 문경 경산 군위 의성 청송 영양 영덕 청도 고령 성주 칠곡 예천 봉화 울진 울릉
    창원 진주 통영 사천 김해 밀양 거제 양산 의령 함안 창녕 고성 남해 하동 산청 함양 거창 합천 마산 진해
    수원 성남 의정부 안양 부천 광명 평택 동두천 안산 고양 과천 구리 남양주 오산 시흥 군포 의왕 하남 용인 파주 이천 안성
    김포 화성 양주 포천 여주 연천 가평 양평 춘천 원주 강릉 동해 태백 속초 삼척 홍천 횡성 영월 평창 정선 철원 화천 양구 인제
    청주 충주 제천 보은 옥천 영동 증평 진천 괴산 음성 단양 천안 공주 보령 아산 서산 논산 계룡 당진 금산 부여 서천 청양 홍성
    예산 태안 전주 군산 익산 정읍 남원 김제 완주 진안 무주 장수 임실 순창 고창 부안 목포 여수 순천 나주 광양 담양 곡성 구례
    고흥 보성 화순 장흥 강진 해남 영암 무안 함평 영광 장성 완도 진도 신안 서귀포 광양만 새만금 판교 여의도 과천 오송 오창
    워싱턴 뉴욕 로스앤젤레스 샌프란시스코 시카고 라스베이거스 도쿄 오사카 베이징 상하이 홍콩 타이베이 하노이 호찌민 방콕
    자카르타 싱가포르 뉴델리 런던 파리 베를린 프랑크푸르트 브뤼셀 제네바 로마 모스크바 두바이 시드니 토론토 몬트리올
    부다페스트 바르샤바""".split()
)


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
        return Byline(None, match["names"], line[match.end() :].strip(), "byline before the lead")
    return None


def line_byline(line: str) -> Byline | None:
    """A line that is a byline and nothing else, dates taken off before: ``경북매일 홍길동 기자 a@b.kr``."""
    if len(line) > 80:
        return None
    if match := _ENGLISH.fullmatch(line.strip()):
        return Byline(None, match["name"], "", "byline line")
    mail = MAIL.search(line)
    bare = MAIL.sub(" ", line).strip(" -·|=/▶■◆")
    outlet, author, sure = _inside(bare)
    tokens = [t for t in _SPLIT.split(bare) if t]
    if author and sure and len(tokens) <= 7 and _spare(tokens, author) <= 2:
        return Byline(outlet if outlet and _MEDIA.search(outlet) else None, author, "", "byline line")
    if mail and re.fullmatch(_NAMES, bare):
        return Byline(None, bare, "", "name and mail address")
    return None


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
        if _ROLE.fullmatch(token):
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


def trailing_byline(line: str) -> tuple[str, str] | None:
    """The last paragraph without a signature after its last sentence, and the name."""
    at = max(0, len(line) - 90)
    match = _TRAILING.search(line, at)
    if not match or not line[: match.start()].strip():
        return None
    return line[: match.start()].rstrip(), match["names"]
