"""Records of real archives: what their keys are called, where they are nested, how their tables are broken."""

from __future__ import annotations

import json
import time
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from recommender.cli._home import Home
from recommender.corpus.store import Corpus
from recommender.errors import InputError
from recommender.readers.article import Record
from recommender.readers.columns import Columns, own_names, plain_name, read_own
from recommender.readers.encoding import decode
from recommender.readers.notes import ReadProblem
from recommender.readers.registry import reader_of
from recommender.readers.rules.authors import authors
from recommender.text.dates import KOREA, find_date, full_year, parse_published
from recommender.text.markup import without_markup
from recommender.text.mojibake import repaired
from recommender.text.normalize import clean, split_tags

TITLE = "구룡포 새 등대 불 밝힌다"
BODY = "포항시는 7일 구룡포항에 새 등대를 세웠다고 밝혔다.\n불빛은 40km 밖에서도 보인다."
HTML = "<p>" + BODY.replace("\n", "</p><p>") + "</p>"
URL = "https://paper.example/a/77"
TWO = [{"title": TITLE, "body": BODY}, {"title": "둘째 소식", "body": "본문 둘"}]


def read(
    folder: Path, name: str, content: object, columns: Columns | None = None
) -> tuple[list[Record], list[ReadProblem]]:
    """The records and problems of a file of text, bytes, or what is written as JSON."""
    if not isinstance(content, str | bytes):
        content = json.dumps(content, ensure_ascii=False)
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = list(reader_of(path).read(path, name, None, columns))
    return [r for r in found if isinstance(r, Record)], [p for p in found if isinstance(p, ReadProblem)]


def told(records: list[Record]) -> list[dict[str, Any]]:
    fields = ("title", "body", "outlet", "author", "published", "url", "section")
    return [
        {"id": record.given_id} | {name: value for name in fields if (value := getattr(record.article, name))}
        for record in records
    ]


NAMED: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "BigKinds": (
        {"뉴스 식별자": "0.1", "일자": "20240807", "언론사": "동해매일", "기고자": "김바다", "제목": TITLE,
         "통합 분류1": "지역>경북", "본문": BODY},
        {"id": "0.1", "published": "2024-08-07", "outlet": "동해매일", "author": "김바다", "section": "지역>경북"},
    ),
    "News API": (
        {"source": {"id": None, "name": "동해매일"}, "author": "김바다", "title": TITLE, "description": "요약",
         "url": URL,
         "publishedAt": "2024-08-07T01:00:00Z", "content": BODY},
        {"outlet": "동해매일", "author": "김바다", "url": URL, "published": "2024-08-07T10:00:00+09:00"},
    ),
    "capitals": (
        {"NEWS_ID": "N1", "NEWS_TITLE": TITLE, "NEWS_CONTENT": BODY, "PRESS": "동해매일", "WRITER": "김바다",
         "PUB_DT": "20240807100000"},
        {"id": "N1", "outlet": "동해매일", "author": "김바다", "published": "2024-08-07T10:00:00"},
    ),
    "camel case": (
        {"articleTitle": TITLE, "articleBody": BODY, "articlePublishedDate": "2024-08-07",
         "articleSource": "동해매일"},
        {"published": "2024-08-07", "outlet": "동해매일"},
    ),
    "words beside": ({"기사 제목*": TITLE, "기사 내용(전문)": BODY, "기사 작성 시간": "2024.08.07. 오전 10:00"},
     {"published": "2024-08-07T10:00"}),
    "WordPress": (
        {"id": 3, "date": "2024-08-07T10:00:00", "link": URL, "title": {"rendered": TITLE},
         "content": {"rendered": HTML}, "author": 1},
        {"id": "3", "published": "2024-08-07T10:00:00", "url": URL},
    ),
    "fundus": (
        {"title": TITLE, "authors": ["김바다", "이파도"], "body": {"summary": ["짧다."],
         "sections": [{"headline": [], "paragraphs": BODY.split("\n")}]},
         "publisher": "동해매일"},
        {"author": "김바다·이파도", "outlet": "동해매일"},
    ),
    "trafilatura": (
        {"title": TITLE, "hostname": "paper.example", "text": BODY, "source": URL, "source-hostname": "동해매일"},
        {"outlet": "동해매일", "url": URL},
    ),
    "ninjs": (
        {"byline": "김바다 기자", "headline": TITLE, "copyrightholder": "동해통신", "body_html": HTML,
         "subject": [{"name": "지역"}]},
        {"author": "김바다", "outlet": "동해통신", "section": "지역"},
    ),
    "Mongo": (
        {"_id": {"$oid": "66b2"}, "제목": TITLE, "본문": BODY, "작성일": {"$date": {"$numberLong": "1722992400000"}}},
        {"id": "66b2", "published": "2024-08-07T10:00:00+09:00"},
    ),
    "hit": ({"_id": "k", "_source": {"title": TITLE, "contents": BODY}}, {"id": "k"}),
    "Strapi": ({"id": 5, "attributes": {"title": TITLE, "body": BODY}}, {"id": "5"}),
    "day and time": ({"title": TITLE, "body": BODY, "일자": "2024-08-07", "시각": "10:00"},
     {"published": "2024-08-07T10:00"}),
    "published beside changed": ({"title": TITLE, "body": BODY, "수정일": "2024-08-09", "입력일": "2024-08-07"},
     {"published": "2024-08-07"}),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_keys_of_programs_are_known(tmp_path: Path, name: str) -> None:
    values, wanted = NAMED[name]
    records, problems = read(tmp_path, "a.jsonl", values)
    assert told(records) == [{"id": None, "title": TITLE, "body": BODY, **wanted}]
    assert all(problem.severity == "note" for problem in problems)


