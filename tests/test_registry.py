# ruff: noqa: PT017
"""Versions: list, promote, roll back, compare, check, prune."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from worlds import RECORDS, fitted, small_model

from recommender import RecommenderError, open_model
from recommender.evaluation.comparison import MEASURES, judge_of, results_of, with_scores
from recommender.evaluation.queries import questions_from_links
from recommender.evaluation.versions_compared import diff
from recommender.training.folds import folds
from recommender.versions import registry
from recommender.versions.artifact import MANIFEST, read_manifest
from recommender.versions.model_card import CARD
from recommender.versions.quality import Interval, Quality, stored_quality


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three versions: all articles, all without topics, two thirds; the third is current."""
    models = tmp_path_factory.mktemp("three") / "models"
    for model in (small_model(), fitted(RECORDS), fitted(RECORDS[:12])):
        model.save(models)
    return models


@pytest.fixture
def models(three: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(three, tmp_path / "models"))


def harm(models: Path, version: str) -> None:
    path = models / version / "tfidf.idf.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))


def test_list(models: Path) -> None:
    held = list(registry.versions(models))
    assert [(v.version, v.current, v.articles) for v in held] == [
        ("v0001", False, 18), ("v0002", False, 18), ("v0003", True, 12)
    ]  # fmt: skip
    assert held[0].topics > 0 == held[1].topics
    assert held[0].fingerprint == held[1].fingerprint != held[2].fingerprint


def test_versions_are_in_order_of_their_numbers(models: Path) -> None:
    for name in ("v10000", "v9999", "vx", "v00x"):
        shutil.copytree(models / "v0001", models / name)
    (models / "v0500").mkdir()
    assert registry.names(models) == ["v0001", "v0002", "v0003", "v9999", "v10000"]
    assert small_model().save(models) == "v10001"


def test_no_models_is_an_empty_list(tmp_path: Path) -> None:
    assert list(registry.versions(tmp_path / "models")) == []
    assert registry.current_name(tmp_path) is None
    assert registry.prune(tmp_path, 1) == []


def test_promote_and_rollback(models: Path) -> None:
    registry.promote(models, "v0001")
    assert open_model(models).version == "v0001"
    registry.promote(models, "v0003")
    assert registry.rollback(models) == "v0002"
    assert registry.rollback(models) == "v0001"
    with pytest.raises(RecommenderError):
        registry.rollback(models)
    assert open_model(models).version == "v0001"


def test_rollback_skips_a_damaged_version(models: Path) -> None:
    harm(models, "v0002")
    assert registry.rollback(models) == "v0001"


def test_rollback_skips_a_version_whose_manifest_is_damaged(models: Path) -> None:
    (models / "v0002" / MANIFEST).write_text("{")
    assert registry.rollback(models) == "v0001"


def test_rollback_from_a_version_that_is_gone(models: Path) -> None:
    shutil.rmtree(models / "v0003")
    assert registry.rollback(models) == "v0002"


@pytest.mark.parametrize("current", ["nothing", "..", "", "v"])
def test_rollback_from_a_pointer_that_names_no_version(models: Path, current: str) -> None:
    (models / "current").write_text(current)
    try:
        assert registry.rollback(models) in ("v0001", "v0002", "v0003")
    except RecommenderError as error:
        assert error.hint


ACTIONS: dict[str, Callable[[Path, str], object]] = {
    "promote": registry.promote,
    "check": registry.check,
    "diff": lambda models, version: diff(models, "v0001", version, folds),
}


@pytest.mark.parametrize("version", ["v0009", "..", "/etc", "current", "../models/v0001", "v0001/", ".", "v1"])
@pytest.mark.parametrize("action", ACTIONS)
def test_an_unknown_version_is_refused_with_the_known_ones(models: Path, action: str, version: str) -> None:
    with pytest.raises(RecommenderError) as caught:
        ACTIONS[action](models, version)
    assert "v0001" in caught.value.hint
    assert (models / "current").read_text() == "v0003\n"


def test_a_version_that_cannot_be_opened_is_not_promoted(models: Path) -> None:
    os.truncate(models / "v0001" / "tfidf.idf.npy", 10)
    with pytest.raises(RecommenderError):
        registry.promote(models, "v0001")
    assert (models / "current").read_text() == "v0003\n"


def test_check_names_the_damaged_file(models: Path) -> None:
    harm(models, "v0002")
    found = registry.check(models)
    assert found["v0001"] == found["v0003"] == []
    assert len(found["v0002"]) == 1
    assert found["v0002"][0].startswith("tfidf.idf.npy")
    assert registry.check(models, "v0001") == {"v0001": []}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1}', '{"format": 1, "files": []}',
                                  '{"format": 1, "files": {"tfidf.idf.npy": null}}'])  # fmt: skip
