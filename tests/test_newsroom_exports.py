"""What the systems of newsrooms export: drafts among articles, XML of their own, subtitles, dumps of tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from recommender.corpus.store import Corpus
from recommender.errors import InputError
from recommender.readers.article import Record
from recommender.readers.columns import Columns
from recommender.readers.inspection import asked_with
from recommender.readers.notes import ReadProblem
from recommender.readers.registry import reader_of

TITLE = "구룡포 새 등대 불 밝힌다"
BODY = "포항시는 7일 구룡포항에 새 등대를 세웠다고 밝혔다. 불빛은 40km 밖에서도 보인다."


def put(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    text = content if isinstance(content, str | bytes) else json.dumps(content, ensure_ascii=False)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(path: Path) -> tuple[list[Record], list[ReadProblem]]:
    found = list(reader_of(path).read(path, path.name))
    return [r for r in found if isinstance(r, Record)], [p for p in found if isinstance(p, ReadProblem)]


def ingested(folder: Path, *paths: Path) -> tuple[list[str | None], list[str]]:
    """Titles of the corpus, and what was said of the files."""
    with Corpus.open(folder / "corpus.db") as corpus:
        report = corpus.ingest(paths)
        return [article.title for article in corpus.articles()], [str(problem) for problem in report.problems]


NOT_OUT: list[dict[str, Any]] = [
    {"status": "draft"}, {"status": "trash"}, {"state": "pending"}, {"상태": "삭제"}, {"기사상태": "승인 대기"},
    {"게재상태": "임시저장"}, {"공개여부": "N"}, {"노출여부": "비노출"}, {"is_published": False}, {"published": False},
    {"published": "Off"}, {"del_yn": "Y"}, {"삭제여부": "1"}, {"deleted": True}, {"draft": "true"},
    {"visibility": "private"}, {"post_type": "page"}, {"deleted_at": "2024-08-05 11:00:00"}, {"삭제일시": "2024.08.05"},
]  # fmt: skip
OUT: list[dict[str, Any]] = [
    {"status": "publish"}, {"status": "PUBLISHED"}, {"state": "경상북도"}, {"상태": "정상"}, {"상태": "승인"},
    {"공개여부": "Y"}, {"published": True}, {"published": "On", "date": "2024-08-05"}, {"published": "2024-08-05"},
    {"del_yn": "N"}, {"deleted": False}, {"deleted_at": None}, {"deleted_at": "0000-00-00 00:00:00"},
    {"삭제여부": 0}, {"status": "1"},
]  # fmt: skip


@pytest.mark.parametrize("said", NOT_OUT, ids=str)
def test_what_is_not_published_goes_into_no_corpus(tmp_path: Path, said: dict[str, Any]) -> None:
    path = put(tmp_path, "a.json", [{"title": TITLE, "body": BODY}, {"title": "초안", "body": "쓰는 중이다.", **said}])
    titles, notes = ingested(tmp_path, path)
    assert titles == [TITLE]
    assert any("not published" in note for note in notes)


@pytest.mark.parametrize("said", OUT, ids=str)
def test_what_is_published_does(tmp_path: Path, said: dict[str, Any]) -> None:
    (record,), problems = read(put(tmp_path, "a.json", [{"title": TITLE, "body": BODY, **said}]))
    assert not record.not_out
    assert not [each for each in problems if "date" in each.reason]


def test_a_draft_may_ask(tmp_path: Path) -> None:
    path = put(tmp_path, "draft.json", [{"title": TITLE, "body": BODY, "status": "draft"}])
    assert asked_with(path, Columns()).title.value == TITLE


def test_an_article_that_is_published_no_more_is_named(tmp_path: Path) -> None:
    first = put(tmp_path, "monday.json", [{"id": "a1", "title": TITLE, "body": BODY}])
    later = put(tmp_path, "tuesday.json", [{"id": "a1", "title": TITLE, "상태": "삭제"}])
    ingested(tmp_path, first)
    titles, notes = ingested(tmp_path, later)
    assert titles == [TITLE]
    assert any("stay in the corpus" in note and "remove a1" in note for note in notes)


def test_the_deletions_of_a_bulk_request_are_said(tmp_path: Path) -> None:
    lines = [{"index": {"_id": "a1"}}, {"title": TITLE, "content": BODY}, {"delete": {"_id": "a9"}},
             {"create": {"_id": "a2"}}, {"title": "둘째", "content": "본문이다."}]  # fmt: skip
    path = put(tmp_path, "bulk.ndjson", "".join(f"{json.dumps(line)}\n" for line in lines))
    records, _ = read(path)
    assert [(r.given_id, r.not_out) for r in records] == [("a1", ""), ("a9", "status=deleted"), ("a2", "")]


XML_OF_SYSTEMS = {
    "elements with Korean names": f"""<기사목록><기사><기사번호>a1</기사번호><제목>{TITLE}</제목>
