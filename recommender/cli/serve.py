"""``serve``: the HTTP service."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from ._home import Home
from ._output import say, tell
from ._paths import NamedPath

_ROOT_PATH = re.compile(r"(?:/[\w.~-]+)+", re.ASCII)


def _root_path(context: click.Context, option: click.Parameter, value: str) -> str:
    """The path without a slash at its end."""
    path = value.rstrip("/")
    if path and not _ROOT_PATH.fullmatch(path):
        raise click.BadParameter("Give a path such as /related, of Latin letters, digits and -._~.")
    return path


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: one that is free.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer; default: one a core, 4 at most.")
@click.option("--tokens", type=NamedPath(dir_okay=False, path_type=Path), help="Default: data/tokens.jsonl.")
@click.option(
    "--new-token", nargs=2, metavar="ROLE NAME", help="Instead: make a token for NAME, a reader, editor or admin."
)
@click.option("--revoke-token", metavar="NAME", help="Instead: revoke the token of NAME.")
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="NAME", help="A host name that it answers to; may be repeated."
)
@click.option(
    "--cors-origin", "origins", multiple=True, metavar="ORIGIN",
    help="Pages of https://www.example.kr may ask from a browser; may be repeated.",
)  # fmt: skip
@click.option(
    "--root-path", metavar="PATH", default="", callback=_root_path,
    help="The path at which a proxy passes it on: /related.",
)  # fmt: skip
@click.option(
    "--rate", type=click.FloatRange(min=0), metavar="N",
    help="Requests a second of one client; 0: any. Default: any of this machine, 100 of others.",
)  # fmt: skip
@click.option(
    "--max-body", type=click.IntRange(1), default=16 * 1024 * 1024, show_default=True, help="Bytes of a body at most."
)
@click.option("--log", default="-", show_default=True, metavar="FILE", help="Request log; -: standard output, or none.")
@click.pass_obj
def serve(
    home: Home,
    /,
    host: str,
    port: int,
    workers: int | None,
    tokens: Path | None,
    new_token: tuple[str, str] | None,
    revoke_token: str | None,
    hosts: tuple[str, ...],
    origins: tuple[str, ...],
    root_path: str,
    rate: float | None,
    max_body: int,
    log: str,
) -> None:
    """Answer over HTTP what the command line answers, with the same JSON, until Ctrl-C.

    From this machine reading is open; all that changes something, and every request at an address that other machines
    reach, wants a token. GET /openapi.json describes every operation.

    \b
    Examples:
      recommender serve
      recommender serve --new-token editor "Kim, city desk"
      recommender -C /srv/archive serve --host 0.0.0.0 --port 8080 --allow-host recommender.example.kr
    """
    from ..errors import MissingExtra

    file = tokens or home.data / "tokens.jsonl"
    if new_token or revoke_token is not None:
        _change_tokens(file, new_token, revoke_token)
        return
    try:
        from ..serving.server import serve as run
    except ModuleNotFoundError as error:
        hint = "Install it: pip install 'related-recommender[serve]'"
        raise MissingExtra(f"serve needs {error.name}.", hint) from None
    from ..serving.settings import Settings

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    settings = Settings(
        home.folder, host, port, workers or min(4, cores), tokens=file, hosts=hosts, origins=origins, rate=rate,
        largest=max_body, log=None if log == "none" else log, index=home.index(),
        root=root_path,
    )  # fmt: skip
    run(settings, say)


def _change_tokens(file: Path, new: tuple[str, str] | None, revoked: str | None) -> None:
    from ..serving.tokens import ROLES, Tokens

    if new and new[0] not in ROLES:
        raise click.UsageError(f"--new-token takes a role, one of {', '.join(ROLES)}, and a name.")
    if revoked is not None:
        Tokens(file).revoke(revoked)
        say(f"The token of {revoked} is revoked.")
    if new:
        token = Tokens(file).add(*new)
        say(f"The token of {new[1]}, {new[0]}; it is shown this once, and {file} keeps a hash of it:")
        tell(token)
