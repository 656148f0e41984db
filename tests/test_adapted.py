"""Meaning adapted to a corpus: joined, turned to principal axes, the same for articles and for questions."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from worlds import RECORDS, fitted, small_model

from recommender import Recommender
from recommender.arrays.kernels import unit_rows
from recommender.arrays.strings import StringTable
from recommender.embeddings import fused
from recommender.embeddings.dense import DenseSpace
from recommender.embeddings.encoder import TermVectors
from recommender.embeddings.fused import BaseMeaning, FusedEncoder, base_digest, beside
from recommender.embeddings.static import StaticVectors
from recommender.errors import ModelError
from recommender.ranking.features import query_of
from recommender.training import fit_embedding as adapt
from recommender.training.fit_embedding import Cooccurrence, fused_space

BARE = [{k: v for k, v in row.items() if k != "body"} for row in RECORDS]


def random_rows(count: int, width: int, seed: int) -> np.ndarray:
    return unit_rows(np.random.default_rng(seed).standard_normal((count, width)))


def space_of(count: int, dimensions: int) -> DenseSpace:
    """A space of random rows: 6 dimensions by co-occurrence, 10 by meaning."""
    words = TermVectors(StringTable.of([]), np.zeros((0, 6), np.float16))
    cooccurrence = Cooccurrence(words, sparse.csr_matrix(random_rows(count, 6, 1)), np.eye(6, dtype=np.float32))
    return fused_space(cooccurrence, BaseMeaning(""), random_rows(count, 10, 2), dimensions)


def test_an_article_and_its_headline_as_a_question_stand_at_one_place() -> None:
    model = fitted(BARE)
    for row in range(len(model)):
        asked = model.dense.vector(model.question(model.catalogue.article(row).title or ""))
        assert float(asked @ model.dense.rows[row]) == pytest.approx(1, abs=2e-3)  # term vectors have 11 bits


@pytest.mark.parametrize("recipe", [{}, {"embedder": "lsa"}, {"body_weight": 3.0}], ids=str)
def test_an_article_with_a_body_and_its_text_as_a_question_stand_at_one_place(recipe: dict[str, Any]) -> None:
    model = fitted(RECORDS, **recipe)
    bodies = [record for record in RECORDS if "body" in record]
    for record in bodies:
        asked = query_of(model, model.asked(record["title"], record["body"]), math.nan).dense
        assert float(asked @ model.dense.rows[model.catalogue.row(record["id"])]) == pytest.approx(1, abs=2e-3)


@pytest.mark.parametrize("text", ["", "!?…", "\u3164"])
def test_a_text_of_which_nothing_is_known_is_a_zero_row(text: str) -> None:
    model = small_model()
    assert not model.dense.vector(model.question(text)).any()
    assert not space_of(100, 4).encoder.join(np.zeros((1, 6), np.float32), np.zeros((1, 10), np.float32)).any()  # type: ignore[attr-defined]


def test_few_articles_keep_all_dimensions_and_many_get_axes() -> None:
    assert space_of(31, 4).rows.shape == (31, 16)
    assert space_of(32, 4).rows.shape == (32, 4)
    assert space_of(500, 16).rows.shape == (500, 16), "no axes are left out, so none are sought"


def test_axes_are_those_of_most_variance() -> None:
    """Against numpy's own singular values of the joined rows."""
    space = space_of(300, 5)
    encoder = space.encoder
    assert isinstance(encoder, FusedEncoder)
    both = beside(random_rows(300, 6, 1), random_rows(300, 10, 2), encoder.centre).astype(np.float64)
    assert encoder.mean == pytest.approx(both.mean(axis=0), abs=1e-6)
    _, _, turned = np.linalg.svd(both - both.mean(axis=0), full_matrices=False)
    assert np.abs(turned[:5] @ encoder.axes) == pytest.approx(np.eye(5), abs=1e-4)
    assert (encoder.axes[np.abs(encoder.axes).argmax(axis=0), np.arange(5)] > 0).all()
    assert space.rows == pytest.approx(unit_rows((both - both.mean(axis=0)) @ encoder.axes), abs=1e-5)


def test_rows_do_not_depend_on_how_many_are_taken_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = space_of(300, 5)
    monkeypatch.setattr(adapt, "_BLOCK", 7)
    monkeypatch.setattr("recommender.embeddings.fused._BLOCK", 11)
    assert space_of(300, 5).rows == pytest.approx(whole.rows, abs=1e-5)


def test_the_centre_of_few_articles_is_believed_little() -> None:
    meaning = random_rows(25, 10, 2)
    encoder = space_of(25, 4).encoder
    assert isinstance(encoder, FusedEncoder)
    assert encoder.centre == pytest.approx(meaning.mean(axis=0) / 3, abs=1e-6)


def test_a_saved_model_places_a_text_where_the_trained_one_did(tmp_path: Path) -> None:
    held = small_model()
    held.save(tmp_path)
    again = Recommender.open(tmp_path).model
    asked = again.question("사용후 배터리 재활용")
    assert again.dense.vector(asked).tobytes() == held.dense.vector(held.question("사용후 배터리 재활용")).tobytes()
    assert again.dense.rows.tobytes() == held.dense.rows.tobytes()


def test_a_word_that_no_article_has_is_near_what_means_the_same() -> None:
    model = small_model()
    scores = model.dense.scores(model.question("폐배터리 리사이클"))
    zone, fish = (model.catalogue.row(name) for name in ("zone-3", "fish-1"))
    assert scores[zone] > scores[fish] + 0.2


def test_another_base_model_is_told_where_a_text_is_placed_and_nowhere_else() -> None:
    model = small_model()
    encoder = model.dense.encoder
    assert isinstance(encoder, FusedEncoder)
    other = replace(model, dense=DenseSpace(model.dense.rows, replace(encoder, meaning=BaseMeaning("another"))))
    assert Recommender(other).similar(id="plant-1")
    with pytest.raises(ModelError, match="another base model"):
        Recommender(other).similar("양극재 공장")
    assert BaseMeaning(base_digest()).encode((), ["양극재"]).shape == (1, 256)


def test_the_base_model_is_opened_once_whatever_number_of_models_and_threads_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A word that no article holds asks it too, for what is ordinary in the news."""
    model, opened = small_model(), list[None]()
    plain = StaticVectors.open

    def counted() -> StaticVectors:
        opened.append(None)
        return plain()

    monkeypatch.setattr(StaticVectors, "open", counted)
    fused._open_base.cache_clear()
    meanings = [BaseMeaning(base_digest()) for _ in range(3)]
    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(lambda at: meanings[at % 3].encode((), ["양극재"]).tobytes(), range(24)))
    assert [model.asked(text).corrections for text in ("쁑쀼쀼 뀨뀨뀨", "쁑쀼쀼")] == [(), ()]
    assert len(opened) == 1
    assert len({*rows}) == 1


def test_meaning_of_other_dimensions_is_told() -> None:
    encoder = space_of(40, 4).encoder
    assert isinstance(encoder, FusedEncoder)
    with pytest.raises(ModelError, match="gives vectors of 9 dimensions, and this version has 10"):
        encoder.join(np.zeros((1, 6), np.float32), np.zeros((1, 9), np.float32))
