"""The command line: every format parses, results alone on stdout, order kept, homes found."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, environment, run_cli
from worlds import RECORDS, small_model, write_records

from recommender import open_model
from recommender.cli._output import width
from recommender.errors import missing_library
from recommender.evaluation.comparison import with_scores
from recommender.index.links import Links
from recommender.training.folds import folds

SHOWN = ["recall_10", "hit_10", "mrr", "ndcg_10", "abstained"]  # measures in the table of an evaluation
HIT = ["rank", "id", "title", "score", "label", "outlet", "published", "url", "topic", "why", "also", "folded"]
COMMANDS = ["ingest", "inspect", "articles", "train", "similar", "export", "topics", "report", "evaluate", "models"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """data/ and models/ of the small corpus with two versions; not to be changed."""
    home = tmp_path_factory.mktemp("cli") / "home"
    assert run_cli(home, "ingest", write_records(home.parent / "records.jsonl", RECORDS)).status == 0
    for _ in range(2):
        small_model().save(home / "models", created="2026-01-01T00:00:00+00:00")
    return home


def out(home: Path, *args: str, stdin: str = "") -> str:
    done = run_cli(home, *args, stdin=stdin)
    assert done.status == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def rows_of(text: str, form: str) -> list[Any]:
    if form == "json":
        value = json.loads(text)
        return value if isinstance(value, list) else [value]
    if form == "jsonl":
        return [json.loads(line) for line in text.splitlines()]
    table = list(csv.reader(io.StringIO(text)))
    assert len({len(row) for row in table}) == 1, "every row has the cells of the header"
    assert len(set(table[0])) == len(table[0])
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


ROWS = {
    "topics": (["topics"], 5),
    "assignments": (["topics", "--assignments"], len(RECORDS)),
    "models": (["models", "list"], 2),
}


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "table"])
@pytest.mark.parametrize("name", ROWS)
def test_rows_parse_in_every_format(home: Path, name: str, form: str) -> None:
    args, count = ROWS[name]
    text = out(home, *args, "--format", form)
    if form == "table":
        assert len(text.splitlines()) == count + 1
        assert text == out(home, *args)
    else:
        assert len(rows_of(text, form)) == count


@pytest.mark.parametrize("more", [[], ["--against", "v0001"]], ids=["alone", "against"])
def test_an_evaluation_parses_in_every_format(home: Path, more: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON is an object a model, CSV a row a group, and all say the same; a table has the groups on top."""
    monkeypatch.setenv("COLUMNS", "100")
    told = {form: out(home, "evaluate", *more, "--format", form) for form in ("json", "jsonl", "csv", "table")}
    held = rows_of(told["json"], "json")
    assert held == rows_of(told["jsonl"], "jsonl")
    assert [e["model"] for e in held] == ["v0002", "v0001"][: 1 + bool(more)]
    assert ("difference" in held[0]) == bool(more)
    rows = rows_of(told["csv"], "csv")
    assert len(rows) == sum(1 + len(e["groups"]) for e in held)
    assert float(rows[0]["mrr"]) == held[0]["mrr"]
    assert held[0]["intervals"]["mrr"][0] <= held[0]["mrr"] <= held[0]["intervals"]["mrr"][1]
    lines = told["table"].splitlines()
    heads = [at for at, line in enumerate(lines) if line.split() == ["group", "name", "questions", *SHOWN]]
    assert len(heads) == len(held)
    assert lines[heads[0] + 1].startswith("all")
    assert f"  {float(rows[0]['mrr']):.3f} ±" in lines[heads[0] + 1]
    assert all(max(map(width, lines[at : lines.index("", at)])) <= 100 for at in heads)
    assert told["table"] == out(home, "evaluate", *more)


