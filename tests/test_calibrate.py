"""What an archive says its scores mean, and its zero: other fields get no answer, in archives of any size."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from worlds import RECORDS, fitted, small_model, topics_alone, with_pairs

from recommender import Corpus, Recipe, Recommender, open_model, train
from recommender.ranking.background import sigmoid
from recommender.ranking.calibration import MOST
from recommender.ranking.features import PAGE, TITLE, query_of
from recommender.ranking.scorer import best_evidence, rank
from recommender.training import calibrate
from recommender.training.calibrate import Hits, calibrated, default_calibration, fit_platt, recalibrated, with_own_zero

LABELS = [json.loads(line) for line in (ROOT / "data" / "sample" / "labels.jsonl").read_text("utf-8").splitlines()]
OWN = [row for row in LABELS if row.get("title") and "off-topic" not in row["topics"]]
# Of other fields than the archive's, and of other words than the list by which the zero is set.
ELSEWHERE = """\
수목드라마 마지막 회, 시청률 두 자릿수로 퇴장
빙판 위 은메달, 열여섯 소녀의 눈물
김장철 배추값 걱정 덜었다
고구려 벽화 앞에 선 아이들
아이돌 그룹 월드투어 마지막 무대는 고척돔
설악산 첫눈, 등산객 발길 묶였다
국회 법사위 또 파행… 고성만 오갔다
연쇄 절도범 석 달 만에 붙잡혀
대표팀 수비수 발목 다쳐 귀국
봄나물로 차린 밥상, 입맛 살리는 법
노벨문학상 수상 작가의 신작 소설 출간
산불 진화 헬기 밤샘 대기
프로배구 챔피언결정전 5차전까지 간다
소아과 전문의가 말하는 독감 예방
수능 만점자 인터뷰 “잠은 꼭 잤어요”
경복궁 야간 개장 예매 1분 만에 마감
여당 원내대표 경선 3파전
청소년 합창단 창단 연주회
고속도로 귀성 행렬, 서울서 부산까지 일곱 시간
바둑 기사 백 수 만에 돌 거둬
간밤에 유성우 쏟아졌다
마을버스 노선 바뀐다
동네 책방 열 곳이 함께 여는 낭독회
천연기념물 황새 새끼 네 마리 부화
올림픽 수영 대표 선발전 한국 신기록
연극제 대상에 창작극 ‘겨울 항구’
홍역 환자 늘어… 예방접종 서두르세요
전직 장관 징역형 집행유예
한복 입고 걷는 골목길 축제
감독 교체 승부수, 강등권 탈출할까
""".splitlines()


def desk_of(titles: list[str], folder: Path) -> Recommender:
    path = folder / "own.jsonl"
    path.write_text("".join(json.dumps({"title": t}, ensure_ascii=False) + "\n" for t in titles), encoding="utf-8")
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([path])
        return Recommender(train(corpus, replace(Recipe(), topics_most=0)))


@pytest.mark.parametrize("size", [12, 25, 60, 150, 300])
def test_an_archive_of_any_size_answers_its_own_and_not_the_others(size: int, tmp_path: Path) -> None:
    stories: dict[str, list[str]] = {}
    for row in OWN:
        stories.setdefault(row["story"] or row["title"], []).append(row["title"])
    several = [members for members in stories.values() if len(members) > 1][: size // 5]
    single = [members[0] for members in stories.values() if len(members) == 1]
    kept = [title for members in several for title in members[1:]]
    desk = desk_of([*kept, *single][:size], tmp_path)
    asked = [members[0] for members in several]
    assert np.mean([not desk.similar(title).abstained for title in asked]) >= 0.75
    assert np.mean([not desk.similar(title).abstained for title in ELSEWHERE]) <= 0.07


def test_no_article_is_no_reason_for_another_zero() -> None:
    with Corpus.open(":memory:") as corpus:
        model = train(corpus)
    assert calibrated(model).as_json() == default_calibration().as_json() == model.calibration.as_json()


def test_the_zero_is_moved_and_nothing_else() -> None:
    """The constants of the abstain rule are the archive's own; what evidence weighs, and what scores mean, is not."""
    pooled, found = default_calibration(), with_own_zero(small_model())
    assert np.array_equal(found.abstain.table[:, :-1], pooled.abstain.table[:, :-1])
    assert not np.array_equal(found.abstain.table[:, -1], pooled.abstain.table[:, -1])
    assert np.array_equal(found.platt, pooled.platt)
    assert (found.abstain.answer, found.abstain.also) == (pooled.abstain.answer, pooled.abstain.also)
    assert found.source == pooled.source


