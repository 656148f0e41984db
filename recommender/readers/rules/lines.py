"""What one line of a page is, told from the line alone. All patterns are linear; lines are `clean`."""

from __future__ import annotations

import re

from recommender.readers.rules.bylines import MAIL
from recommender.text.dates import FoundDate, find_date

SHORT = 120
"""Most characters of a headline or another line of furniture."""

_DECO = " \t[]【】<>〈〉《》()（）▶▷►☞☛◆◇■□●○◎★☆※#*•·-=+~:：|/→>「」『』“”\"'✔📰🔗▼▲△▽_"
_RELATED = re.compile(
    r"(?:이 기사와 |이 글과 |이 뉴스와 )?(?:관련 ?(?:된 )?(?:기사|뉴스|글|보도|소식|콘텐츠|"
    r"키워드 기사)(?:들)?|연관 ?(?:기사|뉴스|글)|"
    r"(?:함께|같이) (?:보면|읽으면|볼만한|볼 만한|읽을|읽을만한|보는) ?(?:좋은 |만한 )?(?:기사|뉴스|글|"
    r"콘텐츠)?|"
    r"(?:함께|같이) (?:보기|읽기|읽어보세요)|이어 ?보기|관련 ?기사 ?(?:더 ?보기|보기|목록|리스트)|"
    r"related (?:articles?|news|stories|posts?|contents?)|read (?:also|more|next)|see also|"
    r"more on this (?:story|topic))"
    r"(?: ?(?:더 ?보기|보기|목록|더보기|바로가기))?(?: ?[(\[]?\d{1,3}건?[)\]]?)?",
    re.IGNORECASE,
)
_POPULAR = re.compile(
    r"(?:가장 |이 시간 |현재 |지금 |오늘 |주간 |이 기사와 함께 |금주의? )?"
    r"(?:많이 (?:본|읽은|찾은|보는) ?(?:뉴스|기사|글|포토|순)?|(?:인기|주요|최신|추천|실시간|랭킹|핫|"
    r"베스트|화제의?|오늘의) ?(?:인기 |주요 |최신 |핫 )?"
    r"(?:뉴스|기사|포토|랭킹|클릭|검색어|이슈|순위|영상|댓글)(?: ?(?:top|best) ?\d{0,2})?|"
    r"이 시각 (?:주요|인기|많이 본|헤드라인) ?(?:뉴스|기사)?|"
    r"실시간|헤드라인 ?(?:뉴스)?|핫 ?이슈|포토 ?뉴스|영상 ?뉴스|섹션별? ?(?:뉴스|주요뉴스)|"
    r"기자의 다른 ?기사(?: ?더 ?보기| ?보기)?|"
    r"(?:[가-힣]{2,4} ?)?기자의? 다른 ?기사(?: ?더 ?보기| ?보기)?|다른 ?기사 ?(?:더 ?)?보기|"
    r"댓글 ?많은 ?(?:뉴스|기사)?|"
    r"most (?:read|viewed|popular)(?: (?:news|articles?|stories))?|popular (?:news|articles?|stories|"
    r"posts?)|trending(?: now)?|"
    r"latest (?:news|articles?|stories)|top (?:news|stories|\d{1,2}))(?: ?(?:더보기|보기|top ?\d{1,2}|"
    r"best ?\d{1,2}))?",
    re.IGNORECASE,
)
_MARKER = re.compile(
    r"(?:[·•∙ㆍ・▶▷►☞☛◇◆■□○●◎▪▫◦⊙✔→*+»›] ?|[-–—−] (?=\S)|[-–—−](?=[^\d\s\-–—−])|"
    r"(?:\(\d{1,2}\)|\d{1,2}[.)]) (?=\S)|[①-⑳] ?|\[\d{1,2}\] ?)(?=\S)"
)
_COPYRIGHT = re.compile(
    r"무단 ?(?:전재|복제|배포|전제)|재배포 ?(?:금지|및)|저작권자|저작권법|copyright|"
    r"all rights? reserved|ai 학습 ?(?:및|이용|활용)",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"(?:공유(?:하기)?|기사 ?공유(?:하기)?|기사 ?스크랩(?:하기)?|스크랩(?:하기)?|프린트(?:하기)?|"
    r"인쇄(?:하기)?|글자 ?크기(?: ?(?:조절|설정|변경))?|"
    r"본문 ?글씨 ?(?:키우기|줄이기)|글씨 ?(?:키우기|줄이기)|카카오톡?(?:스토리)?|페이스북|트위터|"
    r"네이버(?: ?(?:밴드|블로그|뉴스|채널))?|밴드|라인|"
    r"url ?(?:복사(?:하기)?|링크)?|링크 ?복사(?:하기)?|주소 ?복사|이메일(?: ?보내기)?|메일 ?보내기|"
    r"바로가기|목록(?:으로)?|이전 ?기사(?:보기)?|다음 ?기사(?:보기)?|"
    r"좋아요|댓글(?: ?쓰기| ?보기)?|구독(?:하기)?|제보(?:하기)?|기사 ?제보|음성으로 ?듣기|기사 ?듣기|"
    r"요약(?:보기)?|북마크|후원하기|맨 ?위로|top|"
    r"facebook|twitter|kakao(?:talk)?|naver|band|x|email|print|share|가|닫기|확대|축소|"
    r"sns ?(?:기사)?보내기|다크모드|번역|\d{1,6}|[+\-가])",
    re.IGNORECASE,
)
_SHARE_SPLIT = re.compile(r"[\s,|/·ㆍ()\[\]>:+-]+")
_CRUMBS = re.compile(r"(?:홈|home|처음)(?: ?[>›»/<] ?[^>›»/<]{1,20}){1,5}", re.IGNORECASE)
_SECTION = re.compile(r"(?:뉴스|정치|경제|사회|산업|지역|문화|국제|세계|IT|과학|스포츠|오피니언|기획|"
                      r"특집|종합|전국|경북|대구|포항|자치|행정|교육)"
                      r"(?: ?[>/·|<] ?[가-힣A-Z/·]{1,12}){0,3}")  # fmt: skip