def test_a_damaged_manifest_spoils_neither_list_nor_check(models: Path, text: str) -> None:
    (models / "v0002" / MANIFEST).write_text(text)
    found = registry.check(models)
    assert found["v0001"] == []
    assert found["v0002"]
    assert [v.version for v in registry.versions(models)] == ["v0001", "v0003"], "every readable version is listed"


def test_check_of_no_models_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecommenderError):
        registry.check(tmp_path)


@pytest.mark.parametrize(("keep", "current", "left"), [
    (1, "v0003", ["v0003"]), (2, "v0003", ["v0002", "v0003"]), (9, "v0003", ["v0001", "v0002", "v0003"]),
    (1, "v0001", ["v0001", "v0003"]),
])  # fmt: skip
def test_prune_keeps_the_newest_and_the_current(models: Path, keep: int, current: str, left: list[str]) -> None:
    registry.promote(models, current)
    gone = registry.prune(models, keep)
    assert registry.names(models) == left
    assert sorted([*gone, *left]) == ["v0001", "v0002", "v0003"]
    assert open_model(models).version == current
    assert not list(models.glob(".deleting*"))


def test_prune_refuses_where_nothing_tells_which_is_current(models: Path) -> None:
    (models / "current").write_bytes(b"\xff")
    with pytest.raises(RecommenderError, match="names no version"):
        registry.prune(models, 1)
    assert registry.names(models) == ["v0001", "v0002", "v0003"]


def test_a_prune_that_was_killed_is_finished_by_the_next(models: Path) -> None:
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    (models / "v0001").rename(models / f".deleting-v0001-{gone.stdout.strip()}")
    assert registry.prune(models, 5) == []
    assert not list(models.glob(".deleting*"))


def test_a_damaged_version_is_not_promoted(models: Path) -> None:
    harm(models, "v0001")
    with pytest.raises(RecommenderError, match=r"v0001 is damaged: tfidf\.idf"):
        registry.promote(models, "v0001")
    assert (models / "current").read_text() == "v0003\n"


def test_what_a_person_went_back_from_is_set_aside_until_chosen(models: Path) -> None:
    assert registry.set_aside(models) == []
    registry.rollback(models)
    registry.promote(models, "v0001")
    assert registry.set_aside(models) == ["v0003", "v0002"]
    registry.promote(models, "v0003")
    assert registry.set_aside(models) == ["v0002"]
    registry.prune(models, 1)
    assert registry.set_aside(models) == []


def test_the_sound_version_to_go_on_from(models: Path) -> None:
    assert registry.sound(models) == ("v0003", "")
    harm(models, "v0003")
    harm(models, "v0002")
    version, harmed = registry.sound(models)
    assert version == "v0001"
    assert harmed.startswith("v0003 is damaged: tfidf.idf.npy")
    harm(models, "v0001")
    assert registry.sound(models)[0] is None
    assert registry.sound(models / "nothing") == (None, "")


# -- the model card


def test_a_card_says_what_a_version_is(models: Path) -> None:
    text = (models / "v0001" / CARD).read_text(encoding="utf-8")
    about = read_manifest(models / "v0001")
    assert CARD in about["files"], "it is among the files that check looks at"
    for told in (
        about["corpus"]["fingerprint"], "| articles | 18, of these 0 known by headline only |",
        "2023-06-01 to 2025-02-11; 1 without a date", "| outlets | 3 |", "| links from related lists | 3 |",
        "| seed | 7 |", f"| numpy | {about['libraries']['numpy']} |", "defaults: 3 related pairs, 200 wanted",
        f"| topics | {about['topics']} |", "| desks | 0 |", "Not judged when it was saved", "## Limits",
    ):  # fmt: skip
        assert told in text, told


def test_a_card_is_the_same_for_the_same_model(models: Path) -> None:
    assert small_model().save(models, created="2030-01-01") == "v0004"
    assert small_model().save(models, created="2031-01-01") == "v0005"
    assert open_model(models / "v0004").save(models) == "v0006"
    cards = {(models / name / CARD).read_bytes() for name in ("v0001", "v0004", "v0005", "v0006")}
    assert len(cards) == 1


