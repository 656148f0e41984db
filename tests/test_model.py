# ruff: noqa: PT017
"""The model folder: the same bytes, whole or not at all, and never trusted blindly."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from bomb import BOMB, MADE, array_of_objects
from conftest import ROOT, environment, run_cli
from worlds import RECORDS, small_model, write_records

from recommender import Recommender, RecommenderError, open_model
from recommender.versions.artifact import FORMAT, MANIFEST, current_folder, damaged_files
from recommender.versions.model_card import CARD


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """models/ with one version of the small model; not to be changed."""
    models = tmp_path_factory.mktemp("saved") / "models"
    assert small_model().save(models, created="2026-01-01T00:00:00+00:00") == "v0001"
    return models


@pytest.fixture
def models(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "models"))


def use(models: Path) -> None:
    """Everything that a question touches."""
    desk = Recommender.open(models)
    desk.similar("동해소재 양극재 공장 2차전지", k=20, min_score=0, explain=True).as_json()
    for row in range(len(desk)):
        desk.similar(id=desk.model.catalogue.ids[row], min_score=0).as_json()


def test_save_and_open_and_save_gives_the_same_bytes(saved: Path, tmp_path: Path) -> None:
    opened = open_model(saved)
    opened.save(tmp_path / "again")
    assert contents(tmp_path / "again" / "v0001") == contents(saved / "v0001")
    assert opened.version == "v0001"
    assert opened.weights.as_json() == small_model().weights.as_json()
    assert opened.calibration.as_json() == small_model().calibration.as_json()
    assert opened.topics.topics == small_model().topics.topics


def test_an_opened_model_answers_as_the_one_in_memory(saved: Path) -> None:
    opened, held = Recommender.open(saved), Recommender(small_model())
    for record in RECORDS:
        for asked in ({"id": record["id"]}, {"text": record["title"]}):
            one, two = (desk.similar(**asked, min_score=0, explain=True).as_json() for desk in (opened, held))
            assert one["results"] == two["results"]


def test_the_manifest_says_what_stands_there(saved: Path) -> None:
    manifest = json.loads((saved / "v0001" / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["format"] == FORMAT
    assert manifest["recipe"]["seed"] == 7
    assert manifest["corpus"]["articles"] == len(RECORDS)
    assert manifest["corpus"]["fingerprint"]
    assert manifest["created"] == "2026-01-01T00:00:00+00:00"
    assert manifest["libraries"]["numpy"] == np.__version__
    names = {path.name for path in (saved / "v0001").iterdir()} - {MANIFEST}
    assert set(manifest["files"]) == names
    assert {name.rpartition(".")[2] for name in names} == {"npy", "json", "md"}
    assert damaged_files(saved / "v0001") == []


@pytest.mark.parametrize("spelling", ["", "current", "v0001"])
def test_three_ways_to_name_a_model(saved: Path, spelling: str) -> None:
    assert current_folder(saved / spelling).name == "v0001"
    assert len(open_model(saved / spelling)) == len(RECORDS)


def test_a_second_save_is_another_version(models: Path) -> None:
    assert small_model().save(models, promote=False) == "v0002"
    assert (models / "current").read_text() == "v0001\n"
    assert small_model().save(models) == "v0003"
    assert (models / "current").read_text() == "v0003\n"


THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@pytest.mark.slow
def test_same_corpus_and_recipe_same_bytes(tmp_path: Path) -> None:
    """Another order of ingest, another hash seed, another number of processes and of threads."""
    folders = []
    for name, hash_seed, workers in (("one", "1", 1), ("two", "4321", 2)):
        home, rows = tmp_path / name, list(RECORDS)
        random.Random(name).shuffle(rows)
        home.mkdir()
        for part in range(3):
            file = write_records(tmp_path / f"{name}-{part}.jsonl", rows[part::3])
            assert run_cli(home, "ingest", file).status == 0
        (home / "recipe.toml").write_text(f"workers = {workers}\n")
        command = [sys.executable, "-m", "recommender", "-C", str(home), "train", "--quiet", "--recipe"]
        done = subprocess.run(
            [*command, str(home / "recipe.toml")], cwd=ROOT, capture_output=True, encoding="utf-8",
            env=environment(PYTHONHASHSEED=hash_seed, **dict.fromkeys(THREADS, str(workers))),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        folders.append(contents(home / "models" / "v0001"))
    manifests = [json.loads(folder.pop(MANIFEST)) for folder in folders]
    assert [name for name in folders[0] if folders[0][name] != folders[1].get(name)] == []
    assert folders[0].keys() == folders[1].keys()
    for manifest in manifests:
        del manifest["created"], manifest["created_seal"]
    assert manifests[0] == manifests[1]


KILLED = """
import os, signal, sys
from importlib import import_module
from recommender import open_model
model = import_module(sys.argv[4] if len(sys.argv) > 4 else "recommender.versions.artifact")
held, count = open_model(sys.argv[1]), [0]
def dying(name, at):
    plain = getattr(model, name)
    def step(*args):
        count[0] += 1
        if count[0] > at:
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(*args)
    setattr(model, name, step)
