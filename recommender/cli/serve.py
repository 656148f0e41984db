"""``serve``: the HTTP service."""

from __future__ import annotations

import os

import click

from ._home import Home
from ._output import say


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: one that is free.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer; default: one a core, 4 at most.")
@click.pass_obj
def serve(home: Home, host: str, port: int, workers: int | None) -> None:
    """Answer over HTTP what the command line answers, with the same JSON, until Ctrl-C.

    \b
    Examples:
      recommender serve
      recommender -C /srv/archive serve --port 8080
    """
    from ..errors import MissingExtra

    try:
        from ..serving.server import serve as run
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"serve needs {error.name}.", "Install it: pip install 'related-recommender[serve]'"
        ) from None
    from ..serving.settings import Settings

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    run(Settings(home.folder, host, port, workers or min(4, cores)), say)
