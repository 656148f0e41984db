"""People's decisions on pairs: first or never, in answers and exports, through every training."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import run_cli
from worlds import small_model

from recommender import Recommender, SearchOptions
from recommender.errors import InputError, QueryError
from recommender.ranking import pairs
from recommender.ranking.pairs import FILE, Decided, Decision, PairLog


@pytest.fixture
def home(tmp_path: Path) -> Path:
    small_model().save(tmp_path / "models", created="2026-01-01T00:00:00+00:00")
    return tmp_path


def listed(home: Path, article: str, **options: Any) -> list[tuple[str, bool]]:
    answer = Recommender.open(home / "models").similar(id=article, **options)
    return [(hit.article.id, hit.pinned) for hit in answer]


def decide(home: Path, *args: str) -> None:
    done = run_cli(home, "related", *args)
    assert done.status == 0, done.stderr


def test_a_pinned_article_is_first_and_a_blocked_one_never(home: Path) -> None:
    before = [name for name, _ in listed(home, "plant-1", k=5)]
    assert "fish-1" not in before
    decide(home, "pin", "plant-1", "fish-1", "--reason", "같은 날")
    decide(home, "block", "plant-1", before[0])
    after = listed(home, "plant-1", k=5)
    assert after[0] == ("fish-1", True)
    assert before[0] not in [name for name, _ in after]
    assert "plant-1" not in [name for name, _ in listed(home, before[0], k=20, min_score=0)]
    assert [pinned for _, pinned in after[1:]] == [False] * (len(after) - 1)
    rows = [json.loads(line) for line in run_cli(home, "export", "-k", "3").stdout.splitlines()]
    entries = next(row["related"] for row in rows if row["id"] == "plant-1")
    assert (entries[0]["id"], entries[0]["pinned"]) == ("fish-1", True)
    assert not [entry for entry in entries[1:] if "pinned" in entry]
    (hit, *_) = json.loads(run_cli(home, "similar", "--id", "plant-1", "--format", "json").stdout)["results"]
    assert (hit["rank"], hit["id"], hit["pinned"]) == (1, "fish-1", True)
    (first, second) = json.loads(run_cli(home, "related", "list", "--format", "json").stdout)
    assert (first["action"], first["reason"], second["action"]) == ("pin", "같은 날", "block")
    assert first["time"]
    small_model().save(home / "models")
    assert listed(home, "plant-1", k=5) == after, "another version, the same decisions"


def test_the_last_decision_counts_and_undo_takes_it_back(home: Path) -> None:
    decide(home, "pin", "plant-1", "fish-1")
    decide(home, "block", "fish-1", "plant-1")
    assert "fish-1" not in [name for name, _ in listed(home, "plant-1", k=20, min_score=0)]
    decide(home, "undo")
    assert listed(home, "plant-1")[0] == ("fish-1", True)
    decide(home, "undo")
    assert ("fish-1", True) not in listed(home, "plant-1")
    assert run_cli(home, "related", "undo").status == 1


def test_a_decision_made_twice_is_taken_back_by_one_undo(home: Path) -> None:
    for action in ("pin", "block"):
        for _ in range(2):
            decide(home, action, "plant-1", "fish-1")
    decide(home, "block", "fish-1", "plant-1")
    assert [d.action for d in PairLog.read(home / "data" / FILE).decisions] == ["pin", "block"]
    decide(home, "undo")
    decide(home, "undo")
    assert not PairLog.read(home / "data" / FILE).standing
    assert "fish-1" not in [name for name, _ in listed(home, "plant-1", k=5)]


def test_each_of_two_articles_is_pinned_in_the_list_of_the_other(home: Path) -> None:
    decide(home, "pin", "plant-1", "fish-1")
    decide(home, "pin", "fish-1", "plant-1")
    assert listed(home, "plant-1", k=3)[0] == ("fish-1", True)
    assert listed(home, "fish-1", k=3)[0] == ("plant-1", True)
    decide(home, "block", "plant-1", "fish-1")
    assert [d.action for d in PairLog.read(home / "data" / FILE).standing] == ["block"]
    decide(home, "undo")
    decide(home, "undo")
    assert listed(home, "plant-1", k=3)[0] == ("fish-1", True)
    assert ("plant-1", True) not in listed(home, "fish-1", k=3)


def test_filters_and_k_hold_for_pins_too(home: Path) -> None:
    decide(home, "pin", "plant-1", "fish-1")
    decide(home, "pin", "plant-1", "charge-1")
    assert listed(home, "plant-1", k=1) == [("fish-1", True)]
    assert listed(home, "plant-1", k=2, outlet="경북저널")[0] == ("charge-1", True)
    assert [name for name, pinned in listed(home, "plant-1", until="2020") if pinned] == []


def test_unknown_ids_and_one_article_twice_are_refused(home: Path) -> None:
    done = run_cli(home, "related", "pin", "plant-1", "fish-9")
    assert done.status == 1
    assert "fish-1" in done.stderr
    assert run_cli(home, "related", "block", "plant-1", "plant-1").status == 1
    assert not (home / "data" / FILE).exists()


def test_decisions_are_kept_and_taken_back_in_one_way(tmp_path: Path) -> None:
    path, who = tmp_path / FILE, {"by": "김", "reason": "같은\n날"}
    names = {"a": "a", "alias of a": "a", "b": "b", "c": "c"}
    first = pairs.decide(path, names.__getitem__, "pin", "alias of a", "b", **who)
    second = pairs.decide(path, names.__getitem__, "block", "a", "c", **who)
    assert (first.article, first.other, first.by, first.reason) == ("a", "b", "김", "같은 날")
    with pytest.raises(QueryError, match="alias of a and a are one article"):
        pairs.decide(path, names.__getitem__, "pin", "alias of a", "a", **who)
    for line in ("", "3", "x"):
        with pytest.raises(QueryError, match="does not stand"):
            pairs.undo(path, line, **who)
    made, last = pairs.undo(path, "1", **who)
    assert (made.action, made.line, made.by, last) == ("undo", 1, "김", first)
    assert pairs.undo(path, **who)[1] == second
    with pytest.raises(QueryError, match="no decision to undo"):
        pairs.undo(path, **who)


def test_a_decision_on_an_article_that_is_gone_is_told(home: Path) -> None:
    log = PairLog(home / "data" / FILE)
    log.add(Decision("pin", "plant-1", "lost-1"))
    (problem,) = Recommender.open(home / "models").problems
    assert "lost-1" in problem
    assert "line 1" in problem


def test_a_damaged_line_is_told(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / FILE).write_text('{"action": "love"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        Recommender.open(home / "models")


def test_a_text_is_asked_without_decisions(home: Path) -> None:
    model = small_model()
    row, other = model.catalogue.row("plant-1"), model.catalogue.row("fish-1")
    desk = Recommender(model, decided=Decided(pins={row: [other]}))
    assert not any(hit.pinned for hit in desk.similar("양극재 공장", options=SearchOptions()))


def test_check_reads_decisions_and_removals_too(home: Path) -> None:
    decide(home, "pin", "plant-1", "fish-1")
    (home / "data" / "removed.jsonl").write_text("nothing\n", encoding="utf-8")
    done = run_cli(home, "check", "--format", "json")
    states = {row["what"]: row["state"] for row in json.loads(done.stdout)}
    assert (states["data/related.jsonl"], states["data/removed.jsonl"]) == ("sound", "damaged")
    assert done.status == 1


def test_a_last_line_without_an_end_gets_one(home: Path) -> None:
    """As an editor or a copy may leave the file: the next decision stands on a line of its own."""
    log = home / "data" / "related.jsonl"
    assert run_cli(home, "related", "pin", "plant-1", "plant-2").status == 0
    log.write_bytes(log.read_bytes().rstrip(b"\n"))
    assert run_cli(home, "related", "undo").status == 0
    assert [json.loads(line)["action"] for line in log.read_text("utf-8").splitlines()][-2:] == ["pin", "undo"]


def test_what_is_pinned_scores_as_it_does_among_the_others() -> None:
    model = small_model()
    options = SearchOptions(k=30, min_score=0, collapse=False, stories=True)
    plain = {hit.article.id: hit.score for hit in Recommender(model).similar(id="plant-1", options=options)}
    for other in list(plain)[:3]:
        decided = Decided(pins={model.catalogue.row("plant-1"): [model.catalogue.row(other)]})
        (first, *_) = Recommender(model, decided=decided).similar(id="plant-1", options=options)
        assert (first.article.id, first.pinned) == (other, True)
        assert first.score == pytest.approx(plain[other], abs=0.02)
