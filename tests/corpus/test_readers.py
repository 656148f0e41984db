"""Bytes to text, files to records, and every kind of bad input."""

from __future__ import annotations

import gzip
import json
import os
import time
import tracemalloc
from pathlib import Path

import pytest

from recommender.corpus.store import Corpus
from recommender.errors import InputError
from recommender.readers import data_files as readers_module
from recommender.readers import unpack as unpack_module
from recommender.readers.article import Article, Record
from recommender.readers.encoding import decode
from recommender.readers.notes import ReadProblem
from recommender.readers.registry import read_records
from recommender.readers.walk import files_of

TEXT = "포항시는 시험동을 짓는다.\n똠방각하도 왔다.\n"
GOOD = {"id": "a1", "title": "시험동 짓는다", "body": "포항시는 시험동을 짓는다."}


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("cp949"), "cp949"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_encodings_are_recognised(raw: bytes, name: str) -> None:
    assert decode(raw) == (TEXT, name)


def test_named_encoding_wins() -> None:
    raw = "징".encode("cp949")  # also valid UTF-8
    assert decode(raw)[1] == "utf-8"
    assert decode(raw, "cp949") == ("징", "cp949")
    with pytest.raises(InputError, match="not ascii"):
        decode(TEXT.encode("utf-8"), "ascii")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\0" * 100, "binary"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0", "binary"),
        (b"abc\0def" + b"g" * 100, "NUL"),
        (b"\xff\xfa\x81\xff", "neither"),
        (b"\xff\xfe\x00", "not utf-16"),
    ],
)
def test_binary_is_refused_with_its_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        decode(raw)


@pytest.mark.parametrize("name", ["nonsense", "base64", "a\0b", ""])
def test_unknown_encoding_is_refused(name: str) -> None:
    if name:
        with pytest.raises(InputError, match="encoding"):
            decode(b"abc", name)
    else:
        assert decode(b"abc", name) == ("abc", "utf-8")


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    raw = content.encode("utf-8") if isinstance(content, str) else content
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return path


def read(path: Path, encoding: str | None = None) -> tuple[list[Record], list[ReadProblem]]:
    found = list(read_records(path, path.name, encoding))
    return [f for f in found if isinstance(f, Record)], [f for f in found if isinstance(f, ReadProblem)]


LINES = "\n".join(json.dumps(r, ensure_ascii=False) for r in (GOOD, {**GOOD, "id": 7, "title": "둘째"}))
TABLE = 'id,title,body\na1,시험동 짓는다,"포항시는 시험동을 짓는다."\n7,둘째,포항시는 시험동을 짓는다.\n'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", LINES),
        ("a.ndjson", LINES + "\n\n"),
        ("a.json", "[" + LINES.replace("\n", ",\n") + "]"),
        ("a.json", '{"meta": 1, "articles": [' + LINES.replace("\n", ",\n") + "]}"),
        ("a.csv", TABLE),
        ("a.csv", TABLE.replace("\n", "\r\n")),
        ("a.csv", "\ufeff" + TABLE),
        ("a.csv", TABLE.replace(",", ";")),
        ("a.tsv", TABLE.replace(",", "\t")),
        ("a.csv", TABLE.encode("cp949")),
        ("a.tsv", TABLE.replace(",", "\t").encode("utf-16")),
        ("a.jsonl", LINES.encode("cp949")),
        ("a.jsonl", LINES.encode("utf-16")),
        ("a.jsonl", LINES.encode("utf-16-be")),
    ],
)
@pytest.mark.parametrize("packed", ["", ".gz"])
def test_every_format_reads_alike(tmp_path: Path, name: str, content: str | bytes, packed: str) -> None:
    records, problems = read(written(tmp_path, name + packed, content))
    assert problems == []
    assert [(r.given_id, r.article.title, r.article.body) for r in records] == [
        ("a1", "시험동 짓는다", "포항시는 시험동을 짓는다."),
        ("7", "둘째", "포항시는 시험동을 짓는다."),
    ]
    assert [r.kind for r in records] == ["record", "record"]


