"""Shapes of plain-text pages: every text here was written for the tests."""

from __future__ import annotations

import json

import pytest

from recommender.errors import InputError
from recommender.readers.page import read_text
from recommender.readers.page_reading import FIELDS, PageReading

LEAD = "포항시는 블루밸리 산단에 재활용 시험동을 짓기로 했다고 9일 밝혔다. 터는 축구장 두 개 넓이다."
MORE = "시험동은 내년 봄에 첫 삽을 뜨고 그해 겨울에 문을 연다. 시는 장비 스무 대를 들인다."
END = "주민들은 공사 차량이 다닐 길부터 넓혀 달라고 했다. 시는 다음 달 설명회를 연다."
TITLE = "포항시, 블루밸리에 재활용 시험동 짓는다"
HEADLINES = (
    "[포토] 시험동 터 다지기 현장",
    "경북도, 폐전지 수거망 두 배로",
    "구미 배터리 창고에 불… 40분 만에 꺼져",
    "中 원료 값 뛰자 포항 공장도 긴장",
)


def page(*lines: str) -> PageReading:
    return read_text("\n".join(lines))


def value(reading: PageReading, name: str) -> object:
    field = getattr(reading, name)
    return field.value if field else None


def body(reading: PageReading) -> list[str]:
    return str(value(reading, "body") or "").split("\n")


@pytest.mark.parametrize(
    ("printed", "outlet", "author"),
    [
        ("[가나산업뉴스 홍길동 기자] ", "가나산업뉴스", "홍길동"),
        ("【다라뉴스 포항】홍길동 기자=", "다라뉴스", "홍길동"),
        ("(포항=대경뉴스) 홍길동 기자 = ", "대경뉴스", "홍길동"),
        ("[서울=뉴시스]홍길동 기자 = ", "뉴시스", "홍길동"),
        ("[포항=뉴시스] 홍길동 기자 = ", "뉴시스", "홍길동"),
        ("(서울=연합뉴스) 홍길동 특파원 = ", "연합뉴스", "홍길동"),
        ("[가나경제(포항)=홍길동 기자] ", "가나경제", "홍길동"),
        ("[가나일보ㅣ포항=홍길동 기자] ", "가나일보", "홍길동"),
        ("[가나일보 = 홍길동기자] ", "가나일보", "홍길동"),
        ("[포항=홍길동 기자] ", None, "홍길동"),
        ("[가나일보=포항] 홍길동 기자 = ", "가나일보", "홍길동"),
        ("[가나일보 홍길동 선임기자] ", "가나일보", "홍길동"),
        ("홍길동 기자 = ", None, "홍길동"),
        ("가나일보 홍길동 기자 = ", "가나일보", "홍길동"),
        ("그린모임 홍길동 기자 = ", "그린모임", "홍길동"),
        ("경제부 홍길동 기자 = ", None, "홍길동"),
        ("포항=홍길동 기자 = ", None, "홍길동"),
        ("[가나일보 홍길동·임꺽정 기자] ", "가나일보", "홍길동·임꺽정"),
    ],
)
def test_byline_before_the_lead(printed: str, outlet: str | None, author: str) -> None:
    reading = page(printed + LEAD, MORE)
    assert (value(reading, "outlet"), value(reading, "author")) == (outlet, author)
    assert body(reading) == [LEAD, MORE]
    assert value(reading, "title") is None


@pytest.mark.parametrize("start", ["[사진] ", "[단독] ", "(종합) ", "[11:16] ", "[In터뷰] "])
def test_a_tag_is_no_byline(start: str) -> None:
    reading = page(start + LEAD, MORE)
    assert value(reading, "author") is None
    assert value(reading, "outlet") is None


