"""What every reader of the table promises, tested on each ending with the same two articles.

A new ending needs a line in `WRITERS`, which plants them in that format; the rest follows.
"""

from __future__ import annotations

import ast
import csv
import gzip
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest
from conftest import ROOT, environment
from documents import docx, hwpx, odt

from recommender.corpus.store import Corpus
from recommender.errors import InputError
from recommender.readers.article import Record
from recommender.readers.data_files import json_lines
from recommender.readers.notes import ReadProblem
from recommender.readers.records import Records
from recommender.readers.registry import READERS, PageReader, RecordReader, find_reader, read_page, reader_of
from recommender.readers.unpack import GZ
from recommender.readers.walk import files_of

ENDINGS = [ending + packed for ending in READERS for packed in ("", GZ)]


@dataclass(frozen=True)
class Planted:
    title: str
    body: str
    published: str
    outlet: str
    related: tuple[str, ...]


TRUTH = (
    Planted(
        "시험동 짓는 포항시, 내년 봄에 첫 삽",
        "포항시는 블루밸리 산단에 재활용 시험동을 짓기로 했다고 6일 밝혔다. 터는 축구장 두 개 넓이다.\n"
        "시험동은 내년 봄에 첫 삽을 뜨고 그해 겨울에 문을 연다. 시는 장비 스무 대를 들이고 사람 쉰 명을 뽑는다.\n"
        "주민들은 공사 차량이 다닐 길부터 넓혀 달라고 했다. 시는 다음 달 설명회를 열어 뜻을 모으기로 했다.",
        "2024-09-06T10:30",
        "가나일보",
        ("경북도, 폐전지 수거망 두 배로 늘린다", "구미 배터리 창고에 불… 40분 만에 꺼져"),
    ),
    Planted(
        "울릉 뱃길 사흘 만에 다시 열려",
        "풍랑으로 끊겼던 울릉 뱃길이 사흘 만에 다시 열렸다고 해운사가 7일 밝혔다. 섬에 묶였던 손님은 오백 명이다.\n"
        "첫 배는 아침 여덟 시에 떠났고 낮에 한 척이 더 뜬다. 해운사는 밀린 손님을 모두 나르려면 이틀이 걸린다고 본다.\n"
        "군은 묵을 곳이 없는 이들에게 체육관을 열어 주었다. 다음 주에도 바람이 거세다는 예보가 나와 있다.",
        "2024-09-07T08:15",
        "다라신문",
        ("동해 먼바다 풍랑주의보 해제", "울릉 공항 활주로 공정 절반 넘어"),
    ),
)


def _text(articles: Sequence[Planted]) -> str:
    (a,) = articles
    listed = [f"• {headline}" for headline in a.related]
    date = a.published.replace("T", " ")
    return "\n".join([a.title, f"승인 {date}", f"[{a.outlet} 홍길동 기자] {a.body}", "#관련기사", *listed]) + "\n"


def _html(articles: Sequence[Planted]) -> str:
    (a,) = articles
    paragraphs = "\n".join(f"<p>{line}</p>" for line in a.body.split("\n"))
    listed = "\n".join(f'<li><a href="/news/{n}">{headline}</a></li>' for n, headline in enumerate(a.related))
    return (
        f'<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8"/><title>{a.title} - {a.outlet}</title>\n'
        f'<meta property="og:site_name" content="{a.outlet}"/>\n'
        f'<meta property="article:published_time" content="{a.published}"/></head>\n'
        f"<body><article><h1>{a.title}</h1>\n{paragraphs}\n"
        f"<h2>관련기사</h2><ul>\n{listed}\n</ul></article></body></html>\n"
    )


def _rows(articles: Sequence[Planted]) -> list[dict[str, object]]:
    return [{**vars(a), "related": list(a.related)} for a in articles]


def _json_lines(articles: Sequence[Planted]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _rows(articles))


def _json(articles: Sequence[Planted]) -> str:
    return json.dumps(_rows(articles), ensure_ascii=False, indent=1)


