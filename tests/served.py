"""A service in a process of its own, and a client of it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import warm
from conftest import ROOT, environment


class Reply(NamedTuple):
    """What came back; ``json`` raises ValueError where the body is none."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def problem(self) -> str:
        return str(self.json["error"]["problem"])


class Served(NamedTuple):
    """A running service: ``notes`` is what it said on standard error, ``log`` its lines of standard output."""

    home: Path
    process: subprocess.Popen[str]
    port: int
    notes: list[str]
    log: list[str]

    def get(self, path: str, headers: Mapping[str, str] | None = None, **options: Any) -> Reply:
        """``GET path``, with options in the address: a list is given by repeating the name."""
        query = urlencode([(k, v) for k, held in options.items() for v in (held if isinstance(held, list) else [held])])
        return self.ask("GET", quote(path, safe="/?=&%") + (f"?{query}" if query else ""), None, headers)

    def post(self, path: str, value: Any = None, token: str = "", **headers: str) -> Reply:
        return self.ask("POST", path, value, {**headers, **bearer(token)})

    def ask(self, method: str, path: str, value: Any = None, headers: Mapping[str, str] | None = None) -> Reply:
        """One request on a connection of its own; ``value`` goes as JSON, bytes as they are."""
        data = value if isinstance(value, bytes) or value is None else json.dumps(value).encode()
        own = {"Content-Type": "application/json"} if data is not None else {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, data, {**own, **(headers or {})})
            found = connection.getresponse()
            return Reply(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())
        finally:
            connection.close()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


@contextmanager
def served(home: Path, *options: str, cold: bool = False, **settings: str) -> Iterator[Served]:
    """``recommender serve`` on a free port of loopback, ended by SIGTERM; ``cold``: by a Python of its own."""
    program = [sys.executable, "-m", "recommender"] if cold else warm.recommender()
    command = [*program, "-C", str(home), "serve", "--port", "0", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment(**settings),
        start_new_session=True,
    )  # fmt: skip
    notes: list[str] = []
    log: list[str] = []
    threads = [
        threading.Thread(target=_kept, args=pair, daemon=True)
        for pair in ((process.stderr, notes), (process.stdout, log))
    ]
    for thread in threads:
        thread.start()
    try:
        yield Served(home, process, _port(process, notes), notes, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        for thread in threads:
            thread.join(10)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()


def _kept(stream: Any, lines: list[str]) -> None:
    lines.extend(iter(stream.readline, ""))


def _port(process: subprocess.Popen[str], notes: list[str]) -> int:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        found = next((m for line in list(notes) if (m := re.search(r"Ready: http://\S+:(\d+)", line))), None)
        if found:
            return int(found[1])
        if process.poll() is not None:
            time.sleep(0.2)
            raise AssertionError(f"the service ended with {process.returncode}: {''.join(notes)}")
        time.sleep(0.02)
    raise AssertionError(f"the service is not ready: {''.join(notes)}")
