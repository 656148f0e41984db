"""Topics of two levels: one tree, ids at both, names as wide as their topics, edits and filters at either level."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Run
from sklearn.metrics import adjusted_rand_score, v_measure_score
from worlds import topics_alone

from recommender import Corpus, Recipe, Recommender, train
from recommender.arrays.kernels import unit_rows
from recommender.evaluation.versions_compared import diff as compare
from recommender.index.links import Links
from recommender.ranking.model import Model
from recommender.reporting import render, summarise
from recommender.text.aliases import load_aliases
from recommender.text.analyzer import Analyzer
from recommender.text.kiwi import learn_lexicon, open_kiwi
from recommender.topics.edits.apply import with_edits
from recommender.topics.edits.draft import joined_lineage
from recommender.topics.edits.log import Edit, Part
from recommender.topics.headlines import Headlines
from recommender.topics.levels import levels_of
from recommender.topics.news_fields import with_field
from recommender.topics.nouns import naming_nouns
from recommender.topics.topic import NO_TOPIC, Lineage
from recommender.topics.wide_names import (
    Candidate,
    joined_name,
    printed,
    same_words,
    split_field,
    wide_enough,
    with_more,
)
from recommender.topics.word_value import is_uninformative, like_a_person
from recommender.training.folds import folds
from recommender.training.incremental import update

SMALL = replace(Recipe(), min_topic_size=10)
# Words of a field, then those of its three subjects.
FIELDS = {
    "농구 배구 감독 우승 선수 리그": ("골밑 슛 가드", "서브 블로킹 세터", "마라톤 완주 기록"),
    "국회 의원 여야 법안 장관 표결": ("예산 심사 증액", "선거 공천 후보", "외교 협정 비준"),
    "주가 금리 증시 펀드 은행 투자": ("환율 달러 수출", "대출 연체 담보", "상장 공모 청약"),
    "태풍 폭우 기온 한파 예보 날씨": ("미세먼지 황사 농도", "제설 결항 눈길", "산불 건조 진화"),
}


def headlines(seed: int = 3, each: int = 45) -> list[tuple[str, str, str]]:
    """Headlines with their field and subject."""
    rng = np.random.default_rng(seed)
    rows = []
    for field, subjects in FIELDS.items():
        for subject in subjects:
            for number in range(each):
                wide, narrow = rng.choice(field.split(), 3, replace=False), rng.choice(subject.split())
                rows.append((" ".join([narrow, *wide, f"{number + 2}호"]), field, subject))
    return rows


ROWS = headlines()


def ingested(rows: list[tuple[str, str, str]], folder: Path, but_each: int = 0) -> Path:
    """A file of the headlines, without each ``but_each``-th; ids are their places."""
    path = folder / "rows.jsonl"
    kept = [at for at in range(len(rows)) if not but_each or at % but_each]
    records = ({"id": f"a{at:04d}", "title": rows[at][0]} for at in kept)
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def trained(corpus: Corpus, previous: Model | None = None, recipe: Recipe = SMALL, *, fresh: bool = False) -> Model:
    with topics_alone():
        return train(corpus, recipe, previous=previous, fresh_topics=fresh)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([ingested(ROWS, tmp_path_factory.mktemp("levels"))])
        return train(corpus, SMALL)


@pytest.fixture(scope="module")
def smaller(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Without each fifth headline, and knowing of none before it."""
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([ingested(ROWS, tmp_path_factory.mktemp("smaller"), 5)])
        return trained(corpus)


