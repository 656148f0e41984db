"""The surface index: headlines by the bigrams of their words as they stand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.index.surface import BUCKETS, B, K, SurfaceIndex

HEADLINES = [
    "포항시, 배터리 특구 지정 추진…'기대'",
    "포항시가 배터리 특구로 지정받기를 추진한다",
    "대구 수성못 불꽃축제 10월 열린다",
    "",
    "특구",
]
EVERY = np.arange(len(HEADLINES))
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


def test_a_retelling_that_is_spelled_alike_comes_first() -> None:
    found = SurfaceIndex.of(HEADLINES).score("포항시, 배터리 특구 지정 추진…'우려'", EVERY)
    assert found.argmax() == 0
    assert found[0] > found[1] > found[2]
    assert found[3] == 0  # no headline


def test_it_is_bm25_over_what_a_headline_of_mean_length_reaches() -> None:
    """By hand: one bigram asked, held by one of two headlines that is longer than the mean."""
    index = SurfaceIndex.of(["가나 다라", "마"])
    size, mean = 6, (6 + 2) / 2  # " 가", "가나", "나 ", " 다", "다라", "라 "; " 마", "마 "
    asked = index.score("가나", np.array([0, 1]))
    assert asked[0] == pytest.approx((K + 1) / (1 + K * (1 - B + B * size / mean)))
    assert asked[1] == 0


def test_what_no_headline_holds_weighs_too() -> None:
    index = SurfaceIndex.of(["가나 다라", "마바"])
    known, half = (index.score(text, np.array([0]))[0] for text in ("가나", "가나 허허"))
    assert 0 < half < known / 2  # the unknown word is rarer than any that is known


def test_numbers_and_stock_words_say_little() -> None:
    """Two that share a date and the name of a column are not alike by that."""
    index = SurfaceIndex.of(["톱뉴스: 남극 빙붕 7월 18일", "배우 열애설 부인", "금 시세 최고"])
    by_template, by_words = index.score("톱뉴스: 배우 열애설 부인, 7월 18일", np.array([0, 1]))
    assert by_template < by_words / 3


@pytest.mark.parametrize(("one", "other"), [
    ("“특구” 지정", '"특구" 지정'),
    ("특구·공단 지정", "특구ㆍ공단 지정"),
    ("ＬＦＰ 배터리", "lfp 배터리"),
    ("특구   지정", " 특구 지정 "),
    ("특구—지정", "특구-지정"),
])  # fmt: skip
def test_marks_and_letters_of_one_meaning_are_one(one: str, other: str) -> None:
    index = SurfaceIndex.of([one, "대구 축제"])
    assert index.score(other, np.array([0])) == index.score(one, np.array([0])) > 1 - B


@given(st.lists(TEXT, max_size=6), TEXT)
def test_one_text_weighs_as_among_several(headlines: list[str], text: str) -> None:
    index = SurfaceIndex.of([*HEADLINES, *headlines])
    start, bigram, weighs = index.weights_of_each(["특구", text, ""])
    value = np.zeros(BUCKETS, dtype=np.float32)
    value[bigram[start[1] : start[2]]] = weighs[start[1] : start[2]]
    every = np.arange(len(index))
    held = np.array([value[index.bigram[index.start[row] : index.start[row + 1]]].sum() for row in every])
    assert index.score(text, every) == pytest.approx(index.saturated(held, every), rel=1e-5, abs=1e-7)
    assert start[3] == start[2]


def test_rows_are_asked_in_any_order_and_number() -> None:
    index = SurfaceIndex.of(HEADLINES)
    whole = index.score("배터리 특구", EVERY)
    some = np.array([4, 0, 0, 3])
    assert index.score("배터리 특구", some).tolist() == whole[some].tolist()
    assert index.score("배터리 특구", EVERY[:0]).shape == (0,)
    assert index.score("", EVERY).tolist() == [0.0] * len(EVERY)
    assert SurfaceIndex.of([]).score("배터리", EVERY[:0]).shape == (0,)


def test_newcomers_stand_as_if_they_had_been_there_and_the_gone_are_gone() -> None:
    old = SurfaceIndex.of(HEADLINES[:3])
    grown = old.with_rows(HEADLINES[3:], np.array([4, 1, 3, 0]))
    assert len(grown) == 4
    assert [set(row) for row in rows(grown)] == [set(row) for row in rows(SurfaceIndex.of(
        [HEADLINES[4], HEADLINES[1], "", HEADLINES[0]]
    ))]  # fmt: skip
    assert grown.idf is old.idf
    assert grown.average is old.average


@given(st.lists(TEXT, max_size=6), TEXT)
def test_any_text_is_within_bounds(headlines: list[str], text: str) -> None:
    index = SurfaceIndex.of(headlines)
    found = index.score(text, np.arange(len(headlines)))
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert (found <= K + 1 + 1e-5).all()
    assert all((np.diff(row.astype(int)) > 0).all() for row in rows(index))


def rows(index: SurfaceIndex) -> list[np.ndarray]:
    return [index.bigram[a:b] for a, b in zip(index.start[:-1], index.start[1:], strict=True)]
