"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ._home import Home

if TYPE_CHECKING:
    from ..files.executor import Executor

_Command = TypeVar("_Command", bound=Callable[..., Any])


def recipe_option(command: _Command) -> _Command:
    """``--recipe FILE``, as ``path``."""
    text = "TOML file of parameters; default: data/recipe.toml if it is there, else the built-in ones."
    return click.option("--recipe", "path", type=click.Path(path_type=Path), help=text)(command)


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


def dask_option(command: _Command) -> _Command:
    """``--dask ADDRESS``."""
    text = "Do it on the workers of this Dask scheduler (tcp://10.0.0.1:8786), which see the same folder."
    return click.option("--dask", metavar="ADDRESS", help=text)(command)


@contextmanager
def on_a_cluster(home: Home, kind: str, address: str, *decides: object) -> Iterator[tuple[Executor, Path]]:
    """The executor of ``--dask``, and the folder of its work: a run that is stopped goes on there when asked again.

    ``decides`` is all that decides the result of the work.
    """
    from ..files.cluster import Dask
    from ..files.work import kept_work, work_key

    with kept_work(home.folder, kind, work_key(*decides)) as folder:
        yield Dask(address, folder), folder