def test_without_a_question_an_evaluation_says_so(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"title": "모르는 제목", "related": ["다른 제목"]}\n', encoding="utf-8")
    for more in ([], ["--against", "v0001"]):
        done = run_cli(home, "evaluate", "--labels", path, *more)
        assert done.status == 0, done.stderr
        assert "nothing was asked" in done.stderr
        assert "nan" not in done.stdout
        assert done.stdout.startswith("There is no question with a known answer, so how well articles are found is ")
        assert '{"title": "its headline", "related": ["a headline", "another"]}' in done.stdout
        assert "NPMI: do the key words" in done.stdout
        assert not re.search(r"Brier|recall_10|: 0 pairs", done.stdout)
        (held, *_) = rows_of(out(home, "evaluate", "--labels", path, *more, "--format", "json"), "json")
        assert (held["questions"], held["mrr"], held["intervals"]["mrr"]) == (0, None, [None, None])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("similer", " Did you mean 'similar'?"), ("eval", " Did you mean 'evaluate'?"), 
        ("REPORT", " Did you mean 'report'?"),
        ("ingset", " Did you mean one of: 'ingest', 'inspect'?"), ("검색", " Did you mean 'similar'?"), ("무엇", ""),
    ],
)  # fmt: skip
def test_a_mistyped_command_is_told_the_nearest(home: Path, typed: str, meant: str) -> None:
    done = run_cli(home, typed, "양극재")
    assert (done.status, done.stdout) == (2, "")
    assert done.stderr.endswith(f"Error: No such command '{typed}'.{meant}\n")


@pytest.mark.parametrize("args", [["similar"], ["topics", "predict"]])
def test_words_without_quotes_are_told_of_them(home: Path, args: list[str]) -> None:
    done = run_cli(home, *args, "양극재", "공장")
    assert done.status == 2
    assert done.stderr.endswith('(공장)\nPut a text of several words in quotes, such as "양극재 공장".\n')


@pytest.mark.parametrize("name", ["one.csv", "one.jsonl", "one.json", "one.xlsx"])
def test_a_file_of_one_record_asks_and_several_are_told_apart(home: Path, tmp_path: Path, name: str) -> None:
    records = [
        {"제목": "영일만산단 양극재 공장 착공", "본문": "동해소재가 공장을 짓는다.", "송고일시": "2024-03-06 10:00"},
        {"제목": "과메기 축제에 관광객 몰려", "본문": "구룡포에서 축제가 열렸다.", "송고일시": "2024-03-07 10:00"},
    ]  # fmt: skip
    asked = rows_of(out(home, "similar", records[0]["제목"], "--format", "json"), "json")[0]
    for count in (1, 2):
        path = tmp_path / f"{count}{name}"
        written_records(path, records[:count])
        done = run_cli(home, "similar", "--file", path, "--format", "json")
        predicted = run_cli(home, "topics", "predict", "--file", path, "--format", "jsonl")
        if count == 1:
            answer = json.loads(done.stdout)
            assert answer["query"]["text"] == records[0]["제목"]
            assert answer["results"][0]["id"] == asked["results"][0]["id"]
            assert json.loads(predicted.stdout)["text"].startswith(records[0]["제목"])
        else:
            assert (done.status, predicted.status) == (1, 1)
            assert done.stderr.startswith(f"error: {path} holds 2 records, and one can ask. Say which by its ")
            assert "recommender similar - < questions.jsonl" in done.stderr


def written_records(path: Path, records: list[dict[str, str]]) -> None:
    if path.suffix == ".xlsx":
        from openpyxl import Workbook

        book = Workbook()
        for row in (list(records[0]), *(list(record.values()) for record in records)):
            book.active.append(row)
        book.save(path)
        return
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    text = io.StringIO()
    table = csv.DictWriter(text, list(records[0]))
    table.writeheader()
    table.writerows(records)
    data = {".csv": text.getvalue(), ".jsonl": "\n".join(lines), ".json": f"[{','.join(lines)}]"}[path.suffix]
    path.write_text(data, encoding="utf-8")


