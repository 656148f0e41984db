"""A question in English is asked by the corpus's own words of that meaning, and says so."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import fitted, small_model

from recommender import Recommender
from recommender.embeddings.cross_lingual import NEAR, CrossLingual
from recommender.embeddings.fused import BaseMeaning, base_digest
from recommender.text.terms import features_of, ways_of


def shown(text: str) -> set[str]:
    return {feature.shown for feature in small_model().asked(text).features}


@pytest.mark.parametrize(("question", "said"), [
    ("factory jobs", "jobs → 일자리"),
    ("contract signed", "contract → 계약"),
    ("fire in apartment", "fire → 화재"),
])  # fmt: skip
def test_a_word_stands_for_what_it_means(question: str, said: str) -> None:
    assert said in shown(question)


@pytest.mark.parametrize(("question", "kind"), [
    ("supply contract signed", "wire"), ("festival with tourists", "fish"), ("apartment fire prevention", "charge"),
])  # fmt: skip
def test_an_english_question_finds_korean_articles_and_names_the_words(question: str, kind: str) -> None:
    hits = Recommender(small_model()).similar(question, k=3, min_score=0)
    assert hits[0].article.id.startswith(kind)
    assert any("→" in reason.term for reason in hits[0].why)


def test_a_korean_question_stays_as_it_is() -> None:
    model = small_model()
    for text in ("양극재 공장 착공", "SK온 LFP 양극재 공장", "ESS 화재 CCTV", ""):
        assert model.asked(text) == model.question(text)


def test_words_without_a_translation_stay_and_function_words_go() -> None:
    held = small_model()
    assert shown("the qqzzx of the wwvvk") == {"qqzzx", "wwvvk"}
    answer = Recommender(held).similar("the qqzzx of the wwvvk")
    assert answer.abstained


def test_a_latin_word_of_the_corpus_is_kept_beside_what_stands_for_it() -> None:
    rows = [{"id": f"e{n}", "title": title} for n, title in enumerate(
        ["Factory opens in the port", "Fire drill at a factory", "배터리 공장 준공", "배터리 화재 훈련", "항만 물동량"]
    )]  # fmt: skip
    found = {feature.shown for feature in fitted(rows).asked("factory fire").features}
    assert found == {"factory", "factory → 공장", "fire", "fire → 화재"}


def test_two_words_that_mean_something_together_are_one() -> None:
    base = BaseMeaning(base_digest())
    words = ["특구", "특별", "전기차", "과메기"]
    cross_lingual = CrossLingual.of(np.arange(4, dtype=np.int32), base.encode((), words), base)
    told = cross_lingual.translated(["special", "zone", "electric", "vehicle", "qqzzx"])
    assert {said: [words[place] for place in places] for said, places in told.values() if places} == {
        "special zone": ["특구"], "electric vehicle": ["전기차"],
    }  # fmt: skip
    assert told["zone"].term_ids == told["vehicle"].term_ids == ()
    assert "qqzzx" not in told


def test_what_stands_for_a_word_is_near_it() -> None:
    model = small_model()
    words = [model.tfidf.terms[place] for place in model.cross_lingual.term_ids.tolist()]
    rows = model.cross_lingual.base.encode((), words)
    for word in ("cathode", "plant", "fire", "recycling", "festival", "tourist"):
        [asked] = model.cross_lingual.base.encode((), [word])
        cosines = dict(zip(model.cross_lingual.term_ids.tolist(), (rows @ asked).tolist(), strict=True))
        told = model.cross_lingual.translated([word])
        best = max(cosines.values())
        assert (word in told) == (best >= NEAR) or abs(best - NEAR) < 0.01
        for place in told[word].term_ids if word in told else ():
            assert cosines[place] >= 0.85 * best - 0.01


def test_a_silent_tongue_translates_nothing() -> None:
    assert CrossLingual.silent().translated(["battery"]) == {}
    model = small_model()
    pieces = model.analyzer.pieces("battery")
    read = CrossLingual.silent().read(pieces, model.analyzer, model.tfidf.terms)
    assert list(read.features) == features_of(pieces)
    assert read.groups == tuple(map(ways_of, pieces))


def test_a_word_is_held_by_what_stands_for_it() -> None:
    """For each word that is left the sets of terms by which an article holds it; every term is one that is asked."""
    model = small_model()
    asked = model.asked("the supply contract for a qqzzx plant")
    plain = model.question("the supply contract for a qqzzx plant")
    assert 0 < len(asked.groups) < len(plain.groups), "function words and the second of two words in one are no groups"
    ways = [{term for way in ways for term in way} for ways in asked.groups]
    assert any("계약" in terms for terms in ways)
    assert any("qqzzx" in terms for terms in ways)
    assert not any({"the", "for"} & terms for terms in ways)
