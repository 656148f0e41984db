"""What beginners type: options and commands of other tools, words in the wrong order, an id or a path as the text."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import pytest
from conftest import Run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("similar", "--top", "5", "양극재"), "Did you mean '-k'?"),
        (("similar", "-n", "5", "양극재"), "Did you mean '-k'?"),
        (("similar", "--json", "양극재"), "Did you mean '--format json'?"),
        (("similar", "-C", ".", "양극재"), "-C stands before the command"),
        (("similar", "--lang", "ko", "양극재"), "RECOMMENDER_LANG"),
        (("similar", "“양극재", "공장”"), "word processor"),
        (("similar", "—k", "5", "양극재"), "hyphens"),
        (("similar", "양극재", "--line", "2"), "--line is for --file"),
        (("search", "양극재"), "Did you mean 'similar'?"),
        (("학습",), "Did you mean 'train'?"),
        (("help",), "Did you mean '--help'?"),
        (("topics", "renam", "t1", "이름"), "Did you mean 'rename'?"),
        (("export", "related.csv"), "-o related.csv"),
        (("report", "report.html"), "-o report.html"),
    ],
)
def test_what_was_meant_is_said(run: Run, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    result = run(tmp_path, *words)
    assert result.status == 2
    assert said in result.stderr


def test_a_column_named_the_wrong_way_round(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("머릿글,글\n가,나\n", encoding="utf-8")
    assert "Write title=머릿글." in run(tmp_path, "ingest", tmp_path / "a.csv", "--map", "머릿글=title").stderr


def test_an_id_or_a_path_as_the_text_is_noticed(run: Run, sample_home: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("양극재 공장\n", encoding="utf-8")
    assert "To ask with that article: --id" in run(sample_home, "similar", "58630df773915c9e").stderr
    assert "To ask with what is in it: --file" in run(sample_home, "similar", page).stderr


def test_a_row_of_a_table_asks(run: Run, sample_home: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("제목,본문\n과메기 축제,관광객이 몰렸다.\n양극재 공장,짓는다.\n", encoding="utf-8")
    several = run(sample_home, "similar", "--file", table)
    assert several.status == 1
    assert "--line 2" in several.stderr
    answer = run(sample_home, "similar", "--file", table, "--line", "3", "--format", "json")
    assert json.loads(answer.stdout)["query"]["text"] == "양극재 공장"
    assert "Records begin at 2, 3." in run(sample_home, "similar", "--file", table, "--line", "9").stderr
    predicted = run(sample_home, "topics", "predict", "--file", table, "--line", "3", "--format", "json")
    assert json.loads(predicted.stdout)[0]["text"].startswith("양극재 공장")


def test_an_edit_of_topics_says_who_made_it(run: Run, own_home: Path) -> None:
    rows = json.loads(run(own_home, "topics", "--format", "json").stdout)
    topic = next(row["id"] for row in rows if row["kind"] == "topic")
    run(own_home, "topics", "rename", topic, "새 이름")
    run(own_home, "topics", "undo")
    lines = (own_home / "data" / "edits.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["by"] for line in lines] == [getpass.getuser()] * 2


@pytest.mark.parametrize("text", ["동해안 이차전지 특화단지 " * 12, "가나다라마바사아자차" * 30, "a/" * 3000])
def test_a_text_too_long_to_name_a_file_is_a_text(run: Run, sample_home: Path, text: str) -> None:
    done = run(sample_home, "similar", text)
    assert done.status == 0, done.stderr
    assert done.stdout.startswith(text.split()[0][:20])
