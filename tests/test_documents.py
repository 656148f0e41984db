"""Documents of Word, Hangul and OpenOffice are read as pages; other kinds are named, and not called binary."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run
from documents import docx, hwpx, odt, packed

from recommender.errors import InputError
from recommender.readers.columns import Columns
from recommender.readers.formats.documents import document_lines
from recommender.readers.inspection import Inspected, inspected
from recommender.readers.unpack import PAGE_LIMIT

LINES = [
    "소아과 또 멈춘다",
    "한결 기자 2026-05-20",
    "",
    "군 의료원 소아과 의사가 다음 달 그만둔다.",
    "후임은 아직 구하지 못했다.",
]


def read(path: Path, raw: bytes) -> Inspected:
    path.write_bytes(raw)
    return inspected(path, None, None, Columns({}))


@pytest.mark.parametrize(
    ("name", "raw"),
    [("a.docx", docx(LINES)), ("a.hwpx", hwpx(LINES)), ("b.HWPX", hwpx(LINES[:3], LINES[3:])), ("a.odt", odt(LINES))],
)
def test_a_document_is_read_as_the_page_of_its_paragraphs(tmp_path: Path, name: str, raw: bytes) -> None:
    found = read(tmp_path / name, raw)
    fields = found.reading
    assert found.lines == LINES
    assert fields.title
    assert fields.title.value == LINES[0]
    assert fields.published
    assert fields.published.value == "2026-05-20"
    assert fields.body
    assert fields.body.lines == (4, 5)


def test_the_sections_of_a_long_document_stand_in_their_order(tmp_path: Path) -> None:
    assert document_lines(hwpx(*([str(number)] for number in range(12)))) == [str(number) for number in range(12)]


def test_tables_stand_and_what_was_struck_out_does_not() -> None:
    cell = "<w:p><w:r><w:t>가</w:t><w:tab/><w:t>나</w:t><w:br/><w:t>다</w:t></w:r></w:p>"
    table = f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl>"
    gone = "<w:del><w:r><w:delText>지움</w:delText><w:t>지움</w:t></w:r></w:del>"
    struck = f"<w:p>{gone}<w:ins><w:r><w:t>넣음</w:t></w:r></w:ins></w:p>"
    assert document_lines(docx(["글"], table + struck)) == ["글", "가\t나", "다", "넣음"]


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.docx", b"plain text", "is not a valid"), ("a.docx", packed(**{"a.txt": "글"}), "no text that is known"),
        ("a.docx", docx([""]), "holds no text"), ("a.hwpx", packed()[:10], "broken"),
        ("a.docx", docx(["가" * 100_000] * (PAGE_LIMIT // 100_000 + 2)), "more than"),
        ("a.docx", packed(**{"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><w:p>&b;</w:p>'}), "entities"),
        ("a.pdf", b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        ("a.hwp", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Hangul"),
        ("a.txt", b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture"), ("a.png", b"\x89PNG\r\n\x1a\n", "a picture"),
        ("a.zip", docx(LINES), "Word"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_told(tmp_path: Path, name: str, raw: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        read(tmp_path / name, raw)
    assert error.value.hint


def test_documents_are_ingested_alone_and_in_archives(tmp_path: Path, run: Run) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "a.docx").write_bytes(docx(LINES))
    (inbox / "b.zip").write_bytes(packed(**{"c.txt": "\n".join(line.replace("소아과", "내과") for line in LINES)}))
    done = run(tmp_path / "home", "ingest", inbox)
    assert "2 articles new" in done.stderr + done.stdout
