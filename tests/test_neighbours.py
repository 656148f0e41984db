"""RelatedArticles in the hands of scikit-learn."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any
from unittest import mock

import numpy as np
import pytest
from conftest import environment
from sklearn.base import clone
from sklearn.cluster import DBSCAN
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.utils.validation import validate_data
from worded import Worded, checks_of, passes, passes_suite, worded
from worlds import RECORDS, _shared_kiwi

from recommender import Recipe, RelatedArticles
from recommender.training import neighbours

TEXTS = [f"{row['title']}\n{row.get('body', '')}".strip() for row in RECORDS]
STORIES = [row["id"].split("-")[0] for row in RECORDS]


@pytest.fixture(autouse=True)
def _one_kiwi() -> Iterator[None]:
    from recommender.text import kiwi

    with mock.patch.object(kiwi, "open_kiwi", _shared_kiwi):
        yield


@cache
def fitted() -> RelatedArticles:
    return RelatedArticles(n_neighbors=3).fit(TEXTS)


class WordedArticles(Worded, RelatedArticles):
    def kneighbors(self, X: Any = None, n_neighbors: Any = None, return_distance: bool = True) -> Any:
        neighbours.check_is_fitted(self, "n_samples_fit_")
        texts = None if X is None else worded(validate_data(self, X, reset=False))
        return super().kneighbors(texts, n_neighbors, return_distance)

    def transform(self, X: Any) -> Any:
        return RelatedArticles.transform(self, X)  # by kneighbors, which writes the texts

    def fit_transform(self, X: Any, y: Any = None) -> Any:
        return self.fit(X).transform(X)


def test_the_suite_of_scikit_learn_on_texts() -> None:
    passes_suite(RelatedArticles())


@pytest.mark.parametrize("check", checks_of(WordedArticles(1)), ids=lambda check: check.func.__name__)
def test_the_suite_of_scikit_learn(check: Any) -> None:
    passes(check, WordedArticles(1, recipe=Recipe(dimensions=8)))


def test_the_nearest_is_of_the_same_story() -> None:
    distances, places = fitted().kneighbors()
    assert distances.shape == places.shape == (len(TEXTS), 3)
    assert (np.diff(distances, axis=1) >= 0).all()
    assert (distances >= 0).all()
    assert not (places == np.arange(len(TEXTS))[:, None]).any()
    right = [STORIES[place] == story for place, story in zip(places[:, 0], STORIES, strict=True)]
    assert np.mean(right) >= 0.85


def test_fitted_texts_asked_with_are_their_own_nearest() -> None:
    distances, places = fitted().kneighbors(TEXTS, 1)
    assert places[:, 0].tolist() == list(range(len(TEXTS)))
    assert (distances == 0).all()
    again, _ = fitted().kneighbors(TEXTS, 4)
    alone, _ = fitted().kneighbors()
    assert np.allclose(again[:, 1:], alone, atol=1e-3)


@pytest.mark.parametrize("mode", ["distance", "connectivity"])
def test_the_graph(mode: str) -> None:
    distances, places = fitted().kneighbors(["양극재 공장 준공"])
    graph = fitted().kneighbors_graph(["양극재 공장 준공"], mode=mode)
    assert graph.shape == (1, len(TEXTS))
    wanted = distances[0] if mode == "distance" else np.ones(3)
    assert graph.toarray()[0, places[0]].tolist() == wanted.tolist()
    assert graph.nnz == 3


def test_as_the_transformer_of_a_pipeline() -> None:
    labels = make_pipeline(RelatedArticles(8), DBSCAN(eps=0.75, min_samples=2, metric="precomputed")).fit_predict(TEXTS)
    assert labels[0] == labels[2] != labels[4] == labels[5]
    rows = RelatedArticles(2, mode="connectivity").fit_transform(TEXTS)
    assert (rows.sum(axis=1) == 2).all()
    assert len(fitted().get_feature_names_out()) == fitted().transform(TEXTS[:1]).shape[1] == len(TEXTS)


def test_equal_texts_and_few_of_them() -> None:
    same = RelatedArticles(1).fit(["양극재 공장", "배터리 특구", "양극재 공장"])
    distances, places = same.kneighbors()
    assert places[[0, 2], 0].tolist() == [2, 0]
    assert distances[[0, 2], 0].tolist() == [0, 0]
    assert RelatedArticles(1).fit(["", "!"]).kneighbors([""])[1].shape == (1, 1)
    assert RelatedArticles().fit(iter(TEXTS)).n_samples_fit_ == len(TEXTS)


def test_what_cannot_be_is_told_as_scikit_learn_tells_it() -> None:
    with pytest.raises(NotFittedError):
        RelatedArticles().kneighbors(["a"])
    with pytest.raises(ValueError, match="put it into a list"):
        RelatedArticles().fit("양극재")
    with pytest.raises(TypeError, match="a int was found"):
        RelatedArticles().fit([3])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="0 sample"):
        RelatedArticles().fit([])
    for count, said in ((0, "n_neighbors > 0"), (len(TEXTS), "n_neighbors < n_samples_fit")):
        with pytest.raises(ValueError, match=said):
            fitted().kneighbors(n_neighbors=count)
    with pytest.raises(ValueError, match="n_neighbors <= n_samples_fit"):
        fitted().kneighbors(TEXTS, 100)
    with pytest.raises(TypeError, match="enter integer"):
        fitted().kneighbors(n_neighbors=1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Unsupported mode"):
        RelatedArticles(mode="closeness").fit(TEXTS)


def test_copied_and_kept() -> None:
    held = copy.deepcopy(fitted())
    assert (held.kneighbors(TEXTS)[1] == fitted().kneighbors(TEXTS)[1]).all()
    assert clone(fitted()).get_params() == fitted().get_params()


def test_the_package_loads_it_when_it_is_asked_for() -> None:
    script = "import sys, recommender\nfrom recommender import Recommender\nprint('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", env=environment())
    assert done.stdout.strip() == "False"
