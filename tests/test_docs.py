"""The documents are code: README's blocks run, listings are generated, links lead somewhere."""

from __future__ import annotations

import json
import re
import runpy
import shlex
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
import warm
from conftest import ROOT, environment, run_cli, runs

from recommender.ranking.answering import PARTS
from recommender.text.aliases import load_aliases

README = (ROOT / "README.md").read_text(encoding="utf-8")
KOREAN = (ROOT / "README.ko.md").read_text(encoding="utf-8")
READMES = pytest.mark.parametrize("readme", [README, KOREAN], ids=["README.md", "README.ko.md"])
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [
    ROOT / "README.md",
    ROOT / "README.ko.md",
    ROOT / "CHANGELOG.md",
    *DOCS,
    ROOT / "data" / "README.md",
    ROOT / "models" / "README.md",
]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "commands_page.py"))
COMMANDS: dict[str, click.Command] = dict(SCRIPT["commands"]())
LEAVES = {path: command for path, command in COMMANDS.items() if not isinstance(command, click.Group)}


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


PAGES_READ = ("*hanbit*", "*_005.*", "*_028.*", "*_044.*")  # what the README's blocks name by path or by id is there


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reader's folder: ten pages of the sample, two versions of a model, ``recommender``, a ``make`` that only plans.

    The blocks train five times and evaluate four times; the answers that the README prints are of the whole sample.
    """
    folder = tmp_path_factory.mktemp("reader") / "desk"
    sample = folder / "data" / "sample"
    (sample / "pages").mkdir(parents=True)
    for path in (path for name in PAGES_READ for path in (ROOT / "data/sample/pages").glob(name)):
        shutil.copy(path, sample / "pages")
    (sample / "labels.jsonl").symlink_to(ROOT / "data/sample/labels.jsonl")
    shutil.copy(ROOT / "data/topics.toml", folder / "data")
    for args in (["ingest", "data/sample/pages"], ["train", "--quiet"]):
        assert run_cli(folder, *args, cwd=folder).status == 0
    shutil.copytree(folder / "models" / "v0001", folder / "models" / "v0002")
    (folder / "models" / "current").write_text("v0002\n", encoding="utf-8")
    tools = folder / "tools"
    tools.mkdir()
    _tool(tools / "recommender", f'exec {shlex.join(warm.recommender())} "$@"')
    _tool(tools / "make", f'exec "{shutil.which("make")}" --dry-run -C "{ROOT}" "$@"')
    return folder


def _tool(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def _done(command: list[str], desk: Path) -> str:
    """What a command prints; it must end with 0."""
    env = environment(PATH=f"{desk / 'tools'}:{environment()['PATH']}")
    command = [shutil.which(command[0], path=env["PATH"]) or command[0], *command[1:]]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=desk, env=env, timeout=600)
    assert done.returncode == 0, f"{command[-1]}\n{done.stderr[-2000:]}"
    return done.stdout


def _asked_of(home: Path, desk: Path, *options: str) -> str:
    """The README's question to the whole sample as trained."""
    question = ["similar", "포스코퓨처엠 양극재", *options]
    return _done(["recommender", "-C", str(home), *question], desk)


def _line_done(line: str, desk: Path) -> str:
    """What a line of a block prints: a command of ours in this process, what needs a shell in one."""
    words = shlex.split(line, comments=True)
    if words[:1] != ["recommender"] or {"|", ">", "<", "&&", ";"} & {*words}:
        return _done(["bash", "-euo", "pipefail", "-c", line], desk)
    done = run_cli(desk, *words[1:], cwd=desk)
    assert done.status == 0, f"{line}\n{done.stderr[-2000:]}"
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(blocks("sh"))))
def test_shell_blocks_run(desk: Path, number: int) -> None:
    assert "".join(_line_done(line, desk) for line in blocks("sh")[number].splitlines()).strip()


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_python_blocks_run(desk: Path, number: int) -> None:
    assert runs(blocks("python")[number], desk).strip()


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
    told = _done(["recommender", "-C", "empty", "ingest", "record.jsonl"], desk)
    assert "1 article new" in told
    assert "2 headlines from related lists" in told


