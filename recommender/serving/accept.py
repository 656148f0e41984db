"""Who takes a connection: of the processes that share a socket the one with the fewest, so that none waits while
another is idle. A loop of asyncio by itself takes all that wait."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import suppress

import uvicorn

from .shared_state import SharedState

_YIELDED = 0.002  # seconds in which a process with fewer connections may take one
_STANDS = 2.0  # seconds in which the other processes may come to stand before this one takes what waits
_FULL = 0.5  # seconds until the next is tried where the system has no room for one more


class Server(uvicorn.Server):
    """``uvicorn.Server`` that takes the connections of ``listening`` one at a time."""

    def __init__(self, config: uvicorn.Config, shared: SharedState, listening: socket.socket) -> None:
        super().__init__(config)
        self._shared, self._listening = shared, listening
        self._accepting: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to take connections when the application stands."""
        await super().startup(sockets=[])
        self._shared.connected(0)  # one that stood in its place may have left another count
        self._accepting = asyncio.create_task(self._accept())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Takes no more connections, and ends when those that are open are answered."""
        if self._accepting:
            self._accepting.cancel()
            with suppress(asyncio.CancelledError):
                await self._accepting
        self._listening.close()
        await super().shutdown(sockets=[])

    async def _accept(self) -> None:
        end = time.monotonic() + _STANDS
        while not self._shared.stands and time.monotonic() < end:
            await asyncio.sleep(_YIELDED)
        while True:
            await _readable(self._listening)
            if self._shared.fewer_elsewhere(len(self.server_state.connections)):
                await asyncio.sleep(_YIELDED)
            try:
                connection, _ = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                continue
            except OSError:
                await asyncio.sleep(_FULL)
                continue
            connection.setblocking(False)
            with suppress(OSError):  # it may be gone already
                await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made


async def _readable(listening: socket.socket) -> None:
    """Returns when a connection waits."""
    loop = asyncio.get_running_loop()
    waits = asyncio.Event()
    loop.add_reader(listening, waits.set)
    try:
        await waits.wait()
    finally:
        loop.remove_reader(listening)
