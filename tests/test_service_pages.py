"""The pages of the service, asked by a program and in a real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import json
import random
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from conftest import ROOT, run_cli

pytest.importorskip("uvicorn", reason="needs the extra serve")

from browsing import AXE, PATIENCE, chromium, findings, unfold, violations
from served import Reply, Served, bearer, served

from recommender.evaluation.comparison import MEASURES
from recommender.ranking.pairs import PairLog
from recommender.ranking.recommend import Recommender
from recommender.serving.refusal import Refusal
from recommender.serving.tokens import FILE, Tokens
from recommender.serving.web.compare import row_label
from recommender.serving.web.forms import parsed_form
from recommender.serving.web.frame import local_address
from recommender.serving.web.words import PageWords, language_of
from recommender.topics.edits.log import EditLog

DRAFT = ROOT / "data/sample/pages/2024-07-22_donghae_005.txt"
EVIL = "<img src=x onerror=document.title='hit'></script><script>document.title='hit'</script>\"'"
VIEWS = ("/", "/?q=양극재 공장", "/?q=zzzzzz", "/topics", "/map", "/time", "/edits", "/versions", "/quality", "/login")


class Home:
    """A service that may be changed, with a token for each role."""

    def __init__(self, folder: Path, service: Served, tokens: dict[str, str]) -> None:
        self.folder, self.service, self.tokens = folder, service, tokens
        self.model = Recommender.open(folder / "models").model

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.service.port}"

    def read(self, path: str, role: str = "", **headers: str) -> str:
        reply = self.service.get(path, {**bearer(self.tokens.get(role, "")), **headers})
        assert reply.status == 200, reply.body[:400]
        return reply.body.decode()

    def send(self, path: str, role: str, fields: dict[str, Any], *, csrf: bool = True) -> Reply:
        """A form, as the page at ``/versions`` signs it."""
        mark = re.search(r'name="csrf" value="(\w+)"', self.read("/versions", role))
        data = {**({"csrf": mark[1]} if csrf and mark else {}), **fields}
        headers = {**bearer(self.tokens.get(role, "")), "Content-Type": "application/x-www-form-urlencoded"}
        return self.service.ask("POST", path, urlencode(data, doseq=True).encode(), headers)


def follow(page: Any, button: Any) -> None:
    """Clicks on what leads to another page, and waits until that is there."""
    with page.expect_navigation(wait_until="load"):
        button.click()


def at_least(count: int, shown: Any) -> None:
    """Waits for so many elements of a locator: a click returns as soon as the next page begins to arrive."""
    shown.nth(count - 1).wait_for()


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Home]:
    made = Tokens(folder / "data" / FILE)
    tokens = {role: made.add(role, f"{role} 김") for role in ("reader", "editor", "admin")}
    with served(folder, "--workers", "1", *options) as service:
        yield Home(folder, service, tokens)


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("pages") / "home"))
    with serving(folder, "--cors-origin", "https://news.example") as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Any, home: Home, request: pytest.FixtureRequest) -> Iterator[Any]:
    with visitor(browser, home, **getattr(request, "param", {})) as opened:
        yield opened


@contextmanager
def visitor(browser: Any, home: Home, **more: Any) -> Iterator[Any]:
    """A Korean visitor. What the console says, and a request to another server, are errors of the test."""
    options = {"viewport": {"width": 1280, "height": 900}, "locale": "ko-KR", **more}
    context = browser.new_context(base_url=home.address, **options)
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda sent: None if sent.url.startswith((home.address, "data:")) else said.append(sent.url))
    try:
        yield opened
    finally:
        context.close()
    assert not said


def log_in(page: Any, home: Home, role: str, place: str = "/") -> None:
    page.goto(f"/login?next={place}")
    page.get_by_label("토큰").fill(home.tokens[role])
    page.get_by_role("button", name="로그인").click()
    page.wait_for_url(f"**{place}")


# -- without a browser


@pytest.mark.parametrize("path", VIEWS)
def test_a_page_is_whole_closed_to_scripts_of_others_and_kept_by_no_cache(home: Home, path: str) -> None:
    reply = home.service.get(path)
    text = reply.body.decode()
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/html")
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "no-store" in reply.headers["cache-control"]
    assert not re.search(r"<script(?! src=\"/static/| type=\"application/json\")", text)
    assert not re.search(r" style=| on\w+=\"|https?://(?!www.w3.org)", text.partition('id="data"')[0])


def test_what_is_asked_with_stands_escaped(home: Home) -> None:
    assert EVIL not in home.read(f"/?{urlencode({'q': EVIL})}")
    reply = home.service.get("/articles/" + "%3Cscript%3E")
    assert reply.status == 404
    assert b"<script>" not in reply.body.partition(b"<main")[2]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [("/articles/no-such", 404, "주소가 틀렸거나"), ("/topics/no-such", 404, "주소가 틀렸거나"),
     ("/?q=가&since=neulich", 422, "적은 값을 고쳐"), ("/no-such", 404, "주소가 틀렸거나")],
)  # fmt: skip
def test_a_mistake_is_told_in_korean_with_what_to_do(home: Home, path: str, status: int, words: str) -> None:
    reply = home.service.get(path, {"Accept": "text/html", "Accept-Language": "ko"})
    assert reply.status == status
    assert words in reply.body.decode()


@pytest.mark.parametrize(
    ("accepted", "word"),
    [("ko-KR,ko;q=0.9,en;q=0.8", "예전 기사 찾기"), ("en-US,en;q=0.9", "Find the earlier story"),
     ("de, en;q=0.3, ko;q=0.2", "Find the earlier story"), ("fr", "예전 기사 찾기"), ("", "예전 기사 찾기")],
)  # fmt: skip
def test_the_language_is_that_of_the_browser_until_another_is_chosen(home: Home, accepted: str, word: str) -> None:
    assert word in home.read("/", **{"Accept-Language": accepted})
    assert "Find the earlier story" in home.read("/", **{"Accept-Language": "ko", "Cookie": "language=en"})


def test_what_is_compared_is_named_in_both_languages() -> None:
    rows = ["articles", "topics", "weights", "articles added", "  moved", "top-5 lists changed", "  list changed"]
    rows += [f"{kind} {event}" for kind in ("topic", "broad topic") for event in ("born", "split", "renamed")]
    for name in (*rows, *MEASURES):
        assert re.search("[가-힣]", row_label(name, PageWords("ko")))
        assert row_label(name, PageWords("en")) == name.strip()
    assert row_label("  moved", PageWords("ko")) == "옮김"


def test_a_visitor_sees_no_training_where_there_was_none_and_errors_in_korean(home: Home) -> None:
    assert 'id="retrain"' not in home.read("/versions")
    assert 'id="retrain"' in home.read("/versions", "admin")
    wrong = home.service.get("/articles/none", {"Accept": "text/html", "Accept-Language": "ko"}).body.decode()
    assert "There is no article" not in wrong


def test_every_word_is_in_both_languages() -> None:
    from recommender.serving.web.words import _OWN

    assert all(set(entry) == {"ko", "en"} and all(entry.values()) for entry in _OWN.values())
    assert PageWords("ko").date("--08-05T16:20") == "8월 5일"
    assert PageWords("en").date("2024-08-05") == "5 August 2024"
    assert language_of("", "en;q=x, ko;q=0.5") == "ko"


@pytest.mark.parametrize("place", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", ""])
def test_a_login_leads_to_no_other_site(place: str) -> None:
    assert local_address(place) == "/"
    assert local_address("/topics?page=2") == "/topics?page=2"


def test_a_form_of_a_browser_is_read_whatever_it_holds() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xea\xb0\x80\r\n--x\r\n'
        b'Content-Disposition: form-data; name="file"; filename="a.eml"\r\nContent-Type: message/rfc822\r\n\r\n'
        b"Subject: x\r\n\r\n\x00\xff\r\n--y\r\n--x--\r\n"
    )
    found = parsed_form("multipart/form-data; boundary=x", body)
    assert found.text("text") == "가"
    assert found.files["file"] == ("a.eml", b"Subject: x\r\n\r\n\x00\xff\r\n--y")
    for kind in ("application/json", "multipart/form-data", ""):
        with pytest.raises(Refusal):
            parsed_form(kind, body)


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/articles/{article}", {"action": "block", "other": "{other}"}), ("/topics/{topic}", {"action": "rename"}),
     ("/edits", {"action": "undo"})],
)  # fmt: skip
def test_changes_need_an_editor_and_a_form_of_ours(home: Home, path: str, fields: dict[str, str]) -> None:
    ids = home.model.catalogue.ids
    path = path.format(article=ids[0], topic=home.model.topics.topics[0].id)
    fields = {name: value.format(other=ids[1]) for name, value in fields.items()}
    assert home.send(path, "", fields).status == 401
    assert home.send(path, "reader", fields).status == 403
    refused = home.send(path, "editor", fields, csrf=False)
    assert refused.status == 403
    assert "다른 곳에서" in refused.body.decode()
    assert home.send("/versions", "editor", {"action": "rollback"}).status == 403
    assert not (home.folder / "data" / "related.jsonl").exists()
    assert not EditLog.read(home.folder / "data" / "edits.jsonl").edits


def test_a_preview_that_is_out_of_date_is_shown_again(home: Home) -> None:
    topic = home.model.topics.topics[0].id
    asked = {"action": "rename", "name": "잠깐 다른 이름"}
    page = home.send(f"/topics/{topic}", "editor", asked).body.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    assert run_cli(home.folder, "topics", "rename", topic, "그 사이 이름").status == 0
    again = home.send(f"/topics/{topic}", "editor", {**asked, "seen": seen[1]})
    assert again.status == 200
    assert "그 사이에 다른 편집이 있었습니다" in again.body.decode()
    assert run_cli(home.folder, "topics", "undo").status == 0


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"action": "no such"}, 422), ({"action": "split", "into": "1000"}, 422), ({"action": "rename", "name": " "}, 422),
     ({"action": "merge", "with": "no such"}, 404), ({"action": "move"}, 303), ({}, 422)],
)  # fmt: skip
def test_a_wrong_edit_is_told_in_a_page(home: Home, fields: dict[str, str], status: int) -> None:
    reply = home.send(f"/topics/{home.model.topics.topics[0].id}", "editor", fields)
    assert reply.status == status
    assert b"Traceback" not in reply.body


def test_there_is_a_page_where_nothing_was_trained(tmp_path: Path) -> None:
    with served(tmp_path, "--workers", "1") as service:
        reply = service.get("/", {"Accept-Language": "ko"})
        assert reply.status == 503
        assert "아직 학습한 모델이 없습니다" in reply.body.decode()
        assert "읽기만 할 수 있습니다" in service.get("/login").body.decode()


def test_where_reading_needs_a_token_a_browser_is_led_to_the_login_and_a_program_is_told(
    sample_home: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(sample_home, tmp_path / "home"))
    token = Tokens(folder / "data" / FILE).add("reader", "이독자")
    with served(folder, "--workers", "1", "--host", "0.0.0.0") as service:
        led = service.get("/topics?page=2", {"Accept": "text/html"})
        assert (led.status, led.headers["location"]) == (303, "/login?next=%2Ftopics%3Fpage%3D2")
        assert service.get(led.headers["location"], {"Accept": "text/html"}).status == 200
        assert service.get("/static/pages.css").status == 200
        assert service.get("/topics").json["error"]["status"] == 401
        form = urlencode({"token": token, "next": "/topics"}).encode()
        done = service.ask("POST", "/login", form, {"Content-Type": "application/x-www-form-urlencoded"})
        assert (done.status, done.headers["location"]) == (303, "/topics")
        cookie = done.headers["set-cookie"].partition(";")[0]
        assert service.get("/topics", {"Cookie": cookie, "Accept": "text/html"}).status == 200


def renamed(home: Home, topic: str, name: str, role: str = "editor") -> str:
    """Renames as the forms do, preview and all; the address that the last one leads to."""
    fields = {"action": "rename", "name": name}
    seen = re.search(r'name="seen" value="([^"]+)"', home.send(f"/topics/{topic}", role, fields).body.decode())
    assert seen
    return home.send(f"/topics/{topic}", role, {**fields, "seen": seen[1]}).headers["location"]


def undone(home: Home, count: int) -> None:
    for _ in range(count):
        assert run_cli(home.folder, "topics", "undo").status == 0


def test_the_undo_of_the_log_takes_back_the_edit_that_it_names_and_no_later_one(home: Home) -> None:
    topic, other = (each.id for each in home.model.topics.topics[:2])
    renamed(home, topic, "앞의 편집")
    last = re.search(r'name="last" value="(\d+)"', home.read("/edits", "editor"))
    assert last
    renamed(home, other, "그 사이의 편집", "admin")
    reply = home.send("/edits", "editor", {"action": "undo", "last": last[1]})
    assert reply.headers["location"] == "/edits?stale=1"
    assert "그 사이의 편집" in run_cli(home.folder, "topics").stdout
    undone(home, 2)


def test_what_is_told_as_saved_is_the_edit_of_the_visitor_and_not_that_of_another(home: Home) -> None:
    topic, other = (each.id for each in home.model.topics.topics[:2])
    place = renamed(home, topic, "내 편집")
    assert "내 편집" in home.read(place, "editor").partition("<h1")[0]
    assert "notice" not in home.read(place, "admin")
    renamed(home, other, "남의 편집", "admin")
    told = home.read(place, "editor").partition("<h1")[0]
    assert "내 편집" in told
    assert "남의 편집" not in told
    assert 'value="undo"' not in told
    undone(home, 2)
    assert "notice" not in home.read(place, "editor").partition("<h1")[0]


def test_the_log_says_what_was_renamed_by_the_names_of_that_time(home: Home) -> None:
    topic = home.model.topics.topics[0]
    for name in ("첫 이름", "둘째 이름"):
        renamed(home, topic.id, name)
    text = unescape(home.read("/edits", "editor"))
    assert f"이름 바꾸기: {topic.name} → 첫 이름" in text
    assert "이름 바꾸기: 첫 이름 → 둘째 이름" in text
    undone(home, 2)


def test_a_topic_that_is_gone_leads_to_the_one_that_took_it_in(home: Home) -> None:
    one, gone = home.model.topics.topics[:2]
    assert run_cli(home.folder, "topics", "merge", one.id, gone.id).status == 0
    place = home.service.get(f"/topics/{gone.id}").headers["location"]
    assert place == f"/topics/{one.id}?gone={gone.id}"
    assert f"‘{gone.name}’ 토픽은 이제 이 토픽에 들어 있습니다" in unescape(home.read(place))
    sent = home.send(f"/topics/{gone.id}", "editor", {"action": "rename", "name": "늦은 이름"})
    assert "저장하지 않았습니다" in home.read(sent.headers["location"], "editor")
    undone(home, 1)
    assert run_cli(home.folder, "topics", "split", one.id, "--into", "2").status == 0
    part = EditLog.read(home.folder / "data" / "edits.jsonl").standing[-1].parts[0].id
    assert home.service.get(f"/topics/{part}").status == 200
    undone(home, 1)
    assert home.service.get(f"/topics/{part}").headers["location"] == f"/topics/{one.id}?gone={part}"
    assert home.service.get("/topics/never-there").status == 404


@pytest.mark.parametrize("name", ["", " ", "가" * 101])
def test_a_name_that_is_refused_is_told_with_the_way_back(home: Home, name: str) -> None:
    place = f"/topics/{home.model.topics.topics[0].id}"
    reply = home.send(place, "editor", {"action": "rename", "name": name})
    assert reply.status == 422
    assert f'href="{place}">보던 페이지로<' in reply.body.decode()


def test_what_cannot_be_done_names_a_topic_by_its_name(home: Home) -> None:
    topic = home.model.topics.topics[0]
    rows = home.model.topics.members(0).tolist()
    fields = {"action": "split_chosen", "article": [home.model.catalogue.ids[row] for row in rows]}
    text = unescape(home.send(f"/topics/{topic.id}", "editor", fields).body.decode())
    assert f"'{topic.name}'의 기사" in text
    assert f"'{topic.id}'" not in text


def test_an_article_that_was_moved_meanwhile_is_not_moved_again(home: Home) -> None:
    topics = home.model.topics
    place, there = f"/topics/{topics.topics[0].id}", topics.topics[1].id
    first, second = (home.model.catalogue.ids[row] for row in topics.members(0)[:2].tolist())
    assert run_cli(home.folder, "topics", "move", first, there).status == 0
    fields = {"action": "move", "to": there, "article": [first, second]}
    preview = home.send(place, "editor", fields).body.decode()
    assert preview.count("옮기기: ") == 1
    assert home.send(place, "editor", {**fields, "article": [first]}).headers["location"] == f"{place}?wrong=there"
    assert "이미 그 토픽에 있습니다" in home.read(f"{place}?wrong=there", "editor")
    undone(home, 1)


def test_a_topic_without_articles_has_no_form_for_them(home: Home) -> None:
    article = home.model.catalogue.ids[int(home.model.topics.members(0)[0])]
    one, other = (topic.id for topic in home.model.topics.topics[:2])
    assert run_cli(home.folder, "topics", "split", one, "--article", article).status == 0
    part = EditLog.read(home.folder / "data" / "edits.jsonl").standing[-1].parts[0]
    assert run_cli(home.folder, "topics", "move", article, other).status == 0
    text = home.read(f"/topics/{part.id}", "editor")
    assert "기사가 없습니다" in text
    assert 'value="move"' not in text
    undone(home, 2)


def test_a_page_without_forms_says_who_has_them(home: Home) -> None:
    topics = home.model.topics
    for role in ("", "reader"):
        assert "편집자로 로그인하면" in home.read(f"/topics/{topics.topics[0].id}", role)
    assert "편집자로 로그인하면" not in home.read(f"/topics/{topics.topics[0].id}", "editor")
    assert "data/topics.toml" in home.read(f"/topics/{topics.curated[0].id}", "editor")
    refused = home.send("/versions", "editor", {"action": "rollback"}).body.decode()
    assert "관리자 토큰으로 다시 로그인" in refused
    assert "편집자 토큰으로 로그인" in home.send("/edits", "", {"action": "undo"}).body.decode()


@pytest.mark.parametrize("path", ["/ask", "/logout"])
def test_an_address_of_a_form_that_is_opened_leads_to_the_first_page(home: Home, path: str) -> None:
    reply = home.service.get(path, {"Accept": "text/html"})
    assert (reply.status, reply.headers["location"]) == (303, "/")
    gone = home.service.ask("POST", "/logout", b"csrf=", {"Content-Type": "application/x-www-form-urlencoded"})
    assert (gone.status, gone.headers["location"]) == (303, "/")


def test_the_notice_of_a_pin_undoes_that_pin_or_nothing(home: Home) -> None:
    one, *others = (home.model.catalogue.ids[row] for row in range(3))
    places = [
        home.send(f"/articles/{one}", "editor", {"action": "pin", "other": other}).headers["location"]
        for other in others
    ]
    lines = [re.findall(r'name="line" value="(\d+)"', home.read(place, "editor").partition("<article")[0])
             for place in places]  # fmt: skip
    assert [len(line) for line in lines] == [1, 1]
    assert lines[0] != lines[1]
    again = home.send(f"/articles/{one}", "admin", {"action": "pin", "other": others[0]}).headers["location"]
    assert again == places[0]
    for (line,) in lines:
        home.send(f"/articles/{one}", "editor", {"action": "undo", "line": line})
    assert "고정했습니다" not in home.read(places[1], "editor")
    assert "고정됨" not in home.read(f"/articles/{one}", "editor")


def test_who_rolls_back_on_an_old_page_goes_back_no_further_than_it_says(tmp_path: Path, home: Home) -> None:
    folder = Path(shutil.copytree(home.folder, tmp_path / "home"))
    first = sorted((folder / "models").glob("v*"))[0]
    for name in ("v0098", "v0099"):
        shutil.copytree(first, folder / "models" / name)
    assert run_cli(folder, "models", "promote", "v0099").status == 0
    with served(folder, "--workers", "1") as service:
        own = Home(folder, service, home.tokens)
        fields = {"action": "rollback", "version": "v0098"}
        assert own.send("/versions", "admin", fields).headers["location"] == "/versions?now=v0098"
        assert own.send("/versions", "admin", fields).headers["location"] == "/versions?stale=1"
        assert (folder / "models" / "current").read_text().strip() == "v0098"
        assert "되돌리지 않았습니다" in own.read("/versions?stale=1", "admin")
        assert "notice" not in own.read("/versions?now=v0099&busy=1", "admin").partition("<h1")[0]


@pytest.mark.parametrize(
    ("files", "words"),
    [([("하나.txt", b"\xea\xb9\x80"), ("둘.txt", b"x")], "읽지 않은 파일: 둘.txt"),
     ([("빈.txt", b"")], "빈 파일입니다: 빈.txt"), ([("a.rtf", rb"{\rtf1 x}")], "서식 있는 문서(RTF)")],
)  # fmt: skip
def test_what_of_dropped_files_is_not_asked_with_is_said(
    home: Home, files: list[tuple[str, bytes]], words: str
) -> None:
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + data + b"\r\n"
        for name, data in files
    )
    reply = home.service.ask("POST", "/ask", b"".join(parts) + b"--x--\r\n",
                             {"Content-Type": "multipart/form-data; boundary=x", "Accept-Language": "ko"})  # fmt: skip
    assert words in reply.body.decode()


def test_a_text_that_is_pasted_beside_a_file_is_said_to_be_left_out(home: Home) -> None:
    part = '--x\r\nContent-Disposition: form-data; name="{}\r\n\r\n{}\r\n'
    sent = (
        part.format('text"', "붙여 넣은 글")
        + part.format('file"; filename="양극재.txt"', "양극재 공장 준공")
        + "--x--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Accept-Language": "ko"}
    reply = home.service.ask("POST", "/ask", sent.encode(), headers)
    assert "파일 ‘양극재.txt’만 읽었습니다" in reply.body.decode()


def test_a_wrong_filter_keeps_what_was_asked(home: Home) -> None:
    wrong = {"since": "2025-12-01", "until": "2025-01-01"}
    reply = home.service.get(f"/?{urlencode({'q': '양극재', **wrong})}", {"Accept-Language": "ko"})
    text = reply.body.decode()
    assert reply.status == 422
    assert "‘이날부터’(2025-12-01)" in text
    assert 'name="q" value="양극재"' in text
    assert 'name="since" value="2025-12-01"' in text
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "ko"}
    sent = urlencode({"text": "아껴 쓴 초고\n\n양극재 공장이 선다.", **wrong}).encode()
    reply = home.service.ask("POST", "/ask", sent, headers)
    assert reply.status == 422
    assert "아껴 쓴 초고" in reply.body.decode().partition("</textarea>")[0]
    assert "나중입니다" in reply.body.decode()


def test_the_date_that_a_draft_was_given_is_said_and_its_filters_are_seen(home: Home) -> None:
    sent = {"text": DRAFT.read_text("utf-8"), "date": "2024-01-02"}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "ko"}
    text = home.service.ask("POST", "/ask", urlencode(sent).encode(), headers).body.decode()
    assert "적은 날짜 2024년 1월 2일" in text
    assert '<details class="draft">' in text
    text = home.service.ask("POST", "/ask", urlencode({**sent, "until": "2024"}).encode(), headers).body.decode()
    assert '<details class="draft" open>' in text


ODD = (
    "",
    " ",
    "0",
    "-1",
    "1e999",
    "nan",
    "x" * 5000,
    "\x00",
    "%00",
    "2024-13-45",
    "어제",
    "../../etc/passwd",
    EVIL,
    "\ufffe",
)
NAMES = ("q", "k", "since", "until", "outlet", "section", "topic", "diversity", "date", "page", "find", "done", "kept",
         "before", "after", "now", "wrong", "past_only", "next", "to")  # fmt: skip


def test_no_odd_value_makes_a_page_fail(home: Home) -> None:
    places = ("/", "/topics", f"/topics/{home.model.topics.topics[0].id}", f"/articles/{home.model.catalogue.ids[0]}",
              "/versions", "/edits", "/language", "/login", "/embed/related.js")  # fmt: skip
    chosen = random.Random(7)
    for _ in range(300):
        query = {name: chosen.choice(ODD) for name in chosen.sample(NAMES, 3)} | {"q": chosen.choice(ODD)}
        reply = home.service.get(f"{chosen.choice(places)}?{urlencode(query)}")
        assert reply.status < 500, query


# -- in a browser


def test_a_first_visit_leads_to_an_answer_without_reading(page: Any) -> None:
    """A click on an example, any of them, or words typed into the field that is focused already."""
    page.goto("/")
    at_least(3, page.locator(".chips a"))
    for place in range(page.locator(".chips a").count()):
        page.goto("/")
        page.locator(".chips a").nth(place).click()
        page.locator(".hits > li").first.wait_for()
        at_least(2, page.locator(".hits > li"))
    page.goto("/")
    page.keyboard.type("포스코퓨처엠 양극재")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    at_least(3, page.locator(".hits > li"))
    at_least(1, page.locator(".hits > li").first.locator(".why li"))
    page.locator(".hits h3 a").first.click()
    page.locator("h1").wait_for()
    page.locator("#related").wait_for()


def test_the_first_page_names_no_topic_as_a_question(home: Home) -> None:
    page = home.read("/")
    offered = re.findall(r'<a href="/\?q=[^"]*">([^<]+)</a>', page) + re.findall(r'placeholder="[^:"]*: ([^"]*)"', page)
    assert len(offered) > 3
    assert not {topic.name for topic in home.model.topics.topics} & set(offered)
    assert not any("," in text or "기타" in text for text in offered)


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_it_works_without_scripts(page: Any) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill("양극재")
    follow(page, page.get_by_role("button", name="찾기", exact=True))
    at_least(3, page.locator(".hits > li"))
    page.get_by_text("조건으로 거르기").click()
    page.get_by_label("이날부터").fill("2099-01-01")
    follow(page, page.get_by_role("button", name="적용"))
    page.get_by_text("조건에 맞는 기사가 없습니다").first.wait_for()
    follow(page, page.get_by_role("link", name="조건 없이 다시 찾기"))
    at_least(3, page.locator(".hits > li"))


def test_a_draft_is_pasted_and_it_is_shown_how_it_was_read(page: Any) -> None:
    page.goto("/")
    page.get_by_text("초고 붙여 넣기").click()
    page.get_by_label("초고 (").fill(DRAFT.read_text("utf-8"))
    page.get_by_role("button", name="초고와 관련된").click()
    assert "특화단지 지정 1년" in page.locator(".notice").inner_text()
    assert "2024년 7월 22일" in page.locator(".notice").inner_text()
    at_least(3, page.locator(".hits > li"))
    assert "최가온" in page.locator("#read table").inner_text()


def test_a_file_that_is_dropped_on_the_page_is_read(page: Any) -> None:
    page.goto("/")
    held = page.evaluate_handle(
        """([name, text]) => {
            const held = new DataTransfer();
            held.items.add(new File([text], name, { type: "text/plain" }));
            return held;
        }""",
        ["기사.txt", DRAFT.read_text("utf-8")],
    )
    page.dispatch_event("body", "drop", {"dataTransfer": held})
    page.wait_for_url("**/ask")
    assert "특화단지 지정 1년" in page.locator(".notice").inner_text()


def test_an_editor_pins_blocks_and_takes_it_back(page: Any, home: Home) -> None:
    article = home.model.catalogue.ids[0]
    log_in(page, home, "editor", f"/articles/{article}")
    second = page.locator(".hits > li").nth(1)
    name = second.locator("h3 a").inner_text()
    second.get_by_role("button", name="맨 위에 고정").click()
    first = page.locator(".hits > li").first
    assert name in first.inner_text()
    assert "고정됨" in first.inner_text()
    assert PairLog.read(home.folder / "data" / "related.jsonl").decisions[-1].by == "editor 김"
    first.get_by_role("button", name="고정 풀기").click()
    assert page.locator(".decisions").count() == 0
    gone = page.locator(".hits > li").first.locator("h3 a").inner_text()
    page.locator(".hits > li").first.get_by_role("button", name="목록에서 빼기").click()
    assert gone not in page.locator(".hits").inner_text()
    assert "editor 김" in page.locator(".decisions").inner_text()
    page.locator(".decisions").get_by_role("button", name="되돌리기").click()
    assert gone in page.locator(".hits").inner_text()
    page.get_by_text("다른 기사를 찾아 고정하기").click()
    page.get_by_label("고정할 기사").fill("사용후 배터리")
    page.locator(".ask.small button").click()
    at_least(5, page.get_by_role("button", name="맨 위에 고정"))


def test_an_editor_renames_splits_and_undoes_with_a_preview(page: Any, home: Home) -> None:
    model = Recommender.open(home.folder / "models").model
    topic = model.topics.topics[1]
    log_in(page, home, "editor", f"/topics/{topic.id}")
    page.get_by_text("토픽 고치기").click()
    page.get_by_label("새 이름").fill("배터리 순환")
    page.get_by_role("button", name="이름 바꾸기").click()
    assert "이렇게 바뀝니다" in page.inner_text("h1")
    assert topic.name in page.inner_text("table")
    assert "배터리 순환" not in run_cli(home.folder, "topics").stdout
    page.get_by_role("button", name="이대로 저장").click()
    assert page.inner_text("h1") == "배터리 순환"
    page.get_by_text("토픽 고치기").click()
    page.get_by_role("button", name="나누기").click()
    assert "새로 생김" in page.inner_text("table")
    page.get_by_role("button", name="이대로 저장").click()
    page.locator(".choosing input").first.check()
    page.get_by_role("button", name="고른 기사 옮기기").click()
    page.get_by_role("button", name="이대로 저장").click()
    page.goto("/edits")
    at_least(3, page.locator("tbody tr"))
    assert "editor 김" in page.locator("tbody tr").first.inner_text()
    for _ in range(3):
        page.get_by_role("button", name="마지막 편집 되돌리기").click()
    now = Recommender.open(home.folder / "models").model
    assert [t.name for t in now.topics.topics] == [t.name for t in model.topics.topics]


def test_a_choice_of_articles_does_not_go_over_to_others_when_a_browser_goes_back(page: Any, home: Home) -> None:
    one, other = (topic.id for topic in home.model.topics.topics[:2])
    log_in(page, home, "editor", f"/topics/{one}")
    first = page.locator(".choosing input").first
    article = first.get_attribute("value")
    first.check()
    page.get_by_role("button", name="고른 기사만 떼어 내기").click()
    page.get_by_role("button", name="이대로 저장").wait_for()
    assert run_cli(home.folder, "topics", "move", article, other).status == 0
    page.go_back()
    page.locator(".choosing input").first.wait_for()
    checked = page.evaluate("[...document.querySelectorAll('.choosing input:checked')].map((each) => each.value)")
    assert set(checked) <= {article}
    undone(home, 1)


def test_enter_in_the_reason_confirms_what_is_previewed(page: Any, home: Home) -> None:
    one, gone = home.model.topics.topics[:2]
    log_in(page, home, "editor", f"/topics/{one.id}")
    page.get_by_text("토픽 고치기").click()
    page.get_by_label("이 토픽에 합칠").select_option(gone.id)
    page.get_by_role("button", name="합치기").click()
    page.get_by_label("이유").fill("같은 이야기")
    page.keyboard.press("Enter")
    page.wait_for_url("**kept=**")
    edit = EditLog.read(home.folder / "data" / "edits.jsonl").standing[-1]
    assert (edit.action, edit.reason) == ("merge", "같은 이야기")
    page.locator(".notice").get_by_role("button", name="되돌리기").click()
    page.wait_for_url("**done=undo")


def test_what_was_kept_just_now_is_taken_back_where_it_is_told(page: Any, home: Home) -> None:
    """A merge names the topic that it took away; of several articles that were moved, all come back."""
    before = Recommender.open(home.folder / "models").model.topics
    one, gone = before.topics[0], before.topics[1]
    log_in(page, home, "editor", f"/topics/{one.id}")
    page.get_by_text("토픽 고치기").click()
    page.get_by_label("이 토픽에 합칠").select_option(gone.id)
    page.get_by_role("button", name="합치기").click()
    page.get_by_role("button", name="이대로 저장").click()
    assert f"{one.name} + {gone.name}" in page.locator(".notice").inner_text()
    page.locator(".notice").get_by_role("button", name="되돌리기").click()
    assert f"되돌리기(합치기: {one.name} + {gone.name})" in page.locator("tbody tr").first.inner_text()
    page.goto(f"/topics/{one.id}")
    for place in (0, 1):
        page.locator(".choosing input").nth(place).check()
    page.get_by_label("옮길 토픽").select_option(gone.id)
    page.get_by_role("button", name="고른 기사 옮기기").click()
    page.get_by_role("button", name="이대로 저장").click()
    assert "외 1건" in page.locator(".notice").inner_text()
    page.locator(".notice").get_by_role("button", name="되돌리기").click()
    now = Recommender.open(home.folder / "models").model.topics
    assert [t.size for t in now.topics] == [t.size for t in before.topics]


def test_an_undo_of_what_is_no_longer_last_takes_nothing_back(home: Home) -> None:
    topic = home.model.topics.topics[0].id
    for name in ("이름 하나", "이름 둘"):
        assert run_cli(home.folder, "topics", "rename", topic, name).status == 0
    log = EditLog.read(home.folder / "data" / "edits.jsonl")
    fields = {"action": "undo", "last": log.standing[-2].number, "count": 1}
    assert home.send("/edits", "editor", fields).headers["location"] == "/edits?stale=1"
    assert EditLog.read(home.folder / "data" / "edits.jsonl") == log
    for _ in range(2):
        assert run_cli(home.folder, "topics", "undo").status == 0


def test_a_decision_is_taken_back_where_it_is_told(page: Any, home: Home) -> None:
    log_in(page, home, "editor", f"/articles/{home.model.catalogue.ids[1]}")
    page.locator(".hits > li").nth(1).get_by_role("button", name="맨 위에 고정").click()
    page.locator(".notice").get_by_role("button", name="되돌리기").click()
    assert page.locator(".decisions").count() == 0


def test_a_day_in_other_words_stays_in_its_field(home: Home) -> None:
    text = home.read(f"/?{urlencode({'q': '양극재', 'since': '2023', 'until': '2025-01-31'})}")
    assert '<input type="text" name="since" value="2023">' in text
    assert '<input type="date" name="until" value="2025-01-31">' in text


def test_a_full_list_leads_to_a_longer_one_and_keeps_what_was_asked(home: Home) -> None:
    asked = {"q": "포항", "since": "2023-01-01", "k": "5"}
    more = re.search(r'href="(/[^"]+)">10건까지 더 보기<', home.read(f"/?{urlencode(asked)}"))
    assert more
    assert unescape(more[1]) == f"/?{urlencode({**asked, 'k': '10'})}"
    assert home.read(unescape(more[1])).count('<p class="score') > 5
    assert "더 보기" not in home.read(f"/?{urlencode({**asked, 'k': '50'})}")


def test_what_is_not_there_is_told_in_one_language(home: Home) -> None:
    text = home.service.get("/no-such", {"Accept": "text/html", "Accept-Language": "ko"}).body.decode()
    assert "openapi" not in text


def test_a_headline_that_is_missing_is_said_in_the_language_of_the_page(home: Home) -> None:
    article = next(a for a in map(home.model.catalogue.article, range(len(home.model))) if not a.title)
    for path in (f"/articles/{article.id}", f"/?q={(article.stand_in or '')[:60]}"):
        english = home.read(path, **{"Accept-Language": "en"})
        assert ("(no title) " in english, "제목 없음" in english) == (True, False)
        assert "(제목 없음) " in home.read(path, **{"Accept-Language": "ko"})


def test_where_nothing_is_related_the_nearest_leads_on(home: Home) -> None:
    page = home.read("/?q=프로야구 개막전 선발투수", **{"Accept-Language": "ko"})
    (place,) = re.findall(r'가장 가까운 “<a href="([^"]+)">', page)
    assert "hits" in home.read(unescape(place).replace("+", " "))


def test_words_in_common_stand_as_in_the_headline(home: Home) -> None:
    text = home.read(f"/?{urlencode({'q': 'LG화학 양극재'})}")
    assert "<li>LG화학</li>" in text
    assert "<li>lg화학</li>" not in text


def test_a_rollback_from_the_first_version_is_a_conflict(home: Home) -> None:
    reply = home.send("/versions", "admin", {"action": "rollback"})
    if len(list((home.folder / "models").glob("v*"))) == 1:
        assert reply.status == 409
        assert "앞에는" in reply.body.decode()
        assert "rollback" not in home.read("/versions", "admin")


def test_an_admin_trains_sees_it_and_chooses_a_version(browser: Any, small_home: Path, tmp_path: Path) -> None:
    """In a small archive: how long a training takes is no matter of the pages."""
    folder = Path(shutil.copytree(small_home, tmp_path / "home"))
    with serving(folder) as home, visitor(browser, home) as page:
        (home.folder / "data" / "inbox").mkdir(exist_ok=True)
        text = (
            "포항 수소 충전소 문 열어\n입력 2025.09.01 10:00\n\n[동해산업신문 이가온 기자] 수소 충전소가 문을 열었다.\n"
        )
        (home.folder / "data" / "inbox" / "new.txt").write_text(text, "utf-8")
        log_in(page, home, "admin", "/versions")
        page.get_by_role("button", name="학습 시작").click()
        page.locator("#progress .state").wait_for()
        end = time.monotonic() + 300
        while page.locator("#progress .state.running").count() and time.monotonic() < end:
            page.wait_for_timeout(500)
        page.wait_for_load_state()
        assert page.locator("#progress .state.done, #progress .state.kept").is_visible(), page.inner_text("#progress")
        told = page.locator("#progress").inner_text().splitlines()
        assert "v0002: 기사 19건" in page.inner_text("#progress")
        assert not [line for line in told if line.strip() and not re.search("[가-힣]", line)]
        page.goto("/versions?before=v0001&after=v0002")
        page.locator("#compare table").wait_for(timeout=120_000)
        assert "v0002" in page.locator("#compare table").inner_text()
        assert not findings(page)
        assert not (axe(page, "a comparison of two versions") if AXE.is_file() else [])
        named = page.locator("#compare tbody tr > :first-child").all_inner_texts()
        assert named
        assert not [text for text in named if not re.search("[가-힣]", text)]
        other = page.get_by_role("button", name=re.compile("v000. 쓰기"))
        name = other.inner_text()[:5]
        other.click()
        assert name in page.locator(".notice").inner_text()
        assert (home.folder / "models" / "current").read_text().strip() == name
        assert name in page.inner_text("footer")


def test_the_token_is_kept_from_scripts_and_goes_with_the_logout(page: Any, home: Home) -> None:
    log_in(page, home, "editor", "/topics")
    (cookie,) = (each for each in page.context.cookies() if each["name"] == "recommender_token")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="로그아웃").click()
    assert not [each for each in page.context.cookies() if each["name"] == "recommender_token"]


def test_a_token_that_was_taken_back_does_not_lock_the_visitor_out(page: Any, home: Home) -> None:
    cookie = {"name": "recommender_token", "value": "rec_gone", "url": home.address}
    page.context.add_cookies([cookie])
    page.goto("/topics")
    assert page.inner_text("h1") == "토픽"


def test_light_and_dark_language_and_keys(page: Any) -> None:
    page.goto("/topics")
    page.get_by_role("button", name="어둡게").click()
    page.goto("/quality")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_role("link", name="English").click()
    assert page.inner_text("h1") == "How good it is"
    page.goto("/?q=배터리")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.querySelectorAll('.hits h3 a')[1]")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"


def test_what_is_printed_is_the_answer(page: Any) -> None:
    page.goto("/?q=양극재")
    asked = page.locator(".on-paper")
    assert not asked.is_visible()
    page.emulate_media(media="print")
    assert page.locator(".hits > li").first.is_visible()
    assert asked.is_visible()
    assert "양극재" in asked.inner_text()
    for part in (".top", ".ask", ".draft"):
        assert not page.locator(part).first.is_visible(), part


def test_the_map_leads_to_the_articles(page: Any) -> None:
    page.goto("/map")
    page.locator("#found button").first.click()
    link = page.locator("#panel a").first
    assert link.get_attribute("href").startswith("/articles/")
    link.click()
    page.wait_for_url("**/articles/**")


@pytest.mark.parametrize(
    "page",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 360, "height": 740}}],
    indirect=True,
    ids=["light", "dark", "phone"],
)
def test_every_page_can_be_used_by_everybody_and_fits_a_phone(page: Any, home: Home) -> None:
    log_in(page, home, "admin", "/versions")
    topic, article = home.model.topics.topics[0].id, home.model.catalogue.ids[0]
    for path in (*VIEWS, f"/topics/{topic}", f"/articles/{article}"):
        page.goto(path, wait_until="networkidle")
        unfold(page)
        assert findings(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def axe(page: Any, what: str) -> list[str]:
    """What axe finds in the page as it stands, on a desk and on a phone; in the dark its colours alone are others, in
    English its words, for which a phone has the least room."""
    unfold(page)
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    english = page.evaluate("document.documentElement.lang") == "en"
    found = []
    for width in (1280,) if dark else (360,) if english else (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{what} at {width}: {each}" for each in violations(page, "color-contrast" if dark else "")]
    return found


@pytest.mark.parametrize(
    "page",
    [
        {"locale": locale, "color_scheme": scheme}
        for locale, scheme in (("ko-KR", "light"), ("en-US", "light"), ("ko-KR", "dark"))
    ],
    indirect=True,
    ids=lambda given: f"{given['locale']}-{given['color_scheme']}",
)
def test_axe_finds_nothing_in_any_page(page: Any, home: Home) -> None:
    """Pages of a visitor, of an editor and of an admin; an answer to a draft, a preview, a comparison, a mistake."""
    topic, article = home.model.topics.topics[0].id, home.model.catalogue.ids[0]
    found = []
    for path in ("/login", "/", f"/articles/{article}", "/versions"):
        page.goto(path, wait_until="networkidle")
        found += axe(page, f"{path} of a visitor")
    enter(page, home.tokens["admin"])
    for path in (*VIEWS, "/?q=배터리&since=2099-01-01", f"/topics/{topic}", f"/articles/{article}",
                 f"/articles/{article}?find=배터리", "/versions?before=v0001&after=v0001",
                 f"/embed/related/{article}"):  # fmt: skip
        page.goto(path, wait_until="networkidle")
        found += axe(page, path)
    page.goto("/")
    unfold(page)
    page.locator("#drop textarea").fill(DRAFT.read_text("utf-8"))
    follow(page, page.locator("#drop button"))
    found += axe(page, "a draft")
    page.goto(f"/topics/{topic}")
    unfold(page)
    follow(page, page.locator(".works-of button[value=split]"))
    found += axe(page, "a preview")
    assert not found


@pytest.mark.parametrize("path", ["/articles/no-such", "/?q=배터리&since=neulich", "/no-such"])
def test_axe_finds_nothing_in_a_mistake(browser: Any, home: Home, path: str) -> None:
    """In a browser of its own: the console of the others says nothing, that of a mistake its status."""
    for locale in ("ko-KR", "en-US"):
        for scheme in ("light", "dark"):
            context = browser.new_context(base_url=home.address, locale=locale, color_scheme=scheme)
            opened = context.new_page()
            opened.goto(path)
            assert axe(opened, path) == []
            context.close()


def enter(page: Any, token: str) -> None:
    """Logs in, whatever the language of the page."""
    page.goto("/login")
    page.locator("input[name=token]").fill(token)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda address: "/login" not in address)


def test_a_headline_full_of_markup_is_shown_as_it_is(browser: Any, tmp_path: Path) -> None:
    rows = [
        {
            "id": name,
            "title": f"수소 충전소 {more} {SIGNS}",
            "body": f"수소 충전소 {EVIL} 안전",
            "outlet": EVIL,
            "url": EVIL,
        }
        for name, more in (("a/1", "폭발"), ("b", "폭발 원인"), ("c", EVIL))
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    for args in (["ingest", str(tmp_path / "rows.jsonl")], ["train", "--quiet"]):
        assert run_cli(tmp_path, *args).status == 0
    with served(tmp_path, "--workers", "1") as service:
        context = browser.new_context(base_url=f"http://127.0.0.1:{service.port}", locale="ko-KR")
        context.set_default_timeout(PATIENCE)
        opened = context.new_page()
        for path in ("/", "/topics", "/map", "/time", "/embed/related/a%2F1", "/articles/a%2F1", "/?q=수소 충전소"):
            opened.goto(path)
            assert opened.title() != "hit", path
            assert opened.locator("main img, main script").count() == 0, path
        assert SIGNS in opened.locator(".hits").inner_text()
        context.close()


SIGNS = 'A&B <3 "따옴표"'
