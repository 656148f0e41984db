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
from conftest import ROOT, environment, run_cli
from test_model import KILLED
from worlds import RECORDS, fitted, write_records

from recommender import RecommenderError
from recommender.errors import ModelError
from recommender.files.atomic import staged_folder, sweep
from recommender.versions import lock
from recommender.versions.lock import FILE, training_lock
from recommender.versions.registry import names, promote, rollback

HOLDING = """
import multiprocessing, sys, time
from pathlib import Path
from recommender.versions.lock import training_lock
with training_lock(Path(sys.argv[1])):
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
from recommender.errors import ModelError
from recommender.versions.lock import training_lock
folder = Path(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
turns, end = 0, time.monotonic() + 120
while turns < 5 and time.monotonic() < end:
    try:
        with training_lock(folder):
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
        with training_lock(folder):
            return True
    except RecommenderError:
        return False


def test_it_is_held_by_one_and_released_at_the_end(tmp_path: Path) -> None:
    with training_lock(tmp_path / "models"):
        row = json.loads((tmp_path / "models" / FILE).read_text())
        assert (row["pid"], row["host"]) == (os.getpid(), socket.gethostname())
        assert abs(row["since"] - time.time()) < 60
        assert not free(tmp_path / "models"), "not a second time in one process either"
    assert not (tmp_path / "models" / FILE).exists()
    assert free(tmp_path / "models")


def test_it_is_released_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), training_lock(tmp_path):
        raise ZeroDivisionError
    assert free(tmp_path)


def test_a_living_process_keeps_it_and_is_named(tmp_path: Path) -> None:
    with holder(tmp_path) as (process, _):
        with pytest.raises(RecommenderError) as caught, training_lock(tmp_path):
            pass
        assert f"process {process.pid} on {socket.gethostname()}" in caught.value.problem
        assert caught.value.hint
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
            os.kill(int(child), 0)  # it lives
            assert free(tmp_path)
        finally:
            os.kill(int(child), signal.SIGKILL)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "\0", '{"pid": 1}', '{"pid": "x", "host": "", "since": 2}',
     '{"pid": PID, "host": "HOST", "since": NOW}', '{"pid": 1, "host": "elsewhere", "since": NOW}',
     '{"pid": 1, "host": "elsewhere", "born": 7, "since": NOW}'],
)  # fmt: skip
def test_the_kernel_says_who_holds_it_not_the_text(tmp_path: Path, text: str) -> None:
    """What a killed process of any machine or container wrote holds nothing, though its number lives here."""
    told = text.replace("HOST", socket.gethostname()).replace("PID", str(os.getpid()))
    (tmp_path / FILE).write_text(told.replace("NOW", str(time.time())))
    assert free(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "1e999", '{"pid": 1, "host": "x", "since": 1e300}', "\xff"])
def test_who_holds_it_may_be_unknown(tmp_path: Path, text: str) -> None:
    with holder(tmp_path):
        (tmp_path / FILE).write_text(text)
        with pytest.raises(RecommenderError, match="Another training is at work") as caught, training_lock(tmp_path):
            pass
    assert caught.value.hint


def in_a_container(*command: str) -> list[str]:
    """``command`` with process numbers of its own; the host's name stays the same. Only root may."""
    apart = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
    try:
        done = subprocess.run([*apart, "true"], capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no unshare here")
    if done.returncode:
        pytest.skip(f"processes cannot be numbered apart here: {done.stderr.decode().strip()}")
    return [*apart, *command]


def test_a_process_of_another_container_keeps_it(tmp_path: Path) -> None:
    """Its number is nobody's here, and a number of here is nobody's there."""
    script = in_a_container(sys.executable, "-c", HOLDING, str(tmp_path))
    inside = subprocess.Popen(script, stdout=subprocess.PIPE, text=True, env=environment())
    assert inside.stdout
    try:
        assert inside.stdout.readline() == "held\n"
        assert not free(tmp_path)
        asked = "from test_lock import free; import sys; from pathlib import Path; print(free(Path(sys.argv[1])))"
        other = in_a_container(sys.executable, "-c", asked, str(tmp_path))
        tests = environment(PYTHONPATH=f"{ROOT}:{ROOT / 'tests'}")
        done = subprocess.run(other, capture_output=True, text=True, env=tests)
        assert done.stdout == "False\n", done.stderr
    finally:
        inside.kill()
        inside.wait()
        inside.stdout.close()
    assert eventually(lambda: free(tmp_path)), "its processes died with it"


def eventually(found: Callable[[], bool], seconds: float = 60) -> bool:
    """What the kernel does after a kill takes a moment."""
    end = time.monotonic() + seconds
    while not (so := found()) and time.monotonic() < end:
        time.sleep(0.05)
    return so


@pytest.mark.parametrize("place", ["file", "folder"])
def test_a_place_that_cannot_be_locked_is_one_sentence(tmp_path: Path, place: str) -> None:
    if place == "file":
        (tmp_path / "models").write_text("a file stands here")
    else:
        (tmp_path / "models" / FILE).mkdir(parents=True)
    with pytest.raises(RecommenderError) as caught, training_lock(tmp_path / "models"):
        pass
    assert caught.value.hint


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
    told = [one.communicate(timeout=180) for one in processes]
    assert [errors for _, errors in told if errors] == [], "two were inside at once"
    assert [turns.strip() for turns, _ in told] == ["5"] * 8


WRITING = """
import os, signal, sys, time
from pathlib import Path
from recommender.files.atomic import replacing, staged_folder
root = Path(sys.argv[1])
how = staged_folder(root) if sys.argv[2] == "folder" else replacing(root / "current")
with how as place:
    if sys.argv[2] == "folder":
        (place / "half.npy").write_bytes(b"half")
    else:
        place.write(b"half")
    print("writing", flush=True)
    time.sleep(60)
"""


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


@pytest.mark.parametrize("what", ["folder", "file"])
@pytest.mark.parametrize("apart", [False, True], ids=["here", "in another container"])
def test_what_the_living_write_stays_and_what_the_killed_left_goes(tmp_path: Path, what: str, apart: bool) -> None:
    command = [sys.executable, "-c", WRITING, str(tmp_path), what]
    writer = subprocess.Popen(
        in_a_container(*command) if apart else command, stdout=subprocess.PIPE, text=True, env=environment()
    )
    assert writer.stdout
    try:
        assert writer.stdout.readline() == "writing\n"
        [place] = tmp_path.glob(".writing-*")
        assert sweep(tmp_path) == []
        assert place.exists()
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
    assert eventually(lambda: sweep(tmp_path) == [place.name])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [["update"], ["train", "--quiet"], ["models", "prune"]], ids=lambda c: c[0])
