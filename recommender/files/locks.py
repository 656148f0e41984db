"""Locks of the kernel on open files. The library is loaded when one is taken: Windows does not have it."""

from __future__ import annotations


def take(handle: int, *, wait: bool = False) -> None:
    """Locks an open file or folder for this handle (`flock`). Raises BlockingIOError where another has it, OSError."""
    import fcntl

    fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def take_record(handle: int) -> None:
    """Locks an open file for this process (a record lock). Raises OSError, EAGAIN or EACCES where another has it."""
    import fcntl

    fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