_HASHTAGS = re.compile(
    r"(?:(?:태그|키워드|해시태그|"
    r"tags?) ?[:：]? ?)?#[^\s#]{1,30}(?:[ ,]{0,2}#[^\s#]{1,30})*,?",
    re.IGNORECASE,
)
_TAG_LABEL = re.compile(r"(?:태그|키워드|해시태그|tags?|keywords?) ?[:：] ?\S.{0,150}", re.IGNORECASE)
_NOTICE = re.compile(
    r"(?:구글|파파고|기계|자동|인공지능|ai|챗gpt|딥엘|google|papago|deepl|machine|"
    r"auto(?:matic(?:ally)?)?)[^.]{0,30}?(?:번역|translat)|"
    r"번역(?:기|본|문)?[^.]{0,20}?(?:오류|구글|파파고|기계|자동)|(?:translat\w{0,6})[^.]{0,20}?(?:by|"
    r"using) (?:google|papago|deepl|a machine|ai)|"
    r"아래는[^.]{0,30}?(?:영문|영어|일문|중문)[^.]{0,15}?(?:기사|번역)",
    re.IGNORECASE,
)
_DATE_LABEL = re.compile(
    r"(?P<first>기사 ?입력|최초 ?입력|입력|등록|승인|송고|작성|발행|게재|보도|published|posted|issued)"
    r"(?: ?(?:일시|시간|일자|일|날짜|at|on))?(?= ?[:：|]? ?\(?[\d'(\[오a-z])|"
    r"(?P<later>최종 ?수정|기사 ?수정|수정|업데이트|갱신|updated|modified|last updated)(?: ?(?:일시|"
    r"시간|일자|일|at|on))?(?= ?[:：|]? ?\(?[\d'(\[오a-z])",
    re.IGNORECASE,
)
_MARK_CREDIT = re.compile(r"[©ⓒⒸ] ?\S")
_PHOTO_CREDIT = re.compile(
    r"[/(\[<【（] ?(?:자료 ?)?사진(?:(?: ?제공| ?출처)? ?[=:·/ㅣ|]| ?제공\b)|[/(\[<【（] ?(?:사진|"
    r"그래픽|자료|이미지|출처) ?(?:제공|출처|[=:])|"
    r"(?:^|[ /.])(?:사진|그래픽|이미지|자료) ?(?:설명|제공|출처)? ?[=:] ?\S|"
    r"[/(\[<【（] ?[^()\[\]<>/]{1,25} ?제공 ?[)\]>】）]?$|"
    r"[.다] ?[^.\s]{1,12}(?: [^.\s]{1,10})? 제공\.?$"
)
_PHOTO_ENGLISH = re.compile(r"(?:caption|photo(?: by)?) ?[:=] ?\S", re.IGNORECASE)
_PHOTO_START = re.compile(
    r"[\[(<【]?(?:사진|그래픽|포토|자료 ?사진|이미지) ?(?:설명)?(?: ?\d)?(?: ?제공)? ?[=:：]|"
    r"[\[(<【](?:사진|그래픽) ?(?:설명|제공)?[^\]]{0,30}[\])>】]$"
)
_PHOTO_END = re.compile(
    r"(?:하고|보고|짓고|찍고|듣고|나누고|맞잡고|들고|취하고|갖고|열고|되고|받고|있는|고) ?있다\.?$|"
    r"기념 ?(?:촬영|사진)(?:을 하고 있다|하고 있다)?\.?$|"
    r"(?:모습|전경|조감도|위치도|장면|현장|포스터|사진|투시도|광경|단체사진|설명도|개념도|행사장|내부|"
    r"외경|포즈|그래픽)(?:이다|들)?\.?$"
)
_SENTENCE_END = re.compile(r"[^.]\.[\"”’')\]]{0,3}$")
_TITLE_LABEL = re.compile(r"^(?:기사 ?)?제목 ?[:：] ?")
_SITE_PATH = re.compile(r" [<|] (?=[^<|]{1,15}(?: [<|] | - |$))")
_ENTRY = re.compile(r"[가-힣A-Za-z ]{1,10} ?[:：] ?\S")
_OWNER = re.compile(
    r"(?:[©ⓒⒸ]|\(c\)) ?(?:\d{4} ?)?(?P<owner>[가-힣A-Za-z][가-힣A-Za-z0-9]{1,14}(?: [A-Za-z가-힣]{2,10})?)"
    r"(?=[.,|·(\[/]| ?(?:무단|All|\(|$|-|https?))",
    re.IGNORECASE,
)
_OWNER_ALONE = re.compile(r"(?:[©ⓒⒸ]|\(c\)) ?[^.!?]{2,25}\.?", re.IGNORECASE)
_DIGITS = re.compile(r"\d\d|\d ?월")
_LETTER = re.compile(r"[A-Za-z가-힣\u4e00-\u9fff\u3040-\u30ff]")


