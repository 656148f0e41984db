# ruff: noqa: E501
"""The nightly job: a candidate answers only if it is no worse, and nothing happens when nothing changed."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from conftest import environment, run_cli
from means import judge
from worlds import RECORDS, Row, _shared_kiwi, fitted, topics_alone, write_records

from recommender import Corpus, Recipe, RecommenderError, open_model
from recommender.evaluation.comparison import MEASURES, ModelPair, Results, judge_of, results_of
from recommender.evaluation.evaluate import questions_from_links
from recommender.evaluation.gate import Measure, _losses, verdict
from recommender.evaluation.judge import QueryResult
from recommender.evaluation.queries import Qrel, questions_from_labels, sampled
from recommender.jobs.retrain import Job, Outcome, retrain
from recommender.ranking.recommend import Recommender
from recommender.text import kiwi as morphology
from recommender.training.folds import folds
from recommender.versions import registry

# Two pages whose lists only their bodies explain: a recipe that reads no body loses them.
BODIES: list[Row] = [
    {"id": "ceremony", "title": "시장 참석한 가운데 어제 첫 삽", "outlet": "동해신문", "published": "2024-03-04",
     "body": "동해소재가 영일만 산업단지에 양극재 공장을 짓는다. 양극재 공장은 3만톤 규모다. 양극재 생산라인이 들어선다.",
     "related": ["양극재 생산라인 3만톤 규모 공장 2026년 가동"]},
    {"id": "line", "title": "양극재 생산라인 3만톤 규모 공장 2026년 가동", "outlet": "경북저널", "published": "2021-01-05"},
    {"id": "visit", "title": "장관, 현장 찾아 애로 청취", "outlet": "동해신문", "published": "2023-06-01",
     "body": "장관이 배터리 규제자유특구를 찾았다. 사용후 배터리 등급 분류 실증을 살폈다. 규제자유특구 배터리 기업들이 모였다.",
     "related": ["배터리 규제자유특구 사용후 배터리 등급 실증"]},
    {"id": "zone", "title": "배터리 규제자유특구 사용후 배터리 등급 실증", "outlet": "한빛일보", "published": "2020-06-15"},
    {"id": "charge-1", "title": "전기차 급속충전기 1천기 더 깐다", "outlet": "경북저널", "published": "2024-03-05"},
    {"id": "charge-2", "title": "급속충전기 1천기 추가… 전기차 보급", "outlet": "한빛일보", "published": "2023-06-02"},
    {"id": "fish-1", "title": "구룡포 과메기 축제에 관광객", "outlet": "동해신문", "published": "2024-03-04"},
    {"id": "fish-2", "title": "과메기 철 맞은 구룡포 덕장", "outlet": "한빛일보", "published": "2023-06-01"},
    {"id": "school-1", "title": "마이스터고 신입생 두 배로", "outlet": "한빛일보", "published": "2024-03-03"},
    {"id": "school-2", "title": "마이스터고 신입생 실습 현장", "outlet": "경북저널", "published": "2023-06-03"},
]  # fmt: skip
GOOD: dict[str, Any] = {"body_weight": 1.0}
BAD: dict[str, Any] = {"body_weight": 0.0, "body_words": 0, "dimensions": 2, "word_weight": 0.01}


@pytest.fixture(autouse=True)
def one_kiwi() -> Iterator[None]:
    """Loading it takes seconds, and so does the calibration of a training, which no gate looks at."""
    with topics_alone(), mock.patch.object(morphology, "open_kiwi", _shared_kiwi):
        yield


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose v0001 was trained by GOOD on BODIES. To change it, take ``home``."""
    home = tmp_path_factory.mktemp("trained") / "home"
    put(home, BODIES)
    with mock.patch.object(morphology, "open_kiwi", _shared_kiwi):
        assert night(home).result == "promoted"
    return home


@pytest.fixture
def home(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "home"))


