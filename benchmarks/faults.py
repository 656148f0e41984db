"""The service while things change and fail: whether an answer is wrong, or a request is dropped.

python -m benchmarks.faults HOME [--clients 8] [--seconds 5] [--retrain] [--fuzz N]

HOME is a trained folder; a copy of it is changed. Clients ask a few dozen questions over and over while articles are
sent, topics and pairs are edited, versions promoted, a process is killed and the service is started anew. Each answer
is compared with those that the command line would have given from the states that stood between question and answer;
a change that was acknowledged is in all that is asked after it.
Then come clients that are slow, send too much, or hang up half; and with --fuzz N requests made by schemathesis from
the description of the service.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from recommender import Recommender
from recommender.ranking.options import SearchOptions
from recommender.serving.tokens import Tokens

_TAKEN_UP = 2.0  # seconds in which every process knows of a version that none of them made
_QUESTIONS = 24


class Asked(NamedTuple):
    """A request: when it was sent and answered, and what came back; ``status`` 0 where the connection broke."""

    path: str
    sent: float
    answered: float
    status: int
    body: bytes


@dataclass
class State:
    """The right answers from ``begin`` on, by path; ``end`` when the next state stood everywhere."""

    begin: float
    answers: dict[str, Any]
    end: float = float("inf")


@dataclass
class Running:
    """A service on ``port``, with the token of an admin."""

    home: Path
    port: int
    token: str
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Starts it, and returns when it says that it is ready."""
        command = [sys.executable, "-m", "recommender", "-C", str(self.home), "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--workers", "2", "--log", "none"], stderr=subprocess.PIPE, text=True
        )
        for line in self.process.stderr or ():
            if match := re.search(r"Ready: http://\S+:(\d+)", line):
                self.port = int(match[1])
                break
        threading.Thread(target=lambda: list(self.process.stderr or ()) if self.process else None, daemon=True).start()

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def children(self) -> list[int]:
        number = self.process.pid if self.process else 0
        return [*map(int, Path(f"/proc/{number}/task/{number}/children").read_text(encoding="utf-8").split())]

    def post(self, path: str, value: Any) -> Any:
        """What the service answers. Ends the program where it refuses."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        connection.request("POST", path, json.dumps(value), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        if response.status >= 400:
            sys.exit(f"POST {path}: {answer}")
        return answer

    def get(self, path: str) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())


@dataclass
class Load:
    """Clients that ask ``paths`` over and over; ``retried`` counts idle connections that had been closed, ``refused``
    tries while nobody listened."""

    service: Running
    paths: list[str]
    done: list[Asked] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    ended: bool = False

    async def run(self, clients: int) -> None:
        await asyncio.gather(*(self._client(number) for number in range(clients)))

    async def _client(self, number: int) -> None:
        index, pair = number * 5, None
        while not self.ended:
            path = self.paths[index % len(self.paths)]
            index += 1
            fresh = pair is None
            if pair is None:
                try:
                    pair = await asyncio.open_connection("127.0.0.1", self.service.port)
                except OSError:
                    self.counts["refused"] += 1
                    await asyncio.sleep(0.02)
                    continue
            sent = time.monotonic()
            try:
                status, body, closed = await asyncio.wait_for(_ask(*pair, path), 60)
                self.done.append(Asked(path, sent, time.monotonic(), status, body))
                if closed:
                    pair[1].close()
                    pair = None
                continue
            except (OSError, EOFError, TimeoutError):
                pair[1].close()
                pair = None
            if fresh:
                self.done.append(Asked(path, sent, time.monotonic(), 0, b""))
            else:  # it may have been closed before it was used again: asked anew, as every client of HTTP does
                self.counts["retried"] += 1
                index -= 1


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> tuple[int, bytes, bool]:
    """Status and body, and whether the connection ends with them."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    body = await reader.readexactly(int(length[1]) if length else 0)
    return int(head.split()[1]), body, b"\r\nconnection: close" in head.lower()


