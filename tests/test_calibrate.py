"""The zero of the score: what is of another field stays below even odds, in archives of any size."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

from recommender import Corpus, Recipe, Recommender, train
from recommender.workshop.calibrate import calibrated

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
    assert calibrated(model) == model.weights


def test_the_farther_the_zero_the_less_is_answered(tmp_path: Path) -> None:
    model = desk_of([row["title"] for row in OWN], tmp_path).model
    zeros = [-calibrated(model, widths).bias for widths in (0.5, 1.0, 1.3, 2.0)]
    assert zeros == sorted(zeros)
    assert zeros[0] < zeros[-1]
    assert model.weights.bias == -zeros[2]
