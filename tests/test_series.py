"""Columns that come again: each issue is an article of its own, and no two issues are related by their form alone."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from worlds import fitted

from recommender import Recommender, SearchOptions
from recommender.ranking.duplicates import copy_key, may_be_copies
from recommender.ranking.series import other_issues

OTHERS = ("꽃밭", "호수", "언덕", "숲길", "바다", "들판", "계곡", "포구", "장터", "섬마을")
RECORDS = [
    {"id": "p1", "title": "[인사] 기획재정부", "published": "2025-01-10"},
    {"id": "p2", "title": "[인사] 기획재정부", "published": "2025-02-10"},
    {"id": "p3", "title": "[부고] 기획재정부", "published": "2025-01-10"},
    {"id": "p4", "title": "[속보] 기획재정부", "published": "2025-01-10"},
    {"id": "p5", "title": "기획재정부(종합)", "published": "2025-01-10"},
    {"id": "w1", "title": "오늘의 날씨", "published": "2025-01-10"},
    {"id": "w2", "title": "오늘의 날씨", "published": "2025-01-11"},
    {"id": "k1", "title": "개성공단 폐쇄 십 년, 남은 사람들 <상>", "published": "2025-01-10"},
    {"id": "k2", "title": "개성공단 폐쇄 십 년, 남은 사람들 <중>", "published": "2025-01-11"},
    {"id": "l1", "title": "시장 골목에 새로 문 연 책방 세 곳", "published": "2025-01-10"},
    {"id": "l2", "title": "[포토] 시장 골목에 새로 문 연 책방 세 곳", "published": "2025-01-12"},
    {"id": "g1", "title": "[금시세] 10월 2일 순금 한 돈 69만8000원", "published": "2025-10-02"},
    {"id": "g2", "title": "[금시세] 10월 8일 순금 한 돈 71만2000원", "published": "2025-10-08"},
    {"id": "g3", "title": "순금 한 돈 70만원 넘어… 금은방 한산", "published": "2025-10-03"},
    *({"id": f"o{at}", "title": f"{what} 소식 모음", "published": "2025-03-01"} for at, what in enumerate(OTHERS)),
]  # fmt: skip


@cache
def desk() -> Recommender:
    return Recommender(fitted(RECORDS))


def kinds() -> list[set[str]]:
    catalogue = desk().model.catalogue
    groups: dict[int, set[str]] = {}
    for row, original in enumerate(catalogue.duplicate_of.tolist()):
        groups.setdefault(original, set()).add(catalogue.ids[row])
    return [group for group in groups.values() if len(group) > 1]


def test_issues_of_a_column_are_no_copies() -> None:
    """Nor are columns of one name, days, parts; a headline of many words is one whatever stands before it."""
    assert sorted(map(sorted, kinds())) == [["l1", "l2"], ["p4", "p5"]]


@pytest.mark.parametrize(
    ("one", "other", "copies"),
    [
        (("[인사] 한국은행", 1.2), ("[인사] 한국은행", 1.9), True),
        (("[인사] 한국은행", 1.2), ("[인사] 한국은행", math.nan), False),
        (("[속보] 한국은행", 1.2), ("한국은행 [종합2보]", 1.2), True),
        (("금리 연 2.5% 동결… 세 번 연속", 1), ("[단독] 금리 연 2.5% 동결, 세 번 연속", 90), True),
        (("배터리 마을을 가다 (1)", 1), ("배터리 마을을 가다 (2)", 1), False),
        (("", 1), ("…", 1), True),
    ],
)
def test_what_exact_copies_share(one: tuple[str, float], other: tuple[str, float], copies: bool) -> None:
    assert (copy_key(*one) == copy_key(*other)) is copies
    assert copies or not may_be_copies(copy_key(*one), copy_key(*other))


@pytest.mark.parametrize("text", ["기획재정부", "오늘의 날씨"])
def test_a_few_words_that_are_a_headline_ask_for_it(text: str) -> None:
    answer = desk().similar(text, k=10, options=SearchOptions(collapse=False, stories=True))
    assert "left_out" not in answer.query
    wanted = {record["id"] for record in RECORDS if text in record["title"]}
    assert wanted <= {hit.article.id for hit in answer}
    assert desk().similar("시장 골목에 새로 문 연 책방 세 곳").query["left_out"]["id"] == "l1"


@pytest.mark.parametrize(
    ("one", "other", "days", "cosine", "another"),
    [
        ("[금시세] 10월 2일 순금 한 돈 69만원", "[금시세] 10월 8일 순금 한 돈 71만원", 6, 0.7, True),
        ("[오늘의 날씨] 10월 2일, 전국 흐림", "[오늘의 날씨] 10월 8일, 남부 비", 6, 0.1, True),
        ("10월 2일, 전국 흐림", "[오늘의 날씨] 10월 8일, 남부 비", 6, 0.1, False),
        ("[속보] 공장 화재로 3명 다쳐", "[속보] 숨진 사람 5명으로 늘어", 6, 0.1, False),
        ("제1192회 로또 1등 11명", "제1193회 로또 1등 16명", math.nan, 0.7, True),
        ("공장 화재로 3명 다쳐", "공장 화재로 5명 다쳐", 0, 0.7, False),
        ("공장 화재로 3명 다쳐", "공장 화재로 5명 다쳐", 30, 0.7, True),
        ("코스피 4000 돌파", "코스피 4000 돌파… 외국인 3조 매수", 30, 0.7, False),
        ("[부음] 한가람씨 별세 외", "[부음] 서누리 별세 외", 30, 0.7, True),
        ("[부음] 한가람씨 별세 외", "[부음] 한가람씨 별세", 1, 0.7, False),
        ("[인사] 전력거래소 승진", "[인사] 한빛은행 승진", 30, 0.5, True),
        ("[인사] 전력거래소", "[인사] 전력거래소 전보", 30, 0.5, False),
    ],
)
def test_issues_differ_by_their_day_their_number_or_figures_of_another_week(
    one: str, other: str, days: float, cosine: float, another: bool
) -> None:
    assert other_issues([one], [other], np.array([days]), np.array([cosine])).tolist() == [another]


def test_another_issue_stands_behind_what_is_told_of_the_same_thing() -> None:
    hits = {hit.article.id: hit.score for hit in desk().similar(id="g1", min_score=0)}
    assert hits["g3"] > hits["g2"]


@pytest.mark.parametrize(("one", "other", "copies"), [
    ("청양군, 2026년 노인일자리 참여자 모집", "부여군, 2026년 노인일자리 참여자 모집", False),
    ("서천군의회 제321회 임시회 폐회", "청양군의회 제321회 임시회 폐회", False),
    ("영덕군 대게 축제 개막", "영덕 대게 축제 개막", True),
    ("경북 포항시 특구 지정", "경북포항시 특구 지정", True),
    ("포항시·경주시 상생 협약", "경주시와 포항시 상생 협약", True),
])  # fmt: skip
def test_the_notices_of_two_counties_are_no_copies(one: str, other: str, copies: bool) -> None:
    assert may_be_copies(copy_key(one, math.nan), copy_key(other, math.nan)) is copies
