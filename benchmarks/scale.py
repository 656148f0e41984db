"""Ingest and train: seconds and peak memory at 40,000 and 80,000 headlines of the stream set, step by step.

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

from benchmarks.sets import rows

SIZES = (40_000, 80_000)


def main() -> None:
    records = rows("stream/headlines")
    spent = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "records.jsonl"
            lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records[:size])
            path.write_text("".join(lines), encoding="utf-8")
            program = [sys.executable, "-m", "recommender", "-C", folder]
            reading, memory = _run([*program, "ingest", str(path)])
            training, more = _run([*program, "train"])
        spent.append(reading + training)
        print(
            f"{size:,} records: ingest {reading:.0f} s, train {training:.0f} s, together {spent[-1]:.0f} s; "
            f"peak {max(memory, more) / 1e6:.2f} GB",
            flush=True,
        )
    print(f"twice the headlines: {spent[1] / spent[0]:.2f} times the time")


def _run(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak kilobytes of a process; its notes go to the terminal."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return time.monotonic() - start, float(usage.ru_maxrss)


if __name__ == "__main__":
    main()
