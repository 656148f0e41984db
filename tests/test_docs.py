"""The documents are code: README's blocks run, listings are generated, links lead somewhere."""

from __future__ import annotations

import json
import re
import runpy
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from conftest import ROOT, environment

from recommender.ranking.recommend import PARTS
from recommender.text.aliases import load_aliases

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "data" / "README.md",
    ROOT / "models" / "README.md",
]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "commands_page.py"))
COMMANDS: dict[str, click.Command] = dict(SCRIPT["commands"]())
LEAVES = {path: command for path, command in COMMANDS.items() if not isinstance(command, click.Group)}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def desk(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reader's folder: the sample, two versions of a model, ``recommender``, a ``make`` that only plans."""
    folder = tmp_path_factory.mktemp("reader") / "desk"
    shutil.copytree(sample_home, folder)
    shutil.copytree(folder / "models" / "v0001", folder / "models" / "v0002")
    (folder / "models" / "current").write_text("v0002\n", encoding="utf-8")
    (folder / "data" / "sample").symlink_to(ROOT / "data" / "sample")
    tools = folder / "tools"
    tools.mkdir()
    _tool(tools / "recommender", f'exec "{sys.executable}" -m recommender "$@"')
    _tool(tools / "make", f'exec "{shutil.which("make")}" --dry-run -C "{ROOT}" "$@"')
    return folder


def _tool(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def _done(command: list[str], desk: Path) -> str:
    """What a command prints; it must end with 0."""
    env = environment(PATH=f"{desk / 'tools'}:{environment()['PATH']}")
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=desk, env=env, timeout=600)
    assert done.returncode == 0, f"{command[-1]}\n{done.stderr[-2000:]}"
    return done.stdout


def _asked_of(home: Path, desk: Path, *options: str) -> str:
    """The README's question to the sample as trained; the desk's own models are changed by the blocks above."""
    question = ["similar", "포스코퓨처엠 양극재", *options]
    return _done([sys.executable, "-m", "recommender", "-C", str(home), *question], desk)


@pytest.mark.parametrize("number", range(len(blocks("sh"))))
def test_shell_blocks_run(desk: Path, number: int) -> None:
    assert _done(["bash", "-euo", "pipefail", "-c", blocks("sh")[number]], desk).strip()


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_python_blocks_run(desk: Path, number: int) -> None:
    assert _done([sys.executable, "-c", blocks("python")[number]], desk).strip()


def test_the_answer_in_the_readme_is_the_answer(desk: Path, sample_home: Path) -> None:
    shown = next(block for block in blocks("text") if block.startswith("포스코퓨처엠"))
    told = _asked_of(sample_home, desk, "-k", "5")
    assert re.findall(r"^ +\d+\. +\S+ +(.*)", told, re.MULTILINE) == re.findall(
        r"^ +\d+\. +\S+ +(.*)", shown, re.MULTILINE
    )


def test_the_records_in_the_readme_are_of_the_real_form(desk: Path, sample_home: Path) -> None:
    record, hit = map(json.loads, blocks("json"))
    answer = json.loads(_asked_of(sample_home, desk, "-k", "1", "--format", "json"))
    [told_hit] = answer["results"]
    assert list(hit) == list(told_hit)
    assert hit["score"] == pytest.approx(told_hit["score"], abs=0.02)
    for key in ("id", "title", "topic"):
        assert hit[key] == told_hit[key]
    assert "`{" + ", ".join(f'"{key}"' for key in answer) + "}`" in README
    page = desk / "record.jsonl"
    page.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    told = _done([sys.executable, "-m", "recommender", "-C", "empty", "ingest", "record.jsonl"], desk)
    assert "1 article new" in told
    assert "2 headlines from related lists" in told


def test_the_readme_names_every_part_of_a_score() -> None:
    assert [part for part in PARTS if f"(`{part}`)" not in README] == []


def test_the_listing_is_up_to_date() -> None:
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    script = [sys.executable, str(ROOT / "scripts" / "commands_page.py")]  # click keeps what a command was asked first
    page = subprocess.run(script, capture_output=True, check=True, encoding="utf-8").stdout
    assert written == page, "the help texts changed: make docs"


@pytest.mark.parametrize("path", LEAVES)
def test_every_command_has_help_with_an_example(path: str) -> None:
    command = LEAVES[path]
    text = command.help or ""
    assert len(text.strip().partition("\n")[0]) > 10, f"{path} has no help"
    text += "\n" + (COMMANDS[path.rpartition(" ")[0]].help or "")  # a group's help may hold its members' examples
    assert re.search(rf"^ *{re.escape(path)}\b", text, re.MULTILINE), f"no help shows an example of '{path}'"
    for option in command.params:
        assert not isinstance(option, click.Option) or option.help or option.name == "form", (
            f"{path} {option.opts[0]} has no help"
        )


def test_the_readme_shows_every_command() -> None:
    for path in COMMANDS:
        assert " ".join(path.split()[:2]) in README, f"README.md never shows {path}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_files_and_packages_of_the_architecture_are_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:recommender|tests|benchmarks)/[\w./]+)`", text)
    assert len(named) > 30
    assert not [path for path in named if not (ROOT / path).exists()]
    packages = {path.parent.name for path in (ROOT / "recommender").glob("*/__init__.py")}
    assert packages <= {*re.findall(r"`(\w+)`", text)}, "each package has its line"
    seams = re.findall(r"^\| `(\w+)`, `(recommender[\w./]+)`", text, re.MULTILINE)
    assert len(seams) == 5
    assert all(f"class {name}(Protocol" in (ROOT / path).read_text(encoding="utf-8") for name, path in seams)


def test_the_shipped_aliases_are_understood() -> None:
    path = ROOT / "data" / "aliases.toml"
    assert load_aliases(path) == load_aliases(None), "as shipped, all its entries are commented out"
    written = path.read_text(encoding="utf-8").replace('# "', '"')
    assert len(tomllib.loads(written)["aliases"]) >= 3, "and they are examples of the right form"
