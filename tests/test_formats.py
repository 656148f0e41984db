"""Files as other software writes them: workbooks, feeds, agencies' XML, captures, mail, Markdown, archives.

Each is made here; the contract that every reader keeps is in `tests/corpus/test_reader_contract.py`.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import quopri
import re
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import INTERRUPTIBLE, after, environment

from recommender.cli._home import Home
from recommender.cli._watch import Watch
from recommender.cli.inspect import inspect
from recommender.corpus.store import Corpus
from recommender.errors import InputError
from recommender.readers.article import Article, Record
from recommender.readers.formats import sheets, xml_stream
from recommender.readers.formats.archives import tarred
from recommender.readers.formats.feeds import outlet_of
from recommender.readers.formats.markdown import plain_text
from recommender.readers.formats.sheets import moment
from recommender.readers.notes import ReadProblem
from recommender.readers.records import Records
from recommender.readers.registry import read_records, reader_of
from recommender.readers.walk import files_of

BODY = "방파제를 넓히는 공사가 다음 달에 시작된다고 항만청이 밝혔다. 배는 그동안 옆 부두에 댄다."
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def put(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def read(path: Path) -> list[Record | ReadProblem]:
    return list(reader_of(path).read(path, path.name))


def records(path: Path) -> list[Record]:
    return [each for each in read(path) if isinstance(each, Record)]


def articles(path: Path) -> list[Article]:
    return [record.article for record in records(path)]


def notes(path: Path) -> list[str]:
    return [str(each) for each in read(path) if isinstance(each, ReadProblem)]


def page(title: str) -> bytes:
    return (
        f'<html><head><meta charset="utf-8"><meta property="og:title" content="{title}"></head><body><article>'
        f"<h1>{title}</h1><p>{BODY}</p></article></body></html>"
    ).encode()


# Workbooks


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_the_dates_of_a_workbook_are_read_however_they_are_kept(tmp_path: Path) -> None:
    days = [
        datetime(2024, 8, 5, 11, 16),
        date(2024, 8, 5),
        datetime(2024, 8, 5),
        45509.5,
        45509,
        20240805,
        "2024.08.05",
    ]
    rows = [["제목", "등록일시"], *([f"방파제 공사 {n}", day] for n, day in enumerate(days))]
    found = [article.published for article in articles(workbook(tmp_path / "a.xlsx", {"하나": rows}))]
    assert found == ["2024-08-05T11:16", *["2024-08-05"] * 2, "2024-08-05T12:00", *["2024-08-05"] * 3]


def test_every_sheet_is_read_and_those_without_articles_are_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {
        "표지": [["내려받은 날 2024-08-05"]],
        "첫째": [["검색 결과"], [], ["번호", "제목", "본문"], [1, "방파제 공사", BODY]],
        "둘째": [["headline", "press"], ["등대 새 단장", "가나일보"]],
    })  # fmt: skip
    assert [(a.title, a.body, a.outlet) for a in articles(path)] == [
        ("방파제 공사", BODY, None), ("등대 새 단장", "", "가나일보"),
    ]  # fmt: skip
    assert [(r.path, r.line) for r in records(path)] == [("a.xlsx!/첫째", 4), ("a.xlsx!/둘째", 2)]
    assert any("'표지' is left out" in note for note in notes(path))


def test_numbers_of_a_workbook_lose_no_digits_and_gain_none(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"하나": [["id", "title"], [20240815, "방파제 공사"], ["007", "등대"]]})
    assert [record.given_id for record in records(path)] == ["20240815", "007"]


def test_a_table_of_pandas_is_read(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({
        "title": ["방파제 공사", "등대 새 단장"], "content": [BODY, BODY + " 끝."],
        "published_at": pandas.to_datetime(["2024-08-05 11:16", "2024-08-06 00:00"]),
        "related": [["부두 이전", "새 항로"], []],
    }, index=[7, 8])  # fmt: skip
    frame.to_parquet(tmp_path / "a.parquet")
    frame.reset_index().to_feather(tmp_path / "b.feather")
    frame.drop(columns="related").to_excel(tmp_path / "c.xlsx")
    for name in ("a.parquet", "b.feather", "c.xlsx"):
        found = articles(tmp_path / name)
        assert [a.title for a in found] == ["방파제 공사", "등대 새 단장"]
        assert [(a.published or "")[:16] for a in found] == ["2024-08-05T11:16", "2024-08-06"]
    assert [r.headline for r in records(tmp_path / "a.parquet")[0].related] == ["부두 이전", "새 항로"]


def test_two_cells_at_opposite_corners_take_no_memory(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"], book.active["A2"], book.active["XFD1048576"] = "title", "방파제 공사", "구석"
    book.save(tmp_path / "a.xlsx")
    assert [a.title for a in articles(tmp_path / "a.xlsx")] == ["방파제 공사"]


EXCEL = {  # as Excel itself writes: texts apart, runs of several fonts, readings, a style for dates
    "xl/workbook.xml": '<workbook xmlns="m" xmlns:r="r"><sheets><sheet name="가" r:id="rId7"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="p"><Relationship Id="rId7" Target="/xl/worksheets/s.xml"/>'
    "</Relationships>",
    "xl/styles.xml": '<styleSheet xmlns="m"><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd;@"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    "xl/sharedStrings.xml": '<sst xmlns="m"><si><t>제목</t></si><si><t>날짜</t></si>'
    "<si><r><t>방파제 </t></r><r><t>공사</t></r><rPh><t>읽기</t></rPh></si><si><t>본문</t></si>"
    "<si><t>첫 줄_x000D_\n둘째 줄</t></si></sst>",
    "xl/worksheets/s.xml": '<worksheet xmlns="m"><sheetData><row r="1">'
    '<c r="B1" t="s"><v>0</v></c>'
    '<c r="C1" t="s"><v>1</v></c>'
    '<c r="D1" t="s"><v>3</v></c></row><row r="2"><c r="B2" t="s"><v>2</v></c><c r="C2" s="1"><v>45509</v></c>'
    '<c r="D2" t="s"><v>4</v></c></row><row r="3"><c r="B3" t="str"><v>등대</v></c>'
    '<c r="D3" t="e"><v>#N/A</v></c></row>'
    "</sheetData></worksheet>",
}


def excel(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in EXCEL.items():
            archive.writestr(name, text)
    return path


def test_a_workbook_of_excel_itself(tmp_path: Path) -> None:
    found = articles(excel(tmp_path / "a.xlsx"))
    assert [(a.title, a.published, a.body) for a in found] == [
        ("방파제 공사", "2024-08-05", "첫 줄\n둘째 줄"), ("등대", None, ""),
    ]  # fmt: skip


@pytest.mark.parametrize("odd", ["x", "1e9", "-1", "٣", "9" * 40])
def test_odd_numbers_in_a_workbook_do_no_harm(tmp_path: Path, odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    part = "xl/worksheets/s.xml"
    monkeypatch.setitem(EXCEL, part, EXCEL[part].replace('r="2"', f'r="{odd}"').replace('s="1"', f's="{odd}"'))
    assert [a.title for a in articles(excel(tmp_path / "a.xlsx"))] == ["방파제 공사", "등대"]


def test_a_workbook_of_too_many_texts_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "TEXTS_LIMIT", 100)
    with pytest.raises(InputError, match="too large to be held"):
        read(excel(tmp_path / "a.xlsx"))


@pytest.mark.parametrize(
    ("serial", "iso"), [(45509, "2024-08-05"), (45509.469444, "2024-08-05T11:16"), (0, ""), (1e9, "")]
)
def test_days_are_counted_as_excel_counts_them(serial: float, iso: str) -> None:
    assert (moment(serial) or "")[:16] == iso


def test_parquet_without_its_library_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = put(tmp_path / "a.parquet", b"PAR1" + b"\0" * 20 + b"PAR1")
    script = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from recommender.readers.registry import reader_of\n"
        f"try: list(reader_of({str(path)!r}).read({str(path)!r}, 'a'))\n"
        "except Exception as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", env=environment())
    assert "pip install 'related-recommender[parquet]'" in done.stdout


# What a file is decides


@pytest.mark.parametrize(("name", "content"), [
    ("a.txt", XML + "<rss><channel><item><title>방파제 공사</title></item></channel></rss>"),
    ("b.txt", '[{"title": "방파제 공사"}]'),
    ("c.json", '{"title": "방파제 공사"}\n{"title": "방파제 공사"}\n'),
    ("d.txt", "제목\t날짜\n방파제 공사\t2024-08-05\n".encode("utf-16")),
    ("e.txt", "기사제목,언론사,일자\n방파제 공사,가나일보,2024-08-05\n"),
    ("f.htm", '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><body><table><tr><td>제목<td>일자</tr>'
              "<tr><td>방파제 공사<td>2024-08-05</tr></table></body></html>"),
    ("g.xls", "<html><body><h3>목록</h3><table><tr><th>번호<th>제목</tr><tr><td>1<td>방파제<br>공사</tr></table>"),
    ("h.xls", XML + '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
              'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table>'
              "<Row><Cell><Data>매체</Data></Cell><Cell><Data>제목</Data></Cell></Row>"
              '<Row><Cell ss:Index="2"><Data>방파제 공사</Data></Cell></Row></Table></Worksheet></Workbook>'),
    ("i.jsonl", '[\n {"title": "방파제 공사"}\n]\n'),
    ("j.txt", "---\ntitle: 방파제 공사\ndate: 2024-08-05\n---\n" + BODY),
    ("k.txt", "From a@b.c Mon Aug  5 11:16:00 2024\nSubject: 방파제 공사\nMIME-Version: 1.0\n\n" + BODY),
    ("l.json", page("방파제 공사").decode()[:0] + '{"title": "방파제 공사"}'),
    ("m.bin", XML + "<feed><entry><title>방파제 공사</title></entry></feed>"),
    ("n.csv", gzip.compress("title,body\n방파제 공사,글\n".encode(), mtime=0)),
])  # fmt: skip
def test_what_a_file_is_decides_before_its_ending(tmp_path: Path, name: str, content: str | bytes) -> None:
    assert {a.title for a in articles(put(tmp_path / name, content))} == {"방파제 공사"}


def test_a_workbook_named_csv_is_a_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"하나": [["title"], ["방파제 공사"]]}).rename(tmp_path / "a.csv")
    assert [a.title for a in articles(path)] == ["방파제 공사"]


@pytest.mark.parametrize("text", [
    "[단독] 방파제 공사 시작\n" + BODY, "제목: 방파제 공사\n날짜: 2024-08-05\n\n" + BODY, "From 포항 to 울릉\n" + BODY,
    "<속보> 방파제 공사\n" + BODY, "---\n방파제 공사\n---\n" + BODY, "Date: 2024\nSubjects of the day\n" + BODY,
    "방파제, 공사, 시작\n" + BODY,
])  # fmt: skip
def test_a_page_of_text_stays_a_page(tmp_path: Path, text: str) -> None:
    path = put(tmp_path / "a.txt", text)
    assert reader_of(path).kind == "page"


@pytest.mark.parametrize(("name", "content", "said"), [
    ("a.txt", b"%PDF-1.7\n", "PDF"),
    ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Office"),
    ("a.csv", b"Rar!\x1a\x07\0", "RAR"),
    ("a.xml", XML + "<catalog><cd/></catalog>", "none of the kinds"),
    ("a.xml", "<rss><channel></channel></rss>", "holds no items"),
    ("a.xml", '<urlset xmlns="u"><url><loc>http://x/1</loc></url></urlset>', "nothing is fetched"),
])  # fmt: skip
def test_what_is_not_read_is_named(tmp_path: Path, name: str, content: str | bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        read(put(tmp_path / name, content))
    assert error.value.hint


def test_a_document_of_word_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(InputError, match="Word"):
        read(tmp_path / "a.zip")


def test_the_parts_of_a_saved_page_are_no_articles(tmp_path: Path) -> None:
    for name in ("글.html", "글_files/ad.html", "news.files/sheet.htm", "남은_files/a.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        put(tmp_path / name, page(name))
    found = list(files_of([tmp_path]))
    assert [path.name for path in found if isinstance(path, Path)] == ["글.html", "sheet.htm", "a.html"]
    assert any("parts of them" in str(each) for each in found)


# XML


def test_rss_as_sites_write_it(tmp_path: Path) -> None:
    path = put(tmp_path / "a.xml", XML + f"""<?xml-stylesheet href="x.xsl"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>가나일보 - 전체기사</title><link>https://www.gn.example</link>
