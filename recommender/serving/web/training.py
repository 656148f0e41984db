"""A training that a page began: a process of its own, whose words are kept in a file that every process can read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

from ...errors import ModelError, QueryError, reason
from ...files.atomic import replace_text

FILE = "retrain.progress"
_PROCESS = "retrain.process"  # its number, and who began it
_LINES = 40
_ENDED = "exit status "
_STATES = {"0": "done", "3": "kept"}


class Training:
    """The last training of the home at ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._file, self._process = (self._folder / "models" / name for name in (FILE, _PROCESS))
        self._told = _lines(self._file)
        self._head = next(iter(_lines(self._process)), "")

    @property
    def by(self) -> str:
        """Who began it."""
        return self._head.partition(" ")[2]

    @property
    def running(self) -> bool:
        return self.state == "running"

    @property
    def state(self) -> str | None:
        """``running``, ``done``, ``same`` (nothing changed), ``kept`` (the candidate was worse) or ``failed``."""
        if not self._head:
            return None
        last = self._told[-1] if self._told else ""
        if last.startswith(_ENDED):
            found = _STATES.get(last.removeprefix(_ENDED), "failed")
            return "same" if found == "done" and len(self._told) == 1 else found
        return "running" if _is_alive(self._head.partition(" ")[0]) else "failed"

    @property
    def lines(self) -> list[str]:
        """What it told last."""
        return [line for line in self._told if not line.startswith(_ENDED)][-_LINES:]

    def begin(self, by: str) -> None:
        """Starts one, if none runs. Raises QueryError if one does, ModelError if it cannot be started."""
        if self.running:
            raise QueryError("A training is running.", "Wait until it is done.")
        command = [sys.executable, "-m", "recommender", "-C", str(self._folder), "retrain", "--progress"]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_bytes(b"")
            with self._file.open("ab") as out:
                made = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=_environment())
            replace_text(self._process, f"{made.pid} {' '.join(by.split())}\n")
        except OSError as error:
            raise ModelError(f"The training cannot be started: {reason(error)}.", "Check space and rights.") from error
        Thread(target=self._wait, args=(made,), daemon=True).start()

    def _wait(self, made: subprocess.Popen[bytes]) -> None:
        status = made.wait()
        with self._file.open("ab") as out:
            out.write(f"{_ENDED}{status}\n".encode())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _environment() -> dict[str, str]:
    """That of this process; the package that runs is found by the child too."""
    root = str(Path(__file__).parents[3])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
