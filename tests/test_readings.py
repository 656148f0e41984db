"""Questions of a few words are read as the archive holds them: blanks, tags, ordinals, countries, letters, names."""

from __future__ import annotations

from functools import cache

import pytest
from worlds import fitted

from recommender import Recommender
from recommender.text import letter_names
from recommender.text.countries import countries_in, row_of
from recommender.text.synonyms import synonyms_of
from recommender.text.transliterated import spells

TITLES = {
    "rice": "쌀값 80㎏ 22만원 돌파…농가 한숨 돌렸다",
    "gold": "금시세 사상 최고치 경신…은값도 들썩",
    "fish": "남해 고수온에 양식 우럭 집단 폐사",
    "scrap": "폐배터리 재활용 업체 새 공장 가동",
    "diet": "비만약 처방 한 달 8만건 오남용 경고등",
    "fortune": "[오늘의 운세] 10월 5일 일요일 띠별 풀이",
    "health": "[건강 365] 커피는 하루 몇 잔까지 괜찮나",
    "price": "[오늘의 경락값] 8월 19일 배추와 무",
    "lottery": "제1194회 로또 1등 9명…각 31억원씩",
    "memory": "한빛전자 HBM3E 납품 시작…영업이익 껑충",
    "rivals": "코스피 하락 마감…미중 갈등 여파",
    "summit": "美·中 정상 부산서 회담…관세 인하 합의",
    "allies": "한미 관세협상 막판 줄다리기",
    "twins": "LG 트윈스 2년 만에 우승 헹가래",
    "bill": "인공지능 기본법 시행령 입법예고 끝",
    "phone": "애플 새 전화기 공개…가장 얇은 몸체",
    "cluster": "쿠버네티스 새 판 공개…옛 기능 지원 종료",
    "code": "Python 새 판 정식 출시 소식",
    "cabbage": "배추 작황 부진에 김장 물가 걱정",
    "school": "솔내초 전교생 58명 내년 통합 추진",
    "museum": "향토 박물관 새 단장 마치고 재개관",
    "bus": "시내버스 요금 11월부터 오른다",
}


@cache
def desk() -> Recommender:
    return Recommender(fitted([{"id": name, "title": title} for name, title in TITLES.items()]))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        # a blank inside a word
        ("쌀 값", "rice"), ("쌀 값이", "rice"), ("금 시세", "gold"), ("고 수온", "fish"), ("고수 온", "fish"),
        ("폐 배터리", "scrap"),
        ("비만 약", "diet"), ("비만 약 오남용", "diet"), ("쌀 값 농가", "rice"), ("금 시 세", "gold"),
        ("로 또", "lottery"),
        ("솔내 초", "school"), ("시내 버 스", "bus"), ("경 락 값", "price"),
        # bracket tags written as one
        ("오늘의운세", "fortune"), ("건강365", "health"), ("오늘의경락값", "price"), ("오늘의 경락 값", "price"),
        # ordinals, and numbers behind a name
        ("1194회", "lottery"), ("1194회 로또", "lottery"), ("HBM", "memory"), ("한빛전자 HBM", "memory"),
        # countries
        ("미중", "rivals"), ("韓美", "allies"), ("한국 미국 관세협상", "allies"), ("한미", "allies"),
        ("미중 부산 회담", "summit"),
        # letters by their names, and names that only a question counts as one
        ("엘지", "twins"), ("엘지 트윈스", "twins"), ("AI", "bill"), ("AI 기본법", "bill"), ("apple", "phone"),
    ],
)  # fmt: skip
def test_a_question_is_read_as_the_archive_holds_it(said: str, meant: str) -> None:
    answer = desk().similar(said)
    assert not answer.abstained, answer.reason
    assert (answer[0].article.id, answer[0].score > 0.5) == (meant, True)
    assert "corrected" not in answer.query, "the same word is shown, only written otherwise"


@pytest.mark.parametrize(
    ("said", "meant", "shown"), [("파이썬", "code", "파이썬"), ("kubernetes", "cluster", "kubernetes")]
)
def test_a_name_is_found_in_either_script(said: str, meant: str, shown: str) -> None:
    assert desk().similar(said)[0].article.id == meant


def test_both_ways_to_write_two_countries_are_found_whichever_asks() -> None:
    for said in ("미중", "美中", "중미 갈등", "中美"):
        found = [hit.article.id for hit in desk().similar(said) if hit.score > 0.5]
        assert set(found) <= {"rivals", "summit"}, said
    assert {hit.article.id for hit in desk().similar("美中")} >= {"rivals", "summit"}
    assert {hit.article.id for hit in desk().similar("미중")} >= {"rivals", "summit"}


def test_words_apart_are_found_as_before() -> None:
    """What two words of one syllable may make is one way to read them; the words themselves are another."""
    rows = {"one": "솔내시 쌀 수매가 인상, 값 조정 착수", "two": "쌀값 폭락에 농민 상경", "three": "박물관 재개관 소식"}
    both = Recommender(fitted([{"id": name, "title": title} for name, title in rows.items()]))
    assert {hit.article.id for hit in both.similar("쌀 값") if hit.score > 0.5} == {"one", "two"}
    assert [hit.article.id for hit in both.similar("쌀 수매가")] == ["one"]