<item><title>방파제 &lt;b&gt;공사&lt;/b&gt; &amp;quot;시작&amp;quot;</title><link>https://www.gn.example/1</link>
<media:content url="a.jpg"><media:title>사진 제목</media:title>
<media:description>사진 글</media:description></media:content>
<description>요약이다.</description><content:encoded><![CDATA[<p>{BODY}</p><figure><img src=a.jpg>
<figcaption>방파제 전경</figcaption></figure><p>둘째<br>셋째.</p>]]></content:encoded>
<dc:date>2024-08-05T11:16:00+09:00</dc:date><dc:creator>홍길동 기자</dc:creator><category>경제</category>
<guid isPermaLink="false">gn-1</guid></item>
<item><title>남의 글</title><link>https://other.example/2</link><source url="https://x">다라신문</source>
<author>hong@gn.example (김철수)</author><pubDate>Mon, 05 Aug 2024 11:16:00 +0900</pubDate></item>
<item><title>어디의 글</title><link>https://nowhere.example/3</link></item></channel></rss>""")  # fmt: skip
    first, second, third = articles(path)
    assert (first.title, first.body) == ('방파제 공사 "시작"', f"{BODY}\n둘째\n셋째.")
    assert (first.published, first.author, first.section) == ("2024-08-05T11:16:00+09:00", "홍길동", "경제")
    assert (first.outlet, first.url) == ("가나일보", "https://www.gn.example/1")
    assert (second.outlet, second.author, second.published) == ("다라신문", "김철수", "2024-08-05T11:16:00+0900")
    assert third.outlet is None
    assert records(path)[0].given_id == "gn-1"


