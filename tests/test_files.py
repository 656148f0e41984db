"""Files that people name: a pipe, a device or a huge file is refused in a sentence, and nothing waits for it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import warm
from conftest import ROOT, Result, environment, run_cli
from worlds import RECORDS, write_records

from recommender import RecommenderError
from recommender.config import Recipe
from recommender.files.reading import LINES_LIMIT, SETTINGS_LIMIT, open_regular, read_bytes, read_text
from recommender.topics.edits.log import EditLog
from recommender.versions.artifact import current_folder


def in_time(home: Path, *args: str | Path) -> Result:
    """A command that is to end at once; a hanging one is killed and fails the test."""
    command = [*warm.recommender(), "-C", str(home), *map(str, args)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT, env=environment(), timeout=120)
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a corpus, without a model."""
    home = tmp_path / "home"
    assert run_cli(home, "ingest", write_records(tmp_path / "records.jsonl", RECORDS[:3])).status == 0
    (home / "models").mkdir()
    return home


@pytest.mark.parametrize(
    ("place", "command"),
    [
        ("data/recipe.toml", ["train"]), ("data/topics.toml", ["train"]), ("data/aliases.toml", ["train"]),
        ("data/edits.jsonl", ["train"]), ("data/recipe.toml", ["retrain"]),
        ("models/current", ["similar", "양극재"]), ("models/current", ["update"]),
        ("page.txt", ["ingest", "{}"]), ("page.html", ["inspect", "{}"]), ("records.csv.gz", ["ingest", "{}"]),
        ("recipe", ["train", "--recipe", "{}"]),
    ],
)  # fmt: skip
def test_a_pipe_is_refused_in_a_sentence(home: Path, place: str, command: list[str]) -> None:
    os.mkfifo(home / place)
    done = in_time(home, *(part.format(home / place) for part in command))
    assert (done.status, done.stdout.count("Traceback"), done.stderr.count("Traceback")) == (1, 0, 0)
    assert "not a regular file" in done.stderr
    assert Path(place).name in done.stderr or "inspect" in command


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/stdin", "/dev/null"])
def test_a_device_is_no_recipe(home: Path, device: str) -> None:
    done = in_time(home, "train", "--recipe", device)
    assert done.status == 1
    assert done.stderr.startswith(f"error: The recipe {device} cannot be read: it is not a regular file.")


def test_the_manifest_of_a_version_may_be_a_pipe(home: Path) -> None:
    (home / "models" / "v0001").mkdir()
    os.mkfifo(home / "models" / "v0001" / "manifest.json")
    (home / "models" / "current").write_text("v0001\n")
    assert "not a regular file" in in_time(home, "similar", "양극재").stderr


def huge(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_what_is_held_as_a_whole_has_a_limit(tmp_path: Path) -> None:
    with pytest.raises(RecommenderError, match="larger than"):
        Recipe.read(huge(tmp_path / "recipe.toml", SETTINGS_LIMIT + 1))
    with pytest.raises(RecommenderError, match="larger than"):
        EditLog.read(huge(tmp_path / "edits.jsonl", LINES_LIMIT + 1))
    with pytest.raises(RecommenderError, match="larger than"):
        current_folder(huge(tmp_path / "current", 1 << 40))


def test_no_model_is_told_as_no_model(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none", tmp_path / "none" / "current"):
        with pytest.raises(RecommenderError, match="There is no model at"):
            current_folder(place)


def test_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
    assert read_bytes(path, 10) == b"\xef\xbb\xbfa\r\nb\rc\n"
    assert read_text(path, 10, "utf-8-sig") == "a\nb\nc\n"
    with pytest.raises(OSError, match="larger than 9 bytes"):
        read_bytes(path, 9)
    (tmp_path / "link").symlink_to(path)
    with open_regular(tmp_path / "link") as file:
        assert file.read(4) == b"\xef\xbb\xbfa"
    for place, kind in ((tmp_path, IsADirectoryError), (tmp_path / "b", FileNotFoundError)):
        with pytest.raises(kind):
            open_regular(place)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs a file that tells no size")
def test_a_file_that_tells_no_size_is_held_to_the_limit() -> None:
    assert read_bytes("/proc/self/status", 1 << 20)
    with pytest.raises(OSError, match="larger than 10 bytes"):
        read_bytes("/proc/self/status", 10)


def test_no_file_stays_open(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for _ in range(3000):
        with pytest.raises(OSError, match="not a regular file"):
            open_regular(tmp_path / "pipe")