@pytest.mark.parametrize(
    "content",
    [
        {"code": 1, "data": {"items": TWO}}, {"hits": {"hits": [{"_source": row} for row in TWO]}},
        {"data": {"posts": {"edges": [{"node": row} for row in TWO]}}}, {"articles": {"a": TWO[0], "b": TWO[1]}},
        {"title": {"0": TITLE, "1": "둘째 소식"}, "body": {"0": BODY, "1": "본문 둘"}},
        {"title": [TITLE, "둘째 소식"], "body": [BODY, "본문 둘"]},
        {"columns": ["title", "body"], "data": [list(row.values()) for row in TWO]},
        [["제목", "본문"], *[list(row.values()) for row in TWO]], {"정치": TWO[:1], "사회": TWO[1:]},
        {"version": "1.1", "title": "동해매일", "description": "신문", "items": TWO},
        {"@graph": [{"@type": "WebSite", "name": "동해매일", "url": URL}, *[{"@type": "NewsArticle",
         **row} for row in TWO]]},
        {"db": [{"data": {"posts": TWO, "users": [{"id": 1, "name": "김바다"}]}}]},
        "\n".join(json.dumps(row) for row in TWO), "\n".join(json.dumps(row, indent=1) for row in TWO),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", [".json", ".jsonl"])
def test_records_are_found_where_programs_nest_them(tmp_path: Path, content: object, ending: str) -> None:
    records, problems = read(tmp_path, f"a{ending}", content)
    assert [(r.article.title, r.article.body) for r in records] == [tuple(row.values()) for row in TWO]
    assert all(problem.severity == "note" for problem in problems)


def test_an_article_that_lists_others_is_one(tmp_path: Path) -> None:
    related = [{"title": "다른 소식", "url": "https://x/1"}, {"제목": "또 다른 소식", "링크": "https://x/2"}]
    images = [{"title": "사진", "url": "https://i/1"}, {"title": "사진 둘", "url": "https://i/2"}]
    records, _ = read(tmp_path, "a.json", {"title": TITLE, "image": images[0], "images": images, "관련기사": related})
    assert [(r.article.title, r.article.body) for r in records] == [(TITLE, "")]
    assert [r.headline for r in records[0].related] == ["다른 소식", "또 다른 소식"]


ROWS = [("하나", "본문 하나"), ("둘", "본문 둘")]


@pytest.mark.parametrize(
    "content",
    [
        "sep=^\n제목^본문\n하나^본문 하나\n둘^본문 둘\n", "제목|본문\n하나|본문 하나\n둘|본문 둘\n",
        "제목;본문\n하나;본문 하나\n둘;본문 둘\n", "제목,본문\r하나,본문 하나\r둘,본문 둘\r",
        "검색어: 등대, 기간: 8월\n\n번호,제목,본문\n1,하나,본문 하나\n2,둘,본문 둘\n",
        "제목,본문\n하나,본문 하나\n제목,본문\n둘,본문 둘\n", "제목,본문\n하나,본문 하나\n본문,제목\n본문 둘,둘\n",
        unicodedata.normalize("NFD", "제목,본문\n하나,본문 하나\n둘,본문 둘\n"),
         ",제목,본문,,\n0,하나,본문 하나,,\n1,둘,본문 둘,,\n,,,,\n",
        "제목,본문\n\"하나\",\"본문 하나\"\n\"둘\",\"본문 둘\"\n".encode("cp949"),
    ],
)  # fmt: skip
def test_tables_are_read_however_they_are_laid_out(tmp_path: Path, content: str | bytes) -> None:
    records, problems = read(tmp_path, "a.csv", content)
    assert [(r.article.title, r.article.body) for r in records] == ROWS
    assert all(problem.severity == "note" for problem in problems)


@pytest.mark.parametrize(
    ("row", "title"),
    [
        ('"그는 "좋다"고 했다","본문"', '그는 "좋다"고 했다'),
        ('"그는 ""좋다""고 했다","본문"', '그는 "좋다"고 했다'),
        (r'"그는 \"좋다\"고, 했다","본문"', '그는 "좋다"고, 했다'),
        ('"그날" 밤,"본문"', '"그날" 밤'),
        ('5" 관,본문', '5" 관'),
        ('"두\n줄","본문"', "두 줄"),
    ],
)
def test_quotes_inside_cells(tmp_path: Path, row: str, title: str) -> None:
    records, problems = read(tmp_path, "a.csv", f"title,body\n{row}\n끝,본문 끝\n")
    assert [r.article.title for r in records] == [title, "끝"]
    assert not problems


def test_a_quote_that_is_never_closed_costs_its_row_alone(tmp_path: Path) -> None:
    content = 'title,body,date\n하나,"본문",2024-08-01\n"둘,본문 둘,2024-08-02\n'
    content += '셋,"본문, 셋",2024-08-03\n넷,본문,2024-08-04\n'
    records, problems = read(tmp_path, "a.csv", content)
    assert [(r.article.title, r.line) for r in records] == [("하나", 2), ("셋", 4), ("넷", 5)]
    assert [(p.line, p.severity) for p in problems] == [(3, "refused"), (0, "note")]
    assert "3 of its rows went in" in problems[1].reason


def test_a_file_and_its_rows_advise_the_same(tmp_path: Path) -> None:
    _, problems = read(
        tmp_path, "a.csv", "번호,큰글,기사내용\n1,포항 양극재 공장 준공,\n2,구룡포 과메기 축제 개막,본문이다\n"
    )
    assert [problem.hint.partition("--map ")[2].rstrip("?.") for problem in problems] == ["title=큰글"] * 2
    with pytest.raises(InputError) as caught:
        read(tmp_path, "b.csv", "번호,큰글\n1,포항 양극재 공장 준공\n")
    assert "such as --map title=큰글, or" in caught.value.hint
    records, problems = read(tmp_path, "c.csv", "번호,머리기사,기사내용\n1,포항 양극재 공장,본문이다\n")
    assert [record.article.title for record in records] == ["포항 양극재 공장"]
    assert [problem.reason for problem in problems] == ["Not used: 번호."]


def test_a_table_without_a_header_is_said_and_can_be_read_by_numbers(tmp_path: Path) -> None:
    content = f"1\t{TITLE}\t{URL}\t2024-08-07\n"
    with pytest.raises(InputError, match="no header line") as caught:
        read(tmp_path, "a.tsv", content)
    assert "--map title=2 --map url=3 --map published=4" in caught.value.hint
    columns = Columns(own_names(["title=2", "published=4"]))
    records, _ = read(tmp_path, "a.tsv", content, columns)
    assert told(records) == [{"id": None, "title": TITLE, "published": "2024-08-07"}]


def test_what_is_not_used_is_named_once_with_a_guess(tmp_path: Path) -> None:
    lines = [
        json.dumps({"title": f"소식 {n}", "조회수": n, "글꼬리": BODY * 3, "올린때": "2024-08-07"}) for n in range(3)
    ]
    _, problems = read(tmp_path, "a.jsonl", "\n".join(lines))
    assert [str(p) for p in problems] == [
        "a.jsonl: Not used: 조회수, 글꼬리, 올린때. Perhaps --map body=글꼬리 --map published=올린때?"
    ]


def test_names_of_a_person_come_before_those_of_the_table(tmp_path: Path) -> None:
    (tmp_path / "columns.toml").write_text('Title = ["큰 글"]\nbody = "title"\n', encoding="utf-8")
    columns = Columns(read_own(tmp_path / "columns.toml"))
    records, problems = read(tmp_path, "a.jsonl", {"큰글": TITLE, "title": BODY}, columns)
    assert told(records) == [{"id": None, "title": TITLE, "body": BODY}]
    assert not problems
    assert columns.mark
    assert not Columns().mark


@pytest.mark.parametrize("pair", ["title", "title=", "headline=x", "=x", "title=-"])
def test_a_map_that_says_nothing_is_refused(pair: str) -> None:
    with pytest.raises(InputError):
        own_names([pair])


@pytest.mark.parametrize("content", ["title = 1.5", "title = [[]]", "nothing = 'x'", "title", "title = " + "[" * 9_999])
def test_a_file_of_names_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "columns.toml").write_text(content, encoding="utf-8")
    with pytest.raises(InputError):
        read_own(tmp_path / "columns.toml")


def test_other_names_read_the_file_again(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"title": TITLE, "글": BODY}), encoding="utf-8")
    columns = Columns(own_names(["body=글"]))
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([tmp_path])
        assert corpus.ingest([tmp_path], columns=columns).articles_changed == 1
        assert [article.body for article in corpus.articles()] == [BODY]
        assert corpus.ingest([tmp_path], columns=columns).articles_changed == 0


