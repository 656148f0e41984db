"""What an evaluation says, reckoned a second way from single trials; no training but that of the small model."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from importlib import import_module
from itertools import permutations

import numpy as np
import pytest
from means import Scores, judge
from worlds import small_model, with_pairs

from recommender import Recommender, RecommenderError
from recommender.evaluation.evaluate import (
    MEASURES,
    CoListing,
    Evaluation,
    difference,
    evaluate,
    questions_from_links,
    summary_rows,
    unfitted,
)
from recommender.evaluation.judge import Judge, QueryResult
from recommender.evaluation.metrics import bootstrap, reliability
from recommender.evaluation.queries import Qrel, co_listed, sampled, without_later
from recommender.evaluation.topic_metrics import Stability, copy_quality, topic_quality
from recommender.ranking.model import Model
from recommender.versions.quality import Interval

LISTS = {
    "plant-1": ["plant-2", "plant-3", "fish-1"],
    "plant-4": ["plant-2", "zone-3", "wire-1", "wire-2"],
    "zone-1": ["zone-2", "zone-3", "charge-3"],
    "talent-3": ["talent-1", "talent-2", "plant-4"],
    "charge-2": ["charge-1", "charge-3"],
    "fish-1": ["charge-3"],  # nothing but the list says so
}


def at(name: str) -> int:
    return small_model().catalogue.row(name)


@cache
def listed() -> Model:
    """The small model, its weights the defaults, with lists of our own."""
    return with_pairs(small_model(), [(at(page), at(name)) for page, names in LISTS.items() for name in names])


@pytest.fixture
def found() -> Evaluation:
    return evaluate(Recommender(listed()), questions_from_links(listed()), unfitted(listed()))


def trials(model: Model, **how: object) -> list[QueryResult]:
    way = replace(Judge(model, unfitted(model)), **how)  # type: ignore[arg-type]
    return [way.ask(question) for question in questions_from_links(model)]


def by_hand(asked: list[QueryResult]) -> dict[str, float]:
    """Means over questions, from their ranks alone."""
    ranks = [trial.ranks for trial in asked]
    gains = [sum(1 / math.log2(1 + r) for r in rank if r <= 10) for rank in ranks]
    best = [sum(1 / math.log2(2 + place) for place in range(min(10, len(rank)))) for rank in ranks]
    return {
        "hit_5": float(np.mean([min(rank) <= 5 for rank in ranks])),
        "hit_10": float(np.mean([min(rank) <= 10 for rank in ranks])),
        "recall_5": float(np.mean([np.mean(rank <= 5) for rank in ranks])),
        "recall_10": float(np.mean([np.mean(rank <= 10) for rank in ranks])),
        "mrr": float(np.mean([1 / min(rank) for rank in ranks])),
        "ndcg_10": float(np.mean(np.array(gains) / best)),
        "abstained": float(np.mean([trial.abstained for trial in asked])),
    }


# -- judge


@pytest.mark.parametrize("lists", ["none", "others"])
def test_scores_are_means_over_questions(lists: str) -> None:
    scores = judge(Recommender(listed()), questions_from_links(listed()), lists=lists)
    wanted = by_hand(trials(listed(), lists=lists))
    assert scores.questions == 6
    assert 0 < scores.mrr < 1
    for name in set(MEASURES) - {"recall_5"}:
        assert getattr(scores, name) == pytest.approx(wanted[name]), name


@cache
def heard() -> tuple[Model, Qrel]:
    """A third page lists both asker and answer, and the answer stands elsewhere where that list speaks."""
    page, duplicate_of = at("plant-1"), small_model().catalogue.duplicate_of
    for one, other in permutations(range(len(small_model())), 2):
        model, question = with_pairs(small_model(), [(page, one), (page, other)]), Qrel(one, frozenset({other}))
        ways = [Judge(model, unfitted(model), lists) for lists in ("none", "others")]
        if len({int(duplicate_of[row]) for row in (page, one, other)}) == 3 and rank_of(ways[0], question) != rank_of(
            ways[1], question
        ):
            return model, question
    raise AssertionError("no list changes a rank")


def rank_of(way: Judge, question: Qrel) -> float:
    return float(way.ask(question).ranks[0])


def test_lists_of_other_pages_speak_only_where_they_may() -> None:
    model, question = heard()
    silent, loud = (1 / rank_of(Judge(model, unfitted(model), lists), question) for lists in ("none", "others"))
    assert judge(Recommender(model), [question]).mrr == pytest.approx(silent)
    assert judge(Recommender(model), [question], lists="others").mrr == pytest.approx(loud)


def test_with_past_only_later_articles_are_no_rivals() -> None:
    """Two articles between which a later one stands: where nothing later may answer, the second moves up."""
    model = small_model()
    days, ways = model.catalogue.days, [Judge(model, unfitted(model), past_only=past) for past in (False, True)]
    pairs = [(a, b) for a, b in permutations(range(len(model)), 2) if days[b] < days[a]]
    asked = [
        Qrel(a, frozenset({b})) for a, b in pairs if model.catalogue.duplicate_of[a] != model.catalogue.duplicate_of[b]
    ]
    places = [(question, [way.ask(question).ranks[0] for way in ways]) for question in asked]
    question, (rank, past) = next((question, both) for question, both in places if both[1] < both[0])
    assert judge(Recommender(model), [question]).mrr == pytest.approx(1 / rank)
    assert judge(Recommender(model), [question], past_only=True).mrr == pytest.approx(1 / past)
    told = evaluate(Recommender(model), [question], unfitted(model), past_only=True, resamples=5)
    assert told.overall.measures["mrr"].value == pytest.approx(1 / past)


@pytest.mark.parametrize(("part", "source", "told"), [
    ("weights", "fitted on 9 related pairs", "fitted on 9 related pairs"),
    ("calibration", "lists of 9 pages", "its scores on lists of 9 pages"),
])  # fmt: skip
def test_what_was_fitted_on_lists_is_refused_with_the_mend(part: str, source: str, told: str) -> None:
    model = replace(small_model(), **{part: replace(getattr(small_model(), part), source=source)})
    with pytest.raises(RecommenderError) as caught:
        unfitted(model)
    assert caught.value.problem == f"This model was fitted on related lists ({told}), which cannot judge it."
    assert caught.value.hint == "Give folds: recommender.training.cross_fit(model)."


# -- evaluate


def test_the_measures_are_those_of_the_trials(found: Evaluation) -> None:
    asked = trials(listed())
    told = found
    assert {name: held.value for name, held in told.overall.measures.items()} == pytest.approx(by_hand(asked))
    assert (told.articles, told.overall.questions) == (18, 6)
    assert (told.overall.by, told.overall.name) == ("all", "all questions")
    assert told.overall.answers == sum(len(trial.right) for trial in asked) == 15, "wire-1 and its copy once"
    assert told.asked == tuple(sorted(LISTS))
    assert told.table.mean(axis=0).tolist() == pytest.approx([by_hand(asked)[name] for name in MEASURES])


def test_two_groups_say_what_else_could_take_part(found: Evaluation) -> None:
    others, headline = found.groups[1:3]
    assert (others.by, others.name) == ("lists", "with those of other pages")
    assert (headline.by, headline.name) == ("asked by", "the headline alone")
    for group, how in ((others, {"lists": "others"}), (headline, {"headline": True})):
        assert group.measures["mrr"].value == pytest.approx(by_hand(trials(listed(), **how))["mrr"])
        assert group.questions == 6


def test_how_it_was_judged_is_told(found: Evaluation) -> None:
    model = listed()
    later = sum(
        model.catalogue.days[at(name)] > model.catalogue.days[at(page)]
        for page, names in LISTS.items()
        for name in names
    )
    plain = found.as_json()["how"]
    assert plain == {
        "questions_from": "related lists", "weights": unfitted(model).says, "past_only": False,
        "left_out_as_later": 0, "seed": 7, "resamples": 1000,
    }  # fmt: skip
    questions = questions_from_links(model)
    past = evaluate(
        Recommender(model), questions, unfitted(model),
        questions_from="hand", past_only=True, seed=3, resamples=50,
    )  # fmt: skip
    assert later > 1
    assert past.as_json()["how"] == {
        "questions_from": "hand", "weights": unfitted(model).says, "past_only": True,
        "left_out_as_later": later, "seed": 3, "resamples": 50,
    }  # fmt: skip
    assert 0 < past.overall.questions < 6
    asked = [
        Judge(model, unfitted(model), past_only=True).ask(question) for question in without_later(model, questions)
    ]
    assert past.overall.measures["mrr"].value == pytest.approx(by_hand(asked)["mrr"])
    assert past.co_listing.within_10.value == found.co_listing.within_10.value, "lists hold earlier and later ones"


def test_only_the_pool_answers(found: Evaluation) -> None:
    model = listed()
    pool = np.ones(len(model), dtype=bool)
    pool[[at("plant-2"), at("zone-2")]] = False
    told = evaluate(Recommender(model), questions_from_links(model), unfitted(model), pool=pool)
    assert told.overall.measures["mrr"].value == pytest.approx(by_hand(trials(model, pool=pool))["mrr"])
    assert told.overall.measures["mrr"].value != found.overall.measures["mrr"].value


def test_too_many_questions_are_drawn_by_the_seed() -> None:
    model = listed()
    questions = questions_from_links(model)
    drawn = []
    for seed in (1, 2, 3):
        told = evaluate(Recommender(model), questions, unfitted(model), most=3, seed=seed, resamples=20)
        assert told.asked == tuple(model.catalogue.ids[q.row] for q in sampled(questions, 3, seed))
        drawn.append(told.asked)
    assert len(set(drawn)) > 1


def test_no_question_leaves_what_needs_none(found: Evaluation) -> None:
    told = evaluate(Recommender(listed()), [], unfitted(listed()))
    assert [(group.by, group.questions) for group in told.groups] == [("all", 0)]
    assert told.asked == ()
    assert told.table.shape == (0, 7)
    assert told.reliability.bins == ()
    assert told.co_listing == found.co_listing


def test_the_reliability_table_holds_the_first_hits_against_the_lists(found: Evaluation) -> None:
    asked = trials(listed())
    hits = [float(score) for trial in asked for score in trial.hits]
    right = [bool(truth) for trial in asked for truth in trial.listed]
    assert 10 < len(hits) <= 10 * len(asked)
    assert any(right)
    assert not all(right)
    assert found.reliability == reliability(np.array(hits), np.array(right))
    assert sum(held.pairs for held in found.reliability.bins) == len(hits)
    again = evaluate(Recommender(listed()), questions_from_links(listed()), unfitted(listed()), seed=8, resamples=5)
    assert again.reliability == found.reliability, "nothing in it is drawn by chance"


def test_each_way_of_asking_has_its_own_ranks() -> None:
    """Worlds in which a way changes the rank: a list of another page, and the headline instead of the article."""
    small, kinds = small_model(), small_model().catalogue.duplicate_of
    plain, headline = (Judge(small, unfitted(small), headline=alone) for alone in (False, True))
    asked = [Qrel(a, frozenset({b})) for a, b in permutations(range(len(small)), 2) if kinds[a] != kinds[b]]
    apart = next(question for question in asked if rank_of(plain, question) != rank_of(headline, question))
    for model, question in (heard(), (small, apart)):
        told = evaluate(Recommender(replace(model, version="v0042")), [question], unfitted(model), resamples=2)
        assert told.model == "v0042"
        plain = Judge(model, unfitted(model))
        ways = (plain, replace(plain, lists="others"), replace(plain, headline=True))
        for group, way in zip(told.groups[:3], ways, strict=True):
            assert group.measures["mrr"].value == pytest.approx(1 / rank_of(way, question)), group.name


def test_what_has_no_answer_is_not_asked() -> None:
    ahead = Qrel(at("plant-1"), frozenset({at("plant-2")}))
    assert judge(Recommender(listed()), [ahead]).questions == 1
    nothing = judge(Recommender(listed()), [ahead], past_only=True)
    assert nothing == judge(Recommender(listed()), []) == Scores(0, 0, 0, 0, 0, 0, 0)


# -- co-listing


def pairs_within(model: Model) -> dict[str, dict[tuple[int, int], bool]]:
    """By page: for each ordered pair of its list (near-copies do not ask for each other), is the second near?"""
    way, duplicate_of = Judge(model, unfitted(model)), model.catalogue.duplicate_of
    told: dict[str, dict[tuple[int, int], bool]] = {}
    for page in range(len(model)):
        members = [r for r in model.links.listed_by(page).tolist() if duplicate_of[r] != duplicate_of[page]]
        for one, other in permutations(members, 2):
            if duplicate_of[one] != duplicate_of[other] and other == min(
                m for m in members if duplicate_of[m] == duplicate_of[other]
            ):
                rank = way.ask(Qrel(one, frozenset({other}))).ranks[0]
                told.setdefault(model.catalogue.ids[page], {})[one, other] = rank <= 10
    return told


def test_members_of_a_list_that_find_each_other_are_counted(found: Evaluation) -> None:
    near = pairs_within(listed())
    every = [pair for pairs in near.values() for pair in pairs.values()]
    mutual = [pairs[a, b] and pairs.get((b, a), False) for pairs in near.values() for a, b in pairs]
    held = found.co_listing
    assert (held.lists, held.pairs) == (len(near), len(every))
    assert held.within_10.value == pytest.approx(np.mean(every))
    assert held.mutual_10.value == pytest.approx(np.mean(mutual))
    assert 0 < held.mutual_10.value < held.within_10.value < 1, "the world tells the two apart"


def test_the_interval_of_co_listing_draws_lists(found: Evaluation) -> None:
    near = pairs_within(listed())
    totals = np.array(
        [[sum(p.values()), sum(p[a, b] and p.get((b, a), False) for a, b in p)] for p in near.values()],
        dtype=np.float64,
    )
    counts = np.array([[len(p)] for p in near.values()], dtype=np.float64)
    within, mutual = bootstrap(totals, counts, seed=7, resamples=1000)
    assert (found.co_listing.within_10, found.co_listing.mutual_10) == (within, mutual)


def test_too_many_lists_are_drawn_by_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("recommender.evaluation.evaluate"), "_LISTS", 2)  # of five: no need of a hundred
    model, near = listed(), pairs_within(listed())
    for seed in range(8):
        drawn = {model.catalogue.ids[question.source] for question in co_listed(model, 2, seed)}
        held = evaluate(Recommender(model), [], unfitted(model), seed=seed, resamples=2).co_listing
        every = [found for page in drawn for found in near[page].values()]
        assert (held.lists, held.pairs) == (2, len(every))
        assert held.within_10.value == pytest.approx(np.mean(every))


def test_the_tenth_place_is_near_and_the_eleventh_is_not() -> None:
    model = small_model()
    way = Judge(model, unfitted(model))
    places = {
        way.ask(Qrel(a, frozenset({b}))).ranks[0]: (a, b)
        for a, b in permutations(np.unique(model.catalogue.duplicate_of).tolist(), 2)
    }
    for rank, near in ((10, True), (11, False)):
        one, other = places[rank]
        kinds = model.catalogue.duplicate_of
        page = next(row for row in range(len(model)) if len({int(kinds[r]) for r in (row, one, other)}) == 3)
        held = with_pairs(model, [(page, one), (page, other)])
        told = evaluate(Recommender(held), [], unfitted(held)).co_listing
        back = way.ask(Qrel(other, frozenset({one}))).ranks[0]
        assert told.within_10.value == (int(near) + int(back <= 10)) / 2


def test_chance_is_ten_of_those_that_could_answer(found: Evaluation) -> None:
    assert found.co_listing.by_chance == pytest.approx(10 / 15), "18 articles, two of them copies"
    lists = CoListing(2, 3, Interval(1 / 3, 0, 1), Interval(0.25, 0.1, 0.5), 2 / 3)
    assert lists.as_json() == {
        "lists": 2, "pairs": 3, "within_10": {"value": 0.3333, "low": 0, "high": 1},
        "mutual_10": {"value": 0.25, "low": 0.1, "high": 0.5}, "by_chance": 0.6667,
    }  # fmt: skip


@pytest.mark.parametrize(("kinds", "chance"), [(1, None), (2, 1.0), (11, 1.0), (12, 10 / 11)])
def test_chance_in_a_small_archive(kinds: int, chance: float | None) -> None:
    """Copies count once; of one article none can be found."""
    model = small_model()
    duplicate_of = np.minimum(np.arange(len(model)), kinds - 1).astype(np.int32)
    held = with_pairs(replace(model, catalogue=replace(model.catalogue, duplicate_of=duplicate_of)), [])
    told = evaluate(Recommender(held), [], unfitted(held)).co_listing
    assert told.as_json()["by_chance"] == (None if chance is None else pytest.approx(chance, abs=1e-4))
    assert (told.lists, told.pairs, told.as_json()["within_10"]["value"]) == (0, 0, None)


# -- as it is told


def test_an_evaluation_as_plain_values(found: Evaluation) -> None:
    told = replace(found, model="v0042", stability=Stability((0.5, 0.7), (1.0, 0.9), (3, 4)))
    json, overall = told.as_json(), told.overall
    assert list(json) == [
        "model", "articles", "questions", "answers", *MEASURES, "intervals", "how", "groups", "reliability",
        "co_listing", "topics", "copies",
    ]  # fmt: skip
    assert (json["model"], json["articles"], json["questions"], json["answers"]) == ("v0042", 18, 6, 15)
    for name in MEASURES:
        held = overall.measures[name]
        assert json[name] == round(held.value, 4)
        assert json["intervals"][name] == [round(held.low, 4), round(held.high, 4)]
    assert [(group["by"], group["name"]) for group in json["groups"]] == [(g.by, g.name) for g in told.groups[1:]]
    assert json["groups"][0] == told.groups[1].as_json()
    assert json["reliability"] == told.reliability.as_json()
    assert json["co_listing"] == told.co_listing.as_json()
    assert json["copies"] == copy_quality(listed()).as_json()
    assert json["topics"]["stability"] == told.stability.as_json()  # type: ignore[union-attr]
    assert found.as_json()["topics"] == topic_quality(listed()).as_json()


def test_rows_of_a_summary(found: Evaluation) -> None:
    first, *others = summary_rows(replace(found, model="v0042"))
    ends = [column for name in MEASURES for column in (name, f"{name}_low", f"{name}_high")]
    assert list(first) == ["model", "by", "name", "questions", "answers", *ends]
    mrr = found.overall.measures["mrr"]
    assert (first["model"], first["by"], first["name"], first["questions"], first["answers"]) == (
        "v0042", "all", "all questions", 6, 15
    )  # fmt: skip
    assert (first["mrr"], first["mrr_low"], first["mrr_high"]) == tuple(
        round(v, 4) for v in (mrr.value, mrr.low, mrr.high)
    )
    assert first["mrr_low"] < first["mrr"] < first["mrr_high"]
    answers = next(row for row in others if row["by"] == "answer is")
    assert (answers["mrr"], answers["mrr_low"], answers["mrr_high"]) == (None, None, None)
    assert answers["recall_10"] is not None


def test_a_difference_is_over_the_questions_of_both(found: Evaluation) -> None:
    """Tables by hand; the second asks in another order, and each has a question that the other lacks."""
    one = replace(found, asked=("a", "b", "c"), table=np.outer([0.9, 0.6, 0.3], np.ones(7)))
    other = replace(found, asked=("x", "c", "a"), table=np.outer([0.0, 0.4, 0.5], np.ones(7)))
    apart = difference(one, other)
    (wanted,) = bootstrap(np.array([[0.4], [-0.1]]), np.ones((2, 1)), seed=7, resamples=1000)
    assert list(apart) == list(MEASURES)
    for held in apart.values():
        assert (held.value, held.low, held.high) == pytest.approx((0.15, wanted.low, wanted.high))


def test_a_difference_is_drawn_as_the_evaluation_was(found: Evaluation) -> None:
    table = np.random.default_rng(1).random((40, 7))
    names = tuple(map(str, range(40)))
    base = replace(found, asked=names, table=np.zeros((40, 7)))
    for seed, resamples in ((7, 1000), (8, 30)):
        one = replace(found, asked=names, table=table, how=replace(found.how, seed=seed, resamples=resamples))
        wanted = bootstrap(table, np.ones((40, 1)), seed=seed, resamples=resamples)
        assert list(difference(one, base).values()) == wanted


def test_a_difference_over_no_common_question_is_unknown(found: Evaluation) -> None:
    other = replace(found, asked=tuple(f"other {name}" for name in found.asked))
    assert all(math.isnan(held.value) for held in difference(found, other).values())
