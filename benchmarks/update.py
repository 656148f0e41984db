"""An update of 100 articles: its time, and how many top-10 lists equal those of a full index.

First on battery headlines: trained on all but 100, updated by these, beside all indexed anew with the very same
words, idf, vectors and weights, and beside a training of all. Or, if ``--home`` names a home with a large trained
model, the command alone on a copy of it with ``--new`` made-up headlines: seconds, CPU seconds, peak memory.

    python -m benchmarks.update [--size 5000]
    python -m benchmarks.update --home FOLDER [--new 1000]
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.forced import fitted_as
from benchmarks.scale import spent_by
from benchmarks.sets import corpus_of, rows
from recommender import Corpus, Recipe, Recommender, open_model, train
from recommender.ranking.model import Model
from recommender.training.incremental import update

_NEW = 100


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path)
    parser.add_argument("--size", type=int, default=5000)
    parser.add_argument("--new", type=int, default=_NEW)
    args = parser.parse_args()
    if args.home:
        _timed(args.home, args.new)
    else:
        _equal_lists(args.size)


def _equal_lists(size: int) -> None:
    records = rows("battery/headlines")
    random.Random(5).shuffle(records)
    records = [{"id": r["id"], "title": r["title"], "date": r.get("date")} for r in records[:size]]
    recipe = Recipe(topics_most=0)
    with tempfile.TemporaryDirectory() as folder, corpus_of(records[:-_NEW], Path(folder)) as corpus:
        before = train(corpus, recipe)
        corpus.ingest([_written(Path(folder) / "new.jsonl", records[-_NEW:])])
        began = time.monotonic()
        made = update(before, corpus)
        took = time.monotonic() - began
        assert made is not None
        began = time.monotonic()
        full = _reindexed(corpus, before, recipe)
        anew = time.monotonic() - began
        began = time.monotonic()
        again = train(corpus, recipe)
        trained = time.monotonic() - began
    print(f"{len(before):,} battery headlines and {made.added} more: update {took:.1f} s, indexed anew {anew:.1f} s, "
          f"trained anew {trained:.1f} s")  # fmt: skip
    texts = [r["title"] for r in records[-_NEW:]] + [r["title"] for r in records[: 5 * _NEW]]
    for name, other in (("indexed anew", full), ("trained anew", again)):
        print(f"  top-10 lists of {len(texts)} headlines equal to all {name}: {_equal(made.model, other, texts):.1%}")
    print(f"  {made.drift.described()}\n  {made.drift.advice()}")


def _equal(one: Model, two: Model, texts: list[str]) -> float:
    lists = [[[hit.article.id for hit in Recommender(m).similar(text)] for text in texts] for m in (one, two)]
    return float(np.mean([a == b for a, b in zip(*lists, strict=True)]))


def _reindexed(corpus: Corpus, like: Model, recipe: Recipe) -> Model:
    """All of the corpus through the training's own steps with what ``like`` has fitted."""
    with fitted_as(like):
        return train(corpus, recipe)


def _written(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def _timed(home: Path, count: int) -> None:
    """The command on a copy of ``home`` with ``count`` headlines made of halves of its own."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(home, Path(folder) / "home"))
        catalogue, dice = open_model(copy / "models").catalogue, random.Random(7)
        records = []
        for number in range(count):
            one, two = ((catalogue.article(dice.randrange(len(catalogue))).title or "").split() for _ in range(2))
            records.append({"id": f"made-{number}", "title": " ".join([*one[: len(one) // 2], *two[len(two) // 2 :]])})
        program = [sys.executable, "-m", "recommender", "-C", str(copy)]
        page = _written(Path(folder) / "made.jsonl", records)
        for command in ([*program, "ingest", str(page)], [*program, "update", "--quiet"]):
            spent = spent_by(command)
            print(f"  {command[len(program)]} of {count:,}: {spent.wall:.1f} s, {spent.cpu:.1f} of the CPU, "
                  f"{spent.peak:.2f} GB, {len(catalogue):,} articles before", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
