"""What a person may ask for: several articles at once, names in and out, dates, versions, files."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, environment, run_cli
from worlds import RECORDS, small_desk, small_model

from recommender import SearchOptions
from recommender.errors import QueryError
from recommender.text.asked_dates import asked_days

OUTLET = {row["id"]: row.get("outlet") for row in RECORDS}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("controls")
    for _ in range(2):
        small_model().save(home / "models", created="2026-01-01T00:00:00+00:00")
    return home


def out(home: Path, *args: str, stdin: str = "") -> str:
    done = run_cli(home, *args, stdin=stdin)
    assert done.status == 0, done.stderr
    return done.stdout


def ids(*args: Any, **options: Any) -> list[str]:
    return [hit.article.id for hit in small_desk().similar(*args, k=30, min_score=0, **options)]


def test_outlets_sections_and_what_is_excluded() -> None:
    assert {OUTLET[name] for name in ids("양극재 공장", outlet=["동해신문", "한빛일보"])} == {"동해신문", "한빛일보"}
    assert ids("양극재 공장", section="경제") == ["plant-4"]
    assert "경북저널" not in {OUTLET[name] for name in ids("양극재 공장", exclude_outlet="경북저널")}
    assert "plant-2" in ids("양극재 공장")
    assert "plant-2" not in ids("양극재 공장", exclude_id=["plant-2"])


def test_an_excluded_article_goes_with_its_copies() -> None:
    assert {"wire-1", "wire-2"} & set(ids("양극재 장기 공급계약", collapse=True))
    assert not {"wire-1", "wire-2", "wire-3"} & set(ids("양극재 장기 공급계약", exclude_id="wire-1"))


@pytest.mark.parametrize("name", ["outlet", "section", "exclude_outlet", "exclude_id"])
def test_a_name_that_nothing_has_is_told_with_the_nearest(name: str) -> None:
    with pytest.raises(QueryError, match="Nearest"):
        ids("양극재", **{name: "plant-9"})


def test_several_articles_ask_as_one() -> None:
    desk = small_desk()
    answer = desk.similar_to_all(["plant-1", "zone-1"], SearchOptions(k=6))
    found = [hit.article.id for hit in answer]
    assert not {"plant-1", "zone-1"} & set(found)
    assert {"plant", "zone"} <= {name.split("-")[0] for name in found}
    assert [hit.rank for hit in answer] == list(range(1, len(answer) + 1))
    assert [hit.score for hit in answer] == sorted((hit.score for hit in answer), reverse=True)
    assert answer.query == {"ids": ["plant-1", "zone-1"], "k": 6}
    with pytest.raises(QueryError, match="no article"):
        desk.similar_to_all(["plant-1", "nowhere"], SearchOptions())


def test_without_a_date_no_date_counts() -> None:
    desk = small_desk()
    dated, plain = (desk.similar(id="plant-1", explain=True, no_date=flag) for flag in (False, True))
    assert len({hit.parts["time"] for hit in dated}) > 1
    assert len({hit.parts["time"] for hit in plain}) == 1
    with pytest.raises(QueryError, match="no past"):
        desk.similar(id="plant-1", no_date=True, past_only=True)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("7d", "2024-07-30"), ("2w", "2024-07-23"), ("3일 전", "2024-08-03"), ("어제", "2024-08-05"),
        ("오늘", "2024-08-06"),
        ("그제", "2024-08-04"), ("보름", "2024-07-22"), ("일주일", "2024-07-30"), ("3개월", "2024-05-06"),
        ("6개월 전", "2024-02-06"), ("한 달", "2024-07-06"), ("반년", "2024-02-06"), ("1년", "2023-08-06"),
        ("최근 3개월", "2024-05-06"), ("a year ago", "2023-08-06"), ("3 months", "2024-05-06"),
        ("24시간", "2024-08-05T05:00"), ("이번달", "2024-08"), ("이달", "2024-08"), ("지난달", "2024-07"),
        ("지난 달부터", "2024-07"), ("last month", "2024-07"), ("올해", "2024"), ("작년", "2023"), ("재작년", "2022"),
        ("지난주", "2024-07-29 2024-08-04"), ("this week", "2024-08-05 2024-08-11"),
        ("지난 분기", "2024-04-01 2024-06-30"), ("작년 하반기", "2023-07-01 2023-12-31"), ("올해 3월", "2024-03"),
        ("2025년 3분기", "2025-07-01 2025-09-30"), ("12월 1일", "2023-12-01"), ("8월", "2024-08"),
        ("2025.9.1", "2025-09-01"), ("2025/9/1", "2025-09-01"), ("2025-9-1", "2025-09-01"),
        ("2025. 9. 1.", "2025-09-01"),
        ("2025년 9월", "2025-09"), ("2025년 9월 1일(월)", "2025-09-01"), ("25년 9월", "2025-09"),
        ("25.9.1", "2025-09-01"),
        ("20250901", "2025-09-01"), ("202509", "2025-09"), ("2025년", "2025"), ("2025.9", "2025-09"),
        ("Sep 1, 2025", "2025-09-01"), ("September 2025", "2025-09"), ("2025.9.1 14:30", "2025-09-01T14:30"),
        ("2024-08-05", "2024-08-05"), ("2024-08", "2024-08"), ("2024", "2024"),
        ("2025-02-30", None), ("2025.13.1", None), ("2025년 2월 30일", None), ("13월", None), ("05.06.07", None),
        ("25년", None), ("99999d", None), ("d", None), ("", None), ("월", None),
    ],
)  # fmt: skip
def test_dates_and_periods_are_read_as_people_write_them(text: str, days: str | None) -> None:
    late = datetime(2024, 8, 5, 20, tzinfo=UTC)  # already the 6th in Korea
    first, last = asked_days(text, late) or (None, None)
    assert (first, last) == ((None, None) if days is None else (days.split()[0], days.split()[-1]))


def test_a_month_without_its_last_day_ends_with_it() -> None:
    assert asked_days("한 달", datetime(2025, 3, 31, tzinfo=UTC)) == ("2025-02-28", "2025-02-28")


def test_periods_bound_what_answers() -> None:
    assert ids("양극재 공장", until="어제") == ids("양극재 공장", until="2026-01-01")
    assert ids("양극재 공장", since="1d") == []
    assert ids("양극재 공장", since="2024년 3월", until="2024.3") == ids(
        "양극재 공장", since="2024-03", until="2024-03"
    )
    assert SearchOptions(since="2025년 3분기", until="2025년 3분기").checked() == SearchOptions(
        since="2025-07-01", until="2025-09-30"
    )
    with pytest.raises(QueryError, match="'2025-02-30' is no date for since"):
        ids("양극재 공장", since="2025-02-30")


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(QueryError, match="since, 2024-09, is later than until, 2024-08"):
        ids("양극재 공장", since="2024년 9월", until="2024-08")
    assert SearchOptions(since="2024-08", until="2024-08-01").checked()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le"])
def test_questions_come_in_the_encodings_of_files(home: Path, encoding: str) -> None:
    command = [sys.executable, "-m", "recommender", "-C", str(home), "similar", "-", "--format", "jsonl"]
    asked = "양극재 공장\r\n쿼크 반물질 중성미자\r\n".encode(encoding)
    done = subprocess.run(command, input=asked, capture_output=True, check=True, cwd=ROOT, env=environment())
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [(a["query"]["text"], a["abstained"]) for a in answers] == [
        ("양극재 공장", False), ("쿼크 반물질 중성미자", True),
    ]  # fmt: skip


def test_questions_as_json_lines_keep_their_ids(home: Path) -> None:
    asked = [
        {"id": "q1", "title": "양극재 공장 착공", "body": "영일만산단에 짓는다.", "published": "2024-03-06"},
        {"id": 7, "title": "쿼크 반물질 중성미자"}, {"id": "plant-2", "title": "양극재 공장"}, {"id": "zone-1"},
    ]  # fmt: skip
    stdin = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in asked) + "양극재 공장\n"
    answers = [json.loads(line) for line in out(home, "similar", "-", "--format", "jsonl", stdin=stdin).splitlines()]
    assert [answer["query"].get("id") for answer in answers] == ["q1", "7", "plant-2", "zone-1", None]
    assert [answer["abstained"] for answer in answers] == [False, True, False, False, False]
    assert "plant-2" not in [hit["id"] for hit in answers[2]["results"]]
    table = out(home, "similar", "-", "--format", "csv", stdin=stdin).splitlines()
    assert table[0].startswith("query_id,query,rank")
    assert [line for line in table if line.startswith("7,")] == ["7,쿼크 반물질 중성미자,,,,,,,,"]
    refused = run_cli(home, "similar", "-", stdin='{"titel": "x"}\n')
    assert (refused.status, "Line 1" in refused.stderr) == (1, True)
    for line in ('{"title": "가", "text": "나"}', '{"id": "plant-2", "text": "나"}', '{"title": "가", "q": "나"}'):
        refused = run_cli(home, "similar", "-", stdin=f"{line}\n")
        assert (refused.status, "is no field of a question" in refused.stderr) == (1, True), line


def test_an_answer_goes_to_a_file_and_comes_from_a_version(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    assert out(home, "similar", "양극재 공장", "--model", "v0001", "--format", "csv", "-o", str(path)) == ""
    assert path.read_bytes().startswith("\ufeffrank,score".encode())
    assert json.loads(out(home, "similar", "양극재", "--model", "v0001", "--format", "json"))["model"] == "v0001"
    refused = run_cli(home, "similar", "양극재", "--model", "v0009")
    assert (refused.status, "v0001" in refused.stderr) == (1, True)


def test_the_command_line_takes_names_more_than_once(home: Path) -> None:
    args = [
        "--id",
        "plant-1",
        "--id",
        "zone-1",
        "--exclude-outlet",
        "동해신문",
        "--outlet",
        "경북저널",
        "--outlet",
        "한빛일보",
    ]
    answer = json.loads(out(home, "similar", *args, "--format", "json"))
    assert answer["query"]["ids"] == ["plant-1", "zone-1"]
    assert {hit["outlet"] for hit in answer["results"]} <= {"경북저널", "한빛일보"}
    assert run_cli(home, "similar", "--id", "plant-1", "--date", "2024-01-01").status == 2


def test_export_of_some(home: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in out(home, "export", "--since", "2024-10").splitlines()]
    days = small_model().catalogue
    assert rows
    assert all(not math.isnan(days.days[days.row(row["id"])]) for row in rows)
    assert {row["id"] for row in rows} == {r["id"] for r in RECORDS if r.get("published", "") >= "2024-10"}
    names = tmp_path / "ids.txt"
    names.write_text("zone-1\nplant-1\n", encoding="utf-8")
    some = [json.loads(line) for line in out(home, "export", "--ids", str(names), "--workers", "2").splitlines()]
    assert [row["id"] for row in some] == ["zone-1", "plant-1"]
    kept = [json.loads(line) for line in out(home, "export", "--outlet", "동해신문", "--min-score", "0").splitlines()]
    assert {OUTLET[entry["id"]] for row in kept for entry in row["related"]} == {"동해신문"}
