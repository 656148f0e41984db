"""The page of versions: what stands there when a candidate was worse, when nothing answers, when two admins meet."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

pytest.importorskip("uvicorn", reason="needs the extra serve")

from browsing import PATIENCE, chromium, findings
from served import served
from test_retrain import BAD, BODIES, GOOD, night, put
from test_service_pages import Home
from worlds import _shared_kiwi

from recommender.serving.tokens import FILE, Tokens
from recommender.text import kiwi as morphology

LONG = "갯마을바다축제첫날" * 40
NEW = [{"id": "long", "title": LONG, "published": "2024-07-01"}]


def written(folder: Path, **recipe: Any) -> None:
    text = "".join(f"{name} = {value}\n" for name, value in {"workers": 1, "topics_most": 0, **recipe}.items())
    (folder / "data" / "recipe.toml").write_text(text)


def text_of(home: Home, path: str, role: str = "admin") -> str:
    """What stands in the main part of a page, without markup."""
    main = home.service.get(path, {"Authorization": f"Bearer {home.tokens[role]}"}).body.decode().partition("<main")[2]
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", main)))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A first version, and a second one with an article more; the recipe is one that is worse."""
    folder = tmp_path_factory.mktemp("versions") / "home"
    with mock.patch.object(morphology, "open_kiwi", _shared_kiwi):
        put(folder, BODIES)
        assert night(folder).result == "promoted"
        put(folder, NEW, "new.jsonl")
        assert night(folder).result == "promoted"
    made = Tokens(folder / "data" / FILE)
    tokens = {role: made.add(role, f"{role} 김") for role in ("reader", "editor", "admin")}
    with served(folder, "--workers", "1") as service:
        yield Home(folder, service, tokens)


def ended(home: Home) -> str:
    end = time.monotonic() + PATIENCE / 1000
    while "학습하고 있습니다" in (text := text_of(home, "/versions")):
        assert time.monotonic() < end
        time.sleep(0.5)
    return text


def test_two_versions_are_compared_and_one_with_itself_is_not(home: Home) -> None:
    assert "같은 버전입니다" in text_of(home, "/versions?before=v0001&after=v0001")
    unknown = home.service.get("/versions?before=v0001&after=v9999", {"Accept-Language": "ko"})
    assert unknown.status == 404
    assert "&#x27;v9999&#x27; 버전이 없습니다" in unknown.body.decode()


def test_a_worse_candidate_is_told_with_its_reasons(home: Home) -> None:
    written(home.folder, **{**GOOD, **BAD})
    assert home.send("/versions", "admin", {"action": "retrain"}).headers["location"] == "/versions#retrain"
    text = ended(home)
    assert "후보 v0003 버전이 더 나빠서 지금 버전을 그대로 씁니다." in text
    assert re.search(r"admin 김, \d{4}-\d\d-\d\d \d\d:\d\d에 시작, \d{4}-\d\d-\d\d \d\d:\d\d에 끝남", text)
    assert "나빠졌습니다: MRR" in text
    assert "recommender" not in text, "a page names no command"
    assert "v0003 나빠서 쓰지 않음" in text
    assert "v0002 지금 씀" in text
    assert 'href="/versions?before=v0002&amp;after=v0003#compare"' in home.read("/versions", "reader")


def test_a_second_training_is_not_begun_and_the_first_is_stopped(home: Home) -> None:
    written(home.folder, **GOOD, seed=3)
    home.send("/versions", "admin", {"action": "retrain"})
    place = home.send("/versions", "admin", {"action": "retrain"}).headers["location"]
    assert place == "/versions?busy=1#retrain"
    text = text_of(home, "/versions?busy=1")
    assert "이미 학습하고 있습니다. 새로 시작하지 않았습니다." in text
    assert "학습 멈추기" in text
    assert "학습 멈추기" not in text_of(home, "/versions", "reader")
    task = re.search(r'name="task" value="([^"]+)"', home.read("/versions", "admin"))
    assert task
    assert home.send("/versions", "reader", {"action": "stop", "task": task[1]}).status == 403
    assert home.send("/versions", "admin", {"action": "stop", "task": task[1]}).status == 303
    assert "admin 김 님이 학습을 멈췄습니다. 지금 버전을 그대로 씁니다." in ended(home)
    home.send("/versions", "admin", {"action": "stop", "task": task[1]})
    assert "학습 시작" in text_of(home, "/versions"), "what has ended is not stopped"


def test_a_comparison_with_endless_headlines_fits_a_desk_and_a_phone(home: Home) -> None:
    with chromium() as browser:
        assert f'<h1 class="long">{LONG}</h1>' in home.read("/articles/long")
        for width in (1280, 360):
            page = browser.new_context(
                base_url=home.address, locale="ko-KR", viewport={"width": width, "height": 800}
            ).new_page()
            page.goto("/versions?before=v0001&after=v0002")
            page.locator("#compare table").wait_for(timeout=PATIENCE)
            table = page.locator("#compare table").bounding_box()
            assert table["x"] + table["width"] <= width
            assert LONG not in page.inner_text("#compare")
            assert LONG[:60] in page.inner_text("#compare")
            cells = page.locator("#compare tbody tr:first-child td")
            assert min(box["width"] for box in (cell.bounding_box() for cell in cells.all()) if box) > 60
            assert findings(page) == []


def test_a_damaged_version_is_named_and_the_way_back_shown(home: Home) -> None:
    manifest = home.folder / "models" / "v0002" / "manifest.json"
    sound = manifest.read_text()
    manifest.write_text("{")
    try:
        with served(home.folder, "--workers", "1") as service:
            broken = Home.__new__(Home)
            broken.folder, broken.service, broken.tokens = home.folder, service, home.tokens
            reply = service.get("/", {"Accept-Language": "ko"})
            assert reply.status == 503
            assert "v0002 버전을 열 수 없어 답할 수 없습니다." in reply.body.decode()
            assert "manifest of models/v0002 is damaged" in service.get("/healthz").json["problem"]
            text = text_of(broken, "/versions")
            assert "v0002 지금 씀 열 수 없음" in text
            assert "v0001 버전으로 되돌리기" in text
            assert broken.send("/versions", "admin", {"action": "rollback"}).status == 303
            assert "이제 v0001 버전으로 답합니다." in text_of(broken, "/versions?now=v0001")
            assert service.get("/").status == 200
    finally:
        manifest.write_text(sound)


def test_who_comes_before_the_first_training_is_told_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    token = Tokens(tmp_path / "data" / FILE).add("admin", "박")
    with served(tmp_path, "--workers", "1") as service:
        empty = Home.__new__(Home)
        empty.folder, empty.service, empty.tokens = tmp_path, service, {"admin": token}
        text = text_of(empty, "/")
        assert "아직 학습한 모델이 없습니다." in text
        assert "data/inbox" in text
        assert "recommender" not in text
        assert 'href="/versions"' in service.get("/").body.decode()
        assert "아직 학습한 모델이 없습니다." in text_of(empty, "/versions")