def test_every_writing_command_sweeps(tmp_path: Path, command: list[str]) -> None:
    """The number of a killed process may be another's now, of this machine's first process at the latest."""
    models = tmp_path / "models"
    run_cli(tmp_path, "ingest", write_records(tmp_path / "r.jsonl", RECORDS[:3]))
    fitted(RECORDS[:3]).save(models)
    for name in (f".writing-1@{socket.gethostname()}", f".writing-{os.getpid()}-0123abcd@{socket.gethostname()}"):
        (models / name).mkdir()
        (models / name / "tfidf.idf.npy").write_bytes(b"half")
    assert run_cli(tmp_path, *command).status == 0
    assert list(models.glob(".writing-*")) == []


@pytest.mark.parametrize(
    "name", [".current-1@elsewhere", ".deleting-v0001-1", ".writing-1@elsewhere", ".aside-1-0123abcd@elsewhere"]
)
def test_what_older_programs_left_is_swept(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert sweep(tmp_path) == [name]


@pytest.mark.parametrize("name", [".writing-x", ".writing-", ".lock", "v0001", ".other-1", ".writing-1-0123"])
def test_other_names_stay(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert sweep(tmp_path) == []
    assert (tmp_path / name).is_dir()


def test_links_and_pipes_of_such_a_name_stay(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / ".writing-1").symlink_to("kept")
    os.mkfifo(tmp_path / ".writing-2")
    assert sweep(tmp_path) == []
    assert (tmp_path / "kept").is_dir()


def test_a_folder_cannot_be_swept_between_its_making_and_its_locking(tmp_path: Path) -> None:
    """Two sweep without a pause while folders are made and renamed: none is lost."""
    script = (
        "import sys; from pathlib import Path; from recommender.files.atomic import sweep\n"
        "while not (Path(sys.argv[1]) / 'end').exists(): sweep(Path(sys.argv[1]))"
    )
    sweepers = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], env=environment()) for _ in range(2)]
    for number in range(300):
        with staged_folder(tmp_path) as place:
            (place / "whole").touch()
            place.rename(tmp_path / f"v{number:04d}")
    (tmp_path / "end").touch()
    assert [one.wait(timeout=120) for one in sweepers] == [0, 0]
    assert all((tmp_path / f"v{number:04d}" / "whole").exists() for number in range(300))


