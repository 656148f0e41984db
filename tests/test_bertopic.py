"""The parts that go into BERTopic, in its hands and those of scikit-learn."""

from __future__ import annotations

import copy
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, runs
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import check_estimator

from recommender import open_model
from recommender.errors import QueryError
from recommender.topics.clusterer import WardModularity
from recommender.topics.umap_loader import cached_compilation
from recommender.topics.vectorizer import KoreanTokenizer, korean_vectorizer

PAGE = (ROOT / "docs" / "bertopic.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SOCCER = ["손흥민 {}호골에 토트넘 승리", "토트넘 감독, 손흥민 {}경기 연속 선발", "손흥민 토트넘에서 {}번째 도움"]
MARKET = ["코스피 {}포인트 상승 마감", "환율 {}원 올라, 코스피 하락", "코스피 외국인 {}억원 순매수"]
QUAKE = ["포항 지진 이재민 {}명 대피", "규모 {} 지진에 포항 시민 불안", "포항 지진 피해 신고 {}건"]
HEADLINES = [line.format(n) for n in range(12, 22) for line in (*SOCCER, *MARKET, *QUAKE)]


class TestVectorizer:
    def test_words_of_korean_headlines(self) -> None:
        counts = korean_vectorizer().fit(["포항의 지진이 멎었다 12 the 2차전지를", "토트넘에서 뛰는 손흥민은"])
        words = {*counts.get_feature_names_out()}
        assert {"포항", "지진", "이차전지", "토트넘", "손흥민"} <= words
        assert not words & {"포항의", "지진이", "12", "the"}

    def test_options_of_count_vectorizer_hold(self) -> None:
        counts = korean_vectorizer(ngram_range=(1, 2), min_df=2).fit(["포항 지진", "포항 지진 피해"])
        assert [*counts.get_feature_names_out()] == ["지진", "포항", "포항 지진"]

    def test_stop_words_user_words_and_aliases(self) -> None:
        text = "기후변화박물관을 찾은 포스코케미칼"
        assert "기후변화박물관" not in KoreanTokenizer()(text)
        found = KoreanTokenizer(user_words=["기후변화박물관"], aliases={"포퓨": ["포스코케미칼"]})(text)
        assert {"기후변화박물관", "포퓨"} <= {*found}
        assert "기후변화박물관" not in KoreanTokenizer(["기후변화박물관"], ["기후변화박물관"])(text)

    def test_conventions_of_scikit_learn(self) -> None:
        counts = korean_vectorizer(["포항"], min_df=2)
        assert clone(counts).get_params() == counts.get_params()
        assert copy.deepcopy(counts).fit_transform(["지진"] * 3).sum() == 3


class TestClusterer:
    def test_the_suite_of_scikit_learn(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check_estimator(WardModularity())

    def test_new_rows_go_to_the_nearest_cluster(self) -> None:
        rows = np.repeat(np.eye(4), 20, axis=0) + np.random.default_rng(3).normal(0, 0.05, (80, 4))
        fitted = WardModularity().fit(rows)
        assert np.array_equal(fitted.predict(rows), fitted.labels_)
        assert np.array_equal(fitted.predict(7 * rows), fitted.labels_), "the direction counts"
        with pytest.raises(NotFittedError):
            WardModularity().predict(rows)


@pytest.fixture(scope="module")
def fitted() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with cached_compilation():  # BERTopic loads UMAP
            from bertopic import BERTopic
        from bertopic.dimensionality import BaseDimensionalityReduction

        from recommender.topics.bertopic import HeadlineNaming, StaticEmbedder

        model = BERTopic(
            language="korean", embedding_model=StaticEmbedder(), umap_model=BaseDimensionalityReduction(),
            hdbscan_model=WardModularity(most=3), vectorizer_model=korean_vectorizer(stop_words=["토트넘"]),
            representation_model=HeadlineNaming(stop_words=["토트넘"]),
        )  # fmt: skip
        model.fit(HEADLINES)
    return model


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
class TestInBertopic:
    def test_planted_topics_are_found_and_named(self, fitted: Any) -> None:
        names = {fitted.topics_[at]: fitted.get_topic(fitted.topics_[at])[0][0] for at in (0, 3, 6)}
        assert len(names) == 3
        assert all(word in name for word, name in zip(("손흥민", "코스피", "지진"), names.values(), strict=True))
        words = [word for topic in range(3) for word, _ in fitted.get_topic(topic)]
        assert "토트넘" not in " ".join(words)
        assert not [word for word in words if word[:1].isdigit()], "no amounts"

    def test_a_new_headline_goes_where_its_like_are(self, fitted: Any) -> None:
        assert fitted.transform(["지진에 대피한 포항 시민"])[0] == [fitted.topics_[6]]

    def test_branches_of_the_hierarchy_and_times_have_words(self, fitted: Any) -> None:
        branches = fitted.hierarchical_topics(HEADLINES)
        assert len(branches) == 2
        assert branches.Parent_Name.str.contains("코스피|지진|손흥민").all()
        times = fitted.topics_over_time(HEADLINES, [n % 2 for n in range(len(HEADLINES))])
        assert len(times) == 6

    def test_saved_and_opened(self, fitted: Any, tmp_path: Path) -> None:
        from bertopic import BERTopic

        from recommender.topics.bertopic import StaticEmbedder

        fitted.save(tmp_path / "model", serialization="safetensors", save_ctfidf=True)
        opened = BERTopic.load(tmp_path / "model", embedding_model=StaticEmbedder())
        assert opened.get_topic_info().Name.tolist() == fitted.get_topic_info().Name.tolist()
        assert opened.transform(HEADLINES[:9])[0].tolist() == fitted.topics_[:9]


@pytest.fixture(scope="module")
def handed(sample_home: Path) -> tuple[Any, Any]:
    """The model of the sample, and its topics as a BERTopic."""
    pytest.importorskip("plotly", reason="BERTopic draws by plotly")
    pytest.importorskip("safetensors", reason="BERTopic saves without pickle by safetensors")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = open_model(sample_home / "models")
        return model, model.to_bertopic()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
class TestModelAsBertopic:
    def test_the_topics_are_those_of_the_model(self, handed: tuple[Any, Any]) -> None:
        model, topics = handed
        pairs = {*zip(topics.topics_, model.topics.topic_of.tolist(), strict=True)}
        assert len(pairs) == len({number for number, _ in pairs}) == len({place for _, place in pairs})
        info = topics.get_topic_info().set_index("Topic")
        for number, place in pairs - {(-1, -1)}:
            assert info.Count[number] == model.topics.topics[place].size
            assert info.CustomName[number] == model.topics.topics[place].name == topics.get_topic(number)[0][0]

    def test_hierarchy_and_pictures(self, handed: tuple[Any, Any]) -> None:
        model, topics = handed
        branches = topics.hierarchical_topics(model.headlines)
        assert len(branches) == len(model.topics.topics) - 1
        with cached_compilation():  # it asks UMAP, which compiles
            assert topics.visualize_topics().data
        assert topics.visualize_hierarchy(hierarchical_topics=branches).data

    def test_topics_over_time(self, handed: tuple[Any, Any]) -> None:
        model, topics = handed
        halves = [row % 2 for row in range(len(model))]
        found = topics.topics_over_time(model.headlines, halves)
        assert found.Frequency.sum() == len(model)

    def test_new_texts_go_to_the_nearest(self, handed: tuple[Any, Any]) -> None:
        model, topics = handed
        row = int(model.topics.members(0)[0])
        assert topics.transform([model.headlines[row]])[0] == [topics.topics_[row]]

    def test_saved_opened_and_merged(self, handed: tuple[Any, Any], tmp_path: Path) -> None:
        from bertopic import BERTopic

        topics = handed[1]
        topics.save(tmp_path / "saved", serialization="safetensors")
        assert not [*tmp_path.rglob("*.pkl")]
        opened = BERTopic.load(tmp_path / "saved", embedding_model=topics.embedding_model)
        assert opened.topics_ == topics.topics_
        assert opened.custom_labels_ == topics.custom_labels_
        merged = BERTopic.merge_models([topics, opened])
        assert len(merged.get_topics()) == len(topics.get_topics()), "nothing new in the same topics"

    def test_a_level_that_is_not_there_is_told(self, handed: tuple[Any, Any]) -> None:
        for level, said in (("broad", "no broad topics"), ("wide", "no level 'wide'")):
            with pytest.raises(QueryError, match=said):
                handed[0].to_bertopic(level)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_the_blocks_of_the_page_run(own_home: Path, number: int) -> None:
    assert "포항" in runs(BLOCKS[number], own_home)