def put(home: Path, records: Iterable[Mapping[str, Any]], name: str = "a.jsonl") -> None:
    (home / "data" / "inbox").mkdir(parents=True, exist_ok=True)
    write_records(home / "data" / "inbox" / name, records)


def night(home: Path, **recipe: Any) -> Outcome:
    values = {"workers": 1, "topics_most": 0, **GOOD, **recipe}
    return retrain(Job(home / "data", home / "models", Recipe(**values)))


def log(home: Path) -> list[str]:
    return (home / "models" / registry.LOG).read_text(encoding="utf-8").splitlines()


def current(home: Path) -> str:
    return (home / "models" / "current").read_text().strip()


NEW = [{"id": "rain", "title": "포항 장맛비에 도로 잠겨", "outlet": "동해신문", "published": "2024-07-01"}]


def test_fresh_topics_are_found_where_nothing_is_new(home: Path) -> None:
    assert night(home).result == "unchanged"
    job = Job(home / "data", home / "models", Recipe(workers=1, topics_most=0, **GOOD), fresh_topics=True)
    assert retrain(job).result == "promoted"
    assert (current(home), len(log(home))) == ("v0002", 3)
    assert night(home).result == "unchanged"


def test_the_first_training_is_promoted(trained: Path) -> None:
    assert current(trained) == "v0001"
    assert " promoted v0001: 10 articles, 0 topics" in log(trained)[0]
    assert sorted(p.name for p in (trained / "models").iterdir()) == ["current", registry.LOG, "v0001"], "no lock stays"


def test_nothing_new_trains_nothing(home: Path) -> None:
    outcome = night(home)
    assert (outcome.result, outcome.paragraph, outcome.notes) == ("unchanged", "", ())
    assert registry.names(home / "models") == ["v0001"]
    assert " unchanged v0001: 10 articles" in log(home)[-1]
    put(home, BODIES, "the same again.jsonl")
    assert night(home, workers=2, tolerance_mrr=0.5).result == "unchanged", "neither changes a model"


def test_what_comes_during_a_training_is_trained_by_the_next(home: Path) -> None:
    put(home, NEW, "b.jsonl")
    came = write_records(home / "late.jsonl", [{**BODIES[4], "id": "late", "title": "경주 고분 발굴 현장 공개"}])

    def ingest_beside(step: str) -> None:
        if step.startswith("learning"):
            with Corpus.open(home / "data" / "corpus.db") as other:
                other.ingest([came])

    job = Job(home / "data", home / "models", Recipe(workers=1, topics_most=0, **GOOD))
    assert "11 articles" in retrain(job, ingest_beside).line
    assert "12 articles" in night(home).line
    assert night(home).result == "unchanged"


def test_an_archive_without_an_article_is_trained_once(tmp_path: Path) -> None:
    put(tmp_path, [])
    assert [night(tmp_path).result for _ in range(2)] == ["promoted", "unchanged"]
    put(tmp_path, NEW, "b.jsonl")
    assert night(tmp_path).result == "promoted"


def test_an_equal_candidate_is_promoted(home: Path) -> None:
    put(home, NEW, "new.jsonl")
    outcome = night(home)
    assert outcome.result == "promoted"
    assert current(home) == "v0002"
    assert "+1 articles since v0001; 2 questions; MRR " in outcome.line
    assert log(home)[-1] == outcome.line
    assert open_model(home / "models").catalogue.row("rain") >= 0


def test_a_worse_candidate_is_kept_out(home: Path) -> None:
    outcome = night(home, **BAD)
    assert outcome.result == "kept"
    assert current(home) == "v0001"
    assert registry.names(home / "models") == ["v0001", "v0002"]
    assert "kept v0001, not v0002" in log(home)[-1]
    told = outcome.paragraph
    assert "\n" not in told
    assert told.startswith("v0002 is not promoted, v0001 stays current. Worse on 2 common questions: MRR ")
    assert "tolerance 0.02" in told
    losses = re.findall(r"'([^']+)' had '([^']+)' at rank (\d+), now at (\d+)", told)
    assert 1 <= len(losses) <= 3
    for asking, listed, before, after in losses:
        assert [listed] == next(r["related"] for r in BODIES if r["title"] == asking)
        assert int(before) < int(after)
    assert told.endswith("recommender models promote v0002")


