"""Help in Korean; imported where the reader's language is."""

from __future__ import annotations

import copy
import inspect
import unicodedata
from collections.abc import Iterable
from typing import TypeVar

import click

from ..lazy import pattern
from ..messages.catalogue import catalogue

_Command = TypeVar("_Command", bound=click.Command)
_GLOSS = pattern(r"(\S {2,})(?=\S)")
_FILLER = "\ufeff"  # the second cell of a wide letter, while lines are broken


def in_korean(command: _Command) -> _Command:
    """A copy of ``command`` with the help of the catalogue, its options and members too."""
    localized = copy.copy(command)
    localized.context_class = _KoreanContext
    localized.help = korean_text(command.help) if command.help else None
    localized.params = [_option(param) for param in command.params]
    if isinstance(localized, click.Group):
        localized.commands = {name: in_korean(member) for name, member in localized.commands.items()}
    return localized


def _option(param: click.Parameter) -> click.Parameter:
    localized = copy.copy(param)
    if isinstance(localized, click.Option) and localized.help:
        localized.help = catalogue("korean_help").of(localized.help)
    return localized


def korean_text(text: str) -> str:
    """Help translated paragraph by paragraph; in a block of examples, the gloss of each line."""
    return "\n\n".join(map(_paragraph, inspect.cleandoc(text).split("\n\n")))


def _paragraph(text: str) -> str:
    if text.startswith("\b\n"):
        return "\n".join(map(_example, text.split("\n")))
    return catalogue("korean_help").of(" ".join(text.split()))


def _example(line: str) -> str:
    """Translates the gloss of ``  command   what it does``."""
    *command, gloss = _GLOSS.split(line, maxsplit=1)
    return "".join(command) + catalogue("korean_help").of(gloss)


class _KoreanFormatter(click.HelpFormatter):
    """click's own words in Korean, and lines broken by what a terminal shows: a Hangul syllable is two cells wide."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or catalogue("korean_help").of("Usage:") + " ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(catalogue("korean_help").of(heading))

    def write_text(self, text: str) -> None:
        super().write_text(_spread(text))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(_spread(name), _spread(_option_help(gloss))) for name, gloss in rows], col_max, col_spacing)

    def getvalue(self) -> str:
        return super().getvalue().replace(_FILLER, "")


class _KoreanContext(click.Context):
    formatter_class = _KoreanFormatter


def _spread(text: str) -> str:
    return "".join(c + _FILLER if unicodedata.east_asian_width(c) in "WF" else c for c in text)


def _option_help(text: str) -> str:
    """Help of click's own options, and what click appends to that of ours: defaults, ``required``."""
    gloss, gap, extra = text.rpartition("  [") if text.endswith("]") else (text, "", "")
    extra = extra.replace("default: ", "기본값: ").replace("required", "필수")
    return catalogue("korean_help").of(gloss) + gap + extra
