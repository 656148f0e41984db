"""Pages that would cost far more than their size: refused before they are parsed, others are read as before."""

from __future__ import annotations

import time

import pytest

from recommender.errors import InputError
from recommender.readers.html_tree import ATTRIBUTE_LIMIT, ATTRIBUTES_LIMIT, TAG_LIMIT, check_markup
from recommender.readers.page import read_text

PAGE = "<html><body><h1>시험동 짓는다</h1><p>포항시는 시험동을 짓는다고 밝혔다.</p>"


def names(count: int, form: str = "a{}") -> str:
    return " ".join(form.format(n) for n in range(count))


HEAVY = {
    "tags": ("<br>" * 300_000, "tags"),
    "closing tags": ("</p>" * 300_000, "tags"),
    "comments": ("<!---->" * 300_000, "tags"),
    "one tag": (f"<p {names(80_000)}>", "one tag"),
    "closing marks in values": ("<p " + names(80_000, 'a{}=">"') + ">", "one tag"),
    "no blanks": ("<p " + "".join(f"a{n}='>'" for n in range(80_000)) + ">", "one tag"),
    "strokes": ("<p/" + "/".join(f"a{n}" for n in range(80_000)) + ">", "one tag"),
    "a stray quote": (f'<p " {names(80_000)} ">', "one tag"),
    "a sign and a quote": (f'<p ="{names(80_000)}">', "one tag"),
    "a blank that is none": (f'<p a=\v"{names(80_000)}">', "one tag"),
    "never closed": (f"<p {names(80_000)}", "one tag"),
    "not of Latin": (f"<p {names(80_000, '가{}')}>", "one tag"),
    "many tags of many": (f"<p {names(4_000)}>" * 200, "attributes"),
    "a script that is none": (f"<script/><p {names(80_000)}>", "one tag"),
    "a comment that is none": (f"<!--><p {names(80_000)}>-->", "one tag"),
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_page_is_refused_at_once(name: str) -> None:
    markup, reason = HEAVY[name]
    started = time.process_time()
    with pytest.raises(InputError, match=reason) as caught:
        read_text(PAGE + markup)
    assert time.process_time() - started < 1
    assert caught.value.hint


LIGHT = {
    "a long value": f'<p data-state="{names(80_000)}">글</p>',
    "a value over lines": "<p data-state='" + "a > b\n" * 80_000 + "'>글</p>",
    "text": names(80_000),
    "an email in marks": f"기자 <abc@example.com> {names(80_000)}",
    "a comparison": "<script>for (i = 0; i<n; i++) {" + "a = b + c; " * 800 + "}</script>",
    "many attributes": f"<p {names(ATTRIBUTE_LIMIT)}>글</p>",
    "many tags": "<br>" * 20_000,
}


@pytest.mark.parametrize("name", LIGHT)
def test_another_page_is_read(name: str) -> None:
    reading = read_text(PAGE + LIGHT[name])
    assert reading.title
    assert reading.title.value == "시험동 짓는다"


def test_the_limits_are_exact() -> None:
    check_markup("<p>" * TAG_LIMIT)
    check_markup(f"<p {names(ATTRIBUTE_LIMIT)}>")
    check_markup(f"<p {names(1000)}>" * (ATTRIBUTES_LIMIT // 1000))
    for text in (
        "<p>" * (TAG_LIMIT + 1),
        f"<p {names(ATTRIBUTE_LIMIT + 1)}>",
        f"<p {names(1000)}>" * (ATTRIBUTES_LIMIT // 1000) + "<p a>",
    ):
        with pytest.raises(InputError):
            check_markup(text)


@pytest.mark.parametrize(
    "unit", ["<a ", "<a =", "<a ='", '<a b="', "<", "<a\n", "<a/", "<a b = ", "'<a \"", "<a >", "="]
)
def test_a_page_is_looked_through_in_linear_time(unit: str) -> None:
    started = time.process_time()
    for text in (unit * (1_000_000 // len(unit)), "<p " + unit * (1_000_000 // len(unit))):
        try:
            check_markup(text)
        except InputError:
            continue
    assert time.process_time() - started < 2
