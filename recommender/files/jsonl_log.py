"""Logs of JSON Lines that people's decisions stand in."""

from __future__ import annotations


def split_lines(text: str) -> list[str]:
    """The lines of a file of JSON Lines: a newline alone ends one. JSON holds the other ends that `str.splitlines`
    knows (U+2028, U+2029, U+0085) as they are."""
    return text.removesuffix("\n").split("\n") if text else []


def one_line(text: str) -> str:
    """``text`` without ends of lines, its blanks single."""
    return " ".join(text.split())