def _table(separator: str) -> Callable[[Sequence[Planted]], str]:
    def write(articles: Sequence[Planted]) -> str:
        out = io.StringIO()
        rows = csv.DictWriter(out, ["title", "body", "published", "outlet", "related"], delimiter=separator)
        rows.writeheader()
        rows.writerows({**vars(a), "related": "|".join(a.related)} for a in articles)
        return out.getvalue()

    return write


def _dump(articles: Sequence[Planted]) -> str:
    rows = ",\n".join(
        f"('{a.title}', '{a.body}', '{a.published}', '{a.outlet}', '{'|'.join(a.related)}')" for a in articles
    )
    return f"CREATE TABLE `news` (\n`title` text, body text, published text, outlet text, related text);\n" \
           f"INSERT INTO `news` VALUES\n{rows};\n"  # fmt: skip


def _feed(articles: Sequence[Planted]) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>모음</title>\n'
        + "".join(
            f"<item><title>{a.title}</title>\n<description>{_paragraphs(a)}</description>\n"
            f"<pubDate>{a.published}</pubDate><source>{a.outlet}</source></item>\n"
            for a in articles
        )
        + "</channel></rss>\n"
    )


def _paragraphs(article: Planted) -> str:
    return "".join(f"&lt;p&gt;{line}&lt;/p&gt;" for line in article.body.split("\n"))


def _table_page(articles: Sequence[Planted]) -> str:
    rows = (
        f"<tr><td>{a.title}</td><td>{a.body.replace(chr(10), '<br>')}</td><td>{a.published}</td><td>{a.outlet}</td>"
        f"<td>{'|'.join(a.related)}</td></tr>\n"
        for a in articles
    )
    head = "<tr><th>제목</th><th>본문</th><th>일시</th><th>언론사</th><th>관련기사</th></tr>\n"
    return f"<html><body><table>\n{head}{''.join(rows)}</table></body></html>"


def _workbook(articles: Sequence[Planted]) -> bytes:
    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    book.active.append(["title", "body", "published", "outlet", "related"])
    for a in articles:
        book.active.append([a.title, a.body, a.published, a.outlet, "|".join(a.related)])
    book.save(out)
    return out.getvalue()


def _columns(articles: Sequence[Planted], write: str) -> bytes:
    import pyarrow
    from pyarrow import feather, parquet

    out = io.BytesIO()
    table = pyarrow.Table.from_pylist(_rows(articles))
    parquet.write_table(table, out) if write == "parquet" else feather.write_feather(table, out)
    return out.getvalue()


def _warc(articles: Sequence[Planted]) -> bytes:
    return b"".join(map(_capture, articles))


def _capture(article: Planted) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + _html([article]).encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def _mhtml(articles: Sequence[Planted]) -> str:
    return (
        "From: <Saved by Blink>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; boundary="part"\n\n--part\nContent-Type: text/html\n'
        f"Content-Transfer-Encoding: 8bit\n\n{_html(articles)}\n--part--\n"
    )


def _mails(articles: Sequence[Planted]) -> str:
    return "".join(f"From a@b Fri Sep  6 10:30:00 2024\n{_mail(a)}\n" for a in articles)


def _mail(a: Planted) -> str:
    return (
        f"Subject: {a.title}\nDate: {a.published}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: 8bit\n\n{a.body}\n"
    )


def _markdown(articles: Sequence[Planted]) -> str:
    (a,) = articles
    listed = "".join(f"- {headline}\n" for headline in a.related)
    return f"---\ntitle: {a.title}\ndate: {a.published}\noutlet: {a.outlet}\n---\n{a.body}\n\n## 관련기사\n{listed}"


