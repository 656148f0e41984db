"""Marks of answers (ETag), by which a client that has one already is not sent it again."""

from __future__ import annotations


def is_known(given: str, mark: str) -> bool:
    """Whether ``If-None-Match: given`` names the ``mark`` of an answer, weak or strong, or any."""
    return any(each.strip().removeprefix("W/") in (mark, "*") for each in given.split(","))
