"""The field of the news that a topic is of stands before the words of its name."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.topics.lineage import _suits
from recommender.topics.news_fields import FieldFinder, Fields, _directions, _of_topic, _parts, news_fields, with_field
from recommender.topics.wide_names import split_field

BASEBALL = (
    "9회말 끝내기 홈런에 잠실이 들썩였다",
    "선발투수 7이닝 무실점, 시즌 10승 고지",
    "타선 폭발한 홈팀, 3연전 싹쓸이",
    "신인 포수 데뷔 첫 안타에 눈물",
)
TRIALS = (
    "횡령 혐의 전 대표 징역 3년 선고",
    "항소심도 유죄, 집행유예 취소",
    "대법원, 임금 소송 파기환송",
    "법원, 영업비밀 침해 배상 판결",
)
RAIN = (
    "내일 전국 흐리고 비, 낮 기온 뚝",
    "폭염경보 확대, 밤에도 열대야",
    "첫눈 소식에 출근길 빙판 주의",
    "태풍 북상에 제주 호우특보",
)


FOOTBALL = (
    "후반 추가시간 결승골, 원정서 웃었다",
    "월드컵 예선 앞둔 감독, 공격수 둘 새로 뽑아",
    "골키퍼 선방에 무승부, K리그 선두 지켜",
    "유럽 리그 데뷔골 터뜨린 미드필더",
)


def archive() -> tuple[list[str], np.ndarray]:
    headlines = [text for texts in (BASEBALL, TRIALS, RAIN) for text in texts for _ in range(12)]
    return headlines, np.repeat([0, 1, 2], 48)


def fields_of(headlines: list[str], topic_of: np.ndarray, count: int) -> list[Fields]:
    finder = FieldFinder.of(headlines)
    return [finder.fields(np.flatnonzero(topic_of == place)) for place in range(count)]


def test_topics_of_an_archive_have_their_fields() -> None:
    found = fields_of(*archive(), 3)
    assert [fields[0][0] for fields in found] == ["야구", "법원·재판", "날씨"]
    assert all(0.5 <= cosine <= 1 for fields in found for _, cosine in fields)


def test_a_topic_of_several_fields_of_a_section_is_called_by_the_section() -> None:
    headlines = [text for texts in (BASEBALL, FOOTBALL, TRIALS, RAIN) for text in texts for _ in range(12)]
    found = fields_of(headlines, np.repeat([0, 0, 1, 2], 48), 3)
    assert [name for name, _ in found[0]] == ["스포츠"]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"법원·재판": 12, "날씨": 8}, ["법원·재판", "날씨"]),
        ({"법원·재판": 19, "날씨": 1}, ["법원·재판"]),
        ({"법원·재판": 6, "범죄·수사": 5, "재난·사고": 2}, ["수사·재판"]),
        ({"야구": 6, "축구": 6, "날씨": 8}, ["스포츠", "날씨"]),
    ],
)
def test_a_mixed_topic_says_both_fields_or_the_section(parts: dict[str, int], said: list[str]) -> None:
    places = {field.name: at for at, field in enumerate(news_fields())}
    rows = _directions()[[places[name] for name, count in parts.items() for _ in range(count)]]
    assert [name for name, _ in _of_topic(rows)] == said


def test_what_all_headlines_are_about_is_no_field() -> None:
    headlines = [text for text in BASEBALL for _ in range(40)]
    everything = np.zeros(len(headlines), dtype=np.int32)
    assert fields_of(headlines, everything, 1) == [()]


def test_few_headlines_and_english_ones_have_none() -> None:
    headlines, topic_of = archive()
    assert fields_of(headlines[::12], topic_of[::12], 3) == [(), (), ()]
    english = [f"The court sentenced the former chief of firm {at} to prison" for at in range(200)]
    assert fields_of(english, np.zeros(200, dtype=np.int32), 1) == [()]
    assert fields_of([], np.zeros(0, dtype=np.int32), 0) == []


def test_a_topic_of_no_headline_has_none() -> None:
    headlines, topic_of = archive()
    assert fields_of(headlines, topic_of, 4)[3] == ()


COURT, CRIME = ("법원·재판", 0.6), ("범죄·수사", 0.58)


@pytest.mark.parametrize(
    ("name", "fields", "told", "called"),
    [
        ("의혹·혐의·검찰", (COURT,), 0.2, "법원·재판: 의혹, 혐의, 검찰"),
        ("의혹·혐의·검찰", (COURT, CRIME), 0.2, "법원·재판, 범죄·수사: 의혹, 혐의"),
        ("재판·의혹", (COURT,), 0.2, "법원·재판: 의혹"),
        ("재판·법원", (COURT,), 0.2, "법원·재판"),
        ("재판", (COURT,), 0.2, "재판"),
        ("수소 환원·고로", (COURT,), 0.2, "법원·재판: 수소 환원, 고로"),
        ("검찰 수사", (COURT,), 0.2, "법원·재판: 검찰 수사"),
        ("검찰 수사", (COURT,), 0.7, "검찰 수사"),
        ("기타: 의혹, 혐의", (COURT,), 0.1, "법원·재판: 의혹, 혐의"),
        ("기타: 의혹, 혐의", (), 0.1, "기타: 의혹, 혐의"),
        ("의혹·혐의", (), 0.5, "의혹·혐의"),
        ("의혹·혐의", (), 0.4, "의혹·혐의 등"),
    ],
)
def test_a_name_behind_its_field(name: str, fields: tuple[tuple[str, float], ...], told: float, called: str) -> None:
    assert with_field(name, fields, told) == called


def test_a_name_is_parted_from_its_field() -> None:
    assert split_field("법원·재판, 범죄·수사: 의혹, 혐의") == ("법원·재판, 범죄·수사", "의혹, 혐의")
    assert split_field("검찰 수사") == ("", "검찰 수사")


def test_a_topic_keeps_its_name_while_the_field_is_the_same() -> None:
    alternatives = ("의혹", "혐의", "검찰 수사")
    assert _suits("법원·재판: 의혹, 혐의", "법원·재판: 혐의, 검찰", alternatives)
    assert _suits("법원·재판: 검찰 수사", "법원·재판: 혐의, 의혹", alternatives)
    assert not _suits("범죄·수사: 의혹, 혐의", "법원·재판: 혐의, 의혹", alternatives)
    assert _suits("의혹·혐의", "검찰 수사", alternatives)


def test_every_field_has_a_name_of_its_own_and_enough_words() -> None:
    names = [field.name for field in news_fields()]
    assert len(set(names)) == len(names) > 60
    assert all(len(field.words) >= 6 for field in news_fields())


def test_a_topic_of_no_field_is_called_by_its_sections() -> None:
    parts = ("스포츠", "문화·연예", "동정")
    assert with_field("기타: 감독, 흥행", (), 0.1, parts) == "기타: 스포츠, 문화·연예, 동정"
    assert with_field("확장·전략·기업", (), 0.4, ("IT·전자", "기업")) == "IT·전자, 기업: 확장, 전략"
    assert with_field("확장·전략·기업", (), 0.2) == "기타: 확장, 전략, 기업", "words that say next to nothing"
    places = {field.name: at for at, field in enumerate(news_fields())}
    rows = _directions()[[places[name] for name in ("야구", "축구", "날씨", "영화·방송", "대중음악") for _ in range(4)]]
    assert _parts(rows, 0.1) == ("문화·연예", "스포츠", "환경·날씨")
    assert _parts(rows[:8], 0.1) == (), "one section is a field"
    assert _parts(rows[:0], 0.0) == ()
