"""The routes of the pages: views run in a thread, framed, with errors as pages."""

from __future__ import annotations

import hashlib
import hmac
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from ...errors import ModelError, RecommenderError
from ...reporting.markup import paragraph
from ...versions.registry import current_name
from ..etag import tagged
from ..guard import token_of
from ..refusal import Refusal
from . import article, edit_logs, map_and_time, search, topic_edits, topics, versions
from .forms import Form, form_of_pairs, read_form
from .frame import FILES, POLICY, Page, Visit, document, file_of, local_address
from .login import log_in, log_out, shown_login
from .site import Site
from .training import Training, progress
from .widget import embed_routes
from .words import PageWords, for_people, language_of

if TYPE_CHECKING:
    from ..app import App

View = Callable[[Site, Visit], Page]
_LANGUAGE = "language"
_YEAR = 365 * 24 * 3600
_VIEWS: Mapping[str, View] = {
    "/": search.ask,
    "/articles/{article:name}": article.article,
    "/topics": topics.topics,
    "/topics/{topic:name}": topics.topic,
    "/map": map_and_time.shown_map,
    "/time": map_and_time.over_time,
    "/edits": edit_logs.edits,
    "/versions": versions.shown_versions,
    "/quality": versions.shown_quality,
}
_WITH_HINT = (404, 422, 429, 503)  # statuses for which the pages have a title and a hint in their language
_HANGUL = re.compile("[가-힣]")
_SLOW = (
    search.ask_draft,
    topics.topics,
    topics.topic,
    topic_edits.edit,
    map_and_time.shown_map,
    map_and_time.over_time,
    versions.shown_versions,
)
# What a form changes, and the role that may.
_CHANGES: Mapping[str, tuple[View, str]] = {
    "/articles/{article:name}": (article.decide, "editor"),
    "/topics/{topic:name}": (topic_edits.edit, "editor"),
    "/edits": (edit_logs.undo, "editor"),
    "/versions": (versions.change, "admin"),
}


def page_routes(app: App) -> list[BaseRoute]:
    """Every page, form, static file and widget."""
    site = Site(app.service, app.settings.root)
    pages = _Pages(app, site)
    routes: list[BaseRoute] = [Route(f"/static/{name}", _static(name), methods=["GET"]) for name in FILES]
    routes += [
        Route("/ask", pages.sent(search.ask_draft, None), methods=["POST"]),
        Route("/login", pages.shown(lambda _, visit: shown_login(app, visit)), methods=["GET"]),
        Route("/login", pages.sent(lambda _, visit: log_in(app, visit), None), methods=["POST"]),
        Route("/logout", pages.sent(_logged_out, None), methods=["POST"]),
        *(Route(path, pages.shown(_first_page), methods=["GET"]) for path in ("/ask", "/logout")),
        Route("/language", pages.shown(_language), methods=["GET"]),
        Route("/versions/progress", pages.progress, methods=["GET"]),
        *embed_routes(app),
    ]
    for path, view in _VIEWS.items():
        routes.append(Route(path, pages.shown(view), methods=["GET"]))
    for path, (change, role) in _CHANGES.items():
        routes.append(Route(path, pages.sent(change, role), methods=["POST"]))
    return routes


def refusal_page(app: App, refusal: Refusal, request: Request) -> Response | None:
    """A refusal of the guard as a page, or a redirect to the login. None where a program asked."""
    if "text/html" not in request.headers.get("accept", "") or request.scope["path"].startswith("/v1/"):
        return None
    visit = visit_of(request, Form())
    pages = _Pages(app, Site(app.service, app.settings.root))
    if refusal.status == 401 and request.method == "GET":
        return pages.framed(Page(redirect=_login_place(visit)), visit)
    return pages.wrong(refusal, visit)


