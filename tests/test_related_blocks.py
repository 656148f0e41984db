"""Related lists of many articles at once are those of one question after the other, and outlast a kill."""

from __future__ import annotations

import csv
import gzip
import json
import re
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, environment, run_cli
from worlds import RECORDS, fitted, small_model, with_pairs, write_records

from recommender import Recommender
from recommender.evaluation.pruning_cost import pruning_cost
from recommender.index.cells import Cells
from recommender.index.pruning import Pruning, rows_by_day
from recommender.jobs.related import related_lists
from recommender.ranking.features import query_of
from recommender.ranking.model import Model
from recommender.ranking.options import SearchOptions
from recommender.ranking.scorer import candidates

STEP = 5  # of the larger archive each fifth asks one by one
PLACES = ("포항", "구미", "울산", "여수", "광양", "천안", "청주", "군산")
THINGS = ("양극재", "음극재", "전해액", "분리막", "동박", "충전기", "배터리", "수소차", "철강", "조선")
DEEDS = ("공장 착공", "투자 확대", "인력 채용", "화재 조사", "수출 계약", "가동 중단", "증설 검토", "준공식 열려")


def many() -> list[dict[str, Any]]:
    """640 headlines: each place, thing and deed once, over two years; some without a day."""
    found = []
    for number, (place, thing, deed) in enumerate((p, t, d) for p in PLACES for t in THINGS for d in DEEDS):
        day = f"202{3 + number % 2}-{1 + number % 12:02}-{1 + number % 28:02}"
        record = {"id": f"n{number}", "title": f"{place} {thing} {deed}", "outlet": f"{place}신문", "published": day}
        found.append({key: value for key, value in record.items() if key != "published" or number % 5})
    return found


@cache
def exhaustive() -> Model:
    return fitted([*RECORDS, *many()])


@cache
def pruned() -> Model:
    """The archive as if it were a large one."""
    model = exhaustive()
    return replace(model, pruning=Pruning(Cells.fit(model.dense.rows[:], 7), rows_by_day(model.catalogue.days)))


def lists(model: Model, **wishes: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in related_lists(Recommender(model), SearchOptions(**wishes))]


def one_by_one(model: Model, step: int = 1, **wishes: Any) -> list[dict[str, Any]]:
    """The lists of every article, or of each ``step``-th."""
    asked = Recommender(model)
    answers = [asked.related(row, SearchOptions(**wishes)) for row in range(0, len(model), step)]
    return [{"id": a.query["id"], "related": [{"id": h.article.id, "score": h.score} for h in a]} for a in answers]


