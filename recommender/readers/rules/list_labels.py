"""The label above a list of other articles: the editors' related list, or one that is not theirs.

A label is told by its words whatever its blanks are: what it points at (`_THING`), and a cue of relation or of
popularity. A cue of popularity wins. Patterns are linear; lines are `clean`.
"""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["related", "other"]

LONGEST = 40
"""Most characters of a label."""
DECO = (
    " \t[]【】<>〈〉《》()（）〔〕［］｛｝{}▶▷►◀◁◄☞☛☜◇◆■□●○◎★☆※#*•·-=+~:：|ㅣ/→>「」『』“”\"'✔📰🔗🔥📌👉👇▼▲△▽▣◈❖»«_!…"
)
_THING = (
    r"(?:기사|뉴스|글|보도|소식|콘텐츠|컨텐츠|이슈|이야기|스토리|읽을거리|칼럼|기획|연재|포토|사진|영상|동영상|"
    r"정보|키워드기사)"
)
_TAIL = (
    r"(?:들|모음|모아보기|한눈에보기|목록|리스트|순|순위|랭킹|전체|전체보기|더보기|보기|바로가기|더|top\d{0,3}|best\d{0,3}|베스트\d{0,3}|"
    r"[(\[]?\d{1,3}[건개위]?[)\]]?)"
)
_THIS = r"(?:(?:이|본|위|해당|지금|이런|그)?(?:기사|뉴스|글|소식|이슈|보도|사건|주제|내용)(?:와|과|도|를|을|의|에|랑)?)"
_READ = (
    r"(?:보면|읽으면|볼|읽을|보는|읽는|읽은|본|볼만한|읽을만한|보기|읽기|알면|알아두면|알아야할|챙겨볼|찾아볼|"
    r"보세요|보시면|읽어보세요|읽어볼|읽어요|봐요|보아요|볼까요|읽을까요|살펴볼|둘러볼|봐야할)"
)
_RELATED_CUE = (
    rf"(?:관련(?:된|한|있는|깊은)?|연관(?:된|있는)?|(?:함께|같이|더불어|이어서?|더|덧붙여|"
    rf"곁들여)(?:더)?{_READ}(?:만한|좋은|좋을)?|"
    rf"(?:더|함께|같이)(?:읽을거리|볼거리|알아보기)|이어지는|이어진|엮인|엮은|엮어{_READ}|딸린|참고할만한|비슷한|유사한|놓치(?:면|지)(?:안될|말아야할|마세요|말자)?)"
)
_ASKED = rf"(?:이런|다른|이)(?:{_THING})(?:는|은|도)?(?:어때요|어떠세요|어떤가요|보셨나요|보셨어요|읽어보셨나요)"
_RELATED = re.compile(
    rf"(?:{_THIS}?{_RELATED_CUE}{_THING}?|{_THIS}도(?:어때요|어떠세요|확인하세요|궁금하다면|추천|보세요|함께|읽어보세요|있어요|있습니다)(?:합니다|"
    rf"해요)?{_THING}?|{_ASKED})"
    rf"{_TAIL}{{0,3}}"
)
_QUESTION = re.compile(rf"(?:{_ASKED}|{_THIS}도(?:어때요|어떠세요|궁금하다면|보셨나요)(?:{_THING})?)[?？]?")
_RELATED_BARE = re.compile(rf"{_THIS}?(?:관련|연관)(?:된|한)?{_TAIL}{{0,2}}")
_OTHER_CUE = (
    r"(?:많이(?:본|읽은|찾은|보는|읽는|찾는|공유(?:된|한)?|클릭한|검색한|댓글단)|인기|실시간|랭킹|급상승|화제의?|"
    r"(?:지금|요즘|현재)?뜨는|뜨거운|핫한?|핫클릭|베스트|주요|최신|추천|오늘의?|금주의?|주간|이시각|이시간|"
    r"헤드라인|속보|댓글많은|공감많은|조회(?:수)?(?:높은|많은)?|주목(?:할|받는)(?:만한)?|섹션별?|분야별?|"
    r"(?:에디터|편집자|편집국|데스크|기자|독자)(?:가|의)?(?:고른|뽑은|추천|픽|pick|선택)|고른|뽑은|"
    r"기자의?다른|같은기자(?:의)?|(?:작성자|필자)의?다른|다른)"
)
_OTHER = re.compile(
    rf"(?:[가-힣]{{2,4}})?(?:{_OTHER_CUE}(?:의|한)?){{1,3}}(?:{_THING}|검색어|클릭|댓글){{1,2}}{_TAIL}{{0,3}}|"
    rf"(?:가장|이시간|이기사와함께|지금|현재|오늘|주간|금주의?)*많이(?:본|읽은|찾은|보는){_THING}?{_TAIL}{{0,2}}|"
    rf"실시간|헤드라인|랭킹|(?:주간|월간|일간|오늘의?|실시간)?베스트{_TAIL}{{0,2}}|"
    rf"핫클릭|인기순위|(?:포토|영상|동영상|카드|섹션|주요)뉴스|핫이슈|{_THING}랭킹{_TAIL}{{0,2}}|"
    rf"(?:[가-힣]{{2,4}}기자)?(?:의)?다른{_THING}{_TAIL}{{0,2}}"
)
_OTHER_WITHIN = re.compile(rf".{{0,16}}{_OTHER_CUE}(?:{_THING}){{1,2}}{_TAIL}{{0,3}}")
_SOME = re.compile(rf"\S.{{0,24}}{_THING}{_TAIL}{{0,2}}")
_CLOSE = re.compile(r"[\])】>〉》〕］:：|]")
_KIN = re.compile(r"함께|같이|관련|연관|이런|이 ?(?:기사|뉴스|글|소식)|더 |더불어|비슷")
_MANY = re.compile(r"많이(?:본|읽|찾|보|공유|클릭)|인기|랭킹|실시간|조회")

