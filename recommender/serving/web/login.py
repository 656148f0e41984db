"""Logging in with a token, which a cookie keeps from scripts and from other sites."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ...reporting.markup import labelled, paragraph
from ..guard import COOKIE
from ..refusal import Refusal
from .frame import Page, Visit, local_address, notice

if TYPE_CHECKING:
    from ..app import App


def shown_login(app: App, visit: Visit, wrong: bool = False) -> Page:
    """The form; where there are no tokens, how to make one."""
    words = visit.words
    head = f"<h1>{escape(words('login_title'))}</h1>"
    if not app.tokens.holders:
        return Page(words("login_title"), head + paragraph(words("login_none"), "lead"))
    message = notice(words("login_wrong"), "wrong") if wrong else ""
    target = escape(visit.form.text("next") or visit.query.text("next"))
    control = '<input type="password" name="token" autocomplete="current-password" required autofocus>'
    body = (
        f"{head}{message}{paragraph(words('login_note'), 'note')}"
        f'<form method="post" action="/login" class="login"><input type="hidden" name="next" value="{target}">'
        f"{labelled(words('login_label'), control)}"
        f'<button class="strong">{escape(words("login_button"))}</button></form>'
    )
    return Page(words("login_title"), body, status=403 if wrong else 200)


def log_in(app: App, visit: Visit) -> Page:
    """Redirects back with the token in a cookie, or shows the form again."""
    token = visit.form.text("token")
    if not token or app.tokens.of(token) is None:
        if wait := app.shared.wait_to_guess(visit.client):
            raise Refusal(429, "Too many wrong tokens.", f"Try again in {wait:.0f} s.")
        return shown_login(app, visit, wrong=True)
    return Page(redirect=local_address(visit.form.text("next")), cookies={COOKIE: token})


def log_out(visit: Visit) -> Page:
    return Page(redirect="/", cookies={COOKIE: None})