@pytest.mark.parametrize(
    ("values", "field", "expected"),
    [
        ({"headline": "제목"}, "title", "제목"),
        ({"title": "제목", "press": "가나일보"}, "outlet", "가나일보"),
        ({"title": "제목", "outlet": "다라", "press": "가나"}, "outlet", "다라"),
        ({"title": "제목", "date": "2024.08.05 09:30"}, "published", "2024-08-05T09:30"),
        ({"title": "제목", "date": "2026-06-16T16:39:06+09:00"}, "published", "2026-06-16T16:39:06+09:00"),
        ({"title": "제목", "published": "2024-08"}, "published", "2024-08"),
        ({"title": "제목", "published": "--08-05"}, "published", "--08-05"),
        ({"title": "제목", "published": 2024}, "published", "2024"),
        ({"content": "본문"}, "body", "본문"),
        ({"text": "본문"}, "body", "본문"),
        ({"title": "제목", "summary": "요약"}, "body", "요약"),
        ({"title": "제목", "body": "본문", "summary": "요약"}, "body", "본문"),
        ({"title": "제목", "body": "", "description": "요약"}, "body", "요약"),
        ({"title": "제목", "body": "한 줄\n\n  두 줄 \r\n"}, "body", "한 줄\n두 줄"),
        ({"title": " [포토]  제목 "}, "title", "[포토] 제목"),
        ({"title": "[포토] 제목"}, "tags", ("포토",)),
        ({"body": "본문"}, "title", None),
        ({"body": "본문"}, "stand_in", "본문"),
        ({"title": "제\ud800목"}, "title", "제목"),
    ],
)
def test_keys_and_aliases(tmp_path: Path, values: object, field: str, expected: object) -> None:
    records, problems = read(written(tmp_path, "a.jsonl", json.dumps(values)))
    assert problems == []
    assert getattr(records[0].article, field) == expected


@pytest.mark.parametrize(
    ("related", "expected"),
    [
        (["하나", "둘"], [("하나", None), ("둘", None)]),
        ([{"title": "하나", "url": "https://x.example/1"}], [("하나", "https://x.example/1")]),
        ([{"headline": "하나"}, "둘"], [("하나", None), ("둘", None)]),
        ("하나|둘 ", [("하나", None), ("둘", None)]),
        ('["하나", {"title": "둘", "url": "u"}]', [("하나", None), ("둘", "u")]),
        ("[포토] 하나 | 둘", [("[포토] 하나", None), ("둘", None)]),
        (None, []),
        ("", []),
    ],
)
def test_related_lists(tmp_path: Path, related: object, expected: list[tuple[str, str | None]]) -> None:
    records, problems = read(written(tmp_path, "a.jsonl", json.dumps({"title": "제목", "related": related})))
    assert problems == []
    assert [(r.headline, r.url) for r in records[0].related] == expected


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ({"title": "제목", "date": "soon"}, "is not a valid date"),
        ({"title": "제목", "date": "2024-13-45"}, "is not a valid date"),
        ({"title": "제목", "date": 17228}, "is not a valid date"),
        ({"title": "제목", "unknown": {"a": 1}}, "Not used: unknown."),
        ({"title": "제목", "date": "2026-06-16T16:39+99:00"}, "is not a valid date"),
        ({"title": "제목", "outlet": [True]}, "is a list"),
        ({"title": "제목", "related": 5}, "is a number"),
        ({"title": "제목", "related": [1, "둘", "!!"]}, "2 entries"),
    ],
)
def test_what_is_not_understood_is_noted_and_kept(tmp_path: Path, values: object, note: str) -> None:
    records, problems = read(written(tmp_path, "a.jsonl", json.dumps(values)))
    assert len(records) == 1
    assert [p.severity for p in problems] == ["note"]
    assert note in problems[0].reason
    assert records[0].article.published is None


MISSING = ["NaN", "nan", "NAN", "null", "NULL", "None", "none", "NaT", "NA", "<NA>", "N/A", "n/a", "#N/A", " nan "]


@pytest.mark.parametrize("word", MISSING)
def test_a_word_for_missing_is_no_value(tmp_path: Path, word: str) -> None:
    record = {"title": "제목", "body": word, "text": "본문", "related": ["하나", word, {"title": word, "link": word}]}
    row = {"id": word, "press": word, "author": word, "date": word, "url": word, "section": word}
    records, problems = read(written(tmp_path, "a.jsonl", json.dumps(record | row)))
    assert records[0].article == Article("", "제목", "본문")
    assert (records[0].given_id, [r.headline for r in records[0].related]) == (None, ["하나"])
    assert [p.reason for p in problems] == ["2 entries of 'related' hold no headline and are left out."]
    table = f"id,title,headline,press,related\n{word},{word},제목,{word},{word}\n{word},{word},,가나,\n"
    records, problems = read(written(tmp_path, "a.csv", table))
    assert [(r.article, r.given_id, r.related) for r in records] == [(Article("", "제목"), None, ())]
    assert [(p.line, p.severity) for p in problems] == [(3, "refused")]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_is_none_is_no_value(tmp_path: Path, number: str) -> None:
    line = '{"title": "제목", "body": %s, "press": %s, "date": %s, "related": %s, "id": %s}'.replace("%s", number)
    records, problems = read(written(tmp_path, "a.jsonl", line))
    assert (records[0].article, records[0].given_id, problems) == (Article("", "제목"), None, [])


