"""The alias table: built in, and a person's own beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from worlds import fitted

from recommender import Recommender, RecommenderError
from recommender.aliases import load_aliases
from recommender.lexicon import Aliases


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
    assert caught.value.mend


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
