"""Columns that come under a bracket tag: the words of their form make no pair, what each issue is about does."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from worlds import fitted

from recommender import Recommender
from recommender.ranking.columns import by_form_alone, form_words, is_column

TITLES = {
    "rate": [
        "[환율마감] 원·엔 910원, 2.1원 상승",
        "[환율마감] 원·엔 915원, 0.5원 하락",
        "[환율마감] 원·엔 903원, 4.2원 하락",
        "[환율마감] 원·엔 899원, 1.3원 상승",
        "[환율마감] 원·엔 921원, 6.0원 상승",
    ],
    "profit": [
        "[실적] 한빛전자 1분기 영업익 20억… 31%↑",
        "[실적] 가람상사 2분기 영업익 4억… 적자 면해",
        "[실적] 누리제약 3분기 영업익 77억… 신약 효과",
        "[실적] 바다해운 4분기 영업익 15억… 운임 내려",
    ],
    "stock": [
        "[특징주] 한빛전자, 물류로봇 수주에 18% 급등",
        "[특징주] 한빛전자, 물류로봇 계약 끝내 취소되자 급락",
        "[특징주] 들꽃제과, 라면 수출에 11% 급등",
        "[특징주] 솔잎건설, 유상증자에 12% 급락",
        "[특징주] 바람에너지, 풍력 인허가에 7% 급등",
    ],
    "flash": [
        "[속보] 새솔시 화학공장 폭발, 2명 다쳐",
        "[속보] 새솔시 화학공장 폭발 사망자 1명",
        "[속보] 새솔시 화학공장 불 6시간 만에 꺼져",
        "[속보] 새솔시 화학공장 대표 입건",
    ],
}
OTHERS = [
    "호수공원 벚꽃 축제 열려",
    "시립도서관 밤 열 시까지 문 연다",
    "고등어 어획량 줄어 어민 시름",
    "중학교 통학버스 늘린다",
]
START = date(2025, 1, 6)


def records() -> list[dict[str, str]]:
    columns = [
        {"id": f"{name}{at}", "title": title, "published": str(START + timedelta(days=gap * at))}
        for (name, titles), gap in zip(TITLES.items(), (30, 90, 20, 1), strict=True)
        for at, title in enumerate(titles)
    ]
    singles = [{"id": f"o{at}", "title": title, "published": "2025-03-01"} for at, title in enumerate(OTHERS)]
    return columns + singles


@cache
def desk() -> Recommender:
    return Recommender(fitted(records()))


def score(one: str, other: str) -> float:
    return next((hit.score for hit in desk().similar(id=one, k=20, min_score=0) if hit.article.id == other), 0.0)


@pytest.mark.parametrize(("one", "other"), [("rate0", "rate1"), ("rate2", "rate4"), ("profit0", "profit2")])
def test_two_issues_of_a_column_are_not_related_by_its_form(one: str, other: str) -> None:
    assert score(one, other) < 0.15


@pytest.mark.parametrize(("one", "other"), [("stock0", "stock1"), ("flash0", "flash1"), ("flash2", "flash1")])
def test_issues_that_share_what_they_are_about_are(one: str, other: str) -> None:
    assert score(one, other) >= 0.15


def test_the_form_of_a_column_is_what_comes_again_and_again() -> None:
    model = desk().model
    assert "영업익" in form_words(model, "실적")
    assert "급등" in form_words(model, "특징주")
    assert "한빛전자" not in form_words(model, "특징주"), "two of five titles, within weeks"
    assert form_words(model, "속보") == form_words(model, "없는 꼬리표") == frozenset()
    assert is_column("특징주")
    assert not is_column("단 독")


@pytest.mark.parametrize(
    ("one", "other", "alone"),
    [
        ({"영업익", "한빛전자"}, {"영업익", "가람상사"}, True),
        ({"영업익", "한빛전자"}, {"영업익", "한빛전자"}, False),
        ({"한빛전자"}, {"가람상사"}, False),
        ({"영업익", "전자"}, {"영업익", "한빛전자"}, False),
    ],
)
def test_by_form_alone(one: set[str], other: set[str], alone: bool) -> None:
    assert by_form_alone(one, other, frozenset(["영업익"])) is alone
