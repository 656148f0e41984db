"""Topics, copies and their stability, judged by planted groups."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer
from worlds import RECORDS, _shared_kiwi, small_model, write_records

from recommender import Corpus
from recommender.evaluation.topic_metrics import (
    CopyQuality,
    Grouping,
    copy_quality,
    npmi,
    stability,
    topic_quality,
    words_of,
)
from recommender.reporting.quality_section import notes
from recommender.reporting.words import Words
from recommender.text import kiwi as morphology
from recommender.topics.topic import NO_TOPIC
from recommender.training import resampled
from recommender.training.resample import SHARE
from recommender.versions.quality import Quality

WORDS = st.sampled_from("가나다라마바")


@given(
    st.lists(st.frozensets(WORDS), min_size=1, max_size=30),
    st.lists(st.lists(WORDS, unique=True, max_size=4), max_size=4),
)
def test_coherence_is_that_of_counted_matrices(headlines: list[frozenset[str]], top: list[list[str]]) -> None:
    """The same from scikit-learn's counts and the definition of Bouma, pair by pair."""
    reader = CountVectorizer(analyzer=lambda words: words, vocabulary=list("가나다라마바"))
    counts = reader.transform(headlines).toarray().astype(float)
    share = counts.T @ counts / len(headlines)
    means = []
    for terms in top:
        values = []
        for a, b in combinations(["가나다라마바".index(t) for t in terms], 2):
            together = share[a, b]
            if together in (0, 1):
                values.append(2.0 * together - 1)
            else:
                values.append(math.log(together / share[a, a] / share[b, b]) / -math.log(together))
        if values:
            means.append(sum(values) / len(values))
    found = npmi(headlines, top)
    assert found == pytest.approx(sum(means) / len(means), abs=1e-9) if means else math.isnan(found)


def test_terms_that_go_together_are_coherent() -> None:
    headlines = [{"가", "나"}] * 5 + [{"다"}] * 5
    assert npmi(headlines, [["가", "나"]]) == pytest.approx(1)
    assert npmi(headlines, [["가", "다"]]) == -1
    assert npmi([{"가", "나"}, {"가"}, {"나"}, set()], [["가", "나"]]) == pytest.approx(0)


def test_the_topics_of_the_small_corpus() -> None:
    model = small_model()
    found = topic_quality(model)
    assert found.topics == len(model.topics.topics)
    assert found.coverage == pytest.approx((model.topics.topic_of != NO_TOPIC).mean())
    assert 0 < found.diversity <= 1
    assert -1 <= found.npmi <= 1
    twice = replace(model, topics=replace(model.topics, topics=model.topics.topics[:1] * 2))
    assert topic_quality(twice).diversity == pytest.approx(0.5)


def test_both_levels_are_measured() -> None:
    model = small_model()
    assert "broad" not in topic_quality(model).as_json(), "one level"
    topics = model.topics.topics
    wide = replace(topics[0], terms=("양극재", "공장", "양극재공장"))
    fine = tuple(replace(topic, parent=wide.id) for topic in topics)
    above = replace(model, topics=replace(model.topics, topics=fine, broad=(replace(wide, parent=None),)))
    found = topic_quality(above)
    assert found.broad is not None
    assert found.broad.topics == 1 < found.topics
    assert found.broad.coverage == found.coverage
    assert found.broad.diversity == 1
    assert found.broad.npmi != found.npmi
    assert found.as_json()["broad"]["npmi"] == pytest.approx(found.broad.npmi, abs=1e-4)


def test_the_report_says_the_measures_of_both_levels() -> None:
    said = notes(Quality(0, topics={"npmi": 0.1}, broad_topics={"npmi": 0.2}), Words("en"))
    assert [line.split(":")[0] for line in said[-2:]] == ["Topics", "Broad topics"]
    assert "0.100" in said[-2]
    assert "0.200" in said[-1]


def test_copies_are_checked_by_another_rule() -> None:
    model = small_model()
    assert copy_quality(model) == CopyQuality(2, 2)
    assert copy_quality(model).precision == 1
    wrong = model.catalogue.duplicate_of.copy()
    wrong[model.catalogue.row("fish-1")] = model.catalogue.row("zone-1")
    assert copy_quality(replace(model, catalogue=replace(model.catalogue, duplicate_of=wrong))) == CopyQuality(3, 2)
    none = np.arange(len(model), dtype=np.int32)
    assert math.isnan(copy_quality(replace(model, catalogue=replace(model.catalogue, duplicate_of=none))).precision)


def test_words_are_those_of_the_headline() -> None:
    assert {"과메기", "축제"} <= words_of(small_model(), small_model().catalogue.row("fish-1"))


def grouping() -> dict[str, str]:
    model = small_model()
    return {
        name: model.topics.topics[t].id
        for name, t in zip(model.catalogue.ids, model.topics.topic_of, strict=True)
        if t >= 0
    }


def test_the_same_topics_are_stable_and_shuffled_ones_are_not() -> None:
    model, own = small_model(), grouping()
    ids = frozenset(model.catalogue.ids)

    def renamed(seed: int) -> tuple[frozenset[str], Grouping]:
        return ids, {name: f"x{topic}{seed}" for name, topic in own.items()}

    def shuffled(seed: int) -> tuple[frozenset[str], Grouping]:
        return ids, dict(zip(own, np.random.default_rng(seed).permutation(list(own.values())).tolist(), strict=True))

    same = stability(model, renamed, 3, 7)
    assert same.rand == (1, 1, 1)
    assert same.both == (len(own) / len(model),) * 3
    assert abs(stability(model, shuffled, 40, 7).mean) < 0.1
    assert stability(model, lambda seed: (ids, {}), 1, 7).as_json()["adjusted_rand"] is None
    assert stability(model, renamed, 0, 7).as_json()["resamples"] == 0


def test_a_part_of_the_corpus_is_trained_on(tmp_path: Path) -> None:
    """Really trained: on four fifths, the same for the same seed, and the corpus stays whole."""
    with Corpus.open(":memory:") as corpus, mock.patch.object(morphology, "open_kiwi", _shared_kiwi):
        corpus.ingest([write_records(tmp_path / "records.jsonl", RECORDS)])
        before = corpus.fingerprint()
        trained, topics = resampled(corpus, small_model(), (), 7)
        again = resampled(corpus, small_model(), (), 7)
        other, _ = resampled(corpus, small_model(), (), 8)
        assert corpus.fingerprint() == before
    assert len(trained) == round(SHARE * len(RECORDS))
    assert topics.keys() <= trained
    assert (trained, topics) == again
    assert other != trained
