"""The written reports: complete, escaped, equal in their figures, and small."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
import pytest
from conftest import ROOT

from recommender.cli._output import as_csv
from recommender.errors import MissingExtra, QueryError
from recommender.files.csv_cells import harmless
from recommender.ranking.model import Model
from recommender.readers.article import Article
from recommender.reporting import FORMATS, LANGUAGES, Summary, render, summarise
from recommender.reporting.charts import bars
from recommender.reporting.map_labels import medoids
from recommender.reporting.map_neighbours import room_for
from recommender.reporting.sentences import figures, lead
from recommender.reporting.words import TABLE, Words, percent
from recommender.reporting.writers import image as picture
from recommender.reporting.writers.csv import COLUMNS
from recommender.reporting.writers.markdown import plain
from recommender.topics.topic import CuratedTopic, Lineage
from recommender.versions.quality import Interval, Quality

from .synthetic import articles, build, judged

TEXT = [name for name in FORMATS if name != "png"]
NASTY = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<!--<script>",
    '"><img src=x onerror=alert(3)>',
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "[누르지 마세요](javascript:alert(4))",
    "| 표 | 를 | 깨는 | 머리글 `코드` **굵게**",
    "1. 번호로 시작하는 머리글",
    "줄\u2028바꿈\u2029 문자\x00 \ud800 {items} $title ${body}",
]  # fmt: skip


@pytest.fixture(scope="module")
def summary() -> Summary:
    lineage = (Lineage("born", (), ("t1",)), Lineage("continued", ("t2",), ("t2",)))
    model = build(articles(300), copies={17: 9}, links=[(0, 8), (0, 1)], lineage=lineage)
    return summarise(model, previous=build(articles(250), version="v0001"), measured=judged())


def nasty() -> Summary:
    given = [Article(f"n{i:02d}", text, outlet=text, url=None) for i, text in enumerate(NASTY)]
    given = [
        replace(
            a,
            title=a.title.encode("utf-8", "replace").decode(),
            outlet=a.outlet.encode("utf-8", "replace").decode(),
        )
        for a in given
    ]
    model = build(
        given,
        curated=(CuratedTopic("d", NASTY[0], NASTY[1], (NASTY[3],)),),
        lineage=(Lineage("born", (), (NASTY[0],), NASTY[1]),),
    )
    topics = tuple(replace(t, name=NASTY[i], terms=(NASTY[3], NASTY[0])) for i, t in enumerate(model.topics.topics))
    return summarise(
        replace(model, topics=replace(model.topics, topics=topics)),
        measured=Quality(1, {NASTY[0]: Interval(1.0, 1.0, 1.0)}),
    )


class Page(HTMLParser):
    """The elements of a page: tags with attributes, and the text of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "script":
            self.scripts.append(data)

    @property
    def data(self) -> Any:
        return json.loads(self.scripts[0])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("format", TEXT)
def test_every_format_is_written_in_every_language(summary: Summary, format: str, lang: str) -> None:
    text = render(summary, format, lang)
    assert isinstance(text, str)
    assert text.encode()
    assert text == render(summary, format, lang), "the same summary gives the same bytes"


@pytest.mark.parametrize("format", TEXT)
@pytest.mark.parametrize("count", [0, 1, 2])
def test_every_format_stands_a_tiny_corpus(format: str, count: int) -> None:
    assert render(summarise(build(articles(count), placed=count > 1)), format)


def test_unknown_formats_and_languages_are_refused(summary: Summary) -> None:
    with pytest.raises(QueryError, match="pdf"):
        render(summary, "pdf")
    for format in TEXT:
        with pytest.raises(QueryError, match="xx"):
            render(summary, format, "xx")


