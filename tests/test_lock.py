"""The lock of a training: held by one process, lost by none that lives, kept by none that died."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import environment, run_cli
from test_model import KILLED
from worlds import RECORDS, fitted, write_records

from recommender import RecommenderError
from recommender.lock import FILE, STALE_HOURS, Holder, alive, held
from recommender.version_folder import sweep

HOLDING = """
import multiprocessing, sys, time
from pathlib import Path
from recommender.lock import held
with held(Path(sys.argv[1])):
    if len(sys.argv) > 2:
        child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
        child.start()
        print(child.pid, flush=True)
    else:
        print("held", flush=True)
    time.sleep(60)
"""
TAKING_TURNS = """
import sys, time
from pathlib import Path
from recommender import RecommenderError
from recommender.lock import held
folder = Path(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
turns, end = 0, time.monotonic() + 30
while turns < 5 and time.monotonic() < end:
    try:
        with held(folder):
            inside = folder / "inside"
            inside.touch(exist_ok=False)
            time.sleep(0.005)
            inside.unlink()
            turns += 1
    except RecommenderError:
        time.sleep(0.002)
print(turns)
"""


@contextmanager
def holder(folder: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that holds the lock, and the first line that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(folder), *more], stdout=subprocess.PIPE, text=True, env=environment()
    )
    assert process.stdout
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def free(folder: Path) -> bool:
    try:
        with held(folder):
            return True
    except RecommenderError:
        return False


def test_it_is_held_by_one_and_released_at_the_end(tmp_path: Path) -> None:
    with held(tmp_path / "models"):
        row = json.loads((tmp_path / "models" / FILE).read_text())
        assert (row["pid"], row["host"]) == (os.getpid(), socket.gethostname())
        assert abs(row["since"] - time.time()) < 60
        assert not free(tmp_path / "models"), "not a second time in one process either"
    assert not (tmp_path / "models" / FILE).exists()
    assert free(tmp_path / "models")


def test_it_is_released_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), held(tmp_path):
        raise ZeroDivisionError
    assert free(tmp_path)


def test_a_living_process_keeps_it_and_is_named(tmp_path: Path) -> None:
    with holder(tmp_path) as (process, _):
        with pytest.raises(RecommenderError) as caught, held(tmp_path):
            pass
        assert f"process {process.pid} on {socket.gethostname()}" in caught.value.problem
        assert caught.value.mend
        done = run_cli(tmp_path / "other", "retrain", "--no-ingest")
        assert (done.status, done.stdout) == (1, ""), "another folder is not concerned"
        assert "There is no corpus" in done.stderr


@pytest.mark.parametrize("command", [["train", "--quiet"], ["retrain"]])
def test_no_training_starts_beside_another(tmp_path: Path, command: list[str]) -> None:
    assert run_cli(tmp_path, "ingest", write_records(tmp_path / "r.jsonl", RECORDS[:3])).status == 0
    with holder(tmp_path / "models"):
        done = run_cli(tmp_path, *command)
    assert (done.status, done.stdout) == (1, "")
    assert done.stderr.startswith("error: Another training is at work")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("reaped", [True, False], ids=["gone", "zombie"])
def test_the_lock_of_a_killed_process_is_taken_over(tmp_path: Path, reaped: bool) -> None:
    with holder(tmp_path) as (process, _):
        assert not free(tmp_path)
        process.send_signal(signal.SIGKILL)
        if reaped:
            process.wait()
        else:
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert (tmp_path / FILE).read_text(), "it left its lock"
        assert free(tmp_path)


def test_workers_that_outlive_their_killed_parent_do_not_hold_it(tmp_path: Path) -> None:
    with holder(tmp_path, "with a child") as (process, child):
        process.kill()
        process.wait()
        try:
            assert alive(int(child))
            assert free(tmp_path)
        finally:
            os.kill(int(child), signal.SIGKILL)


def lock(folder: Path, **changes: object) -> None:
    me = Holder.me()
    row = {"pid": me.pid, "host": me.host, "born": me.born, "since": me.since} | changes
    (folder / FILE).write_text(json.dumps(row))


@pytest.mark.parametrize(
    ("hours", "taken"), [(0, False), (STALE_HOURS - 1, False), (STALE_HOURS + 1, True), (-5, False)]
)
def test_the_lock_of_another_machine_holds_for_a_stated_time(tmp_path: Path, hours: float, taken: bool) -> None:
    lock(tmp_path, host="elsewhere", pid=1, since=time.time() - hours * 3600)
    if taken:
        assert free(tmp_path)
        return
    with pytest.raises(RecommenderError) as caught, held(tmp_path):
        pass
    assert "on elsewhere, since 2" in caught.value.problem
    assert str(tmp_path / FILE) in caught.value.mend
    assert f"{STALE_HOURS} hours" in caught.value.mend
    assert (tmp_path / FILE).exists()


def test_a_pid_that_another_process_has_now_holds_nothing(tmp_path: Path) -> None:
    born = Holder.me().born
    if born is None:
        pytest.skip("start times of processes are not known on this system")
    lock(tmp_path, born=born - 1)
    assert free(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "\0", '{"pid": 1}', '{"pid": "x", "host": "", "born": 1, "since": 2}',
     '{"pid": -1, "host": "HOST", "born": null, "since": 0}', '{"pid": 0, "host": "HOST", "born": null, "since": 0}',
     '{"pid": 99999999999999999999, "host": "HOST", "born": null, "since": 0}'],
)  # fmt: skip
def test_a_lock_that_names_nobody_holds_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text.replace("HOST", socket.gethostname()))
    assert free(tmp_path)


@pytest.mark.parametrize("place", ["file", "folder"])
def test_a_place_that_cannot_be_locked_is_one_sentence(tmp_path: Path, place: str) -> None:
    if place == "file":
        (tmp_path / "models").write_text("a file stands here")
    else:
        (tmp_path / "models" / FILE).mkdir(parents=True)
    with pytest.raises(RecommenderError) as caught, held(tmp_path / "models"):
        pass
    assert caught.value.mend


def test_many_take_turns_and_start_from_a_dead_ones_lock(tmp_path: Path) -> None:
    """Eight processes at once on the lock of a dead one: each has its turns, no two are ever inside together."""
    with holder(tmp_path) as (process, _):
        process.kill()
        process.wait()
    script = [sys.executable, "-c", TAKING_TURNS, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    processes = [subprocess.Popen(script, text=True, env=environment(), **pipes) for _ in range(8)]  # type: ignore[call-overload]
    for one in processes:
        assert one.stdout.readline() == "ready\n"
    for one in processes:
        one.stdin.write("go\n")
        one.stdin.flush()
    told = [one.communicate(timeout=60) for one in processes]
    assert [errors for _, errors in told if errors] == [], "two were inside at once"
    assert [turns.strip() for turns, _ in told] == ["5"] * 8


@pytest.mark.parametrize("step", ["_write", "_write_text", "_sync", "_take_name"])
def test_what_a_kill_while_saving_left_is_swept(tmp_path: Path, step: str) -> None:
    models = tmp_path / "models"
    fitted(RECORDS[:3]).save(models)
    done = subprocess.run([sys.executable, "-c", KILLED, str(models), step, "0"], env=environment())
    assert done.returncode == -signal.SIGKILL
    left = [path.name for path in models.glob(".writing-*")]
    assert len(left) == 1
    assert sweep(models) == left
    assert sorted(path.name for path in models.iterdir()) == ["current", "v0001"]


def test_what_a_kill_before_the_pointer_was_renamed_left_is_swept(tmp_path: Path) -> None:
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    for name in (f".current-{gone.stdout.strip()}@{socket.gethostname()}", f".deleting-v0001-{gone.stdout.strip()}"):
        (tmp_path / name).touch()
    assert len(sweep(tmp_path)) == 2


Names = Callable[[int], str]


@pytest.mark.parametrize("name", [
    lambda pid: f".writing-{pid}", lambda pid: f".writing-{pid}@{socket.gethostname()}",
    lambda _: ".writing-1@elsewhere",
    lambda _: ".writing-x", lambda _: ".writing-", lambda _: ".lock", lambda _: "v0001", lambda _: ".other-1",
])  # fmt: skip
def test_what_the_living_write_stays(tmp_path: Path, name: Names) -> None:
    place = tmp_path / name(os.getpid())
    place.mkdir()
    assert sweep(tmp_path) == []
    assert place.is_dir()


def test_what_another_machine_left_long_ago_is_swept(tmp_path: Path) -> None:
    place = tmp_path / ".writing-1@elsewhere"
    place.mkdir()
    long_ago = time.time() - (STALE_HOURS + 1) * 3600
    os.utime(place, (long_ago, long_ago))
    assert sweep(tmp_path) == [place.name]
