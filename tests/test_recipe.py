"""The recipe: known keys, sound values, the same JSON for the same result."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from recommender import Recipe, RecommenderError


def recipe(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "recipe.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_read(tmp_path: Path) -> None:
    read = Recipe.read(recipe(tmp_path, "seed = 3\nbody_weight = 1\nworkers = 4\n"))
    assert (read.seed, read.body_weight, read.workers) == (3, 1.0, 4)
    assert isinstance(read.body_weight, float)
    assert read.dimensions == Recipe().dimensions


def test_a_byte_order_mark_is_no_key(tmp_path: Path) -> None:
    assert Recipe.read(recipe(tmp_path, "\ufeffseed = 3\n")).seed == 3


def test_an_empty_file_is_the_default(tmp_path: Path) -> None:
    assert Recipe.read(recipe(tmp_path, "")) == Recipe()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("sed = 3", "sed"),
        ("seed = '7'", "seed"),
        ("seed = true", "seed"),
        ("seed = 1.5", "seed"),
        ("seed = -1", "seed"),
        ("seed = 4294967296", "seed"),
        ("dimensions = 0", "dimensions"),
        ("body_weight = nan", "body_weight"),
        ("body_weight = inf", "body_weight"),
        ("body_weight = -0.1", "body_weight"),
        ("copy_likeness = 1.02", "copy_likeness is 1.02"),
        ("min_score = 0.5", "unknown key 'min_score'"),
        ("workers = 0", "workers"),
        ("topics_most = -1", "topics_most"),
        ("tolerance_mrr = -0.1", "tolerance_mrr"),
        ("tolerance_hit = nan", "tolerance_hit"),
        ("embedder = 3", "embedder"),
        ('clusterer = "kmeans"', "clusterer is 'kmeans'"),
        ('stop_words = "기자"', "stop_words"),
        ("stop_words = [3]", "stop_words"),
        ('stop_words = [" "]', "empty word"),
        ('user_words = ["사용후 배터리"]', "has a blank"),
        ("[seed]\nx = 1", "seed"),
        ("seed =", "TOML"),
        (b"\xff\xfe", "TOML"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, text: str | bytes, named: str) -> None:
    with pytest.raises(RecommenderError) as caught:
        Recipe.read(recipe(tmp_path, text))
    assert named in caught.value.problem
    assert caught.value.hint


@pytest.mark.parametrize("name", ["none.toml", "."])
def test_a_recipe_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecommenderError, match="cannot be read"):
        Recipe.read(tmp_path / name)


def test_json_holds_all_that_decides_the_result() -> None:
    names = {field.name for field in fields(Recipe)}
    tolerances = {name for name in names if name.startswith("tolerance_")}
    assert len(tolerances) == 6
    assert set(Recipe().as_json()) == names - tolerances - {"index", "workers", "keep_versions"}
    assert Recipe(workers=1).as_json() == Recipe(workers=9, keep_versions=3, tolerance_mrr=0.5).as_json()
    chosen = Recipe(seed=5, clusterer="hdbscan", stop_words=("기자",), user_words=("기후변화박물관",))
    assert Recipe.of(json.loads(json.dumps(chosen.as_json())), "here") == chosen


def test_with_seed() -> None:
    assert Recipe(dimensions=9).with_seed(3) == Recipe(dimensions=9, seed=3)
    assert Recipe(seed=4).with_seed(None) == Recipe(seed=4)
    with pytest.raises(RecommenderError):
        Recipe().with_seed(-5)


@pytest.mark.parametrize("embedder", ["word2vec", "model2vec:", "model2vec:/no/such/folder", "sentence-transformers:"])
def test_an_embedder_that_is_not_there_is_refused_before_training(embedder: str) -> None:
    from recommender.embeddings.external import named_encoder

    with pytest.raises(RecommenderError) as caught:
        named_encoder(embedder)
    assert caught.value.hint
