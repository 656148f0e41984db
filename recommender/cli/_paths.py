"""Paths that are given on the command line."""

from __future__ import annotations

from typing import Any

import click


class NamedPath(click.Path):
    """A path. An empty one, which would mean the working folder, is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            raise click.BadParameter("The path is empty; is a variable of the shell unset?", ctx, param)
        return super().convert(value, param, ctx)
