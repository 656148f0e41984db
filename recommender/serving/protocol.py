"""HTTP/1.1 with patience: a client that does not send its request in time is let go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from .app import App

PATIENCE = 15.0  # seconds for a line of request and its headers


class Patient(H11Protocol):
    """A connection on which the first byte of a request to the end of its headers may take ``PATIENCE`` seconds."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._count()
        self._wind()

    def data_received(self, data: bytes) -> None:
        if self._timer is None and self.conn.their_state is h11.IDLE:
            self._wind()
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._unwind()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwind()
        super().connection_lost(exc)
        self._count()

    def _count(self) -> None:
        app: App = self.config.app  # type: ignore[assignment]
        app.board.connected(len(self.connections))

    def _wind(self) -> None:
        self._timer = self.loop.call_later(PATIENCE, self.transport.abort)

    def _unwind(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
