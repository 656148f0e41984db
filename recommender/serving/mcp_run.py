"""Starting a server of the Model Context Protocol, over stdio or HTTP."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver import MCPServer

from ..errors import RecommenderError, reason

HOST = "127.0.0.1"
PATH = "/mcp"


def run_stdio(made: MCPServer[Any]) -> None:
    """Answers on standard output until standard input ends."""
    made.run("stdio")


def run_http(made: MCPServer[Any], port: int, say: Callable[[str], None]) -> None:
    """Answers on this machine alone, until it is stopped; says its address. Raises RecommenderError for a taken port.

    Requests that a page of another site sends are refused by the SDK, which looks at Host and Origin.
    """
    import uvicorn

    with _bound(port) as bound:
        app = made.streamable_http_app(streamable_http_path=PATH, json_response=True, stateless_http=True, host=HOST)
        say(f"http://{HOST}:{bound.getsockname()[1]}{PATH} answers; Ctrl-C stops it")
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[bound])


def _bound(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise RecommenderError(f"Port {port} cannot be used: {reason(error)}.", "Choose another: --port 0") from error