def test_the_korean_readme_shows_what_a_korean_reader_sees(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMMENDER_LANG", "ko")
    page = "data/sample/pages/2024-07-22_donghae_005.txt"
    asked = (
        ["similar", "포스코퓨처엠 양극재", "-k", "5"],
        ["inspect", page],
        ["similar", "프로야구 개막전 선발투수"],
    )
    for block, args in zip(blocks("text", KOREAN), asked, strict=True):
        told = " ".join(run_cli(sample_home, *args).stdout.split())
        for line in block.splitlines():
            assert " ".join(line.removesuffix("…").split()) in told


@pytest.mark.parametrize("language", ["sh", "python", "json"])
def test_the_blocks_of_the_korean_readme_are_those_that_run(language: str) -> None:
    """But for the comments; a block of its own would have to run as well."""
    korean, english = ([_bare(block) for block in blocks(language, text)] for text in (KOREAN, README))
    assert korean == english
    assert korean


def _bare(block: str) -> str:
    return re.sub(r"\s+# .*$", "", block, flags=re.MULTILINE)


def test_every_block_of_either_readme_is_of_a_kind_that_is_tested() -> None:
    kinds = [re.findall(r"^```(\w*)$", text, re.MULTILINE)[::2] for text in (README, KOREAN)]
    assert kinds[0] == kinds[1]
    assert {*kinds[0]} == {"sh", "python", "text", "json"}


@READMES
def test_the_readme_names_every_part_of_a_score(readme: str) -> None:
    assert [part for part in PARTS if f"(`{part}`)" not in readme] == []


def test_the_readmes_lead_to_each_other() -> None:
    assert "(README.ko.md)" in README[:200]
    assert "(README.md)" in KOREAN[:200]


@pytest.mark.parametrize(("page", "language"), [("commands.md", "en"), ("ko/commands.md", "ko")])
def test_the_listing_is_up_to_date(page: str, language: str) -> None:
    written = (ROOT / "docs" / page).read_text(encoding="utf-8")
    script = [sys.executable, str(ROOT / "scripts" / "commands_page.py")]  # click keeps what a command was asked first
    env = environment(RECOMMENDER_LANG=language)
    listing = subprocess.run(script, capture_output=True, check=True, encoding="utf-8", env=env).stdout
    assert written == listing, "the help texts changed: make docs"


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


@READMES
def test_the_readme_shows_every_command(readme: str) -> None:
    for path in COMMANDS:
        assert " ".join(path.split()[:2]) in readme, f"the README never shows {path}"


PARENTS = {path for path, command in COMMANDS.items() if isinstance(command, click.Group)}
TO_COME = {"serve", "mcp"} - {path.split()[-1] for path in COMMANDS}  # the pages are ahead of the program


@pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(ROOT / "docs")))
def test_the_pages_show_commands_and_options_that_there_are(page: Path) -> None:
    for block in blocks("sh", page.read_text(encoding="utf-8")):
        for line in re.findall(r"^recommender (.*)$", block, re.MULTILINE):
            _known(shlex.split(line, comments=True), f"{page.name}: {line}")


def _known(words: list[str], shown: str) -> None:
    """The words name a command, and each option is one of it or of the whole."""
    path, rest = "recommender", [word for word in words if word != "|"]
    if rest[0] == "-C":
        rest = rest[2:]
    if rest[0] in TO_COME:
        return
    while path in PARENTS and rest and f"{path} {rest[0]}" in COMMANDS:
        path = f"{path} {rest.pop(0)}"
    assert path != "recommender", shown
    options = {name for param in COMMANDS[path].params for name in param.opts}
    assert {word.split("=")[0] for word in rest if re.match(r"--?[a-z]", word)} <= options, shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
    titles = {re.sub(r"[^\w -]", "", t).strip().lower().replace(" ", "-") for t in re.findall(r"^#+ (.*)$", text, re.M)}
    assert {*re.findall(r"\]\(#([^)]+)\)", text)} <= titles


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
