"""The time that reading takes grows with the file, not with its square, also where every row of it is broken."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.readers.article import Record
from recommender.readers.data_files import _elements
from recommender.readers.notes import ReadProblem
from recommender.readers.registry import read_records

Made = Callable[[int], str | bytes]


def read(folder: Path, name: str, text: str | bytes) -> tuple[list[Record], list[ReadProblem], float]:
    """Records and problems of a file, and the seconds that it took."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    started = time.process_time()
    reads = list(read_records(path, name))
    seconds = time.process_time() - started
    return [r for r in reads if isinstance(r, Record)], [r for r in reads if isinstance(r, ReadProblem)], seconds


def grows_with_the_file(folder: Path, name: str, made: Made, size: int) -> None:
    """Eight times as much takes about eight times as long, not 64 times."""
    read(folder, name, made(max(1, size // 8)))  # loads what reads it
    few = min(read(folder, name, made(size))[2] for _ in range(2))
    many = min(read(folder, name, made(8 * size))[2] for _ in range(2))
    assert many < 24 * few + 0.3, f"{few:.2f} s, then {many:.2f} s"


OPEN = {
    "never closed": '{0},"제목 {0},본문이다.\n',
    "closed in the next row and opened again": 'x",{0},"제목 {0},본문\n',
    "opened in every row behind a cell with quotes": '{0},"제목 {0},"본문"이다,x,"\n',
    "closed behind a backslash": '{0},"제목 {0}\\",본문\n',
}


@pytest.mark.parametrize("form", OPEN.values(), ids=OPEN)
def test_quotes_that_are_left_open_in_every_row(tmp_path: Path, form: str) -> None:
    def made(count: int) -> str:
        return "id,title,body\n" + "".join(map(form.format, range(count)))

    assert read(tmp_path, "a.csv", made(600))[2] < 2  # 30 s and more, when every row looked through those below it
    grows_with_the_file(tmp_path, "a.csv", made, 600)


def test_rows_around_an_open_quote_are_read(tmp_path: Path) -> None:
    rows = [f'"{n}","제목 {n}","본문 {n}의 ""말""\n둘째 줄, 그리고\n""셋째"" 줄"\n' for n in range(200)]
    rows[77] = '"77","제목 77","본문이다\n'
    found, problems, seconds = read(tmp_path, "a.csv", "id,title,body\n" + "".join(rows))
    assert [record.given_id for record in found] == [str(n) for n in range(200) if n != 77]
    assert found[0].article.body == '본문 0의 "말"\n둘째 줄, 그리고\n"셋째" 줄'
    assert any("never closed" in problem.reason and problem.line == 233 for problem in problems)
    assert seconds < 1


def test_a_table_as_the_library_writes_it_is_read_as_it_was(tmp_path: Path) -> None:
    body = "\n".join(f'"{n}번 말", 그가 말했다.\n"아니", "그래"' for n in range(300))
    written = io.StringIO()
    csv.writer(written).writerows([["id", "title", "body"], *([str(n), f'제목 "{n}"', body] for n in range(20))])
    found, problems, _ = read(tmp_path, "a.csv", written.getvalue())
    assert not problems
    assert [record.article.body for record in found] == [body] * 20


@pytest.mark.parametrize("each", ["{},", "{} , ", "{}", "[{}]", "[ {} ]\n", "[]"])
def test_objects_and_lists_one_after_another(each: str) -> None:
    """Without a list around them, as programs append them."""

    def seconds(count: int) -> float:
        text = (each * count).rstrip(" ,")
        started = time.process_time()
        found = sum(1 for _ in _elements(json.JSONDecoder(), text))
        assert found == count * each.count("{")
        return time.process_time() - started

    assert seconds(250_000) < 3  # each took a copy of all that stood behind it


def test_thousands_of_columns(tmp_path: Path) -> None:
    def made(count: int) -> str:
        return f"title,{','.join(f'c{n}' for n in range(count))}\n부두 공사{',1' * count}\n"

    grows_with_the_file(tmp_path, "a.csv", made, 3_000)


HEADERS = {
    "words of the sender": "From: {} <a@news.example>\n=?utf-8?b?7ZmN?= ",
    "parameters": "Content-Type: text/plain{}\n; a=b",
    "numbered parameters": "Content-Type: text/plain{}\n; a*1=b",
    "words that are none": "From: a\nX: {}\n=?a?b?",
    "brackets": "From: {}\n(",
}


@pytest.mark.parametrize("form", HEADERS.values(), ids=HEADERS)
def test_a_header_of_a_mail_without_end(tmp_path: Path, form: str) -> None:
    header, _, unit = form.rpartition("\n")
    header = header.format(unit * 40_000)
    found, _, seconds = read(tmp_path, "a.eml", f"{header}\nSubject: 부두 공사\n\n배를 댄다.\n")
    assert [record.article.title for record in found] == ["부두 공사"]
    assert seconds < 1


@pytest.mark.parametrize("unit", ["**a ", "__a ", "~~a ", "{{< ", "{% ", "[", "![a]("])
def test_marks_of_markdown_that_are_never_closed(tmp_path: Path, unit: str) -> None:
    found, _, seconds = read(tmp_path, "a.md", "# 부두 공사\n" + unit * 40_000)
    assert [record.article.title for record in found] == ["부두 공사"]
    assert seconds < 1
