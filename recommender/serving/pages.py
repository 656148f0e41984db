"""Pages for people and the widget: what is served beside the JSON, upon the same ``Service``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Scope

from .refusal import Refusal

if TYPE_CHECKING:
    from .app import App

OPEN: tuple[str, ...] = ("/login", "/language", "/static/")
"""Beginnings of addresses that need no token where reading needs one: a page to give a token, styles."""


def routes(app: App) -> list[BaseRoute]:
    """The routes of the pages; they stand behind those of the table (``routes.ROUTES``)."""
    from .web.routes import page_routes

    return page_routes(app)


def refused(app: App, refusal: Refusal, scope: Scope) -> Response | None:
    """The refusal as a page where a person asked for one with a browser; None where a program asked."""
    from .web.routes import refusal_page

    request = Request(scope)
    wants_page = "text/html" in request.headers.get("accept", "")
    return refusal_page(app, refusal, request) if wants_page and not scope["path"].startswith("/v1/") else None
