"""Pages for people and the widget: what is served beside the JSON, upon the same ``Service``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

if TYPE_CHECKING:
    from .app import App

OPEN: tuple[str, ...] = ()
"""Beginnings of addresses that need no token where reading needs one: a page to give a token, styles."""


OPEN: tuple[str, ...] = ("/login", "/language", "/static/")
"""Beginnings of addresses that need no token where reading needs one: a page to give a token, styles."""


def routes(app: App) -> list[BaseRoute]:
    """The routes of the pages; they stand behind those of the table (``routes.ROUTES``)."""
    from .web.routes import page_routes

    return page_routes(app)
