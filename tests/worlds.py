# ruff: noqa: E501
"""Small corpora of our own writing, trained in this process: what many tests stand on."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from recommender import Corpus, Recipe, Recommender, train
from recommender.index.links import Links
from recommender.ranking.model import Model
from recommender.text import kiwi as morphology
from recommender.text.aliases import load_aliases
from recommender.text.analyzer import Aliases
from recommender.topics import grouping
from recommender.training import fit
from recommender.training.calibrate import default_calibration

Row = dict[str, Any]


# Four stories of the battery belt, two that stand apart, and copies of a wire text. All made up.
RECORDS: list[Row] = [
    {"id": "plant-1", "title": "동해소재, 영일만산단에 양극재 공장 착공", "outlet": "동해신문", "published": "2024-03-04",
     "body": "동해소재가 영일만 산업단지에 양극재 공장을 짓는다. 연간 3만톤 규모의 양극재 생산라인이다.",
     "related": ["양극재 공장 유치한 영일만산단, 일자리 500개 기대", "동해소재 양극재 공장, 2026년 가동 목표"]},
    {"id": "plant-2", "title": "양극재 공장 유치한 영일만산단, 일자리 500개 기대", "outlet": "경북저널", "published": "2024-03-05",
     "body": "양극재 공장이 들어서면 일자리 500개가 생길 전망이다. 영일만산단은 이차전지 소재 거점이 된다."},
    {"id": "plant-3", "title": "동해소재 양극재 공장, 2026년 가동 목표", "outlet": "동해신문", "published": "2024-03-08"},
    {"id": "plant-4", "title": "영일만산단 양극재 공장에 지역 청년 우선 채용", "outlet": "한빛일보", "published": "2024-03-20T09:30",
     "url": "https://example.org/plant-4", "section": "경제"},
    {"id": "zone-1", "title": "포항 배터리 규제자유특구 3년 연장 확정", "outlet": "경북저널", "published": "2023-06-01",
     "body": "배터리 리사이클링 규제자유특구의 실증 기간이 3년 늘었다. 사용후 배터리 등급 분류를 실증한다.",
     "related": ["규제자유특구 연장에 포항 배터리 업계 반색"]},
    {"id": "zone-2", "title": "규제자유특구 연장에 포항 배터리 업계 반색", "outlet": "동해신문", "published": "2023-06-02"},
    {"id": "zone-3", "title": "배터리 규제자유특구, 사용후 배터리 실증 성과 공개", "outlet": "한빛일보", "published": "2023-06-15"},
    {"id": "talent-1", "title": "이차전지 마이스터고, 내년 신입생 두 배로", "outlet": "한빛일보", "published": "2024-10-02"},
    {"id": "talent-2", "title": "2차전지 인재 키운다… 마이스터고 신입생 확대", "outlet": "동해신문", "published": "2024-10-03",
     "body": "이차전지 마이스터고가 신입생을 늘린다. 지역 대학과 함께 현장 인재를 키운다."},
    {"id": "talent-3", "title": "[포토] 이차전지 마이스터고 신입생 실습 현장", "outlet": "경북저널", "published": "2024-10-10"},
    {"id": "charge-1", "title": "전기차 급속충전기 경북에 1천기 더 깐다", "outlet": "경북저널", "published": "2025-01-07"},
    {"id": "charge-2", "title": "경북 급속충전기 1천기 추가… 전기차 보급 속도", "outlet": "한빛일보", "published": "2025-01-08",
     "body": "경북도가 급속충전기를 늘린다. 전기차 보급에 속도를 낸다는 계획이다."},
    {"id": "charge-3", "title": "아파트 전기차 충전기 화재 예방 점검", "outlet": "동해신문", "published": "2025-02-11"},
    {"id": "fish-1", "title": "구룡포 과메기 축제에 관광객 몰려", "outlet": "동해신문", "published": "2024-11-20"},
    {"id": "fish-2", "title": "과메기 철 맞은 구룡포, 덕장마다 손길 분주", "outlet": "한빛일보"},
    {"id": "wire-1", "title": "SK온·동해소재, 양극재 장기 공급계약 체결", "outlet": "한빛일보", "published": "2024-05-02T08:00"},
    {"id": "wire-2", "title": "SK온·동해소재, 양극재 장기 공급계약 체결(종합)", "outlet": "경북저널", "published": "2024-05-02T11:00"},
    {"id": "wire-3", "title": "[속보] SK온·동해소재, 양극재 장기 공급계약 체결", "outlet": "동해신문", "published": "2024-05-03"},
]  # fmt: skip


@lru_cache(maxsize=8)
def _kiwi(names: tuple[tuple[str, str], ...]) -> Any:
    return _open(Aliases(dict(names)), 1)


_open = morphology.open_kiwi


def _shared_kiwi(aliases: Aliases, workers: int = 1, user_words: Iterable[str] = ()) -> Any:
    """Loading Kiwi takes seconds; one is enough for all small models of a test run."""
    if words := tuple(user_words):
        return _open(aliases, workers, words)
    return _kiwi(tuple(sorted(aliases.names.items())))


def write_records(path: Path, records: Iterable[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def fitted(records: Iterable[Mapping[str, Any]], *, aliases: Aliases | None = None, **recipe: Any) -> Model:
    """A model of ``records``, trained here. ``recipe`` holds fields of Recipe; topics are off unless asked for.

    The same records and recipe are trained once in a test run.
    """
    told = json.dumps(list(records), ensure_ascii=False)
    values = {"topics_most": 0, "workers": 1, **recipe}
    names = (aliases or load_aliases(None)).names
    whole = not isinstance(fit.calibrated, mock.Mock)
    return _fitted(told, tuple(sorted(names.items())), tuple(sorted(values.items())), whole)


@lru_cache(maxsize=64)
def _fitted(told: str, names: tuple[tuple[str, str], ...], recipe: tuple[tuple[str, Any], ...], whole: bool) -> Model:
    """``whole``: not by ``topics_alone``; what is remembered of one is not given for the other."""
    records = json.loads(told)
    with tempfile.TemporaryDirectory() as folder, Corpus.open(":memory:") as corpus:
        report = corpus.ingest([write_records(Path(folder) / "records.jsonl", records)])
        assert report.ok, report.problems
        with mock.patch.object(morphology, "open_kiwi", _shared_kiwi):
            return train(corpus, Recipe(**dict(recipe)), aliases=Aliases(dict(names)))


@cache
def small_model() -> Model:
    """RECORDS with the default recipe but topics bottom up."""
    return fitted(RECORDS, topics_most=60)


def small_desk() -> Recommender:
    return Recommender(small_model())


@contextmanager
def topics_alone() -> Iterator[None]:
    """Trainings within have the pooled calibration and no map, which take half of their time: for tests that look at
    topics and words alone."""

    def nowhere(vectors: Any, *_: Any) -> Any:
        return np.zeros((len(vectors), 2), dtype=np.float32)

    with (
        mock.patch.object(fit, "calibrated", return_value=default_calibration()),
        mock.patch.object(grouping, "positions", nowhere),
    ):
        yield


def with_pairs(model: Model, pairs: Iterable[tuple[int, int]]) -> Model:
    """``model`` as if its related lists were ``pairs`` of rows: who lists, who is listed."""
    sources, targets = np.array(list(pairs), dtype=np.int64).reshape(-1, 2).T
    return replace(model, links=Links.of(sources, targets, len(model)))