def test_atom_and_rdf(tmp_path: Path) -> None:
    atom = put(
        tmp_path / "a.atom",
        XML
        + """<feed xmlns="http://www.w3.org/2005/Atom"><title>가나뉴스</title>
<link rel="self" href="https://a.example/feed"/><link href="https://a.example/"/><entry>
<title type="html">방파제 &lt;em&gt;공사&lt;/em&gt;</title><link rel="replies" href="https://a.example/r"/>
<link rel="alternate" href="https://a.example/1"/><id>tag:a.example,2024:1</id><updated>2024-08-07T00:00:00+09:00</updated>
<published>2024-08-05T11:16:00+09:00</published><author><name>홍길동</name></author><content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>첫 문단이다.</p><p>둘째 <b>문단</b>.</p></div></content></entry></feed>""",
    )
    rdf = put(
        tmp_path / "a.rdf",
        XML
        + """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>다라신문</title></channel>
<item><title>등대</title><link>https://r.example/1</link><dc:date>2024-08-05</dc:date></item></rdf:RDF>""",
    )
    (entry,) = articles(atom)
    assert (entry.title, entry.body, entry.url) == ("방파제 공사", "첫 문단이다.\n둘째 문단.", "https://a.example/1")
    assert (entry.published, entry.author, entry.outlet) == ("2024-08-05T11:16:00+09:00", "홍길동", "가나뉴스")
    assert [(a.title, a.published, a.outlet) for a in articles(rdf)] == [("등대", "2024-08-05", "다라신문")]


def test_wordpress_gives_its_posts_alone(tmp_path: Path) -> None:
    path = put(
        tmp_path / "a.xml",
        XML
        + """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>가나일보</title>
<wp:author><wp:author_login>hong</wp:author_login><wp:author_display_name>홍길동</wp:author_display_name></wp:author>
<item><title>방파제 공사</title><pubDate>Sun, 04 Aug 2024 23:16:00 +0000</pubDate><dc:creator>hong</dc:creator>
<content:encoded><![CDATA[<!-- wp:paragraph --><p>첫 문단.</p><!-- /wp:paragraph -->[caption id="a"]<img> 사진[/caption]
<p>둘째.</p>[gallery ids="1"]]]></content:encoded><wp:post_date>2024-08-05 08:16:00</wp:post_date>
<wp:post_date_gmt>2024-08-04 23:16:00</wp:post_date_gmt><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
<category domain="post_tag">꼬리</category><category domain="category">정치</category></item>
<item><title>옛글</title><content:encoded>첫 줄.

둘째 줄.</content:encoded><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>
<item><title>초안</title><wp:status>draft</wp:status><wp:post_type>post</wp:post_type></item>
<item><title>그림</title><wp:status>inherit</wp:status><wp:post_type>attachment</wp:post_type></item></channel></rss>""",
    )
    first, second = articles(path)
    assert (first.title, first.body, first.author) == ("방파제 공사", "첫 문단.\n둘째.", "홍길동")
    assert (first.published, first.section) == ("2024-08-05T08:16:00+09:00", "정치")
    assert second.body == "첫 줄.\n둘째 줄."
    (note,) = notes(path)
    assert "attachments (1)" in note
    assert "posts that are draft (1)" in note


def test_a_sitemap_of_news(tmp_path: Path) -> None:
    path = put(
        tmp_path / "a.xml",
        XML
        + """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://s.example/1</loc><news:news>
<news:publication><news:name>가나일보</news:name></news:publication><news:title>방파제 공사</news:title>
<news:publication_date>2024-08-05T11:16:00+09:00</news:publication_date></news:news></url>
<url><loc>https://s.example/2</loc></url></urlset>""",
    )
    (found,) = articles(path)
    assert (found.title, found.outlet, found.url) == ("방파제 공사", "가나일보", "https://s.example/1")
    assert any("addresses without a title (1)" in note for note in notes(path))


def test_a_message_of_an_agency(tmp_path: Path) -> None:
    path = put(
        tmp_path / "a.xml",
        XML
        + """<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>
<newsItem guid="urn:1"><itemMeta><itemClass qcode="ninat:text"/><provider literal="가나통신"/>
<versionCreated>2024-08-05T12:00:00+09:00</versionCreated><firstCreated>2024-08-05T11:16:00+09:00</firstCreated></itemMeta>
<contentMeta><headline>방파제 공사</headline><by>홍길동 기자</by></contentMeta><contentSet><inlineXML><nitf><body>
<body.content><p>첫 문단.</p>
<media><media-caption><p>사진</p></media-caption></media><p>둘째.</p></body.content></body></nitf>
</inlineXML></contentSet></newsItem>
<newsItem guid="urn:2"><itemMeta><itemClass qcode="ninat:picture"/></itemMeta><contentMeta><headline>사진</headline>
</contentMeta></newsItem><newsItem guid="urn:3"><itemMeta><pubStatus qcode="stat:canceled"/></itemMeta></newsItem>
<newsItem guid="urn:4"><contentMeta><headline>등대</headline></contentMeta><contentSet><inlineData>문단 하나.

문단 둘.</inlineData></contentSet></newsItem></itemSet></newsMessage>""",
    )
    first, withdrawn, second = articles(path)
    assert (first.title, first.body, first.outlet) == ("방파제 공사", "첫 문단.\n둘째.", "가나통신")
    assert (first.published, first.author) == ("2024-08-05T11:16:00+09:00", "홍길동")
    assert (second.title, second.body) == ("등대", "문단 하나.\n문단 둘.")
    assert withdrawn.title is None
    assert records(path)[1].not_out == "status=canceled"
    (note,) = notes(path)
    assert "pictures and films (1)" in note


