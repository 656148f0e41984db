"""Topics: planted ones are found, every size has an answer, names read as noun phrases."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from sklearn.metrics import adjusted_rand_score, f1_score

from recommender import Corpus, Recipe, train
from recommender.arrays.hash_sample import id_hashes, sampled
from recommender.arrays.kernels import unit_rows
from recommender.ranking.model import Model, open_model
from recommender.text.aliases import load_aliases
from recommender.text.kiwi import open_kiwi
from recommender.text.normalize import title_key
from recommender.topics.clusterer import WardModularity
from recommender.topics.curated import load_curated
from recommender.topics.features import topic_vectors, topic_words
from recommender.topics.grouping import _group_few
from recommender.topics.layout2d import positions
from recommender.topics.nouns import nouns_of
from recommender.topics.topic import NO_TOPIC, Outlier
from recommender.topics.wide_names import JOINER, split_field

LINES = (ROOT / "data/sample/labels.jsonl").read_text(encoding="utf-8").splitlines()
LOTS = id_hashes([str(place) for place in range(400)], 7)
SAMPLE = [row for row in map(json.loads, LINES) if row.get("title")]


def fitted(titles: list[str], folder: Path, previous: Model | None = None) -> Model:
    path = folder / "titles.jsonl"
    path.write_text("".join(json.dumps({"title": t}, ensure_ascii=False) + "\n" for t in titles), encoding="utf-8")
    with Corpus.open(":memory:") as corpus:
        if titles:
            corpus.ingest([path])
        return train(corpus, Recipe(), previous=previous)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return fitted([row["title"] for row in SAMPLE], tmp_path_factory.mktemp("topics"))


def planted(groups: int, each: int, spread: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    truth = np.repeat(np.arange(groups), each)
    rows = np.eye(groups, 20)[truth] + spread * rng.normal(size=(len(truth), 20)) / 20**0.5
    return unit_rows(rows), truth


@pytest.mark.parametrize("groups", [3, 7, 15])
def test_the_number_of_planted_groups_is_found(groups: int) -> None:
    rows, truth = planted(groups, 80)
    labels = WardModularity().fit(rows).labels_
    assert labels.max() + 1 == groups
    assert adjusted_rand_score(truth, labels) > 0.95


def test_clusters_that_there_were_stay_and_a_new_one_is_found() -> None:
    rows, truth = planted(6, 80)
    coarse = truth // 2
    known = np.where(truth < 4, coarse, -1)
    halves = WardModularity(start=known).fit(rows).labels_
    assert adjusted_rand_score(truth, halves) > 0.95, "what differs is cut, what is new becomes a cluster"
    rng = np.random.default_rng(5)
    loose = unit_rows(rng.normal(size=(600, 12)))
    first = WardModularity().fit(loose).labels_
    kept = rng.random(600) < 0.9
    fresh = WardModularity().fit(loose[kept]).labels_
    again = WardModularity(start=first[kept]).fit(loose[kept]).labels_
    by_chance = adjusted_rand_score(first[kept], fresh)
    assert adjusted_rand_score(first[kept], again) > max(0.6, 1.7 * by_chance), "though these are no clusters at all"


def test_a_sample_stays_when_articles_go() -> None:
    all_of_them = sampled(np.arange(400), 100, LOTS)
    fewer = sampled(np.arange(0, 400, 2), 60, LOTS)
    assert len(set(all_of_them[all_of_them % 2 == 0]) - set(fewer)) < 10
    assert np.array_equal(fewer, np.sort(fewer))


def test_no_more_clusters_than_wanted() -> None:
    rows, truth = planted(9, 50)
    assert WardModularity(most=4).fit(rows).labels_.max() < 4
    assert WardModularity(most=4, start=truth).fit(rows).labels_.max() < 4, "whatever there was before"
    assert WardModularity(most=1, start=truth).fit(rows).labels_.max() == 0


@pytest.mark.parametrize(("most", "kept"), [(60, [0, 0, 1, 1, 1]), (1, [-1, -1, 0, 0, 0])])
def test_no_more_topics_of_few_articles_than_wanted(most: int, kept: list[int]) -> None:
    rows = np.eye(3, dtype=np.float32)[[0, 0, 1, 1, 1, 2]]
    assert _group_few(rows, most).tolist() == [*kept, NO_TOPIC]


def test_words_that_keep_the_same_company_are_alike() -> None:
    left, right = [f"l{i}" for i in range(12)], [f"r{i}" for i in range(12)]
    rng = np.random.default_rng(1)
    words = [list(rng.choice(side, 3, replace=False)) for side in (left, right) for _ in range(150)]
    rows = topic_vectors([*map(list, words), []], np.arange(300), LOTS, 7)
    assert (rows[:150] @ rows[:150].T).mean() > (rows[:150] @ rows[150:300].T).mean() + 0.3
    assert not rows[300].any(), "an article without words has no direction"


def test_topic_words_are_distinct_words() -> None:
    assert topic_words([["배터리", "~배터", "2026", "공장", "배터리"]], [["공장", "화재"]]) == [
        ["배터리", "공장", "화재"]
    ]


@pytest.mark.parametrize("count", [0, 1, 4, 5, 14, 15, 40])
def test_a_map_for_every_size(count: int) -> None:
    rows = planted(5, 8)[0][:count]
    placed = positions(rows, np.arange(count), LOTS, 7)
    assert placed.shape == (count, 2)
    assert np.isfinite(placed).all()
    assert np.array_equal(placed, positions(rows, np.arange(count), LOTS, 7))
    assert len(np.unique(placed, axis=0)) == count


def test_the_sample_has_few_topics_with_names(sample: Model) -> None:
    topics = sample.topics
    assert 4 <= len(topics.topics) <= 25
    assert topics.outlier_share <= 0.15
    names = [topic.name for topic in topics.topics]
    assert len(set(names)) == len(names)
    shown = " ".join(row["title"] for row in SAMPLE)
    for topic in topics.topics:
        parts = split_field(topic.name)[1].replace(", ", JOINER).split(JOINER)
        assert any(part.split()[0] in shown for part in parts), "aliases are spelled one way"
        assert not any(mark in part for mark in "_~," for part in parts)
        assert len(set(topic.examples)) == 3
        assert not any(a != b and a in b for a in topic.terms for b in topic.terms), "no 포항 beside 포항시"
    assert [t.size for t in topics.topics] == sorted((t.size for t in topics.topics), reverse=True)


def test_the_sample_reads_as_a_person_sorted_it(sample_home: Path) -> None:
    """Desks by their F1, topics by the adjusted Rand index against the first topic of the judgements by hand."""
    judged = {title_key(row["title"]): row["topics"] for row in SAMPLE}
    found = open_model(sample_home / "models")
    titles = [found.catalogue.article(row).title or "" for row in range(len(found))]
    kept = [row for row, title in enumerate(titles) if title_key(title) in judged]
    hand = [judged[title_key(titles[row])] for row in kept]
    assert len(kept) > 400
    assert adjusted_rand_score([topics[0] for topics in hand], found.topics.topic_of[kept]) >= 0.6
    for place, desk in enumerate(found.topics.curated):
        held = found.topics.curated_strength[kept, place] > 0
        assert f1_score([desk.id in topics for topics in hand], held) >= 0.9


def test_outliers_have_reasons_and_copies_share_topics(sample: Model) -> None:
    topics = sample.topics
    assert ((topics.topic_of == NO_TOPIC) == (topics.outlier != Outlier.MEMBER)).all()
    assert np.array_equal(topics.topic_of, topics.topic_of[sample.catalogue.duplicate_of])


@pytest.mark.slow
def test_a_tenth_more_or_less_keeps_the_ids(sample: Model, tmp_path: Path) -> None:
    kept = np.random.default_rng(2).random(len(SAMPLE)) < 0.9
    titles = [row["title"] for row, keep in zip(SAMPLE, kept, strict=True) if keep]
    after = fitted(titles, tmp_path, sample)
    large = {topic.id for topic in sample.topics.topics if topic.size >= 20}
    lasting = large & {topic.id for topic in after.topics.topics}
    assert len(lasting) >= 0.95 * len(large), after.topics.lineage


@pytest.mark.slow
@pytest.mark.parametrize(
    "titles",
    [[], ["배터리 공장"], ["배터리 공장", "전기차 화재"], ["배터리 재활용 공장"] * 40, ["?" * i for i in range(1, 40)]],
    ids=["none", "one", "two", "equal", "wordless"],
)
def test_too_little_for_topics(titles: list[str], tmp_path: Path) -> None:
    topics = fitted(titles, tmp_path).topics
    assert topics.topics == ()
    assert (topics.topic_of == NO_TOPIC).all()
    assert np.isfinite(topics.position).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    "titles",
    [
        ["今年の経済成長率は三%", "電池工場が完成した", "新しい電池工場の建設", "大学で人材を育てる", "人材育成の大学"]
        * 8,
        ["انتخابات رئاسية جديدة", "مصنع بطاريات كهربائية", "بطاريات السيارات", "Выборы президента", "Завод батарей"]
        * 8,
    ],
    ids=["Japanese", "Arabic and Russian"],
)
def test_other_languages_have_an_answer(titles: list[str], tmp_path: Path) -> None:
    found = fitted([f"{title} {number}" for number, title in enumerate(titles)], tmp_path)
    assert len(found) == 40
    assert np.isfinite(found.topics.position).all()
    assert all(topic.name for topic in found.topics.topics)


def test_the_seed_pages_list_gives_the_desks_their_members(shared: Path, tmp_path: Path) -> None:
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([shared / "seeds"])
        found = train(corpus, Recipe(), curated=load_curated(ROOT / "data" / "topics.toml"))
    members = {
        desk.id: {found.catalogue.article(int(row)).shown_title for row in found.topics.curated_members(place)}
        for place, desk in enumerate(found.topics.curated)
    }
    assert [len(members[desk]) for desk in ("special-zones", "recycling", "posco", "talent")] == [7, 4, 3, 1]
    held = {title for titles in members.values() for title in titles}
    assert not any("태양광" in title for title in held), "the loan for solar panels belongs to no desk"
    for place in range(4):
        (topic,) = {int(found.topics.topic_of[row]) for row in found.topics.curated_members(place)[:1]}
        assert topic == NO_TOPIC or set(found.topics.curated_members(place)) <= set(found.topics.members(topic))


def test_terms_are_nouns() -> None:
    nouns = ["단지", "화재", "sk온", "lfp", "2차전지", "4차산업", "미래"]
    others = ["되살리", "꺼지", "빠르", "만들", "바로", "2조원", "50대", "0.3", "3배"]
    assert nouns_of([*nouns, *others], open_kiwi(load_aliases(None))) == nouns
