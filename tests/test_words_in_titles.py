"""A word of a short question stands in an article as a word, not by its parts here and there or across two words."""

from __future__ import annotations

from functools import cache

import pytest
from worlds import fitted

from recommender import Recommender

TOGETHER = [
    {"id": "one", "title": "새 창고 문 열어", "body": "항만 회사가 물류서비스를 새로 시작했다. 창고는 크다."},
    {"id": "two", "title": "항만 회사 흑자", "body": "항만 회사는 물류서비스에 힘입어 흑자로 돌아섰다고 밝혔다."},
]  # fmt: skip
APART = [
    {"id": f"apart{at}", "title": f"{town} 시장 새 단장",
     "body": f"{town} 시장에 물류 창고가 들어섰다. 상인회는 고객 서비스도 늘리기로 했다."}
    for at, town in enumerate(["강릉", "속초", "나주", "원주"])
]  # fmt: skip
POWER = [
    {"id": f"power{at}", "title": f"{town} 발전소 새로 짓는다", "body": f"{town}에 발전소가 선다. 발전 용량은 작다."}
    for at, town in enumerate(["보령", "삼척", "당진", "태안"])
]  # fmt: skip
FIRE = [
    {"id": f"fire{at}", "title": f"{town} 공장 한 동 전소", "body": f"{town}에서 불이 나 공장이 탔다."}
    for at, town in enumerate(["화성", "대전", "제주"])
]  # fmt: skip


@cache
def desk(*, together: bool = True) -> Recommender:
    return Recommender(fitted([*(TOGETHER if together else []), *APART, *POWER, *FIRE]))


def test_a_compound_is_held_where_its_parts_stand_side_by_side() -> None:
    sure = {hit.article.id for hit in desk().similar("물류서비스") if hit.score > 0.75}
    assert sure == {"one", "two"}


def test_its_parts_count_where_nothing_holds_it() -> None:
    assert {hit.article.id for hit in desk(together=False).similar("물류서비스", stories=True)} >= {
        row["id"] for row in APART
    }


@pytest.mark.parametrize(("word", "start"), [("전소", "fire"), ("발전", "power"), ("발전소", "power")])
def test_a_word_is_no_end_of_another_that_is_seen_more(word: str, start: str) -> None:
    answer = desk().similar(word)
    assert answer
    assert all(hit.article.id.startswith(start) for hit in answer)


def test_the_rare_word_of_two_in_a_body_is_an_answer() -> None:
    """Nothing holds both; what holds the rare one stands before what has the common one in its title."""
    town = {
        "id": "rare",
        "title": "군 보건 사업 새로 짠다",
        "body": "군은 산간 마을의 필수의료를 다시 짜겠다고 밝혔다.",
    }
    common = [{"id": f"c{at}", "title": f"{name} 축제 논란", "body": f"{name} 축제를 두고 말이 많다."}
              for at, name in enumerate(["매화", "대게", "은어", "송이", "국화"])]  # fmt: skip
    answer = Recommender(fitted([town, *common, *APART, *POWER, *FIRE])).similar("필수의료 논란")
    assert answer[0].article.id == "rare"
    assert answer[0].score < 0.75
