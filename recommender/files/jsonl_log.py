"""Append-only logs with a JSON object a line: reading the lines and appending one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from ..errors import InputError, reason
from .atomic import append, lock_file
from .reading import LINES_LIMIT, read_text


def read_lines(path: Path, hint: str, limit: int = LINES_LIMIT) -> list[str]:
    """The lines of the log at ``path``, of at most ``limit`` bytes; none where there is no file.

    Raises InputError, with ``hint``, if it cannot be read.
    """
    try:
        return split_lines(read_text(path, limit, "utf-8-sig"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"{path} cannot be read: {reason(error)}.", hint) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} cannot be read: {error}.", hint) from error


def split_lines(text: str) -> list[str]:
    """The lines of ``text``: a newline alone ends one. JSON holds the other ends that `str.splitlines` knows (U+2028,
    U+2029, U+0085) as they are."""
    return text.removesuffix("\n").split("\n") if text else []


def one_line(text: str) -> str:
    """``text`` without ends of lines, its blanks single."""
    return " ".join(text.split())


def append_line(path: Path, line: str, unchanged: Callable[[], bool]) -> None:
    """Appends a line to a log and syncs; one process at a time.

    Parameters
    ----------
    path
        The log; made, with its folder, where it is not there.
    line
        Without its end. A last line in the file that has no end gets one first.
    unchanged
        Called under the lock: whether the log is still the one that the line was made for.

    Raises
    ------
    InputError
        If the file cannot be written, was changed meanwhile, or the line holds what is not text.
    """
    try:
        line.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"What is to be written holds what is not text: {line!a}.", "Give it in UTF-8.") from error
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b", buffering=0) as file:
            lock_file(file.fileno(), wait=True)
            if not unchanged():
                raise InputError(f"{path} was changed meanwhile; nothing is written.", "Ask again.")
            end = file.seek(0, os.SEEK_END)
            file.seek(max(end - 1, 0))
            ended = file.read(1) in (b"", b"\n")
            append(path, file, f"{'' if ended else chr(10)}{line}\n")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {reason(error)}.", "Check space and permissions.") from error