@pytest.mark.parametrize("title", ["None of the above", "N/A 표기 논란", "null 값", "나", "NaN의 뜻", "0", "-"])
def test_a_text_with_such_a_word_is_a_text(tmp_path: Path, title: str) -> None:
    records, _ = read(written(tmp_path, "a.jsonl", json.dumps({"title": title, "related": [title]})))
    assert records[0].article.title == title
    assert [r.headline for r in records[0].related] == ([title] if title != "-" else [])


BAD_LINES = {
    "a list": ('["a"]', "is a list"),
    "a number": ("5", "is a number"),
    "null": ("null", "is a null"),
    "no text": ('{"id": "x", "title": " ", "body": ""}', "neither a title nor a body"),
    "not json": ("{title: 1}", "not JSON"),
    "cut short": ('{"title": "a', "not JSON"),
    "deep": ("[" * 200_000, "nested too deeply"),
    "huge number": ('{"id": ' + "9" * 5000 + "}", "not JSON"),
    "long id": (json.dumps({"id": "x" * 400, "title": "a"}), "400 characters"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_line_is_named_and_the_rest_goes_in(tmp_path: Path, name: str) -> None:
    line, reason = BAD_LINES[name]
    records, problems = read(written(tmp_path, "a.jsonl", f"{json.dumps(GOOD)}\n{line}\n{json.dumps(GOOD)}\n"))
    assert [r.line for r in records] == [1, 3]
    assert [(p.line, p.path, p.severity) for p in problems] == [(2, "a.jsonl", "refused")]
    assert reason in problems[0].reason


@pytest.mark.parametrize(
    ("name", "head", "line"),
    [("a.jsonl.gz", b"", b"?\n"), ("a.csv", b"title\n", b"\xff\n"), ("a.tsv", b"title\n", b"a\tb\n"),
     ("a.csv", b"title\n\"", b"\xff\n")],
)  # fmt: skip
def test_so_many_problems_of_a_file_are_counted_and_not_held(
    tmp_path: Path, name: str, head: bytes, line: bytes
) -> None:
    many = 10_000
    path = tmp_path / name
    path.write_bytes(gzip.compress(head + line * many) if name.endswith(".gz") else head + line * many)
    (tmp_path / "other.jsonl").write_text("?", encoding="utf-8")
    with Corpus.open(":memory:") as corpus:
        tracemalloc.start()
        report = corpus.ingest([path, tmp_path / "other.jsonl"], dry_run=True)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    *named, more, other = report.problems
    assert len(named) == 100
    assert all(problem.line and problem.path == str(path) for problem in named)
    assert (more.path, more.line, more.count) == (str(path), 0, many - 100)
    assert "9,900 more" in str(more)
    assert more.severity == named[-1].severity
    assert other.line == 1
    assert peak < 2 << 20


def test_a_refusal_among_the_problems_that_are_only_counted_is_one(tmp_path: Path) -> None:
    noted = '{"title": "제목", "date": "?"}\n'
    path = written(tmp_path, "a.jsonl", noted * 150 + "?\n")
    with Corpus.open(":memory:") as corpus:
        report = corpus.ingest([path])
    assert (len(report.problems), report.problems[-1].count, report.ok) == (101, 51, False)
    path.write_text(noted * 150, encoding="utf-8")
    with Corpus.open(":memory:") as corpus:
        assert corpus.ingest([path]).ok


def test_lines_of_other_bytes_are_refused_alone(tmp_path: Path) -> None:
    good = json.dumps(GOOD, ensure_ascii=False).encode()
    raw = b"\n".join([good, b'{"title": "\xff\xff"}', b'{"title": "a\0b"}', good])
    records, problems = read(written(tmp_path, "a.jsonl", raw))
    assert [r.line for r in records] == [1, 4]
    assert [p.line for p in problems] == [2, 3]
    assert "NUL" in problems[1].reason


def test_a_200_mb_line_needs_no_200_mb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers_module, "LINE_LIMIT", 1 << 20)
    good = json.dumps(GOOD).encode()
    path = tmp_path / "a.jsonl"
    with path.open("wb") as out:
        out.write(good + b"\n")
        for _ in range(200):
            out.write(b"x" * (1 << 20))
        out.write(b"\n" + good)
    tracemalloc.start()
    records, problems = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [r.line for r in records] == [1, 3]
    assert [(p.line, "longer than" in p.reason) for p in problems] == [(2, True)]
    assert peak < 12 << 20


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", "{", "not JSON"),
        ("a.json", "[{}, ]", "not JSON"),
        ("a.json", "[" + LINES, "not JSON"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", "", "not JSON"),
        ("a.csv", "x,y\n1,2\n", "No column is a title or a body"),
        ("a.csv", "", "No column"),
        ("a.jsonl", b"\0" * 1000, "binary"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, name: str, content: str | bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read(written(tmp_path, name, content))


def test_table_rows_that_do_not_fit(tmp_path: Path) -> None:
    content = "id,title,body\n1,가\n2,나,본문,더,많이\n3,,\n\n4,라,본문\n"
    records, problems = read(written(tmp_path, "a.csv", content))
    assert [(r.given_id, r.line) for r in records] == [("1", 2), ("4", 6)]
    assert [(p.line, p.reason.split(",")[0]) for p in problems] == [
        (3, "The row has 5 cells"), (4, "The record has neither a title nor a body."),
    ]  # fmt: skip


def test_broken_gz_is_refused(tmp_path: Path) -> None:
    whole = gzip.compress((LINES + "\n" + "x" * 1000).encode(), mtime=0)
    for raw in (whole[:-20], b"not a gz at all", whole[:10] + b"\xff" * 40, b""):
        path = tmp_path / "a.jsonl.gz"
        path.write_bytes(raw)
        if raw:
            with pytest.raises(InputError, match="gz file is broken"):
                read(path)
        else:
            assert read(path) == ([], [])


def test_gz_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "a.jsonl.gz", b" " * (3 << 20))
    monkeypatch.setattr(unpack_module, "RATIO_FREE", 1 << 20)
    with pytest.raises(InputError, match="200 times"):
        read(path)
    monkeypatch.setattr(unpack_module, "UNPACKED_LIMIT", 2 << 20)
    monkeypatch.setattr(unpack_module, "RATIO_LIMIT", 10_000)
    with pytest.raises(InputError, match="more than 2097152 bytes"):
        read(path)


def test_page_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as out:
        out.truncate(21 << 20)
    with Corpus.open(":memory:") as corpus:
        report = corpus.ingest([path])
    assert not report.ok
    assert "larger than" in report.problems[0].reason


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.txt.gz", "a.json", "a.json.gz"])
def test_the_size_is_looked_at_before_the_file_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as out:
        out.truncate(32 << 30)
    started = time.process_time()
    with Corpus.open(":memory:") as corpus:
        report = corpus.ingest([path])
    assert "larger than" in report.problems[0].reason
    assert time.process_time() - started < 1


def test_folders_are_walked_in_order_and_not_left(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    (inside / "b").mkdir(parents=True)
    outside.mkdir()
    for path in (
        inside / "b" / "2.txt",
        inside / "1.txt",
        outside / "3.txt",
        inside / ".hidden.txt",
        inside / "x.xyz",
    ):
        path.write_text("글", encoding="utf-8")
    (inside / "file.txt").symlink_to(outside / "3.txt")
    (inside / "folder").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    (inside / "same.txt").symlink_to(inside / "1.txt")
    (inside / "dangling.txt").symlink_to(tmp_path / "nowhere.txt")
    os.mkfifo(inside / "pipe.txt")
    found = list(files_of([inside]))
    files = [str(f.relative_to(inside)) for f in found if isinstance(f, Path)]
    notes = sorted(Path(f.path).name for f in found if isinstance(f, ReadProblem))
    assert files == ["1.txt", "pipe.txt", "b/2.txt"]
    assert notes == ["dangling.txt", "file.txt", "folder", "in"]
    assert all(f.severity == "note" for f in found if isinstance(f, ReadProblem))
    with Corpus.open(":memory:") as corpus:
        report = corpus.ingest([inside])
    assert [(Path(p.path).name, p.severity) for p in report.problems if p.severity == "refused"] == [
        ("pipe.txt", "refused")
    ]


@pytest.mark.parametrize("name", ["missing.txt", "picture.png", "a\0b.txt", "missing/"])
def test_named_paths_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    if name == "picture.png":
        (tmp_path / name).write_bytes(b"x")
    (problem,) = files_of([str(tmp_path) + "/" + name])
    assert isinstance(problem, ReadProblem)
    assert problem.severity == "refused"
    assert problem.reason


def test_empty_folder_is_a_note(tmp_path: Path) -> None:
    (note,) = files_of([tmp_path])
    assert isinstance(note, ReadProblem)
    assert note.severity == "note"
    assert "no pages or records" in note.reason