<송고시각>2024-08-05 11:16</송고시각><본문><p>{BODY}</p></본문></기사>
<기사><기사번호>a2</기사번호><제목>둘째</제목><본문>글</본문></기사></기사목록>""",
    "a body that is no page": f"""<News><Item><Head><ContentID>a1</ContentID></Head>
<Title><![CDATA[{TITLE}]]></Title><SendDate>20240805</SendDate><SendTime>1116</SendTime>
<Body><![CDATA[{BODY}]]></Body></Item></News>""",
    "fields by name": f"""<resultset statement="SELECT"><row><field name="id">a1</field>
<field name="title">{TITLE}</field><field name="content">{BODY}</field>
<field name="regdate">2024-08-05 11:16</field></row></resultset>""",
    "cells as attributes": f"""<rows><row id="a1" title="{TITLE}" body="{BODY}" regdate="2024-08-05 11:16"/>
<row id="a2" title="둘째" body="글"/></rows>""",
    "one article": f"""<article><id>a1</id><title>{TITLE}</title><meta><date>2024-08-05T11:16</date></meta>
<text>{BODY}</text></article>""",
}


@pytest.mark.parametrize("declared", ['<?xml version="1.0" encoding="UTF-8"?>\n', ""])
@pytest.mark.parametrize("shape", XML_OF_SYSTEMS)
def test_xml_of_a_system_is_read_by_the_names_in_it(tmp_path: Path, shape: str, declared: str) -> None:
    records, problems = read(put(tmp_path, "export.xml", declared + XML_OF_SYSTEMS[shape]))
    article = records[0].article
    assert (records[0].given_id, article.title, article.body) == ("a1", TITLE, BODY)
    assert (article.published or "")[:16] == "2024-08-05T11:16"
    assert not [each for each in problems if each.severity == "refused"]


def test_xml_of_other_things_is_refused_and_rows_of_other_tables_are_counted(tmp_path: Path) -> None:
    row = f'<t name="a"><c name="title">{TITLE}</c><c name="body">{BODY}</c></t>'
    records, notes = read(put(tmp_path, "db.xml", f'<db>{row}{row}<t name="tags"><c name="x">1</c></t></db>'))
    assert [record.article.title for record in records] == [TITLE, TITLE]
    assert "<t> (1)" in notes[0].reason
    with pytest.raises(InputError, match="none of the kinds"):
        read(put(tmp_path, "other.xml", "<?xml version='1.0'?><config><port>80</port></config>"))


@pytest.mark.parametrize("key", ["부제", "부제목", "sub_title", "subtitle", "standfirst", "introtext", "deck"])
def test_a_subtitle_opens_the_body(tmp_path: Path, key: str) -> None:
    rows = [
        {"title": TITLE, "body": BODY, key: "40km 밖에서도 보여"},
        {"title": "둘", "body": f"앞말. {BODY}", key: "앞말."},
    ]
    records, notes = read(put(tmp_path, "a.json", rows))
    assert [record.article.body for record in records] == [f"40km 밖에서도 보여\n{BODY}", f"앞말. {BODY}"]
    assert not notes


def test_subtitles_of_agencies_and_of_wordpress(tmp_path: Path) -> None:
    nitf = put(tmp_path, "a.xml", f"<nitf><body><body.head><hedline><hl1>{TITLE}</hl1><hl2>밤바다</hl2></hedline>"
               f"</body.head><body.content><p>{BODY}</p></body.content></body></nitf>")  # fmt: skip
    second = put(tmp_path, "b.xml", f"<newsItem><contentMeta><headline>{TITLE}</headline><headline "
                 f'role="hldrole:subheadline">밤바다</headline></contentMeta><contentSet><inlineData>{BODY}'
                 "</inlineData></contentSet></newsItem>")  # fmt: skip
    posts = put(tmp_path, "c.xml", '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item>'
                f"<title>{TITLE}</title><description>{BODY}</description><wp:post_type>post</wp:post_type>"
                "<wp:status>publish</wp:status><wp:postmeta><wp:meta_key>sub_title</wp:meta_key><wp:meta_value>밤바다"
                "</wp:meta_value></wp:postmeta></item></channel></rss>")  # fmt: skip
    assert [read(path)[0][0].article.body for path in (nitf, second, posts)] == [f"밤바다\n{BODY}"] * 3


ROWS: list[tuple[dict[str, object], dict[str, object]]] = [
    ({"입력일시": "2024-08-05 10:00", "송고시각": "2024-08-05 11:16"}, {"published": "2024-08-05T11:16"}),
    ({"created": "2024-08-01 00:00:00", "publish_up": "2024-08-05 11:16"}, {"published": "2024-08-05T11:16"}),
    ({"Authored on": "Mon, 08/15/2024 - 11:16", "Changed": "Tue, 08/16/2024 - 09:00"},
     {"published": "2024-08-15T11:16", "updated": "2024-08-16T09:00"}),
    ({"created": "2024-08-05", "modified": "0000-00-00 00:00:00"}, {"published": "2024-08-05", "updated": None}),
    ({"섹션": "\\N", "작성일": "\\N"}, {"section": None, "published": None}),
    ({"author": {"data": {"id": 2, "attributes": {"name": "김바다"}}}}, {"author": "김바다"}),
    ({"송고일": "20240805", "송고시간": "1116"}, {"published": "2024-08-05T11:16"}),
    ({"REG_DTTM": "24/08/05 11:16:00"}, {"published": "2024-08-05T11:16:00"}),
    ({"dates": {"published": "2024-08-05T11:16"}}, {"published": "2024-08-05T11:16"}),
    ({"prism:publicationDate": "2024-08-05", "dc:creator": "김바다"}, {"published": "2024-08-05", "author": "김바다"}),
]  # fmt: skip


@pytest.mark.parametrize(("more", "wanted"), ROWS, ids=str)
def test_values_as_systems_write_them(tmp_path: Path, more: dict[str, object], wanted: dict[str, object]) -> None:
    records, problems = read(put(tmp_path, "a.json", [{"title": TITLE, "body": BODY, **more}]))
    assert {name: getattr(records[0].article, name) for name in wanted} == wanted
    assert not problems


def test_a_page_number_is_no_section_and_that_is_said(tmp_path: Path) -> None:
    (record,), (note,) = read(put(tmp_path, "a.csv", f"제목,면,본문\n{TITLE},3,{BODY}\n"))
    assert record.article.section is None
    assert "'면' is a number in 1 record" in note.reason


def test_a_row_of_totals_is_no_article(tmp_path: Path) -> None:
    records, notes = read(put(tmp_path, "a.csv", f"번호,제목,본문\n1,{TITLE},{BODY}\n합계,1건,\n"))
    assert [record.article.title for record in records] == [TITLE]
    assert "totals" in notes[0].reason


def test_a_column_of_numbers_is_not_proposed_for_a_name(tmp_path: Path) -> None:
    _, notes = read(put(tmp_path, "a.json", [{"title": TITLE, "body": BODY, "featured_media": 5}]))
    assert [each.hint for each in notes] == [""]


def test_days_as_numbers_are_read_in_a_column_of_changes_too(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["제목", "송고일시", "수정일시", "본문"])
    book.active.append([TITLE, 45509.5, 45510.25, BODY])
    book.save(tmp_path / "a.xlsx")
    (record,), _ = read(tmp_path / "a.xlsx")
    assert (record.article.published, record.article.updated) == ("2024-08-05T12:00", "2024-08-06T06:00")


DUMPS = {
    "MySQL": f"""-- MySQL dump
