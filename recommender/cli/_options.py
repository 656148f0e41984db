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

from ._home import Home
from ._output import written
from ._paths import NamedPath

if TYPE_CHECKING:
    from ..files.executor import Executor

_Command = TypeVar("_Command", bound=Callable[..., Any])
_OPTIONS = (
    click.option("--outlet", multiple=True, help="Of this outlet only; may be repeated."),
    click.option("--section", multiple=True, help="Of this section only; may be repeated."),
    click.option("--topic", help="In this topic or desk only, by id or name."),
    click.option("--exclude-id", multiple=True, metavar="ID", help="Not this article; may be repeated."),
    click.option("--exclude-outlet", multiple=True, metavar="OUTLET", help="Not of this outlet; may be repeated."),
    click.option("--exclude-author", multiple=True, metavar="NAME", help="Nothing with this name in its byline."),
    click.option("--past-only", is_flag=True, help="Nothing published after the asking article."),
    click.option("--no-date", is_flag=True, help="Ignore the date of the question."),
    click.option(
        "--diversity", type=click.FloatRange(0, 1), default=0.0, show_default=True,
        help="0 the most related, 1 the most different from each other.",
    ),
    click.option("--min-score", type=click.FloatRange(0, 1), help="Nothing scored below this. Default: the model's."),
    click.option("--model", "version", metavar="VERSION", help="Ask this version of the model, not the current one."),
)  # fmt: skip


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


def list_options(command: _Command) -> _Command:
    """``--no-collapse`` and ``--stories``."""
    text = "List every retelling of one event, not two at most."
    command = click.option("--stories", is_flag=True, help=text)(command)
    text = "List near-copies and all retellings one by one."
    return click.option("--no-collapse", is_flag=True, help=text)(command)


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
    from ..files.cluster import Dask
    from ..files.work import resumable_folder, work_key

    with resumable_folder(home.folder, kind, work_key(*decides())) as folder:
        yield Dask(address, folder), folder


def search_options(command: _Command) -> _Command:
    """The options that say what may answer, and of which version."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


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
    if not any(isinstance(texts[part], str) and texts[part].strip() for part in ("title", "body")) and name is None:
        raise QueryError(f"Line {number} asks nothing.", 'Write {"id": ..., "title": ..., "body": ...}.')
    return {"id": None if name is None else str(name), **{part: text or None for part, text in texts.items()}}
