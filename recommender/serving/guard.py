"""The checks before every answer (host, token, rate, size, origin), and after it the request log, the metrics, and
errors as one sentence."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from ..errors import RecommenderError
from .http_protocol import before_the_end
from .paths import decoded_path, inside
from .refusal import Refusal
from .tokens import TokenHolder
from .web.words import language_of

if TYPE_CHECKING:
    from .app import App

COOKIE = "recommender_token"
_START = "Who runs the service allows it: recommender serve {}"
_OPEN = ("/healthz", "/login", "/language", "/static/")  # beginnings of addresses that never need a token
_SAFE = ("GET", "HEAD", "OPTIONS")
_RATE = 100.0  # requests a second of a client of another machine
_SLOWEST = 10_000  # bytes of a body a second that a client must send in the long run
_ALLOWED = {
    "access-control-allow-methods": "GET, POST, DELETE",
    "access-control-allow-headers": "authorization, content-type, if-none-match",
    "access-control-max-age": "600",
}
_ELSEWHERE = (b"connection", b"close")  # the client's next connection goes to a process that has fewer
_ALWAYS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))


class Guard:
    """An ASGI application around the router of ``app``.

    Sets ``scope["holder"]``, the holder of the token that came with the request, or None.
    """

    def __init__(self, app: App) -> None:
        self._app, self._settings = app, app.settings
        self._hosts = {"localhost", *(host.lower() for host in app.settings.hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await _Exchange(self, self._app, scope, receive, send).run()

    def admit(self, scope: Scope, headers: Headers) -> None:
        """Raises Refusal for a request that is not let through."""
        self._check_host(headers)
        client = scope["client"][0] if scope.get("client") else ""
        scope["holder"] = holder = self._holder(headers, client)
        self._check_rate(holder.name if holder else client, client)
        if holder is None and not self._open(scope) and not self._app.reading_is_open:
            raise _unknown("Reading needs a token here.")
        if scope["method"] not in _SAFE:
            self._check_origin(headers)

    @staticmethod
    def _open(scope: Scope) -> bool:
        path: str = scope["path"]
        return path.startswith(_OPEN) or scope["method"] == "OPTIONS"

    def _check_host(self, headers: Headers) -> None:
        """Refuses foreign host names (DNS rebinding)."""
        host = _host_of(headers.get("host", ""))
        if host in self._hosts or _is_address(host):
            return
        raise Refusal(
            403,
            "The service is not called by this name.",
            _START.format("--allow-host NAME"),
        )

    def _holder(self, headers: Headers, client: str) -> TokenHolder | None:
        token = token_of(headers)
        if not token:
            return None
        holder = self._app.tokens.of(token)
        if holder is None:
            self._check(self._app.shared.wait_to_guess(client))
            if "authorization" in headers:
                raise _unknown("The token is not known.")
        return holder  # the cookie of a revoked token counts as none: its holder can log in anew

    def _check_rate(self, who: str, client: str) -> None:
        rate = self._settings.rate
        if rate is None:
            rate = 0.0 if _is_address(client) and ip_address(client).is_loopback else _RATE
        if rate:
            self._check(self._app.shared.wait(who, rate, max(1.0, 2 * rate)))

    def _check(self, wait: float) -> None:
        if wait:
            headers = {"Retry-After": str(max(1, round(wait + 0.5)))}
            raise Refusal(429, "Too many requests.", f"Ask again in {headers['Retry-After']} s.", headers)

    def _check_origin(self, headers: Headers) -> None:
        """Refuses changes requested by pages of other sites (CSRF)."""
        origin = headers.get("origin")
        same = origin is None or origin in self._settings.origins or _origin_host(origin) == headers.get("host")
        if not same or (headers.get("sec-fetch-site", "none") == "cross-site" and origin not in self._settings.origins):
            raise Refusal(
                403,
                "A page of another site asks for this.",
                _START.format("--cors-origin ORIGIN"),
            )

    def origin_headers(self, headers: Headers) -> list[tuple[bytes, bytes]]:
        """CORS headers for the origins of the settings."""
        origin = headers.get("origin")
        if not self._settings.origins:
            return []
        vary = [(b"vary", b"Origin")]
        if origin is None or origin not in self._settings.origins:
            return vary
        allowed = (b"access-control-allow-origin", origin.encode("latin-1", "replace"))
        return [*vary, allowed, (b"access-control-expose-headers", b"ETag, Retry-After")]

    def refusal(self, error: Exception) -> Refusal:
        """The refusal for an error; an unforeseen one is logged, and not described to the client."""
        if isinstance(error, RecommenderError):
            return Refusal.of(error, self._app.service.folder)
        if isinstance(error, HTTPException) and error.status_code == 405:
            methods = ", ".join(sorted((error.headers or {}).get("Allow", "").split(", ")))
            return Refusal(405, "The address does not take this method.", f"Use {methods}.", error.headers)
        if isinstance(error, HTTPException):
            return Refusal(error.status_code, error.detail + ".", "See: /openapi.json", error.headers)
        print(f"error: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return Refusal(500, "The service failed at this request.", "Its log says more.")


class _Exchange:
    """One request and its answer."""

    def __init__(self, guard: Guard, app: App, scope: Scope, receive: Receive, send: Send) -> None:
        self._guard, self._app, self._scope, self._receive, self._send = guard, app, scope, receive, send
        self._headers = Headers(scope=scope)
        self._path = scope["path"]
        inside(scope, app.settings.root.encode())
        self._timeout = app.settings.timeout
        self._began = time.perf_counter()
        self._status, self._read, self._written = 0, 0, 0
        self._failed = False

    async def run(self) -> None:
        scope = self._scope
        scope["app"] = self._app  # makes the router raise where a method is not allowed
        try:
            self._guard.admit(scope, self._headers)
            scope["path"] = decoded_path(scope["raw_path"])
            self._check_size(int(self._headers.get("content-length") or 0))
            if scope["method"] == "OPTIONS":
                await self._preflight()
            else:
                await self._app.router(scope, self.receive, self.send)
        except (ClientDisconnect, TimeoutError):
            self._failed = True
        except Exception as error:  # noqa: BLE001
            await self._refuse(self._guard.refusal(error))
        finally:
            self._note(time.perf_counter() - self._began)

    async def _refuse(self, refusal: Refusal) -> None:
        if self._status:  # the answer is under way: cut it, so that it is not taken for complete
            self._failed = True
            return
        if page := self._app.refused(refusal, self._scope):
            await page(self._scope, self.receive, self.send)
            return
        lang = language_of("", self._headers.get("accept-language", ""), "en")
        data = json.dumps(refusal.as_json(lang), ensure_ascii=False).encode("utf-8", "replace")
        headers = {**refusal.headers, "content-language": lang, "vary": "Accept-Language"}
        if refusal.status in (408, 413):
            headers["connection"] = "close"
        try:
            answer = Response(data, refusal.status, headers, "application/json")
            send = before_the_end(self._receive, self.send) if refusal.status == 413 else self.send
            await answer(self._scope, self.receive, send)
        except (ClientDisconnect, TimeoutError):
            self._failed = True

    async def _preflight(self) -> None:
        headers = dict(_ALLOWED) if len(self._guard.origin_headers(self._headers)) > 1 else {}
        await Response(b"", 204, {"allow": "GET, POST, DELETE", **headers})(self._scope, self.receive, self.send)

    async def receive(self) -> Message:
        """The next part of the body. Raises Refusal for one that is too large or does not come, or too slowly."""
        seconds_left = self._began + self._timeout + self._read / _SLOWEST - time.perf_counter()
        try:
            async with asyncio.timeout(max(0.0, seconds_left)):
                message = await self._receive()
        except TimeoutError:
            raise Refusal(408, "The request did not come in time.", "Send it faster.") from None
        self._read += len(message.get("body", b""))
        self._check_size(self._read)
        return message

    def _check_size(self, size: int) -> None:
        limit = self._app.settings.largest
        if size > limit:
            raise Refusal(413, f"The body has more than {limit:,} bytes.", "Send less, or start with --max-body.")

    async def send(self, message: Message) -> None:
        """A part of the answer. Raises TimeoutError where the client does not take it."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message["headers"] = [*message["headers"], *_ALWAYS, *self._guard.origin_headers(self._headers)]
            if self._app.shared.crowded and self._status < 400:
                message["headers"].append(_ELSEWHERE)
        self._written += len(message.get("body", b""))
        async with asyncio.timeout(self._timeout):
            await self._send(message)

    def _note(self, seconds: float) -> None:
        app, scope = self._app, self._scope
        status = self._status or (499 if self._failed else 500)
        app.metrics.count(scope.get("operation", "other"), status, seconds)
        holder: TokenHolder | None = scope.get("holder")
        row: dict[str, Any] = {
            "method": scope["method"], "path": self._path, "status": status, "ms": round(seconds * 1000, 2),
            "bytes": self._written, "client": scope["client"][0] if scope.get("client") else None,
            "who": holder.name if holder else None,
        }  # fmt: skip
        app.log.add(row | ({"failed": True} if self._failed else {}))


