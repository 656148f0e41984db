"""A Dask cluster of processes on this machine, for tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from conftest import ROOT, environment


@contextmanager
def local_cluster(workers: int = 2) -> Iterator[Any]:
    """``distributed.LocalCluster`` on loopback without a dashboard; its workers find this checkout and the tests."""
    from distributed import LocalCluster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
        try:
            with LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
                silence_logs=50,
            ) as cluster:  # fmt: skip
                yield cluster
        finally:
            os.environ.pop("PYTHONPATH")
            if before is not None:
                os.environ["PYTHONPATH"] = before


@contextmanager
def process(*command: str, until: str) -> Iterator[subprocess.Popen[str]]:
    """``python -m COMMAND``, once it said ``until`` on standard error; ended with the block."""
    environ = environment(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
    environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    with subprocess.Popen(
        [sys.executable, "-m", *command], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environ
    ) as started:
        try:
            assert started.stderr is not None
            assert any(until in line for line in started.stderr), f"{command[0]} did not start"
            yield started
        finally:
            started.kill()
            started.communicate()


@contextmanager
def scheduler(port: int) -> Iterator[subprocess.Popen[str]]:
    """A scheduler of its own process at ``tcp://127.0.0.1:PORT``."""
    asked = ("--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    with process("distributed.cli.dask_scheduler", *asked, until="Scheduler at") as started:
        yield started


@contextmanager
def worker(port: int) -> Iterator[subprocess.Popen[str]]:
    """A worker without a nanny, known to the scheduler at ``port``."""
    asked = (f"tcp://127.0.0.1:{port}", "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard")
    with process("distributed.cli.dask_worker", *asked, until="Registered to") as started:
        yield started


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
