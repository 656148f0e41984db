"""Answers by several processes are those of one, whatever is asked, reloaded or killed meanwhile."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from worlds import small_model

from recommender import ParallelRecommender, Recommender
from recommender.errors import QueryError, UnknownName, WorkerError


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("parallel")
    small_model().save(home / "models")
    return home


@pytest.fixture(scope="module")
def parallel(home: Path) -> Iterator[ParallelRecommender]:
    with ParallelRecommender.open(home, processes=2) as recommender:
        yield recommender


def children(of: int) -> list[int]:
    """The processes that ``of`` started, by ``/proc``."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            started = b"spawn_main" in (folder / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == of and started:
            found.append(int(folder.name))
    return found


def test_threads_get_the_answers_of_one_process(parallel: ParallelRecommender, home: Path) -> None:
    one = Recommender.open(home)
    ids = list(one.model.catalogue.ids) * 3
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda id: parallel.similar(id=id).as_json(), ids)) == [
            one.similar(id=id).as_json() for id in ids
        ]
    text: dict[str, Any] = {"text": "양극재 공장", "k": 3, "min_score": 0, "explain": True}
    assert parallel.similar(**text) == one.similar(**text)
    assert parallel.snapshot().similar(**text) == one.similar(**text)
    assert type(parallel.snapshot()) is Recommender


def test_what_is_refused_is_refused_in_the_same_words(parallel: ParallelRecommender, home: Path) -> None:
    refused: list[dict[str, Any]] = [
        {"id": "nobody"},
        {"text": "공장", "k": 0},
        {"text": "공장", "since": "2025", "until": "2024"},
    ]
    for asked in refused:
        with pytest.raises(QueryError) as mine:
            parallel.similar(**asked)
        with pytest.raises(QueryError) as theirs:
            Recommender.open(home).similar(**asked)
        assert (mine.value.problem, mine.value.hint) == (theirs.value.problem, theirs.value.hint)
    with pytest.raises(UnknownName):
        parallel.similar(id="nobody")
    with pytest.raises(WorkerError, match="There are 0 processes"):
        ParallelRecommender.open(home, processes=0)


def test_a_killed_process_is_started_anew(parallel: ParallelRecommender) -> None:
    before = parallel.similar(id="plant-1").as_json()
    for process in children(os.getpid()):
        os.kill(process, signal.SIGKILL)
    assert parallel.similar(id="plant-1").as_json() == before


def test_a_question_that_is_broken_off_leaves_no_answer_to_the_next(parallel: ParallelRecommender) -> None:
    def stopped(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    answer = parallel.similar(id="plant-1").as_json()
    before = signal.signal(signal.SIGALRM, stopped)
    try:
        for seconds in (0.0005, 0.001, 0.002, 0.003):
            with contextlib.suppress(KeyboardInterrupt):
                signal.setitimer(signal.ITIMER_REAL, seconds)
                parallel.similar(id="plant-2")
                time.sleep(0.1)
            assert parallel.similar(id="plant-1").as_json() == answer
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_reload_reaches_the_processes(home: Path, tmp_path: Path) -> None:
    small_model().save(tmp_path / "models")
    with ParallelRecommender.open(tmp_path, processes=1) as recommender:
        first = recommender.similar(id="plant-1", min_score=0)[0].article.id
        log = tmp_path / "data" / "related.jsonl"
        log.parent.mkdir()
        decision = f'{{"time": "", "by": "", "action": "block", "article": "plant-1", "other": "{first}", "line": 0, '
        log.write_text(decision + '"reason": ""}\n', encoding="utf-8")
        assert recommender.similar(id="plant-1", min_score=0)[0].article.id == first
        assert recommender.reload()
        assert first not in [hit.article.id for hit in recommender.similar(id="plant-1", min_score=0)]
        assert children(os.getpid())


def test_no_process_stays(home: Path) -> None:
    before = children(os.getpid())
    recommender = ParallelRecommender.open(home, processes=2)
    assert children(os.getpid()) == before, "none before the first question"
    recommender.similar("공장")
    assert len(children(os.getpid())) == len(before) + 2
    recommender.close()
    deadline = time.monotonic() + 10
    while children(os.getpid()) != before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert children(os.getpid()) == before
    assert recommender.similar("공장") is not None, "and others are started"
    recommender.close()
