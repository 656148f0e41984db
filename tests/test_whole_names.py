"""Names that an analyser cuts short in one place and reads whole in another."""

from __future__ import annotations

import pytest
from worlds import fitted

from recommender import Recommender
from recommender.text.lexicon import Parse
from recommender.text.whole_names import particles, with_whole_names

PARSES = {
    "정유나": Parse(("정유",), "나"), "정유나는": Parse(("정유나",), "는"), "정유": Parse(("정유",), ""),
    "이하람": Parse(("이하람", "이하"), ""), "이하람이": Parse(("하람이", "하람"), ""),
    "납품업체": Parse(("납품", "업체"), ""), "납품업체로": Parse(("납품업체",), "로"),
    "대상으로의": Parse(("대상으",), "로의"), "대상으로": Parse(("대상",), "으로"),
}  # fmt: skip


def test_a_name_that_stands_whole_elsewhere_is_whole() -> None:
    words = {eojeol: parse.words for eojeol, parse in with_whole_names(PARSES).items()}
    assert words["정유나"] == words["정유나는"] == ("정유나",)
    assert words["이하람이"] == words["이하람"] == ("이하람", "이하")


@pytest.mark.parametrize("eojeol", ["정유", "납품업체", "대상으로"])
def test_what_is_cut_rightly_stays(eojeol: str) -> None:
    assert with_whole_names(PARSES)[eojeol] == PARSES[eojeol]


def test_a_particle_fits_the_syllable_before_it() -> None:
    assert "가" in particles("정유나")
    assert "이" not in particles("정유나")
    assert "으로" in particles("이하람")
    assert "는" not in particles("이하람")


def test_the_order_of_eojeols_does_not_matter() -> None:
    backwards = dict(reversed(PARSES.items()))
    assert with_whole_names(backwards) == with_whole_names(PARSES)


def test_a_name_is_asked_for_with_what_may_stand_behind_it() -> None:
    """씨, 한테 and particles: all ask for the name; a short word that ends alike stays."""
    titles = ["문도현, 생애 첫 노히트노런", "대기록 쓴 문도현의 하루", "날씨 앱 이용자 급증", "대전 팔콘스 4연승 질주"]
    desk = Recommender(fitted([{"id": f"t{at}", "title": title} for at, title in enumerate(titles)]))
    for question in ("문도현", "문도현씨", "문도현한테", "문도현씨가"):
        answer = desk.similar(question)
        assert {hit.article.id for hit in answer} == {"t0", "t1"}, question
        assert min(hit.score for hit in answer) > 0.9
    assert [hit.article.id for hit in desk.similar("날씨")] == ["t2"]
