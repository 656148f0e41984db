"""Saved pages of the layouts that papers and portals use; every sentence here was made up."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from recommender.readers.notes import ReadProblem
from recommender.readers.page import read_text
from recommender.readers.page_reading import PageReading
from recommender.readers.registry import reader_of
from recommender.readers.rules.titles import without_site

TITLE = "가상항에 돌고래 관찰대 세운다… 시의회 예산 통과"
BODY = [
    "가상시는 7일 가상항 북쪽 방파제에 돌고래 관찰대를 세우기로 했다고 밝혔다.",
    "관찰대는 나무로 짓고 한 번에 서른 명이 올라설 수 있다.",
    "시의회 관계자는 “새끼를 밴 어미가 많은 봄에는 문을 닫겠다”고 말했다.",
]
KIN = ["돌고래 떼 사흘째 항구 앞에 머물러", "가상항 여객선 시간표 다음 달 바뀐다", "시의회, 바다 쓰레기 예산 두 배로"]
OTHERS = ["시장 상인회 새 회장 뽑았다", "버스 노선 다섯 개 한꺼번에 바뀐다", "감자 값 석 달 만에 반토막"]
RIGHTS = "저작권자 ⓒ 가상매일 무단전재 및 재배포 금지"
TEXT = "".join(f"<p>{line}</p>" for line in BODY)
OG = f'<meta property="og:title" content="{TITLE}"><meta property="og:type" content="article">'
NEXT = "감자 값이 석 달 만에 절반으로 떨어졌다고 농협이 밝혔다."


def value(reading: PageReading, name: str) -> object:
    field = getattr(reading, name)
    return field.value if field else None


def body(reading: PageReading) -> list[str]:
    return str(value(reading, "body") or "").split("\n")


def listed(reading: PageReading) -> list[str]:
    return [entry.headline for entry in reading.links]


def page(*tail: str, head: str = "김바다 기자 입력 2025-03-07 09:20") -> PageReading:
    return read_text("\n".join([TITLE, head, "", *BODY, "", *tail]))


def html(inside: str, head: str = OG) -> PageReading:
    return read_text(
        f'<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8">{head}</head><body>{inside}</body></html>'
    )


def links(headlines: list[str]) -> str:
    return "<ul>" + "".join(f'<li><a href="/n/{i}">{h}</a></li>' for i, h in enumerate(headlines)) + "</ul>"


OTHER_LABELS = [
    "많이 본 뉴스", "오늘의 인기 뉴스", "가장 많이 읽은 기사", "주간 베스트", "이 시각 핫뉴스", "가상매일 인기기사",
    "독자가 많이 찾은 뉴스",
    "실시간 급상승 뉴스", "김바다 기자의 다른 기사", "[많이 본 기사 TOP 5]", "가상매일이 뽑은 뉴스", "Trending",
    "More from Gasang Daily",
    "Latest News", "Editor's Picks", "Most read in Local", "댓글 많은 뉴스",
]  # fmt: skip


@pytest.mark.parametrize("label", OTHER_LABELS)
@pytest.mark.parametrize("form", ["{}", "{n}. {}", "{n}\n{}"])
def test_a_list_of_what_is_read_most_is_no_related_list(label: str, form: str) -> None:
    reading = page(label, *(form.format(h, n=n) for n, h in enumerate(OTHERS, 1)), "", RIGHTS)
    assert (body(reading), listed(reading)) == (BODY, [])


RELATED_LABELS = [
    "이 기사도 추천", "이 기사도 추천합니다", "함께 보면 좋은 뉴스", "연관 기사", "같이 읽으면 좋은 글",
    "이 뉴스와 관련된 소식",
    "관련 기사 모아보기", "관련 이슈", "이어지는 기사", "더 읽어볼 기사", "함께 읽어요", "이 기사와 비슷한 기사",
    "이런 기사도 있어요",
    "관련기사 전체보기", "Related Stories", "Read next", "Recommended for you", "More on this story",
    "You might also like", "See also:",
]  # fmt: skip


@pytest.mark.parametrize("label", RELATED_LABELS)
@pytest.mark.parametrize("mark", ["", "▷ "])
def test_a_related_list_is_told_by_its_label(label: str, mark: str) -> None:
    reading = page(label, *(mark + headline for headline in KIN), "", RIGHTS)
    assert (body(reading), listed(reading)) == (BODY, KIN)


def test_headlines_at_the_end_below_a_line_of_their_own_leave_the_body() -> None:
    reading = page("바다를 좋아한다면", *OTHERS)
    assert (body(reading), listed(reading)) == (BODY, [])


@pytest.mark.parametrize("mark", ["☞ ", "👉 ", "▶ ", "► ", "▷", "[관련뉴스] ", "▶관련기사 : ", "Also read: "])
def test_a_link_between_paragraphs_joins_the_list(mark: str) -> None:
    link = "돌고래 떼 사흘째 가상항 앞바다에 머물러"
    reading = read_text("\n".join([TITLE, "김바다 기자 2025-03-07", "", BODY[0], "", mark + link, "", *BODY[1:]]))
    assert (body(reading), listed(reading)) == (BODY, [link])


@pytest.mark.parametrize(
    "lines",
    [
        ["◆ 왜 돌고래인가"],
        ["▶ 언제 여나", "관찰대는 내년 봄에 문을 연다."],
        ["“돌고래가 돌아왔다”"],
        ["- 관찰대는 언제 짓나.", "“내년 봄에 첫 삽을 뜬다.”"],
        ["Q. 관찰대는 왜 짓나", "A. 돌고래를 보러 오는 사람이 늘어서다."],
        ["1. 예약은 누리집에서 한다", "2. 어린이는 보호자와 함께 온다"],
    ],
)
def test_subheads_quotes_and_answers_stay_in_the_body(lines: list[str]) -> None:
    reading = read_text("\n".join([TITLE, "김바다 기자 2025-03-07", "", BODY[0], "", *lines, "", *BODY[1:]]))
    assert (body(reading), listed(reading)) == ([BODY[0], *lines, *BODY[1:]], [])


def test_promotion_behind_the_text_is_no_list() -> None:
    promotion = ["▶ 가상매일 카카오톡 채널 추가하기", "▶ 유튜브로 만나는 가상매일", "▶ 글감은 톡 gasang 으로"]
    reading = page("[관련기사]", *("▶ " + headline for headline in KIN), "", *promotion, RIGHTS)
    assert (body(reading), listed(reading)) == (BODY, KIN)
    assert (body(page(*promotion, RIGHTS)), listed(page(*promotion, RIGHTS))) == (BODY, [])


SHEETS = [
    "[제목] {t}\n[언론사] 가상매일\n[기자명] 김바다 기자\n[작성일] 2025.03.07 09:20\n[내용]\n{b}",
    "■ 기사제목 : {t}\n■ 매체명 : 가상매일\n■ 작성자 : 김바다\n■ 보도일시 : 2025년 3월 7일 09:20\n■ 기사본문\n{b}",
    "제목\t{t}\n신문\t가상매일\n기자\t김바다\n날짜\t2025-03-07 09:20\n본문\t{b}",
    "Title: {t}\nDate: March 7, 2025 09:20\nSource: 가상매일\nAuthor: 김바다\nContent: {b}",
]


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_page_that_names_its_fields(sheet: str) -> None:
    reading = read_text(sheet.format(t=TITLE, b="\n".join(BODY)))
    named = [value(reading, name) for name in ("title", "outlet", "author", "published")]
    assert named == [TITLE, "가상매일", "김바다", "2025-03-07T09:20"]
    assert body(reading) == BODY


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("김바다 기자·이파도 수습기자", "김바다·이파도"),
        ("김바다 사회부장", "김바다"),
        ("김바다 가상매일 기자", "김바다"),
        ("글 김바다 기자·사진 이파도 기자", "김바다·이파도"),
        ("박하늘 디지털뉴스부 기자", "박하늘"),
        ("기자 김바다", "김바다"),
    ],
)
def test_signatures_with_roles(line: str, author: str) -> None:
    reading = page(line, head="입력 2025-03-07 09:20")
    assert (value(reading, "author"), body(reading)) == (author, BODY)


@pytest.mark.parametrize(
    ("start", "author", "outlet"),
    [
        ("[가상=가상매일] 김바다 기자 = ", "김바다", "가상매일"),
        ("(제주=가상통신) 김바다 이파도 기자 = ", "김바다·이파도", "가상통신"),
        ("<제주=가상매일> 김바다 기자 ", "김바다", "가상매일"),
        ("[한국매일경제] ", None, "한국매일경제"),
        ("/김바다 기자 ", "김바다", None),
        ("［가상뉴스＝김바다 기자］ ", "김바다", "가상뉴스"),
        ("김바다 기자, 이파도 기자 = ", "김바다·이파도", None),
    ],
)
def test_bylines_before_the_lead(start: str, author: str | None, outlet: str | None) -> None:
    reading = read_text("\n".join([TITLE, "입력 2025-03-07 09:20", "", start + BODY[0], *BODY[1:]]))
    assert (value(reading, "author"), value(reading, "outlet"), body(reading)) == (author, outlet, BODY)


@pytest.mark.parametrize(
    "line",
    [
        "2025-03-07 09:20 | 수정 2025-03-08 10:00",
        "수정 2025.03.08 10:00 | 입력 2025.03.07 09:20",
        "2025.03.07 09:20 입력 2025.03.08 10:00 수정",
        "2025.03.08 10:00 업데이트 | 2025.03.07 09:20 입력",
        "Updated 2025-03-08 10:00 | Published 2025-03-07 09:20",
        "2025/03/07 09:20 송고",
        "２０２５．０３．０７　０９：２０",
    ],
)
def test_the_date_of_publication_is_told_from_that_of_a_change(line: str) -> None:
    assert value(page(head=line), "published") == "2025-03-07T09:20"
    assert value(html(f"<h1>{TITLE}</h1><div>{line}</div>{TEXT}"), "published") == "2025-03-07T09:20"


def test_a_date_in_a_sentence_about_a_change_is_body() -> None:
    assert value(page("△ 8월 5일 등록 마감한 뒤 다시 연다", head="김바다 기자"), "published") is None


ENDINGS = [
    " | 가상매일", " - 가상매일", " :: 가상매일::", "ㅣ가상매일", " - 사회 - 가상매일", "-사회ㅣ가상매일",
    " - 가상 매일", " < 사회 < 기사본문 - 가상매일",
    " : 가상매일", " – 가상매일",
]  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("heading", ["", f"<h2>{TITLE}</h2>"])
def test_a_title_loses_the_name_of_its_site(ending: str, heading: str) -> None:
    head = f'<meta property="og:title" content="{TITLE}{ending}"><meta property="og:site_name" content="가상매일">'
    assert value(html(f"{heading}<article>{TEXT}</article>", head), "title") == TITLE
    publisher = json.dumps({"@type": "NewsArticle", "publisher": {"name": "가상매일"}})
    linked = f'<title>{TITLE}{ending}</title><script type="application/ld+json">{publisher}</script>'
    assert value(html(f"{heading}<div>{TEXT}</div>", linked), "title") == TITLE


def test_a_text_page_loses_the_name_of_its_site() -> None:
    reading = read_text("\n".join([f"{TITLE} - 가상매일", "입력 2025-03-07", "", *BODY, "", RIGHTS]))
    assert (value(reading, "title"), value(reading, "outlet")) == (TITLE, "가상매일")


LAYOUTS = {
    "breaks in an element with a name": (
        f"<div id='articleBodyContents'>{'<br><br>'.join(BODY)}</div><p>글꼴을 받으시겠습니까?</p>"
    ),
    "breaks in a cell": (
        f"<table><tr><td>{TITLE}</td></tr><tr><td>{'<br><br>'.join(BODY)}</td></tr></table><div>"
        f"<p>글자 크기를 바꾸시기 바랍니다.</p></div>"
    ),
    "a form around all": f"<form id='form1'><div><h2>{TITLE}</h2><div>{'<br><br>'.join(BODY)}</div></div></form>",
    "a caption before bare text": (
        f"<article id='dic_area'><span><em class='img_desc'>가상항 전경</em></span>{'<br><br>'.join(BODY)}"
        f"</article>"
    ),
    "hidden notices": (
        f"<article>{TEXT}<div style='display: none'><p>주소를 옮겨 적었습니다.</p></div><p hidden>"
        f"기사를 담았습니다.</p></article>"
    ),
    "a hidden text": f"<h1>{TITLE}</h1><div style='display:none'>{TEXT}</div>",
    "a notice by name": (
        f"<div class='article-content'>{TEXT}<div class='ly_toast'><p>주소를 복사했습니다. 붙여 "
        f"넣으세요.</p></div></div>"
    ),
    "comments": (
        f"<article>{TEXT}</article><section class='reply_area'><p>아이와 꼭 가 보겠습니다. 좋은 "
        f"소식이네요.</p></section>"
    ),
    "comments below a heading": (
        f"<div>{TEXT}<div><h3>댓글 1</h3><ul><li><p>아이와 꼭 가 보겠습니다. 좋네요.</p></li></ul>"
        f"</div></div>"
    ),
    "a paywall": (
        f"<article>{TEXT}<p>이 기사는 유료회원 전용입니다.</p><p>로그인하시면 나머지를 읽을 수 "
        f"있습니다.</p></article>"
    ),
    "the next article": (
        f"<article><h1>{TITLE}</h1>{TEXT}</article><article><h1>감자 값 반토막</h1><p>{NEXT}</p>"
        f"</article>"
    ),
    "the next section": (
        f"<section><h2 class='t'>{TITLE}</h2>{TEXT}</section><section><h2 class='t'>감자 값 반토막"
        f"</h2><p>{NEXT}</p></section>"
    ),
    "an imprint": (
        f"<div><h1>{TITLE}</h1>{TEXT}</div><div><p>가상시 가상로 3 등록번호 가상 가00000 발행인 "
        f"김바다</p></div>"
    ),
    "a summary": f"<article><strong class='summary_view'>관찰대 짓는다<br>시의회 통과</strong>{TEXT}</article>",
    "teasers": f"<h1>{TITLE}</h1><div>{TEXT}</div><div>"
    + "".join(f"<h3><a href='/n{i}'>{h}</a></h3><p>첫 줄이 이어지다 끊긴다...</p>" for i, h in enumerate(OTHERS * 4))
    + "</div>",
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_body_and_nothing_else(name: str) -> None:
    reading = html(LAYOUTS[name])
    assert (value(reading, "title"), body(reading), listed(reading)) == (TITLE, BODY, [])


@pytest.mark.parametrize(
    "inside",
    [
        "<h3>왜 돌고래인가</h3>",
        "<ul><li>관찰대는 내년 봄 문을 연다.</li><li>입장료는 받지 않는다.</li></ul>",
        "<blockquote>“돌고래가 돌아왔습니다.”</blockquote>",
        "<p><strong>Q. 왜 짓나</strong></p><p>A. 돌고래를 보러 오는 사람이 늘었습니다.</p>",
    ],
)
def test_what_stands_between_paragraphs_stays(inside: str) -> None:
    reading = html(
        f"<div class='news_body'><h1>{TITLE}</h1><p>{BODY[0]}</p>{inside}<p>{BODY[1]}</p><p>{BODY[2]}</p></div>"
    )
    assert len(body(reading)) > 3
    assert (body(reading)[0], body(reading)[-2:]) == (BODY[0], BODY[1:])


CARD = (
    "<div class='k'><a href='/{n}'><img></a><div><a href='/{n}'><b class='headline'>{h}</b></a>"
    "<p>앞머리...</p><i class='day'>2025.03.07</i></div></div>"
)
RICH = "<li><a href='/{n}'><span class='title'>{h}</span><span class='media'>가상일보</span></a></li>"
TEASER = "<h3><a href='/n{n}'>{h} {n}보</a></h3><p>줄이 끊긴다...</p>"
ENTRY = "<li><a href='/n{n}'>{h} {n}보</a><p>{b}</p></li>"


def each(form: str, headlines: list[str]) -> str:
    return "".join(form.format(n=n, h=h, b=BODY[n % 3]) for n, h in enumerate(headlines))


LISTS = {
    "cards of several links": "<h3>함께 보면 좋은 기사</h3>" + each(CARD, KIN),
    "one link with outlet and time": "<strong>연관 기사</strong><ul>"
    + each(RICH, KIN)
    + "</ul>",
    "a date beside the link": "<h4>관련 뉴스</h4><ul>"
    + "".join(f"<li><a href='/{n}'>{h}</a> <span>03.07</span></li>" for n, h in enumerate(KIN))
    + "</ul>",
    "headings": "<h3>관련기사</h3>" + "".join(f"<div><h4><a href='/{n}'>{h}</a></h4></div>" for n, h in enumerate(KIN)),
    "a topic before": f"<h3>관련뉴스</h3><a href='/issue'>돌고래</a>{links(KIN)}",
    "a link to more": f"<div><h3>관련기사</h3><a href='/more'>더보기</a></div>{links(KIN)}",
    "no label but a name": f"<div class='related-posts'>{links(KIN)}</div>",
    "a label of its own box": "<div><div>연관기사</div></div><div>"
    + "".join(f"<div><a href='/{n}'>{h}</a></div>" for n, h in enumerate(KIN))
    + "</div>",
    "the popular below": f"<h3>관련기사</h3>{links(KIN)}<h3>지금 뜨는 기사</h3>{links(OTHERS)}",
    "other links below": (
        f"<h3>관련기사</h3>{links(KIN)}</article><div>{links(['회사 소개와 약관 안내', '광고 문의하는 곳입니다'])}"
        f"</div><article>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_the_headlines_of_a_list_and_nothing_beside_them(name: str) -> None:
    reading = html(f"<article><h1>{TITLE}</h1>{TEXT}<section>{LISTS[name]}</section></article>")
    assert (body(reading), listed(reading)) == (BODY, KIN)


def test_links_between_paragraphs_of_html() -> None:
    inside = (
        f"<p>{BODY[0]}</p><p>[관련기사] <a href='/1'>{KIN[0]}</a></p><p>{BODY[1]}</p>"
        f"<p>▶ <a href='/2'>{KIN[1]}</a></p><p>{BODY[2]}</p>"
    )
    reading = html(f"<article><h1>{TITLE}</h1>{inside}</article>")
    assert (body(reading), listed(reading)) == (BODY, KIN[:2])
    assert [entry.url for entry in reading.links] == ["/1", "/2"]


OWN = {
    "@type": "NewsArticle", "headline": TITLE, "datePublished": "2025-03-07T09:20:00+09:00", "url": "https://gasang.example/9",
    "author": [{"name": "김바다 기자"}, {"name": "이파도"}], "publisher": {"name": "가상매일"},
    "articleBody": "\n".join(BODY),
}  # fmt: skip
ANOTHER = {"@type": "NewsArticle", "headline": KIN[0], "datePublished": "2020-01-01"}
DATA = [
    {"@graph": [{"@type": "WebSite", "name": "가상매일"}, OWN]},
    [ANOTHER, OWN],
    [{"@type": "ItemList", "itemListElement": [ANOTHER]}, OWN],
]


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("shown", [TEXT, "<p>앱에서 읽어 주세요</p>"])
def test_linked_data_of_the_pages_own_article(data: object, shown: str) -> None:
    script = (
        f'<title>가상매일</title><script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'
    )
    reading = html(f"<div>{TITLE}</div><div>{shown}</div>", script if data is DATA[0] else OG + script)
    told = [value(reading, name) for name in ("title", "author", "outlet", "published")]
    assert told == [TITLE, "김바다·이파도", "가상매일", "2025-03-07T09:20:00+09:00"]
    assert (body(reading), reading.url) == (BODY, "https://gasang.example/9")


@pytest.mark.parametrize(
    "text", [{"content": [{"type": "text", "content": line} for line in BODY]}, {"bodyHtml": TEXT}]
)
def test_the_data_of_a_page_that_scripts_build(text: dict[str, object]) -> None:
    data = json.dumps({"props": {"article": {"title": TITLE, **text}}}, ensure_ascii=False)
    script = f'<script id="__NEXT_DATA__" type="application/json">{data}</script>'
    assert body(html(f"<h1>{TITLE}</h1><p>불러오는 중</p>", OG + script)) == BODY


@pytest.mark.parametrize("data", ["{", "[" * 5_000, '{"a":' * 5_000, '"' + "가" * 50_000, "null", "[1, 2]"])
def test_broken_data_does_no_harm(data: str) -> None:
    scripts = f'<script type="application/ld+json">{data}</script><script type="application/json">{data}</script>'
    assert body(html(f"<h1>{TITLE}</h1>{TEXT}", OG + scripts)) == BODY


def test_a_portal_is_no_outlet() -> None:
    head = (
        '<meta property="og:site_name" content="네이버 뉴스">'
        '<meta property="og:article:author" content="가상매일 | 네이버">'
        '<meta name="author" content="가상매일"><meta property="og:regDate" content="20250307092000">'
    )
    reading = html(f"<div><h1>{TITLE}</h1><em>김바다 기자</em></div><article>{TEXT}</article>", OG + head)
    assert (value(reading, "outlet"), value(reading, "author")) == ("가상매일", "김바다")
    assert value(reading, "published") == "2025-03-07T09:20:00"


def test_entities_escaped_twice_and_full_width_tags() -> None:
    head = '<meta property="og:title" content="［속보］ &amp;lsquo;돌고래&amp;rsquo; 관찰대&amp;nbsp;예산">'
    reading = html(f"<article>{TEXT}</article>", head)
    assert value(reading, "title") == "［속보］ ‘돌고래’ 관찰대 예산"
    assert reading.own_tags == ("속보",)


NO_ARTICLES = {
    "404": "<title>404 Not Found</title><h1>404</h1><p>The page you requested could not be found.</p>",
    "gone": (
        "<title>가상매일</title><div><p>존재하지 않는 기사입니다.</p><p>주소가 바르지 않거나 "
        "기사가 삭제되었습니다.</p></div>"
    ),
    "robot": "<title>Just a moment...</title><h1>a.example</h1><p>Enable JavaScript and cookies to continue</p>",
    "front": "<title>가상매일</title>" + each(TEASER, OTHERS * 4),
    "section": "<h2>사회</h2><ul>" + each(ENTRY, OTHERS * 4) + "</ul>",
}  # fmt: skip


@pytest.mark.parametrize("name", NO_ARTICLES)
def test_what_is_no_article_is_told_and_not_kept(name: str, tmp_path: Path) -> None:
    path = tmp_path / "p.html"
    path.write_text(f"<html><body>{NO_ARTICLES[name]}</body></html>", encoding="utf-8")
    (note,) = reader_of(path).read(path, "p.html")
    assert isinstance(note, ReadProblem)
    assert note.severity == "note"
    assert ("list of articles" if name in ("front", "section") else "error") in note.reason


def test_an_error_page_saved_as_text_is_refused() -> None:
    assert read_text("페이지를 찾을 수 없습니다\n요청하신 기사가 삭제되었거나 주소가 바뀌었습니다.\n처음으로").refusal


def test_a_short_article_among_teasers_is_one() -> None:
    reading = html(f"<h1>{TITLE}</h1><p>{BODY[0]}</p><div>{each(TEASER, OTHERS * 4)}</div>", f"<title>{TITLE}</title>")
    assert not reading.refusal
    assert body(reading) == BODY[:1]


def test_an_article_about_an_error_page_is_one() -> None:
    title = "“페이지를 찾을 수 없습니다” 시 누리집 사흘째 먹통"
    head = f'<meta property="og:title" content="{title}">'
    reading = html(f"<article><h1>{title}</h1>{TEXT * 2}<p>입력 2025-03-07 09:20</p></article>", head)
    assert not reading.refusal
    assert value(reading, "title") == title


@pytest.mark.parametrize("start", ["[가상매일] ", "가상매일 - ", "가상매일 | ", "가상매일 :: "])
def test_a_title_loses_the_name_of_its_site_before_it(start: str) -> None:
    head = f'<meta property="og:title" content="{start}{TITLE}"><meta property="og:site_name" content="가상매일">'
    assert value(html(f"<div>{TEXT}</div>", head), "title") == TITLE
    other = f'<meta property="og:title" content="[단독] {TITLE}"><meta property="og:site_name" content="가상매일">'
    assert value(html(f"<div>{TEXT}</div>", other), "title") == f"[단독] {TITLE}"


def test_a_list_in_the_text_is_text_and_one_beside_it_is_not() -> None:
    inside = "<ul><li>나무 기둥 서른 개</li><li>망원경 네 대</li></ul>"
    shared = "<div class='tools'><ul><li>이 글 옮겨 가기 안내</li></ul></div>"
    read = html(f"<article><h1>{TITLE}</h1><div class='entry-content'>{TEXT}{inside}{shared}</div></article>")
    assert body(read) == [*BODY, "나무 기둥 서른 개", "망원경 네 대"]
    short = (
        f"<p>가상시는 이번 주 행사를 7일 알렸다.</p>{inside}<p>모두 무료다.</p><ol><li>비가 오면 한 주 미룬다</li></ol>"
    )
    read = html(f"<article><h1>{TITLE}</h1><div class='article-body'>{short}</div>{shared}</article>")
    assert body(read)[1:] == ["나무 기둥 서른 개", "망원경 네 대", "모두 무료다.", "비가 오면 한 주 미룬다"]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("application/ld+json", {"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n".join(BODY)}),
        ("application/json", {"props": {"a": {"headline": TITLE, "contentHtml": TEXT, "publishedAt": "2025-03-07"},
                                        "b": [{"headline": OTHERS[0], "publishedAt": "2025-03-09"}]}}),
    ],
)  # fmt: skip
def test_a_page_without_any_text_is_read_from_its_data(kind: str, data: dict[str, object]) -> None:
    script = f'<script type="{kind}">{json.dumps(data)}</script>'
    read = html(f'<div id="root"></div>{script}', f"<title>{TITLE} - 가상매일</title>")
    assert (value(read, "title"), body(read)) == (TITLE, BODY)
    assert value(read, "published") == ("2025-03-07" if "props" in data else None)


@pytest.mark.parametrize(
    "label",
    [
        "이런 기사 어때요?",
        "이 기사는 보셨나요?",
        "▶관련기사◀",
        "더 읽을거리",
        "함께 볼거리",
        "More stories like this",
        "Read more from our archive",
    ],
)
@pytest.mark.parametrize("mark", ["", "▷", "· ", "ㄴ ", "└ ", "▸ "])
def test_more_labels_of_a_related_list(label: str, mark: str) -> None:
    read = page(label, *(mark + headline for headline in KIN), "", RIGHTS)
    assert (body(read), listed(read)) == (BODY, KIN)


def test_a_label_that_nobody_knows_above_a_marked_list_leaves_the_body() -> None:
    read = page("바다 묶음", *(f"▷ {headline}" for headline in KIN))
    assert (body(read), listed(read)) == (BODY, KIN)


@pytest.mark.parametrize(
    ("byline", "author", "outlet"),
    [
        ("Leo Marsh, Coast Wire", "Leo Marsh", "Coast Wire"),
        ("Ana Whitfield and Leo Marsh | The Tide", "Ana Whitfield·Leo Marsh", "The Tide"),
        ("Leo Marsh\nCoast Wire", "Leo Marsh", "Coast Wire"),
        ("Leo Marsh", "Leo Marsh", None),
        ("Coast Wire", None, "Coast Wire"),
    ],
)
def test_people_and_an_outlet_above_a_date(byline: str, author: str | None, outlet: str | None) -> None:
    text = ["The ferry will sail again in spring, the town said.", "It will carry ninety people, it added."]
    read = read_text("\n".join(["Harbor ferry to sail again", byline, "Feb. 2, 2024 4:10 p.m. ET", "", *text]))
    assert (value(read, "author"), value(read, "outlet"), body(read)) == (author, outlet, text)
    assert body(read_text("\n".join(["Harbor ferry to sail again", "", byline, *text])))[-2:] == text


def test_a_place_and_a_name_joined_before_the_lead() -> None:
    read = read_text("\n".join([TITLE, "입력 2025-03-07 09:20", "", f"가상매일=김바다 기자 / {BODY[0]}", *BODY[1:]]))
    assert (body(read), value(read, "author"), value(read, "outlet")) == (BODY, "김바다", "가상매일")


def test_what_asks_to_subscribe_at_the_end_is_no_body() -> None:
    tail = ["제보는 카톡 gasang", "구독은 큰 힘이 됩니다.", "유튜브 가상매일 검색"]
    assert body(page(RIGHTS, *tail)) == BODY
    assert body(page("유튜브 가상매일 구독")) == BODY
    assert (
        body(page("자세한 것은 시 홈페이지에서 볼 수 있습니다."))[-1] == "자세한 것은 시 홈페이지에서 볼 수 있습니다."
    )
    assert body(page(RIGHTS, f"{BODY[1]} 유튜브로도 보여 준다."))[-1].endswith("보여 준다.")


def test_names_below_the_text_of_a_labelled_page() -> None:
    named = [f"Title: {TITLE}", "Author: Leo Marsh", "Publication info: Coast Wire ; Millbrook. 02 Feb 2024."]
    behind = ["Subject: Ferries", "Publication title: Coast Wire", "Publication date: Feb 2, 2024 at 9:05 a.m."]
    read = read_text("\n".join([*named, f"Full text: {BODY[0]}", *BODY[1:], *behind]))
    assert (value(read, "title"), body(read), value(read, "outlet")) == (TITLE, BODY, "Coast Wire")
    assert value(read, "published") == "2024-02-02T09:05"
    event = ["일시: 3월 2일 오전 10시", "주소: 가상항 북쪽 방파제"]
    assert body(read_text("\n".join([f"제목: {TITLE}", "언론사: 가상매일", "본문:", *BODY, *event])))[-2:] == event


def test_a_name_that_nobody_knows_among_those_of_a_labelled_page() -> None:
    named = ["문서 1", "", f"제목: {TITLE}", "신문사: 가상매일", "면종: 12면", "기자: 김바다 기자", f"본문: {BODY[0]}"]
    read = read_text("\n".join([*named, *BODY[1:], "키워드: 바다, 항구", "기사주소: https://gasang.example/9"]))
    assert (value(read, "title"), body(read), value(read, "author")) == (TITLE, BODY, "김바다")
    assert (value(read, "outlet"), read.url) == ("가상매일", "https://gasang.example/9")


def test_a_document_of_a_database() -> None:
    above = ["Copyright 2024 Coast Wire", "Coast Wire", "", "February 2, 2024 Friday", ""]
    named = ["SECTION: NEWS; Pg. A4", "LENGTH: 61 words", f"HEADLINE: {TITLE}", "BYLINE: Leo Marsh", "BODY:"]
    read = read_text("\n".join([*above, *named, *BODY, "LOAD-DATE: February 3, 2024", "End of Document"]))
    assert (value(read, "title"), value(read, "author"), body(read)) == (TITLE, "Leo Marsh", BODY)
    assert (value(read, "outlet"), value(read, "published")) == ("Coast Wire", "2024-02-02")


@pytest.mark.parametrize(
    "told",
    [
        "That page can’t be found.",
        "Sorry, this story could not be displayed.",
        "We couldn’t find that story.",
        "해당 기사는 언론사의 요청에 따라 삭제되었습니다.",
        "존재하지 않거나 비공개 처리된 기사입니다.",
    ],
)
def test_more_error_pages_among_links_are_refused(told: str) -> None:
    assert html(f"<h1>{told}</h1><p>It may have moved.</p>{links(KIN)}", "").refusal
    assert not html(f"<h1>{TITLE}</h1>{TEXT}<p>시는 누리집에 ‘{told}’는 글이 나왔다고 밝혔다.</p>", OG).refusal


def test_a_page_is_shown_with_its_lines_coloured(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(
        "영일만에 <등대> 선다\n2024-08-05 11:16\n[가상신문=홍길동 기자]\n포항시는 5일 등대를 짓는다고 밝혔다.\n",
        "utf-8",
    )
    from recommender.cli._home import Home
    from recommender.cli.inspect import inspect

    done = CliRunner().invoke(inspect, [str(page), "--html", str(tmp_path / "out.html")], obj=Home(tmp_path))
    assert done.exit_code == 0, done.output
    shown = (tmp_path / "out.html").read_text("utf-8")
    rows = re.findall(r'<td class="number">(\d+)</td><td class="name">(\w*)</td><td class="line">([^<]*)</td>', shown)
    assert rows[0] == ("1", "title", "영일만에 &lt;등대&gt; 선다")
    assert rows[1][1] == "published"
    assert rows[3][1] == "body"
    assert "http" not in shown
    assert "<script" not in shown


@pytest.mark.parametrize(
    "lines", ["강변매일\n입력 2024.04.11 14:20\n홍길동 기자", "강변매일\n홍길동 기자\n2024.04.11 14:20"]
)
def test_an_outlet_alone_above_the_date_is_no_body(lines: str) -> None:
    read = read_text(f"영일만에 등대 선다\n{lines}\n\n포항시는 5일 새 등대를 짓는다고 밝혔다.\n")
    assert (value(read, "outlet"), value(read, "body")) == ("강변매일", "포항시는 5일 새 등대를 짓는다고 밝혔다.")


def test_the_label_within_a_link_is_no_part_of_its_headline() -> None:
    inner = f"<p><a href='/n/3'>▷ 관련기사 : {KIN[0]}</a></p>"
    read = html(f"<article>{TEXT}{inner}{TEXT}</article>", OG)
    assert [link.headline for link in read.links] == [KIN[0]]


def test_what_a_site_sets_before_its_titles_goes_where_the_heading_tells() -> None:
    assert without_site(f"강변매일 모바일 사이트, {TITLE}", ["강변매일"], [TITLE]) == TITLE
    assert without_site(f"다른 말, {TITLE}", ["강변매일"], [TITLE]) == f"다른 말, {TITLE}"


@pytest.mark.parametrize("label", ["엮인 기사", "이어진 소식", "딸린 기사 모아보기", "참고할 만한 보도"])
def test_other_words_for_kin(label: str) -> None:
    assert listed(page(label, *(f"- {h}" for h in KIN), "", RIGHTS)) == KIN
    assert listed(html(f"<article>{TEXT}</article><div><h4>{label}</h4>{links(KIN)}</div>")) == KIN


def test_a_date_behind_the_link_of_a_card_is_no_part_of_it() -> None:
    cards = "".join(
        f'<div class="item"><a href="v?{n}"><img src="t.jpg"></a><a href="v?{n}"><strong>{h}</strong></a>'
        f"<span>2024.10.0{n + 1}</span></div>"
        for n, h in enumerate(KIN)
    )
    assert listed(html(f'<article>{TEXT}</article><div><p class="tit">관련 기사 더보기</p>{cards}</div>')) == KIN


def test_a_person_and_an_outlet_beside_the_date() -> None:
    lead = "Farmers began the citron harvest a week early this year, officials said on Sunday."
    read = read_text(f"Citron harvest opens early\nAnn Doe | Bay Times | Nov. 3, 2024\n\n{lead}\n")
    assert [value(read, name) for name in ("author", "outlet", "published", "body")] == [
        "Ann Doe", "Bay Times", "2024-11-03", lead,
    ]  # fmt: skip
