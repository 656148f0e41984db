"""Addresses of the service: names of any signs in them, Hangul as it is, and hints that name addresses."""

from __future__ import annotations

import ast
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import ROOT
from served import Served, bearer, served
from test_service import token_of

from recommender.serving.hints import over_http

_COMMANDS = re.compile(r"recommender |--")
HANGUL = "/v1/similar?k=2&q=양극재"
IDS = (
    "2024/related", "2024/related/pin", "2024", "a/b", "a//b", "/x", "2024/", "물음?표", "해시#1", "퍼센트%2F", "a%b",
    "더하기+ 빈칸", "🔋/배터리", "가&나=다;라",
)  # fmt: skip


@pytest.fixture(scope="module")
def service(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A service of a copy of the sample, and the token of an admin."""
    home = Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("addresses") / "home"))
    token = token_of(home, "admin", "Kim")
    with served(home) as found:
        records = [{"id": name, "title": f"포항 양극재 공장 {n}호기 착공"} for n, name in enumerate(IDS, start=1)]
        assert found.post("/v1/articles", records, token).json["searchable"]
        yield found, token


@pytest.mark.parametrize("name", IDS)
def test_an_id_of_any_signs_is_reached_where_its_signs_are_encoded(service: tuple[Served, str], name: str) -> None:
    server, _ = service
    encoded = quote(name, safe="")
    assert server.ask("GET", f"/v1/articles/{encoded}").json["id"] == name
    assert server.ask("GET", f"/v1/articles/{encoded}/related").json["query"]["id"] == name
    assert server.ask("GET", f"/embed/related/{encoded}").status == 200
    assert server.ask("GET", f"/embed/related.js?id={encoded}").status == 200
    page = server.ask("GET", f"/articles/{encoded}")
    assert page.status == 200
    assert f"next={quote(f'/articles/{encoded}', safe='')}" in page.body.decode()  # the other language, and back


def test_an_editor_decides_on_a_pair_of_such_ids(service: tuple[Served, str]) -> None:
    server, token = service
    one = quote("2024/related", safe="")
    assert server.post(f"/v1/articles/{one}/related/block", {"other": "a//b"}, token).status == 200
    assert {row["other"] for row in server.get("/v1/related").json} == {"a//b"}
    assert server.ask("DELETE", f"/v1/articles/{quote('2024/related/pin', safe='')}", None, bearer(token)).status == 200
    assert server.ask("GET", f"/v1/articles/{quote('2024/related', safe='')}").status == 200


def test_a_slash_that_is_sent_as_it_is_parts_where_it_can(service: tuple[Served, str]) -> None:
    server, _ = service
    assert server.ask("GET", "/v1/articles/a/b").json["id"] == "a/b"
    assert server.ask("GET", "/v1/articles/2024/related").json["query"]["id"] == "2024"


def test_hangul_in_an_address_needs_no_encoding(service: tuple[Served, str]) -> None:
    server, _ = service
    wanted = server.ask("GET", quote(HANGUL, safe="/?&="))
    for parts in ([HANGUL.encode()], [HANGUL.encode()[:-2], HANGUL.encode()[-2:]]):
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
            client.sendall(b"GET " + parts[0])
            for part in parts[1:]:
                client.sendall(part)
            client.sendall(b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            told = b"".join(iter(lambda: client.recv(65536), b""))
        assert told.startswith(b"HTTP/1.1 200")
        assert told.endswith(wanted.body)


def test_what_is_no_request_is_refused_in_json(service: tuple[Served, str]) -> None:
    with socket.create_connection(("127.0.0.1", service[0].port), timeout=30) as client:
        client.sendall(b"GET /v1/similar?q=a b HTTP/1.1\r\nHost: localhost\r\n\r\n")
        told = b"".join(iter(lambda: client.recv(65536), b""))
    assert told.startswith(b"HTTP/1.1 400")
    assert b'"hint": "Percent-encode the address' in told


@pytest.mark.parametrize(
    ("method", "path", "hint"),
    [
        ("GET", "/v1/articles/none", "GET /v1/articles"),
        ("GET", "/v1/topics/none", "GET /v1/topics"),
        ("GET", "/v1/similar?q=a&past-only=1", "without past-only."),
        ("POST", "/v1/topics/undo", "GET /v1/edits"),
        ("POST", "/v1/articles/none/restore", "GET /v1/articles"),
    ],
)
def test_hints_name_addresses(service: tuple[Served, str], method: str, path: str, hint: str) -> None:
    server, token = service
    told = server.ask(method, path, {} if method == "POST" else None, bearer(token)).json["error"]["hint"]
    assert told.endswith(hint)


def test_what_is_wrong_with_a_record_names_its_fields(service: tuple[Served, str]) -> None:
    server, token = service
    told = server.post("/v1/articles", {"foo": "가"}, token).json["error"]["hint"]
    assert told == "Its keys are foo; name them title, body, outlet, author, published, url."


def test_no_sentence_of_the_program_sends_a_client_of_the_service_to_the_command_line() -> None:
    for package in ("ranking", "corpus", "topics", "versions"):
        for path in (ROOT / "recommender" / package).rglob("*.py"):
            for sentence in _raised(ast.parse(path.read_text(encoding="utf-8"))):
                assert not _COMMANDS.search(over_http(sentence)), (path.name, sentence)


def _raised(tree: ast.Module) -> Iterator[str]:
    """The words of errors that are raised."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            yield from (
                part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
