"""Classifies one line of a page by the line alone. All patterns are linear; lines are `clean`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recommender.readers.rules.bylines import MAIL
from recommender.readers.rules.list_labels import head_of_list, label_kind

SHORT = 120
"""Most characters of a headline or another line of furniture."""

_MARKER = re.compile(
    r"(?:[·•∙ㆍ・▶▷►▸▹‣➤☞☛👉◇◆■□○●◎▪▫◦⊙✔→*+»›] ?|[ㄴ└↳] (?=\S)|[-–—−] (?=\S)|[-–—−](?=[^\d\s\-–—−])|"
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
_IMPRINT = re.compile(
    r"등록 ?번호|발행인|편집인|청소년 ?보호 ?책임자|사업자 ?등록|통신 ?판매|대표 ?전화|대표 ?이사|"
    r"등록일|제호|개인정보|이용약관|고충처리"
)
_PROMOTION = re.compile(
    r"구독|팔로우|채널 ?추가|유튜브|뉴스레터|알림 ?(?:받기|설정)|앱 ?(?:다운|설치)|다운로드|바로 ?가기|"
    r"텔레그램|인스타그램|"
    r"친구 ?추가|(?:에서|으로) ?만나|제보|홈페이지|클릭|subscribe|follow (?:us|our)|newsletter|sign up|"
    r"download|our app",
    re.IGNORECASE,
)
_REPORTED = re.compile(r"(?:했|됐|였|겠|이)다\.?[\"”]?$|(?:밝혔|말했|전했|덧붙였|설명했)|\b(?:said|says|told)\b")
_PAYWALL = re.compile(
    r"(?:유료|구독|정기|프리미엄|멤버십|로그인|회원)[^.]{0,20}(?:회원|독자|구독자|가입|로그인|구독)[^.]{0,15}"
    r"(?:전용|만 |볼 수|보실 수|읽을 수|읽으실 수|이용|열람|필요)|"
    r"(?:로그인|구독|결제|가입)[^.]{0,30}(?:읽|볼|보|이용|열람)\S{0,4} ?수 있|"
    r"(?:전문|나머지|남은 (?:글|내용|기사))[^.]{0,15}(?:로그인|구독|회원|결제)|"
    r"(?:subscribe|sign in|log in|register)[^.]{0,20} (?:to|and) (?:continue|keep|read|unlock|access)|"
    r"(?:article|story|content) is (?:for|available to|only for|exclusive to|"
    r"reserved for) (?:\w+ )?(?:subscribers|members)|"
    r"already (?:a )?(?:subscriber|subscribed|member)",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"(?:페이지|기사|문서|게시물|콘텐츠|화면|주소|자료)[^.]{0,12}(?:찾을 수 ?없|존재하지 ?않|없습니다|삭제|"
    r"이동되었|변경되었|만료)|"
    r"(?:삭제된|존재하지 않는|없는|잘못된|비공개) ?(?:기사|페이지|게시물|주소|접근|요청|경로)|"
    r"접근(?:이 (?:거부|차단|제한)| 권한)|"
    r"(?:서비스|시스템|서버) ?(?:점검|오류|장애)|일시적인? ?(?:오류|장애)|로봇이 아닙|자동 ?입력 ?방지|"
    r"(?:page|article|story|url|link)[^.]{0,25}(?:not (?:be )?found|no longer|does(?:n['’]t| not) exist|"
    r"removed|moved|unavailable)|"
    r"\b(?:404|403|410|500|502|503)\b.{0,20}(?:not found|error|forbidden|gone|unavailable|오류|에러)|"
    r"(?:not found|error) ?(?:404|403)|"
    r"(?:page|article|story|url|link)[^.]{0,25}(?:can(?:no|['’])?t|could ?n[o'’]t) be (?:found|shown|displayed)|"
    r"nothing (?:was )?found (?:at|here|for)|"
    r"(?:can(?:no|['’])?t|could ?n[o'’]t|unable to) (?:find|locate|load|display) (?:\w{2,5} )?"
    r"(?:page|story|article|post)|"
    r"(?:기사|게시물|페이지|게시글)[^.]{0,30}(?:삭제|비공개|이동|만료|종료|차단)\S{0,4}습니다|"
    r"(?:존재하지 ?않|비공개|삭제|없는|만료|종료)[^.]{0,14}(?:기사|페이지|게시물|게시글)입니다|"
    r"access denied|forbidden|are you (?:a )?(?:human|robot)|just a moment|enable javascript|verify you are",
    re.IGNORECASE,
)
LETTER = re.compile(r"[A-Za-z가-힣\u4e00-\u9fff\u3040-\u30ff]")


def related_header(line: str) -> str | None:
    """The text after the label of a related list on its line; empty if there is none, ``None`` without such a label."""
    return head_of_list(line)


def popular_header(line: str) -> bool:
    """The header of a list that is not the editors': most read, latest, by the same reporter."""
    return label_kind(line) == "other"


def is_number(line: str) -> bool:
    """The place of an entry in a list, on a line of its own."""
    return len(line) <= 4 and line.strip(" .)위").isdigit()


def is_promotion(line: str) -> bool:
    """Asks to subscribe, follow or write in: only a line with a list mark or at the end of a page is asked."""
    return len(line) <= 80 and (_PROMOTION.search(line) is not None or MAIL.search(line) is not None)


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
    if len(line) <= 80 and MAIL.search(line) and not LETTER.search(MAIL.sub("", line).replace("이메일", "")):
        return "mail line"
    if not LETTER.search(line) and not any(c.isdigit() for c in line):
        return "rule or ornament"
    if len(line) <= SHORT and _PAYWALL.search(line) and not _is_reported(line):
        return "notice of a paywall"
    if len(line) <= 250 and not ends_sentence(line) and len(set(_IMPRINT.findall(line))) >= 2:
        return "imprint"
    if len(line) <= 40 and re.fullmatch(r"https?://\S+", line):
        return "address"
    return None


def _is_reported(line: str) -> bool:
    """A sentence of an article rather than one that speaks to the reader."""
    return (line.endswith("다.") and not line.endswith("니다.")) or _REPORTED.search(line) is not None


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
    """Whether a full stop ends the line; ``...`` does not count."""
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
    return 4 <= len(line) <= SHORT and not ends_sentence(line) and LETTER.search(line) is not None


def korean_share(text: str) -> float:
    """Hangul among the letters of a text; 1.0 when it has none."""
    letters = LETTER.findall(text[:4000])
    return sum("가" <= c <= "힣" for c in letters) / len(letters) if letters else 1.0


def tells_an_error(texts: Sequence[str], body: Sequence[str]) -> bool:
    """A page with hardly any text, whose headings or text say that there is no article, or none to be seen."""
    if sum(map(len, body)) > 400:
        return False
    errors = [text for text in texts if len(text) <= 160 and _ERROR.search(text) and not _REPORTED.search(text)]
    return bool(errors) and (texts[0] in errors or len(errors) >= 2 or sum(map(len, body)) <= 200)
