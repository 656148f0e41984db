"""``recommender check``: bits flipped all over a corpus and a model; none that changes what is stored is silent."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import run_cli
from worlds import RECORDS, fitted, write_records

from recommender import Corpus
from recommender.jobs.check import Checked, check
from recommender.topics.edits.log import Edit, EditLog
from recommender.versions.artifact import MANIFEST

PARTS = ["pages", "tables", "records", "sources", "articles"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a corpus that was read in steps, an edit, and two versions; not to be changed."""
    home = tmp_path_factory.mktemp("check") / "home"
    (home / "data").mkdir(parents=True)
    rows = [{"id": f"n{i}", "title": f"충전기 {i}호", "body": f"{i}번 본문", "related": [f"글 {i}"]} for i in range(60)]
    with Corpus.open(home / "data" / "corpus.db") as corpus:
        for name, part in (("one", RECORDS[:8]), ("two", RECORDS[5:]), ("three", rows), ("one", RECORDS[3:9])):
            corpus.ingest([write_records(home / f"{name}.jsonl", part)])
    for _ in range(2):
        fitted(RECORDS[:6]).save(home / "models", created="2026-01-01T00:00:00+00:00")
    EditLog.read(home / "data" / "edits.jsonl").add(Edit("rename", topic="t001", name="이름"))
    return home


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "home"))


@pytest.fixture
def data(sound: Path, tmp_path: Path) -> Path:
    """The corpus alone."""
    (tmp_path / "data").mkdir()
    shutil.copy(sound / "data" / "corpus.db", tmp_path / "data")
    return tmp_path / "data"


def damaged(data: Path, models: Path | None = None) -> list[Checked]:
    found = list(check(data, models or data / "none"))
    assert all(each.problem and each.hint for each in found if each.state == "damaged"), found
    return [each for each in found if each.state == "damaged"]


def flip(path: Path, at: int, bit: int) -> None:
    held = bytearray(path.read_bytes())
    held[at] ^= 1 << bit
    path.write_bytes(bytes(held))


def test_a_sound_home_is_told_line_by_line_and_is_not_changed(home: Path) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    done = run_cli(home, "check")
    assert (done.status, done.stderr) == (0, "")
    names = [f"data/corpus.db {part}" for part in PARTS]
    names += ["data/edits.jsonl", "models/current", "models/v0001", "models/v0002"]
    rows = [line.rsplit(None, 1) for line in done.stdout.splitlines()[1:]]
    assert [[name.strip(), state] for name, state in rows] == [[name, "sound"] for name in names]
    assert json.loads(run_cli(home, "check", "--format", "json").stdout) == [
        {"what": name, "state": "sound", "problem": "", "hint": ""} for name in names
    ]
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_what_is_not_there_is_no_damage(data: Path) -> None:
    assert [each.state for each in check(data, data / "none")] == ["sound"] * 5 + ["absent"] * 2


def test_nothing_at_all_is_one_sentence(tmp_path: Path) -> None:
    done = run_cli(tmp_path / "home", "check")
    assert (done.status, done.stdout) == (1, "")
    assert done.stderr.startswith("error: There is nothing to check in ")


def stored(path: Path) -> tuple[Any, ...]:
    """All that a database says."""
    with closing(sqlite3.connect(path)) as raw:
        numbers = [raw.execute(f"PRAGMA {name}").fetchone() for name in ("user_version", "application_id", "encoding")]
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        rows = [raw.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in tables]
        return (raw.execute("SELECT type, name, sql FROM sqlite_master").fetchall(), numbers, rows)


@pytest.mark.parametrize("where", ["header", "first", "second", "third"])
def test_no_flipped_bit_of_a_corpus_is_silent(data: Path, where: str) -> None:
    """A silent one lies where nothing is stored: free space in a page, a counter of the header."""
    path, dice = data / "corpus.db", random.Random(where)
    held, told = path.read_bytes(), stored(path)
    places = range(100) if where == "header" else [dice.randrange(100, len(held)) for _ in range(100)]
    noticed = 0
    for at in places:
        path.write_bytes(held)
        flip(path, at, dice.randrange(8))
        if found := damaged(data):
            noticed += 1
            assert found[0].what.startswith("data/corpus.db")
        else:
            assert stored(path) == told, f"byte {at}"
    assert noticed > 30


def columns() -> list[tuple[str, str]]:
    with Corpus.open(":memory:") as corpus:
        raw = corpus._connection
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [(table, row[1]) for table in tables for row in raw.execute(f"PRAGMA table_info({table})")]


@pytest.mark.parametrize(("table", "column"), columns(), ids=lambda v: str(v))
def test_no_changed_value_is_silent(data: Path, table: str, column: str) -> None:
    """Written by SQLite itself, so that its own check finds nothing."""
    with closing(sqlite3.connect(data / "corpus.db", isolation_level=None)) as raw:
        about = raw.execute(f"PRAGMA table_info({table})").fetchall()
        key = ", ".join(row[1] for row in about if row[5])
        row = f"SELECT {key} FROM {table} ORDER BY {column} IS NULL, 1 DESC LIMIT 1"
        (kind,) = raw.execute(f"SELECT typeof({column}) FROM {table} WHERE ({key}) = ({row})").fetchone()
        raw.execute(
            f"UPDATE {table} SET {column} = ? WHERE ({key}) = ({row})", (9999 if kind == "integer" else "other",)
        )
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    [found] = damaged(data)
    assert found.what.split()[1] in ("records", "sources", "articles")


