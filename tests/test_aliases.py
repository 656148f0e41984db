"""The alias table: built in, and a person's own beside it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from conftest import ROOT
from worlds import fitted

from recommender import Recommender, RecommenderError
from recommender.text.aliases import load_aliases
from recommender.text.analyzer import Aliases


def table(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "aliases.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_without_a_file_the_built_in_table_holds(tmp_path: Path) -> None:
    assert load_aliases(None) == load_aliases(tmp_path / "none.toml")
    assert load_aliases(None).names["포스코케미칼"] == "포스코퓨처엠"
    assert load_aliases(None).names["2차전지"] == "이차전지"


def test_a_file_adds_and_replaces(tmp_path: Path) -> None:
    path = table(tmp_path, '\ufeff[aliases]\n"가스공사" = ["KOGAS", " 한국 가스공사 "]\n"포스텍" = ["포공"]\n')
    names = load_aliases(path).names
    assert names["kogas"] == names["한국 가스공사"] == "가스공사"
    assert names["포공"] == "포스텍"
    assert "포항공대" not in names, "the key of the built-in table is replaced"
    assert names["포스코케미칼"] == "포스코퓨처엠"


@pytest.mark.parametrize(
    ("groups", "last"),
    [
        ({"가나": ["다라"], "마바": ["가나"]}, "마바"),
        ({"마바": ["가나"], "가나": ["다라"]}, "마바"),
        ({"가 나": ["다라"], "마바": ["가 나"]}, "마바"),
        ({"가나": ["다라"], "마바": ["가나"], "사아": ["마바"]}, "사아"),
    ],
)
def test_a_name_of_a_name_is_one_of_the_last(groups: dict[str, list[str]], last: str) -> None:
    aliases = Aliases.of(groups)
    assert aliases.apply("다라") == aliases.apply(aliases.apply("다라")) == last


def test_a_chain_from_a_file_through_the_built_in_table(tmp_path: Path) -> None:
    names = load_aliases(table(tmp_path, '[aliases]\n"포항공대" = ["포공대"]\n')).names
    assert names["포공대"] == names["포항공대"] == "포스텍"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('"가나" = ["다라"]\n"마바" = ["다라"]', ["'다라'", "'가나' (PATH)", "'마바' (PATH)"]),
        ('"가나" = ["ABC"]\n"마바" = [" ａｂｃ "]', ["'abc'", "'가나' (PATH)", "'마바' (PATH)"]),
        ('"가나" = ["포항공대"]', ["'포항공대'", "'포스텍' (the built-in table)", "'가나' (PATH)"]),
        ('"가나" = ["다라"]\n"다라" = ["가나"]', ["PATH", "'가나' and '다라' are names of each other"]),
    ],
)
def test_a_name_of_two_is_refused(tmp_path: Path, text: str, named: list[str]) -> None:
    path = table(tmp_path, f"[aliases]\n{text}\n")
    with pytest.raises(RecommenderError) as caught:
        load_aliases(path)
    assert [part for part in named if part.replace("PATH", str(path)) not in caught.value.problem] == []
    assert caught.value.hint


def test_a_name_twice_under_one_key_is_no_mistake(tmp_path: Path) -> None:
    path = table(tmp_path, '[aliases]\n"가나" = ["다라", " 다라"]\n"포스텍" = ["포항공대"]\n')
    assert load_aliases(path).names["다라"] == "가나"


@pytest.mark.parametrize("empty", ["", "[aliases]\n", "# nothing\n"])
def test_an_empty_file_is_the_built_in_table(tmp_path: Path, empty: str) -> None:
    assert load_aliases(table(tmp_path, empty)) == load_aliases(None)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[aliases", "TOML"),
        ('[aliases]\n"가" = "나"\n', "가"),
        ('[aliases]\n"가" = [1]\n', "가"),
        ('[aliases]\n"가" = [" "]\n', "가"),
        ('[aliases]\n"" = ["나"]\n', "''"),
        ('[names]\n"가" = ["나"]\n', "names"),
        ("aliases = 3\n", "aliases"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_table_that_is_not_understood_is_refused(tmp_path: Path, text: str | bytes, named: str) -> None:
    path = table(tmp_path, text)
    with pytest.raises(RecommenderError) as caught:
        load_aliases(path)
    assert named in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.hint


def test_a_folder_in_place_of_the_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecommenderError):
        load_aliases(tmp_path)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tk신공항 착공", "신공항 착공"),
        ("atk신공항", "atk신공항"),
        ("대구 경북 신공항은", "신공항은"),
        ("대구경북신공항은", "신공항은"),
        ("c++ 개발", "c플플 개발"),
    ],
)
def test_apply(text: str, wanted: str) -> None:
    aliases = Aliases.of({"신공항": ["TK신공항", "대구 경북 신공항"], "C플플": ["C++"]})
    assert aliases.apply(text) == wanted


def test_the_longest_name_wins() -> None:
    aliases = Aliases.of({"가": ["엘지"], "나": ["엘지 화학"]})
    assert aliases.apply("엘지 화학 엘지") == "나 가"


def test_a_name_that_is_its_own_alias_is_left_out() -> None:
    assert Aliases.of({"SK온": ["sk온", "SK 온"]}).names == {"sk 온": "sk온"}


def test_no_aliases_change_nothing() -> None:
    assert Aliases({}).apply("2차전지") == "2차전지"


def test_a_users_alias_joins_articles() -> None:
    rows = [
        {"id": "a", "title": "티케이포트 부지 매입 시작"},
        {"id": "b", "title": "통합공항 활주로 설계 공모"},
        {"id": "c", "title": "구룡포 과메기 축제 개막"},
    ]
    without = Recommender(fitted(rows)).similar(id="a", min_score=0)
    joined = Recommender(fitted(rows, aliases=Aliases.of({"통합공항": ["티케이포트"]}))).similar(id="a", min_score=0)
    assert "b" not in [hit.article.id for hit in without]
    assert [hit.article.id for hit in joined][:1] == ["b"]


BUILT_IN = load_aliases(None)


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("POSCO Future M's cathode plant in Pohang", "포스코퓨처엠's 양극재 plant in 포항"),
        ("Gyeongsangbuk-do and Gyeongsangbukdo", "경북 and 경북"),
        ("Gyeongbuk, Gumi, Ulsan", "경북, 구미, 울산"),
        ("Samsung SDI and LG Energy Solution", "삼성sdi and lg에너지솔루션"),
        ("EcoPro BM of EcoPro", "에코프로비엠 of 에코프로"),
        ("battery recycling special zone", "배터리 리사이클링 특구"),
        ("regulation-free special zone", "규제자유특구"),
        ("used batteries, secondary battery", "사용후배터리, 이차전지"),
        ("North Korea is not South Korea", "북한 is not 한국"),
        ("POSCO홀딩스와 POSCO", "포스코홀딩스와 포스코"),
        ("an EV6 is no EV", "an ev6 is no 전기차"),
        ("gumiho, ulsanite, prebattery", "gumiho, ulsanite, prebattery"),
    ],
)
def test_english_names_become_the_korean_ones(english: str, korean: str) -> None:
    assert BUILT_IN.apply(english.lower()) == korean


def test_a_name_of_the_built_in_table_means_one_thing() -> None:
    table = tomllib.loads((ROOT / "recommender" / "text" / "aliases.toml").read_text("utf-8"))["aliases"]
    names = [name.lower() for others in table.values() for name in others]
    assert len(names) == len(set(names))
    assert not {key.lower() for key in table} & set(names), "a name that stands for all is no other name"


def test_what_has_its_name_keeps_it() -> None:
    """하이닉스 stands in SK하이닉스, 포스코인터 in 포스코인터내셔널: a canonical name is not changed again."""
    for name, canonical in BUILT_IN.names.items():
        assert BUILT_IN.apply(name) == canonical
        assert BUILT_IN.apply(canonical) == canonical


def test_an_english_question_finds_a_korean_article_and_the_other_way() -> None:
    rows = [
        {"id": "ko", "title": "포스코퓨처엠, 구미 양극재 공장 착공"},
        {"id": "en", "title": "LG Energy Solution opens battery academy in Gyeongbuk"},
        {"id": "off", "title": "구룡포 과메기 축제 개막"},
        {"id": "more", "title": "프로야구 개막전 매진"},
    ]
    desk = Recommender(fitted(rows))
    for text, wanted in (("POSCO Future M in Gumi", "ko"), ("엘지에너지솔루션 경북 배터리", "en")):
        assert desk.similar(text, min_score=0)[0].article.id == wanted
