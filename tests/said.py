"""The sentences that the program can say, read out of its source: what a translation has to cover."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ERRORS = {
    "RecommenderError", "InputError", "CorpusError", "QueryError", "ModelError", "RecipeError", "MissingExtra",
    "WorkerError", "UsageError", "BadParameter", "ClickException",
}  # fmt: skip
NAMES = ("hint", "again", "choose", "form", "reason")  # variables that hold a sentence until it is raised


def template(node: ast.expr) -> str | None:
    """``There is no corpus at {}.`` of a string or an f-string; None of anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        both = template(node.left), template(node.right)
        return None if both == (None, None) else "".join("{}" if part is None else part for part in both)
    return None


def _either(node: ast.expr) -> list[ast.expr]:
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _module(path: Path) -> Iterator[str | None]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _name(node)
            given = node.args[:2] if name in ERRORS else node.args[2:4] if name == "ReadProblem" else ()
            for each in (*given, *(node.args[:1] if name in ("say", "_tell", "inform") else ())):
                yield from map(template, _either(each))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).strip("_").lower() in NAMES:
            yield from map(template, _either(node.value))


def sentences(package: Path) -> list[str]:
    """Every problem, hint and note of ``package`` once, in the order of files; holes are ``{}``."""
    said = (each for path in sorted(package.rglob("*.py")) for each in _module(path))
    words = (each for each in said if each and not each.startswith("<"))  # tags are no sentence
    return list(dict.fromkeys(each for each in words if any(map(str.isalpha, each.replace("{}", "")))))
