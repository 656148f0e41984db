"""The measures agree with scikit-learn and scipy to 1e-9, and with planted truths."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    adjusted_rand_score,
    brier_score_loss,
    label_ranking_average_precision_score,
    ndcg_score,
    top_k_accuracy_score,
)

from recommender.evaluation.metrics import (
    adjusted_rand,
    bootstrap,
    hit,
    ndcg,
    recall,
    reciprocal_rank,
    reliability,
)
from recommender.versions.quality import Interval

EXACT = pytest.approx
CASES = st.tuples(st.integers(2, 40), st.integers(0, 2**32 - 1)).flatmap(
    lambda case: st.tuples(st.just(case), st.integers(1, case[0] - 1))
)


def planted(case: tuple[tuple[int, int], int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct scores (n,), which are right (n,), and the ranks of the right ones."""
    (count, seed), wanted = case
    random = np.random.default_rng(seed)
    scores = random.permutation(count).astype(np.float64)
    right = np.zeros(count, dtype=bool)
    right[random.choice(count, wanted, replace=False)] = True
    ranks = np.array([1 + (scores > scores[at]).sum() for at in np.flatnonzero(right)], dtype=np.float64)
    return scores, right, ranks


@given(CASES, st.integers(1, 50))
def test_ndcg_is_that_of_scikit_learn(case: tuple[tuple[int, int], int], k: int) -> None:
    scores, right, ranks = planted(case)
    assert ndcg(ranks, k) == EXACT(ndcg_score([right.astype(int)], [scores], k=k), abs=1e-9)


@given(CASES)
def test_the_reciprocal_rank_is_that_of_scikit_learn(case: tuple[tuple[int, int], int]) -> None:
    """With one right answer the label ranking average precision is 1 / rank."""
    scores, right, ranks = planted(case)
    best = np.zeros(len(right), dtype=int)
    best[np.flatnonzero(right)[np.argmin(ranks)]] = 1
    alone = np.where(right & (best == 0), -1.0, scores)
    assert reciprocal_rank(ranks) == EXACT(label_ranking_average_precision_score([best], [alone]), abs=1e-9)


@given(CASES, st.integers(1, 50))
def test_hits_and_recall_are_those_of_scikit_learn(case: tuple[tuple[int, int], int], k: int) -> None:
    """Each right answer is a label asked alone: top-k accuracy over them is recall, its maximum the hit."""
    scores, right, ranks = planted(case)
    places = np.flatnonzero(right)
    if k < len(scores) and len(scores) > 2:
        rows = np.tile(scores, (len(places), 1))
        found = top_k_accuracy_score(places, rows, k=k, labels=np.arange(len(scores)))
        assert recall(ranks, k) == EXACT(found, abs=1e-9)
        assert hit(ranks, k) == float(found > 0)


@given(st.lists(st.tuples(st.floats(0, 1, width=32), st.booleans()), min_size=2, max_size=60))
def test_reliability_is_that_of_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    scores = np.array([score for score, _ in pairs], dtype=np.float64)
    right = np.array([truth for _, truth in pairs])
    edges = np.round(scores * 10, 6) % 1 == 0  # on an edge the two put a score on different sides
    scores, right = scores[~edges | (scores == 0)], right[~edges | (scores == 0)]
    found = reliability(scores, right)
    if len(set(right.tolist())) == 2:
        assert found.brier == EXACT(brier_score_loss(right, scores), abs=1e-9)
        shares, means = calibration_curve(right, scores, n_bins=10)
        assert [b.right for b in found.bins] == EXACT(shares.tolist(), abs=1e-9)
        assert [b.score for b in found.bins] == EXACT(means.tolist(), abs=1e-9)
    assert sum(b.pairs for b in found.bins) == len(scores)


