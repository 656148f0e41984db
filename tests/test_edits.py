"""People's edits: at once, in a readable file, after every training, and never half."""

from __future__ import annotations

import getpass
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Run
from worlds import topics_alone

from recommender import Recommender, open_model
from recommender.errors import InputError
from recommender.ranking.model import Model
from recommender.topics.edits.apply import with_edits
from recommender.topics.edits.groups import words_of
from recommender.topics.edits.log import Edit, EditLog, Part
from recommender.topics.topic import NO_TOPIC

WHEN = "2026-11-22T05:00:00+00:00"


class Desk:
    """A home as an editor uses it, through the command line."""

    def __init__(self, home: Path, run: Run) -> None:
        self.home, self._run = home, run
        self.file = home / "data" / "edits.jsonl"

    def __call__(self, *args: str, fails: int = 0) -> str:
        done = self._run(self.home, "topics", *args)
        assert done.status == fails, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr if fails else done.stdout

    def rows(self, *args: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self(*args, "--format", "json"))
        return found

    def topics(self, kind: str = "topic") -> dict[str, dict[str, Any]]:
        return {row["id"]: row for row in self.rows() if row["kind"] == kind}

    def ids(self, topic: str) -> set[str]:
        return {row["id"] for row in self.rows(topic)}

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text("utf-8").splitlines()]

    def stderr(self) -> str:
        return self._run(self.home, "similar", "양극재", "-k", "1").stderr


@pytest.fixture
def desk(own_home: Path, run: Run) -> Desk:
    return Desk(own_home, run)


def test_rename_holds_at_once_and_leaves_a_line(desk: Desk) -> None:
    first, size = next((t, row["size"]) for t, row in desk.topics().items())
    said = desk("rename", first, "  포스코의   소재 공장 ", "--reason", "읽기 쉽게")
    assert "포스코의 소재 공장" in said
    assert desk.topics()[first]["name"] == "포스코의 소재 공장"
    assert len(desk.ids("포스코의 소재 공장")) == size
    (line,) = desk.lines()
    assert line.pop("time") > "2020"
    assert line.pop("by") == getpass.getuser()
    assert line == {"action": "rename", "topic": first, "name": "포스코의 소재 공장", "reason": "읽기 쉽게"}
    assert "포스코의" in desk.file.read_text("utf-8"), "Hangul is written as it is read"


def test_merge_keeps_the_first_id(desk: Desk) -> None:
    before = desk.topics()
    a, b, c = list(before)[:3]
    held = desk.ids(b) | desk.ids(a) | desk.ids(c)
    desk("merge", b, a, c)
    after = desk.topics()
    assert set(after) == set(before) - {a, c}
    assert after[b]["size"] == len(held)
    assert after[b]["name"] == before[b]["name"]
    assert desk.ids(b) == held
    assert set(after[b]["examples"]) <= held


def test_split_makes_ids_never_used_before(desk: Desk) -> None:
    topic = next(iter(desk.topics()))
    held = desk.ids(topic)
    desk("split", topic, "--into", "3")
    new = desk.topics().keys() - {topic}
    s1, s2 = sorted(t for t in new if t.startswith("s"))
    shares = [desk.ids(t) for t in (topic, s1, s2)]
    assert set.union(*shares) == held
    assert sum(map(len, shares)) == len(held)
    assert all(shares)
    names = [row["name"] for row in desk.topics().values()]
    assert len(set(names)) == len(names)
    desk("undo")
    assert desk.ids(topic) == held
    desk("split", topic)
    assert {t for t in desk.topics() if t.startswith("s")} == {"s003"}, "s001 and s002 were used once"


def test_numbers_alone_name_no_part(desk: Desk) -> None:
    model = open_model(desk.home / "models")
    every = np.arange(len(model))
    named = {word for row in every for word in words_of(model, every[row : row + 1], every[:0])}
    assert named
    assert all(any(map(str.isalpha, word)) for word in named)


def test_split_by_articles(desk: Desk) -> None:
    topic = next(iter(desk.topics()))
    held = sorted(desk.ids(topic))
    desk("split", topic, "--article", held[0], "--article", held[1])
    assert {held[0], held[1]} <= desk.ids("s001")
    assert desk.ids("s001") | desk.ids(topic) == set(held)


@pytest.mark.parametrize("action", ["move", "pin"])
def test_an_article_goes_to_its_topic_with_its_copies(desk: Desk, action: str) -> None:
    a, b = list(desk.topics())[:2]
    article = sorted(desk.ids(a))[0]
    desk(action, article, b)
    assert article in desk.ids(b) - desk.ids(a)
    (row,) = (row for row in desk.rows("--assignments") if row["id"] == article)
    assert (row["topic"], row["strength"]) == (b, 1)
    model = Recommender.open(desk.home / "models").model
    duplicate_of = model.catalogue.duplicate_of
    at = model.catalogue.row(article)
    assert len({int(model.topics.topic_of[r]) for r in np.flatnonzero(duplicate_of == duplicate_of[at])}) == 1
    desk("undo")
    assert article in desk.ids(a)