def test_every_word_stands_in_both_languages_with_the_same_values() -> None:
    def values(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for key, entry in TABLE.items():
        assert set(entry) == set(LANGUAGES), key
        assert all(text.strip() for text in entry.values()), key
        assert values(entry["ko"]) == values(entry["en"]), key


def test_every_word_is_used() -> None:
    room = ROOT / "recommender" / "reporting"
    used = "".join(path.read_text(encoding="utf-8") for path in [*room.rglob("*.py"), *room.glob("templates/*.js")])
    families = ("nav_", "js_", "event_", "reason_", "time_unit_", "one_", "days", "weeks", "months", "years",
                "measure_", "topics_", "group_")  # fmt: skip
    unused = [
        key for key in TABLE if f'"{key}"' not in used and f"'{key}'" not in used and not key.startswith(families)
    ]
    assert not unused
    script = (room / "templates/report.js").read_text(encoding="utf-8")
    for key in TABLE:
        if key.startswith("js_"):
            assert f"words.{key[3:]}" in script or f'say("{key[3:]}"' in script, key


def test_the_page_fetches_nothing(summary: Summary) -> None:
    page = render(summary, "html")
    tags = Page(page).tags
    policy = next(a["content"] for tag, a in tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for tag, attributes in tags:
        assert "style" not in attributes, f"<{tag} style> would be refused by the policy"
        assert not [name for name in attributes if name.startswith("on")]
        assert not (attributes.get("src") or "").strip()
        if tag != "a":
            assert not (attributes.get("href") or "").startswith("http")
    assert next(a["lang"] for tag, a in tags if tag == "html") == "ko"


def test_ids_are_unique_and_labels_point_at_them(summary: Summary) -> None:
    tags = Page(render(summary, "html")).tags
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in tags:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set((attributes.get(name) or "").split()) <= set(ids)
        if (attributes.get("href") or "").startswith("#"):
            assert attributes["href"][1:] in ids


def test_what_came_from_a_page_does_nothing_in_html() -> None:
    text = render(nasty(), "html")
    page = Page(text)
    assert [tag for tag, _ in page.tags].count("script") == 2, "the data and the script of the page"
    assert [tag for tag, _ in page.tags].count("img") == 0
    assert "alert(1)" in text, "it is shown all the same"
    assert page.data["title"][0] == NASTY[0]
    assert page.data["title"][4] == NASTY[4]


def test_what_came_from_a_page_does_nothing_in_svg_and_markdown() -> None:
    root = ElementTree.fromstring(render(nasty(), "svg"))
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
        "svg", "title", "desc", "rect", "text", "g", "path",
    }  # fmt: skip
    text = render(nasty(), "md")
    assert not re.search(r"<(script|img)", text)
    assert not re.search(r"(?<!\\)\]\(javascript", text)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("# 제목", "\\# 제목"),
        ("1. 하나", "1\\. 하나"),
        ("- 둘", "\\- 둘"),
        ("a*b_c|d", "a\\*b\\_c\\|d"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("두\n줄", "두 줄"),
    ],
)
def test_markdown_shows_text_as_it_is(given: str, shown: str) -> None:
    assert plain(given) == shown


def test_csv_runs_nothing_and_loses_nothing() -> None:
    text = render(nasty(), "csv")
    assert isinstance(text, str)
    assert text.startswith("\ufeff"), "Excel reads it as UTF-8"
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert len(rows) == len(NASTY)
    for row in rows:
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    assert rows[4]["title"] == "'" + NASTY[4]


