"""One model or many? Trains the sample again and again and compares the seals of the versions.

    python -m benchmarks.determinism [--times 10] [--baseline]

Each training is a new process that reads the pages in another order, in three calls of ``ingest``, with another
PYTHONHASHSEED, with 1 or 2 threads for numeric libraries and 1 or 2 worker processes. ``--baseline`` puts the same
headlines in the same orders to BERTopic with its defaults and hashes which headlines it puts together, with a
fixed seed and without one. Exit status 1 if the seals differ.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.sets import ROOT

PAGES = ROOT / "data" / "sample" / "pages"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
SEED = 7  # of the baseline that has one


class Way(NamedTuple):
    """How one training differs from the others."""

    number: int
    threads: int
    workers: int

    @classmethod
    def of(cls, number: int) -> Way:
        """Every second training has two threads, every second pair of them two workers."""
        return cls(number, 1 + number % 2, 1 + number // 2 % 2)

    def shuffled(self, items: Iterable[str]) -> list[str]:
        order = sorted(items)
        random.Random(self.number).shuffle(order)
        return order

    @property
    def environment(self) -> dict[str, str]:
        settings = dict.fromkeys(THREADS, str(self.threads)) | {"PYTHONHASHSEED": str(1 + 1000 * self.number)}
        inherited = {name: value for name, value in os.environ.items() if name != "RECOMMENDER_HOME"}
        return inherited | settings | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}

    def run(self, *arguments: str) -> str:
        """What a Python process prints; ends the program with its last words if it fails."""
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, cwd=ROOT, capture_output=True, encoding="utf-8"
        )
        if done.returncode:
            sys.exit(f"{' '.join(arguments[:6])} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout


def sealed(way: Way) -> str:
    """The seal of a version: sha256 of all that its manifest says, the time of creation aside."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "data").mkdir()
        for name in ("topics.toml", "aliases.toml"):
            shutil.copy(ROOT / "data" / name, home / "data")
        (home / "recipe.toml").write_text(f"workers = {way.workers}\n", encoding="utf-8")
        pages = way.shuffled(map(str, PAGES.iterdir()))
        for part in range(3):
            way.run("-m", "recommender", "-C", folder, "ingest", *pages[part::3])
        way.run("-m", "recommender", "-C", folder, "train", "--quiet", "--recipe", str(home / "recipe.toml"))
        version = home / "models" / (home / "models" / "current").read_text(encoding="utf-8").strip()
        return str(json.loads((version / "manifest.json").read_text(encoding="utf-8"))["seal"])


def plain(way: Way, *, seed: int | None) -> str:
    """A hash of the groups that BERTopic makes of the sample's headlines, whatever it calls them. In this process."""
    from bertopic import BERTopic
    from umap import UMAP

    from recommender import StaticEmbedder

    lines = (ROOT / "data" / "sample" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    titles = way.shuffled({title for title in (json.loads(line)["title"] for line in lines) if title})
    vectors = StaticEmbedder().fit_transform(titles)
    reducer = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed)
    topics, _ = BERTopic(language="korean", umap_model=reducer).fit_transform(titles, embeddings=vectors)
    groups: dict[int, list[str]] = {}
    for title, topic in sorted(zip(titles, topics, strict=True)):
        groups.setdefault(int(topic), []).append(title)
    return hashlib.sha256(json.dumps(sorted(groups.values()), ensure_ascii=False).encode()).hexdigest()


def report(name: str, hashes: list[str]) -> None:
    kinds = len(set(hashes))
    print(f"{name}: {len(hashes)} trainings, {'one hash' if kinds == 1 else f'{kinds} different hashes'}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--baseline", action="store_true", help="BERTopic beside it")
    parser.add_argument("--plain", type=int, metavar="NUMBER", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.plain is not None:
        print(plain(Way.of(args.plain), seed=args.seed))
        return
    ways = [Way.of(number) for number in range(args.times)]
    print("| training | hash seed | threads | workers | s | seal |\n|--:|--:|--:|--:|--:|---|", flush=True)
    seals = []
    for way in ways:
        start = time.monotonic()
        seals.append(sealed(way))
        cells = (way.number + 1, way.environment["PYTHONHASHSEED"], way.threads, way.workers)
        print(f"| {' | '.join(map(str, cells))} | {time.monotonic() - start:.0f} | {seals[-1][:16]} |", flush=True)
    report("ours", seals)
    if args.baseline:
        for name, seed in (("BERTopic, seed 7", ["--seed", str(SEED)]), ("BERTopic, defaults", [])):
            again = ("-m", "benchmarks.determinism", "--plain")
            report(name, [way.run(*again, str(way.number), *seed).split()[-1] for way in ways])
    sys.exit(len(set(seals)) > 1)


if __name__ == "__main__":
    main()
