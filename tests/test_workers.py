"""The export by several processes: the same bytes, and an end of all where one ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import INTERRUPTIBLE, after, environment, run_cli
from worlds import RECORDS, fitted, write_records

MANY = [{"id": f"n{i}", "title": f"양극재 공장 {i}호기 착공"} for i in range(90)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of many headlines, so that an export takes a while; not to be changed."""
    home = tmp_path_factory.mktemp("workers") / "home"
    assert run_cli(home, "ingest", write_records(home.parent / "records.jsonl", [*RECORDS, *MANY])).status == 0
    fitted([*RECORDS, *MANY]).save(home / "models")
    return home


@pytest.fixture
def exporting(home: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """An export by three processes, in a group of its own; its temporary files go to ``tmp_path / "temporary"``."""
    (tmp_path / "temporary").mkdir()
    with subprocess.Popen(
        after(INTERRUPTIBLE, "-C", home, "export", "--workers", "3", "-o", tmp_path / "out"),
        env=environment(TMPDIR=str(tmp_path / "temporary")), stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        yield process


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The workers of an export, once all three have started."""
    found: list[int] = []
    while process.poll() is None and len(found) < 3:
        time.sleep(0.005)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        found = [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    assert len(found) == 3, "it was still at work"
    return found


def gone(process_id: int) -> bool:
    """Whether a process has ended, be it that nobody has asked how yet."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{process_id}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def soon_gone(workers: list[int]) -> bool:
    for _ in range(1200):
        if all(map(gone, workers)):
            return True
        time.sleep(0.05)
    return False


def by_one(home: Path, *options: str) -> str:
    done = run_cli(home, "export", *options)
    assert done.status == 0
    assert len(done.stdout.splitlines()) == len(RECORDS) + len(MANY)
    return done.stdout


@pytest.mark.parametrize("options", [["-k", "2", "--no-collapse"], ["--stories"]], ids=" ".join)
def test_the_same_bytes_by_two_processes(home: Path, options: list[str]) -> None:
    assert run_cli(home, "export", "--workers", "2", *options).stdout == by_one(home, *options)


def test_the_same_bytes_by_three_processes_in_a_file(home: Path, tmp_path: Path) -> None:
    assert run_cli(home, "export", "--workers", "3", "-o", tmp_path / "out").status == 0
    assert (tmp_path / "out").read_text(encoding="utf-8") == by_one(home)


def test_a_killed_worker_gives_one_sentence(exporting: subprocess.Popen[str], tmp_path: Path) -> None:
    workers = workers_of(exporting)
    os.kill(workers[1], signal.SIGKILL)
    _, told = exporting.communicate(timeout=180)
    assert exporting.returncode == 1
    assert [line for line in told.splitlines() if line] == [
        "error: A worker process ended before its work was done: it was killed, or memory ran out. "
        "Ask with fewer workers."
    ]
    assert soon_gone(workers)
    assert [path.name for path in tmp_path.iterdir()] == ["temporary"]
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("at_work", [False, True], ids=["at the start", "at work"])
def test_ctrl_c_ends_all(exporting: subprocess.Popen[str], tmp_path: Path, at_work: bool) -> None:
    workers = workers_of(exporting)
    while at_work and not all("multiarray" in Path(f"/proc/{worker}/maps").read_text() for worker in workers):
        time.sleep(0.005)
    os.killpg(exporting.pid, signal.SIGINT)
    _, told = exporting.communicate(timeout=180)
    assert exporting.returncode == 130
    assert told.split() == ["stopped"]
    assert soon_gone(workers)
    assert [path.name for path in tmp_path.iterdir()] == ["temporary"]
    assert list((tmp_path / "temporary").iterdir()) == []


def test_workers_end_with_the_process_that_started_them(exporting: subprocess.Popen[str]) -> None:
    workers = workers_of(exporting)
    exporting.kill()
    exporting.wait()
    assert soon_gone(workers)


def test_a_reader_that_has_enough_ends_it(home: Path) -> None:
    command = f"{sys.executable} -m recommender -C {home} export --workers 2 | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, env=environment())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith('{"id": ')