_STORY = r"(?:stor(?:y|ies)|articles?|news|posts?|reads?|reading|content|coverage|headlines?|topics?|videos?)"
_RELATED_ENGLISH = re.compile(
    rf"(?:(?:our )?(?:related|recommended|suggested|similar)(?: (?:{_STORY}|links))?(?: for you)?|"
    rf"(?:read|see|watch)(?: (?:also|more|next|on|this next))|(?:also|further|what to|more to) (?:read|see|"
    rf"reading)(?: next)?|"
    rf"you (?:may|might|could|will|'ll)(?: also)? (?:like|enjoy|love|be interested in|want to read)|"
    rf"more (?:on|about) .{{1,30}}|more like this|more related {_STORY}|more {_STORY} like this|"
    rf"read more (?:on|about|from) .{{1,30}}|(?:don['’]t|do not) miss|"
    rf"(?:if you|readers who) (?:liked|enjoyed|read) .{{1,30}}|related)",
    re.IGNORECASE,
)
_OTHER_ENGLISH = re.compile(
    rf"(?:(?:today['’]s |this week['’]s |the )?(?:most|top|latest|trending|popular|breaking|hot|hottest)"
    rf"(?: (?:read|viewed|popular|shared|commented|discussed|watched|clicked|recent|now|today|this week))*"
    rf"(?: (?:on|in) .{{1,25}})?(?: {_STORY})?(?: (?:now|today|this week))?|"
    rf"more (?:from|by|in) .{{1,30}}|more {_STORY}|(?:other|recent|live) {_STORY}|just in|"
    rf"(?:editors?['’]?s?['’]?|our|staff|readers['’]?) (?:picks?|choice|favou?rites)|what['’]?s (?:hot|trending|new)|"
    rf"(?:news|stories) in brief|(?:sponsored|promoted|paid)(?: (?:{_STORY}|links))?|(?:around|from) the web|"
    rf"popular (?:on|in) .{{1,25}}|top \d{{1,2}}|{_STORY} of the (?:day|week))(?: ?(?:top|best) ?\d{{1,2}})?",
    re.IGNORECASE,
)


def label_kind(line: str) -> Kind | None:
    """What list a line announces that is a label and nothing else."""
    bare = line.strip(DECO)
    if not 0 < len(bare) <= LONGEST:
        return None
    tight = "".join(bare.split()).lower()
    if _QUESTION.fullmatch(tight):
        return "related"
    if _MANY.search(tight if "인기" in bare else tight.replace("인기", " ")) and (
        _OTHER.fullmatch(tight) or _RELATED.fullmatch(tight)
    ):
        return "other"
    if _RELATED.fullmatch(tight) or _RELATED_BARE.fullmatch(tight) or _RELATED_ENGLISH.fullmatch(bare):
        return "related" if not bare.endswith((".", "?")) else None
    if _OTHER.fullmatch(tight) or _OTHER_ENGLISH.fullmatch(bare):
        return "other"
    return None


def head_of_list(line: str) -> str | None:
    """What stands on the line behind the label of a related list; empty if nothing, ``None`` if it is no such label."""
    if label_kind(line) == "related":
        return ""
    for mark in _CLOSE.finditer(line, 0, LONGEST + 12):
        rest = line[mark.end() :].strip()
        if rest.strip(DECO) and label_kind(line[: mark.start()]) == "related":
            kind = label_kind(rest)
            return rest if kind is None else "" if kind == "related" else None
    return None


def is_unknown_label(line: str) -> bool:
    """It reads like a label, and nothing in it says that the list below belongs to the article."""
    return may_be_label(line) and _KIN.search(line) is None


def may_be_label(line: str) -> bool:
    """Words of a label stand in it, so that a run of list lines below it proves it one: ``가나일보 주요뉴스``."""
    tight = "".join(line.strip(DECO).split()).lower()
    return len(line) <= LONGEST and (_OTHER_WITHIN.fullmatch(tight) or _SOME.fullmatch(tight)) is not None