@pytest.mark.parametrize(
    ("line", "iso", "author"),
    [
        ("홍길동 기자 | 기사입력 2024/09/12 [13:47]", "2024-09-12T13:47", "홍길동"),
        ("입력 2023.03.07 09:30", "2023-03-07T09:30", None),
        ("입력 2023.03.07 09:30 수정 2023.03.08 10:00", "2023-03-07T09:30", None),
        ("수정 2023.03.08 10:00 입력 2023.03.07 09:30", "2023-03-07T09:30", None),
        ("수정 2023.03.08 10:00", "2023-03-08T10:00", None),
        ("승인 2022-11-14 17:25", "2022-11-14T17:25", None),
        ("가나일보 홍길동 기자 승인 2022-11-14 17:25", "2022-11-14T17:25", "홍길동"),
        ("등록 : 03.07 09:30", "--03-07T09:30", None),
        ("2025년 2월 3일", "2025-02-03", None),
        ("2025년 2월", "2025-02", None),
        ("2025년 2월 3일 오후 3시 05분", "2025-02-03T15:05", None),
        ("2025년 2월 3일 오전 12:05", "2025-02-03T00:05", None),
        ("2025. 2. 3. (월) 07:00", "2025-02-03T07:00", None),
        ("Mar 7, 2023", "2023-03-07", None),
        ("Published: March 7, 2023 9:30 PM", "2023-03-07T21:30", None),
        ("입력 2024-13-45", None, None),
        ("입력 2023.02.29 09:30", None, None),
        ("글·사진 홍길동 기자", None, "홍길동"),
        ("기자명 홍길동", None, "홍길동"),
        ("By Hong Gil-dong, Gana Daily", None, "Hong Gil-dong"),
        ("홍길동 기자 hong@example.com", None, "홍길동"),
    ],
)
def test_date_and_byline_lines(line: str, iso: str | None, author: str | None) -> None:
    reading = page(TITLE, "", line, "", LEAD, "", MORE)
    assert value(reading, "published") == iso
    assert value(reading, "author") == author
    assert value(reading, "title") == TITLE
    if iso or author:
        assert body(reading) == [LEAD, MORE]


@pytest.mark.parametrize(
    "prose",
    [
        "시험동은 2025년 2월 3일 문을 열었고 그날 하루에만 육백 명이 다녀갔다고 시는 밝혔다.",
        "특구는 2019년 7월 지정됐다.",
        "신청은 3월 7일 09:30부터 누리집에서 받는다.",
    ],
)
def test_a_date_in_prose_is_no_publication_date(prose: str) -> None:
    assert value(page(TITLE, "", LEAD, "", prose), "published") is None


@pytest.mark.parametrize(
    ("line", "outlet", "author"),
    [
        ("가나일보 | 등록 : 11.01 16:20", "가나일보", None),
        ("그린모임 홍길동 기자 | 기사입력 2024/10/11 [14:05]", "그린모임", "홍길동"),
        ("경제부 홍길동 기자 | 기사입력 2024/10/11 [14:05]", None, "홍길동"),
        ("가나일보 기획취재팀 | 입력 2025.01.15 07:00", "가나일보", "기획취재팀"),
        ("기사제보 news@example.com", None, None),
        ("입력 2025.01.15 07:00", None, None),
    ],
)
def test_outlet_of_a_byline_line(line: str, outlet: str | None, author: str | None) -> None:
    reading = page(TITLE, "", line, "", LEAD)
    assert (value(reading, "outlet"), value(reading, "author")) == (outlet, author)
    assert body(reading) == [LEAD]


def test_plain_headlines_may_end_in_a_quote() -> None:
    quoted = ("수거망 두 배로… “내년엔 세 배”", "“길부터 넓혀라” 블루밸리", "경북도 “원료는 우리가 댄다”")
    reading = page(LEAD, MORE, "", "관련기사", *quoted, "", "댓글 3")
    assert value(reading, "related") == quoted
    assert body(reading) == [LEAD, MORE]


def test_header_in_two_languages() -> None:
    reading = page(LEAD, MORE, "", "Related articles | 관련기사", *(f"- {h}" for h in HEADLINES))
    assert value(reading, "related") == HEADLINES


