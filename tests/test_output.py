"""What commands write: a file takes its name whole or the one before it stays; a full output is one sentence."""

from __future__ import annotations

import json
import os
import shlex
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import warm
from conftest import ROOT, Result, after, environment, run_cli
from worlds import RECORDS, fitted, write_records

from recommender.cli._output import as_table, width
from recommender.files.atomic import replacing
from recommender.topics.edits.log import Edit, EditLog

MANY = [{"id": f"n{i}", "title": f"양극재 공장 {i}호기 착공"} for i in range(60)]
WRITTEN = {"export": ["export", "-k", "20", "-o"], "report": ["report", "--format", "json", "-o"]}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus and a model of many headlines, so that an export takes a while; not to be changed."""
    home = tmp_path_factory.mktemp("output") / "home"
    assert run_cli(home, "ingest", write_records(home.parent / "records.jsonl", [*RECORDS[:6], *MANY])).status == 0
    fitted([*RECORDS[:6], *MANY]).save(home / "models")
    return home


def shell(home: Path, line: str) -> Result:
    """``line`` run by a shell, where ``$R`` is the command line."""
    command = shlex.join([*warm.recommender(), "-C", str(home)])
    script = line.replace("$R", command)
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment(PYTHONUNBUFFERED=""),
        timeout=120,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def sentence(done: Result) -> str:
    """The one sentence, with its mend, of a command that failed as it should."""
    assert done.status == 1, done
    told = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(told) == 1, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert "None" not in told[0]
    return told[0]


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_killed_export_leaves_the_file_before_it(home: Path, tmp_path: Path) -> None:
    """Killed as soon as anything in the folder changed: that is while it writes."""
    path = tmp_path / "related.jsonl"
    path.write_text("good\n")
    before = path.stat(), left_in(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "recommender", "-C", str(home), *WRITTEN["export"], str(path)],
        env=environment(), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while process.poll() is None and (path.stat(), left_in(tmp_path)) == before:
        time.sleep(0.001)
    process.kill()
    assert process.wait() == -signal.SIGKILL, "it was killed in the middle of it"
    assert path.read_text() == "good\n"
    [staged] = set(left_in(tmp_path)) - {"related.jsonl"}
    assert staged.startswith(".writing-")
    assert run_cli(home, *WRITTEN["export"], path).status == 0
    assert left_in(tmp_path) == ["related.jsonl"], "the next one swept"
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(MANY) + 6


@pytest.mark.parametrize("name", WRITTEN)
def test_what_cannot_be_written_whole_leaves_the_file_before_it(home: Path, tmp_path: Path, name: str) -> None:
    """As on a full disk: no file may be larger than 2,000 bytes."""
    path = tmp_path / "good"
    path.write_text("good")
    done = subprocess.run(
        after("resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))", "-C", home, *WRITTEN[name], path),
        capture_output=True, encoding="utf-8", env=environment(),
    )  # fmt: skip
    assert "File too large" in sentence(Result(done.returncode, done.stdout, done.stderr))
    assert path.read_text() == "good"
    assert left_in(tmp_path) == ["good"]


FULL = [["similar", "양극재 공장"], ["similar", "양극재 공장", "--format", "json"], ["export"], ["topics"],
        ["topics", "--assignments", "--format", "csv"], ["models", "list"], ["models", "check"], ["evaluate"],
        ["update"], ["--help"], ["--version"]]  # fmt: skip


@pytest.mark.parametrize("command", FULL, ids=" ".join)
def test_a_full_standard_output_is_one_sentence(home: Path, command: list[str]) -> None:
    told = sentence(shell(home, f"$R {shlex.join(command)} > /dev/full"))
    assert told == ("error: The output cannot be written: No space left on device. Check space and permissions.")


def test_a_full_standard_output_of_an_ingest(home: Path, tmp_path: Path) -> None:
    page = write_records(tmp_path / "more.jsonl", RECORDS[:2])
    assert "No space left" in sentence(shell(tmp_path, f"$R ingest {page} > /dev/full"))
    assert "0 articles new" in run_cli(tmp_path, "ingest", page).stdout, "what was read is kept"


def test_a_full_standard_error_hides_no_failure(home: Path) -> None:
    done = shell(home, "$R similar --id none 2> /dev/full")
    assert (done.status, done.stdout) == (1, "")


def test_a_full_device_as_the_file_is_one_sentence(home: Path) -> None:
    assert "No space left" in sentence(shell(home, "$R export -o /dev/full"))


STREAMS: dict[str, str] = {
    "pipe": "$R export -o /dev/stdout | cat",
    "device": "$R export -o /dev/null; $R export",
    "file by redirection": "$R export -o /dev/stdout > {0}/out; cat {0}/out",
    "added to a file": "echo '[]' > {0}/out; $R export -o /dev/stdout >> {0}/out; tail -n +2 {0}/out",
    "fifo": "mkfifo {0}/fifo; $R export -o {0}/fifo & cat {0}/fifo; wait; test -p {0}/fifo",
    "link": "mkdir {0}/a; echo x > {0}/a/b; ln -s a/b {0}/link; $R export -o {0}/link; test -L {0}/link && cat {0}/a/b",
    "link to nothing": "ln -s out {0}/link; $R export -o {0}/link; test -L {0}/link && cat {0}/out",
    "new folders": "$R export -o {0}/new/one/out; cat {0}/new/one/out",
    "long name": "$R export -o {0}/$(printf '가%.0s' {1..85}); cat {0}/가*",
}


@pytest.mark.parametrize("way", STREAMS)
def test_where_an_export_may_go(home: Path, tmp_path: Path, way: str) -> None:
    done = shell(home, STREAMS[way].replace("{0}", str(tmp_path)))
    assert done.status == 0, done.stderr
    assert "Traceback" not in done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == len(MANY) + 6
    assert not [name for name in left_in(tmp_path) if name.startswith(".")]


@pytest.mark.parametrize("command", ["export -o", "report -o", "similar 양극재 -o", "inspect page.html --html"])
def test_an_empty_path_is_refused(home: Path, tmp_path: Path, command: str) -> None:
    """As ``-o "$OUT"`` gives where the variable is unset: the working folder is not meant."""
    (tmp_path / "page.html").write_text("<h1>제목</h1>")
    shards = tmp_path / "related-00000.jsonl.gz", tmp_path / "related-00007.jsonl.gz"
    for path in shards:
        path.write_bytes(b"of another export")
    done = run_cli(home, *command.split(), "", cwd=tmp_path)
    assert done.status == 2, done
    assert "The path is empty" in done.stderr
    assert [path.read_bytes() for path in shards] == [b"of another export"] * 2
    assert len(left_in(tmp_path)) == 3


def test_a_pipe_that_closes_is_no_failure(home: Path) -> None:
    assert shell(home, "$R export -o /dev/stdout | head -c 10").stderr == ""


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o4755])
def test_permissions_stay(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "file"
    path.write_text("before")
    path.chmod(mode)
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)
        path.chmod(mode)
    before = path.stat()
    with replacing(path) as file:
        file.write(b"after")
    after = path.stat()
    assert (path.read_bytes(), after.st_mode) == (b"after", before.st_mode)
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)


def test_a_new_file_has_the_permissions_of_any(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    with replacing(tmp_path / "file") as file:
        file.write(b"new")
    assert (tmp_path / "file").stat().st_mode == plain.stat().st_mode


READ_ONLY = """
import fcntl, os, socket, sys  # who gives up root may not read the library: all that is loaded late stands here
from pathlib import Path
from recommender.topics.edits.log import Edit, EditLog
from recommender.files.atomic import replacing
if os.geteuid() == 0:
    os.setuid(65534)
