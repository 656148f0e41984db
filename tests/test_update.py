"""An update gives what a full index with the same fitted parameters would give; nothing is fitted, nothing lost."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from conftest import run_cli
from worlds import RECORDS, Row, _shared_kiwi, small_model, write_records

from benchmarks.forced import fitted_as
from recommender import Corpus, Recipe, Recommender, open_model, train
from recommender.ranking import duplicates as near_copies
from recommender.ranking.model import Model
from recommender.text import kiwi as morphology
from recommender.text.aliases import load_aliases
from recommender.topics.curated import CuratedRule
from recommender.topics.topic import NO_TOPIC, Outlier
from recommender.training import find_duplicates as copies
from recommender.training.drift import ENOUGH, Drift
from recommender.training.incremental import Update, update
from recommender.versions.artifact import MANIFEST

# Fewer than 15 different articles: UMAP is not called. A page whose headline a list had before it, copies on
# both sides of the line; the original of one, with other blanks, comes after it.
KEPT = [row for row in RECORDS if row["id"] not in ("fish-1", "charge-3")]
LATER = ("plant-2", "plant-4", "zone-3", "talent-2", "charge-2", "wire-2", "wire-3")
SPACED: Row = {
    "id": "zone-0",
    "title": "포항 배터리규제자유특구 3년 연장 확정",
    "outlet": "새벽뉴스",
    "published": "2023-05-31",
}
# A third of its story, so that it is a topic.
THIRD: Row = {"id": "zone-4", "title": "포항 배터리 규제자유특구, 리사이클링 실증 시작", "published": "2023-05-20"}
OLD = [row for row in KEPT if row["id"] not in LATER] + [THIRD]
NEW = [row for row in KEPT if row["id"] in LATER] + [SPACED]
DESKS = (
    CuratedRule("plant", "공장", "plants", ("양극재",), excluded=("계약",)),
    CuratedRule("zone", "특구", "zone", ("규제자유특구",)),
)


def corpus_of(folder: Path, *parts: list[Row]) -> Corpus:
    corpus = Corpus.open(folder / "corpus.db")
    for number, rows in enumerate(parts):
        assert corpus.ingest([write_records(folder / f"{number}.jsonl", rows)]).ok
    return corpus


def trained(corpus: Corpus, curated: tuple[CuratedRule, ...] = (), **recipe: Any) -> Model:
    with mock.patch.object(morphology, "open_kiwi", _shared_kiwi):
        return train(
            corpus, Recipe(**{"topics_most": 0, "workers": 1, **recipe}), aliases=load_aliases(None), curated=curated
        )


def forced(corpus: Corpus, like: Model) -> Model:
    """A full training on ``corpus`` with the words, idf, vectors and weights of ``like``."""
    # A training looks for copies by the rarest words alone, to stay linear; an update misses none.
    every = mock.patch.multiple(copies, _PROBES=10_000)
    with fitted_as(like), every:
        return trained(corpus)


def assert_same(one: Model, two: Model) -> None:
    a, b = one.catalogue, two.catalogue
    for name in ("ids", "cards", "outlets", "aliases"):
        assert list(getattr(a, name)) == list(getattr(b, name)), name
    for name in ("days", "outlet_of", "duplicate_of", "alias_rows", "stamps"):
        assert np.array_equal(getattr(a, name), getattr(b, name), equal_nan=name == "days"), name
    for name in ("listed_start", "listed", "lists_start", "lists"):
        assert np.array_equal(getattr(one.links, name), getattr(two.links, name)), name
    for name in ("postings_start", "postings_article", "rows_start", "rows_term"):
        assert np.array_equal(getattr(one.tfidf, name), getattr(two.tfidf, name)), name
    for name in ("postings_weight", "rows_weight"):
        assert np.allclose(getattr(one.tfidf, name), getattr(two.tfidf, name), atol=1e-6), name
    for name in ("start", "article", "code", "kind", "lead_start", "lead_term", "idf", "average"):
        assert np.array_equal(getattr(one.fields, name), getattr(two.fields, name)), name
    for name in ("pairs_start", "pairs"):
        assert np.array_equal(getattr(one.phrases, name), getattr(two.phrases, name)), name
    assert np.allclose(one.fields.norms, two.fields.norms, rtol=1e-6)
    assert np.allclose(one.dense.rows, two.dense.rows, atol=2e-3)
    assert one.about["corpus"] == two.about["corpus"]


def hits(model: Model, **asked: Any) -> dict[frozenset[str], float]:
    """Score by article with its near-copies: their order among themselves is a matter of rounding."""
    answer = Recommender(model).similar(min_score=0, k=20, stories=True, **asked)
    return {frozenset([h.article.id, *h.also]): h.score for h in answer}


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture(scope="module")
def grown() -> Iterator[tuple[Model, Update, Corpus]]:
    """A model of OLD with topics and desks, its update by NEW, and the corpus of both."""
    with tempfile.TemporaryDirectory() as name, corpus_of(Path(name), OLD) as corpus:
        model = replace(trained(corpus, DESKS, topics_most=60), version="v0001")
        corpus.ingest([write_records(Path(name) / "new.jsonl", NEW)])
        made = update(model, corpus, curated=DESKS)
        assert made
        yield model, made, corpus


def test_the_same_as_a_full_index_with_the_same_parameters(grown: tuple[Model, Update, Corpus]) -> None:
    model, made, corpus = grown
    full = forced(corpus, model)
    assert_same(made.model, full)
    held = made.model.catalogue
    found = {held.ids[row]: held.ids[first] for row, first in enumerate(held.duplicate_of.tolist()) if row != first}
    assert {"wire-2": "wire-1", "wire-3": "wire-1", "zone-1": "zone-0"}.items() <= found.items()
    assert all(other.split("-")[0] == copy.split("-")[0] for copy, other in found.items())
    for row in KEPT:
        for asked in ({"id": row["id"]}, {"text": row["title"]}):
            assert hits(made.model, **asked) == pytest.approx(hits(full, **asked), abs=2e-3)
            one, two = (Recommender(model).similar(**asked) for model in (made.model, full))
            assert [{h.article.id, *h.also} for h in one] == [{h.article.id, *h.also} for h in two]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_however_the_articles_are_parted(folder: Path, seed: int) -> None:
    """Several updates, each of some articles, some of them again with another text."""
    dice = random.Random(seed)
    rows = [*KEPT, SPACED]
    dice.shuffle(rows)
    cut = dice.randint(4, 9)
    corpus = corpus_of(folder, rows[:cut])
    model = first = trained(corpus)
    while cut < len(rows):
        step = dice.randint(1, 5)
        changed = [r | {"title": r["title"] + " 눈길", "outlet": "동해신문"} for r in dice.sample(rows[:cut], 1)]
        write_records(folder / "0.jsonl", [next((c for c in changed if c["id"] == r["id"]), r) for r in rows[:cut]])
        corpus.ingest([folder / "0.jsonl", write_records(folder / f"{cut}.jsonl", rows[cut : cut + step])])
        made = update(model, corpus)
        assert made
        model, cut = made.model, cut + step
        assert_same(model, forced(corpus, first))
    corpus.close()


def test_what_is_told_of_it(grown: tuple[Model, Update, Corpus]) -> None:
    model, made, _ = grown
    assert made.added + len(model) - made.gone == len(made.model)
    assert made.model.about["updated_from"] == {
        "version": "v0001",
        "added": made.added,
        "changed": made.changed,
        "gone": made.gone,
    }
    assert "made_from" not in made.model.about
    assert made.model.about["corpus"]["articles"] == len(made.model)
    assert (made.drift.trained, made.drift.articles, made.drift.added) == (
        "v0001",
        len(model),
        made.added + made.changed,
    )
    assert made.drift.words > made.drift.unseen > 0
    assert sum(made.drift.new_mix.values()) == made.drift.added
    assert made.model.weights is model.weights
    assert made.model.calibration is model.calibration


def test_topics_stay_and_newcomers_join_them(grown: tuple[Model, Update, Corpus]) -> None:
    model, made, _ = grown
    old, new = model.topics, made.model.topics
    assert [(t.id, t.name, t.terms) for t in new.topics] == [(t.id, t.name, t.terms) for t in old.topics]
    for row in OLD:
        before, after = (m.topics.topic_of[m.catalogue.row(row["id"])] for m in (model, made.model))
        assert before == after
    topic = {row["id"]: new.topic_of[made.model.catalogue.row(row["id"])] for row in [*OLD, *NEW]}
    assert topic["zone-3"] == topic["zone-1"] == topic["zone-0"] != NO_TOPIC
    assert topic["plant-4"] == topic["plant-1"]
    assert topic["wire-3"] == topic["wire-2"] == topic["wire-1"]
    assert [t.size for t in new.topics] == [int((new.topic_of == place).sum()) for place in range(len(new.topics))]
    assert {*new.outlier[new.topic_of != NO_TOPIC].tolist()} == {Outlier.MEMBER}
    assert np.isfinite(new.position).all()


def test_newcomers_come_under_the_desks_with_the_evidence(grown: tuple[Model, Update, Corpus]) -> None:
    made = grown[1].model
    row = {r["id"]: made.catalogue.row(r["id"]) for r in [*OLD, *NEW]}
    plant, zone = made.topics.curated_strength.T
    assert plant[row["plant-4"]] >= 0.7
    assert not zone[row["plant-4"]]
    assert zone[row["zone-3"]] >= 0.7
    assert not plant[row["wire-2"]], "the contract is excluded"
    assert made.topics.evidence(row["plant-4"], "plant") == ("양극재",)
    assert made.topics.curated[1].size == int((zone > 0).sum())


def test_newcomers_share_the_desks_of_the_strongest_of_their_near_copies(folder: Path) -> None:
    desk = (CuratedRule("nickel", "니켈", "nickel", ("니켈",), excluded=("속보",)),)
    wire = {row["id"]: row for row in RECORDS if row["id"].startswith("wire")}
    corpus = corpus_of(folder, [row for row in OLD if not row["id"].startswith("wire")])
    model = trained(corpus, desk)
    told = {**wire["wire-1"], "id": "wire-4", "outlet": "새벽뉴스", "body": "니켈 값이 올랐다. " * 8}
    corpus.ingest([write_records(folder / "more.jsonl", [*wire.values(), told])])
    made = update(model, corpus, curated=desk)
    assert made
    found = made.model
    row = {name: found.catalogue.row(name) for name in (*wire, "wire-4")}
    assert len({int(found.catalogue.duplicate_of[at]) for at in row.values()}) == 1
    strength = {name: float(found.topics.curated_strength[at, 0]) for name, at in row.items()}
    assert strength["wire-1"] == strength["wire-2"] == strength["wire-4"] > 0.5
    assert not strength["wire-3"], "an excluded term keeps out"
    assert found.topics.evidence(row["wire-2"], "nickel") == ("body: 니켈",)
    corpus.close()


def test_ids_that_vanished_by_merging_still_lead_to_their_article(grown: tuple[Model, Update, Corpus]) -> None:
    model, made, _ = grown
    title = next(row["title"] for row in NEW if row["id"] == "plant-2")
    before = next(
        name for name in model.catalogue.ids if model.catalogue.article(model.catalogue.row(name)).title == title
    )
    assert model.catalogue.article(model.catalogue.row(before)).headline_only
    after = made.model.catalogue.article(made.model.catalogue.row(before))
    assert (after.id, after.headline_only, after.outlet) == ("plant-2", False, "경북저널")
    assert made.gone == 1
    assert hits(made.model, id=before) == hits(made.model, id="plant-2")


def test_nothing_new_is_no_update(grown: tuple[Model, Update, Corpus]) -> None:
    assert update(grown[1].model, grown[2]) is None


def test_articles_that_left_the_corpus_leave_the_model(folder: Path) -> None:
    corpus = corpus_of(folder, KEPT)
    model = trained(corpus)
    write_records(folder / "0.jsonl", [row for row in KEPT if row["id"] not in ("wire-1", "zone-2", "fish-2")])
    corpus.ingest([folder / "0.jsonl"])
    made = update(model, corpus)
    assert made
    assert (made.added, made.gone) == (1, 3), "zone-2 is still in a list, under the id of a headline"
    assert_same(made.model, forced(corpus, model))
    corpus.close()


def test_from_an_empty_model_and_to_an_empty_corpus(folder: Path) -> None:
    corpus = corpus_of(folder, [])
    empty = trained(corpus)
    assert update(empty, corpus) is None
    corpus.ingest([write_records(folder / "0.jsonl", OLD)])
    made = update(empty, corpus)
    assert made
    assert made.model.topics.outlier.tolist() == [Outlier.NO_WORDS] * len(made.model)
    assert made.drift.unseen_share == 1
    write_records(folder / "0.jsonl", [])
    corpus.ingest([folder / "0.jsonl"])
    back = update(made.model, corpus)
    assert back
    assert (len(back.model), back.gone) == (0, made.added)
    corpus.close()


def test_a_model_of_before_updates_is_refused(grown: tuple[Model, Update, Corpus]) -> None:
    model = replace(grown[0], catalogue=replace(grown[0].catalogue, stamps=None))
    with pytest.raises(Exception, match=r"v0001 is of a program that knew no updates\. Train again"):
        update(model, grown[2])


BASE = Drift("v0001", 1000, {"a": 500, "b": 400, "": 100}, 0.5)


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({}, "No need"),
        ({"added": 201}, "20% came since"),
        ({"unseen": 31}, "31% of their words are unknown"),
        ({"new_mix": {"a": 90, "b": 5, "": 5}}, "mix of topics"),
        ({"new_mix": {"a": 45, "b": 25, "": 30}}, "No need"),
        ({"new_mix": {"a": 40, "b": 28, "": 32}}, "32% are in no topic (10% before)"),
        ({"distance": 0.66}, "lie farther"),
        ({"added": ENOUGH - 1, "distance": 0.9, "unseen": 100, "new_mix": {"": 29}}, "No need"),
    ],
)
def test_the_advice(change: dict[str, Any], advice: str) -> None:
    same = {"added": 100, "words": 100, "unseen": 5, "distance": 0.5, "new_mix": {"a": 50, "b": 40, "": 10}}
    assert advice in replace(BASE, **{**same, **change}).advice()


def test_the_shift_is_the_total_variation_distance() -> None:
    drift = replace(BASE, added=10, new_mix={"a": 2, "b": 4, "c": 4})
    assert drift.shift == pytest.approx((0.3 + 0 + 0.4 + 0.1) / 2)
    draws = np.random.default_rng(3).multinomial(50, [0.5, 0.4, 0.1], 4000) / 50
    by_chance = np.abs(draws - [0.5, 0.4, 0.1]).sum(axis=1).mean() / 2
    assert replace(BASE, added=50, new_mix={"a": 25, "b": 20, "": 5}).chance == pytest.approx(by_chance, rel=0.05)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a model of OLD and an edit; NEW is in its corpus."""
    home = tmp_path_factory.mktemp("updated")
    (home / "data").mkdir()
    for command in (["ingest", write_records(home / "old.jsonl", OLD)], ["train", "--quiet"]):
        assert run_cli(home, *command).status == 0
    topic = Recommender.open(home / "models").topics[0].id
    assert run_cli(home, "topics", "rename", topic, "우리 이름").status == 0
    assert run_cli(home, "ingest", write_records(home / "new.jsonl", NEW)).status == 0
    return home


