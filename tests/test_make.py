"""The Makefile: explained, idempotent, plain when something is missing. Nothing here is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from conftest import ROOT

TARGETS = (
    "help install demo ingest train retrain evaluate report similar serve test deep coverage mutants lint type check "
    "fuzz benchmark base-model docs lock clean"
)
STUB = """#!/bin/sh
# Stands for the interpreter: notes how the command was called and makes the files that it would make.
shift 2  # -m recommender
home=.
if [ "$1" = -C ]; then home=$2; shift 2; fi
echo "$*" >>calls
mkdir -p "$home/data" "$home/models"
case $1 in
    ingest)
        test -n "$UNCHANGED" || echo more >>"$home/data/corpus.db"
        exit ${REFUSED:-0} ;;
    train) echo v0001 >"$home/models/current" ;;
    retrain)
        test "${WORSE:-0}" != 0 || echo v0002 >"$home/models/current"
        exit ${WORSE:-0} ;;
    report) echo report >"$3" ;;
esac
"""


class Checkout:
    """A copy of what make reads, in a folder with a blank in its name, and a stub in place of the program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "my checkout"
        for name in (
            "Makefile",
            "scripts",
            "requirements.lock",
            "requirements-dev.lock",
            "pyproject.toml",
            "data",
        ):
            source, target = ROOT / name, self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if name == "data":
                shutil.copytree(source / "sample", target / "sample")
                for settings in source.glob("*.toml"):
                    shutil.copy(settings, target)
            elif source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copy(source, target)

    def ready(self) -> Checkout:
        """As after a set-up."""
        stub = self.folder / ".venv" / "bin" / "python"
        stub.parent.mkdir(parents=True)
        stub.write_text(STUB, encoding="utf-8")
        stub.chmod(0o755)
        for stamp in (".runtime", ".dev"):
            (self.folder / ".venv" / stamp).touch()
        return self

    def make(self, *args: str, **more: str) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if k not in ("V", "PYTHON", "MAKEFLAGS", "MAKELEVEL", "Q", "ARGS")}
        return subprocess.run(
            ["make", *args],
            cwd=self.folder,
            env=kept | more,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )

    def calls(self) -> list[str]:
        """The commands called since the last look."""
        log = self.folder / "calls"
        found = [line.split()[0] for line in log.read_text().splitlines()] if log.exists() else []
        log.unlink(missing_ok=True)
        return found

    def put(self, name: str) -> None:
        """A page for the inbox, newer than all that is there."""
        time.sleep(0.02)
        page = self.folder / "data" / "inbox" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(name, encoding="utf-8")
        time.sleep(0.02)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_help_explains_every_target(checkout: Checkout) -> None:
    shown = checkout.make("help").stdout
    explained = re.findall(r"^  ([a-z-]+) +\S", shown, re.MULTILINE)
    assert explained == TARGETS.split()
    assert checkout.make().stdout == shown, "help is what a bare make prints"
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony
    assert set(phony.group(1).split()) == {*explained, "FORCE"}


@pytest.mark.parametrize(
    ("interpreter", "said"),
    [
        ("/nonexistent", "PYTHON=/nonexistent is no Python that runs"),
        ("old", "is Python 3.8.1, and 3.11 or newer is needed"),
    ],
)
def test_a_python_that_will_not_do_is_one_sentence(checkout: Checkout, interpreter: str, said: str) -> None:
    if interpreter == "old":
        old = checkout.folder / "python3.8"
        old.write_text('#!/bin/sh\ncase "$2" in *print*) echo 3.8.1 ;; *) exit 1 ;; esac\n', encoding="utf-8")
        old.chmod(0o755)
        interpreter = str(old)
    done = checkout.make("demo", PYTHON=interpreter)
    assert done.returncode != 0
    errors = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    assert len(errors) == 1
    assert errors[0].startswith("error: ")
    assert said in errors[0]
    assert not (checkout.folder / ".venv").exists()


