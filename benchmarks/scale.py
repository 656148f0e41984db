"""Ingest and train 40,000 and 80,000 headlines, or other numbers: seconds, CPU seconds, peak memory.

Up to 80,000 are those of the stream set; more are those of ``benchmarks.many``. ``--keep FOLDER`` leaves the trained
homes there, for ``benchmarks.related``, ``benchmarks.update`` and ``benchmarks.cold``.

    python -m benchmarks.scale [60000 240000 1000000] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks.many import write
from benchmarks.sets import rows

SIZES = (40_000, 80_000)
STREAM = 80_000  # headlines of the stream set


class Spent(NamedTuple):
    """Seconds on the wall and of the CPU, gigabytes at the peak."""

    wall: float
    cpu: float
    peak: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    measure(args.sizes, args.keep)


def measure(sizes: Sequence[int], keep: Path | None = None) -> None:
    """Each of the ``sizes``, in folders under ``keep`` if there is one."""
    spent = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            home = keep / str(size) if keep else Path(folder)
            home.mkdir(parents=True, exist_ok=True)
            path = _records(size, Path(folder) / "records.jsonl")
            reading = spent_by([*program(home), "ingest", str(path)])
            training = spent_by([*program(home), "train"])
        spent.append(
            Spent(*(a + b for a, b in zip(reading[:2], training[:2], strict=True)), max(reading[2], training[2]))
        )
        print(
            f"{size:,} records: ingest {reading.wall:.0f} s, train {training.wall:.0f} s, "
            f"together {spent[-1].wall:.0f} s, {spent[-1].cpu:.0f} of the CPU; peak {spent[-1].peak:.2f} GB",
            flush=True,
        )
    for (less, one), (more, two) in pairwise(zip(sizes, spent, strict=True)):
        grown, exponent = more / less, math.log(two.cpu / one.cpu) / math.log(more / less)
        print(
            f"{grown:.3g} times the headlines: {two.wall / one.wall:.2f} times the time, "
            f"{two.cpu / one.cpu:.2f} times the CPU time, exponent {exponent:.2f}"
        )


def _records(size: int, path: Path) -> Path:
    if size > STREAM:
        return write(size, path)
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in rows("stream/headlines")[:size])
    path.write_text("".join(lines), encoding="utf-8")
    return path


def program(home: Path) -> list[str]:
    """The command line over a home folder."""
    return [sys.executable, "-m", "recommender", "-C", str(home)]


def spent_by(command: list[str]) -> Spent:
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