def test_a_card_tells_the_scores_that_are_known(models: Path) -> None:
    scored = with_scores(small_model(), folds)
    text = (models / scored.save(models) / CARD).read_text(encoding="utf-8")
    assert "2 pages ask for the headlines" in text
    assert f"| hit@10 | {scored.about['scores']['hit_10']['value']:.3f} (" in text
    alone = with_scores(fitted([{k: v for k, v in r.items() if k != "related"} for r in RECORDS]), folds)
    assert "no page of the archive has a related list" in (models / alone.save(models) / CARD).read_text("utf-8")


def test_a_card_of_an_updated_version_says_what_its_scores_are_of(models: Path) -> None:
    scored = with_scores(small_model(), folds)
    since = {"updated_from": {"version": "v0002"}, "drift": {"trained": "v0001"}}
    updated = replace(scored, about={**scored.about, **since})
    said = "Measured when v0001 was trained; articles added since took no part."
    assert said in (models / updated.save(models) / CARD).read_text(encoding="utf-8")
    assert said not in (models / scored.save(models) / CARD).read_text(encoding="utf-8")


def test_the_scores_of_a_manifest_hold_the_reliability(models: Path) -> None:
    about = read_manifest(models / with_scores(small_model(), folds).save(models))
    bins = about["scores"]["reliability"]["bins"]
    assert 2 < sum(one["pairs"] for one in bins) <= 20, "the first ten hits of either page that lists others"
    assert {*about["scores"]} == {"questions", *MEASURES, "reliability"}


def test_the_quality_of_a_manifest_is_what_was_measured(models: Path) -> None:
    model = small_model()
    made = results_of(judge_of(model, folds), questions_from_links(model)).quality()
    stored = stored_quality(read_manifest(models / with_scores(model, folds).save(models)))
    assert stored is not None
    assert stored.as_json() == made.as_json()
    assert stored.measures["mrr"].value == pytest.approx(made.measures["mrr"].value, abs=1e-4)
    assert stored_quality({}) is None
    assert stored_quality({"scores": Quality(0).as_json()}) == Quality(0)
    unknown = Quality(1, {"mrr": Interval(math.nan, math.nan, math.nan)})
    read = stored_quality({"scores": json.loads(json.dumps(unknown.as_json()))})
    assert read is not None
    assert math.isnan(read.measures["mrr"].value), "null is read back as not known"


def test_a_card_of_nothing(models: Path) -> None:
    text = (models / fitted([]).save(models) / CARD).read_text(encoding="utf-8")
    assert "| articles | 0, of these 0 known by headline only |" in text
    assert "no date is known" in text


def test_a_changed_card_is_found(models: Path) -> None:
    (models / "v0001" / CARD).write_text("a better one")
    assert registry.check(models)["v0001"][0].startswith(CARD)


# -- what people read of it, and the edges


def test_a_version_as_it_is_listed(tmp_path: Path) -> None:
    small_model().save(tmp_path, created="2026-01-02T03:04:05+00:00")
    (held,) = registry.versions(tmp_path)
    about = read_manifest(tmp_path / "v0001")
    assert held.as_json() == {
        "version": "v0001", "current": True, "created": "2026-01-02T03:04:05+00:00", "articles": 18,
        "topics": about["topics"], "fingerprint": about["corpus"]["fingerprint"][:12],
    }  # fmt: skip
    assert len(held.fingerprint) == 12