def test_no_python_at_all(checkout: Checkout, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("sh", "make", "find", "head", "touch", "grep", "awk", "cat", "rm", "mkdir"):
        found = shutil.which(tool)
        assert found
        (tools / tool).symlink_to(found)
    done = checkout.make("install", PATH=str(tools))
    assert done.returncode != 0
    assert "error: There is no Python 3.11 or newer on the PATH (python3 is missing)." in done.stderr


def test_a_failed_download_shows_the_end_of_the_log(checkout: Checkout) -> None:
    """The interpreter makes a .venv whose pip fails as one without a network does."""
    broken = checkout.folder / "python3"
    broken.write_text(
        '#!/bin/sh\ncase "$*" in\n'
        "*'pip install'*) seq -f 'Traceback %g' 90; echo ERROR: no route; exit 1 ;;\n"
        '*-m*venv*) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;\n'
        "*print*) echo 3.11.9 ;;\nesac\n",
        encoding="utf-8",
    )
    broken.chmod(0o755)
    done = checkout.make("install", PYTHON=str(broken))
    errors = done.stderr.splitlines()
    assert done.returncode != 0
    assert len(errors) <= 8, "no wall of text"
    assert "  | ERROR: no route" in errors
    assert any(line.startswith("error: The packages of requirements.lock could not be installed.") for line in errors)
    assert "Traceback 1\n" in (checkout.folder / ".venv" / "setup.log").read_text(encoding="utf-8")


def test_a_second_demo_only_asks(checkout: Checkout) -> None:
    checkout.ready()
    first = checkout.make("demo")
    assert first.returncode == 0, first.stderr
    assert checkout.calls() == ["ingest", "train", "report", "similar"]
    assert checkout.make("demo").returncode == 0
    assert checkout.calls() == ["similar"]
    assert not (checkout.folder / "data" / "corpus.db").exists(), "the user's data stays clean"


def test_nothing_is_trained_when_nothing_changed(checkout: Checkout) -> None:
    checkout.ready().put("첫 page.txt")
    assert checkout.make("train").returncode == 0
    assert checkout.calls() == ["ingest", "train"]
    for target in ("train", "ingest"):
        assert checkout.make(target).returncode == 0
        assert checkout.calls() == []
    checkout.put("둘째 page.txt")
    assert checkout.make("train").returncode == 0
    assert checkout.calls() == ["ingest", "train"]
    checkout.put("둘째 page.txt")
    assert checkout.make("train", UNCHANGED="1").returncode == 0
    assert checkout.calls() == ["ingest"], "a reading that brings nothing new trains nothing"
    assert checkout.make("train", "FORCE=1").returncode == 0
    assert checkout.calls() == ["train"]


def test_retrain_reads_what_is_new_and_leaves_the_rest_to_the_command(checkout: Checkout) -> None:
    checkout.ready().put("첫 page.txt")
    (checkout.folder / "data" / "recipe.toml").touch()
    assert checkout.make("retrain").returncode == 0
    assert (checkout.folder / "calls").read_text(encoding="utf-8").splitlines() == [
        "ingest data/inbox", "retrain --no-ingest --recipe data/recipe.toml"
    ]  # fmt: skip
    checkout.calls()
    again = checkout.make("retrain")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", ""), "nothing new: the command alone speaks"
    assert checkout.calls() == ["retrain"]
    assert checkout.make("train").returncode == 0
    assert checkout.calls() == [], "the retrained model is up to date"


def test_a_worse_candidate_is_not_trained_by_the_back_door(checkout: Checkout) -> None:
    checkout.ready().put("page.txt")
    assert checkout.make("train").returncode == 0
    checkout.put("newer.txt")
    checkout.calls()
    done = checkout.make("retrain", WORSE="3")
    assert done.returncode != 0
    assert "Error 3" in done.stderr
    assert checkout.calls() == ["ingest", "retrain"]
    for target in ("evaluate", "report"):
        assert checkout.make(target).returncode == 0
        assert checkout.calls() == [target], "the model that stays answers, nothing is trained"
    checkout.put("newest.txt")
    assert checkout.make("retrain", WORSE="1").returncode != 0
    assert checkout.calls() == ["ingest", "retrain"]
    assert checkout.make("train").returncode == 0
    assert checkout.calls() == ["train"], "a failure is no answer"


@pytest.mark.parametrize("name", ["aliases.toml", "topics.toml", "recipe.toml"])
def test_a_changed_setting_trains(checkout: Checkout, name: str) -> None:
    checkout.ready().put("page.txt")
    checkout.make("train")
    checkout.calls()
    time.sleep(0.02)
    (checkout.folder / "data" / name).touch()
    assert checkout.make("train").returncode == 0
    assert checkout.calls() == ["train"]


def test_a_refused_page_is_told_and_stops_no_training(checkout: Checkout) -> None:
    checkout.ready().put("broken.txt")
    assert checkout.make("retrain", REFUSED="1").returncode == 0
    assert checkout.calls() == ["ingest", "retrain"]
    again = checkout.make("ingest")
    assert again.returncode != 0
    assert "error: the last reading of data/inbox/ left files out" in again.stderr


def test_an_empty_inbox_says_what_to_do(checkout: Checkout) -> None:
    done = checkout.ready().make("train")
    assert done.returncode != 0
    assert "error: data/inbox/ is empty. Put pages or records into it, or try the sample: make demo" in done.stderr


def test_similar_asks_without_training(checkout: Checkout) -> None:
    checkout.ready().put("page.txt")
    checkout.make("train")
    checkout.put("newer.txt")
    checkout.calls()
    asked = """양극재 "공장" '포항' $HOME"""
    assert checkout.make("similar", ARGS="-k 3", Q=asked).returncode == 0
    assert (checkout.folder / "calls").read_text(encoding="utf-8") == f"similar -k 3 -- {asked}\n"
    done = checkout.make("similar")
    assert done.returncode != 0
    assert 'error: Q is empty. Say what to look for: make similar Q="양극재 공장"' in done.stderr


def test_clean_keeps_what_is_yours(checkout: Checkout) -> None:
    checkout.ready().put("page.txt")
    checkout.make("train")
    checkout.make("demo")
    assert checkout.make("clean").returncode == 0
    left = {path.name for path in checkout.folder.iterdir()}
    assert {".venv", "data", "models"} <= left
    assert "demo" not in left
    assert (checkout.folder / "data" / "corpus.db").exists()
