"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

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
