"""docs/notebook.ipynb: its cells run one after another, and each that shows something shows it."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


def cells(kind: str) -> list[str]:
    told = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in told["cells"] if cell["cell_type"] == kind]


def shown(source: str, names: dict[str, Any]) -> Any:
    """What a cell shows: the value of its last line, where that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, str(NOTEBOOK), "exec"), names)  # noqa: S102
    return eval(compile(ast.Expression(last.value), str(NOTEBOOK), "eval"), names) if last else None  # noqa: S307


def test_the_cells_run_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    results = [shown(source, names) for source in cells("code")]
    pages = [page for result in results if (page := getattr(result, "_repr_html_", lambda: "")())]
    assert len(pages) >= 7
    assert results[1] == (12, [])
    assert names["answer"][0].article.id.startswith("zone")
    for answer in results[-3:-1]:
        assert answer[0].article.id.startswith("plant")


def test_nothing_of_a_machine_is_kept_in_it() -> None:
    told = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    code = [cell for cell in told["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