def test_the_evidence_of_the_best_is_the_highest_of_the_ranking() -> None:
    model, pooled = small_model(), default_calibration()
    everyone, silent = np.ones(len(model), dtype=bool), np.zeros(len(model), dtype=np.float32)
    page = (ELSEWHERE[1], ". ".join(ELSEWHERE[2:9]))
    own = ("배터리 규제자유특구 연장", RECORDS[0]["body"])
    reached = set()
    for title, body in (("양극재 공장 유치한 도시", ""), ("과메기 축제", ""), (ELSEWHERE[0], ""), ("%", ""), page, own):
        query = query_of(model, model.question(title, body), math.nan)
        ranking = rank(model, query, everyone, calibration=pooled, link=silent, pool=20)
        reached.add(found := best_evidence(model, query, everyone, pooled, 20))
        assert found == ranking.evidence.max(initial=0.0)
    assert 0 in reached
    assert max(reached) > 0.5


def test_headlines_of_other_fields_set_the_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive of the very fields that ask is more careful than one that has nothing in common with them."""
    monkeypatch.setattr(calibrate, "_own", lambda *_, **__: [-9.0, *[9.0] * 20])  # says nothing
    monkeypatch.setattr(calibrate, "_ALONE", 0)
    own = [{"id": f"e{at}", "title": title} for at, title in enumerate(ELSEWHERE)]
    with topics_alone():
        near = with_own_zero(fitted(own))
    far = with_own_zero(small_model())
    assert near.abstain.table[0, -1] < far.abstain.table[0, -1]


def test_relatives_of_every_field_do_not_silence_a_broad_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other fields reach in an archive that has all of them says little: it answers its own as others do."""
    halves = [(line.split()[:3], line.split()[3:]) for line in ELSEWHERE]
    titles = [" ".join([*a, *b]) for a, _ in halves for _, b in halves if b] + ELSEWHERE
    every = [*titles, *(f"{title} 현장" for title in titles)]
    own = [{"id": f"b{at}", "title": title} for at, title in enumerate(dict.fromkeys(every))]
    with topics_alone():
        model = fitted(own)
    assert len(model) >= 1_000
    monkeypatch.setattr(calibrate, "_own", lambda *_, **__: [-9.0, *[9.0] * 20])  # says nothing
    moved = default_calibration().abstain.table[:, -1] - with_own_zero(model).abstain.table[:, -1]
    assert -1.4 - 1e-9 <= moved[0] <= -0.4 + 1e-9
    assert -2.5 - 1e-9 <= moved[1] <= -0.3 + 1e-9


