"""Weights, closeness in time, the sigmoid, related lists."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.moments import day_number, day_text
from recommender.scoring import DEFAULTS, UNDATED, Links, sigmoid

settings.register_profile("ours", deadline=None, max_examples=60)
settings.load_profile("ours")

NAN = math.nan


@pytest.mark.parametrize(
    ("logit", "wanted"), [(0, 0.5), (math.log(3), 0.75), (-math.log(3), 0.25), (800, 1), (-800, 0)]
)
def test_sigmoid(logit: float, wanted: float) -> None:
    assert float(sigmoid(np.array([logit]))[0]) == pytest.approx(wanted, abs=1e-12)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_sigmoid_keeps_the_order_and_the_range(one: float, two: float) -> None:
    low, high = sigmoid(np.array(sorted([one, two])))
    assert 0 <= low <= high <= 1


def test_sigmoid_of_infinities() -> None:
    assert sigmoid(np.array([-np.inf, np.inf])).tolist() == pytest.approx([0, 1])


def test_closeness_falls_with_days_either_way() -> None:
    near = replace(DEFAULTS, time_scale=2.0).closeness(100.0, np.array([100.0, 102.0, 98.0, 104.0, 5000.0]))
    assert near.tolist() == pytest.approx([1, math.exp(-1), math.exp(-1), math.exp(-math.sqrt(2)), 0], abs=1e-6)
    assert near.dtype == np.float32


@pytest.mark.parametrize(("day", "days", "wanted"), [
    (NAN, [1.0, NAN, 3.0], [UNDATED] * 3),
    (1.0, [NAN, 1.0], [UNDATED, 1.0]),
    (1.0, [], []),
    (NAN, [], []),
])  # fmt: skip
def test_closeness_where_a_date_is_unknown(day: float, days: list[float], wanted: list[float]) -> None:
    assert DEFAULTS.closeness(day, np.array(days, dtype=np.float64)).tolist() == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("2024-08-05", "2024-08-05"),
        ("2024-08-05T11:16", "2024-08-05"),
        ("2024-08", "2024-08-01"),
        ("2024", "2024-01-01"),
        ("1969-12-31", "1969-12-31"),
        ("--08-05", None),
        ("2024-13-01", None),
        ("2024-02-30", None),
        ("0000", None),
        ("어제", None),
        ("", None),
        (None, None),
    ],
)
def test_days(published: str | None, shown: str | None) -> None:
    assert day_text(day_number(published)) == shown


def test_the_time_of_day_is_a_fraction() -> None:
    assert day_number("2024-08-05T12:00") - day_number("2024-08-05") == pytest.approx(0.5)


# 0 lists 1 and 2; 3 lists 2 and 1; 4 lists 2; 5 stands alone.
LINKS = Links.of(np.array([0, 0, 3, 3, 4]), np.array([1, 2, 2, 1, 2]), 6)


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (0, [0, 1, 1, 0, 0, 0]),
        (1, [1, 0.75, 0.75, 1, 0, 0]),  # beside 2 in two lists; listed by 0 and 3
        (2, [1, 0.75, 0.875, 1, 1, 0]),
        (5, [0] * 6),
        (None, [0] * 6),
    ],
)
def test_links_score(row: int | None, wanted: list[float]) -> None:
    assert LINKS.scores(row, 6).tolist() == pytest.approx(wanted)


def test_links_keep_the_order_of_the_lists() -> None:
    assert LINKS.listed_by(3).tolist() == [2, 1]
    assert LINKS.lists_of(2).tolist() == [0, 3, 4]
    assert LINKS.listed_by(5).tolist() == []


def test_links_of_nothing() -> None:
    nothing = np.empty(0, dtype=np.int64)
    assert Links.of(nothing, nothing, 0).scores(None, 0).tolist() == []
    assert Links.of(nothing, nothing, 2).scores(1, 2).tolist() == [0, 0]


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=30, unique=True))
def test_links_are_symmetric(pairs: list[tuple[int, int]]) -> None:
    links = Links.of(np.array([p[0] for p in pairs], np.int64), np.array([p[1] for p in pairs], np.int64), 8)
    table = np.array([links.scores(row, 8) for row in range(8)])
    assert np.allclose(table, table.T)
    assert ((table >= 0) & (table <= 1)).all()
