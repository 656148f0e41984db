"""Partitions on the workers of a Dask scheduler, by its ``client.get_executor()`` alone: no shuffle, no Dask data.

Only file names are sent: data is read and written in a folder that all hosts see under the same path.
"""

from __future__ import annotations

import logging
import os
import platform
import re
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as Late
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from ..config import __version__
from ..errors import MissingExtra, WorkerError
from ..lazy import dataclass
from .executor import THREADS, Partition, Result

_ARRIVAL = 30.0  # seconds in which the scheduler answers and the first worker is there
_ALONE = 120.0  # seconds without any worker, as while a service manager starts them again
_LOOK = 2.0  # seconds between two checks of the workers
_AGAIN = 3  # attempts at a partition where the file system fails
_PAUSE = 1.0
_ADDRESS = re.compile(r"(?:(?:tcp|tls)://)?(?P<host>\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):(?P<port>[0-9]{1,5})")
_GONE = (OSError, Late, CancelledError, RuntimeError)  # what calls raise once the scheduler is gone
_KEPT = "What is done is kept: give the same command again, and it goes on from there."


@dataclass(frozen=True, slots=True)
class Dask:
    """The workers that a Dask scheduler at ``address`` (``tcp://10.0.0.1:8786`` or ``10.0.0.1:8786``) has.

    Each has to see ``folder``, if one is given, under the same path, and to run the same versions with one thread for
    linear algebra: else the bytes would differ. A worker that is lost loses no partition: another takes it.
    """

    address: str
    folder: Path | None = None

    def map(self, function: Callable[[Partition], Result], partitions: Sequence[Partition]) -> Iterator[Result]:
        """See ``Executor.map``. Raises WorkerError if the scheduler or all workers go away or cannot do the work,
        MissingExtra if ``distributed`` is not installed."""
        if not partitions:
            return
        with _client(self.address) as client:
            _check_workers(client, self.address, self.folder)
            pool = client.get_executor(pure=False)
            futures = [pool.submit(partial(_with_retries, function), partition) for partition in partitions]
            try:
                for future in futures:
                    yield _result(client, future, self.address)
            finally:
                if client.status == "running":
                    with suppress(*_GONE):
                        pool.shutdown(wait=False)


def _with_retries(function: Callable[[Partition], Result], partition: Partition) -> Result:
    """Calls ``function``, again after a pause where a shared folder does not answer."""
    for attempt in range(1, _AGAIN):
        try:
            return function(partition)
        except OSError:
            time.sleep(_PAUSE * attempt)
    return function(partition)


@contextmanager
def _client(address: str) -> Iterator[Any]:
    """A connected client whose logs are muted: errors are one sentence. Raises WorkerError, MissingExtra."""
    try:
        from distributed import Client
    except ImportError as error:
        hint = "Run: pip install 'related-recommender[dask]'"
        raise MissingExtra("Work over Dask needs distributed, which is not installed.", hint) from error
    with _muted_loggers("distributed", "tornado", "asyncio"):
        try:
            _check_reachable(address)
            client: Any = Client(address, timeout=_ARRIVAL, set_as_default=False)  # type: ignore[no-untyped-call, unused-ignore]
        except (OSError, ValueError, OverflowError) as error:
            hint = "Start one (dask scheduler), and give its address, such as tcp://10.0.0.1:8786."
            raise WorkerError(f"No Dask scheduler answers at {address!r}.", hint) from error
        try:
            yield client
        finally:
            with suppress(*_GONE):
                client.close(timeout=_LOOK)


def _check_reachable(address: str) -> None:
    """Raises OSError where nothing listens at ``address``, ValueError where it is no address.

    Checked first, for a Dask client that cannot connect takes a minute to give up.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(address)
    socket.create_connection((match["host"].strip("[]"), int(match["port"])), timeout=_ARRIVAL).close()


@contextmanager
def _muted_loggers(*names: str) -> Iterator[None]:
    loggers = {name: logging.getLogger(name) for name in names}
    levels = {name: logger.level for name, logger in loggers.items()}
    for logger in loggers.values():
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, logger in loggers.items():
            logger.setLevel(levels[name])


def _result(client: Any, future: Future[Result], address: str) -> Result:
    """The result of ``future``. Raises WorkerError when no worker is left that could compute it."""
    from distributed import KilledWorker

    last = time.monotonic()
    while True:
        try:
            return future.result(timeout=_LOOK)
        except KilledWorker as error:
            hint = f"Memory may be too little for it; see the logs of the workers. {_KEPT}"
            raise WorkerError("Every worker that took one partition was lost over it.", hint) from error
        except CancelledError as error:
            raise WorkerError(f"The Dask scheduler at {address} went away.", f"Start it again. {_KEPT}") from error
        except Late:
            if future.done():  # the function itself raised it
                raise
        if _workers(client):
            last = time.monotonic()
        elif time.monotonic() - last > _ALONE:
            raise WorkerError(f"The Dask scheduler at {address} has no worker any more.", f"Start some. {_KEPT}")


def _workers(client: Any) -> dict[str, int]:
    """The threads of each connected worker by its address; empty where the scheduler does not answer."""
    with suppress(*_GONE):
        return dict(client.nthreads())
    return {}


def _check_workers(client: Any, address: str, folder: Path | None) -> None:
    """Raises WorkerError if there is no worker, or one whose results would differ from those of this process."""
    try:
        client.wait_for_workers(1, timeout=_ARRIVAL)
    except Late as error:
        hint = f"Start some on the hosts that see the same folder: dask worker {address}"
        raise WorkerError(f"The Dask scheduler at {address} has no worker.", hint) from error
    with _token(folder) as token:
        for worker, answer in sorted(client.run(describe, token, on_error="return").items()):
            _check_worker(worker, answer, folder)


def _check_worker(worker: str, answer: Any, folder: Path | None) -> None:
    if isinstance(answer, OSError):
        return  # lost just now: another takes its partitions
    if not isinstance(answer, dict):
        hint = "Install the same version of this program there as here."
        raise WorkerError(f"The worker {worker} cannot run this program ({type(answer).__name__}: {answer}).", hint)
    if not answer.pop("sees"):
        hint = (
            "Mount the folder of data/ and models/ on every host under the same path, or start that worker where it is."
        )
        raise WorkerError(f"The worker {worker} does not see {folder}.", hint)
    ours = describe(None)
    for name, value in answer.items():
        if name != "threads" and value != ours[name]:
            hint = "Install the same there as here, else the results would differ."
            raise WorkerError(f"The worker {worker} has {name} {value}, here it is {ours[name]}.", hint)
    if answer["threads"] != ["1"] * len(THREADS):
        hint = f"Start it as 'dask worker' does, with {'=1 '.join(THREADS)}=1."
        raise WorkerError(f"The worker {worker} has several threads for linear algebra: results would differ.", hint)


def describe(token: Path | None) -> dict[str, Any]:
    """Versions and threads of this process, which decide the bytes of a result, and whether it ``sees`` ``token``."""
    import numpy

    return {
        "recommender": __version__, "numpy": numpy.__version__, "Python": platform.python_version(),
        "threads": [os.environ.get(name) for name in THREADS], "sees": token is None or token.exists(),
    }  # fmt: skip


@contextmanager
def _token(folder: Path | None) -> Iterator[Path | None]:
    """A new file in ``folder`` for as long as the block takes."""
    if folder is None:
        yield None
        return
    token = folder / f"seen-{os.urandom(8).hex()}"
    token.touch()
    try:
        yield token
    finally:
        token.unlink(missing_ok=True)
