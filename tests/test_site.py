"""`make docs`: the pages of docs/ as a site that needs no network."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

NAVIGATION = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
PAGES = sorted(str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md"))


def test_the_navigation_names_every_page_once() -> None:
    assert sorted(re.findall(r": (\S+\.md)$", NAVIGATION, re.MULTILINE)) == PAGES


def test_every_how_to_and_the_tutorial_are_there_in_korean() -> None:
    english = ["tutorial.md", *(page for page in PAGES if page.startswith("howto/"))]
    for page in english:
        name = page.removeprefix("howto/")
        assert f"ko/{name}" in PAGES
        korean, first = ((ROOT / "docs" / each).read_text(encoding="utf-8") for each in (f"ko/{name}", page))
        assert len(re.findall(r"^## ", korean, re.M)) == len(re.findall(r"^## ", first, re.M)), name
        assert len(re.findall(r"^```", korean, re.M)) == len(re.findall(r"^```", first, re.M)), name


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a warning is an error."""
    pytest.importorskip("material", reason="needs the extra docs")
    folder = tmp_path_factory.mktemp("docs") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    env = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    return folder


def test_every_page_is_built(site: Path) -> None:
    assert all((site / page).with_suffix(".html").exists() for page in PAGES)


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.findall(r"<(?:script|img|iframe|link)\b[^>]*(?:src|href)=\"?(?:https?:)?//", text), page
    for sheet in site.rglob("*.css"):
        assert not re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//", sheet.read_text(encoding="utf-8")), sheet


def test_the_search_from_the_disk_has_its_index_and_its_worker(site: Path) -> None:
    index = (site / "search" / "search_index.js").read_text(encoding="utf-8")
    found = {each["location"] for each in json.loads(index.partition("= ")[2])["docs"] if "편집자" in each["text"]}
    assert any(place.startswith("ko/tutorial.html") for place in found)
    assert "IFrameWorker" in (site / "javascripts" / "iframe-worker.js").read_text(encoding="utf-8")
