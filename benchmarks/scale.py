"""Ingest and train 40,000 and 80,000 headlines of the stream set: seconds, CPU seconds, peak memory.

python -m benchmarks.scale
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.sets import rows

SIZES = (40_000, 80_000)


class Spent(NamedTuple):
    """Seconds on the wall and of the CPU, gigabytes at the peak."""

    wall: float
    cpu: float
    peak: float


def main() -> None:
    records = rows("stream/headlines")
    spent = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "records.jsonl"
            lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records[:size])
            path.write_text("".join(lines), encoding="utf-8")
            program = [sys.executable, "-m", "recommender", "-C", folder]
            reading = _run([*program, "ingest", str(path)])
            training = _run([*program, "train"])
        spent.append(
            Spent(*(a + b for a, b in zip(reading[:2], training[:2], strict=True)), max(reading[2], training[2]))
        )
        print(
            f"{size:,} records: ingest {reading.wall:.0f} s, train {training.wall:.0f} s, "
            f"together {spent[-1].wall:.0f} s, {spent[-1].cpu:.0f} of the CPU; peak {spent[-1].peak:.2f} GB",
            flush=True,
        )
    less, more = spent
    print(
        f"twice the headlines: {more.wall / less.wall:.2f} times the time, {more.cpu / less.cpu:.2f} times the CPU time"
    )


def _run(command: list[str]) -> Spent:
    """What a process took; its notes go to the terminal."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return Spent(time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e6)


if __name__ == "__main__":
    main()
