"""Articles on a Milvus server (its embedded form): published, asked with filters, and one that goes away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import run_cli
from worlds import RECORDS, fitted, write_records

pytest.importorskip("pymilvus", reason="needs the extra milvus")

from recommender import Recommender, SearchOptions
from recommender.errors import QueryError, ServerError
from recommender.index.milvus import Collection, Server
from recommender.index.milvus_published import check_alias, drop_others, switch
from recommender.jobs.publish import publish
from recommender.ranking import milvus_candidates
from recommender.ranking.milvus_candidates import MilvusCandidates, collection_name, where_of
from recommender.serving.mcp_tools import Tools
from recommender.serving.recommenders import Recommenders

MANY = [
    {"id": f"n{i}", "title": f"양극재 공장 {i}호기 착공", "published": f"2024-{1 + i % 12:02}-{1 + i % 28:02}",
     "outlet": ("동해신문", "경북저널", '따옴표 "일보"')[i % 3], "section": ("경제", "사회")[i % 2]}
    for i in range(90)
]  # fmt: skip
FILTERS: list[dict[str, Any]] = [
    {}, {"since": "2024-06"}, {"until": "2024-03", "past_only": True}, {"outlet": '따옴표 "일보"'}, {"section": "사회"},
    {"exclude_outlet": ["동해신문", "경북저널"]}, {"exclude_id": "n3", "no_date": True}, {"exclude_author": "아무도"},
    {"k": 60, "since": "2024-02", "until": "2024-09", "outlet": "경북저널", "stories": True, "min_score": 0.0},
]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("milvus") / "home"
    assert run_cli(home, "ingest", write_records(home.parent / "records.jsonl", [*RECORDS, *MANY])).status == 0
    fitted([*RECORDS, *MANY], topics_most=60).save(home / "models")
    return home


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    """What MILVUS_URI tells, else a file; with the model published."""
    server = Server.of(os.environ.get("MILVUS_URI") or f"milvus:{home.parent / 'articles.db'}")
    publish(Recommender.open(home / "models").model, server, "test")
    yield server
    server.close()


@pytest.fixture
def asking(home: Path, server: Server) -> tuple[Recommender, list[str]]:
    """A recommender that asks the server, and what is said."""
    said: list[str] = []
    return Recommender.open(home / "models").through(MilvusCandidates(server, "test", said.append)), said


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("asked", ["양극재 공장 착공", "plant-1", "fish-2"])
def test_the_answer_is_that_of_the_local_files(
    home: Path, asking: tuple[Recommender, list[str]], asked: str, filters: dict[str, Any]
) -> None:
    recommender, said = asking
    how = {"id": asked} if asked.isascii() else {"text": asked, "published": "2024-05-05"}
    found = recommender.similar(**how, **filters)
    assert found.as_json() == Recommender.open(home / "models").similar(**how, **filters).as_json()
    assert said == []


def test_topics_are_filtered_by_the_server_too(home: Path, asking: tuple[Recommender, list[str]]) -> None:
    recommender, said = asking
    topic = recommender.model.topics.topics[0]
    assert "array_contains" in where_of(recommender.model, SearchOptions(topic=topic.name), 0.0, topics=True)
    found = recommender.similar("양극재 공장", topic=topic.id, min_score=0)
    local = Recommender.open(home / "models")
    assert found.as_json() == local.similar("양극재 공장", topic=topic.id, min_score=0).as_json()
    assert found
    assert said == []


def test_the_local_files_are_not_swept(asking: tuple[Recommender, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.ranking.answering.rank", None)
    assert asking[0].similar("양극재 공장 착공")


def test_one_that_goes_away_is_told_once_and_comes_back(
    asking: tuple[Recommender, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    recommender, said = asking
    there = recommender.similar("양극재 공장 착공").as_json()

    def away(*_: Any) -> Any:
        raise ServerError("Milvus at X does not answer: gone.", "Is it running?")

    with monkeypatch.context() as patch:
        patch.setattr(Collection, "search", away)
        assert [recommender.similar("양극재 공장 착공").as_json() for _ in range(3)] == [there] * 3
    assert said == ["Milvus at X does not answer: gone. Is it running? Answered from the local files."]
    with monkeypatch.context() as patch:
        patch.setattr("recommender.ranking.answering.rank", None)
        with pytest.raises(TypeError):
            recommender.similar("양극재 공장 착공")
        patch.setattr(milvus_candidates.time, "monotonic", lambda: 1e12)
        assert recommender.similar("양극재 공장 착공").as_json() == there


def test_each_request_is_tried_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.index.milvus._PAUSE", 0)
    tries: list[int] = []

    def third(_: Any) -> int:
        tries.append(1)
        if len(tries) < 3:
            raise ConnectionError("reset")
        return len(tries)

    assert server.ask(third) == 3
    with pytest.raises(ServerError, match="does not answer: reset"):
        server.ask(lambda _: (_ for _ in ()).throw(ConnectionError("reset\nand more")))


def test_another_version_is_not_asked(home: Path, server: Server) -> None:
    said: list[str] = []
    model = Recommender.open(home / "models").model
    other = Recommender(replace(model, version="v0002")).through(MilvusCandidates(server, "test", said.append))
    assert other.similar("양극재 공장 착공")
    assert said == [
        f"Milvus at {server.uri} does not hold v0002. Put it there with: recommender publish. "
        "Answered from the local files."
    ]


def test_the_alias_is_switched_and_the_oldest_dropped(home: Path, server: Server) -> None:
    model = Recommender.open(home / "models").model
    first = publish(model, server, "moved")
    assert (first.collection, first.before, first.dropped) == (collection_name(model, "moved"), None, ())
    second = publish(replace(model, version="v0002"), server, "moved")
    assert (second.before, second.dropped) == (first.collection, ())
    third = publish(replace(model, version="v0003"), server, "moved")
    assert (third.before, third.dropped) == (second.collection, (first.collection,))
    found = Collection.find(server, "moved")
    assert found is not None
    assert found.name == third.collection
    assert Collection.find(server, collection_name(model, "test")) is not None, "another alias keeps its own"
    again = publish(replace(model, version="v0003"), server, "moved")
    assert (again.before, again.articles) == (None, len(model))
    assert switch(server, "moved", second.collection) == third.collection
    assert drop_others(server, "moved_v", [second.collection]) == [third.collection]


def test_edited_topics_are_published_anew(home: Path, server: Server) -> None:
    model = Recommender.open(home / "models").model
    edited = replace(model, topics=replace(model.topics, topic_of=np.zeros_like(model.topics.topic_of)))
    said: list[str] = []
    stale = Recommender(edited).through(MilvusCandidates(server, "test", said.append))
    topic = model.topics.topics[0].id
    assert stale.similar("과메기", topic=topic, min_score=0).as_json() == (
        Recommender(edited).similar("과메기", topic=topic, min_score=0).as_json()
    ), "the server's topics are not those of now: they are looked at here"
    done = publish(edited, server, "test")
    assert (done.before, done.collection) == (collection_name(model, "test"), collection_name(edited, "test"))
    publish(model, server, "test")


@pytest.mark.parametrize("index", ["usearch:x", "milvus:", "milvus:host", "milvus:http://", "milvus:ftp://a"])
def test_what_names_no_server_is_said(index: str) -> None:
    with pytest.raises(QueryError, match="names no Milvus server"):
        Server.of(index)


def test_a_bad_alias_is_said() -> None:
    with pytest.raises(QueryError, match="is no name of an alias"):
        check_alias("a b; drop")


def test_the_command_line_publishes_and_asks(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "articles.db"
    done = run_cli(home, "publish", "--milvus", file)
    assert done.status == 0, done.stderr
    assert done.stdout.endswith("recommender means it now\n")
    one = run_cli(home, "similar", "양극재 공장")
    other = run_cli(home, "similar", "양극재 공장", "--index", f"milvus:{file}")
    assert (other.status, other.stdout, other.stderr) == (0, one.stdout, "")
    (home / "data" / "recipe.toml").write_text(f'index = "milvus:{tmp_path / "none.db"}"\n', encoding="utf-8")
    fallen = run_cli(home, "similar", "양극재 공장")
    (home / "data" / "recipe.toml").unlink()
    assert fallen.stdout == one.stdout
    assert "does not hold v0001" in fallen.stderr
    assert "Answered from the local files." in fallen.stderr
    wrong = run_cli(home, "publish", "--milvus", "http://127.0.0.1:1")
    assert (wrong.status, len(wrong.stderr.splitlines())) == (1, 1)


def test_a_service_takes_candidates_from_it_too(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for index, said in [(tmp_path / "articles.db", ""), (tmp_path / "none.db", "Answered from the local files.")]:
        if not said:
            publish(Recommender.open(home / "models").model, Server.of(str(index)), "recommender")
        live, tools = Recommenders(home / "models", f"milvus:{index}"), Tools(home, index=f"milvus:{index}")
        live.refresh()
        asked = {"text": "양극재 공장 착공", "published": "2024-05-05"}
        wanted = Recommender.open(home / "models").similar(**asked).as_json()
        for recommender in (live.current, live.version("v0001"), tools.recommender()):
            assert recommender.similar(**asked).as_json() == wanted
        assert (said in capsys.readouterr().err) is True


def test_a_service_is_not_started_with_an_index_that_is_none(home: Path) -> None:
    (home / "data" / "recipe.toml").write_text('index = "milvus:nowhere"\n', encoding="utf-8")
    done = run_cli(home, "serve", "--port", "0")
    (home / "data" / "recipe.toml").unlink()
    assert (done.status, len(done.stderr.splitlines())) == (1, 1)
    assert "names no Milvus server" in done.stderr
