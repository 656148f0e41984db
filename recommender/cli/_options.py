"""What several commands share: options, questions as JSON Lines, an answer into a file, work on a cluster."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..serving.options import SEARCH_OPTIONS
from ._home import Home
from ._output import written
from ._paths import NamedPath

if TYPE_CHECKING:
    from ..executors.executor import Executor

_Command = TypeVar("_Command", bound=Callable[..., Any])
_SEARCH_OPTIONS = {option.name: option for option in SEARCH_OPTIONS}
_OBJECT = 'Write {"id": ..., "title": ..., "body": ...}.'
_METAVARS = {
    "since": "DATE", "until": "DATE", "exclude-id": "ID", "exclude-outlet": "OUTLET", "exclude-author": "NAME",
    "model": "VERSION",
}  # fmt: skip

recipe_option = click.option(
    "--recipe", "path", type=NamedPath(path_type=Path),
    help="TOML file of parameters; default: data/recipe.toml if it is there, else the built-in ones.",
)  # fmt: skip
dask_option = click.option(
    "--dask", metavar="ADDRESS",
    help="Do it on the workers of this Dask scheduler (tcp://10.0.0.1:8786), which see the same folder.",
)  # fmt: skip


def line_option(command: _Command) -> _Command:
    """``--line`` of ``--file``."""
    text = "Of a file of many records, the one at this line or row."
    return click.option("--line", type=click.IntRange(min=1), help=text)(command)


def check_line(line: int | None, path: Path | None) -> None:
    """Refuses ``--line`` without ``--file``."""
    if line is not None and path is None:
        raise click.UsageError("--line is for --file: a line or row of that file.")


def version_options(command: _Command) -> _Command:
    """``--no-promote`` and ``--quiet``."""
    command = click.option("--quiet", is_flag=True, help="No progress.")(command)
    text = "Save the version, but go on answering from the one before."
    return click.option("--no-promote", is_flag=True, help=text)(command)


def table_options(*names: str) -> Callable[[_Command], _Command]:
    """Options of the table that the HTTP service shares (``SEARCH_OPTIONS``)."""

    def add(command: _Command) -> _Command:
        for option in map(_SEARCH_OPTIONS.__getitem__, reversed(names)):
            command = click.option(
                f"--{option.name}", "version" if option.name == "model" else option.key, help=option.about,
                type=click.FloatRange(option.min, option.max) if option.kind == "number" else None,
                is_flag=option.kind == "flag", multiple=option.kind == "texts", metavar=_METAVARS.get(option.name),
                default=option.missing, show_default=option.default is not None,
            )(command)  # fmt: skip
        return command

    return add


list_options = table_options("no-collapse", "stories")
search_options = table_options(
    "outlet", "section", "topic", "exclude-id", "exclude-outlet", "exclude-author", "past-only", "no-date", "diversity",
    "min-score", "model",
)  # fmt: skip


@contextmanager
def on_a_cluster(
    home: Home, kind: str, address: str | None, decides: Callable[[], Iterable[object]]
) -> Iterator[tuple[Executor, Path] | None]:
    """The executor of ``--dask``, and the folder of its work: a run that is stopped goes on there when asked again.
    None without an address.

    ``decides`` gives all that decides the result of the work.
    """
    if address is None:
        yield None
        return
    from ..executors.dask import Dask
    from ..executors.resumable import resumable_folder, work_key

    with resumable_folder(home.folder, kind, work_key(*decides())) as folder:
        yield Dask(address, folder), folder


@contextmanager
def output_to(path: Path | None, form: str) -> Iterator[None]:
    """What the block prints goes to ``path``, if one is given; CSV so that a spreadsheet opens it right."""
    if path is None:
        yield
        return
    with written(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig" if form == "csv" else "utf-8", newline="")
        with redirect_stdout(text):
            yield
        text.flush()
        text.detach()


def stdin_lines() -> Iterator[tuple[int, str]]:
    """Each line of standard input with its number from 1: UTF-8, CP949 or UTF-16, told apart as files are.

    A line is handed on as soon as it is there, so UTF-8 and CP949 are told apart line by line.
    """
    for number, line in enumerate(_lines(), start=1):
        yield number, line.removeprefix("\ufeff") if number == 1 else line


def _lines() -> Iterator[str]:
    from ..readers.encoding import sniff

    raw: Any = getattr(sys.stdin, "buffer", None)
    if raw is None:  # a program put a text in its place
        yield from sys.stdin
        return
    stream = raw if hasattr(raw, "peek") else io.BufferedReader(raw)
    if name := sniff(stream.peek()):
        yield from io.TextIOWrapper(stream, name, "replace")
    else:
        yield from map(_line, stream)


def _line(raw: bytes) -> str:
    for name in ("utf-8", "cp949"):
        try:
            return raw.decode(name)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def parse_question(line: str, number: int) -> dict[str, Any] | None:
    """The fields of a question that is a JSON object; None for a line of plain text.

    Raises QueryError for an object that asks nothing.
    """
    if not line.lstrip().startswith("{"):
        return None
    from ..errors import QueryError

    try:
        record = json.loads(line)
        texts = {name: record.get(name) for name in ("title", "body", "published")}
    except (ValueError, AttributeError, RecursionError):
        return None
    name = record.get("id")
    for other in ("q", "text"):  # in a question of the service; here it would be left out without a word
        if record.get(other) and (texts["title"] or texts["body"] or name is not None):
            raise QueryError(f'Line {number}: "{other}" is no field of a question.', _OBJECT)
    if not any(isinstance(texts[part], str) and texts[part].strip() for part in ("title", "body")) and name is None:
        raise QueryError(f"Line {number} asks nothing.", _OBJECT)
    return {"id": None if name is None else str(name), **{part: text or None for part, text in texts.items()}}
