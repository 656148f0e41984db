"""Training: every size has an answer, copies are found, and nothing depends on chance."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from scipy import sparse
from worlds import RECORDS, _shared_kiwi, fitted, small_model, write_records

from recommender import Article, Corpus, Recipe, Recommender, train
from recommender.ranking.weights import default_weights
from recommender.readers.article import Stamp
from recommender.text import kiwi as morphology
from recommender.topics.topic import NO_TOPIC
from recommender.training.find_duplicates import find_duplicates


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 12])
def test_every_size_trains_saves_and_opens(count: int, tmp_path: Path) -> None:
    model = fitted([{k: v for k, v in r.items() if k != "related"} for r in RECORDS[:count]], topics_most=60)
    assert len(model) == count
    model.save(tmp_path)
    desk = Recommender.open(tmp_path)
    assert len(desk) == count
    assert desk.model.topics.topic_of.shape == (count,)
    assert desk.model.dense.rows.shape[0] == count
    assert desk.model.topics.position.shape == (count, 2)
    for row in range(count):
        assert desk.similar(id=desk.model.catalogue.ids[row], min_score=0) is not None


@pytest.mark.parametrize(
    "titles",
    [
        ["🎉", "…", "!!"],
        ["은", "는", "이"],
        ["포항 배터리"] * 3,
        ["가" * 5_000, "나" * 5_000],
        ["[속보]", "(종합)", "[포토]"],
        [f"{number}" for number in range(8)],
    ],
)
def test_odd_corpora_train(titles: list[str]) -> None:
    rows = [{"id": f"n{at}", "title": title, "outlet": f"신문{at}"} for at, title in enumerate(titles)]
    desk = Recommender(fitted(rows, topics_most=60))
    for row in range(len(desk)):
        answer = desk.similar(id=desk.model.catalogue.ids[row], min_score=0)
        assert all(math.isfinite(hit.score) for hit in answer)


def test_the_same_corpus_gives_the_same_model() -> None:
    again = fitted(reversed(RECORDS), topics_most=60)
    held = small_model()
    assert list(again.catalogue.ids) == list(held.catalogue.ids)
    assert again.weights.as_json() == held.weights.as_json()
    assert again.calibration.as_json() == held.calibration.as_json()
    assert again.topics.topics == held.topics.topics
    for name in ("idf", "start", "article", "code", "norms", "lead_term"):
        assert np.array_equal(getattr(again.fields, name), getattr(held.fields, name)), name
    for name in ("idf", "postings_weight", "rows_term", "rows_weight"):
        assert np.array_equal(getattr(again.tfidf, name), getattr(held.tfidf, name)), name
    assert np.array_equal(again.dense.rows, held.dense.rows)


class Busy(Corpus):
    """A corpus into which another connection writes whenever a table of it was read."""

    def beside(self) -> None:
        rows = [{**RECORDS[0], "id": f"new-{number}", "title": f"{number}호 태풍 북상"} for number in range(self.wrote)]
        records = write_records(Path(self._path).with_name("new.jsonl"), rows)
        self.wrote += 1
        with Corpus.open(self._path) as other:
            other.ingest([records])

    wrote = 1

    def stamps(self) -> Iterator[Stamp]:
        yield from super().stamps()
        self.beside()

    def articles(self) -> Iterator[Article]:
        yield from super().articles()
        self.beside()

    def aliases(self) -> Iterator[tuple[str, str]]:
        yield from super().aliases()
        self.beside()


def test_a_training_sees_one_state_of_the_corpus(tmp_path: Path) -> None:
    with Busy.open(tmp_path / "corpus.db") as corpus:
        assert isinstance(corpus, Busy)
        Corpus.ingest(corpus, [write_records(tmp_path / "old.jsonl", RECORDS)])
        with mock.patch.object(morphology, "open_kiwi", _shared_kiwi):
            before = corpus.fingerprint(list(Corpus.stamps(corpus)))
            model = train(corpus, Recipe(workers=1, topics_most=0))
        assert corpus.wrote > 3
    assert model.about["corpus"]["fingerprint"] == before
    assert len(model) == len(RECORDS)
    assert all(model.catalogue.stamps)
    assert len(model.links.listed) == model.about["corpus"]["links"] == 3


def test_a_training_goes_on_from_a_model_of_nothing() -> None:
    with Corpus.open(":memory:") as corpus, mock.patch.object(morphology, "open_kiwi", _shared_kiwi):
        empty = train(corpus, Recipe(workers=1))
        with tempfile.TemporaryDirectory() as folder:
            corpus.ingest([write_records(Path(folder) / "a.jsonl", RECORDS)])
        model = train(corpus, Recipe(workers=1), previous=empty)
    assert {step.event for step in model.topics.lineage} == {"born"}
    assert len(model.topics.topics) == len(small_model().topics.topics)


def test_stories_become_topics() -> None:
    topics, catalogue = small_model().topics, small_model().catalogue

    def of(name: str) -> int:
        return int(topics.topic_of[catalogue.row(name)])

    for story in ("plant", "zone", "talent"):
        assert of(f"{story}-1") == of(f"{story}-2") != NO_TOPIC
    assert len({of("plant-1"), of("zone-1"), of("talent-1")}) == 3
    assert sum(topic.size for topic in topics.topics) == int((topics.topic_of != NO_TOPIC).sum())
    assert len({topic.id for topic in topics.topics}) == len(topics.topics)


def test_no_topics_when_none_are_wanted() -> None:
    assert fitted(RECORDS[:6]).topics.topics == ()


def test_copies_are_those_of_the_wire() -> None:
    catalogue = small_model().catalogue
    copies = {catalogue.ids[r] for r in range(len(catalogue)) if int(catalogue.duplicate_of[r]) != r}
    assert copies == {"wire-2", "wire-3"}
    assert catalogue.ids[int(catalogue.duplicate_of[catalogue.row("wire-3")])] == "wire-1", (
        "the earliest is the original"
    )


def test_find_copies() -> None:
    """Rows 0 and 3 share a key; 1 is 0.9 like 0; 2 is like nothing; 4 and 5 hold no words."""
    rows = sparse.csr_matrix(
        np.array([[1, 0, 0], [0.9, 0.436, 0], [0, 0, 1], [1, 0, 0], [0, 0, 0], [0, 0, 0]], np.float32)
    )
    keys = ["가", "나", "다", "가", "", ""]
    assert find_duplicates(keys, rows, np.arange(6), 0.82).tolist() == [0, 0, 2, 0, 4, 5]
    assert find_duplicates(keys, rows, np.arange(6)[::-1].copy(), 0.82).tolist() == [3, 3, 2, 3, 4, 5]
    assert find_duplicates(keys, rows, np.arange(6), 0.95).tolist() == [0, 1, 2, 0, 4, 5]


def test_a_body_word_beyond_the_limit_counts_for_nothing() -> None:
    rows = [{"id": "a", "title": "제목 하나", "body": "배터리 " * 50 + "과메기"}, {"id": "b", "title": "과메기 축제"}]
    assert "과메기" in fitted(rows).tfidf.terms
    short = fitted(rows, body_words=10)
    held = {short.tfidf.terms[int(t)] for t in short.tfidf.article(short.catalogue.row("a")).ids}
    assert "배터리" in held
    assert "과메기" not in held


def test_few_pairs_leave_the_default_weights_and_say_so() -> None:
    assert "3 related pairs, 200 wanted" in small_model().weights.source


def test_enough_pairs_fit_the_weights() -> None:
    fit = fitted(RECORDS, pairs_wanted=3).weights
    assert fit.source == "fitted on 3 related pairs"
    assert np.isfinite(fit.table).all()
    assert (fit.table[..., :-1] * np.sign(default_weights().table[..., :-1]) >= 0).all(), "no sign is turned"
    assert fit.time >= 0
    assert (fit.link, fit.holds) == (default_weights().link, default_weights().holds), "lists do not judge themselves"
