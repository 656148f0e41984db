"""Partitions in parallel processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple, cast

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
    """``count`` processes that stay, for calls from many threads; each is started (spawn) when one is wanted.

    Each call goes to an idle one by a pipe of its own: a pool of ``concurrent.futures`` has three threads between, and
    took a fifth of the calls a second.
    """

    def __init__(self, count: int) -> None:
        """Raises WorkerError for a ``count`` below 1."""
        if count < 1:
            raise WorkerError(f"There are {count} processes to answer.", "Give 1 or more.")
        self._count, self._lock = count, threading.Lock()
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        self._fill()

    def _fill(self) -> None:
        for _ in range(self._count):
            self._idle.put(None)  # one that is not started yet

    def call(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """What ``function``, which can be imported by its name, gives in one of the processes.

        Where the process was killed another is started and asked. Raises what ``function`` raises, and WorkerError if
        that one is killed too.
        """
        worker = self._idle.get()
        try:
            for _ in range(2):
                worker = worker or _Worker.started()
                try:
                    raised, result = worker.ask(function, arguments)
                except (EOFError, OSError):
                    worker.end()
                    worker = None
                    continue
                except BaseException:  # between question and answer: the next would get this answer
                    worker.end()
                    worker = None
                    raise
                if raised:
                    raise result
                return cast(Result, result)
        finally:
            self._idle.put(worker)
        raise WorkerError("The process that answers was killed twice.", "Look for want of memory; ask with fewer.")

    def close(self) -> None:
        """Ends the processes, each after what it is at; a call after it starts others."""
        with self._lock:
            for _ in range(self._count):
                if worker := self._idle.get():
                    worker.end()
            self._fill()


class _Worker(NamedTuple):
    process: BaseProcess
    pipe: Connection

    @classmethod
    def started(cls) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        with theirs, _worker_environment():
            process = context.Process(target=_answer_calls, args=(theirs,), daemon=True)
            process.start()
        return cls(process, ours)

    def ask(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
        self.pipe.send((function, arguments))
        return cast(tuple[bool, Any], self.pipe.recv())

    def end(self) -> None:
        self.pipe.close()
        self.process.kill()  # it holds nothing that would be lost
        self.process.join()


def _answer_calls(pipe: Connection) -> None:
    """In a worker: answers what is asked through ``pipe`` until its other end is closed."""
    while True:
        try:
            function, arguments = pipe.recv()
        except EOFError:
            return
        try:
            answer = (False, function(*arguments))
        except Exception as error:  # noqa: BLE001 - raised where it was asked
            answer = (True, error)
        pipe.send(answer)