@pytest.mark.parametrize(("name", "called"), [("lxml", "lxml"), ("threadpoolctl", "threadpoolctl")])
def test_a_library_that_is_not_there_is_named(tmp_path: Path, home: Path, name: str, called: str) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><body><h1>양극재 공장</h1><p>짓는다.</p></body></html>", encoding="utf-8")
    program = f"import sys; sys.modules[{name!r}] = None; from recommender.cli import main; main()"
    args = ["-C", tmp_path / "new", "ingest", page] if name == "lxml" else ["-C", home, "train", "--quiet"]
    command = [sys.executable, "-c", program, *map(str, args)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment())
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith(f"error: The library {name} is not installed for this Python ({sys.executable}). ")
    assert done.stderr.endswith(f"or: pip install {called}\n")
    other = missing_library(ModuleNotFoundError(name="sklearn.base"))
    assert other
    assert other.hint.endswith("pip install scikit-learn")
    assert missing_library(ModuleNotFoundError(name="recommender.none")) is None


@pytest.mark.parametrize(
    "args",
    [
        ["ingest", ""], ["inspect", ""], ["similar", "--file", ""], ["-C", "", "topics"], ["train", "--recipe", ""],
        ["evaluate", "--labels", ""], ["remove", "--from", ""], ["topics", "predict", "--file", ""],
    ],
    ids=" ".join,
)  # fmt: skip
def test_an_empty_path_is_not_the_working_folder(home: Path, args: list[str]) -> None:
    done = run_cli(home, *args)
    assert done.status == 2
    assert "The path is empty; is a variable of the shell unset?" in done.stderr


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
@pytest.mark.parametrize("text", ["양극재 공장", "은 는 이 가"])
def test_one_answer_parses(home: Path, text: str, form: str) -> None:
    rows = rows_of(out(home, "similar", text, "-k", "3", "--format", form), form)
    if form == "csv":
        assert len(rows) == (0 if "은" in text else 3)
    else:
        (answer,) = rows
        assert list(answer) == ["query", "model", "abstained", "reason", "results"]
        assert answer["abstained"] == ("은" in text)
        assert [list(hit) for hit in answer["results"]] == [HIT] * len(answer["results"])


QUESTIONS = ["양극재 공장", "", "과메기", "  ", "🎉", "전기차 충전기"]


def test_questions_from_stdin_are_answered_in_order(home: Path) -> None:
    answers = rows_of(out(home, "similar", "-", "--format", "jsonl", stdin="\n".join(QUESTIONS)), "jsonl")
    assert [answer["query"]["text"] for answer in answers] == QUESTIONS
    assert [answer["abstained"] for answer in answers] == [False, True, False, True, True, False]


@pytest.mark.parametrize("form", ["json", "csv"])
def test_many_answers_are_one_document(home: Path, form: str) -> None:
    text = out(home, "similar", "-", "--format", form, "-k", "2", stdin="양극재\n\n과메기\n")
    rows = rows_of(text, form)
    assert len(rows) == (3 if form == "json" else 4)


def test_no_question_no_answer(home: Path) -> None:
    assert out(home, "similar", "-", "--format", "jsonl", stdin="") == ""


def test_json_is_not_escaped(home: Path) -> None:
    assert "양극재" in out(home, "similar", "양극재", "--format", "json", "--min-score", "0")


def test_export_is_one_line_an_article(home: Path, tmp_path: Path) -> None:
    text = out(home, "export", "-k", "3")
    rows = [json.loads(line) for line in text.splitlines()]
    assert sorted(row["id"] for row in rows) == sorted(r["id"] for r in RECORDS)
    for row in rows:
        assert list(row) == ["id", "title", "related"]
        assert all(list(related) == ["id", "score"] for related in row["related"])
        assert row["id"] not in [related["id"] for related in row["related"]]
    done = run_cli(home, "export", "-k", "3", "-o", tmp_path / "related.jsonl")
    assert (done.status, done.stdout) == (0, "")
    assert (tmp_path / "related.jsonl").read_text(encoding="utf-8") == text


