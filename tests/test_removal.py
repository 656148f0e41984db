"""What is removed is gone: from the corpus, from every answer at once, and, after a training, from every file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import run_cli
from worlds import RECORDS, fitted, small_model, write_records

from recommender import Corpus, Recommender, open_model
from recommender.corpus import removal
from recommender.errors import InputError, QueryError
from recommender.ranking.removal import without

SECRET: dict[str, Any] = {
    "id": "secret-1", "title": "홍길순 양극재 공장 절도 혐의 갸름돌마을서 붙잡혀",
    "body": "경찰은 홍길순 씨를 뚝섬골에서 체포했다. 꽁치손 목격자가 신고했다.", "outlet": "누리일보",
    "published": "2024-02-02", "url": "https://nuri.example/holgilsun", "author": "최멧돌",
}  # fmt: skip
WORDS = ("홍길순", "갸름돌마을", "뚝섬골", "꽁치손", "holgilsun", "최멧돌", "secret-1", "절도 혐의")
LISTING: dict[str, Any] = {
    "id": "lists-1", "title": "오늘의 포항 소식 모음", "outlet": "아침신문", "published": "2024-02-03",
    "related": [SECRET["title"], "양극재 공장 준공", {"title": "딴 이름", "url": SECRET["url"]}],
}  # fmt: skip
ALL = [*RECORDS, SECRET, LISTING]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose sources lie beside it, with the secret in the corpus and in a version."""
    home = tmp_path / "home"
    assert run_cli(home, "ingest", write_records(tmp_path / "records.jsonl", ALL)).status == 0
    fitted(ALL).save(home / "models", created="2026-01-01T00:00:00+00:00")
    return home


def told(home: Path, *args: str) -> str:
    done = run_cli(home, *args)
    assert done.status == 0, done.stderr
    return done.stdout


def holders(folder: Path) -> dict[str, list[str]]:
    """The files that hold a word of the secret, in the bytes of any encoding in use."""
    found: dict[str, list[str]] = {}
    for path in filter(Path.is_file, folder.rglob("*")):
        held = path.read_bytes()
        for word in WORDS:
            if any(word.encode(code) in held for code in ("utf-8", "utf-16-le", "cp949")) or _escaped(word) in held:
                found.setdefault(str(path.relative_to(folder)), []).append(word)
    return found


def _escaped(word: str) -> bytes:
    return json.dumps(word)[1:-1].encode()


def test_no_byte_of_it_is_left_after_a_training_and_a_pruning(home: Path) -> None:
    assert {"data/corpus.db"} < set(holders(home))
    done = run_cli(home, "remove", "secret-1", "--reason", "판결")
    assert done.status == 0, done.stderr
    assert "1 article removed, 2 entries" in done.stdout
    assert "records.jsonl was read" in done.stderr
    assert not [name for name in holders(home) if not name.startswith("models/")]
    refused = run_cli(home, "models", "prune", "--removed")
    assert refused.status == 1
    assert "Train first" in refused.stderr
    told(home, "update", "--quiet")
    assert run_cli(home, "models", "prune", "--removed").status == 1, "an update keeps the words of the one before"
    told(home, "train", "--quiet")
    assert "v0001, v0002" in run_cli(home, "models", "prune", "--removed").stderr
    assert holders(home) == {}
    assert [path.name for path in (home / "models").glob("v*")] == ["v0003"]
    told(home, "check")


def test_it_is_out_of_every_answer_at_once(home: Path) -> None:
    assert "secret-1" in told(home, "similar", SECRET["title"][4:], "--format", "json", "--min-score", "0")
    told(home, "remove", "secret-1")
    answers = [
        told(home, "similar", "공장 체포 신고", "--format", "json", "--min-score", "0"),
        told(home, "similar", "--id", "lists-1", "--format", "json", "--min-score", "0", "-k", "50"),
        told(home, "export"),
        told(home, "topics", "--assignments", "--format", "jsonl"),
        told(home, "topics", "--format", "json"),
        told(home, "articles", "--format", "json"),
    ]
    report = home / "report.html"
    told(home, "report", "-o", str(report))
    for text in (*answers, report.read_text(encoding="utf-8")):
        assert not [word for word in WORDS if word in text]
    asked = run_cli(home, "similar", "--id", "secret-1")
    assert asked.status == 1
    assert "no article" in asked.stderr
    (stone,) = json.loads(told(home, "articles", "--removed", "--format", "json"))
    assert set(stone) == {"id", "time", "by", "reason"}
    assert stone["id"] != "secret-1"


