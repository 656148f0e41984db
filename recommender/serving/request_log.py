"""The request log: a line of JSON for each request, written by a thread of its own, so that it delays no answer."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import InputError, reason

_MOST = 10_000  # lines that wait to be written
_PAUSE = 0.05


class RequestLog:
    """``path`` is a file, ``-`` standard output, None nothing. Lines that find no room, here or on the disk, are
    counted in ``lost``; when there is room again, the next ones are written.

    Raises InputError for a file that cannot be written.
    """

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._file = open_log(path)
        self._waiting: deque[bytes] = deque()
        self._ended = threading.Event()
        self.lost = 0
        self._broken = False  # the last write failed
        self._cut = False  # the last line of the file is not whole
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Writes from now on, in a thread of its own."""
        if self._path is not None:
            self._thread = threading.Thread(target=self._write, name="request log", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Writes the lines that are waiting, within a second."""
        self._ended.set()
        if self._thread:
            self._thread.join(1.0)

    def add(self, row: dict[str, Any]) -> None:
        if self._path is None:
            return
        if len(self._waiting) >= _MOST:
            self.lost += 1
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._waiting.append(json.dumps({"time": now, **row}, ensure_ascii=False).encode("utf-8", "replace") + b"\n")

    def _write(self) -> None:
        with suppress(ValueError):  # standard output is closed
            if self._file is None:
                self._copy(sys.stdout.fileno())
            else:
                with self._file:
                    self._copy(self._file.fileno())

    def _copy(self, file: int) -> None:
        while not (self._ended.is_set() and not self._waiting):
            self._ended.wait(_PAUSE)
            data = b"".join(self._waiting.popleft() for _ in range(len(self._waiting)))
            if data:
                self._put(file, b"\n" + data if self._cut else data)

    def _put(self, file: int, data: bytes) -> None:
        """Writes lines; those that cannot be written are lost, with one warning."""
        try:
            while data:
                written = os.write(file, data)
                self._cut = not data[:written].endswith(b"\n")
                data = data[written:]
            self._broken = False
        except OSError as error:
            self.lost += data.count(b"\n")
            if not self._broken:
                print(
                    f"The request log cannot be written: {reason(error)}. Lines are lost.", file=sys.stderr, flush=True
                )
            self._broken = True


def open_log(path: str | None) -> BinaryIO | None:
    """The file of a log to be added to; None for standard output and for nothing. Raises InputError."""
    if path is None or path == "-":
        return None
    try:
        return Path(path).open("ab", buffering=0)
    except OSError as error:
        raise InputError(
            f"The request log {path} cannot be written: {reason(error)}.", "Choose another with --log."
        ) from error