def test_assignments_have_the_rows_of_the_contract(home: Path) -> None:
    rows = rows_of(out(home, "topics", "--assignments", "--format", "jsonl"), "jsonl")
    assert all(list(row) == ["id", "topic", "name", "parent", "strength", "desks"] for row in rows)
    assert all(isinstance(row["topic"], str | None) for row in rows)


def test_similar_by_file_by_id_and_by_long_text(home: Path, tmp_path: Path) -> None:
    body = "양극재 공장이 영일만산단에 들어선다.\n" * 20
    (tmp_path / "page.txt").write_text("동해소재 양극재 공장 착공\n\n" + body, encoding="utf-8")
    for asked in (
        ["--file", str(tmp_path / "page.txt")],
        ["동해소재 양극재 공장 착공\n\n" + body],
        ["--id", "plant-2"],
    ):
        (answer,) = rows_of(out(home, "similar", *asked, "--format", "json"), "json")
        assert answer["results"][0]["id"].startswith("plant")


def test_a_page_of_the_corpus_is_left_out_and_named(home: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(f"{RECORDS[0]['title']}\n\n{RECORDS[0]['body']}\n", encoding="utf-8")
    (answer,) = rows_of(out(home, "similar", "--file", str(page), "--format", "json"), "json")
    assert answer["query"]["left_out"] == {"id": "plant-1", "title": RECORDS[0]["title"]}
    assert "plant-1" not in [hit["id"] for hit in answer["results"]]
    told = out(home, "similar", "--file", str(page)).splitlines()
    assert [line for line in told if "plant-1" in line] == [
        f"  left out, as it is what was asked with: plant-1 {RECORDS[0]['title']}"
    ]


def test_explain_adds_the_parts(home: Path) -> None:
    (answer,) = rows_of(out(home, "similar", "양극재 공장", "--explain", "--format", "json"), "json")
    assert answer["results"]
    for hit in answer["results"]:
        assert {"title", "body", "meaning", "time", "link", "evidence"} <= set(hit["parts"])
        assert 0 < sum(reason["weight"] for reason in hit["why"]) <= 1 + 1e-5


def test_people_are_told_what_was_corrected_and_how_near_a_hit_is(home: Path) -> None:
    text = out(home, "similar", "마이스터거 신입생", "-k", "3")
    assert "showing results for: 마이스터고 신입생" in text
    (answer,) = rows_of(out(home, "similar", "마이스터거 신입생", "-k", "3", "--format", "json"), "json")
    assert answer["query"] == {"text": "마이스터거 신입생", "corrected": "마이스터고 신입생", "k": 3}
    for hit in answer["results"]:
        assert hit["label"] in ("close", "related", "weak")
        assert f"{hit['score']:.2f} {hit['label']:<7}" in text


def test_retellings_are_listed_on_demand(home: Path) -> None:
    """What stands folded is listed with --stories, and with --no-collapse copies are too."""
    folded, stories, apart = (
        rows_of(out(home, "similar", "양극재 공장", "-k", "100", "--format", "json", *more), "json")[0]["results"]
        for more in ((), ("--stories",), ("--no-collapse",))
    )
    listed = [{hit["id"] for hit in rows} for rows in (folded, stories, apart)]
    under = {name for hit in folded for name in hit["folded"]}
    copies = {name for hit in stories for name in hit["also"]}
    assert listed[0] <= listed[1] <= listed[2] | copies
    assert under <= listed[1] | copies
    assert not any(hit["folded"] for hit in [*stories, *apart])
    assert not any(hit["also"] for hit in apart)


def test_inspect(home: Path) -> None:
    page = next((ROOT / "data/sample/pages").glob("*.txt"))
    shown = json.loads(out(home, "inspect", str(page), "--format", "json"))
    assert list(shown) == ["path", "kind", "fields", "left_out"]
    assert set(shown["fields"]) - {"stand_in"} == {
        "title", "outlet", "author", "published", "body", "captions", "tags", "related", "translation"
    }  # fmt: skip
    for field in shown["fields"].values():
        assert field is None or list(field) == ["value", "lines", "rule", "confidence"]
    assert "title" in out(home, "inspect", str(page))


@pytest.mark.parametrize("ending", ["html", "md", "json", "csv"])
def test_report_by_its_ending(home: Path, tmp_path: Path, ending: str) -> None:
    path = tmp_path / "deep" / f"report.{ending}"
    assert out(home, "report", "-o", str(path)) == ""
    text = path.read_text(encoding="utf-8")
    assert "양극재" in text
    if ending == "json":
        json.loads(text)


def test_ingest_twice_changes_nothing_and_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    file = write_records(tmp_path / "records.jsonl", RECORDS)
    table = tmp_path / "home" / "data" / "outlets.toml"
    table.parent.mkdir(parents=True)
    for text, status in (("no table", 1), ("[outlets]", 0)):
        table.write_text(text)
        dry = run_cli(tmp_path / "home", "ingest", "--dry-run", file)
        assert (dry.status, "outlets.toml" in dry.stderr) == (status, bool(status)), "it reads as an ingest would"
        assert list(table.parent.iterdir()) == [table], "not even an empty corpus"
    table.unlink()
    assert run_cli(tmp_path / "none", "ingest", "--dry-run", file).status == 0
    assert not (tmp_path / "none").exists()
    first, second = (run_cli(tmp_path / "home", "ingest", file) for _ in range(2))
    assert f"{len(RECORDS)} articles new" in first.stdout, "the dry run kept nothing"
    assert "0 articles new, 0 changed" in second.stdout
    assert first.stdout.splitlines()[1] == second.stdout.splitlines()[1]


@pytest.mark.parametrize("how", ["-C", "RECOMMENDER_HOME", "working folder", "-C before the variable"])
def test_where_the_home_is(home: Path, tmp_path: Path, how: str) -> None:
    command, env, cwd = [sys.executable, "-m", "recommender"], environment(), tmp_path
    if how.startswith("-C"):
        command += ["-C", str(home)]
    if how == "RECOMMENDER_HOME":
        env["RECOMMENDER_HOME"] = str(home)
    if how == "working folder":
        cwd = home
    if how.endswith("variable"):
        env["RECOMMENDER_HOME"] = str(tmp_path / "elsewhere")
    done = subprocess.run(
        [*command, "models", "list", "--format", "json"], env=env, cwd=cwd, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert [row["version"] for row in json.loads(done.stdout)] == ["v0001", "v0002"]


def test_models_promote_rollback_check_prune(home: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(home, tmp_path / "own"))
    assert out(own, "models", "check").splitlines() == ["v0001: sound", "v0002: sound"]
    assert out(own, "models", "rollback") == ""
    assert [row["current"] for row in rows_of(out(own, "models", "list", "--format", "json"), "json")] == [True, False]
    out(own, "models", "promote", "v0002")
    out(own, "models", "prune", "--keep", "1")
    assert [row["version"] for row in rows_of(out(own, "models", "list", "--format", "json"), "json")] == ["v0002"]
    path = own / "models/v0002/tfidf.idf.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x55")
    done = run_cli(own, "models", "check")
    assert done.status == 1
    assert "v0002: tfidf.idf.npy" in done.stdout


@pytest.mark.parametrize(
    "command", [[], *([name] for name in COMMANDS), ["models", "promote"], ["models", "prune"]], ids=" ".join
)
def test_every_command_has_a_help(home: Path, command: list[str]) -> None:
    text = out(home, *command, "--help")
    assert text.startswith("Usage:")
    if len(command) < 2:
        assert "recommender" in text.split("Usage:", 1)[1].partition("\n")[2], "with an example"


def test_version(home: Path) -> None:
    assert out(home, "--version").startswith("recommender")


def test_csv_runs_nothing_in_a_spreadsheet() -> None:
    from recommender.cli._output import as_csv

    text = as_csv([{"a": "=1+1", "b": "@x", "c": -3.5, "d": "-5"}], ("a", "b", "c", "d"))
    assert text.splitlines()[1] == "'=1+1,'@x,-3.5,-5"


@pytest.mark.parametrize(("text", "cells"), [("포항", 4), ("SK온", 4), ("", 0), ("e\u0301", 1)])
def test_hangul_is_two_cells_wide(text: str, cells: int) -> None:
    from recommender.cli._output import width

    assert width(text) == cells


def test_a_report_says_how_good_the_model_is(home: Path, tmp_path: Path) -> None:
    """The same figures as ``evaluate``, and nothing where no page has a list."""
    assert run_cli(home, "report", "-o", str(tmp_path / "report.json")).status == 0
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["quality"]
    found = rows_of(out(home, "evaluate", "--format", "json"), "json")[0]
    assert told["questions"] == found["questions"] == 2
    assert {name: value["value"] for name, value in told["measures"].items()} == {
        name: found[name] for name in told["measures"]
    }
    assert told["reliability"] == found["reliability"]
    assert len(told["groups"]) == len(found["groups"])
    alone = tmp_path / "alone"
    small = small_model()
    none = Links.of(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), len(small))
    replace(small, links=none).save(alone / "models")
    assert run_cli(alone, "report", "-o", str(alone / "report.md"), "--lang", "en").status == 0
    text = (alone / "report.md").read_text(encoding="utf-8")
    assert "## How good it is\n\nNo related lists: nothing to judge by.\n" in text
    assert run_cli(alone, "report", "-o", str(alone / "report.json")).status == 0
    assert json.loads((alone / "report.json").read_text(encoding="utf-8"))["quality"]["measures"] == {}