def test_a_model_without_an_article_answers_as_one_that_was_made_without_it() -> None:
    model = fitted(ALL)
    row = model.catalogue.row("secret-1")
    left = without(model, np.array([row]))
    assert list(left.catalogue.ids) == [name for name in model.catalogue.ids if name != "secret-1"]
    before, after = Recommender(model), Recommender(left)
    for record in RECORDS[:5]:
        asked, now = (
            {hit.article.id: hit.score for hit in each.similar(id=record["id"], k=30, min_score=0)}
            for each in (before, after)
        )
        asked.pop("secret-1", None)
        assert list(asked)[:8] == list(now)[:8]
        # the article that is gone was one of the candidates by which the others are judged: of two dozen that tells
        assert list(asked.values())[:8] == pytest.approx(list(now.values())[:8], abs=0.12)


def test_an_old_file_does_not_bring_it_back(tmp_path: Path) -> None:
    other = {**SECRET, "id": "other-1", "title": "다른 글", "url": "https://nuri.example/2", "body": "다른 본문"}
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        corpus.ingest([write_records(tmp_path / "a.jsonl", [SECRET, other])])
        corpus.remove(["secret-1"])
        copy = {key: value for key, value in SECRET.items() if key not in ("id", "url")}
        for name, record in (
            ("b", SECRET),
            ("c", copy),
            ("d", {**SECRET, "title": "고친 표제"}),
            ("e", {**copy, "id": "z"}),
        ):
            report = corpus.ingest([write_records(tmp_path / f"{name}.jsonl", [record, LISTING])])
            assert report.ok
            assert any("left out" in problem.reason for problem in report.problems)
        assert [a.id for a in corpus.articles() if not a.headline_only] == ["lists-1", "other-1"]
        assert not [a for a in corpus.articles() if a.title in (SECRET["title"], "딴 이름")]
        assert [fault for _, fault in corpus.faults()] == [""] * 5