@dataclass
class Trial:
    """Events under load, and the states between them."""

    service: Running
    load: Load
    asks: dict[str, Callable[[Recommender], Any]]
    seconds: float
    states: list[State] = field(default_factory=list)
    broken: list[tuple[float, float]] = field(default_factory=list)  # when connections were to break

    def now(self) -> dict[str, Any]:
        """The right answers as the folder stands."""
        recommender = Recommender.open(self.service.home / "models")
        return {path: json.loads(json.dumps(ask(recommender))) for path, ask in self.asks.items()}

    def event(self, name: str, act: Callable[[], Any], *, breaks: bool = False, late: bool = False) -> None:
        """Does ``act`` under load, and prints how the requests of that time went."""
        first, begin = len(self.load.done), time.monotonic()
        act()
        end = time.monotonic()
        if breaks:
            self.broken.append((begin - 0.5, end + 1.0))
        self.states.append(State(begin, self.now()))
        self.states[-2].end = end + _TAKEN_UP * late
        time.sleep(self.seconds)
        self.tell(name, self.load.done[first:])

    def tell(self, name: str, requests: list[Asked]) -> None:
        wrong = [request for request in requests if request.status and not self._right(request)]
        dropped = [request for request in requests if not request.status]
        loose = [request for request in dropped if not any(a <= request.sent <= b for a, b in self.broken)]
        times = sorted((request.answered - request.sent) * 1000 for request in requests if request.status) or [0.0]
        print(
            f"{name:<34} {len(requests):>6} requests, {len(wrong)} wrong, {len(loose)} dropped, "
            f"{len(dropped) - len(loose)} in flight at the break; p50 {times[len(times) // 2]:.1f} ms, "
            f"p99 {times[int(len(times) * 0.99)]:.1f} ms",
            flush=True,
        )
        for request in wrong[:3]:
            print(f"   wrong: {request.status} {request.path} {request.body[:300].decode(errors='replace')}")

    def _right(self, request: Asked) -> bool:
        if request.status != 200:
            return False
        answer = json.loads(request.body)
        states = [s for s in self.states if s.begin <= request.answered and request.sent <= s.end]
        return any(answer == state.answers[request.path] for state in states)


