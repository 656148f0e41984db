"""Clients of the service that are slow, or that say half of what they have to say."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from served import served
from uvicorn.server import ServerState

from recommender.serving import http_protocol as protocol
from recommender.serving.app import App
from recommender.serving.service import Service
from recommender.serving.settings import Settings
from recommender.serving.shared_state import SharedState

SCOPE: dict[str, Any] = {
    "type": "http", "http_version": "1.1", "method": "POST", "path": "/v1/similar", "raw_path": b"/v1/similar",
    "root_path": "", "scheme": "http", "query_string": b"", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
}  # fmt: skip


def app_of(home: Path, timeout: float = 0.3) -> App:
    """The application of a home that holds nothing."""
    return App(Service(home), Settings(home, timeout=timeout, log=None), SharedState(1))


async def asked(app: App, parts: Iterator[bytes], pause: float) -> list[dict[str, Any]]:
    """What is sent for a body of which a part comes every ``pause`` seconds."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause)
        part = next(parts, None)
        return {"type": "http.request", "body": part or b"", "more_body": part is not None}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(dict(SCOPE), receive, send)
    return sent


def test_a_body_that_comes_a_byte_at_a_time_is_not_waited_for(tmp_path: Path) -> None:
    body = iter([b" "] * 100)
    sent = asyncio.run(asked(app_of(tmp_path), body, 0.05))
    assert sent[0]["status"] == 408
    assert len(list(body)) > 80


def test_a_long_body_that_comes_steadily_is_waited_for(tmp_path: Path) -> None:
    text = json.dumps({"q": "a" * 50_000}).encode()
    body = (text[at : at + 10_000] for at in range(0, len(text), 10_000))
    sent = asyncio.run(asked(app_of(tmp_path, 0.15), body, 0.05))
    assert sent[0]["status"] == 503  # there is no model


class Stuck(asyncio.Transport):
    """A connection whose other side takes nothing."""

    aborted = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 1) if name in ("peername", "sockname") else default

    def is_closing(self) -> bool:
        return self.aborted

    def abort(self) -> None:
        self.aborted = True


@pytest.mark.parametrize(("resumed", "aborted"), [(False, True), (True, False)])
def test_an_answer_that_is_not_taken_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, resumed: bool, aborted: bool
) -> None:
    monkeypatch.setattr(protocol, "TIMEOUT", 0.05)

    async def left() -> bool:
        config = uvicorn.Config(app_of(tmp_path), log_config=None)
        connection = protocol.TimedProtocol(config=config, server_state=ServerState(), app_state={})
        transport = Stuck()
        connection.connection_made(transport)
        connection._unwind()
        connection.pause_writing()
        if resumed:
            connection.resume_writing()
        await asyncio.sleep(0.2)
        return transport.aborted

    assert asyncio.run(left()) is aborted


def test_a_client_that_sends_no_more_gets_its_answer(sample_home: Path) -> None:
    request = b"GET /v1/similar?q=%EC%96%91%EA%B7%B9%EC%9E%AC HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with served(sample_home) as service, socket.create_connection(("127.0.0.1", service.port), timeout=30) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        told = b"".join(iter(lambda: client.recv(65_536), b""))
        assert told.startswith(b"HTTP/1.1 200")
        assert json.loads(told.partition(b"\r\n\r\n")[2])["results"]
