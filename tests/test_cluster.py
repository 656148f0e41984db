"""Work over a Dask cluster of processes on this machine: the same bytes as alone, and sentences where it ends."""

from __future__ import annotations

import gzip
import hashlib
import inspect
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from clusters import free_port, local_cluster, scheduler, worker
from conftest import ROOT, environment, run_cli
from partitions import kill_once, refused_once, slow_square, write_square
from worlds import RECORDS, fitted, write_records

from recommender import Corpus, train
from recommender.corpus.read_ahead import InputFile, ReadAhead, Settings, partitions, read_files
from recommender.errors import WorkerError
from recommender.executors import dask as at_work
from recommender.executors.dask import Dask
from recommender.executors.executor import Serial
from recommender.executors.resumable import resumable_folder
from recommender.ranking.model import Model
from recommender.readers.columns import Columns
from recommender.readers.registry import reader_of
from recommender.training.passes import Passes

pytest.importorskip("distributed", reason="needs the extra dask")
pytestmark = pytest.mark.slow
MANY = [
    {"id": f"n{i}", "title": f"양극재 공장 {i}호기 착공", "published": f"2024-03-{1 + i % 28:02}"} for i in range(90)
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with local_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of many headlines; not to be changed."""
    home = tmp_path_factory.mktemp("cluster") / "home"
    assert run_cli(home, "ingest", write_records(home.parent / "records.jsonl", [*RECORDS, *MANY])).status == 0
    fitted([*RECORDS, *MANY]).save(home / "models")
    return home


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("options", [[], ["-k", "2", "--no-collapse", "--since", "2024-03-10"]], ids=["all", "some"])
def test_an_export_over_dask_is_the_serial_one(home: Path, cluster: Any, tmp_path: Path, options: list[str]) -> None:
    one = run_cli(home, "export", *options)
    many = run_cli(home, "export", "--dask", cluster.scheduler_address, "-o", tmp_path / "out", *options)
    assert (many.status, one.status) == (0, 0), many.stderr
    assert digest((tmp_path / "out").read_text(encoding="utf-8")) == digest(one.stdout)
    assert many.stderr.splitlines() == [f"{len(one.stdout.splitlines()):,} related lists in {tmp_path / 'out'}"]
    assert not (home / "work").exists(), "what was kept for a failure is gone"


def test_what_people_decide_later_is_in_the_next_export(home: Path, cluster: Any) -> None:
    """A worker that has the model open does not answer from what stood there before."""
    before = run_cli(home, "export", "--dask", cluster.scheduler_address)
    assert run_cli(home, "related", "block", "plant-1", "plant-2").status == 0
    after = run_cli(home, "export", "--dask", cluster.scheduler_address)
    assert run_cli(home, "export").stdout == after.stdout != before.stdout
    assert run_cli(home, "related", "undo").status == 0


def test_a_killed_worker_loses_nothing(cluster: Any, tmp_path: Path) -> None:
    paths = list(Dask(cluster.scheduler_address, tmp_path).map(partial(kill_once, tmp_path), range(6)))
    assert [path.read_text() for path in paths] == [str(n * n) for n in range(6)]
    assert (tmp_path / "killed").exists()


def test_a_folder_that_did_not_answer_is_asked_again(cluster: Any, tmp_path: Path) -> None:
    paths = list(Dask(cluster.scheduler_address, tmp_path).map(partial(refused_once, tmp_path), range(3)))
    assert [path.read_text() for path in paths] == ["0", "1", "4"]


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:1", "127.0.0.1:1", "nowhere", "", "foo://bar:1", "tcp://", "h:99999"]
)
def test_no_scheduler_is_one_sentence(home: Path, address: str) -> None:
    done = run_cli(home, "export", "--dask", address)
    assert (done.status, done.stdout) == (1, "")
    assert done.stderr == (
        f"error: No Dask scheduler answers at {address!r}. "
        "Start one (dask scheduler), and give its address, such as tcp://10.0.0.1:8786.\n"
    )
    assert not (home / "work").exists(), "nothing was done, nothing is kept"


def test_a_scheduler_that_goes_away_is_one_sentence_and_the_same_goes_on(tmp_path: Path) -> None:
    port = free_port()
    with scheduler(port) as at, worker(port):
        results = Dask(f"tcp://127.0.0.1:{port}", tmp_path).map(partial(slow_square, tmp_path), range(20))
        assert next(results) == tmp_path / "0"
        at.kill()
        with pytest.raises(WorkerError) as caught:
            list(results)
    assert str(caught.value) == (
        f"The Dask scheduler at tcp://127.0.0.1:{port} went away. Start it again. What is done is kept: "
        "give the same command again, and it goes on from there."
    )
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert 1 <= len(before) < 20
    with scheduler(port), worker(port):
        results = Dask(f"tcp://127.0.0.1:{port}", tmp_path).map(partial(write_square, tmp_path), range(20))
        assert [path.read_text() for path in results] == [str(n * n) for n in range(20)]
    assert before.items() <= {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}.items()


def test_a_scheduler_without_a_worker_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_work, "_ARRIVAL", 1.0)
    port = free_port()
    with scheduler(port), pytest.raises(WorkerError) as caught:
        list(Dask(f"tcp://127.0.0.1:{port}").map(len, ["a"]))
    assert caught.value.problem == f"The Dask scheduler at tcp://127.0.0.1:{port} has no worker."


def test_workers_that_all_go_away_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_work, "_ALONE", 1.0)
    monkeypatch.setattr(at_work, "_LOOK", 0.2)
    port = free_port()
    with scheduler(port), worker(port) as at:
        results = Dask(f"tcp://127.0.0.1:{port}", tmp_path).map(partial(slow_square, tmp_path), range(20))
        next(results)
        at.kill()
        with pytest.raises(WorkerError) as caught:
            list(results)
    assert caught.value.problem == f"The Dask scheduler at tcp://127.0.0.1:{port} has no worker any more."
    assert "goes on from there" in caught.value.hint


def test_a_worker_of_another_version_or_place_is_named() -> None:
    good = {**at_work.describe(None), "threads": ["1"] * 3}
    at_work._check_worker("w", dict(good), Path("/shared"))
    at_work._check_worker("w", OSError("lost"), Path("/shared"))
    for worse, said in [
        ({"sees": False}, "The worker w does not see /shared."),
        ({"numpy": "1.0"}, f"The worker w has numpy 1.0, here it is {good['numpy']}."),
        ({"threads": ["1", None, "1"]}, "The worker w has several threads for linear algebra: results would differ."),
    ]:
        with pytest.raises(WorkerError) as caught:
            at_work._check_worker("w", good | worse, Path("/shared"))
        assert caught.value.problem == said
    with pytest.raises(WorkerError, match="cannot run this program"):
        at_work._check_worker("w", ModuleNotFoundError("No module named 'recommender'"), None)


def test_a_sweep_takes_what_nobody_came_back_to(tmp_path: Path) -> None:
    (tmp_path / "work" / "export-old").mkdir(parents=True)
    (tmp_path / "work" / "export-new").mkdir()
    os.utime(tmp_path / "work" / "export-old", (0, 0))
    with suppress(ZeroDivisionError), resumable_folder(tmp_path, "export", "key") as folder:
        (folder / "part").touch()
        raise ZeroDivisionError
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == ["export-key", "export-new"]
    with resumable_folder(tmp_path, "export", "key") as folder:
        assert (folder / "part").exists(), "what was done is there"
    assert not folder.exists()


@pytest.mark.parametrize("there", [True, False])
def test_a_work_that_is_done_leaves_no_folder(tmp_path: Path, there: bool) -> None:
    home = tmp_path / "home"
    if there:
        home.mkdir()
    with resumable_folder(home, "ingest", "key") as folder:
        (folder / "part").write_text("read", encoding="utf-8")
    assert [path.name for path in tmp_path.rglob("*")] == ["home"] * there


def test_the_folder_of_a_work_is_of_one_process(tmp_path: Path) -> None:
    """Neither the same work beside it nor a sweep takes it away."""
    program = (
        "import sys; from pathlib import Path; from recommender.executors.resumable import resumable_folder\n"
        "with resumable_folder(Path(sys.argv[1]), 'export', 'key') as folder:\n"
        "    (folder / 'part').touch(); print(folder.name, flush=True); input(); (folder / 'part').unlink()"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )
    assert process.stdout
    assert process.stdout.readline() == "export-key\n"
    os.utime(tmp_path / "work" / "export-key", (0, 0))
    for _ in range(2):
        with resumable_folder(tmp_path, "export", "key") as folder:
            assert (folder.name, list(folder.iterdir())) == ("export-key-2", [])
        assert [path.name for path in (tmp_path / "work").iterdir()] == ["export-key"]
    assert process.communicate("\n") == ("", "")
    assert (process.returncode, (tmp_path / "work").exists()) == (0, False)


def archive(folder: Path) -> Path:
    """Pages, records of several forms, tables, a packed file, and files that are refused or change the order."""
    shutil.copytree(ROOT / "data" / "sample" / "pages", folder / "pages")
    write_records(folder / "a.jsonl", RECORDS)
    write_records(folder / "b.jsonl", [{**RECORDS[0], "title": "다른 제목", "updated": "2025-01-01"}, {"body": ""}])
    (folder / "broken.json").write_text('{"title": ', encoding="utf-8")
    (folder / "c.jsonl.gz").write_bytes(gzip.compress('{"id":"z","title":"둘째 기사","tags":["포토"]}\n'.encode()))
    (folder / "t.csv").write_bytes("제목,본문,날짜\n광역 철도 개통,본문이다.,2024-05-01\n".encode("cp949"))
    (folder / "bad.parquet").write_bytes(b"PAR1 no")
    pyarrow = pytest.importorskip("pyarrow.parquet", reason="needs the extra parquet")
    from pyarrow import Table

    (folder / "set").mkdir()
    for part in range(3):
        rows = [{"id": f"p{part}{at}", "title": f"조선소 {part}{at}호선 진수"} for at in range(5)]
        pyarrow.write_table(Table.from_pylist(rows), folder / "set" / f"part-{part}.parquet")
    return folder


def contents(home: Path) -> str:
    with closing(sqlite3.connect(home / "data" / "corpus.db")) as connection:
        return digest("\n".join(connection.iterdump()))


def test_an_ingest_over_dask_is_the_serial_one(cluster: Any, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    files = archive(tmp_path / "files")
    one, many = tmp_path / "one", tmp_path / "many"
    dask = ("--dask", cluster.scheduler_address)
    for _ in range(2):  # the second time nothing is new
        alone, over = run_cli(one, "ingest", files), run_cli(many, "ingest", *dask, files)
        assert (over.status, over.stdout, over.stderr) == (alone.status, alone.stdout, alone.stderr)
        assert contents(many) == contents(one)
        assert not (many / "work").exists()
        write_records(files / "a.jsonl", RECORDS[:5])
    assert over.status == 1, "what is broken is told"
    assert "5 changed" in over.stdout or "unchanged" in over.stdout


def test_what_changed_since_it_was_read_is_read_again(tmp_path: Path) -> None:
    file = write_records(tmp_path / "a.jsonl", RECORDS[:3])
    ahead = ReadAhead(Serial(), tmp_path)
    ahead.start([file], (None, Columns()), {})
    assert ahead.records(str(file), "another hash") is None
    assert ahead.records("unknown", "") is None
    sha = hashlib.sha256(file.read_bytes()).hexdigest()
    found = ahead.records(str(file), sha)
    assert found is not None
    assert [*found] == [*reader_of(file).read(file, str(file))]


def test_who_stops_early_lets_go_of_the_cluster(cluster: Any, tmp_path: Path) -> None:
    """What is left to the garbage collector meets a cluster that is gone, and complains."""
    files = [write_records(tmp_path / f"{at}.jsonl", RECORDS[:3]) for at in range(3)]
    ahead = ReadAhead(Dask(cluster.scheduler_address), tmp_path)
    ahead.start(files, (None, Columns()), {})
    sha = hashlib.sha256(files[0].read_bytes()).hexdigest()
    assert ahead.records(str(files[0]), sha) is not None
    assert inspect.getgeneratorstate(ahead._parts) == inspect.GEN_SUSPENDED  # type: ignore[arg-type]
    ahead.close()
    assert inspect.getgeneratorstate(ahead._parts) == inspect.GEN_CLOSED  # type: ignore[arg-type]


def test_a_worker_that_does_not_see_a_file_says_so(tmp_path: Path) -> None:
    missing = InputFile(str(tmp_path / "away.jsonl"), "away.jsonl", "")
    with pytest.raises(WorkerError, match=r"does not see .*away\.jsonl"):
        read_files(tmp_path, Settings(None, Columns()), [missing])


def test_files_are_read_in_partitions_of_some_megabytes(tmp_path: Path) -> None:
    for at, size in enumerate([10, 17 << 20, 10, 10]):
        (tmp_path / str(at)).touch()
        os.truncate(tmp_path / str(at), size)
    files = [InputFile(str(tmp_path / str(at)), str(at), "") for at in range(4)]
    assert [[each.shown for each in part] for part in partitions(files)] == [["0"], ["1"], ["2", "3"]]
    assert [len(part) for part in partitions(files[:1] * 130)] == [64, 64, 2]


def test_a_training_over_dask_is_the_serial_one(
    home: Path, cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Corpus.open(home / "data" / "corpus.db") as corpus:
        alone = train(corpus)
        monkeypatch.setattr("recommender.training.article_texts.PARTITION", 25)
        with resumable_folder(tmp_path, "train", "key") as folder:
            over = train(corpus, passes=Passes(Dask(cluster.scheduler_address, folder), folder))
            assert len(list(folder.glob("meaning-*.npy"))) == 5
    assert saved(over, tmp_path / "over") == saved(alone, tmp_path / "alone")


def saved(model: Model, models: Path) -> dict[str, str]:
    version = model.save(models, created="2024-01-01T00:00:00+00:00")
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (models / version).iterdir()}


def test_the_command_trains_over_dask(home: Path, cluster: Any) -> None:
    manifests = []
    for more in ([], ["--dask", cluster.scheduler_address]):
        done = run_cli(home, "train", "--quiet", "--no-promote", *more)
        assert done.status == 0, done.stderr
        held = json.loads((home / "models" / done.stdout.split(":")[0] / "manifest.json").read_text(encoding="utf-8"))
        manifests.append({key: value for key, value in held.items() if not key.startswith("created")})
    assert manifests[0] == manifests[1]
    assert not (home / "work").exists()
