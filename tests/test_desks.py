"""Desk topics: the topics file, terms in headlines, and what the sample's editor would say."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, Run
from worlds import fitted, small_model, topics_alone

from recommender import Article, Recommender
from recommender.errors import RecipeError
from recommender.text.normalize import title_key
from recommender.topics.curated import CuratedRule, Finder, Term, load_curated, title_pieces
from recommender.topics.curated_members import assign, with_curated
from recommender.topics.topic import TopicModel

HEAD = '[[desk]]\nid = "a"\nname = "가"\n'
BAD = [
    ("unknown key in a desk", HEAD + 'terms = ["특구"]\nterm = ["x"]\n', "line 5", "unknown key 'term'"),
    ("unknown key outside", 'title = "x"\n', "line 1", "unknown key 'title'"),
    ("empty term", HEAD + 'terms = [\n  "특구",\n  "",\n]\n', "line 6", "'terms' holds ''"),
    ("a term without a word", HEAD + 'terms = ["특구", "…"]\n', "line 4", "'terms' holds '…'"),
    ("a term that is a number", HEAD + 'terms = ["특구", 7]\n', "line 4", "'terms' holds 7"),
    ("no terms", HEAD + "terms = []\n", "line 4", "'terms' is empty"),
    ("terms not a list", HEAD + 'terms = "특구"\n', "line 4", "'terms' is '특구'"),
    ("an empty excluded term", HEAD + 'terms = ["특구"]\nexcluded = [" "]\n', "line 5", "'excluded' holds ' '"),
    ("no name", '[[desk]]\nid = "a"\nterms = ["특구"]\n', "line 1", "has no 'name'"),
    ("an id with blanks", '[[desk]]\nid = "a b"\nname = "가"\nterms = ["x"]\n', "line 2", "'id' is 'a b'"),
    ("a name that is none", '[[desk]]\nid = "a"\nname = 3\nterms = ["x"]\n', "line 3", "'name' is 3"),
    ("two desks with one id", (HEAD + 'terms = ["x"]\n') * 2, "line 6", "two desks have the id 'a'"),
    ("a table, no array", '[desk]\nid = "a"\n', "line 1", "'desk' is"),
    ("not TOML", HEAD + "terms = [특구]\n", "line 4", "is not TOML"),
]


@pytest.mark.parametrize(("text", "line", "problem"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_bad_file_is_named_with_line_and_key(tmp_path: Path, text: str, line: str, problem: str) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError) as caught:
        load_curated(path)
    for part in (str(path), line, problem):
        assert part in str(caught.value)
    assert caught.value.hint


def test_a_bad_file_stops_the_training_before_it_begins(own_home: Path, run: Run) -> None:
    (own_home / "data" / "topics.toml").write_text(HEAD + 'terms = [""]\n', encoding="utf-8")
    done = run(own_home, "train", "--quiet")
    assert done.status == 1
    assert "line 4: 'terms' holds ''" in done.stderr
    assert "Traceback" not in done.stderr
    assert [p.name for p in (own_home / "models").glob("v*")] == ["v0001"]


def test_no_file_no_desks(tmp_path: Path) -> None:
    assert load_curated(None) == load_curated(tmp_path / "none.toml") == ()


def test_the_shipped_desks() -> None:
    curated = load_curated(ROOT / "data" / "topics.toml")
    assert [desk.id for desk in curated] == ["special-zones", "recycling", "posco", "talent"]
    assert all(desk.name != desk.name_en for desk in curated)


FOUND = [
    ("특구", "포항 배터리 규제자유특구, 4연속 우수", True),
    ("특구", "[특구_포항] 규제 하나 풀었더니", True),
    ("인재", "이차전지 인재양성에 힘 모아", True),
    ("인재", "‘인재 양성’ 힘 모아", True),
    ("인재", "장인재단 새 이사장 취임", False),
    ("포스코", "포스코케미칼, 새 이름을 달다", True),
    ("posco", "POSCO’s Hydrogen Steel Pilot", True),
    ("posco", "Poscode conference", False),
    ("black mass", "Korea Lifts Label on Black Mass Imports", True),
    ("black mass", "A black day for mass transit", False),
    ("recycler", "Easing Recyclers’ Shortage", True),
    ("사용후 배터리", "폐배터리 한 팩의 여섯 시간", True),
    ("사용후 배터리", "사용 후 새 배터리로", False),
    ("온", "에스케이온 새 공장", False),
]


@pytest.mark.parametrize(("term", "headline", "found"), FOUND)
def test_terms_in_headlines(sample_home: Path, term: str, headline: str, found: bool) -> None:
    analyzer = Recommender.open(sample_home / "models").model.analyzer
    assert bool(Finder([Term.of(term, analyzer)]).find(title_pieces(headline, analyzer))) is found


@pytest.fixture(scope="module")
def desk_home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """The sample, trained with the shipped desks, one desk that nothing belongs to, and the seed page if any."""
    home = Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("desks") / "home"))
    shutil.copy(ROOT / "data" / "topics.toml", home / "data")
    with (home / "data" / "topics.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[desk]]\nid = "space"\nname = "우주"\nterms = ["나로호", "누리호"]\n')
        file.write('\n[[desk]]\nid = "charge"\nname = "충전"\nterms = ["충전기"]\nexcluded = ["화재"]\n')
    with topics_alone():
        done = run(home, "train", "--quiet")
    assert done.status == 0, done.stderr
    return home


def test_the_desks_are_what_the_editor_says(desk_home: Path) -> None:
    model = Recommender.open(desk_home / "models").model
    rows = {title_key(model.catalogue.article(row).title or ""): row for row in range(len(model))}
    labels = [json.loads(line) for line in (ROOT / "data/sample/labels.jsonl").read_text("utf-8").splitlines()]
    judged = {rows[key]: set(lab["topics"]) for lab in labels if (key := title_key(lab["title"] or "")) in rows}
    assert len(judged) > 400
    for name in ("special-zones", "recycling", "posco", "talent"):
        held = set(model.topics.curated_members(model.topics.find_curated(name)).tolist()) & set(judged)
        real = {row for row, topics in judged.items() if name in topics}
        assert 2 * len(held & real) / (len(held) + len(real)) >= 0.9, name


def test_the_seed_page(desk_home: Path, shared: Path) -> None:
    model = Recommender.open(desk_home / "models").model
    page = next(shared.glob("seeds/000_*.txt")).read_text("utf-8").splitlines()
    listed = [line.removeprefix("- ") for line in page if line.startswith("- ")]
    curated = load_curated(ROOT / "data" / "topics.toml")
    finders = {desk.id: Finder([Term.of(term, model.analyzer) for term in desk.terms]) for desk in curated}
    held = {name: [t for t in listed if f.find(title_pieces(t, model.analyzer))] for name, f in finders.items()}
    assert {name: len(titles) for name, titles in held.items()} == {
        "special-zones": 6, "recycling": 4, "posco": 3, "talent": 1,
    }  # fmt: skip
    assert not any("태양광" in title for titles in held.values() for title in titles)


def test_the_command_lists_desks_first_also_at_0(desk_home: Path, run: Run) -> None:
    rows = json.loads(run(desk_home, "topics", "--format", "json").stdout)
    assert [row["kind"] for row in rows[:6]] == ["desk"] * 6
    assert rows[4]["id"] == "space"
    assert rows[4]["size"] == 0
    assert {row["kind"] for row in rows[6:]} == {"topic"}


def test_the_command_shows_why(desk_home: Path, run: Run) -> None:
    rows = json.loads(run(desk_home, "topics", "posco", "--format", "json").stdout)
    assert len(rows) > 50
    assert all(row["evidence"] for row in rows)
    assert any("포스코" in row["evidence"] for row in rows)
    assert json.loads(run(desk_home, "topics", "우주", "--format", "json").stdout) == []


def test_excluded_terms_take_out(desk_home: Path) -> None:
    model = Recommender.open(desk_home / "models").model
    titles = [
        model.catalogue.article(row).title or ""
        for row in model.topics.curated_members(model.topics.find_curated("charge")).tolist()
    ]
    assert titles
    assert not any("화재" in title for title in titles)


def test_two_terms_are_enough_to_begin_and_likeness_brings_the_rest(sample_home: Path) -> None:
    """In planted vectors: an article beside ten clear members joins, one between two groups and an excluded one do
    not; an example headline brings in what says the same."""
    model = Recommender.open(sample_home / "models").model
    titles = [f"특구 소식 {i}" for i in range(12)] + [
        "이웃",
        "먼 곳",
        "이웃 제외",
        *(f"다른 일 {i}" for i in range(12)),
    ]
    articles = [Article(id=f"a{i:02d}", title=title) for i, title in enumerate(titles)]
    rows = np.zeros((len(titles), 3), dtype=np.float32)
    rows[:12, 0] = rows[12, 0] = rows[14, 0] = rows[15:, 1] = 1
    rows[13] = (0.7, 0.714, 0)
    rule = CuratedRule("z", "특구", "Zones", ("특구", "특화단지"), excluded=("제외",))
    found = assign(articles, [rule], model.analyzer, rows, model.dense.encoder, np.arange(len(titles), dtype=np.int32))
    members = np.flatnonzero(found.strength[:, 0]).tolist()
    assert members == list(range(13))
    assert found.evidence[12][0][0].startswith("like: 특구 소식")
    assert found.evidence[0][0] == ("특구",)
    assert found.strength[0, 0] > found.strength[12, 0] >= 0.5
    held = with_curated(TopicModel.empty(len(titles)), [rule], found, [a.id for a in articles])
    assert held.curated[0].size == 13
    assert held.evidence(12, "z") == found.evidence[12][0]


def assigned(titles: list[str], terms: dict[str, tuple[str, ...]]) -> dict[str, dict[int, tuple[str, ...]]]:
    """Members of each desk with their evidence, in a corpus of ``titles`` alone."""
    model = fitted([{"id": f"a{at:02d}", "title": title} for at, title in enumerate(titles)])
    articles = [Article(id=f"a{at:02d}", title=title) for at, title in enumerate(titles)]
    rules = [CuratedRule(name, name, name, found) for name, found in terms.items()]
    copies = np.arange(len(titles), dtype=np.int32)
    found = assign(articles, rules, model.analyzer, model.dense.rows, model.dense.encoder, copies)
    return {
        name: {row: found.evidence[row][place] for row in np.flatnonzero(found.strength[:, place]).tolist()}
        for place, name in enumerate(terms)
    }


@pytest.mark.parametrize("original", range(5))
def test_near_copies_share_what_the_strongest_of_them_has(original: int) -> None:
    model = small_model()
    titles = ["공급 체결", "공급 체결(종합)", "양극재 공급 체결", "양극재 전구체 공급 체결", "양극재 공급 해지", "축제"]
    articles = [Article(id=f"a{at}", title=title) for at, title in enumerate(titles)]
    rule = CuratedRule("plant", "공장", "Plants", ("양극재", "전구체"), excluded=("해지",))
    duplicate_of = np.array([original] * 5 + [5], dtype=np.int32)
    found = assign(articles, [rule], model.analyzer, np.zeros((6, 3), np.float32), model.dense.encoder, duplicate_of)
    assert found.strength[:, 0].tolist() == pytest.approx([0.85] * 4 + [0, 0])
    assert [row[0] for row in found.evidence] == [("양극재", "전구체")] * 4 + [(), ()]


TWO_TERMS = {
    "special-zones": ("특구", "특화단지"),
    "recycling": ("재활용", "사용후 배터리"),
    "posco": ("포스코", "POSCO"),
    "talent": ("인재", "교육"),
}


def test_two_terms_find_what_says_the_same_in_other_words() -> None:
    titles = [
        "폐전지 리사이클링 공장 착공",
        "자원순환 조례 시의회 통과",
        "배터리 화재 예방 점검",
        "가속기 활용한 신약 개발",
        "Education fund for island schools",
        "포스코 임단협 타결",
    ]
    found = assigned(titles, TWO_TERMS)
    assert {name: [*rows] for name, rows in found.items()} == {
        "special-zones": [], "recycling": [0, 1], "posco": [5], "talent": [4],
    }  # fmt: skip
    assert found["recycling"][1] == ("like: 재활용",)
    assert found["posco"][5] == ("포스코",), "of two terms that are one name, the first is shown"


def test_the_seed_page_with_two_terms_a_desk(shared: Path) -> None:
    page = next(shared.glob("seeds/000_*.txt")).read_text("utf-8").splitlines()
    titles = [line.removeprefix("- ") for line in page if line.startswith("- ")]
    found = {name: [titles[row] for row in rows] for name, rows in assigned(titles, TWO_TERMS).items()}
    assert {name: len(rows) for name, rows in found.items()} == {
        "special-zones": 6, "recycling": 4, "posco": 3, "talent": 1,
    }  # fmt: skip
    signs = {"special-zones": ("특",), "recycling": ("사용후", "폐", "순환"), "posco": ("포스코",), "talent": ("인재",)}
    for name, rows in found.items():
        assert all(any(sign in title for sign in signs[name]) for title in rows)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_every_size(sample_home: Path, count: int) -> None:
    model = Recommender.open(sample_home / "models").model
    articles = [Article(id=f"a{i}", title="특구 지정") for i in range(count)]
    rule = CuratedRule("z", "특구", "Zones", ("특구",), examples=("특구로 지정된 곳",))
    rows = np.zeros((count, model.dense.rows.shape[1]), dtype=np.float32)
    copies = np.zeros(count, dtype=np.int32)
    found = assign(articles, [rule], model.analyzer, rows, model.dense.encoder, copies)
    assert found.strength.shape == (count, 1)
    assert (found.strength > 0.5).all()
