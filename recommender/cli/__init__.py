"""The command line: parse, call, print. The only package that knows click and the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any, TextIO, TypeVar

# A query multiplies one matrix by one vector: more threads only cost their start.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import click

from ..config import __version__
from ..errors import RecommenderError, missing_library, reason
from ..messages import language, translated
from ._home import Home
from ._output import say
from ._paths import NamedPath

_COMMANDS = (  # each in the module of its name
    "ingest", "inspect", "articles", "remove", "train", "update", "retrain", "similar", "export", "related", "topics",
    "report", "evaluate", "models", "publish", "check", "serve", "mcp",
)  # fmt: skip

_Command = TypeVar("_Command", bound=click.Command)


def localized(command: _Command) -> _Command:
    """``command`` itself in English; in Korean a copy whose help is Korean."""
    if language() == "en":
        return command
    from ._help import in_korean

    return in_korean(command)


@contextmanager
def _closed_pipe_is_success() -> Iterator[None]:
    """Exit status 0 where the reader closes the pipe early; click would end with 1."""
    try:
        yield
    except BrokenPipeError:
        raise click.exceptions.Exit(0) from None


class _Lazy(click.Group):
    """Imports the module of a command when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Reads the options; ``--help`` of the program is printed here."""
        with _closed_pipe_is_success():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; a failure that a damaged file of the model explains is reported as such."""
        try:
            with _closed_pipe_is_success():
                return super().invoke(ctx)
        except (ValueError, IndexError, KeyError, TypeError, AttributeError, ArithmeticError, MemoryError) as error:
            if not isinstance(ctx.obj, Home):
                raise
            with ctx.obj.report_damage():
                raise error

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """The command of ``args``; the error for a mistyped one suggests similar names."""
        if args[0] not in _COMMANDS and not args[0].startswith("-"):
            from ._mistakes import near_command

            near = near_command(args[0], _COMMANDS)
            hint = f" Did you mean {'one of: ' if len(near) > 1 else ''}{', '.join(map(repr, near))}?" if near else ""
            raise click.UsageError(f"No such command '{args[0]}'.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f".{name}", __package__), name)
        return localized(command)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-C", "--home", "folder", type=NamedPath(file_okay=False, path_type=Path), envvar="RECOMMENDER_HOME",
    default=Path(), help="Folder that holds data/ and models/; made when missing. Default: the working folder.",
)  # fmt: skip
@click.version_option(__version__, prog_name="recommender")
@click.pass_context
def cli(ctx: click.Context, folder: Path) -> None:
    """Related articles and topics for Korean news archives.

    \b
    Start here:
      recommender ingest pages/            read captured pages and records
      recommender train                    fit a model
      recommender similar "양극재 공장"     related articles, with reasons
    """
    ctx.obj = Home(folder)


def main() -> None:
    """Runs the command line; a failure of ours is one sentence and exit status 1."""
    if sys.platform == "win32":
        say("error: This program does not run on Windows itself. Run it in the Windows Subsystem for Linux (WSL).")
        sys.exit(1)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status: Any = localized(cli)(standalone_mode=False)
        if sys.stdout:
            sys.stdout.flush()
    except click.exceptions.Exit as stop:
        status = stop.exit_code
    except click.Abort:
        _tell("stopped")
        status = 130
    except click.ClickException as error:
        from ._mistakes import corrected, explained

        hint, shown = explained(error), StringIO()
        corrected(error).show(shown)
        for line in shown.getvalue().removesuffix("\n").split("\n"):
            _tell(line)
        if hint:
            _tell(hint)
        status = error.exit_code
    except RecommenderError as error:
        _tell_error(error)
        status = 1
    except ModuleNotFoundError as error:
        if (missing := missing_library(error)) is None:
            raise
        _tell_error(missing)
        status = 1
    except BrokenPipeError:
        status = 0
    except OSError as error:  # files are written with sentences of their own: what names no file is the output
        what = f"{error.filename} failed" if error.filename else "The output cannot be written"
        _tell(f"error: {what}: {reason(error)}. Check space and permissions.")
        status = 1
    for stream in filter(None, (sys.stdout, sys.stderr)):  # None: closed from the start
        _silence(stream)
    sys.exit(status if isinstance(status, int) else 0)


def _tell_error(error: RecommenderError) -> None:
    _tell(f"{translated('error:')} {translated(error.problem)} {translated(error.hint)}".rstrip(), as_is=True)


def _tell(text: str, as_is: bool = False) -> None:
    """To standard error, if that can be written; ``as_is``: not translated."""
    with suppress(OSError):
        say(text, as_is=as_is)


def _silence(stream: TextIO) -> None:
    """Sends a ``stream`` that cannot be flushed to /dev/null, so that the interpreter does not fail on it at exit."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