def same(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> None:
    assert [each["id"] for each in ours] == [each["id"] for each in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert [hit["id"] for hit in one["related"]] == [hit["id"] for hit in other["related"]], one["id"]
        assert np.allclose([h["score"] for h in one["related"]], [h["score"] for h in other["related"]], atol=1e-4)


WISHES: list[dict[str, Any]] = [
    {}, {"k": 3}, {"collapse": False}, {"stories": True}, {"past_only": True}, {"no_date": True}, {"min_score": 0.0},
    {"diversity": 0.4}, {"outlet": "동해신문"}, {"since": "2024", "until": "2024-06"}, {"exclude_outlet": ["한빛일보"]},
]  # fmt: skip


@pytest.mark.parametrize("wishes", WISHES, ids=str)
def test_lists_at_once_are_those_of_single_questions(wishes: dict[str, Any]) -> None:
    same(lists(small_model(), **wishes), one_by_one(small_model(), **wishes))


def test_lists_of_editors_speak_in_them() -> None:
    model = with_pairs(small_model(), [(0, 5), (0, 7), (3, 5)])
    same(lists(model, k=4), one_by_one(model, k=4))


@pytest.mark.parametrize(
    "wishes", [{}, {"past_only": True}, {"outlet": "포항신문"}, {"since": "2024-06"}, {"k": 40}], ids=str
)
def test_a_pruned_archive_gives_what_a_look_at_all_gives(wishes: dict[str, Any]) -> None:
    whole = [{hit["id"] for hit in each["related"]} for each in one_by_one(exhaustive(), STEP, **wishes)]
    for few in (one_by_one(pruned(), STEP, **wishes), lists(pruned(), **wishes)[::STEP]):
        found = sum(len(names & {h["id"] for h in each["related"]}) for names, each in zip(whole, few, strict=True))
        assert found >= 0.99 * sum(map(len, whole)) > 0


def test_the_candidates_of_a_pruned_archive_are_the_best_of_all_of_its_sources() -> None:
    """What one source adds drives out what another has, as in a look at all: the background of a question is theirs."""
    whole, few = exhaustive(), pruned()
    everybody, nothing = np.ones(len(whole), dtype=bool), np.zeros(len(whole), dtype=np.float32)
    for row in range(0, len(whole), 7):
        query = query_of(whole, whole.article_question(row), float(whole.catalogue.days[row]))
        wanted = candidates(whole, query, whole.weights, everybody, nothing, 100)
        found = candidates(few, query, few.weights, everybody, nothing, 100)
        assert len(np.intersect1d(wanted, found)) >= 0.95 * len(wanted)
        assert len(found) <= 1.1 * len(wanted)


def test_what_it_costs_to_look_at_few_is_measured(tmp_path: Path) -> None:
    cost = pruning_cost(Recommender(pruned()), 60, 7)
    assert (cost.questions, cost.recall_10.value >= 0.99, cost.same > 0.9) == (60, True, True)
    assert cost.hits > 100
    pruned().save(tmp_path / "models")
    done = run_cli(tmp_path, "evaluate", "--exhaustive", "--questions", "20", "--format", "json")
    assert done.status == 0, done.stderr
    one, other = json.loads(done.stdout)
    assert (one["model"], other["model"]) == ("v0001", "v0001 exhaustive")
    assert one["pruning"]["questions"] == 20
    assert one["pruning"]["recall_10"]["value"] >= 0.99
    assert {*one["pruning"]["milliseconds"]} == {"pruned", "exhaustive"}
    assert "pruning: " in run_cli(tmp_path, "evaluate", "--exhaustive", "--questions", "20").stdout
    assert run_cli(tmp_path, "evaluate", "--exhaustive", "--against", "v0001").status == 2


def test_a_small_archive_has_nothing_to_compare(tmp_path: Path) -> None:
    exhaustive().save(tmp_path / "models")
    done = run_cli(tmp_path, "evaluate", "--exhaustive", "--questions", "5", "--format", "json")
    assert done.status == 0
    assert "v0001 looks at every article" in done.stderr


def test_every_word_of_a_short_question_is_found_in_a_pruned_archive() -> None:
    asked = Recommender(pruned())
    for place, thing in zip(PLACES, THINGS, strict=False):
        hits = asked.similar(f"{place} {thing}", k=8, collapse=False)
        assert {hit.article.title for hit in hits} == {f"{place} {thing} {deed}" for deed in DEEDS}


def test_cells_are_the_same_every_time_and_hold_every_row_once() -> None:
    rows = np.random.default_rng(1).standard_normal((3_000, 8)).astype(np.float32)
    one, other = (Cells.fit(rows, 7) for _ in range(2))
    assert len(one) == 6
    assert all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("centres", "start", "order"))
    assert sorted(one.order.tolist()) == list(range(3_000))
    assert np.array_equal(Cells.of(one.centres, one.cell_of, rows).order, one.order)


def test_a_pruned_model_is_stored_updated_and_thinned(tmp_path: Path) -> None:
    pruned().save(tmp_path / "models")
    again = Recommender.open(tmp_path / "models")
    assert len(again.model.pruning) == len(pruned().pruning) > 0
    gone = again.model.catalogue.ids[3]
    from recommender.ranking.removal import without

    left = without(again.model, np.array([3]))
    assert len(left.pruning.by_day) == len(left) == len(pruned()) - 1
    assert gone not in {hit["id"] for each in lists(left, k=3) for hit in each["related"]}


def saved(model: Model, folder: Path) -> Path:
    """A home with the model and no corpus."""
    home = folder / "home"
    (home / "data").mkdir(parents=True)
    model.save(home / "models")
    return home


def test_a_killed_export_goes_on_where_it_was(tmp_path: Path) -> None:
    home = saved(exhaustive(), tmp_path)  # many small parts
    one = run_cli(home, "export", "-k", "4")
    command = ["export", "-k", "4", "--workers", "2", "-o", str(tmp_path / "out.jsonl")]
    with subprocess.Popen(
        [sys.executable, "-m", "recommender", "-C", str(home), *command], env=environment()
    ) as process:
        while process.poll() is None and not list((home / "work").glob("export-*/lists-*.npy")):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    again = run_cli(home, *command)
    assert again.status == 0
    assert "parts of the lists are there from before" in again.stderr
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == one.stdout
    assert not (home / "work").exists()


def test_two_equal_exports_at_the_same_time_leave_each_other_alone(tmp_path: Path) -> None:
    home = saved(exhaustive(), tmp_path)
    command = ["export", "-k", "4", "-o"]
    first = [sys.executable, "-m", "recommender", "-C", str(home), *command, str(tmp_path / "first.jsonl")]
    with subprocess.Popen(first, env=environment(), stderr=subprocess.PIPE, encoding="utf-8") as process:
        while process.poll() is None and not list((home / "work").glob("export-*/lists-*.npy")):
            time.sleep(0.001)
        process.send_signal(signal.SIGSTOP)
        second = run_cli(home, *command, tmp_path / "second.jsonl")
        process.send_signal(signal.SIGCONT)
        _, told = process.communicate()
    assert (process.returncode, second.status) == (0, 0), told + second.stderr
    assert "Traceback" not in told + second.stderr
    assert "from before" not in second.stderr
    assert (tmp_path / "first.jsonl").read_bytes() == (tmp_path / "second.jsonl").read_bytes()
    assert not (home / "work").exists()


def test_shards_a_packed_file_and_a_table(tmp_path: Path) -> None:
    home = saved(small_model(), tmp_path)
    one = run_cli(home, "export", "-k", "2").stdout
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "related-00007.jsonl.gz").write_bytes(b"of an earlier export")
    assert run_cli(home, "export", "-k", "2", "-o", tmp_path / "lists").status == 0
    assert [path.name for path in (tmp_path / "lists").iterdir()] == ["related-00000.jsonl.gz"]
    assert gzip.decompress((tmp_path / "lists" / "related-00000.jsonl.gz").read_bytes()).decode() == one
    assert run_cli(home, "export", "-k", "2", "-o", tmp_path / "a.jsonl.gz").status == 0
    assert gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()).decode() == one
    assert run_cli(home, "export", "-k", "2", "-o", f"{tmp_path}/new/").status == 0
    assert (tmp_path / "new" / "related-00000.jsonl.gz").exists()
    table = pytest.importorskip("pyarrow.parquet")
    assert run_cli(home, "export", "-k", "2", "-o", tmp_path / "a.parquet").status == 0
    rows = table.read_table(tmp_path / "a.parquet").to_pylist()
    flat = [
        (each["id"], hit["id"], hit["score"])
        for each in map(json.loads, one.splitlines()) for hit in each["related"] or [{"id": None, "score": None}]
    ]  # fmt: skip
    assert [(row["id"], row["related_id"], row["score"]) for row in rows] == flat
    refused = run_cli(home, "export", "-o", tmp_path / "a.xlsx")
    assert (refused.status, refused.stderr.count("\n")) == (1, 1)
    assert ".parquet" in refused.stderr


