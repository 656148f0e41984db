"""HTTP/1.1 with patience: a client that does not send its request, or does not take its answer, is let go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from .app import App

PATIENCE = 15.0  # seconds for a line of request and its headers, and for each part of an answer


class Patient(H11Protocol):
    """A connection on which the first byte of a request to the end of its headers may take ``PATIENCE`` seconds, and
    a client may leave what waits to be sent for as long."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._timer: asyncio.TimerHandle | None = None
        self._sending: asyncio.TimerHandle | None = None

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

    def eof_received(self) -> bool:  # type: ignore[override]
        """A client that has sent its request whole, and says that it sends no more, gets its answer."""
        waits = self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body
        if waits:
            self.cycle.keep_alive = False
        return waits

    def pause_writing(self) -> None:
        super().pause_writing()
        self._sending = self.loop.call_later(PATIENCE, self.transport.abort)

    def resume_writing(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwind()
        if self._sending is not None:
            self._sending.cancel()
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
