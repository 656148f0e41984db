"""The request log where the disk is full: what is lost is counted and told, and later lines are written again."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="needs the extra serve")

from served import served

_FULL_FOR_A_WHILE = """
import resource, sys, time
from recommender.serving.request_log import RequestLog

def written(log, until):
    end = time.monotonic() + 30
    while not until() and time.monotonic() < end:
        time.sleep(0.01)

log = RequestLog(sys.argv[1])
log.start()
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (150, hard))  # room for a line and a piece of the next
for number in range(4):
    log.add({"number": number})
    time.sleep(0.2)
written(log, lambda: log.lost >= 2)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
log.add({"number": "last"})
log.stop()
print(log.lost)
"""


def test_lines_are_written_again_when_the_disk_has_room(tmp_path: Path) -> None:
    file = tmp_path / "requests.jsonl"
    done = subprocess.run(
        [sys.executable, "-c", _FULL_FOR_A_WHILE, str(file)], capture_output=True, text=True, check=True
    )
    lost, lines = int(done.stdout), file.read_text().splitlines()
    assert lost >= 2
    assert json.loads(lines[0])["number"] == 0
    assert json.loads(lines[-1])["number"] == "last", "on a line of its own, behind the piece of one that was cut"
    assert done.stderr.count("The request log cannot be written") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_full_disk_delays_no_answer_and_is_told(sample_home: Path) -> None:
    with served(sample_home, "--workers", "1", "--log", "/dev/full") as service:
        for _ in range(5):
            assert service.get("/healthz").status == 200
        end = time.monotonic() + 30
        lost = 0
        while lost < 5 and time.monotonic() < end:
            found = re.search(r"log_lines_lost_total (\d+)", service.get("/metrics").body.decode())
            lost = int(found[1]) if found else 0
        assert lost >= 5
        told = [line for line in service.notes if "request log" in line]
        assert told == ["The request log cannot be written: No space left on device. Lines are lost.\n"]
