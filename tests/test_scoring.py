"""Related lists, the folds by which they may judge, and the days of dates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.index.links import Links
from recommender.ranking.calibration import Calibration
from recommender.ranking.folds import Folds, folds_of
from recommender.ranking.weights import Weights, default_weights
from recommender.text.instants import day_after, day_number, day_text
from recommender.training.calibrate import default_calibration


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("2024-08-05", "2024-08-05"),
        ("2024-08-05T11:16", "2024-08-05"),
        ("2024-08", "2024-08-01"),
        ("2024", "2024-01-01"),
        ("1969-12-31", "1969-12-31"),
        ("1969-12-31T18:00", "1969-12-31"),
        ("2024-08-05T23:00Z", "2024-08-06"),
        ("0001-01-01T00:00+14:00", None),
        ("9999-12-31T23:00Z", None),
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


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2024-08-06T07:30+09:00", "2024-08-05T23:00Z"),
        ("2024-08-06T07:30", "2024-08-05T23:00Z"),
        ("2024-08-05T23:00Z", "2024-08-05T20:00-0400"),
        ("2024-08-06", "2024-08-05T15:00:01+00:00"),
    ],
)
def test_moments_are_compared_as_instants(earlier: str, later: str) -> None:
    assert day_number(earlier) < day_number(later)


@pytest.mark.parametrize("same", ["2024-08-06T07:30+09:00", "2024-08-05T22:30:00Z", "2024-08-05T18:30-04:00"])
def test_a_date_without_a_zone_is_korean_time(same: str) -> None:
    assert day_number(same) == day_number("2024-08-06T07:30")


@pytest.mark.parametrize(
    ("period", "inside", "outside"),
    [
        ("2024-08-05", "2024-08-05T23:59:59", "2024-08-05T15:00Z"),
        ("2024-08", "2024-08-31T14:59Z", "2024-08-31T15:00Z"),
        ("2024-08-06T07:30+09:00", "2024-08-05T22:30Z", "2024-08-05T23:00Z"),
        ("2024-08-06T07:30", "2024-08-06T07:30", "2024-08-06T07:30:01"),
    ],
)
def test_a_period_ends_with_its_last_instant(period: str, inside: str, outside: str) -> None:
    assert day_number(inside) < day_after(period) <= day_number(outside)


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


PAIR = (default_weights(), default_calibration())


def test_what_was_fitted_on_nothing_may_judge_all() -> None:
    folds = Folds.unfitted(*PAIR, 3)
    assert [folds.of(row) for row in range(3)] == [PAIR] * 3
    assert "nothing was fitted" in folds.says
    assert len(Folds.unfitted(*PAIR).fold_of) == 0


@pytest.mark.parametrize("pair", [
    (replace(PAIR[0], source="fitted on 9 related pairs"), PAIR[1]),
    (PAIR[0], replace(PAIR[1], source="lists of 9 pages")),
], ids=["weights", "calibration"])  # fmt: skip
def test_what_was_fitted_on_lists_may_not_judge_by_them(pair: tuple[Weights, Calibration]) -> None:
    with pytest.raises(ValueError, match="cannot judge by the lists"):
        Folds.unfitted(*pair, 3)


def test_an_article_is_judged_by_the_scorer_of_its_fold() -> None:
    other = (replace(PAIR[0], source="another"), PAIR[1])
    folds = Folds(np.array([0, 1, 0], dtype=np.int64), (PAIR, other), "two")
    assert [folds.of(row) for row in range(3)] == [PAIR, other, PAIR]


def test_near_copies_share_a_fold_and_folds_are_even() -> None:
    duplicate_of = np.arange(1000, dtype=np.int32)
    duplicate_of[500:] = duplicate_of[:500]
    fold_of = folds_of(duplicate_of, 5, 7)
    assert np.array_equal(fold_of, fold_of[duplicate_of])
    assert np.bincount(fold_of, minlength=5).min() > 120
    assert not np.array_equal(fold_of, folds_of(duplicate_of, 5, 8))


# 0 lists 1 and 2; 1 lists 0; 2 lists 3; 3 lists 0 and 4.
GIVEN = Links.of(np.array([0, 0, 1, 2, 3, 3]), np.array([1, 2, 0, 3, 0, 4]), 5)


@pytest.mark.parametrize(("row", "silent", "wanted"), [
    (0, (), [0.5, 0, 0, 1, 0.5]),  # its own list says nothing, nor does 1, which it lists
    (0, (3,), [0, 0, 0, 0, 0]),
    (1, (), [0, 0, 0, 0, 0]),  # 0 lists it, but it lists 0: the same pair from the other side
    (2, (), [1, 0.5, 0.5, 0, 0]),
    (4, (), [0.5, 0, 0, 1, 0.5]),
    (4, (0, 1, 2), [0.5, 0, 0, 1, 0.5]),
])  # fmt: skip
def test_lists_of_others_speak_without_the_own_one(row: int, silent: tuple[int, ...], wanted: list[float]) -> None:
    counted = np.ones(5, dtype=bool)
    counted[list(silent)] = False
    assert GIVEN.scores_of_others(row, 5, counted).tolist() == wanted


def test_what_a_page_lists_is_nothing_to_its_own_score() -> None:
    """Of any page: the same without its list."""
    every = np.ones(5, dtype=bool)
    pairs = [(0, 1), (0, 2), (1, 0), (2, 3), (3, 0), (3, 4)]
    for row in range(5):
        rest = [pair for pair in pairs if pair[0] != row and pair[::-1] not in [p for p in pairs if p[0] == row]]
        sources, targets = np.array(rest, dtype=np.int64).reshape(-1, 2).T
        bare = Links.of(sources, targets, 5)
        assert GIVEN.scores_of_others(row, 5, every).tolist() == bare.scores(row, 5).tolist()
