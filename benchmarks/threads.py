"""One ``Recommender`` asked by many threads: are the answers those of one thread, and how many more a second?

Headlines are put together by chance out of made-up words. Each number of threads answers all questions, by text and by
stored article, in turns; the best of the rounds counts, for other work on the machine only takes away.

    python -m benchmarks.threads [--size 5000] [--questions 400] [--rounds 5] [--models FOLDER] [--processes 2]

With ``--models`` the headlines of a trained model ask it, in place of made-up ones. Eight threads ask a
``ParallelRecommender`` of so many ``--processes`` too; questions an answer a second are compared with those of one
thread that asks a ``Recommender``.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from recommender import Corpus, ParallelRecommender, Recipe, Recommender, train

THREADS = (1, 2, 4, 8)
_HEADS, _TAILS = (
    "가나다라마바사아자차카타파하거너더러머버서어저처",
    "강국권금단당대도락란량력련론망명문물법복부산상선성",
)
_ENDS = ("착공", "준공", "확정", "연장", "추진", "논란", "개막", "점검", "확대", "발표")


def headlines(size: int, seed: int = 3) -> list[dict[str, str]]:
    """Records of made-up headlines; few of the words are frequent, most are rare."""
    rng = random.Random(seed)
    words = [a + b + c for a in _HEADS for b in _TAILS for c in ("", "시")]
    rng.shuffle(words)
    weights = [1 / (rank + 10) for rank in range(len(words))]
    records = []
    for number in range(size):
        title = " ".join([*rng.choices(words, weights, k=rng.randint(4, 7)), rng.choice(_ENDS)])
        day = f"2024-{1 + number % 12:02}-{1 + number % 28:02}"
        records.append({"id": f"a{number:06}", "title": title, "published": day})
    return records


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=5000)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models = args.models or Path(folder) / "models"
        if not args.models:
            with Corpus.open(":memory:") as corpus:
                corpus.add(headlines(args.size))
                train(corpus, Recipe(topics_most=0)).save(models)
        recommender = Recommender.open(models)
        chosen = random.Random(5).sample(list(_records_of(recommender)), args.questions)
        with ParallelRecommender.open(models, args.processes) as parallel:
            for way, ask in (("text", _by_text), ("stored article", _by_id)):
                print(f"{len(recommender):,} articles, {args.questions} questions by {way}, {os.cpu_count()} cores, "
                      f"Python {sys.version.split()[0]}:", flush=True)  # fmt: skip
                _measured(recommender, parallel, chosen, ask, args.rounds)


def _records_of(recommender: Recommender) -> Iterator[dict[str, str]]:
    catalogue = recommender.model.catalogue
    for row in range(0, len(catalogue), max(1, len(catalogue) // 5000)):
        article = catalogue.article(row)
        yield {"id": article.id, "title": article.shown_title, "published": article.published or "2024"}


def _by_text(recommender: Recommender, record: dict[str, str]) -> Any:
    return recommender.similar(record["title"].rsplit(" ", 1)[0], published=record["published"], min_score=0).as_json()


def _by_id(recommender: Recommender, record: dict[str, str]) -> Any:
    return recommender.similar(id=record["id"], min_score=0).as_json()


def _measured(
    recommender: Recommender, parallel: Recommender, records: list[dict[str, str]], ask: Callable[..., Any],
    rounds: int,
) -> None:  # fmt: skip
    expected = [ask(recommender, record) for record in records]
    ways = {f"{count} threads": (recommender, count) for count in THREADS}
    ways["8 threads, processes"] = (parallel, 8)
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(rounds):
        for way, (asked, threads) in ways.items():
            with ThreadPoolExecutor(threads) as pool:
                began = time.perf_counter()
                answers = list(pool.map(lambda record: ask(asked, record), records))  # noqa: B023 - within the loop
                best[way] = min(best[way], time.perf_counter() - began)
            if answers != expected:
                raise SystemExit(f"{way} gave other answers than one.")
    for way, seconds in best.items():
        times = best["1 threads"] / seconds
        print(f"  {way:20} {len(records) / seconds:7.1f} answers a second, {times:.2f} times one thread")


if __name__ == "__main__":
    main()
