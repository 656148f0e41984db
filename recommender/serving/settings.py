"""Settings of the service."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

from ..lazy import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """``home`` holds data/ and models/.

    ``hosts`` are names by which the service is called beside localhost and addresses of numbers; ``origins`` those of
    pages that may ask from a browser (CORS). ``rate`` is requests a second of one client (None: no limit for loopback,
    100 for others), ``largest`` the bytes of a body. ``log`` is the file of the request log, ``-`` standard output,
    None none. ``root`` is the path at which a proxy passes the service on, such as /related: addresses within pages
    begin with it, and it may stand before those that are asked. ``index`` is where candidates come from:
    ``milvus:URI``, or "" for the files of the model.
    """

    home: Path
    host: str = "127.0.0.1"
    port: int = 8765
    workers: int = 1
    tokens: Path | None = None
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    rate: float | None = None
    largest: int = 16 * MEGABYTE
    timeout: float = 20.0  # seconds in which a client sends a request, and takes an answer
    log: str | None = "-"
    index: str = ""
    root: str = ""


def is_loopback(host: str) -> bool:
    """Whether nobody outside this machine reaches ``host``."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
