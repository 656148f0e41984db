"""The help of every command, in the pieces in which it is translated."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click


def pieces(command: click.Command) -> Iterator[str]:
    """Paragraphs of the help (of a block of examples its own words alone) and the help of each option."""
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b\n"):
            yield from (line for line in paragraph.split("\n")[1:] if not line.startswith("  "))
        elif paragraph:
            yield " ".join(paragraph.split())
    for param in command.params:
        if isinstance(param, click.Option) and param.help:
            yield param.help