def test_a_kept_out_candidate_is_not_trained_again_and_told_again(home: Path) -> None:
    first, second = night(home, **BAD), night(home, **BAD)
    assert first.paragraph == second.paragraph
    assert second.result == "kept"
    assert registry.names(home / "models") == ["v0001", "v0002"]
    wide = {field.name: 1.0 for field in fields(Recipe) if field.name.startswith("tolerance_")}
    assert night(home, **BAD, **wide).result == "promoted", "the tolerances are the recipe's"
    assert (current(home), registry.names(home / "models")) == ("v0002", ["v0001", "v0002"])


def test_judgements_by_hand_are_asked_too(home: Path) -> None:
    """The lists say nothing here; the judgements do."""
    plain = [{k: v for k, v in record.items() if k != "related"} for record in BODIES]
    put(home, plain)
    assert night(home).result == "promoted"
    labels = [{"title": record["title"], "related": record["related"]} for record in BODIES if "related" in record]
    write_records(home / "data" / "labels.jsonl", labels)
    outcome = night(home, **BAD)
    assert outcome.result == "kept"
    assert "labels: MRR " in outcome.paragraph


def test_broken_judgements_are_told_and_nothing_is_promoted(home: Path) -> None:
    put(home, NEW, "new.jsonl")
    (home / "data" / "labels.jsonl").write_text("{")
    said: list[str] = []
    with pytest.raises(RecommenderError, match=r"labels\.jsonl, line 1"):
        retrain(Job(home / "data", home / "models", Recipe(workers=1, topics_most=0, **GOOD)), said.append)
    assert said == [], "before the training, not after it"
    assert current(home) == "v0001"
    (home / "data" / "labels.jsonl").unlink()
    assert night(home).result == "promoted"


def test_what_a_person_went_back_from_is_not_promoted_again(home: Path) -> None:
    put(home, NEW, "new.jsonl")
    night(home)
    assert registry.rollback(home / "models") == "v0001"
    outcome = night(home)
    assert outcome.result == "unchanged"
    assert "a person went back from v0002" in outcome.line
    assert (current(home), registry.names(home / "models")) == ("v0001", ["v0001", "v0002"])
    put(home, [{"id": "sun", "title": "포항 폭염주의보 해제"}], "newer.jsonl")
    assert night(home).result == "promoted", "until there is something new"
    assert current(home) == "v0003"


def test_a_lost_archive_does_not_take_the_place_of_a_full_one(home: Path) -> None:
    (home / "data" / "corpus.db").unlink()
    put(home, BODIES[:4])
    outcome = night(home)
    assert outcome.result == "kept"
    assert "articles kept 1.000 -> 0.400 (by 0.600, tolerance 0.1)" in outcome.paragraph


def test_a_page_that_cannot_be_read_is_noted_and_the_rest_is_trained(home: Path) -> None:
    put(home, NEW, "new.jsonl")
    (home / "data" / "inbox" / "broken.jsonl").write_text("{\n")
    outcome = night(home)
    assert outcome.result == "promoted"
    assert len(outcome.notes) == 1
    assert "broken.jsonl" in outcome.notes[0]


def test_a_damaged_current_version_is_replaced_and_the_sound_one_before_it_judges(home: Path) -> None:
    put(home, NEW, "new.jsonl")
    night(home)
    path = home / "models" / "v0002" / "tfidf.idf.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")
    outcome = night(home)
    assert outcome.result == "promoted"
    assert current(home) == "v0003"
    assert outcome.notes[0].startswith("v0002 is damaged: tfidf.idf.npy")
    assert "since v0001" in outcome.line


