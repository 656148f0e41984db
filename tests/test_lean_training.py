"""What a training does piece by piece to hold little at a time: as it would all at once."""

from __future__ import annotations

import numpy as np
from worlds import small_model

from recommender.arrays.kernels import unit_rows
from recommender.config import Recipe
from recommender.text.article_terms import read_terms
from recommender.text.terms import MARK
from recommender.topics.fusion import fused
from recommender.topics.neighbour_graph import Graph


def rows(count: int, width: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, width)).astype(np.float32)


def test_many_rows_are_scaled_as_each_alone() -> None:
    many = rows(9_000, 12, 1)
    many[5] = 0
    found = unit_rows(many)
    for row in (0, 5, 8_191, 8_192, 8_999):
        assert np.array_equal(found[row], unit_rows(many[row : row + 1])[0])
    assert np.array_equal(
        unit_rows(np.asfortranarray(many)), np.concatenate([*map(unit_rows, np.array_split(many, 9))])
    )


def test_vectors_are_joined_in_pieces_as_at_once() -> None:
    company, meaning, originals = unit_rows(rows(9_000, 4, 2)), rows(9_000, 6, 3), np.arange(0, 9_000, 2)
    centred = unit_rows(meaning - meaning[originals].mean(axis=0))
    assert np.array_equal(fused(company, meaning, originals), unit_rows(np.hstack([company, 1.5 * centred])))


def test_the_neighbours_are_those_of_one_sort() -> None:
    some = unit_rows(rows(200, 8, 4))
    cosine = some @ some.T
    np.fill_diagonal(cosine, -2)
    near = np.argsort(-cosine, axis=1)[:, :15]
    wanted = np.zeros((200, 200))
    np.put_along_axis(wanted, near, 1, axis=1)
    assert np.array_equal(Graph.of(some).edges.toarray(), wanted + wanted.T)


def test_a_term_of_many_articles_is_held_once() -> None:
    model = small_model()
    articles = [model.catalogue.article(row) for row in range(len(model))]
    texts = read_terms([*articles, *articles], model.analyzer, Recipe())
    held = {id(term) for title in texts.titles for term in title}
    assert len(held) == len({term for title in texts.titles for term in title})
    bare = texts.words_alone()
    assert [[t for t in title if not t.startswith(MARK)] for title in texts.titles] == bare.titles
    assert not any(bare.marks)
