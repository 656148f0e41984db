"""What a machine does to a program: kills, full disks, folders that cannot be written, damage, many at once."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bomb import BOMB, MADE
from conftest import ROOT, Result, environment, run_cli
from forked import Forks, Started, forking
from worlds import RECORDS, write_records

from recommender import Corpus, Recommender, RecommenderError, open_model
from recommender.topics.edits.log import EditLog
from recommender.versions.artifact import FORMAT, MANIFEST
from recommender.versions.registry import check, names, rollback

# Fewer than 15 different articles: UMAP is not called, and a training takes seconds.
OLD, NEW = RECORDS[:10], RECORDS[15:18]
ASKED = ("similar", "양극재 공장", "--format", "json")


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with forking() as found:
        yield found


def started(home: Path, *args: str | Path) -> subprocess.Popen[str]:
    """A command whose start is most of it: of a fork nothing would be left to kill."""
    command = [sys.executable, "-m", "recommender", "-C", str(home), *map(str, args)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, encoding="utf-8", cwd=ROOT, env=environment(), **pipes)  # type: ignore[call-overload, no-any-return]


def ended(process: subprocess.Popen[str] | Started) -> Result:
    printed, told = process.communicate()
    assert process.returncode is not None
    return Result(process.returncode, printed, told)


def sentence(done: Result) -> str:
    """The one sentence (with its mend) of a command that failed as it should."""
    assert done.status == 1, done
    told = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(told) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return told[0]


def assert_whole(home: Path) -> None:
    """Every version is sound, the current one answers, and the edits and the corpus open."""
    assert all(not problems for problems in check(home / "models").values())
    assert list(Recommender.open(home / "models").similar("양극재 공장", min_score=0))
    with Corpus.open(home / "data" / "corpus.db", create=False) as corpus:
        assert len(corpus.fingerprint()) == 64


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with versions v0001 (of OLD) and v0002 (of OLD and NEW, by an update); not to be changed."""
    home = tmp_path_factory.mktemp("faults") / "home"
    home.mkdir()
    steps = (
        ["ingest", write_records(home / "old.jsonl", OLD)],
        ["train", "--quiet"],
        ["ingest", write_records(home / "new.jsonl", NEW)],
        ["update"],
    )
    for step in steps:
        done = run_cli(home, *step)
        assert done.status == 0, done.stderr
    return home


@pytest.fixture
def home(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "home"))


# -- kill -9 -----------------------------------------------------------------------------------------------------


class Deed:
    """Something that is killed again and again; each time it is asked whether all that was told still holds."""

    def __init__(self, home: Path) -> None:
        self.home, self.count = home, 0
        self.told: set[str] = set()  # articles or versions that were once reported: none may ever be lost

    def command(self) -> list[str | Path]:
        raise NotImplementedError

    def in_notes(self, told: str) -> str:
        """What standard error reported as done."""
        return ""

    def done(self, printed: str) -> None:
        """What the killed command printed before it died is to hold, and all that was printed before."""


class Ingest(Deed):
    def command(self) -> list[str | Path]:
        self.count += 1
        rows = [
            {"id": f"k{self.count}-{i}", "title": f"새 기사 {self.count} {i}", "related": [f"남은 글 {i}"]}
            for i in range(200)
        ]
        self.files = [write_records(self.home / f"k{self.count}-{part}.jsonl", rows[part::4]) for part in range(4)]
        return ["ingest", *self.files]

    def done(self, printed: str) -> None:
        with Corpus.open(self.home / "data" / "corpus.db") as corpus:
            held = {article.id for article in corpus.articles()}
            assert {row["id"] for row in (*OLD, *NEW)} <= held
            for part in range(4):  # each file as a whole or not at all
                ids = {f"k{self.count}-{i}" for i in range(part, 200, 4)}
                assert ids <= held if printed else ids <= held or not ids & held
            assert self.told <= held
            self.told |= {name for name in held if name.startswith("k")}


class Train(Deed):
    def command(self) -> list[str | Path]:
        return ["train", "--quiet"]

    def done(self, printed: str) -> None:
        versions = names(self.home / "models")
        if printed:
            assert printed.split(":")[0] in versions
        assert self.told <= {*versions}
        self.told |= {*versions}


class Update(Train):
    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.brought: set[str] = set()

    def command(self) -> list[str | Path]:
        self.count += 1
        row = {"id": f"u{self.count}", "title": f"양극재 공장 소식 {self.count}"}
        assert run_cli(self.home, "ingest", write_records(self.home / f"u{self.count}.jsonl", [row])).status == 0
        return ["update"]

    def done(self, printed: str) -> None:
        super().done(printed)
        if "; current" in printed:
            self.brought.add(f"u{self.count}")
        held = open_model(self.home / "models").catalogue
        assert all(held.row(name) >= 0 for name in self.brought)


