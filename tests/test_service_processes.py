"""The processes of a service: connections are shared evenly, also by clients that keep theirs."""

from __future__ import annotations

import http.client
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from served import Served, served
from test_service import token_of

CLIENTS = 8


class Client:
    """A client that keeps its connection until the service closes it, and opens another then."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._connection.connect()

    def ask(self) -> int:
        self._connection.request("GET", "/v1/models")
        found = self._connection.getresponse()
        found.read()  # the connection is closed with it where the answer said so, and the next request opens another
        return found.status

    @property
    def number(self) -> int:
        """The port of this side."""
        return int(self._connection.sock.getsockname()[1]) if self._connection.sock else 0

    def close(self) -> None:
        self._connection.close()


@contextmanager
def clients(port: int) -> Iterator[list[Client]]:
    made = [Client(port) for _ in range(CLIENTS)]
    try:
        yield made
    finally:
        for each in made:
            each.close()


def children(service: Served) -> list[int]:
    number = service.process.pid
    return [*map(int, Path(f"/proc/{number}/task/{number}/children").read_text(encoding="utf-8").split())]


def connections(service: Served, of: list[Client]) -> Counter[int]:
    """How many connections of the clients each process of the service holds."""
    mine = {each.number for each in of}
    sockets: dict[str, int] = {}
    for line in Path("/proc/net/tcp").read_text(encoding="utf-8").splitlines()[1:]:
        _, local, remote, state, *rest = line.split()
        if state == "01" and int(local.split(":")[1], 16) == service.port and int(remote.split(":")[1], 16) in mine:
            sockets[f"socket:[{rest[5]}]"] = 1
    held: Counter[int] = Counter()
    for child in children(service):
        held[child] = sum(
            os.readlink(link) in sockets for link in Path(f"/proc/{child}/fd").iterdir() if link.is_symlink()
        )
    return held


def test_many_who_ask_for_a_report_get_it_of_one_process_and_hold_nobody_up(own_home: Path) -> None:
    token = token_of(own_home, "editor")
    with served(own_home, "--workers", "1") as service, ThreadPoolExecutor(24) as threads:
        reports = [threads.submit(service.get, "/v1/report", format="csv") for _ in range(24)]
        time.sleep(0.3)
        assert service.get("/v1/similar", q="양극재 공장").status == 200
        record = {"id": "x1", "title": "울릉도 오징어 축제 개막"}
        assert service.post("/v1/articles", {"records": [record], "wait": False}, token).status == 200
        assert {each.result().status for each in reports} == {200}
        made = len(list((own_home / "data" / "tasks").glob("*-report-*")))
        assert made <= 4, "not one for each: another where what came was taken up meanwhile"


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="looks at connections in /proc")
def test_clients_that_keep_their_connections_are_shared_evenly_after_a_process_was_killed(sample_home: Path) -> None:
    with served(sample_home, "--workers", "2", cold=True) as service, clients(service.port) as asking:
        assert {each.ask() for each in asking} == {200}
        assert len(children(service)) == 2
        os.kill(children(service)[0], signal.SIGKILL)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            for each in asking:
                try:
                    assert each.ask() == 200
                except (OSError, http.client.HTTPException):  # it was on the process that was killed
                    each.close()
            held = connections(service, asking)
            if len(held) == 2 and sum(held.values()) == CLIENTS and max(held.values()) - min(held.values()) <= 1:
                return
            time.sleep(0.1)
        raise AssertionError(f"uneven: {connections(service, asking)}")
