"""The service: a real server in a process of its own, asked over HTTP."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import ROOT, environment, run_cli
from served import Served, bearer, served

from recommender import Corpus, Recommender
from recommender.serving.recommenders import Recommenders

AT_WORK = ("waiting", "running")
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

    own = {"text", "path", "line", "form", "output", "version", "ids", "index"}  # of a file; no request names a server
    options = {param.name for param in similar.params} - own
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
        ("/v1/similar?q=", 422, "q is empty."),
        ("/v1/similar?q=%20%0a", 422, "q is empty."),
        ("/v1/similar?q=a&id=b", 422, "Ask with one of"),
        ("/v1/similar?q=a&k=0", 422, "from 1 to 1000"),
        ("/v1/similar?q=a&kk=1", 422, "Did you mean k"),
        ("/v1/similar?q=a&explain=maybe", 422, "true or false"),
        ("/v1/similar?q=a&since=gestern", 422, "2024-08-05"),
        ("/v1/similar?q=a&k=1&k=2", 422, "twice"),
        ("/v1/similar?q=a&title=b", 422, "Both q and title are given. Both are names of q"),
        ("/v1/similar?q=a&kk=1&foo=2", 422, "Did you mean k"),
        ("/v1/similar?q=a&foo=2", 422, "Options: q (or text, title), id (or ids), date (or published), k,"),
        ("/v1/predict?q=", 422, "The text holds no word"),
        ("/v1/predict?q=%20!", 422, "The text holds no word"),
        ("/v1/similar?id=none", 404, "There is no article"),
        ("/v1/similar?q=a&model=v0999", 404, "There is no version"),
        ("/v1/similar?q=a&model=../../etc", 404, "There is no version"),
        ("/v1/topics/none", 404, "There is no topic"),
        ("/v1/topics?limit=0", 422, "from 1 to 1000000."),
        ("/v1/topics?level=all", 422, "Give broad or fine."),
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


@pytest.mark.parametrize(
    ("path", "problem", "hint"),
    [
        ("/v1/similar?q=", "q 값이 비어 있습니다.", "예: /v1/similar?q=양극재 공장"),
        ("/v1/similar?q=a&k=0", "k 값이 '0'입니다.", "1부터 1000까지의 정수를 쓰세요."),
        ("/v1/topics?foo=1", "'foo' 옵션은 없습니다.", "옵션: "),
        ("/v1/articles/none", "코퍼스에 'none' 기사가 없습니다.", "목록: GET /v1/articles"),
        ("/v1/report?format=pdf", "format 값이 'pdf'입니다.", "json, html, md, csv, svg 가운데 하나를 쓰세요."),
        ("/v2", "이 주소에는 아무것도 없습니다.", "있는 주소: /openapi.json"),
    ],
)
def test_who_prefers_korean_reads_an_error_in_korean(service: Served, path: str, problem: str, hint: str) -> None:
    answer = service.get(path, {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"})
    assert answer.json["error"]["problem"] == problem
    assert answer.json["error"]["hint"].startswith(hint)
    assert (answer.headers["content-language"], answer.headers["vary"]) == ("ko", "Accept-Language")
    for other in ({}, {"Accept-Language": "en, ko;q=0.5"}, {"Accept-Language": "fr"}):
        assert service.get(path, other).json["error"]["problem"].isascii()


def test_a_method_that_an_address_does_not_take_is_said_with_those_that_it_takes(service: Served) -> None:
    error = service.ask("PUT", "/v1/similar").json["error"]
    assert (error["problem"], error["hint"]) == ("The address does not take this method.", "Use GET, HEAD, POST.")


def test_a_draft_is_asked_by_post(service: Served) -> None:
    found = service.post("/v1/similar", {"q": QUESTION, "body": "양극재 공장을 짓는다.", "k": 2, "min_score": 0})
    assert found.status == 200
    assert len(found.json["results"]) == 2
    assert service.post("/v1/similar", {"q": " ", "body": ""}).problem.startswith("q is empty.")
    assert service.post("/v1/similar", b"{").status == 400
    assert service.post("/v1/similar", [1]).status == 422
    assert service.ask("PUT", "/v1/similar").status == 405
    assert service.ask("POST", "/v1/similar", b"q=a", {"Content-Type": "text/plain"}).status == 400


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"title": "A", "text": "B"}, "Both title and text are given. Both are names of q: give one of them."),
        ({"q": "A", "title": "B"}, "Both q and title are given."),
        ({"q": "A", "body": "B", "text": "C"}, "The text below a headline is body."),
        ({"id": "A", "ids": ["B"]}, "Both id and ids are given."),
        ({"id": "A", "q": "B"}, "Both q and id are given."),
        ({"id": "A", "title": "B", "body": "C"}, "Both q and id are given."),
        ({"id": "A", "body": "B"}, "Both body and id are given."),
        ({"q": "A", "date": "2024", "published": "2025"}, "Both date and published are given."),
        ({"q": "A", "min-score": 0, "min_score": 1}, "Both min-score and min_score are given."),
        (b'{"q": "A", "q": "B"}', "q is given twice."),
        ({"q": "A", "k": "2"}, 'k is "2", a string. Give a whole number from 1 to 1000, without quotes.'),
        ({"q": "A", "explain": "true"}, 'explain is "true", a string. Give true or false, without quotes.'),
        ({"q": 5}, "q is 5, a number. Give a text."),
    ],
)
def test_nothing_of_a_question_is_left_out_without_a_word(service: Served, sent: Any, words: str) -> None:
    reply = service.post("/v1/similar", sent)
    error = reply.json["error"]
    assert reply.status == 422
    assert words in f"{error['problem']} {error['hint']}"


# -- what changes something


def token_of(home: Path, role: str, name: str = "") -> str:
    done = run_cli(home, "serve", "--new-token", role, name or role)
    assert done.status == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def own_home(small_home: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(small_home, tmp_path / "home"))


@pytest.fixture
def own(own_home: Path) -> Iterator[tuple[Served, str]]:
    """A service of such a copy, and the token of an admin."""
    token = token_of(own_home, "admin", "Kim")
    with served(own_home) as found:
        yield found, token


def test_what_is_sent_is_searchable_and_what_is_taken_out_is_gone(own: tuple[Served, str]) -> None:
    service, token = own
    record = {
        "id": "x1",
        "title": "울릉도 오징어 축제 개막",
        "body": "울릉도에서 오징어 축제가 열렸다.",
        "published": "2025-03-01",
    }
    sent = service.post("/v1/articles", [record], token)
    assert (sent.status, sent.json["added"], sent.json["searchable"]) == (200, 1, True)
    for _ in range(6):  # both processes
        found = service.get("/v1/similar", q="오징어 축제", k=1).json
        assert [hit["id"] for hit in found["results"]] == ["x1"]
        assert found["model"] == sent.json["model"]
    assert service.get("/v1/articles/x1").json["body"] == record["body"]
    gone = service.ask("DELETE", "/v1/articles/x1?reason=court", None, bearer(token))
    assert (gone.status, gone.json["removed"]) == (200, 1)
    for _ in range(6):
        assert "x1" not in [hit["id"] for hit in service.get("/v1/similar", q="오징어 축제", k=5).json["results"]]
    assert service.get("/v1/articles/x1").status == 404
    assert service.ask("DELETE", "/v1/articles/x1", None, bearer(token)).status == 404
    refused = service.post("/v1/articles", record, token)
    assert (refused.status, refused.problem) == (409, "The article was removed.")
    assert service.post("/v1/articles/x1/restore", {}, token).json["restored"] == 1
    back = service.post("/v1/articles", record, token)
    assert (back.status, back.json["searchable"]) == (200, True)
    assert service.get("/v1/articles/x1/related").status == 200
    assert service.post("/v1/articles", [], token).status == 422
    assert service.post("/v1/articles", [{"id": "y"}], token).status == 422


def test_what_needs_no_option_takes_an_empty_body(own: tuple[Served, str]) -> None:
    service, token = own
    name = service.get("/v1/articles", limit=1).json[0]["id"]
    address = f"/v1/articles/{quote(name, safe='')}"
    assert service.ask("DELETE", address, None, bearer(token)).status == 200
    back = service.post(f"{address}/restore", None, token)
    assert (back.status, back.json["restored"]) == (200, 1)
    assert "not there yet" in back.json["note"]
    assert service.ask("GET", address).status == 404
    assert service.post("/v1/update", None, token).status == 200
    refused = service.post("/v1/topics/merge", None, token)
    assert (refused.status, refused.problem) == (400, "There is no body.")
    described = service.get("/openapi.json").json["paths"]
    assert not described["/v1/articles/{article}/restore"]["post"]["requestBody"]["required"]
    assert described["/v1/topics/merge"]["post"]["requestBody"]["required"]


@pytest.mark.parametrize(
    "path",
    ["/v1/similar?q=양극재", "/v1/articles/{}/related?k=3", "/v1/articles/{}", "/v1/topics"],
)
def test_an_answer_that_is_known_is_not_sent_again(service: Served, sample_home: Path, path: str) -> None:
    path = path.format(Recommender.open(sample_home / "models").model.catalogue.ids[0])
    first = service.get(path)
    for given in (first.headers["etag"], "W/" + first.headers["etag"], f'"x", {first.headers["etag"]}'):
        again = service.get(path, {"If-None-Match": given})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert service.get(path, {"If-None-Match": '"x"'}).body == first.body
    head = service.ask("HEAD", quote(path, safe="/?=&"))
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", first.headers["etag"])


def test_what_moves_by_itself_bears_no_mark(service: Served) -> None:
    assert "etag" not in service.get("/v1/tasks").headers


IDS = (
    "한글 아이디", "a/b", "a?b#c", "100%", "..", "../../etc", "😀", '"q"', "related", "cafe\u0301", " blanks  around ",
)  # fmt: skip


def test_ids_of_any_kind_lead_to_their_article(own: tuple[Served, str]) -> None:
    service, token = own
    records = [
        {"id": name, "title": f"드론 배송 {n}번째 시험 {n * 7}", "body": f"{n * 13}"} for n, name in enumerate(IDS)
    ]
    assert service.post("/v1/articles", records, token).json["added"] == len(IDS)
    for row, name in zip(records, IDS, strict=True):
        asked = quote(name, safe="")
        assert service.ask("GET", f"/v1/articles/{asked}").json["title"] == row["title"], name
        for path in ("/v1/articles/{}/related", "/embed/related/{}", "/embed/related.js?id={}", "/articles/{}"):
            assert service.ask("GET", path.format(asked)).status == 200, (path, name)
    assert service.ask("DELETE", f"/v1/articles/{quote(IDS[-1], safe='')}", None, bearer(token)).json["removed"] == 1


def test_the_same_sent_by_many_at_once_is_kept_once(own: tuple[Served, str]) -> None:
    service, token = own
    record = {"id": "many", "title": "같은 기사를 여러 번 보낸다", "body": "같은 본문", "published": "2025-03-02"}
    with ThreadPoolExecutor(8) as threads:
        sent = list(threads.map(lambda _: service.post("/v1/articles", record, token), range(8)))
    assert [reply.status for reply in sent] == [200] * 8
    assert sum(reply.json["added"] for reply in sent) == 1
    assert sum(reply.json["unchanged"] for reply in sent) == 7
    assert all(reply.json["searchable"] or reply.json["task"] for reply in sent)  # a busy machine takes longer
    assert service.get("/v1/articles/many").json["history"] == []


def test_what_was_refused_is_refused_when_it_is_sent_again(own: tuple[Served, str]) -> None:
    service, token = own
    for _ in range(2):
        assert service.post("/v1/articles", {"id": "refused-1", "section": "사회"}, token).status == 422
        both = [{"id": "refused-2", "title": "등대 축제 개막"}, {"id": "refused-3"}]
        answer = service.post("/v1/articles", both, token)
        assert (answer.status, len(answer.json["problems"])) == (200, 1)
    service.ask("DELETE", "/v1/articles/refused-2", headers={"Authorization": f"Bearer {token}"})


def test_what_is_sent_again_makes_no_version_and_no_task(own: tuple[Served, str]) -> None:
    """What the model knows already is searchable at once: nothing is started for it."""
    service, token = own
    record = {"id": "again-1", "title": "울릉도 오징어 축제 개막", "body": "사흘 동안 열린다."}
    first = service.post("/v1/articles", record, token).json
    assert (first["searchable"], first["task"] is not None) == (True, True)
    tasks = service.get("/v1/tasks").json
    for sent in (record, [record], [record, record], {"records": [record], "wait": False}):
        again = service.post("/v1/articles", sent, token).json
        assert (again["added"], again["changed"]) == (0, 0)
        assert (again["searchable"], again["task"], again["model"]) == (True, None, first["model"])
    nothing = service.post("/v1/update", {}, token).json
    assert nothing == {"searchable": True, "model": first["model"], "task": None}
    assert service.get("/v1/tasks").json == tasks


def test_a_long_name_is_not_told_back_whole(service: Served) -> None:
    reply = service.get("/v1/articles/" + "y" * 5000)
    assert (reply.status, len(reply.body) < 400) == (404, True)


def test_a_packed_body_is_refused_and_told(service: Served) -> None:
    data = gzip.compress(b'{"q": "a"}')
    reply = service.ask("POST", "/v1/similar", data, {"Content-Encoding": "gzip"})
    assert (reply.status, reply.problem) == (400, "The body is packed: gzip.")


def test_topics_are_edited_with_preview_and_undo(own: tuple[Served, str], own_home: Path) -> None:
    service, token = own
    one, other = [row["id"] for row in service.get("/v1/topics").json if row["kind"] == "topic"][:2]
    before = service.get("/v1/topics").json
    shown = service.post("/v1/topics/merge", {"topics": [one, other], "dry_run": True}, token).json
    assert shown["kept"] is False
    assert {row["id"] for row in shown["before"]} == {one, other}
    assert [row["id"] for row in shown["after"]] == [one]
    assert service.get("/v1/topics").json == before
    merged = service.post("/v1/topics/merge", {"topics": [one, other], "reason": "the same"}, token)
    assert merged.status == 200
    assert {**merged.json["edit"], "standing": True} == service.get("/v1/edits").json[0]
    assert service.post(f"/v1/topics/{one}/rename", {"name": "새 이름"}, token).status == 200
    for _ in range(4):
        assert {row["id"]: row["name"] for row in service.get("/v1/topics").json}.get(one) == "새 이름"
        assert service.get(f"/v1/topics/{other}").status == 404
    edits = service.get("/v1/edits").json
    assert [(edit["action"], edit["by"], edit["standing"]) for edit in edits] == [
        ("merge", "Kim", True), ("rename", "Kim", True),
    ]  # fmt: skip
    assert edits[0]["reason"] == "the same"
    for _ in range(2):
        assert service.post("/v1/topics/undo", {}, token).status == 200
    assert service.get("/v1/topics").json == before
    assert service.post("/v1/topics/undo", {}, token).status == 422
    assert told(own_home, "topics") == before


def test_pairs_are_decided(own: tuple[Served, str]) -> None:
    service, token = own
    rows = service.get("/v1/articles", limit=1000).json
    one, other = [row["id"] for row in rows if row["body"]][:2]
    assert service.post(f"/v1/articles/{one}/related/pin", {"other": other}, token).json["by"] == "Kim"
    first = service.get(f"/v1/articles/{one}/related", k=3).json["results"][0]
    assert (first["id"], first["pinned"]) == (other, True)
    assert [row["action"] for row in service.get("/v1/related").json] == ["pin"]
    assert service.post("/v1/related/undo", {}, token).status == 200
    assert service.get("/v1/related").json == []
    assert service.post(f"/v1/articles/{one}/related/block", {"other": one}, token).status == 422
    assert service.post(f"/v1/articles/{one}/related/block", {"id": other, "other": other}, token).status == 422
    assert service.post(f"/v1/articles/{one}/related/pin", {"id": other}, token).json["other"] == other


def test_versions_are_promoted_and_gone_back_from(own: tuple[Served, str]) -> None:
    service, token = own
    service.post("/v1/articles", [{"id": "x1", "title": "울릉도 오징어 축제 개막"}], token)
    assert [(row["version"], row["current"]) for row in service.get("/v1/models").json] == [
        ("v0001", False), ("v0002", True),
    ]  # fmt: skip
    assert service.post("/v1/models/rollback", {}, token).json == {"current": "v0001"}
    for _ in range(4):
        assert service.get("/v1/similar", q=QUESTION).json["model"] == "v0001"
    assert service.get("/v1/similar", q=QUESTION, model="v0002").json["model"] == "v0002"
    assert service.post("/v1/models/rollback", {}, token).status == 409
    assert service.post("/v1/models/v0002/promote", {}, token).json == {"current": "v0002"}
    assert service.post("/v1/models/v0009/promote", {}, token).status == 404
    assert service.get("/v1/models/diff", before="v0001", after="v0009").status == 404


def test_a_training_runs_in_the_background(own: tuple[Served, str]) -> None:
    service, token = own
    begun = service.post("/v1/retrain", {"fresh_topics": True}, token)
    assert begun.status == 202
    again = service.post("/v1/retrain", {}, token)
    assert (again.status, "at work" in again.problem) == (409, True)
    sent = service.post("/v1/articles", [{"id": "x1", "title": "울릉도 오징어 축제 개막"}], token)
    assert (sent.status, sent.json["searchable"]) == (200, False)
    end = time.monotonic() + 400
    while (task := service.get(f"/v1/tasks/{begun.json['id']}").json)["state"] in AT_WORK and time.monotonic() < end:
        assert service.get("/v1/similar", q=QUESTION, k=1).status == 200
        time.sleep(0.2)
    assert task["state"] == "done", task
    assert task["progress"]
    assert task["by"] == "Kim"
    while service.get(f"/v1/tasks/{sent.json['task']}").json["state"] != "done" and time.monotonic() < end:
        time.sleep(0.2)
    first, end = "", time.monotonic() + 120  # a version that another process made is taken up within seconds
    while first != "x1" and time.monotonic() < end:
        found = service.get("/v1/similar", q="울릉도 오징어", k=1).json["results"]  # none before that
        first = found[0]["id"] if found else ""
    assert first == "x1", service.get(f"/v1/tasks/{sent.json['task']}").json


# -- who may


def test_each_role_may_what_it_may(own_home: Path) -> None:
    tokens = {role: token_of(own_home, role) for role in ("reader", "editor", "admin")}
    with served(own_home) as service:
        asks = {"editor": "/v1/topics/undo", "admin": "/v1/models/rollback"}
        assert {role: service.post(path, {}).status for role, path in asks.items()} == {"editor": 401, "admin": 401}
        assert service.post(asks["editor"], {}, tokens["reader"]).status == 403
        assert service.post(asks["editor"], {}, tokens["editor"]).status == 422  # nothing to undo
        assert service.post(asks["admin"], {}, tokens["editor"]).status == 403
        assert service.post(asks["admin"], {}, tokens["admin"]).status == 409
        assert service.get("/v1/topics", bearer("rec_wrong")).status == 401
        assert service.get("/v1/topics").status == 200
        assert run_cli(own_home, "serve", "--revoke-token", "editor").status == 0
        assert service.post(asks["editor"], {}, tokens["editor"]).status == 401
    held = (own_home / "data" / "tokens.jsonl").read_text(encoding="utf-8")
    assert not any(token in held for token in tokens.values())
    assert (own_home / "data" / "tokens.jsonl").stat().st_mode & 0o077 == 0


def test_what_is_counted_apart_is_no_fault_of_the_service(service: Served) -> None:
    assert service.get("/language", to="en", next="/").status == 303
    patience = time.monotonic() + 10  # an answer is counted once it is sent: another may be quicker
    while 'status="303"' not in (counted := service.get("/metrics").body.decode()):
        assert time.monotonic() < patience
    assert 'status="500"' not in counted


@pytest.mark.parametrize("origin", ["http://[", "null", "http://elsewhere.example"])
def test_an_origin_that_is_none_is_refused(own: tuple[Served, str], origin: str) -> None:
    service, token = own
    sent = service.post("/v1/articles", [{"id": "o1", "title": "영덕 대게 축제"}], token, Origin=origin)
    assert sent.status == 403


def test_what_was_taken_in_since_the_training_is_listed(own: tuple[Served, str], own_home: Path) -> None:
    service, _ = own
    before = [row["id"] for row in service.get("/v1/articles", limit=100).json]
    with Corpus.open(own_home / "data/corpus.db") as corpus:
        corpus.add([{"id": "new-1", "title": "영덕 대게 축제 개막"}])
        corpus.remove(before[:1])
    after = [row["id"] for row in service.get("/v1/articles", limit=100).json]
    assert set(after) == {*before[1:], "new-1"}


def test_a_version_is_asked_by_its_name_before_it_is_taken_up(sample_home: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    shutil.copytree(sample_home / "models", models)
    first = (models / "current").read_text(encoding="utf-8").strip()
    live = Recommenders(models)
    assert live.refresh()
    shutil.copytree(models / first, models / "v0099")
    (models / "current").write_text("v0099\n", encoding="utf-8")
    assert live.version("v0099").model.version == "v0099"
    assert live.version(first).model.version == first
    assert live.version(None).model.version == first


def test_a_log_that_cannot_be_written_is_told_at_the_start(sample_home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "recommender", "-C", str(sample_home), "serve", "--port", "0", "--log", "/none/x.log"],
        capture_output=True, text=True, env=environment(), timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "The request log /none/x.log cannot be written" in done.stderr


def test_another_address_wants_tokens(own_home: Path) -> None:
    refused = run_cli(own_home, "serve", "--host", "0.0.0.0", "--port", "0")
    assert refused.status == 1
    assert "--new-token" in refused.stderr
    token = token_of(own_home, "reader")
    with served(own_home, "--host", "0.0.0.0") as service:
        assert service.get("/v1/topics").status == 401
        assert service.get("/healthz").status == 200
        assert service.get("/v1/topics", bearer(token)).status == 200


def test_a_name_that_is_not_its_own_is_not_answered(service: Served) -> None:
    assert service.get("/healthz", {"Host": "evil.example"}).status == 403
    assert service.get("/healthz", {"Host": f"localhost:{service.port}"}).status == 200
    assert service.get("/healthz", {"Host": f"[::1]:{service.port}"}).status == 200


def test_pages_of_named_origins_alone_read_answers(sample_home: Path) -> None:
    ours, theirs = "https://news.example", "https://evil.example"
    with served(sample_home, "--cors-origin", ours) as service:
        read = service.get("/v1/topics", {"Origin": ours}).headers
        assert read["access-control-allow-origin"] == ours
        assert "ETag" in read["access-control-expose-headers"]
        assert "Origin" in read["vary"]
        assert "access-control-allow-origin" not in service.get("/v1/topics", {"Origin": theirs}).headers
        asked = {"Origin": ours, "Access-Control-Request-Method": "POST"}
        assert "POST" in service.ask("OPTIONS", "/v1/similar", None, asked).headers["access-control-allow-methods"]
        assert service.ask("POST", "/v1/similar", {"q": "a"}, {"Origin": theirs}).status == 403
        assert service.ask("POST", "/v1/similar", {"q": "a"}, {"Origin": ours}).status == 200


def test_too_much_is_refused(sample_home: Path) -> None:
    with served(sample_home, "--max-body", "1000", "--rate", "5", "--workers", "1") as service:
        assert service.post("/v1/similar", {"q": "a" * 2000}).status == 413
        whole = service.post("/v1/similar", {"q": "a" * 12_000_000})  # the client reads when it has sent all of it
        assert (whole.status, whole.problem) == (413, "The body has more than 1,000 bytes.")
        found = [service.get("/v1/models") for _ in range(30)]
        assert {reply.status for reply in found} == {200, 429}
        assert int(next(reply for reply in found if reply.status == 429).headers["retry-after"]) >= 1


def test_the_log_is_lines_of_json_and_metrics_count(sample_home: Path) -> None:
    with served(sample_home) as service:
        for _ in range(3):
            service.get("/v1/similar", q=QUESTION)
        service.get("/v1/topics/none")
        end, counted = time.monotonic() + 10, 'recommender_request_seconds_count{operation="topic",status="404"} 1'
        while counted not in (text := service.get("/metrics").body.decode()) and time.monotonic() < end:
            time.sleep(0.05)  # a request is counted once its answer is on its way
    rows = [json.loads(line) for line in service.log]
    assert ("GET", "/metrics", 200) in [(row["method"], row["path"], row["status"]) for row in rows]
    assert sorted(row["status"] for row in rows if row["path"] != "/metrics") == [200, 200, 200, 404]
    assert 'recommender_request_seconds_count{operation="similar",status="200"} 3' in text
    assert counted in text
    assert QUESTION not in "".join(service.log)


def test_a_home_without_a_model_is_served_and_filled(tmp_path: Path) -> None:
    token = token_of(tmp_path, "admin")
    with served(tmp_path, "--workers", "1") as service:
        assert service.get("/healthz").status == 503
        assert service.get("/v1/similar", q="a").status == 503
        assert str(tmp_path) not in service.get("/v1/similar", q="a").body.decode()
        rows = [{"id": f"a{i}", "title": f"양극재 공장 {i}호기 착공", "body": "공장을 짓는다."} for i in range(12)]
        sent = service.post("/v1/articles", {"records": rows}, token)
        assert (sent.json["added"], sent.json["searchable"]) == (12, False)
        task = service.post("/v1/retrain", {"no_ingest": True}, token).json["id"]
        end = time.monotonic() + 120
        while service.get(f"/v1/tasks/{task}").json["state"] in AT_WORK and time.monotonic() < end:
            time.sleep(0.2)
        while not (found := service.get("/v1/similar", q="양극재 공장").json).get("results") and time.monotonic() < end:
            time.sleep(0.05)
        assert found["results"]


def test_the_report_is_the_one_of_the_command(own: tuple[Served, str], own_home: Path, tmp_path: Path) -> None:
    service, _ = own
    assert run_cli(own_home, "report", "-o", tmp_path / "report.json").status == 0
    assert service.get("/v1/report").json == json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    page = service.get("/v1/report", format="html", lang="ko")
    assert page.headers["content-type"].startswith("text/html")
    assert page.body.startswith(b"<!")


def test_an_end_asked_for_while_processes_start_ends_them_all(sample_home: Path) -> None:
    """SIGTERM at the moment a first process stands: none may be started after it that nobody ends."""
    command = [sys.executable, "-m", "recommender", "-C", str(sample_home), "serve", "--port", "0", "--workers", "16"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment(), cwd=ROOT)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    try:
        while process.poll() is None and not children.read_text(encoding="utf-8"):
            time.sleep(0.001)
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) in (0, -signal.SIGTERM)
    finally:
        if process.poll() is None:
            process.kill()


def test_a_process_that_is_killed_is_started_anew(sample_home: Path) -> None:
    with served(sample_home, "--workers", "2", cold=True) as service:
        parent = service.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children")
        before, end = children.read_text(encoding="utf-8").split(), time.monotonic() + 60
        os.kill(int(before[0]), signal.SIGKILL)
        while len({*(now := children.read_text(encoding="utf-8").split())} - {before[0]}) < len(before):
            assert time.monotonic() < end, now
            time.sleep(0.02)
        assert [service.get("/healthz").status for _ in range(20)] == [200] * 20


def test_processes_share_the_connections(sample_home: Path) -> None:
    """Four and four of eight, not eight and none: a loop that takes all that wait leaves a core idle."""
    with served(sample_home, "--workers", "2", "--log", "none", cold=True) as service:
        for _ in range(6):  # one of them may not have begun yet
            bare = _sockets(service)
            with ExitStack() as clients:
                for _ in range(8):
                    client = clients.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=30))
                    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    assert client.recv(12) == b"HTTP/1.1 200"
                taken = [now - before for now, before in zip(_sockets(service), bare, strict=True)]
            if min(taken) >= 3:
                break
            time.sleep(1)
        assert min(taken) >= 3, taken


def _sockets(service: Served) -> list[int]:
    """How many sockets each process of the service holds."""
    parent = service.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="utf-8").split()
    return [sum(map(_is_socket, Path(f"/proc/{child}/fd").iterdir())) for child in children]


def _is_socket(file: Path) -> bool:
    try:
        return os.readlink(file).startswith("socket:")
    except FileNotFoundError:  # closed meanwhile
        return False
