"""The widget: the script and the plain HTML, and the examples of docs/widget.md in a real browser."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, run_cli

pytest.importorskip("uvicorn", reason="needs the extra serve")

from browsing import PATIENCE, chromium
from served import Served, served

from recommender.ranking.recommend import Recommender

ORIGIN = "https://www.news.example"
DOCS = (ROOT / "docs/widget.md").read_text("utf-8")
HOST = "https://recommender.news.example"


@pytest.fixture(scope="module")
def article(sample_home: Path) -> str:
    """One with several related articles."""
    return Recommender.open(sample_home / "models").similar("양극재 공장").hits[0].article.id


@pytest.fixture(scope="module")
def service(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("widget") / "home"))
    with served(folder, "--workers", "1", "--cors-origin", ORIGIN) as found:
        yield found


def titles(sample_home: Path, article: str, k: int) -> list[str]:
    hits = Recommender.open(sample_home / "models").similar(id=article, k=k)
    return [hit.article.shown_title for hit in hits]


@pytest.mark.parametrize("path", ["/embed/related.js?id={}", "/embed/related/{}", "/embed/related/{}?fragment=1"])
def test_a_list_is_kept_by_caches_and_told_apart_by_its_mark(service: Served, article: str, path: str) -> None:
    first = service.get(path.format(article))
    assert first.status == 200
    assert "max-age" in first.headers["cache-control"]
    mark = first.headers["etag"]
    for given in (mark, f"W/{mark}", f'"other", {mark}', "*"):
        again = service.get(path.format(article), {"If-None-Match": given})
        assert (again.status, again.body) == (304, b"")
    assert service.get(path.format(article), {"If-None-Match": '"other"'}).status == 200


def test_an_edit_changes_the_mark(service: Served, article: str, sample_home: Path) -> None:
    path = f"/embed/related/{article}"
    before = service.get(path)
    folder = service.home
    other = Recommender.open(folder / "models").similar(id=article, k=1).hits[0].article
    assert run_cli(folder, "related", "block", article, other.id).status == 0
    after = service.get(path, {"If-None-Match": before.headers["etag"]})
    assert after.status == 200
    assert other.shown_title not in after.body.decode()
    assert run_cli(folder, "related", "undo").status == 0


def test_origins_that_are_known_may_fetch_and_frame(service: Served, article: str) -> None:
    path = f"/embed/related/{article}"
    assert service.get(path, {"Origin": ORIGIN}).headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-origin" not in service.get(path, {"Origin": "https://evil.example"}).headers
    assert f"frame-ancestors 'self' {ORIGIN}" in service.get(path).headers["content-security-policy"]


def test_the_list_is_that_of_the_article(service: Served, article: str, sample_home: Path) -> None:
    found = service.get(f"/embed/related/{article}?k=3&title=더 읽기&link=https://news.example/a/{{id}}").body.decode()
    assert found.count("<li>") == 3
    assert "더 읽기" in found
    for title in titles(sample_home, article, 3):
        assert title.split()[0] in found
    assert re.search(r'href="https://news\.example/a/[0-9a-f]+"', found)
    assert "href" not in service.get(f"/embed/related/{article}?fragment=1&link=javascript:alert(1)").body.decode()


def test_readers_of_a_newspaper_see_no_mark_of_a_missing_headline(service: Served, sample_home: Path) -> None:
    model = Recommender.open(sample_home / "models").model
    row = next(row for row in range(len(model)) if not model.catalogue.article(row).title)
    lead = model.catalogue.article(row).stand_in or ""
    hits = Recommender.open(sample_home / "models").similar(lead, k=10).hits
    lists = [service.get(f"/embed/related/{hit.article.id}?k=50&min-score=0").body.decode() for hit in hits]
    assert any(lead[:20] in found for found in lists)
    assert not any("제목 없음" in found for found in lists)


@pytest.fixture(scope="module")
def small_service(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Of an archive without lists, whose weak hits score next to nothing."""
    folder = Path(shutil.copytree(small_home, tmp_path_factory.mktemp("small-widget") / "home"))
    with served(folder, "--workers", "1") as found:
        yield found


