"""The service as an ASGI application: the routes, their OpenAPI description, the pages, and the guard around them."""

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
# Threads of each pool. Two that answer would contend for the interpreter's lock, and answer no faster than one.
_ANSWERS, _MILVUS_ANSWERS, _CHANGES, _REPORTS = 1, 4, 16, 4
_LOOK = 0.5  # seconds between two looks at the folder
_CACHE_BYTES = 32 * 1024 * 1024
_CACHED_LARGEST = 256 * 1024


class App:
    """One process of the service: ``router`` dispatches, ``service`` computes the answers."""

    def __init__(self, service: Service, settings: Settings, shared: SharedState) -> None:
        self.service, self.settings, self.shared = service, settings, shared
        self.cache = AnswerCache()
        self.tokens = Tokens(settings.tokens or service.data / TOKENS)
        self.metrics = Metrics(shared, [*(route.name for route in ROUTES), "health", "openapi", "metrics"])
        self.log = RequestLog(settings.log)
        self.reading_is_open = is_loopback(settings.host)
        service.note_change = shared.note_change
        self._changes_seen = shared.changes
        self._threads = ThreadPoolExecutor(_MILVUS_ANSWERS if settings.index else _ANSWERS, thread_name_prefix="answer")
        self._slow = ThreadPoolExecutor(max_workers=_CHANGES, thread_name_prefix="change")
        self._waiters = ThreadPoolExecutor(max_workers=_REPORTS, thread_name_prefix="apart")
        self._refreshing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="look")  # whatever the others wait for
        self._description = _dumped(description())
        self.router = Router([*self._addresses(), *page_routes(self)], redirect_slashes=False, default=_not_found)
        self._guarded = Guard(self)

    def refused(self, refusal: Refusal, scope: Scope) -> Response | None:
        """A refusal as a page for a browser; None for a program."""
        return refusal_page(self, refusal, Request(scope))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self._guarded(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """From start to shutdown; watches for changes that other programs make."""
        await receive()
        self.log.start()
        watching = asyncio.create_task(self._watch())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        watching.cancel()
        self.service.tasks.stop()
        for threads in (self._threads, self._slow, self._waiters, self._refreshing):
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
        unversioned: list[BaseRoute] = [
            Address("/openapi.json", self._openapi, methods=["GET"]),
            Address("/healthz", self._health, methods=["GET"]),
            Address("/metrics", self._metrics, methods=["GET"]),
        ]
        return unversioned + [
            Address(_pattern(path), self._endpoint(routes), methods=[*routes])
            for path, routes in sorted(by_path.items(), key=lambda pair: ("{" in pair[0], -pair[0].count("/")))
        ]  # the router tries them in order: literal paths, the most asked, come before patterns

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
        if self.shared.changes != self._changes_seen:
            await self._catch_up()
        key = self._key(route, params) if route.cached else None
        data = self.cache.get(key) if key else None
        if data is None:
            work = _dumped if route.media is None else _text
            threads = self._waiters if route.own_process else self._slow if route.slow else self._threads
            data = await _run_in(threads, lambda: work(route.answer(self.service, params)))
            if key:
                self.cache.put(key, data)
        media = JSON if route.media is None else route.media[params["format"]]
        if route.method != "GET" or route.name in UNTAGGED:
            return Response(data, route.status, media_type=media)
        return tagged(request, data, media, {"cache-control": "private, no-cache"}, route.status)

    async def _catch_up(self) -> None:
        """Takes up what another process changed."""
        changes = self.shared.changes
        await self._look()
        self._changes_seen = changes

    async def _look(self) -> None:
        await _run_in(self._refreshing, self.service.recommenders.refresh)

    def _key(self, route: Route, params: Mapping[str, Any]) -> tuple[Any, ...]:
        """All that an answer depends on; relative dates such as 7d are resolved to days."""
        days = tuple(asked_days(params[name]) for name in ("since", "until", "published") if params.get(name))
        return route.answer, self.service.recommenders.generation, days, *params.items()

    async def in_thread(self, work: Callable[[], Any], *, slow: bool = False) -> Any:
        """What ``work`` returns or raises, outside of the event loop; ``slow`` work delays no answer."""
        return await _run_in(self._slow if slow else self._threads, work)

    async def _metrics(self, request: Request) -> Response:
        request.scope["operation"] = "metrics"
        text = self.metrics.text(self.service, self.log.lost)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    async def _openapi(self, request: Request) -> Response:
        request.scope["operation"] = "openapi"
        return Response(self._description, media_type=JSON)

    async def _health(self, request: Request) -> Response:
        request.scope["operation"] = "health"
        health = self.service.health()
        return Response(_dumped(health), 200 if health["status"] == "ok" else 503, media_type=JSON)


class AnswerCache:
    """Serialised answers, least recently used evicted first."""

    def __init__(self, max_bytes: int = _CACHE_BYTES) -> None:
        self._max_bytes, self._size = max_bytes, 0
        self._answers: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()

    def get(self, key: tuple[Any, ...]) -> bytes | None:
        data = self._answers.get(key)
        if data is not None:
            self._answers.move_to_end(key)
        return data

    def put(self, key: tuple[Any, ...], data: bytes) -> None:
        if len(data) > _CACHED_LARGEST or key in self._answers:
            return
        self._answers[key] = data
        self._size += len(data)
        while self._size > self._max_bytes:
            self._size -= len(self._answers.popitem(last=False)[1])


async def _run_in(threads: ThreadPoolExecutor, work: Callable[[], Any]) -> Any:
    return await asyncio.get_running_loop().run_in_executor(threads, work)


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    raise Refusal(404, "There is nothing at this address.", "See what there is: /openapi.json")


def _pattern(path: str) -> str:
    """``path`` with the convertors of starlette's router."""
    return path.replace("{article}", "{article:name}").replace("{topic}", "{topic:name}")


async def _params(route: Route, request: Request) -> dict[str, Any]:
    pairs = QueryParams(request.scope["query_string"]).multi_items()
    parts = {name: request.path_params[name] for name in route.parts}
    if route.method != "POST":
        return from_address(route.options, pairs) | parts
    if pairs:
        raise Refusal(422, "Options of this operation stand in the JSON object.", "Leave out what follows the ?.")
    if not route.needs_body and not await request.body():
        return from_object(route.options, {}) | parts
    body = await _object(request, route.takes is None)
    return ({"records": body} if route.takes else from_object(route.options, body)) | parts


async def _object(request: Request, only_object: bool) -> Any:
    """The JSON of a body, an object if that is ``only_object``. Raises Refusal."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind and not await request.body():
        raise Refusal(400, "There is no body.", f"Send JSON, with Content-Type: {JSON}.")
    if kind != JSON:
        raise Refusal(400, f"The body is {kind or 'of no kind'}.", f"Send JSON, with Content-Type: {JSON}.")
    if (coding := request.headers.get("content-encoding", "identity")) != "identity":
        raise Refusal(400, f"The body is packed: {coding[:40]}.", "Send it as it is, without Content-Encoding.")
    try:
        once = _once if only_object else dict  # what a record says twice is for its reader to judge
        value = json.loads(await request.body(), parse_constant=_refused, object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise Refusal(400, "The body is not valid JSON.", 'For example: {"q": "양극재 공장"}') from None
    if only_object and not isinstance(value, dict):
        raise Refusal(422, "The body is not a JSON object.", 'For example: {"q": "양극재 공장"}')
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Raises Refusal for a name that stands in it twice, of which one would be lost."""
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made:
            raise Refusal(422, f"{name[:60]} is given twice.", "Give it once.")
        made[name] = value
    return made


def _refused(name: str) -> float:
    raise ValueError(name)


def _text(value: str) -> bytes:
    return value.encode("utf-8", "replace")


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