@pytest.mark.parametrize("name", ["pub_date", "Pub-Date", "pubDate", " PUB DATE ", "pub.date", "ｐｕｂ＿ｄａｔｅ"])
def test_names_are_compared_without_case_and_signs(name: str) -> None:
    assert plain_name(name) == "pubdate"


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("Wed, 07 Aug 2024 10:00:00 +0900", "2024-08-07T10:00:00+0900"),
        ("Wed, 7 Aug 2024 01:00:00 GMT", "2024-08-07T10:00:00+09:00"),
        ("Wed Aug  7 10:00:00 KST 2024".replace("  ", " "), "2024-08-07T10:00:00"),
        ("Wed Aug 07 2024 10:00:00 GMT+0900 (한국 표준시)", "2024-08-07T10:00:00+0900"),
        ("2024-08-06T20:00:00-05:00", "2024-08-07T10:00:00+09:00"),
        ("20240807100000", "2024-08-07T10:00:00"), ("202408071000", "2024-08-07T10:00"),
        ("20240807T010000Z", "2024-08-07T10:00:00+09:00"), ("1722992400", "2024-08-07T10:00:00+09:00"),
        ("1722992400000", "2024-08-07T10:00:00+09:00"), ("2024-08-07 10:00 KST", "2024-08-07T10:00"),
        ("2024.08.07. 오후 3:07", "2024-08-07T15:07"), ("2024년 8월 7일 수요일 오후 3시 7분", "2024-08-07T15:07"),
        ("2024-08-07(수)", "2024-08-07"), ("2024-08-07 10:00 송고", "2024-08-07T10:00"),
        ("입력 2024-08-07 10:00 | 수정 2024-08-08 11:00", "2024-08-07T10:00"),
        ("수정 2024-08-08 11:00 입력 2024-08-07 10:00", "2024-08-07T10:00"), ("최종수정 2024-08-08", None),
        ("Wednesday, August 7, 2024 at 3:07 p.m.", "2024-08-07T15:07"), ("07-Aug-2024", "2024-08-07"),
        ("２０２４．０８．０７", "2024-08-07"), ("2024–08–07", "2024-08-07"), ("25/08/2024", "2024-08-25"),
        ("07/08/2024", None), ("05.08.24", None), ("24.08.05", "2024-08-05"), ("3시간 전", None), ("17228", None),
    ],
)  # fmt: skip
def test_dates_of_records(printed: str, iso: str | None) -> None:
    assert parse_published(printed) == iso
    assert iso is None or parse_published(iso) == iso


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("98.03.07", "1998-03-07"), ("'97-11-21 09:30", "1997-11-21T09:30"), ("’97.11.21.", "1997-11-21"),
        ("99/12/31 23:59:59", "1999-12-31T23:59:59"), ("98년 3월 7일 오후 3시 5분", "1998-03-07T15:05"),
        ("'05년 8월 5일", "2005-08-05"), ("24.08.05", "2024-08-05"), ("24년 8월 5일", "2024-08-05"),
        ("21-NOV-97", "1997-11-21"), ("05-Aug-08 09:30", "2008-08-05T09:30"), ("Fri, 21 Nov 97 09:30:00 GMT",
        "1997-11-21T18:30:00+09:00"), ("05.08.24", None), ("31.08.24", None), ("97.13.21", None),
        ("97년 13월 1일", None),
    ],
)  # fmt: skip
def test_two_digits_are_a_year_that_was(printed: str, iso: str | None) -> None:
    assert parse_published(printed) == iso


