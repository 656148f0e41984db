"""Sorted string tables against the built-in containers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.arrays.strings import StringArray, StringTable

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(TEXTS))
def test_a_shelf_is_a_list_of_strings(texts: list[str]) -> None:
    strings = StringArray.of(texts)
    assert list(strings) == texts
    assert len(strings) == len(texts)
    assert [strings[i] for i in range(len(strings))] == texts
    assert [strings.size(i) for i in range(len(strings))] == [len(text.encode()) for text in texts]


@given(st.lists(TEXTS), st.lists(TEXTS))
def test_a_table_finds_what_a_dict_finds(texts: list[str], asked: list[str]) -> None:
    table = StringTable.of(texts)
    places = {text: place for place, text in enumerate(sorted(set(texts), key=str.encode))}
    assert list(table) == list(places)
    for text in [*texts, *asked]:
        assert table.find(text) == places.get(text, -1)
        assert (text in table) == (text in places)


def test_what_a_table_keeps_of_what_was_looked_for_is_bounded() -> None:
    table = StringTable.of(["가", "나"])
    long = "나" * 100_000
    for _ in range(2):
        assert [table.find(text) for text in ("가", "나", "다", long)] == [0, 1, -1, -1]
    assert sum(map(len, table.cache)) < 100
    for number in range(50_000):
        assert table.find(str(number)) == -1
    assert len(table.cache) <= 20_000
    assert table.find("나") == 1


@given(st.lists(TEXTS), TEXTS, st.integers(0, 9))
def test_neighbours_stand_around_the_place(texts: list[str], text: str, count: int) -> None:
    table = StringTable.of(texts)
    near = list(table.neighbours(text, count))
    assert len(near) == min(count, len(table))
    assert near == sorted(set(near), key=str.encode)
    if count and text in table:
        assert text in near


def test_text_that_is_no_unicode_is_not_found() -> None:
    assert StringTable.of(["가", "나"]).find("\ud800") == -1


@pytest.mark.parametrize("text", ["", "\0", "가\0나", "🎉", "\U0010ffff"])
def test_odd_strings_are_kept(text: str) -> None:
    assert StringTable.of(["중간", text]).find(text) >= 0


def test_the_order_is_that_of_code_points() -> None:
    assert list(StringTable.of(["🎉", "\uffee", "가", "a", "B"])) == ["B", "a", "가", "\uffee", "🎉"]


def test_arrays_have_plain_types() -> None:
    strings = StringTable.of(["가", "나다"]).strings
    assert strings.blob.dtype == np.uint8
    assert strings.offsets.dtype == np.int64
    assert strings.offsets.tolist() == [0, 3, 9]
