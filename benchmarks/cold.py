"""A cold question over a large archive: CPU time of the whole process beside `python -c "import click, numpy"`.

Both run from byte code, as an installed package does: a checkout that was never compiled spends most of a cold
question on that. Measured in turns, so that a drift of the machine's speed meets both. Uses the model in a home
folder, or makes one from the stream set (some minutes).

    python -m benchmarks.cold [--home FOLDER] [--runs 15]
"""

from __future__ import annotations

import argparse
import compileall
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import recommender
from benchmarks.sets import SHARED
from recommender import Recommender

BASELINE = [sys.executable, "-c", "import click, numpy"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path)
    parser.add_argument("--runs", type=int, default=15)
    args = parser.parse_args()
    compileall.compile_dir(Path(recommender.__file__).parent, quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        home = args.home or make_home(Path(folder))
        desk = Recommender.open(home / "models")
        article = desk.model.catalogue.ids[len(desk) // 2]
        title = desk.model.catalogue.article(len(desk) // 3).shown_title
        program = [sys.executable, "-m", "recommender", "-C", str(home), "similar"]
        print(f"{len(desk):,} articles")
        for name, command in (("similar TEXT", [*program, title]), ("similar --id", [*program, "--id", article])):
            _compare(name, command, args.runs)


def make_home(folder: Path) -> Path:
    """A home folder with the stream set ingested and trained."""
    program = [sys.executable, "-m", "recommender", "-C", str(folder)]
    subprocess.run([*program, "ingest", str(SHARED / "corpora/stream/headlines.jsonl.gz")], check=True)
    subprocess.run([*program, "train", "--quiet"], check=True)
    return folder


def _compare(name: str, command: list[str], runs: int) -> None:
    cpu_seconds(command), cpu_seconds(BASELINE)
    pairs = [(cpu_seconds(command), cpu_seconds(BASELINE)) for _ in range(runs)]
    ours, plain = (statistics.median(values) for values in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{name:<14} {ours * 1000:5.0f} ms CPU, import click, numpy {plain * 1000:5.0f} ms, ratio {ratio:.2f}")


def cpu_seconds(command: list[str]) -> float:
    """User and system time of a whole process."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