def refused(action: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(RecommenderError) as caught:
        action()
    return caught.value.problem, caught.value.hint


def test_each_refusal_says_what_is_wrong_and_what_to_do(models: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    none = (f"There is no model in {empty}.", "Train one: recommender train")
    assert refused(lambda: registry.check(empty)) == refused(lambda: registry.rollback(empty)) == none
    assert refused(lambda: registry.check_version(empty, "v0001")) == (
        "There is no version 'v0001'.",
        "Versions: none.",
    )
    three = ("There is no version 'v7'.", "Versions: v0001, v0002, v0003.")
    assert refused(lambda: registry.promote(models, "v7")) == refused(lambda: registry.check(models, "v7")) == three
    harm(models, "v0001")
    problem, hint = refused(lambda: registry.promote(models, "v0001"))
    assert problem.startswith("v0001 is damaged: tfidf.idf.npy: ")
    assert hint == "Choose another: recommender models list"
    harm(models, "v0002")
    last = ("No sound version stands before v0003.", "See: recommender models list")
    assert refused(lambda: registry.rollback(models)) == last
    (models / "current").unlink()
    assert refused(lambda: registry.prune(models, 1)) == (
        f"{models / 'current'} names no version.", "Choose one: recommender models promote VERSION"
    )  # fmt: skip


def test_what_the_disk_refuses_is_told(models: Path) -> None:
    def fails() -> None:
        with registry.writing(models):
            raise OSError(28, "No space left on device")

    problem = f"{models} cannot be changed: No space left on device."
    assert refused(fails) == (problem, "Check space and permissions.")


def test_promoting_the_current_version_sets_nothing_aside(models: Path) -> None:
    registry.promote(models, "v0003")
    assert registry.set_aside(models) == []


@pytest.mark.parametrize("pointer", [None, "v0009\n"])
def test_promoting_where_no_version_is_current_sets_nothing_aside(models: Path, pointer: str | None) -> None:
    (models / "current").unlink()
    if pointer:
        (models / "current").write_text(pointer)
    registry.promote(models, "v0001")
    assert registry.current_name(models) == "v0001"
    assert (models / registry.ASIDE).read_text() == ""


def test_a_version_is_set_aside_once(models: Path) -> None:
    registry.promote(models, "v0002")
    (models / "current").write_text("v0003\n")  # as a training does that takes its place
    registry.promote(models, "v0001")
    assert (models / registry.ASIDE).read_text() == "v0003\n"


def test_a_list_of_those_set_aside_that_cannot_be_read_is_empty(models: Path) -> None:
    (models / registry.ASIDE).write_bytes(b"\xff\xfe")
    assert registry.set_aside(models) == []


def test_the_newest_after_the_current(models: Path) -> None:
    assert registry.newest_after_current(models) is None
    registry.promote(models, "v0002")
    assert registry.newest_after_current(models) == "v0003"
    (models / "current").write_text("v0009\n")
    assert registry.newest_after_current(models) == "v0003"
    (models / "current").unlink()
    assert registry.newest_after_current(models) == "v0003"
    assert registry.newest_after_current(models / "nothing") is None


def test_a_newer_version_is_no_way_back(models: Path) -> None:
    registry.promote(models, "v0002")
    harm(models, "v0002")
    assert registry.sound(models)[0] == "v0001"
    assert registry.rollback(models) == "v0001"
    assert registry.sound(models) == ("v0001", "")


def test_a_pointer_to_a_name_that_is_no_number_counts_as_newer_than_all(models: Path) -> None:
    (models / "current").write_text("nothing\n")
    version, harmed = registry.sound(models)
    assert version == "v0003"
    assert harmed.startswith("nothing is damaged: ")
    assert registry.rollback(models) == "v0003"


def test_check_looks_at_every_folder_of_a_version(models: Path) -> None:
    (models / "v0500").mkdir()
    (models / "v0600").write_text("no folder")
    found = registry.check(models)
    assert list(found) == ["v0001", "v0002", "v0003", "v0500"]
    assert [name for name in found if found[name]] == ["v0500"]
    assert "no model in" in found["v0500"][0]


def test_prune_to_nothing_leaves_the_current(models: Path) -> None:
    registry.promote(models, "v0002")
    assert registry.prune(models, 0) == ["v0001", "v0003"]
    assert registry.names(models) == ["v0002"]


def test_prune_takes_the_oldest_by_number(models: Path) -> None:
    (models / "v0001").rename(models / "v10000")
    assert registry.prune(models, 1) == ["v0002"]
    assert registry.names(models) == ["v0003", "v10000"]


def test_a_prune_that_the_disk_refuses_is_told_and_can_be_finished(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path, ignore_errors: bool = False) -> None:
        assert not ignore_errors, "what stays is said"
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shutil, "rmtree", refuse)
    problem = f"{models} cannot be changed: Input/output error."
    assert refused(lambda: registry.prune(models, 1)) == (problem, "Check space and permissions.")
    assert registry.names(models) == ["v0002", "v0003"]
    (left,) = models.glob(".*")
    assert left.name.startswith(".deleting-v0001-"), "a name that the next prune knows for a leftover"


def test_a_promotion_that_cannot_be_written_changes_nothing(models: Path) -> None:
    (models / registry.ASIDE).mkdir()
    problem = f"{models} cannot be changed: Is a directory."
    assert refused(lambda: registry.promote(models, "v0001")) == (problem, "Check space and permissions.")
    assert registry.current_name(models) == "v0003"


def test_numbers_of_any_length_are_in_order(models: Path) -> None:
    (models / "v0001").rename(models / "v1")
    (models / "v0003").rename(models / "v10000")
    (models / "current").write_text("v10000\n")
    assert registry.rollback(models) == "v0002"
    assert registry.rollback(models) == "v1"
    assert registry.set_aside(models) == ["v10000", "v0002"]