def test_the_recipe_of_the_home_is_taken_and_told(tmp_path: Path) -> None:
    """By train; update and what else keeps to the recipe of the model says that the next training takes it."""
    assert run_cli(tmp_path, "ingest", write_records(tmp_path / "r.jsonl", RECORDS[:8])).status == 0
    usual = tmp_path / "data" / "recipe.toml"
    usual.write_text("topics_most = 0\nbody_weight = 0.25\nseed = 3\n")
    done = run_cli(tmp_path, "train", "--quiet")
    assert done.status == 0, done.stderr
    assert f"recipe: {usual}\n" in done.stderr
    assert {**open_model(tmp_path / "models").about["recipe"], "body_weight": 0.25, "seed": 3, "topics_most": 0} == (
        open_model(tmp_path / "models").about["recipe"]
    )
    (tmp_path / "other.toml").write_text("topics_most = 0\nbody_weight = 0.75\n")
    done = run_cli(tmp_path, "train", "--quiet", "--recipe", str(tmp_path / "other.toml"), "--seed", "9")
    assert f"recipe: {tmp_path / 'other.toml'}\n" in done.stderr, "one that is named goes before it"
    recipe = open_model(tmp_path / "models").about["recipe"]
    assert (recipe["body_weight"], recipe["seed"]) == (0.75, 9)
    assert run_cli(tmp_path, "ingest", write_records(tmp_path / "n.jsonl", RECORDS[8:9])).status == 0
    done = run_cli(tmp_path, "update", "--quiet")
    assert done.status == 0, done.stderr
    assert f"{usual} is not the recipe of v0002, which holds here; the next training takes it" in done.stderr
    assert open_model(tmp_path / "models").about["recipe"] == recipe
    usual.write_text("min_scor = 0.25\n")
    done = run_cli(tmp_path, "train", "--quiet")
    assert (done.status, "unknown key 'min_scor'" in done.stderr) == (1, True)