FORMULAS = [
    "=1", "+a", "-a", "@a", "|a", "＝1", "＋a", "－a", "＠a", "｜a",
    " =1", "\u3000=1", "\ufeff=1", "\t=1", "\r=1", "\ta", "\na",
]  # fmt: skip


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_csv_holds_what_a_spreadsheet_could_run(summary: Summary, cell: str) -> None:
    """The report and the tables of the command line have one guard."""
    row = replace(summary.articles[0], title=cell)
    text = str(render(replace(summary, articles=(row, *summary.articles[1:])), "csv"))
    first = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert first["title"] == f"'{cell}"
    table = csv.DictReader(io.StringIO(as_csv([{"title": cell}], ("title",)), newline=""))
    assert [row["title"] for row in table] == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["", " ", "a=1", "포항 +1", "'=1", "(−5)", "…"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


def test_csv_has_a_row_an_article(summary: Summary) -> None:
    text = str(render(summary, "csv", "en"))
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [row["id"] for row in rows] == [row.id for row in summary.articles]
    assert (rows[0]["topic"], rows[0]["desks"], rows[0]["desk_names"]) == ("t0", "harbour", "Harbours")
    assert (rows[99]["topic"], rows[99]["no_topic"], rows[99]["strength"]) == ("", "between", "")
    assert rows[17]["copy_of"] == rows[9]["id"]


def test_json_has_the_whole_content(summary: Summary) -> None:
    held = json.loads(str(render(summary, "json")))
    assert held["format"] == 1
    assert held["counts"]["articles"] == len(held["articles"]) == 300
    assert held["counts"]["on_map"] == len(held["map"]) == 299
    assert [desk["size"] for desk in held["desks"]] == [card.size for card in summary.curated]
    assert held["made"]["scores"]["mrr.value"] == held["quality"]["measures"]["mrr"]["value"] == 0.6123
    assert held["quality"]["measures"]["mrr"]["low"] == 0.512
    assert held["quality"]["groups"][1]["recall"] == {"value": 0.5, "low": 0.25, "high": 0.75}
    assert held["quality"]["reliability"] == judged().reliability.as_json()
    assert held["changes"]["added"] == 50
    ids = {article["id"] for article in held["articles"]}
    assert {near["id"] for point in held["map"] for near in point["nearest"]} <= ids
    assert "\\u" not in str(render(summary, "json")), "Hangul is written as it is"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_html_and_markdown_say_the_same_figures(summary: Summary, lang: str) -> None:
    words = Words(lang)
    page, text = str(render(summary, "html", lang)), str(render(summary, "md", lang))
    for value, name in figures(summary, words):
        assert f"<dt>{name}</dt><dd>{value}</dd>" in page
        assert f"| {name} | {value} |" in text
    for sentence in lead(summary, words):
        assert plain(sentence) in text
    for card in (*summary.curated, *summary.topics):
        size = words.articles(card.size)
        assert f"**{size}**" in text
        assert f"<b>{size}</b>" in page
    for cells in (("0.612", "0.512–0.700"), ("0.9–1.0", "31", "0.960", "0.900"), ("8", "30", "0.500", "0.250–0.750")):
        assert "".join(f"<td>{cell}</td>" for cell in cells[1:]) in page
        assert " | ".join(cells) + " |" in text


def test_how_good_it_is_is_told_in_words_of_the_reader(summary: Summary) -> None:
    ko, en = str(render(summary, "html", "ko")), str(render(summary, "html", "en"))
    assert "관련 기사 목록을 붙인 기사 12건으로 물어" in ko
    assert "답의 나이: 1년 넘음" in ko
    assert "12 pages asked" in en
    assert "age of the answer: more than a year" in en
    assert "outlet that asks: &lt;b&gt;가람일보" in en, "the name of an outlet stays"
    assert "\\<b" not in str(render(summary, "md"))


def test_without_lists_there_is_nothing_to_judge_by() -> None:
    model = build(articles(20))
    for measured, said in ((Quality(0), "quality_none"), (None, "measures_none")):
        summary = summarise(model, measured=measured)
        for lang in LANGUAGES:
            page, text = str(render(summary, "html", lang)), str(render(summary, "md", lang))
            assert TABLE[said][lang] in page
            assert plain(TABLE[said][lang]) in text
            section = page[page.index('<section id="quality"') : page.index('<section id="made"')]
            assert "<table" not in section


def test_desks_show_at_zero(summary: Summary) -> None:
    for lang, name in (("ko", "우주"), ("en", "Space")):
        assert f"<h3>{name}</h3>" in str(render(summary, "html", lang))
        assert f"### {name}" in str(render(summary, "md", lang))


def test_a_name_stands_at_an_article_of_its_topic(summary: Summary) -> None:
    """Three heaps at the corners of a square, two of another topic in the middle: no median is near a heap."""
    x = np.array([0.1, 0.1, 0.9, 0.9, 0.9, 0.5, 0.5], dtype=np.float32)
    y = np.array([0.1, 0.9, 0.9, 0.1, 0.1, 0.5, 0.5], dtype=np.float32)
    topic = np.array([0, 0, 0, 0, 0, 1, 1])
    picked = [next(i for i, a in enumerate(summary.articles) if a.topic == t) + 8 * k for k, t in enumerate(topic)]
    small = replace(summary.map, rows=np.array(picked), x=x, y=y)
    few = replace(summary, map=small)
    assert [summary.articles[row].topic for row in picked] == topic.tolist()
    assert medoids(few) == [3, 5, -1, -1, -1, -1, -1, -1]
    at = {label.text: (label.x, label.y) for label in picture.labels(few)}
    x_at, y_at = picture._at(0.9, 0.1)
    assert at[summary.topics[0].name] == pytest.approx((x_at, y_at - picture._ABOVE), abs=0.01)
    data = Page(str(render(summary, "html"))).data
    assert [data["topic"][place] for place in data["middle"]] == list(range(8))


@pytest.fixture(scope="module")
def large() -> Summary:
    return summarise(build(articles(5_000)))


def test_a_large_topic_has_its_name_at_an_article_too(large: Summary) -> None:
    assert all(place >= 0 for place in medoids(large))


def test_without_positions_the_map_is_left_out_with_a_sentence() -> None:
    page = str(render(summarise(build(articles(20), placed=False)), "html"))
    assert "<canvas" not in page
    assert TABLE["map_none"]["ko"] in page
    assert 'id="search"' in page, "search and nearest articles still work"


def test_dates_and_shares_read_well() -> None:
    ko, en = Words("ko"), Words("en")
    assert (ko.date("2024-08-05T11:16"), en.date("2024-08-05")) == ("2024년 8월 5일", "5 August 2024")
    assert (ko.date("2024-08"), en.date("2024-08"), ko.date("--08-05"), ko.date(None)) == (
        "2024년 8월", "August 2024", "--08-05", "",
    )  # fmt: skip
    assert [percent(share) for share in (0, 0.0001, 0.1234, 1)] == ["0.0%", "<0.1%", "12.3%", "100.0%"]
    assert (en.articles(1), en.articles(1_234)) == ("1 article", "1,234 articles")


def test_five_thousand_articles_fit(large: Summary) -> None:
    assert len(large.map) == 5_000
    assert len(str(render(large, "html")).encode()) <= 1_500_000


def neighboured(model: Model) -> Summary:
    """What a report says, with any five others for each article of the map: to look for the nearest takes most of it,
    and a page of those above carries them too."""
    summary = summarise(model, neighbours=0)
    places = np.arange(len(summary.map))
    near = ((places[:, None] + np.arange(1, 6)) % len(places)).astype(np.int32)
    scores = np.full(near.shape, 0.87, dtype=np.float32)
    return replace(summary, map=replace(summary.map, near=near, scores=scores))


def test_long_headlines_do_not_break_the_limit() -> None:
    given = [replace(a, title=a.title + " 긴 설명" * 30) for a in articles(5_000)]
    summary = neighboured(build(given))
    page = str(render(summary, "html"))
    assert len(page.encode()) <= 1_500_000
    assert len(summary.map) < 5_000, "headlines of 120 characters fill the page"
    assert Words("ko")("map_cap", all=5_000, shown=len(summary.map)) in page, "the cap is told"


def test_of_more_articles_than_fit_a_part_is_on_the_map(monkeypatch: pytest.MonkeyPatch) -> None:
    """However large the archive, a page is at most its map and 1.2 MB; here the map may have a quarter of its bytes."""
    assert room_for(100_000) == room_for(1_000_000) <= 4_800_000
    monkeypatch.setattr("recommender.reporting.map_neighbours._MOST", 1_200_000)
    summary = neighboured(build(articles(25_000)))
    assert 5_000 < len(summary.map) < 25_000
    assert len(str(render(summary, "html")).encode()) <= 2_400_000


def test_png_without_hangul_is_refused(summary: Summary) -> None:
    with pytest.raises(MissingExtra, match=r"Pillow|Hangul"):
        picture.png(summary, font="/nowhere/font.ttf")


def test_png_is_drawn_where_pillow_is(summary: Summary) -> None:
    pytest.importorskip("PIL", reason="Pillow is not installed")
    if not any(Path(path).is_file() for path in picture.FONT_FILES):
        pytest.skip("no font with Hangul is installed")
    assert picture.png(summary).startswith(b"\x89PNG")


def test_a_single_day_is_a_bar_and_no_wall() -> None:
    (wide,) = re.findall(r'<rect x="0" y="[\d.]+" width="([\d.]+)"', bars([3], ["3"], "all"))
    assert float(wide) < 100
    assert len(re.findall("<rect", bars([1] * 400, ["1"] * 400, "all"))) == 400


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_example_of_the_search_is_found_in_a_headline_of_the_archive(summary: Summary, lang: str) -> None:
    held = re.search(r'id="search" placeholder="[^"]*: ([^"]+)"', render(summary, "html", lang))
    assert held
    assert any(held[1] in article.title.lower() for article in summary.articles)