def test_a_score_of_one_stands_in_the_last_bin() -> None:
    (only,) = reliability(np.array([1.0, 0.9]), np.array([True, False])).bins
    assert (only.low, only.high, only.pairs, only.right) == (0.9, 1.0, 2, 0.5)
    assert reliability(np.array([1.0, 0.9]), np.array([True, False])).error == EXACT(0.45)
    assert math.isnan(reliability(np.empty(0), np.empty(0, bool)).brier)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 3)), min_size=1, max_size=50))
def test_the_rand_index_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    one, other = np.array(pairs, dtype=np.int64).T
    assert adjusted_rand(one, other) == EXACT(adjusted_rand_score(one, other), abs=1e-9)


def test_the_rand_index_of_nothing_is_unknown() -> None:
    assert math.isnan(adjusted_rand(np.empty(0, np.int64), np.empty(0, np.int64)))


def test_the_interval_is_close_to_that_of_scipy() -> None:
    """Other draws, so the ends agree within the error of 4,000 draws; the value is the mean."""
    values = np.random.default_rng(1).beta(2, 3, size=(80, 1))
    (ours,) = bootstrap(values, np.ones((80, 1)), seed=7, resamples=4000)
    theirs = stats.bootstrap(
        (values[:, 0],), np.mean, n_resamples=4000, method="percentile", random_state=np.random.default_rng(2)
    ).confidence_interval
    assert ours.value == EXACT(values.mean(), abs=1e-9)
    spread = values.std() / math.sqrt(80)
    assert ours.low == EXACT(theirs.low, abs=spread / 5)
    assert ours.high == EXACT(theirs.high, abs=spread / 5)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """200 samples of a known mean: 95 % intervals hold it in about 95 % of them."""
    held = 0
    for seed in range(200):
        values = np.random.default_rng(seed).random((60, 1))
        (found,) = bootstrap(values, np.ones((60, 1)), seed=seed, resamples=400)
        held += found.low <= 0.5 <= found.high
    assert 180 <= held <= 198


def test_the_bootstrap_draws_questions_not_answers() -> None:
    """One question of 100 answers and nine of one: the interval is as wide as ten questions make it."""
    totals = np.array([[100.0]] + [[0.0]] * 9)
    counts = np.array([[100.0]] + [[1.0]] * 9)
    (found,) = bootstrap(totals, counts, seed=7)
    assert found.value == EXACT(100 / 109)
    assert found.low == 0, "in a third of the draws the large question is absent"


def test_lots_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    values, counts = np.random.default_rng(3).random((50, 2)), np.ones((50, 1))
    whole = bootstrap(values, counts, seed=7, resamples=100)
    monkeypatch.setattr("recommender.evaluation.metrics._LOT", 50 * 7)
    for one, other in zip(bootstrap(values, counts, seed=7, resamples=100), whole, strict=True):
        assert (one.value, one.low, one.high) == EXACT((other.value, other.low, other.high))
    assert bootstrap(values, counts, seed=8, resamples=100) != whole


def test_what_was_not_measured_is_null() -> None:
    (found,) = bootstrap(np.empty((0, 1)), np.empty((0, 1)), seed=7)
    assert math.isnan(found.value)
    assert found.as_json() == {"value": None, "low": None, "high": None}
    (found,) = bootstrap(np.zeros((2, 1)), np.zeros((2, 1)), seed=7)
    assert found.as_json() == {"value": None, "low": None, "high": None}
    assert Interval(0.12345, 0, 1).as_json() == {"value": 0.1235, "low": 0, "high": 1}


@pytest.mark.parametrize(
    ("ranks", "recalled", "hits", "reciprocal"),
    [([1.0, math.inf], 0.5, 1, 1), ([11.0], 0, 0, 1 / 11), ([10.0], 1, 1, 0.1), ([math.inf], 0, 0, 0)],
)
def test_by_hand(ranks: list[float], recalled: float, hits: float, reciprocal: float) -> None:
    held = np.array(ranks)
    assert (recall(held, 10), hit(held, 10), reciprocal_rank(held)) == EXACT((recalled, hits, reciprocal))