def test_a_report_without_the_workshop_has_the_scores_of_the_manifest(tmp_path: Path) -> None:
    scored = with_scores(small_model(), folds)
    fitted = replace(scored, weights=replace(scored.weights, source="fitted on 2 related pairs"))
    fitted.save(tmp_path / "models")
    script = "import sys; sys.modules['scipy'] = None\nfrom recommender.cli import main; main()"
    command = [sys.executable, "-c", script, "-C", str(tmp_path), "report", "-o", str(tmp_path / "report.json")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment())
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["quality"]
    assert told["measures"]["mrr"] == scored.about["scores"]["mrr"]
    assert told["reliability"] == scored.about["scores"]["reliability"]
    assert told["groups"] == []


OBEYED = "\x1b]0;title\x07\x1b[31m\u202e\u2066\u200f\u2028\x9b\r"
SIGNS = set("\x1b\x07\u202e\u2066\u200f\u2028\x9b\r")


@pytest.mark.parametrize("args", [
    ["similar", f"양극재{OBEYED} 공장"], ["similar", "--id", f"no{OBEYED}"], ["similar", "양극재", "--outlet", OBEYED],
    ["similar", f"양극재{OBEYED}", "--min-score", "1"], ["similar", "--file", f"{OBEYED}.txt"],
    ["inspect", f"{OBEYED}.txt"],
    ["topics", f"topic{OBEYED}"], ["models", "promote", OBEYED], [f"command{OBEYED}"], ["similar", f"--option{OBEYED}"],
    ["similar", "--since", OBEYED], ["train", "--recipe", f"{OBEYED}.toml"], ["evaluate", "--labels", OBEYED],
])  # fmt: skip
def test_a_terminal_obeys_nothing_that_was_typed(home: Path, args: list[str]) -> None:
    done = run_cli(home, *args)
    assert done.stdout + done.stderr
    assert not SIGNS & set(done.stdout + done.stderr)


