"""The frame of every page: head, menu, language, login, foot."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import field
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote, urlencode

from ...lazy import dataclass
from ..tokens import TokenHolder
from .forms import Form
from .words import PageWords

_STATIC = Path(__file__).parent / "static"
_REPORT = Path(__file__).parents[2] / "reporting" / "templates"
MENU = (("ask", "/"), ("topics", "/topics"), ("map", "/map"), ("time", "/time"), ("edits", "/edits"),
        ("versions", "/versions"), ("quality", "/quality"))  # fmt: skip
FILES: Mapping[str, tuple[Path, str]] = {
    "report.css": (_REPORT / "report.css", "text/css"),
    "report.js": (_REPORT / "report.js", "text/javascript"),
    "pages.css": (_STATIC / "pages.css", "text/css"),
    "pages.js": (_STATIC / "pages.js", "text/javascript"),
    "theme.js": (_STATIC / "theme.js", "text/javascript"),
    "related.css": (_STATIC / "related.css", "text/css"),
}
_OWN = re.compile(r'( (?:href|action|src)=")/(?!/)')
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a page: its ``path`` with the values in it, the ``query``, and what was sent with a ``form``."""

    words: PageWords
    person: TokenHolder | None
    path: str
    query: Form
    form: Form = field(default_factory=Form)
    values: Mapping[str, str] = field(default_factory=dict)
    csrf: str = ""
    secure: bool = False
    client: str = ""

    @property
    def who(self) -> str:
        """The name of the person logged in; empty for nobody."""
        return self.person.name if self.person else ""

    def may(self, role: str) -> bool:
        return self.person is not None and self.person.may(role)

    @property
    def here(self) -> str:
        """The address, to come back to."""
        pairs = [(name, value) for name, values in self.query.fields.items() for value in values]
        return self.path + (f"?{urlencode(pairs)}" if pairs else "")

    def hidden(self) -> str:
        """The CSRF field of a form."""
        return f'<input type="hidden" name="csrf" value="{self.csrf}">'


@dataclass(frozen=True, slots=True)
class Page:
    """The answer of a view: a page, or a ``redirect``; ``cookies`` are set with it, None deletes one."""

    title: str = ""
    body: str = ""
    menu: str = ""
    status: int = 200
    scripts: tuple[str, ...] = ()
    data: str = ""
    refresh: int = 0
    redirect: str = ""
    cookies: Mapping[str, str | None] = field(default_factory=dict)


def document(page: Page, visit: Visit, foot: str, root: str) -> str:
    """The whole document, whose own addresses begin with ``root``."""
    words = visit.words
    html = Template(_frame()).substitute(
        lang=words.lang,
        root=root,
        title=escape(f"{page.title} · {words('brand')}" if page.title else words("brand")),
        refresh=f'<noscript><meta http-equiv="refresh" content="{page.refresh}"></noscript>' if page.refresh else "",
        styles="".join(f'<link rel="stylesheet" href="{file_address(name)}">' for name in ("report.css", "pages.css")),
        theme_script=file_address("theme.js"),
        scripts="".join(f'<script src="{file_address(name)}" defer></script>' for name in ("pages.js", *page.scripts)),
        skip=escape(words("skip")),
        brand=escape(words("brand")),
        nav=escape(words("nav")),
        menu="".join(_entry(name, address, page.menu, words) for name, address in MENU),
        language=_language(visit),
        theme=escape(words("theme")),
        login=_login(visit),
        body=page.body,
        foot=escape(foot),
        data=f'<script type="application/json" id="data">{page.data}</script>' if page.data else "",
    )
    return rooted(html, root)


def _entry(name: str, address: str, current: str, words: PageWords) -> str:
    current_mark = ' aria-current="page"' if name == current else ""
    return f'<li><a href="{address}"{current_mark}>{escape(words("nav_" + name))}</a></li>'


def _language(visit: Visit) -> str:
    other = "en" if visit.words.lang == "ko" else "ko"
    address = escape(f"/language?{urlencode({'to': other, 'next': visit.here})}")
    return f'<a href="{address}" hreflang="{other}" lang="{other}">{escape(visit.words("other_language"))}</a>'


def _login(visit: Visit) -> str:
    words, person = visit.words, visit.person
    if person is None:
        address = escape(f"/login?{urlencode({'next': visit.here})}")
        return f'<a href="{address}" rel="nofollow">{escape(words("login"))}</a>'
    name = escape(words("logged_in", name=person.name, role=words("role_" + person.role)))
    return (
        f'<form method="post" action="/logout" class="inline">{visit.hidden()}<span>{name}</span> '
        f'<button class="link">{escape(words("logout"))}</button></form>'
    )


@cache
def _frame() -> str:
    return (_STATIC / "frame.html").read_text(encoding="utf-8")


@cache
def file_of(name: str) -> tuple[bytes, str, str]:
    """The bytes of a static file, its type, and a mark of its content. Raises KeyError for another name."""
    path, kind = FILES[name]
    data = path.read_bytes()
    return data, kind, hashlib.sha256(data).hexdigest()[:16]


def file_address(name: str) -> str:
    return f"/static/{name}?v={file_of(name)[2]}"


def rooted(text: str, root: str) -> str:
    """A document whose own addresses begin with ``root``; texts hold no bare quotation mark, so none of them is one.

    >>> rooted('<a href="/topics" title="/x">/y</a>', "/related")
    '<a href="/related/topics" title="/x">/y</a>'
    """
    return _OWN.sub(rf"\1{root}/", text) if root else text


def article_address(article_id: str) -> str:
    return f"/articles/{quote(article_id, safe='')}"


def topic_address(topic_id: str) -> str:
    return f"/topics/{quote(topic_id, safe='')}"


def asked_address(**query: Any) -> str:
    """The address of a question; what is empty stays out."""
    return f"/?{urlencode({name: value for name, value in query.items() if value})}"


def option(value: str, text: str, chosen: bool = False) -> str:
    mark = " selected" if chosen else ""
    return f'<option value="{escape(value)}"{mark}>{escape(text)}</option>'


def notice(text: str, kind: str = "done", undo_form: str = "") -> str:
    """A status message, announced by screen readers too; ``undo_form`` is the markup of a form that undoes it."""
    return f'<div class="notice {kind}"><p role="status">{escape(text)}</p>{undo_form}</div>' if text else ""


def cell(label: str, inner: str, *, fixed: bool = False) -> str:
    """A cell of a table; on a phone, where a row is a block, its ``label`` stands before ``inner``, which is markup.

    One that is ``fixed`` stays on one line: a name or a time.
    """
    kind = ' class="fixed"' if fixed else ""
    return f'<td{kind} data-label="{escape(label)}">{inner}</td>'


def local_address(address: str) -> str:
    """``address`` if it is an address of these pages, else the first page."""
    safe = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return quote(address, safe="/?&=%#:+,;@!$'()*~-._") if safe else "/"
