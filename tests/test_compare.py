"""What changed between two versions, on worlds where it is known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import run_cli
from worlds import RECORDS, fitted

from recommender.evaluation.versions_compared import SHOWN, Diff, diff
from recommender.ranking.model import Model
from recommender.topics.topic import NO_TOPIC, Topic
from recommender.training.folds import folds

FEW = RECORDS[:12]
Places = dict[str, Sequence[str]]


def with_topics(model: Model, topics: Places, names: dict[str, str] | None = None) -> Model:
    """``model`` with topics of our own: id -> the ids of its articles."""
    topic_of = np.full(len(model), NO_TOPIC, dtype=np.int32)
    for place, members in enumerate(topics.values()):
        topic_of[[model.catalogue.row(name) for name in members]] = place
    found = tuple(Topic(t, (names or {}).get(t, f"name of {t}"), (), len(m), ()) for t, m in topics.items())
    return replace(model, topics=replace(model.topics, topics=found, topic_of=topic_of))


def compared(folder: Path, before: Model, after: Model) -> Diff:
    return diff(folder / "models", before.save(folder / "models"), after.save(folder / "models"), folds)


def steps(found: Diff, event: str) -> list[tuple[list[str], list[str]]]:
    return [tuple([t["id"] for t in step[side]] for side in ("before", "after")) for step in found.topics[event]]  # type: ignore[misc]


PLANT = ["plant-1", "plant-2", "plant-3", "plant-4"]
ZONE = ["zone-1", "zone-2", "zone-3"]
TALENT = ["talent-1", "talent-2", "talent-3"]
CHARGE = ["charge-1", "charge-2"]
EVENTS = ("born", "split", "merged", "retired", "continued", "renamed")


@pytest.mark.parametrize(("before", "after", "expected"), [
    ({"a": PLANT, "b": ZONE}, {"a": PLANT, "b": ZONE}, {"continued": [(["a"], ["a"]), (["b"], ["b"])]}),
    ({"a": PLANT}, {"a": PLANT, "b": ZONE}, {"continued": [(["a"], ["a"])], "born": [([], ["b"])]}),
    ({"a": PLANT, "b": ZONE}, {"a": PLANT}, {"continued": [(["a"], ["a"])], "retired": [(["b"], [])]}),
    ({"a": PLANT, "b": ZONE}, {"a": PLANT + ZONE}, {"merged": [(["a", "b"], ["a"])]}),
    ({"a": PLANT + ZONE}, {"a": PLANT, "b": ZONE}, {"split": [(["a"], ["a", "b"])]}),
    ({"a": PLANT}, {"x": PLANT[:3]}, {"continued": [(["a"], ["x"])], "renamed": [(["a"], ["x"])]}),
    ({"a": PLANT, "b": ZONE}, {"b": PLANT, "a": ZONE}, {"continued": [(["a"], ["a"]), (["b"], ["b"])]}),
    ({}, {}, {}),
    ({"a": PLANT}, {"b": ZONE}, {"retired": [(["a"], [])], "born": [([], ["b"])]}),
])  # fmt: skip
def test_what_became_of_topics(tmp_path: Path, before: Places, after: Places, expected: dict[str, Any]) -> None:
    model = fitted(FEW)
    found = compared(tmp_path, with_topics(model, before), with_topics(model, after))
    assert {event: steps(found, event) for event in EVENTS if found.topics[event]} == expected


def test_a_renamed_topic(tmp_path: Path) -> None:
    model = fitted(FEW)
    one, two = with_topics(model, {"a": PLANT, "b": ZONE}), with_topics(model, {"a": PLANT, "b": ZONE}, {"a": "양극재"})
    renamed = compared(tmp_path, one, two).topics["renamed"]
    assert [(r["before"][0]["name"], r["after"][0]["name"]) for r in renamed] == [("name of a", "양극재")]


def test_articles_added_removed_and_moved(tmp_path: Path) -> None:
    """One article moves, one falls out of its topic, one comes in; a topic that got another id moves nobody."""
    before = with_topics(fitted(FEW), {"a": PLANT, "b": ZONE, "c": TALENT})
    after = with_topics(
        fitted([*FEW[1:], RECORDS[13]]), {"a": PLANT[1:3], "x": [*ZONE, "plant-4", "fish-1"], "c": TALENT[1:]}
    )
    found = compared(tmp_path, before, after).articles
    assert (found["added"]["count"], found["removed"]["count"]) == (1, 1)
    assert [one["id"] for one in found["added"]["first"]] == ["fish-1"]
    assert [one["id"] for one in found["removed"]["first"]] == ["plant-1"]
    moved = {one["id"]: (one["before"], one["after"]) for one in found["moved"]["first"]}
    assert found["moved"]["count"] == len(moved) == 2
    assert [t and t["id"] for t in moved["plant-4"]] == ["a", "x"]
    assert [t and t["id"] for t in moved["talent-1"]] == ["c", None]


def test_of_many_the_first_are_shown(tmp_path: Path) -> None:
    model = fitted([{"id": f"n{n:02}", "title": f"구룡포 과메기 {n}"} for n in range(SHOWN + 5)])
    ids = list(model.catalogue.ids)
    found = compared(
        tmp_path, with_topics(model, {"a": ids, "b": []}), with_topics(model, {"a": ids[:1], "b": ids[1:]})
    )
    assert found.articles["moved"]["count"] == SHOWN + 4
    assert [one["id"] for one in found.articles["moved"]["first"]] == ids[1 : SHOWN + 1]


def test_lists_that_changed(tmp_path: Path) -> None:
    """Without plant-3 the lists of those that showed it change, and, by a new abstain rule, a few others."""
    before, after = fitted(FEW), fitted([r for r in FEW if r["id"] != "plant-3"])
    found = compared(tmp_path, before, after).lists
    assert found["asked"] == 11
    assert 1 <= found["changed"] <= 7
    assert found["share"] == pytest.approx(found["changed"] / 11, abs=1e-4)
    assert 1 <= len(found["most_changed"]) <= 3
    gone = next(r["title"] for r in FEW if r["id"] == "plant-3")
    assert gone in found["most_changed"][0]["lost"]
    assert found["most_changed"][0]["title"] in [r["title"] for r in FEW]
    assert compared(tmp_path / "same", before, before).lists["changed"] == 0


def test_scores_with_intervals(tmp_path: Path) -> None:
    plain = {"copy_likeness": 0.9}  # or the two headlines of the zone are one
    found = compared(tmp_path, fitted(FEW, **plain), fitted(FEW[:7], **plain)).scores
    assert found["questions"] == 2
    for side in ("before", "after"):
        assert set(found[side]) == {"mrr", "hit_10", "recall_10", "abstained"}
        assert all(f["low"] <= f["value"] <= f["high"] for f in found[side].values())
    nothing = compared(tmp_path, fitted(FEW), fitted(FEW[2:4])).scores
    assert nothing == {"questions": 0, "before": None, "after": None}


def test_empty_models(tmp_path: Path) -> None:
    found = compared(tmp_path, fitted([]), fitted(FEW))
    assert (found.articles["added"]["count"], found.lists["asked"]) == (12, 0)
    assert list(compared(tmp_path, fitted([]), fitted([])).rows())


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_from_the_shell(tmp_path: Path, form: str) -> None:
    for records in (FEW, FEW[1:]):
        fitted(records, topics_most=60).save(tmp_path / "models")
    done = run_cli(tmp_path, "models", "diff", "v0001", "v0002", "--format", form)
    assert (done.status, done.stderr) == (0, "")
    title = RECORDS[0]["title"]
    told = title.split() if form == "table" else [title]  # a table is folded
    assert all(part in done.stdout for part in told)
    if form != "json":
        rows = [json.loads(line) for line in done.stdout.splitlines()] if form == "jsonl" else []
        assert all(list(row) == ["what", "before", "after", "note"] for row in rows)
        return
    found = json.loads(done.stdout)
    assert list(found) == ["before", "after", "topics", "broad_topics", "articles", "lists", "scores"]
    assert list(found["before"]) == ["version", "created", "articles", "topics", "weights"]
    assert list(found["topics"]) == list(EVENTS) == list(found["broad_topics"])
    assert list(found["articles"]) == ["added", "removed", "moved"]
    assert list(found["articles"]["removed"]) == ["count", "first"]
    assert list(found["lists"]) == ["asked", "changed", "share", "most_changed"]
    assert list(found["scores"]) == ["questions", "before", "after"]
    again = run_cli(tmp_path, "models", "diff", "v0001", "v0002", "--format", form)
    assert again.stdout == done.stdout