def test_a_terminal_obeys_nothing_of_files_and_titles(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / f"a{OBEYED}\nforged: line.txt").write_text("", encoding="utf-8")
    row = {"id": f"a\u202e{OBEYED}", "title": f"양극재 \u202e\u2066공장{OBEYED} 착공", "outlet": f"신문\u202e{OBEYED}"}
    write_records(pages / "records.jsonl", [row, {"title": "과메기 축제"}, {"title": "양극재 공장 준공"}])
    done = run_cli(tmp_path / "home", "ingest", pages)
    assert "is empty" in done.stderr
    assert "\nforged" not in done.stderr
    out(tmp_path / "home", "train", "--quiet")
    told = [done.stdout, done.stderr, out(tmp_path / "home", "topics", "--assignments")]
    told.append(out(tmp_path / "home", "similar", "양극재 공장", "--min-score", "0"))
    assert "착공" in told[-1]
    assert not SIGNS & set("".join(told))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("포항 SK온 é 🎉", "포항 SK온 é 🎉"),
        ("a\x1b[31mb\nc\u202ed", "a [31mb c d"),
        ("가\u3000나", "가\u3000나"),
        ("", ""),
    ],
)
def test_printable_text(text: str, shown: str) -> None:
    from recommender.cli._output import printable

    assert printable(text) == shown


STORED = [
    {
        "id": "p1", "title": "[특구] 양극재 공장 착공", "body": "첫 삽을 떴다.\n2027년 준공.", "outlet": "가상신문",
        "author": "홍길동", "published": "2024-08-05T11:16", "url": "https://news.example/1", "section": "경제",
        "related": [{"title": "양극재 공장 준공", "url": "https://news.example/2"}, "과메기 축제 개막"],
    },
    {"id": "p2", "title": "양극재 공장 준공", "url": "https://news.example/2"},
]  # fmt: skip