def test_two_digits_of_a_year_on_a_page_and_in_a_column(tmp_path: Path) -> None:
    next_year = datetime.now(KOREA).year + 1
    assert full_year(f"{next_year % 100:02d}") == next_year
    assert full_year(f"{(next_year + 1) % 100:02d}") == next_year - 99
    lines = ("기사입력 98.03.07 09:30", "입력 98년 3월 7일")
    found = [date.iso for line in lines if (date := find_date(line, labelled=True))]
    assert found == ["1998-03-07T09:30", "1998-03-07"]
    assert find_date("12 May 24 people came") is None
    path = tmp_path / "a.csv"
    path.write_text("title,body,date\n가나다라,본문,07/25/98\n마바사아,본문,11/03/97\n", encoding="utf-8")
    days = [r.article.published for r in reader_of(path).read(path, path.name) if isinstance(r, Record)]
    assert days == ["1998-07-25", "1997-11-03"]


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("김바다 기자 bada@paper.example", "김바다"), ("김바다 동해매일 기자", "김바다"),
         ("동해매일 김바다·이파도 기자", "김바다·이파도"),
        ("['김바다', '이파도']", "김바다·이파도"), ("김바다 기자, 이파도 인턴기자", "김바다·이파도"),
         ("By Kim Bada", "Kim Bada"),
        ("김바다 선임기자(bada@paper.example)", "김바다"), ("AP 통신", "AP 통신"), ("3", ""), ("bada@paper.example",
         ""),
    ],
)  # fmt: skip
def test_bylines_become_names(byline: str, names: str) -> None:
    assert authors(byline) == names


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("가 &amp;quot;나&amp;quot; R&amp;amp;D", '가 "나" R&D'),
        ("<div>가<script>x()</script><br/>나</div>", "가\n나"),
        ("&lt;p&gt;가&lt;/p&gt;&lt;p&gt;나&lt;/p&gt;", "가\n나"),
        ("<사진=포항시> 1 < 2, AT&T", "<사진=포항시> 1 < 2, AT&T"),
    ],
)
def test_markup_becomes_text(text: str, plain: str) -> None:
    assert [line for line in without_markup(text).splitlines() if line] == plain.splitlines()


