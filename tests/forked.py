"""Commands in processes of their own, without what each would spend on its start: forks of one that imported all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from conftest import ROOT, environment

# A training spends more on imports than on eighteen headlines: a kill at a moment by chance would mostly meet those.
FORKING = """
import json, os, sys
import kiwipiepy, recommender.evaluation.gate, recommender.jobs.update, recommender.readers.page_html
from recommender.cli import cli, main
from recommender.training import fit, incremental
for name in cli.list_commands(None):
    cli.get_command(None, name)
for line in sys.stdin:
    asked = json.loads(line)
    if "wait" in asked:
        there, status = os.waitpid(asked["wait"], 0 if asked["long"] else os.WNOHANG)
        print(os.waitstatus_to_exitcode(status) if there else None, flush=True)
        continue
    child = os.fork()
    if child:
        print(child, flush=True)
        continue
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for handle, path in enumerate(asked["told"], start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), handle)
    sys.argv = ["recommender", *asked["start"]]
    try:
        main()
    except SystemExit as end:
        os._exit(end.code or 0)
"""


_NUMBERS = count()


class Started:
    """A command at work, asked as a ``subprocess.Popen``."""

    def __init__(self, server: Forks, home: Path, args: tuple[str | Path, ...]) -> None:
        self._server = server
        self._told = [server.folder / f"{next(_NUMBERS)}" for _ in range(2)]
        words = ["-C", str(home), *map(str, args)]
        self.pid = int(server.ask(start=words, told=list(map(str, self._told))))
        self.returncode: int | None = None

    def poll(self, *, long: bool = False) -> int | None:
        if self.returncode is None:
            self.returncode = _number(self._server.ask(wait=self.pid, long=long))
        return self.returncode

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def communicate(self) -> tuple[str, str]:
        """All that it printed, once it has ended: standard output and standard error."""
        self.poll(long=True)
        printed, told = (path.read_text(encoding="utf-8") for path in self._told)
        return printed, told


def _number(line: str) -> int | None:
    return None if line == "None" else int(line)


class Forks:
    """The process that has imported all, and its forks."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process, self.folder = process, folder

    def ask(self, **what: Any) -> str:
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(what), file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()

    def start(self, home: Path, *args: str | Path) -> Started:
        """``recommender -C home ARGS``, at work."""
        return Started(self, home, args)


@contextmanager
def forking() -> Iterator[Forks]:
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-c", FORKING], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            cwd=ROOT, env=environment(),
        ) as process,
    ):  # fmt: skip
        yield Forks(process, Path(folder))
