"""The layers of the packages, and what an answer loads."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import click
import pytest
from conftest import ROOT, environment

from recommender import Corpus
from recommender.cli import cli

PACKAGE = ROOT / "recommender"
HEAVY = ["sklearn", "scipy", "pandas", "numba", "umap", "hdbscan", "bertopic", "plotly", "torch", "kiwipiepy"]
# Packages and modules of ours that answer nothing.
ELSEWHERE = [
    f"recommender.{name}" for name in ("reporting", "evaluation", "training", "jobs", "corpus.store", "serving.app")
]
# What of Python's and numpy's own a question by a text or an id does without: a third of a cold one's time.
UNUSED = ["ssl", "email", "http.client", "urllib.request", "sqlite3", "importlib.metadata", "shutil", "tempfile",
          "numpy.ma"]  # fmt: skip
FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Full names of the modules that a file imports when it runs, deferred ones too; annotations take no part."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = path.relative_to(ROOT).parent.parts
    named = {id(node) for block in ast.walk(tree) if _for_annotations(block) for node in ast.walk(block)}
    for node in ast.walk(tree):
        if id(node) in named:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1]] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (_module(module, alias.name) for alias in node.names)


def _for_annotations(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _module(package: str, name: str) -> str:
    """``from package import name``: the module ``package.name`` if it is one, else ``package``."""
    path = ROOT.joinpath(*package.split("."), name)
    return f"{package}.{name}" if path.is_dir() or path.with_suffix(".py").is_file() else package


def test_the_contracts_of_the_layers_are_kept() -> None:
    """``[tool.importlinter]`` in pyproject.toml: a package imports from the layers below its own alone."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run([*command, "--no-cache"], capture_output=True, encoding="utf-8", cwd=ROOT, env=environment())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name_of(path): {*imports(path)} - {name_of(path)} for path in FILES if path.name != "__init__.py"}
    TopologicalSorter(graph).prepare()


def test_the_whole_package_is_installed() -> None:
    """Every folder of code is a package of the project file, and every other file is among its data."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    packages = {name_of(path) for path in PACKAGE.rglob("__init__.py")}
    assert packages == {*told["packages"]} - {"recommender.base"}
    shown = {path for glob in told["package-data"]["recommender"] for path in PACKAGE.glob(glob)}
    files = {path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".py"}
    assert {path for path in files if "__pycache__" not in path.parts} <= shown


@pytest.mark.parametrize("options", [[], ["--format", "json"], ["--explain"]], ids=["table", "json", "explain"])
@pytest.mark.parametrize("ask", ["text", "id", "file"])
def test_an_answer_loads_no_heavy_library(sample_home: Path, ask: str, options: list[str]) -> None:
    page = next(ROOT.glob("data/sample/pages/*.txt"))
    asked = {"text": "양극재 공장", "id": f"--id={_any_id(sample_home)}", "file": f"--file={page}"}[ask]
    unwanted = [*HEAVY, *ELSEWHERE, *(() if ask == "file" else UNUSED)]
    script = (
        "import sys\nfrom recommender.cli import main\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code\n"
        f"print('LOADED', sorted(set({unwanted}) & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", script, "-C", str(sample_home), "similar", asked, "--min-score=0", *options]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment())
    assert done.returncode == 0, done.stderr
    *answer, loaded = done.stdout.splitlines()
    assert loaded == "LOADED []"
    assert len(answer) > 3, "the command printed an answer"


def test_an_update_loads_no_heavy_library(sample_home: Path, tmp_path: Path) -> None:
    """It fits nothing and reads no files: what training and reading need takes longer to load than it takes itself."""
    home = shutil.copytree(sample_home, tmp_path / "home")
    with Corpus.open(home / "data" / "corpus.db") as corpus:
        corpus.add([{"id": "new", "title": "울릉도 오징어 축제 개막"}])
    unwanted = [*HEAVY, "recommender.training.fit", "recommender.corpus.ingest", "recommender.readers.registry"]
    script = (
        "import sys\nfrom recommender.cli import main\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code\n"
        f"print('LOADED', sorted(set({unwanted}) & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", script, "-C", str(home), "update"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment())
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_a_training_of_few_headlines_loads_no_large_library(tmp_path: Path) -> None:
    """BERTopic and UMAP take seven seconds to load, and half a minute to compile, scikit-learn, with all that it looks
    for, two; an archive of 27 headlines is trained in three."""
    rows = (ROOT / "data" / "sample" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    titles = [title for title in (json.loads(row)["title"] for row in rows) if title][:27]
    lines = (json.dumps({"title": title}, ensure_ascii=False) for title in titles)
    (tmp_path / "few.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    script = (
        "import sys\nfrom recommender import Corpus, train\n"
        "with Corpus.open('few.db') as corpus:\n    corpus.ingest(['few.jsonl'])\n    model = train(corpus)\n"
        "large = {'bertopic', 'umap', 'numba', 'hdbscan', 'sklearn', 'pandas', 'scipy.stats'}\n"
        "print(len(model.topics.topics) > 0, sorted(large & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", env=environment(), cwd=tmp_path
    )
    assert done.stdout == "True []\n", done.stderr


def _any_id(home: Path) -> str:
    from recommender import Recommender

    return Recommender.open(home / "models").model.catalogue.ids[0]


def test_every_command_is_in_the_module_of_its_name() -> None:
    """So that the file to open is the one that is called as the command; what is no command begins with ``_``."""
    names = {path.stem for path in (PACKAGE / "cli").glob("[!_]*.py")}
    assert names == set(cli.list_commands(click.Context(cli)))
    assert all(cli.get_command(click.Context(cli), name) for name in names)