def test_nitf_and_the_first_newsml(tmp_path: Path) -> None:
    nitf = put(
        tmp_path / "a.xml",
        XML
        + """<!DOCTYPE nitf SYSTEM "nitf-3-4.dtd">
<nitf><head><title>다른 제목</title><docdata>
<doc-id id-string="n-1"/><date.issue norm="20240805T111600+0900"/></docdata><pubdata name="가나일보"/></head>
<body><body.head>
<hedline><hl1>방파제 공사</hl1></hedline><byline>By <person>홍길동</person></byline><dateline><location>포항</location>
</dateline></body.head><body.content><block><p>첫 문단.</p><p>둘째 <em>문단</em>.</p></block>
</body.content></body></nitf>""",
    )
    old = put(
        tmp_path / "b.xml",
        XML
        + """<NewsML><NewsItem>
<NewsIdentifier><NewsItemId>o-1</NewsItemId></NewsIdentifier>
<NewsManagement><FirstCreated>20240805T111600+0900</FirstCreated></NewsManagement><NewsComponent><NewsLines>
<HeadLine>등대</HeadLine><ByLine>홍길동 기자</ByLine></NewsLines><ContentItem><DataContent><p>하나.</p>
<p>둘.</p></DataContent>
</ContentItem></NewsComponent></NewsItem></NewsML>""",
    )
    (first,), (second,) = articles(nitf), articles(old)
    assert (first.title, first.body, first.author) == ("방파제 공사", "첫 문단.\n둘째 문단.", "홍길동")
    assert first.published == second.published == "2024-08-05T11:16:00+0900"
    assert (second.title, second.body, second.author) == ("등대", "하나.\n둘.", "홍길동")


@pytest.mark.parametrize("codec", ["cp949", "utf-16", "utf-8"])
def test_xml_in_other_encodings(tmp_path: Path, codec: str) -> None:
    declared = "euc-kr" if codec == "cp949" else codec
    item = "<item><title>똠방각하 방파제</title></item>"
    text = f'<?xml version="1.0" encoding="{declared}"?><rss><channel>{item}</channel></rss>'
    assert [a.title for a in articles(put(tmp_path / "a.xml", text.encode(codec)))] == ["똠방각하 방파제"]


def test_broken_xml_is_read_as_far_as_it_goes_and_said(tmp_path: Path) -> None:
    text = (
        XML + "<rss><channel><item><title>하나 &nbsp; & 둘\x0b</title></item>\n<item><title>셋</title></item><item><ti"
    )
    path = put(tmp_path / "a.xml", text)
    assert [a.title for a in articles(path)][:2] == ["하나 둘", "셋"]
    assert any("broken here" in note for note in notes(path))


@pytest.mark.parametrize("entity", ['"하하"', 'SYSTEM "file:///etc/passwd"', 'SYSTEM "http://x.example/"'])
def test_xml_that_declares_entities_is_refused(tmp_path: Path, entity: str) -> None:
    more = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f"{XML}<!DOCTYPE rss [<!ENTITY e0 {entity}>{more}]><rss><channel><item><title>&e11;</title></item></rss>"
    with pytest.raises(InputError, match="declares entities"):
        read(put(tmp_path / "a.xml", text))


@pytest.mark.parametrize("within", ["", "<item>"])
def test_xml_that_never_ends_its_record_is_refused(
    tmp_path: Path, within: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_stream, "RECORD_LIMIT", 1 << 20)
    path = put(tmp_path / "a.xml", f"{XML}<rss><channel>{within}" + "<a>글</a>" * 200_000)
    with pytest.raises(InputError, match="a record of more than"):
        read(path)


@pytest.mark.parametrize(("title", "outlet"), [
    ("가나일보 - 전체기사", "가나일보"),
    ("가나일보 : 정치", "가나일보"), ("전체기사 | 가나일보", "가나일보"), ("RSS 피드", ""),
    ("가나일보 최신기사", "가나일보"), ("최신뉴스", ""), ("", ""),
])  # fmt: skip
def test_a_feed_names_its_outlet(title: str, outlet: str) -> None:
    assert outlet_of(title) == outlet


# Captures and mail


def capture(kind: str, headers: str, block: bytes) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\n{headers}Content-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def answer(url: str, body: bytes, more: str = "", status: str = "200 OK", kind: str = "text/html") -> bytes:
    block = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}\r\n".encode() + body
    return capture("response", f"WARC-Target-URI: {url}\r\n", block)


def test_the_pages_of_a_warc(tmp_path: Path) -> None:
    chunked = (
        b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (page("둘째 글")[:50], page("둘째 글")[50:]))
        + b"0\r\n\r\n"
    )
    parts = [
        capture("warcinfo", "", b"software: x\r\n"),
        answer("https://c.example/1", page("첫째 글")),
        answer("https://c.example/2", chunked, "Transfer-Encoding: chunked\r\n"),
        answer("https://c.example/3", gzip.compress(page("셋째 글")), "Content-Encoding: gzip\r\n"),
        answer("https://c.example/4", b"GIF89a", kind="image/gif"),
        answer("https://c.example/5", b"x", status="404 Not Found"),
        capture("revisit", "WARC-Target-URI: https://c.example/6\r\n", b""),
        capture("resource", "WARC-Target-URI: https://c.example/7\r\nContent-Type: text/html\r\n", page("넷째 글")),
        capture(
            "conversion", "Content-Type: text/plain\r\n", f"바뀐 글의 제목\n승인 2024-08-05 11:16\n{BODY}".encode()
        ),
    ]
    plain, packed = put(tmp_path / "a.warc", b"".join(parts)), tmp_path / "a.warc.gz"
    packed.write_bytes(b"".join(map(gzip.compress, parts)))
    for path in (plain, packed):
        assert [a.title for a in articles(path)] == ["첫째 글", "둘째 글", "셋째 글", "넷째 글", "바뀐 글의 제목"]
        assert [record.line for record in records(path)] == [2, 3, 4, 8, 9]
        assert articles(path)[0].url == "https://c.example/1"
        (note,) = notes(path)
        assert "answers of status 404 (1), captures of other kinds than pages (1), revisits" in note


