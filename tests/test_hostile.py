# ruff: noqa: E501
"""Whatever bytes come in, out comes an answer or one sentence: the targets of `make fuzz`, and what was found by it."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tarfile
import time
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ROOT, environment, run_cli
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import RECORDS

from recommender import Corpus, Recommender, RecommenderError, open_model
from recommender.config import Recipe
from recommender.errors import InputError, RecipeError
from recommender.files.toml import parsed
from recommender.readers.article import Record
from recommender.readers.notes import ReadProblem
from recommender.readers.page import read_text
from recommender.readers.registry import read_records
from recommender.text.aliases import load_aliases
from recommender.topics.curated import load_curated
from recommender.topics.edits.apply import with_edits
from recommender.topics.edits.log import Edit, EditLog
from recommender.versions.artifact import MANIFEST
from recommender.versions.registry import check
from scripts.fuzz.targets import TARGETS, Run, train_desk
from scripts.fuzz.watch import Watch, findings, stretched

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda some: st.lists(some, max_size=4) | st.dictionaries(st.text(max_size=8), some, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(["id", "title", "headline", "body", "text", "date", "published", "related", "url", "press"])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with models/v0001; not to be changed."""
    return train_desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def runs(desk: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    return {name: target.made(desk, tmp_path_factory.mktemp(name)) for name, target in TARGETS.items()}


def refused_or_answered(run: Run, data: bytes) -> None:
    with suppress(RecommenderError):
        run(data)


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_of_a_target_and_their_ruins(runs: dict[str, Run], name: str) -> None:
    for seed in TARGETS[name].seeds:
        refused_or_answered(runs[name], seed)
        refused_or_answered(runs[name], seed[: len(seed) // 2])
        refused_or_answered(runs[name], seed.replace(b"\xea", b"\xff").replace(b'"', b"\\"))


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes(runs: dict[str, Run], name: str) -> None:
    @settings(max_examples=20 if name in ("model", "html", "ingest") else 60)
    @given(st.binary(max_size=60), st.sampled_from(TARGETS[name].seeds), st.integers(0, 400))
    def tried(raw: bytes, seed: bytes, at: int) -> None:
        refused_or_answered(runs[name], raw)
        refused_or_answered(runs[name], seed[:at] + raw + seed[at + len(raw) :])

    tried()


@given(st.lists(st.dictionaries(KEYS, JSON, min_size=1) | JSON, max_size=4))
def test_any_json_is_read_or_named(tmp_path_factory: pytest.TempPathFactory, rows: list[object]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    read = list(read_records(path, "any.jsonl"))
    refused = [r for r in read if isinstance(r, ReadProblem) and r.severity == "refused"]
    assert len([r for r in read if isinstance(r, Record)]) + len(refused) >= len(rows)  # a list may hold several
    assert all(problem.reason for problem in read if isinstance(problem, ReadProblem))


@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=4), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_any_table_is_read_or_named(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], mark: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    lines = [mark.join(row) for row in [["id", "title", "body"], *rows]]
    path.write_bytes("\n".join(lines).encode("utf-8", "replace"))
    with suppress(InputError):
        for found in read_records(path, "any.csv"):
            assert isinstance(found, ReadProblem) or found.article.title or found.article.body


@given(st.text(max_size=30), st.text(max_size=30), *[st.none() | st.text(max_size=12) | st.dates().map(str)] * 3)
def test_any_question_is_answered_or_refused(
    desk: Path, text: str, body: str, published: str | None, since: str | None, until: str | None
) -> None:
    asked = Recommender.open(desk / "models")
    with suppress(RecommenderError):
        answer = asked.similar(text, 3, body=body, published=published, since=since, until=until, min_score=0.0)
        assert answer.abstained != bool(len(answer))
        assert all(0 <= hit.score <= 1 for hit in answer)
        json.dumps(answer.as_json(), allow_nan=False)


@settings(max_examples=25)
@given(st.text(max_size=40))
def test_any_id_is_found_or_refused_with_the_nearest(desk: Path, name: str) -> None:
    with pytest.raises(RecommenderError, match="There is no article"):
        Recommender.open(desk / "models").similar(id=f"{name}?")


# -- what the fuzzer watches for


def test_a_watch_keeps_what_it_finds(tmp_path: Path) -> None:
    def run(data: bytes) -> None:
        if data == b"refused":
            raise InputError("It is refused.")
        if data == b"crash":
            raise KeyError("a defect")

    watch = Watch(run, tmp_path / "found")
    for data in (b"fine", b"refused", b"crash", b"crash"):
        watch(data)
    [(file, kind)] = findings(tmp_path / "found")
    assert (tmp_path / "found" / file).read_bytes() == b"crash"
    assert kind.startswith("KeyError at test_hostile.py")
    assert watch.count == 4


def test_a_watch_tells_what_is_slow(tmp_path: Path) -> None:
    watch = Watch(lambda data: sum(range(20_000)) and None, tmp_path / "found", patience=0.0)
    watch(b"x")
    assert [kind.split(",")[0] for _, kind in findings(tmp_path / "found")] == ["slow"]


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_grown_to_100_kb_takes_no_second(runs: dict[str, Run], name: str, tmp_path: Path) -> None:
    target = TARGETS[name]
    watch = Watch(runs[name], tmp_path / "found", target.passes)
    watch.warm(target.seeds[0])
    for seed in target.seeds[:3]:
        watch(stretched(seed, target.head))
    assert list(findings(tmp_path / "found")) == []


# -- settings

DEEP = "[" * 5_000
KEY = "a." * 1_000 + "a"


@pytest.mark.parametrize("text", [f"a = {DEEP}", f"{KEY} = 1", f"[{KEY}]", f"a = 0x{'f' * 5000}", "a = " + "9" * 5_000])
@pytest.mark.parametrize("read", [load_aliases, load_curated, Recipe.read])
def test_a_table_of_any_depth_or_size_is_a_sentence(tmp_path: Path, read: object, text: str) -> None:
    for name, before in (("plain", ""), ("inside", "[aliases]\n"), ("desk", "[[desk]]\n")):
        path = tmp_path / f"{name}.toml"
        path.write_text(before + text.replace("[a", "[x", 1), encoding="utf-8")
        with pytest.raises(RecipeError) as caught:
            read(path)  # type: ignore[operator]
        assert len(str(caught.value)) < 1_000


def test_a_key_of_many_parts_takes_no_time(tmp_path: Path) -> None:
    """The reader of the standard library takes most of a minute over this one."""
    (tmp_path / "aliases.toml").write_text("a." * 50_000 + "a = 1\n", encoding="utf-8")
    with pytest.raises(RecipeError, match="more than 50 parts"):
        load_aliases(tmp_path / "aliases.toml")


@pytest.mark.parametrize("key", [".".join("a" * 60), ' . "b"' * 60, f"x = {{ {'.'.join('a' * 60)} = 1 }}"])
def test_a_key_of_many_parts_is_one_wherever_it_stands(key: str) -> None:
    with pytest.raises(ValueError, match="more than 50 parts"):
        parsed(f"a{key} = 1\n")


@pytest.mark.parametrize("form", ["numbers = [{}]", "x = {{ numbers = [{}] }}", "numbers = [\n{},\n]"])
def test_dots_of_numbers_are_no_parts(form: str) -> None:
    held = parsed(form.format(", ".join(["-1.5", "2.5e-3", "3.25"] * 20)))
    assert held.get("numbers", held.get("x", {}).get("numbers")) == [-1.5, 0.0025, 3.25] * 20


def test_dots_in_names_and_remarks_are_no_parts(tmp_path: Path) -> None:
    text = f'# {"." * 200}\n[aliases]\n"가나" = ["{". " * 100}다라"]\n'
    (tmp_path / "aliases.toml").write_text(text, encoding="utf-8")
    assert "가나" in load_aliases(tmp_path / "aliases.toml").names.values()


@pytest.mark.parametrize("given", ["body_weight = 1" + "0" * 400, "seed = 0x" + "f" * 5_000, "min_score = nan"])
def test_a_number_beyond_all_limits_is_a_sentence(tmp_path: Path, given: str) -> None:
    (tmp_path / "recipe.toml").write_text(given, encoding="utf-8")
    with pytest.raises(RecipeError, match=given.split()[0]):
        Recipe.read(tmp_path / "recipe.toml")


def edits(folder: Path, *rows: dict[str, object]) -> EditLog:
    path = folder / "edits.jsonl"
    path.write_text(
        "".join(json.dumps({"time": "2026-01-01", "reason": "", **row}) + "\n" for row in rows), encoding="utf-8"
    )
    return EditLog.read(path)


def split(topic: str, *names: str) -> dict[str, object]:
    parts = [{"id": name, "name": f"새 {name}", "articles": [RECORDS[i]["id"]]} for i, name in enumerate(names)]
    return {"action": "split", "topic": topic, "stay": [], "parts": parts}


@pytest.mark.parametrize("name", ["s²", "s" + "9" * 5_000, "s-1", "s①"])
def test_a_part_with_a_strange_id_does_not_count(tmp_path: Path, name: str) -> None:
    assert edits(tmp_path, split("t001", name, "s004")).new_ids(1) == ["s005"]


@pytest.mark.parametrize("row", [
    {"action": "rename", "topic": "t001", "name": "\ud800"},
    {"action": "merge", "topics": ["t001", "\udfff"]},
    {"action": "move", "article": "a", "topic": "t", "was": "\ud800"},
    split("t001", "\ud800"),
    {"action": "pin", "article": "a", "topic": "b", "\ud800": 1},
])  # fmt: skip
def test_half_a_character_in_an_edit_is_refused_in_print(tmp_path: Path, row: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"line 1.*(?:ud800|udfff)") as caught:
        edits(tmp_path, row)
    str(caught.value).encode()


def test_half_a_character_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not text"):
        EditLog.read(tmp_path / "edits.jsonl").add(Edit("rename", "t001", name="\ud800"))
    assert not (tmp_path / "edits.jsonl").exists()


def test_topics_merged_in_a_ring_end(desk: Path, tmp_path: Path) -> None:
    """A part that took the id of a topic merged away made a pin look for its topic for ever."""
    model = open_model(desk / "models")
    one, two, *_ = (topic.id for topic in model.topics.topics)
    inside = [model.catalogue.ids[int(row)] for row in (model.topics.topic_of == 0).nonzero()[0]]
    parts = [{"id": two, "name": "다시", "articles": inside[:1]}]
    log = edits(
        tmp_path,
        {"action": "pin", "article": inside[-1], "topic": one},
        {"action": "merge", "topics": [one, two]},
        {"action": "split", "topic": one, "stay": [], "parts": parts},
        {"action": "merge", "topics": [two, one]},
    )
    changed, problems = with_edits(model, log.standing)
    assert len({topic.id for topic in changed.topics.topics}) == len(changed.topics.topics)
    assert problems == ()


def test_a_part_may_not_take_the_id_of_a_topic_that_is_there(desk: Path, tmp_path: Path) -> None:
    model = open_model(desk / "models")
    one, two, *_ = (topic.id for topic in model.topics.topics)
    changed, [problem] = with_edits(model, edits(tmp_path, split(one, two)).standing)
    assert f"a topic {two} is there already" in problem
    assert changed.topics.topics == model.topics.topics


# -- a model


@pytest.fixture
def models(desk: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(desk / "models", tmp_path / "models"))


def overwrite(path: Path, at: int, raw: bytes) -> None:
    held = path.read_bytes()
    path.write_bytes(held[:at] + raw + held[at + len(raw) :])


@pytest.mark.parametrize("head", [b"PK\3\4", b"PK\5\6", b"\x93NUMPY\1\0\0\0", b"\x93NUMPY\3\0v\0\0\0{'descr': (("])
def test_an_array_that_is_an_archive_or_nonsense_is_refused(models: Path, head: bytes) -> None:
    for name in ("catalogue.days.npy", "catalogue.ids.blob.npy", "dense.vectors.npy"):
        kept = (models / "v0001" / name).read_bytes()
        overwrite(models / "v0001" / name, 0, head)
        with pytest.raises(RecommenderError, match="damaged"):
            open_model(models)
        (models / "v0001" / name).write_bytes(kept)


@pytest.mark.parametrize("shape", ["(99999999999999999999,)", "(-1,)", "(1,)*9, ", "'a'", "(2**70,)"])
def test_an_array_of_an_impossible_shape_is_refused(models: Path, shape: str) -> None:
    path = models / "v0001" / "catalogue.days.npy"
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode()
    overwrite(path, 10, header.ljust(118)[:117] + b"\n")
    with pytest.raises(RecommenderError, match="damaged"):
        open_model(models)


def test_cards_nested_without_end_are_told_as_damage(models: Path) -> None:
    path = models / "v0001" / "catalogue.cards.blob.npy"
    overwrite(path, 128, b"[" * (path.stat().st_size - 128))
    offsets = models / "v0001" / "catalogue.cards.offsets.npy"
    raw = offsets.read_bytes()
    size = (path.stat().st_size - 128).to_bytes(8, "little")
    offsets.write_bytes(raw[:128] + b"".join([bytes(8), *[size] * ((len(raw) - 136) // 8)]))
    with pytest.raises(RecommenderError, match=r"damaged|cards"):
        Recommender(open_model(models)).similar(id="plant-1", min_score=0)


@pytest.mark.parametrize("name", ["../v0001/catalogue.days.npy", "/etc/passwd", "a/b.npy", "..", "\0"])
def test_a_manifest_names_files_of_its_own_folder(models: Path, name: str) -> None:
    manifest = json.loads((models / "v0001" / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"][name] = {"size": 1, "sha256": "0"}
    del manifest["seal"]
    (models / "v0001" / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(RecommenderError, match="not a file of it"):
        open_model(models)
    assert "not a file of it" in check(models)["v0001"][0]


# -- pages


@pytest.mark.parametrize("blank", [" ", "\n", "\t \n"])
def test_a_page_of_html_full_of_blanks_takes_no_second(blank: str) -> None:
    text = f"<html><body><p>포항시는 시험동을 짓는다.</p>{blank * (100_000 // len(blank))}<p>끝.</p></body></html>"
    assert read_text("<html><p>글").title is None  # loads what reads HTML
    started = time.process_time()
    read_text(text)
    assert time.process_time() - started < 1


# -- archives, links, addresses


@pytest.mark.parametrize("name", ["bomb.jsonl.gz", "bomb.txt.gz", "bomb.csv.gz"])
def test_a_gz_bomb_is_stopped_at_its_limit(tmp_path: Path, name: str) -> None:
    with gzip.open(tmp_path / name, "wb", 6) as bomb:
        bomb.write(b"title,body\n")
        for _ in range(300):
            bomb.write(b"x" * (1 << 20))
    packed = (tmp_path / name).stat().st_size
    tracemalloc.start()
    with Corpus.open(":memory:") as corpus:
        report = corpus.ingest([tmp_path / name])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert packed < 400_000
    assert any("200 times" in p.reason or "larger than" in p.reason for p in report.problems)
    assert report.articles_added == 0
    assert peak < 100 << 20


def test_archives_write_nothing_beside_themselves(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("배터리 시험동 착공\n포항시는 시험동을 짓는다.\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as held:
        held.write(page, "../../escaped.txt")
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as packed:
        packed.add(page, "../../escaped.txt")
    (tmp_path / "c.jsonl").write_bytes((tmp_path / "a.zip").read_bytes())
    with Corpus.open(":memory:") as corpus:
        named = corpus.ingest([tmp_path / name for name in ("a.zip", "b.tar.gz", "c.jsonl")])
        assert (named.files_read, named.articles_added, named.merged) == (3, 1, 2)
    assert not (tmp_path.parent / "escaped.txt").exists()
    assert not (tmp_path.parent.parent / "escaped.txt").exists()


WATCHED = """
import sys
seen = []
sys.addaudithook(lambda event, args: seen.append((event, str(args))) if event.split(".")[0] in
                 ("open", "socket", "urllib", "http", "ftplib", "subprocess", "os") else None)
from recommender.cli import main
try:
    main()
except SystemExit:
    pass
told = [e for e in seen if e[0] in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "urllib.Request", "subprocess.Popen")]
told += [e for e in seen if "secret" in e[1]]
print("SEEN", told)
"""


def test_an_address_is_never_looked_at(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("비밀 문서의 첫 줄", encoding="utf-8")
    folder = tmp_path / "in"
    folder.mkdir()
    bad = f"file://{secret}"
    rows = [{"title": "배터리 시험동 착공", "url": bad, "related": [{"title": "다른 기사 제목", "url": "http://127.0.0.1:9/x"}]},
            {"id": "../../secret", "title": "둘째 기사 제목", "url": "../secret.txt", "body": "http://127.0.0.1:9/y"}]  # fmt: skip
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    page = f"""<!DOCTYPE html [<!ENTITY x SYSTEM "{bad}">]><html><head><link rel="canonical" href="{bad}">
    <link rel="stylesheet" href="http://127.0.0.1:9/a.css"><base href="{bad}"></head><body><h1>시험동 착공 소식</h1>
    <p>포항시는 시험동을 짓는다고 밝혔다. &x;</p><img src="http://127.0.0.1:9/a.png"><iframe src="{bad}"></iframe>
    <h2>관련기사</h2><ul><li><a href="{bad}">수거망 두 배로 늘린다</a></li></ul></body></html>"""
    (folder / "b.html").write_text(page, encoding="utf-8")
    os.symlink(secret, folder / "link.txt")
    command = [sys.executable, "-c", WATCHED, "-C", str(tmp_path / "home"), "ingest", str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment(), cwd=ROOT)
    seen = next(line for line in done.stdout.splitlines() if line.startswith("SEEN"))
    assert seen == "SEEN []", done.stderr
    with Corpus.open(tmp_path / "home" / "data" / "corpus.db", create=False) as corpus:
        articles = list(corpus.articles())
    assert {"배터리 시험동 착공", "둘째 기사 제목", "시험동 착공 소식"} <= {article.title for article in articles}
    assert not any("비밀" in f"{article.title}{article.body}" for article in articles)


@pytest.mark.parametrize("name", ["../../etc/passwd", "%2e%2e/x", "v0001/../..", "/"])
def test_a_version_is_a_name_and_no_path(desk: Path, name: str) -> None:
    for command in (["models", "promote", name], ["models", "check", name], ["models", "diff", "v0001", name]):
        done = run_cli(desk, *command)
        assert done.status == 1
        assert "Traceback" not in done.stderr
