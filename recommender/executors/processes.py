"""Partitions in parallel processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait

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
