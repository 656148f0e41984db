"""Partitions in parallel processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import wait as wait_for
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import Any

from ..errors import WorkerError
from ..lazy import dataclass
from .executor import THREADS, Partition, Result


@dataclass(frozen=True, slots=True)
class Processes:
    """``workers`` parallel processes, each with one thread for linear algebra.

    They are started afresh (spawn), so ``function`` is one that can be imported by its name, or a ``partial`` of one,
    and a script that maps guards itself by ``if __name__ == "__main__"``. They end with this process, however it ends.
    """

    workers: int

    def map(self, function: Callable[[Partition], Result], partitions: Sequence[Partition]) -> Iterator[Result]:
        """See ``Executor.map``. Raises WorkerError if a process is killed."""
        if not partitions:
            return
        context = multiprocessing.get_context("spawn")
        alive, ours = context.Pipe(duplex=False)
        count = min(self.workers, len(partitions))
        with alive, ours, ProcessPoolExecutor(count, context, _exit_when_closed, (alive,)) as pool:
            try:
                with _worker_environment():
                    futures = [pool.submit(function, partition) for partition in partitions]
                for future in futures:
                    yield future.result()
            except BrokenProcessPool as error:
                raise WorkerError(
                    "A worker process ended before its work was done: it was killed, or memory ran out.",
                    "Ask with fewer workers.",
                ) from error
            except BaseException:
                ours.close()  # ends the workers, whatever they are at
                raise


def _exit_when_closed(alive: Connection) -> None:
    """Ends this process as soon as the other end of ``alive`` is closed, as it is when the parent process dies."""

    def watch() -> None:
        wait([alive])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _worker_environment() -> Iterator[None]:
    """What worker processes inherit: one thread for linear algebra, and Ctrl-C left to their parent."""
    before = {name: os.environ.get(name) for name in THREADS}
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


class Workers:
    """``count`` processes that stay, for calls from many threads; started (spawn) at the first call."""

    def __init__(self, count: int) -> None:
        """Raises WorkerError for a ``count`` below 1."""
        if count < 1:
            raise WorkerError(f"There are {count} processes to answer.", "Give 1 or more.")
        self._count, self._lock = count, threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def call(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """What ``function``, which can be imported by its name, gives in one of the processes.

        Where one was killed all are started anew and asked once more. Raises what ``function`` raises, and WorkerError
        if they are killed again.
        """
        for _ in range(2):
            pool = None
            try:
                with self._lock:  # `close` waits for what was submitted
                    pool = self._pool = self._pool or self._started()
                    future = pool.submit(function, *arguments)
                return future.result()
            except BrokenProcessPool:
                self._end(pool)
        raise WorkerError("The processes that answer were killed twice.", "Look for want of memory; ask with fewer.")

    def close(self) -> None:
        """Ends the processes, after what they are at; a call after it starts others."""
        self._end(self._pool)

    def _started(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        self._pipe = alive, _ = context.Pipe(duplex=False)  # its other end is open as long as this process lives
        pool = ProcessPoolExecutor(self._count, context, _exit_when_closed, (alive,))
        with _worker_environment():  # which they inherit as they are started
            wait_for([pool.submit(os.getpid) for _ in range(self._count)])
        return pool

    def _end(self, pool: ProcessPoolExecutor | None) -> None:
        with self._lock:
            if pool and self._pool is pool:
                self._pool = None
                pool.shutdown()
                for end in self._pipe:
                    end.close()