CREATE TABLE `tag` (`id` int, `name` text, PRIMARY KEY (`id`));
INSERT INTO `tag` VALUES (1,'바다');
CREATE TABLE IF NOT EXISTS `news` (`idx` int(11) NOT NULL, `subject` varchar(255) DEFAULT '(무제)', `content` text,
`regdate` datetime, `state` enum('a','b'), PRIMARY KEY (`idx`), KEY `k` (`regdate`));
INSERT INTO `news` VALUES (7,'구룡포 \\'새\\' 등대','{BODY}\\n둘째 줄; (끝)','2024-08-05 11:16:00',NULL),
(8,'그 뒤','글''글','2024-08-06 11:16:00','b');
""",
    "PostgreSQL": f"""COPY public.tag (id, name) FROM stdin;
1\t바다
\\.
COPY public.news (idx, subject, content, regdate, state) FROM stdin;
7\t구룡포 '새' 등대\t{BODY}\\n둘째 줄; (끝)\t2024-08-05 11:16:00\t\\N
8\t그 뒤\t글'글\t2024-08-06 11:16:00\tb
\\.
""",
    "SQL Server": f"""INSERT [dbo].[tag] ([id], [name]) VALUES (1, N'바다')
GO
INSERT [dbo].[news] ([idx], [subject], [content], [regdate]) VALUES (7, N'구룡포 ''새'' 등대', N'{BODY}
둘째 줄; (끝)', CAST(N'2024-08-05T11:16:00.000' AS DateTime))
GO
INSERT [dbo].[news] ([idx], [subject], [content], [regdate]) VALUES (8, N'그 뒤', N'글''글', NULL)
GO
""",
}


@pytest.mark.parametrize("kind", DUMPS)
def test_a_dump_of_a_database_gives_its_table_of_articles(tmp_path: Path, kind: str) -> None:
    records, problems = read(put(tmp_path, "a.sql", DUMPS[kind]))
    first, second = (record.article for record in records)
    assert [record.given_id for record in records] == ["7", "8"]
    assert (first.title, first.body) == ("구룡포 '새' 등대", f"{BODY}\n둘째 줄; (끝)")
    assert (second.title, second.body) == ("그 뒤", "글'글")
    assert (first.published or "")[:16] == "2024-08-05T11:16"
    assert "rows of tag (1)" in problems[-1].reason
    assert not [each for each in problems if each.severity == "refused"]


def test_a_dump_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    records, problems = read(put(tmp_path, "a.sql", DUMPS["MySQL"][:-40]))
    assert [record.given_id for record in records] == ["7"]
    assert "never ends" in problems[-2].reason
    with pytest.raises(InputError, match="has a title"):
        read(put(tmp_path, "b.sql", "INSERT INTO t (a) VALUES (1);"))


def test_a_day_to_come_is_said(tmp_path: Path) -> None:
    rows = [{"title": TITLE, "date": "2024-08-05"}, {"title": "둘", "date": "2094-08-05"}]
    records, (note,) = read(put(tmp_path, "a.json", rows))
    assert records[1].article.published == "2094-08-05"
    assert "not come yet in 1 record" in note.reason


def test_a_story_in_elements(tmp_path: Path) -> None:
    parts = [
        {"type": "text", "content": BODY},
        {"type": "image", "caption": "등대"},
        {"type": "text", "content": "끝."},
    ]
    story = {"_id": "a1", "headlines": {"basic": TITLE}, "subheadlines": {"basic": "밤바다"}, "content_elements": parts,
             "credits": {"by": [{"name": "김바다"}]}, "display_date": "2024-08-05"}  # fmt: skip
    (record,), _ = read(put(tmp_path, "a.json", [story]))
    article = record.article
    assert (article.title, article.author, article.published) == (TITLE, "김바다", "2024-08-05")
    assert article.body == f"밤바다\n{BODY}\n끝."


@pytest.mark.parametrize("key", ["image.created", "photo.date", "og:image", "x.y"])
def test_what_belongs_to_a_part_is_not_said_of_the_article(key: str) -> None:
    assert Columns().fields_of(key) == []


def test_the_counting_index_of_a_table_of_pandas_is_a_column(tmp_path: Path) -> None:
    import pyarrow as arrow
    from pyarrow import parquet

    index = {"kind": "range", "name": "article_id", "start": 101, "stop": 103, "step": 1}
    about = {"index_columns": [index], "columns": [], "column_indexes": [], "pandas_version": "3.0"}
    table = arrow.table({"title": [TITLE, "둘"]}).replace_schema_metadata({"pandas": json.dumps(about)})
    parquet.write_table(table, tmp_path / "a.parquet")
    assert [record.given_id for record in read(tmp_path / "a.parquet")[0]] == ["101", "102"]
