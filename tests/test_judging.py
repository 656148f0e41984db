"""No question profits from its own answers: the lists, the weights, the copies and the future are kept out."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from means import judge
from worlds import RECORDS, Row, fitted, small_model, with_pairs

from recommender import Recipe, Recommender, RecommenderError, open_model
from recommender.evaluation.evaluate import (
    MEASURES,
    difference,
    evaluate,
    questions_from_links,
    summary_rows,
    unfitted,
)
from recommender.evaluation.judge import Judge, QueryResult
from recommender.evaluation.queries import Qrel, co_listed, questions_from_labels, sampled, shared, without_later
from recommender.index.fields import HEADLINE
from recommender.index.links import Links
from recommender.ranking.calibration import Calibration
from recommender.ranking.folds import Folds
from recommender.ranking.model import Model
from recommender.ranking.weights import BLOCKS, Weights
from recommender.training import cross_fit
from recommender.training.fit_weights import fit_weights, pooled_weights


def listing(*, seed: int = 1, pages: int = 12, length: int = 4) -> list[Row]:
    """The small corpus, each of ``pages`` records with a list drawn by chance; what editors mean is not in it."""
    random = np.random.default_rng(seed)
    titles = [record["title"] for record in RECORDS]
    return [
        {**record, "related": [titles[i] for i in random.choice(len(titles), length, replace=False)]}
        if at < pages
        else {k: v for k, v in record.items() if k != "related"}
        for at, record in enumerate(RECORDS)
    ]


@cache
def learned() -> Model:
    """A model whose weights are fitted on lists."""
    model = fitted(listing(), pairs_wanted=3)
    assert model.weights.fitted
    return model


def pairs_of(links: Links) -> list[tuple[int, int]]:
    return [(page, int(row)) for page in range(len(links.listed_start) - 1) for row in links.listed_by(page)]


def same(one: QueryResult, other: QueryResult) -> bool:
    names = ("right", "ranks", "scores", "hits", "listed", "abstained")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def equal(one: Weights | Calibration, other: Weights | Calibration) -> bool:
    """To the last digit."""
    return json.dumps(one.as_json()) == json.dumps(other.as_json())


@pytest.mark.parametrize("lists", ["none", "others"])
def test_a_question_is_answered_as_if_its_list_were_not_there(lists: str) -> None:
    model = learned()
    folds = cross_fit(model)
    for question in questions_from_links(model):
        bare = with_pairs(model, [pair for pair in pairs_of(model.links) if pair[0] != question.row])
        asked = Judge(model, folds, lists).ask(question)
        # Its answers' lists that name the page are the same pairs from the other side: they are out as well.
        back = [(a, b) for a, b in pairs_of(bare.links) if not (a in question.right and b == question.row)]
        assert same(asked, Judge(with_pairs(model, back), folds, lists).ask(question))


def test_lists_of_other_pages_do_speak_where_they_may() -> None:
    """Two articles that no word joins stand in the list of a third page: that list brings them together."""
    catalogue = small_model().catalogue
    page, one, other = (catalogue.row(name) for name in ("plant-1", "fish-1", "charge-1"))
    model = with_pairs(small_model(), [(page, one), (page, other), (one, other)])
    question = Qrel(one, frozenset({other}))
    quiet, heard = (Judge(model, unfitted(model), lists).ask(question) for lists in ("none", "others"))
    assert heard.scores[0] > quiet.scores[0]
    own = with_pairs(model, [(one, other)])
    assert same(Judge(own, unfitted(own), "others").ask(question), quiet)


def test_past_only_hears_no_list_of_a_later_page() -> None:
    catalogue = small_model().catalogue
    late, one, other = (catalogue.row(name) for name in ("charge-3", "fish-1", "zone-1"))
    assert catalogue.days[late] > catalogue.days[one] > catalogue.days[other]
    model = with_pairs(small_model(), [(late, one), (late, other), (one, other)])
    question = Qrel(one, frozenset({other}))
    heard = Judge(model, unfitted(model), "others").ask(question)
    past = Judge(model, unfitted(model), "others", past_only=True).ask(question)
    quiet = Judge(model, unfitted(model), "none", past_only=True).ask(question)
    assert past.scores[0] == quiet.scores[0] < heard.scores[0]


def test_nothing_later_answers_with_past_only() -> None:
    model = small_model()
    days = model.catalogue.days
    way = Judge(model, unfitted(model), past_only=True)
    for row in range(len(model)):
        allowed = way._allowed(row)
        assert not (days[allowed] > days[row]).any()
        assert allowed[np.isnan(days) & (model.catalogue.duplicate_of != model.catalogue.duplicate_of[row])].all()
    asked = [Qrel(row, frozenset(range(len(model))) - {row}) for row in range(len(model))]
    for question in without_later(model, asked):
        assert not any(days[r] > days[question.row] for r in question.right)


def test_what_judges_a_page_does_not_hang_on_its_list() -> None:
    """Whatever a page lists, its own scorer stays the same to the last digit, and others change."""
    model = learned()
    folds = cross_fit(model)
    assert not all(equal(weights, folds.scorers[0][0]) for weights, _ in folds.scorers)
    moved = []
    for page in (model.catalogue.row(name) for name in ("plant-1", "zone-1", "charge-1")):
        others = [pair for pair in pairs_of(model.links) if pair[0] != page]
        far = [(page, row) for row in np.argsort(model.tfidf.cosine(page, np.arange(len(model))))[:4].tolist()]
        changed = cross_fit(with_pairs(model, sorted(others + far)))
        assert all(map(equal, changed.of(page), folds.of(page)))
        moved.append(any(not all(map(equal, *pair)) for pair in zip(changed.scorers, folds.scorers, strict=True)))
        # and so with pages that list it
        without = [pair for pair in pairs_of(model.links) if pair[1] != page]
        assert equal(cross_fit(with_pairs(model, without)).of(page)[0], folds.of(page)[0])
    assert any(moved)


def _weights(folds: Folds) -> list[Weights]:
    return [weights for weights, _ in folds.scorers]


def test_the_scorer_of_a_fold_knows_no_pair_of_it() -> None:
    """Its weights are those of a corpus in which its pages list nothing and are listed nowhere, its calibration that
    of one in which they list nothing."""
    model = learned()
    folds = cross_fit(model)
    for fold, (weights, calibration) in enumerate(folds.scorers):
        listing = [p for p in pairs_of(model.links) if folds.fold_of[p[0]] != fold]
        rest = [p for p in listing if folds.fold_of[p[1]] != fold]
        assert equal(cross_fit(with_pairs(model, rest)).scorers[fold][0], weights)
        assert equal(cross_fit(with_pairs(model, listing)).scorers[fold][1], calibration)


def test_fitted_weights_cannot_judge_unless_cross_fitted() -> None:
    model = learned()
    questions = questions_from_links(model)
    with pytest.raises(RecommenderError, match=r"fitted on related lists .*, which cannot judge it"):
        judge(Recommender(model), questions)
    with pytest.raises(ValueError, match="cannot judge"):
        Folds.unfitted(model.weights, model.calibration)
    assert judge(Recommender(model), questions, folds=cross_fit(model)).questions == len(questions)
    assert "nothing was fitted" in cross_fit(small_model()).says
    with pytest.raises(RecommenderError, match="folds"):
        Judge(model, cross_fit(fitted(RECORDS[:3])))
    with pytest.raises(RecommenderError, match="It must be one of: none, others"):
        Judge(small_model(), unfitted(small_model()), "all")


def test_lists_by_chance_score_near_chance() -> None:
    """Editors who draw lots: cross-fitted weights find next to nothing, whatever was fitted on those lists."""
    values = []
    for seed in range(3):
        model = fitted(listing(seed=seed, pages=18), pairs_wanted=3)
        values.append(judge(Recommender(model), questions_from_links(model), folds=cross_fit(model)).mrr)
    kinds = len(np.unique(model.catalogue.duplicate_of)) - 1
    best_of_four = sum(4 / kinds * math.prod(1 - 4 / (kinds - i) for i in range(r)) / (r + 1) for r in range(kinds - 4))
    assert np.mean(values) == pytest.approx(best_of_four, abs=0.17)


def test_ranks_are_the_places_in_an_answer() -> None:
    """For every pair of articles: the rank is the place in `similar`'s list, copies folded."""
    bare = fitted([{k: v for k, v in r.items() if k != "related"} for r in RECORDS])
    desk, catalogue = Recommender(bare), bare.catalogue
    for row in range(len(bare)):
        hits = desk.similar(id=catalogue.ids[row], k=100, min_score=0, stories=True)
        places = {name: hit.rank for hit in hits for name in (hit.article.id, *hit.also)}
        right = frozenset(range(len(bare))) - {row}
        trial = Judge(bare, unfitted(bare)).ask(Qrel(row, right))
        for answer, rank, score in zip(trial.right.tolist(), trial.ranks, trial.scores, strict=True):
            assert rank == places.get(catalogue.ids[answer], math.inf)
            if rank < math.inf:
                assert score == pytest.approx(hits[int(rank) - 1].score)
        assert trial.abstained == desk.similar(id=catalogue.ids[row], k=1).abstained


