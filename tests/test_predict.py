"""The topics of texts that are in no corpus."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import run_cli
from worlds import RECORDS, small_desk, small_model

from recommender.errors import QueryError
from recommender.topics.topic import NO_TOPIC


def test_a_headline_of_the_corpus_is_in_its_topic() -> None:
    desk, model = small_desk(), small_model()
    placed = [row for row in RECORDS if model.topics.topic_of[model.catalogue.row(row["id"])] != NO_TOPIC]
    found = desk.predict([row["title"] for row in placed])
    right = [
        bool(each.topic) and each.topic == model.topics.of_row(model.catalogue.row(row["id"]))
        for each, row in zip(found, placed, strict=True)
    ]
    assert sum(right) >= 0.9 * len(placed)


def test_shares_are_of_one_vote_and_what_nothing_is_like_has_no_topic() -> None:
    one, two, none = small_desk().predict(
        ["양극재 공장 준공", ("새 소식", "영일만산단 양극재 공장이 문을 연다"), "쿼크 반물질 중성미자"]
    )
    for each in (one, two):
        shares = [share for _, share in each.topics]
        assert each.topic
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1 + 1e-9
    assert (none.topic, none.topics) == (None, ())
    with pytest.raises(QueryError, match="no text"):
        small_desk().predict([(3, "")])  # type: ignore[list-item]


def test_the_command(tmp_path: Path) -> None:
    small_model().save(tmp_path / "models")
    (tmp_path / "page.txt").write_text(
        "동해소재 양극재 공장 착공\n\n" + "양극재 공장이 들어선다.\n" * 20, encoding="utf-8"
    )
    for args in (["양극재 공장 준공"], ["--file", str(tmp_path / "page.txt")]):
        (row,) = json.loads(run_cli(tmp_path, "topics", "predict", *args, "--format", "json").stdout)
        assert row["topic"] == row["topics"][0]
    stdin = '{"id": "d1", "title": "양극재 공장"}\n구룡포 과메기\n'
    lines = run_cli(tmp_path, "topics", "predict", "-", "--format", "jsonl", stdin=stdin).stdout.splitlines()
    assert [json.loads(line).get("id") for line in lines] == ["d1", None]
    assert run_cli(tmp_path, "topics", "predict").status == 2


def test_where_no_topic_fits_the_command_says_so(small_home: Path) -> None:
    alone = run_cli(small_home, "topics", "predict", "프로야구 개막전 선발투수")
    assert alone.stdout == ""
    assert alone.stderr.startswith("No topic fits '프로야구 개막전 선발투수': ")
    both = run_cli(small_home, "topics", "predict", "-", stdin="프로야구 개막전 선발투수\n양극재 공장\n")
    assert [line.split()[-1] == "-" for line in both.stdout.splitlines()] == [False, True, False]
