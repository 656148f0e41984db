# ruff: noqa: E501
"""As a stranger: every wrong thing gets a sentence and a mend, or a sound small answer; never a traceback."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, Result, environment, run_cli
from worlds import RECORDS, small_model, write_records

from recommender.cli._home import Home
from recommender.cli.train import _previous as previous


@pytest.fixture
def home(small_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_home, tmp_path / "home"))


def sound(done: Result) -> Result:
    assert "Traceback" not in done.stderr, done.stderr[-3000:]
    assert "Traceback" not in done.stdout
    assert done.status in (0, 1, 2), done
    return done


def told(done: Result, status: int = 1) -> str:
    """stderr of a refusal: one sentence and a mend."""
    sound(done)
    assert done.status == status, done
    assert len(done.stderr.strip()) > 20
    if status == 1:
        assert len([s for s in done.stderr.replace("\n", " ").split(". ") if s]) >= 1
        assert done.stderr.count(". ") + done.stderr.count(": ") >= 1
    return done.stderr


GOOD = '{"id": "good", "title": "멀쩡한 배터리 기사"}\n'
LONG = 12 * 1024**2
FILES: dict[str, tuple[str, bytes]] = {
    "empty page": ("page.txt", b""),
    "blank page": ("page.txt", b" \n\t\n\xef\xbb\xbf"),
    "NUL page": ("page.txt", b"\0" * 4096),
    "NUL records": ("records.jsonl", b"\0" * 4096),
    "NUL table": ("records.csv", b"\0" * 4096),
    "random bytes": ("page.txt", bytes(range(256)) * 20),
    "broken gz": ("records.jsonl.gz", gzip.compress(GOOD.encode() * 500)[:-9]),
    "no gz": ("records.jsonl.gz", b"this is no gzip"),
    "broken JSON": ("records.json", b'[{"title": "a"}, {'),
    "deep JSON": ("records.json", b"[" * 200_000),
    "empty JSON": ("records.json", b""),
    "table without a title": ("records.csv", "번호,이름\n1,2\n".encode()),
    "unknown kind": ("picture.png", b"\x89PNG\r\n"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_in(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    bad = folder / FILES[name][0]
    bad.write_bytes(FILES[name][1])
    (folder / "good.jsonl").write_text(GOOD, encoding="utf-8")
    done = sound(run_cli(tmp_path / "home", "ingest", bad, folder / "good.jsonl"))
    assert bad.name in told(done)
    assert "멀쩡한 배터리 기사" in run_cli_titles(tmp_path / "home")


def run_cli_titles(home: Path) -> list[str | None]:
    from recommender import Corpus

    with Corpus.open(home / "data" / "corpus.db", create=False) as corpus:
        return [article.title for article in corpus.articles()]


LINES = {
    "a list": "[1, 2]",
    "a number": "3",
    "a text": '"제목"',
    "null": "null",
    "no JSON": "{title: 3",
    "no text": '{"id": "x", "outlet": "동해신문"}',
    "empty text": '{"id": "x", "title": " ", "body": ""}',
    "a title that is a list of no text": '{"title": [true]}',
    "deep": "[" * 100_000,
    "very long": '{"title": "' + "가" * LONG + '"}',
    "an endless number": '{"title": ' + "9" * 10_000 + "}",
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_that_is_no_record_is_named_and_the_rest_goes_in(name: str, tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_text(
        GOOD + LINES[name] + "\n" + GOOD.replace("good", "last").replace("멀쩡한", "마지막"), encoding="utf-8"
    )
    done = sound(run_cli(tmp_path / "home", "ingest", file))
    assert "records.jsonl:2" in told(done)
    assert {"멀쩡한 배터리 기사", "마지막 배터리 기사"} <= set(run_cli_titles(tmp_path / "home"))


def test_an_empty_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = sound(run_cli(tmp_path / "home", "ingest", tmp_path / "empty"))
    assert done.stdout.strip() or done.stderr.strip()


def test_a_duplicate_id_with_another_text_loses_nothing(tmp_path: Path) -> None:
    rows = [
        {"id": "one", "title": "방파제 등대 점등", "body": "배터리"},
        {"id": "one", "title": "과메기 축제 개막", "body": "과메기"},
    ]
    done = sound(run_cli(tmp_path / "home", "ingest", write_records(tmp_path / "twice.jsonl", rows)))
    assert "1 earlier version kept as history" in done.stdout
    assert "nothing in common" in done.stderr
    assert [f"twice.jsonl:{line}" in done.stderr for line in (1, 2)] == [True, True]
    assert "방파제 등대 점등" in run_cli(tmp_path / "home", "articles", "one", "--format", "json").stdout


@pytest.mark.parametrize("args", [["none.txt"], ["--encoding", "klingon", "data/sample/pages"]])
def test_what_is_not_there_cannot_be_ingested(tmp_path: Path, args: list[str]) -> None:
    done = sound(run_cli(tmp_path / "home", "ingest", *args))
    assert done.status in (1, 2)
    assert done.stderr


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["similar", "양극재", "-k", "0"], 2),
        (["similar", "양극재", "-k", "-1"], 2),
        (["similar", "양극재", "-k", "many"], 2),
        (["similar", "양극재", "-k", "9" * 40], 0),
        (["similar"], 2),
        (["similar", "양극재", "--id", "plant-1"], 2),
        (["similar", "양극재", "--diversity", "2"], 2),
        (["similar", "양극재", "--diversity", "nan"], 1),
        (["similar", "양극재", "--min-score", "nan"], 1),
        (["similar", "양극재", "--format", "xml"], 2),
        (["similar", "양극재", "--since", "언젠가"], 1),
        (["similar", "양극재", "--until", "2024-99"], 1),
        (["similar", "양극재", "--outlet", "없는신문"], 1),
        (["similar", "양극재", "--topic", "없음"], 1),
        (["similar", "--id", "plant-x"], 1),
        (["similar", "--id", ""], 1),
        (["similar", "--file", "none.txt"], 1),
        (["similar", "--file", "."], 1),
        (["similar", "은 는 이 가"], 0),
        (["similar", "🎉🎉"], 0),
        (["similar", ""], 0),
        (["similar", "\n" * 300], 1),
        (["similar", "🎉" * 300], 0),
        (["similar", "<html>" * 50], 1),
        (["topics", "없음"], 1),
        (["inspect", "none.txt"], 1),
        (["report", "-o", "report.xyz"], 2),
        (["report", "-o", "/proc/none/report.html"], 1),
        (["export", "-k", "0"], 2),
        (["export", "-o", "/proc/none/related.jsonl"], 1),
        (["evaluate", "--against", "v0099"], 1),
        (["evaluate", "--against", ".."], 1),
        (["evaluate", "--labels", "none.jsonl"], 2),
        (["models", "promote", "v0099"], 1),
        (["models", "promote", "../.."], 1),
        (["models", "rollback"], 1),
        (["models", "check", "v0099"], 1),
        (["models", "diff", "v0001", "v0099"], 1),
        (["models", "prune", "--keep", "0"], 2),
        (["train", "--recipe", "none.toml"], 1),
        (["train", "--seed", "-1"], 1),
        (["train", "--seed", "99999999999"], 1),
        (["nonsense"], 2),
        ([], 2),
    ],
)
def test_wrong_questions(small_home: Path, args: list[str], status: int) -> None:
    done = sound(run_cli(small_home, *args))
    if not args:
        assert done.status in (0, 2)
        assert "Usage" in done.stdout + done.stderr
        return
    assert done.status == status, done
    if status:
        assert done.stdout == "", "an error leaves nothing on stdout"
        told(done, status)


NEEDS_MODEL = [["similar", "양극재"], ["export"], ["topics"], ["report", "-o", "r.md"], ["evaluate"],
               ["models", "check"], ["models", "rollback"]]  # fmt: skip


@pytest.mark.parametrize("args", NEEDS_MODEL, ids=" ".join)
def test_without_a_model_the_mend_is_to_train(tmp_path: Path, args: list[str]) -> None:
    assert "recommender train" in told(run_cli(tmp_path / "home", *args, cwd=ROOT))


def test_without_a_corpus_the_mend_is_to_ingest(tmp_path: Path) -> None:
    assert "recommender ingest" in told(run_cli(tmp_path / "home", "train"))


def truncate(home: Path) -> None:
    os.truncate(home / "models/v0001/tfidf.idf.npy", 100)


def lose(home: Path) -> None:
    (home / "models/v0001/tfidf.terms.blob.npy").unlink()


def scribble(home: Path) -> None:
    (home / "models/v0001/manifest.json").write_text("{")


def listed(home: Path) -> None:
    (home / "models/v0001/manifest.json").write_text('{"format": 1, "files": []}')


def nowhere(home: Path) -> None:
    (home / "models/current").write_text("nowhere\n")


def away(home: Path) -> None:
    (home / "models/current").write_text("../../etc\n")


def cards(home: Path) -> None:
    path = home / "models/v0001/catalogue.cards.blob.npy"
    path.write_bytes(path.read_bytes()[:128] + b"\xff" * (path.stat().st_size - 128))


@pytest.mark.parametrize("harm", [truncate, lose, scribble, listed, nowhere, away, cards])
def test_a_damaged_model_is_a_sentence(home: Path, harm: Callable[[Path], None]) -> None:
    harm(home)
    for args in (["similar", "양극재 공장"], ["similar", "--id", "plant-1"], ["export"], ["topics"], ["evaluate"]):
        done = sound(run_cli(home, *args))
        if args[0] == "similar":
            told(done)
    for action in ("list", "check", "rollback"):
        sound(run_cli(home, "models", action))


def test_a_damaged_corpus_is_a_sentence(home: Path) -> None:
    (home / "data/corpus.db").write_bytes(b"this is no database" * 100)
    told(run_cli(home, "train"))
    told(run_cli(home, "ingest", "data/sample/pages"))


@pytest.mark.parametrize("folder", ["file", "file/below"])
def test_a_home_that_cannot_be(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")
    done = sound(run_cli(tmp_path / folder, "ingest", "data/sample/pages"))
    assert done.status in (1, 2)
    assert done.stderr


@pytest.mark.parametrize("name", ["aliases.toml", "topics.toml"])
def test_a_table_with_a_mistake_is_a_sentence(home: Path, name: str) -> None:
    (home / "data" / name).write_text('[mistake\n"a" = 3')
    done = sound(run_cli(home, "train", "--quiet"))
    if done.status:
        assert name in told(done)


def raw(home: Path, *args: str, stdin: bytes = b"", **env: str) -> tuple[int, bytes, bytes]:
    command = [sys.executable, "-m", "recommender", "-C", str(home), *args]
    settings = environment() | env
    done = subprocess.run(command, input=stdin, capture_output=True, env=settings, cwd=ROOT)
    return done.returncode, done.stdout, done.stderr


def foreign(base: Path) -> None:
    (base / "manifest.json").write_text('{"format": 2, "files": {}}')


def cut(base: Path) -> None:
    os.truncate(base / "vectors.npy", 5_000)


def other(base: Path) -> None:
    (base / "vocabulary.txt").write_bytes(b"\xff" * (base / "vocabulary.txt").stat().st_size)


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (shutil.rmtree, "The base model is not there."),
        (cut, "vectors.npy has 5000 bytes and should have"),
        (foreign, "has format 2; this program reads 1."),
        (other, "is damaged:"),
    ],
)
def test_a_base_model_that_is_missing_cut_or_foreign_is_told_before_the_training(
    tmp_path: Path, harm: Callable[[Path], None], problem: str
) -> None:
    """In a copy of the program, whose base model stands inside the package as it does when installed."""
    house = Path(shutil.copytree(ROOT / "recommender", tmp_path / "program" / "recommender"))
    shutil.copytree(ROOT / "models" / "base", house / "base")
    harm(house / "base")
    command = [sys.executable, "-m", "recommender", "-C", str(tmp_path / "home"), "train"]
    settings = environment(PYTHONPATH=str(house.parent))
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=settings, cwd=tmp_path)
    assert done.returncode == 1, done
    assert problem in done.stderr
    assert "make base-model" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("text", ["가", "k", "ᚠᛇᚻ ᛒᛦᚦ", "가" * 1_000_000, "양극재 공장 " * 170_000, "z" * 1_000_000])
def test_a_text_of_one_sign_or_a_million_has_an_answer(small_home: Path, text: str) -> None:
    done = sound(run_cli(small_home, "similar", "-", "--format", "jsonl", stdin=text + "\n"))
    assert done.status == 0, done.stderr[-500:]
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize("utf8", ["0", "1"])
def test_bytes_that_are_no_text_on_stdin(small_home: Path, utf8: str) -> None:
    stdin = "양극재\n".encode() + b"\xff\xfe\n\x00\n" + "과메기\n".encode()
    status, out, err = raw(
        small_home, "similar", "-", "--format", "jsonl", stdin=stdin, PYTHONUTF8=utf8, LC_ALL="C.UTF-8"
    )
    assert b"Traceback" not in err, err[-2000:].decode()
    assert status in (0, 1)
    if status == 0:
        assert len([json.loads(line) for line in out.splitlines()]) == 4


def test_a_closed_pipe_is_no_failure(small_home: Path) -> None:
    command = f"{sys.executable} -m recommender -C {small_home} export | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=environment(), cwd=ROOT)
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


@pytest.mark.parametrize("versions", [1, 2])
@pytest.mark.parametrize("harm", ["a file", "the manifest", "the pointer"])
def test_a_training_says_which_model_the_ids_of_topics_are_of(
    home: Path, capsys: pytest.CaptureFixture[str], versions: int, harm: str
) -> None:
    for _ in range(versions - 1):
        small_model().save(home / "models")
    assert previous(Home(home)).version == f"v000{versions}"
    assert capsys.readouterr().err == ""
    damaged = home / "models" / f"v000{versions}"
    if harm == "the pointer":
        (home / "models" / "current").write_text("..", encoding="utf-8")
    else:
        (damaged / ("topics.topic_of.npy" if harm == "a file" else "manifest.json")).write_bytes(b"no model")
    found, told = previous(Home(home)), capsys.readouterr().err
    if versions == 2 and harm != "the pointer":
        assert found.version == "v0001"
        assert told.startswith("topics keep the ids of v0001: v0002 is damaged")
    else:
        assert found is None
        assert told.startswith("topics get new ids, and none has a history: ")


def test_a_first_training_says_nothing_of_a_model_before_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert previous(Home(tmp_path)) is None
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("args", [["export"], ["topics"], ["similar", "양극재"], ["similar", "-h"], ["--help"]])
def test_what_nobody_reads_to_the_end_is_done(small_home: Path, args: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "recommender", "-C", str(small_home), *args]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, env=environment(), cwd=ROOT)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1, 5])
def test_small_corpora_answer_every_command(tmp_path: Path, count: int) -> None:
    home = tmp_path / "home"
    rows = [{k: v for k, v in row.items() if k != "related"} for row in RECORDS[:count]]
    sound(run_cli(home, "ingest", write_records(tmp_path / "few.jsonl", rows)))
    if count == 5:
        assert sound(run_cli(home, "train", "--quiet")).status == 0
    else:  # the training itself is tried in test_workshop
        from worlds import fitted

        fitted(rows, topics_most=60).save(home / "models")
    for args in (["similar", "양극재"], ["export"], ["topics"], ["topics", "--assignments"], ["evaluate"], ["models", "list"],
                 ["report", "-o", str(tmp_path / "r.html")], ["report", "-o", str(tmp_path / "r.md")],
                 ["report", "-o", str(tmp_path / "r.json")], ["report", "-o", str(tmp_path / "r.csv")]):  # fmt: skip
        done = sound(run_cli(home, *args))
        assert done.status == 0, (args, done.stderr)
    assert len(run_cli(home, "export").stdout.splitlines()) == count
