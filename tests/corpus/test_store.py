"""The corpus: what becomes one article, what stays two, and who is listed by whom."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from recommender.corpus.store import Corpus
from recommender.errors import CorpusError
from recommender.readers.article import Article, Link
from recommender.readers.notes import IngestReport

from .conftest import ROOT

A = "시험동 짓는다"
B = "수거망 두 배로"
C = "창고에 불… 40분 만에 꺼져"


class Desk:
    """A corpus and a folder to write files into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.corpus = Corpus.open(folder / "data" / "corpus.db")

    def feed(self, *records: object, name: str = "a.jsonl", **options: bool) -> IngestReport:
        path = self.folder / name
        path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in records), encoding="utf-8")
        return self.corpus.ingest([path], **options)  # type: ignore[arg-type]

    @property
    def all(self) -> list[Article]:
        return list(self.corpus.articles())

    @property
    def ids(self) -> list[str]:
        return [article.id for article in self.all]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_empty_corpus(desk: Desk) -> None:
    assert len(desk.corpus) == 0
    assert desk.all == []
    assert list(desk.corpus.links()) == []
    assert desk.corpus.get("x") is None
    assert desk.corpus.near_ids("x") == []
    assert len(desk.corpus.fingerprint()) == 64


def test_one_record_and_its_headlines(desk: Desk) -> None:
    report = desk.feed({"id": "p", "title": A, "body": "본문", "press": "가나", "related": [f"[포토] {B}", C]})
    assert (report.articles_added, report.headlines_added, report.links, report.ok) == (1, 2, 2, True)
    assert len(desk.corpus) == 3
    whole = desk.corpus.get("p")
    assert whole == Article("p", A, "본문", outlet="가나")
    listed = [article for article in desk.all if article.headline_only]
    assert {(article.title, article.tags, article.body) for article in listed} == {
        (f"[포토] {B}", ("포토",), ""),
        (C, (), ""),
    }
    links = list(desk.corpus.links())
    assert [(link.source, link.position) for link in links] == [("p", 0), ("p", 1)]
    assert {link.target for link in links} == {article.id for article in listed}
    assert [desk.corpus.get(link.target) for link in links] == sorted(listed, key=lambda a: a.title != f"[포토] {B}")
    assert [(s.path.endswith("a.jsonl"), s.line, s.kind) for s in desk.corpus.sources("p")] == [(True, 1, "record")]


def test_ids_are_derived_from_content_alone(tmp_path: Path) -> None:
    found = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        desk = Desk(folder)
        desk.feed({"title": f"[단독] {A}", "body": "본문", "related": [B]}, {"body": "제목 없는 본문"})
        found.append(desk.ids)
    assert found[0] == found[1]
    assert all(len(i) == 16 and int(i, 16) >= 0 for i in found[0])
    assert len(found[0]) == 3


@pytest.mark.parametrize("given", [None, "cms-7"])
def test_a_headline_becomes_whole_when_its_page_arrives(desk: Desk, given: str | None) -> None:
    desk.feed({"id": "p", "title": A, "related": [B]})
    (before,) = (a for a in desk.all if a.headline_only)
    report = desk.feed({"id": given, "title": f"{B}(종합)", "body": "본문"}, name="b.jsonl")
    assert report.articles_added == 1
    assert len(desk.corpus) == 2
    after = desk.corpus.get(before.id)
    assert after is not None
    assert after.body == "본문"
    assert after.id == (given or before.id)
    assert list(desk.corpus.links()) == [Link("p", after.id, 0)]
    assert not any(a.headline_only for a in desk.all)


BASE = {"title": A, "body": "본문 하나", "outlet": "가나", "published": "2024-08-05"}