@pytest.mark.parametrize("codec", ["utf-8", "cp949"])
@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_text_read_in_a_wrong_encoding_is_read_again(codec: str, wrong: str) -> None:
    broken = TITLE.encode(codec).decode(wrong, "replace")
    assert repaired(broken) == TITLE
    assert repaired(TITLE) == TITLE


@pytest.mark.parametrize("text", ["café à la crème", "£100 · 50°C", "naïve Zürich", "수소 ½ ±3℃", "Ünïted ÀÉÎ"])
def test_text_with_accents_stays(text: str) -> None:
    assert repaired(text) == text


def test_broken_letters_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"title": "옛 \ufffd\ufffd 문 연다", "body": BODY}), encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(f"{TITLE}\n\n{BODY} {BODY}".encode()[:-2])
    with Corpus.open(":memory:") as corpus:
        report = corpus.ingest([tmp_path])
        assert corpus.counts().whole == 2
    assert [p.reason.split(" broken")[0] for p in report.problems] == ["2 letters are", "1 letter is"]


def test_more_than_a_few_broken_bytes_are_refused() -> None:
    with pytest.raises(InputError, match="neither UTF-8"):
        decode(b"\xff\xfa\x80 abc \xff" * 30)


def test_what_is_not_seen_is_not_kept() -> None:
    assert clean("\u200b[속보]\u200b 등대\ufeff") == "[속보] 등대"
    assert clean("👩\u200d🚀") == "👩\u200d🚀"
    assert split_tags("［단독］ 등대〔종합〕") == (("단독", "종합"), "등대")


@pytest.mark.parametrize("unit", ["<!--", "<p ", "&lt;p&gt;", "<!-- -", "&amp;"])
def test_hostile_markup_takes_linear_time(unit: str) -> None:
    start = time.process_time()
    without_markup("<p>" + unit * 20_000)
    assert time.process_time() - start < 2