def _zip(articles: Sequence[Planted]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("in/all.jsonl", _json_lines(articles))
    return out.getvalue()


def _tar(articles: Sequence[Planted]) -> bytes:
    out, raw = io.BytesIO(), _json_lines(articles).encode()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("in/all.jsonl")
        info.size = len(raw)
        archive.addfile(info, io.BytesIO(raw))
    return out.getvalue()


WRITERS: dict[str, Callable[[Sequence[Planted]], str | bytes]] = {
    ".txt": _text,
    ".html": _html,
    ".htm": _html,
    ".xhtml": _html,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".json": _json,
    ".csv": _table(","),
    ".tsv": _table("\t"),
    ".mhtml": _mhtml,
    ".mht": _mhtml,
    ".xls": _table_page,
    ".xlsx": _workbook,
    ".xlsm": _workbook,
    ".parquet": partial(_columns, write="parquet"),
    ".pq": partial(_columns, write="parquet"),
    ".feather": partial(_columns, write="feather"),
    ".arrow": partial(_columns, write="feather"),
    ".xml": _feed,
    ".rss": _feed,
    ".atom": _feed,
    ".rdf": _feed,
    ".sql": _dump,
    ".warc": _warc,
    ".eml": lambda articles: _mail(*articles),
    ".mbox": _mails,
    ".md": _markdown,
    ".markdown": _markdown,
    ".docx": lambda articles: docx(_text(articles).splitlines()),
    ".hwpx": lambda articles: hwpx(_text(articles).splitlines()),
    ".odt": lambda articles: odt(_text(articles).splitlines()),
    ".zip": _zip,
    ".tar": _tar,
    ".tgz": _tar,
}
SINGLE = (".eml", ".md", ".markdown")
"""Readers of records whose files hold one."""
UNSAID = {
    **dict.fromkeys((".xml", ".rss", ".atom", ".rdf"), ("related",)),
    **dict.fromkeys((".eml", ".mbox"), ("related", "outlet")),
}
"""What a format has no place for."""
BINARY = (".xlsx", ".xlsm", ".parquet", ".pq", ".feather", ".arrow", ".zip", ".tar", ".tgz", ".warc")
"""Their records stand at rows and places, not at lines."""
BROKEN = {
    ".txt": "\n\n",
    ".html": "<html><body><script>let x = 1</script></body></html>",
    ".jsonl": '{"title": "시험동',
    ".json": '[{"title": "시험동"}, {"title": ',
    ".csv": "number,colour\n1,red\n",
}
BROKEN |= {".htm": BROKEN[".html"], ".xhtml": BROKEN[".html"], ".ndjson": BROKEN[".jsonl"], ".tsv": BROKEN[".csv"]}
BROKEN |= dict.fromkeys((".xml", ".rss", ".atom", ".rdf"), "<rss><channel><title>빔</title></channel></rss>")
BROKEN |= dict.fromkeys((".xls", ".warc", ".mbox", ".docx", ".hwpx", ".odt", ".sql"), "아무 글이다.\n")
BROKEN |= dict.fromkeys(
    (".xlsx", ".xlsm", ".zip", ".tar", ".tgz", ".parquet", ".pq", ".feather", ".arrow"), "PK 아님\n"
)
BROKEN |= dict.fromkeys((".mhtml", ".mht", ".eml"), "\n제목 없는 글\n") | dict.fromkeys(
    (".md", ".markdown"), "---\n---\n"
)
"""Text that is no article in that format, and has to be refused."""


def put(path: Path, content: str | bytes) -> Path:
    raw = content.encode("utf-8") if isinstance(content, str) else content
    path.write_bytes(gzip.compress(raw) if path.name.endswith(GZ) else raw)
    return path


def planted(folder: Path, ending: str) -> list[Path]:
    """The truth in files of that ending: one file of records, or a page an article."""
    write = WRITERS[ending.removesuffix(GZ)]
    if isinstance(find_reader(f"a{ending}"), PageReader) or ending.removesuffix(GZ) in SINGLE:
        return [put(folder / f"{n}{ending}", write([article])) for n, article in enumerate(TRUTH)]
    return [put(folder / f"all{ending}", write(TRUTH))]


def read(path: Path) -> list[Record | ReadProblem]:
    return list(reader_of(path).read(path, path.name))


def refused(path: Path) -> list[InputError | ReadProblem]:
    """What stops the file or some of its records; any other exception goes through and fails the test."""
    try:
        return [each for each in read(path) if isinstance(each, ReadProblem)]
    except InputError as error:
        return [error]


def is_refused(path: Path) -> None:
    problems = refused(path)
    assert problems
    for problem in problems:
        assert problem.hint
        assert isinstance(problem, InputError) or problem.severity == "refused"


def test_every_ending_is_planted() -> None:
    assert {*WRITERS} == {*BROKEN} == {*READERS}
    assert all(ending in reader.endings for ending, reader in READERS.items())


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_reader_finds_the_truth(tmp_path: Path, ending: str) -> None:
    paths = planted(tmp_path, ending)
    records = [each for path in paths for each in read(path)]
    for record, truth in zip(records, TRUTH, strict=True):
        assert isinstance(record, Record), record
        article = record.article
        unsaid = UNSAID.get(ending.removesuffix(GZ), ())
        assert (article.title, article.body, article.published) == (truth.title, truth.body, truth.published)
        assert article.outlet == (None if "outlet" in unsaid else truth.outlet)
        assert tuple(each.headline for each in record.related) == (() if "related" in unsaid else truth.related)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_record_knows_where_it_stands(tmp_path: Path, ending: str) -> None:
    """A record stands between its line and that of the next; a page begins at line 1."""
    paths = planted(tmp_path, ending)
    records = [each for path in paths for each in read(path) if isinstance(each, Record)]
    assert len(records) == len(TRUTH)
    if isinstance(reader_of(paths[0]), PageReader):
        assert [(r.path, r.line, r.kind) for r in records] == [(path.name, 1, "page") for path in paths]
        return
    assert {r.kind for r in records} == {"record"}
    assert {r.path.partition("!")[0] for r in records} == {path.name for path in paths}
    if ending.removesuffix(GZ) in (*SINGLE, *BINARY):
        assert all(record.line >= 1 for record in records)
        return
    lines = str(WRITERS[ending.removesuffix(GZ)](TRUTH)).split("\n")
    ends = [record.line for record in records[1:]] + [len(lines) + 1]
    for record, end, truth in zip(records, ends, TRUTH, strict=True):
        assert record.line >= 1
        assert truth.title in "\n".join(lines[record.line - 1 : end - 1])


@pytest.mark.parametrize("ending", ENDINGS)
def test_reading_twice_is_the_same(tmp_path: Path, ending: str) -> None:
    for path in planted(tmp_path, ending):
        assert read(path) == read(path)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("how", ["of no article", "binary", "missing", "a folder"])
def test_a_broken_file_is_refused_with_a_hint(tmp_path: Path, ending: str, how: str) -> None:
    path = tmp_path / f"broken{ending}"
    if how == "of no article":
        put(path, BROKEN[ending.removesuffix(GZ)])
    elif how == "binary":
        put(path, b"\x89PNG\r\n\x1a\n" + b"\0" * 500)
    elif how == "a folder":
        path.mkdir()
    is_refused(path)


@pytest.mark.parametrize("ending", READERS)
def test_a_broken_gz_is_refused_with_a_hint(tmp_path: Path, ending: str) -> None:
    path = planted(tmp_path, ending + GZ)[0]
    path.write_bytes(path.read_bytes()[:-20])
    is_refused(path)
    path.write_bytes(b"as it is")
    is_refused(path)


@pytest.mark.parametrize("ending", [ending for ending, reader in READERS.items() if reader.limit])
@pytest.mark.parametrize("packed", ["", GZ])
def test_a_file_over_the_limit_is_refused_with_a_hint(tmp_path: Path, ending: str, packed: str) -> None:
    path = planted(tmp_path, ending + packed)[0]
    one = isinstance(READERS[ending], PageReader) or ending in SINGLE
    written = WRITERS[ending](TRUTH[:1] if one else TRUTH)
    size = len(written.encode("utf-8") if isinstance(written, str) else written)
    assert list(replace(READERS[ending], limit=size).read(path, path.name)) == read(path)
    with pytest.raises(InputError, match=f"larger than {size - 1} bytes") as error:
        list(replace(READERS[ending], limit=size - 1).read(path, path.name))
    assert error.value.hint


@pytest.mark.parametrize("ending", READERS)
def test_a_damaged_file_is_read_or_refused_and_never_fails(tmp_path: Path, ending: str) -> None:
    """Cut short and with odd bytes at places all over the file."""
    path = planted(tmp_path, ending)[0]
    raw = path.read_bytes()
    for at in range(0, len(raw), len(raw) // 12):
        for damaged in (raw[:at], raw[:at] + b"\xff\x00<\"'{" + raw[at:], raw[:at] + raw[at + 5 :]):
            path.write_bytes(damaged)
            for problem in refused(path):
                assert problem.hint or (isinstance(problem, ReadProblem) and problem.severity == "note")


@pytest.mark.parametrize("name", ["a.png", "a", "a.gz", "a.txt.7z", ".txt", "txt"])
def test_an_unknown_ending_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("글", encoding="utf-8")
    assert find_reader(path) is None
    with pytest.raises(InputError) as error:
        reader_of(path)
    assert error.value.problem == f"The ending {path.suffix!r} is not one that is read."
    assert all(ending in error.value.hint for ending in READERS)
    (problem,) = files_of([path])
    assert isinstance(problem, ReadProblem)
    assert (problem.reason, problem.hint) == (error.value.problem, error.value.hint)


def test_capital_endings_are_known() -> None:
    assert [find_reader(f"A{ending.upper()}") for ending in ENDINGS] == [find_reader(f"a{e}") for e in ENDINGS]


@pytest.mark.parametrize("ending", ENDINGS)
def test_ingest_and_inspect_ask_the_table(tmp_path: Path, ending: str) -> None:
    paths = planted(tmp_path, ending)
    with Corpus.open(":memory:") as corpus:
        assert not corpus.ingest([tmp_path]).problems
        assert corpus.counts().sources == len(paths)
        assert {a.title for a in corpus.articles() if not a.headline_only} == {truth.title for truth in TRUTH}
    reader = reader_of(paths[0])
    if isinstance(reader, PageReader):
        assert read_page(paths[0]) == reader.page(paths[0])


def test_a_line_in_the_table_is_all_that_a_new_format_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Record | ReadProblem]:
        yield from json_lines(io.BytesIO(stream.read().replace(b"%", b'"')), file, encoding)

    monkeypatch.setitem(READERS, ".odd", RecordReader((".odd",), parse))
    put(tmp_path / f"a.odd{GZ}", "{%title%: %시험동 짓는다%}\n")
    with Corpus.open(":memory:") as corpus:
        assert not corpus.ingest([tmp_path]).problems
        assert [article.title for article in corpus.articles()] == ["시험동 짓는다"]


def test_what_reads_html_is_loaded_for_html_alone(tmp_path: Path) -> None:
    paths = {ending: str(planted(tmp_path, ending)[0]) for ending in READERS}
    pages = [paths[".html"]]
    others = [paths[ending] for ending in (".txt", ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".eml", ".md", ".zip")]
    script = (
        "import sys\nfrom recommender.readers.registry import reader_of\n"
        "def loaded(paths):\n"
        "    for path in paths:\n        list(reader_of(path).read(path, path))\n"
        "    return sorted({'lxml', 'trafilatura'} & set(sys.modules))\n"
        f"print(loaded({others!r}), loaded({pages[:1]!r}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", env=environment())
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[] ['lxml', 'trafilatura']"


NOT_READ_HERE = {
    "readers/unpack.py": {GZ},  # the one definition of it
    "readers/reader_version.py": {".txt"},  # the tables of this package's own source
    "versions/artifact.py": {".json"},  # the files of a model
    "arrays/stored.py": {".json"},  # the same
    "readers/notes.py": {".gz"},  # a summary by ending
    "corpus/read_ahead.py": {".jsonl"},  # what workers have read
    "jobs/related_files.py": {".gz", ".csv", ".tsv", ".xls", ".xlsx", ".parquet", ".feather"},  # what an export writes
    "training/passes.py": {".json"},  # parts of a training
    "messages/catalogue.py": {".json"},  # what the package brings along
    "serving/tasks.py": {".jsonl"},  # the progress of long work
    "serving/web/draft.py": {".gz"},  # a file that a visitor dropped
}


def test_no_other_module_knows_an_ending() -> None:
    """Sentences may name one; a string that is an ending, alone or as a pattern, belongs into the table."""
    package = ROOT / "recommender"
    found: dict[str, set[str]] = {}
    for path in package.rglob("*.py"):
        name = path.relative_to(package).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                ending = node.value.lstrip("*").lower()
                if ending in (*READERS, GZ):
                    found.setdefault(name, set()).add(ending)
    assert found.pop("readers/registry.py") == {*READERS}
    assert found == NOT_READ_HERE
