"""The text sets beside the checkout, for the tests marked ``shared``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def shared(*parts: str) -> Path:
    """A path below ``../shared``; skips the test when it is not there."""
    path = Path(os.environ.get("RECOMMENDER_SHARED", ROOT.parent / "shared")).joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {path}, which is not in the checkout")
    return path