def test_the_command_takes_names_of_columns(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "columns.toml").write_text('body = ["글"]\n', encoding="utf-8")
    (tmp_path / "a.csv").write_text(f"큰글,글\n{TITLE},본문\n", encoding="utf-8")
    home = Home(tmp_path)
    columns = home.columns(["title=큰글"])
    with home.corpus(create=True) as corpus:
        assert not corpus.ingest([tmp_path / "a.csv"], columns=columns).problems
        assert [(a.title, a.body) for a in corpus.articles()] == [(TITLE, "본문")]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"title": f"{TITLE} - 가상일보", "body": BODY, "source": {"name": "가상일보"}}, {"title": TITLE}),
        ({"title": f"{TITLE} | 가상일보", "body": BODY, "press": "가상 일보"}, {"title": TITLE}),
        ({"title": "가상일보 - 창간 40년", "body": BODY, "press": "가상일보"}, {"title": "가상일보 - 창간 40년"}),
        ({"title": "시장 - 감자", "body": BODY, "press": "가상일보"}, {"title": "시장 - 감자"}),
        ({"title": TITLE, "article": BODY}, {"body": BODY}),
        ({"title": TITLE, "text": BODY, "meta_site_name": "가상일보"}, {"outlet": "가상일보"}),
        ({"title": f"['{TITLE}']", "body": f'["{BODY.splitlines()[0]}", "둘째다."]'}, {
            "title": TITLE, "body": f"{BODY.splitlines()[0]}\n둘째다."}),
        ({"title": "['올해의 말' 뽑는다]", "body": BODY}, {"title": "['올해의 말' 뽑는다]"}),
        ({"title": TITLE, "body": {"sections": [{"headline": [], "paragraphs": ["가다."]}, {
            "headline": ["소제목"], "paragraphs": ["나다.", "다다."]}]}}, {"body": "가다.\n소제목\n나다.\n다다."}),
        ({"headlines": [{"role": "short", "value": "등대"}, {"role": "main", "value": TITLE}], "by": "By Leo Marsh",
          "bodies": [{"role": "main", "value": HTML}, {"role": "caption", "value": "사진"}]},
         {"title": TITLE, "body": BODY, "author": "Leo Marsh"}),
        ({"title": TITLE, "blocks": [{"type": "header", "data": {"text": "가"}}, {"type": "image", "data": {}},
                                     {"type": "paragraph", "data": {"text": "나다."}}]}, {"body": "가\n나다."}),
        ({"title": TITLE, "contents": [{"type": "text", "value": "가다."}, {"type": "image", "value": URL},
                                       {"type": "text", "value": "나다."}]}, {"body": "가다.\n나다."}),
    ],
)  # fmt: skip
def test_what_programs_write_into_a_record(tmp_path: Path, record: object, expected: dict[str, str]) -> None:
    (found,), _ = read(tmp_path, "a.json", [record])
    assert {name: getattr(found.article, name) for name in expected} == expected


def test_the_lines_of_a_bulk_request_give_their_ids(tmp_path: Path) -> None:
    lines = [{"index": {"_id": "a7"}}, TWO[0], {"create": {"_index": "n"}}, {**TWO[1], "id": "own"}]
    records, problems = read(tmp_path, "a.ndjson", "\n".join(map(json.dumps, lines)))
    assert ([record.given_id for record in records], problems) == (["a7", "own"], [])


def dated(tmp_path: Path, values: list[str], columns: Columns | None = None) -> tuple[list[str | None], str]:
    """The dates of a table of one column of them, and what is said."""
    path = tmp_path / "a.csv"
    rows = "".join(f"글 {n},{value}\n" for n, value in enumerate(values))
    path.write_text(f"title,date\n{rows}", encoding="utf-8")
    reads = list(reader_of(path).read(path, path.name, None, columns))
    return [r.article.published for r in reads if isinstance(r, Record)], "\n".join(map(str, reads[len(values) :]))


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (["08/05/2024 11:16 AM", "08/25/2024 1:00 PM"], ["2024-08-05T11:16", "2024-08-25T13:00"]),
        (["05-08-2024", "25-08-2024", "1-9-2024"], ["2024-08-05", "2024-08-25", "2024-09-01"]),
        (["05.08.24", "08.31.24"], ["2024-05-08", "2024-08-31"]),
        (["05/08/2024", "25.08.2024"], [None, "2024-08-25"]),
        (["05/08/2024", "25/08/2024", "08/25/2024"], [None, "2024-08-25", "2024-08-25"]),
        (["05/08/2024", "2024-08-25"], [None, "2024-08-25"]),
        (["08/08/2024", "24.08.05"], ["2024-08-08", "2024-08-05"]),
    ],
)
def test_the_dates_of_a_column_tell_which_number_is_the_day(
    tmp_path: Path, values: list[str], wanted: list[str | None]
) -> None:
    found, said = dated(tmp_path, values)
    assert found == wanted
    assert ("--map published:mdy=date" in said) == (None in wanted)


