"""Editors' lists and desks bring articles together that share no word."""

from __future__ import annotations

import numpy as np

from recommender.arrays.kernels import unit_rows
from recommender.index.links import Links
from recommender.topics.fusion import fused, smoothed

WORDS = np.eye(6, dtype=np.float32)
NO_DESKS = np.zeros((6, 0), dtype=np.float32)
NO_COPIES = np.arange(6, dtype=np.int32)


def links(*pairs: tuple[int, int]) -> Links:
    rows = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Links.of(rows[:, 0], rows[:, 1], 6)


def test_without_desks_and_lists_words_stand_alone() -> None:
    assert np.array_equal(smoothed(WORDS, NO_DESKS, links(), NO_COPIES), WORDS)


def test_a_list_brings_its_page_and_its_members_together() -> None:
    found = smoothed(WORDS, NO_DESKS, links((0, 1), (0, 2)), NO_COPIES)
    cosine = found @ found.T
    assert cosine[0, 1] > cosine[1, 2] > 0.02
    assert cosine[0, 3] == 0
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


def test_a_copy_brings_its_lists_to_its_original() -> None:
    copies = np.array([0, 1, 2, 3, 4, 1], dtype=np.int32)
    found = smoothed(WORDS, NO_DESKS, links((0, 5)), copies)
    assert found[0] @ found[1] > 0.3


def test_a_desk_brings_its_members_together() -> None:
    curated = np.zeros((6, 2), dtype=np.float32)
    curated[:2, 0], curated[2:4, 1] = (0.7, 0.9), 0.5
    found = smoothed(WORDS, curated, links(), NO_COPIES)
    assert np.isclose(found[0] @ found[1], 0.5)
    assert found[1] @ found[2] == 0
    assert found[0] @ found[4] == 0


def test_an_article_of_which_nothing_is_known_has_no_direction() -> None:
    words = unit_rows(np.vstack([WORDS[:5], np.zeros((1, 6))]))
    assert not smoothed(words, NO_DESKS, links((0, 1)), NO_COPIES)[5].any()
    assert smoothed(words, NO_DESKS, links((0, 5)), NO_COPIES)[5].any(), "but its lists may say something"


def test_what_all_articles_have_in_common_tells_nothing() -> None:
    rng = np.random.default_rng(1)
    meaning = unit_rows(np.hstack([np.full((40, 1), 3.0), rng.normal(size=(40, 5))]))
    meaning[39] = 0
    assert (meaning[:39] @ meaning[:39].T).mean() > 0.5
    found = fused(np.zeros((40, 0), dtype=np.float32), meaning, np.arange(39))
    assert abs(float((found[:39] @ found[:39].T).mean())) < 0.05
    assert not found[39].any(), "an article of which nothing is known has no direction"
    assert fused(meaning, meaning, np.arange(0)) is meaning


def test_a_list_of_nearly_everything_says_little() -> None:
    short = smoothed(WORDS, NO_DESKS, links((0, 1)), NO_COPIES)
    long = smoothed(WORDS, NO_DESKS, links(*((0, target) for target in range(1, 6))), NO_COPIES)
    assert long[0] @ long[1] < 0.5 * (short[0] @ short[1])
