"""Numpy kernels: unit rows, the best k, a diverse selection."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from recommender.arrays.kernels import Scattered, common, diverse, highest, sums_of, top_k, unit_rows

SCORES = hnp.arrays(
    np.float64, st.integers(0, 40), elements=st.sampled_from([-np.inf, np.inf, np.nan, -1.0, 0.0, 0.25, 0.5, 0.5, 1.0])
)


def by_sorting(scores: np.ndarray, k: int, allowed: np.ndarray) -> list[int]:
    rows = [i for i in range(len(scores)) if allowed[i] and np.isfinite(scores[i])]
    return sorted(rows, key=lambda i: (-scores[i], i))[: max(k, 0)]


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_what_two_ascending_arrays_hold(one: set[int], other: set[int]) -> None:
    arrays = (np.array(sorted(rows), dtype=np.int32) for rows in (one, other))
    assert common(*arrays).tolist() == sorted(one & other)


@given(SCORES, st.integers(-1, 50), st.randoms(use_true_random=False))
def test_top_k_is_sorting_and_cutting(scores: np.ndarray, k: int, random: object) -> None:
    allowed = np.array([random.random() < 0.7 for _ in scores], dtype=bool)  # type: ignore[attr-defined]
    assert top_k(scores, k, allowed).tolist() == by_sorting(scores, k, allowed)
    assert top_k(scores, k).tolist() == by_sorting(scores, k, np.ones(len(scores), dtype=bool))


def test_ties_come_in_order_of_index() -> None:
    scores = np.array([0.5, 1.0, 0.5, 1.0, 0.5], dtype=np.float32)
    for k in range(7):
        assert top_k(scores, k).tolist() == [1, 3, 0, 2, 4][:k]


@given(
    hnp.arrays(np.float32, st.integers(0, 40), elements=st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0])),
    st.integers(-1, 50),
)
def test_the_highest_are_the_top_in_order_of_index(scores: np.ndarray, k: int) -> None:
    assert highest(scores, k).tolist() == sorted(top_k(scores, k).tolist())


@given(st.lists(st.lists(st.integers(-9, 9), max_size=4), max_size=6))
def test_sums_of_stretches(parts: list[list[int]]) -> None:
    values = np.array([value for part in parts for value in part], dtype=np.float32)
    sizes = np.array([len(part) for part in parts], dtype=np.int64)
    assert sums_of(values, sizes).tolist() == [sum(part) for part in parts]


@pytest.mark.parametrize("many", [0, 3, 255, 256, 400])
def test_values_at_few_places(many: int) -> None:
    places, values = np.arange(many) * 2, np.arange(1, many + 1, dtype=np.float32)
    wanted = np.zeros(1000, dtype=np.float32)
    wanted[places] = values
    assert Scattered.of(1000, places, values).take(np.arange(1000)).tolist() == wanted.tolist()


@given(hnp.arrays(np.float64, st.tuples(st.integers(0, 6), st.integers(1, 5)), elements=st.floats(-1e6, 1e6)))
def test_unit_rows_have_length_one_or_zero(rows: np.ndarray) -> None:
    units = unit_rows(rows)
    assert units.dtype == np.float32
    assert units.shape == rows.shape
    for row, unit in zip(rows, units, strict=True):
        if np.abs(row).max() > 1e-100:
            assert np.linalg.norm(unit.astype(np.float64)) == pytest.approx(1, abs=1e-5)
        elif not row.any():
            assert not unit.any()


def test_a_single_vector_is_scaled_too() -> None:
    assert unit_rows(np.array([3.0, 4.0])).tolist() == pytest.approx([0.6, 0.8])


POINTS = unit_rows(np.array([[1, 0, 0], [0.99, 0.1, 0], [0, 1, 0], [0.98, 0.15, 0], [0, 0, 1]]))
RELEVANCE = np.array([0.9, 0.88, 0.6, 0.55, 0.3])


def cosine(position: int, others: np.ndarray) -> np.ndarray:
    return np.asarray(POINTS[others] @ POINTS[position])


@pytest.mark.parametrize(
    ("diversity", "k", "wanted"),
    [
        (0.0, 3, [0, 1, 2]),
        (0.0, 9, [0, 1, 2, 3, 4]),
        (0.5, 3, [0, 2, 4]),
        (1.0, 3, [0, 2, 4]),
        (0.05, 2, [0, 1]),
        (0.5, 0, []),
    ],
)
def test_diverse(diversity: float, k: int, wanted: list[int]) -> None:
    assert diverse(RELEVANCE, cosine, k, diversity) == wanted


@pytest.mark.parametrize("diversity", [0.0, 0.3, 1.0])
def test_diverse_of_nothing(diversity: float) -> None:
    assert diverse(np.empty(0), cosine, 5, diversity) == []


@given(st.floats(0, 1), st.integers(1, 5))
def test_diverse_starts_with_the_best_and_repeats_none(diversity: float, k: int) -> None:
    chosen = diverse(RELEVANCE, cosine, k, diversity)
    assert chosen[0] == 0
    assert len(chosen) == len(set(chosen)) == k


def test_what_is_found_are_indices_even_if_nothing_is() -> None:
    for scores, k in ((np.empty(0), 3), (np.array([0.5, 0.4]), 0), (np.array([np.nan]), 1), (np.array([0.5, 0.4]), 1)):
        assert top_k(scores, k).dtype == np.int64


def test_unit_rows_are_computed_wide() -> None:
    """Squares of float32 beyond 1e38 overflow: the length is taken in float64."""
    assert unit_rows(np.array([[3e30, 4e30]], dtype=np.float32))[0].tolist() == pytest.approx([0.6, 0.8])


def test_likeness_is_weighed_against_relevance() -> None:
    """By hand, diversity 0.4: 0.6 * relevance - 0.4 * the likeness to the nearest of the chosen."""
    alike = np.array([[1.0, 0.9, 0.2, 0.5], [0.9, 1.0, 0.1, 0.8], [0.2, 0.1, 1.0, 0.6], [0.5, 0.8, 0.6, 1.0]])
    asked: list[int] = []

    def cosine(position: int, others: np.ndarray) -> np.ndarray:
        asked.append(position)
        return np.asarray(alike[position][others])

    # after 0: 1 has 0.54 - 0.36, 2 has 0.30 - 0.08, 3 has 0.48 - 0.20; after 3: 1 still 0.18, 2 0.30 - 0.24
    assert diverse(np.array([1.0, 0.9, 0.5, 0.8]), cosine, 4, 0.4) == [0, 3, 1, 2]
    assert asked == [0, 3, 1], "the last one is compared with nothing"
