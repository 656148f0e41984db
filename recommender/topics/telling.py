"""Words that name no topic: bylines, kinds of items, people without a name, words of time, amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_UNITS = ("NNB", "NR", "SN", "SW", "W_SERIAL")
_UNIT = re.compile(
    r"[kmc]?m|[km]g|[kmg]?wh?|[mgt]b|p|bp|nm|t|v|ml|l|ha|[mk]ph|kcal|이닝|연승|연패|분기|거래일|경기|포인트|퍼센트|호골|"
    r"세트|라운드|타점|시간|개월|개국|주년|주차|시즌|배럴|달러|유로|위안",
    re.IGNORECASE,
)
_YEAR_IN = re.compile(r"\d{3,}[a-z가-힣].*")
_MARKED = re.compile(r".+(?:종합|속보)")  # 사망종합: the mark of an item written behind its last word
_BYLINES = "기자 특파원 앵커 리포터 논설위원 인턴기자 선임기자 무단전재 재배포 저작권자 reporter editor"
_ITEMS = "속보 단독 종합 포토 뉴스 그래픽 사진 영상 photo video"
_TIMES = "작년 올해 내년 금년 지난해 오늘 내일 어제 최근 이달 지난달 다음달 상반기 하반기 연말 연초 오전 오후 곳곳"
_NO_NAMES = frozenset(f"{_BYLINES} {_ITEMS} {_TIMES}".split())
_SURNAMES = "김이박최정강조윤장임한오서신권황안송홍전고문손배백허유남심노하"
_NOBODY = re.compile(rf"[a-z]모?(?:씨|군|양|사)?|[가-힣]모(?:씨|군|양)|[{_SURNAMES}]씨")


def not_telling(word: str) -> bool:
    """Bylines, kinds of items, words of time, people who are not named (a씨, 김모씨), lone letters, years with what is
    written behind them, words with the mark of an item: they say no topic."""
    return word in _NO_NAMES or bool(_NOBODY.fullmatch(word) or _YEAR_IN.fullmatch(word) or _MARKED.fullmatch(word))


def has_amount(tokens: Sequence[Any], *ends: int) -> bool:
    """Whether an eojeol, which end at ``ends``, is a number with its unit as Kiwi reads it: 77km, 2명, not 2차전지."""
    for at, token in enumerate(tokens):
        if token.tag == "SN" and token.start in (0, *(end + 1 for end in ends)):
            rest = at + 1
            while rest < len(tokens) and (tokens[rest].tag in _UNITS or _UNIT.fullmatch(tokens[rest].form)):
                rest += 1
            if tokens[rest - 1].end in ends:
                return True
    return False
