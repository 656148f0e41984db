"""Accepting connections: of the processes that share a socket, the one with the fewest open takes the next, so that
none waits while another is idle. An asyncio loop by itself would accept all that are pending."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import suppress

import uvicorn

from .shared_state import SharedState

_YIELD = 0.002  # seconds in which a process with fewer connections may take one
_STARTUP = 2.0  # seconds to wait for the other processes to be ready before accepting
_RETRY = 0.5  # seconds to wait when the system is out of file descriptors


class Server(uvicorn.Server):
    """``uvicorn.Server`` that takes the connections of ``listening`` one at a time."""

    def __init__(self, config: uvicorn.Config, shared: SharedState, listening: socket.socket) -> None:
        super().__init__(config)
        self._shared, self._listening = shared, listening
        self._accepting: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to accept connections once the application has started."""
        await super().startup(sockets=[])
        self._shared.connected(0)  # the process before it may have left another count
        self._accepting = asyncio.create_task(self._accept())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accepts no more connections, and ends when the open ones are answered."""
        if self._accepting:
            self._accepting.cancel()
            with suppress(asyncio.CancelledError):
                await self._accepting
        self._listening.close()
        await super().shutdown(sockets=[])

    async def _accept(self) -> None:
        end = time.monotonic() + _STARTUP
        while not self._shared.ready and time.monotonic() < end:
            await asyncio.sleep(_YIELD)
        while True:
            await _readable(self._listening)
            if self._shared.fewer_elsewhere(len(self.server_state.connections)):
                await asyncio.sleep(_YIELD)
            try:
                connection, _ = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                continue
            except OSError:
                await asyncio.sleep(_RETRY)
                continue
            connection.setblocking(False)
            with suppress(OSError):  # it may be gone already
                await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        protocol: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return protocol


async def _readable(listening: socket.socket) -> None:
    """Returns when a connection is pending."""
    loop = asyncio.get_running_loop()
    waiting = asyncio.Event()
    loop.add_reader(listening, waiting.set)
    try:
        await waiting.wait()
    finally:
        loop.remove_reader(listening)