def test_articles_are_listed_as_they_are_stored(tmp_path: Path) -> None:
    path = write_records(tmp_path / "records.jsonl", STORED)
    assert run_cli(tmp_path / "home", "ingest", path).status == 0
    rows = [json.loads(line) for line in out(tmp_path / "home", "articles", "--format", "jsonl").splitlines()]
    known = {row["id"]: row for row in rows}
    first, (headline,) = known["p1"], [row for row in rows if row["headline_only"]]
    assert [row["id"] for row in rows] == sorted(known)
    assert len(rows) == 3
    assert {key: first[key] for key in STORED[0] if key != "related"} == {
        key: value for key, value in STORED[0].items() if key != "related"
    }
    assert first["tags"] == ["특구"]
    assert first["related"] == [
        {"title": "양극재 공장 준공", "url": "https://news.example/2", "id": "p2"},
        {"title": "과메기 축제 개막", "url": None, "id": headline["id"]},
    ]
    assert [(Path(s["path"]).name, s["line"]) for s in first["sources"]] == [("records.jsonl", 1)]
    assert headline["title"] == "과메기 축제 개막"
    assert known["p2"]["related"] == []


def test_articles_are_listed_by_id_in_the_order_asked(tmp_path: Path) -> None:
    path = write_records(tmp_path / "records.jsonl", STORED)
    assert run_cli(tmp_path / "home", "ingest", path).status == 0
    one = json.loads(out(tmp_path / "home", "articles", "p2", "p1", "--format", "json"))
    every = json.loads(out(tmp_path / "home", "articles", "--format", "json"))
    assert one == [next(row for row in every if row["id"] == name) for name in ("p2", "p1")]
    done = run_cli(tmp_path / "home", "articles", "p12")
    assert done.status == 1
    assert done.stderr.count("\n") == 1
    assert "p1" in done.stderr


@pytest.mark.parametrize("related", [{"b"}, {"a", "c"}, set(), {"a", "b", "c", "d"}])
def test_a_related_list_stays_with_its_article(tmp_path: Path, related: set[str]) -> None:
    rows = [
        {"id": name, "title": f"기사 {name}", "related": [f"소식 {name}"] if name in related else []} for name in "abcd"
    ]
    assert run_cli(tmp_path / "home", "ingest", write_records(tmp_path / "records.jsonl", rows)).status == 0
    told = json.loads(out(tmp_path / "home", "articles", "--format", "json"))
    shown = {row["id"]: [entry["title"] for entry in row["related"]] for row in told if not row["headline_only"]}
    assert shown == {row["id"]: row["related"] for row in rows}


def test_ingest_tells_what_it_found_of_the_articles_by_ending_and_outlet(tmp_path: Path) -> None:
    rows = [{"title": f"제목 {n}", "body": f"본문 {n}.", "outlet": f"신문{n % 13}"} for n in range(30)]
    (tmp_path / "in").mkdir()
    records = write_records(tmp_path / "in" / "a.jsonl", [{**rows[0], "date": "2025-03-07"}, *rows[1:]])
    page = records.parent / "b.txt"
    page.write_text("시험동을 이달 짓는다고 시가 밝혔다. 공사는 봄에 끝난다.\n", encoding="utf-8")
    done = run_cli(tmp_path / "home", "ingest", records.parent)
    lines = [line.split() for line in done.stderr.splitlines()]
    assert lines[0] == ["read", "articles", "title", "body", "date", "author", "outlet", "list"]
    assert [".jsonl", "30", "30", "30", "1", "-", "30", "-"] in lines
    assert [".txt", "1", "-", "1", "-", "-", "-", "-"] in lines
    assert ["신문0", "3", "3", "3", "1", "-", "3", "-"] in lines
    assert ["(4", "more", "outlets)", "7", "6", "7", "-", "-", "6", "-"] in lines
    assert f"  0.30  {page}  (title: start of the lead, as no title is known)" in done.stderr
    again = run_cli(tmp_path / "home", "ingest", records.parent)
    assert (again.stderr, done.stdout.count("\n")) == ("", 2)


def test_a_file_of_one_article_needs_no_table(tmp_path: Path) -> None:
    done = run_cli(tmp_path / "home", "ingest", write_records(tmp_path / "a.jsonl", [{"title": "가", "body": "나."}]))
    assert (done.status, done.stderr) == (0, "")