def test_repeated_title_and_byline_are_kept_once() -> None:
    line = "홍길동 기자 | 기사입력 2024/09/12 [13:47]"
    reading = page(TITLE, "", line, "", TITLE, "", line, "", LEAD, MORE)
    assert body(reading) == [LEAD, MORE]
    assert reading.title is not None
    assert reading.title.lines == (1, 1)
    assert [out.rule for out in reading.left_out][:1] == ["repeated title"]


def test_signature_at_the_end() -> None:
    reading = page(TITLE, "", LEAD, MORE, "", "홍길동 기자 hong@example.com")
    assert body(reading) == [LEAD, MORE]
    assert value(reading, "author") == "홍길동"
    reading = page(TITLE, "", LEAD, f"{MORE} /홍길동 기자 hong@example.com")
    assert body(reading) == [LEAD, MORE]
    assert value(reading, "author") == "홍길동"


@pytest.mark.parametrize(
    "line",
    [
        "▲ 시장이 시험동 모형을 살펴보고 있다.   © 포항시",
        "▲ 시험동 조감도",
        "▲ 시험동 터를 둘러보는 시민들 모습.",
        "[사진=포항시]",
        "사진 설명: 시험동 모형을 살펴보는 시민들",
        "시민들이 시험동 모형을 살펴보고 있다. /사진=포항시",
        "시민들이 시험동 모형을 살펴보고 있다. ⓒ가나일보",
        "시민들이 시험동 모형을 살펴보고 있다. (사진제공=포항시)",
        "시험동 조감도. 포항시 제공",
        "시험동 조감도 <포항시 제공>",
    ],
)
def test_captions(line: str) -> None:
    reading = page(TITLE, "", LEAD, "", line, "", MORE)
    assert reading.captions is not None
    assert reading.captions.lines == (5, 5)
    assert body(reading) == [LEAD, MORE]


@pytest.mark.parametrize(
    "lines",
    [
        ["▲ 시험동 두 채를 짓는다", "▲ 장비 스무 대를 들인다", "▲ 사람 쉰 명을 뽑는다"],
        ["△ 시험동은 두 채다.", "△ 장비는 스무 대다."],
        ["지원은 ▲부지 ▲장비 ▲인력의 세 갈래로 이뤄지며 해마다 새로 심사해 고른다."],
        ["시는 사진 공모전 작품을 모아 시험동 복도에 걸어 두고 있다."],
        ["△ 주민 설명회를 다음 달에 열기로 하고 장소를 찾고 있다."],
    ],
)
def test_bullets_and_prose_are_no_captions(lines: list[str]) -> None:
    reading = page(TITLE, "", LEAD, "", *lines, "", MORE)
    assert reading.captions is None
    assert body(reading) == [LEAD, *lines, MORE]


HEADERS = (
    "관련기사", "[관련기사]", "▶ 관련기사", "관련 뉴스", "이 기사와 함께 보면 좋은 기사", "#관련기사",
    "함께 보면 좋은 기사",
    "Related articles", "<관련 기사>", "■ 관련기사", "관련기사 (4)", "관련기사 더보기", "연관기사",
    "- 관련기사 -",
)  # fmt: skip
MARKERS = ("- ", "· ", "• ", "▶ ", "▶", "☞ ", "◇ ", "{n}. ", "{n}) ", "")


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("marker", MARKERS)
def test_related_list_under_a_header(header: str, marker: str) -> None:
    listed = [marker.format(n=n) + h for n, h in enumerate(HEADLINES, start=1)]
    reading = page(TITLE, "", LEAD, "", MORE, "", header, *listed, "", "저작권자 ⓒ 가나일보 무단전재 및 재배포 금지")
    assert value(reading, "related") == HEADLINES
    assert body(reading) == [LEAD, MORE]
    assert value(reading, "tags") == ("포토",)
    assert value(reading, "outlet") == "가나일보"
    assert reading.own_tags == ()