@pytest.mark.parametrize(
    ("other", "count"),
    [
        ({}, 1),
        ({"body": "본문  하나 "}, 1),
        ({"title": f"[단독] {A}"}, 1),
        ({"outlet": None}, 1),
        ({"published": None}, 1),
        ({"published": "2024-08-05T10:00"}, 1),
        ({"body": ""}, 1),
        ({"title": None}, 1),
        ({"id": "x"}, 1),
        ({"body": "본문 둘"}, 2),
        ({"outlet": "다라"}, 2),
        ({"published": "2024-08-06"}, 2),
        ({"title": B}, 2),
        ({"title": None, "body": "본문 둘"}, 2),
    ],
)
def test_what_merges_with_a_record(desk: Desk, other: dict[str, object], count: int) -> None:
    desk.feed(BASE, {**BASE, **other})
    assert len(desk.all) == count
    if count == 1:
        (article,) = desk.all
        assert (article.body.split(), article.outlet) == (["본문", "하나"], "가나")
        assert article.published == ("2024-08-05T10:00" if "T" in str(other.get("published")) else "2024-08-05")
    else:
        assert len(set(desk.ids)) == 2


@pytest.mark.parametrize(
    ("one", "other", "ids"),
    [
        ({"id": "b"}, {"id": "a"}, ["a"]),
        ({"id": "b"}, {}, ["b"]),
        ({"id": "b", "body": ""}, {"id": "a", "body": ""}, ["a", "b"]),
        ({"id": "b", "outlet": None}, {"id": "a", "outlet": None}, ["a", "b"]),
        ({"id": "b", "published": None}, {"id": "a"}, ["a", "b"]),
        ({"id": "b", "body": ""}, {"id": "a"}, ["a", "b"]),
        ({"id": "b"}, {"id": "b"}, ["b"]),
        ({"id": "b", "body": ""}, {"id": "b"}, ["b"]),
        ({"id": "b", "title": None}, {"id": "b", "body": ""}, ["b"]),
    ],
)
def test_which_id_survives(desk: Desk, one: dict[str, object], other: dict[str, object], ids: list[str]) -> None:
    report = desk.feed({**BASE, **one}, {**BASE, **other})
    assert desk.ids == ids
    assert report.merged == 2 - len(ids)
    for record in (one, other):
        if "id" in record:
            assert desk.corpus.resolve(str(record["id"])) in ids


def test_one_given_id_in_two_outlets_keeps_both_and_says_where(desk: Desk) -> None:
    report = desk.feed({**BASE, "id": "x"}, {**BASE, "id": "x", "body": "본문 둘", "outlet": "다라"})
    assert report.ok
    bare, suffixed = desk.ids
    assert bare == "x"
    assert suffixed.startswith("x~")
    assert len(suffixed) == 10
    assert [(note.severity, note.line) for note in report.problems] == [("note", 1), ("note", 2)]
    for note, other in zip(report.problems, (2, 1), strict=True):
        assert repr(suffixed) in note.reason
        assert f"a.jsonl:{other}" in note.reason
    assert {a.body for a in desk.all} == {"본문 하나", "본문 둘"}


def test_two_articles_with_one_headline(desk: Desk) -> None:
    desk.feed({**BASE, "outlet": "가나"}, {**BASE, "outlet": "다라", "body": "본문 둘"})
    bare, suffixed = desk.ids
    assert suffixed.startswith(f"{bare}~")
    assert desk.corpus.resolve(bare) == bare


def test_targets_by_address_then_own_outlet_then_headline(desk: Desk) -> None:
    desk.feed(
        {"id": "t1", "title": B, "outlet": "가나", "body": "하나", "url": "https://gana.example/1"},
        {"id": "t2", "title": B, "outlet": "다라", "body": "둘", "url": "https://dara.example/2"},
        {"id": "s1", "title": "첫 글", "outlet": "가나", "related": [B]},
        {"id": "s2", "title": "둘째 글", "outlet": "다라", "related": [B]},
        {
            "id": "s3",
            "title": "셋째 글",
            "outlet": "가나",
            "related": [{"title": "딴 표제", "url": "http://dara.example/2#top"}],
        },
        {"id": "s4", "title": "넷째 글", "related": [B]},
    )
    assert {link.source: link.target for link in desk.corpus.links()} == {
        "s1": "t1",
        "s2": "t2",
        "s3": "t2",
        "s4": "t1",
    }
    assert not any(a.headline_only for a in desk.all)


def test_no_page_lists_itself_and_no_target_comes_twice(desk: Desk) -> None:
    desk.feed(
        {
            "id": "p",
            "title": A,
            "url": "u/1",
            "related": [A, B, f"[포토] {B}", {"title": "딴 표제", "url": "u/1"}],
        }
    )
    assert [(link.source, link.position) for link in desk.corpus.links()] == [("p", 1)]
    assert desk.corpus.counts().links == 1


