"""One outlet under many names is one: in the corpus, in filters, and by a table that a person adds to."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import run_cli
from worlds import fitted, write_records

from recommender import Corpus, Recommender
from recommender.errors import QueryError, RecipeError
from recommender.text.outlets import Outlets, _built_in


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("뉴시스", "뉴시스"), ("newsis.com", "뉴시스"), ("www.newsis.com", "뉴시스"), ("NEWSIS", "뉴시스"),
        ("https://www.newsis.com/view/1", "뉴시스"), ("mobile.newsis.com", "뉴시스"), ("(주)뉴시스", "뉴시스"),
        ("chosun.com", "조선일보"), ("biz.chosun.com", "조선비즈"), ("m.sports.chosun.com", "스포츠조선"),
        ("한겨레 신문", "한겨레"), ("The Korea Herald", "코리아헤럴드"), ("news.kbs.co.kr", "KBS"),
        ("동네소식", "동네소식"), ("dongne.example", "dongne.example"), ("co.kr", "co.kr"), ("x.co.kr", "x.co.kr"),
    ],
)  # fmt: skip
def test_names(said: str, name: str) -> None:
    assert Outlets.read().name(said) == name


def test_the_table_has_each_name_once_and_covers_the_press() -> None:
    assert len(set(_built_in().values())) >= 60


def test_two_exports_of_one_article_are_one(tmp_path: Path) -> None:
    base = {"title": "시험동 짓는다", "body": "본문", "published": "2024-08-05"}
    rows = [{**base, "outlet": each} for each in ("뉴시스", "newsis.com", "www.newsis.com")]
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        corpus.ingest([write_records(tmp_path / "a.jsonl", rows)])
        (article,) = corpus.articles()
        assert article.outlet == "뉴시스"


@pytest.mark.parametrize("name", ["뉴시스", "newsis.com", "www.newsis.com", " WWW.newsis.com "])
def test_a_domain_alone_names_the_outlet(tmp_path: Path, name: str) -> None:
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        corpus.ingest([write_records(tmp_path / "a.jsonl", [{"title": "시험동 짓는다", "outlet": name}])])
        assert [article.outlet for article in corpus.articles()] == ["뉴시스"]


def test_own_names_come_first_and_read_files_again(tmp_path: Path) -> None:
    path = write_records(tmp_path / "a.jsonl", [{"title": "시험동 짓는다", "outlet": "dongne.example"}])
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        corpus.ingest([path])
        (tmp_path / "outlets.toml").write_text('[outlets]\n"동네소식" = ["dongne.example"]\n', encoding="utf-8")
        corpus.ingest([path])
        assert [article.outlet for article in corpus.articles()] == ["동네소식"]
        assert [fault for _, fault in corpus.faults()] == [""] * 5


@pytest.mark.parametrize("text", ["x = 1", "[outlets]\na = 1", '[outlets]\na = ["b"]\nc = ["b"]', "[outlets"])
def test_a_table_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "outlets.toml").write_text(text, encoding="utf-8")
    with Corpus.open(tmp_path / "corpus.db") as corpus, pytest.raises(RecipeError, match=r"outlets\.toml"):
        corpus.ingest([write_records(tmp_path / "a.jsonl", [{"title": "글"}])])


def test_a_filter_takes_any_name() -> None:
    rows = [{"id": f"n{n}", "title": f"양극재 공장 {n}호 착공", "outlet": "newsis.com"} for n in range(3)]
    desk = Recommender(fitted([*rows, {"id": "o", "title": "양극재 공장 준공", "outlet": "동네소식"}]))
    found = desk.similar("양극재 공장", outlet="www.newsis.com", min_score=0, collapse=False)
    assert {hit.article.outlet for hit in found} == {"뉴시스"}


def test_a_filter_knows_the_names_of_the_home(tmp_path: Path) -> None:
    rows = [{"id": f"n{n}", "title": f"양극재 공장 {n}호 착공", "outlet": "동네소식"} for n in range(3)]
    fitted([*rows, {"id": "o", "title": "양극재 공장 준공", "outlet": "한빛일보"}]).save(tmp_path / "models")
    desk = Recommender.open(tmp_path / "models")
    with pytest.raises(QueryError, match="No article is of outlet"):
        desk.similar("양극재 공장", outlet="dongne.example")
    (tmp_path / "data").mkdir()
    table = tmp_path / "data" / "outlets.toml"
    for name, other in (("동네소식", "한빛일보"), ("한빛일보", "동네소식")):
        table.write_text(f'[outlets]\n"{name}" = ["dongne.example"]\n', encoding="utf-8")
        assert desk.reload()
        found = desk.similar("양극재 공장", outlet="www.dongne.example", min_score=0, collapse=False)
        assert {hit.article.outlet for hit in found} == {name}
        found = desk.similar("양극재 공장", exclude_outlet="dongne.example", min_score=0, collapse=False)
        assert {hit.article.outlet for hit in found} == {other}
    lists = run_cli(tmp_path, "export", "--outlet", "dongne.example", "--workers", "2", "-o", tmp_path / "lists.jsonl")
    assert lists.status == 0, lists.stderr
    table.write_text("no table", encoding="utf-8")
    told = run_cli(tmp_path, "similar", "양극재 공장", "--outlet", "dongne.example")
    assert told.status == 1
    assert "outlets.toml is not TOML" in told.stderr