@pytest.mark.slow
def test_the_command(home: Path) -> None:
    done = run_cli(home, "update")
    assert done.status == 0, done.stderr
    figures, since, advice = done.stdout.splitlines()
    assert figures.startswith("v0002: 8 new, 0 changed, 1 gone; 18 articles, ")
    assert figures.endswith("; current")
    assert since.startswith("since v0001 (")
    assert advice
    assert "voting on topics" in done.stderr
    answer = json.loads(run_cli(home, "similar", "--id", "plant-4", "--format", "json").stdout)
    assert answer["model"] == "v0002"
    assert answer["results"]
    manifest = json.loads((home / "models" / "v0002" / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["updated_from"]["version"] == "v0001"
    assert manifest["drift"]["advice"] == advice
    assert "우리 이름" in [topic.name for topic in Recommender.open(home / "models").topics], "edits hold"
    assert "우리 이름" not in [topic.name for topic in open_model(home / "models").topics.topics]
    again = run_cli(home, "update")
    assert (again.status, again.stdout) == (0, f"v0002: nothing is new; {len(open_model(home / 'models'))} articles\n")
    assert run_cli(home, "models", "check").status == 0
    assert run_cli(home, "models", "rollback").status == 0
    assert "v0003" in run_cli(home, "update", "--no-promote", "--quiet").stdout
    assert (home / "models" / "current").read_text() == "v0001\n"
    assert run_cli(home, "models", "promote", "v0002").status == 0
    ids = {topic.id for topic in open_model(home / "models").topics.topics}
    trained_again = run_cli(home, "train", "--quiet")
    assert trained_again.status == 0, trained_again.stderr
    model = open_model(home / "models")
    assert ids & {topic.id for topic in model.topics.topics}, "topics go on from the updated version"
    assert "drift" not in model.about
    assert "updated_from" not in model.about


def test_without_a_model_or_a_corpus(tmp_path: Path) -> None:
    for ready, told in ((False, "There is no model"), (True, "There is no model")):
        if ready:
            run_cli(tmp_path, "ingest", write_records(tmp_path / "old.jsonl", OLD[:2]))
        done = run_cli(tmp_path, "update")
        assert (done.status, done.stdout) == (1, "")
        assert told in done.stderr
        assert "recommender train" in done.stderr


def test_a_kind_that_is_cut_in_two_for_its_size_stays_a_kind() -> None:
    """Where too many are alike to look at all again, a copy goes with its original."""
    model = small_model()
    first, second, third = (model.catalogue.row(name) for name in ("wire-1", "wire-2", "wire-3"))
    before = np.arange(len(model), dtype=np.int32)
    before[third] = second
    titles = near_copies.Titles(model.catalogue.article, model.question, lambda title: [])
    with mock.patch.object(near_copies, "_MOST", 2):
        found = near_copies.renewed(before, [first, second], model.catalogue.days, model.tfidf, titles, 0.82)
    assert found[[first, second, third]].tolist() == [first] * 3