try:
    with replacing(Path(sys.argv[1])) as file:
        file.write(b"after")
except PermissionError:
    print("refused")
"""


@pytest.mark.parametrize("place", ["file", "folder"])
def test_what_may_not_be_written_stays(place: str) -> None:
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())  # pytest's own is root's alone
    path = folder / "file"
    try:
        path.write_text("before")
        folder.chmod(0o777 if place == "file" else 0o555)
        path.chmod(0o444 if place == "file" else 0o666)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(path)], capture_output=True, text=True, env=environment()
        )
        assert done.stdout == "refused\n", done.stderr
        assert path.read_text() == "before"
        assert left_in(folder) == ["file"]
    finally:
        folder.chmod(0o755)
        path.unlink()
        folder.rmdir()


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, OSError])
def test_a_failure_while_writing_leaves_what_was_there(tmp_path: Path, fault: type[BaseException]) -> None:
    path = tmp_path / "file"
    path.write_text("before")

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"after")
            raise fault()

    with pytest.raises(fault):
        fail()
    assert path.read_text() == "before"
    assert left_in(tmp_path) == ["file"]


def test_two_that_write_one_file_leave_one_of_the_two(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with replacing(path) as one, replacing(path) as other:
        one.write(b"one")
        other.write(b"other")
    assert path.read_bytes() == b"one"
    assert left_in(tmp_path) == ["file"]
    assert stat.S_ISREG(path.stat().st_mode)


ADDING = """
import resource, sys
from pathlib import Path
from recommender.topics.edits.log import Edit, EditLog
from recommender.errors import RecommenderError
from recommender.jobs.retrain import _note
path, room = Path(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
try:
    if path.suffix == ".jsonl":
        EditLog.read(path).add(Edit("rename", topic="t001", name="둘째 이름"))
    else:
        _note(path, "promoted v0002")
except RecommenderError as error:
    print(error)
"""


@pytest.mark.parametrize("room", [0, 1, 10])
@pytest.mark.parametrize("name", ["edits.jsonl", "retrain.log"])
def test_a_line_that_a_disk_took_in_part_is_taken_back(tmp_path: Path, name: str, room: int) -> None:
    path = tmp_path / name
    first = Edit("rename", topic="t001", name="첫 이름")
    EditLog.read(path).add(first)
    before = path.read_bytes()
    command = [sys.executable, "-c", ADDING, str(path), str(len(before) + room)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment())
    assert "cannot be written: File too large. Check" in done.stdout, done.stderr
    assert path.read_bytes() == before
    assert len(EditLog.read(path).add(first).edits) == 2


@pytest.mark.parametrize("most", [20, 40, 100])
def test_a_folded_table_fits_and_loses_nothing(most: int) -> None:
    rows = [
        {"what": "목록", "note": "포항 양극재 공장 준공, 일자리 500개 기대"},
        {"what": "가" * 30, "note": "word " * 12},
    ]
    lines = as_table(rows, ("what", "note"), cells_per_line=most).splitlines()
    assert max(map(width, lines)) <= most
    told = "".join("".join(lines).split())
    assert sorted(told) == sorted("whatnote" + "".join(text for row in rows for text in row.values()).replace(" ", ""))