def test_undo_goes_back_one_by_one_and_is_a_line_too(desk: Desk) -> None:
    before = desk.topics()
    a, b = list(before)[:2]
    desk("rename", a, "하나")
    desk("rename", b, "둘")
    assert "둘" in desk("undo", "--reason", "틀렸다")
    assert desk.topics()[b] == before[b]
    assert desk.topics()[a]["name"] == "하나"
    desk("undo")
    assert desk.topics() == before
    assert [line["action"] for line in desk.lines()] == ["rename", "rename", "undo", "undo"]
    assert [line.get("line") for line in desk.lines()] == [None, None, 2, 1]
    assert "nothing" not in desk("undo", fails=1)
    assert len(desk.lines()) == 4


def test_the_models_own_files_stay_as_trained(desk: Desk, run: Run) -> None:
    a, b = list(desk.topics())[:2]
    desk("merge", a, b)
    assert run(desk.home, "models", "check").status == 0
    assert open_model(desk.home / "models").topics.find(b) >= 0
    assert Recommender.open(desk.home / "models").model.topics.find(b) < 0


REFUSED = [
    ("rename", ["FIRSTx", "이름"], "There is no topic 'FIRSTx'. Nearest: FIRST"),
    ("rename", ["FIRST", " "], "holds no word"),
    ("rename", ["FIRST", "NAME-OF-SECOND"], "Another topic is called"),
    ("merge", ["FIRST"], "1 topics of 1"),
    ("merge", ["FIRST", "FIRST"], "1 topics of 2"),
    ("merge", ["FIRST", "t999"], "There is no topic 't999'"),
    ("split", ["FIRST", "--into", "1"], "cannot be split into 1"),
    ("split", ["FIRST", "--into", "100000"], "cannot be split into 100000"),
    ("split", ["FIRST", "--article", "nothing"], "There is no article 'nothing'. Nearest ids:"),
    ("split", ["FIRST", "--article", "OTHER"], "is not in topic 'FIRST'"),
    ("move", ["nothing", "FIRST"], "There is no article 'nothing'. Nearest ids:"),
    ("move", ["MEMBER", "t999"], "There is no topic 't999'. Nearest:"),
    ("move", ["MEMBER", "FIRST"], "is in FIRST"),
    ("pin", ["MEMBER", "t999"], "There is no topic 't999'. Nearest:"),
    ("show", ["t999"], "There is no topic 't999'. Nearest:"),
    ("show", ["쀍뷁"], "There is no topic '쀍뷁'. List them: recommender topics"),
    ("undo", [], "There is no edit to undo"),
]


@pytest.mark.parametrize(("action", "args", "told"), REFUSED, ids=[f"{a} {' '.join(b)}" for a, b, _ in REFUSED])
def test_what_is_not_there_is_told_and_nothing_is_written(
    sample_home: Path, run: Run, action: str, args: list[str], told: str
) -> None:
    model = Recommender.open(sample_home / "models").model
    ids = model.catalogue.ids
    stands = {
        "NAME-OF-SECOND": model.topics.topics[1].name,
        "MEMBER": ids[int(model.topics.members(0)[0])],
        "OTHER": ids[int(model.topics.members(1)[0])],
    }
    first = model.topics.topics[0].id
    args = [stands.get(arg, arg).replace("FIRST", first) for arg in args]
    done = run(sample_home, "topics", action, *args)
    assert done.status == 1
    assert told.replace("FIRST", first) in done.stderr
    assert "Traceback" not in done.stderr
    assert not (sample_home / "data" / "edits.jsonl").exists()


GOOD = json.dumps({"time": WHEN, "action": "rename", "topic": "t001", "name": "새 이름", "reason": ""})
GOOD_MERGE = json.dumps({"time": WHEN, "action": "merge", "topics": ["t001", "t002"], "reason": ""})
DAMAGED = [
    ("cut off", GOOD[:40], "line 2: not JSON"),
    ("an empty line", "\n" + GOOD, "line 2: not JSON"),
    ("no object", "[1]", "line 2: 'action' is none of rename, merge"),
    ("an unknown action", GOOD.replace("rename", "delete"), "line 2: 'action' is none of"),
    ("an unknown key", GOOD[:-1] + ', "x": 1}', "line 2: unknown key 'x'"),
    ("a key missing", GOOD.replace(', "reason": ""', ""), "line 2: 'reason' is missing"),
    ("a wrong type", GOOD.replace('"t001"', "1"), "line 2: 'topic' is 1"),
    ("one topic merged", f'{{"time":"{WHEN}","action":"merge","topics":["t001"],"reason":""}}', "line 2: 'topics' is"),
    ("a topic merged twice", GOOD_MERGE.replace('"t002"', '"t002", "t001"'), "line 2: it merges t001 twice"),
    ("an undo of nothing", f'{{"time":"{WHEN}","action":"undo","line":9,"undone":"pin","reason":""}}', "undoes line 9"),
    ("an undo of another", f'{{"time":"{WHEN}","action":"undo","line":1,"undone":"pin","reason":""}}', "undoes line 1"),
    ("no UTF-8", b"\xff\xfe", "line 2: not UTF-8"),
]