@pytest.mark.parametrize(("said", "meant"), [("국민 연금", {"law", "vote"}), ("국민 연금 개혁", {"law"})])
def test_words_apart_that_are_one_word_of_the_archive_are_read_as_that(said: str, meant: set[str]) -> None:
    """Bodies hold 국민연금, which is one word; both halves stand apart in none of them."""
    bodies = {
        "law": ("반쪽이라도 시작이다", "국회가 국민연금법을 고쳤다. 구조 개혁은 숙제로 남았다."),
        "vote": (
            "밑 빠진 독에 세대를 붓지 말라",
            "국민연금 개혁안이 국회에서 또 멈췄다. 미룰수록 청년이 낼 돈이 는다.",
        ),
        "bank": ("아버지의 통장", "퇴직 연금은 은행에 맡겼고 이자는 아들이 받는다."),
        "poll": ("다시 묻는다", "국민 열 명 가운데 넷은 모른다고 답했다."),
    }
    records = [{"id": name, "title": title, "body": body} for name, (title, body) in bodies.items()]
    answer = Recommender(fitted(records)).similar(said)
    assert {hit.article.id for hit in answer if hit.score > 0.7} == meant


@pytest.mark.parametrize("said", ["콩 값", "은 시세표", "고 기온", "오늘의사설", "1999회", "한일", "케이티", "GPU"])
def test_what_no_article_holds_is_not_read_into_it(said: str) -> None:
    question = desk().model.asked(said)
    assert (question.readings, question.text) == ((), said)


def test_a_headline_is_asked_as_it_stands() -> None:
    for title in ("쌀 값 80㎏ 22만원 돌파에 농가 한숨 돌렸다", "금 시세 사상 최고치 경신하고 은 값도 들썩였다"):
        assert desk().model.asked(title).readings == ()


@pytest.mark.parametrize(
    ("word", "countries"),
    [
        ("미중", ("미국", "중국")), ("한미일", ("한국", "미국", "일본")), ("북러", ("북한", "러시아")),
        ("러북", ("러시아", "북한")),
        ("독불", ("독일", "프랑스")), ("한eu", ("한국", "유럽연합")), ("미eu", ("미국", "유럽연합")),
        ("한일", ("한국", "일본")),
        ("북한", ()), ("독일", ()), ("북미", ()), ("중중", ()), ("한우", ()), ("한", ()), ("eu", ()),
        ("미중갈등", ()), ("", ()),
    ],
)  # fmt: skip
def test_countries_side_by_side(word: str, countries: tuple[str, ...]) -> None:
    assert countries_in(word) == countries
    if countries:
        assert row_of(countries) == word


def test_a_country_without_a_sign_of_its_own_makes_no_row() -> None:
    assert row_of(("한국", "헝가리")) == ""


@pytest.mark.parametrize(
    ("word", "latin"),
    [
        ("엘지", "lg"),
        ("에스케이", "sk"),
        ("케이티", "kt"),
        ("비와이디", "byd"),
        ("아이엠에프", "imf"),
        ("에이치디현대", "hd현대"),
    ],
)
def test_letters_are_read_by_their_names(word: str, latin: str) -> None:
    assert latin in letter_names.in_latin(word)


def test_letters_are_named() -> None:
    assert [letter_names.in_hangul(word) for word in ("lg", "kt", "byd", "samsung", "3m", "")] == [
        "엘지", "케이티", "비와이디", "", "", "",
    ]  # fmt: skip
    assert letter_names.in_latin("이웃") == letter_names.in_latin("") == ()


def test_names_that_a_question_alone_counts_as_one() -> None:
    assert synonyms_of("ai") == ("인공지능",)
    assert synonyms_of("인공지능") == ("ai",)
    assert synonyms_of("배터리") == ()


@pytest.mark.parametrize(
    ("hangul", "latin"),
    [
        ("쿠버네티스", "kubernetes"), ("클라우드플레어", "cloudflare"), ("파이썬", "python"), ("아이폰", "iphone"),
        ("깃허브", "github"), ("넷플릭스", "netflix"), ("페스티벌", "festival"), ("마이크로소프트", "microsoft"),
        ("스타링크", "starlink"), ("앤트로픽", "anthropic"), ("블록체인", "blockchain"), ("캠페인", "campaign"),
    ],
)  # fmt: skip
def test_hangul_spells_latin(hangul: str, latin: str) -> None:
    assert spells(hangul, latin)


@pytest.mark.parametrize(
    ("hangul", "latin"),
    [
        ("서울대", "shoulder"), ("구윤철", "council"), ("스포츠", "support"), ("아버지", "oversee"),
        ("배터리", "police"),
        ("애플", "apple"), ("쿠버네티스", "kubernete"), ("쿠버네", "kubernetes"), ("", "kubernetes"),
        ("쿠버네티스", ""),
    ],
)  # fmt: skip
def test_other_words_are_not_spelled_so(hangul: str, latin: str) -> None:
    assert not spells(hangul, latin)
