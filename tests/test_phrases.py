"""A phrase copied from an article finds it: the words as they stand there, one behind another."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from worlds import fitted

from recommender import Recommender
from recommender.arrays.row_mapping import RowMapping
from recommender.index.phrases import PhraseIndex, pairs_of
from recommender.ranking.features import query_of
from recommender.ranking.removal import without
from recommender.ranking.scorer import rank
from recommender.text.normalize import eojeols

WORDS = st.lists(st.sampled_from(["가람", "나루", "다리", "라온", "마루"]), max_size=12).map(" ".join)


def asked_by(text: str) -> NDArray[np.uint16]:
    return pairs_of([text], 800)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6), WORDS)
def test_the_share_is_that_of_the_pairs_that_stand_in_title_or_body(articles: list[tuple[str, str]], text: str) -> None:
    """Against sets of pairs; so few different words fall into no bucket together."""
    asked = dict.fromkeys(pairwise(eojeols(text)))
    every = np.arange(len(articles))
    shares = PhraseIndex.of(articles, 800).score(asked_by(text), every)
    for share, parts in zip(shares.tolist(), articles, strict=True):
        there = {pair for part in parts for pair in pairwise(eojeols(part))}
        held = [pair in there for pair in asked]
        ways = [held, held[:-1]] if len(held) >= 4 else [held] if len(held) >= 2 else []
        assert share == pytest.approx(max((sum(way) / len(way) for way in ways), default=0.0))


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6), st.integers(0, 2**32 - 1))
def test_rows_that_leave_and_come_are_those_of_an_index_made_anew(articles: list[tuple[str, str]], seed: int) -> None:
    before = len(articles) // 2
    source = np.random.default_rng(seed).permutation(len(articles))[: len(articles) - 1].astype(np.int64)
    whole = PhraseIndex.of([articles[row] for row in source], 800)
    old = PhraseIndex.of(articles[:before], 800)
    grown = old.grown(articles[before:], 800, RowMapping(source, before))
    assert np.array_equal(grown.pairs_start, whole.pairs_start)
    assert np.array_equal(grown.pairs, whole.pairs)


def test_only_so_many_words_of_a_text_are_read() -> None:
    index = PhraseIndex.of([("", "하나 둘 셋 넷 다섯 여섯")], 4)
    first, last = (index.score(asked_by(text), np.array([0]))[0] for text in ("둘 셋 넷", "넷 다섯 여섯"))
    assert (first, last) == (1.0, 0.0)


def test_the_last_word_of_a_title_and_the_first_of_a_body_are_no_neighbours() -> None:
    index = PhraseIndex.of([("다리 새로 놓는다", "군은 내년에 첫 삽을 뜬다")], 800)
    assert index.score(asked_by("새로 놓는다 군은"), np.array([0]))[0] == pytest.approx(0.5)


BODIES = {
    "bridge": ("나루군, 낡은 다리 새로 놓는다",
               "군은 내년에 첫 삽을 뜬다. 이번에 헐리는 다리는 예순 해 동안 주민들의 발이 되어 온 길이다."),
    "ferry": ("나루군 주민들의 발, 나룻배 예순 해",
              "다리가 놓이기 전 길은 물길뿐이었다. 동안 배를 몬 사공은 이번에 은퇴한다."),
    "bus": ("주민들의 발 마을버스, 예순 해 만에 노선 바꾼다", "이번에 생기는 정류장은 열 곳이다. 길이 넓어진다."),
    "feet": ("주민들의 발 건강 살피는 이동 진료", "예순 살이 넘은 주민이 먼저다. 동안 미룬 검사도 해 준다."),
    "rail": ("철길 따라 걷는 길 열린다", "폐선 터를 다듬어 길을 냈다. 이번에 열리는 길은 십 리다."),
    "school": ("작은 학교 서른 곳 통폐합", "교육청이 밝혔다. 학부모 설명회는 다음 달에 연다."),
    "market": ("오일장에 청년 상인 몰린다", "빈 가게 스무 곳이 새 주인을 찾았다."),
    "apple": ("사과 값 두 배로 뛰었다", "봄에 내린 서리로 꽃이 얼었기 때문이다."),
}  # fmt: skip


@cache
def archive() -> Recommender:
    return Recommender(fitted([{"id": name, "title": t, "body": b} for name, (t, b) in BODIES.items()]))


@pytest.mark.parametrize("text", [
    "예순 해 동안 주민들의 발이 되어 온",
    "예순 해 동안 주민들의",
    "발이 되어 온",
    "“발이 되어 온 길이다”",
    "해 동안 주민들의 발이 되어 온 길",
])  # fmt: skip
def test_what_holds_a_phrase_stands_before_titles_that_share_its_words(text: str) -> None:
    hits = list(archive().similar(text))
    assert hits[0].article.id == "bridge"
    assert hits[0].score > 0.75
    assert all(hit.score < hits[0].score for hit in hits[1:])


def test_the_same_words_in_another_order_are_no_phrase() -> None:
    model = archive().model
    row = np.array([model.catalogue.row("bridge")])
    texts = "예순 해 동안 주민들의", "주민들의 동안 해 예순"
    assert [model.phrases.score(asked_by(text), row)[0] for text in texts] == [1.0, 0.0]


def test_a_paragraph_finds_the_article_that_it_was_copied_from() -> None:
    """Long enough to be a page without a headline; a letter of it is another."""
    body = BODIES["bridge"][1] + " 나루군은 옛 다리의 돌 스무 개를 남겨 공원에 쌓는다. 군의회는 예산을 깎지 않았다."
    rows = [{"id": n, "title": t, "body": body if n == "bridge" else b} for n, (t, b) in BODIES.items()]
    poem = "다리는 주민들의 발이었다. 군은 돌을 남긴다."
    rows.append({"id": "poem", "title": "예순 해 나루군 다리, 시로 남긴다", "body": poem})
    pasted = body.split(". ", 1)[1].replace("스무 개", "스물 개")
    first = next(iter(Recommender(fitted(rows)).similar(pasted[:40], body=pasted, explain=True)))
    assert first.article.id == "bridge"
    assert 0.9 <= first.parts["phrase"] < 1


def test_what_holds_a_phrase_is_a_candidate_whatever_shares_more_of_its_words() -> None:
    """More titles than are candidates have all words, in another order; the one body has them in a row."""
    names = [a + b for a in "가나다라마바사아자차" for b in "강국군길남당동린북산"]
    feasts = [f"주민들의 발 예순 해 {name} 잔치" for name in names]
    rows = [{"id": title, "title": title, "body": "소식이다."} for title in feasts]
    body = "군은 첫 삽을 뜬다. 예순 해 주민들의 발 노릇을 했다."
    rows.append({"id": "bridge", "title": "낡은 다리 새로 놓는다", "body": body})
    model = fitted(rows)
    query = query_of(model, model.asked("예순 해 주민들의 발"), float("nan"))
    ranking = rank(model, query, np.ones(len(model), dtype=bool), pool=3)
    assert model.catalogue.ids[int(ranking.rows[0])] == "bridge"


def test_a_stored_article_asks_with_its_own_words_alone() -> None:
    """Its phrases are its own; a list made in a batch knows none either."""
    hits = archive().similar(id="bridge", min_score=0, explain=True)
    assert len(hits)
    assert all(hit.parts["phrase"] == 0 for hit in hits)


def test_headlines_alone_are_asked_for_no_phrases() -> None:
    model = fitted([{"id": name, "title": title} for name, (title, _) in BODIES.items()])
    hits = list(Recommender(model).similar("예순 해 만에 노선 바꾼다", explain=True))
    assert hits[0].article.id == "bus"
    assert hits[0].parts["phrase"] == 0, "titles are compared by their spelling"


def test_a_model_from_before_answers_without_phrases() -> None:
    model = replace(archive().model, phrases=PhraseIndex.none())
    assert not len(without(model, np.array([0])).phrases)
    answer = Recommender(model).similar("예순 해 동안 주민들의 발이", explain=True)
    assert all(hit.parts["phrase"] == 0 for hit in answer)