@pytest.mark.parametrize("table", ["sources", "records", "anchors", "articles", "names", "listings", "seals"])
def test_no_lost_row_is_silent(data: Path, table: str) -> None:
    with closing(sqlite3.connect(data / "corpus.db", isolation_level=None)) as raw:
        first = "anchor" if table == "anchors" else "article" if table == "listings" else "1"
        key = {"articles": "id", "names": "name"}.get(table, "rowid" if first == "1" else first)
        raw.execute(f"DELETE FROM {table} WHERE {key} = (SELECT min({key}) FROM {table})")
    assert len(damaged(data)) == 1


@pytest.mark.parametrize("statement", [
    "DROP INDEX article_headline", "DROP VIEW loose", "CREATE TABLE more (x)", "PRAGMA user_version = 0",
    "PRAGMA user_version = 1", "DROP TABLE seals", "PRAGMA application_id = 1", "PRAGMA user_version = -1",
])  # fmt: skip
def test_a_changed_schema_is_told(data: Path, statement: str) -> None:
    with closing(sqlite3.connect(data / "corpus.db", isolation_level=None)) as raw:
        raw.execute(statement)
    assert len(damaged(data)) == 1


def test_a_damaged_schema_that_sqlite_quotes_is_told(data: Path) -> None:
    """What SQLite says of it is no UTF-8."""
    held = (data / "corpus.db").read_bytes()
    assert held.count(b"CREATE TABLE seals") == 1
    (data / "corpus.db").write_bytes(held.replace(b"CREATE TABLE seals", b"CREATE TAB\xa8E seals"))
    [found] = damaged(data)
    assert "is damaged or not a corpus" in found.problem


def test_no_flipped_bit_of_a_model_is_silent(home: Path) -> None:
    dice, models = random.Random(7), home / "models"
    for path in sorted((models / "v0002").iterdir()):
        held = path.read_bytes()
        for at in dice.sample(range(len(held)), min(len(held), 80 if path.name == MANIFEST else 4)):
            flip(path, at, dice.randrange(8))
            [found] = damaged(home / "none", models)
            assert found.what == "models/v0002"
            assert path.name in found.problem or path.name == MANIFEST
            path.write_bytes(held)
    assert damaged(home / "none", models) == []


@pytest.mark.parametrize("word", ['"created"', "2026-01-01", '"created_seal"', '"seal"', '"format"', '"files"'])
def test_no_flipped_bit_of_these_words_is_silent(home: Path, word: str) -> None:
    path = home / "models" / "v0001" / MANIFEST
    held = path.read_bytes()
    start = held.index(word.encode())
    for at in range(start, start + len(word)):
        for bit in range(8):
            flip(path, at, bit)
            assert [each.what for each in damaged(home / "none", home / "models")] == ["models/v0001"], (at, bit)
            path.write_bytes(held)


def test_a_flipped_bit_of_the_pointer_is_told_or_names_a_version(home: Path) -> None:
    """Six bytes hold no hash: a flip that makes the name of another version of it is not seen, all others are."""
    path = home / "models" / "current"
    for at in range(6):
        for bit in range(8):
            path.write_text("v0002\n")
            flip(path, at, bit)
            names = [each.what for each in damaged(home / "none", home / "models")]
            assert names == ["models/current"] or path.read_bytes().strip() in (b"v0001", b"v0002")


Harm = Callable[[Path], object]
HARMS: dict[str, tuple[Harm, str, str]] = {
    "corpus": (lambda home: (home / "data/corpus.db").write_bytes(b"no"), "data/corpus.db", "ingest again"),
    "text": (lambda home: _replaced(home / "data/corpus.db"), "data/corpus.db records", "ingest again"),
    "edits": (lambda home: (home / "data/edits.jsonl").write_text("{"), "data/edits.jsonl", "take out that line"),
    "pointer": (lambda home: (home / "models/current").unlink(), "models/current", "models promote VERSION"),
    "current": (lambda home: (home / "models/v0002/tfidf.idf.npy").unlink(), "models/v0002", "models rollback"),
    "older": (lambda home: (home / "models/v0001/tfidf.idf.npy").unlink(), "models/v0001", "delete its folder"),
}


def _replaced(path: Path) -> None:
    held = path.read_bytes()
    old, new = "배터리 등급 분류를".encode(), "배터리 등급 분류는".encode()
    assert old in held
    path.write_bytes(held.replace(old, new))


@pytest.mark.parametrize("name", HARMS)
def test_damage_is_named_with_its_mend(home: Path, name: str) -> None:
    harm, what, hint = HARMS[name]
    harm(home)
    done = run_cli(home, "check", "--format", "json")
    assert done.status == 1
    assert [row["what"] for row in json.loads(done.stdout) if row["state"] == "damaged"] == [what]
    [told] = done.stderr.splitlines()
    assert told.startswith("error: ")
    assert f"damaged: {what}. " in told
    assert hint in told
