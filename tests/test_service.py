"""The service: a real server in a process of its own, asked over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import run_cli
from served import Served, served

QUESTION = "포스코퓨처엠 양극재"


@pytest.fixture(scope="module")
def service(sample_home: Path) -> Iterator[Served]:
    """A service of the sample; not to be changed."""
    with served(sample_home) as found:
        yield found


def told(home: Path, *args: str) -> Any:
    done = run_cli(home, *args, "--format", "json")
    assert done.status == 0, done.stderr
    return json.loads(done.stdout)


def test_similar_is_what_the_command_prints(service: Served, sample_home: Path) -> None:
    answer = service.get("/v1/similar", q=QUESTION, k=3)
    assert answer.status == 200
    assert answer.json == told(sample_home, "similar", QUESTION, "-k", "3")


def test_every_option_of_the_command_is_one_of_the_service(service: Served, sample_home: Path) -> None:
    from recommender.cli.similar import similar

    options = {param.name for param in similar.params} - {"text", "path", "form", "output", "version", "ids"}
    described = service.get("/openapi.json").json["paths"]["/v1/similar"]["get"]["parameters"]
    names = {parameter["name"].replace("-", "_") for parameter in described}
    assert {"published" if name == "date" else name for name in names} == {*options, "q", "id", "model"}
    one, *_ = told(sample_home, "similar", QUESTION)["results"]
    asked = {
        "k": 2,
        "since": "2023",
        "exclude-id": [one["id"]],
        "diversity": 0.5,
        "no_collapse": "true",
        "explain": "1",
    }
    assert service.get("/v1/similar", q=QUESTION, **asked).json == told(
        sample_home, "similar", QUESTION, "-k", "2", "--since", "2023", "--exclude-id", one["id"], "--diversity", "0.5",
        "--no-collapse", "--explain",
    )  # fmt: skip


def test_articles_and_their_lists(service: Served, sample_home: Path) -> None:
    rows = told(sample_home, "articles")
    first = next(row for row in rows if row["body"])
    found = service.get(f"/v1/articles/{first['id']}").json
    places = [source["path"].rsplit("/", 1)[-1] for source in first["sources"]]
    assert [source["path"] for source in found["sources"]] == places
    assert {**found, "sources": None} == {**first, "sources": None}
    related = service.get(f"/v1/articles/{first['id']}/related", k=4).json
    assert related == told(sample_home, "similar", "--id", first["id"], "-k", "4")
    assert related == service.get("/v1/similar", id=first["id"], k=4).json


def test_topics_predictions_and_versions(service: Served, sample_home: Path) -> None:
    topics = service.get("/v1/topics").json
    assert topics == told(sample_home, "topics")
    for row in (topics[0], topics[-1]):
        assert service.get(f"/v1/topics/{row['id']}").json == told(sample_home, "topics", row["id"])
    assert service.get("/v1/topics", assignments="true").json == told(sample_home, "topics", "--assignments")
    assert service.get("/v1/predict", q=QUESTION).json == told(sample_home, "topics", "predict", QUESTION)
    assert service.get("/v1/models").json == told(sample_home, "models", "list")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/v1/similar", 422, "Ask with one of"),
        ("/v1/similar?q=a&id=b", 422, "Ask with one of"),
        ("/v1/similar?q=a&k=0", 422, "from 1 to 1000"),
        ("/v1/similar?q=a&kk=1", 422, "Did you mean k"),
        ("/v1/similar?q=a&explain=maybe", 422, "true or false"),
        ("/v1/similar?q=a&since=gestern", 422, "2024-08-05"),
        ("/v1/similar?q=a&k=1&k=2", 422, "twice"),
        ("/v1/similar?id=none", 404, "There is no article"),
        ("/v1/similar?q=a&model=v0999", 404, "There is no version"),
        ("/v1/similar?q=a&model=../../etc", 404, "There is no version"),
        ("/v1/topics/none", 404, "There is no topic"),
        ("/v1/articles/none", 404, "holds no article"),
        ("/v2", 404, "nothing at this address"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_a_hint(service: Served, path: str, status: int, words: str) -> None:
    found = service.get(path)
    error = found.json["error"]
    assert found.status == error["status"] == status
    assert words in f"{error['problem']} {error['hint']}"
    assert error["hint"]


def test_a_draft_is_asked_by_post(service: Served) -> None:
    found = service.post("/v1/similar", {"q": QUESTION, "body": "양극재 공장을 짓는다.", "k": 2, "min_score": 0})
    assert found.status == 200
    assert len(found.json["results"]) == 2
    assert service.post("/v1/similar", b"{").status == 400
    assert service.post("/v1/similar", [1]).status == 422
    assert service.ask("PUT", "/v1/similar").status == 405
    assert service.ask("POST", "/v1/similar", b"q=a", {"Content-Type": "text/plain"}).status == 400