@pytest.fixture(scope="module")
def later(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Two trainings after ``model``: without each tenth headline, then of all; each with its date."""
    folder, found = tmp_path_factory.mktemp("later"), model
    first = folder / "dated.jsonl"
    with Corpus.open(":memory:") as corpus:
        for drop in (10, 0):
            records = [json.loads(line) for line in ingested(ROWS, folder, drop).read_text("utf-8").splitlines()]
            dated = ({**row, "published": f"2024-0{1 + at % 6}-10"} for at, row in enumerate(records))
            first.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in dated), encoding="utf-8")
            corpus.ingest([first])
            found = trained(corpus, found)
    return found


@pytest.fixture
def home(model: Model, tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    model.save(tmp_path / "models")
    return tmp_path


def rows_of(run: Run, home: Path, *args: str) -> list[dict[str, Any]]:
    done = run(home, "topics", *args, "--format", "json")
    assert done.status == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def places(model: Model, rows: list[tuple[str, str, str]] = ROWS) -> list[tuple[str, str, str]]:
    """The headlines in the order of the model's rows."""
    return [rows[int(name[1:])] for name in model.catalogue.ids]


def test_the_fine_topics_lie_in_the_broad_ones_and_both_are_the_planted(model: Model) -> None:
    topics, truth = model.topics, places(model)
    assert topics.broad_first
    assert len(topics.broad) == len(FIELDS)
    assert adjusted_rand_score([field for _, field, _ in truth], topics.broad_of) > 0.9
    assert v_measure_score([subject for _, _, subject in truth], topics.topic_of) > 0.6
    ids = {top.id for top in topics.broad}
    assert all(topic.parent in ids and topic.size >= SMALL.min_topic_size for topic in topics.topics)
    assert not ids & {topic.id for topic in topics.topics}
    assert all(top.parent is None for top in topics.broad)
    for place, top in enumerate(topics.broad):
        assert top.size == sum(topics.topics[int(at)].size for at in topics.children(place))
        assert top.size == len(topics.broad_members(place)) == int((topics.broad_of == place).sum())
    assert ((topics.broad_of == NO_TOPIC) == (topics.topic_of == NO_TOPIC)).all()
    names = [topic.name for topic in topics.tree()]
    assert len(names) == len(set(names)) == len(topics.topics) + len(topics.broad)


def test_a_broad_name_is_made_of_what_its_finer_topics_share(model: Model) -> None:
    wide = {word for field in FIELDS for word in field.split()}
    for top in model.topics.broad:
        assert wide & {*top.name.replace("·", " ").split()}, top.name


def test_ids_of_both_levels_survive_a_training(model: Model, tmp_path: Path) -> None:
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([ingested(ROWS, tmp_path, 10)])
        again = trained(corpus, model)
    for old, new in ((model.topics.broad, again.topics.broad), (model.topics.topics, again.topics.topics)):
        assert len({t.id for t in old} & {t.id for t in new}) >= 0.8 * len(old), again.topics.lineage
    assert {t.parent for t in again.topics.topics} == {t.id for t in again.topics.broad}
    told = {name for step in again.topics.lineage for name in (*step.before, *step.after)}
    assert {t.id for t in (*again.topics.broad, *again.topics.topics)} <= told


def test_fresh_topics_are_those_of_a_start_from_scratch_with_the_ids_of_before(
    model: Model, smaller: Model, tmp_path: Path
) -> None:
    small = smaller
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([ingested(ROWS, tmp_path)])
        fresh = trained(corpus, small, fresh=True)
    assert np.array_equal(fresh.topics.topic_of, model.topics.topic_of)
    assert np.array_equal(fresh.topics.broad_of, model.topics.broad_of)
    assert (
        {t.id for t in fresh.topics.broad} == {t.id for t in small.topics.broad} != {t.id for t in model.topics.broad}
    )
    assert fresh.topics.lineage


@pytest.mark.parametrize("level", ["broad", "fine"])
def test_merged_topics_keep_both_histories_over_trainings(model: Model, later: Model, level: str) -> None:
    """Two trainings later the merged topic still has its id, the articles and the trend of both, and one line in what
    became of topics since the version before."""
    one, other = (model.topics.broad if level == "broad" else model.topics.topics)[:2]
    edits = [Edit("merge", topics=(one.id, other.id))]
    merged, problems = with_edits(later, edits)
    assert not problems
    apart, whole = summarise(later), summarise(merged)
    cards = {card.id: card for card in (*apart.broad, *apart.topics)}
    joined = next(card for card in (*whole.broad, *whole.topics) if card.id == one.id)
    assert joined.size == cards[one.id].size + cards[other.id].size
    both = zip(cards[one.id].trend.counts, cards[other.id].trend.counts, strict=True)
    assert list(joined.trend.counts) == [a + b for a, b in both]
    told = [(step.event, step.before, step.after) for step in merged.topics.lineage if one.id in step.after]
    assert told == [("continued", (one.id,), (one.id,))]
    assert not any(other.id in (*step.before, *step.after) for step in merged.topics.lineage)


def test_a_merged_topic_is_not_said_to_come_or_go() -> None:
    steps = [
        Lineage("continued", ("a",), ("a",)),
        Lineage("split", ("b",), ("b", "c")),
        Lineage("born", (), ("d",)),
        Lineage("retired", ("e",), ()),
        Lineage("retired", ("f",), ()),
    ]
    into = {"b": "a", "d": "a", "e": "a"}
    assert joined_lineage(steps, lambda name: into.get(name, name)) == (
        Lineage("continued", ("a",), ("a",)),
        Lineage("split", ("a",), ("a", "c")),
        Lineage("retired", ("f",), ()),
    )


@pytest.mark.parametrize("most", [2, 3])
def test_no_more_topics_than_wished_in_an_archive_that_grew_and_afresh(
    smaller: Model, tmp_path: Path, most: int
) -> None:
    """The bound holds for the level that is found, whatever there was before."""
    wished, small = replace(SMALL, topics_most=most), smaller
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([ingested(ROWS, tmp_path)])
        grown = trained(corpus, small, wished)
        fresh = trained(corpus, small, wished, fresh=True)
    assert len(small.topics.first[0]) > most
    for found in (grown, fresh):
        assert 1 < len(found.topics.first[0]) <= most
        assert {t.id for t in found.topics.first[0]} <= set(found.about["topic_ids_used"])
    assert {t.id for t in grown.topics.first[0]} & {t.id for t in small.topics.first[0]}


def test_a_new_text_is_put_under_both_levels(model: Model) -> None:
    desk = Recommender(model)
    for place, top in enumerate(model.topics.broad):
        row = int(model.topics.broad_members(place)[0])
        (found,) = desk.predict([ROWS[int(model.catalogue.ids[row][1:])][0] + " 소식"])
        assert found.topic
        assert found.broad[0][0].id == found.topic.parent == top.id
        said = found.as_json()
        assert said["broad"]["id"] == said["topic"]["parent"] == top.id
        assert said["broad"]["strength"] >= said["topic"]["strength"]
        assert sum(row["strength"] for row in said["broad_topics"]) <= 1.001


def test_a_comparison_of_versions_says_what_became_of_broad_topics(model: Model, tmp_path: Path) -> None:
    model.save(tmp_path / "models")
    joined = replace(model.topics, broad=model.topics.broad[:3])
    kept = {top.id for top in joined.broad}
    fine = tuple(t if t.parent in kept else replace(t, parent=joined.broad[0].id) for t in joined.topics)
    replace(model, topics=replace(joined, topics=fine)).save(tmp_path / "models")
    found = compare(tmp_path / "models", "v0001", "v0002", folds)
    [step] = found.as_json()["broad_topics"]["merged"]
    assert {topic["id"] for topic in step["before"]} == {joined.broad[0].id, model.topics.broad[3].id}
    assert [topic["id"] for topic in step["after"]] == [joined.broad[0].id]
    assert not found.topics["merged"]
    assert "broad topic merged" in {row["what"] for row in found.rows()}


def test_an_update_puts_newcomers_under_both_levels(model: Model, tmp_path: Path) -> None:
    newer = [*ROWS, *(row for row in headlines(11)[::15])]
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([ingested(newer, tmp_path)])
        done = update(model, corpus)
    assert done is not None
    topics, truth = done.model.topics, places(done.model, newer)
    new = [at for at, name in enumerate(done.model.catalogue.ids) if int(name[1:]) >= len(ROWS)]
    assert np.mean(topics.topic_of[new] != NO_TOPIC) > 0.8
    assert adjusted_rand_score([truth[at][1] for at in new], topics.broad_of[new]) > 0.7
    assert [t.size for t in topics.broad] == np.bincount(topics.broad_of + 1, minlength=5)[1:].tolist()


def test_the_list_is_a_tree_and_each_level_can_be_asked_for(home: Path, model: Model, run: Run) -> None:
    tree = rows_of(run, home)
    assert [row["id"] for row in tree] == [topic.id for topic in model.topics.tree()]
    assert [row["level"] for row in tree][:2] == ["broad", "fine"]
    broad, fine = (rows_of(run, home, "--level", level) for level in ("broad", "fine"))
    assert [row["id"] for row in broad] == [t.id for t in model.topics.broad]
    assert {row["parent"] for row in fine} == {row["id"] for row in broad}
    rows = rows_of(run, home, "--assignments")
    parent_of = {row["id"]: row["parent"] for row in fine}
    assert all(row["parent"] == parent_of.get(row["topic"]) for row in rows)
    members = rows_of(run, home, broad[0]["id"])
    assert len(members) == broad[0]["size"]
    assert {row["topic"] for row in members} == {row["id"] for row in fine if row["parent"] == broad[0]["id"]}


def test_a_question_can_be_kept_to_a_broad_topic(model: Model) -> None:
    desk = Recommender(model)
    for top in model.topics.broad[:2]:
        found = desk.similar("감독 우승 국회 표결 금리", topic=top.name)
        assert {hit.topic.parent for hit in found if hit.topic} <= {top.id}
        assert all(hit.as_json()["topic"]["parent"] == top.id for hit in found)


def edited(model: Model, *edits: Edit) -> Model:
    found, problems = with_edits(model, [replace(edit, number=at + 1) for at, edit in enumerate(edits)])
    assert not problems
    return found


def test_edits_at_the_broad_level(model: Model, home: Path, run: Run) -> None:
    first, second, *_ = (top.id for top in model.topics.broad)
    before = rows_of(run, home)
    for args in (["rename", first, "우리 분야"], ["merge", first, second]):
        assert run(home, "topics", *args).status == 0
    after = {row["id"]: row for row in rows_of(run, home)}
    sizes = {row["id"]: row["size"] for row in before}
    assert second not in after
    assert (after[first]["name"], after[first]["size"]) == ("우리 분야", sizes[first] + sizes[second])
    assert {row["parent"] for row in after.values()} - {None} <= after.keys()
    done = run(home, "topics", "split", first, "--into", "2")
    assert done.status == 0, done.stderr
    parts = {row["id"]: row for row in rows_of(run, home)}
    assert parts["s001"]["level"] == "broad"
    assert parts[first]["size"] + parts["s001"]["size"] == after[first]["size"]
    assert sum(row["parent"] == "s001" for row in parts.values()) > 0
    for _ in range(3):
        assert run(home, "topics", "undo").status == 0
    assert rows_of(run, home) == before


def test_edits_that_make_no_sense_at_the_broad_level_are_refused(model: Model, home: Path, run: Run) -> None:
    top, fine, article = model.topics.broad[0].id, model.topics.topics[0].id, model.catalogue.ids[0]
    wrong = {
        ("move", article, top): "articles stand in its finer ones",
        ("pin", article, top): "articles stand in its finer ones",
        ("merge", top, fine): "Merge topics of one level",
        ("split", top, "--article", article): "its finer topics stay whole",
        ("split", top, "--into", "40"): "cannot be split into 40",
        ("rename", top, model.topics.topics[1].name): "Another topic is called",
        ("rename", fine, model.topics.broad[1].name): "Another topic is called",
    }
    for args, sentence in wrong.items():
        done = run(home, "topics", *args)
        assert done.status == 1
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr


def test_edits_of_before_hold_where_their_topic_is_a_broad_one_now(model: Model) -> None:
    top, other = model.topics.broad[:2]
    row = int(model.topics.broad_members(1)[0])
    article = model.catalogue.ids[row]
    found = edited(model, Edit("pin", article=article, topic=top.id))
    assert int(found.topics.broad_of[row]) == 0
    stays = edited(model, Edit("pin", article=article, topic=other.id))
    assert stays.topics.topic_of[row] == model.topics.topic_of[row]
    left = Edit("split", topic=other.id, parts=(Part("s001", "따로", (article,)),))
    apart = edited(model, left).topics
    place = int(apart.topic_of[row])
    assert (apart.topics[place].id, apart.topics[place].parent) == ("s001", other.id)


def test_the_report_shows_the_finer_topics_of_a_broad_one(model: Model) -> None:
    summary = summarise(model)
    told = json.loads(str(render(summary, "json", "ko")))
    assert [card["id"] for card in told["broad"]] == [top.id for top in model.topics.broad]
    assert [name for card in told["broad"] for name in card["topics"]] == [
        t.id for t in model.topics.tree() if t.parent
    ]
    assert {card["parent"] for card in told["topics"]} == {top.name for top in model.topics.broad}
    for form in ("html", "md"):
        page = str(render(summary, form, "ko"))
        assert "세부 토픽" in page
        assert all(topic.name.split("·")[0].split()[0] in page for topic in model.topics.tree())
    page = str(render(summary, "html", "ko"))
    for card in summary.broad:
        for place in card.below if len(card.below) > 1 else ():  # one alone is the broad one
            bar = f'<progress max="{card.size}" value="{summary.topics[place].size}" aria-hidden="true">'
            assert bar in page, "a finer topic has a bar as long as its share of the broad one"
    several = sum(len(card.below) > 1 for card in summary.broad)
    assert page.count('broad"><div>') == several > 0, "a broad card with finer ones lies across the page"


def test_the_report_says_where_the_lists_of_a_broad_topic_lead(model: Model) -> None:
    first, second, third = (model.topics.broad_members(place)[:3] for place in range(3))
    pairs = [(first[0], first[1]), (first[0], second[0]), (first[1], second[1]), (first[2], third[0])]
    sources, targets = np.array(pairs).T
    summary = summarise(replace(model, links=Links.of(sources, targets, len(model))))
    card = summary.broad[0]
    assert (card.links, card.inside) == (4, 0.25)
    assert [(lead.index, lead.count) for lead in card.leads] == [(1, 2), (2, 1)]
    told = json.loads(str(render(summary, "json", "ko")))["broad"][0]["links_to"]
    assert [lead["topic"] for lead in told] == [top.id for top in model.topics.broad[1:3]]
    assert f"{summary.broad[1].name} 50" in str(render(summary, "html", "ko"))


def clusters(groups: int, each: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    truth = np.repeat(np.arange(groups), each)
    rows = np.eye(groups, 60)[truth] + 0.5 * rng.normal(size=(len(truth), 60)) / 60**0.5
    return unit_rows(rows).astype(np.float32), truth


def test_which_level_the_found_topics_are() -> None:
    for groups, each, levels in ((6, 30, None), (6, 120, True), (40, 30, False)):
        rows, truth = clusters(groups, each)
        nowhere = np.full(len(truth), -1)
        found = levels_of(rows, truth, np.arange(len(truth)), nowhere, 15, 7)
        assert (None if found.broad is None else found.broad_first) is levels
        if found.broad is not None:
            pairs = {(int(a), int(b)) for a, b in zip(found.fine, found.broad, strict=True)}
            assert len(pairs) == found.fine.max() + 1, "a fine topic lies in one broad topic"
            assert found.broad.max() <= found.fine.max()
            again = levels_of(rows, truth, np.arange(len(truth)), found.broad, 15, 7, found.broad_first)
            assert levels or adjusted_rand_score(found.broad, again.broad) == 1


def test_a_name_is_as_wide_as_its_topic() -> None:
    ten = set(range(10))
    assert wide_enough([0.5, 0.2], ten, 20)
    assert not wide_enough([0.5, 0.01], ten, 20), "one of its words stands in a headline or two"
    assert not wide_enough([0.3], set(range(6)), 20), "one word, in a third of the headlines"
    words = [Candidate("농구", ten, 0.9), Candidate("프로농구", ten, 0.9), Candidate("배구", set(range(10, 16)), 0.8)]
    assert joined_name(words, 30) == ("농구", "배구")
    assert joined_name(words, 20) == ("농구", "배구"), "one word in a half of the headlines, and another in a third"
    assert joined_name(words, 16) == ("농구",)
    rare = [Candidate(word, {at, at + 1}, 0.9) for at, word in zip(range(0, 10, 2), "가나다라마", strict=True)]
    assert len(joined_name(rare, 30)) == 4, "three say too little"
    assert len(joined_name(rare, 12)) == 3
    assert printed(["농구", "배구"], ten, 20) == "농구·배구"
    assert printed(["선물", "축제"], {1}, 20) == "기타: 선물, 축제"
    assert printed(["gifts", "fairs"], {1}, 20) == "Other: gifts, fairs"


def test_a_name_that_says_little_says_so() -> None:
    assert with_more("농구·배구", 0.4) == "농구·배구 등"
    assert with_more("농구·배구", 0.5) == "농구·배구"
    assert with_more("기타: 선물, 축제", 0.1) == "기타: 선물, 축제"
    assert with_more("gifts·fairs", 0.1) == "gifts·fairs"
    assert split_field("농구·배구 등") == ("", "농구·배구"), "what follows it is no part of its words"
    assert with_field("농구·배구", (("스포츠", 0.7),), 0.4) == "스포츠: 농구, 배구", "a field says the rest"


def test_names_of_the_same_words_are_alike() -> None:
    assert same_words("농구·배구", "배구, 농구")
    assert same_words("농구 배구", "농구배구")
    assert same_words("농구·배구 등", "배구·농구")
    assert not same_words("농구·배구", "농구")


def test_what_lies_at_the_edge_of_a_topic_is_not_its_name() -> None:
    event, field = set(range(12)), set(range(10, 20))
    assert (
        joined_name([Candidate("홍합", event, 0.9, central=0.4), Candidate("나눔", field, 0.6, central=0.9)], 100)[0]
        == "나눔"
    )
    assert joined_name([Candidate("손흥민", event, 0.9, telling=0.2), Candidate("축구", field, 0.6)], 100)[0] == "축구"
    assert joined_name([Candidate("손흥민", event, 0.9, telling=0.2)], 100) == ("손흥민",), "there is no other word"
    assert printed(["홍합", "수표"], event, 20, 0.6) == "기타: 홍합, 수표", "no word near the middle"


@pytest.mark.parametrize(
    ("word", "person", "in_office"),
    [("손흥민", True, True), ("나경원", False, True), ("안동시", False, False), ("서울시", False, False),
     ("이마트", False, True), ("전기차", True, True), ("양극재료", False, False)],
)  # fmt: skip
def test_what_has_the_form_of_a_persons_name(word: str, person: bool, in_office: bool) -> None:
    assert (like_a_person(word), like_a_person(word, True)) == (person, in_office)


def test_columns_people_and_verbs_name_no_topic() -> None:
    titles = [
        "[역사줌인] 조선의 궁궐 이야기",
        "[역사줌인] 고려의 불상",
        "류현진 감독 첫 훈련",
        "사라지는 동네 책방",
        "동네 책방 살리기",
    ]
    names = load_aliases(None)
    kiwi = open_kiwi(names)
    analyzer = Analyzer(learn_lexicon(titles, names), names, {})
    words = [analyzer.words(title) for title in titles]
    headlines = Headlines.of(titles, words, analyzer, np.arange(len(titles), dtype=np.int32), kiwi)
    assert "역사줌인" in headlines.labels
    assert "책방" not in headlines.labels
    assert "류현진" in headlines.people()
    assert "책방" not in headlines.people()
    assert naming_nouns(["사라지", "알린다", "팔린", "책방", "이란"], kiwi) == ["책방", "이란"]


def test_a_broad_topic_that_wins_no_finer_group_stays_whole() -> None:
    """A few articles in the midst of a far larger topic: most members of each finer group are the other's."""
    rng = np.random.default_rng(5)
    rows = unit_rows(rng.normal(size=(1500, 8)) * 0.05 + np.repeat(np.eye(8)[:3], 500, axis=0))
    truth = np.repeat([0, 1, 2], 500)
    truth[::60] = 3
    nowhere = np.full(len(rows), NO_TOPIC)
    found = levels_of(rows.astype(np.float32), truth, np.arange(len(rows)), nowhere, 15, 7)
    assert found.broad_first
    assert len(set(found.fine[truth == 3].tolist())) == 1
    assert not set(found.fine[truth == 3].tolist()) & set(found.fine[truth != 3].tolist())


SAYING_NOTHING = ("기자", "x", "a씨", "김모씨", "박씨", "특파원", "2021상호존중", "내년", "19일자", "사망종합")


@pytest.mark.parametrize("word", SAYING_NOTHING)
def test_words_that_say_no_topic(word: str) -> None:
    assert is_uninformative(word)


@pytest.mark.parametrize("word", ["날씨", "2차전지", "5g", "ai", "기술", "배터리", "솜씨"])
def test_words_that_do(word: str) -> None:
    assert not is_uninformative(word)