def test_copies_of_the_asking_article_are_neither_answers_nor_ranks() -> None:
    rows = [dict(record) for record in RECORDS]
    wire = next(record for record in rows if record["id"] == "wire-1")
    copies = [record["title"] for record in rows if record["id"] in ("wire-2", "wire-3")]
    wire["related"] = [*copies, RECORDS[0]["title"]]
    model = fitted(rows)
    at = model.catalogue.row("wire-1")
    (question,) = (q for q in questions_from_links(model) if q.row == at)
    assert {model.catalogue.ids[r] for r in question.right} == {"plant-1"}
    copy = model.catalogue.row("wire-2")
    trial = Judge(model, unfitted(model)).ask(Qrel(at, question.right | {copy}))
    assert copy not in trial.right
    gone = np.array([name not in ("wire-2", "wire-3") for name in model.catalogue.ids])
    bare = Judge(model, unfitted(model), pool=gone).ask(question)
    assert trial.ranks.tolist() == bare.ranks.tolist(), "the copies push nothing down"


def test_what_is_right_among_the_first_ten() -> None:
    """Hits are the first ten candidates, copies once, with their scores; those that the page lists are marked."""
    model = learned()
    way = Judge(model, cross_fit(model))
    for question in questions_from_links(model):
        trial = way.ask(question)
        assert len(trial.hits) == len(trial.listed) <= 10
        assert (np.diff(trial.hits) <= 0).all()
        assert ((trial.hits >= 0) & (trial.hits <= 1)).all()
        within = trial.ranks[trial.ranks <= 10]
        assert np.flatnonzero(trial.listed).tolist() == sorted(int(rank) - 1 for rank in within)
        assert trial.scores[trial.ranks <= 10].tolist() == trial.hits[within.astype(int) - 1].tolist()
        assert (trial.scores[np.isinf(trial.ranks)] == 0).all()