def related_header(line: str) -> str | None:
    """What stands on the line after a related header; empty if nothing, ``None`` if it is none."""
    return _header(_RELATED, line)


def popular_header(line: str) -> bool:
    """The header of a list that is not the editors': most read, latest, by the same reporter."""
    return len(line) <= 40 and _POPULAR.fullmatch(line.strip(_DECO)) is not None


def _header(pattern: re.Pattern[str], line: str) -> str | None:
    start = len(line) - len(line.lstrip(_DECO))
    match = pattern.match(line, start) if start < 12 else None
    if not match:
        return None
    rest = line[match.end() :]
    bare = rest.strip(_DECO)
    if not bare or pattern.fullmatch(bare):
        return ""
    # More on the line: only a closed bracket or a colon makes the start of it a header.
    mark = re.match(r" ?[\])】>〉》:：|] ?", rest)
    return rest[mark.end() :].strip() if mark and not _POPULAR.match(rest.strip(_DECO)) else None


def unmark(line: str) -> tuple[str, str]:
    """The list marker of a line, if any, and the line without it."""
    match = _MARKER.match(line)
    return (match.group().strip(), line[match.end() :].strip()) if match else ("", line)


def furniture(line: str) -> str | None:
    """The rule by which a line belongs to no article, or ``None``."""
    if len(line) > 300:
        return None
    if len(line) <= 200 and (_COPYRIGHT.search(line) or _OWNER_ALONE.fullmatch(line)):
        return "copyright line"
    if len(line) <= 160 and (_HASHTAGS.fullmatch(line) or _TAG_LABEL.fullmatch(line)):
        return "hashtags"
    if len(line) <= 100 and is_share(line):
        return "share buttons"
    if _CRUMBS.fullmatch(line):
        return "breadcrumbs"
    if len(line) <= 80 and MAIL.search(line) and not _LETTER.search(MAIL.sub("", line).replace("이메일", "")):
        return "mail line"
    if not _LETTER.search(line) and not any(c.isdigit() for c in line):
        return "rule or ornament"
    if len(line) <= 40 and re.fullmatch(r"https?://\S+", line):
        return "address"
    return None