def test_the_most_frequent_print_of_a_headline_is_shown(desk: Desk) -> None:
    prints = ["“길부터” 넓혀라", "'길부터' 넓혀라", "'길부터' 넓혀라"]
    desk.feed(*({"title": f"글 {i}", "related": [p]} for i, p in enumerate(prints)))
    assert [a.title for a in desk.all if a.headline_only] == ["'길부터' 넓혀라"]


def listing(folder: Path, name: str, *headlines: str) -> Path:
    """A page that holds a related list and nothing else."""
    path = folder / name
    items = "".join(f"<li><a href='https://x.example/{h}'>{h}</a></li>" for h in headlines)
    path.write_text(f"<html><body><h2>관련기사</h2><ul>{items}</ul></body></html>", encoding="utf-8")
    return path


LISTED = ("수거망을 두 배로 늘린다", "창고에 불 40분 만에 꺼져", "새 시험동 짓는다")


def test_the_list_of_a_page_without_a_text_counts(desk: Desk) -> None:
    page = listing(desk.folder, "p.html", *LISTED)
    report = desk.corpus.ingest([page])
    assert (report.ok, report.problems) == (True, ())
    assert (report.headlines_added, report.articles_added, report.unchanged, report.merged) == (3, 0, 0, 0)
    assert (report.links, desk.corpus.counts().links) == (0, 0), "no article lists them"
    assert {(a.title, a.headline_only) for a in desk.all} == {(headline, True) for headline in LISTED}
    assert all(desk.corpus.get(a.id) == a for a in desk.all)
    before = desk.corpus.fingerprint()
    assert desk.corpus.ingest([page]).headlines_added == 0
    assert desk.corpus.ingest([listing(desk.folder, "q.html", *LISTED)]).headlines_added == 0
    assert desk.corpus.fingerprint() == before
    desk.corpus.ingest([listing(desk.folder, "p.html", LISTED[0])])
    assert desk.corpus.fingerprint() == before, "the other page has them still"
    desk.corpus.ingest([listing(desk.folder, "q.html", LISTED[0])])
    assert [a.title for a in desk.all] == [LISTED[0]]
    assert desk.feed({"id": "x", "title": LISTED[0], "body": "본문"}).articles_added == 1
    assert [(a.id, a.headline_only) for a in desk.all] == [("x", False)]


def test_lists_and_pages_in_any_order_are_one_corpus(tmp_path: Path) -> None:
    found = set()
    for number, order in enumerate(itertools.permutations(range(4))):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        desk = Desk(folder)
        paths = [
            listing(folder, "p.html", *LISTED), listing(folder, "q.html", *LISTED[1:]),
            listing(folder, "r.html", *LISTED), folder / "s.jsonl",
        ]  # fmt: skip
        paths[3].write_text(json.dumps({"title": LISTED[0], "related": LISTED[1:]}), encoding="utf-8")
        for place in order:
            desk.corpus.ingest([paths[place]])
        found.add(desk.corpus.fingerprint())
        assert (len(desk.all), desk.corpus.counts().links) == (3, 2)
    assert len(found) == 1


@pytest.mark.parametrize(
    "text", ["저작권자 ⓒ 가나일보 무단전재 금지\n", "[사진=가나일보]\n", "입력 2024-08-05 11:16\n"]
)
def test_a_page_with_nothing_to_keep_is_noted(desk: Desk, text: str) -> None:
    path = desk.folder / "p.txt"
    path.write_text(text, encoding="utf-8")
    report = desk.corpus.ingest([path])
    assert (report.ok, report.unchanged, report.merged, len(desk.corpus)) == (True, 0, 0, 0)
    assert [(p.path, p.severity, "neither" in p.reason) for p in report.problems] == [(str(path), "note", True)]


def test_titles_of_signs_only_are_kept(desk: Desk) -> None:
    desk.feed({"title": "!!!"}, {"title": "???"}, {"title": "!!!"})
    assert sorted(a.title or "" for a in desk.all) == ["!!!", "???"]


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    record = {**BASE, "related": [B, C]}
    desk.feed(record, record)
    before = desk.corpus.fingerprint()
    report = desk.feed(record, record)
    assert (report.articles_added, report.articles_changed, report.unchanged, report.links) == (0, 0, 2, 0)
    assert desk.corpus.fingerprint() == before


