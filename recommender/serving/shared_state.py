"""State that the processes of one service share: counts of answers and connections, the rate limits of clients, and
a count of changes on disk.

An anonymous memory map; without locks, so of two writes at once one may be lost.
"""

from __future__ import annotations

import mmap
import time
import zlib

import numpy as np

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds
_CLIENTS = 4096
_GUESSES = 0.2  # wrong tokens a second of one address, ten at once
SERIES = 1024


class SharedState:
    """``workers`` rows of counts, the one of this process at ``index``; made before the fork."""

    def __init__(self, workers: int) -> None:
        # changes, then for each worker: counts of answers, sums of seconds, histograms; connections; then the clients
        width = SERIES * (2 + len(BOUNDS))
        size = 1 + workers * (width + 1) + _CLIENTS * 3
        memory = np.frombuffer(mmap.mmap(-1, size * 8), dtype=np.float64)
        self._changes = memory[:1]
        self._counts = memory[1 : 1 + workers * width].reshape(workers, SERIES, 2 + len(BOUNDS))
        self._open = memory[1 + workers * width :][:workers]
        self._clients = memory[1 + workers * (width + 1) :].reshape(_CLIENTS, 3)
        self._open[:] = np.inf
        self.index = 0

    @property
    def changes(self) -> float:
        """Grows whenever one of the processes changed something on disk."""
        return float(self._changes[0])

    def note_change(self) -> None:
        self._changes[0] += 1

    def connected(self, count: int) -> None:
        """This process has ``count`` open connections, and accepts more."""
        self._open[self.index] = count

    def ended(self, index: int) -> None:
        """The process at ``index`` accepts no more connections."""
        self._open[index] = np.inf

    @property
    def ready(self) -> bool:
        """Whether every process accepts connections."""
        return bool(np.isfinite(self._open).all())

    @property
    def crowded(self) -> bool:
        """Whether this process has more connections than another would have with one of them."""
        return bool(self._open[self.index] > self._open.min() + 1)

    def fewer_elsewhere(self, count: int) -> bool:
        """Whether another process has fewer than ``count`` connections."""
        return bool(self._open.min() < count)

    def count(self, series: int, seconds: float) -> None:
        """Counts an answer of ``series`` that took ``seconds``."""
        row = self._counts[self.index, series % SERIES]
        row[0] += 1
        row[1] += seconds
        row[2 + sum(seconds > bound for bound in BOUNDS[:-1])] += 1

    def counted(self, series: int) -> list[float]:
        """Answers, seconds, and answers by ``BOUNDS`` of all processes."""
        return [float(value) for value in self._counts[:, series % SERIES].sum(axis=0)]

    def wait(self, client: str, rate: float, burst: float) -> float:
        """Seconds until the client may ask, 0 if now: a token bucket of ``burst``, refilled at ``rate`` a second."""
        key = zlib.crc32(client.encode("utf-8", "replace")) or 1
        slot, now = self._clients[key % _CLIENTS], time.monotonic()
        tokens = burst if slot[0] != key else min(burst, slot[1] + (now - slot[2]) * rate)
        allowed = tokens >= 1
        slot[:] = key, tokens - allowed, now
        return 0.0 if allowed else (1 - tokens) / rate

    def wait_to_guess(self, client: str) -> float:
        """Seconds until an address that gave a wrong token may give another."""
        return self.wait(f"guess {client}", _GUESSES, 10)