@pytest.mark.parametrize(("line", "told"), [d[1:] for d in DAMAGED], ids=[d[0] for d in DAMAGED])
def test_a_damaged_file_names_the_line_and_nothing_is_applied(
    desk: Desk, run: Run, line: str | bytes, told: str
) -> None:
    written = GOOD.encode() + b"\n" + (line if isinstance(line, bytes) else line.encode()) + b"\n"
    desk.file.write_bytes(written)
    for args in (["topics"], ["similar", "양극재"], ["topics", "rename", "t002", "x"], ["topics", "undo"], ["train"]):
        done = run(desk.home, *args)
        assert done.status == 1
        assert f"{desk.file}, " in done.stderr
        assert told in done.stderr
        assert not done.stdout
    assert desk.file.read_bytes() == written


def test_a_last_line_without_an_end_is_not_written_upon(desk: Desk) -> None:
    topic = next(iter(desk.topics()))
    desk.file.write_text(GOOD, encoding="utf-8")
    desk("rename", topic, "둘째")
    assert [line["name"] for line in desk.lines()] == ["새 이름", "둘째"]


def test_an_edit_made_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    log = EditLog.read(tmp_path / "data" / "edits.jsonl")
    log.add(Edit("rename", topic="t001", name="하나"))
    with pytest.raises(InputError, match="changed meanwhile"):
        log.add(Edit("rename", topic="t001", name="둘"))
    assert [edit.name for edit in EditLog.read(log.path).edits] == ["하나"]


def test_every_action_reads_back_as_it_was_written(tmp_path: Path) -> None:
    log = EditLog.read(tmp_path / "edits.jsonl")
    edits = [
        Edit("rename", topic="t1", name="이름", reason="왜"),
        Edit("merge", topics=("t1", "t2")),
        Edit("split", topic="t1", stay=("a",), parts=(Part("s001", "새", ("b", "c")),)),
        Edit("move", article="a", topic="t1"),
        Edit("pin", article="a", topic="t1"),
        Edit("undo", line=5, undone="pin"),
    ]
    for edit in edits:
        log = log.add(edit)
    again = EditLog.read(log.path)
    assert again == log
    assert [replace(e, time="", number=0) for e in again.edits] == edits
    assert [e.action for e in again.standing] == ["rename", "merge", "split", "move"]
    assert again.new_ids(2) == ["s002", "s003"]


@pytest.fixture(scope="module")
def model(sample_home: Path) -> Model:
    """The sample's model, its topics called t001, t002 ... in their order."""
    found = open_model(sample_home / "models")
    topics = tuple(replace(topic, id=f"t{place:03d}") for place, topic in enumerate(found.topics.topics, start=1))
    return replace(found, topics=replace(found.topics, topics=topics))


def _trained_otherwise(model: Model, article: str, topic: int) -> Model:
    """``model`` as if training had put the article (and its near-copies) elsewhere."""
    kind = model.catalogue.duplicate_of == model.catalogue.duplicate_of[model.catalogue.row(article)]
    topic_of = np.where(kind, topic, model.topics.topic_of).astype(np.int32)
    return replace(model, topics=replace(model.topics, topic_of=topic_of))


@pytest.mark.parametrize(
    ("action", "trained", "holds"),
    [("move", 0, True), ("move", NO_TOPIC, True), ("move", 1, True), ("move", 2, False)]
    + [("pin", place, True) for place in (0, NO_TOPIC, 1, 2)],
)
def test_a_move_yields_to_a_third_topic_and_a_pin_does_not(
    model: Model, action: str, trained: int, holds: bool
) -> None:
    article = model.catalogue.ids[int(model.topics.members(0)[0])]
    was = "t001" if action == "move" else None
    edit = Edit(action, article=article, topic="t002", was=was, time=WHEN, number=1)
    found, problems = with_edits(_trained_otherwise(model, article, trained), [edit])
    topic = found.topics.of_row(found.catalogue.row(article))
    assert topic is not None
    assert (topic.id == "t002") is holds
    assert bool(problems) is not holds
    assert all("line 1" in problem and article in problem for problem in problems)


