"""Starting a server of the Model Context Protocol, over stdio or HTTP."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from mcp.server.mcpserver import MCPServer
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ..errors import RecommenderError, reason
from .tokens import TokenHolder, Tokens

HOST = "127.0.0.1"
PATH = "/mcp"
_ASKING: ContextVar[str] = ContextVar("asking", default="")


def asking() -> str:
    """Name of the holder of the current request's token; empty where no token is needed."""
    return _ASKING.get()


def run_stdio(server: MCPServer[Any]) -> None:
    """Answers on standard output until standard input ends."""
    server.run("stdio")


def run_http(server: MCPServer[Any], port: int, say: Callable[[str], None], tokens: Tokens | None = None) -> None:
    """Answers on this machine alone, until it is stopped; says its address. Raises RecommenderError for a taken port.

    With ``tokens`` every request needs that of an editor. Requests that a page of another site sends are refused by
    the SDK, which looks at Host and Origin.
    """
    import uvicorn

    with _bound(port) as bound:
        app: ASGIApp = server.streamable_http_app(
            streamable_http_path=PATH, json_response=True, stateless_http=True, host=HOST
        )
        if tokens is not None:
            app = _Editors(app, tokens)
        say(f"http://{HOST}:{bound.getsockname()[1]}{PATH} answers; Ctrl-C stops it")
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[bound])


class _Editors:
    """``app`` behind the token of an editor."""

    def __init__(self, app: ASGIApp, tokens: Tokens) -> None:
        self._app, self._tokens = app, tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        holder = self._editor(Headers(scope=scope)) if scope["type"] == "http" else None
        if holder is not None:
            _ASKING.set(holder.name)
        if holder is not None or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        text = "This needs the token of an editor. Send Authorization: Bearer TOKEN."
        await PlainTextResponse(text, 401, {"WWW-Authenticate": "Bearer"})(scope, receive, send)

    def _editor(self, headers: Headers) -> TokenHolder | None:
        kind, _, token = headers.get("authorization", "").partition(" ")
        holder = self._tokens.of(token.strip()) if kind.lower() == "bearer" else None
        return holder if holder is not None and holder.may("editor") else None


def _bound(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise RecommenderError(f"Port {port} cannot be used: {reason(error)}.", "Choose another: --port 0") from error
