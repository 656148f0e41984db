"""What stands before every answer: errors as one sentence."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from ..errors import RecommenderError
from .refusal import Refusal

if TYPE_CHECKING:
    from .app import App


class Guard:
    """An ASGI application around the router of ``app``."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        scope["app"] = self._app  # then the router raises where a method is not allowed
        try:
            await self._app.router(scope, receive, sent)
        except ClientDisconnect:
            return
        except Exception as error:
            refusal = self._refusal(error)
            if begun:
                raise
            await _told(refusal)(scope, receive, sent)

    def _refusal(self, error: Exception) -> Refusal:
        if isinstance(error, RecommenderError):
            return Refusal.of(error, self._app.service.home)
        if isinstance(error, HTTPException):
            return Refusal(error.status_code, error.detail + ".", "See: /openapi.json", error.headers)
        print(f"error: {type(error).__name__}: {error}", file=sys.stderr)
        return Refusal(500, "The service failed at this request.", "Its log says more.")


def _told(refusal: Refusal) -> Response:
    data = json.dumps(refusal.as_json(), ensure_ascii=False).encode("utf-8", "replace")
    return Response(data, refusal.status, refusal.headers, "application/json")