def test_a_version_that_a_person_chose_meanwhile_stays(home: Path) -> None:
    put(home, NEW, "new.jsonl")
    night(home)
    put(home, [{"id": "sun", "title": "포항 폭염주의보 해제"}], "newer.jsonl")
    models, recipe = home / "models", Recipe(workers=1, topics_most=0, **GOOD)
    outcome = retrain(Job(home / "data", models, recipe), lambda _: registry.promote(models, "v0001"))
    assert outcome.result == "overtaken"
    assert current(home) == "v0001"
    assert outcome.notes == ("v0003 is not promoted: another version was made current while it was trained.",)


@pytest.mark.parametrize("read", [True, False])
def test_no_corpus_and_no_inbox_is_one_sentence(tmp_path: Path, read: bool) -> None:
    with pytest.raises(RecommenderError, match="There is no corpus") as caught:
        retrain(Job(tmp_path / "data", tmp_path / "models", Recipe(), read))
    assert "inbox" in caught.value.hint


def test_an_inbox_that_was_read_already_is_left_alone(home: Path) -> None:
    put(home, NEW, "new.jsonl")
    job = Job(home / "data", home / "models", Recipe(workers=1, topics_most=0, **GOOD), read=False)
    assert retrain(job).result == "unchanged"


@pytest.mark.slow
def test_from_the_shell(tmp_path: Path) -> None:
    """As cron runs it: one line when all is well, silence when nothing changed, 3 and a paragraph when it is worse."""
    put(tmp_path, BODIES)
    (tmp_path / "data" / "recipe.toml").write_text("body_weight = 1.0\n")
    done = run_cli(tmp_path, "retrain")
    assert (done.status, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1
    assert "promoted v0001" in done.stdout
    assert run_cli(tmp_path, "retrain") == (0, "", "")
    (tmp_path / "data" / "recipe.toml").write_text("\n".join(f"{k} = {v}" for k, v in BAD.items()))
    done = run_cli(tmp_path, "retrain")
    assert done.status == 3
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("v0002 is not promoted")
    assert "kept v0001" in done.stdout
    assert len(log(tmp_path)) == 3
    asked = run_cli(tmp_path, "similar", "양극재 공장", "--format", "json")
    assert json.loads(asked.stdout)["model"] == "v0001"


KILLING = """
import json, os, signal, sys
from importlib import import_module
from pathlib import Path
from recommender import Recipe
from recommender.jobs.retrain import Job, retrain
for line in sys.stdin:  # each night in a fork: all is imported once
    home, room, step = json.loads(line)
    child = os.fork()
    if not child:
        setattr(import_module(room), step, lambda *args, **more: os.kill(os.getpid(), signal.SIGKILL))
        retrain(Job(Path(home, "data"), Path(home, "models"), Recipe(workers=1, topics_most=0, body_weight=1.0)))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="module")
def killed() -> Iterator[Callable[[Path, str, str], int]]:
    """``killed(home, room, step)``: the exit status of a night whose process is killed at a step."""
    with subprocess.Popen(
        [sys.executable, "-c", KILLING], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdin
        assert process.stdout

        def night(home: Path, room: str, step: str) -> int:
            print(json.dumps([str(home), room, step]), file=process.stdin, flush=True)
            return int(process.stdout.readline())

        yield night


@pytest.mark.slow
@pytest.mark.parametrize(("room", "step", "versions", "next_night"), [
    ("recommender.corpus.ingest", "link_records", 1, "promoted"), ("recommender.jobs.retrain", "made_from", 1, "promoted"),
    ("recommender.training.fit", "fit_tfidf", 1, "promoted"), ("recommender.jobs.retrain", "verdict", 1, "promoted"),
    ("recommender.versions.artifact", "_take_name", 1, "promoted"), ("recommender.jobs.retrain", "set_current", 2, "promoted"),
    ("recommender.versions.artifact", "_write_text", 1, "promoted"), ("recommender.jobs.retrain", "_note", 2, "unchanged"),
])  # fmt: skip
def test_a_killed_night_is_made_good_by_the_next(
    home: Path, killed: Callable[[Path, str, str], int], room: str, step: str, versions: int, next_night: str
) -> None:
    """A kill -9 at each step: the old model answers, and the next night has the new article in the one version more."""
    put(home, NEW, "new.jsonl")
    assert killed(home, room, step) == -signal.SIGKILL
    assert (home / "models" / ".lock").exists()
    assert registry.names(home / "models") == ["v0001", "v0002"][:versions]
    assert Recommender.open(home / "models").similar("양극재 생산라인")[0].article.id == "line"
    assert night(home).result == next_night
    assert (current(home), registry.names(home / "models")) == ("v0002", ["v0001", "v0002"])
    assert open_model(home / "models").catalogue.row("rain") >= 0
    assert not [path.name for path in (home / "models").glob(".*")]
    assert registry.check(home / "models") == {"v0001": [], "v0002": []}


# -- the measures


def test_a_corpus_that_grew_makes_no_question_harder() -> None:
    """Thirty new articles between the question and its answer, and the figures stay."""
    crowd = [
        {"id": f"crowd-{n}", "title": f"영일만산단 양극재 공장 착공 {n}차 소식", "published": "2024-03-04"}
        for n in range(30)
    ]
    before, after = fitted(RECORDS), fitted([*RECORDS, *crowd])
    plain = judge(Recommender(after), questions_from_links(after))
    pair = ModelPair.of(before, after)
    old, new = pair.questions(questions_from_links)
    judges = pair.judges(folds)
    assert plain.mrr < 0.7, "without the narrowing it would look worse"
    assert results_of(judges[1], new).values("mrr") == pytest.approx(results_of(judges[0], old).values("mrr"))
    assert verdict(before, after, Recipe(), folds).passed


def test_only_what_is_right_in_both_is_asked() -> None:
    changed = [
        {**r, "related": r["related"][:1]} if r["id"] == "plant-1" else r for r in RECORDS if r["id"] != "zone-2"
    ]
    before, after = fitted(RECORDS), fitted(changed)
    old, new = ModelPair.of(before, after).questions(questions_from_links)
    names = [
        [(m.catalogue.ids[q.row], sorted(m.catalogue.ids[r] for r in q.right)) for q in asked]
        for m, asked in ((before, old), (after, new))
    ]
    assert names[0] == names[1] == [("plant-1", ["plant-2"])], "zone-1 asks for a headline-only article with another id"


def test_a_headline_that_was_judged_twice_is_asked_twice(tmp_path: Path) -> None:
    model = fitted(RECORDS)
    titles = {r["id"]: r["title"] for r in RECORDS}
    rows = [{"title": titles["plant-1"], "related": [titles[name]]} for name in ("plant-2", "plant-3")]
    path = write_records(tmp_path / "labels.jsonl", rows)
    old, new = ModelPair.of(model, model).questions(lambda asked: questions_from_labels(asked, path))
    assert old == new
    assert [[model.catalogue.ids[r] for r in q.right] for q in old] == [["plant-2"], ["plant-3"]]


def test_one_judgement_a_question_gives_the_same_means() -> None:
    model = fitted(RECORDS)
    asked = questions_from_links(model)
    together, apart = judge(Recommender(model), asked), results_of(judge_of(model, folds), asked)
    for name in ("mrr", "hit_10", "recall_10", "abstained"):
        assert apart.figures()[name].value == pytest.approx(getattr(together, name))


def test_a_figure_has_its_interval() -> None:
    asked, nothing = Qrel(0, frozenset({1})), (np.empty(0), np.empty(0), np.empty(0, dtype=bool))
    trials = [
        QueryResult(asked, np.array([1]), np.array([float(1 + 19 * (n % 2))]), *nothing, False) for n in range(100)
    ]
    found = Results(tuple(trials)).figures()["hit_10"]
    assert found.value == 0.5
    assert 0.38 < found.low < 0.42
    assert 0.58 < found.high < 0.62, "1.96 * sqrt(.25 / 100) = .098 on either side"
    assert set(Results(()).as_json()) == set(MEASURES)
    assert Results(()).as_json()["mrr"] == {"value": None, "low": None, "high": None}, "nothing was asked"


def test_a_sample_is_seeded_and_in_order() -> None:
    items = list(range(1000))
    assert sampled(items, 1000, 7) == items
    assert sampled(items, 50, 7) == sampled(items, 50, 7) == sorted(sampled(items, 50, 7)) != sampled(items, 50, 8)
    assert len(set(sampled(items, 50, 7))) == 50


@pytest.mark.parametrize(("before", "after", "more", "too_far"), [
    (0.50, 0.48, True, False), (0.50, 0.479, True, True), (0.50, 0.9, True, False), (0.1, 0.12, False, False),
    (0.1, 0.121, False, True), (0.1, 0.0, False, False),
])  # fmt: skip
def test_a_measure_falls_too_far_beyond_its_tolerance(before: float, after: float, more: bool, too_far: bool) -> None:
    assert Measure("m", before, after, 0.02, more).too_far == too_far


def test_articles_that_fell_out_of_their_topics_are_counted_and_named() -> None:
    before = fitted(RECORDS[:12], topics_most=60)
    out = replace(before.topics, topic_of=before.topics.topic_of * 0 - 1)
    found = verdict(before, replace(before, topics=out), Recipe(), folds)
    assert [m.name for m in found.too_far] == ["topic outliers"]
    assert len(found.strays) == 3
    assert "was in the topic" in found.described()


def test_silence_where_there_was_an_answer_is_a_loss() -> None:
    before = fitted(RECORDS)
    silent = replace(
        before, calibration=replace(before.calibration, abstain=replace(before.calibration.abstain, answer=2.0))
    )
    found = verdict(before, silent, Recipe(), folds)
    assert [m.name for m in found.too_far] == ["abstention"]
    assert found.worst[0].silent
    assert "it gets no answer now" in found.described()


def test_a_headline_that_is_found_no_more_is_told() -> None:
    """It has no rank at all then."""
    before = fitted(RECORDS)
    pair = ModelPair.of(before, before)
    row = before.catalogue.row("plant-1")
    listed = np.array([before.catalogue.row("plant-2"), before.catalogue.row("plant-3")])
    asked = Qrel(row, frozenset(listed.tolist()))
    nothing = (np.empty(0), np.empty(0), np.empty(0, dtype=bool))
    old, never, new = (
        Results((QueryResult(asked, listed, np.array(ranks), *nothing, silent),))
        for ranks, silent in (([np.inf, 2.0], False), ([np.inf, np.inf], False), ([np.inf, np.inf], True))
    )
    ((_, loss),) = _losses(pair, old, new, ["mrr"])
    assert (loss.before, loss.after, loss.silent) == (2, None, True)
    assert "at rank 2, now not found, and it gets no answer now" in str(loss)
    assert list(_losses(pair, never, new, ["abstained"])) == [], "it was not found before either"


def test_models_without_articles_or_lists_pass() -> None:
    assert verdict(fitted([]), fitted([]), Recipe(), folds).passed
    found = verdict(fitted(BODIES[4:]), fitted(BODIES[4:]), Recipe(), folds)
    assert (found.passed, found.questions) == (True, 0)


def test_old_versions_go_where_the_recipe_says_so(home: Path) -> None:
    for number in range(3):
        put(home, [{"id": f"new-{number}", "title": f"새 소식 {number} 양극재 공장"}], f"n{number}.jsonl")
        outcome = night(home, keep_versions=2)
    assert registry.names(home / "models") == ["v0003", "v0004"]
    assert outcome.notes[-1] == "deleted by keep_versions: v0002."
    assert night(home).result == "unchanged", "it is no part of what decides the result"