class Promote(Deed):
    def command(self) -> list[str | Path]:
        self.count += 1
        return ["models", "promote", f"v000{1 + self.count % 2}"]

    def in_notes(self, told: str) -> str:
        return told if "is current" in told else ""

    def done(self, printed: str) -> None:
        current = (self.home / "models" / "current").read_text()
        assert current == f"v000{1 + self.count % 2}\n" if printed else current in ("v0001\n", "v0002\n")


class Edit(Deed):
    lines: tuple[str, ...] = ()

    def command(self) -> list[str | Path]:
        self.count += 1
        topic = open_model(self.home / "models").topics.topics[0].id
        return ["topics", "rename", topic, f"이름 {self.count}"]

    def done(self, printed: str) -> None:
        path = self.home / "data" / "edits.jsonl"
        lines = tuple(path.read_text(encoding="utf-8").splitlines()) if path.exists() else ()
        assert lines[: len(self.lines)] == self.lines, "what was written stays"
        assert len(lines) - len(self.lines) in ((1,) if printed else (0, 1))
        assert len(EditLog.read(path).edits) == len(lines)
        self.lines = lines


@pytest.mark.slow
@pytest.mark.parametrize(
    ("deed", "times"),
    [(Ingest, 10), (Update, 10), (Train, 4), (Promote, 8), (Edit, 8)],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_killed_at_any_moment(home: Path, forks: Forks, deed: type[Deed], times: int) -> None:
    """40 kills in all, each followed by a run of the same that works."""
    dice = random.Random(deed.__name__)
    what, start = deed(home), started if deed in (Promote, Edit) else forks.start
    command, began = what.command(), time.monotonic()
    first = ended(start(home, *command))  # as long as those that are killed
    assert first.status == 0, first.stderr
    lasts = time.monotonic() - began
    what.done(first.stdout or "done")
    killed = 0
    for _ in range(3 * times):
        if killed == times:
            break
        process = start(home, *what.command())
        time.sleep(dice.uniform(0.05, 0.8) * lasts)
        process.kill()
        printed, told = process.communicate()
        printed = printed or what.in_notes(told)
        assert process.returncode in (0, -signal.SIGKILL), told
        if process.returncode:
            killed += 1
        else:
            lasts *= 0.8  # faster than the first
        what.done(printed)
        assert_whole(home)
        again = run_cli(home, *what.command())
        assert again.status == 0, again.stderr
        what.done(again.stdout or "done")
        assert_whole(home)
    assert killed == times, "so many died in the middle of it"


STEPPING = """
import json, os, signal, sqlite3, sys
class Doomed(sqlite3.Connection):
    def execute(self, *given):
        global steps
        steps -= 1
        if steps < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().execute(*given)
plain = sqlite3.connect
from recommender import Corpus
for line in sys.stdin:  # each in a fork: all is imported once
    path, steps, page = json.loads(line)
    child = os.fork()
    if not child:
        sqlite3.connect = lambda *given, **more: plain(*given, factory=Doomed, **more)
        try:
            with Corpus.open(path) as corpus:
                print("open", flush=True)
                corpus.ingest([page])
            os._exit(0)
        finally:
            os._exit(1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
AT_ONCE = """
import json, os, sys
from recommender import Corpus
import recommender.readers.page_html
for line in sys.stdin:
    path, pages = json.loads(line)
    begun, begin = os.pipe()
    children = []
    for page in pages:
        children.append(os.fork())
        if not children[-1]:
            try:
                os.close(begin)
                os.read(begun, 1)  # until the other end is closed
                with Corpus.open(path) as corpus:
                    report = corpus.ingest([page])
                os._exit(0 if report.articles_added == 1 else 1)
            finally:
                os._exit(2)
    os.close(begun)
    os.close(begin)
    print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]), flush=True)
