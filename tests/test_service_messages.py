"""What the service refuses is said in Korean too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from recommender.messages.catalogue import catalogue

FOLDER = ROOT / "recommender/serving"
API = ("app", "changes", "guard", "options", "service", "tasks", "versioning")
MET = sorted([*(FOLDER / "web").glob("*.py"), *(FOLDER / f"{name}.py" for name in API)])
ERRORS = {"Refusal", "QueryError", "UnknownName", "ModelError", "InputError", "CorpusError", "_unknown"}


def sentences(file: Path) -> Iterator[str]:
    """What errors are made of in a file, 7 for every value, but for sentences that are values for the most part."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS:
            for part in node.args:
                if isinstance(part, ast.JoinedStr):
                    text = "".join(str(v.value) if isinstance(v, ast.Constant) else "7" for v in part.values)
                else:
                    text = part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""
                if text and not re.fullmatch("Give 7.|7 is 7, 7.", text):
                    yield text


@pytest.mark.parametrize("file", MET, ids=lambda file: file.stem)
def test_a_refusal_has_its_korean(file: Path) -> None:
    missing = [text for text in sentences(file) if not re.search("[가-힣]", catalogue("korean").of(text))]
    assert not missing, "write their Korean into recommender/messages/korean.json"