def test_an_archive_of_every_field_is_not_silent_to_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of single headlines, which reach little without themselves, a quarter stay without an answer and no more,
    though the strangers of all fields are their like; and few headlines are enough to know that."""
    monkeypatch.setattr(calibrate, "_BOUNDS", (-9.0, 6.0))
    with topics_alone():
        model = fitted([{"id": f"e{at}", "title": title} for at, title in enumerate(ELSEWHERE)])
    own = calibrate._own(model, with_own_zero(model), page=False)
    assert len(own) == len(model) < 200
    assert np.mean(np.array(own) < 0) <= 0.3


def test_an_archive_of_one_field_is_silent_to_what_is_far_below_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with topics_alone():
        model = fitted([{"id": f"b{at}", "title": f"이차전지 양극재 공장 {at}호기 준공"} for at in range(60)])
    monkeypatch.setattr(calibrate, "_own", lambda *_, **__: [-2.0] * 10)
    moved = default_calibration().abstain.table[0, -1] - with_own_zero(model).abstain.table[0, -1]
    assert moved == pytest.approx(-2)
    monkeypatch.setattr(calibrate, "_own", lambda *_, **__: [8.0] * 10)
    moved = default_calibration().abstain.table[0, -1] - with_own_zero(model).abstain.table[0, -1]
    assert moved == pytest.approx(-1.4), "an archive of copies is no more careful than a large one"


PRIOR = default_calibration().platt[1]


def planted(count: int, truth: np.ndarray, seed: int = 3) -> Hits:
    """Hits of which as many are listed as the ``truth`` (3,) has it; around even odds of the pooled one."""
    random = np.random.default_rng(seed)
    behind = random.uniform(15, 30, count)
    middle = -(PRIOR[0] + PRIOR[2] * behind) / PRIOR[1]
    logits = middle + random.normal(0, 3 / PRIOR[1], count)
    return hits_of(logits, behind, random.random(count) < chances(truth, logits, behind))


def hits_of(logits: np.ndarray, behind: np.ndarray, right: np.ndarray) -> Hits:
    """Hits that share more than one word."""
    return Hits(logits, behind, np.zeros(len(logits)), np.full(len(logits), 60.0), right)


def chances(platt: np.ndarray, logits: np.ndarray, behind: np.ndarray) -> np.ndarray:
    return MOST * sigmoid(platt[0] + platt[1] * logits + platt[2] * behind)


@pytest.mark.parametrize("moved", [(0, 1, 1), (1.2, 1, 1), (-1.5, 1, 1), (0.5, 1.3, 1.2), (-0.5, 0.7, 1)])
def test_scores_come_to_mean_what_the_lists_say(moved: tuple[float, float, float]) -> None:
    truth = PRIOR * np.array([1, *moved[1:]]) + np.array([moved[0], 0, 0])
    hits = planted(6000, truth)
    logits, behind = hits.logits, hits.behind
    found = fit_platt(TITLE, hits, default_calibration(), 1000)
    assert np.abs(chances(found, logits, behind) - chances(truth, logits, behind)).mean() < 0.03
    before = np.abs(chances(PRIOR, logits, behind) - chances(truth, logits, behind)).mean()
    assert np.abs(chances(found, logits, behind) - chances(truth, logits, behind)).mean() <= max(before, 0.03)


def test_few_lists_are_believed_little() -> None:
    truth = PRIOR + np.array([2.0, 0, 0])
    shifts = [
        fit_platt(TITLE, planted(count, truth), default_calibration(), 1000)[0] - PRIOR[0] for count in (10, 100, 5000)
    ]
    assert abs(shifts[0] - 2) > abs(shifts[2] - 2)
    nothing = hits_of(np.zeros(0), np.zeros(0), np.zeros(0, dtype=bool))
    assert fit_platt(TITLE, nothing, default_calibration(), 1000) == pytest.approx(PRIOR, abs=1e-3)


def test_a_higher_hit_never_scores_less_whatever_the_lists_say() -> None:
    hits = planted(3000, PRIOR)
    assert fit_platt(TITLE, hits._replace(listed=~hits.listed), default_calibration(), 1000)[1] > 0


def listed(pages: int) -> list[tuple[int, int]]:
    """Lists by which the first ``pages`` rows have the rest of their story beside them, and something strange."""
    names = list(small_model().catalogue.ids)
    found = []
    for row, name in enumerate(names[:pages]):
        story = [at for at, other in enumerate(names) if other.split("-")[0] == name.split("-")[0] and at != row]
        found += [(row, at) for at in [*story, (row + 9) % len(names)]]
    return found


def test_with_few_hits_scores_mean_what_they_mean_elsewhere() -> None:
    model = with_pairs(small_model(), listed(3))
    found = recalibrated(model, np.ones(len(model), dtype=bool))
    assert np.array_equal(found.platt, default_calibration().platt)
    assert found.source == "defaults"


def test_only_the_lists_of_the_pages_that_count_are_heard() -> None:
    model = with_pairs(small_model(), listed(18))
    every = np.ones(len(model), dtype=bool)
    found = recalibrated(model, every)
    assert found.source == "lists of 18 pages"
    assert not np.array_equal(found.platt[1:], default_calibration().platt[1:])
    assert np.array_equal(found.platt[0], default_calibration().platt[0]), "no page asks in a few words"
    kept = every.copy()
    kept[4:] = False
    few = recalibrated(model, kept)
    bare = with_pairs(small_model(), listed(4))
    assert few.as_json() == recalibrated(bare, every).as_json()


def test_scores_fitted_to_lists_mean_what_the_lists_hold(sample_home: Path) -> None:
    """What pairs lose that hang on one word is lost in the fit as it is in an answer: it was lost there twice."""
    model = open_model(sample_home / "models")
    assert model.calibration.source.startswith("lists")
    said: dict[int, list[float]] = {TITLE: [], PAGE: []}
    right: dict[int, list[bool]] = {TITLE: [], PAGE: []}
    kinds_of, silent = model.catalogue.duplicate_of, np.zeros(len(model), dtype=np.float32)
    for row in np.flatnonzero(np.diff(model.links.listed_start)).tolist():
        stored = model.article_question(row)
        for question in (stored, model.question(stored.text)):
            query = query_of(model, question, float(model.catalogue.days[row]))
            ranking = rank(model, query, np.asarray(kinds_of != kinds_of[row]), link=silent)
            said[query.kind] += ranking.scores[:10].tolist()
            right[query.kind] += np.isin(kinds_of[ranking.rows[:10]], kinds_of[model.links.listed_by(row)]).tolist()
    for kind, scores in said.items():
        assert np.mean(scores) == pytest.approx(np.mean(right[kind]), abs=0.03)


def test_lists_of_near_copies_count_once() -> None:
    """Nothing is divided by nothing where a page lists its own copies alone."""
    rows = [small_model().catalogue.row(name) for name in ("wire-1", "wire-2", "wire-3")]
    model = with_pairs(small_model(), [(rows[0], row) for row in rows[1:]])
    assert np.isfinite(recalibrated(model, np.ones(len(RECORDS), dtype=bool)).platt).all()