def test_a_person_says_the_order_of_dates(tmp_path: Path) -> None:
    columns = Columns(own_names(["published:dmy=date"]))
    assert dated(tmp_path, ["05/08/2024", "07.08.24", "2024-08-09"], columns)[0] == [
        "2024-08-05", "2024-08-07", "2024-08-09",
    ]  # fmt: skip
    with pytest.raises(InputError, match="names no field"):
        own_names(["published:ydm=date"])
    with pytest.raises(InputError, match="names no field"):
        own_names(["title:mdy=date"])


def test_records_that_wait_for_a_date_come_in_their_order_and_before_what_breaks(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    text = '{"title": "하나", "date": "05/08/2024"} {"title": "둘"} {"title": "셋", "date": "soon"} {'
    path.write_text(text, encoding="utf-8")
    reads: list[object] = []
    with pytest.raises(InputError):
        reads.extend(reader_of(path).read(path, path.name))
    assert [r.article.title for r in reads if isinstance(r, Record)] == ["하나", "둘", "셋"]
    many = ["05/08/2024"] * 1500 + ["25/08/2024"]
    found, said = dated(tmp_path, many)
    assert len(found) == 1501
    assert found[-1] == "2024-08-25"
    assert found[1400] == "2024-08-05", "it stood near enough to one that tells"
    assert found[0] is None
    assert "1,000 records" in said


ITEM = {
    "title": f"{TITLE} | 가상타임즈",
    "pubDate": "2023-11-05 18:20:00",
    "link": "https://times.example/9",
    "content": HTML,
}
ITEMS = [ITEM, {**ITEM, "title": "둘"}]
OUTER = {
    "rss2json": {
        "status": "ok",
        "feed": {"title": "가상타임즈 - 전체기사", "link": "https://www.times.example"},
        "items": [ITEM],
    },
    "xml2json": {"rss": {"version": "2.0", "channel": {"title": "가상타임즈", "item": ITEMS}}},
    "lists of one": {"rss": {"channel": [{"title": "가상타임즈", "item": ITEMS}]}},
    "JSON Feed": {"version": "https://jsonfeed.org/version/1.1", "title": "가상타임즈", "items": [ITEM]},
    "site": {"site": {"name": "가상타임즈"}, "posts": [ITEM]},
}


@pytest.mark.parametrize("name", OUTER)
def test_the_outlet_around_the_items_is_theirs(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(OUTER[name], ensure_ascii=False), encoding="utf-8")
    first = next(r for r in reader_of(path).read(path, path.name) if isinstance(r, Record)).article
    assert (first.title, first.outlet) == (TITLE, "가상타임즈")


@pytest.mark.parametrize("change", [{"source": "다른신문"}, {"link": "https://elsewhere.example/9"}])
def test_the_outlet_around_the_items_is_not_that_of_others(tmp_path: Path, change: dict[str, str]) -> None:
    path = tmp_path / "a.json"
    feed = {"feed": {"title": "모음집", "link": "https://times.example"}, "items": [{**ITEM, **change}]}
    path.write_text(json.dumps(feed, ensure_ascii=False), encoding="utf-8")
    (first,) = [r.article for r in reader_of(path).read(path, path.name) if isinstance(r, Record)]
    assert first.outlet == change.get("source")


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("대제목", "title"), ("메인제목", "title"), ("원본제목", "title"), ("한글본문", "body"), ("부제목", "subtitle"),
        ("소제목", ""),
        ("section_nm", "section"), ("CTGR_NM", ""), ("press_nm", "outlet"), ("reporterNm", "author"), ("주소", "url"),
        ("원고료", ""), ("면", "section"), ("지면", "section"), ("게재면", "section"), ("부서명", "section"),
        ("출고부서", "section"), ("기사ID", "id"), ("송고일시", "published"), ("송고시각", "published"),
        ("출고일", "published"), ("최초등록", "published"), ("최종수정", "updated"), ("최종편집", "updated"),
        ("바이라인", "author"), ("담당기자", "author"), ("기사제공", "outlet"), ("부제", "subtitle"),
        ("키워드", ""), ("판", ""),
    ],
)  # fmt: skip
def test_names_of_one_of_several_and_shortened_ones(name: str, field: str) -> None:
    assert [found for found, _ in Columns().fields_of(name)][:1] == ([field] if field else [])