def main() -> None:
    """Copies HOME, and does one thing after another to a service of the copy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5.0, help="Of load after each event.")
    parser.add_argument("--retrain", action="store_true", help="Train anew under load.")
    parser.add_argument("--fuzz", type=int, default=0, metavar="N", help="Examples of each operation.")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(args.home, home, symlinks=True, ignore=shutil.ignore_patterns("tokens.jsonl", "tasks"))
        service = Running(home, 0, Tokens(home / "data" / "tokens.jsonl").add("admin", "trial"))
        service.start()
        try:
            _changes(service, args)
            _clients(service)
            if args.fuzz:
                _fuzzed(service, args.fuzz)
        finally:
            service.stop()


def _changes(service: Running, args: argparse.Namespace) -> None:
    asks, ids = _asks(Recommender.open(service.home / "models"))
    load = Load(service, list(asks))
    trial = Trial(service, load, asks, args.seconds)
    trial.states.append(State(0.0, trial.now()))
    with _running(load, args.clients):
        time.sleep(args.seconds)
        trial.tell("nothing", list(load.done))
        for name, act, breaks in _events(service, ids):
            trial.event(name, act, breaks=breaks)
        if args.retrain:
            trial.event("a training", lambda: _train(service), late=True)
    counts = load.counts
    print(
        f"idle connections that were closed and opened anew: {counts['retried']}; "
        f"tries while it was down: {counts['refused']}"
    )


@contextmanager
def _running(load: Load, clients: int) -> Iterator[None]:
    thread = threading.Thread(target=lambda: asyncio.run(load.run(clients)))
    thread.start()
    try:
        yield
    finally:
        load.ended = True
        thread.join()


def _asks(recommender: Recommender) -> tuple[dict[str, Callable[[Recommender], Any]], list[str]]:
    """What is asked, by path, with what answers it here; and ids of the articles whose lists are among them."""
    catalogue, options = recommender.model.catalogue, SearchOptions(k=5)
    step = max(1, len(catalogue) // _QUESTIONS)
    rows = list(range(0, len(catalogue), step))[:_QUESTIONS]
    asks: dict[str, Callable[[Recommender], Any]] = {}
    for row in rows:
        text = " ".join(catalogue.article(row).shown_title.split()[:4])
        asks[f"/v1/similar?k=5&q={quote(text, safe='')}"] = _by_text(text, options)
    ids = [catalogue.ids[row] for row in rows[:8]]
    for name in ids:
        asks[f"/v1/articles/{quote(name, safe='')}/related?k=5"] = _by_id(name, options)
    return asks, ids


def _by_text(text: str, options: SearchOptions) -> Callable[[Recommender], Any]:
    return lambda recommender: recommender.similar(text, options=options).as_json()


def _by_id(name: str, options: SearchOptions) -> Callable[[Recommender], Any]:
    return lambda recommender: recommender.similar(id=name, k=5, options=options).as_json()


def _events(service: Running, ids: list[str]) -> list[tuple[str, Callable[[], Any], bool]]:
    one, other = ids[0], ids[1]
    first = str(service.get("/healthz")["model"])
    topics = [row["id"] for row in service.get("/v1/topics") if row["kind"] == "topic"]
    record = {"id": "trial-1", "title": "울릉도 오징어 축제 개막", "body": "울릉도에서 오징어 축제가 열렸다."}
    events: list[tuple[str, Callable[[], Any], bool]] = [
        ("an article is sent (update)", lambda: service.post("/v1/articles", [record]), False),
        ("another pair is pinned", lambda: service.post(f"/v1/articles/{one}/related/pin", {"other": other}), False),
        ("a pair is blocked", lambda: service.post(f"/v1/articles/{ids[2]}/related/block", {"other": ids[3]}), False),
        ("a decision is taken back", lambda: service.post("/v1/related/undo", {}), False),
        ("the older version is promoted", lambda: service.post(f"/v1/models/{first}/promote", {}), False),
        ("a process is killed", lambda: _kill(service), True),
        ("the service is started anew", lambda: (service.stop(), service.start()), True),
    ]
    if topics:
        rename = (
            "a topic is renamed",
            lambda: service.post(f"/v1/topics/{topics[0]}/rename", {"name": "새 이름"}),
            False,
        )
        events.insert(1, rename)
    return events


def _kill(service: Running) -> None:
    os.kill(service.children()[0], signal.SIGKILL)
    time.sleep(1.0)


def _train(service: Running) -> None:
    task = service.post("/v1/retrain", {"no_ingest": True})["id"]
    while service.get(f"/v1/tasks/{task}")["state"] in ("waiting", "running"):
        time.sleep(0.5)


# -- clients that misbehave


def _clients(service: Running) -> None:
    slow = [_connected(service) for _ in range(100)]
    for number, client in enumerate(slow):
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: l" if number % 2 else _head("POST", 1000))
    end, times = time.monotonic() + 8, []
    while time.monotonic() < end:
        for client in slow:
            client.send(b"a")
        began = time.monotonic()
        service.get("/healthz")
        times.append((time.monotonic() - began) * 1000)
        time.sleep(0.9)
    print(f"beside 100 clients of a byte a second: /healthz in {max(times):.1f} ms at most")
    end = time.monotonic() + 40
    while time.monotonic() < end and (slow := [client for client in slow if not _over(client)]):
        time.sleep(1)
    print(f"of these still connected after a minute: {len(slow)}")
    print(f"a body of 100 MB by its length: {_status(service, _head('POST', 100_000_000))}")
    print(f"a body of 100 MB without one: {_status(service, _CHUNKED, b'ffff' + _EOL + b'a' * 0xFFFF + _EOL, 1600)}")
    with _connected(service) as half:
        half.sendall(b"GET /v1/topics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        half.shutdown(socket.SHUT_WR)
        print(f"a client that sends no more after its request: {half.recv(12).decode()}")


_EOL = b"\r\n"
_CHUNKED = (
    b"POST /v1/similar HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)


def _head(method: str, length: int) -> bytes:
    return (
        f"{method} /v1/similar HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def _connected(service: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", service.port), timeout=30)


def _over(client: socket.socket) -> bool:
    """Whether the service has hung up, or answered; sends one byte more."""
    client.settimeout(0.01)
    try:
        client.send(b"a")
        client.recv(4096)
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def _status(service: Running, head: bytes, part: bytes = b"", times: int = 0) -> str:
    with _connected(service) as client:
        try:
            client.sendall(head)
            for _ in range(times):
                client.sendall(part)
        except OSError:
            pass
        try:
            return client.recv(12).decode() or "closed"
        except OSError as error:
            return type(error).__name__


def _fuzzed(service: Running, examples: int) -> None:
    """Requests of schemathesis; all but those that begin a training."""
    program = shutil.which("schemathesis", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if program is None:
        sys.exit("--fuzz wants schemathesis: pip install schemathesis")
    done = subprocess.run(
        [program, "run", f"http://127.0.0.1:{service.port}/openapi.json", "--checks", "not_a_server_error",
         "--phases", "coverage,fuzzing", "--max-examples", str(examples), "--continue-on-failure", "--warnings", "off",
         "--exclude-path", "/v1/retrain", "--header", f"Authorization: Bearer {service.token}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    failures = re.findall(r"^- .*(?:Server error|timeout).*$", done.stdout, re.MULTILINE)
    metrics = http.client.HTTPConnection("127.0.0.1", service.port)
    metrics.request("GET", "/metrics")
    counts: Counter[str] = Counter()
    for status, number in re.findall(r'_count\{.*status="(\d)\d\d"\} (\d+)', metrics.getresponse().read().decode()):
        counts[status] += int(number)
    summary = ", ".join(f"{number:,} {status}xx" for status, number in sorted(counts.items()))
    print(f"fuzzed, with all that was asked before: {summary}; failures: {len(failures)}")


if __name__ == "__main__":
    main()