def test_a_headline_known_from_lists_alone_is_removed_with_its_entries(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        corpus.ingest([write_records(tmp_path / "a.jsonl", [LISTING])])
        (name,) = [a.id for a in corpus.articles() if a.title == SECRET["title"]]
        corpus.remove([name])
        assert SECRET["title"] not in [a.title for a in corpus.articles()]
        assert corpus.get(name) is None


def test_a_record_that_says_so_removes_in_any_order(tmp_path: Path) -> None:
    out = {"id": "secret-1", "removed": True}
    for number, order in enumerate(([SECRET, out], [out, SECRET], [out])):
        folder = tmp_path / str(number)
        folder.mkdir()
        with Corpus.open(folder / "corpus.db") as corpus:
            for at, record in enumerate(order):
                corpus.ingest([write_records(folder / f"{at}.jsonl", [record, RECORDS[9]])])
            assert [a.id for a in corpus.articles()] == [RECORDS[9]["id"]]
            assert len(corpus.removed()) == 1
            assert corpus.ingest(sorted(folder.glob("[0-9].jsonl"))).ok


def test_earlier_versions_go_with_their_article(tmp_path: Path) -> None:
    later = {**SECRET, "title": "누명 벗었다", "body": "경찰은 홍길순 씨를 풀어 주었다.", "updated": "2024-03-01"}
    with Corpus.open(tmp_path / "home" / "corpus.db") as corpus:
        corpus.ingest([write_records(tmp_path / "a.jsonl", [SECRET, later, RECORDS[0]])])
        corpus.remove(["secret-1"])
    assert holders(tmp_path / "home") == {}


def test_unknown_ids_are_refused_with_the_nearest_and_nothing_goes(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        corpus.ingest([write_records(tmp_path / "a.jsonl", [SECRET])])
        with pytest.raises(QueryError, match="Nearest ids: secret-1"):
            corpus.remove(["secret-1", "secret-2"])
        assert len(corpus) == 1
        corpus.remove(["secret-1"])
        with pytest.raises(QueryError, match="removed before"):
            corpus.remove(["secret-1"])


def test_ids_come_from_a_file_too(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run_cli(home, "ingest", write_records(tmp_path / "records.jsonl", [SECRET, LISTING, RECORDS[0]]))
    names = tmp_path / "ids.txt"
    names.write_text('secret-1\n\n{"id": "lists-1"}\n', encoding="utf-8")
    assert told(home, "remove", "--from", str(names)).startswith("2 articles removed")
    names.write_text('{"title": "no id"}\n', encoding="utf-8")
    done = run_cli(home, "remove", "--from", str(names))
    assert (done.status, "line 1" in done.stderr) == (1, True)


def test_a_damaged_file_of_tombstones_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "removed.jsonl").write_text('{"id": 3}\n', encoding="utf-8")
    fitted(RECORDS).save(tmp_path / "models")
    with pytest.raises(InputError, match="line 1"):
        open_model(tmp_path / "models")


def test_a_removal_is_lifted(tmp_path: Path) -> None:
    """The article comes back from the same file, not before it is read; a model of before goes on without it."""
    file = write_records(tmp_path / "r.jsonl", RECORDS)
    small_model().save(tmp_path / "models")
    assert run_cli(tmp_path, "ingest", file).status == 0
    assert run_cli(tmp_path, "remove", "fish-1", "fish-2", "--reason", "wrong one").status == 0
    refused = run_cli(tmp_path, "remove", "--undo", "fish-1", "nobody")
    assert (refused.status, "No article 'nobody' is removed" in refused.stderr) == (1, True)
    assert run_cli(tmp_path, "ingest", file).status == 0
    with Corpus.open(tmp_path / "data" / "corpus.db") as corpus:
        assert corpus.get("fish-1") is None
        before = len(corpus)
    lifted = run_cli(tmp_path, "remove", "--undo", "fish-1")
    assert (lifted.status, lifted.stdout) == (0, "1 removal lifted.\n")
    assert json.loads(run_cli(tmp_path, "articles", "--removed", "--format", "jsonl").stdout)["reason"] == "wrong one"
    assert run_cli(tmp_path, "similar", "--id", "fish-1").status == 1
    assert run_cli(tmp_path, "ingest", file).status == 0
    with Corpus.open(tmp_path / "data" / "corpus.db") as corpus:
        assert corpus.get("fish-1") is not None
        assert corpus.get("fish-2") is None
        assert len(corpus) == before + 1
        assert [fault for _, fault in corpus.faults()] == [""] * 5
    assert run_cli(tmp_path, "similar", "--id", "fish-1").status == 1
    assert run_cli(tmp_path, "update", "--quiet").status == 0
    assert run_cli(tmp_path, "similar", "--id", "fish-1").status == 0
    assert run_cli(tmp_path, "similar", "--id", "fish-2").status == 1
    assert run_cli(tmp_path, "remove", "fish-1").status == 0
    assert run_cli(tmp_path, "similar", "--id", "fish-1").status == 1
    assert run_cli(tmp_path, "ingest", file).status == 0
    with Corpus.open(tmp_path / "data" / "corpus.db") as corpus:
        assert corpus.get("fish-1") is None


@pytest.mark.parametrize("command", ["update", "retrain", "train"])
def test_what_comes_back_as_it_was_is_answered_again(tmp_path: Path, command: str) -> None:
    """The corpus is then as the version knew it, and the version goes without the article all the same."""
    file = write_records(tmp_path / "r.jsonl", RECORDS)
    assert run_cli(tmp_path, "ingest", file).status == 0
    assert run_cli(tmp_path, "train", "--quiet").status == 0
    for args in (["remove", "fish-1"], ["remove", "--undo", "fish-1"], ["ingest", file]):
        assert run_cli(tmp_path, *args).status == 0
    assert run_cli(tmp_path, "similar", "--id", "fish-1").status == 1
    done = run_cli(tmp_path, command)
    assert done.status in (0, 3), done.stderr
    if done.status == 0:
        assert run_cli(tmp_path, "similar", "--id", "fish-1").status == 0
    if command == "retrain":
        assert "unchanged" not in (tmp_path / "models" / "retrain.log").read_text("utf-8")


def test_many_articles_of_one_file_are_sealed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of 70,000 records was hashed again for each of 20 articles."""
    sealed: list[int] = []
    store_digest = removal.store_digest
    monkeypatch.setattr(
        removal, "store_digest", lambda connection, source: (sealed.append(source), store_digest(connection, source))
    )
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        corpus.ingest([write_records(tmp_path / "r.jsonl", RECORDS)])
        assert corpus.remove(["fish-1", "fish-2", "zone-1", "charge-2"]).articles == 4
        assert len(sealed) == 1
        assert [fault for _, fault in corpus.faults()] == [""] * 5