def allow(scope: Mapping[str, Any], role: str) -> None:
    """Raises Refusal if the request lacks ``role``; a request admitted this far may read."""
    holder: TokenHolder | None = scope.get("holder")
    if role == "reader" or (holder and holder.may(role)):
        return
    if holder is None:
        raise _unknown(f"This needs the token of an {role}.")
    raise Refusal(403, f"This needs the token of an {role}; {holder.name} is {holder.role}.", "Ask an admin for one.")


def _unknown(problem: str) -> Refusal:
    hint = "Send Authorization: Bearer TOKEN. Who runs the service makes one: recommender serve --new-token ROLE NAME"
    return Refusal(401, problem, hint, {"WWW-Authenticate": "Bearer"})


def token_of(headers: Headers) -> str:
    """The token of a request, from ``Authorization`` or the cookie; empty for none."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token.strip():
        return token.strip()
    for part in headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            return value
    return ""


def _host_of(header: str) -> str:
    """The name in a Host header, without the port."""
    host = header.rsplit("]", 1)[0].lstrip("[") if header.startswith("[") else header.rsplit(":", 1)[0]
    return host.lower().rstrip(".")


def _origin_host(origin: str) -> str | None:
    """The host and port of an origin; None for an invalid one."""
    try:
        return urlsplit(origin).netloc
    except ValueError:  # http://[
        return None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