@pytest.mark.parametrize("raw", [
    b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", b"WARC/1.0\r\nContent-Length: 99\r\n\r\nx",
    b"WARC/1.0\r\n" + b"a" * 200_000,
    b"WARC/1.0\r\nContent-Length: 99999999999999999999\r\n\r\n", capture("warcinfo", "", b"x") + b"junk\r\n",
])  # fmt: skip
def test_a_broken_warc_is_refused(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(InputError):
        read(put(tmp_path / "a.warc", raw))


def mail(subject: str, body: str, codec: str = "euc-kr", kind: str = "plain") -> bytes:
    word = f"=?{codec}?B?{base64.b64encode(subject.encode(codec)).decode()}?="
    head = (
        f"From: =?{codec}?B?{base64.b64encode('홍길동'.encode(codec)).decode()}?= <hong@x.example>\nSubject: {word}\n"
        "Date: Mon, 5 Aug 2024 11:16:00 +0900 (KST)\nMessage-ID: <m-1@x.example>\nMIME-Version: 1.0\n"
        f"Content-Type: text/{kind}; charset={codec}\nContent-Transfer-Encoding: quoted-printable\n\n"
    )
    return head.encode() + quopri.encodestring(body.encode(codec))


def test_a_mailbox_in_korean(tmp_path: Path) -> None:
    begin = b"From hong@x.example Mon Aug  5 11:16:00 2024\n"
    second = mail("등대", "<p>하나</p><p>둘</p>", "utf-8", "html")
    path = put(tmp_path / "a.mbox", begin + mail("방파제 공사", BODY + "\n>From 여기") + b"\n\n" + begin + second)
    first, other = articles(path)
    assert (first.title, first.body, first.author) == ("방파제 공사", f"{BODY}\nFrom 여기", "홍길동")
    assert first.published == "2024-08-05T11:16:00+0900"
    assert (other.title, other.body) == ("등대", "하나\n둘")
    assert records(path)[0].given_id == "m-1@x.example"
    assert [a.title for a in articles(put(tmp_path / "a.eml", second))] == ["등대"]


def test_a_page_saved_by_a_browser(tmp_path: Path) -> None:
    body = quopri.encodestring(page("방파제 공사")).replace(b"\n", b"\r\n")
    path = put(tmp_path / "a.mhtml", (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://m.example/1\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b"\r\n\r\n\r\n----b\r\n'
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        b"Content-Location: https://m.example/1\r\n\r\n" + body +
        b"\r\n----b\r\nContent-Type: image/png\r\n\r\nx\r\n----b--\r\n"
    ))  # fmt: skip
    (found,) = articles(path)
    assert (found.title, found.body, found.url) == ("방파제 공사", BODY, "https://m.example/1")


# Markdown


@pytest.mark.parametrize("front", [
    "---\ntitle: 방파제 공사\ndate: 2024-08-05\nauthors: [홍길동]\ncategories: [경제, 항만]\n---\n",
    '+++\ntitle = "방파제 공사"\ndate = 2024-08-05\nauthor = "홍길동"\ncategories = ["경제"]\n+++\n',
    '---\nlayout: post\n제목: "방파제 공사"\n날짜: 2024-08-05\n기자: 홍길동\ncategory: 경제\n---\n',
])  # fmt: skip
def test_front_matter(tmp_path: Path, front: str) -> None:
    text = (
        f"{front}\n{BODY} [길](https://x.example)과 **굵은** 글.\n\n{{{{< figure src=a >}}}}\n"
        "![그림](a.jpg)\n> 따온 말.\n\n"
        "## 관련 기사\n\n- [부두 이전](https://x.example/1)\n- 새 항로\n"
    )
    path = put(tmp_path / "a.md", text)
    (record,) = records(path)
    article = record.article
    assert (article.title, article.published, article.author) == ("방파제 공사", "2024-08-05", "홍길동")
    assert (article.section, article.body) == ("경제", f"{BODY} 길과 굵은 글.\n따온 말.")
    assert [(r.headline, r.url) for r in record.related] == [("부두 이전", "https://x.example/1"), ("새 항로", None)]


def test_markdown_in_its_looser_forms(tmp_path: Path) -> None:
    loose = put(tmp_path / "a.md", f"---\ntitle: 방파제: 공사: 시작\ntags: [가, 나]\n---\n{BODY}")
    plain = put(tmp_path / "b.md", f"# 방파제 공사\n\n{BODY}\n")
    draft = put(tmp_path / "c.md", f"---\ntitle: 초안\ndraft: true\n---\n{BODY}")
    assert [a.title for a in articles(loose) + articles(plain)] == ["방파제: 공사: 시작", "방파제 공사"]
    assert [each.not_out for each in records(draft)] == ["draft=True"]


def test_values_named_by_anchors_are_not_unfolded(tmp_path: Path) -> None:
    front = "\n".join(["e0: &e0 x", *(f"e{n}: &e{n} [{f'*e{n - 1}, ' * 9}]" for n in range(1, 30)), "title: 방파제"])
    assert [a.title for a in articles(put(tmp_path / "a.md", f"---\n{front}\n---\n{BODY}"))] == ["방파제"]


def test_marks_of_markdown_go_and_text_stays() -> None:
    assert (
        plain_text("**굵은** 글과 *기운* 글, 2*3*4, `code`, [[쪽|이름]], ~~지운~~")
        == "굵은 글과 기운 글, 2*3*4, code, 이름, 지운"
    )


def word(text: str, charset: str = "utf-8") -> str:
    return f"=?{charset}?b?{base64.b64encode(text.encode(charset)).decode()}?="


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        (f"{word('홍길동, 기자')} <a@news.example>", "홍길동"),
        (f"{word('김철수, 이영희', 'euc-kr')} <a@news.example>", "김철수·이영희"),
        (f'"{word("홍길동")}" <a@news.example>', "홍길동"),
        (word('"홍길동" <a@news.example>'), "홍길동"),
        ("홍길동, 기자 <a@news.example>", "홍길동"),
        ("(홍길동) a@news.example", "홍길동"),
        ("홍길동", "홍길동"),
        ("a@news.example", None),
        ("a@news.example, 홍길동 <b@news.example>", None),
    ],
)
def test_the_name_of_who_sent_a_mail(tmp_path: Path, sender: str, author: str | None) -> None:
    raw = f"From: {sender}\nSubject: {word('부두 공사')}\nContent-Type: text/plain; charset=utf-8\n\n{BODY}\n"
    [article] = articles(put(tmp_path / "a.eml", raw))
    assert (article.title, article.author) == ("부두 공사", author)
    raw = f"From: {sender}\nSubject: {word('부두 공사')}\n\n{BODY}\n"
    [article] = articles(put(tmp_path / "b.eml", raw.encode("cp949")))
    assert (article.author, article.body) == (author, BODY)