def test_a_list_is_not_filled_up_with_weak_hits(small_service: Served, small_home: Path) -> None:
    service, recommender = small_service, Recommender.open(small_home / "models")
    lists = {name: recommender.similar(id=name, k=20) for name in recommender.model.catalogue.ids}
    article, hits = next((name, hits) for name, hits in lists.items() if any(hit.score < 0.05 for hit in hits))
    for path in (f"/embed/related/{article}?k=20", f"/embed/related.js?id={article}&k=20"):
        count = lambda text: text.count("<li>") or text.count('"about":')  # noqa: E731
        assert count(service.get(path).body.decode()) == sum(hit.score >= 0.05 for hit in hits)
        for least in (0, 0.3):
            wanted = len(recommender.similar(id=article, k=20, min_score=least))
            assert count(service.get(f"{path}&min-score={least}").body.decode()) == wanted
        assert service.get(f"{path}&min-score=2").status == 422
    weakest = min(hits, key=lambda hit: hit.score).article
    assert run_cli(service.home, "related", "pin", article, weakest.id).status == 0
    assert weakest.shown_title.split()[0] in service.get(f"/embed/related/{article}?k=20").body.decode()
    assert run_cli(service.home, "related", "undo").status == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [("/embed/related/no-such", 404), ("/embed/related.js?id=no-such", 404), ("/embed/related.js", 422),
     ("/embed/related/no-such?k=x", 422), ("/embed/related/no-such?colour=red", 422)],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(service: Served, path: str, status: int) -> None:
    assert service.get(path).status == status


# -- the examples, in a browser


@pytest.fixture
def newspaper(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the address at which a web server shows it."""
    handler = partial(_Quiet, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path, f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *said: Any) -> None:
        """Nothing."""


def example(kind: str, start: str) -> str:
    blocks: list[str] = re.findall(rf"^```{kind}\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL)
    return next(block for block in blocks if block.startswith(start))


def page_of(service: Served, article: str, body: str) -> str:
    inner = body.replace(HOST, f"http://127.0.0.1:{service.port}").replace("2024-0815", article)
    return f'<!doctype html><html lang="ko"><meta charset="utf-8"><title>신문</title><body>{inner}</body></html>'


@pytest.mark.parametrize("marked", [False, True])
def test_the_plain_example_shows_the_list(
    service: Served, article: str, sample_home: Path, newspaper: tuple[Path, str], marked: bool
) -> None:
    folder, address = newspaper
    body = (example("html", "<div data") + "<hr>" if marked else "") + example("html", "<article>")
    (folder / "page.html").write_text(page_of(service, article, body), "utf-8")
    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if "favicon" not in message.text else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{address}/page.html")
        box = page.locator("[data-related-articles] > .related-articles" if marked else "script + .related-articles")
        box.wait_for()
        shown = box.locator("li").all_inner_texts()
        assert [text.startswith(title) for text, title in zip(shown, titles(sample_home, article, 5), strict=True)]
        assert page.locator(".related-articles").count() == 1
        assert [text for text in said if "404" not in text] == []


def test_the_frame_is_shown_by_known_origins_alone(
    service: Served, article: str, sample_home: Path, newspaper: tuple[Path, str]
) -> None:
    folder, address = newspaper
    (folder / "page.html").write_text(page_of(service, article, example("html", "<iframe")), "utf-8")
    home = service.home
    with chromium() as browser, served(home, "--workers", "1", "--cors-origin", address) as known:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/page.html")
        assert page.frame_locator("iframe").locator("li").count() == 0
        text = page_of(known, article, example("html", "<iframe")).replace(str(service.port), str(known.port))
        (folder / "page.html").write_text(text, "utf-8")
        page.goto(f"{address}/page.html")
        page.frame_locator("iframe").locator("li").first.wait_for()
        assert page.frame_locator("iframe").locator("li").count() == 5


def test_an_unknown_article_leaves_the_page_as_it_is(service: Served, newspaper: tuple[Path, str]) -> None:
    folder, address = newspaper
    (folder / "page.html").write_text(page_of(service, "no-such", example("html", "<article>")), "utf-8")
    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/page.html", wait_until="networkidle")
        assert page.locator(".related-articles").count() == 0
        assert not errors
