"""StaticEmbedder in the hands of scikit-learn and BERTopic."""

from __future__ import annotations

import copy
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.pipeline import make_pipeline
from worded import Worded, checks_of, passes, passes_suite

from recommender import StaticEmbedder
from recommender.errors import ModelError


class WordedEmbedder(Worded, StaticEmbedder):
    pass


def test_the_suite_of_scikit_learn_on_texts() -> None:
    passes_suite(StaticEmbedder())


@pytest.mark.parametrize("check", checks_of(WordedEmbedder()), ids=lambda check: check.func.__name__)
def test_the_suite_of_scikit_learn(check: Any) -> None:
    passes(check, WordedEmbedder())


def test_one_text() -> None:
    rows = StaticEmbedder().fit_transform(["사용후 배터리"])
    assert rows.shape == (1, len(StaticEmbedder().get_feature_names_out()))
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows) == pytest.approx(1)


def test_in_a_pipeline_and_copied() -> None:
    texts = ["축구 월드컵 본선", "야구 한국시리즈", "코스피 상승 마감", "환율 금리 증시"]
    labels = make_pipeline(StaticEmbedder(), KMeans(2, n_init=5, random_state=0)).fit_predict(texts)
    assert labels[0] == labels[1] != labels[2] == labels[3]
    used = StaticEmbedder().fit(texts)
    copied = copy.deepcopy(clone(used))
    assert vars(copied) == vars(used) == {"folder": None}, "the model is not part of it"
    assert (copied.transform(texts) == used.transform(texts)).all()


def test_what_is_no_list_of_texts_is_told() -> None:
    with pytest.raises(ValueError, match="put it into a list"):
        StaticEmbedder().fit("배터리")
    with pytest.raises(TypeError, match="a NoneType was found"):
        StaticEmbedder().transform(["배터리", None])  # type: ignore[list-item]


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no base model"):
        StaticEmbedder(tmp_path).fit(["배터리"])


@pytest.mark.slow
def test_bertopic_takes_it() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from bertopic import BERTopic
        from sklearn.decomposition import PCA

        texts = [f"{word} 소식 {n}회" for word in ("축구 경기", "증시 환율", "지진 태풍") for n in range(20)]
        topics = BERTopic(
            embedding_model=StaticEmbedder(), umap_model=PCA(5), hdbscan_model=KMeans(3, n_init=3, random_state=0)
        )
        found, _ = topics.fit_transform(texts)
    assert len({tuple(found[i : i + 20]) for i in (0, 20, 40)}) == 3
    assert all(len(set(found[i : i + 20])) == 1 for i in (0, 20, 40))
