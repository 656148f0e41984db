"""Processes that serve one socket: a parent that keeps them alive, and a loop of uvicorn in each."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn

from ..errors import InputError, reason
from .accept import Server
from .app import App
from .http_protocol import TimedProtocol
from .request_log import open_log
from .service import Service
from .settings import Settings, is_loopback
from .shared_state import SharedState
from .tokens import FILE, Tokens

Say = Callable[[str], None]
_ENDS = (signal.SIGTERM, signal.SIGINT)
_STARTUP = 5.0  # seconds after which the service is said to be ready even if one of its processes is not
_GC_THRESHOLDS = (20_000, 20, 20)  # collect seldom: an answer leaves next to no garbage
_GRACE = 15  # seconds that requests have to be answered when the service ends


def serve(settings: Settings, say: Say) -> None:
    """Answers until SIGINT or SIGTERM. Raises InputError where the address cannot be had."""
    _check_tokens(settings)
    if file := open_log(settings.log):  # or it raises what every process would
        file.close()
    listening = _listening(settings)
    address = _address(listening, settings)
    shared = SharedState(settings.workers)
    service = Service(settings.home, settings.index)
    service.recommenders.refresh()  # opened once: the processes share its pages
    if service.recommenders.problem:
        say(service.recommenders.problem)
    gc.collect()
    if not Tokens(settings.tokens or service.data / FILE).holders:
        say("Reading is open to this machine; changing wants a token: recommender serve --new-token editor NAME")
    ready = f"Ready: {address}"
    if settings.workers == 1:
        say(ready)
        _run(App(service, settings, shared), listening)
    else:
        _Parent(service, settings, shared, listening, say).run(ready)
    say("stopped")


def _check_tokens(settings: Settings) -> None:
    """Raises InputError for an address that others reach while there is no token."""
    tokens = Tokens(settings.tokens or settings.home / "data" / FILE)
    if not tokens.holders and not is_loopback(settings.host):
        raise InputError(
            f"{settings.host} is reached from other machines, and nobody has a token.",
            "Make one first: recommender serve --new-token admin NAME",
        )


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # TCP: asyncio then sets TCP_NODELAY
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(1024)
    except (OSError, OverflowError) as error:
        listener.close()
        cause = reason(error) if isinstance(error, OSError) else str(error)
        address = f"{settings.host}:{settings.port}"
        raise InputError(f"{address} cannot be served: {cause}.", "Choose another with --host or --port.") from error
    listener.setblocking(False)
    return listener


def _address(listening: socket.socket, settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{listening.getsockname()[1]}"


def _run(app: App, listening: socket.socket) -> None:
    gc.freeze()  # a collection over the model and the modules delays answers by tens of ms and frees nothing
    gc.set_threshold(*_GC_THRESHOLDS)
    config = uvicorn.Config(
        app, http=TimedProtocol, ws="none", lifespan="on", loop="asyncio", log_config=None, access_log=False,
        server_header=False, proxy_headers=False, timeout_keep_alive=30, timeout_graceful_shutdown=_GRACE,
        h11_max_incomplete_event_size=128 * 1024,
    )  # fmt: skip
    with suppress(KeyboardInterrupt):
        Server(config, app.shared, listening).run()


class _Parent:
    """Starts the processes, restarts one that ends, and ends them all."""

    def __init__(
        self, service: Service, settings: Settings, shared: SharedState, listening: socket.socket, say: Say
    ) -> None:
        self._service, self._settings, self._shared, self._say = service, settings, shared, say
        self._listening = listening
        self._children: dict[int, int] = {}
        self._ending = False

    def run(self, ready: str) -> None:
        """Says ``ready`` when every process takes connections, and returns when all have ended."""
        for number in _ENDS:
            signal.signal(number, self._end)
        for index in range(self._settings.workers):
            self._start(index)
        end = time.monotonic() + _STARTUP
        while not self._shared.ready and not self._ending and time.monotonic() < end:
            time.sleep(0.005)
        self._say(ready)
        while self._children:
            with suppress(ChildProcessError, InterruptedError):
                child, _ = os.wait()
                index = self._children.pop(child, -1)
                if index >= 0:
                    self._shared.ended(index)
                if index >= 0 and not self._ending:
                    self._say(f"a process of the service ended ({child}) and is started anew")
                    time.sleep(0.1)
                if index >= 0:
                    self._start(index)

    def _start(self, index: int) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)  # a child must not run the handlers of its parent
        if self._ending:  # a process started now would not be stopped
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
            return
        child = os.fork()
        if child:
            self._children[child] = index
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
            return
        status = 1
        try:
            for number in _ENDS:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
            self._shared.index = index
            _run(App(self._service, self._settings, self._shared), self._listening)
            status = 0
        finally:
            sys.stdout.flush()
            os._exit(status)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._ending = True
        self._listening.close()  # else connections would wait here for ever
        for child in list(self._children):
            self._stop(child)

    def _stop(self, child: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
