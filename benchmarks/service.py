"""The service under load: answers a second and their times at 1, 8 and 64 clients, beside /healthz of the same server.

python -m benchmarks.service HOME [--seconds 10] [--questions N]

HOME is a trained folder. The client is a process of its own that asks with headlines of the archive, cut in halves that
are put together anew, so that no question is that of an article; ``--questions 50`` asks the same fifty again and
again, as a page that many read does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

CLIENTS = (1, 8, 64)


def main() -> None:
    """Starts a service, and a client for each load."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--questions", type=int, default=100_000, help="So many different ones.")
    parser.add_argument("--workers", default="2")
    parser.add_argument("--client", nargs=3, metavar=("PORT", "CLIENTS", "KIND"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.client:
        port, clients, kind = args.client
        paths = _paths(args.home, args.questions, kind)
        print(json.dumps(asyncio.run(_load(int(port), int(clients), paths, args.seconds))))
        return
    began = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, "-m", "recommender", "-C", str(args.home), "serve", "--port", "0", "--workers",
         args.workers, "--log", "none"], stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        port = next(m[1] for line in server.stderr or () if (m := re.search(r"Ready: http://\S+:(\d+)", line)))
        print(f"ready in {time.monotonic() - began:.2f} s; {args.questions:,} questions, {args.workers} processes")
        for clients in CLIENTS:
            for kind in ("healthz", "similar"):
                _print(kind, clients, _client(args, port, clients, kind))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _client(args: argparse.Namespace, port: str, clients: int, kind: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.service", str(args.home), "--seconds", str(args.seconds)]
    command += ["--questions", str(args.questions), "--client", port, str(clients), kind]
    figures: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return figures


def _print(kind: str, clients: int, figures: dict[str, float]) -> None:
    print(
        f"{kind:<8} {clients:>3} clients: {figures['rate']:7.0f} a second, p50 {figures['p50']:6.1f} ms, "
        f"p99 {figures['p99']:6.1f} ms, longest {figures['most']:6.1f} ms; {figures['failed']:.0f} failed",
        flush=True,
    )


def _paths(home: Path, count: int, kind: str) -> Iterator[str]:
    if kind == "healthz":
        while True:
            yield "/healthz"
    from recommender import open_model

    catalogue, draw = open_model(home / "models").catalogue, random.Random(7)
    halves = [catalogue.article(draw.randrange(len(catalogue))).shown_title.split() for _ in range(4000)]
    firsts, lasts = [w[: (len(w) + 1) // 2] for w in halves], [w[(len(w) + 1) // 2 :] for w in halves]
    texts = (" ".join(draw.choice(firsts) + draw.choice(lasts)) for _ in range(10**9))
    few = [next(texts) for _ in range(count)] if count < 100_000 else None
    while True:
        yield f"/v1/similar?k=5&q={quote(draw.choice(few) if few else next(texts))}"


async def _load(port: int, clients: int, paths: Iterator[str], seconds: float) -> dict[str, float]:
    times: list[float] = []
    failed = [0]
    end = time.monotonic() + seconds
    began = time.monotonic()
    await asyncio.gather(*(_one(port, paths, end, times, failed) for _ in range(clients)))
    took, times = time.monotonic() - began, sorted(times)
    return {
        "rate": len(times) / took, "failed": failed[0], "most": times[-1] * 1000,
        "p50": times[len(times) // 2] * 1000, "p99": times[int(len(times) * 0.99)] * 1000,
    }  # fmt: skip


async def _one(port: int, paths: Iterator[str], end: float, times: list[float], failed: list[int]) -> None:
    """A client on one connection, which asks as soon as it was answered; on another when the service closes it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (now := time.monotonic()) < end:
        writer.write(f"GET {next(paths)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        await reader.readexactly(int(length[1]) if length else 0)
        times.append(time.monotonic() - now)
        failed[0] += not head.startswith(b"HTTP/1.1 200")
        if b"\r\nconnection: close" in head.lower():
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


if __name__ == "__main__":
    main()
