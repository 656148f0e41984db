"""Two corpora into one."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from recommender import Corpus

ONE: list[dict[str, Any]] = [
    {"id": "1", "title": "양극재 공장 착공", "body": "영일만산단에 공장을 짓는다.", "published": "2024-03-04",
     "outlet": "동해신문", "related": ["배터리 특구 연장"]},
    {"id": "2", "title": "배터리 특구 연장", "published": "2024-03-05", "outlet": "경북저널"},
    {"id": "3", "title": "과메기 축제에 관광객 몰려", "published": "2024-11-20", "outlet": "동해신문"},
]  # fmt: skip
TWO: list[dict[str, Any]] = [
    {"id": "1", "title": "양극재 공장 착공(정정)", "body": "영일만산단에 공장을 세운다.", "published": "2024-03-04",
     "updated": "2024-03-09", "outlet": "동해신문"},
    {"id": "2", "title": "배터리 특구 연장", "published": "2024-03-05", "outlet": "경북저널"},
    {"id": "9", "title": "급속충전기 1천기 추가", "published": "2025-01-07", "outlet": "한빛일보"},
]  # fmt: skip


def made(folder: Path, *sets: list[dict[str, Any]]) -> Path:
    with Corpus.open(folder / "corpus.db") as corpus:
        for number, records in enumerate(sets):
            corpus.add(records, name=f"set {number}")
    return folder / "corpus.db"


def test_both_orders_give_the_same(tmp_path: Path) -> None:
    found = []
    for name, first, second in (("a", ONE, TWO), ("b", TWO, ONE)):
        mine, other = made(tmp_path / name, first), made(tmp_path / f"{name}2", second)
        with Corpus.open(mine) as corpus:
            report = corpus.ingest([other])
            assert report.ok
            assert report.files_read == 1
            assert [fault for _, fault in corpus.faults()] == [""] * 5
            found.append((corpus.fingerprint(), [a.title for a in corpus.articles()]))
            article = corpus.get("1")
            assert article
            assert article.title == "양극재 공장 착공(정정)"
            assert [earlier.title for earlier in corpus.history("1")] == ["양극재 공장 착공"]
            assert {source.path for source in corpus.sources("2")} == {"set 0"}
            before = corpus.fingerprint()
            again = corpus.ingest([other])
            assert (again.articles_added, again.articles_changed, again.unchanged) == (0, 0, 3)
            assert corpus.fingerprint() == before
    assert found[0] == found[1]


def test_the_same_as_one_corpus_that_read_all(tmp_path: Path) -> None:
    with Corpus.open(made(tmp_path / "a", ONE)) as corpus, Corpus.open(made(tmp_path / "c", ONE, TWO)) as whole:
        corpus.ingest([made(tmp_path / "b", TWO)])
        assert corpus.fingerprint() == whole.fingerprint()


def test_history_of_the_other_comes_along(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "new.db") as corpus:
        corpus.ingest([made(tmp_path / "b", ONE, TWO)])
        assert [earlier.title for earlier in corpus.history("1")] == ["양극재 공장 착공"]


def test_what_the_other_lost_or_changed_goes_when_it_is_read_again(tmp_path: Path) -> None:
    other = made(tmp_path / "b", TWO)
    with Corpus.open(made(tmp_path / "a", ONE)) as corpus:
        corpus.ingest([other])
        made(tmp_path / "b", [TWO[1]])
        corpus.ingest([other])
        assert corpus.get("9") is None
        assert corpus.get("1").title == "양극재 공장 착공"  # type: ignore[union-attr]


def test_what_was_removed_in_either_is_in_neither_order(tmp_path: Path) -> None:
    found = []
    for name, first, second in (("a", ONE, TWO), ("b", TWO, ONE)):
        mine, other = made(tmp_path / name, first), made(tmp_path / f"{name}2", second)
        gone = {"a": ("3", "2"), "b": ("2", "3")}[name]
        for path, article in zip((mine, other), gone, strict=True):
            with Corpus.open(path) as corpus:
                corpus.remove([article])
        with Corpus.open(mine) as corpus:
            report = corpus.ingest([other])
            assert report.removed == (1 if name == "a" else 0)
            assert corpus.get("2") is corpus.get("3") is None
            found.append([a.id for a in corpus.articles()])
            assert "배터리 특구 연장" not in [entry.headline for entry in corpus.listed()]
            corpus.add(ONE, name="an old file")
            assert corpus.get("2") is corpus.get("3") is None
    assert found[0] == found[1] == ["1", "9"]


def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    other = made(tmp_path / "b", TWO)
    with Corpus.open(other) as corpus:
        corpus.remove(["2"])
    with Corpus.open(made(tmp_path / "a", ONE)) as corpus:
        before = corpus.fingerprint()
        assert corpus.ingest([other], dry_run=True).articles_added == 1
        assert corpus.fingerprint() == before
        assert not len(corpus.removed())


def _flip(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE records SET title = 'x' WHERE given = '9'")
    connection.close()


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def _foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:9000])


@pytest.mark.parametrize(
    ("harm", "said"),
    [(_flip, "damaged corpus"), (_newer, "schema 99"), (_foreign, "not a corpus"), (_cut, "damaged")],
    ids=["flipped", "newer", "foreign", "cut"],
)
def test_one_that_cannot_be_trusted_is_refused(tmp_path: Path, harm: Any, said: str) -> None:
    other = made(tmp_path / "b", TWO)
    harm(other)
    with Corpus.open(made(tmp_path / "a", ONE)) as corpus:
        before = corpus.fingerprint()
        report = corpus.ingest([other])
        assert not report.ok
        assert said in str(report.problems[0])
        assert "\n" not in str(report.problems[0])
        assert corpus.fingerprint() == before


def test_the_corpus_itself_is_no_other(tmp_path: Path) -> None:
    with Corpus.open(made(tmp_path / "a", ONE)) as corpus:
        assert "the corpus itself" in str(corpus.ingest([tmp_path / "a" / "corpus.db"]).problems[0])
