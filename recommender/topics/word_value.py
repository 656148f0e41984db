"""Stop words of topic names: bylines, kinds of items, unnamed people, words of time, amounts."""

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
_BYLINES = "기자 특파원 앵커 리포터 논설위원 인턴기자 선임기자 무단전재 재배포 저작권자 reporter editor"
_ITEMS = "속보 단독 종합 포토 뉴스 그래픽 사진 영상 photo video"
_TIMES = (
    "작년 올해 내년 금년 지난해 전년 오늘 내일 어제 최근 이달 지난달 다음달 내달 전월 분기 상반기 하반기 연말 연초 "
    "오전 오후 곳곳"
)
_FOLK = (
    "남성 여성 남자 여자 남편 아내 부부 엄마 아빠 아버지 어머니 부모 아들 딸 가족 친구 연인 남친 여친 주인 노인 "
    "할머니 할아버지 학생들 사람 사람들 시민 시민들 주민 얼굴 이야기 사연 세상 마지막"
)
_DEEDS = (
    "착수 오픈 지급 발견 설립 취소 연기 철회 환수 재개 중단 발생 가능 허용 금지 제한 사용 전환 등극 공략 합류 등장 "
    "변신 발언 공방 갈등 비판 주의 시도 판정 준비 정정 회수 반환 양성 추정"
)
_PROVINCES = (
    "서울 부산 대구 인천 광주 대전 울산 세종 경기 강원 충북 충남 전북 전남 경북 경남 제주 "
    "수도권 영남 호남 충청 영동 영서 남부 북부 중부 동부 서부 남부지방 중부지방 전국 지역 국내 해외 글로벌 한국"
)
_EVERYWHERE = frozenset(f"{_FOLK} {_DEEDS}".split())
_REGIONS = frozenset(_PROVINCES.split())
_OFFICES = (
    "대통령 전대통령 총리 부총리 장관 차관 의원 대표 총장 회장 부회장 감독 코치 선수 후보 위원장 시장 지사 도지사 군수 "
    "구청장 교육감 대변인 당선인 사장 원장 교수 의장 처장 총재 이사장 행장 대사 여사 캠프 배우 가수 씨 측"
)
_ROLES = frozenset(_OFFICES.split())
_SEATS = "시군구도읍면동회당청"
_PLACES = f"{_SEATS}산대역천강섬권행사원법트"
_NO_NAMES = frozenset(f"{_BYLINES} {_ITEMS} {_TIMES}".split())
_SURNAMES = "김이박최정강조윤장임한오서신권황안송홍전고문손배백허유남심노하"
_PERSON = re.compile(rf"[{_SURNAMES}류원변표추설엄반나양위구민진차주곽지우여라성도]..")
_NO_WORD = re.compile(
    rf"[a-z]모?(?:씨|군|양|사)?|[가-힣]모(?:씨|군|양)|[{_SURNAMES}]씨"  # a씨, 김모씨
    r"|\d+[년월일][자호]?|\d{3,}[a-z가-힣].*"  # 19일자, 2024년의
    r"|.+(?:종합|속보)"  # 사망종합: the mark of an item written behind its last word
)


def is_uninformative(word: str) -> bool:
    """Bylines, kinds of items, words of time, people who are not named (a씨, 김모씨), lone letters, dates (19일자),
    years with what is written behind them, words with the mark of an item: they say no topic."""
    return word in _NO_NAMES or _NO_WORD.fullmatch(word) is not None


def informativeness(word: str) -> float:
    """The weight of a word in the name of a topic, at most 1: people of a family or a crowd, bare actions, provinces
    and directions occur in every topic."""
    return 0.2 if word in _REGIONS else 0.4 if word in _EVERYWHERE else 1.0


def like_a_person(word: str, in_office: bool = False) -> bool:
    """Three syllables that begin with a surname, no place or house by the last: 손흥민, not 안동시, 이마트. Of one
    before an office (``in_office``) it is enough to be no place that has that office: 나경원 의원, not 서울시 의원."""
    return bool(_PERSON.fullmatch(word)) and word[-1] not in (_SEATS if in_office else _PLACES)


def is_role(word: str) -> bool:
    """Whether a word is an office that follows a person's name: 총장, 감독, 후보."""
    return word in _ROLES


def has_amount(tokens: Sequence[Any], *ends: int) -> bool:
    """Whether an eojeol, which end at ``ends``, is a number with its unit as Kiwi reads it: 77km, 2명, not 2차전지."""
    for i, token in enumerate(tokens):
        if token.tag == "SN" and token.start in (0, *(end + 1 for end in ends)):
            end = i + 1
            while end < len(tokens) and (tokens[end].tag in _UNITS or _UNIT.fullmatch(tokens[end].form)):
                end += 1
            if tokens[end - 1].end in ends:
                return True
    return False
