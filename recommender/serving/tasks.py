"""Work that takes longer than an answer: a process of its own for each task, and a file with its progress.

A file is JSON Lines: the task, then progress, then the result. Its process holds a kernel lock on it, so that every
process of the service, also one started later, knows whether it is still running.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import ModelError, UnknownName, reason
from ..files.atomic import lock_file
from .refusal import Refusal, without_folders

KINDS = ("update", "retrain", "report", "diff")
_KEPT = 50  # files
_SHOWN = 200  # lines of progress


class Tasks:
    """The tasks of the folder ``home``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "data" / "tasks"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, kind: str, by: str, **arguments: Any) -> str:
        """The id of a new task, whose process begins. Raises ModelError if the disk refuses."""
        name = f"{time.time_ns() // 1_000_000:x}-{kind}-{secrets.token_hex(3)}"
        now = datetime.now(UTC).isoformat(timespec="seconds")
        head = {"id": name, "kind": kind, "by": by, "started": now, "wanted": arguments}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            temporary = self.folder / f"{name}.new"  # seen by others when it says what it is, not before
            file = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_RDWR, 0o600)
            try:
                lock_file(file)  # of the open file, which the process is given
                os.write(file, json.dumps(head, ensure_ascii=False).encode() + b"\n")
                temporary.rename(self.folder / f"{name}.jsonl")
                self._processes[name] = self._process(file)
                write_line(file, {"process": self._processes[name].pid})  # it may be stopped before it has begun
            finally:
                os.close(file)
        except OSError as error:
            raise ModelError(f"The task cannot begin: {reason(error)}.", "Check space and permissions.") from error
        self._prune()
        return name

    def _process(self, file: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "recommender.serving.task_process", str(self.home), str(file)]
        root = Path(__file__).resolve().parents[2]
        path = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH"))))
        return subprocess.Popen(
            command, pass_fds=(file,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=self.home,
            env={**os.environ, "PYTHONPATH": path}, start_new_session=True,
        )  # fmt: skip

    def names(self, *kinds: str) -> list[str]:
        """The tasks of ``kinds`` (default: of all), the oldest first."""
        names = sorted(path.stem for path in self.folder.glob("*.jsonl"))
        return [name for name in names if not kinds or name.split("-")[1] in kinds]

    def task(self, name: str) -> dict[str, Any]:
        """How far a task is: ``state`` is waiting, running, done or failed. Raises UnknownName."""
        lines = self._lines(name)
        if not lines:
            raise UnknownName(f"There is no task '{name}'.", "See: GET /v1/tasks")
        task: dict[str, Any] = {**lines[0], "state": "running", "progress": [], "result": None, "problem": None}
        for line in lines[1:]:
            if "progress" in line:
                task["progress"] = [*task["progress"], without_folders(line["progress"], self.home)][-_SHOWN:]
            else:
                task |= line
        if task["state"] in ("waiting", "running") and self._ended(name):
            if len(self._lines(name)) > len(lines):
                return self.task(name)
            task |= {"state": "failed", "problem": "Its process ended before it was done."}
        return task

    def gives(self, name: str) -> bool:
        """Whether there is such a task that has not failed."""
        return bool(self._lines(name)) and self.task(name)["state"] != "failed"

    def at_work(self, kind: str) -> list[dict[str, Any]]:
        """Tasks of a kind that wait or run, the oldest first."""
        return [task for name in self.names(kind)[-10:] if (task := self.task(name))["state"] in ("waiting", "running")]

    def wait(self, name: str, seconds: float) -> dict[str, Any]:
        """How far a task is when it ends, or after ``seconds``."""
        end = time.monotonic() + seconds
        while (task := self.task(name))["state"] in ("waiting", "running") and time.monotonic() < end:
            time.sleep(0.05)
        return task

    def result(self, name: str, seconds: float) -> Any:
        """The result of a task. Raises Refusal if it failed."""
        task = self.wait(name, seconds)
        if task["state"] == "failed":
            raise Refusal(int(task.get("status", 409)), str(task["problem"]), str(task.get("hint", "")))
        if task["state"] != "done":
            raise Refusal(503, "This takes longer.", f"See: GET /v1/tasks/{name}", {"Retry-After": "10"})
        return task["result"]

    def cancel(self, name: str, by: str) -> None:
        """Ends the process of a task on behalf of ``by``; its writes are atomic."""
        task = self.task(name)
        number = task.get("process")
        if task["state"] not in ("waiting", "running") or not number:
            raise Refusal(409, f"The task is {task['state']}.", "There is nothing to stop.")
        with suppress(ProcessLookupError, PermissionError):
            self._note(name, {"stopped_by": by})
            os.kill(int(number), signal.SIGTERM)

    def _note(self, name: str, line: Mapping[str, Any]) -> None:
        with suppress(OSError):  # it is stopped all the same
            file = os.open(self.folder / f"{name}.jsonl", os.O_WRONLY | os.O_APPEND)
            try:
                write_line(file, line)
            finally:
                os.close(file)

    def stop(self) -> None:
        """Ends the trainings of this process; an update is done in a moment."""
        for name, process in self._processes.items():
            if process.poll() is None and "-update-" not in name:
                process.terminate()

    def reap(self) -> None:
        """Forgets processes that have ended."""
        self._processes = {name: process for name, process in self._processes.items() if process.poll() is None}

    def _lines(self, name: str) -> list[dict[str, Any]]:
        if "/" in name or name.startswith("."):
            return []
        try:
            text = (self.folder / f"{name}.jsonl").read_text(encoding="utf-8", errors="replace")
        except (OSError, ValueError):
            return []
        return [json.loads(line) for line in text.split("\n")[:-1]]  # the last may be half written

    def _ended(self, name: str) -> bool:
        try:
            with (self.folder / f"{name}.jsonl").open("rb") as file:
                lock_file(file.fileno())
        except OSError:
            return False
        return True

    def _prune(self) -> None:
        for name in self.names()[:-_KEPT]:
            if self._ended(name):
                (self.folder / f"{name}.jsonl").unlink(missing_ok=True)


def write_line(file: int, line: Mapping[str, Any]) -> None:
    """Adds a line to the file of a task."""
    data = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    while data:
        data = data[os.write(file, data) :]


def read_lines(file: int) -> Iterator[dict[str, Any]]:
    """The lines of the file of a task."""
    size = os.fstat(file).st_size
    for line in os.pread(file, size, 0).splitlines():
        yield json.loads(line)