def test_a_pin_outlives_a_merge_and_a_split_and_ends_with_a_move(model: Model) -> None:
    article = model.catalogue.ids[int(model.topics.members(0)[0])]
    pin = Edit("pin", article=article, topic="t002", number=1)
    merge = Edit("merge", topics=("t003", "t002"), number=2)
    found, problems = with_edits(model, [pin, merge])
    assert not problems
    assert found.topics.topics[found.topics.topic_of[found.catalogue.row(article)]].id == "t003"
    move = Edit("move", article=article, topic="t001", was="t003", number=3)
    found, problems = with_edits(model, [pin, merge, move])
    assert not problems
    assert found.topics.topics[found.topics.topic_of[found.catalogue.row(article)]].id == "t001"


GONE = [
    (Edit("rename", topic="t999", name="x"), "there is no topic t999 now"),
    (Edit("merge", topics=("t001", "t999")), "there is no topic t999 now"),
    (Edit("merge", topics=("t001", "t002", "t999")), "no topic t999 now; the others are merged"),
    (Edit("split", topic="t999", stay=("a",), parts=(Part("s001", "x", ("b",)),)), "there is no topic t999 now"),
    (Edit("split", topic="t001", stay=("a",), parts=(Part("s001", "x", ("b",)),)), "are gone"),
    (Edit("split", topic="t001", parts=(Part("s001", "x", ("b",)),)), "nothing in topic t001"),
    (Edit("move", article="gone", topic="t001"), "there is no article gone now"),
    (Edit("pin", article="gone", topic="t001"), "there is no article gone now"),
]


@pytest.mark.parametrize(("edit", "told"), GONE, ids=lambda value: getattr(value, "action", ""))
def test_what_can_no_longer_be_applied_is_reported(model: Model, edit: Edit, told: str) -> None:
    after = Edit("rename", topic="t001", name="그 다음", number=8)
    found, problems = with_edits(model, [replace(edit, number=7), after])
    assert len(problems) == 1
    assert told in problems[0]
    assert "line 7" in problems[0]
    assert found.topics.find("그 다음") >= 0, "the edits behind it hold"


def test_edits_are_replayed_at_a_training_and_the_lost_ones_are_told(desk: Desk, run: Run) -> None:
    a, b = list(desk.topics())[:2]
    held = desk.ids(a) | desk.ids(b)
    desk("rename", a, "내가 준 이름")
    desk("merge", a, b)
    gone = {"time": WHEN, "action": "pin", "article": "an-article-that-left", "topic": a, "reason": ""}
    with desk.file.open("a", encoding="utf-8") as file:
        file.write(json.dumps(gone) + "\n")
    with topics_alone():
        done = run(desk.home, "train", "--quiet")
    assert done.status == 0, done.stderr
    assert "'pin an-article-that-left" in done.stderr
    assert "is not applied: there is no article" in done.stderr
    assert "v0002" in done.stdout
    assert desk.topics()[a]["name"] == "내가 준 이름"
    assert desk.ids(a) == held
    assert "is not applied" in desk.stderr()


def test_a_desk_takes_an_article_beside_its_topic(small_home: Path, tmp_path: Path, run: Run) -> None:
    desk = Desk(Path(shutil.copytree(small_home, tmp_path / "home")), run)
    (desk.home / "data" / "topics.toml").write_text(
        '[[desk]]\nid = "space"\nname = "우주"\nname_en = "Space"\nterms = ["누리호"]\n', encoding="utf-8"
    )
    with topics_alone():
        assert run(desk.home, "train", "--quiet").status == 0
    topic = next(row["id"] for row in desk.rows() if row["kind"] == "topic")
    article = sorted(desk.ids(topic) - desk.ids("space"))[0]
    desk("pin", article, "우주")
    (row,) = (row for row in desk.rows("space") if row["id"] == article)
    assert row["evidence"] == ["by hand"]
    assert desk.topics("desk")["space"]["size"] == len(desk.ids("space")) >= 1
    assert article in desk.ids(topic)
    assert "is a desk" in desk("rename", "space", "x", fails=1)
    assert "Another topic is called" in desk("rename", topic, "우주", fails=1)


def test_the_group_shows_without_a_command(desk: Desk) -> None:
    topic = next(iter(desk.topics()))
    assert desk() == desk("show")
    assert desk(topic) == desk("show", topic)
    assert desk("--assignments", "--format", "csv") == desk("show", "--assignments", "--format", "csv")
    assert "Commands:" in desk("--help")
    assert "No such option" in desk("--nonsense", fails=2)
