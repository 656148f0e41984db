"""Drafts that are sent as files: what cannot be read is told beside the form, in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="needs the extra serve")

from documents import docx, hwpx, packed
from served import Reply, Served, served

LINES = ["포항 양극재 공장 준공", "한결 기자 2024-05-20", "", "포항에 양극재 공장이 들어섰다.", "시장이 참석했다."]
PLAIN = "\n".join(LINES)


@pytest.fixture(scope="module")
def service(small_home: Path) -> Iterator[Served]:
    with served(small_home, "--workers", "1") as found:
        yield found


def sent(service: Served, name: str, raw: bytes, **fields: str) -> Reply:
    parts = [f'form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()]
    parts.append(f'form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + raw)
    body = b"".join(b"--b\r\nContent-Disposition: " + part + b"\r\n" for part in parts) + b"--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Accept-Language": "ko", "Accept": "text/html"}
    return service.ask("POST", "/ask", body, headers)


@pytest.mark.parametrize(
    ("name", "raw"), [("초고.docx", docx(LINES)), ("초고.hwpx", hwpx(LINES)), ("a.txt", PLAIN.encode())]
)
def test_a_draft_of_a_word_processor_asks(service: Served, name: str, raw: bytes) -> None:
    text = sent(service, name, raw).body.decode()
    assert "이렇게 읽었습니다: ‘포항 양극재 공장 준공’" in text
    assert '<ol class="hits">' in text
    area = re.search(r'<textarea name="text" rows="8">\n(.*?)</textarea>', text, re.S)
    assert area
    assert unescape(area[1]) == PLAIN, "with filters it is asked again, and a browser sends no file twice"


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.pdf", b"%PDF-1.7\n%\xe2\xe3", "읽지 않는 종류의 파일입니다: PDF."),
        ("a.hwp", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "한글(HWP) 파일. .docx, .hwpx,"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", "읽지 않는 종류의 파일입니다: 그림."),
        ("a.docx", docx([""]), "문서에 글이 없습니다."), ("a.docx", b"no zip", ".odt 문서가 아닙니다."),
        ("a.bin", b"\0" * 900, "바이너리 파일입니다"), ("a.txt", b"", "빈 파일입니다: a.txt."),
        ("a.html", b"<html><title>404 Not Found</title><h1>404 Not Found</h1></html>", "오류나 없어진 기사"),
        ("a.csv", "20240805,경제,동해신문,양극재 공장,포항에 들어선다.\n".encode(), "머리글 줄을 쓰세요"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_beside_the_form(service: Served, name: str, raw: bytes, said: str) -> None:
    reply = sent(service, name, raw)
    text = reply.body.decode()
    assert reply.status == 422
    told = re.search(r'<p class="notice wrong">(.*?)</p>', text)
    assert told
    assert said in unescape(told[1])
    assert not re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", told[1]), "no English sentence"
    assert '<details class="draft" open>' in text
    assert "draft." not in told[1], "nor the file that it was kept in"


def test_the_first_of_several_articles_asks_and_that_is_told(service: Served) -> None:
    raw = packed(**{f"{name}.txt": PLAIN.replace("양극재", name) for name in ("양극재", "철강", "수소")})
    text = sent(service, "a.zip", raw).body.decode()
    assert "파일에 기사가 3건 있어 첫 기사로 찾았습니다." in text
    assert "이렇게 읽었습니다: ‘포항 양극재 공장 준공’" in text
