"""kill -9 in the middle of an ingest loses at most the file in hand."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from recommender.corpus.store import Corpus

from .conftest import ROOT

CHILD = """
import sys
from recommender.corpus.store import Corpus
with Corpus.open(sys.argv[1]) as corpus:
    corpus.ingest([sys.argv[2]], progress=lambda name: print(name, flush=True))
"""
FILES, EACH = 6, 500


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for n in range(FILES):
        lines = (
            json.dumps(
                {
                    "id": f"{n}-{i}",
                    "title": f"글 {n} {i}",
                    "body": "본문",
                    "related": [f"글 {n + 1} {i}", "남은 글"],
                }
            )
            for i in range(EACH)
        )
        (folder / f"{n}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def whole(pages: Path) -> str:
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([pages])
        return corpus.fingerprint()


@pytest.mark.parametrize("reached", range(1, FILES))
def test_kill_in_the_middle_of_a_file(tmp_path: Path, pages: Path, whole: str, reached: int) -> None:
    database = tmp_path / "corpus.db"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(database), str(pages)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert child.stdout is not None
    for _ in range(reached + 1):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    with Corpus.open(database, create=False) as corpus:
        counts = corpus.counts()
        assert counts.sources >= reached
        assert counts.whole == counts.sources * EACH
        assert all(corpus.get(f"{n}-{i}") for n in range(reached) for i in range(0, EACH, 100))
        report = corpus.ingest([pages])
        assert report.ok
        assert report.unchanged >= counts.sources * EACH
        assert corpus.fingerprint() == whole