class _Pages:
    def __init__(self, app: App, site: Site) -> None:
        self._app, self._site = app, site

    def shown(self, view: View) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint of a page that is read."""

        async def endpoint(request: Request) -> Response:
            return await self._answered(view, request, Form())

        return endpoint

    def sent(self, view: View, role: str | None) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint of a form; with a ``role``, that role and the CSRF token are checked."""

        async def endpoint(request: Request) -> Response:
            try:
                form = await read_form(request)
            except Refusal as refusal:
                return self.wrong(refusal, visit_of(request, Form()))
            visit = visit_of(request, form)
            if role is not None and (refused := _refused(visit, role)):
                return self.framed(refused, visit)
            return await self._answered(view, request, form)

        return endpoint

    async def _answered(self, view: View, request: Request, form: Form) -> Response:
        visit = visit_of(request, form)

        def answer() -> Response:
            self._site.service.recommenders.refresh()
            return self.framed(view(self._site, visit), visit)

        try:
            response: Response = await self._app.in_thread(answer, slow=view in _SLOW)
            return response
        except RecommenderError as error:
            return self.wrong(error, visit)
        except Exception as error:  # noqa: BLE001
            print(f"error: {visit.path}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            return self.framed(_error_page(visit.words("error_title"), visit.words("error_fault"), 500, visit), visit)

    def wrong(self, error: RecommenderError, visit: Visit) -> Response:
        refusal, words = Refusal.of(error, self._app.service.folder), visit.words
        if isinstance(error, ModelError) and not self._has_model():
            return self.framed(self._no_model(visit, words.sentence(refusal.problem)), visit)
        sentence = words.sentence(f"{refusal.problem} {for_people(refusal.hint)}".strip())
        if refusal.status not in _WITH_HINT:
            return self.framed(_error_page(words("error_title"), sentence, refusal.status, visit), visit)
        title, lead = words(f"error_{refusal.status}"), words(f"mend_{refusal.status}")
        return self.framed(_error_page(title, lead, refusal.status, visit, sentence), visit)

    def _no_model(self, visit: Visit, problem: str) -> Page:
        """What to do where there is no model: none was trained, or the current one cannot be opened."""
        words, current = visit.words, current_name(self._site.models)
        lead = words("error_damaged", version=current) if current else words("error_no_model")
        note = paragraph(problem if current else words("error_no_model_how"), "note")
        link = f'<p class="row"><a class="quiet" href="/versions">{escape(words("error_versions"))}</a></p>'
        head = f"<h1>{escape(words('error_503'))}</h1>"
        return Page(words("error_503"), f"{head}{paragraph(lead, 'lead')}{note}{link}", status=503)

    def _has_model(self) -> bool:
        try:
            return self._site.recommender is not None
        except RecommenderError:
            return False

    def framed(self, page: Page, visit: Visit) -> Response:
        response: Response
        if page.redirect:
            response = RedirectResponse(self._site.root + page.redirect, 303)
        else:
            text = document(page, visit, self._foot(visit.words), self._site.root)
            response = Response(text.encode("utf-8", "replace"), page.status, media_type="text/html")
        for name, value in page.cookies.items():
            _set_cookie(response, name, value, secure=visit.secure)
        response.headers.update(_HEADERS)
        return response

    def _foot(self, words: PageWords) -> str:
        try:
            model = self._site.recommender.model
        except RecommenderError:
            return words("page_footer_none")
        return words("page_footer", articles=len(model), version=model.version)

    async def progress(self, request: Request) -> Response:
        """The part of the page of versions that shows a training."""
        training = await self._app.in_thread(lambda: Training.last(self._site.service))
        words = _words_of(request)
        headers = {**_HEADERS, "x-training": training.state or "none"}
        return Response(progress(training, words), media_type="text/html", headers=headers)


_HEADERS = {
    "cache-control": "private, no-store",
    "content-security-policy": POLICY,
    "vary": "Cookie, Accept-Language",
}


def visit_of(request: Request, form: Form) -> Visit:
    """The request as a ``Visit``."""
    holder = request.scope.get("holder")
    return Visit(
        _words_of(request), holder, _sent_path(request), form_of_pairs(list(request.query_params.multi_items())), form,
        dict(request.path_params), csrf_of(token_of(request.headers)) if holder else "", _is_secure(request),
        request.client.host if request.client else "",
    )  # fmt: skip


def _is_secure(request: Request) -> bool:
    """Whether the browser uses TLS, here or by a proxy that says so: then cookies are marked secure."""
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto", "").lower())


def _sent_path(request: Request) -> str:
    """The path as it was sent, percent-encoded."""
    raw: bytes = request.scope["raw_path"]
    return raw.decode("latin-1")


def _words_of(request: Request) -> PageWords:
    cookie = request.cookies.get(_LANGUAGE, "")
    return PageWords(language_of(cookie, request.headers.get("accept-language", "")))


def csrf_of(token: str) -> str:
    """The CSRF token of the forms that are shown to the holder of ``token``."""
    return hmac.new(token.encode("utf-8", "surrogatepass"), b"a form of the pages", hashlib.sha256).hexdigest()


def _refused(visit: Visit, role: str) -> Page | None:
    words, needed = visit.words, visit.words("role_" + role)
    if visit.person is None:
        return _error_page(words("error_403"), words("error_login", role=needed), 401, visit)
    if not visit.may(role):
        return _error_page(words("error_403"), words("error_role", role=needed), 403, visit)
    if not hmac.compare_digest(visit.form.text("csrf").encode(), visit.csrf.encode()):
        return _error_page(words("error_403"), words("error_csrf"), 403, visit)
    return None


def _error_page(title: str, text: str, status: int, visit: Visit, detail: str = "") -> Page:
    """``detail`` is a message of the command line, in English if it is not translated."""
    words = visit.words
    links = [("/", words("error_home"))]
    if visit.form.fields and visit.path != "/ask":  # the page that the form was sent from
        links.insert(0, (visit.path, words("error_back")))
    if status == 401:
        links.append((_login_place(visit), words("login")))
    language = words.lang if _HANGUL.search(detail) else "en"
    if status == 404 and language != words.lang:  # the text says the same already
        detail = ""
    more = f'<p class="note" lang="{language}">{escape(detail)}</p>' if detail else ""
    row = " ".join(f'<a class="quiet" href="{escape(address)}">{escape(label)}</a>' for address, label in links)
    body = f'<h1>{escape(title)}</h1>{paragraph(text, "lead")}{more}<p class="row">{row}</p>'
    return Page(title, body, status=status)


def _logged_out(site: Site, visit: Visit) -> Page:
    """Logs out; who is not logged in any more is led to the first page all the same."""
    refused = _refused(visit, "reader") if visit.person else None
    return refused or log_out(visit)


def _first_page(site: Site, visit: Visit) -> Page:
    """For an address that a form is sent to, opened by itself: by the link of a language, a login, a bookmark."""
    return Page(redirect="/")


def _login_place(visit: Visit) -> str:
    return f"/login?next={quote(visit.here, safe='')}"


def _set_cookie(response: Response, name: str, value: str | None, *, secure: bool) -> None:
    if value is None:
        response.delete_cookie(name, httponly=True, samesite="strict", secure=secure)
    elif name == _LANGUAGE:
        response.set_cookie(name, value, max_age=_YEAR, httponly=True, samesite="lax", secure=secure)
    else:
        response.set_cookie(name, value, httponly=True, samesite="strict", secure=secure)


def _language(site: Site, visit: Visit) -> Page:
    """Remembers a language, and goes back to the page."""
    chosen = language_of(visit.query.text("to"), "")
    return Page(redirect=local_address(visit.query.text("next")), cookies={_LANGUAGE: chosen})


def _static(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        data, kind, _ = file_of(name)
        return tagged(request, data, f"{kind}; charset=utf-8", {"cache-control": "public, max-age=86400"})

    return endpoint