def test_the_headline_alone_is_a_text_that_is_not_in_the_corpus() -> None:
    model = small_model()
    at, answer = model.catalogue.row("plant-1"), model.catalogue.row("plant-2")
    trial = Judge(model, unfitted(model), headline=True).ask(Qrel(at, frozenset({answer})))
    title, published = RECORDS[0]["title"], RECORDS[0]["published"]
    hits = Recommender(model).similar(title, published=published, k=100, min_score=0, stories=True)
    others = [hit.article.id for hit in hits if hit.article.id != "plant-1"]
    assert trial.ranks.tolist() == [1 + others.index("plant-2")]


def test_members_of_a_list_ask_for_each_other() -> None:
    model = small_model()
    row = model.catalogue.row
    found = {(q.row, tuple(q.right), q.source) for q in co_listed(model, 10, 7)}
    two, three = row("plant-2"), row("plant-3")
    assert found == {(two, (three,), row("plant-1")), (three, (two,), row("plant-1"))}


def test_questions_are_drawn_by_the_seed() -> None:
    asked = [Qrel(row, frozenset({0})) for row in range(1, 30)]
    assert sampled(asked, 40, 1) == asked
    few = sampled(asked, 5, 1)
    assert few == sampled(asked, 5, 1) != sampled(asked, 5, 2)
    assert [q.row for q in few] == sorted(q.row for q in few)


def test_two_models_are_asked_the_same_with_the_same_rivals() -> None:
    model = small_model()
    less = fitted([record for record in RECORDS if record["id"] not in ("plant-3", "fish-2")])
    both = shared(model, less, [*questions_from_links(model), Qrel(model.catalogue.row("fish-2"), frozenset({0}))])
    names = [[(m.catalogue.ids[q.row], sorted(m.catalogue.ids[r] for r in q.right)) for q in asked]
             for m, asked in ((model, both.questions), (less, both.their_questions))]  # fmt: skip
    assert names[0] == names[1] == [("plant-1", ["plant-2"]), ("zone-1", ["zone-2"])]
    kept = [{m.catalogue.ids[r] for r in np.flatnonzero(pool)} for m, pool in ((model, both.ours), (less, both.theirs))]
    assert kept[0] == kept[1] == {record["id"] for record in RECORDS} - {"plant-3", "fish-2"}
    trial = Judge(model, unfitted(model), pool=both.ours).ask(Qrel(both.questions[0].row, frozenset({0, 1, 2, 3})))
    gone = [model.catalogue.row(name) for name in ("plant-3", "fish-2")]
    assert all(rank == math.inf for row, rank in zip(trial.right, trial.ranks, strict=True) if row in gone)


def evaluation(model: Model, **given: int | bool) -> dict[str, object]:
    return evaluate(Recommender(model), questions_from_links(model), cross_fit(model), **given).as_json()  # type: ignore[arg-type]


