"""The report in a real browser: Debian's Chromium, the network off, driven by Playwright."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import PATIENCE, chromium, unfold, violations

from recommender.readers.article import Article
from recommender.reporting import render, summarise

from .synthetic import articles, build, judged

ROOT = Path(__file__).resolve().parents[2]
COUNT = 240
EVIL = "<img src=x onerror=document.title='hit'></script><script>document.title='hit'</script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    given = [*articles(COUNT - 1), Article("z", EVIL, outlet=EVIL, published="2025-02-03")]
    model = build(given, links=[(0, 8), (0, 1)])
    summary = summarise(model, measured=judged())
    folder = tmp_path_factory.mktemp("report")
    for lang in ("ko", "en"):
        (folder / f"report-{lang}.html").write_text(str(render(summary, lang=lang)), encoding="utf-8")
    return folder / "report-ko.html"


@pytest.fixture
def page(browser: Any, report: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The report, offline. What the console says is an error of the test."""
    options = {"viewport": {"width": 1280, "height": 900}, "offline": True, **getattr(request, "param", {})}
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda sent: None if sent.url.startswith(("file:", "data:")) else said.append(sent.url))
    opened.goto(report.as_uri())
    yield opened
    context.close()
    assert not said


def shown(page: Any, text: str) -> None:
    """Waits until the count says ``text``."""
    page.wait_for_function("text => document.getElementById('count').textContent.includes(text)", arg=text)


def test_opens_without_a_network(page: Any) -> None:
    shown(page, f"{COUNT}건")
    assert page.title() == "토픽 보고서"
    assert page.locator("h1").inner_text() == "토픽 보고서"
    assert page.locator("#found li").count() == 40


def test_what_came_from_a_page_does_nothing(page: Any) -> None:
    page.fill("#search", "onerror")
    shown(page, " 1건")
    page.locator("#found button").first.click()
    assert page.locator("#panel h3").inner_text() == EVIL
    assert page.title() == "토픽 보고서"
    assert page.locator("img").count() == 0


def test_search_and_filters_change_the_count(page: Any) -> None:
    shown(page, f"{COUNT}건")
    page.fill("#search", "열차 운임")
    shown(page, " 30건")
    page.click("button[type=reset]")
    page.select_option("#topic", "2")
    shown(page, " 30건")
    page.select_option("#desk", "0")
    shown(page, "없습니다")
    page.select_option("#topic", "")
    shown(page, " 30건")
    page.click("button[type=reset]")
    page.fill("#since", "2025-02-01")
    page.fill("#until", "2025-02-02")
    page.wait_for_function("() => document.querySelectorAll('#found li').length < 9")
    page.click("button[type=reset]")
    page.select_option("#outlet", label=page.locator("#outlet option").nth(1).inner_text())
    page.wait_for_function("() => document.querySelectorAll('#found li').length > 0")
    outlet = page.locator("#outlet option:checked").inner_text().split(" (")
    shown(page, f" {outlet[1].rstrip(')')}건")


def test_a_card_leads_to_its_articles(page: Any) -> None:
    page.locator("#topics a.to-map").nth(1).click()
    assert page.input_value("#topic") == "1"
    shown(page, " 30건")


def test_more_of_the_list(page: Any) -> None:
    page.click("#more")
    assert page.locator("#found li").count() == 80
    assert (
        page.evaluate(
            "[...document.activeElement.closest('ol').children].indexOf(document.activeElement.closest('li'))"
        )
        == 40
    )


def test_a_point_shows_its_neighbours_and_they_lead_on(page: Any) -> None:
    shown(page, f"{COUNT}건")
    page.locator("#plot").scroll_into_view_if_needed()
    page.focus("#plot")
    page.keyboard.press("Enter")
    first = page.locator("#panel h3").inner_text()
    assert page.locator("#panel .near li").count() == 5
    assert "관련도 0." in page.locator("#panel .near").inner_text()
    page.locator("#panel .near button").first.click()
    assert page.locator("#panel h3").inner_text() != first
    page.keyboard.press("Escape")
    assert page.locator("#panel h3").count() == 0


def test_the_pointer_finds_points(page: Any) -> None:
    canvas = page.locator("#plot")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    steps = [(x, y) for y in range(40, int(box["height"]) - 40, 12) for x in range(40, int(box["width"]) - 80, 12)]
    for x, y in steps:
        page.mouse.move(box["x"] + x, box["y"] + y)
        if page.locator("#tip").is_visible():
            break
    hovered = page.locator("#tip").inner_text()
    page.mouse.down()
    page.mouse.up()
    assert page.locator("#panel h3").inner_text() in hovered
    assert page.locator("#panel .near li").count() == 5


def test_zoom_by_wheel_buttons_and_keys(page: Any) -> None:
    canvas = page.locator("#plot")
    canvas.scroll_into_view_if_needed()

    def picture() -> str:
        page.wait_for_timeout(80)
        return str(page.evaluate("document.getElementById('plot').toDataURL()"))

    seen = [picture()]
    canvas.hover(position={"x": 200, "y": 200})
    page.mouse.wheel(0, -400)
    seen.append(picture())
    page.click("#zoom-in")
    seen.append(picture())
    page.focus("#plot")
    for key in ("-", "ArrowLeft"):
        page.keyboard.press(key)
        seen.append(picture())
    assert len(set(seen)) == len(seen), "each of them moves the map"


def test_hangul_is_drawn(page: Any) -> None:
    """Each of three syllables has its own shape, and none that of a character no font has."""
    shapes = page.evaluate(
        """() => {
          const draw = (text) => {
            const canvas = document.createElement('canvas');
            canvas.width = canvas.height = 48;
            const pen = canvas.getContext('2d');
            pen.font = '32px ' + getComputedStyle(document.body).fontFamily;
            pen.fillText(text, 4, 36);
            return canvas.toDataURL();
          };
          return ['가', '뷁', '힣', '\\u{10fffd}'].map(draw);
        }"""
    )
    assert len(set(shapes)) == 4


def test_how_good_it_is_stands_in_the_page(page: Any) -> None:
    section = page.locator("#quality")
    assert "기사 12건으로 물어" in section.inner_text()
    assert [cell.inner_text() for cell in section.locator("tbody tr").first.locator("td").all()] == [
        "0.612",
        "0.512–0.700",
    ]
    assert section.locator("table").nth(1).locator("tbody tr").count() == 2
    assert not section.locator("table").nth(2).is_visible()
    section.locator("summary").click()
    assert "답의 나이: 1년 넘음" in section.locator("table").nth(2).inner_text()


def test_the_theme_can_be_chosen(page: Any) -> None:
    ink = "getComputedStyle(document.body).color"
    light = page.evaluate(ink)
    page.click("#theme")
    assert page.get_attribute("#theme", "aria-pressed") == "true"
    assert page.evaluate(ink) != light


@pytest.mark.parametrize("page", [{"viewport": {"width": 360, "height": 740}}], indirect=True)
def test_nothing_is_wider_than_a_phone(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    "page", [{"color_scheme": "light"}, {"color_scheme": "dark"}], indirect=True, ids=["light", "dark"]
)
def test_axe_finds_nothing(page: Any, language: str) -> None:
    page.goto(page.url.replace("report-ko", f"report-{language}"))
    assert page.get_attribute("html", "lang") == language
    page.locator("#found button").first.click()
    unfold(page)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == [], width
