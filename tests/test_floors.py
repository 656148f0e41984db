"""The house has floors: a room imports only from floors below its own, and nothing goes in circles."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from conftest import ROOT, environment

HOUSE = ROOT / "recommender"
# Who may import whom: a room from the lines above its own, never from its own line.
FLOORS = [line.split() for line in (
    "hanja",
    "about errors text cells tables vectors moments sounds lexical card measures toml staging",
    "cutting spelling",
    "recipe lexicon topics edits static lock onnx_encoder",
    "aliases desks spaces corpus",
    "adapted embedders version_folder assign copies terms",
    "origin tongue index",
    "ranking",
    "scoring",
    "model",
    "amend questions topic_quality placing seats",
    "drift growing",
    "correct recommend judging",
    "report workshop breakdown update",
    "evaluate registry",
    "contest check",
    "compare gate",
    "retrain",
    "cli",
)]  # fmt: skip
NAMED = {("ranking", "model")}  # who may name a room above in annotations alone, never when it runs
FACE = {"__init__", "__main__"}  # the package's own face names everything; no room looks at it
HEAVY = ["sklearn", "scipy", "pandas", "numba", "umap", "hdbscan", "bertopic", "plotly", "torch", "kiwipiepy"]
# Libraries that one room alone may know.
DOORS = dict.fromkeys([*HEAVY, "threadpoolctl"], "workshop") | {
    "click": "cli",
    "trafilatura": "corpus",
    "lxml": "corpus",
    "model2vec": "embedders",
    "sentence_transformers": "embedders",
    "onnxruntime": "onnx_encoder",
    "tokenizers": "onnx_encoder",
}
FILES = sorted(HOUSE.glob("*.py")) + sorted(HOUSE.glob("*/**/*.py"))
FILES = [path for path in FILES if path.parent != HOUSE or path.stem not in FACE]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path, *, at_top: bool = False, running: bool = False) -> Iterator[str]:
    """Full names of the modules that a file imports, anywhere, when it is loaded (``at_top``), or but for those that
    annotations alone name (``running``)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = path.relative_to(ROOT).parent.parts
    named = {id(node) for block in ast.walk(tree) if _for_annotations(block) for node in ast.walk(block)}
    for node in tree.body if at_top else ast.walk(tree):
        if running and id(node) in named:
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


def room(name: str) -> str:
    """``recommender.corpus.store`` -> ``corpus``; the face is ``__init__``."""
    return [*name.split("."), "__init__"][1]


def test_every_room_has_a_floor() -> None:
    known = {name for floor in FLOORS for name in floor}
    assert {room(name_of(path)) for path in FILES} <= known, "give the new room a place in FLOORS"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_lead_down(path: Path) -> None:
    height = {name: floor for floor, names in enumerate(FLOORS) for name in names}
    own = room(name_of(path))
    running = {*imports(path, running=True)}
    for imported in imports(path):
        if (own, room(imported)) in NAMED and imported not in running:
            continue
        if imported.partition(".")[0] == "recommender" and room(imported) != own:
            below = height.get(room(imported), len(FLOORS))
            assert below < height[own], f"{name_of(path)} imports {imported}, which is not below it"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_libraries_stay_behind_their_doors(path: Path) -> None:
    for imported in imports(path):
        door = DOORS.get(imported.partition(".")[0])
        assert door in (None, room(name_of(path))), f"{name_of(path)} imports {imported}"


def test_no_circles_when_loaded() -> None:
    graph = {name_of(path): {*imports(path, at_top=True)} - {name_of(path)} for path in FILES}
    TopologicalSorter(graph).prepare()


def test_the_whole_house_is_installed() -> None:
    """Every folder of code is a package of the project file, and every other file is among its data."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    rooms = {name_of(path) for path in HOUSE.rglob("__init__.py")}
    assert rooms == {*told["packages"]} - {"recommender.base"}
    shown = {path for glob in told["package-data"]["recommender"] for path in HOUSE.glob(glob)}
    files = {path for path in HOUSE.rglob("*") if path.is_file() and path.suffix != ".py"}
    assert {path for path in files if "__pycache__" not in path.parts} <= shown


@pytest.mark.parametrize("options", [[], ["--format", "json"], ["--explain"]], ids=["table", "json", "explain"])
@pytest.mark.parametrize("ask", ["text", "id", "file"])
def test_an_answer_loads_no_heavy_library(sample_home: Path, ask: str, options: list[str]) -> None:
    page = next(ROOT.glob("data/sample/pages/*.txt"))
    asked = {"text": "양극재 공장", "id": f"--id={_any_id(sample_home)}", "file": f"--file={page}"}[ask]
    script = (
        "import sys\nfrom recommender.cli import main\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code\n"
        f"print('LOADED', sorted(set({HEAVY}) & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", script, "-C", str(sample_home), "similar", asked, "--min-score=0", *options]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment())
    assert done.returncode == 0, done.stderr
    *answer, loaded = done.stdout.splitlines()
    assert loaded == "LOADED []"
    assert len(answer) > 3, "the command printed an answer"


def _any_id(home: Path) -> str:
    from recommender import Recommender

    return Recommender.open(home / "models").model.catalogue.ids[0]