def is_share(line: str) -> bool:
    parts = [p for p in _SHARE_SPLIT.split(line) if p]
    if _SHARE.fullmatch(line):
        return not line.isdigit()
    return len(parts) > 1 and all(_SHARE.fullmatch(p) for p in parts) and not all(p.isdigit() for p in parts)


def is_section(line: str) -> bool:
    return len(line) <= 30 and _SECTION.fullmatch(line) is not None


def is_notice(line: str) -> bool:
    """Says that what follows was translated by a machine."""
    return len(line) <= 200 and _NOTICE.search(line) is not None


def dated(line: str, *, alone: bool) -> tuple[FoundDate, bool, bool] | None:
    """A publication date, whether a label names it, and whether it is only that of a later change.

    ``alone``: without a label the line must hold hardly anything else.
    """
    if len(line) > SHORT or not _DIGITS.search(line):
        return None
    labels = list(_DATE_LABEL.finditer(line))
    for label in sorted(labels, key=lambda m: m["first"] is None):
        tail = line[label.end() : label.end() + 45].lstrip(" :：|(")
        found = find_date(tail, labelled=True)
        if found and found.start <= 3 and not line.endswith("다."):
            return found, True, label["first"] is None
    if labels or not alone or line.endswith("다."):
        return None
    found = find_date(line)
    if found and len(line) - (found.end - found.start) <= 30:
        return found, False, False
    return None


def without_dates(line: str) -> str:
    """A short line with its dates and their labels taken out, to see what else it holds."""
    if len(line) > 200:
        return line
    line = _DATE_LABEL.sub(" ", line)
    for _ in range(4):
        found = find_date(line, labelled=True)
        if not found:
            break
        line = f"{line[: found.start]} {line[found.end :]}"
    return re.sub(r"[\[\]()|:·]+(?= |$)|^[ |:·]+", " ", line).strip(" |:·,/-]")


def caption_rule(line: str, alone: bool) -> str | None:
    """Why a line is a photo's caption. ``alone``: no neighbour begins with the same mark."""
    if len(line) > 250:
        return None
    if _PHOTO_START.match(line) or _PHOTO_ENGLISH.match(line):
        return "caption: begins as a photo's"
    tail = line[-70:]
    if _MARK_CREDIT.search(tail):
        return "caption: ends in a photo credit"
    if _PHOTO_CREDIT.search(tail):
        return "caption: ends in a photo credit"
    if line[0] in "▲△▼▽◀▶" and alone and len(line) <= 150 and _PHOTO_END.search(line) and line[0] in "▲▼◀":
        return "caption: a ▲ line by itself with a photo's ending"
    return None


def ends_sentence(line: str) -> bool:
    """A full stop ends it; ``...`` is none."""
    return _SENTENCE_END.search(line[-6:]) is not None and not line.endswith(("...", "…"))


def title_text(line: str) -> str:
    """A title line without a label and without the site's path: ``제목 < 경제 < 기사본문 - 매체``."""
    line = _TITLE_LABEL.sub("", line)
    parts = _SITE_PATH.split(line, maxsplit=1)
    return parts[0].strip() or line


def is_entry(text: str) -> bool:
    """An item such as ``일시: 3월 2일``."""
    return _ENTRY.match(text) is not None


def copyright_owner(line: str) -> str | None:
    """The outlet that a copyright line names."""
    match = _OWNER.search(line)
    return match["owner"].strip() if match else None


def is_headline(line: str) -> bool:
    """Short, with letters, and no sentence of a body."""
    return 4 <= len(line) <= SHORT and not ends_sentence(line) and _LETTER.search(line) is not None


def korean_share(text: str) -> float:
    """Hangul among the letters of a text; 1.0 when it has none."""
    letters = _LETTER.findall(text[:4000])
    return sum("가" <= c <= "힣" for c in letters) / len(letters) if letters else 1.0