def test_a_changed_file_replaces_what_it_said(desk: Desk) -> None:
    desk.feed({**BASE, "id": "x", "related": [B]}, {"id": "y", "title": "딴 글"}, {"title": "가는 글"})
    report = desk.feed({**BASE, "id": "x", "body": "고친 본문", "related": [C]}, {"id": "y", "title": "딴 글"})
    assert (report.articles_added, report.articles_changed) == (0, 1)
    article = desk.corpus.get("x")
    assert article is not None
    assert article.body == "고친 본문"
    assert [a.title for a in desk.all if a.headline_only] == [C]
    assert len(desk.corpus) == 3


READING = """
import sys
from recommender.corpus.store import Corpus
with Corpus.open(sys.argv[1]) as corpus:
    report = corpus.ingest(sys.argv[2:])
    print(report.articles_changed, report.unchanged, *(article.body for article in corpus.articles()), sep="|")
"""


def test_a_file_is_read_again_when_the_reader_changed(tmp_path: Path) -> None:
    """The version of the reader is that of its source: nobody has to remember it."""
    shutil.copytree(ROOT / "recommender", tmp_path / "recommender", ignore=shutil.ignore_patterns("__pycache__"))
    page = tmp_path / "page.txt"
    page.write_text("시험동 짓는다\n\n포항시는 시험동을 짓는다고 밝혔다.\n눌러서 넘기기\n", encoding="utf-8")

    def read() -> list[str]:
        command = [sys.executable, "-c", READING, str(tmp_path / "corpus.db"), str(page)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=tmp_path,
                              env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1"})  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().split("|")

    whole = "포항시는 시험동을 짓는다고 밝혔다.\n눌러서 넘기기"
    assert read() == ["0", "0", whole]
    rules = tmp_path / "recommender" / "readers" / "rules" / "lines.py"
    source = rules.read_text(encoding="utf-8")
    rules.write_text(source.replace("공유(?:하기)?|", "공유(?:하기)?|눌러서 ?넘기기|", 1), encoding="utf-8")
    assert read() == ["1", "0", whole.split("\n")[0]]
    rules.write_text(rules.read_text(encoding="utf-8") + "# nothing else\n", encoding="utf-8")
    assert read() == ["0", "1", whole.split("\n")[0]]


def test_a_file_broken_later_keeps_what_it_said(desk: Desk) -> None:
    desk.feed({**BASE, "id": "x"})
    before = desk.corpus.fingerprint()
    (desk.folder / "a.jsonl").write_bytes(b"\0" * 500)
    report = desk.corpus.ingest([desk.folder / "a.jsonl"])
    assert not report.ok
    assert "binary" in report.problems[0].reason
    assert desk.corpus.fingerprint() == before


def test_a_bad_file_does_not_stop_the_rest(desk: Desk) -> None:
    (desk.folder / "a.txt").write_bytes(b"")
    (desk.folder / "b.json").write_text("{", encoding="utf-8")
    (desk.folder / "c.txt").write_text("포항시는 시험동을 짓는다고 밝혔다.", encoding="utf-8")
    seen: list[str] = []
    report = desk.corpus.ingest([desk.folder], progress=seen.append)
    assert [Path(p.path).name for p in report.problems if p.severity == "refused"] == ["a.txt", "b.json"]
    assert not report.ok
    assert (report.files_read, len(desk.corpus)) == (1, 1)
    assert [Path(s).name for s in seen] == ["a.txt", "b.json", "c.txt"]


def test_dry_run_reports_and_keeps_nothing(desk: Desk) -> None:
    report = desk.feed({**BASE, "related": [B]}, dry_run=True)
    assert (report.articles_added, report.headlines_added) == (1, 1)
    assert len(desk.corpus) == 0
    assert desk.feed({**BASE, "related": [B]}).articles_added == 1


def test_a_moved_project_knows_its_files(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    desk = Desk(old)
    desk.feed(BASE)
    desk.corpus.close()
    old.rename(new)
    again = Desk(new)
    assert again.feed(BASE).unchanged == 1
    assert again.corpus.counts().sources == 1


def test_near_ids(desk: Desk) -> None:
    desk.feed(*({"id": f"article-{n:04d}", "title": f"글 {n}"} for n in range(300)))
    assert desk.corpus.near_ids("artcle-0123")[0] == "article-0123"
    assert desk.corpus.near_ids("rticle-0123", 1) == ["article-0123"]
    assert len(desk.corpus.near_ids("article")) == 3
    assert desk.corpus.near_ids("가나다") == []


@pytest.mark.parametrize("name", ["", "\ud800", "a\0b", "x" * 100_000])
def test_odd_ids_are_unknown(desk: Desk, name: str) -> None:
    desk.feed(BASE)
    assert desk.corpus.get(name) is None
    assert desk.corpus.near_ids(name) is not None


def test_missing_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no corpus at") as caught:
        Corpus.open(tmp_path / "none.db", create=False)
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x" * 5000, "damaged or not a corpus"),
        (b"SQLite format 3\0" + b"\xff" * 3000, "damaged|cannot be used"),
        (b"", "no tables"),
    ],
)
def test_damaged_corpus(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "corpus.db"
    path.write_bytes(content)
    if content:
        with pytest.raises(CorpusError, match=reason):
            Corpus.open(path)
    else:
        assert len(Corpus.open(path)) == 0


@pytest.mark.parametrize("create", [True, False])
def test_a_database_without_tables_is_taken_over(tmp_path: Path, create: bool) -> None:
    path = tmp_path / "corpus.db"
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.close()
    assert path.stat().st_size > 0
    with Corpus.open(path, create=create) as corpus:
        assert len(corpus) == 0


def test_a_reader_does_not_wait_for_a_writer(desk: Desk) -> None:
    desk.feed(BASE)
    with desk.corpus.snapshot(), Corpus.open(desk.folder / "data" / "corpus.db") as other:
        assert len(desk.corpus) == 1
        other._connection.execute("PRAGMA busy_timeout = 50")
        (desk.folder / "b.txt").write_text("포항시는 시험동을 짓는다고 밝혔다.", encoding="utf-8")
        assert other.ingest([desk.folder / "b.txt"]).articles_added == 1
        assert (len(desk.corpus), len(other)) == (1, 2)


def test_damage_inside_is_one_sentence(desk: Desk) -> None:
    desk.feed(*({"title": f"글 {n}", "body": "본문 " * 500} for n in range(200)))
    desk.corpus.close()
    path = desk.folder / "data" / "corpus.db"
    raw = bytearray(path.read_bytes())
    raw[8192 : len(raw) - 4096] = b"\xa5" * (len(raw) - 4096 - 8192)
    path.write_bytes(raw)
    with pytest.raises(CorpusError, match="damaged"), Corpus.open(path) as corpus:
        corpus.fingerprint()


def test_another_schema_and_other_databases_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    Corpus.open(path).close()
    for version, hint in ((99, "Upgrade this program"), (1, "ingest its files again")):
        with sqlite3.connect(path) as raw:
            raw.execute(f"PRAGMA user_version = {version}")
        raw.close()
        with pytest.raises(CorpusError, match=f"schema {version}.*{hint}"):
            Corpus.open(path)
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE t (x)")
    other.commit()
    other.close()
    with pytest.raises(CorpusError, match="not a corpus"):
        Corpus.open(tmp_path / "other.db")


def test_a_locked_corpus_is_one_sentence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.corpus._connection.execute("PRAGMA busy_timeout = 50")
    holder = sqlite3.connect(desk.folder / "data" / "corpus.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(CorpusError, match="locked"):
        desk.feed(BASE)
    holder.execute("ROLLBACK")
    holder.close()
    assert desk.feed(BASE).articles_added == 1


@pytest.mark.parametrize(("url", "count"), [("https://news.example/1", 1), ("file:///page.html", 2), ("cid:1", 2)])
def test_an_address_of_the_web_alone_tells_what_an_article_is(desk: Desk, url: str, count: int) -> None:
    desk.feed({"title": "방파제 등대 점등", "url": url}, {"title": "방파제 등대 점등 늦춰져", "url": url})
    assert len(desk.all) == count
