"""The service as an ASGI application: the table of routes, a description of it, pages, and the guard around all."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Router
from starlette.routing import Route as Address
from starlette.types import Receive, Scope, Send

from ..text.asked_dates import asked_days
from .etag import tagged
from .guard import Guard, allow
from .metrics import Metrics
from .openapi import description
from .options import from_address, from_object
from .refusal import Refusal
from .request_log import RequestLog
from .routes import ROUTES, UNTAGGED, Route
from .service import Service
from .settings import Settings, is_loopback
from .shared_state import SharedState
from .tokens import FILE as TOKENS
from .tokens import Tokens
from .web.routes import page_routes, refusal_page

JSON = "application/json"
_ANSWERS = 1  # threads: two pass the interpreter's lock to and fro, and answer no more questions than one
_WAITING, _CHANGES = 4, 16  # threads that answer with candidates of a server, and that change something
_WAITERS = 4  # threads that wait for processes; more requests for reports wait behind these
_LOOK = 0.5  # seconds between two looks at the folder
_CACHE_BYTES = 32 * 1024 * 1024
_CACHED_LARGEST = 256 * 1024


class App:
    """Everything of one process of the service: ``router`` answers, ``service`` knows."""

    def __init__(self, service: Service, settings: Settings, shared: SharedState) -> None:
        self.service, self.settings, self.shared = service, settings, shared
        self.cache = AnswerCache()
        self.tokens = Tokens(settings.tokens or service.data / TOKENS)
        self.metrics = Metrics(shared, [*(route.name for route in ROUTES), "health", "openapi", "metrics"])
        self.log = RequestLog(settings.log)
        self.reading_is_open = is_loopback(settings.host)
        service.note_change = shared.note_change
        self._seen = shared.changes
        self._threads = ThreadPoolExecutor(_WAITING if settings.index else _ANSWERS, thread_name_prefix="answer")
        self._slow = ThreadPoolExecutor(max_workers=_CHANGES, thread_name_prefix="change")
        self._waiters = ThreadPoolExecutor(max_workers=_WAITERS, thread_name_prefix="apart")
        self._looking = ThreadPoolExecutor(max_workers=1, thread_name_prefix="look")  # whatever the others wait for
        self._described = _dumped(description())
        self.router = Router([*self._addresses(), *page_routes(self)], redirect_slashes=False, default=_nothing)
        self._guarded = Guard(self)

    def refused(self, refusal: Refusal, scope: Scope) -> Response | None:
        """A refusal as a page, where a person asked; None where a program did."""
        return refusal_page(self, refusal, Request(scope))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self._guarded(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """From the start to the end of the process: looks for what other programs change."""
        await receive()
        self.log.start()
        watching = asyncio.create_task(self._watch())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        watching.cancel()
        self.service.tasks.stop()
        for threads in (self._threads, self._slow, self._waiters, self._looking):
            threads.shutdown(wait=False, cancel_futures=True)
        self.log.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _watch(self) -> None:
        while True:
            await self._look()
            self.service.tasks.reap()
            await asyncio.sleep(_LOOK)

    def _addresses(self) -> list[BaseRoute]:
        by_path: dict[str, dict[str, Route]] = {}
        for route in ROUTES:
            by_path.setdefault(route.path, {})[route.method] = route
        own: list[BaseRoute] = [
            Address("/openapi.json", self._openapi, methods=["GET"]),
            Address("/healthz", self._health, methods=["GET"]),
            Address("/metrics", self._metrics, methods=["GET"]),
        ]
        return own + [
            Address(_pattern(path), self._endpoint(routes), methods=[*routes])
            for path, routes in sorted(by_path.items(), key=lambda pair: ("{" in pair[0], -pair[0].count("/")))
        ]  # the router looks at one after the other: what is asked most is spared the patterns

    def _endpoint(self, routes: Mapping[str, Route]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            route = routes["GET" if request.method == "HEAD" else request.method]
            return await self._answered(route, request)

        return endpoint

    async def _answered(self, route: Route, request: Request) -> Response:
        request.scope["operation"] = route.name
        allow(request.scope, route.role)
        params = await _params(route, request)
        holder = request.scope.get("holder")
        if route.changes:
            params["by"] = holder.name if holder else ""
        if self.shared.changes != self._seen:
            await self._catch_up()
        key = self._key(route, params) if route.cached else None
        data = self.cache.get(key) if key else None
        if data is None:
            work = _dumped if route.media is None else _text
            threads = self._waiters if route.own_process else self._slow if route.slow else self._threads
            data = await _in(threads, lambda: work(route.answer(self.service, params)))
            if key:
                self.cache.put(key, data)
        media = JSON if route.media is None else route.media[params["format"]]
        if route.method != "GET" or route.name in UNTAGGED:
            return Response(data, route.status, media_type=media)
        return tagged(request, data, media, {"cache-control": "private, no-cache"}, route.status)

    async def _catch_up(self) -> None:
        """Another process changed something: this one answers from it too, from now on."""
        changes = self.shared.changes
        await self._look()
        self._seen = changes

    async def _look(self) -> None:
        await _in(self._looking, self.service.recommenders.refresh)

    def _key(self, route: Route, params: Mapping[str, Any]) -> tuple[Any, ...]:
        """What an answer depends on; words such as 7d on the day."""
        days = tuple(asked_days(params[name]) for name in ("since", "until", "published") if params.get(name))
        return route.answer, self.service.recommenders.generation, days, *params.items()

    async def in_thread(self, work: Callable[[], Any], *, slow: bool = False) -> Any:
        """What ``work`` returns or raises, outside of the event loop; ``slow`` work delays no answer."""
        return await _in(self._slow if slow else self._threads, work)

    async def _metrics(self, request: Request) -> Response:
        request.scope["operation"] = "metrics"
        text = self.metrics.text(self.service, self.log.lost)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    async def _openapi(self, request: Request) -> Response:
        request.scope["operation"] = "openapi"
        return Response(self._described, media_type=JSON)

    async def _health(self, request: Request) -> Response:
        request.scope["operation"] = "health"
        health = self.service.health()
        return Response(_dumped(health), 200 if health["status"] == "ok" else 503, media_type=JSON)


class AnswerCache:
    """Answers of which the same is asked again; the oldest go first."""

    def __init__(self, most: int = _CACHE_BYTES) -> None:
        self._most, self._size = most, 0
        self._held: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()

    def get(self, key: tuple[Any, ...]) -> bytes | None:
        found = self._held.get(key)
        if found is not None:
            self._held.move_to_end(key)
        return found

    def put(self, key: tuple[Any, ...], data: bytes) -> None:
        if len(data) > _CACHED_LARGEST or key in self._held:
            return
        self._held[key] = data
        self._size += len(data)
        while self._size > self._most:
            self._size -= len(self._held.popitem(last=False)[1])


async def _in(threads: ThreadPoolExecutor, work: Callable[[], Any]) -> Any:
    return await asyncio.get_running_loop().run_in_executor(threads, work)


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise Refusal(404, "There is nothing at this address.", "See what there is: /openapi.json")


def _pattern(path: str) -> str:
    """The address as the router knows it."""
    return path.replace("{article}", "{article:name}").replace("{topic}", "{topic:name}")


async def _params(route: Route, request: Request) -> dict[str, Any]:
    pairs = QueryParams(request.scope["query_string"]).multi_items()
    parts = {name: request.path_params[name] for name in route.parts}
    if route.method != "POST":
        return from_address(route.options, pairs) | parts
    if pairs:
        raise Refusal(422, "Options of this operation stand in the JSON object.", "Leave out what follows the ?.")
    held = await _object(request, route.takes is None)
    return ({"records": held} if route.takes else from_object(route.options, held)) | parts


async def _object(request: Request, wanted: bool) -> Any:
    """The JSON of a body, an object if that is ``wanted``. Raises Refusal."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise Refusal(400, f"The body is {kind or 'of no kind'}.", f"Send JSON, with Content-Type: {JSON}.")
    if (coding := request.headers.get("content-encoding", "identity")) != "identity":
        raise Refusal(400, f"The body is packed: {coding[:40]}.", "Send it as it is, without Content-Encoding.")
    try:
        held = json.loads(await request.body(), parse_constant=_refused)
    except (ValueError, RecursionError):
        raise Refusal(400, "The body is not valid JSON.", 'For example: {"q": "양극재 공장"}') from None
    if wanted and not isinstance(held, dict):
        raise Refusal(422, "The body is not a JSON object.", 'For example: {"q": "양극재 공장"}')
    return held


def _refused(name: str) -> float:
    raise ValueError(name)


def _text(value: str) -> bytes:
    return value.encode("utf-8", "replace")


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