def test_all_who_wrote_an_item_and_when_it_was_changed(tmp_path: Path) -> None:
    entry = (
        "<entry><title>부두 공사</title><published>2024-08-05T11:16:00+09:00</published>"
        "<updated>2024-08-06T09:00:00+09:00</updated><author><name>홍길동</name></author>"
        "<author><name>김철수</name></author><link href='https://a.example/1'/></entry>"
    )
    item = "<item><title>부두 공사</title><dc:creator>홍길동</dc:creator><dc:creator>김철수</dc:creator></item>"
    atom = put(tmp_path / "a.atom", f'{XML}<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>')
    rss = put(
        tmp_path / "a.rss", f'{XML}<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>{item}</channel></rss>'
    )
    [one], [other] = articles(atom), articles(rss)
    assert (one.author, one.published, one.updated) == (
        "홍길동·김철수", "2024-08-05T11:16:00+09:00", "2024-08-06T09:00:00+09:00",
    )  # fmt: skip
    assert (other.author, other.updated) == ("홍길동·김철수", None)


def test_shortcodes_that_are_never_closed_take_no_time(tmp_path: Path) -> None:
    text = "[caption]" * 40_000 + BODY
    item = f"<item><title>부두 공사</title><description>{text}</description></item>"
    started = time.process_time()
    [article] = articles(put(tmp_path / "a.rss", f"{XML}<rss><channel>{item}</channel></rss>"))
    assert article.body == BODY
    assert time.process_time() - started < 2


# Archives


def test_the_members_of_archives(tmp_path: Path) -> None:
    inner, deep = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(deep, "w") as archive:
        archive.writestr("c.csv", "title\n너무 깊은 글\n")
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("b.csv", "title\n속의 글\n")
        archive.writestr("deep.zip", deep.getvalue())
    book = workbook(tmp_path / "book.xlsx", {"하나": [["title"], ["통합 문서의 글"]]})
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("가/기사.csv", "title,body\n표의 글,본문\n")
        archive.writestr("p.html", page("쪽의 글"))
        archive.writestr("p_files/ad.html", page("광고"))
        archive.writestr("g.jsonl.gz", gzip.compress('{"title": "눌린 글"}'.encode()))
        archive.writestr("../../etc/x.csv", "title\n나간 글\n")
        archive.writestr("bad.json", "{")
        archive.writestr("x.png", b"x")
        archive.writestr("__MACOSX/._p.html", "x")
        archive.writestr("inner.zip", inner.getvalue())
        archive.write(book, "book.xlsx")
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "a.zip", "a.zip")
        archive.add(book, "book.xlsx")
    titles = ["표의 글", "쪽의 글", "눌린 글", "나간 글", "속의 글", "통합 문서의 글"]
    assert [a.title for a in articles(tmp_path / "a.zip")] == titles
    assert records(tmp_path / "a.zip")[0].path == "a.zip!/가/기사.csv"
    said = "\n".join(notes(tmp_path / "a.zip"))
    assert "a.zip!/bad.json: The file is not JSON" in said
    assert "a.zip!/inner.zip!/deep.zip: It is an archive in an archive in an archive" in said
    assert "1 files of other endings" in said
    assert "1 parts of saved pages" in said
    assert [a.title for a in articles(tmp_path / "b.tar.gz")] == [t for t in titles if t != "속의 글"] + titles[-1:]
    assert not (tmp_path.parent.parent / "etc").exists()


def packed_tar(*names: str) -> bytearray:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for name in names:
            data = f"title\n{name}의 글\n".encode()
            member = tarfile.TarInfo(f"{name}.csv")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return bytearray(raw.getvalue())


def test_a_tar_that_is_damaged_within_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    raw = packed_tar("one", "two", "three")
    raw[2 * 1024 + 150] ^= 0x55  # a checksum
    (tmp_path / "a.tar").write_bytes(raw)
    assert [a.title for a in articles(tmp_path / "a.tar")] == ["one의 글", "two의 글"]
    [told] = notes(tmp_path / "a.tar")
    assert told.startswith("a.tar: The archive is broken behind 2 members, and what follows is not read")
    (tmp_path / "b.tar").write_bytes(packed_tar("one", "two")[: 1024 + 512 + 5])
    assert [a.title for a in articles(tmp_path / "b.tar")] == ["one의 글"]
    assert "broken" in "".join(notes(tmp_path / "b.tar"))


def test_an_error_of_a_reader_is_no_damage_of_its_archive() -> None:
    def wrong(_: object) -> None:
        raise KeyError("an error of the program")

    with pytest.raises(KeyError, match="of the program"):
        list(tarred(io.BytesIO(packed_tar("하나")), Records("a.tar"), None, read=wrong))


