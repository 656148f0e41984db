"""Hostile text: time grows with its length, nothing crashes, nothing heavy is imported."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import InputError
from recommender.readers.encoding import decode
from recommender.readers.page import read_text
from recommender.readers.page_reading import PageReading
from recommender.text.dates import find_date, parse_published

from .conftest import ROOT

SIZE = 100_000  # bytes of UTF-8
LIMIT = 2 if sys.gettrace() is None else 5  # seconds; counting lines takes time of its own
UNITS = (
    "[", "]", "【", "(", ")", "<", ">", " ", "\t", "\u00a0 ", "▲", "△", "▲ 글 ", "- ", "- \n",
    "- 글 글 글\n", "· ", "\n", "\r",
    "0", "1", "2024", "2024-", "2024-08-05 ", "2024.", "12:30 ", "가", "가 ", "기자", "홍길동 기자 ",
    "홍길동·", "홍길동·홍길동 기자\n",
    "=", "= ", "@", "a@", "a@b.", "a.b@c.d ", "#", "#가 ", "#가", "ⓒ", "© ", "사진=", "[사진=", "(사진",
    "/사진 ", "관련기사", "관련기사\n",
    "관련 ", "[관련기사] ", "많이 본 ", "많이 본 뉴스\n", "번역 ", "구글 ", "구글 번역\n",
    "<구글 번역>\nabc def\n", "입력 ", "입력 03.", "수정 : ",
    "다.", "...", "…", ".", "“", "”", "\"", "a", "a ", "http://", "< ", "< 가 ", "| ", "1. ", "1.\n",
    "(1) ", "①", "제목: ", "홈 > ", "가나일보 ",
    "[가", "[가나일보 홍길동 기자] ", "저작권자 ", "저작권자 ⓒ", "공유 ", "공유하기 ", "가 + - ", "\ufeff",
    "\u200b", "\u3000", "中", "🔗",
)  # fmt: skip


def spent(text: str) -> float:
    started = time.process_time()
    with suppress(InputError):
        read_text(text)
    return time.process_time() - started


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_repeated_units_are_read_in_linear_time(unit: str) -> None:
    times = SIZE // len(unit.encode())
    assert spent(unit * times) < LIMIT
    assert spent(unit * times + "\n포항시는 밝혔다.") < LIMIT
    assert spent((unit * 100 + "\n") * (times // 100)) < LIMIT


def test_mixed_units_are_read_in_linear_time() -> None:
    chooser = random.Random(7)
    for _ in range(60):
        some = chooser.sample(UNITS, 4)
        text = ""
        while len(text) < SIZE:
            text += chooser.choice(some) * chooser.choice((1, 2, 40))
        assert spent(text) < LIMIT, some


def test_twice_the_text_takes_about_twice_the_time() -> None:
    page = "포항시는 시험동을 짓는다고 밝혔다. ▲하나 ▲둘 [셋]\n- 수거망 두 배로\n관련기사\n"
    small, large = min(spent(page * 1_000) for _ in range(3)), min(spent(page * 4_000) for _ in range(3))
    assert large < 8 * small + 0.1


def sound(reading: PageReading, last: int) -> None:
    for name in (
        "title",
        "outlet",
        "author",
        "published",
        "body",
        "captions",
        "tags",
        "related",
        "translation",
        "stand_in",
    ):
        if field := getattr(reading, name):
            first, end = field.lines
            assert 1 <= first <= end <= last
            assert 0 < field.confidence <= 1
            assert field.rule
            assert field.value
    for out in reading.left_out:
        assert 1 <= out.lines[0] <= out.lines[1] <= last
    assert reading.as_json("p")
    assert reading.to_record("p").path == "p"


@given(st.lists(st.sampled_from(UNITS) | st.text(max_size=8), max_size=40).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        reading = read_text(text)
    except InputError:
        return
    sound(reading, text.count("\n") + text.count("\r") + 1)
    if reading.related and reading.body:
        lines = str(reading.body.value).split("\n")
        kept = [h for h in reading.related.value if len(h) > 12]
        assert not set(kept) & set(lines)


@given(st.lists(st.sampled_from(["<p>", "</p>", "<ul><li>", "<a href='u'>", "</a>", "<h2>관련기사</h2>", "<!--", "<script>", "가나다라 ", "&#0;", "<meta content=x name=date>"]) | st.text(max_size=5), max_size=30).map("".join))  # fmt: skip  # noqa: E501
def test_any_markup_is_read_or_refused(text: str) -> None:
    try:
        reading = read_text(f"<html>{text}")
    except InputError:
        return
    sound(reading, text.count("\n") + text.count("\r") + 1)


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(raw: bytes) -> None:
    try:
        text, name = decode(raw)
    except InputError:
        return
    assert "\0" not in text
    assert name in ("utf-8", "cp949", "utf-16-le", "utf-16-be")


@given(st.text("0123456789-./: 년월일오전후T[]Z+Mar", max_size=30))
def test_any_date_is_iso_or_nothing(text: str) -> None:
    for iso in (parse_published(text), (found := find_date(text, labelled=True)) and found.iso):
        if iso:
            assert parse_published(iso) == iso


def test_importing_the_room_imports_the_standard_library_only() -> None:
    code = (
        "import sys; before = set(sys.modules); import recommender.corpus;"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(new - set(sys.stdlib_module_names) - {'recommender'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