"""


@contextmanager
def asked(script: str) -> Iterator[Callable[[object], str]]:
    """``ask(value)`` hands a line of JSON to a process, with None nothing, and gives the next line that it prints."""
    command = [sys.executable, "-c", script]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, env=environment(), **pipes) as process:  # type: ignore[call-overload]

        def ask(value: object) -> str:
            if value is not None:
                print(json.dumps(value), file=process.stdin, flush=True)
            return str(process.stdout.readline().strip())

        yield ask


def test_the_first_ingest_killed_at_each_step(tmp_path: Path) -> None:
    """The corpus is made whole or not at all: whatever a kill leaves, the next ingest goes in."""
    page, killed = write_records(tmp_path / "page.jsonl", OLD), 0
    with asked(STEPPING) as ask:
        while True:
            database = tmp_path / f"{killed}.db"
            told = ask([str(database), killed, str(page)])
            opened = told == "open"
            assert int(ask(None) if opened else told) in (0, -signal.SIGKILL)
            with Corpus.open(database) as corpus:
                assert corpus.ingest([page]).ok
                assert len(corpus) >= len(OLD)
            if opened:
                break
            killed += 1
    assert killed > 15, "each table is made by a statement of its own"


def test_many_begin_a_corpus_at_once(tmp_path: Path) -> None:
    with asked(AT_ONCE) as ask:
        for turn in range(4):
            home = tmp_path / str(turn)
            home.mkdir()
            pages = [write_records(home / f"{n}.jsonl", [{"id": f"{n}", "title": f"새 글 {n}"}]) for n in range(6)]
            assert ask([str(home / "data" / "corpus.db"), [str(page) for page in pages]]) == "[0, 0, 0, 0, 0, 0]"
            with Corpus.open(home / "data" / "corpus.db", create=False) as corpus:
                assert [article.id for article in corpus.articles()] == list("012345")


# -- disks -------------------------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """``disk(options)`` mounts a small file system of its own; only root may."""
    mounted: list[Path] = []

    def mount(options: str) -> Path:
        place = tmp_path / f"disk{len(mounted)}"
        place.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True)
        if done.returncode:
            pytest.skip(f"a file system cannot be mounted here: {done.stderr.decode().strip()}")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", str(place)], check=True)


def _filled(place: Path, left: int) -> Path:
    """A file that leaves ``left`` bytes of the file system at ``place``."""
    free = shutil.disk_usage(place).free - left
    (place / "ballast").write_bytes(b"\0" * free)
    return place / "ballast"


@pytest.mark.parametrize("left", [0, 40_000])
def test_a_full_disk(trained: Path, disk: Callable[[str], Path], left: int) -> None:
    home = Path(shutil.copytree(trained, disk("size=8m") / "home"))
    topic = open_model(home / "models").topics.topics[0].id
    before = {path: path.read_bytes() for path in (home / "models").rglob("*") if path.is_file()}
    more = [{"id": f"m{i}", "title": f"양극재 공장 {i}", "body": f"본문 {i} " * 500} for i in range(300)]
    page = write_records(home.parent / "more.jsonl", more)
    few = write_records(home.parent / "few.jsonl", RECORDS[10:12])
    assert run_cli(home, "models", "promote", "v0001").status == 0
    for kept in ("kept.jsonl", "kept.html"):
        (home / kept).write_text("good")
    ballast = _filled(home.parent, left)
    assert "room on the disk" in sentence(run_cli(home, "ingest", page))
    told = sentence(run_cli(home, "update"))
    assert "Check space" in told if left else "room on the disk" in told
    assert "None" not in told, "why it failed is said"
    if left:
        assert "No space left" in told
    else:
        assert "space" in sentence(run_cli(home, "models", "promote", "v0001"))
        assert "space" in sentence(run_cli(home, "topics", "rename", topic, "이름"))
        for command, kept in ((["export", "-k", "9"], home / "kept.jsonl"), (["report"], home / "kept.html")):
            assert "No space left" in sentence(run_cli(home, *command, "-o", kept))
            assert kept.read_text() == "good"
        assert sorted(path.name for path in home.glob("*kept*")) == ["kept.html", "kept.jsonl"]
    assert run_cli(home, "similar", "양극재 공장").status == 0, "a question needs no room"
    assert not any(check(home / "models").values())
    assert [path.name for path in (home / "models").iterdir() if path.name.startswith(".")] == []
    assert {path: path.read_bytes() for path in before if path.name != "current"} == {
        path: held for path, held in before.items() if path.name != "current"
    }
    ballast.unlink()
    for command in (["ingest", few], ["update"], ["topics", "rename", topic, "이름"]):
        assert run_cli(home, *command).status == 0
    assert_whole(home)


@pytest.mark.parametrize("left", [0, 4096, 8192, 40_000])
def test_a_full_disk_at_the_first_ingest(disk: Callable[[str], Path], left: int) -> None:
    place = disk("size=2m")
    (place / "home" / "data").mkdir(parents=True)
    page = write_records(place / "page.jsonl", OLD)
    ballast = _filled(place, left)
    assert "room on the disk" in sentence(run_cli(place / "home", "ingest", page))
    ballast.unlink()
    done = run_cli(place / "home", "ingest", page)
    assert done.status == 0, done.stderr


def test_a_models_folder_that_cannot_be_written(trained: Path, disk: Callable[[str], Path], tmp_path: Path) -> None:
    home = Path(shutil.copytree(trained, tmp_path / "home"))
    models = disk("size=8m")
    shutil.copytree(home / "models", models, dirs_exist_ok=True)
    subprocess.run(["mount", "-o", "remount,ro", str(models)], check=True)
    shutil.rmtree(home / "models")
    assert run_cli(home, "ingest", write_records(home / "more.jsonl", RECORDS[10:12])).status == 0
    (home / "models").symlink_to(models)
    for command in (["update"], ["models", "promote", "v0001"], ["models", "prune", "--keep", "1"]):
        assert "Read-only" in sentence(run_cli(home, *command)), command
    assert run_cli(home, "similar", "양극재 공장").status == 0
    assert run_cli(home, "models", "check").status == 0


# -- many at once ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_train_one_updates_and_ten_ask(home: Path, forks: Forks) -> None:
    """No question fails or sees half a version, and every version that results is sound."""
    assert run_cli(home, "ingest", write_records(home / "late.jsonl", RECORDS[10:12])).status == 0
    writers = [
        forks.start(home, "train", "--quiet"),
        forks.start(home, "train", "--quiet", "--seed", "8"),
        forks.start(home, "update"),
    ]
    askers = [forks.start(home, *ASKED) for _ in range(10)]
    answers = [ended(asker) for asker in askers]
    while any(writer.poll() is None for writer in writers):  # each question opens what is there anew
        answers.append(run_cli(home, *ASKED))
        time.sleep(0.05)
    for answer in answers:
        assert answer.status == 0, answer.stderr
        found = json.loads(answer.stdout)
        assert found["model"] in names(home / "models")
        assert found["results"]
    ends = [(writer.communicate()[1], writer.returncode) for writer in writers]
    refused = [told for told, status in ends if status]
    assert all(told.startswith("error: Another training is at work") for told in refused), ends
    assert not any("Traceback" in told for told, _ in ends), ends
    assert any(status == 0 for _, status in ends)
    assert_whole(home)


# -- damage ------------------------------------------------------------------------------------------------------


def cut(held: bytes) -> bytes:
    return held[: len(held) // 2]


def flipped(held: bytes) -> bytes:
    at = len(held) * 2 // 3
    return held[:at] + bytes([held[at] ^ 1]) + held[at + 1 :]


def pickled(held: bytes) -> bytes:
    return BOMB


def refused(models: Path) -> str | None:
    """How a question tells the mend of a damaged model; None where it answers."""
    try:
        Recommender.open(models).similar("양극재 공장", min_score=0)
    except RecommenderError as error:
        return error.hint
    return None


@pytest.mark.parametrize("harm", [cut, flipped, pickled], ids=lambda harm: harm.__name__)
def test_each_file_damaged(home: Path, harm: Callable[[bytes], bytes]) -> None:
    models = home / "models"
    assert (models / "current").read_text() == "v0002\n"
    unnoticed = []
    for path in sorted((models / "v0002").iterdir()):
        sound = path.read_bytes()
        path.write_bytes(harm(sound))
        problems = check(models)
        assert check(models, "v0002") == {"v0002": problems["v0002"]}
        assert any(path.name in problem for problem in problems["v0002"]) or path.name == MANIFEST
        assert problems["v0002"], path.name
        assert not problems["v0001"]
        hint = refused(models)
        unnoticed += [path.name] if hint is None else []
        assert hint is None or "rollback" in hint, path.name
        assert rollback(models) == "v0001"
        assert list(Recommender.open(models).similar("양극재 공장"))
        path.write_bytes(sound)
        (models / "current").write_text("v0002\n")
    if harm is not flipped:
        assert unnoticed == []
    assert not any(name.endswith(".json") for name in unnoticed)
    assert not MADE.exists()
    assert_whole(home)


def test_damage_as_the_command_line_tells_it(home: Path) -> None:
    path = home / "models" / "v0002" / "tfidf.postings_weight.npy"
    path.write_bytes(cut(path.read_bytes()))
    for command in (["similar", "양극재 공장"], ["update"], ["models", "promote", "v0002"]):
        told = sentence(run_cli(home, *command))
        assert path.name in told
        assert "recommender models rollback" in told
    done = run_cli(home, "models", "check")
    assert (done.status, "v0001: sound" in done.stdout, path.name in done.stdout) == (1, True, True)
    assert run_cli(home, "models", "rollback").status == 0
    assert run_cli(home, "similar", "양극재 공장").status == 0
    assert "v0003" in run_cli(home, "update").stdout
    assert run_cli(home, "similar", "--id", str(NEW[0]["id"]), "--min-score", "0").status == 0


def test_a_version_of_a_newer_program(home: Path) -> None:
    path = home / "models" / "v0002" / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"format": FORMAT + 1}), encoding="utf-8")
    for command in (["similar", "양극재 공장"], ["update"]):
        told = sentence(run_cli(home, *command))
        assert f"format {FORMAT + 1}" in told
        assert "Update the program" in told
    assert run_cli(home, "models", "check").status == 1
    assert run_cli(home, "models", "rollback").status == 0
    assert run_cli(home, "similar", "양극재 공장").status == 0
