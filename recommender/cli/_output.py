"""Rows to the terminal: a table for people, JSON, JSON Lines or CSV for programs."""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from ..errors import QueryError, reason
from ..files.csv_cells import harmless
from ..lazy import pattern
from ..messages import translated, word

_NUMBER = pattern(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")
_WIDEST = 90  # terminal cells of one column
_LINE = 100  # of a line of a folded table, where no terminal says how many it has
FORMATS = ("table", "json", "jsonl", "csv")
_Command = TypeVar("_Command", bound=Callable[..., Any])


def format_option(command: _Command) -> _Command:
    """``--format table|json|jsonl|csv``."""
    option = click.option(
        "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="How rows are printed."
    )
    return option(command)


def say(text: str, as_is: bool = False) -> None:
    """Progress and notes: a line to stderr, translated; ``as_is``: printed as it stands."""
    click.echo(printable(text if as_is else translated(text)), err=True)


def inform(text: str) -> None:
    """A sentence of ours to stdout, in the language of the reader; what programs read is none."""
    tell(translated(text))


def tell(text: str, **style: Any) -> None:
    """A line of an answer for people, to stdout; ``style`` as for click."""
    click.secho(printable(text), **style)


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 article``, ``2,000 articles``; nouns that do not take an s give their ``plural``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def as_json(value: Any, *, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


@contextmanager
def written(output: Path) -> Iterator[BinaryIO]:
    """The file that ``output`` is to be: it takes that name when the block ends well, else what was there stays.

    Raises QueryError if it cannot be written.
    """
    from ..files.atomic import replacing

    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with replacing(output) as file:
            yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        hint = "Check space and permissions of its folder, or choose another path."
        raise QueryError(f"{output} cannot be written: {reason(error)}.", hint) from error


def print_rows(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], form: str, spoken: Sequence[str] = (), fold: bool = False
) -> None:
    """Rows in ``form``; tables and CSV show ``columns``.

    In a table the cells of the columns ``spoken`` are words of ours, in the language of the reader; ``fold`` breaks
    cells so that its lines fit the terminal.
    """
    if form == "jsonl":
        for row in rows:
            click.echo(as_json(row))
    elif form == "json":
        click.echo(as_json(list(rows), indent=1))
    elif form == "csv":
        click.echo(as_csv(rows, columns), nl=False)
    else:
        click.echo(as_table(rows, columns, spoken, _terminal() if fold else 0), nl=False)


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """CSV with a header; a cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    return "".join(map(_csv_line, (columns, *([_csv_cell(row.get(column)) for column in columns] for row in rows))))


def _csv_line(cells: Sequence[str]) -> str:
    import csv  # most answers are tables

    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)  # with its own line end it quotes a cell that holds either half of one
    return text.getvalue().removesuffix("\r\n") + "\n"


def _csv_cell(value: Any) -> str:
    text = cell(value)
    return text if _NUMBER.fullmatch(text) else harmless(text)


def cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return str(value.get("name") or value.get("id") or as_json(value))
    if isinstance(value, list | tuple):
        return ", ".join(cell(v) for v in value)
    return str(value)


def as_table(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], spoken: Sequence[str] = (), cells_per_line: int = 0
) -> str:
    """Columns aligned by what a terminal shows: a Hangul syllable is two cells wide. ``spoken`` as for ``print_rows``;
    ``cells_per_line`` at most, 0 for any number."""
    cells = [list(map(word, columns))]
    for row in rows:
        shown = (cell(row.get(name)) for name in columns)
        cells.append(
            [printable(word(text) if name in spoken else text) for name, text in zip(columns, shown, strict=True)]
        )
    if not cells_per_line:
        cells = [list(map(_short, line)) for line in cells]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    room = max(cells_per_line - 2 * (len(widths) - 1), len(widths)) if cells_per_line else sum(widths)
    while sum(widths) > room:
        widths[widths.index(max(widths))] -= 1
    lines = (line for cut in cells for line in zip_longest(*map(_folded, cut, widths), fillvalue=""))
    return "".join(f"{_aligned(line, widths)}\n" for line in lines)


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(text + " " * (size - width(text)) for text, size in zip(line, widths, strict=True)).rstrip()


def _terminal() -> int:
    import shutil

    return shutil.get_terminal_size((_LINE, 24)).columns


def _folded(text: str, size: int) -> list[str]:
    """Lines of at most ``size`` cells, broken at blanks, a longer word anywhere."""
    lines = []
    while width(text) > size:
        end = _fitting(text, size)
        end = text.rfind(" ", 1, end + 1) if text.rfind(" ", 1, end + 1) > 0 else end
        lines.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*lines, text]


def _fitting(text: str, cells: int) -> int:
    """How many of its characters fit into ``cells``; one at least."""
    return next((end for end in range(1, len(text)) if width(text[: end + 1]) > cells), len(text))


def _short(text: str) -> str:
    """At most ``_WIDEST`` cells, the rest as an ellipsis; other formats hold the whole."""
    if width(text) <= _WIDEST:
        return text
    return text[: _fitting(text, _WIDEST - 2)].rstrip(" ,") + "…"


def width(text: str) -> int:
    """Terminal cells."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def printable(text: str) -> str:
    """``text`` as one line that a terminal shows and does not obey.

    Controls (ESC, BEL), ends of lines, and unseen marks such as those that turn the direction of writing are blanks.
    """
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text)