def test_an_evaluation_is_plain_and_the_same_each_time() -> None:
    first = evaluation(learned())
    assert json.loads(json.dumps(first, allow_nan=False)) == first
    assert evaluation(learned()) == first
    assert evaluation(learned(), seed=8)["intervals"] != first["intervals"]
    assert first["how"]["weights"] == "cross-fitted, 5 folds"  # type: ignore[index]


def test_groups_add_up() -> None:
    model = learned()
    found = evaluate(Recommender(model), questions_from_links(model), cross_fit(model))
    groups = {by: [g for g in found.groups if g.by == by] for by in {g.by for g in found.groups}}
    assert set(groups) == {"all", "lists", "asked by", "outlet", "asking is", "answer is", "answer's age"}
    asking = [model.fields.kinds(np.array([model.catalogue.row(name)]))[0] == HEADLINE for name in found.asked]
    known = {g.name: g.questions for g in groups["asking is"]}
    assert known.get("its headline only", 0) == sum(asking), "without a body, whatever it was read from"
    for by in ("outlet", "asking is"):
        assert sum(g.questions for g in groups[by]) == found.overall.questions
        mean = sum(g.questions * g.measures["mrr"].value for g in groups[by]) / found.overall.questions
        assert mean == pytest.approx(found.overall.measures["mrr"].value)
    for by in ("answer is", "answer's age"):
        assert sum(g.answers for g in groups[by]) == found.overall.answers
        assert all(set(g.measures) == {"recall_5", "recall_10"} for g in groups[by])
    assert len(summary_rows(found)) == len(found.groups)
    assert summary_rows(found)[0]["mrr"] == found.as_json()["mrr"]


def test_a_model_is_no_better_than_itself() -> None:
    model = learned()
    found = evaluate(Recommender(model), questions_from_links(model), cross_fit(model))
    apart = difference(found, found)
    assert set(apart) == set(MEASURES)
    assert all((i.value, i.low, i.high) == (0, 0, 0) for i in apart.values())
    worse = replace(found, table=found.table * 0.5)
    assert difference(found, worse)["mrr"].low > 0


def test_an_empty_model_has_an_evaluation() -> None:
    model = fitted([])
    found = evaluate(Recommender(model), [], unfitted(model)).as_json()
    assert (found["questions"], found["mrr"]) == (0, None)
    json.dumps(found, allow_nan=False)


def test_the_fit_stands_in_the_manifest(tmp_path: Path) -> None:
    learned().save(tmp_path)
    model = open_model(tmp_path)
    fit = model.about["fit"]
    assert fit["fitted"] is True
    assert fit["pairs"] == len(model.links.listed)
    assert fit["pages"] <= 12
    assert fit["listed"] <= fit["pairs"]
    assert fit["rivals"] > fit["listed"]
    assert set(fit["coefficients"]) == set(BLOCKS)
    assert min(fit["coefficients"].values()) >= 0
    scaled = pooled_weights(model).scaled(fit["coefficients"], "")
    assert model.weights.table == pytest.approx(scaled.table, rel=1e-3, abs=1e-3)
    assert model.weights.time == pytest.approx(scaled.time, rel=1e-3, abs=1e-3)
    assert fit["held_out"]["folds"] == 5
    assert 0 < fit["held_out"]["mrr"] <= 1
    assert fit["held_out"]["log_loss"] > 0


def test_too_few_pairs_leave_the_defaults_and_the_manifest_says_so() -> None:
    fit = small_model().about["fit"]
    assert (fit["fitted"], fit["pairs"], fit["pairs_wanted"]) == (False, 3, 200)
    assert fit["why"] in small_model().weights.source


def test_lists_of_copies_alone_teach_nothing() -> None:
    """A page that lists its own copies, and no other: there is nothing to fit on."""
    one, *copies = (small_model().catalogue.row(name) for name in ("wire-1", "wire-2", "wire-3"))
    model = with_pairs(small_model(), [(one, copy) for copy in copies])
    fit = fit_weights(model, Recipe(pairs_wanted=1))
    assert fit.weights.source == "defaults: none of 2 related pairs can be learned from"
    assert fit.account["fitted"] is False


def test_labels_leave_the_copies_of_what_asks_out(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    titles = {record["id"]: record["title"] for record in RECORDS}
    label = {"title": titles["wire-1"], "related": [titles["wire-2"], titles["plant-1"]]}
    path.write_text(json.dumps(label, ensure_ascii=False), encoding="utf-8")
    (question,) = questions_from_labels(small_model(), path)
    assert {small_model().catalogue.ids[r] for r in question.right} == {"plant-1"}