@pytest.mark.parametrize("marker", MARKERS[:-1])
def test_related_list_without_a_header(marker: str) -> None:
    listed = [marker.format(n=n) + h for n, h in enumerate(HEADLINES, start=1)]
    reading = page(LEAD, MORE, *listed)
    assert value(reading, "related") == HEADLINES
    assert body(reading) == [LEAD, MORE]


@pytest.mark.parametrize(
    "lines",
    [
        ["- 경북도, 폐전지 수거망 두 배로", "- 구미 배터리 창고에 불… 40분 만에 꺼져"],
        ["- 일시: 3월 2일 오전 열 시", "- 장소: 블루밸리 산단 회의실", "- 문의: 자원순환과 담당자"],
        ["- 시는 다음 달 첫 설명회를 열 계획이다.", "- 장비는 가을에 들어온다.", "- 사람은 겨울에 뽑는다."],
    ],
)
def test_list_lines_that_stay_in_the_body(lines: list[str]) -> None:
    reading = page(LEAD, MORE, *lines)
    assert reading.related is None
    assert body(reading) == [LEAD, MORE, *lines]


def test_related_block_in_the_middle_of_the_body() -> None:
    reading = page(TITLE, "", LEAD, "", "▶ 관련기사", *HEADLINES, "", MORE, "", END)
    assert value(reading, "related") == HEADLINES
    assert body(reading) == [LEAD, MORE, END]


def test_related_headline_on_the_header_line() -> None:
    reading = page(TITLE, "", LEAD, "", "[관련기사] 경북도, 폐전지 수거망 두 배로", "", MORE)
    assert value(reading, "related") == ("경북도, 폐전지 수거망 두 배로",)
    assert body(reading) == [LEAD, MORE]


@pytest.mark.parametrize(
    "prose", ["관련기사를 쓴 기자는 상을 받았다고 협회가 9일 밝혔다.", "관련 뉴스가 쏟아지자 시는 해명했다."]
)
def test_prose_is_no_header(prose: str) -> None:
    assert page(TITLE, "", LEAD, "", prose, "", MORE).related is None


@pytest.mark.parametrize(
    "header",
    ["많이 본 뉴스", "인기기사", "실시간 인기 뉴스", "[많이 본 기사]", "이 시각 주요뉴스", "Most read"],
)
def test_popular_list_is_no_related_list(header: str) -> None:
    popular = ["1 바다 축제 사흘 앞으로", "2 시내버스 요금 오른다"]
    reading = page(LEAD, MORE, "", "관련기사", *(f"- {h}" for h in HEADLINES), "", header, *popular)
    assert value(reading, "related") == HEADLINES
    assert body(reading) == [LEAD, MORE]
    assert {out.rule for out in reading.left_out} == {"header of the related list", "popular list"}


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("저작권자 ⓒ 가나일보 무단전재 및 재배포 금지", "copyright line"),
        ("<저작권자(c) 가나일보, 무단 전재-재배포 금지>", "copyright line"),
        ("Copyright © 가나일보. All rights reserved.", "copyright line"),
        ("ⓒ 가나일보", "copyright line"),
        ("hong@example.com", "mail line"),
        ("페이스북 트위터 카카오톡 URL복사", "share buttons"),
        ("공유하기", "share buttons"),
        ("#포항 #배터리 #재활용", "hashtags"),
        ("---------------", "rule or ornament"),
    ],
)
def test_furniture_is_left_out(line: str, rule: str) -> None:
    reading = page(TITLE, "", LEAD, MORE, "", line)
    assert body(reading) == [LEAD, MORE]
    assert [(out.lines, out.rule) for out in reading.left_out] == [((6, 6), rule)]


NOTICES = (
    "<구글 번역으로 번역한 영문 기사입니다.>",
    "[기계 번역한 기사입니다]",
    "* 아래는 위 기사를 '구글 번역'으로 번역한 영문 기사의 전문입니다.",
    "This article was machine translated.",
    "자동 번역된 영문입니다",
)


