"""HTTP/1.1 with timeouts: a client that does not send its request, or does not read its answer, is disconnected."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import h11
from starlette.types import Message, Receive, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .refusal import Refusal

if TYPE_CHECKING:
    from .app import App

_UNREADABLE = Refusal(
    400,
    "This is not a valid HTTP/1.1 request.",
    "Percent-encode the address (a space is %20); headers have 128 kB at most.",
)
_BEYOND = re.compile(rb"[\x80-\xff]")
_DRAINED, _DRAIN_SECONDS = 64 * 1024 * 1024, 5.0
TIMEOUT = 15.0  # seconds for a line of request and its headers, and for each part of an answer


class TimedProtocol(H11Protocol):
    """A connection on which the first byte of a request to the end of its headers may take ``TIMEOUT`` seconds, and
    a client may leave what waits to be sent for as long."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer: asyncio.TimerHandle | None = None
        self._sending: asyncio.TimerHandle | None = None
        self._line_is_read = False  # that of a request whose headers are not all there

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._count()
        self._wind()

    def data_received(self, data: bytes) -> None:
        if self._timer is None and self.conn.their_state is h11.IDLE:
            self._wind()
        super().data_received(self._encoded(data))
        if self.conn.their_state is not h11.IDLE:
            self._unwind()
            self._line_is_read = False

    def _encoded(self, data: bytes) -> bytes:
        """``data`` with its address percent-encoded: many programs send Hangul unescaped."""
        if self._line_is_read or self.conn.their_state is not h11.IDLE:
            return data
        line, end, rest = data.partition(b"\n")
        self._line_is_read = bool(end)
        return data if line.isascii() else b"".join((_BEYOND.sub(_percent, line), end, rest))

    def send_400_response(self, msg: str) -> None:
        """Refuses an invalid request in the service's own format."""
        data = json.dumps(_UNREADABLE.as_json(), ensure_ascii=False).encode()
        headers = [("content-type", "application/json"), ("content-length", str(len(data))), ("connection", "close")]
        for event in (h11.Response(status_code=400, headers=headers), h11.Data(data=data), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def eof_received(self) -> bool:  # type: ignore[override]
        """A client that half-closes after a complete request still gets its answer."""
        pending = self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body
        if pending:
            self.cycle.keep_alive = False
        return pending

    def pause_writing(self) -> None:
        super().pause_writing()
        self._sending = self.loop.call_later(TIMEOUT, self.transport.abort)

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
        app.shared.connected(len(self.connections))

    def _wind(self) -> None:
        self._timer = self.loop.call_later(TIMEOUT, self.transport.abort)

    def _unwind(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def before_the_end(receive: Receive, send: Send) -> Send:
    """``send``, which takes what the client is still sending before an answer ends: most clients read none before they
    have sent all, and a connection that is closed meanwhile is an error to them. Up to a limit of bytes and of time."""

    async def sending(message: Message) -> None:
        if message["type"] != "http.response.body" or message.get("more_body"):
            await send(message)
            return
        await send({**message, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                await _drain(receive)
        await send({"type": "http.response.body", "body": b""})

    return sending


async def _drain(receive: Receive) -> None:
    left = _DRAINED
    while left > 0:
        message = await receive()
        if not message.get("more_body"):
            return
        left -= len(message["body"])


def _percent(match: re.Match[bytes]) -> bytes:
    return b"%%%02X" % match[0][0]