def test_korean_names_that_windows_packed(tmp_path: Path) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("abcd.csv", "title\n글\n")
    put(tmp_path / "a.zip", raw.getvalue().replace(b"abcd.csv", "기사".encode("cp949") + b".csv"))
    assert records(tmp_path / "a.zip")[0].path == "a.zip!/기사.csv"


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.xlsx", "in.zip"])
def test_an_archive_that_unpacks_to_far_more_is_refused(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.readers.unpack.RATIO_FREE", 1 << 16)
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        if name == "bomb.xlsx":
            archive.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="a"/></sheets></workbook>')
            archive.writestr("xl/sharedStrings.xml", "<sst>" + " " * 5_000_000 + "</sst>")
        else:
            archive.writestr("a.jsonl", '{"title": "글"}\n' + " " * 5_000_000)
    if name == "in.zip":
        with zipfile.ZipFile(inner := io.BytesIO(), "w") as archive:
            archive.writestr("in.zip", raw.getvalue())
        raw = inner
    try:
        said = "\n".join(notes(put(tmp_path / name, raw.getvalue())))
    except InputError as error:
        said = str(error)
    assert "unpacks to more than 200 times its size" in said


def test_what_all_members_unpack_to_is_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.readers.unpack.UNPACKED_LIMIT", 1 << 19)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(10):
            archive.writestr(f"{n}.jsonl", f'{{"title": "글 {n}"}}\n' + " " * 100_000)
    assert any("unpacks to more than" in note for note in notes(tmp_path / "a.zip"))
    assert len(articles(tmp_path / "a.zip")) < 10


def test_an_archive_with_a_password_is_named(tmp_path: Path) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("a.csv", "title\n글\n")
    flagged = bytearray(raw.getvalue())
    flagged[6] |= 1
    flagged[flagged.index(b"PK\1\2") + 8] |= 1
    assert any("without a password" in note for note in notes(put(tmp_path / "a.zip", bytes(flagged))))


def test_an_archive_is_ingested_once_and_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with Corpus.open(":memory:") as corpus:
        for title in ("방파제 공사", "등대 새 단장"):
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("a.csv", f"title\n{title}\n")
            assert corpus.ingest([path]).articles_added == 1
            assert corpus.ingest([path]).unchanged == 1
            assert [a.title for a in corpus.articles()] == [title]


def test_a_record_within_an_archive_is_found_again_by_its_path(tmp_path: Path) -> None:
    book = workbook(tmp_path / "book.xlsx", {"하나": [["title"], ["첫 장의 글"]], "둘": [["title"], ["둘째 장의 글"]]})
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("2024/b.csv", "title\n속의 글\n")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("./p.html", page("쪽의 글"))
        archive.writestr("inner.zip", inner.getvalue())
        archive.write(book, "book.xlsx")
    with tarfile.open(tmp_path / "c.tar", "w") as archive:
        archive.add(put(tmp_path / "d.csv", "id,title\n7,타르의 글\n7,타르의 고친 글\n"), "./d.csv")
    with Corpus.open(":memory:") as corpus:
        report = corpus.ingest([tmp_path / "a.zip", tmp_path / "c.tar"])
        found = {a.title: [(s.path, s.line) for s in corpus.sources(a.id)] for a in corpus.articles()}
        assert found == {
            "쪽의 글": [(f"{tmp_path}/a.zip!/p.html", 1)],
            "속의 글": [(f"{tmp_path}/a.zip!/inner.zip!/2024/b.csv", 2)],
            "첫 장의 글": [(f"{tmp_path}/a.zip!/book.xlsx!/하나", 2)],
            "둘째 장의 글": [(f"{tmp_path}/a.zip!/book.xlsx!/둘", 2)],
            "타르의 고친 글": [(f"{tmp_path}/c.tar!/d.csv", 3)],
        }
        assert [(id_, s.path) for id_, s in corpus.all_sources()] == [
            (a.id, s.path) for a in corpus.articles() for s in corpus.sources(a.id)
        ]
        assert [(e.path, e.line) for e in corpus.history("7")] == [(f"{tmp_path}/c.tar!/d.csv", 2)]
        assert [row[:2] for row in report.field_counts.by(0)] == [(".csv", 3), (".xlsx", 2), (".html", 1)]
        assert [fault for _, fault in corpus.faults()] == [""] * 5
        corpus._connection.execute("UPDATE records SET member = '!/x.html' WHERE member = '!/p.html'")
        assert any("is not what was read" in fault for _, fault in corpus.faults())


HALVES = {
    "&#xD83D;&#xDE00;": "\U0001f600", "&#55357;&#56832;": "\U0001f600", "&#xd83d;": "\ufffd", "&#56832;": "\ufffd",
    "&#xDE00;&#xD83D;&#xDE00;": "\ufffd\U0001f600", "&#x000D83D;&#0056832;": "\U0001f600", "&#55295;": "\ud7ff",
}  # fmt: skip


@pytest.mark.parametrize("written", HALVES)
def test_halves_of_characters_in_xml_are_joined_or_lost_but_break_nothing(tmp_path: Path, written: str) -> None:
    item = f"<rss><channel><item><title>글 {written} 글</title><link>https://a.example/{written}</link></item></channel></rss>"
    (article,) = articles(put(tmp_path / "a.xml", item))
    assert article.title == f"글 {HALVES[written]} 글"


def test_halves_of_characters_are_joined_wherever_the_file_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    from recommender.readers.formats.xml_stream import _Halves

    text = "가&amp;&#xD83D;&#xDE00;나&#56832;&#x0d83d;&#xDE00;다&#38;&"
    whole = _Halves().joined(text, True)
    assert whole == "가&amp;\U0001f600나\ufffd\U0001f600다&#38;&"
    for size in (1, 2, 3, 5, 8, 13):
        halves = _Halves()
        parts = [text[at : at + size] for at in range(0, len(text), size)]
        assert "".join([*(halves.joined(part, False) for part in parts), halves.joined("", True)]) == whole


def test_a_member_without_a_name_is_passed_over(tmp_path: Path) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("a.csv", "title\n글\n")
        info = zipfile.ZipInfo("x")
        info.filename = ""
        archive.writestr(info, "x")
    assert [a.title for a in articles(put(tmp_path / "a.zip", raw.getvalue()))] == ["글"]


# Inspecting


def shown(tmp_path: Path, *args: str) -> tuple[dict[str, Any], list[list[str]]]:
    """What `inspect` says as JSON, and the number, field and text of each line of its page."""
    home = Home(tmp_path)
    told = CliRunner().invoke(inspect, [*args, "--format", "json"], obj=home, catch_exceptions=False)
    CliRunner().invoke(inspect, [*args, "--html", str(tmp_path / "out.html")], obj=home, catch_exceptions=False)
    rows = re.findall(
        r'<td class="number">(\d+)</td><td class="name">(\w*)</td><td class="line">([^<]*)</td>',
        (tmp_path / "out.html").read_text("utf-8"),
    )
    return json.loads(told.stdout), [list(row) for row in rows]


MARKED = "---\ntitle: 방파제 공사\ndate: 2024-08-05\n---\n포항시는 방파제를 **고친다**.\n\n## 관련기사\n- [등대 새 단장](https://a.example/2)\n"
MAILED = (
    "From: a@b.example\nSubject: =?utf-8?B?67Cp7YyM7KCcIOqzteyCrA==?=\nDate: Mon, 5 Aug 2024 11:16:00 +0900\n"
    "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    + base64.b64encode("포항시는 방파제를 고친다.".encode()).decode()
)


def test_markdown_is_shown_over_its_own_lines(tmp_path: Path) -> None:
    told, rows = shown(tmp_path, str(put(tmp_path / "a.md", MARKED)))
    assert told["kind"] == "record"
    assert [told["fields"][name]["lines"] for name in ("title", "published", "body")] == [[2, 2], [3, 3], [5, 5]]
    assert [row[1] for row in rows[:5]] == ["", "title", "published", "", "body"]


@pytest.mark.parametrize("name", ["a.eml", "a.jsonl", "a.rss"])
def test_records_are_shown_field_by_field_where_their_file_cannot(tmp_path: Path, name: str) -> None:
    line = json.dumps({"title": "방파제 공사", "body": "포항시는 방파제를 고친다."}, ensure_ascii=False)
    item = "<item><title>방파제 공사</title><description>포항시는 방파제를 고친다.</description></item>"
    texts = {"a.eml": MAILED, "a.jsonl": line, "a.rss": f"<rss><channel>{item}</channel></rss>"}
    told, rows = shown(tmp_path, str(put(tmp_path / name, texts[name])))
    assert (told["fields"]["title"]["value"], told["fields"]["body"]["value"]) == (
        "방파제 공사",
        "포항시는 방파제를 고친다.",
    )
    assert [row[1:] for row in rows if row[1] in ("title", "body")] == [
        ["title", "방파제 공사"], ["body", "포항시는 방파제를 고친다."],
    ]  # fmt: skip


def test_a_member_is_shown_by_the_path_that_articles_tell(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w") as archive:
        archive.add(put(tmp_path / "b.csv", "title\n첫째 글\n둘째 글\n"), "x/b.csv")
    book = workbook(tmp_path / "book.xlsx", {"하나": [["title"], ["첫 장의 글"]], "둘": [["title"], ["둘째 장의 글"]]})
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2024/p.html", page("쪽의 글"))
        archive.writestr("in.tar", inner.getvalue())
        archive.write(book, "book.xlsx")
    wanted = {
        "2024/p.html": ("html", "쪽의 글"), "in.tar!/x/b.csv": ("record", "첫째 글"),
        "book.xlsx!/둘": ("record", "둘째 장의 글"),
    }  # fmt: skip
    for name, (kind, title) in wanted.items():
        told, _ = shown(tmp_path, f"{path}!/{name}")
        assert (told["kind"], told["fields"]["title"]["value"], told["path"]) == (kind, title, f"{path}!/{name}")
    assert shown(tmp_path, f"{book}!/둘")[0]["fields"]["title"]["value"] == "둘째 장의 글"
    told, _ = shown(tmp_path, f"{path}!/in.tar!/x/b.csv", "--line", "3")
    assert told["fields"]["title"]["value"] == "둘째 글"
    for name, said in (("none.html", "holds no 'none.html'"), ("2024/p.html!/x", "is not an archive")):
        with pytest.raises(InputError, match=said):
            shown(tmp_path, f"{path}!/{name}")
    with pytest.raises(InputError, match="No record begins at line 9"):
        shown(tmp_path, str(tmp_path / "b.csv"), "--line", "9")


# Watching


def test_a_folder_is_watched_until_it_is_interrupted(tmp_path: Path) -> None:
    watched = tmp_path / "in"
    watched.mkdir()
    put(watched / "a.csv", "title\n방파제 공사\n")
    program = subprocess.Popen(
        after(INTERRUPTIBLE, "-C", tmp_path, "ingest", "--watch", "--every", "0.1", watched), encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(PYTHONUNBUFFERED="1"),
    )  # fmt: skip
    try:
        assert program.stdout is not None
        first = program.stdout.readline()
        put(watched / "b.xml", XML + "<rss><channel><item><title>등대 새 단장</title></item></channel></rss>")
        second = program.stdout.readline()
    finally:
        program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=120)
    assert ("a.csv: 1 article new" in first, "b.xml: 1 article new" in second) == (True, True)
    assert (program.returncode, out, err.count("Watching")) == (0, "", 1)


def test_a_file_that_grows_is_not_read_before_it_stands(tmp_path: Path) -> None:
    seen = Watch([tmp_path])
    path = put(tmp_path / "a.csv", "title\n하나\n")
    assert [*seen.look()] == [path]
    put(path, "title\n하나\n둘\n")
    assert [*seen.look()] == []
    assert [*seen.look()] == [path]
    assert [*seen.look()] == []


def test_a_saved_feed_is_read_whatever_its_name(tmp_path: Path) -> None:
    path = put(tmp_path / "saved.php", XML + "<rss><channel><item><title>방파제 공사</title></item></channel></rss>")
    command = [sys.executable, "-m", "recommender", "-C", str(tmp_path), "ingest"]
    done = subprocess.run([*command, str(path)], capture_output=True, encoding="utf-8", env=environment())
    assert (done.returncode, "1 article new" in done.stdout) == (0, True)
    assert subprocess.run(command, capture_output=True, env=environment()).returncode == 2


def test_the_xml_of_trafilatura(tmp_path: Path) -> None:
    doc = f"""<doc sitename="가상일보" title="방파제 공사" author="홍길동" date="2025-03-07" source="https://p.example/1">
<main><head>소제목</head><p>{BODY}</p><list><item>배 <hi>두</hi> 척</item></list></main><comments/></doc>"""
    (found,) = articles(put(tmp_path / "a.xml", XML + doc))
    assert (found.title, found.body) == ("방파제 공사", f"소제목\n{BODY}\n배 두 척")
    assert (found.outlet, found.author, found.published) == ("가상일보", "홍길동", "2025-03-07")
    tei = f"""<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>방파제 공사</title>
<author>홍길동</author></titleStmt><publicationStmt><publisher>가상일보</publisher><date>2025-03-07</date>
</publicationStmt></fileDesc></teiHeader><text><body><div><p>{BODY}</p></div></body></text></TEI>"""
    (found,) = articles(put(tmp_path / "c.xml", XML + tei))
    assert (found.title, found.body, found.author) == ("방파제 공사", BODY, "홍길동")
    assert (found.outlet, found.published) == ("가상일보", "2025-03-07")
    with pytest.raises(InputError, match="none of the kinds"):
        articles(put(tmp_path / "b.xml", XML + "<doc><field name='a'>b</field></doc>"))


@pytest.mark.parametrize(
    ("content", "records", "problems"),
    [
        ('[{"title": "가"}, {"title": "나"}]', 2, 0),
        ('[\n{"title": "가"},\n{"title": "나"}\n]\n', 2, 0),
        ('[{"title": "가"}]\n[{"title": "나"}]\n', 2, 0),
        ('[]\n{"title": "나"}\n', 1, 1),
        ("[]\nnull\n", 0, 2),
    ],
)
def test_lists_in_a_file_of_json_lines(tmp_path: Path, content: str, records: int, problems: int) -> None:
    """One list over all lines, or a list a line; a line that holds no record is named."""
    read = list(read_records(put(tmp_path / "a.jsonl", content), "a.jsonl"))
    assert sum(isinstance(each, Record) for each in read) == records
    assert sum(isinstance(each, ReadProblem) and each.severity == "refused" for each in read) == problems
