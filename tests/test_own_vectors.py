"""Vectors of a person's own: at the training, at an update, and of what asks."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from worlds import RECORDS, _shared_kiwi, small_model

from recommender import Corpus, Recipe, Recommender, train
from recommender.errors import InputError, QueryError
from recommender.ranking.model import Model, open_model
from recommender.text import kiwi as morphology
from recommender.training.incremental import update

STORIES = sorted({row["id"].split("-")[0] for row in RECORDS})
WIDTH = 24


def vector_of(name: str) -> np.ndarray:
    """A vector near that of the article's story, whatever its words."""
    rng = np.random.default_rng(sum(map(ord, name)))
    centre = np.random.default_rng(STORIES.index(name.split("-")[0])).standard_normal(WIDTH)
    return centre + 0.2 * rng.standard_normal(WIDTH)


GIVEN = {row["id"]: vector_of(row["id"]) for row in RECORDS}


def trained(embeddings: object, **more: object) -> Model:
    with Corpus.open(":memory:") as corpus, mock.patch.object(morphology, "open_kiwi", _shared_kiwi):
        corpus.add(RECORDS)
        return train(corpus, Recipe(topics_most=0, workers=1), embeddings=embeddings, **more)  # type: ignore[arg-type]


@cache
def model() -> Model:
    return trained(GIVEN)


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "beside a text"])
@pytest.mark.parametrize("story", ["plant", "zone", "charge"])
def test_a_vector_finds_its_story(story: str, alone: bool) -> None:
    asked = np.random.default_rng(STORIES.index(story)).standard_normal(WIDTH)
    answer = Recommender(model()).similar(None if alone else "오늘의 새 소식", k=3, vector=asked.tolist(), min_score=0)
    assert {hit.article.id.split("-")[0] for hit in answer} == {story}
    if alone:
        assert all(0.3 <= hit.score <= 1 for hit in answer)
        assert "note" not in answer.query


def test_a_vector_that_is_like_none_gets_no_answer() -> None:
    rows = np.stack([vector / np.linalg.norm(vector) for vector in GIVEN.values()])
    far = np.linalg.svd(rows)[2][-1]
    answer = Recommender(model()).similar(vector=far)
    assert answer.abstained or max(hit.score for hit in answer) < 0.6
    assert Recommender(model()).similar(vector=-vector_of("plant-1"), min_score=0.99).abstained


def test_a_text_alone_is_answered_by_its_words_and_that_is_said() -> None:
    answer = Recommender(model()).similar("양극재 공장")
    assert answer
    assert "by its words alone" in answer.query["note"]
    assert "note" not in Recommender(small_model()).similar("양극재 공장").query
    assert "note" not in Recommender(model()).similar(id="plant-1").query


def test_an_array_is_in_the_order_of_the_ids_and_saved_with_the_model(tmp_path: Path) -> None:
    told: list[str] = []
    made = trained(np.stack([GIVEN[name] for name in model().catalogue.ids]), progress=told.append)
    assert any("by its words alone" in line for line in told)
    assert np.array_equal(made.dense.rows, model().dense.rows)
    made.save(tmp_path / "models")
    opened = open_model(tmp_path / "models")
    asked = {"vector": GIVEN["zone-2"], "min_score": 0}
    one, two = (Recommender(each).similar(**asked) for each in (made, opened))  # type: ignore[arg-type]
    assert [hit.article.id for hit in one] == [hit.article.id for hit in two]
    assert made.about["made_from"] != trained(np.flipud(np.stack(list(GIVEN.values())))).about["made_from"]


def test_an_article_without_a_vector_stands_by_its_words() -> None:
    told: list[str] = []
    made = trained({key: value for key, value in GIVEN.items() if key != "fish-2"}, progress=told.append)
    assert any("1 of 18 articles have no vector" in line for line in told)
    assert Recommender(made).similar("구룡포 과메기 덕장")[0].article.id == "fish-2"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (np.zeros((3, 4)), r"shape \(3, 4\), and the corpus has 18"),
        (np.full((18, 4), np.nan), "not finite"),
        (np.zeros(18), r"shape \(18,\)"),
        ([["a"]], "not an array of numbers"),
        ({"nobody": [1.0]}, "'nobody'"),
        ({"plant-1": [1.0, 2.0], "plant-2": [1.0]}, "not of one length"),
    ],
)
def test_embeddings_that_do_not_fit(given: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        trained(given)


def test_vectors_that_cannot_ask() -> None:
    desk = Recommender(model())
    for bad in ([1.0] * 3, [0.0] * WIDTH, [np.inf] * WIDTH, "text", [[1.0] * WIDTH]):
        with pytest.raises(QueryError):
            desk.similar(vector=bad)
    with pytest.raises(QueryError, match="own vector"):
        desk.similar(id="plant-1", vector=[1.0] * WIDTH)
    with pytest.raises(QueryError, match="Ask with"):
        desk.similar()


def test_an_update_takes_vectors_of_what_is_new() -> None:
    told: list[str] = []
    with Corpus.open(":memory:") as corpus:
        corpus.add(RECORDS)
        corpus.add([{"id": "plant-9", "title": "새 소식 하나"}, {"id": "plant-8", "title": "또 다른 소식"}])
        done = update(model(), corpus, embeddings={"plant-9": vector_of("plant-9")}, progress=told.append)
        assert done
        answer = Recommender(done.model).similar(id="plant-9", k=3, min_score=0)
        assert {hit.article.id.split("-")[0] for hit in answer} == {"plant"}
        assert any("1 of 2 articles have no vector" in line for line in told)
        with pytest.raises(InputError, match="same encoder"):
            update(model(), corpus, embeddings={"plant-9": [1.0, 2.0]})
        with pytest.raises(InputError, match="not trained with vectors"):
            update(small_model(), corpus, embeddings={"plant-9": [1.0, 2.0]})