@pytest.mark.parametrize("notice", NOTICES)
def test_machine_translation(notice: str) -> None:
    english = ["Pohang builds a test hall for recycling.", "It will open next winter."]
    reading = page(TITLE, "", LEAD, "", notice, "", *english, "", "관련기사", *(f"- {h}" for h in HEADLINES))
    assert value(reading, "translation") == "\n".join(english)
    assert body(reading) == [LEAD]
    assert value(reading, "related") == HEADLINES
    assert reading.left_out[0].rule == "notice of a machine translation"


def test_talk_of_translation_is_body() -> None:
    prose = "시는 외국인 주민을 위해 구글 번역 단말기를 창구에 놓았다고 밝혔다."
    reading = page(TITLE, "", LEAD, "", prose, "", MORE)
    assert body(reading) == [LEAD, prose, MORE]
    assert reading.translation is None


def test_sub_headlines_stay_lines_of_the_body() -> None:
    reading = page(
        TITLE,
        "시험동 두 채, 내년 봄 첫 삽",
        "",
        "입력 2023.03.07 09:30",
        "",
        LEAD,
        "",
        "■ 주민 걱정은 길",
        "",
        END,
    )
    assert value(reading, "title") == TITLE
    assert body(reading) == ["시험동 두 채, 내년 봄 첫 삽", LEAD, "■ 주민 걱정은 길", END]


@pytest.mark.parametrize(
    ("first", "title"),
    [
        (f"제목: {TITLE}", TITLE),
        (f"{TITLE} < 경제 < 기사본문 - 가나일보", TITLE),
        (f"[단독] {TITLE}", f"[단독] {TITLE}"),
        ("“길부터 넓혀라” 블루밸리 주민들 뿔났다", "“길부터 넓혀라” 블루밸리 주민들 뿔났다"),
    ],
)
def test_titles(first: str, title: str) -> None:
    reading = page(first, "", "입력 2023.03.07 09:30", "", LEAD)
    assert value(reading, "title") == title
    assert body(reading) == [LEAD]


def test_title_tags_are_the_articles_own() -> None:
    reading = page(f"[단독] {TITLE}", "", LEAD, "", "관련기사", *(f"- {h}" for h in HEADLINES))
    assert value(reading, "tags") == ("단독", "포토")
    assert reading.tags is not None
    assert reading.tags.lines == (1, 6)
    assert reading.to_record("p.txt").article.tags == ("단독",)


def test_unknown_stays_unknown() -> None:
    reading = page(LEAD, MORE)
    for name in ("title", "outlet", "author", "published", "captions", "tags", "related", "translation"):
        assert getattr(reading, name) is None, name
    record = reading.to_record("p.txt")
    assert record.article.title is None
    assert record.article.shown_title.startswith("(제목 없음) 포항시는")


def test_line_numbers_are_those_of_an_editor() -> None:
    text = "\ufeff" + "\r\n".join(["", TITLE, "", "입력 2023.03.07 09:30", "", f"{LEAD}\u2028{MORE}"])
    reading = read_text(text)
    assert reading.title is not None
    assert reading.title.lines == (2, 2)
    assert reading.published is not None
    assert reading.published.lines == (4, 4)
    assert reading.body is not None
    assert reading.body.lines == (6, 6)


def test_inspect_json_is_the_contracts() -> None:
    found = page(LEAD, MORE, *(f"- {h}" for h in HEADLINES)).as_json("a/b.txt")
    assert json.loads(json.dumps(found)) == found
    assert list(found) == ["path", "kind", "fields", "left_out"]
    assert (found["path"], found["kind"]) == ("a/b.txt", "text")
    assert set(found["fields"]) == {*FIELDS, "stand_in"}
    assert found["fields"]["title"] is None
    assert set(found["fields"]["related"]) == {"value", "lines", "rule", "confidence"}
    assert found["fields"]["related"]["value"] == list(HEADLINES)
    assert found["fields"]["related"]["lines"] == [3, 6]


@pytest.mark.parametrize("text", ["", "   \n\t\n", "\ufeff", "\u200b"])
def test_an_empty_page_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="empty"):
        read_text(text)
