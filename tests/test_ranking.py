"""The scorer: features, weights, calibration, candidates, and what an answer may be on archives of our own making."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import RECORDS, Row, fitted, small_desk, small_model, with_pairs

from recommender import Recommender
from recommender.index.fields import HAS_BODY, HAS_TITLE, HEADLINE, UNTITLED, WHOLE
from recommender.ranking import stories
from recommender.ranking.abstain import EVIDENCE
from recommender.ranking.background import background, below_least, gap, sigmoid
from recommender.ranking.calibration import MOST, Calibration
from recommender.ranking.explain import reasons_of
from recommender.ranking.features import (
    FEW_WORDS,
    PAGE,
    SHORT,
    TITLE,
    UNDATED,
    Features,
    Query,
    codes_of,
    decay,
    features_of_rows,
    kinds,
    query_of,
    single_word,
    undated_decay,
)
from recommender.ranking.model import Model
from recommender.ranking.pruned import best_by_terms, nearness
from recommender.ranking.scorer import POOL, candidates, rank, score
from recommender.ranking.stories import TOLD, Group, folded
from recommender.ranking.title_words import Words, core
from recommender.ranking.weights import ARTICLES, BLOCKS, COLUMNS, QUERIES, Weights, default_weights
from recommender.ranking.word_match import BY_TERMS, IN_TITLE, NOT, matches
from recommender.text.normalize import eojeols
from recommender.text.terms import TAG
from recommender.training.calibrate import default_calibration
from recommender.training.fit_weights import head_start

NAN = math.nan
SIZES = (25, 60, 150, 300)

# -- archives of any size: every headline is a place, a thing, what becomes of it, and something more

_PLACES = "강릉 여수 제천 통영 서산 김제 양산 속초 나주 안동 밀양 춘천 원주 목포 보령 논산 거제 문경 삼척 동두천"
_THINGS = (
    "해수욕장 도서관 시내버스 수영장 미술관 박람회 전통시장 하천 공원 어린이집 보건소 소방서 체육관 공영주차장 여객선 "
    "산책로 저수지 육교 가로수 박물관 요양원 골프장 양식장 과수원 태양광 LED전광판 CCTV 케이블카 야시장 캠핑장"
)
_EVENTS = "증축 보수 개장 휴장 착공 준공 폐쇄 이전 점검 확대 매각 재개발 무료화 감사 화재 침수 정전 파업 유치 철거"
_MORE = (
    "주민들 반발/예산 120억원 삭감/설계 공모 당선작 나와/안전진단 D등급/시민 토론회 열어/국비 30억 확보/3월 말 마무리/"
    "운영 업체 바꾼다/이용객 2배로 늘어/환경단체 소송/군수 공약 1호/민간 투자 물꼬/장애인 편의시설 부족/야간 조명 켠다/"
    "겨울철 결빙 대비/임금 체불 논란/드론으로 살핀다/외국인 관광객 겨냥/조례 개정안 통과/AI 안내 로봇 배치"
)


def archive(size: int, seed: int = 5) -> list[Row]:
    dice, more = random.Random(seed), _MORE.split("/")
    places, things, events = (told.split() for told in (_PLACES, _THINGS, _EVENTS))
    rows: dict[str, Row] = {}
    while len(rows) < size:
        title = f"{dice.choice(places)} {dice.choice(things)} {dice.choice(events)}… {dice.choice(more)}"
        day = str(np.datetime64("2024-01-01") + dice.randrange(500))
        rows.setdefault(title, {"id": f"n{len(rows):04}", "title": title, "published": day})
    return list(rows.values())


@cache
def desk_of(size: int) -> Recommender:
    return Recommender(fitted(archive(size)))


def ids(answer: Any) -> list[str]:
    return [hit.article.id for hit in answer]


def all_ids(answer: Any) -> set[str]:
    return {name for hit in answer for name in (hit.article.id, *hit.also, *hit.folded)}


def query(model: Model, text: str, body: str = "", day: float = NAN) -> Query:
    return query_of(model, model.question(text, body), day)


def heights_of_all(model: Model, asked: Query) -> dict[int, float]:
    """The height of every article, without stages."""
    found = score(model, asked, np.arange(len(model)))
    return dict(zip(found.rows.tolist(), found.logits.tolist(), strict=True))


# -- numbers


@pytest.mark.parametrize(
    ("logit", "wanted"), [(0, 0.5), (math.log(3), 0.75), (-math.log(3), 0.25), (800, 1), (-800, 0)]
)
def test_sigmoid(logit: float, wanted: float) -> None:
    assert float(sigmoid(np.array([logit]))[0]) == pytest.approx(wanted, abs=1e-12)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_sigmoid_keeps_the_order_and_the_range(one: float, two: float) -> None:
    low, high = sigmoid(np.array(sorted([one, two])))
    assert 0 <= low <= high <= 1


def test_sigmoid_of_infinities() -> None:
    assert sigmoid(np.array([-np.inf, np.inf])).tolist() == pytest.approx([0, 1])


def test_closeness_in_time_falls_with_days_either_way() -> None:
    near = decay(100.0, np.array([100.0, 101.0, 99.0, 104.0, 130.0, 5000.0]))
    assert near.dtype == np.float32
    assert near[0] == 1
    assert near[1] == near[2]
    assert (np.diff(near[[0, 1, 3, 4, 5]]) < 0).all()
    assert near[-1] < 0.01
    assert near[4] < UNDATED < near[1], "an unknown date lies between the same week and another year"


@pytest.mark.parametrize(("day", "days", "wanted"), [
    (NAN, [1.0, NAN, 3.0], [UNDATED] * 3),
    (1.0, [NAN, 1.0], [UNDATED, 1.0]),
    (1.0, [], []),
    (NAN, [], []),
])  # fmt: skip
def test_closeness_where_a_date_is_unknown(day: float, days: list[float], wanted: list[float]) -> None:
    assert decay(day, np.array(days, dtype=np.float64)).tolist() == pytest.approx(wanted)


@pytest.mark.parametrize(("day", "wanted"), [(15.0, UNDATED), (10.0, UNDATED), (20.0, UNDATED), (NAN, UNDATED)])
def test_what_has_no_date_stands_in_the_middle_for_a_question_within_the_archive(day: float, wanted: float) -> None:
    assert undated_decay(day, (10.0, 20.0)) == wanted


@pytest.mark.parametrize(("day", "nearest"), [(385.0, 20.0), (21.0, 20.0), (-90.0, 10.0)])
def test_what_has_no_date_is_no_nearer_to_a_draft_than_what_has_one(day: float, nearest: float) -> None:
    found = undated_decay(day, (10.0, 20.0))
    assert found == pytest.approx(UNDATED * float(decay(day, np.array([nearest]))[0]))
    assert undated_decay(day, (NAN, NAN)) == UNDATED, "no article has a date"


def alike(model: Model) -> Model:
    """The model as one of a large archive: what a pair hangs on is not asked beside the others of its question."""
    return replace(model, calibration=replace(model.calibration, small=np.zeros((5, 3))))


def test_a_draft_of_another_year_is_answered_in_the_order_of_one_without_a_date() -> None:
    """Whether articles without a date stand among the dated ones or not."""
    desk = desk_of(150)
    model = desk.model
    days = np.where(np.arange(len(model)) % 4 == 0, NAN, model.catalogue.days)
    desk = Recommender(alike(replace(model, catalogue=replace(model.catalogue, days=days))))
    for row in archive(150)[::9]:
        undated = ids(desk.similar(row["title"], k=5, no_date=True))
        assert ids(desk.similar(row["title"], k=5, published="2034-01-01")) == undated, row["title"]


# -- weights


def test_the_default_weights_have_a_row_for_each_kind_of_query_and_article() -> None:
    held = default_weights()
    assert held.table.shape == (len(QUERIES), len(ARTICLES), len(COLUMNS) + 1)
    assert (held.time > 0, held.link > 0, held.holds > 0, held.fitted) == (True, True, True, False)
    assert default_weights() is held


def test_weights_come_back_from_a_manifest() -> None:
    given_weights = default_weights().scaled(dict.fromkeys(BLOCKS, 1 / 3), "fitted on 7 related pairs")
    again = Weights.of(json.loads(json.dumps(given_weights.as_json())))
    assert np.array_equal(again.table, given_weights.table), "to the last digit, or a saved model answers otherwise"
    assert (again.time, again.link, again.holds) == (given_weights.time, given_weights.link, given_weights.holds)
    assert again.fitted


def broken(given_json: dict[str, Any], **change: Any) -> dict[str, Any]:
    return {name: value for name, value in (given_json | change).items() if value is not None}


@pytest.mark.parametrize("change", [
    {"table": None}, {"time": None}, {"source": None}, {"table": [[1.0]]}, {"table": "x"}, {"time": NAN},
    {"link": "near"}, {"holds": [1]}, {"table": [[[math.inf] * 8] * 3] * 3}, {"table": [[[None] * 8] * 3] * 3},
])  # fmt: skip
def test_what_are_no_weights_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((TypeError, KeyError, ValueError)):
        Weights.of(broken(default_weights().as_json(), **change))


def random_features(count: int, seed: int = 1) -> Features:
    dice = np.random.default_rng(seed)
    columns = {name: dice.random(count).astype(np.float32) for name in Features._fields if name != "kind"}
    return Features(**columns, kind=dice.integers(0, 3, count))


def aside(weights: Weights, kind: int, features: Features, at: int, logit: float) -> float:
    """What is not linear: the constant of a headline that shares little with a page; a phrase of a whole article."""
    told = int(features.kind[at])
    in_row = 20.0 * float(features.phrase[at]) + (100.0 if features.phrase[at] >= 0.9 else 0.0)
    if kind == PAGE and told == HEADLINE:
        return in_row - float(weights.table[PAGE, HEADLINE, -1]) * math.exp(-float(features.page_title[at]) / 0.01)
    if kind == FEW_WORDS and told == WHOLE and features.coverage[at] > 0.4:
        return in_row + max(0.0, 90.0 * float(features.coverage[at]) - 0.5 * logit)
    if kind == TITLE and told == WHOLE and features.coverage[at] > 0.7:
        return in_row + max(0.0, weights.phrase * (float(features.coverage[at]) - 0.7) / 0.3 - 0.5 * logit)
    return in_row


@pytest.mark.parametrize("kind", [FEW_WORDS, TITLE, PAGE])
def test_a_height_is_linear_in_the_features_and_a_day_counts_as_far_as_words_do(kind: int) -> None:
    weights, features, holds = default_weights(), random_features(40), np.arange(40) % 2 == 0
    features.phrase[::5] = 1
    wanted = []
    for at in range(40):
        row = weights.table[kind, int(features.kind[at])]
        logit = sum(w * float(getattr(features, name)[at]) for w, name in zip(row, COLUMNS, strict=False)) + row[-1]
        logit += aside(weights, kind, features, at, logit)
        day = weights.time * features.time[at] * (1 - math.exp(-max(logit, 0) / 10))
        wanted.append(logit + day + weights.link * features.link[at])
    assert weights.logits(kind, features) == pytest.approx(wanted, rel=1e-5, abs=1e-4)
    apart = weights.logits(kind, features, holds) - weights.logits(kind, features)
    assert apart == pytest.approx(np.where(holds, weights.holds, 0), abs=1e-9)


@pytest.mark.parametrize("kind", [FEW_WORDS, TITLE, PAGE])
def test_blocks_and_the_rest_add_up_to_the_height(kind: int) -> None:
    weights, features = default_weights(), random_features(40)._replace(link=np.zeros(40, np.float32))
    parts, rest = weights.blocks(kind, features)
    assert parts.shape == (40, len(BLOCKS))
    assert parts.sum(axis=1) + rest == pytest.approx(weights.logits(kind, features))
    nothing = np.zeros(40, np.float32)
    features = features._replace(coverage=nothing, phrase=nothing)  # a phrase counts beside what is scaled
    parts, rest = weights.blocks(kind, features)
    factors = {name: 0.5 + at for at, name in enumerate(BLOCKS)}
    scaled = weights.scaled(factors, "fitted on 9 related pairs")
    words = parts[:, :-1] @ list(factors.values())[:-1] + rest
    day = factors["time"] * weights.by_day(words, features.time)
    assert scaled.logits(kind, features) == pytest.approx(words + day)
    assert (scaled.fitted, scaled.link, scaled.holds) == (True, weights.link, weights.holds)
    assert not weights.fitted, "the defaults stay what they are"


# -- calibration


def test_a_calibration_comes_back_from_a_manifest() -> None:
    held = replace(default_calibration(), platt=default_calibration().platt / 3, source="lists of 7 pages")
    again = Calibration.of(json.loads(json.dumps(held.as_json())))
    assert np.array_equal(again.platt, held.platt)
    assert np.array_equal(again.abstain.table, held.abstain.table)
    assert (again.abstain.answer, again.abstain.also) == (held.abstain.answer, held.abstain.also)
    assert again.source == held.source


@pytest.mark.parametrize("change", [
    {"platt": None}, {"evidence": None}, {"answer": None}, {"also": None}, {"source": None}, {"platt": [[1, 2]]},
    {"platt": [[NAN] * 3] * 3}, {"evidence": [[0.0] * 3] * 2}, {"evidence": "x"}, {"answer": NAN}, {"also": "much"},
])  # fmt: skip
def test_what_is_no_calibration_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((TypeError, KeyError, ValueError)):
        Calibration.of(broken(default_calibration().as_json(), **change))


heights_lists = st.lists(st.floats(-500, 500), max_size=80).map(lambda found: np.array(sorted(found, reverse=True)))


@given(heights_lists, st.sampled_from([FEW_WORDS, TITLE, PAGE]))
def test_scores_fall_as_heights_fall_and_none_says_more_than_the_most(logits: np.ndarray, kind: int) -> None:
    scores = default_calibration().scores(kind, logits)
    assert scores.shape == logits.shape
    assert ((scores >= 0) & (scores <= MOST)).all()
    assert (np.diff(scores) <= 0).all()
    equal = np.diff(logits) == 0
    assert (np.diff(scores)[equal] == 0).all()


def test_a_height_says_less_where_all_stand_high() -> None:
    low, high = (np.array([60.0, *np.full(40, level)]) for level in (5.0, 50.0))
    for kind in (TITLE, PAGE):
        assert default_calibration().scores(kind, high)[0] < default_calibration().scores(kind, low)[0]


def test_the_background_is_what_stands_behind_the_first_ten() -> None:
    assert background(np.arange(60.0)[::-1]) == pytest.approx(np.mean(np.arange(60.0)[::-1][10:50]))
    assert background(np.array([9.0, 8.0, 1.0])) == 1
    assert background(np.zeros(0)) == background(np.array([9.0, 8.0, 1.0]), 60) == 0
    assert background(np.full(15, 8.0), 20) == pytest.approx(4), "five stand at 8, five of twenty share nothing"
    plain = np.array([1.0, 9.0, 8.0])
    assert ((gap(plain) >= 0) & (gap(plain) <= 1)).all()
    assert gap(plain).argmax() == 1
    assert gap(np.zeros(0)).tolist() == []


def test_what_holds_a_part_of_a_few_words_says_something_and_less_than_what_holds_them_all() -> None:
    logits, holds = np.array([230.0, 190.0, 60.0, 40.0, 2.0]), np.array([True, True, False, False, False])
    scores = default_calibration().scores_of_words(logits, holds)
    assert (scores[:2] > 0.9).all()
    assert (np.diff(scores) <= 0).all()
    assert 0.1 < scores[3] < scores[2] <= 0.7
    assert scores[4] < 0.1
    assert default_calibration().scores_of_words(logits[2:], holds[2:])[0] <= 0.7, "whatever nobody holds"


def test_a_pair_that_hangs_on_one_word_loses_in_a_small_archive_alone() -> None:
    rule, logits, none = default_calibration(), np.array([20.0, 15.0]), np.zeros(2, dtype=bool)
    features = random_features(2)._replace(
        distinct=np.array([1, 2], np.float32), meaning=np.zeros(2, np.float32), link=np.zeros(2, np.float32)
    )
    settled = {
        (level, articles): rule.less_single_words(TITLE, logits, features, none, np.float64(level), articles).tolist()
        for level in (2, 15, 60) for articles in (10, 100, 5000)
    }  # fmt: skip
    assert settled[2, 100][0] < settled[2, 10][0] < 20
    assert settled[2, 100] == settled[2, 5000]
    assert all(found[1] == 15 for found in settled.values())
    assert all(settled[level, size] == [20, 15] for level in (15, 60) for size in (10, 100, 5000))


@pytest.mark.parametrize("kind", [TITLE, PAGE])
@pytest.mark.parametrize("level", [0.0, 10.0, 90.0])
def test_one_shared_word_is_a_guess_and_no_more(kind: int, level: float) -> None:
    """Whatever it is worth: in order still, below half; two words, or a list that joins them, are not bounded."""
    rule, none, logits = default_calibration(), np.zeros(6, dtype=bool), np.array([120.0, 100, 80, 60, 120, 120])
    features = random_features(6)._replace(
        distinct=np.array([1, 1, 1, 0, 2, 1], np.float32), meaning=np.full(6, 0.9, np.float32),
        link=np.array([0, 0, 0, 0, 0, 1], np.float32), kind=np.full(6, WHOLE),
    )  # fmt: skip
    left = rule.less_single_words(kind, logits, features, none, np.float64(level), 500)
    scores = rule.probability(kind, left, np.float64(level), 500)
    plain = rule.probability(kind, logits, np.float64(level), 500)
    assert (np.diff(left[:4]) < 0).all()
    assert (scores[4:] == plain[4:]).all()
    assert (scores[:4] <= plain[:4]).all()
    assert scores[0] < 0.75


@pytest.mark.parametrize("kind", [TITLE, PAGE])
def test_a_name_alone_is_a_better_guess_than_two_words_of_any_field(kind: int) -> None:
    """What a name of one story tells is between one word and two; two words that stand anywhere are one."""
    rule, none, logits = default_calibration(), np.zeros(4, dtype=bool), np.full(4, 250.0)
    features = random_features(4)._replace(
        distinct=np.array([1.0, 0.74 * 2, 1.5, 2.0], np.float32), meaning=np.full(4, 0.9, np.float32),
        link=np.zeros(4, np.float32), kind=np.full(4, WHOLE),
    )  # fmt: skip
    scores = rule.probability(kind, rule.less_single_words(kind, logits, features, none, np.float64(60), 500), 60, 500)
    assert scores[0] == scores[1] < scores[2] < scores[3]
    assert scores[2] > 0.6


def test_two_words_of_a_page_in_a_headline_known_alone_are_a_guess() -> None:
    """A page has many words; an article with a body, or a headline that asks, are not bounded."""
    rule, none, logits = default_calibration(), np.zeros(3, dtype=bool), np.full(3, 250.0)
    features = random_features(3)._replace(
        distinct=np.array([2, 3, 2], np.float32), meaning=np.full(3, 0.9, np.float32), link=np.zeros(3, np.float32),
        kind=np.array([HEADLINE, HEADLINE, WHOLE]),
    )  # fmt: skip
    of_page, of_headline = (
        rule.probability(kind, rule.less_single_words(kind, logits, features, none, level, 500), level, 500)
        for kind, level in ((PAGE, np.float64(60)), (TITLE, np.float64(15)))
    )
    assert of_page[0] < 0.75 < of_page[1] == of_page[2]
    assert len(set(of_headline.tolist())) == 1


def test_a_low_background_says_little_of_a_dozen_headlines_and_of_thousands_of_pages() -> None:
    low = np.float64(0)
    assert [float(below_least(low, TITLE, size)) for size in (10, 100, 50_000)] == pytest.approx([0.1, 1, 1])
    assert [float(below_least(low, PAGE, size)) for size in (10, 1000, 1500, 50_000)] == pytest.approx([1, 1, 0.5, 0])


def test_what_hangs_on_one_word() -> None:
    shared, meaning = np.array([1, 1, 1, 2, 0], np.float32), np.array([0.1, 0.35, 0.6, 0.1, 0.1], np.float32)
    features = random_features(5)._replace(distinct=shared, meaning=meaning, link=np.array([0, 0, 0, 0, 1], np.float32))
    none, one = np.zeros(5, dtype=bool), np.arange(5) == 3
    assert single_word(features, none).tolist() == pytest.approx([1, 0.5, 0, 0, 0])
    assert single_word(features, one).tolist() == pytest.approx([1, 0.5, 0, 1, 0])


def logit(share: np.ndarray) -> np.ndarray:
    return np.log(share / (1 - share))


def test_scores_stand_further_apart_in_a_small_archive() -> None:
    rule, logits = default_calibration(), np.array([45.0, 5.0])
    (high, low), (few_high, few_low) = (logit(rule.probability(TITLE, logits, np.float64(1), n)) for n in (100, 5))
    assert high - low > few_high - few_low
    assert high > few_high


def a_query(kind: int) -> Query:
    held = query(small_model(), "동해소재 양극재 공장 착공 소식")
    return replace(held, kind=kind)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.integers(0, 12))
def test_who_is_answered(evidence: list[float], holding_ones: int) -> None:
    rule, values = default_calibration().abstain, np.array(evidence)
    holds = np.arange(len(values)) < holding_ones
    values = np.where(holds, 1.0, values)
    assert 0 < rule.also <= rule.answer < 1
    for kind in (FEW_WORDS, TITLE, PAGE):
        held = holds if kind == FEW_WORDS else np.zeros(len(values), dtype=bool)
        shown = rule.answered(a_query(kind), values, held, np.zeros(len(values)), 0.0)
        assert shown.dtype == bool
        assert shown.any() == (values.max() >= rule.answer)
        assert not shown.any() or shown[values.argmax()]
        assert (values[shown] >= rule.also).all()
        if kind == FEW_WORDS and holds.sum() >= 3:
            assert shown.tolist() == holds.tolist(), "three that hold all words are the answer, and nothing else is"
        elif shown.any():
            assert shown.tolist() == (values >= values[shown].min()).tolist(), "who is shown is not less related"
        if kind != FEW_WORDS and shown.any():
            assert shown.tolist() == (values >= rule.also).tolist()


@pytest.mark.parametrize(("best", "shown"), [(0.9, [True, True, True, False]), (0.3, [True, True, True, True])])
def test_beside_a_clear_hit_of_a_few_words_there_is_no_filler(best: float, shown: list[bool]) -> None:
    rule, scores = default_calibration().abstain, np.array([best, 0.2, 0.01, 0.05])
    holds, evidence = np.array([False, False, True, False]), np.array([1.0, 1.0, 1.0, rule.answer])
    assert rule.answered(a_query(FEW_WORDS), evidence, holds, scores, best).tolist() == shown
    assert rule.answered(a_query(TITLE), evidence, holds, scores, best).all(), "of a headline all are shown"


def test_what_scores_a_guess_for_one_shared_name_is_no_stranger() -> None:
    """By what it would score without the bound of one word less evidence is asked of it."""
    rule, scores, evidence = default_calibration().abstain, np.array([0.4, 0.1]), np.array([0.42, 0.03])
    none = np.zeros(2, dtype=bool)
    assert rule.answered(a_query(TITLE), evidence, none, scores, 0.9).all()
    assert not rule.answered(a_query(TITLE), evidence, none, scores, 0.6).any()


def test_nothing_is_answered_by_nothing() -> None:
    rule, nothing = default_calibration().abstain, np.zeros(0)
    assert rule.answered(a_query(TITLE), nothing, np.zeros(0, dtype=bool), nothing, 0.0).tolist() == []


@pytest.mark.parametrize("kind", [FEW_WORDS, TITLE, PAGE])
def test_evidence_knows_no_date_and_trusts_held_words_and_lists(kind: int) -> None:
    rule, features, none = default_calibration().abstain, random_features(50), np.zeros(50, dtype=bool)
    features = features._replace(link=np.zeros(50, np.float32))
    plain = np.linspace(-20, 60, 50)
    asked = a_query(kind)
    value = rule.evidence(asked, features, plain, none)
    assert ((value >= 0) & (value <= 1)).all()
    dated = features._replace(time=np.random.default_rng(9).random(50).astype(np.float32))
    assert np.array_equal(rule.evidence(asked, dated, plain, none), value)
    some = np.arange(50) % 5 == 0
    assert (rule.evidence(asked, features, plain, some)[some] == 1).all()
    assert (rule.evidence(asked, features._replace(link=some.astype(np.float32)), plain, none)[some] == 1).all()
    if kind == FEW_WORDS:
        assert (value[features.coverage >= 0.55] >= rule.answer).all(), "more than half of the words"
    features = features._replace(coverage=np.zeros(50, np.float32))
    value = rule.evidence(asked, features, plain, none)
    assert np.array_equal(rule.evidence(asked, features, plain, some)[~some], value[~some])
    assert rule.table.shape == (2, len(EVIDENCE))


# -- queries and features


@pytest.mark.parametrize(("text", "body", "kind"), [
    ("양극재", "", FEW_WORDS),
    ("양극재 공장 착공", "", FEW_WORDS),
    ("동해소재 양극재 공장 착공", "", TITLE),
    ("[속보] 양극재 공장", "", FEW_WORDS),
    ("양극재", "연간 3만톤 규모의 생산라인이다.", PAGE),
    ("동해소재 양극재 공장 착공", "연간 3만톤 규모의 생산라인이다.", PAGE),
    ("동해소재 양극재 공장 착공", "!?", TITLE),
    ("", "", TITLE),
])  # fmt: skip
def test_kinds_of_queries(text: str, body: str, kind: int) -> None:
    assert query(small_model(), text, body).kind == kind
    assert SHORT == 3


def test_a_stored_article_asks_as_the_page_that_it_is() -> None:
    model = small_model()
    for row in range(len(model)):
        asked = query_of(model, model.article_question(row), 5.0)
        whole = bool(next(r for r in RECORDS if r["id"] == model.catalogue.ids[row]).get("body"))
        assert asked.kind == (PAGE if whole else TITLE), "a headline of two words is no question of two words"
        assert (asked.page is not None) == whole
        assert asked.day == 5.0


def test_features_of_an_article_do_not_hang_on_the_others() -> None:
    model = small_model()
    asked = query(model, "동해소재 양극재 공장 착공", "연간 3만톤 규모의 양극재 생산라인이다.", 19786.0)
    every = features_of_rows(model, asked, np.arange(len(model)))
    some = np.array([11, 2, 2, 7])
    part = features_of_rows(model, asked, some)
    for name in Features._fields:
        assert np.allclose(getattr(part, name), getattr(every, name)[some], atol=1e-6), name
        assert np.array_equal(getattr(every.take(some), name), getattr(every, name)[some]), name
    assert np.allclose(every.meaning, model.dense.rows @ model.meaning(asked.question), atol=1e-6)
    assert np.array_equal(every.time, decay(asked.day, model.catalogue.days))


def test_headlines_and_pages_hold_what_the_postings_say() -> None:
    """Also tags, which are no terms of the tf-idf space."""
    model = fitted([*RECORDS, {"id": "tagged", "title": "[속보] 음극재 공장 질소 누출"}])
    every = np.arange(len(model))[::-1]
    terms = [term for term in model.tfidf.terms if term.startswith(TAG)]
    assert terms
    for asked in (terms, [*model.tfidf.terms][::3], [*model.tfidf.terms][1::3], []):
        vector = model.fields.query([*asked, *terms[: len(asked)]], model.tfidf.terms)
        assert np.array_equal(codes_of(model, vector, every), model.fields.codes(vector, every))
        assert codes_of(model, vector, every[:0]).shape == (len(vector.ids), 0)


def test_a_body_does_not_lower_an_article_among_headlines() -> None:
    """A page asks: where most articles are headlines alone, a whole one ranks by its headline at least."""
    model = small_model()
    asked = query(model, "동해소재 양극재 공장 착공", "연간 3만톤 규모의 양극재 생산라인이다.", 19786.0)
    found = features_of_rows(model, asked, np.arange(len(model)))
    whole = found.kind == WHOLE
    assert whole.any()
    plain = default_weights()
    leading = replace(plain, headlines_lead=True)
    by_headline = plain.logits(PAGE, found._replace(kind=np.zeros_like(found.kind)))
    before, after = (weights.logits(PAGE, found) for weights in (plain, leading))
    assert np.allclose(after, np.where(whole, np.maximum(before, by_headline), before))
    assert (after > before).any()
    parts, rest = leading.blocks(PAGE, found)
    assert np.allclose(parts.sum(axis=1) + rest, after)
    assert np.array_equal(leading.logits(TITLE, found), plain.logits(TITLE, found)), "a headline asks: nothing changes"


@pytest.mark.parametrize(("headlines", "leading"), [(3, True), (0, False)])
def test_an_archive_knows_whether_headlines_lead(headlines: int, leading: bool) -> None:
    more = [
        {"id": f"bare-{n}", "title": f"{word} 소식 {n}호"}
        for n, word in enumerate(["항만", "철도", "공항"][:headlines])
    ]
    whole = [{"id": "whole", "title": "동해소재 공장 착공", "body": "양극재 생산라인이다. 연간 3만톤 규모로 짓는다."}]
    assert fitted([*whole, *more]).weights.headlines_lead is leading


@pytest.mark.parametrize(("bare", "whole", "least", "most"), [(1, 100, 25.0, 26.0), (10, 20, 3.0, 5.0), (0, 9, 0, 0)])
def test_a_headline_needs_a_start_by_how_few_it_is_of(bare: int, whole: int, least: float, most: float) -> None:
    assert least <= head_start(bare, whole) <= most
    assert head_start(whole, bare) == 0, "where most are headlines none is put before the others"


def test_a_page_asks_an_archive_of_two_kinds_for_its_story() -> None:
    """Headlines that share a word with the page do not stand before the whole articles of its story."""
    story = [
        {"id": "one", "title": "새벽 첫차 멈췄다… 도시철도 파업", "published": "2025-03-01",
         "body": "도시철도 노조가 새벽 네 시부터 파업에 들어갔다. 출근길 배차가 절반으로 줄어 시민이 발을 굴렀다."},
        {"id": "two", "title": "노사 막판 교섭 결렬", "published": "2025-03-02",
         "body": "도시철도 노사의 교섭이 다시 결렬됐다. 노조는 파업을 잇겠다고 했고 출근길 배차는 절반에 그친다."},
    ]  # fmt: skip
    others = [
        {"id": f"whole-{n}", "title": f"{word} 축제 사흘 앞으로", "published": "2025-03-01",
         "body": f"{word} 축제가 열린다. 올해는 먹거리 장터와 불꽃놀이를 마련했다고 군이 밝혔다."}
        for n, word in enumerate(["매화", "대게", "산나물", "은어", "송이", "국화"])
    ]  # fmt: skip
    bare = [
        {"id": f"bare-{n}", "title": title, "published": "2025-03-01"}
        for n, title in enumerate(
            [
                "새벽 시장 상인들의 하루",
                "첫차 타는 사람들",
                "조선소 노조 새 위원장",
                "배차 앱 새로 나왔다",
                "출근길 빙판 주의",
            ]
        )
    ]
    model = fitted([*story, *others, *bare])
    constants = model.weights.table[PAGE, :, -1] - default_weights().table[PAGE, :, -1]
    assert constants[0] < -10
    assert constants[1] == 0
    assert constants[2] > 10
    answer = Recommender(model).similar(id="one", k=3, min_score=0.0)
    assert answer[0].article.id == "two"


def test_an_article_is_all_that_it_asks_for() -> None:
    model = small_model()
    for row in range(len(model)):
        asked = query_of(model, model.article_question(row), float(model.catalogue.days[row]))
        found = features_of_rows(model, asked, np.array([row]))
        assert found.title[0] == pytest.approx(1, abs=1e-5)
        assert 0.95 < found.cosine[0] <= 1 + 1e-5, "a word that a title says twice counts once in the index"
        assert found.meaning[0] == pytest.approx(1, abs=1e-5)


def test_lists_are_heard_unless_others_are_given() -> None:
    one, other = (small_model().catalogue.row(name) for name in ("fish-1", "charge-1"))
    model = with_pairs(small_model(), [(one, other)])
    asked, rows = query_of(model, model.article_question(one), NAN), np.array([other])
    assert features_of_rows(model, asked, rows).link.tolist() == [1]
    assert features_of_rows(model, asked, rows, np.zeros(len(model), np.float32)).link.tolist() == [0]
    assert features_of_rows(model, query(model, "구룡포 과메기 축제에 관광객"), rows).link.tolist() == [0]


STORY = [
    {"id": "only-title", "title": "오천읍 음극재 공장서 질소 누출… 작업자 대피", "published": "2025-03-01"},
    {"id": "whole", "title": "음극재 공장 질소 샜다, 작업자 스무 명 긴급 대피", "published": "2025-03-01",
     "body": "오천읍의 음극재 공장에서 질소가 누출돼 작업자 스무 명이 대피했다. "
             "배관 이음새가 헐거워졌다는 것이 소방 당국의 말이다."},
    {"id": "only-body", "published": "2025-03-02",
     "body": "오천읍 음극재 공장의 질소 누출 사고로 작업자들이 대피한 가운데 공장은 "
             "배관을 모두 점검하기로 했다. 다친 사람은 없다."},
]  # fmt: skip
PAGES = [row | {"body": f"{row['title']}. 관계자는 자세한 내용을 곧 밝히겠다고 말했다."} for row in archive(40, 8)]


@cache
def mixed() -> Recommender:
    """A story told by a headline alone, by a page and by a page without headline, among pages and headlines."""
    others = [row | {"id": f"h{row['id']}"} for row in archive(40, 9)]
    titles = {row["title"] for row in PAGES}
    return Recommender(fitted([*PAGES, *(row for row in others if row["title"] not in titles), *STORY]))


def test_kinds_of_articles() -> None:
    model = mixed().model
    found = dict(zip(model.catalogue.ids, kinds(model, np.arange(len(model))).tolist(), strict=True))
    assert [found[row["id"]] for row in STORY] == [HEADLINE, WHOLE, UNTITLED]
    assert found[PAGES[0]["id"]] == WHOLE


@pytest.mark.parametrize("asked", [
    {"id": "only-title"}, {"id": "whole"}, {"id": "only-body"},
    {"text": "음극재 공장에서 질소 누출, 작업자 대피"},
    {"text": "음극재 공장 질소"},
    {"text": "질소 누출에 놀란 오천읍", "body": "음극재 공장에서 질소가 새 작업자들이 대피했다. 배관 점검이 이어진다."},
], ids=["by headline", "by page", "by body", "as headline", "in three words", "as page"])  # fmt: skip
def test_a_story_is_found_however_its_articles_are_kept(asked: dict[str, str]) -> None:
    """Neither what lacks a body nor what lacks a headline loses by that."""
    wanted = {row["id"] for row in STORY} - {asked.get("id")}
    answer = mixed().similar(**asked, k=10, stories=True)
    assert set(ids(answer)[: len(wanted)]) == wanted
    assert wanted <= all_ids(mixed().similar(**asked, k=10))


# -- words that are held


@pytest.mark.parametrize(("word", "wanted"), [
    ("정부가", "정부"), ("공장에서", "공장"), ("포항으로", "포항"), ("도로", "도로"), ("가", "가"), ("lg", "lg"),
    ("2024년에", "2024년"), ("양극재", "양극재"),
])  # fmt: skip
def test_a_word_without_its_particle(word: str, wanted: str) -> None:
    assert core(word) == wanted


@pytest.mark.parametrize(("words", "title", "held"), [
    (["양극재"], "동해소재, 양극재 공장 착공", True),
    (["양극재공장"], "동해소재, 양극재 공장 착공", True),
    (["극재"], "동해소재, 양극재 공장 착공", True),
    (["양극재", "과메기"], "동해소재, 양극재 공장 착공", False),
    (["3만"], "연 3만톤 생산", True),
    (["3"], "연 33만톤 생산", False),
    (["ai"], "AI 안내 로봇", True),
    (["ai"], "HAIR 미용 박람회", False),
    (["음"], "음극재 공장", False),
    ([], "음극재 공장", True),
])  # fmt: skip
def test_words_that_a_title_holds(words: list[str], title: str, held: bool) -> None:
    assert Words.of(words).in_title(eojeols(title)) == held


def test_title_and_body_hold_a_word_otherwise() -> None:
    model = mixed().model
    rows = np.array([model.catalogue.row(row["id"]) for row in STORY])
    alike = np.ones(len(rows))
    assert matches(model, model.question("질소 배관"), rows, alike).tolist()[:2] == [NOT, BY_TERMS]
    assert matches(model, model.question("질소 작업자"), rows, alike).tolist()[:2] == [IN_TITLE, IN_TITLE]
    assert matches(model, model.question("질소 과메기"), rows, alike).tolist() == [NOT] * 3
    assert matches(model, model.question(""), rows, alike).tolist() == [NOT] * 3
    assert matches(model, model.question("질소"), rows[:0], alike[:0]).tolist() == []


@cache
def tagged() -> Recommender:
    """400 headlines that hold stretches of 특징주 and nothing of it, and 30 in a column of that name; IT and WHO as
    names beside an English sentence, and what came in by a wire of that name."""
    rows = [f"특징 없는 {at}호 주택, 징수 주민 {at}명" for at in range(400)]
    rows += [f"[특징주] {chr(0xAC00 + 97 * at)}소재, 실적에 강세" for at in range(30)]
    rows += ["IT 업계 채용 한파", "은행권 IT 인력 쟁탈전", "WHO 사무총장 방한", "what it is for you and who will pay"]
    rows += ["[PRNewswire] 스마트 부품전 개막"]
    return Recommender(fitted([{"id": f"t{at}", "title": title} for at, title in enumerate(rows)]))


@pytest.mark.parametrize(("asked", "wanted"), [
    ("특징주", 30), ("IT", 2), ("WHO", 1), ("who", 1), ("PRNewswire", 1), ("it 인력", 1),
])  # fmt: skip
def test_a_word_that_says_little_is_answered_where_it_is_all_that_is_asked(asked: str, wanted: int) -> None:
    """The name of a column, and names that are spelled like function words."""
    answer = tagged().similar(asked, k=60, collapse=False)
    held = [hit for hit in answer if asked.split()[0].lower() in hit.article.title.lower()]
    assert len(held) >= wanted
    assert held == list(answer)[: len(held)]


def test_a_name_spelled_like_a_function_word_counts_beside_korean_words() -> None:
    assert len(tagged().model.asked("은행권 IT 인력 쟁탈전").groups) == 4


# -- candidates


def asked_of(size: int) -> list[tuple[str, str, float]]:
    """Headlines of the archive, halves of two of them, single words; with days and without."""
    rows, dice = archive(size), random.Random(2)
    titles = [row["title"] for row in rows]
    texts = dice.sample(titles, 8)
    texts += [f"{one.split('…')[0]}… {two.split('…')[1]}" for one, two in zip(texts[:6], texts[2:], strict=False)]
    texts += [" ".join(dice.sample(eojeols(title), words)) for title in titles[:6] for words in (1, 2, 3)]
    return [(text, "", dice.choice([NAN, 19800.0, 20200.0])) for text in texts] + [
        (titles[0], titles[1] + ". " + titles[2], 19900.0),
        (titles[3], titles[4] + ". " + titles[0], NAN),
    ]


@pytest.mark.parametrize("size", [60, 900])
def test_the_best_of_all_is_among_the_candidates(size: int) -> None:
    """The sweep is rougher than the heights, yet it loses next to nothing of the first ten, and never the first."""
    model = desk_of(size).model
    kept = []
    for text, body, day in asked_of(size):
        asked = query(model, text, body, day)
        near = set(rank(model, asked, np.ones(len(model), dtype=bool)).rows.tolist())
        logits = heights_of_all(model, asked)
        title, swept = model.fields.sweep(asked.page or asked.headline)
        best = [row for row in sorted(logits, key=lambda row: -logits[row]) if title[row] or swept[row]][:10]
        assert best[0] in near, text
        kept.append(np.mean([row in near for row in best]))
    assert np.mean(kept) > 0.97


@pytest.mark.parametrize("size", [60, 900])
def test_candidates_are_few_allowed_and_share_something(size: int) -> None:
    model = desk_of(size).model
    allowed = np.arange(len(model)) % 3 != 0
    for text, body, day in asked_of(size)[::3]:
        asked = query(model, text, body, day)
        link = np.zeros(len(model), np.float32)
        link[[4, 5]] = 1
        rows = candidates(model, asked, model.weights, allowed, link, 20)
        assert rows.tolist() == sorted(set(rows.tolist()))
        assert allowed[rows].all()
        assert {4, 5} <= set(rows.tolist()), "what a list joins is looked at"
        assert len(rows) <= 20 + 20 + 50 + 2
        title, body_share = model.fields.sweep(asked.page or asked.headline)
        meaning = model.dense.rows @ asked.dense
        assert all(title[row] or body_share[row] or meaning[row] > 0.4 or link[row] for row in rows.tolist())
    assert len(rank(model, query(model, asked_of(size)[0][0]), allowed & False)) == 0


@pytest.mark.parametrize("size", [60, 900])
def test_a_ranking_is_best_first_and_says_the_same_of_an_article_whoever_stands_beside_it(size: int) -> None:
    model = desk_of(size).model
    for text, body, day in asked_of(size)[::3]:
        asked = query(model, text, body, day)
        found = rank(model, asked, np.ones(len(model), dtype=bool))
        assert len(found) <= 2 * POOL + 50
        assert (np.diff(found.logits) <= 0).all()
        assert (np.diff(found.scores) <= 0).all()
        assert ((found.evidence >= 0) & (found.evidence <= 1)).all()
        assert len(set(found.rows.tolist())) == len(found)
        assert not found.holds.any() or asked.kind == FEW_WORDS
        ties = np.flatnonzero(np.diff(found.logits) == 0)
        assert (np.diff(found.rows)[ties] > 0).all()
        found = rank(alike(model), asked, np.ones(len(model), dtype=bool))
        again = score(alike(model), asked, found.rows[:7][::-1])
        assert again.rows.tolist() == found.rows[:7].tolist()
        assert again.logits == pytest.approx(found.logits[:7], abs=1e-3)


# -- answers


@pytest.mark.parametrize("size", SIZES)
def test_a_question_of_a_few_words_that_an_article_holds_is_answered(size: int) -> None:
    """Single words, two and three of any headline, be they numbers or stock words; what holds them comes first."""
    desk, dice = desk_of(size), random.Random(size)
    titles = {row["id"]: row["title"] for row in archive(size)}
    for row in dice.sample(archive(size), 25):
        words = eojeols(row["title"])
        for count in (1, 2, 3):
            at = dice.randrange(len(words) - count + 1)
            text = " ".join(words[at : at + count])
            answer = desk.similar(text, k=5)
            assert not answer.abstained, f"{text} of {row['title']}: {answer.reason}"
            held = Words.of(core(word) for word in eojeols(text))
            assert held.in_title(eojeols(titles[answer[0].article.id])), f"{text} of {row['title']}: {ids(answer)}"


@pytest.mark.parametrize("size", [*SIZES, 900])
def test_a_date_never_changes_whether_there_is_an_answer(size: int) -> None:
    desk = desk_of(size)
    texts = [text for text, body, _ in asked_of(size) if not body][::2]
    texts += [
        "프로야구 결승전 9회말 역전승", "국회 본회의 법안 처리 무산", "독감 예방접종 서두르세요", "신작 소설 낭독회",
        "안동 출신 수필가 첫 시집", "수영 국가대표 선발전 신기록", "버스 기사 구한 승객들", "예산 심의",
    ]  # fmt: skip
    for text in texts:
        said = {
            day: desk.similar(text, published=day).abstained
            for day in (None, "1999-12-31", "2024-01-05", "2024-08-20", "2031-01-01")
        }
        assert len(set(said.values())) == 1, f"{text}: {said}"


@pytest.mark.parametrize("size", SIZES)
def test_an_article_of_its_own_words_is_always_found(size: int) -> None:
    desk = desk_of(size)
    for row in archive(size)[:: max(1, size // 25)]:
        answer = desk.similar(" ".join(reversed(row["title"].split())), k=3)  # as it stands, it asks for others
        assert row["id"] in {answer[0].article.id, *answer[0].also}, row["title"]
        assert answer[0].score > 0.4
        assert answer[0].label != "weak"


# -- one event told many times


def told(*names: str, days: list[float] | None = None, alike: float = 1.0) -> Any:
    """A model of articles named by the letter of their event; titles of those of one event are ``alike``."""
    count, events = len(names), sorted({name[0] for name in names})
    titles = np.zeros((count, count + len(events)), dtype=np.float32)
    for at, name in enumerate(names):
        titles[at, [at, count + events.index(name[0])]] = math.sqrt(1 - alike), math.sqrt(alike)
    rows, terms = np.nonzero(titles)
    return SimpleNamespace(
        catalogue=SimpleNamespace(days=np.array(days if days is not None else [5.0] * count)),
        tfidf=SimpleNamespace(
            rows_start=np.searchsorted(rows, np.arange(count + 1)), rows_term=terms, rows_weight=titles[rows, terms]
        ),
        dense=SimpleNamespace(rows=np.eye(count, dtype=np.float32)),
        fields=SimpleNamespace(kind=np.full(count, HAS_TITLE, dtype=np.uint8)),
    )


def fold(model: Any, count: int, wanted: int = 10) -> list[tuple[list[int], list[int]]]:
    groups = [Group([row], []) for row in range(count)]
    return [(group.rows, group.retellings) for group in folded(model, groups, wanted, len(groups))]


def test_two_retellings_stay_and_the_rest_stands_under_the_first() -> None:
    assert TOLD == 2
    found = fold(told("a1", "a2", "b1", "a3", "c1", "a4", "b2", "b3"), 8)
    assert found == [([0], [3, 5]), ([1], []), ([2], [7]), ([4], []), ([6], [])]


@pytest.mark.parametrize(("days", "whole"), [
    ([5.0, 5.0, 5.0, 5.0], False),
    ([5.0, NAN, NAN, 5.0], False),
    ([5.0, 60.0, 200.0, 900.0], True),
])  # fmt: skip
def test_what_lies_far_apart_in_time_is_no_retelling(days: list[float], whole: bool) -> None:
    assert (len(fold(told("a1", "a2", "a3", "a4", days=days), 4)) == 4) == whole


def test_what_has_no_headline_is_no_retelling() -> None:
    """A body tells of more than one event."""
    model = told("a1", "a2", "a3", "a4", "a5")
    model.fields.kind[[2, 4]] = HAS_BODY
    assert fold(model, 5) == [([0], [3]), ([1], []), ([2], []), ([4], [])]


def test_what_shares_next_to_nothing_is_no_retelling() -> None:
    assert len(fold(told("a1", "a2", "a3", "a4", alike=0.1), 4)) == 4
    meaning = told("a1", "a2", "a3", "a4", alike=0.1)
    meaning.dense.rows[:] = meaning.dense.rows[0]
    assert len(fold(meaning, 4)) == 4, "to mean the same is not enough without shared words"


@given(st.lists(st.sampled_from("abcde"), max_size=30), st.integers(1, 10))
def test_folding_loses_nothing_and_keeps_the_order(events: str, wanted: int) -> None:
    names = [f"{event}{at}" for at, event in enumerate(events)]
    found = fold(told(*names), len(names), wanted)
    leaders = [rows[0] for rows, _ in found]
    assert leaders == sorted(leaders)
    assert sorted([row for rows, under in found for row in (*rows, *under)]) == list(range(len(names)))
    for event in set(events):
        of = [row for row in leaders if names[row][0] == event]
        assert len(of) == min(TOLD, list(events).count(event))
        assert of[0] == list(events).index(event)


@given(st.lists(st.sampled_from("abcde"), max_size=90), st.integers(1, 10), st.integers(1, 20))
def test_what_is_not_shown_folds_as_if_it_were(events: str, wanted: int, most: int) -> None:
    model = told(*(f"{event}{at}" for at, event in enumerate(events)))
    groups = [[Group([row], []) for row in range(len(events))] for _ in range(2)]
    some, every = (folded(model, held, wanted, shown) for held, shown in zip(groups, (most, len(events)), strict=True))
    assert some == every[:most]


def test_near_copies_of_a_retelling_are_folded_with_it() -> None:
    groups = [Group([0, 1], []), Group([2], []), Group([3, 4], [])]
    model = told("a0", "a1", "a2", "a3", "a4")
    assert [(g.rows, g.retellings) for g in folded(model, groups, 5, 5)] == [([0, 1], [3, 4]), ([2], [])]


RETOLD = [
    "시청 앞 광장 분수대 전기 누전… 초등학생 두 명 감전", "광장 분수대 누전 사고, 초등학생 감전 두 명 병원으로",
    "초등학생 감전된 시청 광장 분수대, 누전 차단기 없었다", "분수대 감전 사고 초등학생 둘 회복… 시청 광장 통제",
    "누전 분수대서 초등학생 감전, 시청 “광장 시설 전수 점검”", "시청 광장 분수대 감전… 누전 원인 합동 조사",
]  # fmt: skip


@cache
def retold() -> Recommender:
    rows = [{"id": f"r{at}", "title": title, "published": f"2025-05-0{1 + at // 3}"} for at, title in enumerate(RETOLD)]
    return Recommender(fitted([*archive(60), *rows]))


@pytest.mark.parametrize("asked", [
    {"text": "시청 광장 분수대서 초등학생 감전, 누전 사고"}, {"text": "분수대 감전"}, {"id": "r2"},
], ids=["headline", "few words", "article"])  # fmt: skip
def test_an_answer_lists_two_retellings_and_names_the_rest(asked: dict[str, str]) -> None:
    every = {f"r{at}" for at in range(len(RETOLD))} - {asked.get("id")}
    answer = retold().similar(**asked, k=20)
    listed = [hit for hit in answer if hit.article.id in every]
    assert len(listed) < len(every), "they are told in words like enough to be one event"
    assert every <= all_ids(answer)
    assert all(len(set(hit.folded) & every) == len(hit.folded) for hit in listed)
    assert not {name for hit in answer for name in hit.folded} & set(ids(answer))
    assert [hit.rank for hit in answer] == list(range(1, len(answer) + 1))
    plain = retold().similar(**asked, k=20, stories=True)
    assert every <= set(ids(plain)) | {name for hit in plain for name in hit.also}
    assert all(hit.folded == () for hit in plain)
    apart = retold().similar(**asked, k=20, collapse=False)
    assert every <= set(ids(apart))
    assert all(hit.folded == hit.also == () for hit in apart)
    assert json.loads(json.dumps(answer[0].as_json()))["folded"] == list(answer[0].folded)


# -- reasons


def reasons_by_row(model: Model, asked: Query, rows: np.ndarray) -> list[list[tuple[str, float]]]:
    return reasons_of(asked, model.fields.codes(asked.headline, rows))


terms_of_small = st.lists(st.sampled_from(sorted(small_model().tfidf.terms)), max_size=20)


@given(terms_of_small, st.lists(st.sampled_from(["모름", "~모름", "딴말"]), max_size=3))
def test_the_shares_of_reasons_sum_to_one_at_most(terms: list[str], unknown: list[str]) -> None:
    model = small_model()
    question = replace(
        model.question("", ""), features=tuple(SimpleNamespace(term=t, shown=t.lstrip("~")) for t in [*terms, *unknown])
    )
    asked = query_of(model, question, NAN)
    reasons = reasons_by_row(model, asked, np.arange(len(model)))
    for found in reasons:
        assert sum(weight for _, weight in found) <= 1 + 1e-5
        assert all(weight > 0 for _, weight in found)
        assert [w for _, w in found] == sorted((w for _, w in found), reverse=True)


def test_a_word_of_which_an_article_has_half_the_letters_is_no_reason() -> None:
    model = fitted([{"id": "a", "title": "출가자 늘어난 산사의 겨울"}, {"id": "b", "title": "참가자 모집 나선 산사"}])
    asked = query(model, "템플스테이 참가자 산사")
    of_monk, of_guest = reasons_by_row(model, asked, np.array([model.catalogue.row("a"), model.catalogue.row("b")]))
    assert "참가자" not in dict(of_monk)
    assert {"참가자", "산사"} <= dict(of_guest).keys()


def test_reasons_are_words_of_the_question_the_heaviest_first() -> None:
    model = small_model()
    row = model.catalogue.row("plant-1")
    ((*found,),) = reasons_by_row(model, query(model, "양극재 공장 착공 소식"), np.array([row]))
    assert {word for word, _ in found} == {"양극재", "공장", "착공"}
    assert reasons_by_row(model, query(model, "양극재 공장"), np.zeros(0, dtype=np.int64)) == []
    body = reasons_by_row(model, query(model, "생산라인"), np.array([row]))[0]
    assert [word for word, _ in body] == ["생산라인"] or {word for word, _ in body} <= {"생산", "라인", "생산라인"}
    assert sum(weight for _, weight in body) <= 0.5 + 1e-6, "a word of the body counts half of one of the title"


def test_the_small_desk_is_what_the_other_rooms_stand_on() -> None:
    """Every story of the small corpus finds its own first, asked in any way."""
    desk = small_desk()
    assert stories.folded is folded
    for record in RECORDS:
        story = record["id"].split("-")[0]
        if story in ("plant", "zone", "talent"):
            for asked in ({"id": record["id"]}, {"text": f"{record['title']} 소식"}):
                assert ids(desk.similar(**asked, k=1))[0].startswith(story)


# -- what is looked at for the sake of its day


@pytest.mark.parametrize("time", [0.0, 3.0, 31.868])
@given(st.floats(-40, 120))
def test_no_day_brings_more_than_is_said(time: float, least: float) -> None:
    weights = replace(default_weights(), time=time)
    bound = weights.without_day(least)
    at = np.array([bound - 0.02, bound + 0.02])
    low, high = at + weights.by_day(at, np.ones(2))
    assert low < least <= high


@pytest.mark.parametrize(("size", "most"), [(300_000, 1000), (300_000, 5), (250_000, 249_990), (1000, 10)])
@pytest.mark.parametrize("day", [NAN, 20_000.0])
def test_the_highest_are_those_of_a_look_at_all(size: int, most: int, day: float) -> None:
    dice = np.random.default_rng(size + most)
    worth = np.where(dice.random(size) < 0.3, dice.exponential(12, size), 0.0)
    days = np.where(dice.random(size) < 0.1, NAN, 20_000 + dice.integers(-400, 400, size))
    model: Any = SimpleNamespace(
        fields=SimpleNamespace(has_bodies=False), catalogue=SimpleNamespace(days=days)
    )  # what is read of a model
    weights = default_weights()
    rows, value = best_by_terms(model, weights, TITLE, day, worth, most)
    every = worth[worth > 0].astype(np.float32)
    if not math.isnan(day):
        every = every + weights.by_day(every, nearness(days[worth > 0] - day))
    assert len(rows) == min(most, int((worth > 0).sum()))
    assert np.allclose(np.sort(value)[::-1], np.sort(every)[::-1][: len(rows)])


# -- what is known of articles does not decide by itself


@cache
def lopsided() -> Recommender:
    """Whole articles, of which two are of one story, and one headline without a body that is of none."""
    bodies = {
        "a1": (
            "숲을 걷는 사람들",
            "울진 금강송 숲길 예약제가 봄부터 주말로 넓어진다. 군은 해설사 스무 명을 새로 뽑는다.",
        ),
        "a2": ("나무는 기다린다", "금강송 숲길 예약제를 주말까지 넓히자 울진군 해설사 모집에 마흔 명이 몰렸다."),
        "b1": ("바다의 값", "영덕 대게 위판가가 사흘째 올랐다. 어민들은 조업 일수를 늘리지 못했다고 말한다."),
        "c1": ("불을 끄는 법", "안동 산불 진화 헬기가 두 대 더 들어온다. 소방서는 야간 훈련을 시작했다."),
        "d1": ("느린 우체통", "문경 옛길 우체통에 편지가 만 통 모였다. 한 해 뒤에 배달된다."),
    }
    rows = [{"id": i, "title": t, "body": b, "published": "2025-04-01"} for i, (t, b) in bodies.items()]
    return Recommender(fitted([*rows, {"id": "bare", "title": "지도는 영토가 아니다", "published": "2025-04-01"}]))


def test_a_headline_without_a_body_does_not_lead_the_list_of_a_page_by_that() -> None:
    assert ids(lopsided().similar(id="a1", k=3, min_score=0))[0] == "a2"


def test_a_phrase_of_a_body_finds_its_article() -> None:
    for text, wanted in (("군은 해설사 스무 명을 새로 뽑는다", "a1"), ("헬기가 두 대 더 들어온다", "c1")):
        (first, *_) = lopsided().similar(text, k=3)
        assert (first.article.id, first.score > 0.3) == (wanted, True)


def test_a_word_of_which_a_body_holds_the_edges_alone_is_no_reason() -> None:
    """소방서 and 치과: _소 and 과_ stand for them, not for 소아과."""
    bodies = ("소방서와 치과가 한 건물에 들어섰다.", "소아과가 새로 문을 열었다.", "강변 산책로가 넓어졌다.")
    records = [{"id": f"r{at}", "title": f"마을 소식 {at}호", "body": body} for at, body in enumerate(bodies)]
    model = fitted(records)
    asked = query_of(model, model.question("소아과 야간 진료 늘린다"), math.nan)
    rows = np.array([model.catalogue.row(f"r{at}") for at in range(2)])
    edges, held = ([word for word, _ in named] for named in reasons_by_row(model, asked, rows))
    assert "소아과" not in edges
    assert "소아과" in held
