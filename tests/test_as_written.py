"""A word that stands in an archive is found, however it is cut, spaced or spelled; what only looks like it is not."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest
from worlds import fitted

from recommender import Recommender
from recommender.text.aliases import load_aliases
from recommender.text.kiwi import read_words
from recommender.text.synonyms import _rows, other_sense, synonyms_of
from recommender.text.variants import name_of, names_as, numbers_as, stands_in

ROWS = {
    "noise": ("이웃 다툼 조정센터 문 열어", "층간소음으로 다툰 이웃이 마주 앉는다. 상담은 무료다."),
    "bikes": ("배달 기사 안전교육 시작", "이륜차 면허를 딴 기사 서른 명이 모였다. 교육 이수율은 58%였다."),
    "letter": ("취업 박람회 첫날 북새통", "한 졸업생은 자기소개서를 쉰 번 고쳐 썼다고 했다."),
    "circuit": ("[마감시황] 지수 4% 급락", "오전에 사이드카가 울렸고 거래가 잠시 멎었다."),
    "weekly": ("[이번주 아파트값] 서울 0.2% 올라", "전주보다 오름폭이 커졌다."),
    "fraud": ("전세사기 피해자 지원센터 연장", "센터는 내년 말까지 문을 연다."),
    "audit": ("감사기간 두 달 늘린다", "시의회가 표결했다."),
    "troops": ("주한미군 훈련장 소음 보상", "주민 설명회가 열렸다."),
    "talks": ("한미 통상 실무협의 재개", "다음 주 다시 만난다."),
    "gold": ("금 한 돈 70만원 돌파", "귀금속 상가에 손님이 줄었다."),
    "price": ("금값 사흘 만에 반락", "차익 매물이 나왔다."),
    "fee": ("통신사 위약금 면제 검토", "번호를 옮기는 손님이 늘었다."),
    "show": ("‘잠은 자고 일하니’ 3부작 방영", "새 교양 프로그램이다."),
    "plan": ("10·15대책 한 달, 거래 뚝", "중개업소마다 한산하다."),
    "leaflet": ("10월 15일 대책 회의 소집", "시장이 주재한다."),
    "jet": ("KF-21 첫 수출 협상 시작", "동남아 두 나라가 관심을 보였다."),
    "old-jet": ("KF-16 정비 창고 새로 짓는다", "내년에 끝난다."),
    "shot": ("새 주사 처방 급증", "GLP-1 계열 약을 찾는 사람이 늘었다."),
    "flat": ("은마 84㎡ 신고가 경신", "한 달 새 2억원이 올랐다."),
    "homes": ("하남에 2천401가구 들어선다", "내년 봄 분양한다."),
    "index": ("‘오천피’ 시대 열렸다", "개인이 사들였다."),
    "robot": ("인공지능 온실서 딸기 키운다", "사람 손이 절반으로 줄었다."),
    "watch": ("AI 드론으로 산불 살핀다", "산림청이 들여왔다."),
    "ducks": ("오리농장서 AI 검출, 이동 제한", "반경 3㎞를 막았다."),
    "command": ("전작권 전환 시기 다시 논의", "장관이 국회에서 밝혔다."),
    "chat": ("챗GPT로 숙제한 학생 늘어", "학교마다 지침을 만든다."),
    "leftover": ("하남 줍줍 두 채에 6만명", "무주택자만 신청했다."),
    "trees": ("은행나무 가로수길 새 단장", "열매를 미리 턴다."),
    "sub": ("핵잠 건조 장소 두고 이견", "국내 건조에 무게가 실린다."),
}  # fmt: skip


@cache
def desk() -> Recommender:
    rows = ({"id": name, "title": title, "body": body} for name, (title, body) in ROWS.items())
    return Recommender(fitted(list(rows)))


def found(said: str) -> list[str]:
    return [hit.article.id for hit in desk().similar(said) if hit.score > 0.5]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        # in a body, cut there otherwise than in the question
        ("층간소음", "noise"), ("이륜차", "bikes"), ("이수율", "bikes"), ("자기소개서", "letter"), ("사이드카",
        "circuit"),
        # inside a word of a bracket tag, and of a title
        ("아파트", "weekly"), ("사기", "fraud"),
        # blanks and particles
        ("잠자고일하니", "show"), ("잠은 자고 일하니", "show"), ("핵잠", "sub"),
        # numbers, days, types and measures
        ("10.15 대책", "plan"), ("1015 대책", "plan"), ("10·15 대책", "plan"), ("KF21", "jet"), ("KF 21", "jet"),
        ("glp1", "shot"), ("84제곱미터", "flat"), ("84㎡", "flat"), ("2401가구", "homes"), ("5000피", "index"),
        # names that a question alone counts as one
        ("전시작전통제권", "command"), ("전시작전통제권 전환", "command"),
    ],
)  # fmt: skip
def test_what_stands_in_an_article_is_found(said: str, meant: str) -> None:
    answer = desk().similar(said)
    assert not answer.abstained, answer.reason
    assert answer[0].article.id == meant
    assert answer[0].why, "a hit that holds the words says which"


@pytest.mark.parametrize(
    ("said", "not_meant"),
    [
        ("한미", "troops"), ("사기", "audit"), ("금", "fee"), ("10.15 대책", "leaflet"), ("10·15 대책", "leaflet"),
        ("KF21", "old-jet"),
        ("KF16", "jet"), ("인공지능", "ducks"), ("조류인플루엔자", "watch"), ("조류인플루엔자", "robot"),
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_not(said: str, not_meant: str) -> None:
    assert not_meant not in found(said)


def test_reasons_are_words_that_stand_in_both_and_no_number_is_one_by_its_unit() -> None:
    said = "서울 남산에 눈 37cm 쌓여 땅꺼짐 신고도 늘었다"
    rows = [{"id": "snow", "title": "강릉 눈 20cm 쌓여 도로 막혀"}, {"id": "hole", "title": "서울 땅꺼짐 신고 두 배"},
            {"id": "tree", "title": "은행나무 가로수길 새 단장"}]  # fmt: skip
    answer = Recommender(fitted(rows)).similar(said, min_score=0.0)
    why = {hit.article.id: {reason.term for reason in hit.why} for hit in answer}
    assert "땅꺼짐" in why["hole"], "as it is written, not the verb that the analyser takes it for"
    assert "37cm" not in why["snow"]


def test_a_noun_of_one_syllable_with_another_particle_is_no_typing_error() -> None:
    rows = [
        {"id": str(at), "title": title} for at, title in enumerate(("눈에 갇힌 마을", "눈에 덮인 절", "눈에 묻힌 차"))
    ]
    assert Recommender(fitted(rows)).similar("눈이 얼마나 왔나").query.get("corrected") is None


def test_one_syllable_is_a_word_or_a_price_of_it() -> None:
    assert set(found("금")) == {"gold", "price"}
    assert desk().similar("벼").abstained


def test_what_is_written_comes_before_its_other_names() -> None:
    assert found("인공지능") == ["robot", "watch"]
    assert found("조류인플루엔자") == ["ducks"]
    assert set(found("AI")) == {"robot", "watch", "ducks"}


@pytest.mark.parametrize(
    ("said", "meant", "mended"),
    [
        ("쳇GPT", "chat", "챗gpt"),
        ("줍즙", "leftover", "줍줍"),
        ("으냉나무", "trees", "은행나무"),
    ],
)
def test_slips_that_were_left(said: str, meant: str, mended: str) -> None:
    answer = desk().similar(said)
    assert (answer[0].article.id, answer.query["corrected"]) == (meant, mended)


@pytest.mark.parametrize("said", ["쳇", "챗GTP9", "핳핳", "4680", "10.32 대책회", "제곱미터", "0000가구"])
def test_odd_words_are_left_alone(said: str) -> None:
    assert "corrected" not in desk().similar(said).query


def test_what_is_named_as_a_reason_stands_so_in_the_text() -> None:
    for said in ("핵잠", "이륜차", "층간소음", "한미", "전작권"):
        for hit in desk().similar(said):
            assert all(reason.term in "".join(ROWS[hit.article.id]) for reason in hit.why), said


@pytest.mark.parametrize(
    ("eojeol", "words"),
    [
        ("핵잠", ["핵잠"]), ("이륜차", ["이륜차"]), ("층간소음", ["층간소음", "소음"]),
        ("헌혈의집에서", ["헌혈의집", "헌혈"]), ("지역의사제를", ["지역의사제", "지역"]),
        # what ends as words do is cut as before
        ("정부에서는", ["정부"]), ("공장이다", ["공장"]), ("발표했다", ["발표"]), ("문젠", ["문제"]),
        ("배터리공장이", ["배터리", "공장"]),
    ],
)  # fmt: skip
def test_a_name_that_looks_like_a_word_with_endings_is_a_word(eojeol: str, words: list[str]) -> None:
    assert read_words([eojeol], load_aliases(None))[0][: len(words)] == words


@pytest.mark.parametrize(
    ("eojeol", "others"),
    [
        ("2401가구", ["2천401가구"]), ("2천401가구", ["2401가구"]), ("5000피", ["5천피", "오천피"]),
        ("오천피", ["5000피", "5천피"]),
        ("4000만원", ["4천만원", "사천만원"]), ("84m2", ["84제곱미터"]), ("84제곱미터", ["84m2"]),
        ("3천헥타르", ["3000헥타르", "3천ha"]),
        ("4680", []), ("4680만원", ["4천680만원"]), ("이천", []), ("2000", []), ("사천", []), ("", []), ("가", []),
        ("천", []),
    ],
)  # fmt: skip
def test_a_number_written_otherwise(eojeol: str, others: list[str]) -> None:
    assert list(numbers_as(eojeol)) == others


@pytest.mark.parametrize(
    ("eojeol", "names"),
    [
        ("10.15", ["10·15"]), ("10.15대책", ["10·15대책"]), ("627", ["6·27"]), ("123", ["1·23", "12·3"]),
        ("kf21", ["kf-21"]), ("화성20형", ["화성-20형"]), ("glp1", ["glp-1"]), ("4.97", []), ("13.5", []),
        ("2.30", []),
        ("97", []), ("2026", []), ("005", []), ("배터리", []), ("21", []), ("", []),
    ],
)  # fmt: skip
def test_the_name_of_a_day_or_of_a_type(eojeol: str, names: list[str]) -> None:
    assert list(names_as(eojeol)) == names


@pytest.mark.parametrize(
    ("two", "name"),
    [
        (("kf", "21"), "kf-21"), (("10", "15대책"), "10·15대책"), (("화성", "20형"), "화성-20형"), (("10",
        "대책"), ""),
        (("13", "15"), ""), (("3월", "15일"), ""), (("12", "3천"), "12·3천"),
    ],
)  # fmt: skip
def test_two_eojeols_may_be_one_name(two: tuple[str, str], name: str) -> None:
    assert name_of(two) == name


@pytest.mark.parametrize(
    ("text", "name", "held"),
    [
        ("10·15대책 논란", "10·15대책", True), ("10.15 대책", "10·15", True), ("10·150", "10·15", False),
        ("110·15", "10·15", False), ("10월 15일", "10·15", False), ("10-15", "10·15", False), ("kf-21 시제기",
        "kf-21", True),
        ("kf21", "kf-21", True), ("kf-211", "kf-21", False), ("akf-21", "kf-21", False), ("화성 20형",
        "화성-20형", True),
        ("", "kf-21", False),
    ],
)  # fmt: skip
def test_a_name_with_any_mark_between(text: str, name: str, held: bool) -> None:
    assert stands_in(text, name) is held


def test_the_table_of_names_holds_together() -> None:
    """A name that the aliases replace would never be met; one that stands for two things would be read as both."""
    aliases, names = load_aliases(None), [name for row in _rows() if not row.beside for name in row.names]
    assert [name for name in names if aliases.apply(name) != name] == []
    assert twice(names) == {"관세"}, "tariff, tariffs"
    assert all(name == name.lower() for name in names)
    assert all(len(row.names) > 1 for row in _rows())


def twice(names: Iterable[str]) -> set[str]:
    met: set[str] = set()
    return {name for name in names if name in met or met.add(name)}  # type: ignore[func-returns-value]


def test_a_short_name_is_read_one_way_where_it_begins_other_words() -> None:
    assert synonyms_of("삼전") == ("삼성전자",)
    assert "삼전" not in synonyms_of("삼성전자")
    assert set(synonyms_of("핵추진잠수함")) >= {"핵잠", "핵잠수함"}


def test_a_name_of_two_senses_is_told_by_the_title() -> None:
    assert synonyms_of("조류인플루엔자") == ("ai",)
    assert "조류인플루엔자" not in synonyms_of("ai")
    assert other_sense(["인공지능"], ["ai"], "오리농장 ai 확진")
    assert not other_sense(["인공지능"], ["ai"], "ai 드론 배치")
    assert other_sense(["조류인플루엔자"], ["ai"], "ai 드론 배치")
    assert not other_sense(["조류인플루엔자"], ["ai"], "오리농장 ai 확진")
    assert not other_sense(["ai"], ["ai"], "오리농장 ai 확진")