SWITCHING = """
import sys, time
from pathlib import Path
from recommender.versions.lock import training_lock, current_lock
with (current_lock if sys.argv[2] == "switch" else training_lock)(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[3]))
"""


def _holder(models: Path, what: str, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SWITCHING, str(models), what, str(seconds)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    return holder


def _ended(holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    assert holder.stdout
    holder.stdout.close()


def test_one_may_go_back_while_another_trains_but_not_prune(tmp_path: Path) -> None:
    models = tmp_path / "models"
    for _ in range(3):
        fitted(RECORDS[:3]).save(models)
    holder = _holder(models, "train", 60)
    try:
        assert run_cli(tmp_path, "models", "rollback").status == 0
        assert run_cli(tmp_path, "models", "promote", "v0003").status == 0
        refused = run_cli(tmp_path, "models", "prune", "--keep", "1")
        assert refused.status == 1
        assert "Another training is at work" in refused.stderr
        assert names(models) == ["v0001", "v0002", "v0003"]
    finally:
        _ended(holder)
    assert run_cli(tmp_path, "models", "prune", "--keep", "1").status == 0
    assert names(models) == ["v0003"]


def test_who_changes_what_is_current_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        fitted(RECORDS[:3]).save(tmp_path)
    holder = _holder(tmp_path, "switch", 0.5)
    try:
        assert rollback(tmp_path) == "v0001"
    finally:
        _ended(holder)
    holder = _holder(tmp_path, "switch", 60)
    monkeypatch.setattr(lock, "_TIMEOUT", 0.1)
    try:
        with pytest.raises(ModelError, match="changes which version is current"):
            promote(tmp_path, "v0002")
    finally:
        _ended(holder)
    assert (tmp_path / "current").read_text(encoding="utf-8") == "v0001\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".switch", "aside", "current", "v0001", "v0002"]


WITHOUT_FCNTL = """
import sys
sys.modules["fcntl"] = None
import pkgutil, importlib, recommender.cli
for each in pkgutil.iter_modules(recommender.cli.__path__):
    importlib.import_module(f"recommender.cli.{each.name}")
import recommender.ranking.recommend, recommender.versions.registry, recommender.jobs.retrain, recommender.corpus.store
sys.platform = "win32"
recommender.cli.main()
"""


def test_where_the_system_has_no_such_locks_it_is_said() -> None:
    """No claim that it runs there: a sentence in place of a traceback."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_FCNTL], capture_output=True, encoding="utf-8", env=environment()
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: This program does not run on Windows")
    assert len(done.stderr.splitlines()) == 1
