"""The widget: the related list of an article for a page of a newspaper, as a script and as plain HTML."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ...ranking.options import SearchOptions
from ...ranking.recommend import Recommender
from ...reporting.map_data import embedded
from ...reporting.markup import web_address
from ..etag import tagged
from ..options import Option, from_address
from .frame import file_address, rooted
from .words import PageWords

if TYPE_CHECKING:
    from ..app import App

Entry = dict[str, str]
_LEAST = 0.05  # score below which nothing is published unless it is pinned or another bound is asked for
_FRESH = 300  # seconds for which a browser and a cache keep a list
_OPTIONS = (
    Option("k", "integer", "Articles wanted.", 5, min=1, max=50),
    Option("lang", "choice", "Language of the heading and the dates.", "ko", ("ko", "en")),
    Option("title", "text", "The heading.", max=200),
    Option("link", "text", "Address of an article that has none: https://news.example/{id}", max=500),
    Option("outlet", "texts", "Of these outlets only."),
    Option("past-only", "flag", "Nothing published after the article."),
    Option(
        "min-score", "number", "Nothing scored below this. Default: the model's, and nothing below .05.", min=0, max=1
    ),
)
_PLAIN = (*_OPTIONS, Option("fragment", "flag", "The list alone, to be put into a page by a server."))
_SCRIPT = (*_OPTIONS, Option("id", "text", "The article.", required=True, max=1000))


def embed_routes(app: App) -> list[BaseRoute]:
    """``/embed/related.js?id=...`` and ``/embed/related/{id}``."""
    return [
        Route("/embed/related.js", _endpoint(app, _script), methods=["GET"]),
        Route("/embed/related/{article:name}", _endpoint(app, _plain), methods=["GET"]),
    ]


def _endpoint(
    app: App, make: Callable[[App, Request], tuple[str, str, dict[str, str]]]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        def answer() -> tuple[str, str, dict[str, str]]:
            app.service.recommenders.refresh()
            return make(app, request)

        text, kind, headers = await app.in_thread(answer)
        headers = {"cache-control": f"public, max-age={_FRESH}", **headers}
        return tagged(request, text.encode("utf-8", "replace"), kind, headers)

    return endpoint


def _script(app: App, request: Request) -> tuple[str, str, dict[str, str]]:
    """A script that puts the list where it stands. Raises Refusal."""
    params = from_address(_SCRIPT, request.query_params.multi_items())
    words = PageWords(params["lang"])
    rows = _entries(app.service.recommenders.current, params["id"], params, words)
    data = {
        "id": params["id"],
        "title": params["title"] or words("article_related"),
        "lang": params["lang"],
        "list": rows,
    }
    return f"({_SOURCE})({embedded(data)});\n", "text/javascript; charset=utf-8", {}


def _plain(app: App, request: Request) -> tuple[str, str, dict[str, str]]:
    """A document to be shown in a frame, or the list alone."""
    params = from_address(_PLAIN, request.query_params.multi_items())
    words = PageWords(params["lang"])
    rows = _entries(app.service.recommenders.current, request.path_params["article"], params, words)
    title = params["title"] or words("article_related")
    part = _list(rows, title, "h2" if params["fragment"] else "h1")
    origins = " ".join(app.settings.origins)
    policy = (
        f"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors 'self'{' ' + origins if origins else ''}"
    )
    headers = {"content-security-policy": policy}
    if params["fragment"]:
        return part, "text/html; charset=utf-8", headers
    return rooted(_document(part, title, params["lang"]), app.settings.root), "text/html; charset=utf-8", headers


def _entries(recommender: Recommender, article: str, params: Mapping[str, Any], words: PageWords) -> list[Entry]:
    least = params["min_score"]
    options = SearchOptions(k=params["k"], outlet=params["outlet"], past_only=params["past_only"], min_score=least)
    hits = recommender.similar(id=article, k=params["k"], options=options)
    shown = (hit for hit in hits if least is not None or hit.pinned or hit.score >= _LEAST)
    return [_entry(hit.article, params["link"], words) for hit in shown]


def _entry(article: Any, link: str | None, words: PageWords) -> Entry:
    about = " · ".join(part for part in (article.outlet, words.date(article.published)) if part)
    url = web_address(article.url) or web_address(link and link.replace("{id}", quote(article.id, safe="")))
    title = article.title or article.stand_in or words("untitled")  # readers need no mark that a headline is missing
    return {"title": title, "url": url or "", "about": about}


def _list(rows: list[Entry], title: str, level: str) -> str:
    """The list under a heading of the ``level`` h1 or h2; empty without rows."""
    if not rows:
        return ""
    items = "".join(f"<li>{_line(row)}</li>" for row in rows)
    head = escape(title)
    return f'<section class="related-articles" aria-label="{head}"><{level}>{head}</{level}><ul>{items}</ul></section>'


def _line(row: Entry) -> str:
    title = escape(row["title"])
    linked = f'<a href="{escape(row["url"])}" target="_top">{title}</a>' if row["url"] else f"<span>{title}</span>"
    return f"{linked} <small>{escape(row['about'])}</small>" if row["about"] else linked


def _document(part: str, title: str, lang: str) -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="stylesheet" href="{file_address("related.css")}"></head><body><main>{part}</main></body></html>'
    )


# Texts are set as text, never as markup; the list goes behind the script, or into [data-related-articles].
_SOURCE = """function (data) {
  "use strict";
  var here = document.currentScript;
  var marked = Array.prototype.filter.call(document.querySelectorAll("[data-related-articles]"), function (node) {
    return node.getAttribute("data-related-articles") === data.id;
  })[0];
  if (!data.list.length || (!here && !marked)) return;
  function make(name, text, kind) {
    var node = document.createElement(name);
    if (text) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  }
  var box = make("section", "", "related-articles");
  box.lang = data.lang;
  box.setAttribute("aria-label", data.title);
  box.appendChild(make("h2", data.title));
  var list = box.appendChild(make("ul"));
  data.list.forEach(function (row) {
    var item = list.appendChild(make("li"));
    var line = item.appendChild(make(row.url ? "a" : "span", row.title));
    if (row.url) line.href = row.url;
    if (row.about) {
      item.appendChild(document.createTextNode(" "));
      item.appendChild(make("small", row.about));
    }
  });
  if (marked) marked.appendChild(box); else here.parentNode.insertBefore(box, here.nextSibling);
}"""
