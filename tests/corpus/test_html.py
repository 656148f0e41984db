"""HTML pages: head, body, lists, hostile markup."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from recommender.errors import InputError
from recommender.readers.page import read_text
from recommender.readers.page_html import read_html

PARAGRAPHS = (
    "포항시는 블루밸리 산단에 재활용 시험동을 짓기로 했다고 9일 밝혔다. 터는 축구장 두 개 넓이다.",
    "시험동은 내년 봄에 첫 삽을 뜨고 그해 겨울에 문을 연다. 시는 장비 스무 대를 들이고 사람 쉰 명을 뽑는다.",
    "주민들은 공사 차량이 다닐 길부터 넓혀 달라고 했다. 시는 다음 달 설명회를 열어 뜻을 모으기로 했다.",
)
HEADLINES = ("[종합] 경북도, 폐전지 수거망 두 배로", "구미 배터리 창고에 불… 40분 만에 꺼져")
HEAD = """<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8">
<title>시험동 짓는 포항시 - 가나일보</title>
<meta property="og:site_name" content="가나일보">
{head}
</head>
<body><nav><ul><li><a href="/">처음</a></li><li><a href="/economy">경제 소식 모음</a></li></ul></nav>
<article><h1>시험동 짓는 포항시</h1>
"""
TAIL = """
<div class="rel"><{tag}>{header}</{tag}><ul>
<li><a href="/news/1">[종합] 경북도, 폐전지 수거망 두 배로</a></li>
<li><a href="https://other.example/2">구미 배터리 창고에 불… 40분 만에 꺼져</a></li>
</ul></div></article>
<aside><h3>많이 본 뉴스</h3><ol><li><a href="/9">바다 축제 사흘 앞으로 다가왔다</a></li>
<li><a href="/8">시내버스 요금 백 원 오른다는데</a></li></ol></aside>
<footer><p>저작권자 ⓒ 가나일보 무단전재 및 재배포 금지</p></footer></body></html>"""


def html(head: str = "", extra: str = "", tag: str = "h2", header: str = "관련기사") -> str:
    body = "\n".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    return HEAD.format(head=head) + body + extra + TAIL.format(tag=tag, header=header)


@pytest.mark.parametrize("tag", ["h2", "h4", "strong", "p", "div", "span"])
@pytest.mark.parametrize("header", ["관련기사", "이 기사와 함께 보면 좋은 기사", "▶ 관련 뉴스"])
def test_related_links_below_a_header(tag: str, header: str) -> None:
    reading = read_text(html(tag=tag, header=header))
    assert reading.kind == "html"
    assert reading.related is not None
    assert reading.related.value == HEADLINES
    assert [r.url for r in reading.links] == ["/news/1", "https://other.example/2"]
    assert reading.body is not None
    assert reading.body.value == "\n".join(PARAGRAPHS)
    assert reading.tags is not None
    assert reading.tags.value == ("종합",)


def test_title_outlet_and_lines() -> None:
    text = html()
    lines = text.split("\n")
    reading = read_text(text)
    assert reading.title is not None
    assert reading.title.value == "시험동 짓는 포항시"
    assert "<h1>" in lines[reading.title.lines[0] - 1]
    assert reading.outlet is not None
    assert reading.outlet.value == "가나일보"
    assert reading.body is not None
    assert lines[reading.body.lines[0] - 1] == f"<p>{PARAGRAPHS[0]}</p>"
    assert lines[reading.body.lines[1] - 1] == f"<p>{PARAGRAPHS[2]}</p>"
    assert reading.related is not None
    assert HEADLINES[1] in lines[reading.related.lines[1] - 1]
    assert {"popular list", "copyright line"} <= {out.rule for out in reading.left_out}


@pytest.mark.parametrize(
    ("head", "iso"),
    [
        (
            '<meta property="article:published_time" content="2024-09-06T10:30:00+09:00">',
            "2024-09-06T10:30:00+09:00",
        ),
        ('<meta property="article:published_time" content="2024-09-06">', "2024-09-06"),
        (
            '<script type="application/ld+json">{"datePublished": "2024-09-06T10:30"}</script>',
            "2024-09-06T10:30",
        ),
        ('<meta property="article:published_time" content="soon">', None),
        ("", None),
    ],
)
def test_published_is_as_precise_as_the_page(head: str, iso: str | None) -> None:
    reading = read_text(html(head))
    assert (reading.published and reading.published.value) == iso


def test_links_join_the_canonical_address() -> None:
    reading = read_text(html('<link rel="canonical" href="https://gana.example/news/77">'))
    assert reading.url == "https://gana.example/news/77"
    assert reading.links[0].url == "https://gana.example/news/1"
    record = reading.to_record("p.html")
    assert record.article.url == "https://gana.example/news/77"
    assert record.related == reading.links


def test_captions_and_signature_leave_the_body() -> None:
    extra = (
        "<figure><img src='a.jpg'><figcaption>▲ 시험동 조감도. 포항시 제공</figcaption></figure>"
        "<p>홍길동 기자 hong@gana.example</p>"
    )
    reading = read_text(html(extra=extra))
    assert reading.captions is not None
    assert reading.captions.value == ("시험동 조감도. 포항시 제공",)
    assert reading.author is not None
    assert reading.author.value == "홍길동"
    assert reading.body is not None
    assert reading.body.value == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(("charset", "codec"), [("euc-kr", "cp949"), ("utf-8", "utf-8"), ("ks_c_5601-1987", "cp949")])
def test_declared_charset(charset: str, codec: str) -> None:
    text = html().replace('charset="utf-8"', f'charset="{charset}"').replace("포항시는", "똠방각하는")
    reading = read_html(text.encode(codec))
    assert reading.body is not None
    assert str(reading.body.value).startswith("똠방각하는")


@pytest.mark.parametrize(
    "text", ["", "  \n ", "<html></html>", "<html><body><script>1</script></body></html>", "<!-- x -->"]
)
def test_html_without_text_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_html(text.encode())


HOSTILE = {
    "deep div": "<div>" * 50_000 + PARAGRAPHS[0],
    "deep list": "<ul><li>" * 20_000 + PARAGRAPHS[0],
    "deep table": "<table><tr><td>" * 8_000 + PARAGRAPHS[0],
    "many attributes": "<p " + " ".join(f"a{i}='x'" for i in range(10_000)) + ">" + PARAGRAPHS[0],
    "open angle": "<" * 100_000,
    "open comment": "<!--" * 20_000,
    "entities": "&amp;" * 20_000,
    "many links": "<h2>관련기사</h2><ul>" + "<li><a href='#'>제목</a></li>" * 3_000,
    "many paragraphs": f"<p>{PARAGRAPHS[0]}</p>" * 700,
    "bad entity": "<p>&#x0;&#xD800;&#1114112;" + PARAGRAPHS[0],
    "linked data": '<script type="application/ld+json">' + '"datePublished":' * 6_000 + "</script><p>글</p>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_neither_crashes_nor_hangs(name: str) -> None:
    started = time.process_time()
    with suppress(InputError):
        read_html(f"<html><body>{HOSTILE[name]}</body></html>".encode())
    assert time.process_time() - started < 5
