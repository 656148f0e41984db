"""The four logs of lines of JSON read what they wrote, whatever signs of text stand in it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from worlds import write_records

from recommender import Corpus
from recommender.cli.remove import ids_of
from recommender.corpus.tombstones import Tombstone, Tombstones
from recommender.ranking.pairs import Decision, PairLog
from recommender.serving.tasks import Tasks, write_line
from recommender.serving.tokens import Tokens
from recommender.topics.edits.log import Edit, EditLog

ENDS = "\u2028", "\u2029", "\x85", "\x0b", "\x1c", "\n", "\r\n"  # what str.splitlines takes for the end of a line


def _edit(path: Path, why: str) -> str:
    EditLog.read(path).add(Edit("rename", topic="t001", name="이름", reason=why))
    return EditLog.read(path).edits[-1].reason


def _pair(path: Path, why: str) -> str:
    PairLog.read(path).add(Decision("pin", "a\u2028b", "c", reason=why))
    return PairLog.read(path).decisions[-1].reason


def _stone(path: Path, why: str) -> str:
    Tombstones.read(path).add([Tombstone.of([os.urandom(4).hex()], (), "2026-01-01T00:00:00+00:00", "", why)])
    return Tombstones.read(path).tombstones[-1].reason


@pytest.mark.parametrize("keep", [_edit, _pair, _stone])
def test_a_reason_is_one_line(tmp_path: Path, keep: Callable[[Path, str], str]) -> None:
    path = tmp_path / "log.jsonl"
    for end in ENDS:
        assert keep(path, f" 법원{end}명령 ") == "법원 명령"
    assert path.read_bytes().count(b"\n") == len(ENDS)


@pytest.mark.parametrize("end", ENDS)
def test_a_reason_in_a_file_of_before_is_read(tmp_path: Path, end: str) -> None:
    """Files written by a version that kept such signs hold them for good."""
    stone = {"time": "", "by": "", "reason": f"법원{end}명령", "id": "0", "keys": ["0"]}
    pair = {"time": "", "by": "", "action": "pin", "article": "a", "other": "b", "line": 0, "reason": end}
    holder = {"name": f"김{end}", "role": "admin", "hash": "", "created": ""}
    paths = [write_records(tmp_path / f"{n}.jsonl", [row] * 2) for n, row in enumerate((stone, pair, holder))]
    assert [each.reason for each in Tombstones.read(paths[0]).tombstones] == [f"법원{end}명령"] * 2
    assert len(PairLog.read(paths[1]).decisions) == 2
    assert len(Tokens(paths[2]).holders) == 2


def test_a_corpus_goes_on_after_such_a_reason(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus.db", create=True) as corpus:
        corpus.add([{"id": name, "title": f"제목 {name}"} for name in ("a", "b")])
        corpus.remove(["a"], why="법원\u2028명령")
        corpus.remove(["b"], why="한 번 더")
        assert [stone.reason for stone in corpus.removed().tombstones] == ["법원 명령", "한 번 더"]


def test_ids_and_progress_hold_such_signs(tmp_path: Path) -> None:
    rows = [{"id": name, "title": "앞\u2028뒤\x85"} for name in ("a", "b\u2029c")]
    assert ids_of(write_records(tmp_path / "rows.jsonl", rows)) == ["a", "b\u2029c"]
    tasks = Tasks(tmp_path)
    tasks.folder.mkdir(parents=True)
    with (tasks.folder / "1-update-x.jsonl").open("ab") as file:
        for line in ({"id": "1-update-x"}, {"progress": "앞\u2028뒤"}, {"state": "done"}):
            write_line(file.fileno(), line)
        file.write(json.dumps({"state": "half"}).encode())
    assert tasks.task("1-update-x")["progress"] == ["앞\u2028뒤"]
    assert tasks.task("1-update-x")["state"] == "done"