dying(sys.argv[2], int(sys.argv[3]))
held.save(sys.argv[1])
"""


@pytest.mark.parametrize(
    ("step", "after"),
    [("_write", 0), ("_write", 20), ("_write_text", 0), ("_write_text", 2), ("_sync", 0), ("_take_name", 0)],
)
def test_a_kill_while_saving_leaves_the_old_model(models: Path, step: str, after: int) -> None:
    before = contents(models / "v0001")
    done = subprocess.run([sys.executable, "-c", KILLED, str(models), step, str(after)], env=environment())
    assert done.returncode == -signal.SIGKILL
    assert (models / "current").read_text() == "v0001\n"
    assert contents(models / "v0001") == before
    assert sorted(p.name for p in models.glob("v*")) == ["v0001"]
    use(models)
    assert small_model().save(models) == "v0002"


def test_a_kill_before_promotion_leaves_the_old_model_current(models: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(models), "set_current", "0", "recommender.ranking.model"], env=environment()
    )
    assert done.returncode == -signal.SIGKILL
    assert (models / "current").read_text() == "v0001\n"
    use(models)


def names_of(saved: Path) -> list[str]:
    return sorted(p.name for p in (saved / "v0001").iterdir() if p.name != MANIFEST)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


@pytest.mark.parametrize("harm", [cut, empty, grow, Path.unlink])
def test_a_file_of_another_size_is_refused_and_named(models: Path, harm: object) -> None:
    kept = contents(models / "v0001")
    for name in names_of(models):
        path = models / "v0001" / name
        harm(path)  # type: ignore[operator]
        assert [problem.split(":")[0] for problem in damaged_files(models / "v0001")] == [name]
        with pytest.raises(RecommenderError) as caught:
            open_model(models)
        assert name in caught.value.problem
        assert caught.value.hint
        path.write_bytes(kept[name])
    use(models)


@pytest.mark.parametrize("place", ["first", "header", "middle", "last"])
def test_a_flipped_bit_is_found_and_never_crashes_a_question(models: Path, place: str) -> None:
    crashed = []
    for name in names_of(models):
        path = models / "v0001" / name
        sound = path.read_bytes()
        at = {"first": 0, "header": min(20, len(sound) - 1), "middle": len(sound) // 2, "last": len(sound) - 1}[place]
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 0x40]) + sound[at + 1 :])
        assert [problem.split(":")[0] for problem in damaged_files(models / "v0001")] == [name]
        try:
            use(models)
        except RecommenderError as error:
            assert error.hint
        except Exception as error:  # noqa: BLE001
            crashed.append(f"{name}: {type(error).__name__}: {error}")
        path.write_bytes(sound)
    assert crashed == [], "a damaged model is refused with RecommenderError"


def test_the_bomb_of_these_tests_is_live(tmp_path: Path) -> None:
    unpacking = "import sys, numpy; numpy.load(sys.argv[1], allow_pickle=True)"
    for name, held in (("bomb", BOMB), ("bomb.npy", array_of_objects())):
        (tmp_path / name).write_bytes(held)
        subprocess.run([sys.executable, "-c", unpacking, name], cwd=tmp_path, capture_output=True)
        (tmp_path / MADE).rmdir()


def test_a_pickle_in_place_of_an_array_is_not_run(models: Path) -> None:
    for name in names_of(models):
        if name == CARD:  # for people: no program reads it
            continue
        path = models / "v0001" / name
        sound = path.read_bytes()
        path.write_bytes(BOMB.ljust(len(sound), b"\0"))
        with pytest.raises(RecommenderError):
            open_model(models)
        assert not MADE.exists()
        path.write_bytes(sound)


def test_an_array_of_objects_is_refused(models: Path) -> None:
    path = models / "v0001" / "catalogue.days.npy"
    path.write_bytes(array_of_objects())
    manifest = json.loads((models / "v0001" / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"]["catalogue.days.npy"]["size"] = path.stat().st_size
    (models / "v0001" / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(RecommenderError, match="damaged"):
        open_model(models)
    assert not MADE.exists()


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        ({"format": FORMAT + 1}, f"format {FORMAT + 1}"),
        ({"format": 999}, "format 999"),
        ({"format": "1"}, "format 1"),
        ({"format": None}, "format None"),
        ({}, "manifest"),
        ([], "manifest"),
        ({"format": FORMAT}, ""),
        ({"format": FORMAT, "files": []}, ""),
        ({"format": FORMAT, "files": {"catalogue.days.npy": 3}}, ""),
        ("[" * 100_000, "manifest"),
        ("", "manifest"),
        ("\ufeff{", "manifest"),
        ("\0" * 10, "manifest"),
    ],
)
def test_a_manifest_of_another_kind_is_refused(models: Path, manifest: object, told: str) -> None:
    text = manifest if isinstance(manifest, str) else json.dumps(manifest)
    (models / "v0001" / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(RecommenderError) as caught:
        open_model(models)
    assert told in caught.value.problem
    assert caught.value.hint


@pytest.mark.parametrize(
    "name", ["", "\n", "..", ".", "../v0001", "/etc", "v0001/..", "a/b", "v0099", "nothing", "current", "\0", "v" * 400]
)
def test_current_names_a_version_or_is_refused(models: Path, name: str) -> None:
    (models / "current").write_text(name, encoding="utf-8")
    with pytest.raises(RecommenderError) as caught:
        open_model(models)
    assert caught.value.hint


@pytest.mark.parametrize("harm", ["missing", "folder", "bytes"])
def test_current_that_cannot_be_read_is_refused(models: Path, harm: str) -> None:
    (models / "current").unlink()
    if harm == "folder":
        (models / "current").mkdir()
    elif harm == "bytes":
        (models / "current").write_bytes(b"\xff\xfe")
    with pytest.raises(RecommenderError):
        open_model(models)


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file stands here")
    with pytest.raises(RecommenderError) as caught:
        small_model().save(tmp_path / "models")
    assert caught.value.hint