def test_the_plain_name_goes_before_one_of_several() -> None:
    assert Columns().plan(["대제목", "제목"]).of("title") == ("제목", "대제목")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("By Ann Doe, Staff Writer", "Ann Doe"), ("Ann Doe and Bo Lee, Senior Reporters", "Ann Doe·Bo Lee"),
        ("Ann Doe, Special to the Cape Herald", "Ann Doe"), ("Staff Writer", "Staff Writer"),
        ("홍길동, 기자", "홍길동"), ("홍길동 / 선임기자", "홍길동"), ("기자", "기자"),
    ],
)  # fmt: skip
def test_english_roles_are_no_people(value: str, wanted: str) -> None:
    assert authors(value) == wanted


def test_what_an_api_calls_the_body_of_its_answer_is_no_column(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    item = {"newsSj": TITLE, "newsCn": BODY, "registDt": "20241103091500", "wrterNm": "김바다"}
    answer = {"response": {"header": {"resultCode": "00"}, "body": {"totalCount": 1, "items": {"item": [item]}}}}
    path.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    (found,) = [r.article for r in reader_of(path).read(path, path.name) if isinstance(r, Record)]
    assert (found.title, found.body, found.published, found.author) == (TITLE, BODY, "2024-11-03T09:15:00", "김바다")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("11월 3일", "--11-03"), ("１１월 ３일 09:15", "--11-03T09:15"), ("13월 3일", None), ("11.3", None)],
)
def test_a_month_and_a_day_named_so_are_a_date_without_a_year(value: str, wanted: str | None) -> None:
    assert parse_published(value) == wanted


def said_of(folder: Path, values: dict[str, object]) -> Record:
    path = folder / "a.jsonl"
    path.write_text(json.dumps({"title": TITLE, **values}, ensure_ascii=False), encoding="utf-8")
    [found] = [read for read in reader_of(path).read(path, path.name) if isinstance(read, Record)]
    return found


@pytest.mark.parametrize(
    ("values", "url"),
    [
        ({"url": ["https://a.example/1", "https://b.example/2"]}, "https://a.example/1"),
        ({"기사주소": "news.example.kr/view?id=1"}, "news.example.kr/view?id=1"),
        ({"id": "a.example/1"}, None), ({"source": "a.example/1"}, None), ({"링크": "없음"}, None),
    ],
)  # fmt: skip
def test_the_address_of_a_record(tmp_path: Path, values: dict[str, object], url: str | None) -> None:
    assert said_of(tmp_path, values).article.url == url


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("['첫째 글 제목', '둘째 글 제목']", [("첫째 글 제목", None), ("둘째 글 제목", None)]),
        ("[{'title': '첫째 글 제목', 'url': 'https://a.example/1'}]", [("첫째 글 제목", "https://a.example/1")]),
        ('[{"title": "첫째 글 제목"}]', [("첫째 글 제목", None)]),
        ("첫째 글 제목\n둘째 글 제목\n", [("첫째 글 제목", None), ("둘째 글 제목", None)]),
        ("첫째 글\n제목|둘째 글 제목", [("첫째 글 제목", None), ("둘째 글 제목", None)]),
        ("[단독] 첫째 글 제목", [("[단독] 첫째 글 제목", None)]), ("https://a.example/1", []),
        ("[" * 5000, []), ("['a' 'b', 1 + 2]", [("['a' 'b', 1 + 2]", None)]),
    ],
)  # fmt: skip
def test_a_related_list_in_a_cell(tmp_path: Path, cell: str, wanted: list[tuple[str, str | None]]) -> None:
    assert [(each.headline, each.url) for each in said_of(tmp_path, {"관련기사제목": cell}).related] == wanted


def test_an_address_is_no_body(tmp_path: Path) -> None:
    assert said_of(tmp_path, {"content": "https://a.example/1", "summary": BODY}).article.body == BODY
    found = said_of(tmp_path, {"원문": "https://a.example/1"}).article
    assert (found.body, found.url) == ("", "https://a.example/1")
    assert said_of(tmp_path, {"기사 원문": BODY}).article.body == BODY


def test_a_column_that_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("제목,본문,본문,메모,메모\n가나다라,,둘째 본문,가,나\n", encoding="utf-8")
    [found, told] = reader_of(path).read(path, path.name)
    assert isinstance(found, Record)
    assert found.article.body == "둘째 본문"
    assert "Not used: 메모, '메모 (5)'" in str(told)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("2024年 8月 5日 11時 16分", "2024-08-05T11:16"), ("/Date(1722824160000)/", "2024-08-05T11:16:00+09:00")],
)
def test_dates_in_hanja_and_of_dot_net(value: str, wanted: str) -> None:
    assert parse_published(value) == wanted
