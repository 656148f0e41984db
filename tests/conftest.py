"""Shared by all tests: a small trained home, the command line, the text sets."""

from __future__ import annotations

import fcntl
import gc
import io
import os
import runpy
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest
from hypothesis import settings

from recommender.cli import main

ROOT = Path(__file__).resolve().parents[1]
os.environ["RECOMMENDER_LANG"] = "en"  # whatever the locale of who runs the tests
os.environ.pop("RECOMMENDER_HOME", None)
# Where Python is told to write no byte code, each worker would rewrite the asserts of all tests anew, and each process
# that a test starts would compile what was edited.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"  # a fork beside a client of Milvus starts its threads again, and may end

# No stopwatch: a busy machine is no bug. Sixty examples of a property each time, two thousand by `make deep`.
settings.register_profile("ours", deadline=None, max_examples=60)
settings.register_profile("deep", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ours"))


# Files of many tests that take long together, though none of them is slow by itself.
LONG = {
    f"test_{name}.py" for name in ("levels", "service_pages", "service", "mcp", "contracts", "output", "related_blocks")
}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: a worker often waits for a service, a browser or a process that it has started."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All that is collected stays to the end: the garbage collector need not look through it again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long go first: none of them is left for the end, when the other workers have nothing to do."""
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.path.name in LONG}
    items.sort(key=lambda item: item.path not in slow)


class Result(NamedTuple):
    """What a command left: its exit status and what it printed."""

    status: int
    stdout: str
    stderr: str


Run = Callable[..., Result]


def environment(**more: str) -> dict[str, str]:
    """The environment of a subprocess: this checkout is what ``import recommender`` finds."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}


def after(setup: str, *args: str | Path) -> list[str]:
    """``recommender ARGS`` as a command that does ``setup`` of ``signal`` and ``resource`` before it starts: a fork of
    this process, full of threads, is no place for it."""
    start = f"import os, resource, signal, sys; {setup}; os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    return [sys.executable, "-c", start, "-m", "recommender", *map(str, args)]


# A shell's background job ignores what interrupts.
INTERRUPTIBLE = "signal.signal(signal.SIGINT, signal.SIG_DFL)"


def run_cli(home: Path, *args: str | Path, stdin: str = "", cwd: Path = ROOT) -> Result:
    """``recommender -C home ARGS`` in this process, where all is loaded and compiled; a traceback fails the test."""
    told = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
    asked = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
    argv = ["recommender", "-C", str(home), *map(str, args)]
    with (
        redirect_stdout(told[0]), redirect_stderr(told[1]), chdir(cwd), pytest.raises(SystemExit) as end,
        mock.patch.object(sys, "stdin", asked), mock.patch.object(sys, "argv", argv),
    ):  # fmt: skip
        main()
    assert isinstance(end.value.code, int)
    return Result(end.value.code, *(each.buffer.getvalue().decode() for each in told))


def run_process(home: Path, *args: str | Path, stdin: str = "", cwd: Path = ROOT) -> Result:
    """The same in a process of its own: for what holds of a process as a whole."""
    command = [sys.executable, "-m", "recommender", "-C", str(home), *map(str, args)]
    done = subprocess.run(command, input=stdin, capture_output=True, encoding="utf-8", cwd=cwd, env=environment())
    return Result(done.returncode, done.stdout, done.stderr)


def runs(block: str, folder: Path) -> str:
    """What a block of Python of a document prints in this process, run as a program in ``folder``; warnings aside."""
    program = folder / "block.py"
    program.write_text(block, encoding="utf-8")
    with chdir(folder), redirect_stdout(io.StringIO()) as told, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        runpy.run_path(str(program), run_name="__main__")
    return told.getvalue()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One worker of a test run at a time."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def run() -> Run:
    """``run(home, "similar", "양극재", "-k", "3")`` -> (status, stdout, stderr)."""
    return run_cli


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data/ and models/: the sample pages and a model. To change it, take ``own_home``.

    The first worker of a run that asks for it trains, the others wait; each has a copy.
    """
    folder = tmp_path_factory.getbasetemp()
    trained = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "trained"
    with locked(trained.with_suffix(".lock")):
        if not (trained / "models" / "current").exists():
            (trained / "data").mkdir(parents=True)
            shutil.copy(ROOT / "data" / "topics.toml", trained / "data")
            for args in (["ingest", "data/sample/pages"], ["train", "--quiet"]):
                done = run_cli(trained, *args)
                assert done.status == 0, f"{args[0]} of the sample failed: {done.stderr[-2000:]}"
    return Path(shutil.copytree(trained, tmp_path_factory.mktemp("sample") / "home"))


@pytest.fixture
def own_home(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of ``sample_home`` that a test may change."""
    return Path(shutil.copytree(sample_home, tmp_path / "home"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The text sets beside the checkout or at ``$RECOMMENDER_SHARED``; where absent, the test is skipped."""
    path = Path(os.environ.get("RECOMMENDER_SHARED", ROOT.parent / "shared"))
    if not path.is_dir():
        pytest.skip(f"needs the text sets at {path}, which are not part of the project")
    return path


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data/ and models/ of the eighteen headlines of the small corpus; not to be changed."""
    from worlds import RECORDS, small_model, write_records

    home = tmp_path_factory.mktemp("small") / "home"
    assert run_cli(home, "ingest", write_records(home.parent / "records.jsonl", RECORDS)).status == 0
    small_model().save(home / "models")
    return home