def test_a_csv_opens_right_in_a_spreadsheet(tmp_path: Path) -> None:
    home = saved(small_model(), tmp_path)
    lists = list(map(json.loads, run_cli(home, "export", "-k", "2").stdout.splitlines()))
    done = run_cli(home, "export", "-k", "2", "-o", tmp_path / "a.CSV")
    assert (done.status, done.stdout) == (0, "")
    data = (tmp_path / "a.CSV").read_bytes()
    assert data.startswith("\ufeffid,title,rank,related_id,related_title,score,pinned\n".encode())
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    titles = {each["id"]: each["title"] for each in lists}
    assert [tuple(row.values())[:6] for row in rows] == [
        (each["id"], each["title"], str(rank) if hit else "", hit.get("id", ""), titles.get(hit.get("id"), ""),
         str(hit.get("score", "")))
        for each in lists for rank, hit in enumerate(each["related"] or [{}], start=1)
    ]  # fmt: skip
    refused = run_cli(home, "export", "-o", tmp_path / "a.xlsx")
    assert "Write .csv, which Excel opens" in refused.stderr


def test_a_table_without_its_library_is_told_before_any_list_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = saved(small_model(), tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    refused = run_cli(home, "export", "-o", tmp_path / "a.parquet")
    assert (refused.status, refused.stderr.count("\n")) == (1, 1)
    assert refused.stderr.endswith("Run: pip install 'related-recommender[parquet]'\n")
    assert not (home / "work").exists()


def test_hints_name_the_distribution_as_it_is_called() -> None:
    source = ROOT / "recommender"
    texts = [path.read_text(encoding="utf-8") for kind in ("py", "json") for path in source.rglob(f"*.{kind}")]
    named = {found for text in texts for found in re.findall(r"pip install '?([\w-]+)\[", text)}
    assert named == {tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"]}


def test_only_lists_that_changed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run_cli(home, "ingest", write_records(tmp_path / "a.jsonl", RECORDS)).status == 0
    assert run_cli(home, "train", "--quiet").status == 0
    nothing = run_cli(home, "export", "--changed-since", "v0001")
    assert (nothing.status, nothing.stdout) == (0, "")
    before = {each["id"]: each for each in map(json.loads, run_cli(home, "export").stdout.splitlines())}
    new = {"id": "plant-9", "title": "동해소재 양극재 공장 준공식", "published": "2024-03-09"}
    assert run_cli(home, "ingest", write_records(tmp_path / "b.jsonl", [new])).status == 0
    assert run_cli(home, "update", "--quiet").status == 0
    after = {each["id"]: each for each in map(json.loads, run_cli(home, "export").stdout.splitlines())}

    def ids(each: dict[str, Any]) -> list[str]:
        return [hit["id"] for hit in each["related"]]

    expected = {name for name in after if name not in before or ids(after[name]) != ids(before[name])}
    told = run_cli(home, "export", "--changed-since", "v0001", "-o", tmp_path / "changed.jsonl")
    assert told.status == 0
    found = [json.loads(line) for line in (tmp_path / "changed.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {each["id"] for each in found} == expected
    assert found == [after[name] for name in after if name in expected]
    assert 0 < len(expected) < len(after)
    assert run_cli(home, "export", "--changed-since", "v0009").status == 1
